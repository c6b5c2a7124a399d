"""A month is frozen once, by the measuring role alone, and only if it gives nobody away."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from clusters.kernel.errors import Conflict, Invalid
from clusters.people.models import Post
from clusters.scope import Held, Scope
from cop.decided import set_value, undo_value
from cop.house import House, open_house
from cop.network.disclosure import community
from cop.network.figures import Figure, Table
from cop.network.models import FigureMembers, Snapshot, SnapshotFigure, SnapshotState, Spot
from cop.network.publishing import publish
from cop.settings import Settings
from tests import build
from tests.browsing import house

__all__ = ["house"]
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
HOW = {"seed": 7, "versions": {"cop": "0"}}
ALL = Scope(None, (Held("T", "", "administrator"),))


@pytest.fixture
def people(house: House) -> dict[str, list[int]]:
    """A circle of three clusters of four schools with four teachers each, by the cluster's path."""
    found = {}
    with house.unit() as db:
        circle = build.circle(db, build.block(db, "B1"), "C01")
        for _ in range(3):
            cluster = build.cluster(db, 4, in_circle=circle, admin_path="KP.BANNU.")
            teachers = [build.teacher(db, school) for school in build.schools_of(db, cluster) for _ in range(4)]
            found[cluster.path] = [teacher.id for teacher in teachers]
    return found


def figures(people, more=()):
    """Who takes part and the ties between two, of every cluster, the circle and the block."""
    groups = {path: frozenset(who) for path, who in people.items()}
    everybody = frozenset().union(*groups.values(), more)
    places = groups | dict.fromkeys(("B1.C01.", "B1.", ""), everybody)
    made = [
        Figure(Table.TAKING_PART, path, len(who), len(who), len(who), len(who), who, who)
        for path, who in places.items()
    ]
    paths = sorted(groups)
    for one, other in pairwise(paths):
        who = groups[one] | groups[other]
        made.append(Figure(Table.BETWEEN, one, 30.0, 20.0, 60.0, 0, who, who, other))
    return made


def test_what_is_published_is_what_pages_get(house, people):
    with house.measure_unit() as db:
        done = publish(db, figures(people), MARCH, 10, **HOW)
    assert (done.state, done.shown, done.hidden, done.withheld) == (SnapshotState.PUBLISHED, 8, 0, 0)
    with house.web_unit() as db:
        found = community(db, Scope(None, (Held("A", "KP.BANNU.", "monitor"),)))
        assert (found.taking_part, found.of) == (45, 50), "48 of 48 would be all of them"
        groups = [group for part in found.parts for group in part.groups]
        assert [group.path for group in groups] == sorted(people)
        assert len({(group.x, group.y) for group in groups}) == 3
        assert [(link.ties.low, link.may_be_more) for link in found.links] == [(25, True)] * 2


def test_a_month_is_frozen_once_and_none_before_it_follows(house, people):
    with house.measure_unit() as db:
        publish(db, figures(people), MARCH, 10, **HOW)
    for month in (MARCH, date(2026, 2, 1)):
        with pytest.raises(Conflict), house.measure_unit() as db:
            publish(db, figures(people), month, 10, **HOW)


def test_who_joins_alone_waits_and_ten_do_not(house, people):
    first = sorted(people)[0]
    with house.measure_unit() as db:
        publish(db, figures(people), MARCH, 10, **HOW)
    with house.unit() as db:
        schools = db.scalars(select(Post.school_id).where(Post.person_id.in_(people[first])).distinct()).all()
        joined = [build.person(db).id for _ in range(10)]
        for number, person in enumerate(joined):
            db.add(Post(person_id=person, role="teacher", school_id=schools[number % 4], training_path=first,
                        admin_path="KP.BANNU.", during=build.Range(build.SINCE, None)))  # fmt: skip
    with house.measure_unit() as db:
        few = publish(db, figures(people | {first: [*people[first], *joined[:1]]}), APRIL, 10, **HOW)
        assert (few.kept, few.hidden) == (5, 0)
        dates = select(SnapshotFigure.kept_from).join(Snapshot).where(Snapshot.month == APRIL)
        assert set(db.scalars(dates)) == {None, db.scalar(select(func.date(func.min(Snapshot.frozen_at))))}
        spots = set(db.scalars(select(Spot.place)))
        assert {"T/", "T/B1.", "T/B1.C01.", "A/KP.", "A/KP.BANNU."} <= spots
    with house.measure_unit() as db:
        many = publish(db, figures(people | {first: [*people[first], *joined]}), date(2026, 5, 1), 10, **HOW)
        assert (many.kept, many.hidden) == (0, 0)


def test_whoever_is_alone_in_no_group_hides_one_of_the_groups(house, people):
    """The circle less its three clusters would be she."""
    with house.unit() as db:
        alone = build.teacher(db, build.school(db)).id
    with house.measure_unit() as db:
        done = publish(db, figures(people, more=[alone]), MARCH, 10, **HOW)
        assert done.hidden == 1


def test_who_stood_behind_a_figure_is_forgotten_after_a_year_unless_it_still_stands(house, people):
    with house.measure_unit() as db:
        for number in range(14):
            publish(db, figures(people), date(2026 + number // 12, 1 + number % 12, 1), 10, **HOW)
        months = select(Snapshot.month).join(SnapshotFigure).join(FigureMembers).distinct()
        assert len(db.scalars(months).all()) == 12


def test_the_smallest_group_is_never_lowered_below_what_was_published(house, people):
    with house.measure_unit() as db:
        publish(db, figures(people), MARCH, 12, **HOW)
    for k in (9, 11):
        with pytest.raises(Invalid), house.measure_unit() as db:
            publish(db, figures(people), APRIL, k, **HOW)
    for written in ("11", ""):
        with pytest.raises(Invalid), house.web_unit() as db:
            set_value(db, ALL, Settings(), "smallest_group", written)
    with house.web_unit() as db:
        set_value(db, ALL, Settings(), "smallest_group", "15")
    with pytest.raises(Invalid), house.web_unit() as db:
        undo_value(db, ALL, Settings(), "smallest_group")


def test_the_house_does_not_open_for_smaller_groups_than_were_shown(new_database, tmp_path: Path):
    settings = Settings(database_url=new_database(), data_dir=tmp_path)
    with pytest.raises(Invalid), open_house(Settings(**vars(settings) | {"smallest_group": 9})):
        pass
    with open_house(settings) as house, house.measure_unit() as db:
        publish(db, [], MARCH, 20, **HOW)
    with pytest.raises(Invalid), open_house(settings):
        pass
    with open_house(Settings(**vars(settings) | {"smallest_group": 20})):
        pass
