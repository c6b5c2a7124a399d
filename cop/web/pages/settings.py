"""Settings: what the programme decides, changed by an administrator, in force for every process at the next act."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from clusters.calendar.rules import next_training_day
from clusters.kernel.clock import KARACHI, now, today
from clusters.kernel.errors import Invalid, NotFound
from clusters.people.rules import PostRole
from cop import decided
from cop.decided import DECIDABLE, LEAST, feasts, set_value, source_of, undo_value, with_feast, written_as
from cop.hours import reminder_rules, texting_hours, window
from cop.settings import Settings
from cop.web.answers import Again, Done
from cop.web.edge import Door, act, page
from cop.web.forms import Nothing
from cop.web.i18n import Language
from cop.web.mistakes import said
from cop.web.pages.people import day_of
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError
from cop.web.views.settings import Decision, Feast, Kind, Row, Section, SettingsPage, Source, Topic

FIXED = "fixed_holidays"
MOST_MOVED = timedelta(days=3)
"""The moon moves a feast by a day or two, never by a week."""


@dataclass(frozen=True)
class Value:
    """A value as typed; nothing for the default."""

    value: str = ""


@dataclass(frozen=True)
class Sighted:
    """The first day of a feast as it was sighted; nothing lets the estimate stand again."""

    day: str = ""


@page(paths.SETTINGS, here=Area.SETTINGS)
def show(db: Session, door: Door, viewer: Viewer) -> SettingsPage:
    """Everything that can be decided, with its source."""
    return _shown(db, door, viewer)


@act(paths.setting("{name}"), here=Area.SETTINGS, proved=True)
def change(db: Session, door: Door, viewer: Viewer, name: str, form: Value) -> Done:
    """Decide one value."""
    field = _known(name)
    try:
        changed = set_value(db, viewer.scope, door.settings, field, form.value)
    except Invalid as error:
        wrong = FieldError(field, said(error, viewer.language) or error.key)
        raise Again(_shown(db, door, viewer, (wrong,), form.value)) from error
    words = viewer.say.gettext("Saved. It holds from now on.") if changed else viewer.say.gettext("It was so already.")
    return Done(f"{paths.SETTINGS}#row-{field}", words, undo=paths.undo_setting(field) if changed else None)


@act(paths.undo_setting("{name}"), here=Area.SETTINGS, proved=True)
def undo(db: Session, door: Door, viewer: Viewer, name: str, form: Nothing) -> Done:
    """Let the value before hold again."""
    field = _known(name)
    undo_value(db, viewer.scope, door.settings, field)
    return Done(paths.SETTINGS, viewer.say.gettext("Taken back: the value before holds again."))


@act(paths.feast("{first}"), here=Area.SETTINGS)
def sight(db: Session, door: Door, viewer: Viewer, first: str, form: Sighted) -> Done:
    """Confirm or move days that the moon decides."""
    settings = door.decided.now
    known = next((each for each in feasts(settings, today(db)) if each.first.isoformat() == first), None)
    if known is None:
        raise NotFound("page")
    try:
        real = day_of(form.day)
        if real is not None and abs(real - known.first) > MOST_MOVED:
            raise Invalid("feast_too_far", name=known.name, days=MOST_MOVED.days)
        set_value(db, viewer.scope, door.settings, FIXED, with_feast(settings, known.first, real))
    except Invalid as error:
        wrong = FieldError(f"feast-{first}", said(error, viewer.language) or error.key)
        raise Again(_shown(db, door, viewer, (wrong,), form.day)) from error
    return Done(
        f"{paths.SETTINGS}#feasts", viewer.say.gettext("Saved. It holds from now on."), undo=paths.undo_setting(FIXED)
    )


def _known(name: str) -> str:
    if name not in DECIDABLE:
        raise NotFound("page")
    return name


def _shown(
    db: Session, door: Door, viewer: Viewer, errors: tuple[FieldError, ...] = (), typed: str = ""
) -> SettingsPage:
    settings, at = door.decided.now, now(db)
    rows = {
        topic: tuple(
            Row(
                Decision(name),
                _kind(getattr(settings, name)),
                written_as(getattr(settings, name)),
                Source(source_of(door.settings, settings, name).value),
                LEAST.get(name),
                _example(viewer, settings, name, at),
                window(texting_hours(settings)).next_open(at) if name == "window" else None,
            )
            for name, group in DECIDABLE.items()
            if group.value == topic.value and name != FIXED
        )
        for topic in Topic
    }
    return SettingsPage(
        sections=tuple(Section(topic, rows[topic]) for topic in Topic),
        feasts=tuple(_feast(each, viewer) for each in feasts(settings, today(db))),
        feasts_fixed_by_environment=source_of(door.settings, settings, FIXED) is decided.Source.ENVIRONMENT,
        as_of=at,
        may_decide=viewer.scope.covers("", None, (PostRole.ADMINISTRATOR,)),
        errors=errors,
        typed=typed,
    )


def _kind(value: object) -> Kind:
    if isinstance(value, bool):
        return Kind.SWITCH
    return Kind.NUMBER if isinstance(value, int | float) else Kind.TEXT


def _feast(each: decided.Feast, viewer: Viewer) -> Feast:
    first = each.fixed or each.first
    name = each.name_ur if viewer.language is Language.URDU else each.name
    return Feast(name, first, first + timedelta(days=each.days - 1), each.first, each.fixed is not None)


def _example(viewer: Viewer, settings: Settings, name: str, at: datetime) -> str:
    """What follows from a value today, as a sentence."""
    say = viewer.say
    match name:
        case "reminders":
            session = _a_session(settings, at)
            days = [session - timedelta(days=days) for days in reminder_rules(settings).days_before]
            told = ", ".join(say.week_day_month(day) for day in days)
            return say.gettext("For a session on %(day)s: %(told)s.") % {
                "day": say.week_day_month(session),
                "told": told or say.gettext("none"),
            }
        case "segment_price":
            return say.gettext("1,000 texts of one part: %(price)s.") % {
                "price": say.rupees(1000 * settings.segment_price)
            }
        case "closed_days" | "ramadan_closed" | "holidays_closed":
            day = next_training_day(at.astimezone(KARACHI).date(), settings.calendar)
            return say.gettext("The next training day is %(day)s.") % {"day": say.week_day_month(day)} if day else ""
    return ""


def _a_session(settings: Settings, at: datetime) -> date:
    """A training day in a fortnight or so."""
    later = at.astimezone(KARACHI).date() + timedelta(days=14)
    return next_training_day(later, settings.calendar) or later


handlers = [show, change, undo, sight]
