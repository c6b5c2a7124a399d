"""Which teachers of a cluster come together: groups that fit a room and empty no school."""

from collections import Counter
from collections.abc import Mapping, Sequence

from clusters.cascade.rules import Member, may_be_away


def fewest_groups(takers: Mapping[str, int], staff: Mapping[str, int], capacity: int) -> int:
    """The fewest training sessions that can teach all takers of a cluster; both maps count persons by school."""
    by_room = -(-sum(takers.values()) // capacity)
    by_school = max((-(-count // may_be_away(staff[school])) for school, count in takers.items()), default=0)
    return max(by_room, by_school)


def split_into_groups(
    takers: Sequence[Member], staff: Mapping[str, int], capacity: int
) -> tuple[tuple[Member, ...], ...]:
    """Share takers out over as few even groups as their room and schools allow.

    Teachers of one school go to different groups where they can. Who goes where follows the order of `takers`.
    """
    schools: dict[str, list[Member]] = {}
    for taker in takers:
        schools.setdefault(taker.school, []).append(taker)
    counts = {school: len(members) for school, members in schools.items()}
    number = fewest_groups(counts, staff, capacity)
    while True:
        groups = _shared_out(schools, staff, capacity, number)
        if groups is not None:
            return tuple(tuple(group) for group in groups)
        number += 1


def _shared_out(
    schools: Mapping[str, list[Member]], staff: Mapping[str, int], capacity: int, number: int
) -> list[list[Member]] | None:
    groups: list[list[Member]] = [[] for _ in range(number)]
    # The school that has the least choice of groups is seated first.
    for school in sorted(schools, key=lambda code: -len(schools[code]) / may_be_away(staff[code])):
        seats: Counter[int] = Counter()
        for member in schools[school]:
            free = [
                index
                for index, group in enumerate(groups)
                if len(group) < capacity and seats[index] < may_be_away(staff[school])
            ]
            if not free:
                return None
            chosen = min(free, key=lambda index: (seats[index], len(groups[index]), index))
            groups[chosen].append(member)
            seats[chosen] += 1
    return groups
