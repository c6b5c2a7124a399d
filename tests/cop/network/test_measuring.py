"""Measuring is due at its time, done by one child at a time, ended when it takes too long, and seen only when whole."""

import json
import subprocess
import sys
import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from clusters.kernel.clock import midnight, real_now, set_rehearsal_clock, today
from clusters.kernel.errors import Conflict
from clusters.scope import Scope
from cop.child import Child, ChildFailed
from cop.compute.network import measure_month, measure_night
from cop.compute.refreshing import refresh
from cop.house import open_house
from cop.jobs import network_month, network_refresh, tools
from cop.network import actions
from cop.network.engine import Engine
from cop.network.evidence import evidence
from cop.network.figures import Table
from cop.network.graph import Span
from cop.network.keeping import PersonMeasure, SliceMeasure
from cop.network.leases import MeasureMark, MeasureWork, ask, end, lease
from cop.network.models import Snapshot, SnapshotFigure, SnapshotState
from cop.network.panel import panel
from cop.settings import Settings
from cop.ties.actions import forget, leave, withdraw
from tests import build
from tests.conftest import NOON_IN_MARCH
from tests.cop.network.conftest import give, say

HOUR = timedelta(hours=1)


def never():
    return False


@pytest.fixture
def own_house(new_database, tmp_path):
    """A house on a database of its own, whose units commit; at noon, when the night is long measured."""
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path, now=NOON_IN_MARCH)) as house:
        yield house


@pytest.fixture
def community(own_house):
    """Its house, and six teachers of a cluster who take part since long; two ties among them, and no marks any more."""
    with own_house.unit() as db:
        cluster = build.cluster(db, 4)
        people = [build.teacher(db, build.schools_of(db, cluster)[number % 4]) for number in range(6)]
        for person in people:
            say(db, person)
        db.execute(text("UPDATE consent_decision SET at = at - interval '90 days'"))
        give(db, people[0], people[1])
        give(db, people[1], people[2])
        db.execute(text("DELETE FROM measure_mark"))
    return own_house, cluster, people


class Pretend(Child):
    """A child that notes how it was started, and says that it is done."""

    def __init__(self):
        super().__init__({}, ())
        self.started = []

    def run(self, arguments, limit, stopping):
        self.started.append(list(arguments))
        return {"figures": 3, "published": True, "seconds": 0.5}


def work(house):
    with house.unit() as db:
        return {(row.kind, row.period): row for row in db.scalars(select(MeasureWork))}


def at(house, moment):
    with house.unit() as db:
        set_rehearsal_clock(db, moment)


def test_a_lease_is_one_workers_until_it_ends_or_runs_out(own_house):
    unit = own_house.worker_unit
    with unit() as db:
        ask(db, "month", "2026-02")
        ask(db, "month", "2026-02")
    with unit() as db:
        held = lease(db, "month", "2026-02", HOUR)
        with unit() as other:
            assert lease(other, "month", "2026-02", HOUR) is None
    with unit() as db:
        assert lease(db, "month", "2026-02", HOUR) is None
        db.execute(update(MeasureWork).values(leased_until=real_now() - HOUR))
        later = lease(db, "month", "2026-02", HOUR)
    assert later.tries == 2
    with unit() as db:
        end(db, held, HOUR)
    assert work(own_house)["month", "2026-02"].done_at is None
    with unit() as db:
        end(db, later, HOUR)
    assert work(own_house)["month", "2026-02"].milliseconds == 3_600_000
    with unit() as db:
        assert lease(db, "month", "2026-02", HOUR) is None


def test_what_failed_is_tried_again_after_a_rest_that_grows(own_house):
    rests = []
    with own_house.worker_unit() as db:
        ask(db, "night", "2026-03-02")
    for _ in range(3):
        with own_house.worker_unit() as db:
            db.execute(update(MeasureWork).values(leased_until=None))
            held = lease(db, "night", "2026-03-02", HOUR)
            end(db, held, timedelta(seconds=1), "killed")
            rests.append(db.scalar(select(MeasureWork.leased_until)) - real_now())
    assert [round(rest / timedelta(minutes=5)) for rest in rests] == [1, 2, 4]


def test_two_workers_at_once_start_one_child(community):
    house, *_ = community
    started, release, entered = [], threading.Event(), threading.Event()

    class Slow(Pretend):
        def run(self, arguments, limit, stopping):
            started.append(arguments)
            entered.set()
            release.wait(30)
            return {"persons": 6}

    first = threading.Thread(target=actions.measure_night, args=(house.worker_unit, Slow(), never))
    first.start()
    assert entered.wait(30)
    assert actions.measure_night(house.worker_unit, Slow(), never) == {}
    release.set()
    first.join(30)
    assert len(started) == 1


def test_a_night_is_measured_once_after_two_o_clock(community):
    house, *_ = community
    child = Pretend()
    with house.unit() as db:
        begins = midnight(today(db))
    at(house, begins + timedelta(minutes=90))
    assert actions.measure_night(house.worker_unit, child, never) == {}
    at(house, begins + timedelta(minutes=121))
    assert actions.measure_night(house.worker_unit, child, never) == {"figures": 3, "published": 1}
    assert actions.measure_night(house.worker_unit, child, never) == {}
    assert child.started == [["--night"]]


def test_a_month_is_measured_once_as_soon_as_a_worker_runs_after_it(community):
    house, *_ = community
    child = Pretend()
    for day in ("2027-03-01T00:01+05:00", "2027-03-01T02:00+05:00", "2027-06-17T09:00+05:00"):
        at(house, datetime.fromisoformat(day))
        actions.measure_month(house.worker_unit, child, never)
    assert child.started == [["--month", "2027-02"], ["--month", "2027-05"]]


def test_where_nobody_takes_part_nothing_is_started(own_house):
    child = Pretend()
    for sweep in (actions.measure_month, actions.measure_night, actions.refresh):
        assert sweep(own_house.worker_unit, child, never) == {}
    assert (child.started, work(own_house)) == ([], {})


def test_a_house_that_closes_gives_the_work_back(community):
    house, *_ = community

    class Stopped(Pretend):
        def run(self, arguments, limit, stopping):
            raise ChildFailed("stopped")

    assert actions.measure_night(house.worker_unit, Stopped(), never) == {}
    [row] = work(house).values()
    assert (row.leased_until, row.tries, row.done_at) == (None, 0, None)


def sleeping(seconds, tmp_path):
    """A child that writes down that it is there and then sleeps."""
    program = f"import time, pathlib; pathlib.Path({str(tmp_path / 'there')!r}).touch(); time.sleep({seconds})"
    return Child({}, (sys.executable, "-c", program))


def test_a_child_that_takes_too_long_is_ended_and_so_is_one_of_a_house_that_closes(tmp_path):
    with pytest.raises(ChildFailed, match="out_of_time"):
        sleeping(60, tmp_path).run([], timedelta(seconds=0), never)
    with pytest.raises(ChildFailed, match="stopped"):
        sleeping(60, tmp_path).run([], HOUR, lambda: (tmp_path / "there").exists())


def test_a_child_that_dies_or_fails_says_so(tmp_path):
    for program, kind in (
        ("import os; os.kill(os.getpid(), 9)", "killed"),
        ("pass", "no_answer"),
        ('print(\'{"error": {"key": "month_not_over"}}\'); raise SystemExit(5)', "month_not_over"),
    ):
        with pytest.raises(ChildFailed, match=kind):
            Child({}, (sys.executable, "-c", program)).run([], HOUR, never)


def test_a_killed_child_leaves_nothing_and_the_next_try_measures_everything(community, monkeypatch):
    monkeypatch.setenv("COP_ENGINE", "default")
    house, _, people = community
    hands = tools(house)
    deadly = Child(hands.measuring.environment, (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"))
    with pytest.raises(ChildFailed):
        actions.measure_night(house.worker_unit, deadly, never)
    [row] = work(house).values()
    assert (row.failure, row.tries, row.done_at) == ("killed", 1, None)
    with house.unit() as db:
        db.execute(update(MeasureWork).values(leased_until=None))
        assert db.scalar(select(func.count()).select_from(PersonMeasure)) == 0
    assert actions.measure_night(house.worker_unit, hands.measuring, never) == {"persons": 6, "events": 2}
    with house.measure_unit() as db:
        found = {row.person_id: row.figures for row in db.scalars(select(PersonMeasure))}
    assert found.keys() == {person.id for person in people}
    assert found[people[1].id]["in_degree"] == found[people[1].id]["out_degree"] == 1


HALF_WAY = """
import os, pathlib, sys, time
from cop.house import open_house
from cop.network.models import Snapshot, SnapshotFigure, SnapshotState
from cop.network.panel import panel
from cop.settings import Settings
from clusters.kernel.clock import now
from cop.network.engine import Engine
from cop.network.evidence import evidence
from cop.network.figures import Table
from cop.network.graph import Span
from cop.network.keeping import keep_persons
with open_house(Settings.from_env(os.environ)) as house, house.measure_unit() as db:
    keep_persons(db, "2026-02", now(db), [(int(sys.argv[-1]), "", {})])
    pathlib.Path(os.environ["COP_DATA_DIR"], "there").touch()
    time.sleep(60)
"""


@pytest.mark.long
def test_what_a_child_has_written_is_gone_with_it_when_it_is_ended_half_way(community, tmp_path):
    house, _, people = community
    child = Child(tools(house).measuring.environment, (sys.executable, "-c", HALF_WAY))
    with pytest.raises(ChildFailed, match="stopped"):
        child.run([str(people[0].id)], HOUR, (tmp_path / "there").exists)
    with house.unit() as db:
        assert db.scalar(select(func.count()).select_from(PersonMeasure)) == 0


def test_a_child_ends_with_whoever_started_it():
    program = "from cop.compute.refreshing import end_with_parent; import time; end_with_parent(); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as child:
        child.stdin.close()
        assert child.wait(30) == 1


def test_every_change_of_ties_marks_its_places_and_a_refresh_measures_them(community):
    house, cluster, people = community
    circle = cluster.path.rsplit(".", 2)[0] + "."
    changes = (
        lambda db: give(db, people[2], people[3]),
        lambda db: withdraw(db, Scope(people[2].id, ()), give(db, people[2], people[3]).id),
        lambda db: leave(db, Scope(people[4].id, ()), "test"),
        lambda db: forget(db, people[0].id),
    )
    for change in changes:
        with house.unit() as db:
            change(db)
        with house.unit() as db:
            assert set(db.scalars(select(MeasureMark.path))) == {cluster.path}
        assert refresh(house.measure_unit).places == 2
        with house.measure_unit() as db:
            assert db.scalar(select(func.count()).select_from(MeasureMark)) == 0
    with house.measure_unit() as db:
        kept = {row.path: row.figures for row in db.scalars(select(SliceMeasure))}
    assert kept.keys() == {cluster.path, circle}
    assert kept[circle] == kept[cluster.path]
    assert str(people[4].id) not in kept[circle]["persons"]


def test_one_child_that_loads_little_answers_all_marks_that_wait(community):
    house, _, people = community
    with house.unit() as db:
        give(db, people[2], people[3])
        give(db, people[3], people[4])
    hands = tools(house)
    assert network_refresh(hands) == {"places": 2, "marks": 2}
    assert network_refresh(hands) == {}
    program = (
        "import sys, json, cop.compute.refreshing; print(json.dumps(sorted({'numba', 'scipy.stats', 'scipy.optimize',"
        " 'alembic', 'messaging.inbound', 'cop.house'} & set(sys.modules))))"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert json.loads(said.stdout) == []


def test_who_leaves_is_gone_from_what_was_measured_with_the_next_refresh(community):
    house, _, people = community
    measure_night(house.measure_unit, Engine.DEFAULT)
    with house.unit() as db:
        leave(db, Scope(people[0].id, ()), "test")
    refresh(house.measure_unit)
    with house.measure_unit() as db:
        assert people[0].id not in set(db.scalars(select(PersonMeasure.person_id)))
        assert db.scalar(select(func.count()).select_from(PersonMeasure)) == 5


def test_pages_and_worker_load_no_engine():
    program = (
        "import sys, json, cop.app, cop.worker, cop.routes; print(json.dumps(sorted({'networkx', 'numpy', 'scipy',"
        " 'numba', 'graspologic_native'} & set(sys.modules))))"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert json.loads(said.stdout) == []


@pytest.fixture
def crowd(own_house):
    """A house of two clusters of twelve teachers who all take part and gave ties since long."""
    with own_house.unit() as db:
        circle = build.circle(db)
        clusters = [build.cluster(db, 4, in_circle=circle) for _ in range(2)]
        people = [
            [build.teacher(db, build.schools_of(db, cluster)[number % 4]) for number in range(12)]
            for cluster in clusters
        ]
        for person in (each for cluster in people for each in cluster):
            say(db, person)
        db.execute(text("UPDATE consent_decision SET at = at - interval '90 days'"))
        for cluster in people:
            for number, person in enumerate(cluster):
                give(db, person, cluster[(number + 1) % 12], days_ago=40)
                give(db, person, cluster[(number + 5) % 12], days_ago=40)
    return own_house, clusters, people


def published(house):
    with house.web_unit() as db:
        rows = select(SnapshotFigure).join(Snapshot).where(Snapshot.state == SnapshotState.PUBLISHED)
        kept = db.execute(rows.order_by(Snapshot.month, SnapshotFigure.nth)).scalars().all()
        return [
            (row.snapshot_id, row.figure, row.path, row.second, row.low, row.high, row.doubt_high, row.hidden)
            for row in kept
        ]


def test_a_month_is_published_once_and_never_changes_whatever_becomes_of_its_ties(crowd):
    house, clusters, people = crowd
    done = measure_month(house.measure_unit, 10)
    assert (done.published, done.month) == (True, actions.month_over(house.clock(None).date()))
    before = published(house)
    shown = {(row[1], row[2]): row[4] for row in before if not row[7] and not row[3]}
    assert shown[Table.TAKING_PART, clusters[0].path] == 10
    assert shown[Table.WITHIN, clusters[0].path] == 10
    with house.unit() as db:
        leave(db, Scope(people[0][0].id, ()), "test")
        give(db, people[0][1], people[1][1], days_ago=40)
    with pytest.raises(Conflict) as frozen:
        measure_month(house.measure_unit, 10, done.month)
    assert frozen.value.key == "month_is_frozen"
    measure_night(house.measure_unit, Engine.DEFAULT)
    refresh(house.measure_unit)
    assert published(house) == before


def test_the_running_month_is_not_measured_yet(crowd):
    house, *_ = crowd
    with pytest.raises(Conflict) as early:
        measure_month(house.measure_unit, 10, f"{house.clock(None):%Y-%m}")
    assert early.value.key == "month_not_over"


def test_a_worker_publishes_the_month_by_a_child_of_its_own(crowd):
    house, *_ = crowd
    hands = tools(house)
    counts = network_month(hands)
    assert (counts["published"], counts["figures"] > 50) == (1, True)
    assert len(published(house)) > 10
    assert network_month(hands) == {}
    [row] = work(house).values()
    assert row.milliseconds > 0


def test_what_happened_after_the_month_is_not_in_its_figures(crowd):
    house, clusters, people = crowd
    with house.unit() as db:
        give(db, people[0][0], people[0][6], days_ago=0)
    measure_month(house.measure_unit, 10)
    with house.measure_unit() as db:
        span = Span(midnight(today(db).replace(day=1)), today(db).replace(day=1) - timedelta(days=1))
        found = panel(evidence(db, span))
    within = [each for each in found if (each.table, each.path) == (Table.WITHIN, clusters[0].path)]
    assert [each.value for each in within] == [24]
