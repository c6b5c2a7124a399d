"""What others may ask of the outbox: say what messages are about, queue them, withdraw, reword and cancel them."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Result, TextClause, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.bulk import handed_over
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotFound
from clusters.scope import Scope
from messaging.channels.base import Medium
from messaging.consent.facts import OptedOut
from messaging.outbox.models import Message, Subject
from messaging.outbox.rules import State, TextClass
from messaging.texts.values import jsonable

Each = TypeVar("Each")

_COUNTED = {"synchronize_session": False, "preserve_rowcount": True}

CHUNK = 20_000
"""Rows in one statement; more would only cost memory."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be queued; its text is made when it goes.

    `text_values` are the placeholders of `text_key`, and under "to" the name of the person where a phone is shared.
    With the key "" the text stands under "text" as it shall go. `person_id` 0 is a number of nobody we know; `leg` 1
    is the fallback after a known failure; `again` tells texts of an otherwise equal key apart.
    """

    subject_kind: str
    subject_id: int
    revision: int
    person_id: int
    number: str
    kind: str
    text_class: TextClass
    text_key: str
    text_values: Mapping[str, Any]
    language: str
    send_after: datetime
    send_by: datetime
    leg: int = 0
    again: int = 0
    medium: Medium = Medium.SMS
    invented: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """A subject with its places, which decide who may see its messages."""

    id: int
    training_path: str | None = None
    admin_path: str | None = None
    revision: int = 1


_FIELDS = tuple(each.name for each in fields(Draft))
_COLUMNS = tuple("priority" if name == "text_class" else name for name in _FIELDS)
"""Of a message, what a draft says."""
_taken = attrgetter(*_FIELDS)

_ABOUT = text(
    "INSERT INTO message_subject (kind, id, revision, training_path, admin_path)"
    " SELECT :kind, id, revision, training_path, admin_path FROM unnest(CAST(:ids AS bigint[]),"
    " CAST(:revisions AS bigint[]), CAST(:training AS text[]), CAST(:admin AS text[]))"
    " AS given(id, revision, training_path, admin_path) ORDER BY id"
    " ON CONFLICT (kind, id) DO UPDATE SET training_path = excluded.training_path, admin_path = excluded.admin_path"
    " WHERE (message_subject.training_path, message_subject.admin_path)"
    " IS DISTINCT FROM (excluded.training_path, excluded.admin_path)"
)

_ABSENT = text(
    "SELECT kind, id FROM unnest(CAST(:kinds AS text[]), CAST(:ids AS bigint[])) AS given(kind, id)"
    " EXCEPT SELECT kind, id FROM message_subject LIMIT 1"
)
_ENDED_UNSENT = text(
    "SELECT subject_kind, subject_id, revision, person_id, number, kind, leg, max(again),"
    " bool_or(state NOT IN ('cancelled', 'suppressed', 'expired') OR why = 'skipped')"
    " FROM message WHERE (subject_kind, subject_id) IN"
    " (SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:ids AS bigint[]))) GROUP BY 1, 2, 3, 4, 5, 6, 7"
)

_HOLD = text(
    "UPDATE message_subject SET revision = revision + :step, withdrawn = withdrawn OR :whole"
    " WHERE kind = :kind AND id = :id RETURNING revision"
)
_WITHDRAW = text(
    "WITH gone AS (SELECT m.id, m.state IN ('queued', 'parked', 'claimed') AS waiting, m.doubtful FROM message m"
    " WHERE m.subject_kind = :kind AND m.subject_id = :id"
    " AND (CAST(:message AS uuid) IS NULL OR m.id = :message)"
    " AND (CAST(:person AS bigint) IS NULL OR m.person_id = :person)"
    " AND (CAST(:kinds AS text[]) IS NULL OR m.kind = ANY(:kinds))"
    " AND (CAST(:below AS bigint) IS NULL OR m.revision < :below)"
    " AND (m.state IN ('queued', 'parked', 'claimed', 'submitting', 'unknown') OR (m.medium = 'whatsapp'"
    " AND m.leg = 0 AND m.state IN ('accepted', 'sent', 'failed', 'undelivered', 'rejected')))"
    " ORDER BY m.id FOR UPDATE),"
    " noted AS (INSERT INTO withdrawal (message_id, why, at) SELECT id, :why, :now FROM gone)"
    " UPDATE message m SET state = CASE WHEN gone.doubtful > 0 THEN 'unresolved' ELSE 'cancelled' END, why = :why,"
    " lease_token = NULL, lease_until = NULL, state_at = :now FROM gone WHERE m.id = gone.id AND gone.waiting"
)
"""Rows are locked in the order of their ids by everybody who locks more than one, so that none wait in a circle.

Of what WhatsApp has it is noted, too: should it fail there, no SMS follows.
"""

_REWORD = text(
    "WITH old AS (SELECT id FROM message"
    " WHERE (CAST(:kind AS text) IS NULL OR (subject_kind = :kind AND subject_id = :id))"
    " AND (CAST(:number AS text) IS NULL OR number = :number)"
    " AND (CAST(:person AS bigint) IS NULL OR person_id = :person)"
    " AND (CAST(:kinds AS text[]) IS NULL OR kind = ANY(:kinds))"
    " AND (CAST(:keys AS text[]) IS NULL OR text_key = ANY(:keys))"
    " AND state IN ('queued', 'parked', 'claimed') ORDER BY id FOR UPDATE)"
    " UPDATE message m SET text_key = COALESCE(CAST(:key AS text), m.text_key),"
    " text_values = m.text_values || CAST(:values AS jsonb),"
    " language = COALESCE(CAST(:language AS text), m.language) FROM old WHERE m.id = old.id"
)
_UNSAY = text(
    "UPDATE message SET body = NULL, text_values = '{}' WHERE subject_kind = :kind"
    " AND subject_id = ANY(CAST(:ids AS bigint[]))"
    " AND state NOT IN ('queued', 'claimed', 'submitting', 'unknown', 'parked')"
)
_UNADDRESS = text(
    "UPDATE message SET person_id = 0, number = '-' || id WHERE subject_kind = :kind"
    " AND subject_id = ANY(CAST(:ids AS bigint[]))"
    " AND state NOT IN ('queued', 'claimed', 'submitting', 'unknown', 'parked')"
)
_SUPPRESS = text(
    "WITH held AS (SELECT id, doubtful FROM message WHERE number = :number"
    " AND state IN ('queued', 'parked', 'claimed') AND send_after <= :now AND priority <> :reply"
    " AND (NOT :changes_too OR priority <> :change)"
    " ORDER BY id FOR UPDATE)"
    " UPDATE message m SET state = CASE WHEN held.doubtful > 0 THEN 'unresolved' ELSE 'suppressed' END,"
    " why = 'opted_out', lease_token = NULL, lease_until = NULL, state_at = :now FROM held WHERE m.id = held.id"
)
_HOLD_ALL_TO = text(
    "SELECT count(*) FROM (SELECT 1 FROM message_subject WHERE (kind, id) IN (SELECT subject_kind, subject_id"
    " FROM message WHERE number = :old AND person_id = :person AND state IN ('queued', 'parked', 'claimed'))"
    " ORDER BY kind, id FOR NO KEY UPDATE) AS held"
)
_REPOINT = text(
    "WITH gone AS (SELECT id FROM message WHERE number = :old AND person_id = :person"
    " AND (state IN ('queued', 'parked', 'claimed', 'submitting', 'unknown') OR (medium = 'whatsapp' AND leg = 0"
    " AND state IN ('accepted', 'sent', 'failed', 'undelivered', 'rejected'))) ORDER BY id FOR UPDATE),"
    " noted AS (INSERT INTO withdrawal (message_id, why, at) SELECT id, 'number_changed', :now FROM gone),"
    " turned AS (UPDATE message m SET state = CASE WHEN m.doubtful > 0 THEN 'unresolved' ELSE 'cancelled' END,"
    " why = 'number_changed', lease_token = NULL, lease_until = NULL, state_at = :now FROM gone"
    " WHERE m.id = gone.id AND m.state IN ('queued', 'parked', 'claimed') RETURNING m.*)"
    " INSERT INTO message (id, subject_kind, subject_id, revision, person_id, number, kind, leg, again, medium,"
    " invented, priority, text_key, text_values, language, send_after, send_by, planned_at, state, state_at)"
    " SELECT gen_random_uuid(), subject_kind, subject_id, revision, person_id, :new, kind, leg, again, medium,"
    " invented, priority,"
    " text_key, text_values, language, send_after, send_by, :now, 'queued', :now FROM turned"
    " WHERE CAST(:new AS text) IS NOT NULL AND doubtful = 0 ON CONFLICT DO NOTHING"
)
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('message_subject'), hashtext(:kind))")
_NEXT_SUBJECT = text(
    "INSERT INTO message_subject (kind, id, training_path, admin_path)"
    " SELECT :kind, COALESCE(max(id), 0) + 1, :training_path, :admin_path FROM message_subject WHERE kind = :kind"
    " RETURNING id"
)
_UNPARK = text("UPDATE message SET state = 'queued', why = NULL, state_at = :now WHERE id = :id AND state = 'parked'")


def about(
    db: Session, kind: str, subject_id: int, *, training_path: str | None, admin_path: str | None, revision: int = 1
) -> None:
    """Say what messages will be about; said again, it brings the places up to date and nothing else."""
    about_all(db, kind, [About(subject_id, training_path, admin_path, revision)])


def about_all(db: Session, kind: str, subjects: Iterable[About]) -> None:
    """`about` for many subjects of one kind in a few statements."""
    for some in _chunks(subjects):
        db.execute(
            _ABOUT,
            {
                "kind": kind,
                "ids": [each.id for each in some],
                "revisions": [each.revision for each in some],
                "training": [each.training_path for each in some],
                "admin": [each.admin_path for each in some],
            },
        )


def open_subject(db: Session, kind: str, *, training_path: str | None = None, admin_path: str | None = None) -> int:
    """A new subject of a kind that has no table of its own, such as a batch; its id."""
    db.execute(_ONE_AT_A_TIME, {"kind": kind})
    values = {"kind": kind, "training_path": training_path, "admin_path": admin_path}
    return int(db.execute(_NEXT_SUBJECT, values).scalar_one())


def enqueue(db: Session, drafts: Draft | Iterable[Draft], *, anew: bool = False) -> int:
    """Queue messages and say how many are new: the same key is the same message, however often it is planned.

    With `anew` a message that ended unsent (withdrawn, held back, too late) is planned once more, under the next
    number of its key; one that somebody chose to skip stays skipped.
    """
    made = 0
    for some in _chunks([drafts] if isinstance(drafts, Draft) else drafts):
        _check_subjects(db, some)
        rows = _numbered(db, some) if anew else some
        if rows:
            made += _insert(db, rows)
    return made


def withdraw(
    db: Session,
    subject_kind: str,
    subject_id: int,
    why: str,
    *,
    person_id: int | None = None,
    kinds: Collection[str] | None = None,
) -> int:
    """Let no message of a subject go out any more, or only those to one person or of some kinds; how many stopped.

    Without a narrower choice the subject itself counts as withdrawn and nothing about it is ever sent again. What is
    on its way can only be kept from a second try.
    """
    _hold(db, subject_kind, subject_id, whole=person_id is None and kinds is None)
    return _withdraw(db, subject_kind, subject_id, why, person_id=person_id, kinds=kinds)


def raise_revision(db: Session, subject_kind: str, subject_id: int, why: str) -> int:
    """What a subject's messages said holds no more: withdraw them all and give the revision for those to come."""
    revision = _hold(db, subject_kind, subject_id, step=1)
    _withdraw(db, subject_kind, subject_id, why, below=revision)
    return revision


def reword(
    db: Session,
    *,
    subject: tuple[str, int] | None = None,
    number: str | None = None,
    person_id: int | None = None,
    kinds: Collection[str] | None = None,
    text_keys: Collection[str] | None = None,
    text_key: str | None = None,
    values: Mapping[str, Any] | None = None,
    language: str | None = None,
) -> int:
    """Change what waiting messages will say, and nothing else about them; how many were changed.

    Chosen by a subject (kind, id) or a number, narrowed by person, kinds and present keys; `values` are laid over
    those of the text.
    """
    if subject is None and number is None:
        raise ValueError("Say by subject or by number which messages to reword.")
    kind, subject_id = subject or (None, None)
    return _changed(
        db,
        _REWORD,
        {
            "kind": kind,
            "id": subject_id,
            "number": number,
            "person": person_id,
            "kinds": None if kinds is None else list(kinds),
            "keys": None if text_keys is None else list(text_keys),
            "key": text_key,
            "values": json.dumps(dict(values or {}), default=jsonable),
            "language": language,
        },
    )


def repoint(db: Session, person_id: int, old: str, new: str | None) -> None:
    """What waits for a person at a number that is hers no more goes to the new one, or nowhere."""
    db.execute(_HOLD_ALL_TO, {"old": old, "person": person_id})
    db.execute(_REPOINT, {"old": old, "new": new, "person": person_id, "now": now(db)})


def suppress(db: Session, fact: OptedOut) -> None:
    """A number asked for silence: what would go to it now is held back for good.

    Texts planned for later stay where they are and are judged when their hour comes, so that somebody who returns
    gets the reminders that are still ahead. Answers to the number's own texts go out.
    """
    db.execute(
        _SUPPRESS,
        {
            "number": fact.number,
            "now": now(db),
            "reply": int(TextClass.REPLY),
            "change": int(TextClass.CHANGE),
            "changes_too": fact.changes_too,
        },
    )


def unsay(db: Session, subject_kind: str, subject_ids: Collection[int]) -> None:
    """Let what went out about some subjects be forgotten; that it went, and when, stays."""
    db.execute(_UNSAY, {"kind": subject_kind, "ids": list(subject_ids)})


def unaddress(db: Session, subject_kind: str, subject_ids: Collection[int]) -> None:
    """Let it be forgotten to whom something went out about some subjects: a text of nobody's, to no number."""
    db.execute(_UNADDRESS, {"kind": subject_kind, "ids": list(subject_ids)})


def cancel(db: Session, scope: Scope, message_id: UUID, why: str) -> None:
    """Let one message not go out; Conflict when it is no longer waiting."""
    message = _seen(db, scope, message_id)
    _hold(db, message.subject_kind, message.subject_id)
    if not _withdraw(db, message.subject_kind, message.subject_id, why, message_id=message_id):
        raise Conflict("message_no_longer_waiting")


def unpark(db: Session, scope: Scope, message_id: UUID) -> None:
    """Let a parked message be tried again; Conflict when it is not parked."""
    _seen(db, scope, message_id)
    if not _changed(db, _UNPARK, {"id": message_id, "now": now(db)}):
        raise Conflict("message_not_parked")


def _seen(db: Session, scope: Scope, message_id: UUID) -> Message:
    found = db.execute(
        select(Message, Subject)
        .join(Subject, (Subject.kind == Message.subject_kind) & (Subject.id == Message.subject_id))
        .where(Message.id == message_id, scope.within(Subject.training_path, Subject.admin_path))
    ).first()
    if found is None:
        raise NotFound("message", id=message_id)
    return found[0]


def _hold(db: Session, kind: str, subject_id: int, *, step: int = 0, whole: bool = False) -> int:
    """Lock a subject against every submission until this unit ends; its revision."""
    revision: int | None = db.scalar(_HOLD, {"kind": kind, "id": subject_id, "step": step, "whole": whole})
    if revision is None:
        raise NotFound("message_subject", kind=kind, id=subject_id)
    return revision


def _withdraw(
    db: Session,
    kind: str,
    subject_id: int,
    why: str,
    *,
    message_id: UUID | None = None,
    person_id: int | None = None,
    kinds: Collection[str] | None = None,
    below: int | None = None,
) -> int:
    return _changed(
        db,
        _WITHDRAW,
        {
            "kind": kind,
            "id": subject_id,
            "why": why,
            "message": message_id,
            "person": person_id,
            "kinds": None if kinds is None else list(kinds),
            "below": below,
            "now": now(db),
        },
    )


def _check_subjects(db: Session, drafts: Sequence[Draft]) -> None:
    """Subjects are never deleted, so one look a list does what a foreign key would do row by row."""
    absent = db.execute(_ABSENT, _subjects(drafts)).first()
    if absent is not None:
        raise NotFound("message_subject", kind=absent.kind, id=absent.id)


def _subjects(drafts: Sequence[Draft]) -> dict[str, list[Any]]:
    named = sorted({(draft.subject_kind, draft.subject_id) for draft in drafts})
    return {"kinds": [kind for kind, _ in named], "ids": [number for _, number in named]}


def _numbered(db: Session, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts under the first free number of their keys, without those whose message lives, went or was skipped."""
    rows = db.execute(_ENDED_UNSENT, _subjects(drafts))
    known = {tuple(row[:7]): (row[7], row[8]) for row in rows}
    fresh = []
    for draft in drafts:
        last, lives = known.get(_key(draft), (-1, False))
        if not lives:
            fresh.append(replace(draft, again=last + 1))
    return fresh


def _key(draft: Draft) -> tuple[object, ...]:
    return (
        draft.subject_kind,
        draft.subject_id,
        draft.revision,
        draft.person_id,
        draft.number,
        draft.kind,
        draft.leg,
    )


def _insert(db: Session, rows: Sequence[Draft]) -> int:
    documents: dict[int, str] = {}
    written = []
    for row in rows:
        said = documents.get(id(row.text_values))
        if said is None:
            said = documents[id(row.text_values)] = json.dumps(row.text_values, default=jsonable)
        values = dict(zip(_COLUMNS, _taken(row), strict=True))
        values["text_values"], values["priority"] = said, int(row.text_class)
        written.append(values)
    with handed_over(db, Message, _COLUMNS, written) as given:
        stamped = [func.gen_random_uuid(), *(given.c[name] for name in _COLUMNS), now(db), State.QUEUED.value, now(db)]
        statement = insert(Message).from_select(
            ["id", *_COLUMNS, "planned_at", "state", "state_at"],
            select(*(each if isinstance(each, ColumnElement) else literal(each) for each in stamped)),
        )
        return _rows(db.execute(statement.on_conflict_do_nothing(), execution_options=_COUNTED))


def _changed(db: Session, statement: TextClause, values: Mapping[str, Any]) -> int:
    return _rows(db.execute(statement, values))


def _rows(done: Result[Any]) -> int:
    return cast("CursorResult[Any]", done).rowcount


def _chunks(rows: Iterable[Each]) -> Iterator[list[Each]]:
    rest = iter(rows)
    while some := list(islice(rest, CHUNK)):
        yield some
