"""What each reader of the trees may see: her own places and nothing of the neighbours."""

import pytest

from clusters.kernel.errors import NotFound
from clusters.people.rules import PLANNERS
from clusters.scope import Held, Scope
from clusters.structure.actions import save_draft
from clusters.structure.formation import form
from clusters.structure.queries import (
    MAY_PLAN,
    STRATA_FIELDS,
    SchoolToPlan,
    clusters,
    draft,
    drafts,
    in_order,
    place,
    places,
    school,
    schools,
    schools_of,
    schools_on,
    schools_to_plan,
    trail,
)
from clusters.structure.rules import PlaceKind, SchoolGender
from tests import build

ALL = Scope.everywhere()
RULES = {"min": 25, "max": 35, "circle_min": 3, "circle_max": 4, "strata": [], "seed": 1, "waive": None}


@pytest.fixture
def two_districts(db):
    """Two blocks, one in Bannu and one in Lakki, each with a circle of one cluster."""
    bannu = build.cluster(db, 26, in_circle=build.circle(db, build.block(db)), name="Kakki", admin_path="KP.BANNU.")
    lakki = build.cluster(db, 27, in_circle=build.circle(db, build.block(db)), name="Naurang", admin_path="KP.LAKKI.")
    return bannu, lakki


def test_planners_have_the_same_names_on_both_floors():
    assert set(MAY_PLAN) == {role.value for role in PLANNERS}


@pytest.mark.parametrize("held", [Held("A", "KP.BANNU.", "education_manager"), Held("T", "B1.", "education_manager")])
def test_a_manager_of_one_district_or_block_sees_nothing_of_the_other(db, two_districts, held):
    bannu, lakki = two_districts
    scope = Scope(1, (held,))
    codes = {row.code for row in build.schools_of(db, bannu)}
    assert {row.code for row in schools(db, scope)} == codes
    assert {row.code for row in schools_to_plan(db, scope)} == codes
    assert [row.id for row in clusters(db, scope)] == [bannu.id]
    assert [row.schools for row in clusters(db, scope)] == [26]
    assert not any(row.path.startswith(("B2.", "KP.LAKKI.")) for row in places(db, scope))
    assert {row.id for row in places(db, scope, PlaceKind.CLUSTER)} == {bannu.id}
    for hidden in (lakki.id, "T/B2.", "T/B2.C01.L1.", "A/KP.LAKKI."):
        with pytest.raises(NotFound):
            place(db, scope, hidden)
        with pytest.raises(NotFound):
            schools_of(db, scope, hidden)
        with pytest.raises(NotFound):
            schools_on(db, scope, hidden, build.SINCE)
    other = build.schools_of(db, lakki)[0]
    for hidden in (other.id, other.code):
        with pytest.raises(NotFound):
            school(db, scope, hidden)


def test_a_draft_that_holds_one_school_of_another_district_is_not_seen(db, two_districts):
    formation = form([row.site() for row in schools_to_plan(db, ALL)], steps=0)
    draft_id = save_draft(db, ALL, "both", formation, RULES)
    for path in ("KP.BANNU.", "KP.LAKKI."):
        scope = build.scope_at(build.area(db, path))
        assert drafts(db, scope) == ()
        with pytest.raises(NotFound):
            draft(db, scope, draft_id)
    province = build.scope_at(build.area(db, "KP."))
    assert [row.id for row in drafts(db, province)] == [draft_id]
    assert len(draft(db, province, draft_id).schools) == 53


def test_whoever_holds_nothing_sees_nothing(db, two_districts):
    nobody = Scope(7, ())
    assert (schools(db, nobody), clusters(db, nobody), places(db, nobody), drafts(db, nobody)) == ((), (), (), ())


def test_names_of_paths_are_no_patterns(db):
    build.school(db, admin_path="KP.BANNU_1.")
    build.school(db, admin_path="KP.BANNUX1.")
    scope = Scope(1, (Held("A", "KP.BANNU_1.", "education_manager"),))
    assert [row.admin_path for row in schools(db, scope)] == ["KP.BANNU_1."]


def test_a_place_is_found_by_id_and_by_address(db, two_districts):
    bannu, _ = two_districts
    row = place(db, ALL, bannu.id)
    assert row == place(db, ALL, "t/b1.c01.l1") == place(db, ALL, row.address)
    assert (row.name, row.kind, row.address) == ("Kakki", PlaceKind.CLUSTER, "T/B1.C01.L1.")
    with pytest.raises(NotFound):
        place(db, ALL, "Kakki")


def test_the_trail_leads_up_as_far_as_the_scope_goes(db, two_districts):
    bannu, _ = two_districts
    row = place(db, ALL, bannu.id)
    assert [step.path for step in trail(db, ALL, row)] == ["B1.", "B1.C01.", "B1.C01.L1."]
    circle = Scope(1, (Held("T", "B1.C01.", "circle_trainer"),))
    assert [step.path for step in trail(db, circle, row)] == ["B1.C01.", "B1.C01.L1."]


def test_schools_are_listed_by_place_of_either_tree(db, two_districts):
    bannu, _ = two_districts
    assert len(schools_of(db, ALL, "T/B2.")) == len(schools_of(db, ALL, "A/KP.LAKKI.")) == 27
    assert len(schools_of(db, ALL, "A/KP.")) == len(schools_of(db, ALL, "T/")) == 53
    assert len(schools_of(db, ALL, place(db, ALL, bannu.id))) == 26
    unplaced = build.school(db)
    assert unplaced.code not in {row.code for row in schools_of(db, ALL, "T/")}


def test_clusters_stand_in_the_order_of_the_tree(db):
    circle = build.circle(db)
    for number in range(11):
        build.cluster(db, 1, in_circle=circle, segment=f"L{11 - number}")
    assert [row.path for row in clusters(db, ALL)] == [f"B1.C01.L{number}." for number in range(1, 12)]
    assert in_order("") < in_order("B1.") < in_order("B2.") < in_order("B10.")


def test_a_school_to_plan_says_its_areas_by_name_and_rank(db):
    build.school(db, code="1", admin_path="KP.BANNU.DOMEL.KAKKI.", gender=SchoolGender.GIRLS)
    build.school(db, code="2", admin_path="")
    first, second = schools_to_plan(db, ALL)
    assert first.areas == ("Kp", "Bannu", "Domel", "Kakki")
    assert second.areas == ("", "", "", "")
    assert first.site(["gender", "tehsil"]).stratum == ("girls", "Domel")
    assert second.site(["zone", "district"]).stratum == ("", "")
    assert [row.code for row in schools_to_plan(db, ALL, codes=["2", "9"])] == ["2"]


def test_every_stratum_field_is_one_a_school_has(db):
    build.school(db)
    (row,) = schools_to_plan(db, ALL)
    assert isinstance(row, SchoolToPlan)
    assert len(row.site(STRATA_FIELDS).stratum) == len(STRATA_FIELDS)
