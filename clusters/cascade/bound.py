"""A floor under the length of any plan of a request: what rooms and trainers must do one day after the other."""

from collections import Counter, defaultdict
from itertools import combinations

from clusters.cascade.groups import fewest_groups
from clusters.cascade.rules import CascadeRequest, ClusterSeat, Level
from clusters.cascade.staffing import Staffing
from clusters.modules.rules import Subject, TaughtModule


def lower_bound(request: CascadeRequest, staffing: Staffing) -> int:
    """Training days, from the first session on, that no plan which keeps the rules can undercut.

    Counted are rooms and trainers only; monthly caps, pauses and the periodic return could raise it further.
    """
    meetings = {cluster.place: _teacher_days(request, staffing, cluster) for cluster in staffing.clusters}
    return max(
        _rooms(request, meetings),
        _core_team(request, staffing, meetings),
        _master_trainers(request, staffing),
        _circle_trainers(request, staffing, meetings),
    )


def _teacher_days(request: CascadeRequest, staffing: Staffing, cluster: ClusterSeat) -> dict[TaughtModule, int]:
    """Meeting days that each module needs in a cluster, over the fewest groups."""
    rules = request.rules
    needed = {}
    for module in request.modules:
        takers = Counter(member.school for member in staffing.teachers[cluster.place] if member.takes(module.subject))
        if takers:
            groups = fewest_groups(takers, staffing.staff, rules.teacher.capacity)
            needed[module] = groups * rules.days(Level.TEACHER, module)
    return needed


def _before_teachers(request: CascadeRequest, module: TaughtModule) -> int:
    return request.rules.days(Level.MASTER, module) + request.rules.days(Level.CIRCLE, module)


def _rooms(request: CascadeRequest, meetings: dict[str, dict[TaughtModule, int]]) -> int:
    """A cluster has one room, and it waits for the first module to come down."""
    return max(
        min(_before_teachers(request, module) for module in needed) + sum(needed.values())
        for needed in meetings.values()
        if needed
    )


def _core_team(request: CascadeRequest, staffing: Staffing, meetings: dict[str, dict[TaughtModule, int]]) -> int:
    """Every module is opened by the core team; the one opened last still has to reach the last cluster."""
    tails = {}
    for module in request.modules:
        longest = max(needed.get(module, 0) for needed in meetings.values())
        tails[module] = request.rules.days(Level.CIRCLE, module) + longest
    work = sum(request.rules.days(Level.MASTER, module) for module in request.modules)
    return -(-work // len(staffing.core)) + min(tails.values())


def _master_trainers(request: CascadeRequest, staffing: Staffing) -> int:
    """Each master trainer first learns all that she takes, one day at a time."""
    return max(
        sum(request.rules.days(Level.MASTER, module) for module in request.modules if member.takes(module.subject))
        for member in staffing.masters
    )


def _circle_trainers(request: CascadeRequest, staffing: Staffing, meetings: dict[str, dict[TaughtModule, int]]) -> int:
    """The trainers of a circle learn their modules and then teach all of its clusters, one day at a time each."""
    rules = request.rules
    demand: defaultdict[tuple[Subject, frozenset[int]], int] = defaultdict(int)
    subjects_of = {}
    circles: defaultdict[str, set[tuple[Subject, frozenset[int]]]] = defaultdict(set)
    for cluster in staffing.clusters:
        for module, days in meetings[cluster.place].items():
            pool = staffing.trainers_for(Level.TEACHER, module.subject, cluster)
            subjects_of.update({member.person: member for member in pool})
            key = (module.subject, frozenset(member.person for member in pool))
            demand[key] += days
            circles[cluster.circle].add(key)
    floor = 0
    for keys in circles.values():
        for size in range(1, len(keys) + 1):
            for chosen in combinations(sorted(keys, key=lambda key: key[0]), size):
                persons = frozenset[int]().union(*(pool for _, pool in chosen))
                learning = sum(
                    rules.days(Level.CIRCLE, module)
                    for person in persons
                    for module in request.modules
                    if subjects_of[person].takes(module.subject)
                )
                # Nobody of the pool starts before the first module she takes has come down to her.
                waiting = min(
                    rules.days(Level.MASTER, module)
                    for person in persons
                    for module in request.modules
                    if subjects_of[person].takes(module.subject)
                )
                work = learning + sum(demand[key] for key in chosen)
                floor = max(floor, waiting - (-work // len(persons)))
    return floor
