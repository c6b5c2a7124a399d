"""The network between persons as a file for other programs: fresh pseudonyms, and no place by its name."""

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from random import Random
from typing import TypeVar

import networkx as nx

from clusters.kernel.errors import Invalid

T = TypeVar("T")
FORMATS: Mapping[str, Callable[["nx.DiGraph[str]", io.BytesIO], None]] = {
    ".graphml": nx.write_graphml_xml,
    ".gexf": nx.write_gexf,
}


def may_be_written(name: str) -> None:
    """Refuses a name whose ending says no kind of network file."""
    if PurePath(name).suffix.lower() not in FORMATS:
        raise Invalid("network_format_unknown", given=name)


def written(graph: "nx.DiGraph[str]", name: str) -> bytes:
    """The graph as the ending of the file's name says."""
    may_be_written(name)
    content = io.BytesIO()
    FORMATS[PurePath(name).suffix.lower()](graph, content)
    return content.getvalue()


def pseudonymised(graph: "nx.DiGraph[int]", places: Sequence[str], dice: Random) -> "nx.DiGraph[str]":
    """The same ties between P1, P2 ... with the cluster of each as C1, C2 ...; `places[n]` is that of person n.

    Names are dealt anew each time, and people, clusters and ties stand in a shuffled order, so that neither a second
    export nor the order of rows tells who somebody is. Nothing else of a person or a tie goes into it but how often.
    """
    people = _shuffled(list(graph), dice)
    name = {person: f"P{number}" for number, person in enumerate(people, 1)}
    cluster = {place: f"C{number}" for number, place in enumerate(_shuffled(sorted(set(places)), dice), 1)}
    made: nx.DiGraph[str] = nx.DiGraph()
    for person in people:
        made.add_node(name[person], cluster=cluster[places[person]])
    ties = [(name[giver], name[taker], int(weight)) for giver, taker, weight in graph.edges(data="weight", default=1)]
    for giver, taker, weight in _shuffled(ties, dice):
        made.add_edge(giver, taker, weight=weight)
    return made


def _shuffled(some: list[T], dice: Random) -> list[T]:
    dice.shuffle(some)
    return some
