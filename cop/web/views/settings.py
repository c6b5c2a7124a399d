"""Settings: what the programme decides, each with its value, its source and what follows from it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cop.web.views.frame import FieldError


class Topic(StrEnum):
    """What a setting is about."""

    TEXTS = "texts"
    DAYS = "days"
    LISTS = "lists"
    PRIVACY = "privacy"


class Decision(StrEnum):
    """A setting that the programme decides."""

    WINDOW = "window"
    REMINDERS = "reminders"
    REPLY_NUMBER = "reply_number"
    SEGMENT_PRICE = "segment_price"
    MONTH_BUDGET = "month_budget"
    TEXTS_A_DAY = "texts_a_day"
    TEXTS_A_WEEK = "texts_a_week"
    CIRCLE_TEXTS = "circle_texts_a_day"
    PROGRAMME_HOUR = "programme_texts_an_hour"
    PROGRAMME_DAY = "programme_texts_a_day"
    CLOSED_DAYS = "closed_days"
    RAMADAN_CLOSED = "ramadan_closed"
    HOLIDAYS_CLOSED = "holidays_closed"
    BOUNDS = "bounds"
    SMALLEST_GROUP = "smallest_group"
    KEEP_TEXTS = "keep_texts_months"
    KEEP_READINGS = "keep_readings_months"
    KEEP_AUDIT = "keep_audit_months"


class Source(StrEnum):
    """Where the value that holds comes from."""

    DEFAULT = "default"
    HERE = "here"
    ENVIRONMENT = "environment"


class Kind(StrEnum):
    """How it is typed."""

    TEXT = "text"
    NUMBER = "number"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Row:
    """A setting; `value` as the form takes it, `example` follows from it, said in the viewer's language."""

    name: Decision
    kind: Kind
    value: str
    source: Source
    least: int | None = None
    example: str = ""
    opens: datetime | None = None
    """When the next texts would go."""


@dataclass(frozen=True, slots=True)
class Section:
    """The settings about one thing."""

    topic: Topic
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Feast:
    """Days that the moon decides, first and last; `fixed` when somebody has said which they are."""

    name: str
    first: date
    last: date
    estimated: date
    """The first day by the tables, by which it is known."""
    fixed: bool


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """Everything that can be decided; `typed` stood in the form that was refused."""

    sections: tuple[Section, ...]
    feasts: tuple[Feast, ...]
    feasts_fixed_by_environment: bool
    as_of: datetime
    may_decide: bool
    errors: tuple[FieldError, ...] = ()
    typed: str = ""
