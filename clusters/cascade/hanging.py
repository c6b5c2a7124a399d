"""What the end of a plan hangs on, in one sentence: the rule that would have to give for an earlier end."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from clusters.cascade.almanac import Almanac
from clusters.cascade.bound import floor_of
from clusters.cascade.feasibility import Remark
from clusters.cascade.knots import Knot, Number, Tied
from clusters.cascade.rules import CascadeRequest

_SAID = {
    "hangs_on_teacher_cap": "teachers being wanted on at most {teacher_days} days a month",
    "hangs_on_release": "the days on which the trainers are trained themselves",
    "hangs_on_room": "each cluster having one room",
    "hangs_on_trainer_cap": "trainers being wanted on at most {trainer_days} days a month",
    "hangs_on_trainers": "how few trainers the circle has",
}


def hanging_on(request: CascadeRequest, hardest: Tied | None, almanac: Almanac) -> Remark | None:
    """The one thing whose lifting would let the knot that ends last end soonest."""
    if hardest is None:
        return None
    circle = hardest.works[0].circle
    keys = gives_first(hardest.knot, almanac)
    values: dict[str, int | str] = {
        "circle": circle,
        "keys": " ".join(keys),
        "teacher_days": request.rules.teacher_days_a_month or 0,
        "trainer_days": request.rules.trainer_days_a_month or 0,
    }
    if not keys:
        several = f"The end hangs on several rules at once in circle {circle}."
        return Remark("hangs_on_several", several, tuple(values.items()))
    said = " and ".join(_SAID[key] for key in keys).format(
        teacher_days=request.rules.teacher_days_a_month, trainer_days=request.rules.trainer_days_a_month
    )
    key = keys[0] if len(keys) == 1 else "hangs_on_several"
    return Remark(key, f"The end hangs on {said}, first of all in circle {circle}.", tuple(values.items()))


def gives_first(knot: Knot, almanac: Almanac) -> tuple[str, ...]:
    """The key of the one rule whose lifting lets a knot end soonest, else of two together; none where neither helps."""
    floor = floor_of(knot, almanac)
    for many in (1, 2):
        ends = {}
        for keys in combinations(_LIFTS, many):
            changed = knot
            for key in keys:
                changed = _LIFTS[key](changed)
            ends[keys] = floor_of(changed, almanac)
        best = min(ends, key=lambda each: ends[each])
        if ends[best] < floor:
            return best
    return ()


def _of_teachers(knot: Knot) -> Knot:
    """Teachers without a monthly cap."""
    return _uncapped(knot, {number for task in knot.tasks for number in task.crowd})


def _of_trainers(knot: Knot) -> Knot:
    """Trainers without a monthly cap."""
    return _uncapped(knot, {leader.number for task in knot.tasks for leader in task.leaders})


def _released(knot: Knot) -> Knot:
    """Trainers who need not be trained themselves."""
    return replace(
        knot,
        tasks=tuple(
            replace(task, leaders=tuple(replace(each, ready=0) for each in task.leaders)) for task in knot.tasks
        ),
    )


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


def _staffed(knot: Knot) -> Knot:
    """A trainer for every task, there from the first day on which one is."""
    trainer = Number(0, (0,) * len(knot.numbers[0].spent), None)
    beyond = len(knot.numbers)
    tasks = []
    for place, task in enumerate(knot.tasks):
        first = min(task.leaders, key=lambda each: each.ready)
        tasks.append(replace(task, leaders=(replace(first, number=beyond + place),), wanted=1))
    return Knot(tuple(tasks), (*knot.numbers, *(trainer for _ in knot.tasks)))


_LIFTS = {
    "hangs_on_teacher_cap": _of_teachers,
    "hangs_on_release": _released,
    "hangs_on_room": _roomy,
    "hangs_on_trainer_cap": _of_trainers,
    "hangs_on_trainers": _staffed,
}
