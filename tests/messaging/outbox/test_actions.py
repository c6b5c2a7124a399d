"""Queueing twice says it once; withdrawing leaves a trace; nobody reaches beyond the scope."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text

from clusters.kernel.errors import Conflict, NotFound
from clusters.scope import Held, Scope
from messaging.outbox.actions import (
    cancel,
    enqueue,
    open_subject,
    raise_revision,
    repoint,
    reword,
    unpark,
    withdraw,
)
from messaging.outbox.models import Message, Subject, Withdrawal
from messaging.outbox.rules import State
from tests.messaging.voice import draft, number, subject

EVERYWHERE = Scope.everywhere()


def test_the_same_key_is_the_same_message_however_often_it_is_planned(db):
    subject(db)
    assert enqueue(db, [draft(db, n) for n in range(5)]) == 5
    assert enqueue(db, [draft(db, n, text_values={"text": "other"}) for n in range(6)]) == 1
    assert enqueue(db, draft(db, 1, kind="T-7d")) == 1


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=st.lists(st.lists(st.integers(0, 8), max_size=8), max_size=4))
def test_any_plans_in_any_order_make_one_message_a_key(unit, plans):
    with unit() as db:
        subject_id = open_subject(db, "batch")
        made = sum(enqueue(db, [draft(db, n, subject_kind="batch", subject_id=subject_id) for n in p]) for p in plans)
        assert made == len({n for plan in plans for n in plan})


def test_a_message_about_nothing_is_refused(db):
    with pytest.raises(NotFound):
        enqueue(db, draft(db))


def test_a_subject_said_again_keeps_its_revision_and_takes_its_new_place(db):
    subject(db)
    raise_revision(db, "training_session", 7, "moved")
    subject(db, path="B2.C01.L1.")
    row = db.get(Subject, ("training_session", 7))
    assert (row.revision, row.training_path) == (2, "B2.C01.L1.")


def test_raising_the_revision_withdraws_what_was_said_before_and_says_why(db):
    subject(db)
    enqueue(db, [draft(db, n) for n in (1, 2)])
    assert raise_revision(db, "training_session", 7, "moved") == 2
    assert set(db.scalars(select(Message.state))) == {State.CANCELLED}
    assert db.scalars(select(Withdrawal.why)).all() == ["moved", "moved"]
    enqueue(db, draft(db, 1, revision=2))
    raise_revision(db, "training_session", 7, "moved")
    assert db.scalar(select(func.count()).select_from(Withdrawal)) == 3


def test_withdrawing_a_whole_subject_silences_it_for_good(voice):
    with voice.unit() as db:
        subject(db)
        withdraw(db, "training_session", 7, "cancelled")
        enqueue(db, draft(db, 1))
    voice.tick()
    assert voice.heard() == []


def test_withdrawing_by_kind_and_person_leaves_the_others(db):
    subject(db)
    enqueue(db, [draft(db, n, kind=kind) for n in (1, 2) for kind in ("T-7d", "T-1d")])
    assert withdraw(db, "training_session", 7, "answered_no", person_id=1, kinds=["T-7d"]) == 1
    assert withdraw(db, "training_session", 7, "skipped", kinds=["T-1d"]) == 2
    left = db.execute(select(Message.person_id, Message.kind).where(Message.state == State.QUEUED)).all()
    assert left == [(2, "T-7d")]


def test_what_went_cannot_be_withdrawn(voice):
    with voice.unit() as db:
        subject(db)
        enqueue(db, draft(db))
    voice.tick()
    with voice.unit() as db:
        assert withdraw(db, "training_session", 7, "moved", kinds=["T-1d"]) == 0
        assert db.scalar(select(func.count()).select_from(Withdrawal)) == 0


def test_planned_anew_only_what_ended_unsent_comes_back_under_a_new_number(voice):
    with voice.unit() as db:
        subject(db)
        enqueue(db, [draft(db, n) for n in (1, 2, 3)])
        withdraw(db, "training_session", 7, "answered_no", person_id=1)
        withdraw(db, "training_session", 7, "skipped", person_id=2)
    voice.tick()
    with voice.unit() as db:
        assert enqueue(db, [draft(db, n) for n in (1, 2, 3)]) == 0
        assert enqueue(db, [draft(db, n) for n in (1, 2, 3, 4)], anew=True) == 2
        assert enqueue(db, [draft(db, n) for n in (1, 2, 3, 4)], anew=True) == 0
        new = db.execute(select(Message.person_id, Message.again).where(Message.state == State.QUEUED)).all()
    assert sorted(new) == [(1, 1), (4, 0)]


def test_rewording_changes_what_waits_and_nothing_that_went(voice):
    with voice.unit() as db:
        subject(db)
        enqueue(db, [draft(db, 1), draft(db, 2, send_after=draft(db).send_after + timedelta(hours=1))])
    voice.tick()
    with voice.unit() as db:
        assert reword(db, subject=("training_session", 7), values={"text": "New"}, language="ur") == 1
        assert reword(db, number=number(2), text_keys=["reminder_eve"], text_key="reminder_eve_ask") == 0
        said = db.execute(select(Message.language, Message.text_values).order_by(Message.number)).all()
    assert said == [("en", {"text": "Text 1"}), ("ur", {"text": "New"})]


def test_rewording_everything_is_refused(db):
    with pytest.raises(ValueError, match="subject or by number"):
        reword(db, language="ur")


def test_what_waits_at_an_old_number_goes_to_the_new_one(voice):
    with voice.unit() as db:
        subject(db)
        enqueue(db, [draft(db, 1), draft(db, 2), draft(db, 3, number=number(1))])
        repoint(db, 1, number(1), number(9))
        repoint(db, 2, number(2), None)
    voice.tick()
    assert voice.heard() == [(number(1), "Text 3"), (number(9), "Text 1")]
    assert sorted(voice.states()) == ["accepted", "accepted", "cancelled", "cancelled"]


def test_one_text_can_be_cancelled_while_it_waits_and_not_afterwards(voice):
    with voice.unit() as db:
        subject(db)
        enqueue(db, draft(db))
        message_id = db.scalars(select(Message.id)).one()
        with pytest.raises(NotFound):
            cancel(db, Scope(1, (Held("T", "B2.", "clerk"),)), message_id, "skipped")
        with pytest.raises(Conflict):
            unpark(db, EVERYWHERE, message_id)
        cancel(db, Scope(1, (Held("T", "B1.", "clerk"),)), message_id, "skipped")
        with pytest.raises(Conflict):
            cancel(db, EVERYWHERE, message_id, "skipped")


def test_batches_are_numbered_without_gaps(db):
    assert [open_subject(db, "batch") for _ in range(3)] == [1, 2, 3]


def test_a_list_is_queued_in_a_fixed_number_of_statements(db, connection):
    """Bulk work stays bulk: ten thousand messages take no more statements than a thousand, and ten take fewer."""
    subject(db)
    assert _statements(connection, lambda: enqueue(db, [draft(db, n, kind="ten") for n in range(10)])) == 2
    few = [draft(db, n, kind="few") for n in range(1_000)]
    many = [draft(db, n, kind="many") for n in range(10_000)]
    assert _statements(connection, lambda: enqueue(db, few)) == _statements(connection, lambda: enqueue(db, many))
    assert db.scalar(text("SELECT count(*) FROM message")) == 11_010


def _statements(connection, work):
    seen = []

    def listen(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", listen)
    work()
    event.remove(connection, "before_cursor_execute", listen)
    return len(seen)
