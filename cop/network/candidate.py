"""A month's candidate: figures partitioned, audited with all that was published, and held back until nobody is told."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cop.network.auditor import Finding, Row, audit, family
from cop.network.figures import Figure
from cop.network.partition import Cell, Key, Last, partition

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
    for rounds in range(1, MOST_ROUNDS + 1):
        cells = partition(figures, past.last, school_of, k, withheld)
        findings, back = _audited(cells, past, school_of, k, seed)
        if not back or rounds == MOST_ROUNDS:
            break
        withheld |= back
    return Candidate(cells, tuple(findings), frozenset(withheld), rounds)


def _audited(
    cells: Sequence[Cell], past: Past, school_of: Mapping[int, int], k: int, seed: int
) -> tuple[list[Finding], set[Key]]:
    """What new cells would give away, and of each finding the smallest new cell."""
    systems: dict[str, list[Row]] = defaultdict(list)
    keys: dict[str, Key] = {}
    for key, persons in past.rows:
        systems[family(key[0])].append(Row("/".join(key), persons))
    for cell in cells:
        if cell.fresh:
            keys["/".join(cell.key)] = cell.key
            systems[family(cell.key[0])].append(Row("/".join(cell.key), cell.persons, fresh=True))
    found: list[Finding] = []
    back: set[Key] = set()
    for rows in systems.values():
        for finding in audit(rows, school_of, k, seed):
            new = [rows[number] for number in finding.rows if rows[number].fresh]
            if new:
                found.append(finding)
                back.add(keys[min(new, key=lambda row: (len(row.persons), row.cell)).cell])
    return found, back
