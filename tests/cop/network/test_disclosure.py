"""Pages get published figures of groups inside the viewer's places, and every look is kept."""

import math
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from clusters.kernel.clock import now
from clusters.kernel.errors import NotFound
from clusters.scope import Held, Scope
from clusters.structure.rules import PlaceKind
from cop.house import House
from cop.network.disclosure import Named, community, views_of
from cop.network.figures import Table
from cop.network.models import NetworkView, Snapshot, SnapshotFigure, SnapshotState, Spot
from cop.network.rules import Band, Change
from tests import build
from tests.browsing import house

__all__ = ["house"]
FEBRUARY, SEPTEMBER = date(2026, 2, 1), date(2025, 9, 1)


def snapshot(db, month, figures, state=SnapshotState.PUBLISHED):
    at = datetime(month.year, month.month, 1, 2, tzinfo=UTC)
    made = Snapshot(month=month, frozen_at=at, state=state, k=10, seed=1, versions={})
    db.add(made)
    db.flush()
    for nth, (table, path, low, more) in enumerate(figures):
        values = {
            "second": "",
            "high": low,
            "doubt_low": low,
            "doubt_high": low,
            "of": 0,
            "merged": [],
            "hidden": False,
        }
        db.add(SnapshotFigure(snapshot_id=made.id, nth=nth, figure=table, path=path, low=low, **values | more))
    db.flush()
    return made


@pytest.fixture
def circle(db):
    """A circle of three clusters in block B1, seated in Bannu."""
    made = build.circle(db, build.block(db, "B1"), "C01", name="Circle Kakki")
    for name in ("Kakki", "Baran", "Ghoriwala"):
        build.cluster(db, 1, in_circle=made, admin_path="KP.BANNU.", name=name)
    return made


def trainer(db, circle):
    return build.scope_at(circle, build.person(db))


def figures():
    return [
        (Table.TAKING_PART, "B1.C01.", 75, {"of": 120}),
        (Table.ASKED, "B1.C01.", 60, {"of": 75}),
        (Table.TAKING_PART, "B1.C01.L1.", 45, {"of": 80, "merged": ["B1.C01.L1.", "B1.C01.L2."]}),
        (Table.TAKING_PART, "B1.C01.L3.", 30, {"of": 40, "kept_from": SEPTEMBER}),
        (Table.ANSWERED, "B1.C01.L1.", 0.8, {"of": 30}),
        (Table.ANSWERED, "B1.C01.L3.", 0.0, {"hidden": True}),
        (Table.WITHIN, "B1.C01.L1.", 50, {"high": math.inf, "doubt_high": math.inf, "doubt_low": 50}),
        (Table.BETWEEN, "B1.C01.L1.", 10, {"second": "B1.C01.L3.", "high": 24, "doubt_low": 10, "doubt_high": 49}),
    ]


def test_a_page_gets_everything_it_needs_of_its_place(db, circle):
    snapshot(db, SEPTEMBER, [(Table.WITHIN, "B1.C01.L1.", 10, {"high": 24, "doubt_low": 10, "doubt_high": 24})])
    made = snapshot(db, FEBRUARY, figures())
    db.add(Spot(snapshot_id=made.id, place="T/B1.C01.", path="B1.C01.L3.", x=0.25, y=0.75))
    db.flush()
    found = community(db, trainer(db, circle), "T/B1.C01.")
    assert (found.place.name, found.frozen_on, found.term) == ("Circle Kakki", FEBRUARY, "2026-1")
    assert (found.taking_part, found.of, found.answered) == (75, 120, 60)
    assert found.kind is PlaceKind.CLUSTER
    (part,) = found.parts
    assert part.place == Named("B1.C01.", "Circle Kakki", None)
    two, one = part.groups
    assert [name.name for name in two.names] == ["Kakki", "Baran"]
    assert (two.members, two.answered, two.links_low, two.links_high) == (Band(25, 49), 0.8, 1, 1)
    assert (two.change, two.sure) == (Change.MORE, True)
    assert (one.answered, one.change, one.kept_from, one.x, one.y) == (None, Change.UNKNOWN, "2025-09-01", 0.25, 0.75)
    (link,) = found.links
    assert (link.one, link.other, link.ties, link.may_be_more) == ("B1.C01.L1.", "B1.C01.L3.", Band(10, 24), True)
    assert len(found.shown) == len(figures())
    assert len(found.before) == 1


def test_an_area_of_the_other_tree_shows_circles_that_lie_in_it_whole(db, circle):
    straddling = build.circle(db, build.block(db, "B2"), "C09")
    for area in ("KP.BANNU.", "KP.HANGU."):
        build.cluster(db, 1, in_circle=straddling, admin_path=area)
    snapshot(
        db,
        FEBRUARY,
        [*figures(), (Table.TAKING_PART, "B2.C09.", 50, {"of": 60}), (Table.TAKING_PART, "B2.C09.L1.", 50, {"of": 60})],
    )
    scope = Scope(build.person(db).id, (Held("A", "KP.BANNU.", "education_manager"),))
    found = community(db, scope)
    assert (found.taking_part, found.of) == (75, 120)
    assert {shown.path[:3] for shown in found.shown} == {"B1."}


def test_outside_the_viewers_places_there_is_nothing_and_no_look_is_kept(db, circle):
    build.circle(db, build.block(db, "B2"), "C02")
    snapshot(db, FEBRUARY, figures())
    for where in ("T/B2.C02.", "T/B1.", "T/", "T/B9.", "nowhere", "A/KP.BANNU."):
        with pytest.raises(NotFound):
            community(db, trainer(db, circle), where)
    assert db.scalar(select(func.count()).select_from(NetworkView)) == 0


def test_before_the_first_snapshot_and_of_a_refused_one_there_is_nothing(db, circle):
    scope = trainer(db, circle)
    assert community(db, scope) is None
    snapshot(db, FEBRUARY, figures(), SnapshotState.REFUSED)
    assert community(db, scope) is None


def test_members_can_read_how_often_their_area_was_looked_at(db, circle):
    snapshot(db, FEBRUARY, figures())
    school = build.schools_of(db, circle)[0] if build.schools_of(db, circle) else None
    school = school or build.schools_of(db, build.cluster(db, 1, in_circle=circle))[0]
    teacher = build.teacher(db, school)
    elsewhere = build.teacher(db, build.schools_of(db, build.cluster(db, 1))[0])
    scope = trainer(db, circle)
    community(db, scope)
    community(db, scope)
    assert views_of(db, Scope(teacher.id, ())).times == 2
    assert views_of(db, Scope(elsewhere.id, ())).times == 0
    assert views_of(db, Scope.everywhere()).times == 0
    assert db.scalar(select(func.max(NetworkView.at))) == now(db)


def test_pages_and_jobs_read_published_figures_alone_and_write_none(house: House):
    with house.unit() as db:
        snapshot(db, FEBRUARY, figures())
        snapshot(db, date(2026, 3, 1), figures(), SnapshotState.CANDIDATE)
    for unit in (house.web_unit, house.worker_unit):
        with unit() as db:
            assert db.scalars(select(Snapshot.month)).all() == [FEBRUARY]
            assert db.scalar(select(func.count()).select_from(SnapshotFigure)) == len(figures())
        for refused in (
            "SELECT 1 FROM network_membership",
            "DELETE FROM network_figure",
            "UPDATE network_snapshot SET k = 11",
            "INSERT INTO network_spot SELECT * FROM network_spot",
        ):
            with pytest.raises(ProgrammingError), unit() as db:
                db.execute(text(refused))
    with pytest.raises(ProgrammingError), house.web_unit() as db:
        db.execute(text("DELETE FROM network_view"))
