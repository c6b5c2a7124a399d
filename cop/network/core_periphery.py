"""Whether a network has a core and a periphery, who is in it, and how well that fits."""

import heapq
import math
import random
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from cop.network.measures import either_way

N = TypeVar("N", bound=Hashable)
EXACT_UP_TO = 21
"""Persons up to whom every possible core is tried."""
SWAPPED_UP_TO = 2_000
"""Persons up to whom exchanges of two are tried as well."""
STARTS, KICKS = 40, 60
"""Sizes of core from which the search begins, and how often it begins anew near the best."""
MANY = 100
"""Above so many persons it begins less often, so that the search does not grow with their cube."""
KICKED = 0.3
"""Share of persons at most that change sides before it begins anew."""
SAME = 1e-12


@dataclass(frozen=True, slots=True)
class CorePeriphery(Generic[N]):
    """The best core that was found: `fit` is None where no core can be told (no ties, all ties, fewer than three)."""

    fit: float | None
    core: tuple[N, ...]
    method: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Discrete(Generic[N]):
    """Lip's core: who is in every best core, and who is in some of them only."""

    core: frozenset[N]
    undecided: frozenset[N]
    errors: int
    """Pairs of the core without a tie, and ties within the periphery."""


def core_periphery(graph: "nx.Graph[N]", *, seed: int = 0) -> CorePeriphery[N]:
    """The core that makes Borgatti and Everett's r largest (2000, "Models of core/periphery structures", 3.1).

    r is Pearson's correlation, over all pairs, between the ties (direction ignored) and a pattern in which a pair has
    a tie unless both are of the periphery. Up to 21 persons every core is tried; above, a local search from many
    beginnings gives a lower bound. Of equally good cores the smallest is taken, then the first in the graph's order.
    """
    plain = either_way(graph)
    nodes = list(plain)
    place = {node: at for at, node in enumerate(nodes)}
    near = [sorted(place[other] for other in plain.adj[node]) for node in nodes]
    ties = plain.number_of_edges()
    if len(nodes) < 3 or ties in (0, math.comb(len(nodes), 2)):
        return CorePeriphery(None, (), "undefined", exact=True)
    if len(nodes) <= EXACT_UP_TO:
        core = _every_core(near, ties)
        method = "Borgatti-Everett r, every core tried"
    else:
        core = _searched(near, ties, random.Random(seed))
        method = "Borgatti-Everett r, local search"
    inside = _ties_among(near, frozenset(range(len(nodes))) - core)
    fit = _fit(len(nodes), ties, len(core), inside)
    return CorePeriphery(fit, tuple(nodes[at] for at in sorted(core)), method, exact=len(nodes) <= EXACT_UP_TO)


def discrete_core(graph: "nx.Graph[N]") -> Discrete[N]:
    """Lip's rule (2011, "A fast algorithm for the discrete core/periphery bipartitioning problem").

    Errors are pairs of the core without a tie and ties within the periphery: Z(k) = k(k-1)/2 + m - sum of the k largest
    degrees, so the best core is the k of highest degree while a degree exceeds the number of those before. Who may be
    in or out at the same Z (equal degree at the border) is undecided. Direction is ignored.
    """
    plain = either_way(graph)
    degree = dict(plain.degree())
    falling = sorted(degree.values(), reverse=True)
    size = sum(1 for before, each in enumerate(falling) if each > before)
    errors = math.comb(size, 2) + plain.number_of_edges() - sum(falling[:size])
    border: set[int] = set()
    if size < len(falling):
        if falling[size] == size:
            border.add(falling[size])
        if size and falling[size] == falling[size - 1]:
            border.add(falling[size])
    undecided = frozenset(node for node, each in degree.items() if each in border)
    smallest = falling[size - 1] if size else math.inf
    core = frozenset(node for node, each in degree.items() if each >= smallest) - undecided
    return Discrete(core, undecided, errors)


def _fit(persons: int, ties: int, core: int, inside: int) -> float:
    """r for a core of so many with so many ties inside the periphery."""
    pairs = math.comb(persons, 2)
    pattern = pairs - math.comb(persons - core, 2)
    across = ties - inside
    return (pairs * across - ties * pattern) / math.sqrt(ties * (pairs - ties) * pattern * (pairs - pattern))


def _ties_among(near: Sequence[Collection[int]], some: frozenset[int]) -> int:
    return sum(1 for one in some for other in near[one] if other > one and other in some)


def _every_core(near: Sequence[Sequence[int]], ties: int) -> frozenset[int]:
    """Every set of persons as bits of a number: ties inside a set are those without its last member, plus hers."""
    persons = len(near)
    inside: NDArray[np.int16] = np.zeros(1 << persons, dtype=np.int16)
    for last in range(persons):
        below = np.arange(1 << last, dtype=np.uint32)
        hers = np.uint32(sum(1 << other for other in near[last] if other < last))
        inside[1 << last : 2 << last] = inside[: 1 << last] + np.bitwise_count(below & hers)
    sizes = np.bitwise_count(np.arange(1 << persons, dtype=np.uint32))
    fewest = np.full(persons + 1, np.iinfo(np.int16).max, dtype=np.int16)
    np.minimum.at(fewest, sizes, inside)
    best = max(
        range(1, persons - 1),
        key=lambda core: (round(_fit(persons, ties, core, int(fewest[persons - core])), 12), -core),
    )
    periphery = persons - best
    found = np.flatnonzero((sizes == periphery) & (inside == fewest[periphery]))
    # the last such set as a number holds the last persons, which leaves the first ones to the core
    outside = int(found[-1])
    return frozenset(at for at in range(persons) if not outside >> at & 1)


def _searched(near: Sequence[Sequence[int]], ties: int, dice: random.Random) -> frozenset[int]:
    """The best of many local searches, from the persons of most ties and from a greedy cover."""
    persons = len(near)
    links = [frozenset(others) for others in near]
    search = _Search(links, ties)
    by_degree = sorted(range(persons), key=lambda at: -len(links[at]))
    covering = _greedy(links)
    starts = [search.best_prefix(by_degree), search.best_prefix(covering)]
    if persons <= SWAPPED_UP_TO:
        tries = min(1.0, MANY / persons)
        step = math.ceil(persons / (STARTS * tries))
        starts += [frozenset(order[:size]) for order in (by_degree, covering) for size in range(1, persons - 1, step)]
    best = max((search.climbed(start) for start in starts), key=search.worth)
    if persons <= SWAPPED_UP_TO:
        worth = search.worth(best)
        for at in range(math.ceil(KICKS * tries)):
            kicked = set(best) ^ set(dice.sample(range(persons), 2 + at % max(1, int(KICKED * persons))))
            found = search.climbed(frozenset(kicked))
            if search.worth(found) > worth + SAME:
                best, worth = found, search.worth(found)
    return best


def _greedy(links: Sequence[frozenset[int]]) -> list[int]:
    """Persons in the order in which each covers most of the ties that are left."""
    left = [len(others) for others in links]
    heap = [(-many, at) for at, many in enumerate(left)]
    heapq.heapify(heap)
    order: list[int] = []
    taken = [False] * len(links)
    while heap:
        many, at = heapq.heappop(heap)
        if taken[at] or -many != left[at]:
            continue
        taken[at] = True
        order.append(at)
        for other in links[at]:
            if not taken[other]:
                left[other] -= 1
                heapq.heappush(heap, (-left[other], other))
    return order


class _Search:
    """Steepest ascent of r: one joins the core, one leaves it, or two change places."""

    def __init__(self, links: Sequence[frozenset[int]], ties: int) -> None:
        self.links = links
        self.persons = len(links)
        self.ties = ties

    def worth(self, core: frozenset[int]) -> float:
        """r of a core; -1 where it is none."""
        return self.fit(len(core), _ties_among(self.links, self.rest(core)))

    def fit(self, size: int, inside: int) -> float:
        """r, and -1 for sizes that are no core."""
        return _fit(self.persons, self.ties, size, inside) if 0 < size < self.persons - 1 else -1.0

    def rest(self, core: frozenset[int]) -> frozenset[int]:
        """The periphery."""
        return frozenset(range(self.persons)) - core

    def best_prefix(self, order: Sequence[int]) -> frozenset[int]:
        """The best core among the first of an order, one more at a time."""
        inside, best, many = self.ties, -2.0, 1
        taken: set[int] = set()
        for size, at in enumerate(order, 1):
            inside -= len(self.links[at] - taken)
            taken.add(at)
            if self.fit(size, inside) > best:
                best, many = self.fit(size, inside), size
        return frozenset(order[:many])

    def climbed(self, start: frozenset[int]) -> frozenset[int]:
        """The core at which no step makes r larger."""
        core = np.zeros(self.persons, dtype=bool)
        core[list(start)] = True
        outside = np.array([sum(1 for other in others if not core[other]) for others in self.links])
        inside = int(outside[~core].sum()) // 2
        size = int(core.sum())
        here = self.fit(size, inside)
        while True:
            step = max(self._steps(core, outside, size, inside), default=(-2.0, ()))
            if step[0] <= here + SAME:
                return frozenset(np.flatnonzero(core).tolist())
            for at in step[1]:
                change = 1 if core[at] else -1
                inside += change * int(outside[at])
                size -= change
                core[at] = not core[at]
                for other in self.links[at]:
                    outside[other] += change
            here = step[0]

    def _steps(
        self, core: NDArray[np.bool_], outside: NDArray[np.int64], size: int, inside: int
    ) -> list[tuple[float, tuple[int, ...]]]:
        ins, outs = np.flatnonzero(core), np.flatnonzero(~core)
        steps: list[tuple[float, tuple[int, ...]]] = []
        if not len(ins) or not len(outs):
            return steps
        joins, leaves = int(outs[np.argmax(outside[outs])]), int(ins[np.argmin(outside[ins])])
        steps.append((self.fit(size + 1, inside - int(outside[joins])), (joins,)))
        steps.append((self.fit(size - 1, inside + int(outside[leaves])), (leaves,)))
        if self.persons > SWAPPED_UP_TO:
            return steps
        gain, pair = self._exchange(ins, outs, outside)
        steps.append((self.fit(size, inside - gain), pair))
        return steps

    def _exchange(
        self, ins: NDArray[np.intp], outs: NDArray[np.intp], outside: NDArray[np.int64]
    ) -> tuple[int, tuple[int, int]]:
        """The two whose exchange takes most ties out of the periphery; a tie between them counts once for them."""
        leaving = ins[np.argsort(outside[ins], kind="stable")]
        joining = outs[np.argsort(-outside[outs], kind="stable")]
        best, pair = -(1 << 30), (int(leaving[0]), int(joining[0]))
        for one in leaving.tolist():
            if int(outside[joining[0]]) - int(outside[one]) + 1 <= best:
                break
            for other in joining.tolist():
                bare = int(outside[other]) - int(outside[one])
                if bare + 1 <= best:
                    break
                gain = bare + (other in self.links[one])
                if gain > best:
                    best, pair = gain, (one, other)
        return best, pair
