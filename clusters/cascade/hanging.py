"""What the end of a plan hangs on, in one sentence: the rule that would have to give for an earlier end."""

from collections.abc import Iterable
from dataclasses import replace

from clusters.cascade.almanac import Almanac
from clusters.cascade.bound import floor_of
from clusters.cascade.feasibility import Remark
from clusters.cascade.knots import Knot, Number, Tied
from clusters.cascade.rules import CascadeRequest


def hanging_on(request: CascadeRequest, hardest: Tied | None, almanac: Almanac) -> Remark | None:
    """The one thing whose lifting would let the knot that ends last end soonest."""
    if hardest is None:
        return None
    knot, rules = hardest.knot, request.rules
    circle = hardest.works[0].circle
    crowds = {number for task in knot.tasks for number in task.crowd}
    leaders = {leader.number for task in knot.tasks for leader in task.leaders}
    lifted = {
        "hangs_on_teacher_cap": (
            _uncapped(knot, crowds),
            f"teachers being wanted on at most {rules.teacher_days_a_month} days a month",
        ),
        "hangs_on_release": (
            replace(
                knot,
                tasks=tuple(
                    replace(task, leaders=tuple(replace(each, ready=0) for each in task.leaders)) for task in knot.tasks
                ),
            ),
            "the days on which the trainers are trained themselves",
        ),
        "hangs_on_room": (_roomy(knot), "each cluster having one room"),
        "hangs_on_trainer_cap": (
            _uncapped(knot, leaders),
            f"trainers being wanted on at most {rules.trainer_days_a_month} days a month",
        ),
        "hangs_on_trainers": (_staffed(knot, leaders), "how few trainers the circle has"),
    }
    ends = {key: floor_of(lifted_knot, almanac) for key, (lifted_knot, _) in lifted.items()}
    key = min(ends, key=lambda each: ends[each])
    if ends[key] >= floor_of(knot, almanac):
        return Remark("hangs_on_several", f"The end hangs on several rules at once in circle {circle}.")
    return Remark(key, f"The end hangs on {lifted[key][1]}, first of all in circle {circle}.")


def _uncapped(knot: Knot, numbers: Iterable[int]) -> Knot:
    free = set(numbers)
    return replace(
        knot,
        numbers=tuple(
            replace(number, cap=None) if place in free else number for place, number in enumerate(knot.numbers)
        ),
    )


def _roomy(knot: Knot) -> Knot:
    """A room for every task."""
    room = Number(0, (0,) * len(knot.numbers[0].spent), None)
    beyond = len(knot.numbers)
    return Knot(
        tuple(replace(task, room=beyond + place) for place, task in enumerate(knot.tasks)),
        (*knot.numbers, *(room for _ in knot.tasks)),
    )


def _staffed(knot: Knot, leaders: Iterable[int]) -> Knot:
    """A trainer for every task, there from the first day on which one is."""
    trainer = Number(0, (0,) * len(knot.numbers[0].spent), None)
    beyond = len(knot.numbers)
    tasks = []
    for place, task in enumerate(knot.tasks):
        first = min(task.leaders, key=lambda each: each.ready)
        tasks.append(replace(task, leaders=(replace(first, number=beyond + place),), wanted=1))
    return Knot(tuple(tasks), (*knot.numbers, *(trainer for _ in knot.tasks)))
