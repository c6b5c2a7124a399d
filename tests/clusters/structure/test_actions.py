"""A draft of clusters is accepted from a day, places go on where they can, and the past stays as it was."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from clusters.kernel.audit import Actor, AuditEntry
from clusters.kernel.clock import today
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.kernel.facts import react
from clusters.scope import Held, Scope
from clusters.structure.actions import (
    accept_draft,
    apply_due_drafts,
    discard_draft,
    draft_of_step,
    found_programme,
    grow_areas,
    place_schools,
    save_draft,
    seats_follow,
    take_acceptance_back,
)
from clusters.structure.facts import SchoolsPlaced
from clusters.structure.formation import form
from clusters.structure.models import ClusterDraft, ClusterDraftStep, Place, Placement, Programme, School
from clusters.structure.queries import clusters, draft, drafts, place, places, programme, schools_on, schools_to_plan
from clusters.structure.rules import Band, PlaceKind, Tree
from tests import build

ALL = Scope.everywhere()
RULES = {"min": 25, "max": 35, "circle_min": 3, "circle_max": 4, "strata": [], "seed": 1, "waive": None}


def unplaced_schools(db, count, admin_path="KP.BANNU.", south=32.6):
    return [
        build.school(db, admin_path=admin_path, at=(south + 0.02 * (number // 10), 70.4 + 0.02 * (number % 10)))
        for number in range(count)
    ]


def drafted(db, scope=ALL, *, rules=None, name="April", schools=None, seed=1):
    chosen = schools_to_plan(db, scope) if schools is None else schools
    made_by = {**RULES, "seed": seed, **(rules or {})}
    formation = form([school.site(made_by["strata"]) for school in chosen], seed=seed, waive=made_by["waive"], steps=0)
    return save_draft(db, scope, name, formation, made_by)


def placed(db):
    return dict(db.execute(select(School.code, School.training_path)).all())


def test_founding_makes_the_programme_and_its_root_once(db):
    root = found_programme(db, ALL, "  PEP-ILE  Bannu ")
    assert programme(db, ALL).name == "PEP-ILE Bannu"
    assert place(db, ALL, "T/").id == root
    with pytest.raises(Conflict) as refused:
        found_programme(db, ALL, "Another")
    assert refused.value.values == {"name": "PEP-ILE Bannu"}


def test_only_an_administrator_of_the_whole_founds(db):
    with pytest.raises(NotAllowed):
        found_programme(db, Scope(1, (Held("T", "", "education_manager"),)), "Bannu")
    with pytest.raises(Invalid):
        found_programme(db, ALL, "  ")
    assert programme(db, ALL) is None


def test_a_programme_that_came_with_its_first_clusters_gets_its_name_later(db):
    unplaced_schools(db, 30)
    accept_draft(db, ALL, drafted(db))
    found_programme(db, ALL, "Bannu", invented=True)
    assert (programme(db, ALL).name, programme(db, ALL).invented) == ("Bannu", True)
    assert db.scalar(select(func.count()).select_from(Programme)) == 1


def test_areas_grow_once_from_any_spelling(db):
    rows = [
        ("Khyber Pakhtunkhwa", "Bannu", "Domel", "Kakki-1"),
        ("KPK", "BANNU", " domel ", "KAKKI 1"),
        ("KP", "Bannu", None, None),
        ("KP", "بنوں", None, "Hathi Khel"),
        (None, None, None, None),
    ]
    paths = grow_areas(db, ALL, rows)
    assert paths == ["KP.BANNU.DOMEL.KAKKI_1."] * 2 + ["KP.BANNU.", "KP.BNWN.HATHI_KHEL.", ""]
    before = db.scalar(select(func.count()).select_from(Place))
    assert grow_areas(db, ALL, rows) == paths
    assert db.scalar(select(func.count()).select_from(Place)) == before == 6


def test_an_area_without_its_province_is_found_where_it_is_the_only_one_of_its_name(db):
    assert grow_areas(db, ALL, [("KP", "Bannu", "Domel", None), ("KP", "Lakki", "Domel", None)]) == [
        "KP.BANNU.DOMEL.",
        "KP.LAKKI.DOMEL.",
    ]
    assert grow_areas(db, ALL, [(None, "Bannu", "Kakki", None)]) == ["KP.BANNU.KAKKI."]
    assert grow_areas(db, ALL, [(None, None, "Domel", None)]) == ["DOMEL."]


def test_names_that_make_the_same_segment_get_different_ones(db):
    paths = grow_areas(db, ALL, [("KP", "تل", None, None), ("KP", "طل", None, None)])
    assert sorted(paths) == ["KP.TL.", "KP.TL_2."]
    assert grow_areas(db, ALL, [("KP", "طل", None, None)]) == paths[1:]


def test_accepting_builds_blocks_circles_and_clusters_from_today(db):
    unplaced_schools(db, 120)
    draft_id = drafted(db)
    done = accept_draft(db, ALL, draft_id)
    assert (done.schools, done.clusters, done.circles, done.moved, done.closed) == (120, 4, 1, 0, 0)
    rows = clusters(db, ALL)
    assert [row.path for row in rows] == ["B1.C01.L1.", "B1.C01.L2.", "B1.C01.L3.", "B1.C01.L4."]
    assert sum(row.schools for row in rows) == 120
    assert all(25 <= row.schools <= 35 for row in rows)
    assert all(row.host_school_id for row in rows)
    assert len({row.name for row in rows}) == 4
    assert all("GPS" not in row.name for row in rows)
    plan = {row.code: f"{row.cluster}." for row in draft(db, ALL, draft_id).plan()}
    assert placed(db) == plan
    assert [len(schools_on(db, ALL, row.id, today(db))) for row in rows] == [row.schools for row in rows]
    assert {len(schools_on(db, ALL, row.id, today(db) - timedelta(days=1))) for row in rows} == {0}


def test_accepting_notes_one_fact_and_lets_seats_follow_the_hosts(db):
    unplaced_schools(db, 60, "KP.BANNU.DOMEL.")
    unplaced_schools(db, 60, "KP.BANNU.KAKKI.", south=33.6)
    noted = []
    accept_draft(db, ALL, drafted(db, rules={"strata": ["tehsil"]}), date(2026, 3, 1))
    react(db, {SchoolsPlaced: (lambda db, fact: noted.append(fact),)})
    assert noted == [SchoolsPlaced(date(2026, 3, 1))]
    assert {row.seat_path for row in places(db, ALL, PlaceKind.CLUSTER)} == {"KP.BANNU.DOMEL.", "KP.BANNU.KAKKI."}
    assert {row.seat_path for row in places(db, ALL, PlaceKind.BLOCK)} <= {"KP.BANNU.", "KP.BANNU.DOMEL."}
    assert place(db, ALL, "T/").seat_path == "KP.BANNU."


def test_the_same_plan_accepted_again_moves_nobody(db):
    unplaced_schools(db, 120)
    accept_draft(db, ALL, drafted(db))
    before = placed(db), [(row.id, row.path, row.name) for row in places(db, ALL)]
    again = accept_draft(db, ALL, drafted(db, name="again"))
    assert (again.kept, again.closed, again.moved) == (4, 0, 0)
    assert (placed(db), [(row.id, row.path, row.name) for row in places(db, ALL)]) == before


def test_a_new_plan_keeps_the_clusters_whose_host_stays_and_remembers_where_schools_stood(db, unit, clock):
    first = unplaced_schools(db, 90)
    accept_draft(db, ALL, drafted(db))
    old = {row.host_school_id: row for row in clusters(db, ALL)}
    old_paths = placed(db)
    unplaced_schools(db, 40, south=32.9)
    clock.advance(days=30)
    with unit(Actor("test")) as later:
        done = accept_draft(later, ALL, drafted(later, name="May", seed=5))
        rows = clusters(later, ALL)
        assert done.clusters == len(rows) == 4
        for row in rows:
            if row.host_school_id in old:
                assert row.id == old[row.host_school_id].id
        assert done.kept == len({row.id for row in rows} & {row.id for row in old.values()})
        assert {row.path for row in rows} == {path for path in placed(later).values() if path}
        then = {
            school.code: cluster.path
            for cluster in old.values()
            for school in schools_on(later, ALL, cluster.id, today(later) - timedelta(days=1))
        }
        assert then == old_paths
        assert len(then) == len(first)
        there = {school.id: school.code for school in first}
        ids = {row.path: row.id for row in rows}
        before = {code: next(row.id for row in old.values() if row.path == path) for code, path in old_paths.items()}
        after = {code: ids[path] for code, path in placed(later).items()}
        assert done.moved == sum(before[code] != after[code] for code in there.values())


def test_a_cluster_that_nobody_needs_any_more_closes_and_its_path_stays_its_own(db, unit, clock):
    unplaced_schools(db, 90)
    accept_draft(db, ALL, drafted(db))
    gone = db.scalars(select(School.id).order_by(School.id).limit(55)).all()
    clock.advance(days=10)
    with unit(Actor("test")) as later:
        later.execute(update(Place).where(Place.host_school_id.in_(gone)).values(host_school_id=None))
        later.execute(delete(School).where(School.id.in_(gone)))
        done = accept_draft(later, ALL, drafted(later, name="fewer"))
        assert done.clusters == 1
        assert done.closed == 3 - done.kept
        closed = later.scalars(select(Place).where(Place.kind == PlaceKind.CLUSTER, Place.closed_on.is_not(None))).all()
        assert {row.closed_on for row in closed} == {today(later)}
        assert {row.path for row in closed}.isdisjoint(placed(later).values())
        paths = later.scalars(select(Place.path).where(Place.tree == Tree.TRAINING)).all()
        assert len(paths) == len(set(paths))


def test_a_draft_is_accepted_once(db):
    unplaced_schools(db, 30)
    draft_id = drafted(db)
    accept_draft(db, ALL, draft_id)
    with pytest.raises(Conflict) as refused:
        accept_draft(db, ALL, draft_id)
    assert refused.value.key == "draft_not_open"
    with pytest.raises(Conflict):
        discard_draft(db, ALL, draft_id)


def test_a_draft_older_than_another_acceptance_of_its_schools_is_refused(db, unit, clock):
    unplaced_schools(db, 30)
    older = drafted(db, name="older")
    clock.advance(hours=1)
    with unit(Actor("test")) as later:
        accept_draft(later, ALL, drafted(later, name="newer"))
        with pytest.raises(Conflict) as refused:
            accept_draft(later, ALL, older)
        assert (refused.value.key, refused.value.values["other"]) == ("draft_base_changed", "newer")


def test_a_draft_of_schools_that_were_since_removed_is_refused(db):
    schools = unplaced_schools(db, 60)
    draft_id = drafted(db)
    db.execute(delete(School).where(School.id == schools[7].id))
    with pytest.raises(Conflict) as refused:
        accept_draft(db, ALL, draft_id)
    assert (refused.value.key, refused.value.values["schools"]) == ("draft_schools_gone", 1)
    assert set(placed(db).values()) == {None}


def test_a_draft_whose_schools_have_moved_on_the_map_is_refused_in_words(db):
    schools = unplaced_schools(db, 60)
    draft_id = drafted(db)
    schools[3].lat = 35.0
    db.flush()
    with pytest.raises(Conflict) as refused:
        accept_draft(db, ALL, draft_id)
    assert refused.value.key == "draft_breaks_rules"
    assert schools[3].code in refused.value.values["first"]


def test_clusters_outside_the_band_are_accepted_only_with_a_reason(db):
    unplaced_schools(db, 40)
    formation = form([school.site() for school in schools_to_plan(db, ALL)], waive="hills", steps=0)
    unexplained = save_draft(db, ALL, "no reason", replace(formation, outside_band=(), circles_outside_band=()), RULES)
    with pytest.raises(Conflict) as refused:
        accept_draft(db, ALL, unexplained)
    assert refused.value.key == "draft_breaks_rules"
    assert accept_draft(db, ALL, unexplained, waive="two valleys without a road").clusters == 1
    reasons = db.scalars(select(AuditEntry.why).where(AuditEntry.verb == "put in place")).all()
    assert reasons == ["two valleys without a road"]


def test_a_plan_that_would_tear_a_cluster_apart_is_refused(db):
    unplaced_schools(db, 60)
    accept_draft(db, ALL, drafted(db))
    half = [school for school in schools_to_plan(db, ALL) if school.training_path == "B1.C01.L1."][:-2]
    other = [school for school in schools_to_plan(db, ALL) if school.training_path == "B1.C01.L2."]
    draft_id = drafted(db, schools=[*half, *other], name="part")
    with pytest.raises(Conflict) as refused:
        accept_draft(db, ALL, draft_id)
    assert (refused.value.key, refused.value.values["left"]) == ("draft_leaves_schools", 2)


def test_the_past_is_not_rewritten(db, unit, clock):
    unplaced_schools(db, 60)
    accept_draft(db, ALL, drafted(db))
    began = today(db)
    clock.advance(days=20)
    with unit(Actor("test")) as later:
        draft_id = drafted(later, name="May")
        with pytest.raises(Conflict) as refused:
            accept_draft(later, ALL, draft_id, began - timedelta(days=3))
        assert refused.value.values["earliest"] == began
        assert accept_draft(later, ALL, draft_id, began).moved == 0
        assert later.scalar(select(func.count()).select_from(Placement).where(Placement.tree == Tree.TRAINING)) == 60


def test_a_draft_accepted_for_a_later_day_waits_for_it(db, unit, clock):
    unplaced_schools(db, 60)
    draft_id = drafted(db)
    day = today(db) + timedelta(days=5)
    assert accept_draft(db, ALL, draft_id, day).state == "waiting"
    assert set(placed(db).values()) == {None}
    assert apply_due_drafts(db, ALL) == {"applied": 0, "blocked": 0}
    clock.advance(days=6)
    with unit(Actor("job")) as later:
        assert apply_due_drafts(later, ALL) == {"applied": 1, "blocked": 0}
        assert None not in placed(later).values()
        assert set(later.scalars(select(func.lower(Placement.during)).where(Placement.tree == "T"))) == {day}
        assert draft(later, ALL, draft_id).state == "accepted"
        assert apply_due_drafts(later, ALL) == {"applied": 0, "blocked": 0}


def test_an_acceptance_can_be_taken_back_until_its_day(db, unit, clock):
    unplaced_schools(db, 60)
    draft_id = drafted(db)
    accept_draft(db, ALL, draft_id, today(db) + timedelta(days=5))
    with pytest.raises(Conflict):
        discard_draft(db, ALL, draft_id)
    take_acceptance_back(db, ALL, draft_id)
    assert draft(db, ALL, draft_id).state == "draft"
    clock.advance(days=6)
    with unit(Actor("job")) as later:
        assert apply_due_drafts(later, ALL) == {"applied": 0, "blocked": 0}
        discard_draft(later, ALL, draft_id)
        assert drafts(later, ALL) == ()
        with pytest.raises(NotFound):
            draft(later, ALL, draft_id)


def test_a_waiting_draft_that_no_longer_fits_is_stopped_with_its_reason(db, unit, clock):
    schools = unplaced_schools(db, 60)
    draft_id = drafted(db)
    accept_draft(db, ALL, draft_id, today(db) + timedelta(days=1))
    schools[0].lat = 36.0
    db.flush()
    clock.advance(days=2)
    with unit(Actor("job")) as later:
        assert apply_due_drafts(later, ALL) == {"applied": 0, "blocked": 1}
        stopped = draft(later, ALL, draft_id)
        assert stopped.state == "blocked"
        assert stopped.summary["blocked"]["key"] == "draft_breaks_rules"
        assert set(placed(later).values()) == {None}


def test_a_manager_plans_her_own_district_only(db):
    unplaced_schools(db, 30, "KP.BANNU.")
    unplaced_schools(db, 30, "KP.LAKKI.", south=33.6)
    hers = build.scope_at(build.area(db, "KP.BANNU."))
    draft_id = drafted(db, hers)
    assert {school.admin_path for school in draft(db, hers, draft_id).schools} == {"KP.BANNU."}
    accept_draft(db, hers, draft_id)
    assert sum(path is None for path in placed(db).values()) == 30
    other = build.scope_at(build.area(db, "KP.LAKKI."))
    with pytest.raises(NotFound):
        accept_draft(db, other, draft_id)
    with pytest.raises(Conflict):
        save_draft(db, hers, "all", form([s.site() for s in schools_to_plan(db, ALL)]), RULES)


def test_who_may_not_plan_sees_schools_but_makes_no_draft(db):
    unplaced_schools(db, 30)
    monitor = Scope(5, (Held("A", "KP.BANNU.", "monitor"),))
    formation = form([school.site() for school in schools_to_plan(db, monitor)])
    with pytest.raises(NotAllowed):
        save_draft(db, monitor, "mine", formation, RULES)
    draft_id = drafted(db)
    with pytest.raises(NotFound):
        draft(db, monitor, draft_id)
    with pytest.raises(Invalid):
        save_draft(db, ALL, "empty", form([]), RULES)


def test_seats_follow_a_host_school_that_came_to_lie_elsewhere(db):
    cluster = build.cluster(db, 25, admin_path="KP.BANNU.")
    lakki = build.area(db, "KP.LAKKI.")
    place_schools(db, Tree.ADMINISTRATIVE, {cluster.host_school_id: lakki.id}, today(db))
    seats_follow(db, SchoolsPlaced(today(db)))
    assert {row.seat_path for row in places(db, ALL) if row.tree is Tree.TRAINING} == {"KP.LAKKI."}
    assert db.get(School, cluster.host_school_id).admin_path == "KP.LAKKI."
    stood = select(Placement.place_id).where(
        Placement.school_id == cluster.host_school_id,
        Placement.tree == Tree.ADMINISTRATIVE,
        Placement.during.op("@>")(today(db) - timedelta(days=1)),
    )
    assert db.scalar(stood) == build.area(db, "KP.BANNU.").id


def test_every_draft_keeps_its_name_rules_and_figures(db):
    unplaced_schools(db, 60)
    draft_id = drafted(db, name="With care", rules={"strata": ["gender"]})
    kept = draft(db, ALL, draft_id)
    assert (kept.name, kept.rules["strata"], kept.summary["clusters"], len(kept.schools)) == (
        "With care",
        ["gender"],
        2,
        60,
    )
    assert db.get(ClusterDraft, draft_id).state == "draft"
    assert {row.host for row in kept.plan()} == {school.code for school in kept.schools if school.host}


def test_a_bound_is_not_said_of_a_plan_on_the_way_with_other_numbers_of_clusters_in_a_stratum(db):
    for number, school in enumerate(unplaced_schools(db, 80)):
        school.zone = "winter" if number < 40 else "summer"
    db.flush()
    sites = [school.site(["zone"]) for school in schools_to_plan(db, ALL)]
    rules = {**RULES, "min": 5, "max": 8, "strata": ["zone"]}
    of = save_draft(db, ALL, "April", form(sites, band=Band(5, 8), steps=30), rules)
    stood = draft(db, ALL, of)
    assert stood.summary["lower_bound_km"]
    zones = {site.code: site.stratum for site in sites}
    many = Counter(zones[school.code] for school in stood.schools if school.host)

    def step(number, one_more):
        clusters = []
        for (zone, count), more in zip(sorted(many.items()), (one_more, -one_more), strict=True):
            codes = sorted(code for code in zones if zones[code] == zone)
            for part in range(count + more):
                mine = codes[len(codes) * part // (count + more) : len(codes) * (part + 1) // (count + more)]
                clusters.append([1, 1 + len(clusters) // 4, 1 + len(clusters) % 4, mine[0], mine])
        db.add(ClusterDraftStep(draft_id=of, number=number, changed=number, mean_km=1.0, clusters=clusters))
        db.flush()
        return draft(db, ALL, draft_of_step(db, ALL, of, number, "On the way")).summary

    assert step(1, 0)["lower_bound_km"] == stood.summary["lower_bound_km"]
    other = step(2, 1)
    assert other["clusters"] == stood.summary["clusters"]
    assert (other["lower_bound_km"], other["gap_percent"]) == (None, None)
