"""The rules of a cascade's timetable, judged from plain rows and written from the rules alone: no code is shared."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import acos, cos, radians, sin

ABOVE = {"circle": "master", "teacher": "circle"}


@dataclass(frozen=True)
class Trainer:
    """Somebody of a team: where she lives as a path, and the subjects she takes."""

    person: int
    home: str
    subjects: frozenset[str]


@dataclass(frozen=True)
class Limits:
    """What may be: open days, seats by level, meeting days a month, and the teachers of each school.

    What is left empty is not judged: `lengths` are meeting days by level and module, `owed` who must learn a module at
    a level, `teams` who may train a level, `venues` where the teachers of a place meet; `taken` are days on which a
    person or a venue is wanted elsewhere, which count in her month, `away` leave and closures, which do not; `spots`
    say where the clusters lie by their path, `travel_km` how far a trainer goes from the middle of her circle.
    """

    open_days: frozenset[date]
    seats: Mapping[str, int]
    trainer_days: int | None
    teacher_days: int | None
    staff: Mapping[str, int]
    lengths: Mapping[tuple[str, str], int] = field(default_factory=dict)
    longest_pause: int | None = None
    return_after: int | None = None
    women: frozenset[int] | None = None
    last_working_day: bool = False
    owed: Mapping[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    teams: Mapping[str, tuple[Trainer, ...]] = field(default_factory=dict)
    most_trainers: Mapping[str, int] = field(default_factory=dict)
    venues: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[tuple[int | str, date]] = frozenset()
    away: frozenset[tuple[int | str, date]] = frozenset()
    spots: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    travel_km: float | None = None


@dataclass(frozen=True)
class Line:
    """One meeting day as sessions.csv has it."""

    id: int
    level: str
    module: str
    place: str
    venue: str
    trainers: tuple[int, ...]
    day: date


Seat = tuple[int, int, str]


def broken(lines: Iterable[Line], seats: Iterable[Seat], limits: Limits) -> list[str]:
    """A word for each rule that is broken, as often as it is."""
    lines, seats = list(lines), list(seats)
    held: defaultdict[int, list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line.day):
        held[line.id].append(line)
    sitting: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for session, person, school in seats:
        sitting[session].append((person, school))
    nowhere = ["nowhere" for session in sitting if session not in held]
    there = {session: [person for person, _ in sitting[session]] for session in held}
    return [
        *nowhere,
        *_days(held, limits),
        *_twice(held, there, limits),
        *_months(held, there, limits),
        *_schools(held, sitting, limits),
        *_learning(held, there, limits),
        *_leading(held, limits),
        *_absent(held, there, limits),
        *_travelling(held, limits),
    ]


def _absent(held: Mapping[int, list[Line]], there: Mapping[int, list[int]], limits: Limits) -> Iterable[str]:
    """Nobody meets on a day of her leave, and nobody in a closed house."""
    for session, lines in held.items():
        for line in lines:
            wanted = {line.venue, *line.trainers, *there[session]}
            yield from ("away" for who in wanted if (who, line.day) in limits.away)


def _travelling(held: Mapping[int, list[Line]], limits: Limits) -> Iterable[str]:
    """No trainer of teachers comes from farther than the limit."""
    if limits.travel_km is None:
        return
    homes = {trainer.person: trainer.home for trainer in limits.teams.get("teacher", ())}
    for lines in held.values():
        line = lines[0]
        if line.level != "teacher" or line.place not in limits.spots:
            continue
        for person in line.trainers:
            home = homes.get(person, "")
            own = [spot for place, spot in limits.spots.items() if place.startswith(_circle(home))]
            if own and _kilometres(_mean(own), limits.spots[line.place]) > limits.travel_km:
                yield "too far"


def _circle(home: str) -> str:
    return ".".join(home.split(".")[:2]).rstrip(".") + "." if home else ""


def _mean(spots: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(lat for lat, _ in spots) / len(spots), sum(lon for _, lon in spots) / len(spots)


def _kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """By the spherical law of cosines."""
    (a, b), (c, d) = ((radians(x), radians(y)) for x, y in (here, there))
    return 6371.0 * acos(min(1.0, max(-1.0, sin(a) * sin(c) + cos(a) * cos(c) * cos(b - d))))


def _days(held: Mapping[int, list[Line]], limits: Limits) -> Iterable[str]:
    """Open days, as many as the module has, close together; the return late enough; where chosen, ends of months."""
    ends = {
        max(day for day in limits.open_days if (day.year, day.month) == month)
        for month in {(day.year, day.month) for day in limits.open_days}
    }
    for lines in held.values():
        days = [line.day for line in lines]
        first = lines[0]
        yield from ("closed" for day in days if day not in limits.open_days)
        if len({(line.level, line.module, line.place, line.venue, line.trainers) for line in lines}) > 1:
            yield "changing"
        returns = first.level == "teacher" and limits.return_after is not None
        length = limits.lengths.get((first.level, first.module))
        if length is not None and len(days) != length + returns:
            yield "length"
        module = days[:-1] if returns and len(days) > 1 else days
        if limits.longest_pause is not None:
            yield from ("pause" for a, b in pairwise(module) if (b - a).days > limits.longest_pause)
        if returns and days[-1] < module[-1] + timedelta(days=limits.return_after or 0):
            yield "return"
        if limits.last_working_day and first.level == "teacher":
            yield from ("month end" for day in {module[-1], days[-1]} if day not in ends)
        if limits.venues and first.level == "teacher" and limits.venues[first.place] != first.venue:
            yield "venue"


def _twice(held: Mapping[int, list[Line]], there: Mapping[int, list[int]], limits: Limits) -> Iterable[str]:
    persons = Counter(pair for pair in limits.taken if isinstance(pair[0], int))
    rooms = Counter(pair for pair in limits.taken if isinstance(pair[0], str))
    for session, lines in held.items():
        for line in lines:
            rooms[line.venue, line.day] += 1
            for person in [*line.trainers, *there[session]]:
                persons[person, line.day] += 1
    yield from ("person twice" for count in persons.values() if count > 1)
    yield from ("room twice" for count in rooms.values() if count > 1)


def _months(held: Mapping[int, list[Line]], there: Mapping[int, list[int]], limits: Limits) -> Iterable[str]:
    taken = Counter((who, day.year, day.month) for who, day in limits.taken if isinstance(who, int))
    months, trains = Counter[tuple[int, int, int]](), set()
    for session, lines in held.items():
        for line in lines:
            months.update((person, line.day.year, line.day.month) for person in {*line.trainers, *there[session]})
            trains.update(line.trainers)
        if lines[0].level != "teacher":
            trains.update(there[session])
    for month, count in months.items():
        most = limits.trainer_days if month[0] in trains else limits.teacher_days
        if most is not None and count + taken[month] > most:
            yield "month"


def _schools(
    held: Mapping[int, list[Line]], sitting: Mapping[int, list[tuple[int, str]]], limits: Limits
) -> Iterable[str]:
    """Two of a school at most, never all of it on one day; women and men apart where that was chosen."""
    away: defaultdict[tuple[str, date], set[int]] = defaultdict(set)
    for session, lines in held.items():
        level = lines[0].level
        if len(sitting[session]) > limits.seats[level]:
            yield "crowded"
        if level != "teacher":
            continue
        if max(Counter(school for _, school in sitting[session]).values(), default=0) > 2:
            yield "school"
        if limits.women is not None and len({person in limits.women for person, _ in sitting[session]}) > 1:
            yield "mixed"
        for line in lines:
            for person, school in sitting[session]:
                away[school, line.day].add(person)
    yield from ("emptied" for (school, _), gone in away.items() if len(gone) == limits.staff[school] > 1)


def _learning(held: Mapping[int, list[Line]], there: Mapping[int, list[int]], limits: Limits) -> Iterable[str]:
    """Everybody learns each module once at each level, its subject's modules in order, and before she hands it on."""
    learned: dict[tuple[str, str, int], tuple[date, date]] = {}
    for session, lines in held.items():
        level, module = lines[0].level, lines[0].module
        # A module is learned when it ends; the periodic return comes afterwards.
        returns = level == "teacher" and limits.return_after is not None
        for person in there[session]:
            if (level, module, person) in learned:
                yield "again"
            learned[level, module, person] = lines[0].day, lines[-2 if returns and len(lines) > 1 else -1].day
    for (level, module, person), (first, _) in learned.items():
        subject, number = module.rsplit("-", 1)
        before = learned.get((level, f"{subject}-{int(number) - 1}", person))
        if before is not None and before[1] >= first:
            yield "order"
    for lines in held.values():
        level, module = lines[0].level, lines[0].module
        if level in ABOVE:
            for person in lines[0].trainers:
                if learned.get((ABOVE[level], module, person), (date.max, date.max))[1] >= lines[0].day:
                    yield "precedence"
    owed = dict(limits.owed)
    if not owed:
        teachers = frozenset(person for level, _, person in learned if level == "teacher")
        owed = {("teacher", module): teachers for level, module, _ in learned if level == "teacher"}
    for (level, module), persons in owed.items():
        yield from ("left out" for person in persons if (level, module, person) not in learned)
    yield from (
        "uninvited" for level, module, person in learned if limits.owed and person not in owed.get((level, module), ())
    )


def _leading(held: Mapping[int, list[Line]], limits: Limits) -> Iterable[str]:
    """Somebody leads, not more than wanted; from the circle if any takes the subject there, else from the block."""
    for lines in held.values():
        line = lines[0]
        if not line.trainers:
            yield "untrained"
        if len(line.trainers) > limits.most_trainers.get(line.level, len(line.trainers)):
            yield "too many trainers"
        if line.level not in limits.teams:
            continue
        subject = line.module.rsplit("-", 1)[0]
        able = [trainer for trainer in limits.teams[line.level] if subject in trainer.subjects]
        block, circle = (".".join(line.place.split(".")[:depth]) + "." for depth in (1, 2))
        for home in {"master": [], "circle": [block], "teacher": [circle, block]}[line.level]:
            near = [trainer for trainer in able if trainer.home.startswith(home)]
            if near:
                able = near
                break
        yield from ("stranger" for person in line.trainers if person not in {trainer.person for trainer in able})
