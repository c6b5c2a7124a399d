"""Small invented provinces that live for a year, their figures, and what is published of them month by month."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from cop.network.candidate import Candidate, Past, settle
from cop.network.figures import Figure, Table
from cop.network.partition import Key, Last

K = 10
SUBJECTS = ("maths", "languages", "science", "pedagogy", "parents")
MONTHS = 12


@dataclass
class Someone:
    """A teacher, and what she brings to each table."""

    school: int
    subject: str
    woman: bool
    takes_part: bool
    brings: dict[Table, int]


@dataclass
class Province:
    """Clusters by path, the schools of each, and the people of each school."""

    chance: random.Random
    cluster_of: dict[int, str]
    people: dict[int, Someone] = field(default_factory=dict)
    born: int = 0

    @classmethod
    def of(cls, seed: int, circles: int = 4, teachers: tuple[int, int] = (1, 6)) -> "Province":
        """Circles of three or four clusters of four to eight schools, each of a few teachers."""
        chance = random.Random(seed)
        paths = [
            f"B{1 + circle // 2}.C{circle + 1:02}.L{number}."
            for circle in range(circles)
            for number in range(1, chance.randint(3, 4) + 1)
        ]
        schools = [path for path in paths for _ in range(chance.randint(3, 8))]
        made = cls(chance, dict(enumerate(schools)))
        for school in made.cluster_of:
            for _ in range(chance.randint(*teachers)):
                made.join(school)
        return made

    def join(self, school: int | None = None) -> int:
        """Somebody new."""
        chance = self.chance
        self.born += 1
        self.people[self.born] = Someone(
            chance.choice(list(self.cluster_of)) if school is None else school,
            chance.choice(SUBJECTS),
            chance.random() < 0.4,
            chance.random() < 0.7,
            {table: chance.randint(0, 3) for table in Table},
        )
        return self.born

    def leave(self) -> int:
        """Somebody is there no more."""
        gone = self.chance.choice(list(self.people))
        del self.people[gone]
        return gone

    def move(self) -> int:
        """Somebody goes to another school."""
        who = self.chance.choice(list(self.people))
        self.people[who].school = self.chance.choice(list(self.cluster_of))
        return who

    def live(self) -> None:
        """A month goes by: a few join, leave, move, say yes or no; seldom a school changes its cluster."""
        for act in (self.join, self.leave, self.move, self.decide):
            for _ in range(self.chance.choice((0, 0, 1, 1, 2, 4, 9))):
                act()
        if self.chance.random() < 0.1:
            self.cluster_of[self.chance.choice(list(self.cluster_of))] = self.chance.choice(
                list(self.cluster_of.values())
            )

    def decide(self) -> int:
        """Somebody says yes to ties, or no."""
        who = self.chance.choice(list(self.people))
        self.people[who].takes_part = not self.people[who].takes_part
        return who

    @property
    def school_of(self) -> dict[int, int]:
        """Of everybody who is there."""
        return {person: each.school for person, each in self.people.items()}

    def places(self) -> dict[str, frozenset[int]]:
        """Of each place with people, who takes part there."""
        there: dict[str, set[int]] = defaultdict(set)
        for person, each in self.people.items():
            if each.takes_part:
                path = self.cluster_of[each.school]
                for depth in range(4):
                    there["".join(f"{step}." for step in path.split(".")[:depth])].add(person)
        return {path: frozenset(persons) for path, persons in there.items()}

    def figures(self) -> list[Figure]:
        """What is measured of every place: with and without a second axis, parts of a whole, and between places."""
        places = self.places()
        made = []
        for path, persons in places.items():
            made += [self._figure(table, path, persons) for table in (Table.TAKING_PART, Table.WITHIN)]
            made.append(self._figure(Table.ANSWERED, path, persons))
            for subject in SUBJECTS:
                of = frozenset(person for person in persons if self.people[person].subject == subject)
                made.append(self._figure(Table.ANSWERED, path, of, subject))
            made.append(self._figure(Table.ANSWERED, path, persons, "maths of all"))
            for table, woman in ((Table.HEARD, True), (Table.HEARD_MEN, False)):
                theirs = frozenset(person for person in persons if self.people[person].woman is woman)
                made.append(self._figure(table, path, theirs))
            made.append(self._figure(Table.MOVED, path, persons, "inbound"))
        for one, other in combinations(sorted(places), 2):
            if (
                one.count(".") == other.count(".")
                and one[: one.rstrip(".").rfind(".")] == other[: other.rstrip(".").rfind(".")]
            ):
                made.append(self._figure(Table.BETWEEN, one, places[one] | places[other], other))
        return made

    def _figure(self, table: Table, path: str, persons: frozenset[int], second: str = "") -> Figure:
        value = len(persons) if table is Table.TAKING_PART else sum(self.people[each].brings[table] for each in persons)
        of = 3 * len(persons) if table in (Table.ANSWERED, Table.HEARD, Table.HEARD_MEN) else 0
        schools = frozenset(self.people[each].school for each in persons)
        return Figure(table, path, value, value, value, of, persons, schools, second)


@dataclass
class Archive:
    """What was published of a province so far, as the measuring role keeps it."""

    last: dict[Key, Last] = field(default_factory=dict)
    rows: list[tuple[int, Key, frozenset[int]]] = field(default_factory=list)
    school_of: dict[int, int] = field(default_factory=dict)
    month: int = 0

    def publish(self, figures: list[Figure], school_of: Mapping[int, int], k: int = K) -> Candidate:
        """One more month; a candidate that still gives somebody away is not published."""
        self.month += 1
        self.school_of |= school_of
        seen = [(key, persons) for month, key, persons in self.rows if month > self.month - MONTHS]
        made = settle(figures, Past(self.last, seen), self.school_of, k, seed=self.month)
        if not made.findings:
            for cell in made.cells:
                if cell.fresh:
                    self.rows.append((self.month, cell.key, cell.persons))
                    self.last[cell.key] = Last(cell.shown, f"month {self.month}", cell.persons)
        return made


def year(seed: int, months: int = MONTHS, **size: int) -> Iterator[tuple[Province, Archive, Candidate]]:
    """A province month by month, with what is published of it."""
    province, archive = Province.of(seed, **size), Archive()
    for _ in range(months):
        yield province, archive, archive.publish(province.figures(), province.school_of)
        province.live()
