"""Which settings hold now: defaults, what the programme decided, the environment; the later wins over the earlier."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.calendar.rules import public_holidays
from clusters.imports.coordinates import bounds_of
from clusters.kernel.decisions import decide, decisions, undo_decision
from clusters.kernel.errors import Conflict, Invalid, NotAllowed
from clusters.people.phones import Phone, read, show
from clusters.people.rules import PostRole
from clusters.scope import Scope
from cop.hours import reminder_rules, texting_hours
from cop.settings import Settings, read_value


class Group(StrEnum):
    """What a setting is about."""

    TEXTS = "texts"
    DAYS = "days"
    LISTS = "lists"
    PRIVACY = "privacy"


class Source(StrEnum):
    """Where a value comes from."""

    DEFAULT = "default"
    HERE = "here"
    ENVIRONMENT = "environment"


DECIDABLE: Mapping[str, Group] = {
    "window": Group.TEXTS,
    "reminders": Group.TEXTS,
    "reply_number": Group.TEXTS,
    "segment_price": Group.TEXTS,
    "month_budget": Group.TEXTS,
    "texts_a_day": Group.TEXTS,
    "texts_a_week": Group.TEXTS,
    "circle_texts_a_day": Group.TEXTS,
    "programme_texts_an_hour": Group.TEXTS,
    "programme_texts_a_day": Group.TEXTS,
    "closed_days": Group.DAYS,
    "ramadan_closed": Group.DAYS,
    "holidays_closed": Group.DAYS,
    "fixed_holidays": Group.DAYS,
    "bounds": Group.LISTS,
    "smallest_group": Group.PRIVACY,
    "keep_texts_months": Group.PRIVACY,
    "keep_readings_months": Group.PRIVACY,
    "keep_audit_months": Group.PRIVACY,
}
"""What the programme decides; everything else is a matter of the machine and comes from its environment alone."""
_EVER_PUBLISHED_WITH = text("SELECT max(k) FROM network_snapshot WHERE state = 'published'")
LEAST = {
    "smallest_group": 10,
    "keep_texts_months": 1,
    "keep_readings_months": 1,
    "keep_audit_months": 84,
    "segment_price": 0,
    "month_budget": 0,
    "texts_a_day": 1,
    "texts_a_week": 1,
    "circle_texts_a_day": 1,
    "programme_texts_an_hour": 1,
    "programme_texts_a_day": 1,
}
"""No figure is lower. That of the smallest group may be raised and never lowered."""


MOST = {
    "smallest_group": 10_000,
    "keep_texts_months": 1_200,
    "keep_readings_months": 1_200,
    "keep_audit_months": 1_200,
    "segment_price": 1_000,
    "month_budget": 1_000_000_000,
    "texts_a_day": 1_000,
    "texts_a_week": 1_000,
    "circle_texts_a_day": 1_000_000,
    "programme_texts_an_hour": 10_000_000,
    "programme_texts_a_day": 10_000_000,
}
"""No figure is higher: beyond these no date and no sum can be worked out any more, and every page shows some."""
MOST_MOVED = timedelta(days=7)
"""No feast is fixed further from its estimate."""


class Decided:
    """The settings of this process, brought up to date whenever a unit of work finds that something was decided."""

    def __init__(self, given: Settings) -> None:
        self._given = given
        self._held: tuple[int, Settings] = (0, given)

    def opened(self, db: Session, version: int) -> None:
        """A unit began: read anew what was decided, if that is another version than the one that is held."""
        if version != self._held[0]:
            self._held = (version, effective(self._given, decisions(db)))

    @property
    def now(self) -> Settings:
        """As the latest unit found them."""
        return self._held[1]


def effective(given: Settings, decided: Mapping[str, str]) -> Settings:
    """The settings with what was decided where the environment says nothing; what no longer reads is passed over."""
    settings = given
    for name, written in decided.items():
        if name in DECIDABLE and not given.fixes(name):
            try:
                settings = with_value(settings, name, written)
            except Invalid:  # an older or a newer program wrote it; the default is better than no page at all
                continue
    return settings


def with_value(settings: Settings, name: str, written: str) -> Settings:
    """The settings with one value as a person writes it; Invalid when it cannot be that."""
    value: Any = read_value(name, written.strip())
    least = LEAST.get(name)
    if least is not None and not value >= least:
        raise Invalid("setting_too_low", name=f"COP_{name.upper()}", value=written, least=least)
    most = MOST.get(name)
    if most is not None and not value <= most:
        raise Invalid("setting_too_high", name=f"COP_{name.upper()}", value=written, most=most)
    if name == "reply_number":
        phone = read(written)
        if not isinstance(phone, Phone):
            raise Invalid(
                "setting_unreadable", name="COP_REPLY_NUMBER", value=written, wanted="a number like 0345-1234567"
            )
        value = show(phone.e164)
    changed = replace(settings, **{name: value})
    _ = texting_hours(changed), reminder_rules(changed), bounds_of(changed.bounds)
    for estimated, real in changed.calendar.fixed:
        if abs(real - estimated) > MOST_MOVED:
            raise Invalid("feast_too_far", name=estimated.isoformat(), days=MOST_MOVED.days)
    return changed


def source_of(given: Settings, now: Settings, name: str) -> Source:
    """Where the value that holds comes from."""
    if given.fixes(name):
        return Source.ENVIRONMENT
    return Source.DEFAULT if getattr(now, name) == getattr(given, name) else Source.HERE


def set_value(db: Session, scope: Scope, given: Settings, name: str, written: str) -> bool:
    """Decide a value, or with nothing written return to the default; False when that held already.

    Only an administrator of the whole programme decides; what the environment sets cannot be decided here.
    """
    _may(scope, given, name)
    if written.strip():
        changed = with_value(effective(given, decisions(db)), name, written)
        kept: str | None = written_as(getattr(changed, name))
        kept = None if getattr(changed, name) == getattr(Settings(), name) else kept
    else:
        kept = None
    done = decide(db, name, kept)
    refuse_smaller_groups(db, given)
    return done


def undo_value(db: Session, scope: Scope, given: Settings, name: str) -> None:
    """Let the value before the last decision hold again."""
    _may(scope, given, name)
    if not undo_decision(db, name):
        raise Conflict("setting_never_decided", name=f"COP_{name.upper()}")
    refuse_smaller_groups(db, given)


def refuse_smaller_groups(db: Session, given: Settings) -> None:
    """Invalid where figures of smaller groups would be shown than ever were: two of them could be subtracted."""
    holds = effective(given, decisions(db)).smallest_group
    least = max(db.scalar(_EVER_PUBLISHED_WITH) or 0, LEAST["smallest_group"])
    if holds < least:
        raise Invalid("setting_too_low", name="COP_SMALLEST_GROUP", value=holds, least=least)


def _may(scope: Scope, given: Settings, name: str) -> None:
    if not scope.covers("", None, (PostRole.ADMINISTRATOR,)):
        raise NotAllowed("may_not_decide")
    if name not in DECIDABLE:
        raise Invalid("setting_of_the_machine", name=f"COP_{name.upper()}")
    if given.fixes(name):
        raise Conflict("setting_fixed", name=f"COP_{name.upper()}")


def written_as(value: object) -> str:
    """A value as the environment writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Feast:
    """A holiday of the moon, of one day or more in a row; `first` as estimated, `fixed` as somebody fixed it."""

    name: str
    name_ur: str
    first: date
    days: int
    fixed: date | None


def feasts(settings: Settings, day: date, ahead: timedelta = timedelta(days=400)) -> tuple[Feast, ...]:
    """The estimated holidays from a week before a day on."""
    fixed = dict(settings.calendar.fixed)
    found: list[Feast] = []
    for year in range(day.year, (day + ahead).year + 1):
        for each in public_holidays(year):
            if not each.estimated or not day - timedelta(days=7) <= each.day <= day + ahead:
                continue
            last = found[-1] if found else None
            if last and last.name == each.name and each.day - last.first == timedelta(days=last.days):
                found[-1] = replace(last, days=last.days + 1)
            else:
                found.append(Feast(each.name, each.name_ur, each.day, 1, fixed.get(each.day)))
    return tuple(found)


def with_feast(settings: Settings, first: date, real: date | None) -> str:
    """The setting of fixed holidays with one more; None lets the estimate stand again."""
    fixed = dict(settings.calendar.fixed)
    fixed.pop(first, None)
    if real is not None:
        fixed[first] = real
    return ",".join(f"{estimated}={day}" for estimated, day in sorted(fixed.items()))
