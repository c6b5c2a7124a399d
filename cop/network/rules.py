"""Steps in which figures of a community are shown, and how a change between two terms is told."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cop.network.figures import Shown, Table

K = 10
"""Persons below whom nothing is shown; it can be raised and never lowered."""
SCHOOLS = 3
"""Schools that they come from at least."""
MOST_NODES = 40
"""Groups that one picture holds."""
CLUSTERS = 3
"""Steps from the programme down to a cluster."""
BANDS = ((0, 9), (10, 24), (25, 49), (50, math.inf))
TIES = frozenset({Table.WITHIN, Table.BETWEEN, Table.BRIDGED})
"""Shown as bands."""
COUNTS = frozenset({Table.TAKING_PART, Table.ASKED, Table.NOTES, Table.TRIED})
"""Shown rounded to 5."""


@dataclass(frozen=True, slots=True)
class Band:
    """A step of counts: 10 to 24, or 50 and more when `high` is None; 0 to 9 is said as few or none."""

    low: int
    high: int | None


class Change(StrEnum):
    """What became of a figure since the last term's."""

    MORE = "more"
    SAME = "same"
    LESS = "less"
    FIRST = "first"
    """There is none of the last term to compare it with."""
    UNKNOWN = "unknown"
    """One of the two is hidden."""


def band(count: float) -> Band:
    """The step that a count lies in."""
    low, high = next(step for step in BANDS if count <= step[1])
    return Band(low, None if math.isinf(high) else int(high))


def change(now: Shown | None, before: Shown | None) -> tuple[Change, bool]:
    """What became of a figure, and whether that is more than its doubt: the doubtful ranges of the two do not meet."""
    if now is None or now.hidden or (before is not None and before.hidden):
        return Change.UNKNOWN, False
    if before is None:
        return Change.FIRST, True
    if now.low == before.low:
        return Change.SAME, True
    apart = now.doubt_low > before.doubt_high or now.doubt_high < before.doubt_low
    return (Change.MORE if now.low > before.low else Change.LESS), apart


def pictured(shown: Iterable[Shown], above: int) -> tuple[int, list[Shown]]:
    """The groups of the picture of a place that lies `above` steps deep, as the figures of who takes part in them, and
    how deep they lie: the deepest step of which a picture holds all, if anything is shown of any of them."""
    first = min(above + 1, CLUSTERS)
    levels: dict[int, list[Shown]] = {depth: [] for depth in range(first, CLUSTERS + 1)}
    for each in shown:
        if each.table is Table.TAKING_PART and not each.second:
            levels.get(each.path.count("."), []).append(each)
    fits = [
        depth
        for depth, groups in levels.items()
        if len(groups) <= MOST_NODES and not all(each.hidden for each in groups)
    ]
    depth = max(fits, default=first)
    return depth, levels[depth] if fits else []
