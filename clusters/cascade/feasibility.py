"""Why a cascade cannot be planned, in sentences, before a planner tries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from clusters.cascade.daybook import DayBook
from clusters.cascade.relaxing import (
    Relaxation,
    appointing,
    at_least_one,
    for_cap,
    for_runs,
    for_travel,
    fullest_month,
)
from clusters.cascade.rules import ORDER, CascadeRequest, Level
from clusters.cascade.staffing import Staffing
from clusters.cascade.travel import Ways
from clusters.modules.rules import Subject

_TEAMS = {Level.MASTER: "core team member", Level.CIRCLE: "master trainer", Level.TEACHER: "circle trainer"}


@dataclass(frozen=True, slots=True)
class Remark:
    """A key for programs, a sentence for people, and what the sentence names, for other languages."""

    key: str
    sentence: str
    values: tuple[tuple[str, int | str], ...] = ()
    ways: tuple[Relaxation, ...] = ()
    """The smallest changes that end a problem, the smallest of them first."""


def problems_of(request: CascadeRequest, staffing: Staffing) -> tuple[Remark, ...]:
    """Everything that makes a request impossible; empty when a planner may try."""
    missing = tuple(_missing(request, staffing))
    return missing or (*_trainerless(request, staffing), *_rules_at_odds(request))


def _missing(request: CascadeRequest, staffing: Staffing) -> Iterator[Remark]:
    if not request.modules:
        yield Remark("no_subject", "No subject was chosen, so there is nothing to plan. Name at least one subject.")
    if not request.clusters:
        yield Remark("no_cluster", "There is no cluster to train in. Plan and accept clusters first.")
    elif not any(staffing.teachers.values()):
        yield Remark(
            "no_teacher", "No teacher stands in any cluster. Import the staff list, or fill in people for a trial."
        )
    if not request.days:
        yield Remark("no_day", "The calendar has no training day from the start on. Open days or choose another start.")


def _trainerless(request: CascadeRequest, staffing: Staffing) -> Iterator[Remark]:
    for subject in dict.fromkeys(module.subject for module in request.modules):
        if not any(teacher.takes(subject) for group in staffing.teachers.values() for teacher in group):
            yield Remark("nobody_learns", f"No teacher of any cluster takes {subject}. Leave the subject out.")
        for level in ORDER:
            if not staffing.trainers_for(level, subject, staffing.clusters[0]) and not (
                level is Level.TEACHER and _somebody(request, staffing, subject)
            ):
                yield _without(level, subject)
        if request.rules.travel_km is not None and _somebody(request, staffing, subject):
            yield from _too_far(request, staffing, subject)


def _somebody(request: CascadeRequest, staffing: Staffing, subject: Subject) -> bool:
    """Does any circle trainer take a subject, however far she lives?"""
    return any(member.takes(subject) for team in staffing.circle_trainers.values() for member in team)


def _too_far(request: CascadeRequest, staffing: Staffing, subject: Subject) -> Iterator[Remark]:
    """Clusters that nobody may travel to, and the least limit under which somebody reaches all of them."""
    ways = Ways(request)
    team = [member for members in staffing.circle_trainers.values() for member in members if member.takes(subject)]
    lonely = [each for each in staffing.clusters if not staffing.trainers_for(Level.TEACHER, subject, each)]
    if not lonely:
        return
    nearest = [min(ways.km(member.home, each.place) or 0.0 for member in team) for each in lonely]
    limits = for_travel(request, ceil(max(nearest)))
    yield Remark(
        "too_far",
        f"{len(lonely)} LTRCs have no trainer for {subject} within {request.rules.travel_km:g} km, {lonely[0].place} "
        "first. " + least(limits, "Allow longer ways."),
        ways=limits,
    )


def _without(level: Level, subject: Subject) -> Remark:
    team = _TEAMS[level]
    return Remark(
        f"no_{team.replace(' ', '_')}",
        f"No {team} can deliver {subject}. Appoint one, or leave the subject out.",
        ways=appointing(level, team, subject),
    )


def _rules_at_odds(request: CascadeRequest) -> Iterator[Remark]:
    rules = request.rules
    book = DayBook(request.days, rules.longest_pause)
    for level in ORDER:
        longest = max(rules.days(level, module) for module in request.modules)
        if rules.of(level).capacity < 1 or rules.of(level).trainers < 1 or longest < 1:
            yield Remark(
                "rules",
                f"Capacity, trainers and days of level {level} must be at least 1. Change the setting.",
                ways=at_least_one(request, level),
            )
            return
        if not book.runs(longest):
            ways = for_runs(request, level)
            yield Remark(
                "no_run",
                f"The calendar never has {longest} training days close enough together for level {level}. "
                + least(ways, "Open days, allow longer pauses, or plan fewer days a module."),
                ways=ways,
            )
            continue
        # Days of a module may lie in two months, so a cap of about half of them can still be kept.
        needed = fullest_month(request.days, rules.longest_pause, longest)
        for of_teachers, cap in ((False, rules.trainer_days_a_month), (True, rules.teacher_days_a_month)):
            if cap is None or needed <= cap or (of_teachers and level is not Level.TEACHER):
                continue
            ways = for_cap(request, level, cap, of_teachers=of_teachers)
            yield Remark(
                "cap_too_low",
                f"A module takes {needed} days of one month at level {level}, more than the monthly cap of {cap} "
                f"allows {'a teacher' if of_teachers else 'a trainer'}. " + least(ways, "Raise the cap."),
                ways=ways,
            )


def least(ways: Sequence[Relaxation], otherwise: str) -> str:
    """The smallest change first, then the other ones."""
    if not ways:
        return otherwise
    first, *others = ways
    said = f"The smallest change that works: {first.sentence}"
    return said if not others else f"{said} Or: {' '.join(other.sentence for other in others)}"
