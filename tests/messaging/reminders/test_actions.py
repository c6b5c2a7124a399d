"""What happens to training sessions and persons is said, once, to the right phones, and taken back when it changes."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from clusters.kernel.clock import KARACHI
from clusters.kernel.facts import note
from clusters.people.actions import end_number, give_number
from clusters.people.queries import numbers_of
from clusters.scope import Scope
from clusters.training.actions import answer, call_off, move, take_attendance, undo_attendance
from clusters.training.facts import SessionsScheduled
from clusters.training.models import Meeting
from clusters.training.rules import Answer, Mark, Sitting
from messaging.channels.plan import Routes
from messaging.consent.actions import opt_out
from messaging.consent.queries import silent
from messaging.outbox.actions import withdraw
from messaging.outbox.models import Message
from messaging.outbox.rules import ALWAYS, State
from messaging.outbox.sender import Dispatcher
from messaging.outbox.wording import worded
from messaging.reminders.actions import plan
from messaging.reminders.queries import by_hand
from messaging.reminders.rules import ReminderRules
from tests import build
from tests.messaging.voice import ONE_BY_ONE, Stubborn

EVERYWHERE = Scope.everywhere()
THURSDAY = date(2026, 4, 16)
INVITED = (
    "Maths training: Jumerat 16 April, 10 bajay, GPS Village 1. Kya aap aayenge? Jawab likhein: 1=Haan 2=Nahi "
    "3=Pata nahi. Madad: 0345-1234567"
)
MOVED = (
    "TABDEELI: Maths training ab Jumerat 23 April 10 bajay, GPS Village 1 (16 April 10 bajay NAHI). Aayenge? "
    "1=Haan 2=Nahi 3=Pata nahi"
)


@pytest.fixture
def people(unit):
    """A trainer, two teachers, one without a phone, and two who share one."""
    with unit() as db:
        cluster = build.cluster(db, 6)
        schools = build.schools_of(db, cluster)
        teachers = [
            build.teacher(db, schools[0], "Usman"),
            build.teacher(db, schools[1], "Noor"),
            build.teacher(db, schools[2], "Gul Zaman", number=None),
            build.teacher(db, schools[3], "Shaista", number="+923451234567"),
            build.teacher(db, schools[4], "Bakht", number="+923451234567"),
        ]
        trainer = build.trainer(db, cluster, "Zakir")
        return cluster, trainer, teachers


@pytest.fixture
def planned(unit, people):
    """Their training session on Thursday 16 April 2026 at ten, planned at noon on 2 March."""
    cluster, trainer, teachers = people
    with unit() as db:
        session = build.training_session(db, cluster, day=THURSDAY, led_by=[trainer], invited=teachers, code="4814")
        note(db, SessionsScheduled((session.id,)))
    return session.id


def waiting(unit, **only):
    """What will go: person and kind, with the local time, counted."""
    with unit() as db:
        rows = db.scalars(select(Message).where(Message.state == State.QUEUED).filter_by(**only)).all()
        return Counter((row.kind, f"{row.send_after.astimezone(KARACHI):%d %b %H:%M}") for row in rows)


def texts(unit, **only):
    """What the waiting texts say."""
    with unit() as db:
        rows = db.scalars(
            select(Message).where(Message.state == State.QUEUED).filter_by(**only).order_by(Message.person_id)
        ).all()
        return [worded(row.number, row.text_key, row.text_values, row.language).text for row in rows]


def test_a_planned_session_invites_and_will_remind_everybody_with_a_phone(unit, planned):
    assert waiting(unit) == {
        ("invitation", "02 Mar 12:00"): 4,
        ("lead", "02 Mar 12:00"): 1,
        ("T-7d", "09 Apr 09:10"): 4,
        ("T-1d", "15 Apr 16:00"): 5,
        ("T-0d", "16 Apr 09:00"): 4,
        ("please_report", "16 Apr 13:30"): 1,
    }


def test_each_text_says_what_it_is_for_in_the_persons_language(unit, planned, people):
    _, trainer, teachers = people
    assert texts(unit, kind="invitation", person_id=teachers[0].id) == [INVITED]
    assert "4814" in texts(unit, kind="please_report", person_id=trainer.id)[0]


def test_persons_who_share_a_phone_each_get_a_text_with_their_name(unit, planned):
    said = texts(unit, kind="T-1d", number="+923451234567")
    assert [text.split(":")[0] for text in said] == ["Shaista", "Bakht"]


def test_persons_without_a_phone_are_told_by_hand_and_are_no_failure(unit, planned, people):
    _, _, teachers = people
    with unit() as db:
        opt_out(db, build_number(db, teachers[0]), "text")
        assert [each.name for each in by_hand(db, EVERYWHERE, planned)] == ["Usman", "Gul Zaman"]
        assert db.scalars(select(Message).where(Message.person_id == teachers[2].id)).all() == []


def test_planning_twice_says_everything_once(unit, planned):
    before = waiting(unit)
    with unit() as db:
        note(db, SessionsScheduled((planned,)))
    assert waiting(unit) == before


def test_a_moved_session_withdraws_its_old_reminders_and_gives_one_notice_to_each(unit, clock, voice, planned, people):
    voice.tick()
    clock.advance(days=1)
    shift(unit, planned, days=7)
    assert waiting(unit) == {
        ("moved", "03 Mar 12:00"): 5,
        ("T-7d", "16 Apr 09:10"): 4,
        ("T-1d", "22 Apr 16:00"): 5,
        ("T-0d", "23 Apr 09:00"): 4,
        ("please_report", "23 Apr 13:30"): 1,
    }
    assert texts(unit, kind="moved", person_id=people[2][0].id) == [MOVED]


def test_moved_twice_before_a_notice_went_it_names_the_date_that_people_know(unit, planned, people):
    shift(unit, planned, days=7)
    shift(unit, planned, days=5)
    notices = texts(unit, kind="moved", person_id=people[2][0].id)
    assert len(notices) == 1
    assert "28 April" in notices[0]
    assert "(16 April" in notices[0]


def test_on_a_route_that_takes_no_answers_an_invitation_says_where_they_go(unit, people):
    cluster, trainer, teachers = people
    with unit() as db:
        training = build.training_session(db, cluster, led_by=[trainer], invited=teachers[:1])
        plan(db, SessionsScheduled((training.id,)), ReminderRules(answerable=False))
        invited = db.scalars(
            select(Message).where(Message.kind == "invitation", Message.subject_id == training.id)
        ).one()
        said = worded(invited.number, invited.text_key, invited.text_values, invited.language).text
    assert said.endswith("Aayenge? 1=Haan 2=Nahi 3=Pata nahi, likh kar 0345-1234567 per bhejein.")


def test_moved_back_before_anybody_knew_everybody_is_invited_as_if_nothing_had_been(unit, planned):
    shift(unit, planned, days=7)
    shift(unit, planned, days=-7)
    now_waiting = waiting(unit)
    assert now_waiting["invitation", "02 Mar 12:00"] == 4
    assert not [kind for kind, _ in now_waiting if kind == "moved"]


def test_another_venue_is_said_with_the_old_one(unit, planned, people):
    with unit() as db:
        move(db, EVERYWHERE, planned, meetings(db, planned), venue="GHS Kakki")
    assert "ab GHS Kakki mein hogi (GPS Village 1 mein NAHI)" in texts(unit, kind="moved", person_id=people[2][0].id)[0]


def test_a_called_off_session_says_so_and_nothing_more(unit, voice, planned):
    voice.tick()
    with unit() as db:
        call_off(db, EVERYWHERE, planned, "barish")
    assert waiting(unit) == {("cancelled", "02 Mar 12:00"): 5}
    assert all("Wajah: barish" in text for text in texts(unit, kind="cancelled"))


def test_who_will_not_come_is_reminded_no_more_until_she_changes_her_mind(unit, planned, people):
    usman = people[2][0].id
    reply(unit, planned, usman, Answer.NO)
    assert [kind for kind, _ in waiting(unit, person_id=usman)] == ["invitation"]
    reply(unit, planned, usman, Answer.YES)
    assert sorted(kind for kind, _ in waiting(unit, person_id=usman)) == ["T-0d", "T-1d", "T-7d", "invitation"]
    reply(unit, planned, usman, Answer.NO)
    reply(unit, planned, usman, None)
    assert sorted(kind for kind, _ in waiting(unit, person_id=usman)) == ["T-0d", "T-1d", "T-7d", "invitation"]


def test_who_said_yes_is_not_asked_again_and_the_trainer_reads_how_many_come(unit, planned, people):
    _, trainer, teachers = people
    reply(unit, planned, teachers[0].id, Answer.YES)
    assert "Kya aap aayenge" not in texts(unit, kind="T-7d", person_id=teachers[0].id)[0]
    assert "Kya aap aayenge" in texts(unit, kind="T-7d", person_id=teachers[1].id)[0]
    assert "5 bulaye, 1 haan" in texts(unit, kind="T-1d", person_id=trainer.id)[0]
    reply(unit, planned, teachers[0].id, Answer.UNSURE)
    assert "Kya aap aayenge" in texts(unit, kind="T-7d", person_id=teachers[0].id)[0]
    assert "0 haan" in texts(unit, kind="T-1d", person_id=trainer.id)[0]


def test_a_reminder_that_somebody_skipped_stays_skipped(unit, planned, people):
    usman = people[2][0].id
    with unit() as db:
        withdraw(db, "training_session", planned, "skipped", kinds=["T-7d"])
    reply(unit, planned, usman, Answer.NO)
    reply(unit, planned, usman, Answer.YES)
    assert sorted(kind for kind, _ in waiting(unit, person_id=usman)) == ["T-0d", "T-1d", "invitation"]


def test_trainers_are_not_asked_for_an_attendance_that_was_reported(unit, clock, planned):
    clock.at = clock.at.replace(month=4, day=16, hour=8, minute=10)
    with unit() as db:
        report = take_attendance(db, EVERYWHERE, planned, dict.fromkeys(range(1, 6), Mark.HERE), "page")
    assert not [kind for kind, _ in waiting(unit) if kind == "please_report"]
    with unit() as db:
        undo_attendance(db, EVERYWHERE, planned, report.version)
    assert [kind for kind, _ in waiting(unit) if kind == "please_report"] == ["please_report"]


def test_a_new_number_gets_what_waited_for_the_old_one(unit, voice, planned, people):
    usman = people[2][0].id
    with unit() as db:
        give_number(db, EVERYWHERE, usman, "0346-7654321")
    assert waiting(unit, person_id=usman) == waiting(unit, person_id=usman, number="+923467654321")
    assert sorted(kind for kind, _ in waiting(unit, person_id=usman)) == ["T-0d", "T-1d", "T-7d", "invitation"]


def test_a_number_given_back_loses_no_reminder(unit, planned, people):
    usman = people[2][0].id
    with unit() as db:
        old = build_number(db, people[2][0])
        give_number(db, EVERYWHERE, usman, "0346-7654321")
    with unit() as db:
        give_number(db, EVERYWHERE, usman, old)
    assert sorted(kind for kind, _ in waiting(unit, person_id=usman, number=old)) == [
        "T-0d",
        "T-1d",
        "T-7d",
        "invitation",
    ]


def test_a_person_who_gets_her_first_phone_is_invited_and_will_be_reminded(unit, planned, people):
    gul = people[2][2].id
    with unit() as db:
        give_number(db, EVERYWHERE, gul, "0346-7654321")
    assert sorted(kind for kind, _ in waiting(unit, person_id=gul)) == ["T-0d", "T-1d", "T-7d", "invitation"]
    with unit() as db:
        end_number(db, EVERYWHERE, gul)
    assert waiting(unit, person_id=gul) == {}


def test_a_wish_for_silence_goes_with_the_person_to_her_next_number(unit, planned, people):
    with unit() as db:
        opt_out(db, build_number(db, people[2][0]), "text")
    with unit() as db:
        give_number(db, EVERYWHERE, people[2][0].id, "0346-7654321")
    with unit() as db:
        assert silent(db, ["+923467654321"]) == {"+923467654321"}


def test_a_plan_of_many_takes_no_more_statements_than_a_plan_of_few(unit, connection):
    seen = []

    def listen(_connection, _cursor, statement, *_):
        seen.append(statement)

    taken = []
    for clusters in (1, 6):
        with unit() as db:
            ids = []
            for _ in range(clusters):
                place = build.cluster(db, 4)
                guests = [build.teacher(db, school) for school in build.schools_of(db, place)]
                leader = build.trainer(db, place)
                session = build.training_session(db, place, day=THURSDAY, led_by=[leader], invited=guests)
                ids.append(session.id)
            db.flush()
            event.listen(connection, "before_cursor_execute", listen)
            note(db, SessionsScheduled(tuple(ids)))
        event.remove(connection, "before_cursor_execute", listen)
        taken.append(len(seen))
        seen.clear()
    assert taken[0] == taken[1]


def meetings(db, session_id):
    rows = db.scalars(select(Meeting).where(Meeting.session_id == session_id).order_by(Meeting.day))
    return [Sitting(row.starts_at, row.ends_at) for row in rows]


def shift(unit, session_id, **by):
    with unit() as db:
        moved = [
            Sitting(each.starts_at + timedelta(**by), each.ends_at + timedelta(**by))
            for each in meetings(db, session_id)
        ]
        move(db, EVERYWHERE, session_id, moved)


def reply(unit, session_id, person_id, given):
    with unit() as db:
        answer(db, EVERYWHERE, session_id, person_id, given, "text")


def build_number(db, who):

    return numbers_of(db, EVERYWHERE, [who.id])[who.id]


def test_no_real_route_takes_a_text_to_an_invented_person_and_any_to_a_real_one(unit, clock, planned, people):
    _, trainer, _ = people
    with unit() as db:
        assert set(db.scalars(select(Message.invented))) == {True}
        real = build.teacher(db, build.school(db))
        real.invented = False
        give_number(db, EVERYWHERE, trainer.id, "03007654321")
        db.get(type(real), trainer.id).invented = False
        session = build.training_session(db, build.cluster(db, 1), invited=[real], day=THURSDAY)
        note(db, SessionsScheduled((session.id,)))
    with unit() as db:
        marked = {(row.person_id == real.id, row.invented) for row in db.scalars(select(Message))}
        invitations = db.scalars(select(Message.number).where(Message.person_id == real.id)).all()
    assert (True, False) in marked
    assert (True, True) not in marked
    provider = Stubborn()
    real_route = Dispatcher(unit, {"twilio": provider}, ALWAYS, pace=ONE_BY_ONE, routes=Routes("twilio", "twilio"))
    while real_route.tick():
        pass
    assert {each.number for each in provider.sent} == set(invitations)
    with unit() as db:
        refused = db.execute(select(Message.state, Message.why).where(Message.invented, Message.why == "invented"))
        assert {tuple(row) for row in refused} == {(State.REJECTED, "invented")}
