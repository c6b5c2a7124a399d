"""The published networks give the figures that R's sna and igraph give, through the real command."""

import csv
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from cop.cli import cop

HERE = Path(os.environ.get("COP_SHARED_DATA", Path(__file__).parents[3] / "../shared/data")) / "networks"
ROLES = {"coordinator": 0, "itinerant": 1, "representative": 2, "gatekeeper": 3, "liaison": 4}
"""Where sna::brokerage keeps each role in a row of raw_nli."""


def analysed(*arguments):
    done = CliRunner().invoke(cop, ["network", "analyse", *map(str, arguments), "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module", params=["ht_advice", "flo_marriage", "karate"])
def network(request):
    """What is expected of a published network, and what the command prints, by the ids in the reference's order."""
    if not (HERE / "reference.json").exists():
        pytest.skip("the reference networks are not here: set COP_SHARED_DATA")
    name = request.param
    expected = json.loads((HERE / "reference.json").read_text())[name]
    nodes = HERE / f"{name}_nodes.csv"
    with nodes.open(newline="") as opened:
        ids = [row["id"] for row in csv.DictReader(opened)]
    options = [] if expected["directed"] else ["--undirected"]
    if "brokerage" in expected:
        options += ["--group", expected["brokerage"]["group_attr"]]
    return expected, analysed(HERE / f"{name}_edges.csv", "--nodes", nodes, *options), ids


def test_counts_are_those_of_the_reference(network):
    expected, found, _ = network
    assert found["nodes"] == expected["n"]
    assert (found["edges"], found["loops"], found["repeated"]) == (
        expected["edges_simple"], expected["loops"], expected["multi"],
    )  # fmt: skip
    assert (found["weak_components"], found["isolates"]) == (expected["weak_components"], expected["isolates"])
    assert found["weak_component_sizes"] == list(
        sorted([expected["weak_sizes"]] if isinstance(expected["weak_sizes"], int) else expected["weak_sizes"])[::-1]
    )


def test_density_and_reciprocity_are_those_of_the_reference(network):
    expected, found, _ = network
    assert found["density"] == pytest.approx(expected["density"], abs=1e-6)
    assert found["reciprocity"] == pytest.approx(expected["reciprocity"], abs=1e-6)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("in_degree", "indegree"),
        ("out_degree", "outdegree"),
        ("betweenness", "betweenness_sna"),
        ("constraint", "burt_constraint_igraph_binary"),
        ("core_number", "coreness_all"),
    ],
)
def test_figures_of_each_person_are_those_of_the_reference(network, ours, theirs):
    expected, found, ids = network
    assert set(found[ours]) == set(ids)
    for who, figure in zip(ids, expected[theirs], strict=True):
        assert found[ours][who] == (None if figure is None else pytest.approx(figure, abs=1e-6)), who


def test_articulation_points_are_those_of_the_reference(network):
    expected, found, _ = network
    points = expected["articulation_points_undirected"]
    assert set(found["articulation_points"]) == {str(at) for at in (points if isinstance(points, list) else [points])}


def test_the_triad_census_is_that_of_the_reference(network):
    expected, found, _ = network
    if expected["triad_census_sna"] is None:
        assert sum(found["triad_census"].values()) == expected["n"] * (expected["n"] - 1) * (expected["n"] - 2) // 6
    else:
        assert found["triad_census"] == expected["triad_census_sna"]


def test_brokerage_is_that_of_the_reference(network):
    expected, found, ids = network
    if "brokerage" not in expected:
        assert found["brokerage"] is None
        return
    for who, row in zip(ids, expected["brokerage"]["raw_nli"], strict=True):
        assert found["brokerage"][who] == {role: row[at] for role, at in ROLES.items()}, who
