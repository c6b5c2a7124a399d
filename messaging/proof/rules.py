"""When a one-time code is given, what a guess at it costs, and how long what it confirmed is held; all of it pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

VALID = timedelta(minutes=10)
"""A code older than this confirms nothing."""
HOLD = timedelta(minutes=5)
"""So long after its confirmation a command can be stopped without a trace for others."""
TURN_BACK = timedelta(minutes=30)
"""So long after its confirmation it can be turned back with its code."""
WRONG_MOST = 5
"""Wrong tries of a number within `LOCKED` after which nothing more is tried there."""
LOCKED = timedelta(hours=24)
CODES_MOST, CODES_WITHIN = 3, timedelta(hours=1)
"""Codes that one number is given."""
FRESH = timedelta(hours=24)
"""A number that is new, or seen again, proves nothing for so long."""
RESTED = timedelta(days=90)
"""Who comes back after so long may be somebody else with the same number."""
DIGITS = 6
DIGITS_FEWEST, DIGITS_MOST, DIGITS_OF_A_SESSION = 2, 9, 4
ALONE_MOST = 200
"""More people than this one person does not text by a text."""


_TOLD = re.compile(r"\b(PAKKA|SURE|ROKO|HOLD|پکا|روکو) [0-9]{2,9}\b")
_LINK = re.compile(r"/m/[A-Za-z0-9_-]{16,}")
"""Whoever has it opens her page as she does."""


class Does(StrEnum):
    """What a command does to others."""

    MOVE = "move"
    VENUE = "venue"
    CALL_OFF = "call off"
    MESSAGE = "msg"


class Stage(StrEnum):
    """Where a command stands; one that nobody confirmed in time stays waiting and counts no more."""

    WAITING = "waiting"
    """For its code."""
    REPLACED = "replaced"
    """By another command of the same number."""
    HELD = "held"
    """Confirmed, and not carried out before its hold is over."""
    STOPPED = "stopped"
    DONE = "done"
    TURNED_BACK = "turned_back"
    REFUSED = "refused"
    """It could not be carried out any more when its hold was over."""


class Bar(StrEnum):
    """Why a number gets no code."""

    SHARED = "shared"
    NEW = "new"
    RESTED = "rested"
    LOCKED = "locked"
    OFTEN = "often"


class Verdict(StrEnum):
    """What a try came to."""

    RIGHT = "right"
    WRONG = "wrong"
    LATE = "late"
    LOCKED = "locked"
    NOTHING = "nothing"
    """Nothing waits for a code at this number."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a number when a command comes from it."""

    people: int
    """Who answer there."""
    since: datetime
    """When it became hers."""
    came_at: datetime | None = None
    """The first text from it within `FRESH`."""
    before: datetime | None = None
    """The last text from it before that one."""
    wrong: Sequence[datetime] = ()
    """Wrong tries, in time order."""
    asked: Sequence[datetime] = ()
    """When it was given codes."""


def bar(known: Known, at: datetime) -> Bar | None:
    """Why this number gets no code now; None when it may have one."""
    if known.people != 1:
        return Bar.SHARED
    if locked_until(known.wrong, at) is not None:
        return Bar.LOCKED
    if at - known.since < FRESH:
        return Bar.NEW
    if known.came_at is not None and known.before is not None and known.came_at - known.before > RESTED:
        return Bar.RESTED
    return Bar.OFTEN if sum(at - asked < CODES_WITHIN for asked in known.asked) >= CODES_MOST else None


def locked_until(wrong: Sequence[datetime], at: datetime) -> datetime | None:
    """Until when wrong tries, in time order, keep a number from any more; None when they do not."""
    last = list(wrong)[-WRONG_MOST:]
    if len(last) < WRONG_MOST or last[-1] - last[0] >= LOCKED or at >= last[-1] + LOCKED:
        return None
    return last[-1] + LOCKED


def tries_left(wrong: Sequence[datetime], at: datetime) -> int:
    """How many wrong tries a number has before it is locked."""
    if locked_until(wrong, at) is not None:
        return 0
    return WRONG_MOST - sum(at - each < LOCKED for each in list(wrong)[-WRONG_MOST + 1 :])


def judge(asked_at: datetime | None, wrong: Sequence[datetime], at: datetime, fits: Callable[[], bool]) -> Verdict:
    """What a try at the code given at `asked_at` comes to; only an open and unlocked code is compared at all."""
    if asked_at is None:
        return Verdict.NOTHING
    if locked_until(wrong, at) is not None:
        return Verdict.LOCKED
    if at - asked_at >= VALID:
        return Verdict.LATE
    return Verdict.RIGHT if fits() else Verdict.WRONG


def drawn(below: Callable[[int], int], digits: int = DIGITS) -> str:
    """A new code: each of its digits as likely as any other; `below` gives a number from 0 to under its argument."""
    return f"{below(10**digits):0{digits}d}"


def veiled(text: str) -> str:
    """A text as others than its receiver may read it: without a one-time code, and without a personal link."""
    return _LINK.sub("/m/...", _TOLD.sub(r"\1 ...", text))


def allowed(digits: int) -> bool:
    """May codes have so many digits? One is an answer, four are a training session's."""
    return DIGITS_FEWEST <= digits <= DIGITS_MOST and digits != DIGITS_OF_A_SESSION
