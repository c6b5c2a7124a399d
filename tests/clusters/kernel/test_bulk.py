"""Many rows at once: the way they travel depends on how many they are, what is written does not."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from clusters.kernel.audit import Actor, AuditEntry
from clusters.kernel.bulk import FEW, add, fresh_ids, handed_over, overwrite
from clusters.kernel.clock import Clock
from clusters.kernel.database import sessions
from clusters.kernel.unit import UnitOfWork
from messaging.channels.models import PhoneText
from messaging.outbox.models import Message
from messaging.outbox.rules import State

AT = datetime(2026, 8, 3, 4, 30, tzinfo=UTC)
SIZES = pytest.mark.parametrize("many", [0, 1, FEW, FEW + 1])


def audit_rows(many):
    return [
        {"at": AT, "door": "job", "verb": "tried\tto\\N", "subject_kind": "test", "new": new}
        for _, new in zip(range(many), (None, {"a": [1, "ب"], "at": AT}, '{"b": 2}') * many, strict=False)
    ]


@SIZES
def test_rows_are_added_with_documents_and_missing_values(unit, many):
    with unit(Actor("test")) as db:
        add(db, AuditEntry, ["at", "door", "verb", "subject_kind", "new"], audit_rows(many))
        kept = db.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "test").order_by(AuditEntry.id)).all()
    documents = [None, {"a": [1, "ب"], "at": AT.isoformat()}, {"b": 2}]
    assert [(row.at, row.verb, row.new) for row in kept] == [
        (AT, "tried\tto\\N", documents[number % 3]) for number in range(many)
    ]


def message(number):
    return {
        "id": uuid4(),
        "subject_kind": "test",
        "subject_id": number,
        "revision": 1,
        "person_id": 0,
        "number": "+923009990009",
        "kind": "INV",
        "priority": 2,
        "text_key": "invitation",
        "text_values": {},
        "language": "en",
        "send_after": AT,
        "send_by": AT,
        "planned_at": AT,
        "state": State.QUEUED,
        "state_at": AT,
    }


@SIZES
def test_only_the_named_columns_of_the_rows_found_are_overwritten(unit, many):
    rows = [message(number) for number in range(many + 1)]
    with unit(Actor("test")) as db:
        add(db, Message, list(rows[0]), rows)
        changed = [{"id": row["id"], "state": State.CANCELLED, "why": "reported"} for row in rows[:many]]
        overwrite(db, Message, ["state", "why"], changed)
        kept = db.execute(
            select(Message.subject_id, Message.state, Message.why, Message.text_key)
            .where(Message.subject_kind == "test")
            .order_by(Message.subject_id)
        ).all()
    assert kept == [
        *((number, State.CANCELLED, "reported", "invitation") for number in range(many)),
        (many, State.QUEUED, None, "invitation"),
    ]


@SIZES
def test_rows_that_are_handed_over_can_be_read_in_a_statement_twice(unit, many):
    rows = [{"phone": f"+9230099{number:05}", "at": AT, "incoming": True} for number in range(many)]
    with unit(Actor("test")) as db:
        for _ in range(2):
            with handed_over(db, PhoneText, ["phone", "at", "incoming"], rows) as given:
                read = db.execute(select(given.c.phone, given.c.at, given.c.incoming).order_by(given.c.phone)).all()
            assert [row._asdict() for row in read] == rows


@pytest.mark.parametrize("role", ["cop_web", "cop_worker"])
def test_rows_may_be_handed_over_with_the_rights_of_the_pages_and_of_the_worker(engine, role):
    unit = UnitOfWork(sessions(engine), {}, Clock(AT), role=role)
    with unit(Actor("test")) as db:
        with handed_over(db, PhoneText, ["body"], [{"body": "1"}] * (FEW + 1)) as given:
            assert db.scalar(select(func.count()).select_from(given)) == FEW + 1
        add(db, AuditEntry, ["at", "door", "verb", "subject_kind", "new"], audit_rows(FEW + 1))
        db.rollback()


def test_fresh_ids_rise_and_are_given_out_once(unit):
    with unit(Actor("test")) as db:
        first, second = fresh_ids(db, PhoneText, 3), fresh_ids(db, PhoneText, 2)
        assert fresh_ids(db, PhoneText, 0) == []
    assert first + second == sorted({*first, *second})
