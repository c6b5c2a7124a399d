"""Where a training session may be moved to: not to another's school, and not onto a day of one of its own people."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest

from clusters.cascade.rules import Level
from clusters.kernel.clock import Clock, day_of
from clusters.kernel.database import connect, sessions
from clusters.kernel.errors import Conflict, Invalid
from clusters.kernel.unit import UnitOfWork
from clusters.modules.rules import Subject
from clusters.scope import Scope
from clusters.training import actions, queries
from clusters.training.rules import Sitting
from tests import build

EVERYWHERE = Scope.everywhere()
APRIL_8, APRIL_15, APRIL_22 = date(2026, 4, 8), date(2026, 4, 15), date(2026, 4, 22)


def shifted(session, days):
    by = timedelta(days=days)
    return [Sitting(session.starts_at + by, session.ends_at + by)]


def test_a_session_is_not_moved_to_a_school_that_who_moves_it_may_not_see(db):
    ours, theirs = build.cluster(db, 4), build.cluster(db, 4, admin_path="KP.HANGU.")
    manager = build.scope_at(build.area(db), build.manager(db, build.area(db)))
    session = build.training_session(db, ours, day=APRIL_8)
    stranger = build.schools_of(db, theirs)[1]
    with pytest.raises(Invalid, match="venue_unknown"):
        actions.move(db, manager, session.id, shifted(session, 0), venue_school_id=stranger.id)
    own = build.schools_of(db, ours)[1]
    assert actions.move(db, manager, session.id, shifted(session, 0), venue_school_id=own.id)
    assert queries.training_session(db, EVERYWHERE, session.id).venue == own.name


def test_nobody_is_moved_onto_a_day_on_which_she_leads_or_learns_elsewhere(db):
    cluster = build.cluster(db, 4)
    circle = build._at(db, cluster.tree, "B1.C01.")
    trainer = build.trainer(db, circle, "Zakir")
    leads = build.training_session(db, cluster, day=APRIL_8, led_by=[trainer])
    learns = build.training_session(
        db, circle, day=APRIL_15, level=Level.CIRCLE, subject=Subject.SCIENCE, invited=[trainer]
    )
    for moved, other, days in ((leads, learns, 7), (learns, leads, -7)):
        with pytest.raises(Conflict) as refused:
            actions.move(db, EVERYWHERE, moved.id, shifted(moved, days))
        assert refused.value.values == {"people": 1, "other": other.code}


def test_of_two_who_take_the_same_trainer_and_day_at_once_one_is_told_so(new_database):
    engine = connect(new_database(), pool=2)
    committing = UnitOfWork(sessions(engine), {}, Clock(datetime.fromisoformat("2026-03-02T12:00+05:00")))
    with committing() as db:
        cluster = build.cluster(db, 4)
        trainer = build.trainer(db, cluster, "Zakir")
        both = [build.training_session(db, cluster, day=day, led_by=[trainer]) for day in (APRIL_8, APRIL_15)]
    together = threading.Barrier(2)

    def to_the_22nd(session):
        days = (APRIL_22 - day_of(session.starts_at)).days
        try:
            with committing() as db:
                together.wait()
                return actions.move(db, EVERYWHERE, session.id, shifted(session, days))
        except Conflict as conflict:
            return conflict.key

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(to_the_22nd, both))
    engine.dispose()
    assert sorted(map(str, done)) == ["True", "trainer_booked"]
