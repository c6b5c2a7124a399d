"""The search for a plan: trainers by list over orders of the subjects, then every knot of teachers' training apart."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from clusters.cascade.almanac import Almanac
from clusters.cascade.bound import floor_of, releases_of
from clusters.cascade.exact import NODES, Verdict, cannot_end_by, ends_by
from clusters.cascade.fairness import shared_out
from clusters.cascade.knots import Knot, Number, Spot, Tied, Ties
from clusters.cascade.listing import best_listed, end_of
from clusters.cascade.orders import floor_in_any_order
from clusters.cascade.placing import Board, Placement
from clusters.cascade.rules import CascadeRequest, Level
from clusters.cascade.staffing import Staffing
from clusters.cascade.worklist import Work
from clusters.modules.rules import TaughtModule

LISTED, PROVED, TASTES = 8, 2, 6
"""Orders of the subjects tried with lists and then exactly, on the knots that end last; lists in such a trial."""
HARDEST = 3
"""Knots that an order of the subjects is judged by."""
RESTARTS = 30
"""Orders in which a list is tried for a knot."""
GLANCE = 1
"""Branches that the exact solver may follow where orders of the subjects are only compared."""
CAUTION = 4
"""By which part of its distance from the floor an end is brought down in one question."""
RESERVE = 3
"""So many orders are planned to the end before a round counts as one without a plan."""
LARGEST = 3_000
"""Starts of tasks in one knot; larger ones are left to the lists."""

Upper = dict[int, Placement]
Recipe = tuple[tuple[TaughtModule, ...], int]


class Search:
    """One request being planned.

    `bound` is the first day by which any plan could end, `floor` the same once the trainers are trained as in
    `placements`, `hardest` the knot that ends last; `cut_short` says that a clock cut in.
    """

    def __init__(
        self,
        request: CascadeRequest,
        staffing: Staffing,
        works: Sequence[Work],
        seed: int,
        on_progress: Callable[[int, int], None],
        out_of_time: Callable[[], bool],
        thinking: int = NODES,
    ) -> None:
        self.works, self._rules, self._seed, self._thinking = works, request.rules, seed, thinking
        self._on_progress, self._clock = on_progress, out_of_time
        self.cut_short = False
        self.almanac = Almanac(request.days, request.rules)
        self._taken: defaultdict[int | str, set[date]] = defaultdict(set)
        self._away: defaultdict[int | str, set[date]] = defaultdict(set)
        for taken in request.taken:
            for who in (taken.person, taken.venue):
                if who is not None:
                    (self._away if taken.away else self._taken)[who].add(taken.day)
        self._upper = [work for work in works if work.level is not Level.TEACHER]
        self._board = Board(request, staffing, self._upper, self._taken, self._away)
        everybody = {who: self._number(who) for who in (*self._taken, *self._away)}
        persons = {who: number for who, number in everybody.items() if isinstance(who, int)}
        rooms = {who: number for who, number in everybody.items() if isinstance(who, str)}
        self._ties = Ties(works, request.rules, self.almanac, persons, rooms)
        self.placements: dict[int, Placement] = {}
        self.unplaced = len(works)
        self._solved: dict[Knot, tuple[int, list[Spot]]] = {}
        self._floors: dict[Knot, int] = {}
        self._hard, self.bound = self._look_ahead(request.modules)
        self.floor = self.bound
        self.hardest: Tied | None = None

    def _out_of_time(self) -> bool:
        self.cut_short = self.cut_short or self._clock()
        return self.cut_short

    def _number(self, who: int | str) -> Number:
        taken, away = self._taken.get(who, set()), self._away.get(who, set())
        return Number(self.almanac.bits(taken | away), self.almanac.spent(taken), None)

    def run(self, recipes: Sequence[Recipe]) -> bool:
        """Search; False when no plan was found, with `unplaced` telling how much found no day."""
        ranked = self._ranked(recipes)
        return any(self._finish(upper) for upper in self._chosen(ranked)[:RESERVE])

    # The trainers' part

    def _look_ahead(self, modules: Sequence[TaughtModule]) -> tuple[list[int], int]:
        """Which knots will end last, and the first day by which any plan could end."""
        first = {
            module: sum(self._rules.days(level, module) for level in (Level.MASTER, Level.CIRCLE)) for module in modules
        }
        floors: dict[tuple[Knot, tuple[int, ...]], int] = {}
        of_group: list[int] = []
        knots: list[tuple[Knot, tuple[int, ...]]] = []
        releases: dict[str, tuple[int, ...]] = {}
        for tied in self._ties.knots(lambda work, _: first[work.module], {}, {}):
            block = self._block_of(tied)
            if block not in releases:
                releases[block] = self._releases(block, modules) if block else ()
            key = (tied.knot, releases[block])
            if key not in floors:
                floors[key] = floor_of(tied.knot, self.almanac, releases[block])
            of_group.append(floors[key])
            knots.append(key)
        order = sorted(range(len(of_group)), key=lambda group: (-of_group[group], group))
        knot, down = knots[order[0]]
        bound = of_group[order[0]]
        if down and not self._too_large(knot, bound):
            bound = max(bound, floor_in_any_order(knot, self.almanac, down, self._cannot_end_by))
        return order[:HARDEST], bound

    def _cannot_end_by(self, knot: Knot, last: int) -> bool:
        return bool(self._thinking) and not self._too_large(knot, last) and cannot_end_by(knot, self.almanac, last)

    def _block_of(self, tied: Tied) -> str:
        """The block that trains all trainers of a knot; "" when they come from several, or live outside every one."""
        homes = {work.place for work in self._upper if work.level is Level.CIRCLE}
        owners = [home for home in homes if all(work.place.startswith(home) for work in tied.works)]
        if len(owners) != 1 or not all(member.home.startswith(owners[0]) for member in tied.persons.values()):
            return ""
        return owners[0]

    def _releases(self, block: str, modules: Sequence[TaughtModule]) -> tuple[int, ...]:
        works = [work for work in self._upper if work.level is Level.MASTER or work.place == block]
        rooms = len({room for work in works if work.level is Level.CIRCLE for room in work.rooms})
        return releases_of(works, modules, rooms, self._rules.days)

    def _ranked(self, recipes: Sequence[Recipe]) -> list[Upper]:
        """What the orders of the subjects make of the trainers' part, the lowest floor of the hardest knots first."""
        seen: dict[tuple[int, ...], tuple[int, int, Upper]] = {}
        for done, (modules, lag) in enumerate(recipes, start=1):
            upper = self._board.attempt(modules, lag)
            if upper is not None:
                key = tuple(upper[work.key].start for work in self._upper)
                if key not in seen:
                    floor, spare = self._judged(upper)
                    seen[key] = floor, spare, upper
            self._on_progress(done, len(recipes))
            if seen and self._out_of_time():
                break
        found = sorted(seen.values(), key=lambda each: each[:2])
        return [upper for _, _, upper in found]

    def _judged(self, upper: Upper) -> tuple[int, int]:
        """The floor of the hardest knot, and the sum of the days on which the modules come down."""
        knots = self._knots(upper, self._hard[:1])
        ready = sum(leader.ready for tied in knots for task in tied.knot.tasks for leader in task.leaders)
        return max(floor_of(tied.knot, self.almanac, thorough=False) for tied in knots), ready

    def _chosen(self, ranked: Sequence[Upper]) -> list[Upper]:
        """Which of them let the hardest knots end first, by list and then exactly; the others follow as a reserve."""
        if len(ranked) < 2:
            return list(ranked)
        listed = []
        for place, upper in enumerate(ranked[:LISTED]):
            listed.append((self._end_of_hardest(upper), place))
            if listed[-1][0] <= self.bound or self._out_of_time():
                break
        listed.sort()
        if listed[0][0] <= self.bound:
            return [ranked[place] for _, place in listed] + list(ranked[len(listed) :])
        proved: list[tuple[int, int]] = []
        for end, place in listed[:PROVED]:
            if proved and min(proved)[0] <= self._judged(ranked[place])[0]:
                break
            proved.append((self._exact_end_of_hardest(ranked[place], end), place))
        order = [place for _, place in sorted(proved)]
        order += [place for place in range(len(ranked)) if place not in order]
        return [ranked[place] for place in order]

    def _end_of_hardest(self, upper: Upper) -> int:
        ends = []
        for knot in {tied.knot for tied in self._knots(upper, self._hard)}:
            found = best_listed(knot, self.almanac, TASTES, random.Random(self._seed), self.bound)
            ends.append(found[0] if found else len(self.almanac.days))
        return max(ends)

    def _exact_end_of_hardest(self, upper: Upper, end: int) -> int:
        (tied,) = self._knots(upper, self._hard[:1])
        if self._listed(tied.knot, self.bound) is None:
            return end
        self._improve([tied], self._floor([tied]), min(self._thinking, GLANCE))
        return self._solved[tied.knot][0] if tied.knot in self._solved else end

    def _knots(self, upper: Upper, only: Sequence[int] | None = None) -> list[Tied]:
        persons: defaultdict[int, int] = defaultdict(int)
        rooms: defaultdict[str, int] = defaultdict(int)
        ready: dict[tuple[TaughtModule, int], int] = {}
        for work in self._upper:
            placement = upper[work.key]
            days = ((1 << work.days) - 1) << placement.start
            rooms[placement.room] |= days
            for member in (*work.members, *placement.leading):
                persons[member.person] |= days
            if work.level is Level.CIRCLE:
                for member in work.members:
                    ready[work.module, member.person] = placement.start + work.days
        return self._ties.knots(lambda work, member: ready.get((work.module, member.person)), persons, rooms, only)

    # The teachers' part

    def _finish(self, upper: Upper) -> bool:
        """Plan all knots below an upper part; False when one of them finds no days."""
        knots = self._knots(upper)
        self.floor = max(self._floor(knots), self.bound)
        unsolved = 0
        for tied in knots:
            if self._listed(tied.knot, self.floor) is None:
                verdict, spots = self._asked(tied.knot, len(self.almanac.days) - 1, self._thinking)
                if verdict is Verdict.FOUND and spots is not None:
                    self._solved[tied.knot] = end_of(tied.knot, spots), spots
                else:
                    unsolved += len(tied.works)
        if unsolved:
            self.unplaced = min(self.unplaced, unsolved)
            return False
        self.floor = self._improve(knots, self.floor, self._thinking)
        self.placements = dict(upper)
        shared: dict[Knot, list[Spot]] = {}
        for tied in knots:
            if tied.knot not in shared:
                shared[tied.knot] = shared_out(tied.knot, self.almanac, self._solved[tied.knot][1])
            for work, spot in zip(tied.works, shared[tied.knot], strict=True):
                leading = tuple(tied.persons[number] for number in spot.leaders)
                self.placements[work.key] = Placement(spot.start, spot.returns, work.rooms[0], leading)
        self.hardest = max(knots, key=lambda tied: self._solved[tied.knot][0])
        return True

    def _floor(self, knots: Iterable[Tied]) -> int:
        for tied in knots:
            if tied.knot not in self._floors:
                self._floors[tied.knot] = floor_of(tied.knot, self.almanac)
        return max(self._floors[tied.knot] for tied in knots)

    def _listed(self, knot: Knot, enough: int) -> tuple[int, list[Spot]] | None:
        if knot not in self._solved:
            found = best_listed(knot, self.almanac, RESTARTS, random.Random(self._seed), enough)
            if found is None:
                return None
            self._solved[knot] = found
        return self._solved[knot]

    def _improve(self, knots: Sequence[Tied], floor: int, nodes: int) -> int:
        """Let knots that end above the floor end earlier; returns the floor, raised by every proof.

        One knot decides for all: what it cannot undercut, the others need not. So the quick proofs come first, of all.
        """
        distinct = sorted({tied.knot: None for tied in knots}, key=lambda knot: -self._solved[knot][0])
        for knot in distinct:
            if nodes and self._solved[knot][0] > floor and not self._out_of_time():
                floor = max(floor, self._raised(knot, floor))
        target = lowest = floor
        for knot in distinct:
            # What stands above the floor already shows where the others may end; the first has to find it out.
            floor = max(floor, self._brought_down(knot, target, nodes, at_once=target > lowest))
            target = max(target, floor, self._solved[knot][0])
        return floor

    def _raised(self, knot: Knot, last: int) -> int:
        """The floor of a knot, if no plan ends by day `last`, as rooms, trainers and groups set it together."""
        known = self._floors[knot]
        if known > last or self._too_large(knot, last) or not cannot_end_by(knot, self.almanac, last):
            return known
        no, yes = last, self._solved[knot][0]
        while yes - no > 1:
            middle = (no + yes) // 2
            if cannot_end_by(knot, self.almanac, middle):
                no = middle
            else:
                yes = middle
        self._floors[knot] = yes
        return yes

    def _brought_down(self, knot: Knot, target: int, nodes: int, *, at_once: bool) -> int:
        """Let a knot end at the target, or as near to it as can be; returns the first day by which it can end.

        To find a plan is quick, to prove that there is none may be long: so the end comes down from where it is, in
        steps that grow shorter, until an answer is no.
        """
        low = max(target, self._floors[knot])
        while low < (end := self._solved[knot][0]) and not self._out_of_time():
            last = low if at_once else end - max((end - low) // CAUTION, 1)
            at_once = False
            verdict, spots = self._asked(knot, last, nodes)
            if verdict is Verdict.FOUND and spots is not None:
                self._solved[knot] = end_of(knot, spots), spots
                continue
            low = last + 1
            if verdict is Verdict.IMPOSSIBLE:
                self._floors[knot] = low
        return self._floors[knot]

    def _too_large(self, knot: Knot, last: int) -> bool:
        return sum((task.starts & ((1 << last + 1) - 1)).bit_count() for task in knot.tasks) > LARGEST

    def _asked(self, knot: Knot, last: int, nodes: int) -> tuple[Verdict, list[Spot] | None]:
        if not nodes or self._too_large(knot, last):
            return Verdict.UNKNOWN, None
        verdict, spots = ends_by(knot, self.almanac, last, nodes)
        self.cut_short = self.cut_short or verdict is Verdict.CUT_SHORT
        return verdict, spots
