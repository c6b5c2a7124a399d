"""What the words of an answer mean: the lists of yes, no, not sure and what stands around them, in three scripts."""

from typing import Literal

from messaging.inbound.script import Phrases, Senses

Sense = Literal[
    "unsure", "neutral", "yes", "ji", "ok", "surely", "come", "they_come", "able", "no", "but", "if", "people",
    "hour", "fill", "question", "number", "unknown",
]  # fmt: skip
"""`surely` is a yes alone and nothing beside a yes or a no; `they_come` may be said of oneself or of others."""

_LISTED: tuple[tuple[Sense, Phrases], ...] = (
    (
        "unsure",
        Phrases(
            "pata nahi, pata nhi, pata nai, pata nahin, pta nahi, pta nhi, pta nai, patanahi, patanhi, ptanhi, "
            "nahi pata, nhi pata, maloom nahi, malum nahi, maloom nhi, malom nahi, nahi maloom, abhi confirm nahi, "
            "confirm nahi, confirm nhi, abhi confirm nhi, shayad, shaid, shayd, shyd, shyad, shaed, not sure, "
            "no idea, dont know, do not know, idk, i dont know, maybe, may be, perhaps, unsure, not confirm, "
            "not confirmed, dekhta hun, dekhti hun, dekhta hoon, dekhti hoon, dekhta hu, dekhti hu, dekhta hon, "
            "dekhti hon, dekhte hain, dekhenge, dekhunga, dekhungi, will see, شاید, معلوم نہیں, پتہ نہیں, پتا نہیں, "
            "نہیں معلوم, دیکھتا ہوں, دیکھتی ہوں, خبر نه یم, یقین نہیں"
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
            "ji han, jee haan, jee han, yes, yup, yep, yeah, yess, ہاں, ہاں جی, جی ہاں, 👍"
        ),
    ),
    (
        "surely",
        Phrases(
            "inshallah, insha allah, in sha allah, inshaallah, zaroor, zarur, zror, bilkul, blkul, ان شاء اللہ, "
            "انشاءاللہ, انشااللہ, ضرور, بالکل"
        ),
    ),
    ("ji", Phrases("ji, jee, g, جی")),
    (
        "come",
        Phrases(
            "aaunga, aaungi, aonga, aongi, aunga, aungi, aounga, aoungi, aaonga, aaongi, awunga, aaun ga, aaun gi, "
            "aun ga, aun gi, aoon ga, aoon gi, aon ga, aon gi, aa jaunga, aa jaungi, a jaunga, a jaungi, aajaunga, "
            "aajaungi, ajaunga, ajaungi, aa jaon ga, aa jaon gi, aa raha hun, aa rahi hun, aa raha hoon, "
            "aa rahi hoon, a raha hun, a rahi hun, pohanch jaunga, pohanch jaungi, pohnch jaunga, pohnch jaungi, "
            "shamil hunga, shamil hungi, hazir hunga, hazir hungi, hazir hun, haazir hun, hazir hoon, i will come, "
            "i wil come, will come, wil come, ill come, im coming, i am coming, coming, will attend, i will attend, "
            "ill attend, will be there, ill be there, attending, آؤں گا, آؤں گی, آوں گا, آوں گی, آونگا, آونگی, "
            "آؤنگا, آؤنگی, آ جاؤں گا, آ جاؤں گی, آجاؤں گا, آجاؤں گی, آ رہا ہوں, آ رہی ہوں, حاضر ہوں, راځم"
        ),
    ),
    (
        "they_come",
        Phrases("aayenge, aaenge, ayenge, aenge, aayen ge, ayen ge, aain ge, آئیں گے, آئینگے"),
    ),
    (
        "ok",
        Phrases(
            "ok, okay, oky, oki, okey, okk, theek, thek, thik, teek, theak, thek he, thek hai, theek hai, theek he, "
            "theek h, thik hai, thik he, thek h, sure, agreed, done, ٹھیک, ٹھیک ہے, اوکے"
        ),
    ),
    (
        "no",
        Phrases(
            "nahi, nahin, nai, nhi, nahe, nehi, nhe, na, naa, no, nope, nah, not, cant, cannot, can not, couldnt, "
            "wont, will not, unable, نہیں, نئیں, نہ, 👎"
        ),
    ),
    (
        "able",
        Phrases(
            "aa, a, aana, ana, aane, aaun, sakta, sakti, sakte, skta, skti, sakun, sakoon, sakunga, sakungi, "
            "sakon ga, sakon gi, paunga, paungi, paun, paon ga, paon gi, come, attend, join, able, can, possible, "
            "mumkin, jaunga, shamil, hazir, آ, آنا, سکتا, سکتی, سکتے, سکوں, پاؤں, ممکن, شامل, حاضر"
        ),
    ),
    ("if", Phrases("agar, agr, if, unless, then i will, اگر")),
    ("but", Phrases("but, magar, mgr, lekin, lakin, laikin, مگر, لیکن")),
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
    (
        "fill",
        Phrases(
            "main, mein, me, mai, i, am, im, will, be, there, hun, hoon, hu, hon, ho, hai, he, hy, h, bhi, tou, toh, "
            "aap, ap, ko, ki, ke, ka, se, per, par, pe, kal, aaj, us, din, wahan, training, session, class, "
            "tomorrow, today, ga, gi, ge, and, aur, bas, it, is, the, my, mera, meri, hum, ham, jawab, sorry, "
            "maazrat, mazrat, muazrat, abhi, ہے, ہوں, ہو, میں, ہم, بھی, تو, کل, آج, اور, گا, گی, گے, کو, سے, پر, "
            "معذرت, زه, به"
        ),
    ),
)
SENSES = Senses(_LISTED)
"""What a word or phrase of an answer means."""
