"""Networks of analysts' own files through the real command: messy files, bad ones, times, adoptions, the way out."""

import json

import networkx as nx
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from clusters.kernel.audit import AuditEntry
from clusters.people.models import Person
from cop.cli import cop
from cop.network.files import read_edges
from tests import build
from tests.cop.network.conftest import give, say

KEYS = {
    "nodes", "edges", "loops", "repeated", "density", "reciprocity", "weak_components", "isolates", "in_degree",
    "out_degree", "betweenness", "constraint", "core_number", "articulation_points", "triad_census", "brokerage",
    "core_periphery", "communities", "modularity",
}  # fmt: skip
"""What the contract promises; more may stand beside it."""


@pytest.fixture
def file(tmp_path):
    """Writes a file of these bytes or letters, and gives its path."""

    def write(content, name="EDGES.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def network(*arguments):
    """Code, document and words of `cop network ... --json`; none of these commands opens a database."""
    asked = ["network", *map(str, arguments), "--json"]
    done = CliRunner().invoke(cop, asked, catch_exceptions=False, env={"COP_DATABASE_URL": "postgresql://nowhere/none"})
    return done.exit_code, json.loads(done.stdout), done.stderr


def analysed(*arguments):
    code, document, told = network("analyse", *arguments)
    assert (code, told) == (0, "")
    return document


def test_every_figure_of_the_contract_is_there_and_per_person_ones_are_by_id(file):
    found = analysed(file("source,target\na,b\nb,c\n"))
    assert set(found) >= KEYS
    for name in ("in_degree", "out_degree", "betweenness", "constraint", "core_number"):
        assert set(found[name]) == {"a", "b", "c"}
    assert found["betweenness"] == {"a": 0, "b": 1, "c": 0}
    assert found["brokerage"] is None
    assert set(found["core_periphery"]) >= {"fit", "core", "method"}


@pytest.mark.parametrize(
    "content",
    [
        "a,b\nb,c\n",
        "source,target\na,b\nb,c\n",
        "from;to\r\na;b\r\n\r\nb;c\r\n",
        "﻿ego\talter\na\tb\nb\tc",
        '"a","b"\n\n"b","c"\n\n',
        "person_from,person_to,weight\na,b,3\nb,c,1\n",
        "  a , b \n,,\nb,c",
        "who,whom,weight\na,b,1.5\nb,c,2\n",
        "Source;Target;Note\na;b;one, two\nb;c;\n",
    ],
)
def test_headers_delimiters_quotes_blank_lines_and_marks_are_understood(file, content):
    found = analysed(file(content))
    assert found["out_degree"] == {"a": 1, "b": 1, "c": 0}
    assert (found["nodes"], found["edges"], found["loops"], found["repeated"]) == (3, 2, 0, 0)


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ("x,y\n007,7\n7,0070\n", {"007", "7", "0070"}),
        ("007,7\n7,0070\n", {"007", "7", "0070"}),
        ("node1,node2\nnode2,node3\n", {"node1", "node2", "node3"}),
        ("node1,node2\n4,5\n", {"4", "5"}),
        ("V1,V2\n1,2\n", {"1", "2"}),
        ("V1,V2\nV2,V3\n", {"V1", "V2", "V3"}),
        ("T01,T02\n", {"T01", "T02"}),
        ("source,target\n", set()),
        ("node,node\nnode1,node2\n", {"node1", "node2"}),
        ("نور,گل\nگل,Zarghuna Bibi\n", {"نور", "گل", "Zarghuna Bibi"}),
    ],
)
def test_ids_stay_as_they_are_written_and_a_first_row_of_them_is_no_header(file, content, ids):
    assert set(analysed(file(content))["in_degree"]) == ids


def test_loops_are_dropped_and_repeats_become_one_and_both_are_counted(file):
    found = analysed(file("a,b\na,b\na,b\nb,a\nc,c\nc,c\n"))
    assert (found["edges"], found["loops"], found["repeated"], found["nodes"]) == (2, 2, 2, 3)
    assert found["reciprocity"] == 1
    assert found["isolates"] == 1
    undirected = analysed(file("a,b\na,b\na,b\nb,a\nc,c\nc,c\n"), "--undirected")
    assert (undirected["edges"], undirected["loops"], undirected["repeated"]) == (1, 2, 3)


def test_persons_without_ties_are_isolates_and_isolates_have_no_constraint(file):
    edges, nodes = file("a,b\n"), file("id,school\na,1\nz,2\ny,1\n", "NODES.csv")
    found = analysed(edges, "--nodes", nodes)
    assert (found["nodes"], found["isolates"], found["weak_components"]) == (4, 2, 3)
    assert (found["constraint"]["z"], found["constraint"]["a"]) == (None, 1)


def test_repeats_weigh_in_constraint_only_when_asked(file):
    edges = file("a,b\na,b\na,b\na,c\n")
    assert analysed(edges)["constraint"]["a"] == pytest.approx(0.5)
    assert analysed(edges, "--weighted")["constraint"]["a"] == pytest.approx(0.75**2 + 0.25**2)
    heavy = file("from,to,hours\na,b,3\na,c,1\n")
    assert analysed(heavy, "--weight", "hours")["constraint"]["a"] == pytest.approx(0.75**2 + 0.25**2)
    comma = file("from;to;hours\na;b;1,5\na;c;0,5\n")
    assert analysed(comma, "--weight", "hours")["constraint"]["a"] == pytest.approx(0.75**2 + 0.25**2)
    for wrong in ("0", "-1", "much", "nan", "inf", ""):
        code, document, _ = network("analyse", file(f"from;to;hours\na;b;1\na;c;{wrong}\n"), "--weight", "hours")
        assert (code, document["error"]["key"], document["error"]["row"]) == (3, "weight_unreadable", 3)


def test_brokerage_is_told_by_group_and_people_without_one_are_named(file):
    edges = file("a,b\nb,c\nc,d\nd,x\n")
    nodes = file("id;School\na;1\nb;1\nc;2\nd;2\n", "NODES.csv")
    found = analysed(edges, "--nodes", nodes, "--group", "school")
    assert found["brokerage"]["b"] == {
        "coordinator": 0, "itinerant": 0, "gatekeeper": 0, "representative": 1, "liaison": 0,
    }  # fmt: skip
    assert found["brokerage"]["c"]["gatekeeper"] == 1
    assert sum(found["brokerage"]["d"].values()) == 0
    assert found["without_group"] == ["x"]


@pytest.mark.parametrize("content", ["", "\n\n", "source,target\n"])
def test_an_empty_file_is_a_network_of_nobody(file, content):
    found = analysed(file(content))
    assert (found["nodes"], found["edges"], found["density"], found["reciprocity"]) == (0, 0, 0, None)
    assert (found["communities"], found["modularity"], found["core_periphery"]["fit"]) == ([], None, None)


def test_many_rows_are_read_whole(file):
    edges = file("".join(f"T{at:05d},T{at + 1:05d},{at}\n" for at in range(5_000)))
    code, document, _ = network("reach", edges, "--time", "3", "--from", "T00000")
    assert (code, document["reached"], document["earliest_arrival"]["T05000"]) == (0, 5_000, 4_999)


@pytest.mark.parametrize("many", [199, 200, 201, 202, 400])
@pytest.mark.parametrize("head", ["", "source,target\n"])
def test_no_row_is_lost_where_the_look_at_the_first_ones_ends(tmp_path, many, head):
    path = tmp_path / "EDGES.csv"
    path.write_text(head + "".join(f"T{at:05d},T{at + 1:05d}\n" for at in range(many)))
    edges = read_edges(path)
    assert edges.sources == [f"T{at:05d}" for at in range(many)]
    assert edges.rows == list(range(1 + bool(head), many + 1 + bool(head)))


def test_one_person_alone_is_measured_too(file):
    for found in (analysed(file("a,a\n")), analysed(file(""), "--nodes", file("id\na\n", "NODES.csv"))):
        assert (found["nodes"], found["edges"], found["isolates"], found["weak_components"]) == (1, 0, 1, 1)
        assert found["constraint"] == {"a": None}
        assert found["communities"] == [["a"]]


@pytest.mark.parametrize(
    ("content", "key", "said"),
    [
        ("source,target\na,b\n\nc,\n", "edges_row_short", {"row": 4, "column": "target"}),
        ("a,b\n,c\n", "edges_row_short", {"row": 2, "column": "source"}),
        ("a b\nb c\n", "edges_row_short", {"row": 1, "column": "target"}),
        (b"a,b\nb,Zubaida \xe9\n", "file_not_utf8", {"row": 2}),
        ("a,b\nb,c\n".encode("utf-16"), "file_not_utf8", {"row": 1}),
        ('a,b\n"b,c\nd,e\n', "file_row_torn", {"row": 2}),
    ],
)
def test_what_cannot_be_read_is_named_by_row_and_column(file, content, key, said):
    code, document, _ = network("analyse", file(content))
    assert code == 3
    assert document["error"]["key"] == key
    assert said.items() <= document["error"].items()
    assert f"Row {said['row']} of EDGES.csv" in document["error"]["sentence"]


def test_columns_that_are_not_there_are_named_with_those_that_are(file):
    nodes = file("id,school\na,1\n", "NODES.csv")
    code, document, _ = network("analyse", file("a,b\n"), "--nodes", nodes, "--group", "dept")
    assert (code, document["error"]["key"]) == (3, "column_unknown")
    assert "id, school" in document["error"]["sentence"]
    assert network("analyse", file("a,b\n"), "--group", "dept")[0] == 2


def test_one_person_in_two_groups_is_refused_with_both_rows(file):
    nodes = file("id,school\na,1\nb,1\na,2\n", "NODES.csv")
    code, document, _ = network("analyse", file("a,b\n"), "--nodes", nodes, "--group", "school")
    assert (code, document["error"]["key"]) == (3, "person_twice")
    assert (document["error"]["row"], document["error"]["before"]) == (4, 2)


def test_people_see_tables_and_no_document(file):
    done = CliRunner().invoke(cop, ["network", "analyse", str(file("a,b\nb,c\n"))], catch_exceptions=False)
    assert done.exit_code == 0
    assert "density" in done.stdout
    with pytest.raises(json.JSONDecodeError):
        json.loads(done.stdout)


def test_what_happens_at_the_same_instant_does_not_chain(file):
    edges = file("source,target,day\na,b,1\nb,c,1\nb,d,2\nd,e,1\nd,f,3\n")
    code, document, _ = network("reach", edges, "--time", "day", "--from", "a")
    assert code == 0
    assert document["earliest_arrival"] == {"b": 1, "c": None, "d": 2, "e": None, "f": 3}
    assert (document["reached"], document["not_reached"]) == (3, 2)
    assert document["came_from"]["f"] == "d"
    assert document["steps"]["f"] == 3


def test_moments_may_be_days_or_times_and_are_given_back_as_written(file):
    edges = file("a;b;2026-03-02\nb;c;2026-03-02T00:00\nb;d;2026-03-02T09:30\n")
    document = network("reach", edges, "--time", "3", "--from", "a")[1]
    assert document["earliest_arrival"] == {"b": "2026-03-02", "c": None, "d": "2026-03-02T09:30"}
    zones = file("source,target,at\na,b,2026-03-02T09:00+05:00\nb,c,2026-03-02T04:00Z\nb,d,2026-03-02T04:01Z\n")
    document = network("reach", zones, "--time", "at", "--from", "a")[1]
    assert document["earliest_arrival"] == {"b": "2026-03-02T09:00+05:00", "c": None, "d": "2026-03-02T04:01Z"}


@pytest.mark.parametrize(
    ("content", "row"),
    [("source,target,day\na,b,1\nb,c,soon\n", 3), ("source,target,day\na,b,1\nb,c,2026-03-02\n", 3),
     ("source,target,day\na,b,\n", 2), ("source,target,day\na,b,nan\n", 2)],
)  # fmt: skip
def test_a_moment_that_cannot_be_read_is_named(file, content, row):
    code, document, _ = network("reach", file(content), "--time", "day", "--from", "a")
    assert (code, document["error"]["key"], document["error"]["row"]) == (3, "moment_unreadable", row)
    assert document["error"]["column"] == "day"


def test_a_beginning_that_is_not_there_and_a_file_without_header_are_said(file):
    edges = file("source,target,day\na,b,1\n")
    assert network("reach", edges, "--time", "day", "--from", "zz")[1]["error"]["key"] == "node_unknown"
    assert network("reach", edges, "--time", "hour", "--from", "a")[1]["error"]["key"] == "column_unknown"
    bare = file("a,b,1\n")
    assert network("reach", bare, "--time", "day", "--from", "a")[1]["error"]["key"] == "file_without_header"


def test_a_diffusion_gives_exposure_threshold_and_hazard(file):
    edges = file("ego,alter\nb,a\nc,a\nc,b\nd,b\nd,c\nd,e\n")
    adoptions = file("id,time\na,1\nb,2\nc,2\nd,4\ne,\nf,\n", "ADOPTION.csv")
    code, document, _ = network("diffusion", edges, adoptions)
    assert code == 0
    assert (document["nodes"], document["adopters"]) == (6, 4)
    assert document["periods"] == [1, 2, 3, 4]
    assert document["new_adopters"] == [1, 2, 0, 1]
    assert document["cumulative_adopters"] == [1, 3, 3, 4]
    assert document["hazard"] == pytest.approx([1 / 6, 2 / 5, 0, 1 / 3])
    assert document["exposure"]["c"] == [0.5, 1, 1, 1]
    assert document["exposure"]["d"] == pytest.approx([0, 2 / 3, 2 / 3, 2 / 3])
    assert document["exposure"]["a"] == [None] * 4
    assert document["threshold"] == {
        "a": None, "b": 1, "c": 1, "d": pytest.approx(2 / 3), "e": None, "f": None,
    }  # fmt: skip
    assert document["threshold_before"]["c"] == 0.5
    assert document["category"]["e"] == "non_adopter"


def test_a_header_of_adoptions_is_known_by_the_times_below_it(file):
    adoptions = file("who,t\namina,3\nbano,\n", "ADOPTION.csv")
    document = network("diffusion", file("amina,bano\n"), adoptions)[1]
    assert (document["nodes"], document["adopters"], document["periods"]) == (2, 1, [3])
    days = file("wer,wann\namina,2026-03-01\n", "ADOPTION.csv")
    assert network("diffusion", file("amina,bano\n"), days)[1]["periods"] == ["2026-03-01"]


def test_an_adoption_told_twice_is_refused_and_days_are_taken(file):
    edges = file("a,b\n")
    twice = file("id,time\na,1\na,2\n", "ADOPTION.csv")
    assert network("diffusion", edges, twice)[1]["error"]["key"] == "person_twice"
    days = file("id,day\nb,2026-03-01\na,2026-03-05\n", "ADOPTION.csv")
    document = network("diffusion", edges, days)[1]
    assert document["periods"] == ["2026-03-01", "2026-03-05"]
    assert document["threshold"] == {"a": 1, "b": None}


@pytest.fixture
def steward(run, own_unit):
    """Twelve teachers of three schools who let their ties be kept, in a ring; and somebody who may take it out."""
    with own_unit() as db:
        place = build.cluster(db, 4)
        teachers = [build.teacher(db, build.schools_of(db, place)[number % 4]) for number in range(12)]
        for teacher in teachers:
            say(db, teacher)
        for one, other in zip(teachers, [*teachers[1:], teachers[0]], strict=True):
            give(db, one, other)
    added = run("users", "add", "--name", "Sajida Begum", "--role", "admin", "--place", "T/", "--json").document
    return added["login"]


def test_a_named_steward_takes_out_pseudonyms_and_it_is_kept_who_and_why(run, own_unit, steward, tmp_path):
    file = tmp_path / "ties.graphml"
    asked = ("network", "export", file, "--steward", steward, "--reason", "Study with the university", "--json")
    code, document, _ = run(*asked, COP_NETWORK_STEWARDS=f"somebody.else, {steward}")
    assert (code, document["persons"], document["ties"]) == (0, 12, 12)
    graph = nx.read_graphml(file)
    assert nx.is_isomorphic(graph, nx.cycle_graph(12, create_using=nx.DiGraph))
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    with own_unit() as db:
        (entry,) = db.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "network"))
        assert (entry.verb, entry.why, entry.new["persons"]) == ("exported", "Study with the university", 12)
        assert db.get(Person, entry.person_id).name == "Sajida Begum"
        letters = file.read_text()
        assert not [person.name for person in db.scalars(select(Person)) if person.name in letters]


def test_nobody_else_takes_the_network_out_and_nothing_is_written(run, own_unit, steward, tmp_path):
    file = tmp_path / "ties.gexf"
    reason = ("--reason", "Study with the university", "--json")
    named = {"COP_NETWORK_STEWARDS": steward}
    assert run("network", "export", file, "--steward", steward, *reason).document["error"]["key"] == "not_a_steward"
    other = run("network", "export", file, "--steward", "nobody", *reason, COP_NETWORK_STEWARDS="nobody")
    assert (other.code, other.document["error"]["key"]) == (1, "steward_unknown")
    bare = run("network", "export", file, "--steward", steward, "--reason", " ", "--json", **named)
    assert (bare.code, bare.document["error"]["key"]) == (2, "reason_missing")
    csv = run("network", "export", tmp_path / "ties.csv", "--steward", steward, *reason, **named)
    assert csv.document["error"]["key"] == "network_format_unknown"
    small = run("network", "export", file, "--steward", steward, *reason, **named, COP_SMALLEST_GROUP="13")
    assert small.document["error"]["key"] == "network_too_small"
    assert list(tmp_path.glob("ties*")) == []
    with own_unit() as db:
        assert list(db.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "network"))) == []
