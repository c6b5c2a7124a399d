"""What of the measured figures may be shown: groups put together, steps instead of numbers, and what must stay hidden.

Nothing is decided by what a figure says, only by on whom it stands, but for the dominance rule.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from clusters.structure.naming import in_order
from cop.network.figures import Figure, Shown, Table
from cop.network.rules import BANDS, CLUSTERS, COUNTS, SCHOOLS, TIES

TOP1, TOP2 = 0.5, 0.75
"""A figure of which one person brings more than this share, or two more than that, is hidden."""
WHOLES_ONLY = frozenset({Table.CORE, Table.CONCENTRATED})
"""They say something of one group; those of two do not add up to one of both."""
Key = tuple[Table, str, str]
"""A cell: its table, the path of its group and the second axis."""


@dataclass(frozen=True, slots=True)
class Last:
    """A cell as it was published last: what was shown, when (ISO date), and on whom it stood."""

    shown: Shown
    on: str
    persons: frozenset[int]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure and how it may be shown; `kept` when it is the one of `Last`."""

    shown: Shown
    persons: frozenset[int]
    """On whom the figure stands now; a kept one was published on those of its last publication."""
    kept: bool = False
    of: float = 0.0
    """The denominator as it is."""

    @property
    def key(self) -> Key:
        """Which cell it is."""
        return self.shown.table, self.shown.path, self.shown.second

    @property
    def fresh(self) -> bool:
        """Is it published anew?"""
        return not self.kept and not self.shown.hidden


def partition(
    figures: Iterable[Figure],
    last: Mapping[Key, Last],
    school_of: Mapping[int, int],
    k: int,
    withheld: Iterable[Key] = (),
) -> list[Cell]:
    """Every figure as it may be shown, in the order of the tree.

    `withheld` are cells that may not be published anew, whatever else allows it: they stay as they were published
    last, or hidden.
    """
    figures, back = list(figures), frozenset(withheld)
    cells = {
        key: _cell(combined, last.get(key), school_of, k, key in back)
        for key, combined in _combined(figures, _groups(figures, last, school_of, k)).items()
    }
    _settle(cells, last, school_of, k)
    _wait_with_ends(cells, last, k)
    return sorted(cells.values(), key=lambda cell: _order(cell.shown))


def enough(persons: Iterable[int], school_of: Mapping[int, int], k: int) -> bool:
    """Are these k persons or more, of three schools or more?"""
    persons = frozenset(persons)
    return len(persons) >= k and len({school_of[each] for each in persons if each in school_of}) >= SCHOOLS


def in_steps(figure: Figure, merged: tuple[str, ...] = (), *, hidden: bool = False) -> Shown:
    """A figure as it is shown; of a hidden one nothing but its place."""
    if hidden:
        return Shown(figure.table, figure.path, 0.0, 0.0, 0.0, 0.0, figure.second, merged, hidden=True)
    low, high = _step(figure.table, figure.value, figure.of)
    doubt_low, _ = _step(figure.table, min(figure.low, figure.value), figure.of)
    _, doubt_high = _step(figure.table, max(figure.high, figure.value), figure.of)
    of = int(round_to(figure.of, 5))
    return Shown(figure.table, figure.path, low, high, doubt_low, doubt_high, figure.second, merged, of=of)


def round_to(value: float, step: float) -> float:
    """The nearest multiple of a step, halves upwards."""
    return math.floor(value / step + 0.5) * step


def shown_alike(shown: Shown, of: float, most: int) -> tuple[int, int]:
    """The least and the greatest count, up to `most`, that is shown like this one, of so many."""

    def low(count: int) -> float:
        return _step(shown.table, count, of)[0]

    counts = range(most + 1)
    return bisect_left(counts, shown.low, key=low), bisect_right(counts, shown.low, key=low) - 1


def _step(table: Table, value: float, of: float) -> tuple[float, float]:
    """Nobody is told that all did, or nobody, whatever the figure says: one more or less is always shown alike."""
    if table in TIES:
        whole = math.floor(value + 0.5)
        return next(step for step in BANDS if whole <= step[1])
    if table in COUNTS:
        rounded = round_to(min(value, of - 1) if of else value, 5)
        return rounded, rounded
    share = value / of if of else value
    first, last = (max(1, _tenths(1 / of)), min(9, _tenths(1 - 1 / of))) if of > 0 else (1, 9)
    if last <= first:
        return 0.0, 1.0
    if _tenths(share) <= first:
        return 0.0, first / 10
    return (last / 10, 1.0) if _tenths(share) >= last else (_tenths(share) / 10, _tenths(share) / 10)


def _tenths(share: float) -> int:
    return math.floor(share * 10 + 0.5)


def _order(shown: Shown) -> tuple[object, ...]:
    return in_order(shown.path), tuple(Table).index(shown.table), in_order(shown.second), shown.second


def above(path: str) -> str | None:
    """The path of the place right above; None for the programme."""
    return None if not path else path[: path.rstrip(".").rfind(".") + 1]


@dataclass(frozen=True, slots=True)
class _Combined:
    """A figure of a group; `merged` are the clusters that stand together in it, `sound` whether it has a meaning."""

    figure: Figure
    merged: tuple[str, ...] = ()
    sound: bool = True


def _groups(
    figures: Iterable[Figure], last: Mapping[Key, Last], school_of: Mapping[int, int], k: int
) -> dict[str, tuple[str, ...]]:
    """Of every cluster, those that it stands together with (itself among them), in the order of the tree.

    Who stood together last month goes on, unless each is large enough alone and as many have changed since.
    """
    here = {each.path: each for each in figures if each.table is Table.TAKING_PART and not each.second}
    stood = [
        each
        for (table, _, second), each in last.items()
        if table is Table.TAKING_PART and not second and each.shown.merged
    ]
    before = {path: each for each in stood for path in each.shown.merged}

    def large(unit: Sequence[str]) -> bool:
        persons = frozenset().union(*(here[path].persons for path in unit))
        return sum(here[path].value for path in unit) >= k and enough(persons, school_of, k)

    def may_part(of: Last) -> bool:
        there = [path for path in of.shown.merged if path in here]
        now = frozenset().union(*(here[path].persons for path in there))
        return all(large([path]) for path in there) and not 0 < len(now ^ of.persons) < k

    together: dict[str, tuple[str, ...]] = {}
    clusters = sorted((path for path in here if path.count(".") == CLUSTERS), key=in_order)
    for _, inside in groupby(clusters, key=above):
        units: list[tuple[str, ...]] = []
        for path in inside:
            of = before.get(path)
            if units and of and units[-1][0] in of.shown.merged and not may_part(of):
                units[-1] += (path,)
            else:
                units.append((path,))
        grown: list[tuple[str, ...]] = []
        for unit in units:
            if grown and not large(grown[-1]):
                grown[-1] += unit
            else:
                grown.append(unit)
        if len(grown) > 1 and not large(grown[-1]):
            rest = grown.pop()
            grown[-1] += rest
        for unit in grown:
            together |= dict.fromkeys(unit, unit)
    return together


def _combined(figures: Iterable[Figure], groups: Mapping[str, tuple[str, ...]]) -> dict[Key, _Combined]:
    """Figures of groups. Where all clusters of a circle stand together, the circle's own figures say it."""
    sizes = Counter(above(path) for path in groups)
    gathered: dict[Key, list[Figure]] = defaultdict(list)

    def stands(path: str) -> str:
        unit = groups.get(path, (path,))
        whole = len(unit) > 1 and len(unit) == sizes[above(path)]
        return str(above(path)) if whole else unit[0]

    for each in figures:
        one, other = stands(each.path), each.second
        table = each.table
        if table is Table.BETWEEN:
            other = stands(each.second)
            if one == other:
                table, other = Table.WITHIN, ""
            elif in_order(other) < in_order(one):
                one, other = other, one
        said_above = one != each.path and one.count(".") < CLUSTERS
        if said_above and (table is not Table.BETWEEN or other.count(".") < CLUSTERS):
            continue
        gathered[table, one, other].append(each)
    return {
        key: _Combined(_sum(key, parts), _merged(key, groups), key[0] not in WHOLES_ONLY or len(parts) == 1)
        for key, parts in gathered.items()
    }


def _merged(key: Key, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    unit = groups.get(key[1], ())
    return unit if len(unit) > 1 else ()


def _sum(key: Key, parts: Sequence[Figure]) -> Figure:
    if len(parts) == 1:
        return replace(parts[0], table=key[0], path=key[1], second=key[2])
    total = sum(each.value for each in parts)
    given = sorted(
        (amount for each in parts for amount in (each.top1 * each.value, (each.top2 - each.top1) * each.value)),
        reverse=True,
    )
    return Figure(
        table=key[0],
        path=key[1],
        value=total,
        low=sum(each.low for each in parts),
        high=sum(each.high for each in parts),
        of=sum(each.of for each in parts),
        persons=frozenset().union(*(each.persons for each in parts)),
        schools=frozenset().union(*(each.schools for each in parts)),
        second=key[2],
        top1=given[0] / total if total else 0.0,
        top2=sum(given[:2]) / total if total else 0.0,
    )


def _cell(combined: _Combined, last: Last | None, school_of: Mapping[int, int], k: int, withheld: bool) -> Cell:
    figure = combined.figure
    dominated = figure.top1 > TOP1 or figure.top2 > TOP2
    if not combined.sound or dominated or not enough(figure.persons, school_of, k):
        return Cell(in_steps(figure, combined.merged, hidden=True), figure.persons)
    cell = Cell(in_steps(figure, combined.merged), figure.persons, of=figure.of)
    few = last is not None and 0 < len(figure.persons ^ last.persons) < k
    return _back(cell, last) if withheld or few else cell


def _back(cell: Cell, last: Last | None) -> Cell:
    """The cell as it was published last, or hidden if it never was, or of another group."""
    if last is None or last.shown.merged != cell.shown.merged:
        return _hidden(cell)
    return replace(cell, shown=replace(last.shown, kept_from=last.shown.kept_from or last.on), kept=True)


def _hidden(cell: Cell) -> Cell:
    was = cell.shown
    return Cell(Shown(was.table, was.path, 0.0, 0.0, 0.0, 0.0, was.second, was.merged, hidden=True), cell.persons)


def _settle(cells: dict[Key, Cell], last: Mapping[Key, Last], school_of: Mapping[int, int], k: int) -> None:
    """Hide and keep more until no whole gives away what was hidden or kept below it."""
    wholes = _wholes(cells)
    again = True
    while again:
        again = False
        for whole, parts in wholes.items():
            cell = cells[whole]
            if cell.fresh and _few_kept(cells, parts, last, k):
                cells[whole], again = _back(cell, last.get(whole)), True
            if cells[whole].shown.hidden:
                continue
            alone = _given_away(cells, cells[whole], parts, school_of, k)
            if alone:
                cells[alone], again = _hidden(cells[alone]), True


def _wholes(cells: Mapping[Key, Cell]) -> dict[Key, list[Key]]:
    """Every cell with those that it is the sum of: of the places right below it, or of the second axis."""
    parts: dict[Key, list[Key]] = defaultdict(list)
    for table, path, second in cells:
        if table is Table.BETWEEN:
            continue
        over = above(path)
        if over is not None and (table, over, second) in cells:
            parts[table, over, second].append((table, path, second))
        if second and (table, path, "") in cells:
            parts[table, path, ""].append((table, path, second))
    return dict(parts)


def _few_kept(cells: Mapping[Key, Cell], parts: Iterable[Key], last: Mapping[Key, Last], k: int) -> bool:
    """Have so few changed in the parts that are kept, that a new whole would tell who?"""
    changed = frozenset().union(*(cells[part].persons ^ last[part].persons for part in parts if cells[part].kept))
    return 0 < len(changed) < k


def _wait_with_ends(cells: dict[Key, Cell], last: Mapping[Key, Last], k: int) -> None:
    """Keep what lies between two groups while too few have changed in either: with that of a third group to both, it
    would tell how each of them changed."""
    for key, cell in cells.items():
        table, *ends = key
        if (
            table is Table.BETWEEN
            and cell.fresh
            and any(_waits((Table.WITHIN, end, ""), cells, last, k) for end in ends)
        ):
            cells[key] = _back(cell, last.get(key))


def _waits(end: Key, cells: Mapping[Key, Cell], last: Mapping[Key, Last], k: int) -> bool:
    if end not in cells:
        return False
    few = end in last and 0 < len(cells[end].persons ^ last[end].persons) < k
    return few or cells[end].kept


def _given_away(
    cells: Mapping[Key, Cell], whole: Cell, parts: Sequence[Key], school_of: Mapping[int, int], k: int
) -> Key | None:
    """The part that must be hidden too, the smallest, because the whole less what is shown tells of too few."""
    rest = [whole.persons.difference(*(cells[part].persons for part in parts))]
    unseen = [each for each in (*rest, *(cells[part].persons for part in parts if cells[part].shown.hidden)) if each]
    seen = [part for part in parts if not cells[part].shown.hidden]
    if not unseen or not seen or (len(unseen) > 1 and enough(frozenset().union(*unseen), school_of, k)):
        return None
    return min(seen, key=lambda part: (len(cells[part].persons), _order(cells[part].shown)))
