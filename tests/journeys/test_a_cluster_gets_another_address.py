"""A cluster moves to another block: its training sessions and their texts are seen from there, and only from there."""

from clusters.kernel.facts import note
from clusters.scope import Held, Scope
from clusters.structure.facts import SchoolsPlaced
from clusters.training import queries as training
from clusters.training.facts import SessionsScheduled
from messaging.outbox import queries as outbox
from tests import build
from tests.conftest import NOON_IN_MARCH


def test_training_sessions_and_texts_follow_their_place(unit):
    with unit() as db:
        old, new = build.circle(db, build.block(db)), build.circle(db, build.block(db))
        cluster = build.cluster(db, 3, in_circle=old)
        teachers = [build.teacher(db, school) for school in build.schools_of(db, cluster)]
        session = build.training_session(db, cluster, invited=teachers)
        note(db, SessionsScheduled((session.id,)))
    with unit() as db:
        place = db.merge(cluster)
        place.path = f"{new.path}L9."
        note(db, SchoolsPlaced(NOON_IN_MARCH.date()))
    here, there = (Scope(None, (Held("T", circle.path, "manager"),)) for circle in (new, old))
    with unit() as db:
        assert training.training_session(db, here, session.id).training_path == f"{new.path}L9."
        assert outbox.moments_of(db, here, "training_session", session.id)
        assert training.sessions_between(db, there, session.starts_at, session.ends_at) == []
        assert outbox.moments_of(db, there, "training_session", session.id) == ()
