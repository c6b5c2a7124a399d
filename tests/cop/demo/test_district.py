"""The invented district: believable, the same from the same seed, and plannable whatever the seed."""

from collections import Counter
from itertools import islice
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.structure.checker import check
from clusters.structure.formation import form
from clusters.structure.naming import locality, slug
from clusters.structure.rules import SchoolGender, Site, great_circle_km, within_band
from cop.demo.district import PROVINCE, SCHOOLS_PER_KM2, invent
from cop.demo.names import villages

SCHOOLS = 600


@pytest.fixture(scope="module")
def district():
    return invent(1, SCHOOLS)


def test_the_same_seed_invents_the_same_district_and_another_one_another(district):
    assert invent(1, SCHOOLS) == district
    assert invent(2, SCHOOLS) != district


def test_no_two_schools_share_a_code_or_a_name(district):
    assert len(district) == SCHOOLS
    assert len({school.code for school in district}) == SCHOOLS
    assert len({school.name for school in district}) == SCHOOLS
    assert len({school.name_ur for school in district}) == SCHOOLS
    assert all(school.code.isdigit() and len(school.code) == 5 for school in district)


def test_schools_teach_boys_girls_or_both_in_believable_shares(district):
    share = {gender: count / SCHOOLS for gender, count in Counter(school.gender for school in district).items()}
    assert 0.42 < share[SchoolGender.BOYS] < 0.62
    assert 0.28 < share[SchoolGender.GIRLS] < 0.48
    assert 0.04 < share[SchoolGender.MIXED] < 0.17


def test_a_schools_name_says_whom_it_teaches_and_where(district):
    kinds = {"GPS": SchoolGender.BOYS, "GGPS": SchoolGender.GIRLS, "GMPS": SchoolGender.MIXED}
    for school in district:
        kind, place = school.name.split(" ", 1)
        assert kinds[kind] is school.gender
        assert locality(school.name) == school.village == place.split(" No.")[0]


def test_most_schools_have_coordinates_and_some_have_none(district):
    known = [school.spot for school in district if school.spot is not None]
    assert SCHOOLS * 0.95 < len(known) < SCHOOLS
    assert all(32.5 < lat < 33.5 and 70.0 < lon < 71.2 for lat, lon in known)


def test_the_district_is_as_wide_as_its_schools_are_thin_on_the_ground(district):
    """Cells of five kilometres that hold a school, times their size, come near the area of the ellipse."""
    known = [school.spot for school in district if school.spot is not None]
    cells = {(round(lat * 111.195 / 5), round(lon * 93.3 / 5)) for lat, lon in known}
    wanted = SCHOOLS / SCHOOLS_PER_KM2
    assert 0.7 * wanted < 25 * len(cells) < 1.4 * wanted


def test_schools_crowd_in_large_villages_and_others_stand_alone(district):
    known = [school.spot for school in district if school.spot is not None]
    near = [sum(great_circle_km(here, there) < 1.5 for there in known) - 1 for here in known]
    assert sum(count >= 5 for count in near) > 60
    assert sum(count == 0 for count in near) > 60


def test_every_school_lies_in_a_union_council_of_one_tehsil(district):
    tehsil_of = {}
    for school in district:
        assert tehsil_of.setdefault(school.union_council, school.tehsil) == school.tehsil
    assert 30 <= len(tehsil_of) <= 40
    assert 3 <= len(set(tehsil_of.values())) <= 6
    assert len({slug(name) for name in tehsil_of}) == len(tehsil_of)


@pytest.mark.parametrize("seed", range(1, 6))
def test_its_schools_make_twenty_clusters_within_the_band(seed):
    sites = [
        Site(each.code, *(each.spot or (None, None)), (), (PROVINCE, each.district, each.tehsil, each.union_council))
        for each in invent(seed, SCHOOLS)
    ]
    formation = form(sites, blocks=2, seed=seed, steps=10)
    assert len(formation.clusters) == 20
    assert all(within_band(len(cluster.members)) for cluster in formation.clusters)
    assert check(sites, formation.rows()) == []


@given(st.integers(0, 2**32), st.integers(0, 400))
@settings(max_examples=20, deadline=None)
def test_villages_never_repeat_and_have_a_name_in_both_scripts(seed, many):
    names = list(islice(villages(Random(seed)), many))
    assert len({latin for latin, _ in names}) == len({urdu for _, urdu in names}) == many
    assert all(
        latin.isascii() and not any(letter.isascii() and letter.isalpha() for letter in urdu) for latin, urdu in names
    )
