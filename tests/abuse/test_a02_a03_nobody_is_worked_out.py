"""Nobody can be worked out from what is published of a year; free filters at the same size would give many away."""

import random
from itertools import product

import numpy as np
import pytest

from cop.network.auditor import Interval, Row, audit, certain, family, given_away
from cop.network.candidate import Candidate
from cop.network.figures import Table
from cop.network.partition import enough, shown_alike
from tests.abuse.provinces import MONTHS, SUBJECTS, Archive, K, Province, year

FEW, MANY = 20, 1_000
"""Provinces of a run, and of the long one."""
MOVES, MANY_MOVES = 100, 1_000
LEAST_BROKEN = 0.10
"""A control that breaks fewer of a careless design would prove nothing."""


def systems(archive: Archive) -> dict[str, list[Row]]:
    """Everything that was published of a province, tables together that add up with one another."""
    rows: dict[str, list[Row]] = {}
    for _, key, persons in archive.rows:
        rows.setdefault(family(key[0]), []).append(Row("/".join(key), persons))
    return rows


def alone_in_row_space(rows: list[Row]) -> set[int]:
    """Who follows alone from the rows, by the singular values of the whole table: shares no line with the auditor."""
    people = sorted(frozenset().union(*(row.persons for row in rows)))
    table = np.array([[person in row.persons for person in people] for row in rows], dtype=float)
    _, strengths, axes = np.linalg.svd(table)
    free = axes[(strengths > 1e-9).sum() :]
    return {person for person, column in zip(people, free.T, strict=True) if np.abs(column).max(initial=0.0) < 1e-9}


def filtered(province: Province) -> list[Row]:
    """What a page with free filters would publish: place x subject x gender, any of them open, from K persons up."""
    found, places = [], province.places()
    for path, subject, woman in product(places, (None, *SUBJECTS), (None, True, False)):
        persons = frozenset(
            person
            for person in places[path]
            if subject in (None, province.people[person].subject) and woman in (None, province.people[person].woman)
        )
        if enough(persons, province.school_of, K):
            found.append(Row(f"{path}{subject}{woman}", persons))
    return found


def test_free_filters_at_the_same_size_give_many_away():
    hurt, share = broken(range(3))
    assert hurt == 3
    assert share >= LEAST_BROKEN


@pytest.mark.long
def test_free_filters_break_a_tenth_of_a_thousand_provinces_and_of_their_people() -> None:
    hurt, share = broken(range(MANY))
    assert hurt >= LEAST_BROKEN * MANY
    assert share >= LEAST_BROKEN


def without_choice(candidate: Candidate) -> int:
    """How many have one possible value by the steps of what is shown anew, for an enemy who knows besides that each
    asked three times. One program for each bound of each: shares no line with the audit of a month."""
    cells = []
    for cell in candidate.cells:
        if cell.fresh and cell.key[0] in (Table.ANSWERED, Table.HEARD):
            low, high = shown_alike(cell.shown, cell.of, int(cell.of))
            cells.append(Interval(cell.persons, low, high))
    return len(certain(cells, most=3)) if cells else 0


def audited(provinces: range) -> tuple[int, int]:
    """How many people follow from a year of each of these provinces, and how many figures were shown anew."""
    told = shown = 0
    for seed in provinces:
        for province, archive, candidate in year(seed, circles=1 + (seed % 4 == 0)):
            assert len(province.people) <= 2_000
            assert candidate.findings == ()
            shown += sum(cell.fresh for cell in candidate.cells)
            if archive.month == 1 + seed % MONTHS:
                told += without_choice(candidate)
        for rows in systems(archive).values():
            told += len(given_away(audit(rows, archive.school_of, K, seed)))
            told += len(alone_in_row_space(rows))
    return told, shown


def broken(provinces: range) -> tuple[int, float]:
    """In how many of these provinces free filters give somebody away, and what share of all people they do."""
    hurt = told = everybody = 0
    for seed in provinces:
        province = Province.of(seed, circles=2)
        found = len(given_away(audit(filtered(province), province.school_of, K)))
        hurt, told, everybody = hurt + (found > 0), told + found, everybody + len(province.places()[""])
    return hurt, told / everybody


def test_nobody_follows_from_a_year_of_what_is_published() -> None:
    told, shown = audited(range(FEW))
    assert told == 0
    assert shown > 100 * FEW, "what shows nothing proves nothing"


@pytest.mark.long
def test_nobody_follows_from_a_year_of_a_thousand_provinces() -> None:
    assert audited(range(MANY))[0] == 0


def test_the_same_year_without_the_rules_tells_of_many():
    """The same cells published exactly every month, from K persons up: the auditor sees it."""
    rows = []
    for province, archive, _ in year(0, circles=1):
        rows += [
            Row("/".join((figure.table, figure.path, figure.second)), figure.persons)
            for figure in province.figures()
            if figure.table is Table.ANSWERED and enough(figure.persons, archive.school_of, K)
        ]
    assert len(given_away(audit(rows, archive.school_of, K))) >= LEAST_BROKEN * len(province.places()[""])


def moved(times: int) -> int:
    """After how many of so many single joins, leaves and moves a figure that was shown before reads otherwise."""
    chance = random.Random(5)
    changed = 0
    for number in range(times):
        province, archive = Province.of(number % 50, circles=1), Archive()
        archive.publish(province.figures(), province.school_of)
        before = {key: last.shown for key, last in archive.last.items()}
        chance.choice((province.join, province.leave, province.move))()
        after = archive.publish(province.figures(), province.school_of)
        assert after.findings == ()
        changed += {key: archive.last[key].shown for key in before} != before
        assert not any(given_away(audit(rows, archive.school_of, K)) for rows in systems(archive).values())
    return changed


def test_who_joins_leaves_or_moves_alone_changes_no_figure_that_was_shown() -> None:
    """So her value is guessed no better after it than before: there are no two figures to subtract, and what is shown
    for the first time gives nobody away."""
    assert moved(MOVES) == 0


@pytest.mark.long
def test_a_thousand_who_join_leave_or_move_alone_change_no_figure_that_was_shown() -> None:
    assert moved(MANY_MOVES) == 0


def test_rounded_figures_leave_nobody_with_one_possible_value():
    """Whether somebody takes part is 0 or 1: no cell may be so full or so empty that it says so of everybody."""
    province = Province.of(3, circles=1)
    for each in province.people.values():
        each.takes_part = True
    archive = Archive()
    made = archive.publish(province.figures(), province.school_of)
    answered = [cell for cell in made.cells if cell.key[0] is Table.ANSWERED and cell.fresh]
    assert answered
    cells = [
        Interval(
            cell.persons,
            (cell.shown.low - 0.05) * 3 * len(cell.persons),
            (cell.shown.high + 0.05) * 3 * len(cell.persons),
        )
        for cell in answered
    ]
    assert certain(cells, most=3) == {}
