"""An accepted plan keeps what can be kept, and no path is ever given twice."""

from collections import defaultdict
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from clusters.structure.succession import Planned, Standing, Succession, succeed


def plan_of(key, schools, host=None):
    return Planned(key, schools[0] if host is None else host, frozenset(schools))


def cluster_of(number, path, schools, host=None):
    """A standing cluster; places above it get their ids from their paths."""
    block, circle, _ = path.split(".")[:3]
    return Standing(
        number,
        path,
        1000 + int(block[1:]) * 100 + int(circle[1:]),
        f"{block}.{circle}.",
        2000 + int(block[1:]),
        f"{block}.",
        schools[0] if host is None else host,
        frozenset(schools),
    )


def test_a_first_plan_stands_where_it_was_drawn():
    found = succeed([plan_of((1, 1, 1), [1, 2]), plan_of((1, 2, 1), [3, 4]), plan_of((2, 1, 1), [5])], [], [""])
    assert [seat.path for seat in found.clusters.values()] == ["B1.C01.L1.", "B1.C02.L1.", "B2.C01.L1."]
    assert {seat.place_id for seat in [*found.blocks.values(), *found.circles.values()]} == {None}
    assert found.closing == ()


def test_the_same_plan_again_changes_nothing():
    standing = [cluster_of(11, "B1.C01.L1.", [1, 2]), cluster_of(12, "B1.C01.L2.", [3, 4])]
    found = succeed(
        [plan_of((7, 3, 1), [3, 4]), plan_of((7, 3, 2), [1, 2])],
        standing,
        ["B1.", "B1.C01.", "B1.C01.L1.", "B1.C01.L2."],
    )
    assert (found.clusters[7, 3, 2].place_id, found.clusters[7, 3, 2].path) == (11, "B1.C01.L1.")
    assert (found.clusters[7, 3, 1].place_id, found.clusters[7, 3, 1].path) == (12, "B1.C01.L2.")
    assert (found.circles[7, 3].path, found.blocks[7].path) == ("B1.C01.", "B1.")
    assert found.closing == ()


def test_a_cluster_goes_on_with_its_host_even_when_most_schools_leave():
    standing = [cluster_of(11, "B1.C01.L1.", [1, 2, 3, 4, 5])]
    found = succeed(
        [plan_of((1, 1, 1), [2, 3, 4, 5]), plan_of((1, 1, 2), [1, 9])], standing, ["B1.", "B1.C01.", "B1.C01.L1."]
    )
    assert found.clusters[1, 1, 2].place_id == 11
    assert found.clusters[1, 1, 1].place_id is None
    assert found.clusters[1, 1, 1].path == "B1.C01.L2."


def test_a_cluster_whose_host_leaves_goes_on_where_most_of_its_schools_stay():
    standing = [cluster_of(11, "B1.C01.L1.", [1, 2, 3, 4])]
    found = succeed([plan_of((1, 1, 1), [2, 3, 4, 9], host=9)], standing, ["B1.", "B1.C01.", "B1.C01.L1."])
    assert found.clusters[1, 1, 1].place_id == 11
    assert found.closing == ()


def test_a_circle_with_clusters_outside_the_plan_is_left_alone():
    standing = [cluster_of(11, "B1.C01.L1.", [1, 2]), cluster_of(12, "B1.C01.L2.", [3, 4])]
    found = succeed([plan_of((1, 1, 1), [1, 2])], standing, ["B1.", "B1.C01.", "B1.C01.L1.", "B1.C01.L2."])
    assert found.circles[1, 1].place_id is None
    assert found.circles[1, 1].path == "B1.C02."
    assert (found.clusters[1, 1, 1].place_id, found.clusters[1, 1, 1].path) == (11, "B1.C02.L1.")


def test_a_cluster_that_only_held_schools_left_out_closes():
    standing = [cluster_of(11, "B1.C01.L1.", [1, 2])]
    found = succeed([plan_of((1, 1, 1), [7, 8])], standing, ["B1.", "B1.C01.", "B1.C01.L1."], unplaced=[1, 2])
    assert found.closing == (11,)


def drawn(rng, schools):
    """A random plan of these schools: clusters of two or three, circles of two, blocks of two circles."""
    rng.shuffle(schools)
    planned, at = [], 0
    while at < len(schools):
        members = schools[at : at + rng.choice((2, 3))]
        number = len(planned)
        planned.append(plan_of((number // 4 + 1, number // 2 % 2 + 1, number % 2 + 1), members))
        at += len(members)
    return planned


def accepted(found: Succession, planned, ids):
    """What stands after a succession, with new ids for new places."""

    def known(seat, kind):
        return seat.place_id if seat.place_id is not None else ids.setdefault((kind, seat.path), 10_000 + len(ids))

    return [
        Standing(
            known(found.clusters[plan.key], "L"),
            found.clusters[plan.key].path,
            known(found.circles[plan.key[:2]], "C"),
            found.circles[plan.key[:2]].path,
            known(found.blocks[plan.key[0]], "B"),
            found.blocks[plan.key[0]].path,
            plan.host,
            plan.schools,
        )
        for plan in planned
    ]


@given(st.integers(0, 10_000), st.lists(st.integers(6, 24), min_size=2, max_size=6))
def test_after_any_number_of_plans_paths_nest_and_none_ever_belonged_to_another_place(seed, sizes):
    rng = Random(seed)
    standing, used, owner, ids = [], {""}, {}, {}
    for size in sizes:
        planned = drawn(rng, list(range(size)))
        unplaced = {school for cluster in standing for school in cluster.schools} - set(range(size))
        found = succeed(planned, standing, used, unplaced)
        before = {cluster.id for cluster in standing}
        standing = accepted(found, planned, ids)
        now = {(cluster.id, cluster.path) for cluster in standing}
        now |= {(cluster.circle_id, cluster.circle_path) for cluster in standing}
        now |= {(cluster.block_id, cluster.block_path) for cluster in standing}
        paths = defaultdict(set)
        for place, path in now:
            paths[path].add(place)
            assert owner.setdefault(path, place) == place
        assert all(len(places) == 1 for places in paths.values())
        assert len({place for place, _ in now}) == len(now)
        for cluster in standing:
            assert cluster.path.startswith(cluster.circle_path)
            assert cluster.circle_path.startswith(cluster.block_path)
            assert (cluster.block_path.count("."), cluster.circle_path.count("."), cluster.path.count(".")) == (1, 2, 3)
        assert before - {cluster.id for cluster in standing} == set(found.closing)
        used |= {path for _, path in now}
