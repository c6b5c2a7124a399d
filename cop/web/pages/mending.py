"""After bad news: say what happened, see what would change and whom that tells, do it, take it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from clusters.cascade.rules import MendingState
from clusters.kernel.clock import today
from clusters.modules.rules import Subject
from clusters.structure import queries as structure
from clusters.structure.rules import PlaceKind, Tree
from clusters.training import mendings
from clusters.training.actions import discard_mending, mend, unmend
from clusters.training.mendings import Changed, MendingRow, SessionNow
from cop.planning.actions import ask_for_plan
from cop.planning.rules import PlanKind
from cop.settings import Settings
from cop.web.answers import Again, Done
from cop.web.edge import Asked, act, page
from cop.web.forms import Nothing
from cop.web.pages.telling import told_plan
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError, Tone
from cop.web.views.mending import ChangeRow, Choice, LatestMending, MendingPage, NewsPage
from cop.web.views.telling import ToldPlan
from messaging.reminders.telling import Line, Telling

KIND = PlanKind.MENDING
CHOICES = 80
"""Trainers, rooms and places that the form offers; of the others the command line is told."""
SHOWN = 40
"""Changes that the page lists; its data twins hold all."""
LATEST = 5
LONGEST_ID = 18
"""Figures of a number that the database still holds."""
LONGEST = timedelta(days=60)
"""No closure of one piece of news is longer."""


@dataclass(frozen=True)
class Told:
    """What happened, as it was typed."""

    trainer: str = ""
    room: str = ""
    first: str = ""
    last: str = ""
    place: str = ""
    why: str = ""


@page(paths.plan_form(KIND), here=Area.PLANNER)
def news_form(db: Session, viewer: Viewer, session: int | None = None) -> NewsPage:
    """What happened: a trainer who left, a room that is lost, days that are closed."""
    return _form(db, viewer, Told(), session)


@act(paths.plan_form(KIND), here=Area.PLANNER)
def tell_news(db: Session, viewer: Viewer, form: Told) -> Done:
    """Let a worker find the smallest change; nothing changes by it."""
    wish, errors = _wish(db, viewer, form)
    if errors:
        raise Again(_form(db, viewer, form, None, errors))
    job_id, new = ask_for_plan(db, viewer.scope, KIND, wish)
    if new:
        return Done(paths.plan_job(job_id))
    return Done(paths.plan_job(job_id), viewer.say.gettext("This one is still being made. Cancel it first."), Tone.WARN)


@page(paths.planner(KIND, "{mending_id}"), here=Area.PLANNER)
def show(db: Session, viewer: Viewer, settings: Settings, asked: Asked, mending_id: int) -> MendingPage:
    """What changes, old and new, and whom it tells."""
    row = mendings.mending_of(db, viewer.scope, mending_id)
    now, names = mendings.called_now(db, viewer.scope, row), mendings.called_by(db, viewer.scope, row)
    return _mending(viewer, settings, row, now, names, len(row.changes) if asked.twin else SHOWN)


@act(paths.planner(KIND, "{mending_id}", "do"), here=Area.PLANNER)
def do(db: Session, viewer: Viewer, settings: Settings, mending_id: int, form: Nothing) -> Done:
    """Do it; those whose training sessions change are told."""
    count = mend(db, viewer.scope, mending_id, calendar=settings.calendar)
    said = viewer.say.ngettext("%(num)s session is changed.", "%(num)s sessions are changed.", count)
    return Done(paths.planner(KIND, mending_id), said % {"num": count})


@act(paths.planner(KIND, "{mending_id}", "undo"), here=Area.PLANNER)
def undo(db: Session, viewer: Viewer, mending_id: int, form: Nothing) -> Done:
    """Take it back; who was told is told again."""
    unmend(db, viewer.scope, mending_id)
    return Done(paths.planner(KIND, mending_id), viewer.say.gettext("All is as it was before."))


@act(paths.planner(KIND, "{mending_id}", "discard"), here=Area.PLANNER)
def discard(db: Session, viewer: Viewer, mending_id: int, form: Nothing) -> Done:
    """Throw the draft away."""
    discard_mending(db, viewer.scope, mending_id)
    return Done(paths.PLANNER, viewer.say.gettext("The draft is gone; nobody had been told."))


def _form(
    db: Session, viewer: Viewer, told: Told, session: int | None, errors: tuple[FieldError, ...] = ()
) -> NewsPage:
    scope = viewer.scope
    return NewsPage(
        tuple(Choice(c.key, c.name, c.sessions) for c in mendings.leading_ahead(db, scope, session, CHOICES)),
        tuple(Choice(c.key, c.name, c.sessions) for c in mendings.rooms_ahead(db, scope, session, CHOICES)),
        _places(db, viewer),
        tuple(
            LatestMending(row.id, row.round, row.state, row.made_at, len(row.changes))
            for row in mendings.mendings(db, scope, LATEST)
        ),
        told.trainer,
        told.room,
        told.first,
        told.last,
        told.place,
        told.why,
        session,
        errors,
    )


def _places(db: Session, viewer: Viewer) -> tuple[Choice, ...]:
    """The viewer's own places first, then the circles in them."""
    held = structure.held_places(db, viewer.scope)
    circles = structure.places(db, viewer.scope, PlaceKind.CIRCLE)
    rows = {row.address: row for row in (*held, *circles) if row.tree is Tree.TRAINING or row in held}
    found = [Choice(address, row.name) for address, row in rows.items()]
    if any(place.role == "house" or str(place) == "T/" for place in viewer.scope.places) and "T/" not in rows:
        found.insert(0, Choice("T/", viewer.say.gettext("the whole programme")))
    return tuple(found[:CHOICES])


def _wish(db: Session, viewer: Viewer, told: Told) -> tuple[dict[str, Any], tuple[FieldError, ...]]:
    """What the worker is asked for, or what is wrong with the form."""
    say, errors = viewer.say, []
    days: list[date] = []
    if told.first or told.last:
        first, last = _day(told.first), _day(told.last or told.first)
        if first is None or last is None or last < first or last - first > LONGEST:
            errors.append(FieldError("first", say.gettext("Give the first and the last day, at most 60 days.")))
        elif first < today(db):
            errors.append(FieldError("first", say.gettext("Name days from today on.")))
        else:
            days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    lost = [int(told.trainer)] if told.trainer.isdecimal() and len(told.trainer) <= LONGEST_ID else []
    if not (lost or told.room or days or errors):
        errors.append(FieldError("trainer", say.gettext("Say what happened: choose at least one.")))
    if not _offered(db, viewer, told):
        errors.append(
            FieldError("trainer", say.gettext("Choose one of the trainers and one of the venues of the list."))
        )
    wish = {
        "lost": lost,
        "closed_venues": [told.room] if told.room else [],
        "closed_days": [day.isoformat() for day in days],
        "place": told.place or "T/",
        "zone": None,
        "why": told.why.strip(),
    }
    return wish, tuple(errors)


def _offered(db: Session, viewer: Viewer, told: Told) -> bool:
    """Do the trainer and the room have training sessions ahead that the viewer may plan?"""
    trainers = mendings.leading_ahead(db, viewer.scope, None, None) if told.trainer else []
    rooms = mendings.rooms_ahead(db, viewer.scope, None, None) if told.room else []
    return {told.trainer, told.room} <= {"", *(each.key for each in (*trainers, *rooms))}


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _mending(
    viewer: Viewer,
    settings: Settings,
    row: MendingRow,
    called: Mapping[int, SessionNow],
    names: Mapping[str, str],
    most: int,
) -> MendingPage:
    news, summary = row.news, row.summary
    listed = [change for change in row.changes if change.session in called]
    listed.sort(key=lambda change: (change.days_before, change.session))
    return MendingPage(
        row.id,
        row.round,
        row.state,
        row.made_at,
        row.author or viewer.say.gettext("the command line"),
        row.done_at,
        tuple(names.get(str(person), str(person)) for person in news["lost"]),
        tuple(names.get(f"s:{room}", room) for room in news["closed_venues"]),
        tuple(date.fromisoformat(day) for day in news["closed_days"]),
        news["place"],
        news["why"],
        summary["sessions"],
        len(summary["broken"]),
        summary["others_changed"],
        summary["others_changed_percent"],
        date.fromisoformat(summary["end_before"]),
        date.fromisoformat(summary["end_date"]),
        summary["fewest"],
        len(summary["begun"]),
        tuple(_change(change, called[change.session], names) for change in listed[:most]),
        max(len(listed) - most, 0),
        _telling(summary, settings) if row.state is MendingState.DRAFT else None,
        tuple(summary.get("with", ())),
    )


def _change(change: Changed, now: SessionNow, names: Mapping[str, str]) -> ChangeRow:
    def called(persons: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(names.get(str(person), str(person)) for person in persons)

    return ChangeRow(
        change.session,
        now.code,
        Subject(now.subject),
        now.place,
        change.hit,
        change.days_before[0],
        change.days[0] if change.days != change.days_before else None,
        names.get(f"s:{change.venue_before}", change.venue_before),
        names.get(f"s:{change.venue}", change.venue) if change.venue != change.venue_before else None,
        called(change.trainers_before),
        called(change.trainers) if change.trainers != change.trainers_before else None,
    )


def _telling(summary: Mapping[str, Any], settings: Settings) -> ToldPlan | None:
    """Who is told, as the worker counted it when it planned the change."""
    told = summary.get("told")
    if told is None:
        return None
    lines = tuple(Line(**{**line, "first": datetime.fromisoformat(line["first"])}) for line in told["lines"])
    return told_plan(Telling(lines, told["people"], told["by_hand"], told["silent"]), settings)


handlers = [news_form, tell_news, show, do, undo, discard]
