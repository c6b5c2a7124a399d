"""Whom do rounded figures leave no choice? Bounds by linear programming over what one month shows anew.

A count of what people did or were is the sum over its people; what is shown says between which whole numbers it lies
and, for a share, of how many it is. People who stand behind the same figures have the same bounds. Certain is whoever
can have had none of it, or all of it, and nothing else. One program answers for all to whom it can give one each at
once; only who is left is asked for alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, vstack

from cop.network.auditor import Finding
from cop.network.figures import Table

ONCE = frozenset({Table.TAKING_PART, Table.ASKED, Table.RETURNING, Table.WELCOMED, Table.WOMEN})
"""Each person counts once in the denominator."""
SHARED = frozenset({Table.ANSWERED, Table.HEARD, Table.HEARD_MEN, Table.HOSTED, Table.SPANNING, Table.MOVED})
"""Each counts as often as she did something, known for all together."""
COUNTED = ONCE | SHARED | {Table.NOTES, Table.TRIED}
"""Sums over people. Ties are of two people, and in their bands no sum of lower ends meets an upper end."""
NEARLY = 1e-6

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Told:
    """What a cell says of its people: their sum lies from `low` to `high`, of so many."""

    table: Table
    second: str
    persons: frozenset[int]
    low: float
    high: float
    of: float


def certain(cells: Sequence[Told]) -> list[Finding]:
    """People with one possible value alone by what these cells of one moment say, and the cells that say so.

    The cells are of one family of tables. Empty too where they contradict each other, as then nothing follows.
    """
    cells = [each for each in cells if each.persons]
    if not cells:
        return []
    program = _Program.of(cells)
    found: dict[frozenset[int], Finding] = {}
    for aim in program.without_choice():
        rows = program.why(aim)
        if rows is not None:
            found.setdefault(aim.persons, Finding(aim.persons, rows))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Aim:
    """The sum of some variables, of people alike, which is nothing unless it can be one."""

    persons: frozenset[int]
    columns: tuple[int, ...]
    sign: float
    """-1 where it is what is left of `most`."""
    most: float
    besides: tuple[int, ...]
    """Variables of what they might as well have done: without any of it there is nothing to tell."""


@dataclass(frozen=True)
class _Program:
    """Rows `matrix @ x <= limits`, of each the cell that it comes from; x from 0 to `upper`."""

    matrix: csr_array
    limits: Floats
    upper: Floats
    cell_of: NDArray[np.int64]
    aims: tuple[_Aim, ...]

    @classmethod
    def of(cls, cells: Sequence[Told]) -> "_Program":
        standing: dict[int, list[int]] = defaultdict(list)
        for number, cell in enumerate(cells):
            for person in cell.persons:
                standing[person].append(number)
        alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for person, where in standing.items():
            alike[tuple(where)].append(person)
        once, shared = cells[0].table in ONCE, cells[0].table in SHARED
        seconds = ("", *sorted({cell.second for cell in cells} - {""}))
        did: dict[tuple[int, str], int] = {}
        sizes: list[float] = []
        inside: dict[int, list[tuple[int, str]]] = defaultdict(list)
        aims: list[_Aim] = []
        left = len(alike) * len(seconds)
        for atom, (rows, those) in enumerate(alike.items()):
            for number in rows:
                inside[number] += [(atom, s) for s in seconds if cells[number].second in ("", s)]
            here = {cells[number].second for number in rows}
            for second in seconds:
                did[atom, second] = len(sizes)
                sizes.append(float(len(those)) if once else np.inf)
            persons = frozenset(those)
            for second in here:
                mine = tuple(did[atom, s] for s in seconds if second in ("", s))
                others = tuple(left + column for column in mine) if shared else ()
                aims.append(_Aim(persons, mine, 1.0, np.inf, (*mine, *others) if shared else ()))
                if once:
                    aims.append(_Aim(persons, mine, -1.0, float(len(those)), ()))
                elif shared:
                    aims.append(_Aim(persons, others, 1.0, np.inf, (*mine, *others)))
        entries: list[tuple[int, int, float]] = []
        limits: list[float] = []
        cell_of: list[int] = []

        def less(number: int, columns: Sequence[int], sign: float, limit: float) -> None:
            entries.extend((len(limits), column, sign) for column in columns)
            limits.append(limit)
            cell_of.append(number)

        for number, cell in enumerate(cells):
            columns = tuple(did[each] for each in inside[number])
            less(number, columns, 1.0, cell.high)
            less(number, columns, -1.0, -cell.low)
            if shared:
                both = (*columns, *(left + column for column in columns))
                less(number, both, 1.0, cell.of)
                less(number, both, -1.0, -cell.of)
        row, column, value = zip(*entries, strict=True)
        width = left * (1 + shared)
        matrix = coo_array((value, (row, column)), shape=(len(limits), width)).tocsr()
        upper = np.array(sizes + [np.inf] * (width - left))
        return cls(matrix, np.array(limits), upper, np.array(cell_of), tuple(aims))

    def without_choice(self) -> Iterator[_Aim]:
        """The aims that cannot be one; none where the rows contradict each other."""
        open_ = list(self.aims)
        while open_:
            reached = self._reached(open_)
            if reached is None:
                return
            if not reached.any():
                break
            open_ = [aim for aim, there in zip(open_, reached, strict=True) if not there]
        yield from open_

    def _reached(self, aims: Sequence[_Aim]) -> NDArray[np.bool_] | None:
        """Which of the aims are at least one in a solution in which as many as possible are."""
        width = self.matrix.shape[1]
        entries = [(n, column, -aim.sign) for n, aim in enumerate(aims) for column in aim.columns]
        entries += [(n, width + n, 1.0) for n in range(len(aims))]
        row, column, value = zip(*entries, strict=True)
        ties = coo_array((value, (row, column)), shape=(len(aims), width + len(aims)))
        wide = coo_array(
            (self.matrix.tocoo().data, self.matrix.tocoo().coords), shape=(self.matrix.shape[0], width + len(aims))
        )
        limits = np.concatenate([self.limits, [aim.most if aim.sign < 0 else 0.0 for aim in aims]])
        upper = np.concatenate([self.upper, np.ones(len(aims))])
        cost = np.concatenate([np.zeros(width), -np.ones(len(aims))])
        solved = linprog(cost, A_ub=vstack([wide, ties]).tocsr(), b_ub=limits, bounds=_bounds(upper), method="highs")
        return None if solved.x is None else np.asarray(solved.x[width:] > 1 - NEARLY)

    def why(self, aim: _Aim) -> tuple[int, ...] | None:
        """The cells that keep the aim below one; None when it can be, or when there was nothing to tell."""
        value, cells = self._most(aim.columns, aim.sign)
        if value + (aim.most if aim.sign < 0 else 0.0) > 1 - NEARLY:
            return None
        if aim.besides and self._most(aim.besides, 1.0)[0] < 1 - NEARLY:
            return None
        return cells

    def _most(self, columns: Sequence[int], sign: float) -> tuple[float, tuple[int, ...]]:
        cost = np.zeros(self.matrix.shape[1])
        cost[list(columns)] = -sign
        solved = linprog(cost, A_ub=self.matrix, b_ub=self.limits, bounds=_bounds(self.upper), method="highs")
        if solved.x is None:
            return np.inf, ()
        tight = np.abs(solved.ineqlin.marginals) > NEARLY
        return -float(solved.fun), tuple(np.unique(self.cell_of[tight]).tolist())


def _bounds(upper: Floats) -> Floats:
    return np.stack([np.zeros(len(upper)), upper], axis=1)
