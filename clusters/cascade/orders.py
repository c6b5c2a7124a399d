"""A floor under the end of a knot whichever order its modules come down in: all are looked at, the best counts."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush

from clusters.cascade.almanac import Almanac
from clusters.cascade.bound import floor_of
from clusters.cascade.knots import Knot

MOST_ORDERS = 60
"""With more orders than this of modules that are not alike the knot is left as it is."""
QUESTIONS = 40
"""So many times at most it is asked whether a knot cannot end by a day."""


def floor_in_any_order(
    knot: Knot, almanac: Almanac, releases: Sequence[int], cannot_end_by: Callable[[Knot, int], bool]
) -> int:
    """The first day by which a knot can end if its k-th module comes down on day `releases[k]`, in the best order.

    In any plan the module that comes down as the k-th does so on that day or later.
    """
    orders: dict[object, dict[int, int]] = {}
    for order in _orders(knot):
        orders.setdefault(_as_shared_out(knot, order), order)
        if len(orders) > MOST_ORDERS:
            return 0
    # The quick floor of an order is refined only when no other order has a lower one.
    heap = []
    for number, order in enumerate(orders.values()):
        came = _come_down(knot, order, releases)
        heap.append((floor_of(came, almanac, thorough=False), number, False, came))
    heapify(heap)
    asked = 0
    while heap[0][0] < len(almanac.days):
        floor, number, refined, came = heappop(heap)
        if not refined:
            heappush(heap, (max(floor, floor_of(came, almanac)), number, True, came))
        elif asked == QUESTIONS or not cannot_end_by(came, floor):
            return floor
        else:
            asked += 1
            heappush(heap, (floor + 1, number, True, came))
    return heap[0][0]


def _come_down(knot: Knot, order: Mapping[int, int], releases: Sequence[int]) -> Knot:
    tasks = (
        replace(task, leaders=tuple(replace(each, ready=releases[order[task.module]]) for each in task.leaders))
        for task in knot.tasks
    )
    return replace(knot, tasks=tuple(tasks))


def _as_shared_out(knot: Knot, order: Mapping[int, int]) -> object:
    """What makes two orders the same question: trainers who are alike in everything may stand for each other."""
    asks: defaultdict[int, list[object]] = defaultdict(list)
    trainers: defaultdict[int, set[tuple[int, ...]]] = defaultdict(set)
    for task in knot.tasks:
        asks[task.module].append((task.length, task.starts, task.room, task.crowd, task.wanted, task.returns))
        trainers[task.module].add(tuple(leader.number for leader in task.leaders))
    teams = {team for own in trainers.values() for team in own}
    apart = sum(map(len, teams)) == len({number for team in teams for number in team})
    if not apart or len({repr(each) for each in asks.values()}) > 1 or any(len(own) > 1 for own in trainers.values()):
        return tuple(sorted(order.items()))
    shares: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for module, place in order.items():
        shares[next(iter(trainers[module]))].append(place)
    return repr(
        sorted((repr([knot.numbers[number] for number in team]), sorted(places)) for team, places in shares.items())
    )


def _orders(knot: Knot) -> Iterator[dict[int, int]]:
    """The place of each module in every order; modules that ask the same of everybody are not exchanged."""
    alike: defaultdict[object, list[int]] = defaultdict(list)
    tasks: defaultdict[int, list[object]] = defaultdict(list)
    steps: defaultdict[int, set[int]] = defaultdict(set)
    for task in knot.tasks:
        numbers = tuple(leader.number for leader in task.leaders)
        tasks[task.module].append((task.length, task.starts, task.room, task.crowd, numbers, task.wanted, task.returns))
        steps[task.chain].add(task.module)
    for module, asks in tasks.items():
        # Of a subject with several modules each has its own place, so none is like another.
        alone = any(module in chain and len(chain) > 1 for chain in steps.values())
        alike[(tuple(sorted(map(repr, asks))), module if alone else None)].append(module)
    kinds = list(alike.values())
    for places in _arranged([len(kind) for kind in kinds]):
        waiting = [iter(kind) for kind in kinds]
        yield {next(waiting[kind]): place for place, kind in enumerate(places)}


def _arranged(counts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every order of so many of each kind."""
    if not any(counts):
        yield ()
        return
    for kind, count in enumerate(counts):
        if count:
            rest = [*counts]
            rest[kind] -= 1
            for others in _arranged(rest):
                yield (kind, *others)
