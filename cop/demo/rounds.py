"""When the rounds of the demonstration are held: three behind, one half done today, one just planned, one a draft."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from statistics import median_low

from clusters.calendar.rules import CalendarRules, Closure, training_days
from clusters.cascade.rules import Level
from clusters.cascade.timetable import CascadePlan
from clusters.kernel.clock import KARACHI, day_of
from clusters.modules.rules import Subject
from cop.demo.sizes import Size

AHEAD = timedelta(days=120)
NOTICE = timedelta(days=14)
"""A round is accepted this long before it may begin."""
ACCEPTED_AT = time(11, 20)
LESSONS = (1, 3)
"""Tuesdays and Thursdays belong to the schools, so that a round takes about three weeks."""
PRESENT, COMING = Subject.PEDAGOGY, Subject.PARENTS


@dataclass(frozen=True, slots=True)
class Turn:
    """One round: its subject, the day from which it may begin, and when it is accepted."""

    subject: Subject
    from_date: date
    accepted_at: datetime

    @property
    def name(self) -> str:
        """For example: Maths, August 2026."""
        return f"{self.subject.capitalize()}, {self.from_date:%B %Y}"


def calendar_of(rules: CalendarRules, now: datetime, behind: timedelta) -> CalendarRules:
    """The installation's calendar, with Tuesdays and Thursdays closed from so long ago on."""
    first, today = day_of(now) - behind, day_of(now)
    days = (first + timedelta(days=number) for number in range((behind + AHEAD).days))
    closed = tuple(Closure(day, day, "Lessons only") for day in days if day.weekday() in LESSONS and day != today)
    return replace(rules, closures=(*rules.closures, *closed))


def first_turn(rules: CalendarRules, now: datetime, size: Size) -> Turn:
    """The round with which the history begins."""
    return _turn(size.past[0], training_days(day_of(now) - size.behind, day_of(now) + AHEAD, rules)[0])


def further_turns(rules: CalendarRules, now: datetime, size: Size, shape: Sequence[int]) -> list[Turn]:
    """The rounds after the first one; `shape` says on which of its training days each teachers' session of it lay.

    The round of today begins so that half of its teachers' sessions lie behind; the others share the time before.
    """
    today = day_of(now)
    days = training_days(today - size.behind, today + AHEAD, rules)
    gone = sum(day < today for day in days)
    present = max(gone - median_low(shape), len(size.past))
    starts = [days[present * place // len(size.past)] for place in range(1, len(size.past))]
    turns = [_turn(subject, start) for subject, start in zip(size.past[1:], starts, strict=True)]
    turns.append(_turn(PRESENT, days[present]))
    yesterday = datetime.combine(today - timedelta(days=1), ACCEPTED_AT, KARACHI)
    turns.append(Turn(COMING, today + NOTICE, yesterday))
    return turns


def shape_of(plan: CascadePlan, rules: CalendarRules) -> list[int]:
    """On which training day from its first one on each teachers' session of a plan begins."""
    days = training_days(plan.start_date, plan.end_date, rules)
    place = {day: number for number, day in enumerate(days)}
    return sorted(place[each.meetings[0].day] for each in plan.sessions if each.level is Level.TEACHER)


def _turn(subject: Subject, start: date) -> Turn:
    return Turn(subject, start, datetime.combine(start - NOTICE, ACCEPTED_AT, KARACHI))
