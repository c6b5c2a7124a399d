"""Random rounds of a cascade for a judge of timetables, small and various; a seed gives a request, or one refused."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from clusters.calendar.rules import CalendarRules, Closure, training_days
from clusters.cascade.rules import CascadeRequest, CascadeRules, ClusterSeat, LevelRules, Member, Room, Taken
from clusters.modules.rules import Subject, TaughtModule
from tests.rig.timetable_rules import Limits, Trainer

START, UNTIL = date(2026, 12, 1), date(2029, 12, 31)
SUBJECTS = list(Subject)[:4]


@dataclass(frozen=True)
class Planted:
    """A request that cannot be planned, the key of the rule that stands in the way, and the request without it."""

    request: CascadeRequest
    key: str
    mended: CascadeRequest


def invented_round(seed: int) -> CascadeRequest:
    """One or two blocks of circles of up to four clusters; rules, leave, closures and shares of subjects by chance."""
    rng = random.Random(seed)
    person = iter(range(1, 100_000))
    seats, trainers, teachers, masters = [], [], [], []
    for block in range(rng.choice([1, 1, 2])):
        masters += [Member(next(person), f"B{block}.") for _ in range(rng.randint(1, 3))]
        for circle in range(rng.randint(1, 2)):
            path = f"B{block}.C{block}{circle}."
            trainers += list(_team(rng, person, path))
            for cluster in range(rng.randint(1, 4)):
                place = f"{path}L{block}{circle}{cluster}."
                seats.append(ClusterSeat(place, path, f"B{block}.", f"{block}{circle}{cluster}-0"))
                for school in range(rng.randint(1, 8)):
                    code = f"{block}{circle}{cluster}-{school}"
                    teachers += [
                        Member(next(person), f"{place}{code}.", code, _share(rng), woman=rng.random() < 0.5)
                        for _ in range(rng.choice([1, 1, 2, 2, 3, 5]))
                    ]
    teachers.append(replace(teachers[0], person=next(person), subjects=None))
    subjects = rng.sample(SUBJECTS, rng.randint(1, 4))
    modules = [
        TaughtModule(subject, number, rng.choice([1, 1, 2]))
        for subject in subjects
        for number in range(1, rng.choice([1, 1, 2]) + 1)
    ]
    blocks = sorted({seat.block for seat in seats})
    rules = _rules(rng)
    if rules.last_working_day:
        # A room has twelve such days a year; more would not fit into these years.
        modules = [replace(module, days=1) for module in modules[:1]]
    return CascadeRequest(
        core=tuple(Member(next(person), "") for _ in range(rng.randint(1, 3))),
        masters=tuple(masters),
        circle_trainers=tuple(trainers),
        teachers=tuple(teachers),
        clusters=tuple(seats),
        modules=tuple(modules),
        days=training_days(START, UNTIL, _calendar(rng)),
        rules=rules,
        rooms=tuple(Room(place, f"T{place}") for place in blocks) if rng.random() < 0.3 else (),
        taken=tuple(_wanted_elsewhere(rng, [*masters, *trainers, *teachers], seats)),
    )


def _team(rng: random.Random, person: Iterator[int], path: str) -> Iterator[Member]:
    """The trainers of a circle: one who takes all, three who share the subjects out, or nobody of its own."""
    kind = rng.choice(["alone", "pair", "shared", "shared", "nobody"])
    # Somebody lives in the first circle, so that no subject stays without anybody.
    if kind == "nobody" and path != "B0.C00.":
        return
    if kind == "shared":
        for subjects in (SUBJECTS[:2], SUBJECTS[2:3], SUBJECTS[3:]):
            yield Member(next(person), path, subjects=frozenset(subjects))
    else:
        for _ in range(2 if kind == "pair" else 1):
            yield Member(next(person), path)


def _share(rng: random.Random) -> frozenset[Subject] | None:
    return None if rng.random() < 0.8 else frozenset(rng.sample(SUBJECTS, 2))


def _rules(rng: random.Random) -> CascadeRules:
    return CascadeRules(
        master=LevelRules(rng.randint(1, 3), rng.choice([3, 50]), rng.randint(1, 2), time(9), time(15)),
        circle=LevelRules(rng.randint(1, 3), rng.choice([2, 50]), rng.randint(1, 2), time(9), time(15)),
        teacher=LevelRules(None, rng.choice([5, 12, 40]), rng.choice([1, 1, 2]), time(10), time(13)),
        longest_pause=rng.choice([3, 4]),
        trainer_days_a_month=rng.choice([None, 8, 16]),
        teacher_days_a_month=rng.choice([None, 2, 4, 4]),
        return_after=rng.choice([None, None, 28]),
        women_apart=rng.random() < 0.2,
        last_working_day=rng.random() < 0.1,
    )


def _calendar(rng: random.Random) -> CalendarRules:
    closures = []
    for _ in range(rng.randint(0, 3)):
        first = START + timedelta(days=rng.randint(0, 150))
        closures.append(Closure(first, first + timedelta(days=rng.choice([3, 30])), "Closed"))
    return CalendarRules(fridays_closed=rng.random() < 0.7, closures=tuple(closures))


def _wanted_elsewhere(rng: random.Random, people: list[Member], seats: list[ClusterSeat]) -> Iterator[Taken]:
    """Single days, a fortnight's leave, and a venue that is closed for a while."""
    for _ in range(rng.choice([0, 0, 4])):
        yield Taken(START + timedelta(days=rng.randint(0, 60)), rng.choice(people).person)
    for _ in range(rng.choice([0, 0, 1])):
        who, first = rng.choice(people).person, rng.randint(0, 60)
        yield from (Taken(START + timedelta(days=first + k), who, away=True) for k in range(14))
    for _ in range(rng.choice([0, 0, 1])):
        venue, first = rng.choice(seats).venue, rng.randint(0, 60)
        yield from (Taken(START + timedelta(days=first + k), None, venue, away=True) for k in range(10))


def planted_obstacle(seed: int) -> Planted:
    """A round in which one rule cannot be kept."""
    rng = random.Random(-seed - 1)
    whole = invented_round(seed)
    rules, subject = whole.rules, whole.modules[0].subject
    others = frozenset(SUBJECTS) - {subject}
    teams = {"core": "no_core_team_member", "masters": "no_master_trainer", "circle_trainers": "no_circle_trainer"}
    kind = rng.choice([*teams, "days", "run", "cap", "teachers", "seats", "short"])
    if kind in teams or kind == "teachers":
        members = tuple(
            replace(member, subjects=others if member.subjects is None else member.subjects - {subject})
            for member in getattr(whole, kind)
        )
        return Planted(replace(whole, **{kind: members}), teams.get(kind, "nobody_learns"), whole)
    if kind == "seats":
        level = replace(rules.teacher, capacity=0)
        return Planted(replace(whole, rules=replace(rules, teacher=level)), "rules", whole)
    if kind == "cap":
        # Three days of a module lie in two months at most, one in each.
        master = replace(rules.master, days=3)
        mended = replace(whole, rules=replace(rules, master=master, trainer_days_a_month=16))
        return Planted(replace(mended, rules=replace(mended.rules, trainer_days_a_month=1)), "cap_too_low", mended)
    if kind == "run":
        mended = replace(whole, rules=replace(rules, master=replace(rules.master, days=3)))
        return Planted(replace(mended, days=mended.days[::7]), "no_run", mended)
    if kind == "short":
        needed = max(rules.master.days or 1, rules.circle.days or 1)
        return Planted(replace(whole, days=whole.days[: needed + 3]), "too_few_days", whole)
    return Planted(replace(whole, days=()), "no_day", whole)


def limits_of(request: CascadeRequest) -> Limits:
    """What the rules of a request allow, in the judge's own words."""
    rules = request.rules
    levels = {"master": rules.master, "circle": rules.circle, "teacher": rules.teacher}
    learners = {"master": request.masters, "circle": request.circle_trainers, "teacher": request.teachers}
    lengths, owed = {}, {}
    for module in request.modules:
        for level, how in levels.items():
            lengths[level, module.code] = how.days or module.days
            owed[level, module.code] = frozenset(
                member.person
                for member in learners[level]
                if member.subjects is None or module.subject in member.subjects
            )
    teams = {"master": request.core, "circle": request.masters, "teacher": request.circle_trainers}
    return Limits(
        open_days=frozenset(request.days),
        seats={level: how.capacity for level, how in levels.items()},
        trainer_days=rules.trainer_days_a_month,
        teacher_days=rules.teacher_days_a_month,
        staff=Counter(member.school for member in request.teachers),
        lengths=lengths,
        longest_pause=rules.longest_pause,
        return_after=rules.return_after,
        women=frozenset(member.person for member in request.teachers if member.woman) if rules.women_apart else None,
        last_working_day=rules.last_working_day,
        owed=owed,
        teams={
            level: tuple(
                Trainer(
                    member.person,
                    member.home,
                    frozenset(map(str, Subject if member.subjects is None else member.subjects)),
                )
                for member in team
            )
            for level, team in teams.items()
        },
        most_trainers={level: how.trainers for level, how in levels.items()},
        venues={seat.place: seat.venue for seat in request.clusters},
        taken=_days_of(request, away=False),
        away=_days_of(request, away=True),
        spots={seat.place: seat.spot for seat in request.clusters if seat.spot is not None},
        travel_km=rules.travel_km,
    )


def _days_of(request: CascadeRequest, *, away: bool) -> frozenset[tuple[int | str, date]]:
    return frozenset(
        (who, taken.day)
        for taken in request.taken
        if taken.away is away
        for who in (taken.person, taken.venue)
        if who is not None
    )
