"""Can anybody be worked out from what is published? The question asked as an enemy would, before and after.

He knows every figure exactly, however it was rounded, who stood behind each, and that no value changed in between. So
each published cell is an equation: the sum over its people. What he can work out are the linear combinations of these
rows. Somebody is given away when a group too small to be shown, of people whom no row tells apart, is among them.

For one random vector x whose product with every row is 0 (modulo a large prime), a group is such a combination if its
sum over x is 0, and else it is one by the chance of one in the prime: so one elimination answers for all groups at
once. Dwork and Roth (2014), section 8, on what exact sums give away; Freivalds (1977) on random vectors as witnesses.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from cop.network.figures import Table
from cop.network.partition import enough

PRIMES = (2**61 - 1, 2**61 - 31)
"""Two, as one may divide what it should not."""
FAMILIES = (
    frozenset({Table.WITHIN, Table.BETWEEN, Table.BRIDGED}),
    frozenset({Table.ANSWERED, Table.HEARD, Table.HEARD_MEN}),
)
"""Tables whose figures add up with one another; each other table stands for itself."""
Sparse = dict[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A published cell: `cell` names it in every month alike, `persons` are those behind it that month."""

    cell: str
    persons: frozenset[int]
    fresh: bool = False
    """Of the candidate, so that it can still be left out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """People, too few, whose common figure follows from rows (their places in the list)."""

    persons: frozenset[int]
    rows: tuple[int, ...]


def family(table: Table) -> str:
    """Which tables are audited with this one."""
    return "+".join(sorted(next((each for each in FAMILIES if table in each), frozenset({table}))))


def audit(rows: Sequence[Row], school_of: Mapping[int, int], k: int, seed: int = 0) -> list[Finding]:
    """Every group too small to be shown that follows from the rows: people whom no row tells apart, unions of up to
    three of such, and what one row has more than another. Confirmed with rationals. Empty when nobody is given away.
    """
    atoms, of_atom = _atoms(rows)
    masks = [frozenset(of_atom[person] for person in row.persons) for row in rows]
    small = [number for number, atom in enumerate(atoms) if not enough(atom, school_of, k)]
    found = _nested(rows, school_of, k)
    suspects = _suspects(rows, masks, small, len(atoms), seed)
    suspects = [each for each in suspects if not enough(frozenset().union(*(atoms[a] for a in each)), school_of, k)]
    if suspects:
        found += _confirmed(rows, masks, atoms, suspects)
    return _apart(found)


def given_away(findings: Iterable[Finding]) -> frozenset[int]:
    """Everybody who stands in a finding."""
    return frozenset().union(*(finding.persons for finding in findings))


@dataclass(frozen=True, slots=True)
class Interval:
    """A cell as it is shown: the sum over `persons` of a value of 0 to `most` lies from `low` to `high`."""

    persons: frozenset[int]
    low: float
    high: float


def certain(cells: Sequence[Interval], most: float = 1.0) -> dict[int, int]:
    """By person, the one whole number that her value can be, if the rounded figures leave no other (linear bounds)."""
    people = sorted(frozenset().union(*(cell.persons for cell in cells)))
    at = {person: number for number, person in enumerate(people)}
    matrix = lil_matrix((2 * len(cells), len(people)))
    limits: list[float] = []
    for number, cell in enumerate(cells):
        for person in cell.persons:
            matrix[2 * number, at[person]] = 1.0
            matrix[2 * number + 1, at[person]] = -1.0
        limits += [min(cell.high, most * len(cell.persons)), -cell.low]
    signature: dict[frozenset[int], list[int]] = defaultdict(list)
    for person in people:
        signature[frozenset(number for number, cell in enumerate(cells) if person in cell.persons)].append(person)
    table = matrix.tocsr()
    known: dict[int, int] = {}
    for alike in signature.values():
        # People whom no row tells apart have the same bounds.
        bounds = [_bound(table, limits, at[alike[0]], sign, most) for sign in (1.0, -1.0)]
        whole = range(int(np.ceil(bounds[0] - 1e-7)), int(np.floor(-bounds[1] + 1e-7)) + 1)
        if len(whole) == 1:
            known |= dict.fromkeys(alike, whole[0])
    return known


def _bound(table: object, limits: list[float], column: int, sign: float, most: float) -> float:
    aim = np.zeros(table.shape[1])  # type: ignore[attr-defined]  # scipy's sparse matrices have no common type
    aim[column] = sign
    solved = linprog(aim, A_ub=table, b_ub=limits, bounds=(0.0, most), method="highs")
    return float(solved.fun)


def _atoms(rows: Sequence[Row]) -> tuple[list[frozenset[int]], dict[int, int]]:
    """People whom no row tells apart, and of each person which of these groups is hers."""
    standing: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for person in row.persons:
            standing[person].append(number)
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for person, where in standing.items():
        alike[tuple(where)].append(person)
    atoms = [frozenset(each) for each in alike.values()]
    return atoms, {person: number for number, atom in enumerate(atoms) for person in atom}


def _equations(rows: Sequence[Row], masks: Sequence[frozenset[int]]) -> list[tuple[Sparse, int, int | None]]:
    """The rows as sparse vectors, each less the same cell's of before, with the numbers of both: few entries remain."""
    before: dict[str, int] = {}
    made: list[tuple[Sparse, int, int | None]] = []
    for number, (row, mask) in enumerate(zip(rows, masks, strict=True)):
        last = before.get(row.cell)
        before[row.cell] = number
        if last is None:
            made.append((dict.fromkeys(mask, 1), number, None))
        elif mask != masks[last]:
            vector = dict.fromkeys(mask - masks[last], 1) | dict.fromkeys(masks[last] - mask, -1)
            made.append((vector, number, last))
    return made


def _witness(vectors: Iterable[Sparse], atoms: int, prime: int, chance: random.Random) -> list[int]:
    """A random vector whose product with each of these is 0 modulo the prime.

    The shortest row goes first, and of it the column that fewest others have (after Markowitz): rows of a tree of
    tables then stay short.
    """
    active = {number: dict(vector) for number, vector in enumerate(vectors) if vector}
    columns: dict[int, set[int]] = defaultdict(set)
    sizes: dict[int, set[int]] = defaultdict(set)
    for number, vector in active.items():
        sizes[len(vector)].add(number)
        for column in vector:
            columns[column].add(number)
    pivots: list[tuple[int, Sparse]] = []
    while active:
        size = min(length for length, those in sizes.items() if those)
        number = sizes[size].pop()
        row = active.pop(number)
        for column in row:
            columns[column].discard(number)
        pivot = min(row, key=lambda column: (len(columns[column]), column))
        inverse = pow(row.pop(pivot), -1, prime)
        row = {column: value * inverse % prime for column, value in row.items()}
        pivots.append((pivot, row))
        for other in list(columns[pivot]):
            target = active[other]
            sizes[len(target)].discard(other)
            times = target.pop(pivot)
            columns[pivot].discard(other)
            for column, value in row.items():
                new = (target.get(column, 0) - times * value) % prime
                if new:
                    target[column] = new
                    columns[column].add(other)
                elif column in target:
                    del target[column]
                    columns[column].discard(other)
            if target:
                sizes[len(target)].add(other)
            else:
                del active[other]
    x = [chance.randrange(1, prime) for _ in range(atoms)]
    for pivot, row in reversed(pivots):
        x[pivot] = -sum(value * x[column] for column, value in row.items()) % prime
    return x


def _suspects(
    rows: Sequence[Row], masks: Sequence[frozenset[int]], small: Sequence[int], atoms: int, seed: int
) -> list[tuple[int, ...]]:
    """Atoms, pairs and threes of the small ones whose sum over a witness is 0, modulo one of the primes."""
    vectors = [vector for vector, _, _ in _equations(rows, masks)]
    found: dict[tuple[int, ...], None] = {}
    for prime in PRIMES:
        x = _witness(vectors, atoms, prime, random.Random(seed))
        singles = [atom for atom in small if x[atom] == 0]
        found |= dict.fromkeys((atom,) for atom in singles)
        rest = sorted((atom for atom in small if x[atom]), key=lambda atom: x[atom])
        found |= dict.fromkeys(_sums_to_nothing(rest, np.array([x[atom] for atom in rest], dtype=np.int64), prime))
    return list(found)


def _sums_to_nothing(atoms: Sequence[int], values: NDArray[np.int64], prime: int) -> Iterable[tuple[int, ...]]:
    """Pairs and threes of atoms whose values (rising) add up to 0 modulo the prime."""
    size = len(atoms)
    for first in range(size):
        wanted = (prime - values[first]) % prime
        at = int(np.searchsorted(values, wanted))
        while at < size and values[at] == wanted:
            if at > first:
                yield atoms[first], atoms[at]
            at += 1
        later = values[first + 1 :]
        if not len(later):
            continue
        wanted_two = (wanted - later) % prime
        spots = np.searchsorted(later, wanted_two)
        hits = np.flatnonzero((spots < len(later)) & (later[np.minimum(spots, len(later) - 1)] == wanted_two))
        for second in hits:
            third = int(spots[second])
            while third < len(later) and later[third] == wanted_two[second]:
                if third > second:
                    yield atoms[first], atoms[first + 1 + int(second)], atoms[first + 1 + third]
                third += 1


def _nested(rows: Sequence[Row], school_of: Mapping[int, int], k: int) -> list[Finding]:
    """What a row has more than another that lies in it, where that is too few."""
    at: dict[frozenset[int], int] = {}
    for number, row in enumerate(rows):
        at.setdefault(row.persons, number)
    holding: dict[int, list[frozenset[int]]] = defaultdict(list)
    for persons in at:
        for person in persons:
            holding[person].append(persons)
    found = []
    for inner, number in at.items():
        if not inner:
            continue
        rarest = min(inner, key=lambda person: len(holding[person]))
        for outer in holding[rarest]:
            if len(outer) > len(inner) and inner < outer and not enough(outer - inner, school_of, k):
                found.append(Finding(outer - inner, (at[outer], number)))
    return found


def _confirmed(
    rows: Sequence[Row],
    masks: Sequence[frozenset[int]],
    atoms: Sequence[frozenset[int]],
    suspects: Sequence[tuple[int, ...]],
) -> list[Finding]:
    """Those suspects that are combinations of the rows over the rationals, with the rows that give them away."""
    pivots: list[tuple[int, dict[int, Fraction], dict[int, Fraction]]] = []
    for vector, number, last in sorted(_equations(rows, masks), key=lambda each: len(each[0])):
        left = {column: Fraction(value) for column, value in vector.items()}
        used = {number: Fraction(1)} | ({} if last is None else {last: Fraction(-1)})
        for pivot, row, made_of in pivots:
            if pivot in left:
                times = left[pivot]
                _less(left, row, times)
                _less(used, made_of, times)
        if left:
            pivot = min(left)
            inverse = 1 / left[pivot]
            pivots.append((pivot, {c: v * inverse for c, v in left.items()}, {c: v * inverse for c, v in used.items()}))
    found = []
    for suspect in suspects:
        left, used = {atom: Fraction(1) for atom in suspect}, {}
        for pivot, row, made_of in pivots:
            if pivot in left:
                times = left[pivot]
                _less(left, row, times)
                _less(used, made_of, times)
        if not left:
            found.append(Finding(frozenset().union(*(atoms[atom] for atom in suspect)), tuple(sorted(used))))
    return found


def _less(vector: dict[int, Fraction], row: Mapping[int, Fraction], times: Fraction) -> None:
    for column, value in row.items():
        new = vector.get(column, Fraction(0)) - times * value
        if new:
            vector[column] = new
        else:
            vector.pop(column, None)


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """Each group once, the smallest first."""
    once: dict[frozenset[int], Finding] = {}
    for finding in findings:
        if finding.persons:
            once.setdefault(finding.persons, finding)
    return sorted(once.values(), key=lambda finding: (len(finding.persons), sorted(finding.persons)))
