"""How a note travelled: from its events alone, which LTRC knew it when, from which other one, and by which passing on.

An event at one instant never follows from another one at the same instant, but for a note's own writing: what is
written may be passed on at once. So no LTRC passes a note on before it has it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class EventKind(StrEnum):
    """What can happen to a note."""

    WRITTEN = "written"
    PASSED_ON = "passed_on"
    ADAPTED = "adapted"
    TRIED = "tried"
    PROPOSED = "proposed"
    TAKEN_IN = "taken_in"
    DECLINED = "declined"


_TURN = {kind: place for place, kind in enumerate(EventKind)}
"""Which of several events of one instant is read first."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a note in one cluster; events are added and never changed.

    `cluster` is its path, "" where none is known; of a passing on the one it went from, which leads to those of `to`.
    `key` tells equal ones apart: the id of the passing on, of the trial or of the proposal, the adaptation's number.
    """

    at: datetime
    kind: EventKind
    cluster: str
    key: int
    to: tuple[str, ...] = ()


class Came(StrEnum):
    """How a cluster came by a note."""

    WRITTEN = "written"
    PASSED_ON = "passed_on"
    HEARD = "heard"
    """Somebody there tried or adapted it before it was passed on to there: teachers told each other."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a cluster first had a note, and from where; `source` "" and `passing` 0 where nobody passed it on."""

    cluster: str
    at: datetime
    came: Came
    source: str = ""
    passing: int = 0


@dataclass(frozen=True, slots=True)
class Stroke:
    """One passing on from one cluster to another, whether or not that one had the note before."""

    at: datetime
    source: str
    to: str
    passing: int


@dataclass(frozen=True, slots=True)
class Grown:
    """A note that grew out of this one, with its number, where and when."""

    at: datetime
    cluster: str
    key: int


@dataclass(frozen=True, slots=True)
class Travel:
    """Everything that is known of a note's way; arrivals and strokes in the order of time."""

    arrivals: tuple[Arrival, ...]
    strokes: tuple[Stroke, ...]
    grown: tuple[Grown, ...]

    def known(self, at: datetime) -> Mapping[str, Arrival]:
        """The arrivals up to an instant, by cluster."""
        return {each.cluster: each for each in self.arrivals if each.at <= at}

    @property
    def clusters(self) -> int:
        """How many clusters have it."""
        return len(self.arrivals)

    @property
    def circles(self) -> int:
        """In how many circles those lie."""
        return len({circle_of(each.cluster) for each in self.arrivals})


CLUSTER_DEPTH = 3
"""Steps from the programme to a cluster: its block, its circle, itself."""


def circle_of(path: str) -> str:
    """The path of the circle that a cluster lies in: B2.C07. of B2.C07.L3."""
    steps = path.split(".")[:-1]
    return "".join(f"{step}." for step in steps[:2])


def is_cluster(path: str) -> bool:
    """Is this the path of a cluster, B2.C07.L3.? A trainer writes at that of her circle."""
    return path.count(".") == CLUSTER_DEPTH


def travel_of(events: Iterable[Event]) -> Travel:
    """A note's way from its events, in whatever order they come; equal events give equal ways.

    Of several first arrivals at one instant the one by the earliest passing on counts. One that was passed on from
    where the note was not known counts as told from mouth to mouth. What was written outside of the clusters, by a
    trainer, comes to them without a source.
    """
    known: dict[str, Arrival] = {}
    strokes: list[Stroke] = []
    grown: list[Grown] = []
    for event in sorted(events, key=lambda each: (each.at, _TURN[each.kind], each.key, each.cluster, each.to)):
        if event.kind is EventKind.PASSED_ON:
            has = _has(known.get(event.cluster), event.at)
            source = event.cluster if has and is_cluster(event.cluster) else ""
            for to in event.to:
                if source and to != source:
                    strokes.append(Stroke(event.at, source, to, event.key))
                came = Came.PASSED_ON if has else Came.HEARD
                known.setdefault(to, Arrival(to, event.at, came, source, event.key if has else 0))
        elif event.kind is EventKind.WRITTEN:
            known.setdefault(event.cluster, Arrival(event.cluster, event.at, Came.WRITTEN))
        elif event.kind in (EventKind.TRIED, EventKind.ADAPTED):
            known.setdefault(event.cluster, Arrival(event.cluster, event.at, Came.HEARD))
        if event.kind is EventKind.ADAPTED:
            grown.append(Grown(event.at, event.cluster, event.key))
    arrivals = [each for each in known.values() if is_cluster(each.cluster)]
    arrivals.sort(key=lambda each: (each.at, each.came is not Came.WRITTEN, each.passing))
    return Travel(tuple(arrivals), tuple(strokes), tuple(grown))


def _has(arrival: Arrival | None, at: datetime) -> bool:
    return arrival is not None and (arrival.at < at or arrival.came is Came.WRITTEN)


def giver(travel: Travel, to: str, at: datetime) -> str:
    """From which cluster that has a note another one would be given it: of its own circle if there is one there, else
    of its block, else where it was written; the one that has had it longest."""

    def nearness(arrival: Arrival) -> int:
        shared = 0
        for mine, yours in zip(arrival.cluster.split("."), to.split("."), strict=False):
            if mine != yours:
                break
            shared += 1
        return shared

    ready = [each for each in travel.arrivals if each.at < at or each.came is Came.WRITTEN]
    return max(ready, key=nearness).cluster if ready else ""


def month_of(day: date) -> date:
    """The first of its month: what is counted of people is counted up to there."""
    return day.replace(day=1)


def month_before(day: date) -> date:
    """The first of the month before."""
    return month_of(month_of(day) - timedelta(days=1))
