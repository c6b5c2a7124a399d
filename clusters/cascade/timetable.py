"""A dated plan of one round of the cascade in which no precedence, clash, cap or closed day is broken."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import permutations

from clusters.calendar.rules import FRIDAY
from clusters.cascade.exact import NODES
from clusters.cascade.feasibility import Remark, least, problems_of
from clusters.cascade.hanging import hanging_on
from clusters.cascade.placing import Placement
from clusters.cascade.relaxing import Relaxation, for_days
from clusters.cascade.rules import ORDER, CascadeRequest, Level, MeetingRow, Member, SeatRow, TrainerRow
from clusters.cascade.search import Search
from clusters.cascade.staffing import Staffing, staff_of
from clusters.cascade.worklist import Work, work_list
from clusters.modules.rules import Subject, TaughtModule

TRIES = 360
"""Orders of the subjects, with the lag between the levels, that are ranked by the floor they leave."""


@dataclass(frozen=True, slots=True)
class DraftMeeting:
    """One meeting day in local time."""

    day: date
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class DraftTrainingSession:
    """A planned training session: its meetings in order (the periodic return, if any, last) and who sits in it."""

    id: int
    level: Level
    subject: Subject
    module: TaughtModule
    place: str
    venue: str
    trainers: tuple[int, ...]
    meetings: tuple[DraftMeeting, ...]
    participants: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class CascadePlan:
    """A plan of a round, in order of date.

    `makespan_days` and `lower_bound_days` count training days of the calendar from the first session on, the bound up
    to `earliest_end`, before which no plan under these rules ends. `proved` says that this one ends on that day;
    `settled` that none ends earlier once the trainers are trained on these days. `hangs_on` names the rule
    that would have to give for an earlier end, `remarks` what a person should know before accepting.
    """

    sessions: tuple[DraftTrainingSession, ...]
    trainers: tuple[TrainerRow, ...]
    start_date: date
    end_date: date
    makespan_days: int
    lower_bound_days: int | None
    proved: bool | None = None
    settled: bool | None = None
    earliest_end: date | None = None
    hangs_on: Remark | None = None
    remarks: tuple[Remark, ...] = ()

    def by_level(self) -> dict[Level, int]:
        """How many training sessions each level has."""
        counts = Counter(session.level for session in self.sessions)
        return {level: counts[level] for level in ORDER}

    def meeting_rows(self) -> tuple[MeetingRow, ...]:
        """The plan as sessions.csv holds it."""
        return tuple(
            MeetingRow(
                each.id,
                each.level,
                each.subject,
                each.module.code,
                each.place,
                each.venue,
                each.trainers,
                meeting.day,
                meeting.starts,
                meeting.ends,
            )
            for each in self.sessions
            for meeting in each.meetings
        )

    def seat_rows(self) -> tuple[SeatRow, ...]:
        """The plan as participants.csv holds it."""
        return tuple(
            SeatRow(each.id, member.person, member.school) for each in self.sessions for member in each.participants
        )


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Why there is no plan, each reason with what to do about it."""

    problems: tuple[Remark, ...]


def plan_cascade(
    request: CascadeRequest,
    *,
    seed: int = 0,
    tries: int = TRIES,
    on_progress: Callable[[int, int], None] = lambda done, of: None,
    out_of_time: Callable[[], bool] = lambda: False,
    thinking: int = NODES,
) -> CascadePlan | Infeasible:
    """Plan every training session of a round; the same request and seed give the same plan unless time runs out.

    `thinking` is how many branches the exact solver may follow in one question, 0 for lists alone. `on_progress` hears
    how many of how many tries are done; when `out_of_time` says so, the best plan so far stands, with a remark.
    """
    staffing = staff_of(request)
    problems = problems_of(request, staffing)
    if problems:
        return Infeasible(problems)
    works = work_list(request, staffing, random.Random(seed))
    search = Search(request, staffing, works, seed, on_progress, out_of_time, thinking)
    if not search.run(_recipes(request.modules, tries, seed)):

        def tried(other: CascadeRequest) -> Search:
            again = work_list(other, staffing, random.Random(seed))
            return Search(other, staffing, again, seed, lambda done, of: None, out_of_time, thinking)

        ways = for_days(
            request,
            lambda other: tried(other).bound,
            lambda other: tried(other).run(_recipes(other.modules, tries, seed)),
            out_of_time,
        )
        return Infeasible((_too_few_days(request, search.unplaced, ways),))
    return _plan(request, staffing, search)


def _recipes(modules: Sequence[TaughtModule], tries: int, seed: int) -> list[tuple[tuple[TaughtModule, ...], int]]:
    """Orders of subjects to compare, each with a lag: first as chosen, then others drawn by the seed."""
    subjects = tuple(dict.fromkeys(module.subject for module in modules))
    orders = list(permutations(subjects))
    others = random.Random(seed).sample(orders[1:], len(orders) - 1)
    in_order = sorted(modules, key=lambda module: module.number)
    recipes = []
    for order in (orders[0], *others):
        by_subject = tuple(module for subject in order for module in in_order if module.subject is subject)
        recipes += [(by_subject, lag) for lag in sorted({0, 1, len(modules)})]
    return recipes[: max(tries, 1)]


def _too_few_days(request: CascadeRequest, unplaced: int, ways: tuple[Relaxation, ...]) -> Remark:
    last = request.days[-1]
    return Remark(
        "too_few_days",
        f"{unplaced} training sessions found no day: the calendar offered {len(request.days)} training days up to "
        f"{last.isoformat()}. "
        + least(ways, "Give more days, more trainers or fewer subjects, or raise the monthly caps."),
        ways=ways,
    )


def _plan(request: CascadeRequest, staffing: Staffing, search: Search) -> CascadePlan:
    placements = search.placements
    ordered = sorted(search.works, key=lambda work: (placements[work.key].start, ORDER.index(work.level), work.key))
    sessions = tuple(
        _training_session(request, work, placements[work.key], number) for number, work in enumerate(ordered, start=1)
    )
    homes = {(m.person, work.level): m.home for work in ordered for m in placements[work.key].leading}
    first = placements[ordered[0].key].start
    last = max(_last_day(work, placements[work.key]) for work in ordered)
    return CascadePlan(
        sessions,
        tuple(TrainerRow(person, level, homes[person, level]) for person, level in sorted(homes)),
        request.days[first],
        request.days[last],
        last - first + 1,
        search.bound - first + 1,
        proved=last == search.bound,
        settled=last <= search.floor,
        earliest_end=request.days[search.bound],
        hangs_on=hanging_on(request, search.hardest, search.almanac),
        remarks=(*_remarks(staffing), *_cut_short(search)),
    )


def _cut_short(search: Search) -> tuple[Remark, ...]:
    if not search.cut_short:
        return ()
    return (
        Remark(
            "cut_short",
            "The planner ran out of time, so this is the best plan it had by then. Plan again for one that may end "
            "earlier.",
        ),
    )


def _last_day(work: Work, placement: Placement) -> int:
    return max(placement.start + work.days - 1, placement.returns or 0)


def _training_session(request: CascadeRequest, work: Work, placement: Placement, number: int) -> DraftTrainingSession:
    days = [*range(placement.start, placement.start + work.days)]
    if placement.returns is not None:
        days.append(placement.returns)
    return DraftTrainingSession(
        number,
        work.level,
        work.module.subject,
        work.module,
        work.place,
        placement.room,
        tuple(sorted(member.person for member in placement.leading)),
        tuple(_meeting(request, work.level, request.days[day]) for day in days),
        work.members,
    )


def _meeting(request: CascadeRequest, level: Level, day: date) -> DraftMeeting:
    rules = request.rules.of(level)
    ends = min(rules.ends, request.rules.friday_ends) if day.weekday() == FRIDAY else rules.ends
    return DraftMeeting(day, rules.starts, ends)


def _remarks(staffing: Staffing) -> tuple[Remark, ...]:
    found = []
    alone = sum(1 for count in staffing.staff.values() if count == 1)
    if alone:
        found.append(
            Remark(
                "schools_of_one",
                f"{alone} schools have one teacher each and stay without her on her days. Tell their heads beforehand.",
                (("count", alone),),
            )
        )
    if staffing.homeless:
        found.append(
            Remark(
                "teachers_without_cluster",
                f"{len(staffing.homeless)} teachers belong to no school of a cluster and were left out. "
                "Place their schools first.",
                (("count", len(staffing.homeless)),),
            )
        )
    if staffing.astray:
        found.append(
            Remark(
                "trainers_without_block",
                f"{len(staffing.astray)} circle trainers live outside every block. They learn with the first one.",
                (("count", len(staffing.astray)),),
            )
        )
    return tuple(found)
