"""The rules of a cascade's timetable, judged from plain rows and written from the rules alone: no code is shared."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

ABOVE = {"circle": "master", "teacher": "circle"}


@dataclass(frozen=True)
class Limits:
    """What may be: open days, seats by level, meeting days a month, and the teachers of each school."""

    open_days: frozenset[date]
    seats: Mapping[str, int]
    trainer_days: int
    teacher_days: int
    staff: Mapping[str, int]


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


def broken(lines: Iterable[Line], seats: Iterable[tuple[int, int, str]], limits: Limits) -> list[str]:
    """A word for each rule that is broken, as often as it is."""
    lines, seats = list(lines), list(seats)
    sitting, school_of = defaultdict(list), {}
    for session, person, school in seats:
        sitting[session].append((person, school))
        school_of[person] = school
    found = []
    persons, rooms, months, away = Counter(), Counter(), Counter(), defaultdict(set)
    leads = {person for line in lines for person in line.trainers}
    last, first, level = {}, {}, {}
    for line in lines:
        level[line.id] = line.level
        last[line.id] = max(last.get(line.id, date.min), line.day)
        first[line.id] = min(first.get(line.id, date.max), line.day)
        if line.day not in limits.open_days:
            found.append("closed")
        if not line.trainers:
            found.append("untrained")
        rooms[line.venue, line.day] += 1
        for person in [*line.trainers, *(person for person, _ in sitting[line.id])]:
            persons[person, line.day] += 1
            months[person, line.day.year, line.day.month] += 1
        if line.level == "teacher":
            for person, school in sitting[line.id]:
                away[school, line.day].add(person)
    found += ["person twice" for count in persons.values() if count > 1]
    found += ["room twice" for count in rooms.values() if count > 1]
    trains = leads | {p for session, there in sitting.items() if level.get(session) != "teacher" for p, _ in there}
    for (person, _, _), count in months.items():
        if count > (limits.trainer_days if person in trains else limits.teacher_days):
            found.append("month")
    found += ["emptied" for (school, _), gone in away.items() if len(gone) == limits.staff[school] > 1]
    learned: dict[tuple[str, str, int], date] = {}
    modules = {line.id: line.module for line in lines}
    for session, there in sitting.items():
        if session not in level:
            found.append("nowhere")
            continue
        if len(there) > limits.seats[level[session]]:
            found.append("crowded")
        if level[session] == "teacher" and max(Counter(school for _, school in there).values()) > 2:
            found.append("school")
        for person, _ in there:
            key = (level[session], modules[session], person)
            if key in learned:
                found.append("again")
            learned[key] = last[session]
    for line in lines:
        above = ABOVE.get(line.level)
        for person in line.trainers:
            if above and learned.get((above, line.module, person), date.max) >= first[line.id]:
                found.append("precedence")
    teachers = {person for session, there in sitting.items() if level.get(session) == "teacher" for person, _ in there}
    taught = {module for what, module, _ in learned if what == "teacher"}
    found += ["left out" for person in teachers for module in taught if ("teacher", module, person) not in learned]
    return found
