"""States of a message and who may change them, the classes of texts, and how far a lease and a lost answer reach."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple

from messaging.channels.base import Fault


class State(StrEnum):
    """Where a message stands; the order and the guards are those of `RANK`."""

    QUEUED = "queued"
    PARKED = "parked"
    CLAIMED = "claimed"
    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    READ = "read"
    REJECTED = "rejected"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNRESOLVED = "unresolved"


LOST_STATES = (State.FAILED, State.UNDELIVERED)
ARRIVED = (State.DELIVERED, State.READ)

RANK = {
    State.QUEUED: 0,
    State.PARKED: 0,
    State.CLAIMED: 1,
    State.SUBMITTING: 2,
    State.UNKNOWN: 2,
    State.ACCEPTED: 3,
    State.SENT: 4,
    State.FAILED: 5,
    State.UNDELIVERED: 6,
    State.DELIVERED: 7,
    State.READ: 8,
}
"""From rank 3 upward a state only rises; end states that say "never sent" have no rank."""

WAITING = (State.QUEUED, State.PARKED, State.CLAIMED)
"""Not handed to any channel: these can still be withdrawn without a trace."""
ON_THE_WIRE = (State.SUBMITTING, State.UNKNOWN)
"""Perhaps handed over: withdrawing forbids a second try and nothing more."""
NEVER_SENT = (State.REJECTED, State.SUPPRESSED, State.CANCELLED, State.EXPIRED)
"""End states that promise that no channel ever accepted the message."""


class TextClass(IntEnum):
    """What kind of text it is; the value is its priority, 0 goes first."""

    CHANGE = 0
    REPLY = 1
    REMINDER = 2
    BULK = 3


RETRIES_AFTER_ASKING = (TextClass.CHANGE, TextClass.REMINDER)
"""Classes that are sent again once the channel surely has not got them; the others go at most once."""


class StopReason(StrEnum):
    """Why nothing is sent at all."""

    PERSON = "person"
    RESTORED = "restored"
    """The database came out of a backup: what went since then is not in it."""
    OLDER = "older"
    """The database is older than this machine remembers it."""
    OTHER = "other"
    """The database is another one than this machine remembers."""
    UNMARKED = "unmarked"
    """Texts went from this database, and this machine does not remember it."""
    ACCOUNT = "account"
    """The provider refuses our account; it is asked again from time to time."""
    BUDGET = "budget"
    """The month's budget is spent; it ends with the month, or with a larger budget."""


GUARDED = (StopReason.RESTORED, StopReason.OLDER, StopReason.OTHER, StopReason.UNMARKED)
"""Reasons that the house found itself because texts may have gone of which it does not know."""
MAY_STOP = ("administrator", "education_manager")
"""Roles that may stop and release the sending of the programme."""
MAY_STOP_A_PLACE = (*MAY_STOP, "circle_trainer")
"""Roles that may stop and release the texts about a place they hold."""


class Outcome(StrEnum):
    """What a source says of one attempt."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """Surely not accepted, and may be tried again."""
    REJECTED = "rejected"
    """A definite no for this text."""
    UNCLEAR = "unclear"
    """Perhaps accepted: the answer was lost, or its lease ran out."""
    NOT_BEGUN = "not_begun"
    NOT_LISTED = "not_listed"
    """Looked for, and not (yet) on a list that may lag."""
    NEVER_CAME = "never_came"
    """Looked for, and not on a list that never lags: surely not accepted."""
    UNSPEAKABLE = "unspeakable"
    """The text could not be made, or could not be sent as it is; no attempt began."""


SURELY_NOT = (Outcome.REFUSED, Outcome.REJECTED, Outcome.NOT_BEGUN, Outcome.NEVER_CAME)
"""After one of these an attempt leaves no doubt."""

LEASE = timedelta(seconds=60)
TRUST = timedelta(seconds=35)
"""A worker begins no request later than this after the start of its submit unit."""
REQUEST = timedelta(seconds=20)
"""The longest that a request to a provider may take, from looking up its address to the end of its answer."""
GRACE = timedelta(seconds=120)
"""How long a lost answer is waited for, at the least, before the channel's list decides what became of the message."""
VALID_LONGEST = timedelta(hours=4)
"""A provider shall not go on trying for longer: a text of the evening must not ring at night."""
VALID_SHORTEST = timedelta(seconds=1)
"""The shortest time a provider can be given; with less left a text is not begun."""
ATTEMPTS_MAX = 4
EMPTY_LOOKS = 2
"""How often a list that may lag must lack a message, once the grace is over."""
UNSPEAKABLE_MAX = 3
SEGMENTS_MAX = 6
"""No text of ours is longer, whatever it was made from."""
BATCH = 50
IN_FLIGHT = 8


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take; `scaled` keeps all ratios, so that tests run at a fraction of the time."""

    lease: timedelta = LEASE
    trust: timedelta = TRUST
    request: timedelta = REQUEST
    grace: dict[TextClass, timedelta] = field(
        default_factory=lambda: {
            TextClass.CHANGE: GRACE,
            TextClass.REPLY: GRACE,
            TextClass.REMINDER: timedelta(seconds=300),
            TextClass.BULK: timedelta(seconds=300),
        }
    )
    looks_apart: timedelta = timedelta(seconds=15)
    """Two looks nearer to each other than this count as one, however many workers look."""
    first_back_off: timedelta = timedelta(seconds=5)
    longest_back_off: timedelta = timedelta(minutes=5)
    batch: int = BATCH
    in_flight: int = IN_FLIGHT
    """Requests at one time; with 1 they run in the caller's own thread."""

    def __post_init__(self) -> None:
        if not self.trust + self.request < self.lease:
            raise ValueError("A request begun while a worker trusts its lease must end before the lease does.")
        if not all(timedelta(0) < grace for grace in self.grace.values()):
            raise ValueError("A lost answer is waited for before anything is sent again.")

    def scaled(self, factor: float) -> "Pace":
        """The same pace with every duration multiplied."""
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        spans = {name: value * factor for name, value in own.items() if isinstance(value, timedelta)}
        return Pace(**{**own, **spans, "grace": {kind: span * factor for kind, span in self.grace.items()}})

    def back_off(self, attempt: int) -> timedelta:
        """How long a message waits after its `attempt`-th try (from 1) was surely not accepted."""
        doublings = min(attempt - 1, 20)
        return min(self.first_back_off * (1 << doublings), self.longest_back_off)


@dataclass(frozen=True, slots=True)
class Window:
    """When texts that nobody asked for may go; answered by whoever knows the calendar."""

    is_open: Callable[[datetime], bool]
    next_open: Callable[[datetime], datetime]
    closes: Callable[[datetime], datetime | None] = lambda _: None
    """When what is open at an instant shuts; None when it is shut, or does not shut at all."""


ALWAYS = Window(lambda _: True, lambda instant: instant)


def valid_for(text_class: TextClass, now: datetime, send_by: datetime, closes: datetime | None) -> timedelta:
    """How long a provider may go on trying a text: not past its use, nor into hours in which none may ring."""
    until = send_by if closes is None or text_class is TextClass.REPLY else min(send_by, closes)
    return min(VALID_LONGEST, until - now)


class Next(NamedTuple):
    """The state a message goes to, the key of the reason, and the instant before which nobody looks at it again."""

    state: State
    why: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """All that decides whether a claimed message may go out now; read under the locks of the submit unit."""

    text_class: TextClass
    send_by: datetime
    wanted: bool
    """Its subject stands, at this revision, and nobody withdrew the message."""
    silent: bool
    window_open: bool
    listed: bool
    """A channel's id of it is known."""
    doubtful: int
    """Attempts that may have reached the channel."""
    wrong_number: bool = False
    """A channel said that the number gets no texts."""


def judge(case: Case, now: datetime) -> Next:
    """What becomes of a claimed message: SUBMITTING when it may go out now."""
    answers_a_text = case.text_class is TextClass.REPLY
    if case.listed:
        return Next(State.ACCEPTED)
    if not case.wanted:
        return honest(State.CANCELLED, "withdrawn", case.doubtful)
    if case.silent and not answers_a_text:
        return honest(State.SUPPRESSED, "opted_out", case.doubtful)
    if case.wrong_number and not answers_a_text:
        return honest(State.SUPPRESSED, "wrong_number", case.doubtful)
    if now >= case.send_by:
        return honest(State.EXPIRED, "too_late", case.doubtful)
    if case.doubtful >= ATTEMPTS_MAX:
        return Next(State.UNRESOLVED, "tried_often")
    if not case.window_open and not answers_a_text:
        return Next(State.QUEUED)
    return Next(State.SUBMITTING)


def honest(state: State, why: str, doubtful: int) -> Next:
    """An end state that says "never sent" is refused to a message that may have been sent."""
    return Next(State.UNRESOLVED if doubtful and state in NEVER_SENT else state, why)


@dataclass(frozen=True, slots=True)
class Look:
    """A message in doubt that its channel has just been asked about, and did not know."""

    text_class: TextClass
    silence: timedelta
    """Since the moment it fell into doubt."""
    empty_looks: int
    """Looks after the grace that did not find it, this one included."""
    list_lag: timedelta | None
    can_find: bool
    dedupes: bool
    doubtful: int
    withdrawn: bool
    time_left: timedelta
    """Until it is too late to be of use."""


def after_looking(look: Look, pace: Pace) -> Next:
    """What becomes of a message that its channel does not know; UNKNOWN is to wait and look again.

    Back to the queue is no promise: the submit unit judges again whether it is still wanted and in time.
    """
    if look.can_find and look.list_lag == timedelta(0):
        return Next(State.QUEUED)
    if look.silence < grace_of(look.text_class, look.list_lag, pace):
        return Next(State.UNKNOWN, "in_doubt")
    if look.can_find and look.empty_looks < EMPTY_LOOKS:
        return Next(State.UNKNOWN, "in_doubt")
    repeatable = look.dedupes or (look.can_find and look.text_class in RETRIES_AFTER_ASKING)
    if repeatable and not look.withdrawn and look.doubtful < ATTEMPTS_MAX and look.time_left > pace.lease:
        return Next(State.QUEUED)
    return Next(State.UNRESOLVED, "in_doubt")


def grace_of(text_class: TextClass, list_lag: timedelta | None, pace: Pace) -> timedelta:
    """How long silence proves nothing: the floor of the class, or twice what the channel's list is known to lag."""
    return max(pace.grace[text_class], 2 * (list_lag or timedelta(0)))


def rises(old: State, new: State) -> bool:
    """May evidence move a message from `old` to `new`? Below rank 3 anything may; from there it only rises."""
    if old in NEVER_SENT or old is State.UNRESOLVED:
        return RANK.get(new, -1) >= 3
    return RANK.get(new, -1) > RANK[old] or RANK[old] < 3


LOST = {
    Fault.OURS: "lost_by_us",
    Fault.CHANNEL: "lost_on_the_way",
    Fault.NUMBER: "wrong_number",
    Fault.ACCOUNT: "lost_by_account",
    Fault.OPTED_OUT: "opted_out",
    Fault.TEMPLATE: "lost_by_template",
    Fault.RATE: "lost_on_the_way",
    None: "lost_unexplained",
}
"""Why a text that the channel had taken was lost, by what its code means; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel told of one copy of a message: that it has it, or what became of it; the rank is 3 or more."""

    sid: str
    state: State = State.ACCEPTED
    code: str | None = None
    fault: Fault | None = None


class Folded(NamedTuple):
    """What all that was told amounts to; `contradicted` when one copy was called lost and arrived all the same."""

    state: State
    why: str | None
    contradicted: bool


def fold(facts: Iterable[Told]) -> Folded | None:
    """The state that evidence gives a message, in whatever order and however often it came; None without any."""
    known = set(facts)
    if not known:
        return None
    state = max((fact.state for fact in known), key=RANK.__getitem__)
    arrived = {fact.sid for fact in known if fact.state in ARRIVED}
    contradicted = any(fact.sid in arrived and fact.state in LOST_STATES for fact in known)
    return Folded(state, _why_lost(fact for fact in known if fact.state is state), contradicted)


def _why_lost(facts: Iterable[Told]) -> str | None:
    """One reason of perhaps several, the same one whatever came first; a known one before an unknown one."""
    reasons = [(fact.fault is None, LOST[fact.fault]) for fact in facts if fact.state in LOST_STATES]
    return min(reasons)[1] if reasons else None
