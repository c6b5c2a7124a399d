"""Steps in which figures of a community are shown, and how a change between two terms is told."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cop.network.figures import Shown, Table
from cop.network.power import Balance

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


class Told(StrEnum):
    """What is told of a whole place besides its groups, each a share."""

    CONCENTRATED = "concentrated"
    RETURNED = "returned"
    BRIDGED = "bridged"
    SPANNING = "spanning"
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    WOMEN = "women"
    HOSTED = "hosted"
    HEARD = "heard"
    SPLITTING = "splitting"


CELLS: Mapping[Told, tuple[Table, str]] = {
    each: (Table.MOVED, each.value) if each in (Told.INBOUND, Told.OUTBOUND) else (Table(each.value), "")
    for each in Told
}
AGAINST = {Told.HOSTED: (Table.WOMEN, ""), Told.HEARD: (Table.HEARD_MEN, "")}
"""What a share of women's is held against."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A share of a whole place: the step it lies in and its doubt, 0 to 1, of how many; and how it compares."""

    what: Told
    low: float
    high: float
    doubt_low: float
    doubt_high: float
    of: int
    balance: Balance = Balance.UNKNOWN


def facts(shown: Iterable[Shown], places: Collection[str]) -> list[Fact]:
    """What the published figures of these places, which share nobody, tell together; what is hidden of one is left out,
    and nothing is told of fewer than three cases."""
    cells: dict[tuple[Table, str], list[Shown]] = {}
    for each in shown:
        if each.path in places and not each.hidden and each.of:
            cells.setdefault((each.table, each.second), []).append(each)
    found = []
    for what, cell in CELLS.items():
        if cell in cells:
            low, high, doubt_low, doubt_high, of = _pooled(cells[cell])
            other = cells.get(AGAINST[what]) if what in AGAINST else None
            balance = Balance.UNKNOWN
            if other:
                _, _, least, most, _ = _pooled(other)
                balance = Balance.LESS if doubt_high < least else Balance.MORE if doubt_low > most else Balance.ALIKE
            found.append(Fact(what, low, high, doubt_low, doubt_high, of, balance))
    return found


def _pooled(cells: Iterable[Shown]) -> tuple[float, float, float, float, int]:
    """Shares of several places as one, each weighed by of how many it is."""
    cells = list(cells)
    of = sum(each.of for each in cells)
    low, high, least, most = (
        sum(getattr(each, side) * each.of for each in cells) / of for side in ("low", "high", "doubt_low", "doubt_high")
    )
    return low, high, least, most, of


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
