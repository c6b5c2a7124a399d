"""Yes, no, not sure, in digits or words of three scripts; what is said both ways is asked, never guessed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from messaging.inbound.hearing import Heard, is_question_word
from messaging.inbound.outcomes import Answer, AnswerInDoubt, Human, ToPerson, Undo
from messaging.inbound.script import Phrases, Token
from messaging.inbound.senses import SENSES, Sense

YES, NO, UNSURE = 1, 2, 3
CHOICES = frozenset((YES, NO, UNSURE))

_YES_ALONE = ("ہو", "ho", "hazir", "haazir", "present", "حاضر")
"""Yes only as the whole text: Pashto yes equals an Urdu word after folding, and "present" labels rows in a report."""
MOST_IN_A_CONDITION = 4
"""A text that begins with an if, or with "koshish", and has no more words than this, is an answer in doubt."""
MOST_WORDS = 80
"""A text of more words than these is for a person, whatever it begins with."""
_AFTERWARDS = ("parson", "parso", "پرسوں")
_SOFTENS = frozenset(("na", "naa", "نہ"))
_LETTERS = {"y": YES, "n": NO}
_BEFORE_DIGIT = Phrases(
    "number, num, option, optn, jawab, answer, ans, reply, digit, button, code, ji, jee, g, mera jawab, my answer, "
    "نمبر, جواب, جی, میرا جواب"
)
_OR = Phrases("ya, or, aur, and, to, phir, n, yaa, ke, یا, اور")
_UNDO = Phrases(
    "ghalat, ghalti, galat, galti, ghlti, glti, ghalti se, ghalath, wrong, mistake, by mistake, my mistake, "
    "wapas, wapis, waapas, undo, غلط, غلطی, واپس"
)
_AROUND_UNDO = Phrases(
    "ho, hogaya, hogai, gaya, gai, gayi, hui, hai, he, tha, thi, se, bheja, bhej, diya, kar, karo, karen, karein, "
    "do, den, dein, wala, jawab, mera, pehla, pehle, ji, ہو, گئی, گیا, ہے, سے, کریں, کر, دیں, جواب"
)
_HUMAN = Phrases(
    "insan, insaan, baat, bat karni, call me, call, phone, fone, rabta, raabta, insan se baat, انسان, بات, کال, فون, "
    "رابطہ"
)
_AROUND_HUMAN = Phrases(
    "se, me, baat, karni, krni, karna, karo, kro, karen, karein, kar, karwa, karwayen, do, dein, den, hai, he, "
    "chahiye, chahta, chahti, hun, mujhe, mjhe, muje, koi, kisi, ko, zaroori, lein, len, le, kren, krna, aap, ap, "
    "mera, meri, sahib, office, daftar, trainer, insan, insaan, phone, call, per, par, pe, please, want, to, talk, "
    "with, me,  سے, بات, کریں, کرنی, ہے, کسی, مجھے, چاہیے"
)


@dataclass(frozen=True, slots=True)
class _Said:
    sense: Sense
    token: Token
    length: int
    apart: bool = False
    """Does a mark stand between it and what was said before?"""


def answering(heard: Heard) -> Answer | AnswerInDoubt | Undo | Human | ToPerson | None:
    """What a text answers, or None when it answers nothing."""
    words = heard.words
    if not words or len(words) > MOST_WORDS:
        return None
    if [token.text for token in heard.row[:4] if token.kind == "word"] == ["please", "call", "me"]:
        return ToPerson("service_text")
    labelled = said_digit(heard)
    if labelled is not None:
        return labelled
    alone = words[0].text if len(words) == 1 and words[0].kind == "word" else ""
    if alone in ("i", "l"):
        return Answer(YES, polite=not heard.thanks)
    if alone == "o" or _whole(words, _UNDO, _AROUND_UNDO.words):
        return Undo()
    if _among(words, _HUMAN, _AROUND_HUMAN.words):
        return Human()
    if alone in _YES_ALONE:
        return Answer(YES, spelled=True)
    if alone in _LETTERS:
        return Answer(_LETTERS[alone], spelled=True)
    if words[0].kind != "number":
        return _words(_senses(words, heard.row), heard)
    if len(words[0].text) > 2 or words[0].value > 9:
        return None
    return _digit(_senses(words, heard.row), heard)


def said_digit(heard: Heard) -> Answer | None:
    """ "number 1", "jawab 2", "ji 1": a digit after a word that only announces it."""
    words = heard.words
    length = _BEFORE_DIGIT.at(words, 0) if len(words) > 1 else 0
    if not length or len(words) != length + 1 or words[-1].kind != "number":
        return None
    digit = words[-1]
    return (
        Answer(digit.value, polite=digit.value == YES)
        if len(digit.text) == 1 and YES <= digit.value <= UNSURE
        else None
    )


def is_no(heard: Heard) -> bool:
    """Does the text begin with 2 or a word for no, so that what follows is the reason?"""
    said = _senses(heard.words[:8])
    first = next((each for each in said if each.sense not in ("ji", "fill")), None)
    if first is None:
        return False
    return first.sense == "no" or (first is said[0] and first.token.text in ("2", "02"))


def _whole(words: Sequence[Token], opening: Phrases, around: Collection[str]) -> bool:
    """Is the text one of these phrases with nothing else but words that go with it?"""
    length = opening.at(words, 0)
    return bool(length) and all(token.is_word(around) for token in words[length:])


def _among(words: Sequence[Token], opening: Phrases, around: Collection[str]) -> bool:
    """Is one of these phrases in the text, and nothing else but words that go with it?"""
    place = next((place for place in range(min(len(words), 4)) if opening.at(words, place)), None)
    if place is None:
        return False
    beside = [*words[:place], *words[place + opening.at(words, place) :]]
    return all(token.is_word(around) for token in beside)


def _senses(words: Sequence[Token], row: Sequence[Token] = ()) -> list[_Said]:
    """Each word or phrase with its sense."""
    marked = {after.start for mark, after in pairwise(row) if mark.kind == "mark"}
    said = []
    place = 0
    while place < len(words):
        sense, length = SENSES.at(words, place) or (_lone_sense(words[place]), 1)
        said.append(_Said(sense, words[place], length, words[place].start in marked))
        place += length
    return said


def _lone_sense(token: Token) -> Sense:
    if token.kind == "number":
        return "number"
    return "question" if is_question_word(token) else "unknown"


def _digit(said: Sequence[_Said], heard: Heard) -> Answer | AnswerInDoubt | Undo | Human:
    """A digit first: it is the answer and the rest its reason, unless the rest says otherwise."""
    first, rest = said[0].token, said[1:]
    numbers = {each.token.value for each in rest if each.sense == "number"}
    if rest and rest[0].sense == "number" and numbers != {first.value}:
        return AnswerInDoubt("several_digits")
    other = next((each for each in rest if not each.token.is_word(_OR.words)), None)
    if other is not None and other.sense == "number" and other.token.value != first.value:
        return AnswerInDoubt("several_digits")  # "1 ya 2"
    if first.value in CHOICES and _answered_again(first.value, rest):
        return AnswerInDoubt("several_digits")  # "1 haan 2 nahi"
    if rest and rest[0].sense in ("people", "hour"):
        return AnswerInDoubt("counted")
    spoken = any(each.sense != "number" for each in rest)
    words = heard.raw[first.end :].strip(" \t\r\n.,;:=-\"'۔،") if spoken else ""
    if first.value == 0:
        return Undo(words)
    if first.value == 9:
        return Human(words)
    doubt = _contradicts(first.value, rest)
    if doubt:
        return doubt
    polite = first.value == YES and all(each.sense == "ji" for each in rest)
    return Answer(first.value, polite=polite, rest=words, question=heard.question)


def _answered_again(choice: int, rest: Sequence[_Said]) -> bool:
    """Does another choice stand further on, with its own word behind it?"""
    return any(
        each.sense == "number" and each.token.value in CHOICES - {choice} and after.sense in ("yes", "no", "unsure")
        for each, after in pairwise(rest)
    )


def _contradicts(choice: int, rest: Sequence[_Said]) -> AnswerInDoubt | None:
    """Do the words after a digit say something else than the digit?"""
    senses = [each.sense for each in rest]
    if not rest or choice > UNSURE:
        return None
    yes = any(sense in ("yes", "come") for sense in senses)
    no = _denies(rest)
    if (choice == YES and (no or "unsure" in senses)) or (choice == NO and yes and not no):
        return AnswerInDoubt("yes_and_no")
    if choice == UNSURE and "unsure" not in senses and (yes or no):
        return AnswerInDoubt("yes_and_no")
    if choice == YES and ("if" in senses or "but" in senses or _afterwards(rest)):
        return AnswerInDoubt("condition")
    return None


def _afterwards(said: Sequence[_Said]) -> bool:
    """Is another day spoken of than the one that was asked about?"""
    return any(each.token.is_word(_AFTERWARDS) for each in said)


def _other_digit(said: Sequence[_Said], choice: int) -> bool:
    """Does a lone digit at the end say something else than the words: "haan 2", "no 1"?"""
    last = said[-1]
    return last.sense == "number" and len(last.token.text) == 1 and last.token.value != choice


def _words(said: Sequence[_Said], heard: Heard) -> Answer | AnswerInDoubt | None:
    senses = [each.sense for each in said]
    comment = heard.raw.strip() if any(sense in ("unknown", "number", "question") for sense in senses) else ""
    if "unsure" in senses:
        not_known = any(each.sense == "unsure" and each.length > 1 for each in said)
        if heard.question and not_known:
            return None
        if _other_digit(said, UNSURE):
            return AnswerInDoubt("several_digits")
        return Answer(UNSURE, spelled=True, rest=comment, question=heard.question)
    if _counts_people(said):
        return AnswerInDoubt("counted")
    if "no" in _without_particles(said):
        return _no(said, heard, comment)
    return _yes(said, heard, comment)


def _no(said: Sequence[_Said], heard: Heard, comment: str) -> Answer | AnswerInDoubt | None:
    senses = _without_particles(said)
    if "yes" in senses or "ok" in senses:
        return AnswerInDoubt("yes_and_no")
    if not _denies(said):
        return AnswerInDoubt("yes_and_no") if "come" in senses else None
    if senses[0] == "question" or (heard.question_mark and not comment):
        return None
    if "but" in senses or "if" in senses:
        return AnswerInDoubt("condition")
    if _other_digit(said, NO):
        return AnswerInDoubt("several_digits")
    return Answer(NO, spelled=True, rest=comment, question=heard.question)


def _yes(said: Sequence[_Said], heard: Heard, comment: str) -> Answer | AnswerInDoubt | None:
    senses = [each.sense for each in said]
    unknown = senses.count("unknown") + senses.count("number")
    firm = "yes" in senses or "come" in senses
    first = next((sense for sense in senses if sense not in ("fill", "neutral", "ji", "surely")), senses[0])
    if senses[0] == "if" and len(said) <= MOST_IN_A_CONDITION:
        return AnswerInDoubt("condition")
    if senses[0] == "question" or not any(
        sense in ("yes", "come", "ok", "ji", "surely", "they_come") for sense in senses
    ):
        return None
    if not heard.question_word and heard.question_mark and not unknown:
        return None
    if "if" in senses or ("but" in senses and not heard.question):
        return AnswerInDoubt("condition")
    if not firm and (heard.question or unknown > 2 or (unknown and senses[0] not in ("ok", "ji", "surely"))):
        return None
    if not firm and "they_come" in senses and unknown:
        return None
    if firm and "come" not in senses and unknown and first != "yes":
        return None
    if _afterwards(said):
        return AnswerInDoubt("condition")
    if _other_digit(said, YES):
        return AnswerInDoubt("several_digits")
    polite = not firm and not comment and "surely" not in senses and "they_come" not in senses
    return Answer(YES, spelled=True, polite=polite, rest=comment, question=heard.question)


def _without_particles(said: Sequence[_Said]) -> list[Sense]:
    """The senses without phrases that mean nothing here and without the "na" that only softens a yes."""
    kept: list[Sense] = []
    for place, each in enumerate(said):
        if each.sense == "neutral":
            continue
        after_yes = bool(kept) and kept[-1] in ("yes", "come", "ok", "they_come")
        before_verb = place + 1 < len(said) and said[place + 1].sense in ("come", "able")
        if each.sense == "no" and each.token.text in _SOFTENS and after_yes and not before_verb:
            continue
        kept.append(each.sense)
    return kept


def _denies(said: Sequence[_Said]) -> bool:
    """Is coming denied: a no-word first, beside a verb of coming, or among nothing but known words?"""
    senses = _without_particles(said)
    if "no" not in senses or _cut(said) or _of_something_else(said):
        return False
    spoken = [sense for sense in senses if sense not in ("fill", "ji", "surely")]
    if spoken[0] == "no" and not _separate_yes(senses):
        return not _afterwards(said)
    for place, sense in enumerate(spoken):
        near = spoken[max(place - 1, 0) : place] + spoken[place + 1 : place + 2]
        if sense == "no" and any(other in ("come", "able") for other in near):
            return True
    return all(sense in ("no", "able", "day") for sense in spoken) and not _afterwards(said)


def _of_something_else(said: Sequence[_Said]) -> bool:
    """ "jawab nahi mila": a no among the first words that denies a verb which we do not know."""
    first = next((each for each in said if each.sense not in ("ji", "neutral", "surely")), None)
    return (first is not None and first.sense == "fill") and any(
        before.sense == "no" and after.sense == "unknown" for before, after in pairwise(said)
    )


def _cut(said: Sequence[_Said]) -> bool:
    """Does a mark part a no from a coming that no other no denies: "nahi, aaunga"?"""
    return any(before.sense == "no" and after.sense == "come" and after.apart for before, after in pairwise(said))


def _separate_yes(senses: Sequence[Sense]) -> bool:
    """A verb of coming that stands away from the no-word: "nahi parson aaunga"."""
    spoken = [sense for sense in senses if sense not in ("fill", "ji", "surely")]
    if "come" not in spoken:
        return False
    place = spoken.index("come")
    return spoken[max(place - 1, 0)] != "no" and (place + 1 >= len(spoken) or spoken[place + 1] != "no")


def _counts_people(said: Sequence[_Said]) -> bool:
    return any(before.sense == "number" and after.sense == "people" for before, after in pairwise(said))
