"""A month in which few people came to many places is published, with what waits for more of them as it was."""

from itertools import combinations

import pytest

from cop.network.candidate import Past, settle
from cop.network.figures import Figure, Table
from cop.network.partition import Last

K = 10
CLUSTERS = [f"B1.C01.L{number:02}." for number in range(1, 13)]


def figures(groups):
    """The ties within each group and between every two, of as many as are in them."""
    made = [_figure(Table.WITHIN, path, who) for path, who in groups.items()]
    for one, other in combinations(sorted(groups), 2):
        made.append(_figure(Table.BETWEEN, one, groups[one] | groups[other], other))
    return made


def _figure(table, path, who, second=""):
    return Figure(table, path, len(who), len(who), len(who), 0, who, frozenset(map(school, who)), second)


def school(person):
    return person % 7


def grown(by):
    """Twelve places of twenty people each, of whom some got this many more."""
    return {
        path: frozenset([*range(1000 * n, 1000 * n + 20), *range(1000 * n + 100, 1000 * n + 100 + by.get(path, 0))])
        for n, path in enumerate(CLUSTERS)
    }


def published(groups):
    before = settle(figures(groups), Past(), schools(groups), K)
    assert before.findings == ()
    return Past(
        {cell.key: Last(cell.shown, "2026-02-01", cell.persons) for cell in before.cells if cell.fresh},
        [(cell.key, cell.persons) for cell in before.cells if cell.fresh],
    )


def schools(groups):
    return {person: school(person) for who in groups.values() for person in who}


@pytest.mark.parametrize("many", [1, 5, 6, 9])
def test_a_month_in_which_many_places_gain_few_people_is_published(many):
    """Ties between two such places change by people enough; those of three places by two would tell of each."""
    past = published(grown({}))
    now = grown(dict.fromkeys(CLUSTERS[:8], many) | {CLUSTERS[8]: 12, CLUSTERS[9]: 12})
    made = settle(figures(now), past, schools(now), K)
    assert (made.findings, made.withheld) == ((), frozenset())
    found = {cell.key: cell for cell in made.cells}
    for key, cell in found.items():
        waits = any(end in CLUSTERS[:8] for end in key[1:])
        assert cell.kept == waits, key
        assert bool(cell.shown.kept_from) == waits


def test_ties_with_a_place_that_gained_few_are_hidden_where_none_were_shown_before():
    past = published({path: who for path, who in grown({}).items() if path != CLUSTERS[2]})
    now = grown({CLUSTERS[0]: 6, CLUSTERS[1]: 6})
    found = {cell.key: cell for cell in settle(figures(now), past, schools(now), K).cells}
    assert found[Table.BETWEEN, CLUSTERS[0], CLUSTERS[2]].shown.hidden
    assert found[Table.BETWEEN, CLUSTERS[2], CLUSTERS[3]].fresh
