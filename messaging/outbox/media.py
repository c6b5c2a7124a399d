"""Decides in the submit unit by what each text goes, and says on WhatsApp what may be said there at that moment."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from messaging.channels.base import Medium
from messaging.channels.plan import Routes, carrier
from messaging.outbox.legs import NO_TEMPLATE, Asked, First, Habit, free_words_go, medium_of
from messaging.outbox.rules import Next, State, TextClass, honest
from messaging.outbox.templates import Templates, as_one, say_template
from messaging.outbox.wording import worded
from messaging.texts.catalogue import Said

Habits = Callable[[Session, Collection[str]], Mapping[str, Habit]]
"""How the holders of numbers write to us; who never wrote need not be there."""

_TURN_TO = text(
    "UPDATE message m SET medium = given.medium FROM unnest(CAST(:ids AS uuid[]), CAST(:media AS text[]))"
    " AS given(id, medium) WHERE m.id = given.id"
)


def nobody_wrote(db: Session, numbers: Collection[str]) -> Mapping[str, Habit]:
    """The habits where there are none: everybody gets SMS."""
    return {}


@dataclass(frozen=True, slots=True)
class Way:
    """By what a text goes, and whether free words may go there now."""

    medium: Medium = Medium.SMS
    free: bool = True


@dataclass(frozen=True, slots=True)
class Media:
    """The media of a house: its routes, whom it texts on WhatsApp first, the templates it has, and who writes how."""

    routes: Routes
    first: First = First.WROTE
    templates: Templates = field(default_factory=dict)
    habits: Habits = nobody_wrote

    def of(self, db: Session, rows: Sequence[Row[Any]]) -> dict[UUID, Way]:
        """The way of each message; whoever calls holds their locks, and what changes is written down."""
        habits = self.habits(db, [row.number for row in rows]) if self.routes.whatsapp else {}
        ways = {}
        for row in rows:
            habit = habits.get(row.number, Habit())
            reachable = carrier(self.routes, Medium.WHATSAPP, invented=row.invented) is not None
            asked = Asked(Medium(row.medium), row.leg, TextClass(row.priority), row.attempts > 0, reachable)
            medium = medium_of(asked, habit, self.first)
            ways[row.id] = Way(medium, medium is Medium.SMS or free_words_go(habit, now(db)))
        turned = {row.id: ways[row.id].medium.value for row in rows if ways[row.id].medium != row.medium}
        if turned:
            db.execute(_TURN_TO, {"ids": list(turned), "media": list(turned.values())})
        return ways

    def said(self, row: Row[Any], way: Way) -> Said | Next:
        """The text of a message as it goes; outside her hours for free words the template that says it, if there is
        one."""
        if way.medium is Medium.SMS:
            return worded(row.number, row.text_key, row.text_values, row.language)
        if way.free:
            free = worded(row.number, row.text_key, row.text_values, row.language)
            return Said(free.text, as_one(free.measure))
        approved = self.templates.get((row.text_key, row.language))
        templated = approved and say_template(approved, row.language, row.text_values)
        return templated or honest(State.REJECTED, NO_TEMPLATE, row.doubtful)
