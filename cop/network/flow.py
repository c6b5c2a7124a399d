"""How far and how fast something travels: along ties in rising time, as a diffusion after Valente, as a note's path."""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)
PERIODS_FILLED = 1_000
"""Whole-number times so far apart at most are filled with the periods in which nobody adopted."""


@dataclass(frozen=True, slots=True)
class Contact(Generic[N]):
    """Something could pass from one to another at a moment."""

    source: N
    target: N
    at: float


@dataclass(frozen=True, slots=True)
class Arrival(Generic[N]):
    """When something came first, from whom, and after how many steps."""

    at: float
    came_from: N
    steps: int


def earliest_arrival(contacts: Iterable[Contact[N]], start: N) -> dict[N, Arrival[N]]:
    """When each is first reached from `start` along contacts in rising time (Kempe, Kleinberg and Kumar 2002; earliest
    arrival after Bui-Xuan, Ferreira and Jarry 2003). Whoever is not in the answer is not reached.

    What happens at the same instant does not chain: contacts of one moment pass on only what was there before it.
    """
    reached: dict[N, Arrival[N]] = {}
    for at, moment in groupby(sorted(contacts, key=lambda each: each.at), key=lambda each: each.at):
        new: dict[N, Arrival[N]] = {}
        for each in moment:
            if each.target == start or each.target in reached:
                continue
            if each.source == start:
                steps = 1
            elif each.source in reached:
                steps = reached[each.source].steps + 1
            else:
                continue
            before = new.get(each.target)
            if before is None or steps < before.steps:
                new[each.target] = Arrival(at, each.source, steps)
        reached |= new
    return reached


def reach(contacts: Iterable[Contact[N]]) -> dict[N, int]:
    """How many others each can reach along contacts in rising time (Holme 2005), by the same rule of the instant.

    One pass in falling time: whoever passes to another at a moment reaches her and whom she reaches later.
    """
    bit: dict[N, int] = {}
    later: dict[N, int] = {}
    for _, moment in groupby(sorted(contacts, key=lambda each: -each.at), key=lambda each: each.at):
        gained: dict[N, int] = {}
        for each in moment:
            for end in (each.source, each.target):
                bit.setdefault(end, 1 << len(bit))
            gained[each.source] = gained.get(each.source, 0) | bit[each.target] | later.get(each.target, 0)
        for source, whom in gained.items():
            later[source] = later.get(source, 0) | whom
    return {node: (later.get(node, 0) & ~its).bit_count() for node, its in bit.items()}


class Adopter(StrEnum):
    """Who adopted when, beside the others (Rogers 1962; cut at the mean and a standard deviation: Valente 1995)."""

    EARLY = "early_adopter"
    EARLY_MAJORITY = "early_majority"
    LATE_MAJORITY = "late_majority"
    LAGGARD = "laggard"
    NONE = "non_adopter"


@dataclass(frozen=True, slots=True)
class Period:
    """What happened at one time: how many adopted, how many had by its end, and the hazard of adopting."""

    at: float
    new: int
    cumulative: int
    hazard: float
    """Of those who had not adopted before, the share that did now."""


@dataclass(frozen=True, slots=True)
class Diffusion(Generic[N]):
    """A diffusion through a network, period by period and person by person; None where somebody names nobody."""

    periods: tuple[Period, ...]
    exposure: dict[N, tuple[float | None, ...]]
    """By period: of those she turns to, the share that had adopted by its end."""
    threshold: dict[N, float]
    """Her exposure in the period in which she adopted; those who adopted in that same period are counted."""
    threshold_before: dict[N, float]
    """The same of those only who had adopted in an earlier period: what happens at one instant does not chain."""
    category: dict[N, Adopter]


def diffusion(turns_to: Mapping[N, Sequence[N]], adopted: Mapping[N, float]) -> Diffusion[N]:
    """Exposure, threshold and hazard after Valente (1995, "Network Models of the Diffusion of Innovations"; 1996,
    "Social network thresholds in the diffusion of innovations").

    `turns_to` holds everyone of the population, with those she turns to; whoever is not in `adopted` never did.
    Exposure E_i(t) = sum over j of w_ij x_j(t) / sum over j of w_ij; the threshold is E_i at her own time of adoption;
    hazard h(t) = new adopters at t / those who had not adopted before t (Allison 1984). Periods are the times at which
    somebody adopted, and where those are whole numbers also the ones between them.
    """
    times = _periods(adopted.values())
    periods: list[Period] = []
    done = 0
    for at in times:
        new = sum(1 for moment in adopted.values() if moment == at)
        periods.append(Period(at, new, done + new, new / (len(turns_to) - done) if len(turns_to) > done else 0.0))
        done += new
    exposure = {who: tuple(_share(others, adopted, at) for at in times) for who, others in turns_to.items()}
    threshold, before = {}, {}
    for who, at in adopted.items():
        by_then, till_then = _share(turns_to[who], adopted, at), _share(turns_to[who], adopted, at, strictly=True)
        if by_then is not None and till_then is not None:
            threshold[who], before[who] = by_then, till_then
    return Diffusion(tuple(periods), exposure, threshold, before, _categories(turns_to, adopted))


@dataclass(frozen=True, slots=True)
class Passing(Generic[N]):
    """A note came to a place at a moment, from another place; None where it began."""

    place: N
    came_from: N | None
    at: float


@dataclass(frozen=True, slots=True)
class Stop(Generic[N]):
    """A place on a note's path: when it came first, from where, and how many steps from its beginning."""

    place: N
    at: float
    came_from: N | None
    steps: int


def path_of_note(passings: Iterable[Passing[N]]) -> tuple[Stop[N], ...]:
    """The tree by which a note reached places, in the order of arrival: of each place the first passing counts.

    From where it came is told by each passing and never guessed; a place from which it came although it is not known
    how it got there counts as a beginning.
    """
    stops: dict[N, Stop[N]] = {}
    for _, moment in groupby(sorted(passings, key=lambda each: each.at), key=lambda each: each.at):
        waiting = [each for each in moment if each.place not in stops]
        while waiting:
            known = [each for each in waiting if each.came_from is None or each.came_from in stops] or waiting[:1]
            for each in known:
                if each.place not in stops:
                    stops[each.place] = Stop(each.place, each.at, each.came_from, _steps(each.came_from, stops))
            waiting = [each for each in waiting if each.place not in stops]
    return tuple(stops.values())


def _steps(origin: N | None, stops: Mapping[N, Stop[N]]) -> int:
    if origin is None:
        return 0
    return stops[origin].steps + 1 if origin in stops else 1


def _share(others: Sequence[N], adopted: Mapping[N, float], at: float, *, strictly: bool = False) -> float | None:
    if not others:
        return None
    had = sum(
        1 for other in others if other in adopted and (adopted[other] < at or (adopted[other] == at and not strictly))
    )
    return had / len(others)


def _periods(moments: Iterable[float]) -> list[float]:
    times = sorted(set(moments))
    if times and all(float(at).is_integer() for at in times) and times[-1] - times[0] <= PERIODS_FILLED:
        return [float(at) for at in range(int(times[0]), int(times[-1]) + 1)]
    return times


def _categories(everyone: Iterable[N], adopted: Mapping[N, float]) -> dict[N, Adopter]:
    moments = list(adopted.values())
    mean = math.fsum(moments) / len(moments) if moments else 0.0
    spread = math.sqrt(math.fsum((at - mean) ** 2 for at in moments) / (len(moments) - 1)) if len(moments) > 1 else 0.0
    return {who: _category(adopted.get(who), mean, spread) for who in everyone}


def _category(at: float | None, mean: float, spread: float) -> Adopter:
    if at is None:
        return Adopter.NONE
    if at <= mean - spread:
        return Adopter.EARLY
    if at <= mean:
        return Adopter.EARLY_MAJORITY
    return Adopter.LATE_MAJORITY if at <= mean + spread else Adopter.LAGGARD
