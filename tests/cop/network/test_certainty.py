"""Whoever is left with one possible value by rounded figures is found, and nobody else."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.candidate import Past, settle
from cop.network.certainty import Told, certain
from cop.network.figures import Figure, Shown, Table
from cop.network.partition import in_steps, shown_alike

SCHOOL_OF = {person: person % 5 for person in range(200)}


def told(table, persons, low, high, of=0, second=""):
    return Told(table, second, frozenset(persons), low, high, of)


def people(findings):
    return set().union(*(finding.persons for finding in findings))


def test_a_full_or_an_empty_group_is_told_of_everybody_in_it():
    assert people(certain([told(Table.ASKED, range(12), 12, 12, 12)])) == set(range(12))
    assert people(certain([told(Table.ASKED, range(12), 0, 0, 12)])) == set(range(12))
    assert certain([told(Table.ASKED, range(12), 1, 11, 12)]) == []


def test_parts_that_use_up_a_whole_tell_of_the_part_that_is_left():
    parts = [told(Table.NOTES, range(start, start + 10), 8, 12) for start in (0, 10)]
    whole = told(Table.NOTES, range(30), 13, 16)
    assert people(certain([*parts, whole])) == set(range(20, 30))
    assert people(certain([*parts, told(Table.NOTES, range(30), 13, 17)])) == set()


def test_the_cells_that_tell_are_named():
    idle = told(Table.NOTES, range(100, 120), 3, 7)
    (found,) = certain([idle, told(Table.NOTES, range(10), 8, 12), told(Table.NOTES, range(20), 3, 8)])
    assert found.rows == (1, 2)


def test_of_nothing_asked_nothing_is_told():
    assert certain([told(Table.ANSWERED, range(12), 0, 0, 0)]) == []
    assert people(certain([told(Table.ANSWERED, range(12), 0, 0, 4)])) == set(range(12))
    assert people(certain([told(Table.ANSWERED, range(12), 4, 4, 4)])) == set(range(12))


def test_figures_on_one_subject_stand_on_everybody_and_do_not_contradict_the_whole():
    cells = [
        told(Table.ANSWERED, range(12), 5, 7, 10),
        told(Table.ANSWERED, range(12), 3, 4, 6, "maths"),
        told(Table.ANSWERED, range(12), 0, 0, 2, "science"),
    ]
    assert certain(cells[:2]) == []
    assert people(certain(cells)) == set(range(12))


def test_what_contradicts_itself_tells_nothing():
    assert certain([told(Table.ASKED, range(12), 0, 0, 12), told(Table.ASKED, range(11), 5, 6, 11)]) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whoever_has_one_value_in_every_world_that_fits_is_found(data):
    """All worlds of seven people who each did or did not; who is found besides has no choice in halves either."""
    truth = data.draw(st.lists(st.integers(0, 1), min_size=7, max_size=7))
    cells = []
    for persons in data.draw(st.lists(st.sets(st.integers(0, 6), min_size=1), min_size=1, max_size=4)):
        value = sum(truth[each] for each in persons)
        low = data.draw(st.integers(0, value))
        cells.append(told(Table.ASKED, persons, low, data.draw(st.integers(value, len(persons))), len(persons)))
    worlds = [
        world
        for world in product((0, 1), repeat=7)
        if all(cell.low <= sum(world[each] for each in cell.persons) <= cell.high for cell in cells)
    ]
    behind = set().union(*(cell.persons for cell in cells))
    fixed = {each for each in behind if len({world[each] for world in worlds}) == 1}
    found = people(certain(cells))
    assert found <= fixed
    singles = all(cell.low == cell.high for cell in cells) and len(cells) == 1
    assert not singles or found == fixed


@pytest.mark.parametrize("table", [Table.TAKING_PART, Table.ASKED, Table.ANSWERED, Table.WELCOMED])
def test_no_step_is_of_all_or_of_nobody_however_few_they_are(table):
    for of in range(1, 60):
        shown = {}
        for value in range(of + 1):
            step = in_steps(Figure(table, "", value, value, value, of, frozenset(range(of)), frozenset()))
            shown.setdefault((step.low, step.high), set()).add(value)
            assert shown_alike(step, of, of)[0] <= value <= shown_alike(step, of, of)[1]
        assert all(len(counts) > 1 for counts in shown.values() if counts & {0, of}), of


def test_a_month_that_would_leave_somebody_no_choice_holds_a_figure_back():
    def notes(path, persons, value):
        who = frozenset(persons)
        return Figure(Table.NOTES, path, value, value, value, 0, who, frozenset(SCHOOL_OF[each] for each in who))

    parts = [notes(f"B1.C01.L{n}.", range(20 * n, 20 * n + 20), value) for n, value in enumerate((8, 8, 0, 1))]
    whole = notes("B1.C01.", range(80), 17)
    made = settle([whole, *parts], Past(), SCHOOL_OF, 10)
    assert made.findings == ()
    assert made.withheld == set()
    tight = settle([notes("B1.C01.", range(80), 17), *parts[:2], notes("B1.C01.L2.", range(40, 60), 3)], Past(),
                   SCHOOL_OF, 10)  # fmt: skip
    assert tight.findings == ()


def test_what_counts_are_shown_alike():
    assert shown_alike(Shown(Table.NOTES, "", 5.0, 5.0, 5.0, 5.0), 0, 15) == (3, 7)
    assert shown_alike(Shown(Table.TAKING_PART, "", 40.0, 40.0, 40.0, 40.0), 43, 43) == (38, 43)
