"""How people move between the edge and the core of a community over snapshots, as counts of groups.

Newcomers begin at the edge, and legitimately so (Lave & Wenger 1991, Situated Learning: legitimate peripheral
participation); Wenger (1998, p. 154) names the trajectories that may follow. Somebody is of the core only if she is in
at least 80 % of the resampled rounds, so that a change of core is not the noise of who answered. Where one person
stands is for counting alone: it is told to nobody.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cop.network.completing import Ties
from cop.network.doubt import SURVIVES, best_core

N = TypeVar("N", bound=Hashable)


class Stage(StrEnum):
    """Where somebody stands in one snapshot."""

    OUTSIDE = "outside"
    """Not of the community then."""
    EDGE = "edge"
    CORE = "core"


class Trajectory(StrEnum):
    """Where somebody came from and went to over the snapshots in which she was there."""

    PERIPHERAL = "peripheral"
    """At the edge all along."""
    INBOUND = "inbound"
    """From the edge, or from outside, into the core."""
    INSIDER = "insider"
    """Of the core all along, but for a while away from it perhaps."""
    OUTBOUND = "outbound"
    """Out of the core, or gone."""


def stages(people: Sequence[N], drawn: Ties) -> dict[N, Stage]:
    """Where each stands, given the round as it may have been (draws x n x n, in the order of `people`)."""
    sure = best_core(drawn).mean(0) >= SURVIVES
    return {person: Stage.CORE if inner else Stage.EDGE for person, inner in zip(people, sure.tolist(), strict=True)}


def trajectory(path: Sequence[Stage]) -> Trajectory | None:
    """Of stages in the order of time; None for somebody who was never there."""
    there = [stage for stage in path if stage is not Stage.OUTSIDE]
    if not there:
        return None
    if path[-1] is Stage.OUTSIDE:
        return Trajectory.OUTBOUND
    if there[-1] is Stage.CORE:
        return Trajectory.INSIDER if there[0] is Stage.CORE else Trajectory.INBOUND
    return Trajectory.OUTBOUND if Stage.CORE in there else Trajectory.PERIPHERAL


def moved(snapshots: Sequence[Mapping[N, Stage]], members: Iterable[N]) -> dict[Trajectory, int]:
    """How many of a group took which way: every trajectory is there, with 0 where nobody took it."""
    ways: Counter[Trajectory] = Counter()
    for person in set(members):
        way = trajectory([snapshot.get(person, Stage.OUTSIDE) for snapshot in snapshots])
        if way is not None:
            ways[way] += 1
    return {way: ways[way] for way in Trajectory}


def steadiness(before: NDArray[np.bool_], after: NDArray[np.bool_]) -> float:
    """How far two cores of the same people agree (Jaccard): 1 the same, 0 nobody in common; 1 where both are empty."""
    either = int((before | after).sum())
    return float((before & after).sum()) / either if either else 1.0
