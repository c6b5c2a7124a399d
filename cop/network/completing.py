"""Fills in the round of those who did not answer, many times over, from what those who did said of all.

Multiple imputation of a network (Rubin 1987; Koskinen, Robins & Pattison 2010, Statistical Methodology 7), each draw in
three steps. How many an absent person names: what is usual for somebody who is named as often as she is, and what some
respondent names beyond that (Bayesian bootstrap, Rubin 1981). What makes somebody likelier to be named, above all that
he named her: drawn around its estimate, with an error that allows for persons in common (Aronow, Samii & Assenova
2015). Whom she names: a choice weighed by both, and by how often each was named so far (gamma-Poisson). What is known
is never touched.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import t as student

Ties: TypeAlias = NDArray[np.bool_]
"""n x n, or draws x n x n: the row names the column; nobody names herself."""
Floats: TypeAlias = NDArray[np.float64]

SWEEPS = 2
"""Times that the rows of the absent are drawn, each given the others'."""
FEWEST_DONORS = 5
"""With fewer respondents on her side of the group, an absent person is like any respondent."""
SHAPES = np.geomspace(0.3, 50, 24)
"""How unevenly people may be named, as shapes of a gamma distribution, from very to hardly."""
UNEVEN = 2.0
"""How much more is expected, before anything is heard, that people are named unevenly: the prior is shape^-2."""
RIDGE = 0.06
"""The prior's precision of what makes somebody likelier to be named: its logarithm lies about 4 around 0."""
MOST_LIKELIER = 7.0


@dataclass(frozen=True, slots=True)
class Round:
    """Whom each person of a group named, and who answered at all; the rows of the others say nothing."""

    named: Ties
    answered: NDArray[np.bool_]
    side: NDArray[np.int64]
    """To which part of the group each belongs (one of two clusters, a subject); all alike where it does not matter."""
    near: tuple[Ties, ...] = ()
    """What else may make one name the other, each symmetric: a tie known otherwise, the same school."""


def completed(seen: Round, draws: int, rng: np.random.Generator) -> Ties:
    """The round as it may have been, `draws` times over; the same for the same people under other numbers."""
    order = _order(seen)
    back = np.argsort(order)
    cross = np.ix_(order, order)
    side = np.unique(seen.side, return_inverse=True)[1]
    named = (seen.named & seen.answered[:, None])[cross]
    sorted_round = Round(named, seen.answered[order], side[order], tuple(near[cross] for near in seen.near))
    return _completed(sorted_round, draws, rng)[:, back][:, :, back]


def _completed(seen: Round, draws: int, rng: np.random.Generator) -> Ties:
    named = seen.named
    whole = np.repeat(named[None], draws, axis=0)
    absent, present = np.flatnonzero(~seen.answered), np.flatnonzero(seen.answered)
    if not absent.size or present.size < 2:
        return whole
    same = seen.side[:, None] == seen.side[None, :]
    given = _given(np.stack([(named & same).sum(1), (named & ~same).sum(1)], axis=1), seen, draws, rng)
    readily = liked(named.sum(0), seen.answered, draws, rng)
    likelier = np.exp(_likelier(seen, present, draws, rng)).astype(np.float32)
    for _ in range(SWEEPS):
        for place, person in enumerate(absent):
            weight = readily * np.where(whole[:, :, person], likelier[:, :1], np.float32(1))
            for which, near in enumerate(seen.near, 1):
                weight *= np.where(near[person], likelier[:, which : which + 1], np.float32(1))
            weight[:, person] = 0
            whole[:, person] = False
            for part, inside in enumerate((same[person], ~same[person])):
                whole[:, person] |= _chosen(weight * inside, given[:, place, part], rng)
    return whole


def _given(counts: NDArray[np.int64], seen: Round, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """For each draw and absent person: how many she names on her own side, and on the other."""
    absent = np.flatnonzero(~seen.answered)
    heard = seen.named.sum(0) / np.maximum(seen.answered.sum() - seen.answered, 1)
    given = np.zeros((draws, absent.size, 2), dtype=np.int64)
    for side in np.unique(seen.side[absent]):
        donors = np.flatnonzero(seen.answered & (seen.side == side))
        if donors.size < FEWEST_DONORS:
            donors = np.flatnonzero(seen.answered)
        takers = np.flatnonzero(seen.side[absent] == side)
        weight = rng.standard_gamma(_trust(donors.size), (draws, donors.size))
        weight /= weight.sum(1, keepdims=True)
        reach = np.cumsum(weight, axis=1)[:, None, :]
        donor = np.minimum((rng.random((draws, takers.size))[:, :, None] > reach).sum(2), donors.size - 1)
        x, hers = heard[donors], heard[absent[takers]]
        middle = weight @ x
        varied = weight @ x**2 - middle**2
        for part in range(2):
            y = counts[donors, part].astype(np.float64)
            slope = (weight @ (x * y) - middle * (weight @ y)) / np.where(varied > 1e-12, varied, np.inf)
            many = y[donor] + slope[:, None] * (hers - x[donor])
            given[:, takers, part] = np.maximum(np.floor(many + rng.random(many.shape)), 0)
    return given


def _trust(donors: int) -> float:
    """The shape of the donors' weights: less than 1, so that few donors are doubted as Student's t doubts few cases."""
    stretch = (student.ppf(0.95, donors - 1) / student.ppf(0.95, 1e6)) ** 2
    return max(0.1, ((donors - 1) / float(stretch) - 1) / donors)


def liked(
    heard: NDArray[np.int64], answered: NDArray[np.bool_], draws: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """For each draw and person: how readily she is named, given how often those who answered named her."""
    often, chances = _often(heard, answered)
    shape = rng.choice(SHAPES, draws, p=chances)[:, None]
    return (rng.standard_gamma(shape + heard, (draws, len(heard))) / (shape + often)).astype(np.float32)


def _often(heard: NDArray[np.int64], answered: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """How often anybody would be named, and how likely each shape is, were all alike (negative binomial)."""
    asked = answered.sum() - answered
    often = asked * (max(int(heard.sum()), 1) / max(int(asked.sum()), 1))
    shape = SHAPES[:, None]
    likely = gammaln(shape + heard) - gammaln(shape) + shape * np.log(shape) - (shape + heard) * np.log(shape + often)
    weight = likely.sum(1) - UNEVEN * np.log(SHAPES)
    chances = np.exp(weight - weight.max())
    return often, chances / chances.sum()


def _likelier(seen: Round, present: NDArray[np.int64], draws: int, rng: np.random.Generator) -> Floats:
    """For each draw: the logarithms of how much likelier one names whom one was named by, and whom one is near to."""
    among = np.ix_(present, present)
    chose = seen.named[among]
    features = np.stack([chose.T, *(near[among] for near in seen.near)]).astype(np.float64)
    heard = seen.named.sum(0)
    often, chances = _often(heard, seen.answered)
    shape = float(np.exp(np.log(SHAPES) @ chances))
    readily = (shape + heard[present] - chose) / (shape + often[present])
    np.fill_diagonal(readily, 0)
    beta = np.zeros(len(features))
    for _ in range(40):
        likely, slope = _chances(readily * np.exp(np.tensordot(beta, features, 1)), chose.sum(1))
        told = np.einsum("fij,ij->fi", features, slope)
        information = np.einsum("fij,gij,ij->fg", features, features, slope)
        information -= (told / np.maximum(slope.sum(1), 1e-12)) @ told.T
        information += RIDGE * np.eye(len(beta))
        step = np.linalg.solve(information, np.einsum("fij,ij->f", features, chose - likely) - RIDGE * beta)
        beta = np.clip(beta + np.clip(step, -1, 1), -MOST_LIKELIER, MOST_LIKELIER)
        if np.abs(step).max() < 1e-4:
            break
    score = features * (chose - likely)
    pair = score + score.swapaxes(1, 2)
    single = np.einsum("fij,gij->fg", pair, pair) / 2
    person = pair.sum(2)
    values, axes = np.linalg.eigh(person @ person.T - 2 * single)
    shared = np.maximum(values - 2 * np.trace(single), 0)  # less than that may be chance
    meat = single + (axes * shared) @ axes.T + RIDGE * np.eye(len(beta))
    bread = np.linalg.inv(information)
    root = np.linalg.cholesky(bread @ meat @ bread + 1e-12 * np.eye(len(beta)))
    off = rng.standard_normal((draws, len(beta))) @ root.T
    return np.clip(beta + np.clip(off, -3, 3), -MOST_LIKELIER, MOST_LIKELIER)


def _chances(pull: Floats, gave: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """How likely each chooses each when she chooses so many without repetition, and how that grows with the pull's log.

    Each is chosen once an exponential clock of her pull has struck; the race ends when as many are expected as she
    chose.
    """
    wanted = np.minimum(gave, (pull > 0).sum(1) - 0.5)[:, None]
    until = wanted / np.maximum(pull.sum(1, keepdims=True), 1e-300)
    for _ in range(12):
        stays = np.exp(-until * pull)
        until += (wanted - (1 - stays).sum(1, keepdims=True)) / np.maximum((pull * stays).sum(1, keepdims=True), 1e-12)
    stays = np.exp(-until * pull)
    return 1 - stays, until * pull * stays


def _chosen(weight: NDArray[np.float32], many: NDArray[np.int64], rng: np.random.Generator) -> Ties:
    """For each draw that many of the people, without repetition, with chances by weight: the first in a race."""
    with np.errstate(divide="ignore", invalid="ignore"):
        late = rng.standard_exponential(weight.shape, dtype=np.float32) / weight
    most = min(int(many.max()), late.shape[1])
    if not most:
        return np.zeros(weight.shape, dtype=bool)
    first = np.sort(np.partition(late, most - 1, axis=1)[:, :most], axis=1)
    last = np.take_along_axis(first, np.clip(many - 1, 0, most - 1)[:, None], axis=1)
    chosen: Ties = (late <= last) & np.isfinite(late) & (many > 0)[:, None]
    return chosen


def _order(seen: Round) -> NDArray[np.int64]:
    """The people in an order that depends on who named whom, not on their numbers: colours refined, ties broken."""
    named = seen.named & seen.answered[:, None]
    colour = _mixed(np.unique(seen.side, return_inverse=True)[1].astype(np.uint64) * np.uint64(2) + seen.answered)
    colour = _refined(colour, named, seen.near)
    while True:
        values, counts = np.unique(colour, return_counts=True)
        tied = values[counts > 1]
        if not tied.size:
            return np.argsort(colour)
        alike = np.flatnonzero(colour == tied[0])
        rows = np.concatenate([m[alike] for m in (named, named.T, *seen.near)], axis=1)
        twins = bool((rows == rows[0]).all())
        chosen = alike if twins else alike[:1]
        colour = colour.copy()
        places = np.arange(1, chosen.size + 1, dtype=np.uint64)
        colour[chosen] = _mixed(np.add(colour[chosen], places, dtype=np.uint64))
        if not twins:
            colour = _refined(colour, named, seen.near)


def _refined(colour: NDArray[np.uint64], named: Ties, near: tuple[Ties, ...]) -> NDArray[np.uint64]:
    """Colours told apart by the colours of those one names, is named by and is near to, until that ends."""
    number = np.unique(colour).size
    while True:
        finer = _mixed(colour)
        for which, matrix in enumerate((named, named.T, *near), 2):
            finer = _mixed(finer + matrix @ _mixed(colour * np.uint64(which)))
        found = np.unique(finer).size
        if found <= number:
            return colour
        colour, number = finer, found


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers scattered over 64 bits (the last step of splitmix64)."""
    v = values + np.uint64(0x9E3779B97F4A7C15)
    v = (v ^ (v >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    v = (v ^ (v >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return v ^ (v >> np.uint64(31))
