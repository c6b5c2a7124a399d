"""NOTE: something that worked in class, kept for its author at once; then she says who may see it, and asks how far it
came."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from cop.consent.actions import decide
from cop.consent.queries import allows
from cop.consent.rules import Purpose
from cop.knowledge.actions import adapt, erase, restore, show_to, unwish, wish_to_show, write
from cop.knowledge.models import PracticeNote
from cop.knowledge.queries import by_number, may_read, near, note_of, own_note, reach
from cop.knowledge.rules import AUDIENCES, DIGITS_LEAST, Audience, Standing
from messaging.inbound.codes import trimmed
from messaging.inbound.outcomes import Answer, Verb, Words
from messaging.inbound.script import Phrases, Token, tokens
from messaging.inbound.words import Asked, Reply, Text, Word
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.relaying import language_of
from messaging.texts.shortening import shorten, tidy

NAME = "note"
SOURCE = "text"
_NAMED = Phrases(
    "n, naam, nam, name, naam ke sath, naam k sath, with name, with my name, mera naam, نام, نام کے ساتھ, ن"
)
_WANTED = Phrases("haan, han, ji haan, yes, khabar haan, news yes, ہاں, جی ہاں")
_UNWANTED = Phrases("nahi, nahin, nai, no, khabar nahi, news no, نہیں")
READ_LETTERS, READ_LETTERS_URDU = 170, 60
"""How many letters of a note its reader gets in two parts of a text."""
_UNNAMED = Phrases("bina naam, baghair naam, bagair naam, without name, no name, بغیر نام, بنا نام")


class Chosen(NamedTuple):
    """Whom a note is for, and whether with its author's name."""

    audience: Audience
    named: bool


class Meant(NamedTuple):
    """The note that somebody writes about, and what is to be done with it."""

    number: str
    chosen: Chosen | None


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Keep a note, take its author's word for whom it is, or tell her how far it came."""
    heard = text.heard
    if "note" in text.question:
        return _answered(db, scope, text, heard)
    if not isinstance(heard, Verb):
        raise NotFound("note_not_found")
    said = tokens(heard.rest)
    wish = _wish(said)
    if wish is not None:
        return _news(db, scope, wish)
    meant = about_number(said)
    if meant is not None:
        return _about(db, scope, meant)
    grown = _grown(db, scope, heard.rest, said)
    if grown is not None:
        return grown
    if not any(token.kind == "word" for token in said):
        return Reply("note_example")
    note = write(db, scope, trimmed(heard.rest))
    return _asked(note, undo={"note": note.id}, did={"do": "note", "text": note.words})


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Let it stand as before; what was just written is forgotten."""
    if "news" in undo:
        return _news(db, scope, bool(undo["news"]), undone=True)
    if "wish" in undo:
        unwish(db, scope, undo["wish"])
        shown = note_of(db, scope, undo["shown"])
        return Reply("note_wish_back", note=shown.number, title=shown.title)
    if "standing" in undo:
        note = restore(db, scope, undo, SOURCE)
        key = "note_back" if note.standing in (Standing.PASSED_ON, Standing.WAITS) else "note_unshown"
        return Reply(key, note=note.number, title=note.title)
    gone = erase(db, scope, undo["note"])
    return Reply("note_erased", note=gone.number, title=gone.title)


def listens(said: Sequence[Token]) -> bool:
    """Is this N1, N2 or a digit with words for "with my name"?"""
    return chosen_by(said) is not None


def about_number(said: Sequence[Token]) -> Meant | None:
    """A note's number alone, or with a choice behind it; None when these are free words."""
    spoken = [token for token in said if token.kind != "mark"]
    if not spoken or spoken[0].kind != "number" or len(spoken[0].text) < DIGITS_LEAST:
        return None
    chosen = chosen_by(spoken[1:]) if spoken[1:] else None
    return Meant(spoken[0].text, chosen) if chosen is not None or len(spoken) == 1 else None


def chosen_by(said: Sequence[Token]) -> Chosen | None:
    """What a digit from 1 to 3, with or without words about the name, chooses; None when it is anything else."""
    spoken = [token for token in said if token.kind != "mark"]
    numbers = [place for place, token in enumerate(spoken) if token.kind == "number"]
    if len(numbers) != 1 or spoken[numbers[0]].value not in AUDIENCES:
        return None
    beside = [token for token in spoken if token.kind != "number"]
    named = bool(beside) and _NAMED.at(beside, 0) == len(beside)
    if beside and not named and _UNNAMED.at(beside, 0) != len(beside):
        return None
    audience = AUDIENCES[spoken[numbers[0]].value]
    return Chosen(audience, named and audience is not Audience.NOBODY)


def _answered(db: Session, scope: Scope, text: Text, heard: object) -> Reply:
    note = own_note(db, scope, text.question["note"])
    chosen = None
    if isinstance(heard, Answer):
        chosen = chosen_by(tokens(f"{heard.choice} {heard.rest}")) or chosen_by(tokens(str(heard.choice)))
    elif isinstance(heard, Words):
        chosen = chosen_by(heard.tokens)
    if chosen is None:
        return _asked(note)
    return _shown(db, note, chosen)


def _about(db: Session, scope: Scope, meant: Meant) -> Reply:
    note = by_number(db, scope, meant.number)
    if note is not None and note.author_id != scope.person_id and may_read(db, scope, note):
        return _others(db, scope, note, meant.chosen)
    if note is None or note.author_id != scope.person_id:
        return _not_hers(db, scope, meant.number)
    if meant.chosen is not None:
        return _shown(db, note, meant.chosen)
    did = {"do": NAME, "note": note.number}
    match note.standing:
        case Standing.PASSED_ON:
            far = reach(db, scope, note.id)
            return Reply("note_reach", note=note.number, ltrcs=far.clusters, tries=far.tried, did=did)
        case Standing.WAITS:
            return Reply("note_still_waits", note=note.number, title=note.title, did=did)
        case _:
            return Reply("note_shown_to_nobody", note=note.number, title=note.title, did=did)


def _wish(said: Sequence[Token]) -> bool | None:
    """NOTE HAAN and NOTE NAHI: does she want the monthly news? None when it is anything else."""
    spoken = [token for token in said if token.kind != "mark"]
    if spoken and _WANTED.at(spoken, 0) == len(spoken):
        return True
    return False if spoken and _UNWANTED.at(spoken, 0) == len(spoken) else None


def _news(db: Session, scope: Scope, wanted: bool, *, undone: bool = False) -> Reply:
    """Once a month what worked near her, or not any more."""
    before = allows(db, scope.somebody, Purpose.NEWS)
    decide(db, scope.somebody, Purpose.NEWS, wanted, SOURCE)
    undo = None if undone or before is wanted else {"news": before}
    return Reply("news_on" if wanted else "news_off", undo=undo, did={"do": NAME, "news": wanted})


def _grown(db: Session, scope: Scope, rest: str, said: Sequence[Token]) -> Reply | None:
    """NOTE 5127 and words: another way of that note; None where no note that she may read has this number."""
    spoken = [token for token in said if token.kind != "mark"]
    if len(spoken) < 2 or spoken[0].kind != "number" or len(spoken[0].text) < DIGITS_LEAST:
        return None
    parent = by_number(db, scope, spoken[0].text)
    words = trimmed(rest[spoken[0].end :].lstrip(" .,:;=-"))
    if parent is None or not may_read(db, scope, parent) or not any(each.kind == "word" for each in spoken[1:]):
        return None
    note = adapt(db, scope, parent, words)
    return _asked(note, undo={"note": note.id}, did={"do": NAME, "of": parent.number, "text": note.words})


def _others(db: Session, scope: Scope, note: PracticeNote, chosen: Chosen | None) -> Reply:
    """Another's note that travels: its words, or the wish that her own LTRC gets it."""
    did: dict[str, Any] = {"do": NAME, "note": note.number}
    if chosen is None:
        language = language_of(note.words, DEFAULT_LANGUAGE)
        return Reply(
            "note_read", did=did, language="ur" if language == "ur" else None, note=note.number,
            words=shorten(tidy(note.words), READ_LETTERS if language != "ur" else READ_LETTERS_URDU),
        )  # fmt: skip
    if chosen.audience is Audience.NOBODY:
        return Reply("nothing_changed")
    wish = wish_to_show(db, scope, note)
    if wish is None:
        return Reply("note_no_home", note=note.number)
    undo = {"wish": wish.id, "shown": note.id}
    return Reply("note_wish", undo=undo, did={**did, "to": Audience.CLUSTER.value}, note=note.number, title=note.title)


def _not_hers(db: Session, scope: Scope, written: str) -> Reply:
    """How far a note came is told to its author alone, and whose it is to nobody."""
    own = [note for note in near(db, scope, written) if note.author_id == scope.person_id]
    if own:
        return Reply("note_nearest", typed=written[:9], note=own[0].number, title=own[0].title)
    return Reply("note_not_yours", typed=written[:9])


def _shown(db: Session, note: PracticeNote, chosen: Chosen) -> Reply:
    undo = show_to(db, note, chosen.audience, named=chosen.named, source=SOURCE)
    did = {"do": NAME, "note": note.number, "to": chosen.audience.value, "named": chosen.named}
    if chosen.audience is Audience.NOBODY:
        key = "note_kept" if note.standing is Standing.KEPT else "note_taken_back"
        return Reply(key, undo=undo, did=did, note=note.number, title=note.title)
    if note.standing is Standing.PASSED_ON:
        return Reply("note_back", note=note.number, title=note.title, did=did)
    return Reply("note_waits", undo=undo, did=did, note=note.number)


def _asked(note: PracticeNote, undo: Mapping[str, Any] | None = None, did: Mapping[str, Any] | None = None) -> Reply:
    asks = Asked(NAME, note.id, {"note": note.id}, len(AUDIENCES))
    return Reply("note_for_whom", asks=asks, undo=undo, did=did, subject=note.subject)


WORD = Word(
    NAME,
    {
        "ur_latn": ("note", "notes", "khayal", "khyal", "khiyal", "khayaal"),
        "en": ("tip", "solution"),
        "ur": ("نوٹ", "خیال"),
    },
    sayings=(
        *("khayal rakhen", "khayal rakhein", "khayal rakhna", "khayal rakho", "khayal rakhiye", "khayal rakhiyega"),
        *("note kar", "note kr", "note karo", "note karen", "note karein", "note kiya", "note kia", "note ho"),
        *("نوٹ کر", "نوٹ کریں", "نوٹ کیا", "خیال رکھیں", "خیال رکھنا"),
    ),
    tier=0,
    act=act,
    take_back=take_back,
    free=True,
    guessed="words",
    listens=listens,
)
