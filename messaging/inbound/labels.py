"""The words of an attendance report, and the part that each word and number of one plays in it."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from messaging.inbound.hearing import hear
from messaging.inbound.numerals import numeral
from messaging.inbound.script import Phrases, Senses, Token

_ALL = Phrases(
    "sub hazir, sub haazir, sub present, sub aaye, sub aye, sub aa gaye, sub agaye, "
    "sab, sub, sabhi, sab hi, all, all present, all are present, all ok, all here, everyone, everyone present, "
    "everybody, sab hazir, sab haazir, sab aaye, sab aye, sab aae, sab ae, sab aa gaye, sab a gaye, sab agaye, sab "
    "aagaye, sab aa gye, sab a gye, sab thay, sab the, sab present, sab mojood, sab maujood, sab moujood, sab ke "
    "sab, sab k sab, sab ke sab hazir, sab k sab hazir, sab theek, sare, saray, sary, sarey, sare hazir, saray "
    "hazir, sare aaye, sarey aaye, saray aaye, sare aye, tamam, tamam hazir, tamam log hazir, full, full attendance, "
    "full hazri, puri hazri, poori hazri, puri, poori, nil, none, zero, sifr, sifar, none absent, no absent, no one "
    "absent, nobody absent, absent nil, absent none, absent zero, ghair hazir koi nahi, ghair hazir nahi koi, ghair "
    "hazir nil, ghair hazir sifar, koi ghair hazir nahi, koi gair hazir nahi, koi bhi ghair hazir nahi, koi absent "
    "nahi, koi bhi absent nahi, koi ghair hazir nhi, koi gair hazir nhi, koi absent nhi, koi ghair hazir nai, koi "
    "ghair hazir nahin, sab log, sab log hazir, sab log aaye, sab log aye, sab log aa gaye, sab ustad hazir, sab "
    "ustad aaye, سب, سب حاضر, سب آئے, سب آ گئے, سب آگئے, سب موجود, سب لوگ, سب لوگ حاضر, سب لوگ آئے, سب کے سب, سب کے "
    "سب حاضر, تمام, تمام حاضر, تمام لوگ حاضر, سارے, سارے حاضر, صفر, پوری, مکمل, مکمل حاضری, کوئی غیر حاضر نہیں, کوئی "
    "بھی غیر حاضر نہیں, غیر حاضر کوئی نہیں, غیر حاضر صفر"
)
_REST_CAME = Phrases(
    "baqi sab aaye, baqi sab aye, baqi sab aae, baqi sab, baqi hazir, baqi haazir, baqi sab hazir, baqi sab haazir, "
    "baqi sab aa gaye, baqi sab a gaye, baqi sab agaye, baqi aaye, baqi aye, baqi log aaye, baqi log hazir, baki, "
    "baki sab, baki hazir, baki sab hazir, baki sab aaye, baki sab aye, baqi sab log hazir, baqi sab theek, baqi "
    "present, baqi sab present, baki present, rest present, rest are present, rest all present, rest all, rest of "
    "all present, all others present, all other present, others present, other present, remaining present, remaining "
    "all present, all rest present, rest, baqi, baqi tamam hazir, باقی سب, باقی حاضر, باقی سب حاضر, باقی سب آئے, "
    "باقی آئے, باقی, باقی سب آ گئے, باقی تمام حاضر, باقی موجود, باقی سب موجود, بقیہ حاضر, بقیہ سب حاضر"
)
_REST_AWAY = Phrases(
    "baqi ghair hazir, baqi sab ghair hazir, baqi gair hazir, baqi sab gair hazir, baki ghair hazir, baki sab ghair "
    "hazir, baqi absent, baqi sab absent, baki absent, baqi nahi aaye, baqi sab nahi aaye, rest absent, rest are "
    "absent, others absent, all others absent, remaining absent, باقی غیر حاضر, باقی سب غیر حاضر, باقی نہیں آئے"
)
_AWAY = Phrases(
    "g, gh, ghair, gair, ghir, ghayr, ghyr, ghair hazir, gair hazir, ghairhazir, gairhazir, ghair haazir, gair "
    "haazir, ghair hazri, gair hazri, absent, absents, abs, absnt, apsent, abscent, ab, not present, not come, did "
    "not come, didnt come, nahi aaye, nahi aye, nahi aae, nahi aaya, nahi aya, nhi aaye, nhi aye, nhi aaya, nhi aya, "
    "nai aaye, nai aye, nahin aaye, nahi aa sake, nahi thay, nahi the, nahi hain, na aaye, na aye, chutti, chutti "
    "per, chutti par, chutti pe, missing, leave, on leave, غیر, غ, غیر حاضر, غیرحاضر, نہیں آئے, نہیں آیا, نہیں آئی, "
    "نہیں تھے, چھٹی پر, چھٹی"
)
_HERE = Phrases(
    "h, hazir, haazir, hazar, hajir, present, presents, prsnt, persent, p, aaye, aye, aae, came, mojood, maujood, "
    "moujood, حاضر, ح, آئے, موجود"
)
_COUNT = Phrases("kul, total, tadad, tadaad, ٹوٹل, تعداد")
_CODE = Phrases("s, code, cod, kod, session, sesion, sessoin, seshan, کوڈ, سیشن")
_EXCEPT = Phrases(
    "siwaye, siwae, siwaey, siwai, sivaye, siwa, ke siwa, k siwa, ke siwaye, ke ilawa, k ilawa, ilawa, except, "
    "excpt, exept, all except, but, without, سوائے, سوا, کے سوا, کے علاوہ, علاوہ"
)
_OUT_OF = Phrases("mein se, me se, main se, mai se, m se, mn se, out of, of, میں سے")
_TO = Phrases("se, say, to, till, upto, up to, ta, through, سے, تا")
_UNTIL = Phrases("tak, tk, tek, تک")
_NUMBER = Phrases("no, num, number, numbers, nmbr, numbr, nbr, nr, roll, roll no, roll number, sr, sr no, sno, نمبر")
_FILLER = Phrases(
    "aur, or, and, n, for, of, par, alhamdulillah, mashallah, masha allah,  roll, roll no, roll number, sr no, "
    "log, loog, afrad, bande, num, number, numbers, nmbr, row, rows, sheet, sirf, srf, only, wale, wali, wala, "
    "waly, ji, jee, g, ke, ki, ka, k, ko, hain, hai, he, hy, hein, hn, is, are, was, were, r, the, thay, tha, thi, "
    "bhi, aaj, aj, today, ye, yeh, meri, hamari, training, trening, class, ustad, teacher, teachers, report, list, "
    "ha, please, اور, لوگ, افراد, استاد, نمبر, نمبرز, صرف, والے, والا, شیٹ, جی, ہیں, ہے, تھے, کی, کے, کا, آج, بھی, "
    "و, یہ, میری, 👍"
)
_NOT = Phrases(
    "nahi, nahin, nhi, nai, not, no, na, kal, kl, parson, agar, ya, shayad, galat, ghalat, نہیں, نہ, کل, پرسوں, یا, اگر"
)

Role = Literal[
    "number", "all", "rest_came", "rest_away", "away", "here", "count", "code", "out_of", "to", "until", "except",
    "filler", "unread",
]  # fmt: skip
_ROLES: tuple[tuple[Role, Phrases], ...] = (
    ("rest_away", _REST_AWAY),
    ("rest_came", _REST_CAME),
    ("all", _ALL),
    ("away", _AWAY),
    ("here", _HERE),
    ("count", _COUNT),
    ("code", _CODE),
    ("except", _EXCEPT),
    ("out_of", _OUT_OF),
    ("to", _TO),
    ("until", _UNTIL),
    ("filler", _FILLER),
)
_SAID = Senses(_ROLES)
_MOST_DIGITS_OF_A_ROW = 2


class Item(NamedTuple):
    """A number or a phrase of a report, and its part."""

    role: Role
    token: Token
    joined: str = ""
    """The mark that ties a number to the number before it: "-", "/" or none."""
    soft: bool = False
    """Is it read in a way that is rather proposed than stored, as a number in words?"""


def is_label(token: Token) -> bool:
    """Is the word itself a label for absent rows, as ABS is?"""
    return token.is_word(_AWAY.words)


def is_letter(item: Item) -> bool:
    """Is it a label of one letter, which a slip may have made?"""
    return item.role in ("away", "here") and len(item.token.text) == 1


def turns(token: Token) -> bool:
    """May an unread word turn what stands around it into its opposite, so that no reading without it is offered?"""
    return token.is_word(_NOT.words)


def is_report(row: Sequence[Token]) -> bool:
    """Is every word of the text one that a report may hold, with a number among them?"""
    items = list(items_of(row))
    return any(item.role == "number" for item in items) and all(item.role != "unread" for item in items)


def items_of(row: Sequence[Token]) -> Iterator[Item]:
    """Each number and phrase with its role; marks remain only as ties between numbers."""
    spoken = hear(row, "").words
    marks = _ties(row)
    place = 0
    while place < len(spoken):
        token = spoken[place]
        if token.kind == "number":
            yield Item("number", token, marks.get(token.start, ""))
            place += 1
            continue
        role, length = _role_at(spoken, place)
        spelt = numeral(spoken, place) if role == "unread" else None
        if spelt is not None:
            yield Item("number", token._replace(kind="number", text=str(spelt[0])), soft=True)
            place += spelt[1]
            continue
        yield Item(role, token, soft=role == "away" and token.text in _SHORT)
        place += length


_SHORT = frozenset(("a", "ab"))
"""Labels that may as well be something else."""


def _ties(row: Sequence[Token]) -> dict[int, str]:
    """For each number that a dash, a slash or several dots tie to the number before it: its place, and "-" or "/"."""
    ties: dict[int, str] = {}
    between: list[str] | None = None
    for token in row:
        if token.kind == "number":
            sign = "".join(between or ())
            if sign in ("-", "/"):
                ties[token.start] = sign
            elif len(sign) > 1 and set(sign) in ({"."}, {"-"}):
                ties[token.start] = "-"
            between = []
        elif token.kind == "mark" and between is not None:
            between.append(token.text)
        else:
            between = None
    return ties


def _role_at(spoken: Sequence[Token], place: int) -> tuple[Role, int]:
    """A number's name before it, "a" before one, "g" beside one are no words of their own."""
    token = spoken[place]
    after = spoken[place + 1] if place + 1 < len(spoken) else None
    if after is not None and after.kind == "number" and token.is_word(_NUMBER.words):
        return "filler", 1
    role, length = _SAID.at(spoken, place) or ("unread", 1)
    before_row = after is not None and after.kind == "number" and len(after.text) <= _MOST_DIGITS_OF_A_ROW
    if token.text in _SHORT:
        return ("away", 1) if before_row else ("unread", 1)
    if token.text == "g" and not before_row:
        glued = place > 0 and spoken[place - 1].kind == "number" and spoken[place - 1].end == token.start
        return ("away", 1) if glued else ("filler", 1)
    return role, length
