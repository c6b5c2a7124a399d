"""SATHI: joining and leaving the peer map, and whom one turned to for help, by the numbers or names of the sheet."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from clusters.kernel.audit import acting
from clusters.kernel.errors import NotAllowed, NotFound
from clusters.people.names import name_key
from clusters.scope import Scope
from cop.consent.queries import allows
from cop.consent.rules import Purpose
from cop.ties.actions import WORD as NAME
from cop.ties.actions import join, leave, name_peers, reverse
from cop.ties.rules import MOST_NAMED
from cop.ties.sheets import Sheet, sheet
from messaging.inbound.actions import keep_private
from messaging.inbound.answering import answering
from messaging.inbound.codes import trimmed
from messaging.inbound.hearing import hear
from messaging.inbound.outcomes import Answer, Verb, Words
from messaging.inbound.script import Phrases, Token, tokens
from messaging.inbound.words import Asked, Reply, Text, Word
from messaging.texts.values import Row

SOURCE = "text"
_NOBODY = Phrases(
    "koi nahi, koi nhi, koi bhi nahi, kisi se nahi, kisi se nhi, kisi se bhi nahi, nobody, no one, none, "
    "کوئی نہیں, کسی سے نہیں"
)
_IN = Phrases("on, join, shamil, shamil karo, shamil hona, شامل")
_OUT = Phrases("off, band, band karo, band kar do, nikal do, nikal dein, chor do, leave, بند, بند کریں, نکال دیں")
_BETWEEN = Phrases("aur, or, and, number, numbers, no, row, rows, se, ko, sheet, اور, نمبر, سے, کو")


class Named(NamedTuple):
    """Rows of a sheet as they were written, or the word that is none."""

    rows: tuple[int, ...]
    unread: str = ""


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Take a yes, a no, or the peers that were named; nothing is kept without her consent."""
    heard = text.heard
    if acting(db).door == "web":
        raise NotAllowed("peers_by_text_only")
    keep_private(db, text.id)
    if isinstance(heard, Answer) and "kept" in text.question:
        return _consented(db, scope, text, heard.choice)
    if isinstance(heard, Answer):
        return _named(db, scope, text, tokens(str(heard.choice)), "")
    if isinstance(heard, Words):
        return _named(db, scope, text, heard.tokens, heard.rest)
    if not isinstance(heard, Verb):
        raise NotFound("peers")
    words = trimmed(heard.rest)
    said = tokens(words)
    wish = _wish(said, words)
    if wish is True:
        undo = join(db, scope, SOURCE)
        return Reply("peers_on", undo=undo, did={"do": NAME, "consent": True})
    if wish is False:
        undo = leave(db, scope, SOURCE)
        return Reply("peers_off", undo=undo, did={"do": NAME, "consent": False})
    if not any(token.kind != "mark" for token in said):
        return _alone(db, scope)
    return _named(db, scope, text, said, words)


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Let everything about her ties stand as before."""
    keep_private(db, text.id)
    reverse(db, scope, undo, SOURCE)
    return Reply("peers_undone")


def listens(said: Sequence[Token]) -> bool:
    """Are these several numbers, or one that is no choice of a question?"""
    spoken = [token for token in said if token.kind != "mark"]
    numbers = [token for token in spoken if token.kind == "number"]
    filling = all(token.kind == "number" or token.is_word(_BETWEEN.words) for token in spoken)
    return filling and (len(numbers) > 1 or (len(numbers) == 1 and len(numbers[0].text) > 1 and numbers[0].value > 0))


def _wish(said: Sequence[Token], words: str) -> bool | None:
    """Does she join or leave? None when she names peers, or nobody."""
    spoken = [token for token in said if token.kind != "mark"]
    if not spoken or any(token.kind == "number" for token in spoken) or _NOBODY.at(spoken, 0) == len(spoken):
        return None
    for wish, phrases in ((True, _IN), (False, _OUT)):
        if phrases.at(spoken, 0) == len(spoken):
            return wish
    heard = answering(hear(said, words))
    if not isinstance(heard, Answer) or heard.rest or heard.choice not in (1, 2):
        return None
    return heard.choice == 1


def _alone(db: Session, scope: Scope) -> Reply:
    """The word alone: the question that fits where she stands."""
    of = sheet(db, scope)
    if not allows(db, scope.person_id or 0, Purpose.TIES):
        return Reply("peers_consent", asks=_asks_consent(None))
    return Reply("peers_ask", subject=of.subject) if of else Reply("peers_on")


def _named(db: Session, scope: Scope, text: Text, said: Sequence[Token], words: str) -> Reply:
    of = sheet(db, scope, text.question.get("session")) or sheet(db, scope)
    if of is None:
        return Reply("peers_no_list")
    found = _rows(of, said, words)
    if found.unread:
        return Reply("peers_unread", word=found.unread)
    own = {row for row, line in of.rows.items() if line.person_id == scope.person_id}
    beyond = [row for row in found.rows if row not in of.rows or row in own]
    if beyond:
        return Reply("peers_not_listed", rows=beyond, last=max(of.rows, default=0))
    if len(found.rows) > MOST_NAMED:
        return Reply("peers_too_many")
    if not allows(db, scope.person_id or 0, Purpose.TIES):
        return Reply("peers_consent", asks=_asks_consent({"session": of.session_id, "rows": list(found.rows)}))
    return _kept(db, scope, text, of, found.rows, {})


def _consented(db: Session, scope: Scope, text: Text, choice: int) -> Reply:
    """Her answer to whether ties may be kept; what she had named before it is kept with a yes."""
    if choice != 1:
        undo = leave(db, scope, SOURCE)
        return Reply("peers_off", undo=undo, did={"do": NAME, "consent": False})
    undo = join(db, scope, SOURCE)
    kept = text.question["kept"]
    of = sheet(db, scope, kept["session"]) if kept else None
    if of is None:
        return Reply("peers_on", undo=undo, did={"do": NAME, "consent": True})
    return _kept(db, scope, text, of, kept["rows"], undo)


def _kept(db: Session, scope: Scope, text: Text, of: Sheet, rows: Sequence[int], joined: Mapping[str, Any]) -> Reply:
    undo = {**joined, **name_peers(db, scope, of, rows, SOURCE, text.id)}
    did = {"do": NAME, "rows": list(rows), **({"consent": True} if joined else {})}
    if not rows:
        return Reply("peers_none", undo=undo, did=did)
    named = [Row(row, next(iter(of.rows[row].name.split()), "?")) for row in rows]
    return Reply("peers_taken", undo=undo, did=did, turned_to=named)


def _rows(of: Sheet, said: Sequence[Token], words: str) -> Named:
    """The rows that numbers and names stand for, each once."""
    spoken = [token for token in said if token.kind != "mark"]
    if _NOBODY.at(spoken, 0) == len(spoken) or [token.text.strip("0") for token in spoken] == [""]:
        return Named(())
    rows: list[int] = []
    name: list[Token] = []
    for token in (*said, None):
        if token is not None and token.kind == "word" and not token.is_word(_BETWEEN.words):
            name.append(token)
            continue
        if name:
            written = words[name[0].start : name[-1].end]
            meant = _row_of(of, written)
            if meant is None:
                return Named((), written)
            rows.append(meant)
            name = []
        if token is not None and token.kind == "number":
            rows.append(token.value)
    return Named(tuple(dict.fromkeys(rows)))


def _row_of(of: Sheet, written: str) -> int | None:
    """The one row whose name, or first name, this is."""
    key = name_key(written)
    whole = [row for row, line in of.rows.items() if name_key(line.name) == key]
    first = [row for row, line in of.rows.items() if name_key(next(iter(line.name.split()), "")) == key]
    found = whole or first
    return found[0] if key and len(found) == 1 else None


def _asks_consent(kept: Mapping[str, Any] | None) -> Asked:
    return Asked(NAME, 0, {"kept": kept}, 2)


WORD = Word(
    NAME,
    {"ur_latn": ("sathi", "saathi", "sathee", "sathiyon"), "en": ("peers", "peer"), "ur": ("ساتھی", "ساتھیوں")},
    tier=0,
    act=act,
    take_back=take_back,
    free=True,
    listens=listens,
)
