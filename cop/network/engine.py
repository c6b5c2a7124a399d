"""Whole networks on arrays, behind networkx's own functions: graphs that are dispatched to us, and their engines."""

import importlib
import importlib.util
import inspect
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, Protocol, cast

import graspologic_native
import networkx as nx
import numpy as np
from numpy.typing import NDArray

from cop.network import sparse
from cop.network.arrays import Events, Graph, Real, Short, Ties, Whole, ties_of

CONVERGED = 1e-8
"""PageRank stops when its values change by less than this in sum."""
USUAL_STEPS = 100
"""What networkx gives PageRank when nobody says how many."""
MOST_STEPS = 250
"""More than any network takes to converge at a damping of 0.85."""
SEEDS = 2**32


class Engine(StrEnum):
    """With what whole networks are measured."""

    AUTO = "auto"
    """Compiled where numba is installed."""
    DEFAULT = "default"
    """numpy and scipy."""
    FAST = "fast"
    """Compiled with numba, of the extra `cop[fast]`."""


class Kernels(Protocol):
    """What both engines can do; see `sparse`, whose functions these are."""

    def components(self, ties: Ties) -> Short: ...

    def pagerank(
        self, ties: Ties, damping: float, rest: Real, dangling: Real, start: Real, limit: float, most: int
    ) -> tuple[Real, int]: ...

    def constraint(self, ties: Ties, weighted: bool) -> Real: ...

    def clustering(self, ties: Ties, directed: bool) -> Real: ...

    def mutual(self, ties: Ties) -> Whole: ...

    def assortativity(self, ties: Ties, x: Whole, y: Whole) -> float: ...

    def core_number(self, ties: Ties, directed: bool) -> Whole: ...

    def brokerage(self, ties: Ties, group: Short) -> Whole: ...

    def arrival(self, events: Events, persons: int, source: int, since: int) -> Short: ...

    def reach(self, events: Events, persons: int) -> Short: ...

    def betweenness(
        self, ties: Ties, sources: Whole, share: Real, group: Short, groups: int
    ) -> tuple[Real, Real, Real, Real]: ...


def fast_installed() -> bool:
    """Is numba there?"""
    return importlib.util.find_spec("numba") is not None


@cache
def kernels(engine: Engine = Engine.DEFAULT) -> Kernels:
    """What measures; ModuleNotFoundError when FAST is wanted and numba is not installed.

    Compiled kernels are loaded by name, so that nobody pays for numba who does not want it.
    """
    if engine is Engine.FAST or (engine is Engine.AUTO and fast_installed()):
        return cast("Kernels", importlib.import_module("cop.network.kernels"))
    return cast("Kernels", sparse)


class CopDiGraph:
    """Directed ties as networkx's functions take them; none of them ever makes a graph of objects of it.

    Nodes are the numbers of persons, or names in their order. Only what `Backend` has can be called.
    """

    __networkx_backend__ = "cop"
    graph: Mapping[str, Any] = {}

    def __init__(self, ties: Ties, engine: Engine = Engine.DEFAULT, names: Sequence[Hashable] | None = None) -> None:
        self.ties, self.engine, self._names = ties, engine, names

    @property
    def kernels(self) -> Kernels:
        """What measures it."""
        return kernels(self.engine)

    @property
    def nodes(self) -> Sequence[Any]:
        """Every node in its order."""
        return range(self.ties.persons) if self._names is None else self._names

    def is_directed(self) -> bool:
        """Do ties have a direction?"""
        return True

    def is_multigraph(self) -> bool:
        """Are there parallel ties? Never: they are summed."""
        return False

    def number_of_nodes(self) -> int:
        """Persons."""
        return self.ties.persons

    def number_of_edges(self) -> int:
        """Ties, each pair and direction once."""
        return self.ties.arcs

    def __len__(self) -> int:
        return self.ties.persons

    def __iter__(self) -> Iterator[Any]:
        return iter(self.nodes)

    def __contains__(self, node: object) -> bool:
        return node in self._number() if self._names is not None else node in range(self.ties.persons)

    def to_undirected(self) -> "CopGraph":
        """Each pair tied in either direction; its weight is the sum of both."""
        return CopGraph(self.ties.both.ties, self.engine, self._names)

    def named(self, values: NDArray[Any]) -> dict[Any, Any]:
        """A value for each node."""
        return dict(zip(self.nodes, values.tolist(), strict=True))

    def numbers(self, nodes: Iterable[Any]) -> list[int]:
        """The numbers of some nodes; those that are none are left out, as networkx does."""
        number = self._number()
        return [number[node] for node in nodes if node in number]

    def vector(self, values: Mapping[Any, float]) -> Real:
        """Values given for some nodes as an array, 0 for the others."""
        found = np.zeros(self.ties.persons)
        number = self._number()
        for node, value in values.items():
            if node in number:
                found[number[node]] = value
        return found

    def _number(self) -> dict[Any, int]:
        return {node: i for i, node in enumerate(self.nodes)}


class CopGraph(CopDiGraph):
    """Ties without direction: every pair stands in the rows of both."""

    def is_directed(self) -> bool:
        """Do ties have a direction?"""
        return False

    def number_of_edges(self) -> int:
        """Pairs."""
        return self.ties.arcs // 2

    def to_undirected(self) -> "CopGraph":
        """The same."""
        return self


def _only_directed(graph: CopDiGraph) -> None:
    if not graph.is_directed():
        raise nx.NetworkXNotImplemented("not implemented for undirected type")


def _only_undirected(graph: CopDiGraph) -> None:
    if graph.is_directed():
        raise nx.NetworkXNotImplemented("not implemented for directed type")


def _of(graph: CopDiGraph, values: NDArray[Any], nodes: Any) -> Any:
    """What networkx gives for `nodes`: of all by node, of some by node, or of one alone."""
    if nodes is None:
        return graph.named(values)
    if isinstance(nodes, Hashable) and nodes in graph:
        return values[graph.numbers([nodes])[0]].item()
    chosen = [node for node in nodes if node in graph]
    return dict(zip(chosen, values[graph.numbers(chosen)].tolist(), strict=True))


def pagerank(
    G: CopDiGraph,
    alpha: float = 0.85,
    personalization: Mapping[Any, float] | None = None,
    max_iter: int = USUAL_STEPS,
    tol: float = 1e-6,
    nstart: Mapping[Any, float] | None = None,
    weight: str | None = "weight",
    dangling: Mapping[Any, float] | None = None,
) -> dict[Any, float]:
    """Converged to a change of 1e-8 in sum, or less where `tol` times the number of nodes, as networkx has it, is less.

    networkx's own defaults stop much too early in a large network, and come here like values that somebody gave.
    """
    persons = len(G)
    if not persons:
        return {}
    most = MOST_STEPS if max_iter == USUAL_STEPS else max_iter
    even = np.full(persons, 1 / persons)
    rest = even if personalization is None else _normal(G.vector(personalization))
    x, steps = G.kernels.pagerank(
        G.ties if weight else G.ties.ones,
        alpha,
        rest,
        rest if dangling is None else _normal(G.vector(dangling)),
        even if nstart is None else _normal(G.vector(nstart)),
        min(CONVERGED, persons * tol),
        most,
    )
    if steps < 0:
        raise nx.PowerIterationFailedConvergence(most)
    return G.named(x)


def _normal(values: Real) -> Real:
    total = values.sum()
    if total == 0:
        raise ZeroDivisionError
    found: Real = values / total
    return found


def constraint(G: CopDiGraph, nodes: Iterable[Any] | None = None, weight: str | None = None) -> dict[Any, float]:
    """Burt's constraint."""
    found: dict[Any, float] = _of(G, G.kernels.constraint(G.ties, weight is not None), nodes)
    return found


def clustering(G: CopDiGraph, nodes: Any = None, weight: str | None = None) -> Any:
    """Local clustering; of directed ties Fagiolo's."""
    return _of(G, G.kernels.clustering(G.ties, G.is_directed()), nodes)


def average_clustering(
    G: CopDiGraph,
    nodes: Iterable[Any] | None = None,
    weight: str | None = None,
    count_zeros: bool = True,
) -> float:
    """Its mean."""
    values = list(
        _of(G, G.kernels.clustering(G.ties, G.is_directed()), None if nodes is None else list(nodes)).values()
    )
    counted = values if count_zeros else [value for value in values if value]
    return math.fsum(counted) / len(counted)


def overall_reciprocity(G: CopDiGraph) -> float:
    """The share of ties that are returned."""
    _only_directed(G)
    if not G.ties.arcs:
        raise nx.NetworkXError("Not defined for empty graphs")
    return float(G.kernels.mutual(G.ties).sum() / G.ties.arcs)


def reciprocity(G: CopDiGraph, nodes: Any = None) -> Any:
    """Of the ties of each, to her and from her, the share that is returned; without nodes that of the whole."""
    _only_directed(G)
    if nodes is None:
        return overall_reciprocity(G)
    total = G.ties.out_degree + G.ties.in_degree
    share = 2 * G.kernels.mutual(G.ties) / np.maximum(total, 1)
    found = _of(G, np.where(total > 0, share, np.nan), nodes)
    if isinstance(found, float):
        if math.isnan(found):
            raise nx.NetworkXError("Not defined for isolated nodes.")
        return found
    return {node: None if math.isnan(value) else value for node, value in found.items()}


def degree_assortativity_coefficient(
    G: CopDiGraph,
    x: str = "out",
    y: str = "in",
    weight: str | None = None,
    nodes: Iterable[Any] | None = None,
) -> float:
    """Do those with many ties turn to those with many?"""
    degree = {"out": G.ties.out_degree, "in": G.ties.in_degree}
    return G.kernels.assortativity(G.ties, degree[x], degree[y])


def core_number(G: CopDiGraph) -> dict[Any, int]:
    """The largest k of a k-core that each is in."""
    return G.named(G.kernels.core_number(G.ties, G.is_directed()))


def weakly_connected_components(G: CopDiGraph) -> Iterator[set[Any]]:
    """Those who are joined by ties in whatever direction."""
    _only_directed(G)
    return _sets(G, G.kernels.components(G.ties))


def number_weakly_connected_components(G: CopDiGraph) -> int:
    """How many such."""
    _only_directed(G)
    return int(G.kernels.components(G.ties).max(initial=-1)) + 1


def connected_components(G: CopDiGraph) -> Iterator[set[Any]]:
    """Those who are joined by ties."""
    _only_undirected(G)
    return _sets(G, G.kernels.components(G.ties))


def number_connected_components(G: CopDiGraph) -> int:
    """How many such."""
    _only_undirected(G)
    return int(G.kernels.components(G.ties).max(initial=-1)) + 1


def _sets(graph: CopDiGraph, labels: NDArray[Any]) -> Iterator[set[Any]]:
    """The nodes of each label, in the order in which the first of each stands."""
    if not labels.size:
        return
    order = np.argsort(labels, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    nodes = graph.nodes
    for part in sorted(parts, key=lambda part: int(part[0])):
        yield {nodes[i] for i in part.tolist()}


def isolates(G: CopDiGraph) -> Iterator[Any]:
    """Those without a tie."""
    alone = np.flatnonzero((G.ties.out_degree + G.ties.in_degree) == 0)
    nodes = G.nodes
    return (nodes[i] for i in alone.tolist())


def number_of_isolates(G: CopDiGraph) -> int:
    """How many such."""
    return int(((G.ties.out_degree + G.ties.in_degree) == 0).sum())


def betweenness_centrality(
    G: CopDiGraph,
    k: int | None = None,
    normalized: bool = True,
    weight: str | None = None,
    endpoints: bool = False,
    seed: Any = None,
) -> dict[Any, float]:
    """Shares of shortest paths that lead through each: exact, or from k sources that networkx would draw too."""
    persons = len(G)
    drawn = None
    if k is not None and k != persons:
        random = nx.utils.create_py_random_state(seed)
        drawn = np.array(G.numbers(random.sample(list(G.nodes), k)), np.int64)
    sources = np.arange(persons) if drawn is None else drawn
    group = np.zeros(persons, np.int32)
    total = G.kernels.betweenness(G.ties, sources, np.ones(sources.size), group, 1)[0]
    others = persons - 1
    if others < 2:
        return G.named(total)
    each_way = 1 if G.is_directed() else 2
    full = 1 / (others - 1) if normalized else others / each_way
    scale = np.full(persons, full / (others if drawn is None else drawn.size))
    if drawn is not None:
        scale[drawn] = full / (drawn.size - 1) if drawn.size > 1 else math.nan
    return G.named(total * scale)


def leiden_communities(
    G: CopDiGraph,
    weight: str | None = "weight",
    resolution: float = 1,
    max_level: int | None = None,
    seed: Any = None,
) -> list[set[Any]]:
    """Groups with more ties inside than chance would give: Traag, Waltman and van Eck (2019), Sci. Rep. 9, 5233."""
    _only_undirected(G)
    drawn = nx.utils.create_py_random_state(seed).randrange(SEEDS)
    return list(_sets(G, leiden(G.ties if weight else G.ties.ones, drawn, resolution)[0]))


def leiden(
    symmetric: Ties, seed: int, resolution: float = 1.0, *, rounds: int = 1, trials: int = 1
) -> tuple[Short, float]:
    """The number of each person's group, and the modularity; who has no tie is a group of her own.

    Each of the trials, of which the best is kept, goes so many rounds over the network, from where the last one ended.
    """
    label = np.full(symmetric.persons, -1, np.int32)
    quality = 0.0
    if symmetric.arcs:
        quality, found = graspologic_native.leiden_csr(
            symmetric.ptr,
            symmetric.idx,
            symmetric.weight,
            symmetric.persons,
            resolution=resolution,
            iterations=rounds,
            trials=trials,
            seed=seed,
        )
        label[np.fromiter(found.keys(), np.int64, len(found))] = np.fromiter(found.values(), np.int32, len(found))
    alone = label < 0
    label[alone] = np.arange(alone.sum(), dtype=np.int32) + label.max(initial=-1) + 1
    return label, quality


_PROVIDED: tuple[Callable[..., Any], ...] = (
    average_clustering,
    betweenness_centrality,
    clustering,
    connected_components,
    constraint,
    core_number,
    degree_assortativity_coefficient,
    isolates,
    leiden_communities,
    number_connected_components,
    number_of_isolates,
    number_weakly_connected_components,
    overall_reciprocity,
    pagerank,
    reciprocity,
    weakly_connected_components,
)
_UNWEIGHTED = frozenset(
    {"average_clustering", "betweenness_centrality", "clustering", "degree_assortativity_coefficient"}
)
"""Functions that we have without weights alone."""
_REFUSED = {
    "betweenness_centrality": "endpoints",
    "degree_assortativity_coefficient": "nodes",
    "leiden_communities": "max_level",
}
"""What may not be asked of them."""


class Backend:
    """Where networkx dispatches to for graphs that carry our name; what is not here raises, and is never unrolled."""

    @staticmethod
    def convert_from_nx(graph: Graph, **asked: Any) -> CopDiGraph:
        """A graph of networkx as arrays, with the weights a function asks for; loops go, parallel ties are summed."""
        weights = asked.get("edge_attrs") or {}
        ties, nodes = ties_of(graph, next(iter(weights), None))
        kind = CopDiGraph if graph.is_directed() else CopGraph
        return kind(ties, names=nodes)

    @staticmethod
    def convert_to_nx(result: Any, **_asked: Any) -> Any:
        """A graph of ours as one of networkx; anything else as it is."""
        if not isinstance(result, CopDiGraph):
            return result
        made = result.ties.graph(result.nodes)
        return made if result.is_directed() else made.to_undirected()

    @staticmethod
    def can_run(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool | str:
        """Do we have a function for these arguments? Otherwise why not."""
        asked = _signature(name).bind(*args, **kwargs).arguments
        refused = _REFUSED.get(name)
        if refused and asked.get(refused):
            return f"{refused} does not count here"
        if name in _UNWEIGHTED and asked.get("weight") is not None:
            return "weights do not count here"
        graph = asked["G"]
        if isinstance(graph, nx.Graph):
            return _taken(graph)
        return True

    @staticmethod
    def should_run(_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
        """Only what is made of arrays already: converting costs more than it saves."""
        return isinstance(args[0] if args else kwargs.get("G"), CopDiGraph)


@cache
def _signature(name: str) -> inspect.Signature:
    return inspect.signature(getattr(Backend, name))


def _taken(graph: "nx.Graph[Any]") -> bool | str:
    if graph.is_multigraph():
        return "parallel ties are one here"
    return "there are no loops here" if nx.number_of_selfloops(graph) else True


for _function in _PROVIDED:
    setattr(Backend, _function.__name__, staticmethod(_function))
