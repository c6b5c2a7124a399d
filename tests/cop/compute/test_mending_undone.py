"""A mending taken back: never into the past, nobody twice on a day, seats with their answers, nobody told twice."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from clusters.calendar.rules import CalendarRules
from clusters.cascade.rules import Level
from clusters.kernel.clock import KARACHI, day_of
from clusters.kernel.errors import Conflict
from clusters.modules.rules import Subject
from clusters.people.models import Person
from clusters.scope import Scope
from clusters.structure.models import Place
from clusters.training.actions import mend, unmend
from clusters.training.models import Invitation, Meeting, SessionTrainer, TrainingSession
from clusters.training.rules import Answer
from cop.compute.cascade import Wish, accept, plan_round, save
from cop.compute.mending import Happened, mend_rounds, save_all
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from tests import build
from tests.cop.commands.test_cascade import people_stand

EVERYWHERE = Scope.everywhere()
OPEN = CalendarRules()


@pytest.fixture
def planned(unit):
    """A round of maths that is accepted: one circle of one cluster."""
    with unit() as db:
        people_stand(db, circles=1)
    draft = save(unit, plan_round(unit, Wish((Subject.MATHS,)), OPEN))
    accept(unit, draft, OPEN)
    return unit


def mended(unit, what):
    """The number of the one mending that this news makes, done."""
    found = mend_rounds(unit, what, OPEN)
    with unit() as db:
        (number,) = save_all(db, EVERYWHERE, what, found)
        mend(db, EVERYWHERE, number)
    return number


def snow(unit):
    """The first training session of teachers, its day, and news of snow on that day."""
    with unit() as db:
        session = first_of(db, Level.TEACHER)
        return session.id, day_of(session.starts_at), Happened(closed_days=(day_of(session.starts_at),))


def first_of(db, level):
    query = select(TrainingSession).where(TrainingSession.level == level)
    return db.scalars(query.order_by(TrainingSession.starts_at, TrainingSession.id)).first()


def days(unit):
    with unit() as db:
        return sorted(db.execute(select(Meeting.session_id, Meeting.starts_at)).all())


def trainer_of(unit, level):
    with unit() as db:
        leads = select(SessionTrainer.person_id).join(TrainingSession).where(TrainingSession.level == level)
        return db.scalar(leads.order_by(SessionTrainer.session_id).limit(1))


def undone(unit, number):
    with unit() as db:
        unmend(db, EVERYWHERE, number)


def refused(unit, number):
    """Why a mending cannot be taken back; nothing changes by asking."""
    before = days(unit)
    with pytest.raises(Conflict) as conflict:
        undone(unit, number)
    assert days(unit) == before
    return conflict.value.key


def test_nothing_goes_back_to_a_day_that_has_passed(planned, clock):
    _, day, news = snow(planned)
    number = mended(planned, news)
    clock.at = datetime(day.year, day.month, day.day, 20, tzinfo=KARACHI).astimezone(UTC)
    assert refused(planned, number) == "move_into_the_past"


def test_nothing_goes_back_onto_a_day_that_somebody_invited_has_promised_meanwhile(planned):
    session_id, day, news = snow(planned)
    number = mended(planned, news)
    with planned() as db:
        guest = db.scalar(select(Invitation.person_id).where(Invitation.session_id == session_id).limit(1))
        place = db.get(Place, db.get(TrainingSession, session_id).place_id)
        other = build.training_session(db, place, day=day, invited=[db.get(Person, guest)]).id
    assert refused(planned, number) == "invited_elsewhere"
    with planned() as db:
        db.delete(db.get(TrainingSession, other))
    undone(planned, number)
    with planned() as db:
        assert day_of(db.get(TrainingSession, session_id).starts_at) == day


def test_a_seat_comes_back_with_its_answer_and_in_another_row_where_that_is_taken(planned):
    lost = trainer_of(planned, Level.TEACHER)
    hers = select(Invitation).where(Invitation.person_id == lost).order_by(Invitation.session_id)
    with planned() as db:
        seat = db.scalars(hers).first()
        seat.answer, seat.answers, seat.answered_via = Answer.YES, 1, "sms"
        session_id, row, seats = seat.session_id, seat.row, len(db.scalars(hers).all())
    number = mended(planned, Happened(lost=(lost,)))
    with planned() as db:
        assert not db.scalars(hers).all()
        db.add(Invitation(session_id=session_id, person_id=build.person(db).id, row=row))
    undone(planned, number)
    with planned() as db:
        back = db.scalars(hers).all()
        assert len(back) == seats
        assert (back[0].session_id, back[0].answer, back[0].answers) == (session_id, Answer.YES, 1)
        assert back[0].answered_via == "sms"
        assert back[0].row != row


def texts(unit, person, kind, state=State.QUEUED):
    with unit() as db:
        return db.scalar(
            select(func.count()).where(Message.person_id == person, Message.kind == kind, Message.state == state)
        )


def test_she_whose_duties_come_back_before_she_was_told_hears_nothing_of_it(planned):
    lost = trainer_of(planned, Level.TEACHER)
    with planned() as db:
        db.execute(update(Message).where(Message.person_id == lost, Message.kind == "lead").values(state=State.SENT))
    number = mended(planned, Happened(lost=(lost,)))
    assert texts(planned, lost, "handed_over") == 1
    undone(planned, number)
    assert (texts(planned, lost, "handed_over"), texts(planned, lost, "lead")) == (0, 0)


def test_she_who_read_that_somebody_else_leads_is_asked_again_when_her_duties_come_back(planned, clock):
    lost = trainer_of(planned, Level.TEACHER)
    with planned() as db:
        db.execute(update(Message).where(Message.person_id == lost, Message.kind == "lead").values(state=State.SENT))
    number = mended(planned, Happened(lost=(lost,)))
    with planned() as db:
        db.execute(update(Message).where(Message.kind == "handed_over").values(state=State.SENT))
    clock.advance(hours=1)
    undone(planned, number)
    with planned() as db:
        led = db.scalar(select(func.count()).where(SessionTrainer.person_id == lost))
    assert texts(planned, lost, "lead") == led > 0
    again = mended(planned, Happened(lost=(lost,)))
    assert texts(planned, lost, "handed_over") == 1, "she has heard the contrary since"
    undone(planned, again)
