"""Registers a person, and keeps what is known of her."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid, NotAllowed
from clusters.people.models import Person, Post
from clusters.people.names import name_key
from clusters.people.queries import person
from clusters.people.rules import OFFICE, Gender, Language
from clusters.scope import Scope


def register(
    db: Session,
    scope: Scope,
    name: str,
    *,
    gender: Gender | None = None,
    language: Language | None = None,
    personal_no: str | None = None,
    invented: bool = False,
) -> int:
    """Register somebody without a post or a number; returns her id."""
    if not scope.roles & {*OFFICE, "house"}:
        raise NotAllowed("may_not_register")
    shown = _shown(name)
    if personal_no is not None:
        there = db.scalar(select(Person.name).where(Person.personal_no == personal_no))
        if there is not None:
            raise Conflict("personal_no_taken", personal_no=personal_no)
    new = Person(
        name=shown,
        name_key=name_key(shown),
        gender=gender,
        language=language,
        personal_no=personal_no,
        invented=invented,
        registered_at=now(db),
    )
    db.add(new)
    db.flush()
    record(db, "registered", "person", new.id)
    return new.id


def rename(db: Session, scope: Scope, person_id: int, name: str) -> None:
    """Correct a person's name."""
    may_change(db, scope, person_id)
    known = db.get_one(Person, person_id)
    old, known.name = known.name, _shown(name)
    known.name_key = name_key(known.name)
    record(db, "renamed", "person", person_id, old={"name": old}, new={"name": known.name})


def choose_language(db: Session, scope: Scope, person_id: int, language: Language | None) -> None:
    """In which language and script texts go to her; None is the programme's own choice."""
    may_change(db, scope, person_id)
    known = db.get_one(Person, person_id)
    if known.language is language:
        return
    old, known.language = known.language, language
    record(db, "changed the language of", "person", person_id, old={"language": old}, new={"language": language})


def may_change(db: Session, scope: Scope, person_id: int) -> None:
    """NotFound for a person outside the scope; NotAllowed unless an office of her places, or she herself, acts."""
    person(db, scope, person_id)
    if scope.person_id == person_id or scope.covers("", None, OFFICE):
        return
    posts = db.execute(select(Post.training_path, Post.admin_path).where(Post.person_id == person_id))
    if not any(scope.covers(training, admin, OFFICE) for training, admin in posts):
        raise NotAllowed("may_not_change_person", person=person_id)


def _shown(name: str) -> str:
    shown = " ".join(name.split())
    if not name_key(shown):
        raise Invalid("person_name_missing")
    return shown
