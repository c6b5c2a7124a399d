"""Who spans a boundary between communities with the trust of both, counted for groups and never told of a person.

To belong to two communities is not yet to bridge them: a broker needs legitimacy in each (Wenger 1998, Communities of
Practice, ch. 4; Tushman 1977, Administrative Science Quarterly 22, on boundary roles). Here a member is accepted in a
community if at least two of its other members turn to her who are not of the other community as well: what people of
both say shows nothing of either. What is returned is counts of whole communities; who they are stays inside.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from itertools import combinations
from typing import TypeVar

import networkx as nx

from cop.network.brokerage import Roles, brokerage

N = TypeVar("N", bound=Hashable)
LEAST_ACCEPTING = 2
"""Members who turn to somebody before she counts as accepted."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Between two communities: how many belong to both, and how many of them are accepted in both."""

    one: str
    other: str
    in_both: int
    spanners: int
    persons: int
    """Members of either: on so many it stands."""


def accepted(graph: "nx.DiGraph[N]", person: N, here: frozenset[N], there: frozenset[N]) -> bool:
    """Do at least two members of `here`, who are not also of `there`, turn to her?"""
    if person not in here or person not in graph:
        return False
    return len((set(graph.predecessors(person)) & here) - there - {person}) >= LEAST_ACCEPTING


def boundaries(graph: "nx.DiGraph[N]", members: Mapping[str, frozenset[N]]) -> list[Boundary]:
    """Every two communities that share somebody, in the order of their names; ties go from who asks to who is asked."""
    found = []
    for one, other in combinations(sorted(members), 2):
        here, there = members[one], members[other]
        both = here & there
        spanning = sum(accepted(graph, each, here, there) and accepted(graph, each, there, here) for each in both)
        if both:
            found.append(Boundary(one, other, len(both), spanning, len(here | there)))
    return found


def brokered(graph: "nx.DiGraph[N]", groups: Mapping[N, str]) -> dict[str, Roles]:
    """What the people of each group broker together, by Gould and Fernandez's roles: sums over the group."""
    sums: dict[str, Roles] = {group: Roles() for group in sorted(set(groups.values()))}
    for person, roles in brokerage(graph, groups).items():
        if person in groups:
            total = sums[groups[person]]
            for role in fields(Roles):
                setattr(total, role.name, getattr(total, role.name) + getattr(roles, role.name))
    return sums
