"""What is measured of every cluster, circle, block and the programme: evidence in, figures out, nothing hidden yet.

A figure carries everybody whose doing could change it: mostly all who take part there, where only some were asked or
joined those. `top1` and `top2` say what the one and the two who do most bring of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import combinations

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from cop.communities.rules import LARGE
from cop.network.doubt import core
from cop.network.evidence import LATELY, Did, Evidence
from cop.network.figures import Figure, Table
from cop.network.graph import EPOCH, KINDS, SUBJECTS
from cop.network.rules import MOST_NODES
from cop.network.spanning import bridges, spanners
from cop.network.splitting import proposed
from cop.ties.rules import TieKind

BEFORE = timedelta(days=360)
"""Who did something this long ago, and not only lately, could return."""
NEWCOMER = timedelta(days=180)
TENTH = 10
CLUSTER_DEPTH = 3
LEAST_FOR_CORE = 3

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """A place with the people who take part there, as a slice of all, and everybody of its clusters who could.

    The trainers of a circle are too few to be told: counted with it, they would be what it has more than its clusters.
    """

    path: str
    first: int
    last: int
    there: frozenset[int]
    schools_there: frozenset[int]

    @property
    def depth(self) -> int:
        """0 the programme, 1 a block, 2 a circle, 3 a cluster."""
        return self.path.count(".")

    def has(self, persons: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of these people are of the group."""
        return (persons >= self.first) & (persons < self.last)


@dataclass(frozen=True)
class Arcs:
    """Each directed pair with a tie once, in the order of its ends: `count` is how often something was given."""

    src: Numbers
    dst: Numbers
    count: Numbers

    @classmethod
    def of(cls, src: NDArray[np.int32], dst: NDArray[np.int32], people: int) -> "Arcs":
        """Of events, loops left out."""
        apart = src != dst
        ends, count = np.unique(src[apart].astype(np.int64) * people + dst[apart], return_counts=True)
        return cls(ends // max(people, 1), ends % max(people, 1), count)

    def within(self, group: Group) -> "Arcs":
        """Those between two people of a group."""
        first, last = np.searchsorted(self.src, [group.first, group.last])
        src, dst, count = self.src[first:last], self.dst[first:last], self.count[first:last]
        inside = (dst >= group.first) & (dst < group.last)
        return Arcs(src[inside], dst[inside], count[inside])

    def across(self, one: Group, other: Group) -> "Arcs":
        """Those from somebody of one group to somebody of another."""
        first, last = np.searchsorted(self.src, [one.first, one.last])
        src, dst, count = self.src[first:last], self.dst[first:last], self.count[first:last]
        inside = (dst >= other.first) & (dst < other.last)
        return Arcs(src[inside], dst[inside], count[inside])

    def __len__(self) -> int:
        return len(self.src)


@dataclass(frozen=True, slots=True)
class Share:
    """A count, of how many (0: of none), and what the one and the two who do most bring of it."""

    value: float
    of: float = 0.0
    top1: float = 0.0
    top2: float = 0.0


class Panel:
    """All figures of one piece of evidence."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.people = evidence, evidence.people
        self.until = int((evidence.span.until - EPOCH) / timedelta(minutes=1))
        given, everybody = evidence.given, len(evidence.people)
        self.arcs = Arcs.of(given.src, given.dst, everybody)
        low, high = np.minimum(given.src, given.dst), np.maximum(given.src, given.dst)
        self.pairs = Arcs.of(low, high, everybody)
        self.on_subject = {
            subject: Arcs.of(low[given.subject == number], high[given.subject == number], everybody)
            for number, subject in enumerate(SUBJECTS)
        }
        named = given.kind == KINDS.index(TieKind.NOMINATED)
        self.named = Arcs.of(given.src[named], given.dst[named], everybody)

    @cached_property
    def groups(self) -> dict[str, Group]:
        """Every place of the tree at or below which somebody has a post, the programme first, in the tree's order."""
        persons: dict[str, set[int]] = {"": set()}
        schools: dict[str, set[int]] = {"": set()}
        for path, person, school in self.evidence.there:
            teaches = path.count(".") >= CLUSTER_DEPTH
            for place in _above(path):
                persons.setdefault(place, set()).update({person} if teaches else ())
                if school and teaches:
                    schools.setdefault(place, set()).add(school)
        found = {}
        for path in sorted(persons):
            part = self.people.at(path)
            found[path] = Group(path, part.start, part.stop, frozenset(persons[path]), frozenset(schools.get(path, ())))
        return found

    def figures(self) -> list[Figure]:
        """Every table of every group, then of every two that a picture may show beside each other."""
        found: list[Figure] = []
        for group in self.groups.values():
            found += self._of_group(group)
        return found + list(self._between())

    def _of_group(self, group: Group) -> Iterator[Figure]:
        part = slice(group.first, group.last)
        members = np.arange(group.first, group.last)
        taking = Share(sum(each in group.there for each in self.people.ids[part].tolist()), len(group.there))
        yield _figure(Table.TAKING_PART, group.path, taking, group.there, group.schools_there)
        rounds = self.evidence.rounds
        asked = group.has(rounds.asked)
        answered = Share(int(rounds.answered[asked].sum()), int(asked.sum()))
        yield self.figure(Table.ASKED, group, answered, rounds.asked[asked])
        yield from self._questions(group, members)
        pairs = self.pairs.within(group)
        yield self.figure(Table.WITHIN, group, _ties(pairs), members)
        yield self.figure(Table.RETURNED, group, self._returned(group), members)
        yield self.figure(Table.BRIDGED, group, self._bridged(pairs), members)
        yield self.figure(Table.CONCENTRATED, group, _concentrated(self.arcs.within(group), part), members)
        if group.depth == CLUSTER_DEPTH and (fit := _core(pairs, part)) is not None:
            yield self.figure(Table.CORE, group, Share(fit), members)
        yield from self._coming_and_going(group, members)
        for table, did in ((Table.NOTES, self.evidence.notes), (Table.TRIED, self.evidence.tries)):
            lately = did.person[group.has(did.person) & (did.at >= self._ago(LATELY))]
            yield self.figure(table, group, _each(lately), members)
        hosted = self.evidence.hosted
        hosts = hosted.person[group.has(hosted.person) & (hosted.at >= self._ago(LATELY))]
        women = Share(int((self.people.woman[hosts] == 1).sum()), len(hosts), *_tops(hosts))
        yield self.figure(Table.HOSTED, group, women, members)
        yield from self._power(group, members)
        yield from self._communities(group, members)
        if group.depth < CLUSTER_DEPTH:
            for subject, arcs in self.on_subject.items():
                yield self.figure(Table.WITHIN, group, _ties(arcs.within(group)), members, subject.value)

    def _questions(self, group: Group, members: Numbers) -> Iterator[Figure]:
        questions, answered = self.evidence.questions, self.evidence.answered
        here = group.has(questions.person)
        yield self.figure(Table.ANSWERED, group, _part(questions.person[here], answered[here]), members)
        for number, subject in enumerate(SUBJECTS):
            on = here & (questions.subject == number)
            share = _part(questions.person[on], answered[on])
            yield self.figure(Table.ANSWERED, group, share, members, subject.value)
        for table, woman in ((Table.HEARD, 1), (Table.HEARD_MEN, 0)):
            theirs = here & (self.people.woman[questions.person] == woman)
            them = members[self.people.woman[members] == woman]
            yield self.figure(table, group, _part(questions.person[theirs], answered[theirs]), them)

    def _power(self, group: Group, members: Numbers) -> Iterator[Figure]:
        """How many of those who take part are women, against whom who hosts and who is heard is held."""
        woman = self.people.woman[members]
        yield self.figure(
            Table.WOMEN, group, Share(int((woman == 1).sum()), int((woman >= 0).sum())), members[woman >= 0]
        )

    def _communities(self, group: Group, members: Numbers) -> Iterator[Figure]:
        """Who bridges communities with the trust of both; and large communities of the group that fall into two."""
        between = bridges(self.evidence.belongs, group.first, group.last)
        both = {each.person for each in between}
        if both:
            arcs = self.arcs.within(group)
            accepted = spanners(between, arcs.src - group.first, arcs.dst - group.first)
            yield self.figure(Table.SPANNING, group, Share(len(accepted), len(both)), members)
        large = [each for each in self._large_communities if group.first <= each[0] and each[-1] < group.last]
        if large:
            falling = sum(self._falls[int(each[0]), len(each)] for each in large)
            yield self.figure(Table.SPLITTING, group, Share(falling, len(large)), members)

    @cached_property
    def _large_communities(self) -> list[Numbers]:
        """Those of more than thirty, by the rising numbers of their members."""
        belongs = self.evidence.belongs
        communities = (belongs.person[belongs.community == each] for each in np.unique(belongs.community))
        return [np.sort(each).astype(np.int64) for each in communities if len(each) > LARGE]

    @cached_property
    def _falls(self) -> dict[tuple[int, int], bool]:
        """Of each large community, by its first member and its size, whether it falls into two that could live."""
        return {(int(each[0]), len(each)): proposed(self._graph(each)) is not None for each in self._large_communities}

    def _graph(self, members: Numbers) -> "nx.Graph[int]":
        inside = np.isin(self.pairs.src, members) & np.isin(self.pairs.dst, members)
        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(members.tolist())
        graph.add_edges_from(zip(self.pairs.src[inside].tolist(), self.pairs.dst[inside].tolist(), strict=True))
        return graph

    def _returned(self, group: Group) -> Share:
        """Arcs between two of whom each named the other, of all: arc-based reciprocity."""
        named, everybody = self.named.within(group), len(self.people)
        back = np.isin(named.dst * everybody + named.src, named.src * everybody + named.dst)
        return Share(int(back.sum()), len(named), *_tops(named.src[back]))

    def _bridged(self, pairs: Arcs) -> Share:
        """Pairs who teach no subject in common, of those of whom both have one that is known."""
        one, other = self.people.subjects[pairs.src], self.people.subjects[pairs.dst]
        known = (one != 0) & (other != 0)
        bridging = known & (one & other == 0)
        tops = _touched(Arcs(pairs.src[bridging], pairs.dst[bridging], pairs.count[bridging]))
        return Share(int(bridging.sum()), int(known.sum()), *tops)

    def _coming_and_going(self, group: Group, members: Numbers) -> Iterator[Figure]:
        who, when = self._doing
        here = group.has(who)
        then = (when < self._ago(LATELY)) & (when >= self._ago(BEFORE))
        before = np.unique(who[here & then])
        again = np.intersect1d(before, who[here & (when >= self._ago(LATELY))])
        yield self.figure(Table.RETURNING, group, Share(len(again), len(before)), before)
        since = self.people.since
        new = members[since[members] >= self._ago(NEWCOMER)]
        pairs = self.pairs.within(group)
        met = np.concatenate(
            [pairs.src[since[pairs.src] > since[pairs.dst]], pairs.dst[since[pairs.dst] > since[pairs.src]]]
        )
        yield self.figure(Table.WELCOMED, group, Share(len(np.intersect1d(new, met)), len(new)), new)

    @cached_property
    def _doing(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Who took part in something, and when: gave or got help otherwise than by being named, named, asked, wrote,
        tried."""
        given, rounds = self.evidence.given, self.evidence.rounds
        done = given.kind != KINDS.index(TieKind.NOMINATED)
        seen = self.evidence
        did: Iterable[Did] = (seen.questions, seen.notes, seen.tries, seen.hosted)
        who = [given.src[done], given.dst[done], rounds.named, *(each.person for each in did)]
        when = [given.at[done], given.at[done], rounds.named_at, *(each.at for each in did)]
        return np.concatenate(who), np.concatenate(when)

    def _between(self) -> Iterator[Figure]:
        """Between every two of one rank that a picture may show beside each other."""
        by_depth: dict[int, list[Group]] = {}
        for group in self.groups.values():
            by_depth.setdefault(group.depth, []).append(group)
        for depth, groups in sorted(by_depth.items()):
            if depth:
                for one, other in self._couples(groups):
                    low, high = self.pairs.across(one, other), self.pairs.across(other, one)
                    both = Arcs(*(np.concatenate([a, b]) for a, b in zip(_parts(low), _parts(high), strict=True)))
                    members = np.concatenate([np.arange(one.first, one.last), np.arange(other.first, other.last)])
                    yield self.figure(Table.BETWEEN, one, _ties(both), members, other.path)

    def _couples(self, groups: list[Group]) -> list[tuple[Group, Group]]:
        """Every two groups of a rank that one picture can show: of the largest place that has no more of them than a
        picture holds, and always of the place right above. Which they are is told by the tree alone."""
        many = Counter(place for group in groups for place in _above(group.path)[1:])
        families: dict[str, list[Group]] = {}
        for group in groups:
            over = _above(group.path)[1:]
            fitting = [place for place in over if many[place] <= MOST_NODES]
            families.setdefault(fitting[-1] if fitting else over[0], []).append(group)
        return [couple for family in families.values() for couple in combinations(family, 2)]

    def figure(
        self, table: Table, group: Group, share: Share, persons: NDArray[np.integer], second: str = ""
    ) -> Figure:
        """A share of a group as a figure that stands on these people, without its doubt."""
        schools = self.people.schools[persons]
        return _figure(
            table,
            group.path,
            share,
            frozenset(self.people.ids[persons].tolist()),
            frozenset(schools[schools > 0].tolist()),
            second,
        )

    def _ago(self, time: timedelta) -> int:
        return self.until - int(time / timedelta(minutes=1))


def panel(evidence: Evidence) -> list[Figure]:
    """Every figure that may be published of this evidence."""
    return Panel(evidence).figures()


def _figure(
    table: Table, path: str, share: Share, persons: frozenset[int], schools: frozenset[int], second: str = ""
) -> Figure:
    return Figure(
        table,
        path,
        share.value,
        share.value,
        share.value,
        share.of,
        persons,
        schools,
        second,
        share.top1,
        share.top2,
    )


def _above(path: str) -> list[str]:
    """A place and every place above it, the programme ("") last."""
    steps = path.rstrip(".").split(".") if path else []
    return ["".join(f"{step}." for step in steps[:many]) for many in range(len(steps), -1, -1)]


def _parts(arcs: Arcs) -> tuple[Numbers, Numbers, Numbers]:
    return arcs.src, arcs.dst, arcs.count


def _ties(pairs: Arcs) -> Share:
    """Pairs, and the parts of them that touch the one and the two who are tied most."""
    return Share(len(pairs), 0.0, *_touched(pairs))


def _touched(pairs: Arcs) -> tuple[float, float]:
    if not len(pairs):
        return 0.0, 0.0
    persons, many = np.unique(np.concatenate([pairs.src, pairs.dst]), return_counts=True)
    most = persons[np.argsort(-many, kind="stable")[:2]]
    one = (pairs.src == most[0]) | (pairs.dst == most[0])
    two = one | (pairs.src == most[-1]) | (pairs.dst == most[-1])
    return float(one.mean()), float(two.mean())


def _each(persons: NDArray[np.int32]) -> Share:
    """How much was done, once for each time that somebody did it."""
    return Share(len(persons), 0.0, *_tops(persons))


def _part(persons: NDArray[np.int32], done: NDArray[np.int16]) -> Share:
    """Of what people did, what came to something; the tops are of all of it."""
    return Share(int(done.sum()), len(persons), *_tops(persons))


def _tops(persons: NDArray[np.integer]) -> tuple[float, float]:
    if not len(persons):
        return 0.0, 0.0
    _, many = np.unique(persons, return_counts=True)
    falling = np.sort(many)[::-1]
    return float(falling[0] / len(persons)), float(falling[:2].sum() / len(persons))


def _concentrated(arcs: Arcs, part: slice) -> Share:
    """What the tenth (rounded up) who are turned to most give of all help, each time counted."""
    many = part.stop - part.start
    help_given = np.sort(np.bincount(arcs.dst - part.start, arcs.count, many))[::-1]
    total = float(help_given.sum())
    if not total:
        return Share(0.0)
    most = float(help_given[: -(-many // TENTH)].sum())
    return Share(most, total, float(help_given[0]) / total, float(help_given[:2].sum()) / total)


def _core(pairs: Arcs, part: slice) -> float | None:
    """Borgatti and Everett's r as in doubt.py; None where no core is told: no ties, all ties, fewer than three."""
    many = part.stop - part.start
    if many < LEAST_FOR_CORE or len(pairs) in (0, many * (many - 1) // 2):
        return None
    ties = np.zeros((many, many), dtype=bool)
    ties[pairs.src - part.start, pairs.dst - part.start] = True
    return float(core(ties))
