"""SCHOOL 23460: somebody we know teaches at another school now; whoever trains there confirms it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from clusters.joining.actions import ask_to_join, say_yes
from clusters.joining.asking import NamedSchool, own_request, with_emis
from clusters.kernel.errors import NotFound
from clusters.people.queries import person, posts_of
from clusters.people.rules import LEARNERS, Language
from clusters.scope import Scope
from cop.sms.requests import ask_trainer, decide, emis_of, near, take_request_back, undecide
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.outcomes import Words as Said
from messaging.inbound.words import Asked, Reply, Text, Word

NAME = "school"


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Keep the request and ask whether it is right; or do what was answered."""
    heard, question = text.heard, text.question
    if isinstance(heard, Answer):
        if "confirms" in question:
            return decide(db, scope, text)
        if "school" in question:
            found = with_emis(db, question["school"])
            return _asked(db, scope, text, found) if heard.choice == 1 and found else Reply("nothing_changed")
        return _answered(db, text, int(question["request"]), heard.choice)
    if not isinstance(heard, Verb | Said) or text.person_id is None:
        raise NotFound("join_request")
    emis = emis_of(db, heard.tokens)
    if emis is None:
        return Reply("school_how")
    if emis.school is not None:
        return _asked(db, scope, text, emis.school)
    meant = near(db, emis.written)
    if meant is None:
        return Reply("school_unknown", written=emis.written)
    asks = Asked(NAME, 0, {"school": meant.code})
    return Reply("join_near", asks=asks, written=emis.written, venue=meant.name, code=meant.code)


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Take the request back, or a trainer's word about it."""
    if "settled" in undo:
        return undecide(db, scope, undo)
    take_request_back(db, NAME, int(undo["request"]))
    return Reply("school_withdrawn")


def _asked(db: Session, scope: Scope, text: Text, school: NamedSchool) -> Reply:
    person_id = text.person_id
    if person_id is None:
        raise NotFound("person")
    posts = [post for post in posts_of(db, scope, person_id) if post.role in LEARNERS and post.until is None]
    if not posts:
        return Reply("school_for_teachers")
    if any(post.school_id == school.id for post in posts):
        return Reply("school_same", venue=school.name, code=school.code)
    her = person(db, scope, person_id)
    made = ask_to_join(db, text.number, her.name, school.id, Language(text.language), person_id=person_id)
    asks = Asked(NAME, made, {"request": made})
    return Reply(
        "school_asked", asks=asks, undo={"request": made}, did={"do": NAME}, venue=school.name, code=school.code
    )


def _answered(db: Session, text: Text, request_id: int, choice: int) -> Reply:
    row = own_request(db, text.number, request_id)
    if choice != 1:
        take_request_back(db, NAME, row.id)
        return Reply("school_withdrawn", did={"do": NAME})
    say_yes(db, row.id)
    ask_trainer(db, NAME, text.number, row.id)
    return Reply("school_sent", undo={"request": row.id}, did={"do": NAME}, venue=row.school)


WORD = Word(
    NAME,
    {"ur_latn": ("school", "skool", "iskool"), "en": (), "ur": ("سکول", "اسکول")},
    tier=0,
    expects="number",
    act=act,
    take_back=take_back,
)
