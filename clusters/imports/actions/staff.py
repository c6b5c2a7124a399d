"""Writes a staff list: persons registered, posts begun, ended and changed, numbers given; nothing known is cleared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from clusters.imports.actions.schools import Did
from clusters.imports.outcome import CheckedRow, Outcome
from clusters.imports.queries import JudgedStaff
from clusters.imports.stored import PERSON_FIELDS, Known, StoredPost, ids
from clusters.kernel.bulk import add, fresh_ids, overwrite
from clusters.kernel.clock import now, today
from clusters.kernel.facts import note
from clusters.people.facts import NumberChanged
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.names import name_key
from clusters.people.rules import LEARNERS, PostRole

PERSON = "person"
POST_COLUMNS = ("id", "person_id", "role", "subject", "school_id", "place_id", "training_path", "admin_path", "during")
NUMBER_COLUMNS = ("id", "person_id", "number", "since")


@dataclass(slots=True)
class _Work:
    """What is to be written for the posts and numbers of many persons, and what it was before."""

    begin: list[dict[str, Any]] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    drop: list[int] = field(default_factory=list)
    subjects: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[dict[str, Any]] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)
    """Numbers that end."""


def write_staff(db: Session, judged: JudgedStaff) -> list[Did]:
    """Write the new and the changed rows; what each did comes back for the undo."""
    new = [row for row in judged.checked.rows if row.outcome is Outcome.NEW]
    changed = [row for row in judged.checked.rows if row.outcome is Outcome.CHANGED]
    made = _registered(db, new)
    work = _Work()
    did = []
    for row in new:
        did.append(Did(row.row, PERSON, made[row.row], None, {"fields": _fields(row.values)}))
        _begin(db, work, row, made[row.row], judged)
        if "mobile_no" in row.values:
            work.numbers.append(_number(db, row, made[row.row]))
    for row in changed:
        did.append(_change(db, work, row, judged))
    _change_fields(db, changed, judged.known)
    _write(db, work)
    return _with_ids(db, did, work)


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in PERSON_FIELDS if name in values}


def _registered(db: Session, rows: Sequence[CheckedRow]) -> dict[int, int]:
    """Row -> id of the person who was registered."""
    made = fresh_ids(db, Person, len(rows))
    columns = [
        {
            "id": person_id,
            **{name: row.values.get(name) for name in PERSON_FIELDS},
            "name_key": name_key(str(row.values["name"])),
            "registered_at": now(db).isoformat(),
        }
        for person_id, row in zip(made, rows, strict=True)
    ]
    add(db, Person, ("id", *PERSON_FIELDS, "name_key", "registered_at"), columns)
    return {row.row: person_id for row, person_id in zip(rows, made, strict=True)}


def _begin(
    db: Session,
    work: _Work,
    row: CheckedRow,
    person_id: int,
    judged: JudgedStaff,
    subject: str | None = None,
) -> None:
    school = judged.schools[str(row.values["code"])]
    place = judged.serving(row)
    work.begin.append(
        {
            "person_id": person_id,
            "role": row.values["post"],
            "subject": row.values.get("subject", subject),
            "school_id": school.id if place is None else None,
            "place_id": None if place is None else place.id,
            "training_path": school.training_path if place is None else place.path,
            "admin_path": school.admin_path if place is None else place.seat_path,
            "during": f"[{today(db)},)",
        }
    )


def _number(db: Session, row: CheckedRow, person_id: int) -> dict[str, Any]:
    return {"person_id": person_id, "number": row.values["mobile_no"], "since": now(db).isoformat()}


def _change(
    db: Session,
    work: _Work,
    row: CheckedRow,
    judged: JudgedStaff,
) -> Did:
    """Plan what one changed row does to posts and numbers."""
    person = judged.known[row.match or 0]
    fields = {name: change for name, change in row.changes.items() if name in PERSON_FIELDS}
    before: dict[str, Any] = {"fields": {name: old for name, (old, _) in fields.items()}}
    after: dict[str, Any] = {"fields": {name: new for name, (_, new) in fields.items()}}
    if row.changes.keys() & {"post", "code"}:
        leaving = _leaving(person.posts, PostRole(str(row.values["post"])))
        before["posts"] = [post_as_kept(post) for post in leaving]
        work.end += [post.id for post in leaving if post.begins < today(db)]
        work.drop += [post.id for post in leaving if post.begins >= today(db)]
        _begin(db, work, row, person.id, judged, next((post.subject for post in leaving if post.subject), None))
    elif "subject" in row.changes:
        _change_subject(db, work, row, person, judged, before, after)
    if "mobile_no" in row.changes:
        before["numbers"] = [
            {"id": each.id, "number": each.number, "since": each.since.isoformat()} for each in person.numbers
        ]
        work.silent += [each.id for each in person.numbers]
        work.numbers.append(_number(db, row, person.id))
        old = person.numbers[-1].number if person.numbers else None
        note(db, NumberChanged(person.id, old, str(row.values["mobile_no"])))
    return Did(row.row, PERSON, person.id, before, after)


def _leaving(posts: Iterable[StoredPost], role: PostRole) -> list[StoredPost]:
    """The posts at schools that a new one ends: one teaches at one school, and trains or manages from one."""
    alike = LEARNERS if role in LEARNERS else (role,)
    return [post for post in posts if post.role in alike and post.school_id is not None]


def post_as_kept(post: StoredPost) -> dict[str, Any]:
    """A post as an import remembers it."""
    return {
        "id": post.id,
        "role": post.role,
        "subject": post.subject,
        "school": post.school_id,
        "place": post.place_id,
        "from": post.begins.isoformat(),
        "until": post.until and post.until.isoformat(),
    }


def _change_subject(
    db: Session,
    work: _Work,
    row: CheckedRow,
    person: Known,
    judged: JudgedStaff,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    """The post that is meant gets the subject; where it has others already, one more post begins."""
    held = [
        post for post in person.posts if post.role == row.values["post"] and post.code in (row.values["code"], None)
    ]
    bare = [post for post in held if post.subject is None]
    meant = bare[0] if bare else held[0] if len(held) == 1 else None
    if meant is None:
        _begin(db, work, row, person.id, judged)
        return
    work.subjects.append({"id": meant.id, "subject": row.values["subject"]})
    before["posts"] = [post_as_kept(meant)]
    after["posts"] = [{**post_as_kept(meant), "subject": row.values["subject"]}]


def _change_fields(db: Session, rows: Iterable[CheckedRow], known: Mapping[int, Known]) -> None:
    columns = []
    for row in rows:
        person = known[row.match or 0]
        new = {name: change[1] for name, change in row.changes.items() if name in PERSON_FIELDS}
        if new:
            fields = {**person.fields, **new}
            columns.append({"id": person.id, **fields, "name_key": name_key(str(fields["name"]))})
    overwrite(db, Person, (*PERSON_FIELDS, "name_key"), columns)


def _write(db: Session, work: _Work) -> None:
    day = today(db)
    end_posts(db, work.end, day)
    if work.drop:
        db.execute(delete(Post).where(Post.id == ids(work.drop)))
    overwrite(db, Post, ("subject",), work.subjects)
    if work.silent:
        db.execute(
            update(PersonNumber).where(PersonNumber.id == ids(work.silent)).values(until=now(db)),
            execution_options={"synchronize_session": False},
        )
    for model, columns, rows in ((Post, POST_COLUMNS, work.begin), (PersonNumber, NUMBER_COLUMNS, work.numbers)):
        for row, row_id in zip(rows, fresh_ids(db, model, len(rows)), strict=True):
            row["id"] = row_id
        add(db, model, columns, rows)
    db.expire_all()


def end_posts(db: Session, post_ids: Sequence[int], day: date) -> None:
    """Let posts end on a day."""
    if post_ids:
        db.execute(
            update(Post).where(Post.id == ids(post_ids)).values(during=func.daterange(func.lower(Post.during), day)),
            execution_options={"synchronize_session": False},
        )


def _with_ids(db: Session, did: list[Did], work: _Work) -> list[Did]:
    """The same, with the posts and numbers that came into being, now that they have ids."""
    of = {each.target_id: each for each in did}
    day = today(db).isoformat()
    for post in work.begin:
        of[post["person_id"]].after.setdefault("posts", []).append(
            {
                "id": post["id"],
                "role": post["role"],
                "subject": post["subject"],
                "school": post["school_id"],
                "place": post["place_id"],
                "from": day,
                "until": None,
            }
        )
    for number in work.numbers:
        of[number["person_id"]].after.setdefault("numbers", []).append(
            {name: number[name] for name in ("id", "number", "since")}
        )
    return did
