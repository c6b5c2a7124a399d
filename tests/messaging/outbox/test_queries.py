"""What went, what will go and why something did not, counted inside the reader's scope."""

from datetime import timedelta

import pytest

from clusters.scope import Held, Scope
from messaging.channels.base import Fault, Outgoing, Policy, SendError
from messaging.channels.rehearsal import RehearsalChannel
from messaging.consent.actions import opt_out
from messaging.outbox import queries
from messaging.outbox.actions import enqueue, withdraw
from messaging.outbox.queries import Cost, Funnel, Lost, Moment
from messaging.outbox.rules import State, TextClass
from tests.messaging.voice import Stubborn, Voice, draft, number, subject

EVERYWHERE = Scope.everywhere()
BLOCK_ONE, BLOCK_TWO = (Scope(1, (Held("T", path, "education_manager"),)) for path in ("B1.", "B2."))
BANNU, KOHAT = (Scope(1, (Held("A", path, "education_manager"),)) for path in ("KP.BANNU.", "KP.KOHAT."))


class ByPerson(Stubborn):
    """Takes the text of person 1, refuses that of person 2, and loses its answer to person 3."""

    def send(self, outgoing):
        error = {
            2: SendError(Policy.NEVER, "refused", Fault.NUMBER, code="21211"),
            3: SendError(Policy.ASK_FIRST, "timeout"),
        }.get(int(outgoing.number[-1]))
        if error:
            raise error
        return super().send(outgoing)


@pytest.fixture
def mixed(unit, clock):
    """Invitations accepted, refused, in doubt and taken back; three reminders ahead, one to a silent number."""
    with unit() as db:
        subject(db)
        enqueue(db, [draft(db, n, kind="invitation") for n in (1, 2, 3, 4)])
        withdraw(db, "training_session", 7, "answered_no", person_id=4)
    Voice(unit, ByPerson()).tick()
    with unit() as db:
        later = {"send_after": clock.at + timedelta(days=2), "send_by": clock.at + timedelta(days=3)}
        enqueue(db, [draft(db, n, **later) for n in (1, 2, 5)])
        opt_out(db, number(5), "text")
    return clock.at


def test_the_moments_of_a_session_are_what_went_and_what_will_go(unit, mixed):
    with unit() as db:
        moments = queries.moments_of(db, EVERYWHERE, "training_session", 7)
    assert moments == (
        Moment("invitation", mixed, people=3, accepted=1, failed=1, in_doubt=1, waiting=0, segments=3),
        Moment("T-1d", mixed + timedelta(days=2), people=3, accepted=0, failed=0, in_doubt=0, waiting=3, segments=3),
    )


def test_the_funnel_loses_nobody(unit, mixed):
    with unit() as db:
        funnel = queries.funnel(db, EVERYWHERE, mixed, mixed + timedelta(days=7))
    assert funnel == Funnel(wanted=7, held_back=1, withdrawn=1, expired=0, waiting=2, failed=1, in_doubt=1, accepted=1)


def test_costs_count_what_was_said(unit, mixed):
    with unit() as db:
        assert queries.costs(db, EVERYWHERE, mixed, mixed + timedelta(days=7)) == [Cost("invitation", 3, 3, 0)]


def test_urdu_letters_show_as_dear(voice, clock):
    with voice.unit() as db:
        subject(db)
        enqueue(db, [draft(db, 1, text_values={"text": "کل تربیت ہے"}), draft(db, 2, text_values={"text": "Kal"})])
    voice.tick()
    with voice.unit() as db:
        assert queries.costs(db, EVERYWHERE, clock.at, clock.at + timedelta(days=1)) == [Cost("T-1d", 2, 2, 1)]


def test_losses_are_grouped_by_reason(unit, mixed):
    with unit() as db:
        found = queries.lost(db, EVERYWHERE, mixed, mixed + timedelta(days=7))
    assert found == [
        Lost(State.REJECTED, "refused", "21211", Fault.NUMBER, 1),
        Lost(State.UNKNOWN, "in_doubt", None, None, 1),
    ]


def test_the_way_of_one_persons_texts_is_found_newest_first(unit, mixed):
    with unit() as db:
        found = queries.messages_to(db, EVERYWHERE, person_ids=[1])
        assert queries.messages_to(db, EVERYWHERE, numbers=[number(1)]) == found
    assert [(each.kind, each.state, each.body) for each in found] == [
        ("T-1d", State.QUEUED, None),
        ("invitation", State.ACCEPTED, "Text 1"),
    ]
    assert found[0].standing.text_class is TextClass.REMINDER


def test_what_waits_is_counted_for_the_health_page(voice, clock):
    with voice.unit() as db:
        subject(db)
        enqueue(db, [draft(db, 1), draft(db, 2, send_after=clock.at + timedelta(hours=1))])
        backlog = queries.backlog(db, EVERYWHERE, clock.at)
    assert (backlog.due, backlog.oldest_due, backlog.parked, backlog.in_doubt) == (1, clock.at, 0, 0)


@pytest.mark.parametrize("scope", [BLOCK_TWO, KOHAT, Scope(9, ())])
def test_nobody_sees_the_texts_of_another_block_or_district(unit, mixed, scope):
    week = (mixed, mixed + timedelta(days=7))
    with unit() as db:
        assert queries.moments_of(db, scope, "training_session", 7) == ()
        assert queries.funnel(db, scope, *week) == Funnel(0, 0, 0, 0, 0, 0, 0, 0)
        assert queries.costs(db, scope, *week) == []
        assert queries.lost(db, scope, *week) == []
        assert queries.messages_to(db, scope, person_ids=[1, 2, 3], numbers=[number(1)]) == []
        assert queries.messages_about(db, scope, "training_session", 7) == []
        assert queries.counts(db, scope) == {}
        assert queries.backlog(db, scope, week[1]).due == 0
        assert not queries.has_subject(db, scope, "training_session", 7)
        assert queries.copies(db, scope) == []


@pytest.mark.parametrize("scope", [BLOCK_ONE, BANNU])
def test_whoever_holds_the_place_sees_them_all(unit, mixed, scope):
    with unit() as db:
        assert sum(queries.counts(db, scope, subject_kind="training_session", subject_id=7).values()) == 7
        assert len(queries.messages_about(db, scope, "training_session", 7)) == 7
        assert queries.has_subject(db, scope, "training_session", 7)


def test_every_copy_a_phone_got_is_listed(unit, voice):
    with unit() as db:
        subject(db)
        enqueue(db, draft(db))
    voice.tick()
    with unit() as db:
        (copy,) = queries.copies(db, EVERYWHERE, subject_kind="training_session", subject_id=7)
    assert (copy.phone, copy.text) == (number(1), "Text 1")
    RehearsalChannel(unit).send(Outgoing(copy.message, copy.phone, copy.text))
    with unit() as db:
        assert len(queries.copies(db, EVERYWHERE)) == 2
