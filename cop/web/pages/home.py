"""Home, "This week": what needs somebody, the next training sessions, whom each subject has reached."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules, Closing, why_closed
from clusters.kernel.clock import day_of, midnight, now, today
from clusters.modules.rules import Subject
from clusters.people.rules import PLANNERS
from clusters.scope import Held, Scope
from clusters.structure import queries as structure
from clusters.structure.rules import CLUSTER_BAND
from clusters.training import queries
from clusters.training.queries import SessionRow
from clusters.training.rules import SessionState, report_window
from cop.settings import Settings
from cop.web.edge import page
from cop.web.pages.rounds import draft_rows
from cop.web.viewers import Viewer
from cop.web.views import home as views
from cop.web.views import paths
from cop.web.views.frame import Area
from cop.web.views.home import NEEDS_SHOWN, HomePage, NextSession, SubjectReach
from messaging.inbound import queries as inbound
from messaging.outbox import queries as outbox

WEEK = timedelta(days=7)
QUIET = timedelta(weeks=9)
"""A cluster without a training session for this long is named."""
QUIET_SHOWN = 2
PRESSING = {urgency: place for place, urgency in enumerate(views.Urgency)}
SCHOOL_YEAR_BEGINS = 4
"""In April."""


@page(paths.HOME, here=Area.HOME)
def home(db: Session, viewer: Viewer, settings: Settings) -> HomePage:
    """What needs this viewer, most pressing first."""
    at, scope = now(db), viewer.scope
    rows = queries.sessions_between(db, scope, at - 2 * WEEK, at + 5 * WEEK)
    coming = [row for row in rows if row.state is SessionState.PLANNED and row.ends_at > at]
    since = school_year(today(db))
    reach = queries.reached(db, scope, midnight(since))
    teachers = queries.learners(db, scope, today(db))
    needs = [*_of_sessions(rows, at), *_of_days(coming, settings.calendar), *_of_texts(db, viewer, at)]
    if viewer.scope.roles & {role.value for role in PLANNERS}:
        needs += _of_plans(db, viewer, at)
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


def _same_month(one: datetime, other: datetime) -> bool:
    first, second = day_of(one), day_of(other)
    return (first.year, first.month) == (second.year, second.month)


def _of_sessions(rows: list[SessionRow], at: datetime) -> Iterator[views.Need]:
    unreported = [
        row
        for row in rows
        if row.state is SessionState.PLANNED and row.ends_at <= at < report_window(row.starts_at, row.ends_at)[1]
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


def _of_texts(db: Session, viewer: Viewer, at: datetime) -> Iterator[views.Need]:
    waiting = inbound.waiting(db, viewer.scope, at - WEEK)
    if waiting.texts and waiting.oldest_at is not None:
        minutes = int((at - waiting.oldest_at).total_seconds() // 60)
        yield views.TextsWaiting(waiting.texts, waiting.received, minutes)
    funnel = outbox.funnel(db, viewer.scope, at - WEEK, at)
    if funnel.failed:
        yield views.TextsFailed(funnel.failed, funnel.wanted, 0)
    untold = queries.untold(db, viewer.scope, at, at + WEEK)
    if untold.people and untold.first_session_id is not None:
        yield views.TellByHand(untold.people, untold.sessions, paths.session(untold.first_session_id))
    clashes = queries.invited_twice(db, viewer.scope, at, at + 5 * WEEK)
    if clashes:
        yield views.Clashes(len(clashes), clashes[0].day, paths.calendar(clashes[0].day))


def _of_plans(db: Session, viewer: Viewer, at: datetime) -> Iterator[views.Need]:
    draft = next((row for row in draft_rows(db, viewer) if row.accepted_from is None), None)
    if draft is not None:
        yield views.DraftWaits(draft.name, draft.made_at, paths.planner(draft.kind, draft.draft_id))
    clusters = structure.clusters(db, viewer.scope)
    if not clusters:
        schools = structure.schools(db, viewer.scope)
        if schools:
            yield views.NoClusters(len(schools))
        return
    outside = [cluster for cluster in clusters if cluster.schools not in CLUSTER_BAND]
    if outside:
        yield views.OutsideBand(len(outside), len(clusters))
    met = queries.last_and_next(db, viewer.scope, at)
    quiet = [
        (at - last, cluster)
        for cluster in clusters
        for last, following in [met.get(cluster.id, (None, None))]
        if following is None and last is not None and at - last > QUIET
    ]
    for silence, cluster in sorted(quiet, key=lambda pair: pair[0], reverse=True)[:QUIET_SHOWN]:
        inside = Scope(viewer.person_id, (Held("T", cluster.path, "viewer"),))
        teachers = queries.learners(db, inside, day_of(at))
        yield views.QuietCluster(cluster.name, silence.days // 7, teachers, paths.cluster(cluster.id))


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
