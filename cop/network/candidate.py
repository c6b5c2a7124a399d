"""A month's candidate: figures partitioned, audited with all that was published, and held back until nobody is told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cop.network.auditor import Finding, Row, audit, family
from cop.network.certainty import COUNTED, ONCE, SHARED, Told, certain
from cop.network.figures import Figure
from cop.network.partition import Cell, Key, Last, partition, shown_alike

ROUNDED_TO = 5
MOST_AT_ONCE = 2_000
"""People whom one linear program bounds."""
MOST_ROUNDS = 60
"""So often a candidate is held back further; each time at least one cell is."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was published before: every cell's last publication, and the rows of the last twelve snapshots."""

    last: Mapping[Key, Last] = field(default_factory=dict)
    rows: Sequence[tuple[Key, frozenset[int]]] = ()
    """In the order of time."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be published, and what it would still give away: nothing, else it must not be."""

    cells: list[Cell]
    findings: tuple[Finding, ...]
    withheld: frozenset[Key]
    """Cells that the auditor held back."""
    rounds: int


def settle(figures: Sequence[Figure], past: Past, school_of: Mapping[int, int], k: int, seed: int = 0) -> Candidate:
    """Partition and audit, hold back of each finding the smallest new cell, and audit again, until there is none."""
    withheld: set[Key] = set()
    auditor = _Auditor(past, school_of, k, seed)
    for rounds in range(1, MOST_ROUNDS + 1):
        cells = partition(figures, past.last, school_of, k, withheld)
        findings, back = auditor.look(cells)
        if not back:
            findings, back = _without_choice(cells)
        if not back or rounds == MOST_ROUNDS:
            break
        withheld |= back
    return Candidate(cells, tuple(findings), frozenset(withheld), rounds)


def _without_choice(cells: Sequence[Cell]) -> tuple[list[Finding], set[Key]]:
    """People with one possible value by the steps in which new figures are shown, and the smallest that say so."""
    systems: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.fresh and cell.key[0] in COUNTED:
            systems[family(cell.key[0])].append(cell)
    found: list[Finding] = []
    back: set[Key] = set()
    for system in (piece for whole in systems.values() for piece in _pieces(whole)):
        for finding in certain([_told(cell) for cell in system]):
            inside = [system[number] for number in finding.rows]
            found.append(finding)
            back.add(min(inside, key=lambda each: (len(each.persons), each.key)).key)
    return found, back


def _pieces(system: Sequence[Cell]) -> list[list[Cell]]:
    """All at once, or of very many people each block alone, and the blocks with the programme."""
    if len(frozenset().union(*(cell.persons for cell in system))) <= MOST_AT_ONCE:
        return [list(system)]
    pieces: dict[str, list[Cell]] = defaultdict(list)
    for cell in system:
        _, path, _ = cell.key
        if path.count(".") <= 1:
            pieces[""].append(cell)
        if path:
            pieces[path.partition(".")[0]].append(cell)
    return list(pieces.values())


def _told(cell: Cell) -> Told:
    table, _, second = cell.key
    whole = table in ONCE | SHARED
    low, high = shown_alike(cell.shown, cell.of, int(cell.of) if whole else int(cell.shown.high) + ROUNDED_TO)
    return Told(table, second, cell.persons, low, high, cell.of)


class _Auditor:
    """Audits candidates of one month; tables that stand on the same people in every cell are audited once."""

    def __init__(self, past: Past, school_of: Mapping[int, int], k: int, seed: int) -> None:
        self._past, self._school_of, self._k, self._seed = past, school_of, k, seed
        self._known: dict[tuple[tuple[object, ...], ...], list[Finding]] = {}

    def look(self, cells: Iterable[Cell]) -> tuple[list[Finding], set[Key]]:
        """What new cells would give away, and of each finding the smallest new cell, with those of the same people.

        Of cells of a family that stand on the same people one is looked at: the others are the same equation.
        """
        systems: dict[str, dict[frozenset[int], tuple[Key, Row]]] = defaultdict(dict)
        for key, persons in self._past.rows:
            systems[family(key[0])].setdefault(persons, (key, Row("/".join(key), persons)))
        alike: dict[tuple[str, frozenset[int]], list[Key]] = defaultdict(list)
        for cell in cells:
            if cell.fresh:
                row, of = Row("/".join(cell.key), cell.persons, fresh=True), family(cell.key[0])
                systems[of].setdefault(cell.persons, (cell.key, row))
                alike[of, cell.persons].append(cell.key)
        found: list[Finding] = []
        back: set[Key] = set()
        for of, rows in systems.items():
            system = list(rows.values())
            for finding in self._audit(system):
                new = [system[number] for number in finding.rows if system[number][1].fresh]
                if new:
                    found.append(finding)
                    smallest = min(new, key=lambda each: (len(each[1].persons), each[1].cell))[1]
                    back.update(alike[of, smallest.persons])
        return found, back

    def _audit(self, system: Sequence[tuple[Key, Row]]) -> list[Finding]:
        one_table = len({key[0] for key, _ in system}) == 1
        shape = tuple(("" if one_table else key[0], *key[1:], row.persons, row.fresh) for key, row in system)
        if shape not in self._known:
            self._known[shape] = audit([row for _, row in system], self._school_of, self._k, self._seed)
        return self._known[shape]
