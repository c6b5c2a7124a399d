"""Duties are shared out evenly among trainers, and nobody changes rooms where a colleague could stay instead."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from itertools import combinations, pairwise

from clusters.cascade.rules import CascadeRequest, Level
from clusters.cascade.timetable import CascadePlan, plan_cascade
from clusters.modules.rules import Subject

Duties = dict[int, list[tuple[date, str]]]


def duties_of(plan: CascadePlan) -> Duties:
    """The days and rooms of each who trains teachers."""
    found: defaultdict[int, list[tuple[date, str]]] = defaultdict(list)
    for row in plan.meeting_rows():
        if row.level is Level.TEACHER:
            for trainer in row.trainers:
                found[trainer].append((row.day, row.venue))
    return found


def changes(duties: Mapping[int, list[tuple[date, str]]]) -> int:
    """How often somebody's next duty is in another room than the one before."""
    return sum(one[1] != other[1] for own in duties.values() for one, other in pairwise(sorted(own)))


def test_days_are_even_and_no_swap_of_two_trainers_on_one_day_would_spare_a_way(
    district: Callable[..., CascadeRequest],
) -> None:
    plan = plan_cascade(district(blocks=1, clusters=4, trainers=3, subjects=tuple(Subject)[:4]), tries=6, thinking=0)
    assert isinstance(plan, CascadePlan)
    duties = duties_of(plan)
    days = Counter({trainer: len(own) for trainer, own in duties.items()})
    assert max(days.values()) - min(days.values()) <= 1
    now = changes(duties)
    tried = 0
    led = [(trainer, day, venue) for trainer, own in duties.items() for day, venue in own]
    for (one, day, here), (other, same, there) in combinations(led, 2):
        if one == other or day != same or here == there:
            continue
        swapped = {who: list(own) for who, own in duties.items()}
        swapped[one].remove((day, here))
        swapped[one].append((day, there))
        swapped[other].remove((day, there))
        swapped[other].append((day, here))
        tried += 1
        assert changes(swapped) >= now
    assert tried > 5
