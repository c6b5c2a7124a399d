"""What a person is shown before she accepts, moves or calls off is what is then written, text by text."""

from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.clock import midnight, today
from clusters.kernel.facts import note, pending, react
from clusters.people.models import Person
from clusters.people.queries import numbers_of
from clusters.people.rules import Language
from clusters.scope import Scope
from clusters.structure.models import Place
from clusters.training.actions import call_off, move
from clusters.training.facts import SessionsScheduled
from clusters.training.models import Invitation, TrainingSession
from clusters.training.rules import Answer, SessionState, Sitting
from cop.reactions import REACTIONS
from messaging.consent.actions import opt_out, silence
from messaging.outbox.models import Message, Subject
from messaging.outbox.rules import State
from messaging.outbox.wording import worded
from messaging.reminders import telling
from messaging.reminders.actions import RULES
from messaging.reminders.telling import Foretold, Telling
from tests import build

HOUSE = Scope.everywhere()
people = st.lists(
    st.tuples(
        st.sampled_from(["own", "shared", "none", "silent"]),
        st.sampled_from([Language.ENGLISH, Language.URDU, Language.ROMAN_URDU, None]),
        st.sampled_from([None, Answer.YES, Answer.NO]),
    ),
    min_size=1,
    max_size=6,
)
SHARED = "+923009998877"


def invite(db: Session, place: Place, somebody: list[tuple[str, Language | None, Answer | None]], in_days: int) -> int:
    """A draft of a training session with these people, each with her phone, language and answer."""
    invited: list[Person] = []
    for phone, language, _ in somebody:
        number = {"own": "", "silent": "", "shared": SHARED, "none": None}[phone]
        guest = build.person(db, number=number, language=language)
        invited.append(guest)
    row = build.training_session(
        db,
        place,
        day=today(db) + timedelta(days=in_days),
        invited=invited,
        led_by=[build.person(db, "Zakir Ullah", language=Language.ENGLISH)],
        state=SessionState.DRAFT,
    )
    row.code = None
    for seat, (_, _, answer) in zip(
        db.scalars(select(Invitation).where(Invitation.session_id == row.id).order_by(Invitation.row)),
        somebody,
        strict=True,
    ):
        seat.answer = answer
    for guest, (phone, _, _) in zip(invited, somebody, strict=True):
        if phone == "silent":
            opt_out(db, numbers_of(db, HOUSE, [guest.id])[guest.id], "text")
    db.flush()
    return row.id


def written(db: Session, session_id: int) -> list[Foretold]:
    """The texts that wait, sized as they will be sent."""
    revision = db.scalars(select(Subject.revision).where(Subject.id == session_id)).one()
    return sorted(
        Foretold(
            row.person_id,
            row.number,
            row.kind,
            row.language,
            worded(row.number, row.text_key, row.text_values, row.language).measure.segments,
            row.send_after,
        )
        for row in db.scalars(select(Message).where(Message.subject_id == session_id, Message.state == State.QUEUED))
        if row.revision == revision
    )


def agrees(shown: Telling, texts: list[Foretold], somebody: list[tuple[str, Language | None, Answer | None]]) -> None:
    """The sums are those of the texts that reach somebody."""
    silent = {phone for phone, _, _ in somebody if phone == "silent"}
    assert shown.by_hand == sum(phone == "none" for phone, _, _ in somebody)
    if not silent:
        assert (shown.texts, shown.segments) == (len(texts), sum(each.segments for each in texts))
        assert shown.people == len({each.person_id for each in texts})
        assert min((line.first for line in shown.lines), default=None) == min(
            (each.send_after for each in texts), default=None
        )
    else:
        assert shown.texts <= len(texts)


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(people, st.integers(1, 12), st.integers(1, 20), st.booleans())
def test_what_is_foretold_is_what_is_written(unit, somebody, in_days, to_days, same_venue):
    with unit() as db:
        nested = db.begin_nested()
        place = build.cluster(db, 2)
        session_id = invite(db, place, somebody, in_days)
        react(db, REACTIONS)

        foretold = sorted(telling.texts_of_drafts(db, HOUSE, [session_id], RULES))
        shown = telling.before_accepting(db, HOUSE, [session_id], RULES)
        row = db.get_one(TrainingSession, session_id)
        row.state, row.code = SessionState.PLANNED, "4814"
        note(db, SessionsScheduled((session_id,)))
        react(db, REACTIONS)
        db.flush()
        assert foretold == written(db, session_id)
        agrees(shown, written(db, session_id), somebody)

        starts = midnight(today(db) + timedelta(days=to_days)) + timedelta(hours=6)
        sittings = [Sitting(starts, starts + timedelta(hours=3))]
        venue = None if same_venue else build.schools_of(db, place)[1].id
        before = written(db, session_id)
        moving = telling.before_moving(db, HOUSE, session_id, sittings, RULES, venue_school_id=venue)
        assert (written(db, session_id), pending(db)) == (before, ()), "asking changes nothing"
        assert move(db, HOUSE, session_id, sittings, venue_school_id=venue) is (moving is not None)
        react(db, REACTIONS)
        if moving is not None:
            agrees(moving, written(db, session_id), somebody)

        ending = telling.before_calling_off(db, HOUSE, session_id, "rain", RULES)
        call_off(db, HOUSE, session_id, "rain")
        react(db, REACTIONS)
        agrees(ending, written(db, session_id), somebody)
        nested.rollback()
        db.info["facts"].clear()


def test_those_who_asked_for_silence_and_those_without_a_phone_are_counted_apart(db):
    place = build.cluster(db, 2)
    somebody = [("own", Language.ENGLISH, None), ("silent", Language.ENGLISH, None), ("none", None, None)]
    session_id = invite(db, place, somebody, 10)
    react(db, REACTIONS)
    shown = telling.before_accepting(db, HOUSE, [session_id], RULES)
    assert (shown.people, shown.by_hand, shown.silent) == (2, 1, 1), "the trainer and one teacher"
    kinds = [(line.kind, line.people) for line in shown.lines]
    assert ("invitation", 1) in kinds
    assert ("lead", 1) in kinds
    assert all(line.segments >= line.texts for line in shown.lines)


def test_of_whom_it_was_noted_that_she_wants_no_texts_counts_as_silent(db):
    session_id = invite(db, build.cluster(db, 2), [("own", None, None), ("own", None, None)], 10)
    [first, _] = db.scalars(select(Invitation.person_id).where(Invitation.session_id == session_id)).all()
    silence(db, first, set(numbers_of(db, HOUSE, [first]).values()), "office")
    shown = telling.before_accepting(db, HOUSE, [session_id], RULES)
    assert (shown.people, shown.silent) == (2, 1), "the trainer and one teacher"
