"""What the words of an answer mean: the lists of yes, no, not sure and what stands around them, in three scripts."""

from typing import Literal

from messaging.inbound.script import Phrases, Senses

Sense = Literal[
    "unsure", "neutral", "yes", "ji", "ok", "surely", "come", "they_come", "able", "no", "but", "if", "people",
    "hour", "day", "fill", "question", "number", "unknown",
]  # fmt: skip
"""`surely` is a yes alone and nothing beside a yes or a no; `they_come` may be said of oneself or of others."""


def _every(*parts: str) -> str:
    """Every way to write alternatives, which bars separate, one after the other, apart or joined."""
    ways = [""]
    for part in parts:
        ways = [
            way + between + each
            for way in ways
            for each in part.split("|")
            for between in ((" ", "") if way else ("",))
        ]
    return ", ".join(sorted(set(ways)))


_SHALL = "ga|gi|gaa|gee"
_AM = "hun|hoon|hu|hn|hon|hoo|houn"
_GO = "jaun|jaon|jaoun|jaoon|jaaun|jaaon|jawun|jau"
_COME = "aaun|aun|aon|aaon|aoun|aaoun|awun|aawun|ayun|aayun|aoon|aaoon|auon|aau|aaoo"
_REACH = "pohanch|pohnch|pahunch|pahonch|puhanch|pohonch|phunch|punch"
_NO = "nahi|nhi|nai|ni|nahin|nahe|nehi|nae"
_I_COME = ", ".join(
    (
        _every(_COME, _SHALL),
        _every("aa|a|aaa", _GO, _SHALL),
        _every("aa|a", "raha|rha|rahi|rhi", _AM),
        _every(f"{_REACH}|hazir ho|haazir ho|shamil ho|hajir ho", _GO, _SHALL),
        _every("hazir|haazir|hajir|shamil", "hun|hoon|hon|hoo|houn", _SHALL),
        _every("hazir|haazir|hajir", _AM),
        _every("shirkat", "karun|karoon|karon|krun|kroon|kron", _SHALL),
    )
)
_THEY_COME = ", ".join(
    (_every("aay|aa|ay|a|aai", "en|ein|ain|in|e|ey|n", "ge|gay|gy|gey"), _every("aa|a", "rahe|rhe", "hain|hen|hein"))
)
_SHE_COMES = _every("aay|aa|ay|a", "e", "ga|gi|gaa|gee")
_NOT_KNOWN = ", ".join((_every("pata|pta|patta|maloom|malum|malom|confirm", _NO), _every(_NO, "pata|pta|maloom|malum")))
_CANNOT_SAY = ", ".join(
    (
        _every("keh|kah|kuch keh|kuch kah|kuch", _NO, "sakta|sakti|sakte|skta|skti"),
        _every(_NO, "keh|kah", "sakta|sakti|sakte|skta|skti"),
    )
)

_LISTED: tuple[tuple[Sense, Phrases], ...] = (
    (
        "unsure",
        Phrases(
            f"{_NOT_KNOWN}, {_CANNOT_SAY}, ho sakta hai, ho skta hai, ho sakta he, dekh kar bataunga, "
            "dekh kar bataungi, dekh kar batata hun, baad mein bataunga, baad mein bataungi, baad me bataunga, baad "
            "mein batata hun, bad me batata hun, bad mein bataunga, bataunga, bataungi, sochta hun, sochti hun, soch "
            "kar bataunga, shayad, shaid, shayd, shyd, shyad, shaed, shaayad, not sure, not certain, cant say, "
            "cannot say, no idea, dont know, do not know, idk, i dont know, maybe, may be, perhaps, unsure, not "
            "confirm, not confirmed, dekhta hun, dekhti hun, dekhta hoon, dekhti hoon, dekhta hu, dekhti hu, dekhta "
            "hon, dekhti hon, dekhte hain, dekhenge, dekhunga, dekhungi, will see, شاید, معلوم نہیں, پتہ نہیں, پتا "
            "نہیں, نہیں معلوم, دیکھتا ہوں, دیکھتی ہوں, دیکھتے ہیں, دیکھیں گے, کہہ نہیں سکتا, کہہ نہیں سکتی, ہو سکتا "
            "ہے, شائد, خبر نه یم, خبر نه, نه پوهیږم, معلومه نه ده, پته نشته, یقین نہیں"
        ),
    ),
    (
        "neutral",
        Phrases(
            "no problem, no issue, no issues, koi masla nahi, koi masla nhi, koi maslah nahi, koi baat nahi, "
            "koi bat nahi, koi baat nhi, koi mushkil nahi, کوئی مسئلہ نہیں, کوئی بات نہیں"
        ),
    ),
    (
        "yes",
        Phrases(
            "haan, han, haa, hn, hanji, haanji, hanjee, haan ji, han ji, haan g, han g, g han, g haan, ji haan, "
            "ji han, jee haan, jee han, hna, hanjee, yes, yup, yep, yeah, yess, yea, ہاں, ہاں جی, جی ہاں, ھاں, جی ھاں, "
            "ھاں جی, هو جی"
        ),
    ),
    (
        "surely",
        Phrases(
            "inshallah, insha allah, in sha allah, inshaallah, inshalah, inshaalah, insha alah, zaroor, zarur, zror, "
            "zarror, zroor, bilkul, blkul, bilkl, definitely, confirm, confirmed, lazmi, ان شاء اللہ, انشاءاللہ, "
            "انشااللہ, ان شاءاللہ, ان شااللہ, انشا اللہ, ضرور, بالکل, یقینا, لازمی, pakka, paka, پکا"
        ),
    ),
    ("ji", Phrases("ji, jee, g, جی")),
    (
        "come",
        Phrases(
            f"{_I_COME}, ayunga, ayungi, aauga, aaugi, i will come, "
            "i wil come, will come, wil come, ill come, im coming, i am coming, coming, will attend, i will attend, "
            "ill attend, will be there, ill be there, attending, آؤں گا, آؤں گی, آوں گا, آوں گی, آونگا, آونگی, "
            "آؤنگا, آؤنگی, آ جاؤں گا, آ جاؤں گی, آجاؤں گا, آجاؤں گی, آ رہا ہوں, آ رہی ہوں, آرہا ہوں, آرہی ہوں, حاضر "
            "ہوں, حاضر ہوں گا, حاضر ہوں گی, حاضر ہو جاؤں گا, حاضر ہو جاؤں گی, پہنچ جاؤں گا, پہنچ جاؤں گی, شامل ہوں "
            "گا, شامل ہوں گی, شرکت کروں گا, شرکت کروں گی, راځم, راشم"
        ),
    ),
    (
        "they_come",
        Phrases(
            f"{_THEY_COME}, {_SHE_COMES}, aa jayenge, a jayenge, aajayenge, آئے گا, آئے گی, "
            "آئیں گے, آئینگے, آ جائیں گے, آ رہے ہیں"
        ),
    ),
    (
        "ok",
        Phrases(
            "👍, ok, okay, oky, oki, okey, okk, theek, thek, thik, teek, theak, thek he, thek hai, theek hai, theek "
            "he, theek h, theek hy, thik hai, thik he, thek h, thek hy, thk, thk h, thk hai, tik hai, teek hai, ok "
            "done, sure, agreed, done, ٹھیک, ٹھیک ہے, اوکے"
        ),
    ),
    (
        "no",
        Phrases(
            "nahi, nahin, nai, nhi, nahe, nehi, nhe, ni, nei, nae, nay, naheen, nhin, nahein, nehin, nhein, nahien, "
            "na, naa, no, nope, nah, not, cant, cannot, can not, couldnt, wont, will not, unable, نہیں, نئیں, نھیں, "
            "نہ, 👎"
        ),
    ),
    (
        "able",
        Phrases(
            "aa, a, aana, ana, aane, aaun, sakta, sakti, sakte, skta, skti, sakun, sakoon, sakunga, sakungi, sakon "
            "ga, sakon gi, paunga, paungi, paun, paon ga, paon gi, come, attend, join, able, can, possible, mumkin, "
            "available, free, attending, jaunga, pahunch, pohanch, kar, shirkat,  shamil, hazir, آ, آنا, سکتا, سکتی, "
            "سکتے, سکوں, پاؤں, ممکن, شامل, حاضر"
        ),
    ),
    (
        "if",
        Phrases(
            "agar, agr, ager, if, unless, then i will, shart, koshish, koshesh, i will try, will try, try karunga, try "
            "karungi, try krunga, اگر, کوشش, بشرطیکہ"
        ),
    ),
    ("but", Phrases("but, magar, mgr, mager, lekin, lakin, laikin, lkn, liken, par shart, مگر, لیکن")),
    (
        "people",
        Phrases(
            "log, loog, bande, banday, ustad, asatza, teachers, teacher, people, persons, person, aadmi, admi, "
            "afrad, members, لوگ, افراد, استاد, اساتذہ, آدمی, بندے"
        ),
    ),
    (
        "hour",
        Phrases(
            "baje, bje, bajay, bajey, bajy, am, pm, ghanta, ghante, ghantay, hour, hours, minute, minutes, mint, "
            "بجے, گھنٹے, گھنٹہ, منٹ"
        ),
    ),
    ("day", Phrases("kal, kl, aaj, aj, parson, parso, tomorrow, today, کل, آج, پرسوں")),
    (
        "fill",
        Phrases(
            "main, mein, me, mai, hm, acha, achha, اچھا, i, am, im, will, be, there, hun, hoon, hu, hon, ho, hai, "
            "he, hy, h, bhi, tou, toh, aap, ap, ko, ki, ke, ka, se, per, par, pe, us, din, wahan, training, "
            "session, class, ga, gi, ge, and, aur, bas, it, is, the, my, mera, meri, hum, ham, jawab, sorry, "
            "maazrat, mazrat, muazrat, abhi, ہے, ہوں, ہو, میں, ہم, بھی, تو, اور, گا, گی, گے, کو, سے, پر, معذرت, "
            "زه, به"
        ),
    ),
)
SENSES = Senses(_LISTED)
"""What a word or phrase of an answer means."""
