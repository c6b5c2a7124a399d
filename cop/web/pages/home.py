"""Home, "This week": what needs somebody, the next training sessions, whom each subject has reached."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules, Closing, why_closed
from clusters.kernel.clock import day_of, midnight, now, today
from clusters.kernel.together import Together
from clusters.modules.rules import Subject
from clusters.people.rules import PLANNERS
from clusters.progress import queries as progress
from clusters.scope import Held, Scope
from clusters.structure import queries as structure
from clusters.structure.rules import PlaceKind
from clusters.training import queries
from clusters.training.queries import Clash, SessionRow, Untold
from clusters.training.rules import SessionState, report_window
from cop.settings import Settings
from cop.web.edge import Door, page
from cop.web.pages.rounds import draft_rows
from cop.web.viewers import Viewer
from cop.web.views import home as views
from cop.web.views import paths
from cop.web.views.frame import Area
from cop.web.views.home import NEEDS_SHOWN, HomePage, NextSession, SubjectReach
from messaging.inbound import queries as inbound
from messaging.inbound.queries import Waiting
from messaging.outbox import queries as outbox
from messaging.outbox.queries import Failures

WEEK = timedelta(days=7)
QUIET = timedelta(weeks=9)
"""A cluster without a training session for this long is named."""
QUIET_SHOWN = 2
WIDE = 5000
"""Teachers from which on the page is worked out once a minute."""
PRESSING = {urgency: place for place, urgency in enumerate(views.Urgency)}
SCHOOL_YEAR_BEGINS = 4
"""In April."""


@page(paths.HOME, here=Area.HOME)
def home(db: Session, viewer: Viewer, settings: Settings, door: Door) -> HomePage:
    """What needs this viewer, most pressing first; of a wide programme as of the last minute, the same for all of a
    role."""
    if not viewer.scope.covers(None, None):
        return _home(db, viewer, settings)
    key = ("home", viewer.role, viewer.language, viewer.scope.places)
    return door.kept.get(key, now(db), lambda: _home(db, viewer, settings), _wide)


def _wide(page: HomePage) -> bool:
    return page.teachers > WIDE


def _home(db: Session, viewer: Viewer, settings: Settings) -> HomePage:
    at, scope = now(db), viewer.scope
    together = Together(db)
    sessions = together.ask(lambda db: queries.sessions_between(db, scope, at - 2 * WEEK, at + 5 * WEEK))
    reached = together.ask(lambda db: _reached(db, scope))
    texts = together.ask(lambda db: _of_texts(db, viewer, at))
    plans = together.ask(lambda db: _of_plans(db, viewer, at))
    rows, (reach, teachers) = sessions(), reached()
    coming = [row for row in rows if row.state is SessionState.PLANNED and row.ends_at > at]
    since = school_year(today(db))
    needs = [*_of_sessions(rows, at), *_of_days(coming, settings.calendar), *texts(), *plans()]
    needs += _of_progress(rows, reach, teachers, at)
    needs.sort(key=lambda need: PRESSING[need.urgency])
    return HomePage(
        as_of=at,
        needs=tuple(needs[:NEEDS_SHOWN]),
        next_sessions=tuple(
            NextSession(row.id, row.code, row.starts_at, row.place, row.subject, row.yes, row.invited, bool(row.venue))
            for row in coming[:5]
        ),
        sessions_this_month=sum(1 for row in rows if _same_month(row.starts_at, at)),
        reach=tuple(SubjectReach(subject, reach.get(subject, 0)) for subject in Subject),
        teachers=teachers,
        year=f"{since.year}-{(since.year + 1) % 100:02}",
    )


def school_year(on: date) -> date:
    """The first day of the school year of a day."""
    return date(on.year if on.month >= SCHOOL_YEAR_BEGINS else on.year - 1, SCHOOL_YEAR_BEGINS, 1)


def _reached(db: Session, scope: Scope) -> tuple[dict[Subject, int], int]:
    """Teachers reached this school year by each subject, as last counted, and how many there are."""
    since = school_year(today(db))
    counted, as_of = progress.reach(db, scope, since.year)
    if as_of is None:
        return queries.reached(db, scope, midnight(since)), queries.learners(db, scope, today(db))
    return {subject: each.trained for subject, each in counted.items()}, max(each.people for each in counted.values())


def _same_month(one: datetime, other: datetime) -> bool:
    first, second = day_of(one), day_of(other)
    return (first.year, first.month) == (second.year, second.month)


def _of_sessions(rows: list[SessionRow], at: datetime) -> Iterator[views.Need]:
    unreported = [
        row
        for row in rows
        if (row.state is SessionState.PLANNED or (row.state is SessionState.HELD and not row.reported))
        and row.ends_at <= at < report_window(row.starts_at, row.ends_at)[1]
    ]
    if unreported:
        first = unreported[0]
        yield views.AttendanceMissing(
            len(unreported), _invited(unreported), first.place, day_of(first.starts_at), paths.session(first.id)
        )
    homeless = [row for row in rows if row.state is SessionState.PLANNED and row.starts_at > at and not row.venue]
    if homeless:
        first = homeless[0]
        yield views.NoVenue(
            len(homeless), _invited(homeless), first.place, day_of(first.starts_at), paths.session(first.id)
        )
    uninvited = [
        row for row in rows if row.state is SessionState.PLANNED and at < row.starts_at < at + WEEK and not row.invited
    ]
    if uninvited:
        first = uninvited[0]
        yield views.NobodyInvited(len(uninvited), 0, first.place, day_of(first.starts_at), paths.session(first.id))


def _of_days(coming: list[SessionRow], rules: CalendarRules) -> Iterator[views.Need]:
    """Training sessions that stand on holidays or in Ramadan, a need for each name."""
    by_name: dict[str, list[SessionRow]] = {}
    for row in coming:
        reasons = why_closed(day_of(row.starts_at), rules)
        reason = next((each for each in reasons if each.why in (Closing.HOLIDAY, Closing.RAMADAN)), None)
        if reason is not None:
            by_name.setdefault(reason.name, []).append(row)
    for name, rows in by_name.items():
        first = day_of(rows[0].starts_at)
        yield views.OnHoliday(len(rows), _invited(rows), name, first, paths.calendar(first))


def _of_texts(db: Session, viewer: Viewer, at: datetime) -> list[views.Need]:
    scope, together = viewer.scope, Together(db)
    inbox = together.ask(lambda db: inbound.waiting(db, scope, at - WEEK))
    went = together.ask(lambda db: outbox.failures(db, scope, at - WEEK, at))
    by_hand = together.ask(lambda db: queries.untold(db, scope, at, at + WEEK))
    twice = together.ask(lambda db: queries.invited_twice(db, scope, at, at + 5 * WEEK))
    return list(_needs_of_texts(inbox(), went(), by_hand(), twice(), at))


def _needs_of_texts(
    waiting: Waiting, went: Failures, untold: Untold, clashes: list[Clash], at: datetime
) -> Iterator[views.Need]:
    if waiting.texts and waiting.oldest_at is not None:
        minutes = int((at - waiting.oldest_at).total_seconds() // 60)
        yield views.TextsWaiting(waiting.texts, waiting.received, minutes)
    if went.failed:
        yield views.TextsFailed(went.failed, went.wanted, 0)
    if untold.people and untold.first_session_id is not None:
        yield views.TellByHand(untold.people, untold.sessions, paths.session(untold.first_session_id))
    if clashes:
        yield views.Clashes(len(clashes), clashes[0].day, paths.calendar(clashes[0].day))


def _of_plans(db: Session, viewer: Viewer, at: datetime) -> list[views.Need]:
    """What only who plans can mend."""
    if not viewer.scope.roles & {role.value for role in PLANNERS}:
        return []
    together = Together(db)
    drafts = together.ask(lambda db: draft_rows(db, viewer))
    figures = together.ask(lambda db: structure.figures(db, viewer.scope))
    quiet = together.ask(lambda db: _quiet(db, viewer, at))
    needs: list[views.Need] = []
    draft, stands = next((row for row in drafts() if row.accepted_from is None), None), figures()
    if draft is not None:
        needs.append(views.DraftWaits(draft.name, draft.made_at, paths.planner(draft.kind, draft.draft_id)))
    if not stands.clusters and stands.schools:
        needs.append(views.NoClusters(stands.schools))
    if stands.outside_band:
        needs.append(views.OutsideBand(stands.outside_band, stands.clusters))
    return needs + quiet()


def _quiet(db: Session, viewer: Viewer, at: datetime) -> list[views.Need]:
    """The open clusters with the longest silence and nothing ahead."""
    met = queries.last_and_next(db, viewer.scope, at)
    silences = {
        place: at - last for place, (last, coming) in met.items() if coming is None and last and at - last > QUIET
    }
    open_ones = [row for row in structure.named(db, viewer.scope, list(silences)) if row.kind is PlaceKind.CLUSTER]
    longest = sorted(open_ones, key=lambda row: silences[row.id], reverse=True)[:QUIET_SHOWN]
    together = Together(db)
    teachers = [together.ask(partial(_teachers, viewer=viewer, path=row.path)) for row in longest]
    return [
        views.QuietCluster(row.name, silences[row.id].days // 7, count(), paths.cluster(row.id))
        for row, count in zip(longest, teachers, strict=True)
    ]


def _teachers(db: Session, viewer: Viewer, path: str) -> int:
    inside = Scope(viewer.person_id, (Held("T", path, "viewer"),))
    return queries.learners(db, inside, today(db))


def _of_progress(
    rows: list[SessionRow], reach: dict[Subject, int], teachers: int, at: datetime
) -> Iterator[views.Need]:
    if reach and teachers:
        slowest = min(Subject, key=lambda subject: reach.get(subject, 0))
        yield views.SlowestSubject(slowest, reach.get(slowest, 0), teachers)
    last_week = [row for row in rows if at - WEEK <= row.ends_at <= at and row.state is not SessionState.CANCELLED]
    held = [row for row in last_week if row.state is SessionState.HELD]
    if held:
        came = sum(row.came or 0 for row in held)
        yield views.WeekWell(len(held), len(last_week), came, _invited(held))


def _invited(rows: list[SessionRow]) -> int:
    return sum(row.invited for row in rows)


handlers = [home]
