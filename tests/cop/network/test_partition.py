"""What is shown of measured figures: only of ten from three schools, in steps, and nothing that gives another away."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.figures import Figure, Table
from cop.network.partition import Last, enough, in_steps, partition, round_to

K = 10
SCHOOL_OF = {person: person % 5 for person in range(1000)}


def figure(path, persons, table=Table.TAKING_PART, value=None, **more):
    persons = frozenset(persons)
    value = len(persons) if value is None else value
    schools = frozenset(SCHOOL_OF[person] for person in persons)
    of = more.pop("of", 0)
    return Figure(table, path, value, more.pop("low", value), more.pop("high", value), of, persons, schools, **more)


def shown(figures, last=None, withheld=(), school_of=SCHOOL_OF):
    return {cell.key: cell.shown for cell in partition(figures, last or {}, school_of, K, withheld)}


def members(path, found, second=""):
    return found[Table.TAKING_PART, path, second]


def circle(*sizes, joint=True):
    """Clusters of these sizes, one after the other, and their circle."""
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    made = [
        figure(f"B1.C01.L{number}.", range(start, start + size))
        for number, (start, size) in enumerate(zip(starts, sizes, strict=True), start=1)
    ]
    return [*([figure("B1.C01.", range(sum(sizes)))] if joint else []), *made]


def test_a_group_of_nine_stands_together_with_its_neighbour():
    found = shown(circle(20, 9, 12))
    assert members("B1.C01.L1.", found).low == 20
    both = members("B1.C01.L2.", found)
    assert (both.low, both.merged, both.hidden) == (20, ("B1.C01.L2.", "B1.C01.L3."), False)
    assert (Table.TAKING_PART, "B1.C01.L3.", "") not in found


def test_the_last_small_group_joins_the_one_before_it():
    assert members("B1.C01.L2.", shown(circle(20, 12, 3))).merged == ("B1.C01.L2.", "B1.C01.L3.")


def test_where_all_stand_together_the_circle_says_it():
    found = shown(circle(4, 4, 4))
    assert list(found) == [(Table.TAKING_PART, "B1.C01.", "")]
    assert found[Table.TAKING_PART, "B1.C01.", ""].low == 10


def test_too_few_even_together_are_hidden():
    assert members("B1.C01.", shown(circle(2, 3, 4))).hidden


def test_ten_of_two_schools_are_hidden():
    two = {person: person % 2 for person in range(1000)}
    assert members("B1.C01.", shown(circle(12), school_of=two)).hidden
    assert not members("B1.C01.", shown(circle(12))).hidden


def test_ties_of_groups_that_stand_together_are_added_with_those_between_them():
    people = [range(20), range(20, 27), range(27, 34)]
    clusters = circle(20, 7, 7)
    ties = [figure(f"B1.C01.L{n}.", who, Table.WITHIN, 8) for n, who in enumerate(people, start=1)]
    pairs = [(1, 2), (1, 3), (2, 3)]
    between = [
        figure(f"B1.C01.L{a}.", {*people[a - 1], *people[b - 1]}, Table.BETWEEN, 6, second=f"B1.C01.L{b}.")
        for a, b in pairs
    ]
    found = shown([*clusters, *ties, *between])
    assert found[Table.WITHIN, "B1.C01.L2.", ""].low == 10  # 8 + 8 + 6 = 22
    assert found[Table.BETWEEN, "B1.C01.L1.", "B1.C01.L2."].low == 10  # 6 + 6 = 12
    assert len([key for key in found if key[0] is Table.BETWEEN]) == 1


def test_what_does_not_add_up_is_hidden_of_groups_that_stand_together():
    clusters = circle(20, 7, 7)
    cores = [figure(f"B1.C01.L{n}.", clusters[n].persons, Table.CORE, 0.5) for n in (1, 2, 3)]
    found = shown([*clusters, *cores])
    assert found[Table.CORE, "B1.C01.L1.", ""].low == 0.5
    assert found[Table.CORE, "B1.C01.L2.", ""].hidden


def test_counts_ties_and_shares_are_shown_in_their_steps():
    assert in_steps(figure("", range(30), value=37, low=33, high=44, of=641)).of == 640
    taking_part = in_steps(figure("", range(30), value=37, low=33, high=44))
    assert (taking_part.low, taking_part.high, taking_part.doubt_low, taking_part.doubt_high) == (35, 35, 35, 45)
    ties = in_steps(figure("", range(30), Table.WITHIN, 24, low=9, high=50))
    assert (ties.low, ties.high, ties.doubt_low, ties.doubt_high) == (10, 24, 0, math.inf)
    share = in_steps(figure("", range(30), Table.ANSWERED, 31, of=40, low=20, high=36))
    assert (share.low, share.high, share.doubt_low, share.doubt_high) == (0.8, 0.8, 0.5, 1.0)
    assert round_to(2.25, 0.5) == 2.5


def test_a_share_of_all_or_of_nobody_is_not_said_of_all_or_of_nobody():
    everybody = in_steps(figure("", range(30), Table.ANSWERED, 40, of=40))
    nobody = in_steps(figure("", range(30), Table.ANSWERED, 0, of=40))
    assert (everybody.low, everybody.high) == (0.9, 1.0)
    assert (nobody.low, nobody.high) == (0.0, 0.1)


def test_a_figure_that_one_or_two_people_carry_is_hidden():
    for carried in ({"top1": 0.51}, {"top1": 0.4, "top2": 0.76}):
        assert in_one(figure("", range(30), Table.WITHIN, 40, **carried)).hidden
    assert not in_one(figure("", range(30), Table.WITHIN, 40, top1=0.5, top2=0.75)).hidden


def in_one(one):
    (cell,) = partition([one], {}, SCHOOL_OF, K)
    return cell.shown


def test_who_carries_a_part_is_not_forgotten_when_groups_stand_together():
    clusters = circle(20, 7, 7)
    carried = [
        figure(f"B1.C01.L{n}.", clusters[n].persons, Table.NOTES, value, top1=1.0, top2=1.0)
        for n, value in ((2, 30), (3, 20))
    ]
    assert shown([*clusters, *carried])[Table.NOTES, "B1.C01.L2.", ""].hidden


def test_a_whole_never_has_exactly_one_hidden_part():
    subjects = [
        figure("", range(30), Table.ANSWERED, 20, of=30),
        figure("", range(14), Table.ANSWERED, 10, of=14, second="maths"),
        figure("", range(14, 26), Table.ANSWERED, 6, of=12, second="science"),
        figure("", range(26, 30), Table.ANSWERED, 4, of=4, second="parents"),
    ]
    found = {key[2]: one.hidden for key, one in shown(subjects).items()}
    assert found == {"": False, "maths": False, "science": True, "parents": True}


def test_people_of_the_whole_who_are_in_no_part_count_as_a_hidden_part():
    parts = [
        figure("", range(40), Table.ANSWERED, 20, of=30),
        figure("", range(20), Table.ANSWERED, 10, of=14, second="maths"),
        figure("", range(20, 38), Table.ANSWERED, 6, of=12, second="science"),
    ]
    assert shown(parts)[Table.ANSWERED, "", "science"].hidden


def published(cells, on="2026-02-01"):
    return {cell.key: Last(cell.shown, on, cell.persons) for cell in cells if cell.fresh}


def test_a_cell_waits_until_ten_of_its_people_have_changed_and_keeps_its_date():
    before = published(partition(circle(30, 30), {}, SCHOOL_OF, K))
    few = shown([figure("B1.C01.L1.", range(39)), *circle(30, 30)[2:]], before)
    kept = members("B1.C01.L1.", few)
    assert (kept.low, kept.kept_from) == (30, "2026-02-01")
    enough_changed = shown([figure("B1.C01.L1.", range(40)), *circle(30, 30)[2:]], before)
    assert (members("B1.C01.L1.", enough_changed).low, members("B1.C01.L1.", enough_changed).kept_from) == (40, "")
    nobody = shown(circle(30, 30), before)
    assert all(not one.kept_from for one in nobody.values())


def test_a_kept_figure_keeps_its_first_date():
    before = published(partition(circle(30, joint=False), {}, SCHOOL_OF, K))
    (first,) = partition([figure("B1.C01.L1.", range(33))], before, SCHOOL_OF, K)
    again = {first.key: Last(first.shown, "2026-03-01", before[first.key].persons)}
    (second,) = partition([figure("B1.C01.L1.", range(34))], again, SCHOOL_OF, K)
    assert second.shown.kept_from == "2026-02-01"


def test_a_whole_waits_with_a_part_that_waits():
    """Else the whole, less the parts that are new, tells what the part is now."""
    before = published(partition(circle(30, 30), {}, SCHOOL_OF, K))
    now = [
        figure("B1.C01.", [*range(60), *range(100, 104), *range(200, 212)]),
        figure("B1.C01.L1.", [*range(30), *range(100, 104)]),
        figure("B1.C01.L2.", [*range(30, 60), *range(200, 212)]),
    ]
    found = shown(now, before)
    assert members("B1.C01.L1.", found).kept_from == members("B1.C01.", found).kept_from == "2026-02-01"
    assert members("B1.C01.L2.", found).kept_from == ""


def test_groups_that_stood_together_part_only_when_that_tells_of_nobody():
    before = published(partition(circle(20, 9, 9), {}, SCHOOL_OF, K))
    ten = [figure("B1.C01.L2.", [*range(20, 29), 500]), figure("B1.C01.L3.", [*range(29, 38), 501])]
    found = shown([*circle(20, joint=False), *ten], before)
    assert members("B1.C01.L2.", found).merged == ("B1.C01.L2.", "B1.C01.L3.")
    more = [
        figure("B1.C01.L2.", [*range(20, 29), *range(500, 506)]),
        figure("B1.C01.L3.", [*range(29, 38), *range(510, 516)]),
    ]
    apart = shown([*circle(20, joint=False), *more], before)
    assert members("B1.C01.L3.", apart).low == 15


def test_what_is_withheld_stays_as_it_was_or_hidden():
    before = published(partition(circle(30, joint=False), {}, SCHOOL_OF, K))
    key = (Table.TAKING_PART, "B1.C01.L1.", "")
    now = [figure("B1.C01.L1.", range(50))]
    assert shown(now, before, [key])[key].kept_from == "2026-02-01"
    assert shown(now, {}, [key])[key].hidden


def test_figures_stand_in_the_order_of_the_tree_whatever_they_say():
    clusters = [figure(f"B1.C01.L{number}.", range(number * 20, number * 20 + 20)) for number in (10, 2, 1)]
    cells = partition([*clusters, figure("B1.C01.", range(300))], {}, SCHOOL_OF, K)
    assert [cell.shown.path for cell in cells] == ["B1.C01.", "B1.C01.L1.", "B1.C01.L2.", "B1.C01.L10."]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 25), min_size=1, max_size=6), st.integers(10, 20))
def test_nothing_is_ever_shown_of_too_few(sizes, k):
    for cell in partition(circle(*sizes), {}, SCHOOL_OF, k):
        assert cell.shown.hidden or enough(cell.persons, SCHOOL_OF, k)
        assert not cell.shown.hidden or (cell.shown.low, cell.shown.high, cell.shown.of) == (0, 0, 0)
