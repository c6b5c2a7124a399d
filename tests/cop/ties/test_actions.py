"""Ties of what happened: only with both yeses, once, pointing as the rules say, and taken back by whose they are."""

import pytest
from sqlalchemy import select

from clusters.kernel.clock import now
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.scope import Scope
from cop.consent.actions import decide
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.jobs import questions
from cop.ties.actions import exchanged, leave, name_peers, never_happened, observed, planned, withdraw
from cop.ties.models import Tie
from cop.ties.queries import own_ties
from cop.ties.rules import TieKind
from cop.ties.sheets import sheet
from tests import build


@pytest.fixture
def people(house):
    with house.unit() as db:
        school = build.schools_of(db, build.cluster(db, 1))[0]
        return [build.teacher(db, school, name).id for name in ("Gul", "Noor", "Saima")]


def join(db, *people, yes=True):
    for each in people:
        decide(db, each, Purpose.TIES, yes, "text")


def standing(db):
    rows = select(Tie).where(Tie.removed_at.is_(None)).order_by(Tie.id)
    return [(each.from_id, each.to_id, each.kind, each.event_id) for each in db.scalars(rows)]


@pytest.mark.parametrize("joined", [(), (0,), (1,)])
@pytest.mark.parametrize("happened", [exchanged, planned, observed])
def test_what_two_did_is_a_tie_only_when_both_let_ties_be_kept(unit, people, happened, joined):
    gul, noor, _ = people
    with unit() as db:
        join(db, *(people[each] for each in joined))
        assert not happened(db, gul, noor, Subject.MATHS, 7, now(db))
        assert standing(db) == []
        join(db, gul, noor)
        join(db, noor, yes=False)
        assert not happened(db, gul, noor, Subject.MATHS, 7, now(db))
        join(db, noor)
        assert happened(db, gul, noor, Subject.MATHS, 7, now(db))
        assert standing(db)


def test_an_event_is_noted_once_for_a_pair_and_points_as_the_rules_say(unit, people):
    gul, noor, saima = people
    with unit() as db:
        join(db, *people)
        for _ in range(2):
            exchanged(db, gul, noor, Subject.MATHS, 7, now(db))
            exchanged(db, gul, saima, Subject.MATHS, 7, now(db))
            observed(db, noor, saima, None, 7, now(db))
            planned(db, saima, gul, Subject.SCIENCE, 7, now(db))
            planned(db, gul, gul, Subject.SCIENCE, 8, now(db))
        assert sorted(standing(db)) == sorted(
            [
                (gul, noor, TieKind.EXCHANGED, 7),
                (gul, saima, TieKind.EXCHANGED, 7),
                (noor, saima, TieKind.OBSERVED, 7),
                (saima, gul, TieKind.PLANNED, 7),
                (gul, saima, TieKind.PLANNED, 7),
            ]
        )


def test_every_tie_is_kept_under_the_standing_yes_of_the_one_it_is_from(world):
    usman, noor = world.teachers[0].id, world.teachers[6].id
    with world.house.unit() as db:
        join(db, usman, noor)
        her = Scope(usman, ())
        name_peers(db, her, sheet(db, her), [7], "text")
        planned(db, usman, noor, Subject.MATHS, 1, now(db))
        for tie in db.scalars(select(Tie)):
            consent = db.get_one(Decision, tie.consent_id)
            assert (consent.person_id, consent.granted, consent.ended_at) == (tie.from_id, True, None)


def test_she_takes_back_one_tie_of_hers_and_nobody_elses(unit, people):
    gul, noor, saima = people
    with unit() as db:
        join(db, *people)
        exchanged(db, gul, noor, Subject.MATHS, 1, now(db))
        planned(db, gul, noor, Subject.MATHS, 2, now(db))
        planned(db, gul, saima, Subject.MATHS, 3, now(db))
        lesson = next(each for each in own_ties(db, Scope(gul, ())) if each.event_id == 2)
        for other in (noor, saima):
            with pytest.raises(NotFound):
                withdraw(db, Scope(other, ()), lesson.id)
        withdraw(db, Scope(gul, ()), lesson.id)
        assert [each[3] for each in standing(db)] == [1, 3, 3]
        with pytest.raises(NotFound):
            withdraw(db, Scope(gul, ()), lesson.id)
        assert not planned(db, gul, noor, Subject.MATHS, 2, now(db))
        assert [each[3] for each in standing(db)] == [1, 3, 3]


def test_what_was_taken_back_is_gone_a_day_later(world):
    gul, noor, saima = (each.id for each in world.teachers[:3])
    with world.house.unit() as db:
        join(db, gul, noor, saima)
        observed(db, gul, noor, Subject.MATHS, 2, now(db))
        observed(db, noor, saima, Subject.MATHS, 3, now(db))
        withdraw(db, Scope(gul, ()), own_ties(db, Scope(gul, ()))[0].id)
        leave(db, Scope(saima, ()), "text")
        assert standing(db) == []
    world.clock.advance(hours=25)
    questions(world.hands)
    with world.house.unit() as db:
        assert db.scalars(select(Tie)).all() == []


def test_what_never_happened_leaves_no_row(unit, people):
    gul, noor, _ = people
    with unit() as db:
        join(db, *people)
        planned(db, gul, noor, Subject.MATHS, 2, now(db))
        observed(db, gul, noor, Subject.MATHS, 2, now(db))
        never_happened(db, TieKind.PLANNED, 2)
        assert [each[2] for each in standing(db)] == [TieKind.OBSERVED]
