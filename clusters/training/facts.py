"""What can happen to training sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clusters.kernel.facts import Fact
from clusters.training.rules import Answer


@dataclass(frozen=True)
class SessionsScheduled(Fact):
    """These training sessions are planned, with their invitations; one fact for a whole accepted plan."""

    session_ids: tuple[int, ...]
    hold: timedelta = timedelta(0)
    """So long nobody is told, that it may be taken back."""


@dataclass(frozen=True)
class SessionsUnscheduled(Fact):
    """These training sessions of a round are drafts again, as if they had never been planned."""

    session_ids: tuple[int, ...]
    round_name: str


@dataclass(frozen=True)
class SessionMoved(Fact):
    """A training session has a new time or venue and a higher revision.

    Of several days the first that changed is meant: it began at `old_starts_at` and begins at `starts_at` (None where
    that is the start of the training session). Who `joined` leads it from now on, and knew nothing of it.
    """

    session_id: int
    old_starts_at: datetime
    old_venue: str
    starts_at: datetime | None = None
    joined: tuple[int, ...] = ()


@dataclass(frozen=True)
class SessionCancelled(Fact):
    """A training session was called off."""

    session_id: int
    why: str


@dataclass(frozen=True)
class SessionReinstated(Fact):
    """A training session that had been called off takes place after all, as it was planned."""

    session_id: int


@dataclass(frozen=True)
class InvitationAnswered(Fact):
    """An invited person answered, or took her answer back (None)."""

    session_id: int
    person_id: int
    answer: Answer | None
    before: Answer | None


@dataclass(frozen=True)
class AttendanceTaken(Fact):
    """Attendance of a training session was reported, corrected or undone."""

    session_id: int


@dataclass(frozen=True)
class SessionFinished(Fact):
    """Who leads a training session said that it took place, or took that back."""

    session_id: int


@dataclass(frozen=True)
class CapacityChanged(Fact):
    """The room of a training session holds more or fewer."""

    session_id: int


@dataclass(frozen=True)
class PlaceGiven(Fact):
    """Somebody was put on the list of a planned training session; `waited` when it is a place that came free."""

    session_id: int
    person_id: int
    waited: bool = False


@dataclass(frozen=True)
class PlaceLeft(Fact):
    """Somebody is no longer on the list of a training session, because her school went to another cluster."""

    session_id: int
    person_id: int


@dataclass(frozen=True)
class WaitListJoined(Fact):
    """Somebody waits for a place in a training session that is full."""

    session_id: int
    person_id: int


@dataclass(frozen=True)
class DutiesHandedOver(Fact):
    """A training session is led by others: those who `left` no longer lead it, those who `joined` do."""

    session_id: int
    left: tuple[int, ...]
    joined: tuple[int, ...]


@dataclass(frozen=True)
class DutiesLost(Fact):
    """Somebody leads these training sessions no more, in order of time."""

    person_id: int
    session_ids: tuple[int, ...]
