"""The smallest change of one rule under which a round that cannot be planned can be: computed, not guessed."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from clusters.cascade.daybook import DayBook
from clusters.cascade.rules import ORDER, CascadeRequest, CascadeRules, Level, Member
from clusters.modules.rules import Subject

LONGEST_PAUSE, LARGEST_CAP = 31, 31
"""No pause is made longer and no cap higher than a month."""
MORE_DAYS, TRIED_DAYS = 400, 64
"""By so many training days a calendar is stretched to see its floor, and so many beyond it are tried."""
_WORDS = {Level.MASTER: "master trainers", Level.CIRCLE: "circle trainers", Level.TEACHER: "teachers"}

Feasible = Callable[[CascadeRequest], bool]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One way out: `rule` from `before` to `value`, in a sentence; with one less of it there is still no plan."""

    rule: str
    before: int | None
    value: int | None
    sentence: str

    @property
    def size(self) -> float:
        """How large a change it is, as a share of what the rule was; lifting a rule altogether is the largest."""
        if self.value is None:
            return 10.0
        return abs(self.value - (self.before or 0)) / max(self.before or 0, 1)


def with_relaxed(request: CascadeRequest, relaxation: Relaxation) -> CascadeRequest:
    """The request with one rule changed as a relaxation says."""
    value = relaxation.value
    if relaxation.rule == "training_days":
        return replace(request, days=(*request.days, *_following(request.days, (value or 0) - len(request.days))))
    what, _, level = relaxation.rule.rpartition("_")
    if what == "appoint":
        return _with_one_more(request, Level(level))
    if what in ("days", "capacity", "trainers"):
        changed = replace(request.rules.of(Level(level)), **{what: value})  # type: ignore[arg-type]  # one of three numbers, named above
        return replace(request, rules=_with_level(request.rules, Level(level), changed))
    if relaxation.rule == "last_working_day":
        return replace(request, rules=replace(request.rules, last_working_day=False))
    rules = {
        "longest_pause": lambda: replace(request.rules, longest_pause=value or 0),
        "teacher_days_a_month": lambda: replace(request.rules, teacher_days_a_month=value),
        "trainer_days_a_month": lambda: replace(request.rules, trainer_days_a_month=value),
        "travel_km": lambda: replace(request.rules, travel_km=value),
        "return_after": lambda: replace(request.rules, return_after=value),
    }[relaxation.rule]()
    return replace(request, rules=rules)


def appointing(level: Level, team: str, subject: Subject) -> tuple[Relaxation, ...]:
    """Where nobody can train a level: one who can is enough for there to be a plan."""
    return (Relaxation(f"appoint_{level.value}", 0, 1, f"Appoint 1 {team} for {subject}."),)


def at_least_one(request: CascadeRequest, level: Level) -> tuple[Relaxation, ...]:
    """Where a number of a level is below 1: 1 of each that is."""
    rules = request.rules.of(level)
    numbers = {"days": rules.days, "capacity": rules.capacity, "trainers": rules.trainers}
    return tuple(
        Relaxation(f"{name}_{level.value}", value, 1, f"Set the {name} of level {level} to 1 at least, not {value}.")
        for name, value in numbers.items()
        if value is not None and value < 1
    )


def for_travel(request: CascadeRequest, needed: int) -> tuple[Relaxation, ...]:
    """Where some cluster has no trainer near enough: the least whole kilometres under which each has one."""
    before = int(request.rules.travel_km or 0)
    return (Relaxation("travel_km", before, needed, f"Let trainers travel {needed} km, not {before}."),)


def for_runs(request: CascadeRequest, level: Level) -> tuple[Relaxation, ...]:
    """Where the calendar never has days close enough together: the shortest longer pause, or fewer days a module."""
    days, rules = request.days, request.rules
    longest = max(rules.days(level, module) for module in request.modules)
    found = []
    pause = next(
        (each for each in range(rules.longest_pause + 1, LONGEST_PAUSE + 1) if DayBook(days, each).runs(longest)), None
    )
    if pause is not None:
        found.append(_relaxation("longest_pause", rules.longest_pause, pause))
    fewer = next((many for many in range(longest - 1, 0, -1) if DayBook(days, rules.longest_pause).runs(many)), None)
    if fewer is not None:
        found.append(_relaxation(f"days_{level.value}", longest, fewer))
    return tuple(sorted(found, key=lambda each: each.size))


def for_cap(request: CascadeRequest, level: Level, cap: int, *, of_teachers: bool) -> tuple[Relaxation, ...]:
    """Where a module takes more days of one month than a cap allows: the lowest cap, or fewer days a module."""
    rules = request.rules
    longest = max(rules.days(level, module) for module in request.modules)
    rule = "teacher_days_a_month" if of_teachers else "trainer_days_a_month"
    found = [_relaxation(rule, cap, fullest_month(request.days, rules.longest_pause, longest))]
    fewer = next(
        (many for many in range(longest - 1, 0, -1) if fullest_month(request.days, rules.longest_pause, many) <= cap),
        None,
    )
    if fewer is not None:
        found.append(_relaxation(f"days_{level.value}", longest, fewer))
    return tuple(sorted(found, key=lambda each: each.size))


def fullest_month(days: Sequence[date], longest_pause: int, length: int) -> int:
    """The fewest days of one month that so many days in a row can take at best; beyond a month where none are."""
    starts = DayBook(days, longest_pause).runs(length)
    best = LARGEST_CAP + 1
    for start in range(len(days)):
        if starts >> start & 1:
            months = [(day.year, day.month) for day in days[start : start + length]]
            best = min(best, max(months.count(month) for month in months))
    return best


def for_days(
    request: CascadeRequest, floor: Callable[[CascadeRequest], int], feasible: Feasible, out_of_time: Callable[[], bool]
) -> tuple[Relaxation, ...]:
    """Where the days do not suffice: more of them, higher caps, no habit of a last day; each the least that does.

    `floor` numbers the first day by which any plan of a request could end: what it excludes is not tried.
    """
    found = []
    for candidates in (_more_days(request, floor), *_caps(request), _habit(request), _return(request)):
        least = _least_of(request, candidates, floor, feasible, out_of_time)
        if least is not None:
            found.append(least)
    return tuple(sorted(found, key=lambda one: one.size))


def _least_of(
    request: CascadeRequest,
    candidates: Sequence[Relaxation],
    floor: Callable[[CascadeRequest], int],
    feasible: Feasible,
    out_of_time: Callable[[], bool],
) -> Relaxation | None:
    """The first of ever larger changes that works; None where not even the largest does."""

    def not_excluded(each: Relaxation) -> bool:
        changed = with_relaxed(request, each)
        return floor(changed) < len(changed.days)

    if not candidates or out_of_time() or not not_excluded(candidates[-1]):
        return None
    first = bisect_left(candidates, True, key=not_excluded)
    if out_of_time():
        return None
    if feasible(with_relaxed(request, candidates[first])):
        return candidates[first]
    if out_of_time() or not feasible(with_relaxed(request, candidates[-1])):
        return None
    last = len(candidates) - 1
    place = bisect_left(candidates, True, lo=first + 1, hi=last, key=lambda each: feasible(with_relaxed(request, each)))
    return None if out_of_time() else candidates[place]


def _more_days(request: CascadeRequest, floor: Callable[[CascadeRequest], int]) -> list[Relaxation]:
    """More days, from the first number that the floor does not exclude."""
    stretched = replace(request, days=(*request.days, *_following(request.days, MORE_DAYS)))
    least = max(floor(stretched) + 1 - len(request.days), 1)
    following = _following(request.days, least + TRIED_DAYS)
    return [
        Relaxation(
            "training_days",
            len(request.days),
            len(request.days) + more,
            f"Open {more} more training {_days(more)}: up to {following[more - 1].isoformat()}, say.",
        )
        for more in range(least, least + TRIED_DAYS)
    ]


def _caps(request: CascadeRequest) -> Iterator[list[Relaxation]]:
    rules = request.rules
    for rule, cap in (
        ("teacher_days_a_month", rules.teacher_days_a_month),
        ("trainer_days_a_month", rules.trainer_days_a_month),
    ):
        if cap is not None:
            yield [_relaxation(rule, cap, more) for more in range(cap + 1, LARGEST_CAP + 1)]


def _habit(request: CascadeRequest) -> list[Relaxation]:
    if not request.rules.last_working_day:
        return []
    any_day = "Let teachers meet on any day, not only on the last working day of a month."
    return [Relaxation("last_working_day", 1, None, any_day)]


def _return(request: CascadeRequest) -> list[Relaxation]:
    wait = request.rules.return_after or 0
    return [_relaxation("return_after", wait, fewer) for fewer in range(wait - 1, -1, -1)]


def _relaxation(rule: str, before: int, value: int) -> Relaxation:
    said = {
        "longest_pause": f"Allow a pause of {value} days between the days of a module, not {before}.",
        "teacher_days_a_month": f"Raise the cap of a teacher from {before} to {value} {_days(value)} a month.",
        "trainer_days_a_month": f"Raise the cap of a trainer from {before} to {value} {_days(value)} a month.",
        "return_after": f"Let teachers return after {value} {_days(value)}, not {before}.",
    } | {
        f"days_{level.value}": f"Train {_WORDS[level]} on {value} {_days(value)} a module, not {before}."
        for level in ORDER
    }
    return Relaxation(rule, before, value, said[rule])


def _days(many: int) -> str:
    return "day" if many == 1 else "days"


def _with_level(rules: CascadeRules, level: Level, changed: object) -> CascadeRules:
    return replace(rules, **{level.value: changed})  # type: ignore[arg-type]  # levels are named as their rules


def _with_one_more(request: CascadeRequest, level: Level) -> CascadeRequest:
    """The request with one more who can train a level in every subject, at home in the whole programme."""
    team = {Level.MASTER: "core", Level.CIRCLE: "masters", Level.TEACHER: "circle_trainers"}[level]
    everybody = (*request.core, *request.masters, *request.circle_trainers, *request.teachers)
    home = request.programme if level is Level.MASTER else request.clusters[0].block
    member = Member(max((each.person for each in everybody), default=0) + 1, home)
    return replace(request, **{team: (*getattr(request, team), member)})  # type: ignore[arg-type]  # one of the three teams, named above


def _following(days: Sequence[date], many: int) -> list[date]:
    """So many days after the last one, on the days of the week that the calendar uses."""
    used = {day.weekday() for day in days}
    found: list[date] = []
    day = days[-1]
    while len(found) < many:
        day += timedelta(days=1)
        if day.weekday() in used:
            found.append(day)
    return found
