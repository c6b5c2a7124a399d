"""NAYA 23451 Gul Zaman: somebody we do not know says where she teaches; whoever trains there confirms it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clusters.joining.actions import ask_to_join
from clusters.joining.asking import NamedSchool, school_of_namesake
from clusters.kernel.errors import NotFound
from clusters.people.names import name_key
from clusters.people.rules import Language
from clusters.scope import Scope
from cop.sms.requests import Requesting, answered, read_school, taken_back
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.script import Phrases, Token
from messaging.inbound.words import Asked, Reply, Text, Word

NAME = "join"
MOST_OF_A_NAME = 60
_AROUND = Phrases(
    "emis, code, kod, school, skool, iskool, naam, nam, name, mera, meri, mra, hai, he, hun, main, mein, se, number,"
    " teacher, ustad, ustani, from, my, is, i, am, sb, sahib, sir, ji, and, aur, "
    "ایمس, کوڈ, سکول, اسکول, نام, میرا, میری, ہے, ہوں, میں, سے, استاد, نمبر"
)
"""Words around a code and a name that are neither."""


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Keep the request and ask whether it is right; or do what was answered."""
    heard = text.heard
    if isinstance(heard, Answer):
        return answered(db, scope, text, JOINING, heard.choice)
    if not isinstance(heard, Verb):
        raise NotFound("join_request")
    return read_school(db, scope, text, JOINING, heard.tokens, {"name": _name(heard.tokens, text.body)})


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Take the request back, or a trainer's word about it."""
    return taken_back(db, scope, JOINING, undo)


def _made(db: Session, _scope: Scope, text: Text, school: NamedSchool, said: Mapping[str, Any]) -> Reply:
    """With a name it is a request; without one the sender is asked to write it too."""
    name = said["name"]
    if not name_key(name):
        return Reply("join_no_name", venue=school.name, code=school.code)
    known, at = school_of_namesake(db, text.number, name)
    if known:  # she is one of ours; who wants to move says SCHOOL
        return Reply("join_known", venue=at)
    made = ask_to_join(db, text.number, name, school.id, Language(text.language))
    undo, asks = {"request": made}, Asked(NAME, made, {"request": made})
    return Reply("join_asked", asks=asks, undo=undo, did={"do": NAME}, venue=school.name, code=school.code, name=name)


def _name(tokens: Sequence[Token], body: str) -> str:
    """The words that may be a name, as they were written; small letters become those of a name."""
    words = [
        body[token.start : token.end] for token in tokens if token.kind == "word" and not token.is_word(_AROUND.words)
    ]
    name = " ".join(words)[:MOST_OF_A_NAME].strip()
    return name.title() if name.islower() or name.isupper() else name


JOINING = Requesting(
    NAME,
    _made,
    no_code="unknown_number",
    no_school="join_no_school",
    sent="join_sent",
    withdrawn="join_withdrawn",
)
WORD = Word(
    NAME,
    {"ur_latn": ("naya", "nya"), "en": ("join", "new"), "ur": ("نیا",)},
    tier=0,
    free=True,
    expects="number",
    act=act,
    take_back=take_back,
    strangers=True,
)
