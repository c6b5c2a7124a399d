"""Reads a text as a person would: leaving first, then the command, then an answer; every text ends in one outcome."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from messaging.inbound.answering import answering, is_no, said_digit
from messaging.inbound.codes import schools, trimmed
from messaging.inbound.everyday import is_everyday, is_sentence
from messaging.inbound.hearing import Heard, hear, is_question_word
from messaging.inbound.labels import is_label, is_report
from messaging.inbound.leaving import leaving, returning
from messaging.inbound.nearness import SCORES, Expects, Match, Spelling, Vocabulary
from messaging.inbound.outcomes import (
    Answer,
    AnswerInDoubt,
    Outcome,
    Shared,
    Single,
    Thanks,
    Tie,
    TwoThings,
    Unclear,
    Verb,
)
from messaging.inbound.report import AGAIN
from messaging.inbound.script import Phrases, Token, tokens
from messaging.inbound.whose import spread, whose

SCORE_WITHOUT_VERB = 0.6
_HELP = Phrases("help, info")
"""Reserved by providers, and so no words of any book; where one of them reaches us alone it means the help text."""
_SHORTEST: Mapping[Expects, int] = {"": 1, "session": 3, "school": 4, "number": 1}
"""Digits from which a number may be what a command expects."""
_ASKING = Phrases(
    "data, record, info, details, detail, dikhao, dikhaen, dikhayen, dikhain, dikha, batao, bataen, batayen, bata, "
    "bhejo, bhejen, bhejein, show, send, see, chahiye, chahye, karo, karen, karein, kar, do, den, dein, dijiye, mujhe, "
    "ko, me, my, please, hai, he, ڈیٹا, ریکارڈ, دکھائیں, دکھاؤ, بتائیں, بھیجیں, چاہیے, دیں, کریں, مجھے"
)
"""What may stand beside a command that is one only by itself."""
_ABOUT = Phrases(
    "training, trening, tarining, trainings, session, meeting, class, agli, agla, next, meri, hamari, hai, he, hy, "
    "hain, ki, ka, ke, pe, par, per, aana, jana, hogi, hoga, ho gi, the, is, will, be, my, our, ye, yeh, maths, "
    "math, science, urdu, english, ٹریننگ, تربیت, سیشن, ہے, ہیں, ہوگی, ہوگا, ہماری, میری, اگلی, کی, پر, آنا, جانا"
)
"""What may stand beside a question about the next training."""


@dataclass(frozen=True, slots=True)
class Context:
    """What reading may know of the sender."""

    codes: Collection[str] = frozenset()
    """Codes of the sender's own sessions."""
    invited: Collection[str] = frozenset()
    """Codes of the sessions that the sender is invited to: a leave word beside one is about that session, too."""
    pending: bool = False
    """Can a send of hers still be stopped?"""
    persons: Mapping[str, str] = field(default_factory=dict)
    """First names by letter, where several persons share the phone; empty where it is one person's."""
    help_name: str = "help"
    """Name of the command that answers a lone HELP."""


def read(raw: str, vocabulary: Vocabulary, context: Context | None = None) -> Outcome:
    """What a text means; it never fails, and takes time in proportion to the text's length."""
    known = context or Context()
    if known.persons:
        raw = spread(raw, known.persons)
    row = tokens(raw)
    if known.persons:
        shared = _shared(row, raw, vocabulary, known)
        if shared is not None:
            return shared
    return _read(hear(row, raw), vocabulary, known)


def asks_for_help(raw: str) -> bool:
    """Is it HELP or INFO alone, which some providers answer themselves?"""
    words = hear(tokens(raw), raw).words
    return len(words) == 1 and words[0].is_word(_HELP.words)


def _read(heard: Heard, vocabulary: Vocabulary, known: Context) -> Single:
    words = heard.words
    if not words:
        return _without_words(heard, vocabulary)
    digit = said_digit(heard)
    if digit is not None:
        return digit
    first = vocabulary.exact(words)
    if first is not None and first.spelling.free and _is_meant(first, heard):
        return (None if _is_firm(first, heard) else _answered_instead(heard)) or _verb(first, heard)
    leave = leaving(heard, {*known.codes, *known.invited}, pending=known.pending, in_reason=is_no(heard)) or returning(
        heard
    )
    if leave is not None:
        return leave
    if words[0].is_word(_HELP.words) and all(token.is_word(_ASKING.words) for token in words[1:]):
        return Verb(known.help_name, SCORES["exact"], "exact")
    command = _command(first, heard, vocabulary, known)
    if command is not None:
        return command
    return (
        answering(heard)
        or _asked_about(heard, vocabulary)
        or _near(heard, vocabulary, known)
        or Unclear("words", heard.question)
    )


def _without_words(heard: Heard, vocabulary: Vocabulary) -> Single:
    """Only courtesies, marks or nothing; a lone question mark may be a word of the book."""
    if [token.text for token in heard.row] == ["?"]:
        asked = vocabulary.exact(heard.row)
        return Verb(asked.spelling.name, SCORES["exact"], "exact") if asked else Unclear("words", question=True)
    if heard.thanks:
        return Thanks()
    if any(token.kind == "word" for token in heard.row):
        return Unclear("greeting", heard.question)
    return Unclear("words" if heard.question else "empty", heard.question)


def _command(first: Match | None, heard: Heard, vocabulary: Vocabulary, known: Context) -> Single | None:
    """A command written as it is printed: at the beginning, or anywhere beside a code that says which is meant."""
    words = heard.words
    beside_code = any(token.kind == "number" and token.text in known.codes for token in words)
    if first is not None and (not beside_code or first.spelling.expects or first.spelling.stores):
        awaited = known.pending and len(words) == first.length  # PAKKA alone, while something waits for its code
        answer = None if awaited or _is_firm(first, heard) else _answered_instead(heard)
        if answer is not None:
            return answer
        if _is_meant(first, heard):
            return _unless_garbled(_alone(first, heard, vocabulary), first, heard, known)
    behind_code = _behind_code(heard, vocabulary, known)
    if behind_code is not None:
        return behind_code
    for place in range(1, len(words) if beside_code or schools(words) else 0):
        match = vocabulary.exact(words, place)
        if match is not None and _may_stand(match.spelling, heard, beside_code=beside_code):
            return _in_the_middle(match, heard, vocabulary, place, known)
    if first is not None and _is_meant(first, heard):
        return _unless_garbled(_alone(first, heard, vocabulary), first, heard, known)
    anywhere = [each for each in vocabulary.spellings if each.anywhere and each.expects != "school"]
    if beside_code and len(anywhere) == 1 and is_report(heard.row):
        return Verb(anywhere[0].name, SCORE_WITHOUT_VERB, "missing", heard.row, heard.raw.strip())
    return None


def _unless_garbled(
    found: Verb | TwoThings, match: Match, heard: Heard, known: Context, place: int = 0
) -> Verb | TwoThings:
    """ "hazr5 4814 3 7": a number that grew out of the word and is no code may be a slip in the word: proposed."""
    words = heard.words
    end = place + match.length
    after = words[end] if end < len(words) else None
    grown = after is not None and after.kind == "number" and after.start == words[end - 1].end
    if (
        grown
        and after is not None
        and match.spelling.anywhere
        and after.text not in known.codes
        and isinstance(found, Verb)
    ):
        return replace(found, score=SCORE_WITHOUT_VERB)
    return found


def _behind_code(heard: Heard, vocabulary: Vocabulary, known: Context) -> Verb | TwoThings | None:
    """ "4814 khatam": the command right behind the session's code that it expects."""
    words = heard.words
    if len(words) < 2 or words[0].kind != "number" or words[0].text not in known.codes:
        return None
    match = vocabulary.exact(words, 1)
    if match is None or match.spelling.expects != "session":
        return None
    return _alone(match, heard, vocabulary, 1)


def _in_the_middle(match: Match, heard: Heard, vocabulary: Vocabulary, place: int, known: Context) -> Verb | TwoThings:
    """A command among other words; with a number before it that is no code it may be two things, and is proposed."""
    found = _unless_garbled(_alone(match, heard, vocabulary, place), match, heard, known, place)
    before = any(token.kind == "number" and token.text not in known.codes for token in heard.words[:place])
    after = any(token.kind == "number" and token.text not in known.codes for token in heard.words[place:])
    if isinstance(found, Verb) and before and after and match.spelling.expects != "school":
        return replace(found, score=SCORE_WITHOUT_VERB)
    return found


def _may_stand(spelling: Spelling, heard: Heard, *, beside_code: bool) -> bool:
    """May this command stand in the middle of this text?"""
    if not spelling.anywhere:
        return False
    return bool(schools(heard.words)) if spelling.expects == "school" else beside_code


def _numbered(spelling: Spelling, heard: Heard) -> bool:
    """Is there a number that may be what the command expects?"""
    return any(token.kind == "number" and len(token.text) >= _SHORTEST[spelling.expects] for token in heard.words)


def _is_firm(match: Match, heard: Heard) -> bool:
    """Is it surely a command, whatever else its words may mean?"""
    spelling = match.spelling
    if spelling.expects:
        return _numbered(spelling, heard)
    return spelling.free or spelling.anywhere or is_question_word(heard.words[0]) or len(heard.words) == match.length


def _answered_instead(heard: Heard) -> Single | None:
    """ "agli training mein nahi aaunga", "sure": it begins with a command's word and is an answer."""
    said = answering(heard)
    return said if isinstance(said, Answer | AnswerInDoubt) else None


def _is_meant(match: Match, heard: Heard) -> bool:
    """Is the word at the beginning a command, or just the first word of a sentence?"""
    spelling, rest = match.spelling, heard.words[match.length :]
    if spelling.alone:
        return all(token.is_word(_ASKING.words) for token in rest)
    if not spelling.expects or _numbered(spelling, heard):
        return True
    asks = heard.question_mark or any(is_question_word(token) for token in rest)
    if asks or is_sentence(rest):
        return spelling.expects == "session" and spelling.free and not asks and not leaving(heard, ())
    return not leaving(heard, ())


def _alone(match: Match, heard: Heard, vocabulary: Vocabulary, place: int = 0) -> Verb | TwoThings:
    """The command, unless another one stands beside it and either of them would store something."""
    others: dict[str, Spelling] = {}
    again: set[int] = set()
    spoken = heard.words
    for other in range(place + match.length, len(spoken) if not match.spelling.free else 0):
        beside = vocabulary.exact(spoken, other)
        if beside is None or not _begins(beside, spoken, other):
            continue
        if beside.spelling.name != match.spelling.name:
            others[beside.spelling.name] = beside.spelling
        elif not is_label(spoken[other]):
            again.add(spoken[other].start)
    if others and (match.spelling.stores or any(spelling.stores for spelling in others.values())):
        return TwoThings((match.spelling.name, *sorted(others)))
    return _verb(match, heard, place, again)


def _begins(match: Match, spoken: Sequence[Token], place: int) -> bool:
    """Does a command begin at a word in the middle, and not just a word that it shares: "date 14/3"?"""
    after = place + match.length
    least = _SHORTEST[match.spelling.expects]
    return not match.spelling.expects or any(
        token.kind == "number" and len(token.text) >= least for token in spoken[after : after + 1]
    )


def _verb(match: Match, heard: Heard, place: int = 0, again: Collection[int] = ()) -> Verb:
    """The command with what was written around it; where it was written `again`, a mark stands instead."""
    said = heard.words[place : place + match.length]
    begin, end = said[0].start, said[-1].end
    kept = [
        Token("mark", AGAIN, token.start, token.end) if token.start in again else token
        for token in heard.row
        if not begin <= token.start < end or is_label(token)
    ]
    rest = heard.raw[end:] if place == 0 else heard.raw[:begin] + heard.raw[end:]
    return Verb(match.spelling.name, SCORES[match.how], match.how, tuple(kept), trimmed(rest))


def _near(heard: Heard, vocabulary: Vocabulary, known: Context) -> Verb | TwoThings | Tie | None:
    """A first word that is nearly a command's; equally near to several, or near only in sound, is asked."""
    if is_everyday(heard.words[0]) or vocabulary.is_saying(heard.words):
        return None
    found = vocabulary.near(heard.words[0])
    if len(found) > 1:
        return Tie(tuple(match.spelling.name for match in found))
    if not found or not _is_meant(found[0], heard):
        return None
    spelling, rest = found[0].spelling, heard.words[1:]
    if not (spelling.free or spelling.expects or spelling.anywhere) and not all(_goes_with(token) for token in rest):
        return None
    if found[0].how in ("two_letters", "sound") and not spelling.anywhere and (spelling.stores or rest):
        return Tie((spelling.name,))
    return _unless_garbled(_verb(found[0], heard), found[0], heard, known)


def _goes_with(token: Token) -> bool:
    """May it stand behind a command that takes no words, so that a slip in the command is still its slip?"""
    return token.kind == "number" or token.is_word(_ASKING.words) or token.is_word(_ABOUT.words)


def _asked_about(heard: Heard, vocabulary: Vocabulary) -> Verb | None:
    """ "training kab hai?": a word that asks, behind nothing but the training itself, is the command it is alone."""
    words = heard.words
    place = 0
    while place < len(words) - 1 and words[place].is_word(_ABOUT.words):
        place += 1
    if (
        not place
        or not is_question_word(words[place])
        or not all(token.is_word(_ABOUT.words) for token in words[place + 1 :])
    ):
        return None
    match = vocabulary.exact(words, place)
    return _verb(match, heard, place) if match is not None and not match.spelling.stores else None


def _shared(row: Sequence[Token], raw: str, vocabulary: Vocabulary, known: Context) -> Shared | None:
    """A text of a shared phone that says which person wrote what."""
    outcomes: list[tuple[str, Single]] = []
    for part in whose(row, raw, known.persons):
        outcome = _read(hear(part.row, raw[: part.stop]), vocabulary, known)
        outcomes.extend((letter, outcome) for letter in part.letters)
    return Shared(tuple(outcomes)) if outcomes else None
