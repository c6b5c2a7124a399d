"""The floor that holds whichever order the modules come down in."""

from datetime import date

from clusters.calendar.rules import CalendarRules, training_days
from clusters.cascade.almanac import Almanac
from clusters.cascade.bound import floor_of
from clusters.cascade.knots import Knot, Leader, Number, Task
from clusters.cascade.orders import floor_in_any_order
from clusters.cascade.rules import CascadeRules

ALMANAC = Almanac(training_days(date(2027, 1, 1), date(2027, 12, 31), CalendarRules()), CascadeRules())
FREE = Number(0, (0,) * len(ALMANAC.months), None)


def knot(trainer_of: tuple[int, ...]) -> Knot:
    """One room, one group; a task of a day for each module, led by these."""
    tasks = tuple(
        Task(1, ALMANAC.all, 0, (1,), (Leader(2 + trainer, 0, 0),), 1, module, module, 1, 0, False)
        for module, trainer in enumerate(trainer_of)
    )
    return Knot(tasks, (FREE,) * (2 + max(trainer_of) + 1))


def never(_knot: Knot, _last: int) -> bool:
    return False


def test_the_last_module_cannot_be_taught_before_it_came_down() -> None:
    assert floor_in_any_order(knot((0, 0, 1)), ALMANAC, (3, 6, 20), never) == 20


def test_the_best_order_counts() -> None:
    # Five days of one trainer: who comes down first leaves the other modules four days after the second.
    asked = knot((0, 0, 0, 1, 1))
    assert floor_in_any_order(asked, ALMANAC, (3, 4, 5, 6, 7), never) == 7
    assert floor_of(asked, ALMANAC) < 7


def test_a_day_that_is_proved_impossible_in_every_order_is_no_floor() -> None:
    asked: list[int] = []

    def not_before_ten(_knot: Knot, last: int) -> bool:
        asked.append(last)
        return last < 10

    assert floor_in_any_order(knot((0, 1)), ALMANAC, (3, 6), not_before_ten) == 10
    # Both trainers are alike, so there is one order to ask about.
    assert asked == [6, 7, 8, 9, 10]
