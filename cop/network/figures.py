"""Figures of groups: as they are measured, and as they may be shown; a person is never a group."""

from dataclasses import dataclass
from enum import StrEnum


class Table(StrEnum):
    """What is published, and nothing else: each is a fixed table over the training tree and at most one second axis."""

    TAKING_PART = "taking_part"
    """Persons who let their ties be kept, of those who have a post in a cluster there."""
    ASKED = "asked"
    """Of those who were asked in this term's round, who answered."""
    ANSWERED = "answered"
    """Questions to peers that were answered, of those asked there in the last 30 days; older ones are deleted."""
    WITHIN = "within"
    """Ties of the last two years between two people of the group, each pair once."""
    BETWEEN = "between"
    """Such ties between two groups."""
    RETURNED = "returned"
    """Of the nominations within the group, those that are returned (reciprocity, arc-based)."""
    RETURNING = "returning"
    """Of those who did something in the community in the nine months before the last 90 days, who did so again."""
    WELCOMED = "welcomed"
    """Of those who joined in the last 180 days, who has a tie to somebody of the group who joined before her."""
    CORE = "core"
    """How far a cluster has a core and a periphery: Borgatti-Everett's r, over cores of those with most ties."""
    CONCENTRATED = "concentrated"
    """The share of all help that comes from the tenth of people who give most."""
    NOTES = "notes"
    """Practice notes passed on in the last 90 days."""
    TRIED = "tried"
    """Tries of practice notes in the last 90 days."""
    BRIDGED = "bridged"
    """Ties within the group between people who teach no subject in common, of those where that is known of both."""
    HOSTED = "hosted"
    """Meetings of communities in the last 90 days hosted by women, of all that people there hosted."""
    HEARD = "heard"
    """Questions of women that were answered, of all questions of women; beside ANSWERED."""
    HEARD_MEN = "heard_men"
    """The same of men."""
    WOMEN = "women"
    """Women among those who take part, of those of whom it is known."""
    SPANNING = "spanning"
    """Of those who belong to two communities or more, who is accepted by people there in two of them (bridging.py)."""
    MOVED = "moved"
    """A way between edge and core of the cluster that people took in a year, of all whose way is known (careers.py)."""
    SPLITTING = "splitting"
    """Of the communities of more than thirty whose members are all of the group, those that fall into two halves that
    could each live (splitting.py)."""


class Axis(StrEnum):
    """The one second axis of a table, when it has one."""

    NONE = "none"
    SUBJECT = "subject"
    OTHER_GROUP = "other_group"
    WAY = "way"
    """One of the four trajectories."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as measured of a group, before it is asked whether it may be shown; it never leaves the measuring role.

    `path` is a cluster, circle or block of the training tree, "" the programme; `second` a subject, or the path of the
    other group (of two, the one that comes first in the tree is `path`). `low` and `high` bound it at 90 % under
    non-response. `of` is the denominator, else 0: with it `value`, `low` and `high` are the numerator, so that figures
    of neighbours can be put together, and the share is value / of. CORE alone has no denominator and is no count.
    """

    table: Table
    path: str
    value: float
    low: float
    high: float
    of: float
    persons: frozenset[int]
    """On whose data it stands: everyone whose doing could change it."""
    schools: frozenset[int]
    second: str = ""
    top1: float = 0.0
    """Share of the total that the one person who gives most brings; where nobody gives more than one, leave 0."""
    top2: float = 0.0
    """The same of the two who give most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as published: rounded or banded, with its doubt in the same steps; `merged` when neighbours were put
    together, `hidden` when even so too few stood behind it or it would give another away."""

    table: Table
    path: str
    """Of the group, or of the first of those that stand together."""
    low: float
    high: float
    """The step it lies in. Ties: 0-9, 10-24, 25-49, 50 and more (`high` is infinite). Other counts: rounded to 5, both
    alike. Shares and CORE: tenths (0.8), both alike but at the ends, where 0.9 to 1.0 is nine in ten or more; of six
    and fewer the ends are as wide as one of them."""
    doubt_low: float
    doubt_high: float
    """The lowest and highest step that it may well be in, at 90 %."""
    second: str = ""
    merged: tuple[str, ...] = ()
    hidden: bool = False
    kept_from: str = ""
    """ISO date of the snapshot it was taken over from, because too few of its people changed since."""
    of: int = 0
    """Of how many, rounded to 5; 0 where there is no denominator."""
