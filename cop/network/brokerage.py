"""Who stands between whom, by group: the five roles of Gould and Fernandez (1989)."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

import networkx as nx

N = TypeVar("N", bound=Hashable)


@dataclass(slots=True)
class Roles:
    """How often one stands in the middle of an open triad i->j->k (no i->k), by the groups of the three.

    Gould and Fernandez 1989, "Structures of mediation": raw counts, as w_I, w_O, b_OI, b_IO and b_O.
    """

    coordinator: int = 0
    """i, j and k are of one group."""
    itinerant: int = 0
    """i and k are of one group, j of another."""
    gatekeeper: int = 0
    """j and k are of one group, i of another: what comes in."""
    representative: int = 0
    """i and j are of one group, k of another: what goes out."""
    liaison: int = 0
    """All three are of different groups."""


ROLES = tuple(role.name for role in fields(Roles))


def brokerage(graph: "nx.Graph[N]", groups: Mapping[N, str]) -> dict[N, Roles]:
    """The roles of everyone; triads in which somebody has no group are counted for nobody.

    Undirected ties run both ways, so that each open triad is seen from either end.
    """
    both: nx.DiGraph[N] = graph if isinstance(graph, nx.DiGraph) else graph.to_directed()
    after = {node: {k for k in both.successors(node) if k in groups} for node in both}
    found = {node: Roles() for node in both}
    for middle, roles in found.items():
        if middle not in groups:
            continue
        own = groups[middle]
        for first in both.predecessors(middle):
            if first not in groups:
                continue
            his = groups[first]
            for last in after[middle] - after[first] - {first}:
                _count(roles, his, own, groups[last])
    return found


def _count(roles: Roles, first: str, middle: str, last: str) -> None:
    if first == middle:
        if last == middle:
            roles.coordinator += 1
        else:
            roles.representative += 1
    elif first == last:
        roles.itinerant += 1
    elif last == middle:
        roles.gatekeeper += 1
    else:
        roles.liaison += 1
