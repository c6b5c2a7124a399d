"""What figures of a large place, or of what lies between two, may be, given who did not answer: drawn count by count.

How many ties the absent would have named is drawn at the rate and with the spread of those who answered; then how many
of them would have been returned, or known otherwise already; and to whom they would have gone, by how often each is
named. What is one person's habit is not counted as many cases: errors allow for ties that share a person (Aronow,
Samii & Assenova 2015). Smaller places are completed tie by tie instead (completing.py).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cop.network.completing import Floats, Ties, liked
from cop.network.doubt import DRAWS, MEASURES, SEED, Bounded, Measure, at_most, bounds, concentrated
from cop.network.figures import Table
from cop.ties.rules import MOST_NAMED

TENTH = 10
FEWEST = 5
"""Who must have answered; where fewer did, a share may be any, and a count anything from what is known."""

COUNT, SHARE = MEASURES["within"], MEASURES["returned"]
LOOSELY = Measure(concentrated, stretch=1.5, most=1)
"""Of many people: whom the absent would have named is known less than by counts."""
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a place, or of two: its people numbered from 0."""

    absent: NDArray[np.bool_]
    """Who was asked and did not answer."""
    src: Numbers
    dst: Numbers
    """Who named whom, each once."""
    one: Numbers
    other: Numbers
    """Pairs tied otherwise, each once; which comes first does not matter."""
    help: Numbers
    """How often each was turned to, every time counted."""
    subjects: Numbers
    """What each teaches, as bits; 0 where it is not known."""
    side: NDArray[np.bool_] | None = None
    """Of two places, who is of the second; then only ties across count."""


def reckoned(known: Known, seed: int = SEED) -> dict[Table, Bounded]:
    """Each figure that stands on nominations, ties as counts, the others as shares; none where all answered."""
    if not known.absent.any():
        return {}
    if (~known.absent).sum() < FEWEST:
        return _hardly_known(known)
    rng = np.random.default_rng(seed)
    if known.side is not None:
        return {Table.BETWEEN: at_most(COUNT, counted(known, rng).pairs)}
    return _within(known, rng)


def _hardly_known(known: Known) -> dict[Table, Bounded]:
    """Any share, around a half; of ties all that are known, and all that the absent could name besides."""
    seen, people = float(_pairs(known).size), len(known.absent)
    second = 0 if known.side is None else int(known.side.sum())
    most = people * (people - 1) / 2 if known.side is None else second * (people - second)
    count = Bounded(seen, seen, min(most, seen + MOST_NAMED * float(known.absent.sum())))
    if known.side is not None:
        return {Table.BETWEEN: count}
    bridging = float(_bridging(known.subjects, *_ends(known))[0].sum())
    bridged = Bounded(bridging, bridging, bridging + count.high - seen)
    shares = (Table.RETURNED, Table.CONCENTRATED)
    return {Table.WITHIN: count, Table.BRIDGED: bridged} | dict.fromkeys(shares, Bounded(0.5, 0.0, 1.0))


def _within(known: Known, rng: np.random.Generator) -> dict[Table, Bounded]:
    counts = counted(known, rng)
    people = len(known.absent)
    readily = liked(np.bincount(known.dst, minlength=people), ~known.absent, DRAWS, rng).astype(np.float64)
    help_given = known.help + rng.poisson(readily * (counts.new / readily.sum(1))[:, None])
    one, other = _ends(known)
    bridging, told = _bridging(known.subjects, one, other)
    fresh = counts.new * float(told.mean() if told.size else 0)
    off = np.where(told, bridging - (bridging.sum() / max(told.sum(), 1)), 0)
    added = _drawn_share(bridging.sum() / max(told.sum(), 1), fresh, (one, other, off), people, rng)
    return {
        Table.WITHIN: at_most(COUNT, counts.pairs),
        Table.RETURNED: bounds(SHARE, counts.returned),
        Table.BRIDGED: at_most(COUNT, np.asarray(bridging.sum() + added, dtype=np.float64)),
        Table.CONCENTRATED: bounds(LOOSELY, _by_most(help_given)),
    }


@dataclass(frozen=True, slots=True)
class Counts:
    """For each draw: pairs with a tie, those of them that the absent would have brought, nominations returned."""

    pairs: Floats
    new: Floats
    returned: Floats
    named: Floats
    """What the absent would have named."""


def on_subject(seen: float, pairs: float, new: Floats, named: Floats, rng: np.random.Generator) -> Bounded:
    """Ties on one subject, seen so many of all that were: of what the absent would have brought or named again, as
    many parts are on it."""
    share = rng.beta(seen + 0.5, max(pairs - seen, 0) + 0.5, DRAWS)
    again = np.maximum(named - new, 0)
    fresh = rng.binomial(np.rint(np.maximum(new, 0)).astype(np.int64), share)
    besides = rng.binomial(np.rint(again).astype(np.int64), share * (1 - share))
    return at_most(COUNT, (seen + fresh + besides).astype(np.float64))


def counted(known: Known, rng: np.random.Generator) -> Counts:
    """Gamma-Poisson for what the absent would have named, binomial with a beta rate for what of it is returned."""
    people, here = len(known.absent), ~known.absent
    counts = ~known.absent[known.src]
    src, dst = known.src[counts], known.dst[counts]
    gave = np.bincount(src, minlength=people)[here]
    spread = float(np.clip(gave.var(ddof=1) / gave.mean() if gave.size > 1 and gave.any() else 1.0, 0.1, people))
    rate = spread * rng.standard_gamma(gave.sum() / spread + 0.5, DRAWS) * (known.absent.sum() / here.sum())
    arcs = np.rint(spread * rng.poisson(rate / spread)).astype(np.int64)
    among = here[dst]
    first, second = src[among], dst[among]
    back = np.isin(first * people + second, second * people + first)
    chance = back.sum() / max(back.size, 1)
    to_absent = int((~among).sum())
    off = (first, second, np.where(back, 1 - chance, -chance))
    answered = np.minimum(_drawn_share(chance, np.full(DRAWS, float(to_absent)), off, people, rng), arcs)
    both_absent = (arcs - answered) * (to_absent / max(src.size, 1))
    between = _drawn_share(chance, both_absent, off, people, rng) / 2
    pairs = _pairs(known)
    otherwise = np.isin(_keys(src, dst, people), _keys(known.one, known.other, people)).mean() if src.size else 0.0
    new = (arcs - answered - between) * (1 - float(otherwise))
    returned = (back.sum() + 2 * (answered + between)) / np.maximum(src.size + arcs, 1)
    return Counts(pairs.size + new, new, returned, arcs.astype(np.float64))


def _drawn_share(
    share: float, of: Floats, off: tuple[Numbers, Numbers, Floats], people: int, rng: np.random.Generator
) -> Floats:
    """How many of so many have what that share of the known have; `off` is each known tie's distance from the share."""
    one, other, apart = off
    person = np.bincount(one, apart, people) + np.bincount(other, apart, people)
    key = np.unique(_keys(one, other, people), return_inverse=True)[1] if one.size else one
    pair = np.bincount(key, apart) if one.size else np.zeros(1)
    plain, shared = float((pair**2).sum()), float((person**2).sum() - (pair**2).sum())
    cases = max(int((apart != 0).sum()), 1)
    variance = max(plain, shared, 0.25) / cases
    spread = rng.standard_normal(DRAWS) * np.sqrt(variance / cases) * of + rng.standard_normal(DRAWS) * np.sqrt(
        np.maximum(variance * of, 0)
    )
    return np.asarray(np.clip(share * of + spread, 0, of))


def _keys(one: Numbers, other: Numbers, people: int) -> Numbers:
    return np.minimum(one, other) * people + np.maximum(one, other)


def _pairs(known: Known) -> Numbers:
    """Every pair known to be tied, once, as the one's number times all and the other's."""
    src, dst = np.concatenate([known.src, known.one]), np.concatenate([known.dst, known.other])
    return np.unique(_keys(src, dst, len(known.absent)))


def _ends(known: Known) -> tuple[Numbers, Numbers]:
    pairs = _pairs(known)
    return pairs // len(known.absent), pairs % len(known.absent)


def _bridging(subjects: Numbers, one: Numbers, other: Numbers) -> tuple[Ties, Ties]:
    """Of pairs: who teach nothing in common, and of whom both have a subject that is known."""
    first, second = subjects[one], subjects[other]
    told = np.asarray((first != 0) & (second != 0))
    return told & np.asarray(first & second == 0), told


def _by_most(help_given: NDArray[np.int64]) -> Floats:
    """The share of all help that comes from the tenth (rounded up) who are turned to most."""
    falling = -np.sort(-help_given, axis=-1)
    tenth = -(-help_given.shape[-1] // TENTH)
    return np.asarray(falling[..., :tenth].sum(-1) / np.maximum(falling.sum(-1), 1))
