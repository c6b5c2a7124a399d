"""Every training session that a round needs, before any of them has a date: who comes, who may train, which rooms."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from clusters.cascade.groups import split_into_groups
from clusters.cascade.rules import CascadeRequest, CascadeRules, ClusterSeat, Level, Member
from clusters.cascade.staffing import Staffing
from clusters.modules.rules import Subject, TaughtModule


@dataclass(frozen=True, slots=True)
class Work:
    """A training session to be placed.

    `trainers` are all who may lead it and `wanted` how many shall. Works with one `chain` are the modules of one
    subject for the same persons, taught in the order of their numbers. `turn` says which group of a cluster is first.
    """

    key: int
    level: Level
    module: TaughtModule
    days: int
    place: str
    circle: str
    rooms: tuple[str, ...]
    members: tuple[Member, ...]
    trainers: tuple[Member, ...]
    wanted: int
    chain: tuple[Level, Subject, str, int]
    turn: int


@dataclass(frozen=True, slots=True)
class _Gathering:
    """What a work is made from; it becomes one when it is numbered."""

    level: Level
    module: TaughtModule
    cluster: ClusterSeat
    place: str
    rooms: tuple[str, ...]
    members: tuple[Member, ...]
    part: int
    turn: int


def work_list(request: CascadeRequest, staffing: Staffing, chance: random.Random) -> tuple[Work, ...]:
    """All works of a round; chance decides only which teachers of a school belong to which group."""
    works: list[Work] = []
    for each in (*_of_trainers(request, staffing), *_of_teachers(request, staffing, chance)):
        trainers = staffing.trainers_for(each.level, each.module.subject, each.cluster)
        works.append(
            Work(
                key=len(works),
                level=each.level,
                module=each.module,
                days=request.rules.days(each.level, each.module),
                place=each.place,
                circle=each.cluster.circle,
                rooms=each.rooms,
                members=each.members,
                trainers=trainers,
                wanted=min(request.rules.of(each.level).trainers, len(trainers)),
                chain=(each.level, each.module.subject, each.place, each.part),
                turn=each.turn,
            )
        )
    return tuple(works)


def _of_trainers(request: CascadeRequest, staffing: Staffing) -> Iterator[_Gathering]:
    """Master trainers gather from the whole programme, circle trainers by block."""
    rooms = _shared_rooms(request, staffing)
    seats = {cluster.block: cluster for cluster in reversed(staffing.clusters)}
    gatherings = [(Level.MASTER, request.programme, staffing.clusters[0], staffing.masters)]
    gatherings += [(Level.CIRCLE, block, seats[block], staffing.circle_trainers[block]) for block in staffing.blocks]
    for module in request.modules:
        for level, place, cluster, team in gatherings:
            takers = sorted((m for m in team if m.takes(module.subject)), key=lambda m: (m.home, m.person))
            parts = -(-len(takers) // request.rules.of(level).capacity)
            for part in range(parts):
                first, last = (number * len(takers) // parts for number in (part, part + 1))
                yield _Gathering(level, module, cluster, place, rooms[place], tuple(takers[first:last]), part, part)


def _of_teachers(request: CascadeRequest, staffing: Staffing, chance: random.Random) -> Iterator[_Gathering]:
    """Teachers gather in the room of their cluster, in groups that stay together as far as their subjects allow."""
    subjects = dict.fromkeys(module.subject for module in request.modules)
    for cluster in staffing.clusters:
        order = list(staffing.teachers[cluster.place])
        chance.shuffle(order)
        splits: dict[tuple[Member, ...], tuple[tuple[Member, ...], ...]] = {}
        for position, subject in enumerate(subjects):
            takers = tuple(member for member in order if member.takes(subject))
            if takers not in splits:
                groups = _groups(takers, staffing, request.rules)
                splits[takers] = tuple(
                    tuple(sorted(group, key=lambda member: (member.school, member.person))) for group in groups
                )
            for module in (each for each in request.modules if each.subject is subject):
                for part, seated in enumerate(splits[takers]):
                    # The group that comes first in one subject comes later in the next.
                    turn = (part - position) % len(splits[takers])
                    rooms = (cluster.venue,)
                    yield _Gathering(Level.TEACHER, module, cluster, cluster.place, rooms, seated, part, turn)


def _groups(takers: tuple[Member, ...], staffing: Staffing, rules: CascadeRules) -> Iterator[tuple[Member, ...]]:
    """Who comes together; where women and men learn apart, each group is of one of them (who is unknown joins men)."""
    apart: tuple[tuple[Member, ...], ...] = (takers,)
    if rules.women_apart:
        women = tuple(member for member in takers if member.woman)
        apart = (women, tuple(member for member in takers if not member.woman))
    for side in apart:
        if side:
            yield from split_into_groups(side, staffing.staff, rules.teacher.capacity)


def _shared_rooms(request: CascadeRequest, staffing: Staffing) -> dict[str, tuple[str, ...]]:
    """Rooms of the programme and of each block: those named, else a host school of every circle.

    Several, so that no single cluster lends its room to all trainers and trains its own teachers last.
    """
    named: defaultdict[str, list[str]] = defaultdict(list)
    for room in request.rooms:
        named[room.place].append(room.venue)
    hosts: defaultdict[str, list[ClusterSeat]] = defaultdict(list)
    for cluster in staffing.clusters:
        hosts[cluster.circle].append(cluster)
    rooms = {}
    for block in staffing.blocks:
        first_hosts = [clusters[0].venue for clusters in hosts.values() if clusters[0].block == block]
        rooms[block] = tuple(dict.fromkeys(named[block] or first_hosts))
    last_hosts = [clusters[-1].venue for clusters in hosts.values()]
    return rooms | {request.programme: tuple(dict.fromkeys(named[request.programme] or last_hosts))}
