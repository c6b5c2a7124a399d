"""Figures with their doubt: what they may well be, had everybody answered who takes part; at 90 %.

Clusters and circles are drawn anew many times with the answers of those who gave none (completing.py). Of larger
groups, and between groups that are not of one circle, counts are drawn (reckoning.py); ties on one subject are part of
them. Of ties what was seen is certain, so that their doubt has an upper end alone. What was counted and not asked - who
takes part, questions, notes - is certain.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cop.network.careers import Stage, Trajectory, trajectory
from cop.network.completing import Floats, Round, completed
from cop.network.doubt import (
    DRAWS,
    MEASURES,
    SURVIVES,
    Bounded,
    Measure,
    at_most,
    best_core,
    bounds,
    core,
    returned,
    within,
)
from cop.network.evidence import Evidence
from cop.network.figures import Figure, Table
from cop.network.graph import KINDS
from cop.network.panel import CLUSTER_DEPTH, Arcs, Group, Numbers, Panel, Share
from cop.network.power import ratio
from cop.network.reckoning import FEWEST, Known, counted, on_subject, reckoned
from cop.network.rules import TIES
from cop.network.spanning import bridges, spanning
from cop.ties.rules import TieKind

MOST_AT_ONCE = 250
"""Larger groups are not drawn."""
FEWEST_ANSWERS = 2
"""From fewer nothing is drawn."""
NINETY = 1.6449
"""Standard errors on either side of the middle 90 % of a normal distribution."""
TENTH = 10
SEED = 20261209
NOMINATED = KINDS.index(TieKind.NOMINATED)
COMPARED = frozenset({Table.HOSTED, Table.HEARD, Table.HEARD_MEN})
"""Shares that are held against others: with Wilson's interval, as few cases say little."""
IN_DOUBT = COMPARED | {
    Table.WITHIN,
    Table.BETWEEN,
    Table.RETURNED,
    Table.BRIDGED,
    Table.CONCENTRATED,
    Table.CORE,
    Table.SPANNING,
    Table.MOVED,
}
MAYBE = 1 - SURVIVES
"""Who is of the core in fewer resamples than this surely is not; between this and `SURVIVES` she is undecided."""
COUNT = Measure(within, whole=True)

Bools = NDArray[np.bool_]
Doubts = dict[tuple[Table, str, str], Bounded]


@dataclass(frozen=True)
class Drawn:
    """A group's ties as they may be: `named` in each draw, and those that are known otherwise, in either direction."""

    group: Group
    named: Bools
    known: Bools

    @property
    def ties(self) -> Bools:
        """Pairs with a tie of any kind, symmetric, in each draw."""
        found: Bools = self.named | self.named.swapaxes(-1, -2) | self.known
        return found


class Bounding:
    """The doubt of one piece of evidence's figures."""

    def __init__(self, evidence: Evidence) -> None:
        self.panel, self.people = Panel(evidence), evidence.people
        given, everybody = evidence.given, len(evidence.people)
        self.answered = np.zeros(everybody, dtype=bool)
        self.answered[evidence.rounds.named] = True
        other = given.kind != NOMINATED
        self.otherwise = Arcs.of(given.src[other], given.dst[other], everybody)
        self.events = Arcs.of(given.src, given.dst, everybody)
        self._of_large: dict[str, dict[Table, Bounded]] = {}
        self.inner = np.full(everybody, np.nan)
        """In what share of the draws each is of the core of her cluster; nan where none was drawn."""
        self._new: dict[str, tuple[float, Floats, Floats]] = {}
        """Of places: how many pairs were seen, and in each draw how many more there are and how many are named."""

    def figures(self) -> list[Figure]:
        """Every figure of the panel, bounded."""
        doubts: Doubts = {}
        for group in self.panel.groups.values():
            if group.depth >= CLUSTER_DEPTH - 1 and 0 < group.last - group.first <= MOST_AT_ONCE:
                doubts |= self._small(group)
        return [self._bounded(figure, doubts) for figure in self.panel.figures()] + list(self._moved())

    def stages(self) -> dict[int, Stage]:
        """By person's number: core where she is that in at least 80 % of the draws, else edge; once `figures` ran."""
        return {
            person: Stage.CORE if inner else Stage.EDGE
            for person, inner in enumerate((self.inner >= SURVIVES).tolist())
            if not np.isnan(self.inner[person])
        }

    def _moved(self) -> Iterator[Figure]:
        """Which ways people took since they were first seen in the year; the undecided are the doubt."""
        stood, stages = self.panel.evidence.stood, self.stages()
        before: dict[int, list[Stage]] = {}
        for person, inner in zip(stood.person.tolist(), stood.core.tolist(), strict=True):
            before.setdefault(person, []).append(Stage.CORE if inner else Stage.EDGE)
        known = np.array(sorted(set(before) & set(stages)), np.int64)
        taken = np.array([_way(before[person], stages[person]) for person in known.tolist()], dtype=object)
        undecided = (self.inner[known] > MAYBE) & (self.inner[known] < SURVIVES)
        other = np.array([_way(before[person], Stage.CORE) for person in known.tolist()], dtype=object)
        for group in self.panel.groups.values():
            here = (known >= group.first) & (known < group.last)
            if here.any():
                members, many = np.arange(group.first, group.last), int(here.sum())
                for way in Trajectory:
                    sure = taken[here] == way
                    less = int((sure & undecided[here]).sum())
                    more = int((~sure & undecided[here] & (other[here] == way)).sum())
                    count = int(sure.sum())
                    figure = self.panel.figure(Table.MOVED, group, Share(count, many), members, way)
                    yield replace(figure, low=count - less, high=count + more)

    def _bounded(self, figure: Figure, doubts: Doubts) -> Figure:
        if figure.table not in IN_DOUBT:
            return figure
        group = self.panel.groups[figure.path]
        key = figure.table, figure.path, figure.second
        if figure.table in COMPARED:
            share = ratio(round(figure.value), round(figure.of))
            found = Bounded(figure.value, share.low * figure.of, share.high * figure.of)
        elif figure.table is Table.SPANNING:
            found = doubts.get(key) or self._scaled(figure.value, self._seen(group, group), figure.of)
        elif figure.table is Table.BETWEEN:
            found = doubts.get(key) or self._between(figure, group, self.panel.groups[figure.second])
        elif figure.second:
            found = self._on_subject(figure, group)
        else:
            found = doubts.get(key) or self._large(figure, group)
        return replace(figure, low=min(found.low, figure.value), high=max(found.high, figure.value))

    def _small(self, group: Group) -> Doubts:
        part = slice(group.first, group.last)
        answered = self.answered[part]
        if answered.sum() < FEWEST_ANSWERS:
            return {}
        named, turned = self._matrix(self.panel.named, group), self._matrix(self.otherwise, group)
        known = turned | turned.T
        dice = np.random.default_rng([SEED, group.first, group.last])
        seen = Round(named & answered[:, None], answered, np.zeros(len(answered), np.int64), (known,))
        drawn = Drawn(group, completed(seen, DRAWS, dice) | named, known)
        ties = drawn.ties
        found: Doubts = {}
        if group.depth == CLUSTER_DEPTH:
            found[Table.CORE, group.path, ""] = bounds(MEASURES["core"], core(ties))
            self.inner[part] = best_core(ties).mean(0)
        pairs, seen_pairs = within(ties), float(within(named | known))
        self._new[group.path] = seen_pairs, pairs - seen_pairs, drawn.named.sum((-1, -2)) - float(named.sum())
        found[Table.WITHIN, group.path, ""] = at_most(COUNT, pairs)
        found[Table.BRIDGED, group.path, ""] = at_most(COUNT, within(ties & self._apart(part)))
        arcs = int(named.sum())
        found[Table.RETURNED, group.path, ""] = _times(bounds(MEASURES["returned"], returned(drawn.named)), arcs)
        help_given, total = self._help(drawn, part)
        found[Table.CONCENTRATED, group.path, ""] = _times(bounds(MEASURES["concentrated"], help_given), total)
        if between := bridges(self.panel.evidence.belongs, group.first, group.last):
            found[Table.SPANNING, group.path, ""] = bounds(COUNT, spanning(between, drawn.named | turned))
        for one, other in self._inside(group):
            rows, columns = _place_in(one, group), _place_in(other, group)
            found[Table.BETWEEN, one.path, other.path] = at_most(
                COUNT, ties[:, rows, columns].sum((-1, -2)).astype(np.float64)
            )
        return found

    def _help(self, drawn: Drawn, part: slice) -> tuple[Floats, float]:
        """The share of the tenth who help most in each draw, and how much help was seen."""
        events = self.events.within(drawn.group)
        seen = np.bincount(events.dst - part.start, events.count, part.stop - part.start)
        once = self.panel.named.within(drawn.group)
        known = seen - np.bincount(once.dst - part.start, minlength=part.stop - part.start)
        heard = np.sort(drawn.named.sum(-2) + known, axis=-1)
        many = -(-heard.shape[-1] // TENTH)
        return np.asarray(heard[..., -many:].sum(-1) / np.maximum(heard.sum(-1), 1)), float(seen.sum())

    def _inside(self, group: Group) -> Iterator[tuple[Group, Group]]:
        """Every two clusters of a circle."""
        if group.depth == CLUSTER_DEPTH - 1:
            below = [each for path, each in self.panel.groups.items() if path.startswith(group.path)]
            clusters = [each for each in below if each.depth == CLUSTER_DEPTH]
            yield from ((one, other) for at, one in enumerate(clusters) for other in clusters[at + 1 :])

    def _large(self, figure: Figure, group: Group) -> Bounded:
        of = figure.of or 1.0
        found = self._reckoned(group).get(figure.table)
        if found is None:
            return Bounded(figure.value, figure.value, figure.value)
        return found if figure.table in TIES else _times(found, of)

    def _between(self, figure: Figure, one: Group, other: Group) -> Bounded:
        found = reckoned(self._known(one, other)).get(Table.BETWEEN)
        return found or Bounded(figure.value, figure.value, figure.value)

    def _reckoned(self, group: Group) -> dict[Table, Bounded]:
        if group.path not in self._of_large:
            self._of_large[group.path] = reckoned(self._known(group))
        return self._of_large[group.path]

    def _known(self, one: Group, other: Group | None = None) -> Known:
        """What is known of the people of one place, or of two and of what lies between them."""
        groups = (one,) if other is None else (one, other)
        size = one.last - one.first

        def local(persons: Numbers) -> Numbers:
            if other is None:
                return persons - one.first
            return np.where(one.has(persons.astype(np.int32)), persons - one.first, persons - other.first + size)

        def ends(arcs: Arcs) -> tuple[Numbers, Numbers]:
            parts = [arcs.within(one)] if other is None else [arcs.across(one, other), arcs.across(other, one)]
            return local(np.concatenate([p.src for p in parts])), local(np.concatenate([p.dst for p in parts]))

        absent = ~np.concatenate([self.answered[each.first : each.last] for each in groups])
        turned = self.events.within(one)
        return Known(
            absent,
            *ends(self.panel.named),
            *ends(self.otherwise),
            np.bincount(turned.dst - one.first, turned.count, len(absent)).astype(np.int64),
            np.concatenate([self.people.subjects[each.first : each.last] for each in groups]).astype(np.int64),
            None if other is None else np.arange(len(absent)) >= size,
        )

    def _on_subject(self, figure: Figure, group: Group) -> Bounded:
        """A part of the ties of the group, and of those that were not seen."""
        answered = self.answered[group.first : group.last]
        if answered.all():
            return Bounded(figure.value, figure.value, figure.value)
        if answered.sum() < FEWEST:
            whole = self._reckoned(group)[Table.WITHIN]
            return Bounded(figure.value, figure.value, figure.value + whole.high - whole.low)
        dice = np.random.default_rng([SEED, group.first, group.last, *figure.second.encode()])
        if group.path not in self._new:
            counts = counted(self._known(group), np.random.default_rng([SEED, group.first, group.last]))
            self._new[group.path] = float(counts.pairs[0] - counts.new[0]), counts.new, counts.named
        return on_subject(figure.value, *self._new[group.path], dice)

    def _scaled(self, value: float, seen: float, most: float) -> Bounded:
        """A count of which each was seen with this probability: what is not seen is as many again, give or take."""
        if seen >= 1:
            return Bounded(value, value, value)
        if seen <= 0:
            return Bounded(value, value, most)
        whole, spread = value / seen, NINETY * math.sqrt(max(value, 1.0) * (1 - seen)) / seen
        return Bounded(whole, max(value, whole - spread), min(most, whole + spread))

    def _seen(self, one: Group, other: Group) -> float:
        """The share of both who answered, each weighed by how many they are."""
        told = self.answered[one.first : one.last], self.answered[other.first : other.last]
        whole = sum(each.size for each in told)
        return float(sum(each.sum() for each in told) / whole) if whole else 1.0

    def _matrix(self, arcs: Arcs, group: Group) -> Bools:
        inside, many = arcs.within(group), group.last - group.first
        found = np.zeros((many, many), dtype=bool)
        found[inside.src - group.first, inside.dst - group.first] = True
        return found

    def _apart(self, part: slice) -> Bools:
        subjects = self.people.subjects[part]
        one, other = subjects[:, None], subjects[None, :]
        found: Bools = (one != 0) & (other != 0) & (one & other == 0)
        return found


def bounded(evidence: Evidence) -> list[Figure]:
    """Every figure that may be published of this evidence, with its doubt."""
    return Bounding(evidence).figures()


def _way(before: list[Stage], now: Stage) -> Trajectory:
    found = trajectory([*before, now])
    if found is None:
        raise ValueError("nobody is nowhere all along")
    return found


def _times(share: Bounded, of: float) -> Bounded:
    return Bounded(share.value * of, share.low * of, share.high * of)


def _place_in(one: Group, group: Group) -> slice:
    return slice(one.first - group.first, one.last - group.first)
