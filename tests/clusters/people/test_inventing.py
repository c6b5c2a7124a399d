"""Invented people are believable, reachable as said, and the same from the same seed."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.people.inventing import NETWORKS, Numbers, head_counts, staff, trainer
from clusters.people.phones import Phone, read
from clusters.people.rules import Gender
from clusters.structure.rules import SchoolGender


def test_every_network_is_one_of_mobiles():
    assert all(isinstance(read(f"0{network}-2345678"), Phone) for network in NETWORKS)


@given(st.integers(0, 400), st.floats(1, 3), st.integers())
def test_head_counts_are_one_to_three_and_exact_on_average(schools, mean, seed):
    counts = head_counts(Random(seed), schools, mean)
    assert len(counts) == schools
    assert all(1 <= count <= 3 for count in counts)
    assert sum(counts) == schools + round((mean - 1) * schools)


@pytest.mark.parametrize("mean", [0.9, 3.1])
def test_a_mean_nobody_could_keep_is_an_error(mean):
    with pytest.raises(ValueError, match="1 to 3"):
        head_counts(Random(1), 10, mean)


@given(st.sampled_from([*SchoolGender, None]), st.integers(1, 3), st.integers())
def test_women_teach_girls_and_men_teach_boys(teaches, count, seed):
    people = staff(Random(seed), teaches, count)
    assert len({person.name for person in people}) == count
    genders = {person.gender for person in people}
    if teaches is SchoolGender.GIRLS:
        assert genders == {Gender.WOMAN}
    if teaches is SchoolGender.BOYS:
        assert genders == {Gender.MAN}


def test_of_a_thousand_teachers_sixty_have_no_phone_and_forty_share_one():
    numbers = Numbers(Random(3), {"+923001234567"}).for_teachers(1000)
    assert numbers.count(None) == 60
    answering = Counter(number for number in numbers if number)
    assert sorted(answering.values(), reverse=True)[:21] == [2] * 20 + [1]
    assert all(isinstance(read(number), Phone) for number in answering)
    assert "+923001234567" not in answering


def test_the_same_seed_invents_the_same_people():
    assert [trainer(Random(5)) for _ in range(3)] == [trainer(Random(5)) for _ in range(3)]
    assert Numbers(Random(5), ()).for_teachers(50) == Numbers(Random(5), ()).for_teachers(50)
    assert staff(Random(5), None, 3) != staff(Random(6), None, 3)
