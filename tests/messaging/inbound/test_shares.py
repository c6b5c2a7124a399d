"""The weekly share: every text is counted once, by what understood it, and those of other places are not."""

from datetime import timedelta

import pytest

from clusters.scope import Held, Scope
from messaging.inbound.models import InboundText, Parked, ParseRecord
from messaging.inbound.shares import shares

EVERYWHERE = Scope.everywhere()


@pytest.fixture
def read(unit, clock):
    """Writes down that a text was read: by which rule, how surely, what it did, and whether a person had to look."""
    numbers = iter(range(1, 100))

    def made(state="applied", do="rsvp", score=None, rule="yes\nit fits", parked=None, place="B1.C01.", weeks=0):
        at = clock.at - timedelta(weeks=weeks)
        with unit() as db:
            row = InboundText(
                channel="rehearsal", provider_id=f"S{next(numbers)}", number="+923005551111", body="x", received_at=at,
                state=state, training_path=place, admin_path=None,
            )  # fmt: skip
            db.add(row)
            db.flush()
            db.add(ParseRecord(inbound_text_id=row.id, normal="x", rule=rule, score=score, did={"do": do}, at=at))
            if parked:
                db.add(Parked(inbound_text_id=row.id, why=parked, guesses=[], training_path=place, parked_at=at))

    return made


def counted(unit, clock, scope=EVERYWHERE):
    with unit() as db:
        return [
            (each.exact, each.near, each.sound, each.question, each.person)
            for each in shares(db, scope, clock.at - timedelta(weeks=8))
        ]


def test_each_text_is_counted_once_by_what_understood_it(unit, clock, read):
    read()
    read(score=1.0)
    read(score=0.9, rule="HAZRI\nthe word is one letter off")
    read(score=0.8, rule="HAZRI\nthe word sounds so")
    read(state="asked", do="ask")
    read(state="human", do="ask", parked="not_understood")
    assert counted(unit, clock) == [(2, 1, 1, 1, 1)]


def test_a_text_that_a_person_settled_still_needed_a_person(unit, clock, read):
    read(state="applied", do="rsvp", parked="not_understood")
    assert counted(unit, clock) == [(0, 0, 0, 0, 1)]


def test_an_answer_that_was_understood_and_says_more_needed_none(unit, clock, read):
    read(parked="question")
    assert counted(unit, clock) == [(1, 0, 0, 0, 0)]


@pytest.mark.parametrize("state", ["acknowledged", "duplicate", "ignored", "quarantined", "unknown_sender"])
def test_what_asked_nothing_of_us_is_not_counted(unit, clock, read, state):
    read(state=state)
    assert counted(unit, clock) == []


def test_weeks_begin_on_mondays_of_the_place_and_stand_in_order(unit, clock, read):
    read(weeks=2)
    read()
    with unit() as db:
        found = shares(db, EVERYWHERE, clock.at - timedelta(weeks=8))
    assert [each.week.isoweekday() for each in found] == [1, 1]
    assert found[1].week - found[0].week == timedelta(weeks=2)


def test_a_place_sees_its_own_texts_alone(unit, clock, read):
    read()
    read(place="B2.C01.")
    assert counted(unit, clock, Scope(1, (Held("T", "B1.", "clerk"),))) == [(1, 0, 0, 0, 0)]
