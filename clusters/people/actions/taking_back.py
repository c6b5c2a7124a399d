"""Takes back what was done to a person: each change of the audit for a day, unless something followed it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clusters.kernel.audit import AuditEntry, record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotAllowed, NotFound
from clusters.kernel.facts import note
from clusters.modules.rules import Subject
from clusters.people.actions.registering import choose_language, may_change, rename
from clusters.people.facts import NumberChanged, PostsChanged
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.rules import OFFICE, PLANNERS, Language, PostRole, may_appoint
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.structure.rules import Tree

UNDO_FOR = timedelta(hours=24)

Change = Mapping[str, Any]
Back = Callable[[Session, Scope, int, Change, Change], None]


def take_back(db: Session, scope: Scope, person_id: int, entry_id: int) -> None:
    """Undo one change of a person; Conflict when it is too old, undone already, or something has changed since."""
    entry = db.get(AuditEntry, entry_id)
    back = None if entry is None else _BACK.get(entry.verb)
    if entry is None or back is None or (entry.subject_kind, entry.subject_id) != ("person", person_id):
        raise NotFound("change_not_found", change=entry_id)
    db.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    back(db, scope, person_id, entry.old or {}, entry.new or {})
    if entry.at < now(db) - UNDO_FOR:
        raise Conflict("change_too_old", hours=24)
    record(db, "took back a change of", "person", person_id, new={"change": entry_id})


def _appointed(db: Session, scope: Scope, person_id: int, _old: Change, new: Change) -> None:
    post = db.get(Post, new["post"], with_for_update=True)
    if post is None:
        may_change(db, scope, person_id)
        raise Conflict("changed_since")
    _allowed(scope, post.role, post.training_path, post.admin_path)
    if post.during.upper is not None:
        raise Conflict("changed_since")
    db.delete(post)
    db.flush()
    note(db, PostsChanged((person_id,), (post.training_path,)))


def _ended(db: Session, scope: Scope, person_id: int, old: Change, new: Change) -> None:
    on = date.fromisoformat(new["on"])
    begins, ends = (old[key] and date.fromisoformat(old[key]) for key in ("since", "until"))
    post = db.get(Post, old["post"], with_for_update=True)
    if post is not None:
        _allowed(scope, post.role, post.training_path, post.admin_path)
        if post.during.upper != on:
            raise Conflict("changed_since")
        post.during = Range(begins, ends)
        db.flush()
        note(db, PostsChanged((person_id,)))
        return
    training, admin = _stands(db, old)
    _allowed(scope, PostRole(old["role"]), training, admin)
    if begins is None or begins < on:  # a post that had begun is never deleted by its end
        raise Conflict("changed_since")
    db.add(
        Post(
            person_id=person_id,
            role=PostRole(old["role"]),
            subject=old["subject"] and Subject(old["subject"]),
            school_id=old["school"],
            place_id=old["place"],
            training_path=training,
            admin_path=admin,
            during=Range(begins, ends),
        )
    )
    db.flush()
    note(db, PostsChanged((person_id,)))


def _stands(db: Session, old: Change) -> tuple[str | None, str | None]:
    """Both paths of the school or place of a post, as they are today."""
    if old["school"] is not None:
        school = db.get_one(School, old["school"])
        return school.training_path, school.admin_path
    place = db.get_one(Place, old["place"])
    if place.closed_on is not None:
        raise Conflict("place_closed", place=place.name)
    return place.path if place.tree is Tree.TRAINING else None, place.seat_path


def _moved(db: Session, scope: Scope, person_id: int, old: Change, new: Change) -> None:
    _appointed(db, scope, person_id, {}, new)
    for kept in old["posts"]:
        _ended(db, scope, person_id, kept, new)


def _renumbered(db: Session, scope: Scope, person_id: int, old: Change, new: Change) -> None:
    may_change(db, scope, person_id)
    current = db.scalars(
        select(PersonNumber).where(PersonNumber.person_id == person_id, PersonNumber.until.is_(None)).with_for_update()
    ).all()
    if [row.id for row in current] != ([] if new["number"] is None else [new["number"]]):
        raise Conflict("changed_since")
    for row in current:
        row.until = now(db)
    before = db.scalars(select(PersonNumber).where(PersonNumber.id.in_(old["ended"])).order_by(PersonNumber.id)).all()
    db.flush()
    for row in before:
        row.until, row.wrong = None, False
    db.flush()
    note(
        db,
        NumberChanged(person_id, current[-1].number if current else None, before[-1].number if before else None),
    )


def _renamed(db: Session, scope: Scope, person_id: int, old: Change, new: Change) -> None:
    may_change(db, scope, person_id)
    if db.get_one(Person, person_id).name != new["name"]:
        raise Conflict("changed_since")
    rename(db, scope, person_id, old["name"])


def _language(db: Session, scope: Scope, person_id: int, old: Change, new: Change) -> None:
    may_change(db, scope, person_id)
    if db.get_one(Person, person_id).language != new["language"]:
        raise Conflict("changed_since")
    choose_language(db, scope, person_id, old["language"] and Language(old["language"]))


def _registered(db: Session, scope: Scope, person_id: int, _old: Change, _new: Change) -> None:
    may_change(db, scope, person_id)
    posts = db.execute(select(Post.role, Post.training_path, Post.admin_path).where(Post.person_id == person_id)).all()
    if len(posts) > 1:  # whoever registers gives the first post alone; a further one is somebody's later act
        raise Conflict("changed_since")
    for role, training, admin in posts:
        _allowed(scope, role, training, admin, OFFICE)
    paths = tuple(training for _, training, _ in posts)
    try:
        with db.begin_nested():
            db.execute(delete(Person).where(Person.id == person_id), execution_options={"synchronize_session": False})
    except IntegrityError as error:
        raise Conflict("person_in_use") from error
    note(db, PostsChanged((person_id,), paths))


def _allowed(
    scope: Scope,
    role: PostRole,
    training_path: str | None,
    admin_path: str | None,
    by: tuple[PostRole, ...] = PLANNERS,
) -> None:
    """NotFound for a post elsewhere; NotAllowed unless one of the roles `by` may give such a post there."""
    if not scope.covers(training_path, admin_path):
        raise NotFound("post_not_found")
    guarded = None if training_path == "" else admin_path
    if not scope.covers(training_path, guarded, [held for held in by if may_appoint(held, role)]):
        raise NotAllowed("may_not_appoint", role=role.value)


_BACK: Mapping[str, Back] = {
    "appointed": _appointed,
    "ended the post of": _ended,
    "moved": _moved,
    "changed the number of": _renumbered,
    "renamed": _renamed,
    "changed the language of": _language,
    "registered": _registered,
}
