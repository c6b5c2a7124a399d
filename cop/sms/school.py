"""SCHOOL 23460: somebody we know teaches at another school now; whoever trains there confirms it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from clusters.joining.actions import ask_to_join
from clusters.joining.asking import NamedSchool
from clusters.kernel.errors import NotFound
from clusters.people.queries import person, posts_of
from clusters.people.rules import LEARNERS, Language
from clusters.scope import Scope
from cop.sms.requests import Requesting, answered, read_school, taken_back
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.outcomes import Words as Said
from messaging.inbound.words import Asked, Reply, Text, Word

NAME = "school"


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Keep the request and ask whether it is right; or do what was answered."""
    heard = text.heard
    if isinstance(heard, Answer):
        return answered(db, scope, text, MOVING, heard.choice)
    if not isinstance(heard, Verb | Said) or text.person_id is None:
        raise NotFound("join_request")
    return read_school(db, scope, text, MOVING, heard.tokens, {})


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Take the request back, or a trainer's word about it."""
    return taken_back(db, scope, MOVING, undo)


def _made(db: Session, scope: Scope, text: Text, school: NamedSchool, _said: Mapping[str, Any]) -> Reply:
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


MOVING = Requesting(
    NAME,
    _made,
    no_code="school_how",
    no_school="school_unknown",
    sent="school_sent",
    withdrawn="school_withdrawn",
    sent_names_school=True,
)
WORD = Word(
    NAME,
    {"ur_latn": ("school", "skool", "iskool"), "en": (), "ur": ("سکول", "اسکول")},
    tier=0,
    expects="number",
    act=act,
    take_back=take_back,
)
