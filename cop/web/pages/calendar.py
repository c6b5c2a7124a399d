"""The calendar: one month of training sessions, its load, its closed days and its clashes."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules, Closing, why_closed
from clusters.kernel.clock import day_of, midnight, now, today
from clusters.kernel.errors import Invalid
from clusters.kernel.together import Together
from clusters.modules.rules import Subject
from clusters.people.rules import PLANNERS
from clusters.scope import Scope
from clusters.training import queries
from clusters.training.drafts_around import drafts_between
from clusters.training.queries import Clash, SessionRow
from clusters.training.rules import SessionState, Sitting
from cop.settings import Settings
from cop.web.answers import Shown as Around
from cop.web.edge import Door, page
from cop.web.i18n import Language
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.calendar import CalendarPage, ClosedWhy, Conflict, ConflictKind, Day, Entry
from cop.web.views.cluster import SessionState as Shown
from cop.web.views.frame import Area

ONE_DAY = timedelta(days=1)
WIDE = 200
"""A month of so many sessions is worked out once a minute and not for every viewer."""
SHOWN_A_DAY = 5
"""Of a fuller day the rest stands on its own page."""
CLOSED = {
    Closing.FRIDAY: ClosedWhy.FRIDAY,
    Closing.SUNDAY: ClosedWhy.SUNDAY,
    Closing.RAMADAN: ClosedWhy.RAMADAN,
    Closing.LOCAL: ClosedWhy.VACATION,
}


@page(paths.CALENDAR, here=Area.SESSIONS)
def calendar(
    db: Session,
    door: Door,
    viewer: Viewer,
    settings: Settings,
    month: str | None = None,
    subject: Subject | None = None,
    day: date | None = None,
) -> Around:
    """One month, or one day of it; `month` is written 2026-03."""
    first = _first_of(month, day or today(db))
    key = ("calendar", viewer.language, viewer.scope.places, first, subject, day)
    shown = door.kept.get(key, now(db), lambda: _calendar(db, viewer, settings, first, subject, day), _wide)
    begin, days = (first, monthrange(first.year, first.month)[1]) if day is None else (day, 1)
    return Around(shown, drafts=drafts_between(db, viewer.scope, begin, days))


def _wide(page: CalendarPage) -> bool:
    return sum(page.loads) > WIDE


def _calendar(
    db: Session, viewer: Viewer, settings: Settings, first: date, subject: Subject | None, day: date | None
) -> CalendarPage:
    following = _following(first)
    begin, end = midnight(first), midnight(following)
    scope, together = viewer.scope, Together(db)
    found = together.ask(lambda db: _with_sittings(db, scope, begin, end, subject))
    months = together.ask(lambda db: queries.months_with_sessions(db, scope))
    clashes = together.ask(lambda db: queries.invited_twice(db, scope, max(begin, now(db)), end))
    (rows, longer), (earliest, latest) = found(), months()
    days = _days(viewer, settings.calendar, rows, longer, first, following, day, now(db))
    return CalendarPage(
        month=first,
        days=days,
        conflicts=_conflicts(clashes(), viewer, settings.calendar, rows, max(begin, now(db))),
        previous=_following(first - timedelta(days=40)) if earliest and earliest < begin else None,
        next=following if latest and latest >= end else None,
        first_with_sessions=_nearest(earliest, latest, begin),
        subject=subject,
        may_plan=bool(viewer.scope.roles & {role.value for role in PLANNERS}),
        only=day,
    )


def _with_sittings(
    db: Session, scope: Scope, begin: datetime, end: datetime, subject: Subject | None
) -> tuple[list[SessionRow], dict[int, list[Sitting]]]:
    """Training sessions that meet in a period, with the days of those that have several."""
    found = queries.sessions_between(db, scope, begin - timedelta(days=31), end, subject=subject)
    rows = [row for row in found if row.ends_at >= begin]
    return rows, queries.sittings(db, scope, [row.id for row in rows if row.days > 1])


def shown_state(row: SessionRow, at: datetime) -> Shown:
    """How a list says where a training session stands."""
    if row.state is SessionState.CANCELLED:
        return Shown.CALLED_OFF
    if row.state is SessionState.HELD:
        return Shown.HELD
    if row.ends_at <= at:
        return Shown.UNREPORTED
    if day_of(row.starts_at) == day_of(at):
        return Shown.TODAY
    return Shown.INVITED if row.invited else Shown.PLANNED


def _days(
    viewer: Viewer,
    rules: CalendarRules,
    rows: list[SessionRow],
    longer: Mapping[int, list[Sitting]],
    first: date,
    following: date,
    only: date | None,
    at: datetime,
) -> tuple[Day, ...]:
    entries: dict[date, list[Entry]] = defaultdict(list)
    for row in rows:
        for number, sitting in enumerate(longer.get(row.id, [Sitting(row.starts_at, row.ends_at)]), 1):
            entries[day_of(sitting.starts_at)].append(
                Entry(
                    session_id=row.id,
                    code=row.code,
                    start=sitting.starts_at,
                    end=sitting.ends_at,
                    subject=row.subject,
                    level=row.level,
                    place=row.place,
                    state=shown_state(row, at),
                    invited=row.invited,
                    yes=row.yes,
                    came=row.came,
                    day_no=number,
                    days=row.days,
                )
            )
    days = []
    on = first
    while on < following:
        closed, name = _closed(on, rules, viewer.language)
        listed = sorted(entries[on], key=lambda entry: entry.start)
        shown = len(listed) if on == only else SHOWN_A_DAY
        days.append(Day(on, tuple(listed[:shown]), closed, name, more=max(len(listed) - shown, 0)))
        on += ONE_DAY
    return tuple(days)


def _closed(on: date, rules: CalendarRules, language: Language) -> tuple[ClosedWhy | None, str | None]:
    reasons = why_closed(on, rules)
    if not reasons:
        return None, None
    # A holiday tells more than the day of the week it falls on.
    reason = next((each for each in reasons if each.why is Closing.HOLIDAY), reasons[0])
    named = reason.name_ur if language is Language.URDU else reason.name
    if reason.why is Closing.HOLIDAY:
        return (ClosedWhy.EXPECTED_HOLIDAY if reason.estimated else ClosedWhy.HOLIDAY), named
    return CLOSED[reason.why], named if reason.why is Closing.LOCAL else None


def _conflicts(
    clashes: list[Clash], viewer: Viewer, rules: CalendarRules, rows: list[SessionRow], since: datetime
) -> tuple[Conflict, ...]:
    found = [
        Conflict(ConflictKind.TEACHER_TWICE, clash.day, clash.name, clash.sessions, clash.people) for clash in clashes
    ]
    coming = [row for row in rows if row.state is SessionState.PLANNED and row.starts_at >= since]
    closed: dict[date, list[tuple[int, str]]] = defaultdict(list)
    for row in coming:
        on = day_of(row.starts_at)
        if any(reason.why in (Closing.HOLIDAY, Closing.RAMADAN) for reason in why_closed(on, rules)):
            closed[on].append((row.id, row.code))
        if not row.venue:
            found.append(Conflict(ConflictKind.NO_VENUE, on, row.place, ((row.id, row.code),), row.invited))
    for on, sessions in closed.items():
        name = next(reason for reason in why_closed(on, rules) if reason.why in (Closing.HOLIDAY, Closing.RAMADAN))
        said = name.name_ur if viewer.language is Language.URDU else name.name
        found.append(Conflict(ConflictKind.ON_HOLIDAY, on, said, tuple(sessions)))
    return tuple(sorted(found, key=lambda conflict: (conflict.on, conflict.kind)))


def _first_of(month: str | None, otherwise: date) -> date:
    if month is None:
        return otherwise.replace(day=1)
    try:
        year, number = month.split("-")
        return date(int(year), int(number), 1)
    except ValueError as error:
        raise Invalid("month_unreadable", month=month) from error


def _following(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def _nearest(earliest: datetime | None, latest: datetime | None, begin: datetime) -> date | None:
    if earliest is None or latest is None:
        return None
    nearest = day_of(earliest if earliest >= begin else latest)
    return nearest.replace(day=1)


handlers = [calendar]
