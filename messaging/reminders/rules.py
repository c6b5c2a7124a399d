"""Which texts a training session causes, when they go and when they are no longer worth sending."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from clusters.calendar.windows import KARACHI, WindowRules, next_open, open_hours
from clusters.training.rules import REPORT_UNTIL, Answer

SUBJECT = "training_session"
"""Kind of the subject that all these texts are about."""

INVITATION, LEAD, MOVED, CANCELLED, PLEASE_REPORT = "invitation", "lead", "moved", "cancelled", "please_report"

HANDED_OVER = "handed_over"
"""Who led it leads it no more."""

REINSTATED = "reinstated"
"""It takes place after all."""

BY_CALL = "invitation_call"
"""The invitation that a missed call says yes to."""
PLACE, WAIT_LIST = "place", "wait_list"
"""A place came free for somebody; somebody waits for one."""

LEAD_REMINDER, LEAD_EXCUSED = "reminder_lead", "reminder_lead_excused"
"""The reminder of a trainer, and the one that names the rows of those who said no."""
ASK_REPORT, ASK_EXCUSED = "trainer_please_report", "trainer_please_report_excused"
ANSWERED_TEXTS = ("reminder_week", "reminder_week_ask", "reminder_eve", "reminder_eve_ask", "reminder_morning")
"""Texts of reminders that change with the answer."""

FAR, EVE, MORNING = time(9, 10), time(16, 0), time(7, 0)
"""Wished hours of a reminder some days before, on the eve, and on the day itself; the texting hours decide."""
BEFORE_CLOSING = timedelta(minutes=30)
"""A wish that falls after the texting hours is met this long before they end."""
TOO_LATE = timedelta(minutes=30)
"""Later than this before the start a reminder helps nobody: she is on her way, or will not come."""
APART = timedelta(hours=6)
"""No reminder follows an invitation or a notice of the same training session within this time."""
REPORT_AFTER = timedelta(minutes=30)
"""How long after the end a trainer is asked for the attendance."""

REMEMBERED = 512
"""Instants whose texting hours are not looked up again: the sessions of a round begin at few different ones."""

_OFFSET = re.compile(r"\s*(\d{1,3})d\s*")


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """Days before the start on which reminders go, the texting hours, and the number printed for help and answers."""

    days_before: tuple[int, ...] = (7, 1, 0)
    hours: WindowRules = field(default_factory=WindowRules)
    help_number: str = "0345-1234567"
    answerable: bool = True
    """Can a text be answered to the number it came from? Else it says which number answers go to."""
    call_number: str = ""
    """A missed call to this number is a yes, where a phone reports calls; empty means that none does."""

    @property
    def invitation(self) -> str:
        """The text of an invitation."""
        if self.call_number:
            return BY_CALL
        return INVITATION if self.answerable else "invitation_one_way"


class Slot(NamedTuple):
    """One text of a training session: kind, when it goes, and when it is too late for it."""

    kind: str
    days_before: int
    send_after: datetime
    send_by: datetime


def days_before(written: str) -> tuple[int, ...]:
    """Offsets as people write them, "7d,1d,0d", the farthest first; a ValueError says what is wrong."""
    found = []
    for part in filter(None, (part.strip() for part in written.split(","))):
        match = _OFFSET.fullmatch(part)
        if match is None:
            raise ValueError(f"'{part}' is no offset; write days before the start like 7d,1d,0d.")
        found.append(int(match[1]))
    return tuple(sorted(set(found), reverse=True))


def kind_of(days: int) -> str:
    """The kind of the reminder so many days before: T-7d."""
    return f"T-{days}d"


@lru_cache(maxsize=REMEMBERED)
def slots(starts_at: datetime, told_at: datetime, rules: ReminderRules) -> Sequence[Slot]:
    """The reminders of those who were told at `told_at`, in time order; each holds until the next one goes.

    The one of the morning goes when the texting hours open. On a Saturday they open when most training sessions
    begin: then there is none, and the one of the eve has said it already.
    """
    last = starts_at - TOO_LATE
    planned = [(days, _instant(starts_at, days, rules)) for days in rules.days_before]
    due = [(days, at) for days, at in planned if at is not None and told_at + APART <= at <= last]
    ends = [*(at for _, at in due), last][1:]
    return tuple(Slot(kind_of(days), days, at, by) for (days, at), by in zip(due, ends, strict=True) if at < by)


def slot_of_trainer(starts_at: datetime, told_at: datetime, rules: ReminderRules) -> Slot | None:
    """The one reminder of those who lead: the last before the day itself."""
    before = [slot for slot in slots(starts_at, told_at, rules) if slot.days_before]
    return before[-1]._replace(send_by=starts_at - TOO_LATE) if before else None


@lru_cache(maxsize=REMEMBERED)
def slot_of_report(ends_at: datetime, rules: ReminderRules, kind: str = PLEASE_REPORT) -> Slot | None:
    """When trainers are asked for the attendance; None when the hours for it never open in time."""
    asked, until = next_open(ends_at + REPORT_AFTER, rules.hours), ends_at + REPORT_UNTIL
    return Slot(kind, 0, asked, until) if asked < until else None


def kind_of_report(day: int, days: int) -> str:
    """The kind of the question for the attendance of a day: of the last one it has no number."""
    return PLEASE_REPORT if day == days else f"{PLEASE_REPORT}.{day}"


def text_of(days: int, answer: Answer | None) -> str | None:
    """The text of a reminder by what was answered; None for somebody who will not come."""
    if answer is Answer.NO:
        return None
    if days == 0:
        return "reminder_morning"
    stem = "reminder_eve" if days == 1 else "reminder_week"
    return stem if answer is Answer.YES else f"{stem}_ask"


def text_of_move(
    starts_at: datetime, old_starts_at: datetime, venue: str, old_venue: str, *, leads: bool
) -> str | None:
    """The text of a notice; None when nothing differs from what was told before."""
    if starts_at != old_starts_at:
        return "moved_lead" if leads else "moved"
    return "venue_changed" if venue != old_venue else None


def _instant(starts_at: datetime, days: int, rules: ReminderRules) -> datetime | None:
    """The open instant of that day nearest to its wished hour; None on a day without texting hours."""
    local = starts_at.astimezone(KARACHI)
    day = local.date() - timedelta(days=days)
    wish = datetime.combine(day, MORNING if days == 0 else EVE if days == 1 else FAR, KARACHI)
    midnight = datetime.combine(day, time(), KARACHI)
    choices: Sequence[datetime] = [
        _into(wish, midnight + timedelta(minutes=part.starts), midnight + timedelta(minutes=part.ends))
        for part in open_hours(day, rules.hours)
    ]
    return min(choices, key=lambda choice: abs(choice - wish), default=None)


def _into(wish: datetime, opens: datetime, closes: datetime) -> datetime:
    if wish < opens:
        return opens
    return wish if wish < closes else max(opens, closes - BEFORE_CLOSING)
