"""Old texts lose their words and numbers on their date, figures stay, the audit trail outlives seven years."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from clusters.joining.actions import ask_to_join
from clusters.kernel.audit import Actor, AuditEntry, record
from clusters.kernel.clock import now, real_now, today
from clusters.people.rules import Language
from clusters.structure.rules import Tree
from clusters.training.models import WalkIn
from cop.forgetting import Periods, forget
from cop.jobs import forget_old, tools
from cop.network.disclosure import LOOKED_BACK
from cop.network.models import NetworkView
from cop.settings import Settings
from messaging.channels.rehearsal import RehearsalChannel
from messaging.inbound.actions import invite, keep
from messaging.inbound.models import InboundText
from messaging.inbound.words import Asked
from messaging.outbox.actions import enqueue
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from tests import build
from tests.messaging.voice import Voice, draft, number, subject

PERIODS = Periods.of(Settings())


@pytest.fixture
def old(unit, clock):
    """A text sent and one received, both two years and a day ago."""
    with unit() as db:
        subject(db)
        enqueue(db, [draft(db)])
        keep(db, "rehearsal", "in-1", number(2), "thek hai")
    Voice(unit, RehearsalChannel(unit)).tick()
    with unit() as db:
        db.execute(text("UPDATE inbound_text SET state = 'human', rule = 'nothing fitted'"))
    clock.at += PERIODS.texts + timedelta(days=1)


def test_words_and_numbers_go_on_their_date_and_the_figures_stay(unit, old):
    with unit() as db:
        gone = forget(db, PERIODS)
    assert gone == {"texts received": 1, "texts sent": 1, "copies on rehearsal phones": 1}
    with unit() as db:
        came, went = db.scalars(select(InboundText)).one(), db.scalars(select(Message)).one()
        assert (came.body, came.number, came.rule, came.person_id, came.state) == ("", "", None, None, "human")
        assert (went.body, went.text_values, went.state) == (None, {}, State.ACCEPTED)
        assert went.number == f"-{went.id}"
        entry = db.scalars(select(AuditEntry).where(AuditEntry.verb == "forget")).one()
        assert entry.new == gone
        assert forget(db, PERIODS) == {}


def test_the_words_about_who_walked_in_go_with_the_texts_they_stood_in(unit, clock):
    with unit() as db:
        session = build.training_session(db, build.cluster(db, 2), day=today(db))
        where = {"session": session.id, "at": now(db)}
        db.execute(
            text(
                "INSERT INTO walk_in (session_id, day, raw, name, school, phone, source, at)"
                " VALUES (:session, 1, 'Gul Khan 0345-1234567', 'Gul Khan', '', '0345-1234567', 'sms', :at)"
            ),
            where,
        )
    clock.at += PERIODS.texts + timedelta(days=1)
    with unit(Actor("job")) as db:
        assert forget(db, PERIODS) == {"walk-ins": 1}
        assert forget(db, PERIODS) == {}
    with unit() as db:
        walk_in = db.scalars(select(WalkIn)).one()
        assert (walk_in.raw, walk_in.name, walk_in.phone, walk_in.session_id) == ("", "", "", where["session"])


def test_names_of_strangers_and_questions_nobody_answered_go_too(unit, clock):
    with unit() as db:
        school = build.schools_of(db, build.cluster(db, 2))[0]
        ask_to_join(db, number(3), "Gul Zaman", school.id, Language.ROMAN_URDU)
        invite(db, number(4), build.person(db).id, Asked("peers", 1, {"rows": [3]}), now(db) + timedelta(days=3))
    clock.at += PERIODS.texts + timedelta(days=4)
    with unit(Actor("job")) as db:
        assert forget(db, PERIODS) == {"requests to join": 1, "questions": 1}


def test_nothing_goes_a_day_too_early(unit, old, clock):
    clock.at -= timedelta(days=2)
    with unit() as db:
        gone = forget(db, PERIODS)
        assert db.scalars(select(InboundText.body)).one() == "thek hai"
    assert gone == {"readings": 1}


def test_a_text_that_still_waits_is_kept_whole(unit, clock):
    with unit() as db:
        subject(db)
        enqueue(db, [draft(db)])
    clock.at += PERIODS.texts * 2
    with unit() as db:
        assert forget(db, PERIODS) == {}
        assert db.scalars(select(Message.number)).one() == number(1)


def test_the_audit_trail_goes_after_seven_years_and_by_one_door_only(house, unit):
    with unit() as db:
        for years in (8, 6):
            record(db, "looked", "trail", years)
        db.flush()
        db.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_is_insert_only"))
        for years in (8, 6):
            aged = {"at": real_now() - timedelta(days=365.25 * years), "id": years}
            db.execute(text("UPDATE audit_entry SET at = :at WHERE subject_id = :id"), aged)
        db.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_is_insert_only"))
    with house.worker_unit() as db:
        assert forget(db, PERIODS)["audit entries"] == 1
        assert db.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.subject_kind == "trail")) == 1


def test_who_looked_at_a_community_is_forgotten_after_a_year(house, clock):
    with house.unit() as db:
        viewer = build.person(db).id
        db.add(NetworkView(person_id=viewer, tree=Tree.TRAINING, path="B1.", at=now(db)))
    clock.at += PERIODS.views - timedelta(days=1)
    with house.worker_unit() as db:
        assert forget(db, PERIODS) == {}
    clock.advance(days=2)
    with house.worker_unit() as db:
        assert forget(db, PERIODS) == {"looks at communities": 1}
        assert forget(db, PERIODS) == {}


def test_looks_that_members_are_told_of_are_never_forgotten():
    assert Periods.of(Settings(keep_views_months=0)).views >= LOOKED_BACK


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT forget_audit(clock_timestamp() - interval '6 years')",
        "DELETE FROM audit_entry",
        "SELECT set_config('cop.forgetting', 'on', true); DELETE FROM audit_entry",
    ],
)
def test_a_worker_cannot_shorten_the_trail(house, statement):
    with pytest.raises(DBAPIError), house.worker_unit() as db:
        db.execute(text(statement))


def test_the_web_may_not_even_ask(house):
    with pytest.raises(DBAPIError), house.web_unit() as db:
        db.execute(text("SELECT forget_audit(clock_timestamp() - interval '9 years')"))


def test_the_job_runs_once_a_day(house, old, clock):
    hands = tools(house)
    assert sum(forget_old(hands).values()) == 3
    with house.unit() as db:
        keep(db, "rehearsal", "in-2", number(3), "salam")
        db.execute(text("UPDATE inbound_text SET received_at = received_at - interval '3 years'"))
    assert forget_old(hands) == {}
    clock.advance(days=1)
    assert sum(forget_old(hands).values()) == 1


def test_the_trail_is_never_kept_for_less():
    assert Periods.of(Settings(keep_audit_months=1)).audit >= timedelta(days=7 * 365.25)
