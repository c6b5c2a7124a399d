"""RAI, and the answer to the evening's question: what somebody thinks of a training session, kept without her name."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from clusters.feedback.actions import give
from clusters.feedback.actions import take_back as take_answer_back
from clusters.feedback.queries import Attended, last_attended
from clusters.feedback.rules import Score
from clusters.kernel.clock import day_of, today
from clusters.kernel.errors import Conflict, NotFound
from clusters.scope import Scope
from cop.sms.saying import says_something
from messaging.inbound.hearing import hear
from messaging.inbound.outcomes import Answer, Verb, Words
from messaging.inbound.script import Phrases, Senses, Token, tokens
from messaging.inbound.words import Asked, Reply, Text, Word

NAME = "feedback"

_SAID: Senses[Score] = Senses(
    (
        (Score.VERY_USEFUL, Phrases("bohat kaam ki, bahut kaam ki, boht kaam ki, very useful, بہت کام کی")),
        (Score.ALL_RIGHT, Phrases("theek, theek thi, thik, thik thi, theek hai, all right, ٹھیک, ٹھیک تھی")),
        (Score.NOT_USEFUL, Phrases("kaam ki nahi, kaam ki nahi thi, not useful, کام کی نہیں")),
    )
)
_COUNTED = Phrases(
    "log, bande, banday, ustad, teachers, teacher, people, persons, aadmi, afrad, din, days, ghante, ghantay, hours, "
    "baje, bajay, bache, bachay, minute, لوگ, افراد, دن, گھنٹے, بجے, بچے, استاد"
)
"""A number before one of these counts something and is no score."""


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Keep the opinion; ask for it where only the word was written."""
    if text.person_id is None:
        raise NotFound("person")
    if "session" in text.question:
        return _given(db, scope, text, int(text.question["session"]), *_of(text))
    attended = last_attended(db, scope, text.person_id)
    if attended is None:
        return Reply("feedback_nothing")
    score, words = _of(text)
    if score is None and not words:
        return _asked(db, attended)
    return _given(db, scope, text, attended.session_id, score, words)


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Delete it as if it had never been said; after two hours nobody knows which it is."""
    take_answer_back(db, scope, UUID(undo["answer"]))
    return Reply("undone_feedback")


def listens(said: Sequence[Token]) -> bool:
    """Do these words answer the evening's question: a score with words behind it, a score in words, or free words?"""
    spoken = hear(said, "").words
    if not spoken:
        return False
    if spoken[0].kind == "number":
        return _scored(spoken) is not None and len(spoken) > 1 and says_something(spoken[1:])
    return _in_words(spoken) is not None or says_something(said)


def _of(text: Text) -> tuple[Score | None, str | None]:
    """The score and the words of a text."""
    heard = text.heard
    if isinstance(heard, Answer):
        return (Score(heard.choice) if heard.choice in set(Score) else None), heard.rest or None
    raw = heard.rest if isinstance(heard, Verb | Words) else ""
    spoken = hear(tokens(raw), raw).words
    if not spoken:
        return None, None
    score = _scored(spoken)
    if score is not None:
        return score, raw[spoken[0].end :].strip(" \t\r\n.,;:=-،۔") or None
    said = _in_words(spoken)
    return (said, None) if said is not None else (None, raw.strip() or None)


def _scored(spoken: Sequence[Token]) -> Score | None:
    """The score that a number at the beginning gives, unless it counts something."""
    first, after = spoken[0], spoken[1] if len(spoken) > 1 else None
    if first.kind != "number" or first.value not in set(Score) or len(first.text) > 2:
        return None
    if after is not None and (after.kind == "number" or after.is_word(_COUNTED.words)):
        return None
    return Score(first.value)


def _in_words(spoken: Sequence[Token]) -> Score | None:
    """The score that the whole text says in our own words."""
    found = _SAID.at(spoken, 0)
    return found[0] if found is not None and found[1] == len(spoken) else None


def _given(db: Session, scope: Scope, text: Text, session_id: int, score: Score | None, words: str | None) -> Reply:
    person_id = text.person_id
    if person_id is None or (score is None and not words):
        raise NotFound("feedback")
    try:
        answer = give(db, scope, session_id, person_id, score, words, text.id)
    except Conflict:
        return Reply("feedback_twice")
    return Reply("feedback_kept", undo={"answer": str(answer)}, did={"do": NAME})


def _asked(db: Session, of: Attended) -> Reply:
    asks = Asked(NAME, of.session_id, {"session": of.session_id}, len(Score))
    if day_of(of.ends_at) == today(db):
        return Reply("feedback_ask", asks=asks, subject=of.subject)
    return Reply("feedback_ask_later", asks=asks, subject=of.subject, start=of.ends_at)


WORD = Word(
    NAME,
    {"ur_latn": ("rai", "raye", "raey"), "en": ("feedback",), "ur": ("رائے",)},
    tier=0,
    act=act,
    take_back=take_back,
    free=True,
    listens=listens,
)
