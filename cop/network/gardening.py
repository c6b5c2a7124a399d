"""What a gardener is told: how each group is doing, in words, and what to water; from published figures alone.

The rules. A level is read off the middle of the published step, how sure off all the steps it may well be in.

| what | from | low below | good from |
|---|---|---|---|
| alive | ties within, for each person taking part | 0.5 | 1 |
| returning | of those of before, who took part again | 0.3 | 0.6 |
| answered | of the questions to peers | 0.4 | 0.7 |
| open to newcomers | of those who joined, who has a tie to somebody of before | 0.3 | 0.6 |

| suggestion | when | effort |
|---|---|---|
| a joint session | two of a circle share few ties, both (or, where one is not told of, their circle) ask about a
subject, and it is not answered well | some |
| a visiting broker | not well answered, few ties to all others of the circle, another is well answered | little |
| travel money | alive, but few return | much |
| a venue | neither alive nor returning | much |
| a resource | they return, but questions about a subject stay unanswered | some |
| a welcome | alive, but newcomers find nobody | little |

Where several hold for a group, the first; nothing is suggested on what is not at least likely. Of more than a handful
those are taken that stand evenly apart in the tree, others each month: nobody is first or last for what was measured.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from clusters.structure.naming import in_order
from cop.network.figures import Shown, Table

HANDFUL = 5
FEW = 9
"""Ties up to here are told as few or none."""
MANY = 75.0
"""What a step without an end is taken for."""


class HealthAxis(StrEnum):
    """What a community lives by."""

    ALIVE = "alive"
    """People there turn to each other."""
    RETURNING = "returning"
    """Who took part before takes part again."""
    ANSWERED = "answered"
    """Who asks is answered."""
    OPEN = "open"
    """Who joins finds somebody."""


class Level(StrEnum):
    """How a group is doing on an axis."""

    LOW = "low"
    FAIR = "fair"
    GOOD = "good"
    UNKNOWN = "unknown"
    """Too few stand behind it to be told."""


class Sure(IntEnum):
    """How far it can be trusted; a conclusion is as sure as the least sure figure under it."""

    UNSURE = 1
    LIKELY = 2
    SURE = 3


class Watering(StrEnum):
    """What a gardener can give, in the order in which one is preferred to the next."""

    JOINT_SESSION = "joint_session"
    VISITING_BROKER = "visiting_broker"
    TRAVEL_MONEY = "travel_money"
    VENUE = "venue"
    RESOURCE = "resource"
    WELCOME = "welcome"


class Reason(StrEnum):
    """Why it would help: what the published figures say."""

    FEW_TIES_BETWEEN = "few_ties_between"
    BOTH_ASK = "both_ask"
    CIRCLE_ASKS = "circle_asks"
    STANDS_ALONE = "stands_alone"
    NOT_ANSWERED = "not_answered"
    NEIGHBOUR_ANSWERS = "neighbour_answers"
    TIES_WITHIN = "ties_within"
    FEW_TIES_WITHIN = "few_ties_within"
    FEW_RETURN = "few_return"
    THEY_RETURN = "they_return"
    NEWCOMERS_ALONE = "newcomers_alone"


class Verdict(StrEnum):
    """What somebody of the office said to a suggestion."""

    PLANNED = "planned"
    NOT_NOW = "not_now"
    DOES_NOT_FIT = "does_not_fit"


class Misfit(StrEnum):
    """Why a suggestion does not fit; nothing is kept in anybody's own words."""

    DONE_ALREADY = "done_already"
    NO_MEANS = "no_means"
    NOT_WANTED = "not_wanted"
    NOT_TRUE = "not_true"


class Effort(StrEnum):
    """What it costs the one who waters."""

    LITTLE = "little"
    SOME = "some"
    MUCH = "much"


@dataclass(frozen=True, slots=True)
class Health:
    """How a group is doing on one axis."""

    path: str
    axis: HealthAxis
    level: Level
    sure: Sure


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What could be given to which groups, and why."""

    kind: Watering
    places: tuple[str, ...]
    """Paths of groups, in the order of the tree."""
    subject: str
    """The subject's code; "" where it is about none."""
    why: tuple[Reason, ...]
    sure: Sure
    effort: Effort

    @property
    def what(self) -> str:
        """By what it is known within its month: its kind, its groups and its subject."""
        return "/".join((self.kind, " ".join(self.places), self.subject))


EFFORT: Mapping[Watering, Effort] = {
    Watering.JOINT_SESSION: Effort.SOME,
    Watering.VISITING_BROKER: Effort.LITTLE,
    Watering.TRAVEL_MONEY: Effort.MUCH,
    Watering.VENUE: Effort.MUCH,
    Watering.RESOURCE: Effort.SOME,
    Watering.WELCOME: Effort.LITTLE,
}
BOUNDS: Mapping[HealthAxis, tuple[float, float]] = {
    HealthAxis.ALIVE: (0.5, 1.0),
    HealthAxis.RETURNING: (0.3, 0.6),
    HealthAxis.ANSWERED: (0.4, 0.7),
    HealthAxis.OPEN: (0.3, 0.6),
}
SHARES: Mapping[HealthAxis, Table] = {
    HealthAxis.RETURNING: Table.RETURNING,
    HealthAxis.ANSWERED: Table.ANSWERED,
    HealthAxis.OPEN: Table.WELCOMED,
}
_Reading = tuple[Level, Sure]
_NOTHING: _Reading = (Level.UNKNOWN, Sure.UNSURE)


def health(published: Iterable[Shown]) -> list[Health]:
    """Every group that has a published figure, on all four axes, in the order of the tree."""
    garden = _Garden(published)
    return [Health(path, axis, *garden.read(path, axis)) for path in garden.paths for axis in HealthAxis]


def suggestions(published: Iterable[Shown], turn: int = 0) -> list[Suggestion]:
    """At most a handful of what would help the clusters among them, in the order of the tree.

    `turn` counts the months, so that where more could be done each group has its turn.
    """
    garden = _Garden(published)
    every = [found for path in garden.clusters for found in garden.first_for(path)]
    if len(every) <= HANDFUL:
        return every
    apart = len(every) / HANDFUL
    return [every[i] for i in sorted((math.floor(n * apart) + turn) % len(every) for n in range(HANDFUL))]


class _Garden:
    """Published figures by group; hidden ones are not there."""

    def __init__(self, published: Iterable[Shown]) -> None:
        shown = list(published)
        self._by = {(each.table, each.path, each.second): each for each in shown if not each.hidden}
        self.paths = sorted({each.path for each in shown}, key=in_order)
        deepest = max((path.count(".") for path in self.paths), default=0)
        self.clusters = [path for path in self.paths if path and path.count(".") == deepest]
        self._given: set[str] = set()

    def read(self, path: str, axis: HealthAxis, subject: str = "") -> _Reading:
        """How the group is doing, and how sure that is."""
        if axis is not HealthAxis.ALIVE:
            share = self._by.get((SHARES[axis], path, subject))
            # Of fewer than three there is no share: `of` is rounded to 5.
            return _NOTHING if share is None or not share.of else _reading(axis, share, 1.0)
        ties, people = self._by.get((Table.WITHIN, path, "")), self._by.get((Table.TAKING_PART, path, ""))
        if ties is None or people is None or not people.high:
            return _NOTHING
        return _reading(axis, ties, (people.low + people.high) / 2)

    def first_for(self, path: str) -> Iterator[Suggestion]:
        """What helps this group most, if anything does; of two groups it is said once, at the first."""
        found = next((each for rule in _RULES for each in rule(self, path) if each.sure >= Sure.LIKELY), None)
        if found is not None and path not in self._given:
            self._given.update(found.places)
            yield found

    def subjects(self, path: str) -> list[str]:
        """Subjects that enough people of the group ask about for it to be published."""
        return sorted(second for table, at, second in self._by if table is Table.ANSWERED and at == path and second)

    def asked(self, path: str, subject: str) -> tuple[Level, Sure, bool]:
        """How a subject is answered in the group (True), or, where that is not told, in its circle (False)."""
        level, sure = self.read(path, HealthAxis.ANSWERED, subject)
        if level is not Level.UNKNOWN:
            return level, sure, True
        return *self.read(f"{_parent(path)}.", HealthAxis.ANSWERED, subject), False

    def others(self, path: str) -> list[str]:
        """The other clusters of its circle."""
        return [other for other in self.clusters if other != path and _parent(other) == _parent(path)]

    def few_between(self, path: str, other: str) -> Sure | None:
        """How sure it is that two groups share few ties; None where they share more, or it is not known."""
        between = self._by.get((Table.BETWEEN, path, other)) or self._by.get((Table.BETWEEN, other, path))
        if between is None or between.high > FEW:
            return None
        return _aged(between, Sure.SURE if between.doubt_high <= FEW else Sure.LIKELY)


def _joint_session(garden: _Garden, path: str) -> Iterator[Suggestion]:
    for other in garden.others(path):
        few = garden.few_between(path, other)
        if few is None:
            continue
        for subject in sorted({*garden.subjects(path), *garden.subjects(f"{_parent(path)}.")}):
            both = [garden.asked(each, subject) for each in (path, other)]
            if all(level in (Level.LOW, Level.FAIR) for level, _, _ in both):
                own = all(of_its_own for _, _, of_its_own in both)
                why = (Reason.FEW_TIES_BETWEEN, Reason.BOTH_ASK if own else Reason.CIRCLE_ASKS)
                places = tuple(sorted((path, other), key=in_order))
                sure = (few, *(each for _, each, _ in both))
                yield _suggested(Watering.JOINT_SESSION, places, why, *sure, subject=subject)


def _visiting_broker(garden: _Garden, path: str) -> Iterator[Suggestion]:
    level, sure = garden.read(path, HealthAxis.ANSWERED)
    others = garden.others(path)
    few = [garden.few_between(path, other) for other in others]
    known = [each for each in few if each is not None]
    well = [s for each in others for at, s in [garden.read(each, HealthAxis.ANSWERED)] if at is Level.GOOD]
    if level in (Level.LOW, Level.FAIR) and well and len(known) == len(others):
        why = (Reason.STANDS_ALONE, Reason.NOT_ANSWERED, Reason.NEIGHBOUR_ANSWERS)
        yield _suggested(Watering.VISITING_BROKER, (path,), why, sure, max(well), *known)


def _travel_money(garden: _Garden, path: str) -> Iterator[Suggestion]:
    (alive, one), (back, two) = garden.read(path, HealthAxis.ALIVE), garden.read(path, HealthAxis.RETURNING)
    if alive in (Level.FAIR, Level.GOOD) and back is Level.LOW:
        yield _suggested(Watering.TRAVEL_MONEY, (path,), (Reason.TIES_WITHIN, Reason.FEW_RETURN), one, two)


def _venue(garden: _Garden, path: str) -> Iterator[Suggestion]:
    (alive, one), (back, two) = garden.read(path, HealthAxis.ALIVE), garden.read(path, HealthAxis.RETURNING)
    if alive is Level.LOW and back is Level.LOW:
        yield _suggested(Watering.VENUE, (path,), (Reason.FEW_TIES_WITHIN, Reason.FEW_RETURN), one, two)


def _resource(garden: _Garden, path: str) -> Iterator[Suggestion]:
    back, two = garden.read(path, HealthAxis.RETURNING)
    for subject in garden.subjects(path):
        level, one = garden.read(path, HealthAxis.ANSWERED, subject)
        if level is Level.LOW and back in (Level.FAIR, Level.GOOD):
            why = (Reason.THEY_RETURN, Reason.NOT_ANSWERED)
            yield _suggested(Watering.RESOURCE, (path,), why, one, two, subject=subject)


def _welcome(garden: _Garden, path: str) -> Iterator[Suggestion]:
    (alive, one), (new, two) = garden.read(path, HealthAxis.ALIVE), garden.read(path, HealthAxis.OPEN)
    if alive in (Level.FAIR, Level.GOOD) and new is Level.LOW:
        yield _suggested(Watering.WELCOME, (path,), (Reason.TIES_WITHIN, Reason.NEWCOMERS_ALONE), one, two)


_RULES = (_joint_session, _visiting_broker, _travel_money, _venue, _resource, _welcome)


def _suggested(
    kind: Watering, places: tuple[str, ...], why: tuple[Reason, ...], *sure: Sure, subject: str = ""
) -> Suggestion:
    return Suggestion(kind, places, subject, why, min(sure), EFFORT[kind])


def _reading(axis: HealthAxis, shown: Shown, of: float) -> _Reading:
    """The level of a step's middle, and how far apart the levels lie that it may well have."""
    levels = [Level.LOW, Level.FAIR, Level.GOOD]
    steps = (_middle(shown.low, shown.high), shown.doubt_low, _middle(shown.doubt_high, shown.doubt_high))
    middle, least, most = (levels.index(_level(axis, step / of)) for step in steps)
    spread = max(middle, most) - min(middle, least)
    return levels[middle], _aged(shown, Sure.SURE if not spread else Sure.LIKELY if spread == 1 else Sure.UNSURE)


def _level(axis: HealthAxis, value: float) -> Level:
    low, good = BOUNDS[axis]
    return Level.GOOD if value >= good - 1e-9 else Level.LOW if value < low - 1e-9 else Level.FAIR


def _middle(low: float, high: float) -> float:
    return MANY if math.isinf(high) else (low + high) / 2


def _aged(shown: Shown, sure: Sure) -> Sure:
    """A figure that was kept from an earlier month is at most likely."""
    return min(sure, Sure.LIKELY) if shown.kept_from else sure


def _parent(path: str) -> str:
    return path.rstrip(".").rpartition(".")[0]
