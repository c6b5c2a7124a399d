"""A gardener is told in words how groups are doing and what would help them, from published figures alone."""

import dataclasses
import inspect
import math
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.network import gardening
from cop.network.figures import Figure, Shown, Table
from cop.network.gardening import (
    HANDFUL,
    Effort,
    Health,
    HealthAxis,
    Level,
    Reason,
    Suggestion,
    Sure,
    Watering,
    health,
    suggestions,
)

A, B, C = "B1.C1.L1.", "B1.C1.L2.", "B1.C1.L10."
STEPS = {5: (0, 9), 15: (10, 24), 30: (25, 49), 60: (50, math.inf)}


def share(table: Table, path: str, value: float, second: str = "", low: float = -1, high: float = -1) -> Shown:
    """A share in tenths, as sure as can be unless told otherwise."""
    return Shown(table, path, value, value, value if low < 0 else low, value if high < 0 else high, second, of=20)


def ties(table: Table, path: str, count: int, second: str = "") -> Shown:
    """Ties in their band."""
    low, high = STEPS[count]
    return Shown(table, path, low, high, low, high, second)


def people(path: str, count: int) -> Shown:
    """Persons who take part."""
    return Shown(Table.TAKING_PART, path, count, count, count, count)


def told(published: list[Shown], axis: HealthAxis) -> tuple[Level, Sure]:
    """What is said of the one group on that axis."""
    return next((each.level, each.sure) for each in health(published) if each.axis is axis)


@pytest.mark.parametrize(
    ("value", "low", "high", "level", "sure"),
    [
        (0.2, 0.2, 0.2, Level.LOW, Sure.SURE),
        (0.3, 0.3, 0.5, Level.FAIR, Sure.SURE),
        (0.6, 0.6, 0.9, Level.GOOD, Sure.SURE),
        (0.5, 0.4, 0.7, Level.FAIR, Sure.LIKELY),
        (0.5, 0.2, 0.7, Level.FAIR, Sure.UNSURE),
        (0.2, 0.1, 0.6, Level.LOW, Sure.UNSURE),
    ],
)
def test_a_share_becomes_a_word_and_its_doubt_says_how_sure(value, low, high, level, sure) -> None:
    published = [share(Table.RETURNING, A, value, low=low, high=high)]
    assert told(published, HealthAxis.RETURNING) == (level, sure)


def test_of_hardly_any_questions_nothing_is_said() -> None:
    few = dataclasses.replace(share(Table.ANSWERED, A, 0.0), of=0)
    assert told([few], HealthAxis.ANSWERED) == (Level.UNKNOWN, Sure.UNSURE)


@pytest.mark.parametrize(
    ("count", "heads", "level", "sure"),
    [
        (5, 30, Level.LOW, Sure.SURE),
        (15, 30, Level.FAIR, Sure.LIKELY),
        (30, 30, Level.GOOD, Sure.LIKELY),
        (60, 30, Level.GOOD, Sure.SURE),
        (60, 200, Level.LOW, Sure.SURE),
    ],
)
def test_a_group_is_alive_by_its_ties_for_each_who_takes_part(count, heads, level, sure) -> None:
    assert told([people(A, heads), ties(Table.WITHIN, A, count)], HealthAxis.ALIVE) == (level, sure)


def test_what_is_hidden_is_unknown_and_what_was_kept_is_likely_at_most() -> None:
    hidden = dataclasses.replace(share(Table.ANSWERED, A, 0.0), hidden=True)
    assert told([hidden], HealthAxis.ANSWERED) == (Level.UNKNOWN, Sure.UNSURE)
    kept = dataclasses.replace(share(Table.ANSWERED, A, 0.9), kept_from="2026-10-01")
    assert told([kept], HealthAxis.ANSWERED) == (Level.GOOD, Sure.LIKELY)


def test_health_is_told_of_every_group_in_the_order_of_the_tree() -> None:
    published = [share(Table.ANSWERED, C, 0.1), share(Table.ANSWERED, "", 0.5), share(Table.ANSWERED, A, 0.9)]
    assert [each.path for each in health(published)[:: len(HealthAxis)]] == ["", A, C]


def alive(path: str) -> list[Shown]:
    """A group of thirty with ties enough."""
    return [people(path, 30), ties(Table.WITHIN, path, 60)]


CASES: list[tuple[list[Shown], list[Suggestion]]] = [
    (
        [
            ties(Table.BETWEEN, A, 5, B),
            share(Table.ANSWERED, A, 0.5, "science"),
            share(Table.ANSWERED, B, 0.3, "science"),
            share(Table.ANSWERED, B, 0.1, "maths"),
        ],
        [
            Suggestion(
                Watering.JOINT_SESSION,
                (A, B),
                "science",
                (Reason.FEW_TIES_BETWEEN, Reason.BOTH_ASK),
                Sure.SURE,
                Effort.SOME,
            )
        ],
    ),
    (
        [
            ties(Table.BETWEEN, A, 5, B),
            share(Table.ANSWERED, A, 0.3),
            share(Table.ANSWERED, B, 0.8),
        ],
        [
            Suggestion(
                Watering.VISITING_BROKER,
                (A,),
                "",
                (Reason.STANDS_ALONE, Reason.NOT_ANSWERED, Reason.NEIGHBOUR_ANSWERS),
                Sure.SURE,
                Effort.LITTLE,
            )
        ],
    ),
    (
        [*alive(A), share(Table.RETURNING, A, 0.2)],
        [Suggestion(Watering.TRAVEL_MONEY, (A,), "", (Reason.TIES_WITHIN, Reason.FEW_RETURN), Sure.SURE, Effort.MUCH)],
    ),
    (
        [people(A, 30), ties(Table.WITHIN, A, 5), share(Table.RETURNING, A, 0.2)],
        [Suggestion(Watering.VENUE, (A,), "", (Reason.FEW_TIES_WITHIN, Reason.FEW_RETURN), Sure.SURE, Effort.MUCH)],
    ),
    (
        [share(Table.RETURNING, A, 0.8), share(Table.ANSWERED, A, 0.2, "maths")],
        [
            Suggestion(
                Watering.RESOURCE, (A,), "maths", (Reason.THEY_RETURN, Reason.NOT_ANSWERED), Sure.SURE, Effort.SOME
            )
        ],
    ),
    (
        [*alive(A), share(Table.WELCOMED, A, 0.1, high=0.4)],
        [
            Suggestion(
                Watering.WELCOME, (A,), "", (Reason.TIES_WITHIN, Reason.NEWCOMERS_ALONE), Sure.LIKELY, Effort.LITTLE
            )
        ],
    ),
    ([*alive(A), share(Table.WELCOMED, A, 0.1, high=0.8)], []),
    ([*alive(A), share(Table.RETURNING, A, 0.9), share(Table.ANSWERED, A, 0.9)], []),
    ([ties(Table.BETWEEN, A, 15, B), share(Table.ANSWERED, A, 0.3), share(Table.ANSWERED, B, 0.8)], []),
    (
        [
            ties(Table.BETWEEN, A, 5, "B1.C2.L1."),
            share(Table.ANSWERED, A, 0.5, "science"),
            share(Table.ANSWERED, "B1.C2.L1.", 0.3, "science"),
        ],
        [],
    ),
]


@pytest.mark.parametrize(("published", "expected"), CASES)
def test_what_is_suggested_follows_the_table(published, expected) -> None:
    assert suggestions(published) == expected


def clusters(many: int) -> list[Shown]:
    """Clusters that all lack returners, each in a circle of its own."""
    return [
        figure
        for number in range(1, many + 1)
        for figure in (*alive(f"B1.C{number}.L1."), share(Table.RETURNING, f"B1.C{number}.L1.", 0.1))
    ]


def test_a_handful_is_suggested_in_the_order_of_the_tree_and_everyone_has_a_turn() -> None:
    published = clusters(12)
    seen = set()
    for turn in range(12):
        found = [each.places[0] for each in suggestions(published, turn)]
        assert len(found) == HANDFUL
        assert found == sorted(found, key=gardening.in_order)
        seen.update(found)
    assert len(seen) == 12


@given(st.permutations(clusters(7)), st.integers(0, 50))
def test_what_is_told_does_not_follow_the_order_that_figures_come_in(published, turn) -> None:
    assert suggestions(published, turn) == suggestions(clusters(7), turn)
    assert health(published) == health(clusters(7))


@given(st.lists(st.sampled_from([0.0, 0.1, 0.2]), min_size=12, max_size=12), st.integers(0, 20))
def test_how_low_a_figure_is_never_decides_who_is_among_the_handful(values, turn) -> None:
    rows = [each for each in clusters(12) if each.table is not Table.RETURNING]
    lows = [share(Table.RETURNING, f"B1.C{n}.L1.", value) for n, value in enumerate(values, 1)]
    assert suggestions(rows + lows, turn) == suggestions(clusters(12), turn)


def test_nothing_that_a_gardener_is_told_can_hold_a_person() -> None:
    for kind in (Health, Suggestion):
        types = {str(each) for each in typing.get_type_hints(kind).values()}
        assert not any("int" in each or "Figure" in each for each in types if "Sure" not in each)
    source = inspect.getsource(gardening)
    assert Figure.__name__ not in [word.strip("(),[]:") for word in source.split() if word.startswith("Figure")]
    assert "persons" not in source
