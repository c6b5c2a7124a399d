"""A unit of work is all or nothing, and its facts are answered before it commits."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from clusters.kernel.audit import Actor, AuditEntry, record
from clusters.kernel.clock import now, set_rehearsal_clock, today
from clusters.kernel.facts import Fact, note
from clusters.kernel.unit import UnitOfWork


@dataclass(frozen=True)
class DoorOpened(Fact):
    which: str


@dataclass(frozen=True)
class GuestGreeted(Fact):
    which: str


def entries(db: Session) -> list[str]:
    return list(db.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))


def test_an_exception_undoes_everything(unit):
    def open_and_fail():
        with unit() as db:
            record(db, "opened", "door")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        open_and_fail()
    with unit() as db:
        assert entries(db) == []


def test_reactions_run_in_the_same_unit_also_for_facts_that_reactions_note(connection, clock):
    def greet(db, fact):
        record(db, f"greeted at {fact.which}", "door")
        note(db, GuestGreeted(fact.which))

    def seat(db, fact):
        record(db, f"seated from {fact.which}", "door")

    maker = sessionmaker(connection, join_transaction_mode="create_savepoint")
    unit = UnitOfWork(maker, {DoorOpened: (greet,), GuestGreeted: (seat,)}, clock)
    with unit() as db:
        note(db, DoorOpened("north"))
    with unit() as db:
        assert entries(db) == ["greeted at north", "seated from north"]


def test_a_failing_reaction_fails_the_unit(connection, clock):
    def fail(db, fact):
        raise RuntimeError("lost")

    maker = sessionmaker(connection, join_transaction_mode="create_savepoint")
    unit = UnitOfWork(maker, {DoorOpened: (fail,)}, clock)

    def open_the_door():
        with unit() as db:
            record(db, "opened", "door")
            note(db, DoorOpened("north"))

    with pytest.raises(RuntimeError, match="lost"):
        open_the_door()
    with unit() as db:
        assert entries(db) == []


def test_the_unit_lives_at_one_instant_and_the_rehearsal_clock_moves_it(unit, clock):
    with unit() as db:
        assert now(db) == clock.at
        assert today(db).isoformat() == "2026-03-02"
        set_rehearsal_clock(db, clock.at)
    with unit() as db:
        assert now(db) != clock.at  # the hand clock adds the shift that the database keeps


def test_the_actor_is_written_on_every_entry(unit):
    with unit(Actor("web", 7)) as db:
        record(db, "opened", "door", 3, old={"open": False}, new={"open": True})
    with unit() as db:
        entry = db.scalars(select(AuditEntry)).one()
        assert (entry.door, entry.person_id, entry.subject_id, entry.new) == ("web", 7, 3, {"open": True})


def test_audit_entries_are_never_changed_even_by_the_owner(unit):
    with unit() as db:
        record(db, "opened", "door")
    for statement in ("UPDATE audit_entry SET verb = 'closed'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"):
        with pytest.raises(DBAPIError, match="never changed"), unit() as db:
            db.execute(text(statement))
    with unit() as db:
        assert db.scalar(select(func.count()).select_from(AuditEntry)) == 1


@pytest.mark.parametrize("role", ["cop_web", "cop_worker"])
def test_a_units_role_cannot_change_facts(connection, clock, role):
    maker = sessionmaker(connection, join_transaction_mode="create_savepoint")
    unit = UnitOfWork(maker, {}, clock, role=role)
    with unit() as db:
        assert db.scalar(text("SELECT current_user")) == role
    for table in ("attempt", "attempt_outcome", "provider_message", "provider_event", "withdrawal", "audit_entry"):
        with pytest.raises(DBAPIError, match="permission denied"), unit() as db:
            db.execute(text(f"DELETE FROM {table}"))


def test_the_worker_cannot_read_web_sessions(connection, clock):
    unit = UnitOfWork(sessionmaker(connection, join_transaction_mode="create_savepoint"), {}, clock, role="cop_worker")
    with pytest.raises(DBAPIError, match="permission denied"), unit() as db:
        db.execute(text("SELECT * FROM web_session"))


def test_a_unit_that_reads_changes_nothing_and_waits_less(connection, clock):
    maker = sessionmaker(connection, join_transaction_mode="create_savepoint")
    unit = UnitOfWork(
        maker, {}, clock, role="cop_web", patience=timedelta(seconds=10), patience_to_read=timedelta(seconds=2)
    )
    with unit(to_read=True) as db:
        assert db.scalar(text("SHOW statement_timeout")) == "2s"
    with pytest.raises(DBAPIError, match="read-only transaction"), unit(to_read=True) as db:
        db.execute(text("DELETE FROM taken_form"))
    with unit() as db:
        assert db.scalar(text("SHOW statement_timeout")) == "10s"
        record(db, "opened", "door")
    with unit() as db:
        assert entries(db) == ["opened"]
