"""Names become addresses and back into places people know, whatever script they come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.structure.naming import address, common_path, folded, locality, slug, unlike
from clusters.structure.rules import Tree

PATHS = st.lists(st.sampled_from("ABC"), max_size=4).map(lambda steps: "".join(f"{step}." for step in steps))


@pytest.mark.parametrize(
    ("school", "place"),
    [
        ("GGPS Kakki No.1", "Kakki"),
        ("Govt. Primary School Kakki No 1", "Kakki"),
        ("GPS NO. 2 DOMEL", "Domel"),
        ("GBMIDS \xa0BRAT KHAIL", "Brat Khail"),
        ("GBPS ABDUL BAQI (NEW LAHORE)", "Abdul Baqi"),
        ("GPS Chak 14 NB", "Chak 14 NB"),
        ("گورنمنٹ پرائمری سکول ڈومیل نمبر ۲", "ڈومیل"),
        ("TAMBAYA SEC SCH", "Tambaya"),
        ("GPS No 3", "GPS No 3"),
        ("29030300401", "29030300401"),
    ],
)
def test_a_school_is_named_for_a_place(school, place):
    assert locality(school) == place


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("Khyber Pakhtunkhwa", "KP"),
        ("D.I. Khan", "D_I_KHAN"),
        ("Bakka-Khel  (UC)", "BAKKA_KHEL_UC"),
        ("بنوں", "BNWN"),
        ("कखग", "KAKHAGA"),
        ("Município", "MUNICIPIO"),
        ("?!", "UNNAMED"),
    ],
)
def test_a_name_of_any_script_makes_an_ascii_segment(name, segment):
    assert slug(name) == segment


@given(st.text())
def test_a_segment_never_holds_what_would_break_a_path(name):
    segment = slug(name)
    assert segment
    assert set(segment) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


@given(st.text())
def test_folding_twice_changes_nothing(name):
    assert folded(folded(name)) == folded(name)


def test_spellings_of_one_name_fold_alike():
    assert folded("ڈومیل ۲") == folded("ڈوميل 2") != folded("دومیل 2")
    assert folded("  D.I.  KHAN ") == folded("d i khan")


def test_a_taken_name_is_numbered_until_it_is_free():
    assert unlike("DOMEL", set()) == "DOMEL"
    assert unlike("DOMEL", {"DOMEL", "DOMEL_2"}) == "DOMEL_3"


@given(st.lists(PATHS, min_size=1))
def test_the_common_path_contains_every_path_and_is_the_longest(paths):
    shared = common_path(paths)
    assert all(path.startswith(shared) for path in paths)
    longer = {path[: len(shared) + 2] for path in paths}
    assert len(longer) > 1 or shared in paths


def test_nothing_has_no_common_path():
    assert common_path([]) == ""


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("T/", (Tree.TRAINING, "")),
        ("T/B2.C07.L3.", (Tree.TRAINING, "B2.C07.L3.")),
        (" a/kp.bannu ", (Tree.ADMINISTRATIVE, "KP.BANNU.")),
        ("B2.C07.", None),
        ("A/KP..BANNU.", None),
        ("A/KP.%", None),
    ],
)
def test_places_are_read_as_people_write_them(written, place):
    assert address(written) == place
