"""Which choice for each loose training session: the rules as a model that an exact solver answers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clusters.cascade.exact import Model, Verdict
from clusters.cascade.mending.board import Key
from clusters.cascade.mending.news import Standing
from clusters.cascade.mending.options import Choices, Option
from clusters.cascade.rules import level_above

NODES = 300
"""So many branches the solver may look at for one answer: a number and no time, so that every machine answers alike."""
ENDLESS = float("inf")

Chosen = dict[int, Option]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver found: a choice for each, what it costs, and whether none is cheaper; no choice: there is none,
    or, where that is not `proved`, none was found."""

    chosen: Chosen | None
    cost: float
    proved: bool


class Question:
    """The rules between the options; asked again and again with other costs."""

    def __init__(self, choices: Choices, options: Mapping[int, Sequence[Option]]) -> None:
        self._choices, self._board = choices, choices.board
        self.options = options
        self._model = Model()
        self._unknown = {
            (number, place): self._model.unknown() for number, listed in options.items() for place in range(len(listed))
        }
        for number, listed in options.items():
            self._model.exactly([self._unknown[number, place] for place in range(len(listed))], 1)
        self._capacities()
        self._in_turn()

    def ask(self, costs: Mapping[tuple[int, int], float]) -> Answer:
        """The cheapest choice."""
        return self._asked(costs, Model([], list(self._model.rows)))

    def ask_end(self, floor: int) -> Answer:
        """The choice that is over soonest; the cost counts the days it ends after day `floor`."""
        late = sorted({day for listed in self.options.values() for option in listed for day in option.days[-1:]})
        late = [day for day in late if day > floor]
        model = Model([0.0] * len(self._unknown), list(self._model.rows))
        steps = [floor, *late]
        over = {day: model.unknown(float(day - before)) for before, day in zip(steps, late, strict=False)}
        for before, day in pairwise(late):
            model.row([over[day], over[before]], [1.0, -1.0], -ENDLESS, 0)
        for number, listed in self.options.items():
            ending: defaultdict[int, list[int]] = defaultdict(list)
            for place, option in enumerate(listed):
                if option.days[-1] in over:
                    ending[option.days[-1]].append(self._unknown[number, place])
            for day, columns in ending.items():
                model.row([*columns, over[day]], [1.0] * len(columns) + [-1.0], -ENDLESS, 0)
        return self._answer(model)

    def hold(self, costs: Mapping[tuple[int, int], float], most: float) -> None:
        """From now on these costs stay within this."""
        self._model.row([self._unknown[key] for key in costs], list(costs.values()), -ENDLESS, most + 1e-6)

    def only(self, last: int) -> None:
        """From now on nothing meets after this day."""
        late = [
            self._unknown[number, place]
            for number, listed in self.options.items()
            for place, option in enumerate(listed)
            if option.days[-1] > last
        ]
        if late:
            self._model.row(late, [1.0] * len(late), -ENDLESS, 0)

    def _asked(self, costs: Mapping[tuple[int, int], float], model: Model) -> Answer:
        model.costs += [costs.get(key, 0.0) for key in self._unknown]
        return self._answer(model)

    def _answer(self, model: Model) -> Answer:
        verdict, found, cost = model.solve(nodes=NODES)
        if not found and model.costs:
            return Answer(None, 0.0, verdict is Verdict.IMPOSSIBLE)
        chosen = {
            number: self.options[number][place] for (number, place), column in self._unknown.items() if found[column]
        }
        return Answer(chosen, cost, verdict is Verdict.FOUND)

    def _capacities(self) -> None:
        """One thing a day, and no more days of a month than the cap; what was bent before need not be straightened."""
        board, month = self._board, self._board.almanac.month
        days: defaultdict[tuple[Key, int], list[int]] = defaultdict(list)
        months: defaultdict[tuple[Key, int], dict[int, float]] = defaultdict(dict)
        kept: defaultdict[tuple[Key, int], int] = defaultdict(int)
        for number, listed in self.options.items():
            each = board.standing[number]
            for place, option in enumerate(listed):
                column = self._unknown[number, place]
                for key in self._choices.keys(each, option.venue, option.trainers):
                    for day in option.days:
                        days[key, day].append(column)
                        kept[key, day] += option.kept
                        if self._cap(key) is not None:
                            counts = months[key, month[day]]
                            counts[column] = counts.get(column, 0.0) + 1.0
        written: set[object] = set()
        for (key, day), columns in days.items():
            most = max(kept[key, day], 1)
            row = (tuple(columns), most)
            if row not in written:
                written.add(row)
                self._model.at_most(columns, most)
        stood: defaultdict[tuple[Key, int], int] = defaultdict(int)
        for (key, day), count in kept.items():
            stood[key, month[day]] += count
        for (key, number_of_month), counts in months.items():
            cap = self._cap(key)
            if cap is None:
                continue
            spent = board.almanac.spent(board.given(key, self._choices.gone(key)))[number_of_month]
            left = max(cap - spent, stood[key, number_of_month], 0)
            limit = (tuple(counts.items()), left)
            if sum(counts.values()) > left and limit not in written:
                written.add(limit)
                self._model.row(list(counts), list(counts.values()), -ENDLESS, left)

    def _cap(self, key: Key) -> int | None:
        if not isinstance(key, int):
            return None
        rules = self._board.rules
        return rules.trainer_days_a_month if key in self._board.members else rules.teacher_days_a_month

    def _in_turn(self) -> None:
        """Nobody delivers before she has learned it; modules of a subject keep their order: where both are loose."""
        for first, then in self._pairs():
            needs = first.row.level is not then.row.level
            persons = set(first.persons)
            done: defaultdict[int, list[int]] = defaultdict(list)
            waits: defaultdict[int, list[int]] = defaultdict(list)
            stood = None
            for place, option in enumerate(self.options[first.id]):
                done[option.ends].append(self._unknown[first.id, place])
                stood = option.ends if option.kept else stood
            bent = False
            for place, option in enumerate(self.options[then.id]):
                if not needs or not persons.isdisjoint(option.trainers):
                    if option.kept and stood is not None and option.start <= stood:
                        bent = True
                    waits[option.start].append(self._unknown[then.id, place])
            if bent:
                continue
            for day in sorted(waits):
                early = [column for other, columns in waits.items() if other <= day for column in columns]
                enough = [column for end, columns in done.items() if end < day for column in columns]
                self._model.row([*early, *enough], [1.0] * len(early) + [-1.0] * len(enough), -ENDLESS, 0)

    def _pairs(self) -> Iterator[tuple[Standing, Standing]]:
        standing, order = self._board.standing, self._board.order
        for number in self.options:
            first = standing[number]
            for other in self.options:
                then = standing[other]
                if level_above(then.row.level) is first.row.level:
                    if then.row.module == first.row.module:
                        yield first, then
                elif (
                    (first.row.level, first.row.subject) == (then.row.level, then.row.subject)
                    and order[first.row.module] < order[then.row.module]
                    and not set(first.persons).isdisjoint(then.persons)
                ):
                    yield first, then
