"""NAYA 23451 Gul Zaman: somebody we do not know says where she teaches; whoever trains there confirms it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clusters.joining.actions import ask_to_join, say_yes
from clusters.joining.asking import NamedSchool, own_request, school_of_namesake, with_emis
from clusters.kernel.errors import NotFound
from clusters.people.names import name_key
from clusters.people.rules import Language
from clusters.scope import Scope
from cop.sms.requests import Emis, ask_trainer, decide, emis_of, near, take_request_back, undecide
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
    heard, question = text.heard, text.question
    if isinstance(heard, Answer):
        if "confirms" in question:
            return decide(db, scope, text)
        if "school" in question:
            if heard.choice != 1:
                return Reply("nothing_changed")
            found = with_emis(db, question["school"])
            return _named(db, text, found, question["name"]) if found else Reply("unknown_number")
        return _answered(db, text, int(question["request"]), heard.choice)
    if not isinstance(heard, Verb):
        raise NotFound("join_request")
    emis = emis_of(db, heard.tokens)
    if emis is None:
        return Reply("unknown_number")
    return _read(db, text, emis, _name(heard.tokens, text.body))


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Take the request back, or a trainer's word about it."""
    if "settled" in undo:
        return undecide(db, scope, undo)
    take_request_back(db, NAME, int(undo["request"]))
    return Reply("join_withdrawn")


def _read(db: Session, text: Text, emis: Emis, name: str) -> Reply:
    if emis.school is not None:
        return _named(db, text, emis.school, name)
    meant = near(db, emis.written)
    if meant is None:
        return Reply("join_no_school", written=emis.written)
    asks = Asked(NAME, 0, {"school": meant.code, "name": name})
    return Reply("join_near", asks=asks, written=emis.written, venue=meant.name, code=meant.code)


def _named(db: Session, text: Text, school: NamedSchool, name: str) -> Reply:
    """With a name it is a request; without one the sender is asked to write it too."""
    if not name_key(name):
        return Reply("join_no_name", venue=school.name, code=school.code)
    known, at = school_of_namesake(db, text.number, name)
    if known:  # she is one of ours; who wants to move says SCHOOL
        return Reply("join_known", venue=at)
    made = ask_to_join(db, text.number, name, school.id, Language(text.language))
    undo, asks = {"request": made}, Asked(NAME, made, {"request": made})
    return Reply("join_asked", asks=asks, undo=undo, did={"do": NAME}, venue=school.name, code=school.code, name=name)


def _answered(db: Session, text: Text, request_id: int, choice: int) -> Reply:
    row = own_request(db, text.number, request_id)
    if choice != 1:
        take_request_back(db, NAME, row.id)
        return Reply("join_withdrawn", did={"do": NAME})
    say_yes(db, row.id)
    ask_trainer(db, NAME, text.number, row.id)
    return Reply("join_sent", undo={"request": row.id}, did={"do": NAME})


def _name(tokens: Sequence[Token], body: str) -> str:
    """The words that may be a name, as they were written; small letters become those of a name."""
    words = [
        body[token.start : token.end] for token in tokens if token.kind == "word" and not token.is_word(_AROUND.words)
    ]
    name = " ".join(words)[:MOST_OF_A_NAME].strip()
    return name.title() if name.islower() or name.isupper() else name


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
