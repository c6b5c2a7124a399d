"""The teachers' training sessions of a round in knots: what shares no trainer, room or teacher is planned apart."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from clusters.cascade.almanac import Almanac
from clusters.cascade.rules import CascadeRules, Level, Member
from clusters.cascade.worklist import Work


@dataclass(frozen=True, slots=True)
class Leader:
    """Somebody who may lead a task from day `ready` on; `far` counts the steps from her home to its cluster."""

    number: int
    ready: int
    far: int


@dataclass(frozen=True, slots=True)
class Task:
    """A training session to be placed, in numbers of its knot.

    `starts` are the days, as bits, on which the calendar, the room and the teachers let it begin. Tasks with one
    `chain` follow each other by `step`.
    """

    length: int
    starts: int
    room: int
    crowd: tuple[int, ...]
    leaders: tuple[Leader, ...]
    wanted: int
    module: int
    chain: int
    step: int
    turn: int
    returns: bool

    @property
    def staffed(self) -> bool:
        """Is there no choice of who leads it?"""
        return len(self.leaders) == self.wanted

    @property
    def fixed(self) -> tuple[int, ...]:
        """Everybody and everything it takes, wherever it is put."""
        return (self.room, *self.crowd, *(leader.number for leader in self.leaders if self.staffed))

    @property
    def total(self) -> int:
        """Its meeting days, the periodic return included."""
        return self.length + self.returns


@dataclass(frozen=True, slots=True)
class Number:
    """A room, a trainer, or teachers who always meet together: days gone already, days spent a month, and the cap."""

    blocked: int
    spent: tuple[int, ...]
    cap: int | None


@dataclass(frozen=True, slots=True)
class Knot:
    """Tasks that hang together; two knots that are equal have the same best plan."""

    tasks: tuple[Task, ...]
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a task stands: its first day, the day of its return, who leads it."""

    start: int
    returns: int | None
    leaders: tuple[int, ...]

    def last(self, length: int) -> int:
        """The last day on which it meets."""
        return max(self.start + length - 1, self.returns or 0)


@dataclass(frozen=True, slots=True)
class Tied:
    """A knot with what its numbers stand for: its works in order, and the persons among its numbers."""

    knot: Knot
    works: tuple[Work, ...]
    persons: Mapping[int, Member]


@dataclass(frozen=True, slots=True)
class _Base:
    """A knot before the trainers' part is known: everybody ready at once, and no day gone to it."""

    works: tuple[Work, ...]
    tasks: tuple[Task, ...]
    numbers: tuple[Number, ...]
    persons: Mapping[int, Member]
    rooms: Mapping[str, int]


class Ties:
    """Which works of teachers hang together; found once for a round, whatever its upper levels look like."""

    def __init__(
        self,
        works: Iterable[Work],
        rules: CascadeRules,
        almanac: Almanac,
        persons: Mapping[int, Number],
        rooms: Mapping[str, Number],
    ) -> None:
        self._rules, self._almanac = rules, almanac
        self._persons, self._rooms = persons, rooms
        self._free = Number(0, (0,) * len(almanac.months), None)
        self._starts: dict[int, int] = {}
        self.groups = _hanging_together([work for work in works if work.level is Level.TEACHER])
        self._bases = [self._base(group) for group in self.groups]

    def knots(
        self,
        ready: Callable[[Work, Member], int | None],
        busy_persons: Mapping[int, int],
        busy_rooms: Mapping[str, int],
        only: Sequence[int] | None = None,
    ) -> list[Tied]:
        """The knots below an upper part: who is ready when, and which days it takes of whom."""
        wanted = range(len(self.groups)) if only is None else only
        return [self._tied(index, ready, busy_persons, busy_rooms) for index in wanted]

    def _tied(
        self,
        index: int,
        ready: Callable[[Work, Member], int | None],
        busy_persons: Mapping[int, int],
        busy_rooms: Mapping[str, int],
    ) -> Tied:
        base = self._bases[index]
        numbers = list(base.numbers)
        for venue, position in base.rooms.items():
            if venue in busy_rooms:
                numbers[position] = self._busy(numbers[position], busy_rooms[venue])
        for position, member in base.persons.items():
            if member.person in busy_persons:
                numbers[position] = self._busy(numbers[position], busy_persons[member.person])
        since: dict[tuple[int, int], tuple[Leader, ...]] = {}
        tasks = []
        for work, task in zip(base.works, base.tasks, strict=True):
            key = (id(task.leaders), task.module)
            if key not in since:
                found = []
                for leader in task.leaders:
                    day = ready(work, base.persons[leader.number])
                    if day is not None:
                        found.append(Leader(leader.number, day, leader.far))
                since[key] = tuple(found)
            starts = task.starts
            if work.rooms[0] in busy_rooms:
                starts &= ~_smeared(numbers[task.room].blocked, work.days)
            tasks.append(
                Task(
                    task.length,
                    starts,
                    task.room,
                    task.crowd,
                    since[key],
                    task.wanted,
                    task.module,
                    task.chain,
                    task.step,
                    task.turn,
                    task.returns,
                )
            )
        return Tied(Knot(tuple(tasks), tuple(numbers)), base.works, base.persons)

    def _base(self, works: tuple[Work, ...]) -> _Base:
        """A knot as it is whatever the trainers' part looks like."""
        crowds = self._crowd_of(works)
        numbers: list[Number] = []
        place: dict[object, int] = {}
        persons: dict[int, Member] = {}
        rooms: dict[str, int] = {}
        cap = self._rules.trainer_days_a_month

        def number(key: object, made: Number) -> int:
            if key not in place:
                place[key] = len(numbers)
                numbers.append(made)
            return place[key]

        chains: dict[object, int] = {}
        modules: dict[object, int] = {}
        # Equal ones are one object, so that what is worked out for one of them stands for all.
        same: dict[tuple[Leader, ...], tuple[Leader, ...]] = {}
        tasks = []
        for work, crowd in zip(works, crowds, strict=True):
            (venue,) = work.rooms
            rooms[venue] = room = number(venue, self._rooms.get(venue, self._free))
            there = tuple(number(key, made) for key, made in crowd)
            leaders = []
            for member in work.trainers:
                own = self._persons.get(member.person, self._free)
                position = number(member.person, Number(own.blocked, own.spent, cap))
                persons[position] = member
                leaders.append(Leader(position, 0, _steps(member.home, work.place)))
            leaders.sort(key=lambda leader: leader.number)
            starts = self._starts_of(work.days)
            for taken in (room, *there):
                starts &= ~_smeared(numbers[taken].blocked, work.days)
            tasks.append(
                Task(
                    work.days,
                    starts,
                    room,
                    there,
                    same.setdefault(tuple(leaders), tuple(leaders)),
                    work.wanted,
                    modules.setdefault(work.module, len(modules)),
                    chains.setdefault(work.chain, len(chains)),
                    work.module.number,
                    work.turn,
                    self._rules.returns(work.level),
                )
            )
        return _Base(works, tuple(tasks), tuple(numbers), persons, rooms)

    def _starts_of(self, length: int) -> int:
        if length not in self._starts:
            self._starts[length] = self._almanac.starts(length, for_teachers=True)
        return self._starts[length]

    def _busy(self, number: Number, days: int) -> Number:
        more = self._almanac.by_month(days & ~number.blocked)
        spent = tuple(a + b for a, b in zip(number.spent, more, strict=True))
        return Number(number.blocked | days, spent, number.cap)

    def _crowd_of(self, works: Sequence[Work]) -> list[tuple[tuple[object, Number], ...]]:
        """For each work the numbers that stand for its teachers; those who are in the same works share one."""
        seats: defaultdict[int, list[int]] = defaultdict(list)
        groups = {id(work.members): work.members for work in works}
        for key, members in groups.items():
            for member in members:
                seats[member.person].append(key)
        together: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
        for person, theirs in seats.items():
            together[tuple(theirs)].append(person)
        order = {keys: ("crowd", place) for place, keys in enumerate(together)}
        made = {keys: self._all_of(persons) for keys, persons in together.items()}
        of_group: defaultdict[int, list[tuple[object, Number]]] = defaultdict(list)
        for keys in together:
            for key in keys:
                of_group[key].append((order[keys], made[keys]))
        return [tuple(of_group[id(work.members)]) for work in works]

    def _all_of(self, persons: Sequence[int]) -> Number:
        """Several persons as one: a day of one is a day of all, and who gave most of a month decides for all."""
        blocked, spent = 0, self._free.spent
        for person in persons:
            taken = self._persons.get(person)
            if taken is not None:
                blocked |= taken.blocked
                spent = tuple(max(pair) for pair in zip(spent, taken.spent, strict=True))
        return Number(blocked, spent, self._rules.teacher_days_a_month)


def _hanging_together(works: Sequence[Work]) -> list[tuple[Work, ...]]:
    """Works that share a trainer or a room, directly or by others; teachers of one cluster share its room."""
    above: dict[object, object] = {}

    def top(key: object) -> object:
        while above.setdefault(key, key) != key:
            above[key] = above[above[key]]
            key = above[key]
        return key

    pools: dict[int, object] = {}
    for work in works:
        here = top(work.rooms[0])
        pool = pools.get(id(work.trainers))
        if pool is None:
            for member in work.trainers:
                above[top(member.person)] = here
            pools[id(work.trainers)] = here
        else:
            above[top(pool)] = here
    groups: defaultdict[object, list[Work]] = defaultdict(list)
    for work in works:
        groups[top(work.rooms[0])].append(work)
    return [tuple(group) for group in groups.values()]


def _steps(home: str, place: str) -> int:
    """From a home to a cluster: none when it lies there, then one for each level of the tree that must be climbed."""
    own, theirs = home.split("."), place.split(".")
    shared = 0
    for mine, other in zip(own[:-1], theirs[:-1], strict=False):
        if mine != other:
            break
        shared += 1
    return len(theirs) - 1 - shared


def _smeared(taken: int, length: int) -> int:
    blocked = taken
    for step in range(1, length):
        blocked |= taken >> step
    return blocked
