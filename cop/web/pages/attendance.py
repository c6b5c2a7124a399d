"""Every report of the attendance of a training session: who said what and when, and which of them counts."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.people.rules import OFFICE
from clusters.training import queries
from clusters.training.actions.attending import REPORTERS
from clusters.training.queries import Version
from clusters.training.rules import Mark, Sitting, report_window
from cop.web.answers import Shown
from cop.web.edge import page
from cop.web.pages.trails import trail_to
from cop.web.viewers import Viewer
from cop.web.views import attendance as views
from cop.web.views import paths
from cop.web.views import session as words
from cop.web.views.frame import Area


@page(paths.attendance("{session_id}"), here=Area.SESSIONS, proved=True)
def show(db: Session, viewer: Viewer, session_id: int) -> Shown:
    """All reports of all days."""
    scope = viewer.scope
    row = queries.training_session(db, scope, session_id)
    names = {each.row: each.name for each in queries.roster(db, scope, session_id)}
    days: dict[int, list[Version]] = {}
    for version in queries.versions(db, scope, session_id):
        days.setdefault(version.day, []).append(version)
    sittings = queries.sittings(db, scope, [session_id])[session_id]
    _, closes = report_window(row.starts_at, row.ends_at)
    late = closes <= now(db)
    leads = scope.person_id in {each.person_id for each in queries.trainers(db, scope, session_id)}
    office = scope.covers(row.training_path, row.admin_path, OFFICE)
    may = office if late else leads or scope.covers(row.training_path, row.admin_path, REPORTERS)
    shown = views.AttendancePage(
        row.id,
        row.code,
        row.subject,
        row.place,
        tuple(_day(day, found, sittings, names) for day, found in sorted(days.items()) if day <= len(sittings)),
        may_undo=may,
        late=late,
    )
    return Shown(shown, trail_to(db, scope, row.training_path, row.code))


def _day(day: int, found: Sequence[Version], sittings: Sequence[Sitting], names: Mapping[int, str]) -> views.Day:
    rows = sorted({row for version in found for row in version.marks})
    differing = [row for row in rows if len({version.marks.get(row) for version in found}) > 1]
    return views.Day(
        day,
        sittings[day - 1].starts_at,
        tuple(_report(version) for version in found),
        tuple(
            views.Difference(row, names.get(row, ""), tuple(_said(version.marks.get(row)) for version in found))
            for row in differing
        ),
    )


def _report(version: Version) -> views.Report:
    came = sum(mark is not Mark.AWAY for mark in version.marks.values())
    return views.Report(
        version.version,
        version.at,
        version.who,
        version.source == "sms",
        came if version.headcount is None else version.headcount,
        len(version.marks) if version.headcount is None else version.headcount,
        version.why,
        version.undone_at,
        version.counts,
    )


def _said(mark: Mark | None) -> words.Mark | None:
    return words.Mark(mark.value) if mark else None


handlers = [show]
