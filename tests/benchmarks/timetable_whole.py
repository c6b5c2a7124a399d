"""A round as one model for CP-SAT, all levels together: what a careful engineer would take instead of our planner.

OR-tools (Apache-2.0) is a baseline here only, from the dependency group `bench`.
"""

import importlib
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from clusters.cascade.almanac import Almanac
from clusters.cascade.rules import CascadeRequest, Level, level_above
from clusters.cascade.staffing import staff_of
from clusters.cascade.worklist import Work, work_list

HORIZON = 150
"""Training days that it may use; every other method ends long before."""


@dataclass(frozen=True)
class Answer:
    """The number of the last day and the lowest day that CP-SAT could not rule out; none where it found no plan."""

    last: int | None
    bound: int
    proved: bool


def solved(request: CascadeRequest, seconds: float) -> Answer:
    """One thread, so much time on the clock."""
    cp_model = importlib.import_module("ortools.sat.python.cp_model")
    almanac = Almanac(request.days[:HORIZON], request.rules)
    works = work_list(request, staff_of(request), random.Random(0))
    model = _Whole(cp_model.CpModel(), cp_model.Domain, almanac, request)
    for work in works:
        model.add(work)
    model.finish()
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, int(solver.best_objective_bound), False)
    return Answer(int(solver.objective_value), int(solver.best_objective_bound), status == cp_model.OPTIMAL)


class _Whole:
    """First days as whole numbers, days as intervals; nobody and no room twice a day, and days of a month counted.

    Who leads is given: benchmarks' rounds have as many trainers of a subject as a training session wants. The core team
    is left out, which can only help CP-SAT.
    """

    def __init__(self, model: Any, domain: Any, almanac: Almanac, request: CascadeRequest) -> None:
        self.model, self._domain, self._almanac, self._rules = model, domain, almanac, request.rules
        self._shut: defaultdict[str, int] = defaultdict(int)
        for taken in request.taken:
            if taken.venue is not None:
                self._shut[taken.venue] |= almanac.bits([taken.day])
        self._last = model.new_int_var(0, len(almanac.days) - 1, "last")
        self._of: defaultdict[object, list[Any]] = defaultdict(list)
        self._rooms: defaultdict[tuple[str, ...], list[Any]] = defaultdict(list)
        self._months: defaultdict[tuple[object, int], list[tuple[Any, int]]] = defaultdict(list)
        self._ends: defaultdict[tuple[Level, object, int], list[Any]] = defaultdict(list)
        self._starts: list[tuple[Work, Any]] = []

    def add(self, work: Work) -> None:
        """One training session with its days, its persons and its room."""
        days = self._almanac.starts(work.days)
        if len(work.rooms) == 1:
            for step in range(work.days):
                days &= ~(self._shut[work.rooms[0]] >> step)
        starts = [day for day in range(len(self._almanac.days)) if days >> day & 1]
        start = self.model.new_int_var_from_domain(self._domain.from_values(starts), "")
        days_of = self.model.new_fixed_size_interval_var(start, work.days, "")
        self.model.add(self._last >= start + work.days - 1)
        self._rooms[work.rooms].append(days_of)
        persons: list[object] = [member.person for member in work.trainers if work.level is not Level.MASTER]
        if work.level is Level.TEACHER:
            # Those of a group are in the same training sessions: one of them stands for all.
            persons.append(("group", work.place, work.chain[3]))
        else:
            persons += [member.person for member in work.members]
        for person in persons:
            self._of[person].append(days_of)
        for month, literal, many in self._in_months(start, starts, work.days):
            for person in persons:
                self._months[person, month].append((literal, many))
        for member in work.members:
            self._ends[work.level, work.module, member.person].append(start + work.days)
        self._starts.append((work, start))

    def _in_months(self, start: Any, starts: list[int], length: int) -> list[tuple[int, Any, int]]:
        """A literal for each way a training session can lie in the months, with its days there."""
        ways: defaultdict[tuple[tuple[int, int], ...], list[int]] = defaultdict(list)
        for day in starts:
            run = ((1 << length) - 1) << day
            ways[self._almanac.months_of(run)].append(day)
        found, literals = [], []
        for months, days in ways.items():
            literal = self.model.new_bool_var("")
            literals.append(literal)
            self.model.add_linear_expression_in_domain(start, self._domain.from_values(days)).only_enforce_if(literal)
            found += [(month, literal, many) for month, many in months]
        self.model.add_exactly_one(literals)
        return found

    def finish(self) -> None:
        """What holds between training sessions, and what is wanted."""
        for intervals in self._of.values():
            self.model.add_no_overlap(intervals)
        for rooms, intervals in self._rooms.items():
            self.model.add_cumulative(intervals, [1] * len(intervals), len(rooms))
        for (person, _), days in self._months.items():
            group = isinstance(person, tuple)
            cap = self._rules.teacher_days_a_month if group else self._rules.trainer_days_a_month
            if cap is not None and sum(many for _, many in days) > cap:
                self.model.add(sum(literal * many for literal, many in days) <= cap)
        for work, start in self._starts:
            above = level_above(work.level)
            if above is not None:
                for member in work.trainers:
                    for end in self._ends[above, work.module, member.person]:
                        self.model.add(start >= end)
        self.model.minimize(self._last)
