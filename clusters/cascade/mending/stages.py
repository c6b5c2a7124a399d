"""One question in three stages: fewest changes, then the earliest end, then days and trainers nearest to before."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from clusters.cascade.mending.board import Board
from clusters.cascade.mending.options import Choices, Option
from clusters.cascade.mending.question import Answer, Chosen, Question

PUT_OFF = (5, 10, 20, 40, 120)
"""By so many training days the end may be put off, the few first, before the news counts as more than can be mended."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Choices for the loose training sessions, and what of them is proved."""

    chosen: Chosen
    cost: float
    fewest: bool
    soonest: bool
    nearest: bool


@dataclass(frozen=True, slots=True)
class Stages:
    """Asks about loose training sessions of a board; those `hit` must change, the others stay if they can.

    `told` counts the persons who know of each: the more, the dearer its change.
    """

    board: Board
    hit: frozenset[int]
    told: Mapping[int, int]
    afar: bool = False

    def settle(
        self, loose: Collection[int], end: int, aside: Collection[int] = (), *, no_sooner: bool = False
    ) -> Settled | None:
        """The best choices under which nothing loose meets after day `end`; None when none was found.

        What is `aside` neither moves nor stands in the way; `no_sooner` says that no earlier end need be looked for.
        """
        question = self._question(loose, end, aside)
        if question is None:
            return None
        weights = {number: 1.0 + self.told.get(number, 0) for number in question.options if number not in self.hit}
        changed = _costs(question, lambda number, option: weights.get(number, 0.0) * (not option.kept))
        fewest = Answer(None, 0.0, proved=True)
        if weights:
            fewest = question.ask(changed)
            if fewest.chosen is None:
                return None
            question.hold(changed, fewest.cost)
        soonest = Answer(None, 0.0, proved=True) if no_sooner else self._soonest(question, end)
        if soonest.chosen is None and not soonest.proved:
            soonest = Answer(fewest.chosen, 0.0, proved=False)
        near = question.ask(self._distances(question))
        chosen = near.chosen or soonest.chosen or fewest.chosen
        if chosen is None:
            return None
        return Settled(chosen, fewest.cost, fewest.proved, soonest.proved, near.proved and near.chosen is not None)

    def put_off(self, loose: Collection[int], end: int, aside: Collection[int] = ()) -> int | None:
        """The earliest day, after `end`, by which the loose training sessions can be over; None when there is none."""
        offered = len(self.board.almanac.days) - 1
        for more in PUT_OFF:
            last = min(end + more, offered)
            question = self._question(loose, last, aside) if last > end else None
            found = None if question is None else question.ask_end(end).chosen
            if found is not None:
                return max(end, *(option.days[-1] for option in found.values()))
            if last == offered:
                break
        return None

    def settle_later(self, loose: Collection[int], end: int, aside: Collection[int] = ()) -> Settled | None:
        """The best choices at the earliest end after day `end`; None when there is none."""
        later = self.put_off(loose, end, aside)
        return None if later is None else self.settle(loose, later, aside, no_sooner=True)

    def _question(self, loose: Collection[int], end: int, aside: Collection[int]) -> Question | None:
        choices = Choices(self.board, {*loose, *aside}, self.hit, afar=self.afar)
        options: dict[int, list[Option]] = {}
        # Hit ones first: where one of them has no choice at all, no other needs to be looked at.
        for number in sorted(loose, key=lambda number: (number not in self.hit, number)):
            options[number] = choices.of(number, end)
            if not options[number]:
                return None
        return Question(choices, options)

    def _soonest(self, question: Question, end: int) -> Answer:
        """Hold the question to its earliest end; nothing is asked where something that stays ends as late anyway."""
        stays = max(
            (each.days[-1] for number, each in self.board.standing.items() if number not in question.options),
            default=date.min,
        )
        floor = max((day for when, day in self.board.number.items() if when <= stays), default=-1)
        least = max(min(option.days[-1] for option in listed) for listed in question.options.values())
        floor = max(floor, least)
        if floor >= end:
            return Answer(None, 0.0, proved=True)
        found = question.ask_end(floor)
        if found.chosen is not None:
            question.only(max(floor, *(option.days[-1] for option in found.chosen.values())))
        return found

    def _distances(self, question: Question) -> dict[tuple[int, int], float]:
        """Days from the old beginning first, then trainers who were not there before."""
        days = self.board.almanac.days
        trainers = _costs(
            question, lambda number, option: len({*option.trainers} - {*self.board.standing[number].row.trainers})
        )
        most = sum(
            max(trainers[number, place] for place in range(len(listed))) for number, listed in question.options.items()
        )
        shift = _costs(
            question, lambda number, option: abs((days[option.start] - self.board.standing[number].days[0]).days)
        )
        return {key: cost * (most + 1) + trainers[key] for key, cost in shift.items()}


def _costs(question: Question, cost: Callable[[int, Option], float]) -> dict[tuple[int, int], float]:
    return {
        (number, place): float(cost(number, option))
        for number, listed in question.options.items()
        for place, option in enumerate(listed)
    }
