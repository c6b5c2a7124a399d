"""By what a text goes: WhatsApp for those who use it, as long as free words may go there, and SMS where that failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from messaging.channels.base import Fault, Medium
from messaging.outbox.rules import LOST_STATES, State, TextClass

FREE_FOR = timedelta(hours=24)
"""So long after somebody's last WhatsApp text free words may go to her there; later an approved template only."""
NO_TEMPLATE = "no_template"
"""Why a WhatsApp text was not even tried: its hours for free words are over, and no template is set for it."""
WORTH_A_LEG = timedelta(minutes=1)
"""With less time left a second leg would come too late."""


class First(StrEnum):
    """Whom a programme texts on WhatsApp first."""

    WROTE = "wrote"
    """Those whose last text came that way, and those who chose it."""
    CHOSE = "chose"
    """Those who chose it."""
    EVERYBODY = "everybody"
    """All who did not choose SMS."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How the holder of a number writes to us: by what last, when last on WhatsApp, and what she chose."""

    last: Medium | None = None
    on_whatsapp_at: datetime | None = None
    chosen: Medium | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A message as it is queued, whether it was tried before, and whether WhatsApp could carry it at all."""

    medium: Medium
    leg: int
    text_class: TextClass
    tried: bool
    reachable: bool


def medium_of(asked: Asked, habit: Habit, first: First) -> Medium:
    """By what a message goes. A reply goes back by what its text came on; a second leg, and a second try, stay so."""
    if not asked.reachable:
        return Medium.SMS
    fixed = asked.leg or asked.tried or asked.text_class is TextClass.REPLY
    if fixed or asked.medium is Medium.WHATSAPP:
        return asked.medium
    if habit.chosen is not None:
        return habit.chosen
    likes = {First.WROTE: habit.last is Medium.WHATSAPP, First.CHOSE: False, First.EVERYBODY: True}
    return Medium.WHATSAPP if likes[first] else Medium.SMS


def free_words_go(habit: Habit, now: datetime) -> bool:
    """May free words go to her on WhatsApp now?"""
    return habit.on_whatsapp_at is not None and now - habit.on_whatsapp_at < FREE_FOR


@dataclass(frozen=True, slots=True)
class Ended:
    """The first leg of a message on WhatsApp, with all that decides whether an SMS follows."""

    state: State
    why: str | None
    fault: Fault | None
    """What the latest error is about."""
    copies: int
    """Ids under which the provider has it."""
    lost: int
    """Those of them of which the provider says that they were lost."""
    doubtful: int
    """Attempts of which nobody knows that the provider did not take them."""
    wanted: bool
    """Its subject stands, at this revision, and nobody withdrew it."""
    time_left: timedelta
    """Until it is too late to be of use."""


def falls_back(ended: Ended) -> bool:
    """Does an SMS follow? Only after a known failure, never while a copy may still be on its way, and if of use."""
    if not ended.wanted or ended.time_left < WORTH_A_LEG or ended.fault is Fault.OPTED_OUT:
        return False
    if ended.state in LOST_STATES:
        return ended.copies == ended.lost and ended.doubtful <= ended.copies
    if ended.state is State.REJECTED and not ended.doubtful and not ended.copies:
        return ended.why == NO_TEMPLATE or ended.fault in (Fault.TEMPLATE, Fault.NUMBER)
    return False
