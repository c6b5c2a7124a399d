"""Takes back what a staff list did: persons it registered go; fields, posts and numbers it changed are as before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, null, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from clusters.imports.actions.buckets import CHANGED_SINCE, GONE, Left, Undone
from clusters.imports.actions.hanging import hanging
from clusters.imports.actions.schools import Did
from clusters.imports.actions.staff import post_as_kept
from clusters.imports.stored import PERSON_FIELDS, Known, ids, people_at
from clusters.kernel.bulk import overwrite
from clusters.kernel.facts import note
from clusters.people.facts import NumberChanged
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.names import name_key
from clusters.structure.models import School

_AS_IT_IS = {"synchronize_session": False}


@dataclass(slots=True)
class _Back:
    """What is to be written so that posts and numbers are as before."""

    posts_gone: list[int] = field(default_factory=list)
    posts_again: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Post id -> the post as it was."""
    whose: dict[int, int] = field(default_factory=dict)
    """Post id -> person."""
    numbers_gone: list[int] = field(default_factory=list)
    numbers_again: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


def take_back_staff(db: Session, did: Sequence[Did]) -> Undone:
    """Take back every row as far as nobody edited it since and nothing hangs on it."""
    people = people_at(db, [each.target_id for each in did])
    edited: list[Left] = []
    stuck: list[Left] = []
    removable: list[Did] = []
    restored: list[dict[str, Any]] = []
    back = _Back()
    for each in did:
        person = people.get(each.target_id)
        if person is None:
            stuck.append(Left(each.row, str(each.target_id), (GONE,)))
            continue
        since = _edited(each, person)
        if since:
            edited.append(Left(each.row, _called(person), (CHANGED_SINCE,), tuple(since)))
        if each.before is None:
            if not since:
                removable.append(each)
            continue
        old = {name: value for name, value in each.before["fields"].items() if name not in since}
        if old:
            fields = {**person.fields, **old}
            restored.append({"id": person.id, **fields, "name_key": name_key(str(fields["name"]))})
        if "posts" in each.after and "posts" not in since:
            _posts_back(back, each)
        if "numbers" in each.after and "mobile_no" not in since:
            _numbers_back(db, back, each)
    stuck += _removed(db, removable, people)
    overwrite(db, Person, (*PERSON_FIELDS, "name_key"), restored)
    _write(db, back)
    db.expire_all()
    kept = {left.row for left in (*edited, *stuck)}
    return Undone(
        len(did) - len(kept), tuple(edited), tuple(stuck), frozenset(e.target_id for e in did if e.row in kept)
    )


def _called(person: Known) -> str:
    return str(person.fields["name"])


def _edited(each: Did, person: Known) -> list[str]:
    """Fields that are not as the import left them; posts and numbers count as one field each."""
    fields = PERSON_FIELDS if each.before is None else tuple(each.after["fields"])
    since = [name for name in fields if person.fields[name] != each.after["fields"].get(name)]
    left, now = each.after.get("posts", []), {post.id: post for post in person.posts}
    untouched = all(kept["id"] in now and post_as_kept(now[kept["id"]]) == kept for kept in left)
    if not untouched or (each.before is None and len(now) != len(left)):
        since.append("posts")
    numbers = each.after.get("numbers", [])
    if (numbers or each.before is None) and {kept["id"] for kept in numbers} != {kept.id for kept in person.numbers}:
        since.append("mobile_no")
    return since


def _posts_back(back: _Back, each: Did) -> None:
    before = {post["id"]: post for post in (each.before or {}).get("posts", [])}
    back.posts_gone += [post["id"] for post in each.after["posts"] if post["id"] not in before]
    back.posts_again |= before
    back.whose |= dict.fromkeys(before, each.target_id)


def _numbers_back(db: Session, back: _Back, each: Did) -> None:
    new, before = each.after["numbers"], (each.before or {}).get("numbers", [])
    back.numbers_gone += [number["id"] for number in new]
    back.numbers_again += [(each.target_id, number) for number in before]
    note(db, NumberChanged(each.target_id, new[-1]["number"], before[-1]["number"] if before else None))


def _removed(db: Session, did: Sequence[Did], people: Mapping[int, Known]) -> list[Left]:
    """Remove the persons on whom nothing hangs; the others come back with what does."""
    made = {each.target_id: each for each in did}
    own = {
        "post": [post["id"] for each in did for post in each.after.get("posts", [])],
        "person_number": [number["id"] for each in did for number in each.after.get("numbers", [])],
    }
    held = hanging(db, "person", made, own)
    gone = [person_id for person_id in made if person_id not in held]
    if gone:
        db.execute(delete(Person).where(Person.id == ids(gone)), execution_options=_AS_IT_IS)
    return [Left(made[person_id].row, _called(people[person_id]), tuple(tables)) for person_id, tables in held.items()]


def _write(db: Session, back: _Back) -> None:
    if back.posts_gone:
        db.execute(delete(Post).where(Post.id == ids(back.posts_gone)), execution_options=_AS_IT_IS)
    if back.posts_again:
        _reopen_posts(db, back)
    if back.numbers_gone:
        db.execute(delete(PersonNumber).where(PersonNumber.id == ids(back.numbers_gone)), execution_options=_AS_IT_IS)
    if back.numbers_again:
        _reopen_numbers(db, back)


def _reopen_posts(db: Session, back: _Back) -> None:
    """Posts that ended go on, those that had not begun are made again under their old id."""
    opened = set(db.scalars(select(Post.id).where(Post.id == ids(back.posts_again))))
    spans = [
        {"id": post_id, "during": Range(_day(post["from"]), _day(post["until"]))}
        for post_id, post in back.posts_again.items()
        if post_id in opened
    ]
    if spans:
        db.execute(update(Post), spans)
    overwrite(
        db,
        Post,
        ("subject",),
        [{"id": post["id"], "subject": post["subject"]} for post in back.posts_again.values() if post["id"] in opened],
    )
    lost = [post for post in back.posts_again.values() if post["id"] not in opened]
    stand = {
        school.id: school
        for school in db.scalars(select(School).where(School.id == ids({post["school"] for post in lost})))
    }
    rows = [
        {
            "id": post["id"],
            "person_id": back.whose[post["id"]],
            "role": post["role"],
            "subject": post["subject"],
            "school_id": post["school"],
            "training_path": stand[post["school"]].training_path,
            "admin_path": stand[post["school"]].admin_path,
            "during": Range(_day(post["from"]), _day(post["until"])),
        }
        for post in lost
    ]
    if rows:
        db.execute(insert(Post), rows)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _reopen_numbers(db: Session, back: _Back) -> None:
    db.execute(
        update(PersonNumber)
        .where(PersonNumber.id == ids([number["id"] for _, number in back.numbers_again]))
        .values(until=null()),
        execution_options=_AS_IT_IS,
    )
