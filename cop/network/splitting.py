"""Whether a community that has grown large falls into two that could each live: a proposal to its members, no order.

The halves are those of greatest modularity (Newman 2006, PNAS 103: leading eigenvector, then one member after the other
moved where that helps). They are proposed if each has at least ten members, if modularity is at least 0.3 (Newman &
Girvan 2004), and if they come out again in at least 80 % of resamples in which a tenth of the ties is left out (after
Karrer, Levina & Newman 2008).
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from cop.communities.rules import LARGE
from cop.network.doubt import SURVIVES

N = TypeVar("N", bound=Hashable)
SMALLEST_HALF = 10
LEAST_MODULARITY = 0.3
LEFT_OUT = 0.1
"""The share of ties that a resample leaves out."""
RESAMPLES = 50
SAME = 0.9
"""The share of members who must be on their side again for a resample to agree."""


@dataclass(frozen=True, slots=True)
class Split(Generic[N]):
    """Two halves of a community, for its own members to talk about; others may be told of their sizes."""

    halves: tuple[frozenset[N], frozenset[N]]
    modularity: float
    survived: float
    """The share of resamples in which the halves came out again."""

    @property
    def sizes(self) -> tuple[int, int]:
        """What may be told outside of the community."""
        return len(self.halves[0]), len(self.halves[1])


def proposed(graph: "nx.Graph[N]", seed: int = 1, larger_than: int = LARGE) -> Split[N] | None:
    """Two halves of a community by who turns to whom there, the larger first; None where it should stay one."""
    people = list(graph)
    if len(people) <= larger_than:
        return None
    ties = _symmetric(graph, people)
    side = bisected(ties)
    if min(int(side.sum()), int((~side).sum())) < SMALLEST_HALF or modularity(ties, side) < LEAST_MODULARITY:
        return None
    rng = np.random.default_rng(seed)
    agreed = 0
    for _ in range(RESAMPLES):
        kept = np.triu(rng.random(ties.shape) >= LEFT_OUT, 1)
        alike = float((bisected(ties * (kept + kept.T)) == side).mean())
        agreed += max(alike, 1 - alike) >= SAME
    survived = agreed / RESAMPLES
    if survived < SURVIVES:
        return None
    halves = sorted((side, ~side), key=lambda half: -int(half.sum()))
    one, other = (frozenset(person for person, inside in zip(people, half, strict=True) if inside) for half in halves)
    return Split((one, other), modularity(ties, side), survived)


def modularity(ties: NDArray[np.float64], side: NDArray[np.bool_]) -> float:
    """Newman's Q of two sides of an undirected network; 0 without ties."""
    total = float(ties.sum())
    if not total:
        return 0.0
    degree = ties.sum(1)
    same = side[:, None] == side[None, :]
    return float(((ties - np.outer(degree, degree) / total) * same).sum() / total)


def bisected(ties: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The two sides of greatest modularity that are found; nobody on one of them where it has none."""
    total = float(ties.sum())
    if not total:
        return np.zeros(len(ties), dtype=bool)
    degree = ties.sum(1)
    excess = ties - np.outer(degree, degree) / total
    values, vectors = np.linalg.eigh(excess)
    side = np.where(vectors[:, -1] >= 0, 1.0, -1.0) if values[-1] > 1e-9 else np.ones(len(ties))
    np.fill_diagonal(excess, 0)
    for _ in range(len(ties)):
        gain = -side * (excess @ side)
        best = int(gain.argmax())
        if gain[best] <= 1e-9:
            break
        side[best] = -side[best]
    return np.asarray(side > 0)


def _symmetric(graph: "nx.Graph[N]", people: list[N]) -> NDArray[np.float64]:
    at = {person: place for place, person in enumerate(people)}
    ties = np.zeros((len(people), len(people)))
    for one, other in graph.edges():
        if one != other:
            ties[at[one], at[other]] = ties[at[other], at[one]] = 1
    return ties
