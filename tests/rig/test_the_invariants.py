"""The checker of the rig finds each breach that it is there for, and nothing in a house where all is well."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from clusters.kernel.clock import Clock
from clusters.kernel.database import sessions
from clusters.kernel.unit import UnitOfWork
from cop.reactions import REACTIONS
from messaging.consent.actions import opt_out
from messaging.outbox.actions import enqueue, withdraw
from tests.messaging.voice import draft, number, subject
from tests.rig.invariants import Accepted, Expected, duplicates, unsent, verify, watch

pytestmark = pytest.mark.rig

NOON = datetime(2026, 3, 2, 7, tzinfo=UTC)
TEXTS = 3
PLANNED = [(7, n) for n in range(TEXTS)]
LEDGER = [Accepted(f"SM{n}", number(n), f"Text {n}", NOON + timedelta(seconds=n), 1, "8555") for n in range(TEXTS)]
WELL = Expected(planned=PLANNED)


@pytest.fixture(scope="module")
def engine(rig_cluster):
    engine = create_engine(rig_cluster.fresh())
    watch(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def unit(engine):
    """Units of a house in which three texts went out as they should; emptied afterwards."""
    unit = UnitOfWork(sessions(engine), REACTIONS, Clock(NOON))
    with unit() as db:
        subject(db)
        enqueue(db, [draft(db, n) for n in range(TEXTS)])
    with unit() as db:
        attempt(db, "true")
        db.execute(text("UPDATE message SET state = 'accepted', body = text_values ->> 'text'"))
        db.execute(
            text(
                "INSERT INTO provider_message (sid, message_id, via, at)"
                " SELECT 'SM' || person_id, id, 'answer', now() FROM message"
            )
        )
    yield unit
    with engine.begin() as connection:
        connection.execute(
            text(
                "TRUNCATE message, attempt, attempt_outcome, provider_message, provider_event, withdrawal, opt_out,"
                " message_subject, inbound_text, rig_fall CASCADE"
            )
        )


def attempt(db, which):
    """One more attempt of some messages."""
    db.execute(
        text(
            "INSERT INTO attempt (message_id, n, started_at, route, body_hash)"
            f" SELECT id, attempts + 1, now(), 'twilio', '' FROM message WHERE {which}"
        )
    )
    db.execute(text(f"UPDATE message SET attempts = attempts + 1 WHERE {which}"))


def found(unit, ledger=LEDGER, expected=WELL, logs=()):
    with unit() as db:
        return {each.invariant for each in verify(db.connection(), ledger, logs, expected)}


def breaking(unit, statement):
    with unit() as db:
        db.execute(text(statement))


def test_a_house_where_all_is_well_breaks_nothing(unit):
    assert found(unit) == set()
    with unit() as db:
        assert duplicates(db.connection(), LEDGER) == (0, 0)
        assert unsent(db.connection(), LEDGER) == {}


def test_what_has_no_final_state_what_is_missing_and_a_backlog_that_stays_are_found(unit):
    assert found(unit, expected=replace(WELL, planned=[*PLANNED, (8, 1)])) == {"I1"}
    assert found(unit, expected=replace(WELL, drained=False)) == {"I10"}
    assert found(unit, expected=replace(WELL, planned=PLANNED[:2])) == {"I8"}
    breaking(unit, "UPDATE message SET state = 'unresolved', doubtful = 1 WHERE person_id = 0")
    assert found(unit, LEDGER) == {"I6"}, "it went, and nobody knows"
    assert found(unit, LEDGER[1:]) == {"I1", "I6"}, "it was given up too soon"
    breaking(unit, "UPDATE message SET state = 'unknown' WHERE person_id = 0")
    assert "I1" in found(unit)


def test_a_text_that_counts_as_sent_or_as_never_sent_and_was_not_is_found(unit):
    assert found(unit, LEDGER[:2]) == {"I2"}
    breaking(unit, "UPDATE message SET state = 'cancelled' WHERE person_id = 0")
    assert found(unit) == {"I2", "I6"}
    assert found(unit, [*LEDGER, LEDGER[0]._replace(sid="SM9", number="+923009999999")]) == {"I2", "I6"}


def test_a_second_copy_is_found_and_whether_the_database_knows_of_it(unit):
    twice = [*LEDGER, LEDGER[0]._replace(sid="SM9")]
    assert found(unit, twice) == {"I3"}
    assert found(unit, twice, replace(WELL, extra=1)) == {"I3"}, "it may be, but must be known"
    with unit() as db:
        assert duplicates(db.connection(), twice) == (1, 0)
        db.execute(
            text(
                "INSERT INTO provider_message (sid, message_id, via, at)"
                " SELECT 'SM9', id, 'sweep', now() FROM message WHERE person_id = 0"
            )
        )
        assert duplicates(db.connection(), twice) == (1, 1)
    assert found(unit, twice, replace(WELL, extra=1)) == set()
    breaking(unit, "UPDATE message SET priority = 3 WHERE person_id = 0")
    assert found(unit, twice, replace(WELL, extra=1)) == {"I3"}, "a class that goes at most once"


def test_an_attempt_after_a_wish_for_silence_or_a_withdrawal_was_committed_is_found(unit):
    with unit() as db:
        opt_out(db, number(0), "text")
        withdraw(db, "training_session", 7, "cancelled", person_id=1)
    breaking(
        unit, "INSERT INTO withdrawal (message_id, why, at) SELECT id, 'moved', now() FROM message WHERE person_id = 1"
    )
    assert found(unit) == set()
    with unit() as db:
        attempt(db, "person_id = 0")
    assert found(unit) == {"I4"}
    with unit() as db:
        attempt(db, "person_id = 1")
    assert found(unit) == {"I4", "I12"}


def test_an_attempt_outside_the_hours_is_found(unit):
    assert found(unit, expected=replace(WELL, open_at=lambda _: True)) == set()
    assert found(unit, expected=replace(WELL, open_at=lambda _: False)) == {"I5"}


def test_a_state_that_falls_is_found(unit):
    breaking(unit, "UPDATE message SET state = 'delivered'")
    assert found(unit) == set()
    breaking(unit, "UPDATE message SET state = 'sent' WHERE person_id = 0")
    assert found(unit) == {"I6"}


def test_a_text_that_was_taken_and_is_not_there_or_unread_is_found(unit):
    assert found(unit, expected=replace(WELL, texts=["SM77"])) == {"I7"}
    breaking(
        unit,
        "INSERT INTO inbound_text (channel, provider_id, number, body, received_at, state)"
        " VALUES ('twilio', 'SM77', '+923001000000', '1', now(), 'received')",
    )
    assert found(unit, expected=replace(WELL, texts=["SM77"])) == {"I7"}
    breaking(unit, "UPDATE inbound_text SET state = 'applied'")
    assert found(unit, expected=replace(WELL, texts=["SM77"])) == set()


def test_a_sender_that_is_too_fast_is_found(unit):
    assert found(unit, expected=replace(WELL, buckets={"8555": (1.0, 1.0)})) == set()
    assert found(unit, expected=replace(WELL, buckets={"8555": (0.5, 1.0)})) == {"I9"}


@pytest.mark.parametrize("said", ["to +923001000001", "To=%2B923001000001", "b'Text 3 of share 7'"])
def test_a_number_or_words_in_a_log_are_found(unit, tmp_path, said):
    log = tmp_path / "worker.log"
    log.write_text(f"{uuid4()} accepted\n")
    assert found(unit, logs=[log]) == set()
    log.write_text(f"{said}\n")
    assert found(unit, logs=[log]) == {"I11"}
