"""Where somebody stands with a community, whose turn it is to host, and from when on it may want to become two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

LARGE = 30
"""With more members than this a second community is proposed: Wenger, McDermott and Snyder (2002), ch. 2, on size."""
PROPOSED_AGAIN = timedelta(days=180)
"""A proposal that nobody took up is not made again for so long."""
ADMIT_ASKED = 3
"""Members who are asked whether somebody may join; the first yes admits."""
OPEN_FOR = timedelta(days=14)
"""So long an invitation, a wish to join, and what one says another did with her wait for an answer."""
HOSTS_FOR = timedelta(days=90)
"""A host's turn; then the next is asked."""
RESTS = timedelta(days=60)
"""Who said "not now" to hosting is passed over for so long."""
HOST_ANSWERS_WITHIN = timedelta(days=5)
"""After this the next member is asked to host."""
NAME_LETTERS = 40
LINE_LETTERS = 120
"""A line of an agenda."""
MOST_LINES = 12
"""Lines of an agenda that are still open."""


class Standing(StrEnum):
    """Where somebody stands with a community."""

    ASKED = "asked"
    """She wants to join, and members have been asked."""
    INVITED = "invited"
    """A member invited her."""
    MEMBER = "member"
    LEFT = "left"
    ENDED = "ended"
    """A wish or an invitation that came to nothing; nobody is told, and it is deleted a month later."""


class Turn(StrEnum):
    """Where a turn to host stands."""

    ASKED = "asked"
    HOSTS = "hosts"
    NOT_NOW = "not_now"
    OVER = "over"


class Doing(StrEnum):
    """What two colleagues did together."""

    PLANNED = "planned"
    """A lesson, jointly."""
    OBSERVED = "observed"
    """One watched the other teach and told her what she saw: it goes from her who taught to her who watched."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member who might host: since when she belongs, when her last turn began, when she last said "not now"."""

    person_id: int
    since: datetime
    hosted: datetime | None = None
    refused: datetime | None = None


def next_host(members: Sequence[Candidate], at: datetime) -> Candidate | None:
    """Whose turn it is: who has never hosted before who has, the longest ago first; who refused lately rests."""
    awake = [each for each in members if each.refused is None or at - each.refused > RESTS]
    return min(
        awake, key=lambda each: (each.hosted is not None, each.hosted or each.since, each.person_id), default=None
    )


def is_over(since: date, day: date) -> bool:
    """Is the turn of a host who began then over?"""
    return day - since >= HOSTS_FOR


def wants_to_split(members: int, proposed: datetime | None, at: datetime) -> bool:
    """Is it time to propose a second community to the members?"""
    return members > LARGE and (proposed is None or at - proposed > PROPOSED_AGAIN)
