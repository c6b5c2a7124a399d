"""What travels: earliest arrival in rising time, reach, a diffusion after Valente by hand, a note's path."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.flow import Adopter, Contact, Passing, diffusion, earliest_arrival, path_of_note, reach

FEW = settings(max_examples=25, deadline=None)
CONTACTS = st.lists(
    st.builds(Contact, st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.integers(0, 5).map(float)), max_size=14
)


def arrivals_by_trying(contacts, start):
    """Earliest arrival over every way of contacts in strictly rising time, by going through all of them."""
    best = {}

    def go(at_node, since):
        for each in contacts:
            if each.source == at_node and each.at > since and each.target != start:
                if each.at < best.get(each.target, math.inf):
                    best[each.target] = each.at
                go(each.target, each.at)

    go(start, -math.inf)
    return best


@FEW
@given(contacts=CONTACTS)
def test_earliest_arrival_is_the_best_of_all_ways_in_strictly_rising_time(contacts):
    found = earliest_arrival(contacts, "a")
    assert {who: arrival.at for who, arrival in found.items()} == arrivals_by_trying(contacts, "a")


@FEW
@given(contacts=CONTACTS)
def test_every_arrival_came_by_a_contact_from_somebody_reached_before(contacts):
    found = earliest_arrival(contacts, "a")
    for who, arrival in found.items():
        assert Contact(arrival.came_from, who, arrival.at) in contacts
        if arrival.came_from == "a":
            assert arrival.steps == 1
        else:
            assert found[arrival.came_from].at < arrival.at
            assert found[arrival.came_from].steps == arrival.steps - 1


@FEW
@given(contacts=CONTACTS)
def test_reach_counts_whom_each_arrives_at(contacts):
    everyone = {end for each in contacts for end in (each.source, each.target)}
    assert reach(contacts) == {who: len(earliest_arrival(contacts, who)) for who in everyone}


def test_a_chain_at_one_instant_goes_one_step_and_the_next_day_another():
    day = [Contact("a", "b", 1.0), Contact("b", "c", 1.0), Contact("c", "d", 1.0)]
    assert set(earliest_arrival(day, "a")) == {"b"}
    found = earliest_arrival([*day, Contact("b", "c", 2.0), Contact("c", "d", 2.0)], "a")
    assert {who: its.at for who, its in found.items()} == {"b": 1, "c": 2}


TURNS_TO = {"a": [], "b": ["a"], "c": ["a", "b"], "d": ["b", "c", "e"], "e": ["d"], "f": []}
ADOPTED = {"a": 1.0, "b": 2.0, "c": 2.0, "d": 4.0}


def test_a_diffusion_worked_by_hand():
    found = diffusion(TURNS_TO, ADOPTED)
    assert [(its.at, its.new, its.cumulative) for its in found.periods] == [(1, 1, 1), (2, 2, 3), (3, 0, 3), (4, 1, 4)]
    assert [its.hazard for its in found.periods] == pytest.approx([1 / 6, 2 / 5, 0, 1 / 3])
    assert found.exposure["b"] == (1, 1, 1, 1)
    assert found.exposure["c"] == (0.5, 1, 1, 1)
    assert found.exposure["e"] == (0, 0, 0, 1)
    assert found.exposure["a"] == (None,) * 4
    assert found.threshold == {"b": 1, "c": 1, "d": pytest.approx(2 / 3)}
    assert found.threshold_before == {"b": 1, "c": 0.5, "d": pytest.approx(2 / 3)}
    # mean 2.25, standard deviation 1.2583: 0.9917 and 3.5083 are the outer cuts
    assert found.category == {
        "a": Adopter.EARLY_MAJORITY, "b": Adopter.EARLY_MAJORITY, "c": Adopter.EARLY_MAJORITY, "d": Adopter.LAGGARD,
        "e": Adopter.NONE, "f": Adopter.NONE,
    }  # fmt: skip


def test_nobody_adopting_is_a_diffusion_of_no_periods():
    found = diffusion({"a": ["b"], "b": []}, {})
    assert (found.periods, found.exposure, found.threshold) == ((), {"a": (), "b": ()}, {})


def test_times_that_are_no_whole_numbers_are_not_filled_up():
    assert [its.at for its in diffusion({"a": [], "b": []}, {"a": 0.5, "b": 7.0}).periods] == [0.5, 7.0]


@FEW
@given(
    turns=st.fixed_dictionaries({who: st.lists(st.sampled_from("abcdef"), unique=True) for who in "abcdef"}),
    adopted=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 6).map(float)),
)
def test_exposure_only_rises_and_thresholds_are_read_off_it(turns, adopted):
    turns = {who: [other for other in others if other != who] for who, others in turns.items()}
    found = diffusion(turns, adopted)
    times = [its.at for its in found.periods]
    assert sum(its.new for its in found.periods) == len(adopted)
    for who, shares in found.exposure.items():
        assert None in shares or list(shares) == sorted(shares)
        if who in found.threshold:
            assert found.threshold[who] == shares[times.index(adopted[who])]
            assert found.threshold_before[who] <= found.threshold[who]
    # the shares that hold out multiply to those who never adopted
    assert math.prod(1 - its.hazard for its in found.periods) == pytest.approx(1 - len(adopted) / 6)


def test_a_notes_path_is_the_tree_of_its_first_passings():
    passings = [
        Passing("Kakki", None, 1.0), Passing("Domel", "Kakki", 3.0), Passing("Miryan", "Kakki", 2.0),
        Passing("Domel", "Miryan", 5.0), Passing("Lakki", "Domel", 3.0), Passing("Kakki", "Lakki", 9.0),
    ]  # fmt: skip
    stops = path_of_note(passings)
    assert [(its.place, its.came_from, its.steps) for its in stops] == [
        ("Kakki", None, 0), ("Miryan", "Kakki", 1), ("Domel", "Kakki", 1), ("Lakki", "Domel", 2),
    ]  # fmt: skip
    assert path_of_note(reversed(passings)) == stops


def test_a_note_from_nowhere_known_is_kept_as_it_was_told():
    (stop,) = path_of_note([Passing("Domel", "Kakki", 3.0)])
    assert (stop.came_from, stop.steps) == ("Kakki", 1)
    circle = path_of_note([Passing("a", "b", 1.0), Passing("b", "a", 1.0)])
    assert {its.place for its in circle} == {"a", "b"}


PLACES = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30)), max_size=15)


@FEW
@given(choices=PLACES, dice=st.randoms(use_true_random=False))
def test_a_path_is_reproduced_exactly_from_its_events_in_any_order(choices, dice):
    truth = [(0, None, 0.0)]
    for number, (parent, later) in enumerate(choices, 1):
        origin = truth[parent % len(truth)]
        truth.append((number, origin[0], origin[2] + later))
    events = [Passing(place, came_from, at) for place, came_from, at in truth]
    # whoever has it may hear of it again, which changes nothing
    events += [Passing(place, truth[-1][0], at + 100) for place, _, at in truth]
    dice.shuffle(events)
    assert {(its.place, its.came_from, its.at) for its in path_of_note(events)} == set(truth)
