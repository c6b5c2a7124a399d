"""How far a figure can be trusted when some did not answer: value, low and high at 90 %, and which orders survive.

A figure is taken of many rounds as they may have been (completing.py); the interval holds the middle 90 % of them. What
is stated of coverage is measured, in docs/reference/doubt.md. Background: Snijders & Borgatti (1999, Connections 22) on
resampling networks, Smith & Moody (2013, Social Networks 35) on what missing people do to each measure.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from cop.network.completing import Floats, Round, Ties, completed

LEVEL = 0.90
DRAWS = 199
"""So that the 10th lowest and 10th highest bound the middle 90 %."""
SURVIVES = 0.8
"""The share of resamples in which an order must hold to be used."""
SEED = 20261201


@dataclass(frozen=True, slots=True)
class Bounded:
    """A figure with what it may well be, at 90 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a group, taken of many rounds at once."""

    of: Callable[[Ties], Floats]
    whole: bool = False
    """Whether it is a count: whole numbers."""
    stretch: float = 1.0
    """What its interval is widened by, where measured coverage asks for it."""
    most: float = np.inf


def arcs(ties: Ties) -> Floats:
    """Nominations within the group."""
    return np.asarray(ties.sum((-1, -2)), dtype=np.float64)


def within(ties: Ties) -> Floats:
    """Pairs of whom one named the other, each once."""
    return np.asarray((ties | ties.swapaxes(-1, -2)).sum((-1, -2)) / 2)


def density(ties: Ties) -> Floats:
    """Nominations of all there could be (Wasserman & Faust 1994, p. 129)."""
    n = ties.shape[-1]
    return np.asarray(arcs(ties) / max(n * (n - 1), 1))


def returned(ties: Ties) -> Floats:
    """The share of nominations that are returned (Wasserman & Faust 1994, arc-based reciprocity); 0 without any."""
    return np.asarray(arcs(ties & ties.swapaxes(-1, -2)) / np.maximum(arcs(ties), 1))


def concentrated(ties: Ties) -> Floats:
    """The share of all nominations that goes to the tenth of people named most, at least one; 0 without any."""
    heard = np.sort(ties.sum(-2), axis=-1)
    tenth = -(-heard.shape[-1] // 10)
    return np.asarray(heard[..., -tenth:].sum(-1) / np.maximum(heard.sum(-1), 1))


def core(ties: Ties) -> Floats:
    """The best fit with a core and a periphery, Borgatti & Everett's (1999) r; people of one degree are on one side."""
    return np.asarray(np.maximum(_fits(ties)[0].max(-1, initial=0), 0))


def best_core(ties: Ties) -> Ties:
    """Of each round who is in the core of that fit; nobody where there is none."""
    fit, degree = _fits(ties)
    if not fit.shape[-1]:
        return np.zeros(degree.shape, dtype=bool)
    best = fit.argmax(-1)[..., None]
    least = np.take_along_axis(-np.sort(-degree, axis=-1), best, -1)
    return np.asarray((degree >= least) & (np.take_along_axis(fit, best, -1) > 0))


def _fits(ties: Ties) -> tuple[Floats, NDArray[np.int64]]:
    """How well each number of those with most ties makes a core (0 where that parts equals), and everybody's ties."""
    pairs = ties | ties.swapaxes(-1, -2)
    n = pairs.shape[-1]
    degree = pairs.sum(-1)
    order = np.argsort(-degree, axis=-1, kind="stable")
    falling = np.take_along_axis(degree, order, -1)
    parted = np.zeros(falling.shape, dtype=bool)
    parted[..., :-1] = falling[..., :-1] > falling[..., 1:]
    pairs = np.take_along_axis(np.take_along_axis(pairs, order[..., :, None], -2), order[..., None, :], -1)
    inside = np.cumsum(np.tril(pairs).sum(-1), axis=-1)
    touched = np.cumsum(falling, axis=-1) - inside
    size, every = np.arange(1, n + 1), max(n * (n - 1) / 2, 1)
    ideal = (size * (size - 1) / 2 + size * (n - size)) / every
    dense = degree.sum(-1)[..., None] / 2 / every
    spread = np.where(parted, dense * (1 - dense) * ideal * (1 - ideal), 0)
    fit = (touched / every - dense * ideal) / np.sqrt(np.where(spread > 1e-12, spread, 1))
    return np.where(spread > 1e-12, fit, 0), degree


def across(side: NDArray[np.int64]) -> Callable[[Ties], Floats]:
    """Pairs with a tie that join two sides of the group: two clusters, or people of different subjects."""
    apart = side[:, None] != side[None, :]
    return lambda ties: within(ties & apart)


def welcomed(new: NDArray[np.bool_]) -> Callable[[Ties], Floats]:
    """The share of newcomers with a tie, in either direction, to somebody who was there before; 0 without newcomers."""
    return lambda ties: (
        (ties | ties.swapaxes(-1, -2))[..., new, :][..., ~new].any(-1).sum(-1) / max(int(new.sum()), 1)
    ).astype(np.float64)


MEASURES: Mapping[str, Measure] = {
    "arcs": Measure(arcs, whole=True, stretch=1.07),
    "within": Measure(within, whole=True, stretch=1.08),
    "density": Measure(density, stretch=1.06, most=1),
    "returned": Measure(returned, stretch=0.98, most=1),
    "concentrated": Measure(concentrated, most=1),
    "core": Measure(core, stretch=1.25, most=1),
}


def round_of(
    graph: "nx.DiGraph[Hashable]", answered: Iterable[Hashable], side: Mapping[Hashable, int] | None = None
) -> Round:
    """A group's round from a networkx graph; what is said in the name of who did not answer is passed over."""
    nodes = list(graph)
    at = {node: place for place, node in enumerate(nodes)}
    named = np.zeros((len(nodes), len(nodes)), dtype=bool)
    for giver, taker in graph.edges():
        named[at[giver], at[taker]] = giver != taker
    came = set(answered)
    told = np.array([node in came for node in nodes], dtype=bool)
    return Round(named & told[:, None], told, np.array([(side or {}).get(node, 0) for node in nodes], dtype=np.int64))


def doubted(seen: Round, measures: Mapping[str, Measure] = MEASURES, seed: int = SEED) -> dict[str, Bounded]:
    """Each figure of a group with its interval: a point where everybody answered, nothing known where nobody did."""
    ties = completed(seen, DRAWS, np.random.default_rng(seed))
    return {name: bounds(measure, measure.of(ties)) for name, measure in measures.items()}


def bounds(measure: Measure, drawn: Floats, level: float = LEVEL) -> Bounded:
    """A figure's mean over the draws and the middle 90 % of them; a count's steps are spread over their width."""
    value = float(drawn.mean())
    if np.ptp(drawn) == 0:
        return Bounded(float(drawn[0]), float(drawn[0]), float(drawn[0]))
    smooth = np.sort(drawn.astype(np.float64))
    if measure.whole:
        _, first, counts = np.unique(smooth, return_index=True, return_counts=True)
        smooth += (np.arange(smooth.size) - np.repeat(first, counts) + 0.5) / np.repeat(counts, counts) - 0.5
    low, high = np.quantile(smooth, [(1 - level) / 2, (1 + level) / 2], method="weibull")
    low, high = value + measure.stretch * float(low - value), value + measure.stretch * float(high - value)
    return Bounded(value, max(0.0, min(low, value)), min(measure.most, max(high, value)))


def at_most(measure: Measure, drawn: Floats) -> Bounded:
    """A count of which what was seen is certain: the mean over the draws, the least of them, and what nine in ten of
    them do not exceed."""
    found = bounds(measure, drawn, LEVEL - (1 - LEVEL))
    return Bounded(found.value, float(drawn.min()), found.high)


def survives(holds: NDArray[np.bool_]) -> bool:
    """Whether a statement may be made: it holds in at least 80 % of the resamples."""
    return bool(holds.size) and float(holds.mean()) >= SURVIVES


def rank_survives(*figures: Floats) -> bool:
    """Whether each figure lies above the next in at least 80 % of the resamples; equal is not above."""
    above = [first > second for first, second in pairwise(figures)]
    return survives(np.logical_and.reduce(above)) if above else False
