"""Rounds to be planned: circles of four clusters, three trainers each with 2 + 2 + 1 subjects, modules of two days."""

import random
from datetime import date, timedelta

from clusters.calendar.rules import CalendarRules, Closure, training_days
from clusters.cascade.rules import CascadeRequest, ClusterSeat, Member, Room, Taken
from clusters.modules.rules import Subject, TaughtModule
from clusters.structure.proposal import Formation

FIRST = date(2027, 4, 1)
SUMMER = Closure(date(2027, 6, 15), date(2027, 8, 14), "Summer")
SHARES = (
    frozenset({Subject.MATHS, Subject.LANGUAGES}),
    frozenset({Subject.SCIENCE, Subject.PEDAGOGY}),
    frozenset({Subject.PARENTS}),
)
SCHOOLS, TEACHERS = 30, 60


def a_round(clusters: int, *, closures: int = 0, seed: int = 0, teachers: int = TEACHERS) -> CascadeRequest:
    """So many clusters in circles of four and up to four blocks; `closures` days of each circle are shut, by chance."""
    chance = random.Random(seed)
    circles = -(-clusters // 4)
    blocks = min(4, circles)
    days = training_days(FIRST, FIRST + timedelta(days=400), CalendarRules(closures=(SUMMER,)))
    seats, trainers, staff, taken = [], [], [], []
    for number in range(clusters):
        circle = number // 4
        block = f"T/B{circle % blocks + 1}."
        path = f"{block}C{circle:04}."
        seats.append(ClusterSeat(f"{path}L{number % 4 + 1}.", path, block, f"V{number}"))
        staff += [
            Member(100_000 + number * teachers + k, seats[-1].place, f"S{number}-{k % SCHOOLS}")
            for k in range(teachers)
        ]
        if number % 4 == 0:
            trainers += [Member(50_000 + 3 * circle + k, path, "", share) for k, share in enumerate(SHARES)]
            shut = chance.sample(days[20:60], closures)
        taken += [Taken(day, None, f"V{number}") for day in shut]
    masters = [Member(100 + 10 * b + k, f"T/B{b + 1}.", "", SHARES[k % 3]) for b in range(blocks) for k in range(6)]
    rooms = [Room("T/", "T1A"), Room("T/", "T1B"), *(Room(f"T/B{b + 1}.", f"T2-{b + 1}") for b in range(blocks))]
    return CascadeRequest(
        core=tuple(Member(1 + k, "") for k in range(6)),
        masters=tuple(masters),
        circle_trainers=tuple(trainers),
        teachers=tuple(staff),
        clusters=tuple(seats),
        modules=tuple(TaughtModule(subject, 1, 2) for subject in Subject),
        days=days,
        rooms=tuple(rooms),
        taken=tuple(taken),
        programme="T/",
    )


def a_round_of(formation: Formation, teachers: int) -> CascadeRequest:
    """The round of planned clusters: so many teachers dealt out over their schools, trainers in every circle."""
    seats, staff, trainers = [], [], []
    number = iter(range(100_000, 10_000_000))
    codes = [member.code for cluster in formation.clusters for member in cluster.members]
    more = dict.fromkeys(codes[: max(teachers - len(codes), 0)], 2)
    for cluster in formation.clusters:
        block, circle = f"T/{cluster.block_name}.", f"T/{cluster.circle_name}."
        seats.append(ClusterSeat(f"T/{cluster.name}.", circle, block, cluster.host))
        for member in cluster.members:
            staff += [Member(next(number), seats[-1].place, member.code) for _ in range(more.get(member.code, 1))]
    for place, circle in enumerate(dict.fromkeys(seat.circle for seat in seats)):
        trainers += [Member(50_000 + 3 * place + k, circle, "", share) for k, share in enumerate(SHARES)]
    blocks = sorted({seat.block for seat in seats})
    return CascadeRequest(
        core=tuple(Member(1 + k, "") for k in range(6)),
        masters=tuple(
            Member(100 + 10 * place + k, block, "", SHARES[k % 3])
            for place, block in enumerate(blocks)
            for k in range(6)
        ),
        circle_trainers=tuple(trainers),
        teachers=tuple(staff),
        clusters=tuple(seats),
        modules=tuple(TaughtModule(subject, 1, 2) for subject in Subject),
        days=training_days(FIRST, FIRST + timedelta(days=400), CalendarRules(closures=(SUMMER,))),
        rooms=(Room("T/", "T1A"), Room("T/", "T1B"), *(Room(block, f"room of {block}") for block in blocks)),
        programme="T/",
    )
