"""Whatever a trainer, a manager or a participant stores by text, 0 puts everything back as it was."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from clusters.feedback.models import FeedbackAnswer, FeedbackGiven, FeedbackLink
from clusters.scope import Scope
from clusters.training import queries
from clusters.visits.models import Visit
from tests import build

EVERYWHERE = Scope.everywhere()
rows = st.lists(st.integers(1, 8), min_size=2, max_size=5, unique=True).filter(lambda each: sum(each) != 8)
reports = rows.map(lambda each: f"HAZRI 4814 {' '.join(map(str, each))}")
counts = st.integers(0, 7).map(lambda each: f"HAZRI 4814 KUL {each}")
by_trainer = st.one_of(
    reports,
    counts,
    st.sampled_from(["HAZRI 4814 SAB", "HAZRI 4814 G 3", "HAZRI 4814 3 7 +Gul Nawaz", "KHATAM 4814", "حاضری ۴۸۱۴ سب"]),
).map(lambda text: ("trainer", text))
by_teacher = st.sampled_from(["RAI 3 waqt kam tha", "rai acha tha", "رائے 2"]).map(lambda text: ("teacher", text))
by_manager = st.sampled_from(["DORA 23451", "DORA 23451 kal kiya tha", "visit 23451 23460"]).map(
    lambda text: ("manager", text)
)


def kept(world):
    """Everything these texts may change, as it counts."""
    with world.house.unit() as db:
        session = world.session.id
        report = queries.report_of(db, EVERYWHERE, session)
        said = [
            sorted(map(str, db.execute(select(*table.__table__.columns))))
            for table in (Visit, FeedbackAnswer, FeedbackGiven, FeedbackLink)
        ]
        guests = [(each.name, each.row) for each in queries.walk_ins(db, EVERYWHERE, session)]
        marks = queries.roster(db, EVERYWHERE, session)
        return queries.training_session(db, EVERYWHERE, session), report, marks, guests, said


def test_zero_restores_exactly(world):
    """One world for all examples: each of them leaves it as it was, or the next one says so."""
    with world.house.unit() as db:
        cluster = build.cluster(db, 2)
        for school, code in zip(build.schools_of(db, cluster), ("23451", "23460"), strict=True):
            school.code = code
        manager = build.manager(db, cluster, "Salma Bibi")
    who = {"trainer": world.trainer, "teacher": world.teachers[0], "manager": manager}
    world.after()
    world.text(world.trainer, "HAZRI 4814 2 5")
    world.text(world.trainer, "HAZRI 4814 0")
    world.clock.advance(minutes=11)
    stored = []

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(by_trainer, by_teacher, by_manager))
    def restores(case):
        sender, text = case
        before = kept(world)
        world.text(who[sender], text)
        stored.append(kept(world) != before)
        world.clock.advance(minutes=1)
        world.text(who[sender], "0") if stored[-1] else None
        assert kept(world) == before, text
        world.clock.at += timedelta(minutes=11)

    restores()
    assert sum(stored) > len(stored) / 3
