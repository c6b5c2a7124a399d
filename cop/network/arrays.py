"""Ties and events of many persons as arrays: what whole networks are measured on, without a graph of objects."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

Whole = NDArray[np.int64]
Short = NDArray[np.int32]
Byte = NDArray[np.int8]
Real = NDArray[np.float64]

OUT, IN, MUTUAL = 1, 2, 3
"""How a pair is tied, seen from the first: to the second, from it, both ways."""
NEVER = int(np.iinfo(np.int32).max)
"""The minute at which somebody is reached who is not."""


class Graph(Protocol):
    """What is read of a graph of networkx."""

    def edges(self, nbunch: Any = None, data: Any = False) -> Iterable[tuple[Any, ...]]:
        """Each tie with a value of its data."""

    def is_directed(self) -> bool:
        """Do ties have a direction?"""

    def __iter__(self) -> Any: ...


@dataclass(frozen=True, eq=False)
class Ties:
    """Who is tied to whom, as rows of A: the ties of person i stand from `ptr[i]` to `ptr[i + 1]`, columns rising.

    Persons are numbered in the order of their places, so that each cluster, circle and block is a slice. There are no
    loops, and each pair stands once: what came repeatedly is one tie with the sum of the weights.
    """

    ptr: Whole
    idx: Short
    weight: Real

    @classmethod
    def of(cls, persons: int, src: ArrayLike, dst: ArrayLike, weight: ArrayLike | None = None) -> "Ties":
        """Ties from `src[i]` to `dst[i]`; a tie weighs 1 unless told otherwise."""
        first, second = np.asarray(src, np.int32), np.asarray(dst, np.int32)
        other = first != second
        if weight is None:
            return cls._counted(persons, first[other].astype(np.int64) * persons + second[other])
        heavy = np.asarray(weight, np.float64)
        rows = coo_array((heavy[other], (first[other], second[other])), shape=(persons, persons)).tocsr()
        rows.sum_duplicates()
        return cls._of_rows(rows)

    @classmethod
    def _counted(cls, persons: int, places: Whole) -> "Ties":
        """By the places of the events in the square of persons: sorting plain numbers is much quicker than adding."""
        places.sort()
        fresh = np.flatnonzero(np.diff(places, prepend=-1))
        weight = np.diff(fresh, append=places.size).astype(np.float64)
        places = places[fresh]
        src = places // max(persons, 1)
        ptr = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.bincount(src, minlength=persons), dtype=np.int64)))
        return cls(ptr, (places - src * persons).astype(np.int32), weight)

    @classmethod
    def _of_rows(cls, rows: csr_array) -> "Ties":
        return cls(rows.indptr.astype(np.int64), rows.indices.astype(np.int32, copy=False), rows.data)

    def _matrix(self, more: complex) -> csr_array:
        """Rows as scipy takes them, `more` added to each weight."""
        return csr_array((self.weight + more, self.idx, self.ptr), shape=(self.persons, self.persons))

    @property
    def persons(self) -> int:
        """How many there are, tied or not."""
        return self.ptr.size - 1

    @property
    def arcs(self) -> int:
        """How many ties."""
        return self.idx.size

    @cached_property
    def out_degree(self) -> Whole:
        """Ties from each."""
        return np.diff(self.ptr)

    @cached_property
    def in_degree(self) -> Whole:
        """Ties to each."""
        return np.bincount(self.idx, minlength=self.persons).astype(np.int64, copy=False)

    @cached_property
    def src(self) -> Short:
        """The person that each tie is from."""
        return np.repeat(np.arange(self.persons, dtype=np.int32), self.out_degree)

    @cached_property
    def back(self) -> "Ties":
        """The same ties from where they lead: rows of the transpose."""
        return Ties._of_rows(self._matrix(0).tocsc())

    @cached_property
    def both(self) -> "Pairs":
        """Each pair that is tied in either direction, seen from both ends: rows of S, the sum with the transpose."""
        # Weight and way are summed at once, as the two parts of a complex number; rows are merged, not sorted again.
        rows = self._matrix(OUT * 1j) + self.back._matrix(IN * 1j)
        weight, way = rows.data.real.copy(), rows.data.imag.astype(np.int8)
        return Pairs(rows.indptr.astype(np.int64), rows.indices.astype(np.int32, copy=False), weight, way)

    @cached_property
    def ones(self) -> "Ties":
        """The same ties, each weighing 1."""
        return Ties(self.ptr, self.idx, np.ones(self.arcs))

    def part(self, first: int, last: int) -> "Ties":
        """Ties among the persons from `first` to before `last`, who are numbered from 0 anew."""
        low, high = self.ptr[first], self.ptr[last]
        idx = self.idx[low:high]
        kept = (idx >= first) & (idx < last)
        before = np.concatenate((np.zeros(1, np.int64), np.cumsum(kept, dtype=np.int64)))
        return Ties(before[self.ptr[first : last + 1] - low], idx[kept] - np.int32(first), self.weight[low:high][kept])

    def among(self, persons: Sequence[int] | NDArray[Any]) -> "Ties":
        """Ties among some persons, who are numbered anew in the order given."""
        chosen = np.asarray(persons, np.int64)
        number = np.full(self.persons, -1, np.int32)
        number[chosen] = np.arange(chosen.size, dtype=np.int32)
        src, dst = number[self.src], number[self.idx]
        kept = (src >= 0) & (dst >= 0)
        return Ties.of(chosen.size, src[kept], dst[kept], self.weight[kept])

    def graph(self, names: Sequence[Hashable] | None = None) -> "nx.DiGraph[Any]":
        """The same as a graph of networkx, for one cluster or circle; nodes are numbers, or names in their order."""
        made: nx.DiGraph[Any] = nx.DiGraph()
        known = range(self.persons) if names is None else names
        made.add_nodes_from(known)
        made.add_weighted_edges_from(
            (known[i], known[j], weight)
            for i, j, weight in zip(self.src.tolist(), self.idx.tolist(), self.weight.tolist(), strict=True)
        )
        return made


@dataclass(frozen=True, eq=False)
class Pairs:
    """Rows of S = A + its transpose, and of each pair how it is tied."""

    ptr: Whole
    idx: Short
    weight: Real
    sense: Byte
    """OUT, IN or MUTUAL."""

    @cached_property
    def ties(self) -> Ties:
        """Every pair as a tie to either side."""
        return Ties(self.ptr, self.idx, self.weight)


@dataclass(frozen=True, eq=False)
class Events:
    """What happened between persons, sorted by time, and at one time in the order that it was told."""

    src: Short
    dst: Short
    at: Short
    """Minutes since 1970."""
    kind: Byte

    @classmethod
    def of(cls, src: ArrayLike, dst: ArrayLike, at: ArrayLike, kind: ArrayLike | None = None) -> "Events":
        """Events in any order."""
        times = np.asarray(at, np.int32)
        kinds = np.zeros(times.size, np.int8) if kind is None else np.asarray(kind, np.int8)
        columns = np.asarray(src, np.int32), np.asarray(dst, np.int32), times, kinds
        if (times[1:] < times[:-1]).any():
            order = np.argsort(times, kind="stable")
            columns = columns[0][order], columns[1][order], columns[2][order], columns[3][order]
        return cls(*columns)

    def __len__(self) -> int:
        return self.at.size

    def window(self, first: int, before: int) -> "Events":
        """Those from one minute until before another; a view, no copy."""
        low, high = np.searchsorted(self.at, [first, before])
        return Events(self.src[low:high], self.dst[low:high], self.at[low:high], self.kind[low:high])

    def part(self, first: int, last: int) -> "Events":
        """Those among the persons from `first` to before `last`, who are numbered from 0 anew."""
        kept = (self.src >= first) & (self.src < last) & (self.dst >= first) & (self.dst < last)
        low = np.int32(first)
        return Events(self.src[kept] - low, self.dst[kept] - low, self.at[kept], self.kind[kept])

    def ties(self, persons: int) -> Ties:
        """One tie for each pair and direction, weighing as many events as there were."""
        return Ties.of(persons, self.src, self.dst)


@dataclass(frozen=True, eq=False)
class Places:
    """Clusters, circles or blocks as slices: the i-th holds the persons from `start[i]` to before `start[i + 1]`."""

    start: Whole

    @classmethod
    def of(cls, sizes: ArrayLike) -> "Places":
        """Places in their order, by how many persons each has."""
        return cls(np.concatenate((np.zeros(1, np.int64), np.cumsum(np.asarray(sizes, np.int64)))))

    def __len__(self) -> int:
        return self.start.size - 1

    @cached_property
    def sizes(self) -> Whole:
        """Persons of each."""
        return np.diff(self.start)

    @cached_property
    def group(self) -> Short:
        """The place of each person."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.sizes)

    def bounds(self, place: int) -> tuple[int, int]:
        """The slice of one, for `part`."""
        return int(self.start[place]), int(self.start[place + 1])


def ties_of(graph: Graph, weight: str | None = "weight") -> tuple[Ties, list[Any]]:
    """The ties of a graph of networkx and its nodes in their order; ties without a direction lead both ways.

    Loops are left out and parallel ties summed; a tie without a weight weighs 1.
    """
    nodes = list(graph)
    number = {node: i for i, node in enumerate(nodes)}
    found = [(number[u], number[v], float(heavy)) for u, v, heavy in _weighed(graph, weight) if u != v]
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    src, dst, heavy = (np.array(column, kind) for column, kind in zip(columns, ("i4", "i4", "f8"), strict=True))
    if not graph.is_directed():
        src, dst, heavy = np.concatenate((src, dst)), np.concatenate((dst, src)), np.concatenate((heavy, heavy))
    return Ties.of(len(nodes), src, dst, heavy), nodes


def _weighed(graph: Graph, weight: str | None) -> Iterable[tuple[Any, Any, float]]:
    for u, v, data in graph.edges(data=True):
        yield u, v, data.get(weight, 1) if weight else 1
