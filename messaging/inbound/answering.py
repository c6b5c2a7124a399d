"""Yes, no, not sure, in digits or words of three scripts; what is said both ways is asked, never guessed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from messaging.inbound.hearing import Heard, is_question_word
from messaging.inbound.outcomes import Answer, AnswerInDoubt, Human, ToPerson, Undo
from messaging.inbound.script import Phrases, Token
from messaging.inbound.senses import SENSES, Sense

YES, NO, UNSURE = 1, 2, 3

_YES_ALONE = ("ہو", "ho", "hazir", "haazir", "present", "حاضر")
"""Yes only as the whole text: Pashto yes equals an Urdu word after folding, and "present" labels rows in a report."""
_UNDO = Phrases("ghalat, ghalti, galat, galti, ghlti, glti, ghalti se, wapas, wapis, undo, غلط, غلطی, واپس")
_AROUND_UNDO = Phrases(
    "ho, hogaya, hogai, gaya, gai, gayi, hui, hai, he, tha, thi, se, bheja, bhej, diya, kar, karo, karen, karein, "
    "do, den, dein, wala, jawab, number, mera, pehla, pehle, ji, ہو, گئی, گیا, ہے, سے, کریں, کر, دیں, جواب"
)
_HUMAN = Phrases("insan, baat, call me, call, انسان, بات, insan se baat")
_AROUND_HUMAN = Phrases(
    "se, me, baat, karni, krni, karna, karo, kro, karen, karein, kar, karwa, karwayen, do, dein, den, hai, he, "
    "chahiye, chahta, chahti, hun, mujhe, mjhe, koi, kisi, ko, zaroori, سے, بات, کریں, کرنی, ہے, کسی, مجھے, چاہیے"
)


@dataclass(frozen=True, slots=True)
class _Said:
    sense: Sense
    token: Token
    length: int


def answering(heard: Heard) -> Answer | AnswerInDoubt | Undo | Human | ToPerson | None:
    """What a text answers, or None when it answers nothing."""
    words = heard.words
    if not words:
        return None
    if [token.text for token in heard.row[:4] if token.kind == "word"] == ["please", "call", "me"]:
        return ToPerson("service_text")
    alone = words[0].text if len(words) == 1 and words[0].kind == "word" else ""
    if alone in ("i", "l"):
        return Answer(YES, polite=not heard.thanks)
    if alone == "o" or _whole(words, _UNDO, _AROUND_UNDO.words):
        return Undo()
    if _whole(words, _HUMAN, _AROUND_HUMAN.words):
        return Human()
    if alone in _YES_ALONE:
        return Answer(YES, spelled=True)
    if words[0].kind != "number":
        return _words(_senses(words), heard)
    if len(words[0].text) > 2 or words[0].value > 9:
        return None
    return _digit(_senses(words), heard)


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


def _senses(words: Sequence[Token]) -> list[_Said]:
    """Each word or phrase with its sense."""
    said = []
    place = 0
    while place < len(words):
        sense, length = SENSES.at(words, place) or (_lone_sense(words[place]), 1)
        said.append(_Said(sense, words[place], length))
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
    polite = first.value == YES and not rest
    return Answer(first.value, polite=polite, rest=words, question=heard.question)


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
    if choice == YES and ("if" in senses or "but" in senses):
        return AnswerInDoubt("condition")
    return None


def _words(said: Sequence[_Said], heard: Heard) -> Answer | AnswerInDoubt | None:
    senses = [each.sense for each in said]
    comment = heard.raw.strip() if any(sense in ("unknown", "number", "question") for sense in senses) else ""
    if "unsure" in senses:
        not_known = any(each.sense == "unsure" and each.length > 1 for each in said)
        if heard.question and not_known:
            return None
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
    return Answer(NO, spelled=True, rest=comment, question=heard.question)


def _yes(said: Sequence[_Said], heard: Heard, comment: str) -> Answer | AnswerInDoubt | None:
    senses = [each.sense for each in said]
    unknown = senses.count("unknown") + senses.count("number")
    firm = "yes" in senses or "come" in senses
    first = next((sense for sense in senses if sense not in ("fill", "neutral", "ji", "surely")), senses[0])
    if senses[0] == "question" or not any(
        sense in ("yes", "come", "ok", "ji", "surely", "they_come") for sense in senses
    ):
        return None
    if not heard.question_word and heard.question_mark and not unknown:
        return None
    if "if" in senses or ("but" in senses and not heard.question):
        return AnswerInDoubt("condition")
    if not firm and (heard.question or unknown > 2 or (unknown and "ok" not in senses and "surely" not in senses)):
        return None
    if not firm and "they_come" in senses and unknown:
        return None
    if firm and "come" not in senses and unknown and first != "yes":
        return None
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
        if each.sense == "no" and each.token.is_word({"na", "naa", "نہ"}) and after_yes and not before_verb:
            continue
        kept.append(each.sense)
    return kept


def _denies(said: Sequence[_Said]) -> bool:
    """Is coming denied: a no-word first, beside a verb of coming, or among nothing but known words?"""
    senses = _without_particles(said)
    if "no" not in senses:
        return False
    spoken = [sense for sense in senses if sense not in ("fill", "ji", "surely")]
    if spoken[0] == "no" and not _separate_yes(senses):
        return True
    for place, sense in enumerate(spoken):
        near = spoken[max(place - 1, 0) : place] + spoken[place + 1 : place + 2]
        if sense == "no" and any(other in ("come", "able") for other in near):
            return True
    return all(sense in ("no", "able") for sense in spoken)


def _separate_yes(senses: Sequence[Sense]) -> bool:
    """A verb of coming that stands away from the no-word: "nahi parson aaunga"."""
    spoken = [sense for sense in senses if sense not in ("fill", "ji", "surely")]
    if "come" not in spoken:
        return False
    place = spoken.index("come")
    return spoken[max(place - 1, 0)] != "no" and (place + 1 >= len(spoken) or spoken[place + 1] != "no")


def _counts_people(said: Sequence[_Said]) -> bool:
    return any(before.sense == "number" and after.sense == "people" for before, after in pairwise(said))
