"""AZMAYA 5127 1: a note was tried; whether it worked, and what was done otherwise."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from cop.knowledge.actions import adapt, erase_own, try_note, untry
from cop.knowledge.models import PracticeNote
from cop.knowledge.queries import by_number, near, note_of
from cop.knowledge.rules import AUDIENCES, DIGITS_LEAST
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.script import Phrases, Token, tokens
from messaging.inbound.words import Asked, Reply, Text, Word

NAME = "tried"
OFFERED = "note"
"""The word that hears for whom her own way is."""
_WORKED = {1: True, 2: False}
_YES = Phrases(
    "haan, han, ji haan, ji, kaam aaya, kam aya, kaam aya, kam aaya, kaam kiya, acha raha, acha tha, acha, bohat acha, "
    "faida hua, kamyab, kamyab raha, it worked, worked, works, yes, good, ہاں, جی ہاں, کام آیا, اچھا رہا, فائدہ ہوا"
)
_NO = Phrases(
    "nahi, nahin, nhi, nai, kaam nahi aaya, kam nahi aya, kaam nahi aya, kam nahi aaya, kaam nahi kiya, "
    "faida nahi hua, acha nahi raha, nakam, it did not work, did not work, didnt work, not worked, no, "
    "نہیں, کام نہیں آیا, فائدہ نہیں ہوا"
)
_FILLING = Phrases("note, number, code, no, nr, نوٹ, نمبر")


class Trial(NamedTuple):
    """A note's number as it was written, whether it worked, and her own words."""

    written: str
    worked: bool | None
    words: str


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Store what is sure; a wrong number is asked, and so is what was not said."""
    heard = text.heard
    if isinstance(heard, Answer):
        return _chosen(db, scope, text, heard)
    if not isinstance(heard, Verb):
        raise NotFound("note_not_found")
    said = read_trial(heard.rest)
    if said is None:
        return Reply("tried_example")
    note = by_number(db, scope, said.written)
    if note is None:
        return _wrong_number(db, scope, said)
    return _stored(db, scope, note, said.worked, said.words)


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """What she had written before counts again."""
    note = untry(db, scope, undo["note"], undo["before"])
    if "own" in undo:
        erase_own(db, scope, undo["own"])
    return Reply("tried_undone", note=note.number, title=note.title)


def read_trial(rest: str) -> Trial | None:
    """A number, 1 or 2 or words for them, and words of her own; None without a number."""
    spoken = [token for token in tokens(rest) if token.kind != "mark"]
    while spoken and spoken[0].kind == "word" and _FILLING.at(spoken, 0):
        spoken = spoken[1:]
    if not spoken or spoken[0].kind != "number" or len(spoken[0].text) < DIGITS_LEAST:
        return None
    number, behind = spoken[0], spoken[1:]
    worked, taken = _verdict(behind)
    last = behind[taken - 1] if taken else number
    return Trial(number.text, worked, rest[last.end :].strip(" \t\r\n.,;:=-\"'۔،"))


def _verdict(behind: Sequence[Token]) -> tuple[bool | None, int]:
    """Did it work, and how many tokens say so?"""
    if not behind:
        return None, 0
    if behind[0].kind == "number":
        return (_WORKED[behind[0].value], 1) if behind[0].value in _WORKED else (None, 0)
    no, yes = _NO.at(behind, 0), _YES.at(behind, 0)
    if not no and not yes:
        return None, 0
    return (False, no) if no > yes else (True, yes)


def _stored(db: Session, scope: Scope, note: PracticeNote, worked: bool | None, words: str) -> Reply:
    before = try_note(db, scope, note, worked, words)
    undo: dict[str, Any] = {"note": note.id, "before": before}
    did: dict[str, Any] = {"do": NAME, "note": note.number}
    if worked is None:
        asks = Asked(NAME, note.id, {"note": note.id})
        return Reply("tried_asked", asks=asks, undo=undo, did=did, note=note.number, title=note.title)
    said = words or str((before or {}).get("words") or "")
    if said and note.author_id != scope.person_id:
        own = adapt(db, scope, note, said)
        # Whom it is for is asked as of any new note; her way stays hers alone until she says so.
        asks = Asked(OFFERED, own.id, {"note": own.id}, len(AUDIENCES))
        undo["own"] = own.id
        return Reply(
            "tried_adapted", asks=asks, undo=undo, did={**did, "worked": worked, "own": True}, note=note.number,
            title=note.title,
        )  # fmt: skip
    key = "tried_worked" if worked else "tried_not_worked"
    return Reply(key, undo=undo, did={**did, "worked": worked}, note=note.number, title=note.title)


def _chosen(db: Session, scope: Scope, text: Text, heard: Answer) -> Reply:
    """A digit for what we asked: did it work, or which note was meant."""
    if "note" in text.question:
        note = note_of(db, scope, text.question["note"])
        return _stored(db, scope, note, _WORKED[heard.choice], heard.rest)
    meant = text.question["notes"]
    found = by_number(db, scope, meant[heard.choice - 1]) if heard.choice <= len(meant) else None
    if found is None:
        return Reply("nothing_changed")
    return _stored(db, scope, found, text.question["worked"], text.question["words"])


def _wrong_number(db: Session, scope: Scope, said: Trial) -> Reply:
    """Offer the notes whose number is one slip away."""
    found = near(db, scope, said.written)
    if not found:
        return Reply("note_unknown", typed=said.written[:9])
    asks = Asked(
        NAME,
        found[0].id,
        {"notes": [note.number for note in found], "worked": said.worked, "words": said.words},
        max(len(found), 2),
    )
    if len(found) == 1:
        return Reply("note_wrong_one", asks=asks, typed=said.written[:9], note=found[0].number, title=found[0].title)
    offered = " ".join(f"{place}={note.number} {note.title[:14]}" for place, note in enumerate(found, start=1))
    return Reply("note_wrong_some", asks=asks, typed=said.written[:9], titles=offered)


WORD = Word(
    NAME,
    {
        "ur_latn": ("azmaya", "aazmaya", "azmaia", "azmayi", "azmai", "azmaaya", "ajmaya"),
        "en": ("tried", "try"),
        "ur": ("آزمایا", "آزمائی"),
    },
    tier=0,
    act=act,
    take_back=take_back,
    free=True,
    expects="number",
)
