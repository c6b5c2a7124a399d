"""A floor under the end of any plan: the days of every room, trainer and group packed month by month into free days."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from clusters.cascade.almanac import Almanac
from clusters.cascade.knots import Knot, Leader, Number, Task
from clusters.cascade.listing import bits
from clusters.cascade.rules import Level
from clusters.cascade.worklist import Work
from clusters.modules.rules import TaughtModule

NEVER = 1_000_000
"""Stands for a day beyond every calendar."""


def floor_of(knot: Knot, almanac: Almanac, releases: Sequence[int] = (), *, thorough: bool = True) -> int:
    """The first day by which a knot could end, whoever plans it; beyond the calendar where nothing can.

    `releases[k]` is the first day on which any k + 1 modules can have come down, if the tasks do not tell. Thorough
    floors pack modules of several days as a whole, which takes longer.
    """
    beyond = len(almanac.days)
    found: dict[tuple[int, int, tuple[Leader, ...], int], int] = {}
    firsts = []
    for task in knot.tasks:
        asked = (task.length, task.starts, task.leaders, task.wanted)
        if asked not in found:
            found[asked] = _first_day(knot, task)
        firsts.append(found[asked])
    floor = max((_alone(task, first, almanac) for task, first in zip(knot.tasks, firsts, strict=True)), default=0)
    of_number: defaultdict[int, list[int]] = defaultdict(list)
    for index, task in enumerate(knot.tasks):
        for number in task.fixed:
            of_number[number].append(index)
    seen = set()
    for number, indexes in of_number.items():
        # Rooms and groups of the same cluster often have the very same duties.
        key = (knot.numbers[number], tuple((firsts[i], knot.tasks[i].total, knot.tasks[i].module) for i in indexes))
        if key in seen:
            continue
        seen.add(key)
        floor = max(
            floor,
            _packed(
                [_narrowed(knot.numbers[number], knot.tasks, indexes)],
                knot.tasks,
                indexes,
                firsts,
                almanac,
                releases,
                thorough,
                single=True,
            ),
        )
    pools = {frozenset(leader.number for leader in task.leaders) for task in knot.tasks if not task.staffed}
    if pools:
        pools.add(frozenset[int]().union(*pools))
    for pool in pools:
        inside = [
            index for index, task in enumerate(knot.tasks) if pool.issuperset(leader.number for leader in task.leaders)
        ]
        numbers = [_narrowed(knot.numbers[number], knot.tasks, inside) for number in sorted(pool)]
        floor = max(floor, _packed(numbers, knot.tasks, inside, firsts, almanac, releases, thorough, single=False))
    return min(floor, beyond)


def _narrowed(number: Number, tasks: Sequence[Task], indexes: Sequence[int]) -> Number:
    """The same with the days blocked on which none of its tasks can meet, because rooms or teachers cannot."""
    if any(tasks[index].returns for index in indexes):
        return number
    covered = 0
    for starts, length in {(tasks[index].starts, tasks[index].length) for index in indexes}:
        for step in range(length):
            covered |= starts << step
    return replace(number, blocked=number.blocked | ~covered)


def _first_day(knot: Knot, task: Task) -> int:
    """The first day on which a task may begin, whatever else happens; beyond the calendar if none."""
    able = []
    for leader in task.leaders:
        blocked = knot.numbers[leader.number].blocked
        days = task.starts & (-1 << leader.ready)
        for step in range(task.length):
            days &= ~(blocked >> step)
        able.append(days)
    somebody = 0
    for days in able:
        somebody |= days
    for start in bits(somebody):
        if sum(days >> start & 1 for days in able) >= task.wanted:
            return start
    return NEVER


def _alone(task: Task, first: int, almanac: Almanac) -> int:
    last = first + task.length - 1
    if last >= len(almanac.days):
        return len(almanac.days)
    return almanac.returns_from(last) if task.returns else last


def _packed(
    numbers: Sequence[Number],
    tasks: Sequence[Task],
    indexes: Sequence[int],
    firsts: Sequence[int],
    almanac: Almanac,
    releases: Sequence[int],
    thorough: bool,
    *,
    single: bool,
) -> int:
    """The first day by which these tasks can be over if these numbers alone must carry them."""
    weight = {index: (1 if single else tasks[index].wanted) for index in indexes}
    asked = [
        (since, sum(tasks[i].total * weight[i] for i in indexes if firsts[i] >= since))
        for since in {firsts[i] for i in indexes}
    ]
    of_module: defaultdict[int, int] = defaultdict(int)
    for index in indexes:
        of_module[tasks[index].module] += tasks[index].total * weight[index]
    # At most k modules have come down before the day on which k + 1 can have: all others wait for it.
    heaviest = sorted(of_module.values(), reverse=True)
    whole = sum(heaviest)
    asked += [(since, whole - sum(heaviest[:done])) for done, since in enumerate(releases[: len(heaviest)])]
    floor = 0
    for since, need in asked:
        if need > 0:
            floor = max(floor, _filled(numbers, almanac, since, need))
    if single and any(tasks[i].returns for i in indexes) and floor < len(almanac.days):
        modules = sum(tasks[i].length for i in indexes)
        last = _filled(numbers, almanac, min(firsts[i] for i in indexes), modules)
        if last < len(almanac.days):
            floor = max(floor, almanac.returns_from(last))
    length = min(tasks[i].length for i in indexes)
    if single and length > 1 and thorough:
        for since in {firsts[i] for i in indexes}:
            many = sum(1 for i in indexes if firsts[i] >= since)
            floor = max(floor, _runs(numbers[0], almanac, since, length, many))
    return floor


def _filled(numbers: Sequence[Number], almanac: Almanac, since: int, need: int) -> int:
    """The day on which `need` days are done from day `since` on, under blocked days and monthly caps."""
    if since >= len(almanac.days):
        return len(almanac.days)
    left = need
    if len(numbers) == 1:
        number = numbers[0]
        for month, mask in enumerate(almanac.months[almanac.month[since] :], almanac.month[since]):
            open_days = mask & ~number.blocked & (-1 << since)
            gives = open_days.bit_count()
            if number.cap is not None:
                gives = min(gives, max(number.cap - number.spent[month], 0))
            if gives < left:
                left -= gives
                continue
            for day in bits(open_days):
                left -= 1
                if not left:
                    return day
        return len(almanac.days)
    for month in range(almanac.month[since], len(almanac.months)):
        mask = almanac.months[month] & (-1 << since)
        given = [0] * len(numbers)
        caps = [
            len(almanac.days) if number.cap is None else max(number.cap - number.spent[month], 0) for number in numbers
        ]
        gives = sum(min((mask & ~number.blocked).bit_count(), cap) for number, cap in zip(numbers, caps, strict=True))
        if gives < left:
            left -= gives
            continue
        for day in bits(mask):
            for place, number in enumerate(numbers):
                if given[place] < caps[place] and not number.blocked >> day & 1:
                    given[place] += 1
                    left -= 1
            if left <= 0:
                return day
    return len(almanac.days)


def _runs(number: Number, almanac: Almanac, since: int, length: int, many: int) -> int:
    """The end of the last of so many runs that do not overlap, under blocked days and the monthly cap, at the best."""
    if since >= len(almanac.days):
        return len(almanac.days)
    starts = almanac.starts(length, for_teachers=True) & (-1 << since)
    for step in range(length):
        starts &= ~(number.blocked >> step)
    # best[day]: by days spent in that day's month, the most runs that lie wholly before the day.
    best: dict[int, dict[int, int]] = {since: {number.spent[almanac.month[since]]: 0}}
    for day in range(since, len(almanac.days)):
        here = best.pop(day, {})
        month = almanac.month[day]
        for spent, runs in here.items():
            if day + 1 < len(almanac.days):
                turned = almanac.month[day + 1] != month
                _keep(best, day + 1, number.spent[month + 1] if turned else spent, runs)
            if not starts >> day & 1:
                continue
            end = day + length - 1
            inside = sum(1 for each in range(day, day + length) if almanac.month[each] == month)
            last = almanac.month[end]
            beyond = length - inside
            if number.cap is not None and (
                spent + inside > number.cap or (beyond and number.spent[last] + beyond > number.cap)
            ):
                continue
            if runs + 1 == many:
                return end
            if end + 1 < len(almanac.days):
                after = number.spent[last] + beyond if last != month else spent + inside
                turned = almanac.month[end + 1] != last
                _keep(best, end + 1, number.spent[last + 1] if turned else after, runs + 1)
    return len(almanac.days)


def _keep(best: dict[int, dict[int, int]], day: int, spent: int, runs: int) -> None:
    kept = best.setdefault(day, {})
    if kept.get(spent, -1) < runs:
        kept[spent] = runs


def releases_of(
    works: Iterable[Work], modules: Sequence[TaughtModule], rooms: int, days: Callable[[Level, TaughtModule], int]
) -> tuple[int, ...]:
    """For each k the first day on which k + 1 modules can have come down to the teachers of one block.

    `works` are the training sessions of trainers, `rooms` those of the block. Trainings that share a person cannot be
    on one day, so they stand in a queue.
    """
    queues = {
        level: _queues([work for work in works if work.level is level], rooms if level is Level.CIRCLE else None)
        for level in (Level.MASTER, Level.CIRCLE)
    }
    return releases(queues, {level: [days(level, module) for module in modules] for level in queues})


def releases(queues: Mapping[Level, int], days: Mapping[Level, Sequence[int]]) -> tuple[int, ...]:
    """The same from how many queues stand at each level and how many days each module takes there."""
    lengths = {level: sorted(days[level]) for level in queues}
    found = []
    for done in range(1, len(lengths[Level.MASTER]) + 1):
        down = 0
        for level, other in ((Level.MASTER, Level.CIRCLE), (Level.CIRCLE, Level.MASTER)):
            in_one_queue = -(-done // queues[level])
            down = max(down, sum(lengths[level][:in_one_queue]) + lengths[other][0])
        found.append(down)
    return tuple(found)


def _queues(works: Sequence[Work], rooms: int | None) -> int:
    """How many queues hold all modules of a level; in a queue every two share a person, or there is but one room."""
    if rooms == 1:
        return 1
    persons: dict[TaughtModule, set[int]] = {}
    for work in works:
        everybody = {member.person for member in work.members}
        # With several parts of a module only those who are in all of them would wait for all.
        persons[work.module] = persons[work.module] & everybody if work.module in persons else everybody
    queues: list[list[TaughtModule]] = []
    for module, own in persons.items():
        for queue in queues:
            if all(own & persons[other] for other in queue):
                queue.append(module)
                break
        else:
            queues.append([module])
    return max(len(queues), 1)
