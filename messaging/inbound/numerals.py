"""Numbers in words from 1 to 35, in roman Urdu, Urdu and English: row numbers, which are proposed and never stored."""

from collections.abc import Sequence

from messaging.inbound.script import Token, word_form

_SPELT = (
    "aik ek one ایک, do two دو, teen tin three تین, char chaar four چار, panch paanch five پانچ, "
    "chay che chhe chey chah six چھ چھے, saat sat seven سات, aath ath eight آٹھ, nau nine نو, das dus ten دس, "
    "gyarah giyara gyara giyarah eleven گیارہ, barah bara baara twelve بارہ, terah tera tehra thirteen تیرہ, "
    "chaudah choda chodah fourteen چودہ, pandrah pandra fifteen پندرہ, solah sola sixteen سولہ, "
    "satrah satra sattra seventeen سترہ, atharah athara eighteen اٹھارہ, unnees unees unis nineteen انیس, "
    "bees bis twenty بیس, ikkees ikees ikis اکیس, baees bais baais بائیس, teis tais taees تئیس تیئس, "
    "chaubees chobis chobees چوبیس, pachees pachis پچیس, chabbees chabees chabis چھبیس, sattais satais ستائیس, "
    "athais atthais اٹھائیس, untees unattis untis انتیس, tees tis thirty تیس, ikattis iktis iktees اکتیس, "
    "battis batis بتیس, taintis tentis teintis تینتیس, chauntis chontis چونتیس, paintis pentis پینتیس"
)
_VALUES = {word_form(word): value for value, group in enumerate(_SPELT.split(","), start=1) for word in group.split()}
_TENS = frozenset(("twenty", "thirty"))


def numeral(row: Sequence[Token], place: int) -> tuple[int, int] | None:
    """The number that is spelt at `place`, and how many tokens it takes; "twenty one" takes two."""
    token = row[place]
    value = _VALUES.get(token.text, _VALUES.get(token.single)) if token.kind == "word" else None
    if value is None:
        return None
    after = row[place + 1] if place + 1 < len(row) and token.text in _TENS else None
    ones = _VALUES.get(after.text, 0) if after is not None and after.kind == "word" else 0
    return (value + ones, 2) if 0 < ones < 10 else (value, 1)
