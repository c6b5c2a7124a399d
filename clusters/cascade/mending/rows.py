"""The rows of a plan, before and after it was mended."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time

from clusters.calendar.rules import FRIDAY
from clusters.cascade.mending.news import Change
from clusters.cascade.rules import CascadeRequest, CascadeRules, Level, MeetingRow


def mended_rows(meetings: Iterable[MeetingRow], changes: Iterable[Change], request: CascadeRequest) -> list[MeetingRow]:
    """The rows of a plan with its changes made; the hours follow the day."""
    by_id = {change.session: change for change in changes}
    rows = []
    place: defaultdict[int, int] = defaultdict(int)
    for row in sorted(meetings, key=lambda row: (row.id, row.day)):
        change = by_id.get(row.id)
        if change is None:
            rows.append(row)
            continue
        day = change.days[place[row.id]]
        place[row.id] += 1
        ends = ends_on(day, row.day, row.ends, row.level, request.rules)
        rows.append(replace(row, day=day, venue=change.venue, trainers=change.trainers, ends=ends))
    return rows


def ends_on(day: date, before: date, ends: time, level: Level, rules: CascadeRules) -> time:
    """When a meeting that ended at an hour of the day before ends on another day: on a Friday before the prayer."""
    if before.weekday() == FRIDAY and day.weekday() != FRIDAY:
        ends = max(ends, rules.of(level).ends)
    return min(ends, rules.friday_ends) if day.weekday() == FRIDAY else ends
