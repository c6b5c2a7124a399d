"""Who stands where in a round: each person in one team, each teacher in her cluster, and who may train whom."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from clusters.cascade.rules import CascadeRequest, ClusterSeat, Level, Member
from clusters.cascade.travel import Ways
from clusters.modules.rules import Subject


@dataclass(frozen=True)
class Staffing:
    """The teams of a request, sorted out.

    `homeless` are teachers of no school in a cluster, `astray` circle trainers outside every block (they learn with the
    first one), `staff` counts the teachers of each school.
    """

    core: tuple[Member, ...]
    masters: tuple[Member, ...]
    circle_trainers: dict[str, tuple[Member, ...]]
    teachers: dict[str, tuple[Member, ...]]
    staff: Counter[str]
    clusters: tuple[ClusterSeat, ...]
    blocks: tuple[str, ...]
    homeless: tuple[Member, ...]
    astray: tuple[Member, ...]

    pools: dict[tuple[Level, str, Subject], tuple[Member, ...]]
    """Who may train, by level, place and subject; under a limit of travel the place of teachers is their cluster."""
    limited: bool = False

    def trainers_for(self, level: Level, subject: Subject, cluster: ClusterSeat) -> tuple[Member, ...]:
        """Who may train a level of this cluster in a subject: the nearest of the team that take it."""
        home = cluster.place if self.limited else cluster.circle
        place = {Level.MASTER: "", Level.CIRCLE: cluster.block, Level.TEACHER: home}[level]
        return self.pools[level, place, subject]


def staff_of(request: CascadeRequest) -> Staffing:
    """Sort the people of a request into their places."""
    taken: set[int] = set()
    core, masters, circle_trainers, teachers = (
        _once(team, taken) for team in (request.core, request.masters, request.circle_trainers, request.teachers)
    )
    clusters = tuple(sorted(request.clusters, key=lambda cluster: cluster.place))
    blocks = tuple(dict.fromkeys(cluster.block for cluster in clusters))
    by_block: dict[str, list[Member]] = {block: [] for block in blocks}
    astray = []
    for trainer in circle_trainers:
        home = next((block for block in blocks if trainer.home.startswith(block)), None)
        if home is None:
            astray.append(trainer)
        if blocks:
            by_block[home or blocks[0]].append(trainer)
    by_cluster: dict[str, list[Member]] = {cluster.place: [] for cluster in clusters}
    # The first teacher with a place decides for her school: one school never stands in two clusters.
    cluster_of: dict[str, str] = {}
    for teacher in teachers:
        place = next((path for path in _ancestors(teacher.home) if path in by_cluster), None)
        if teacher.school and place is not None:
            cluster_of.setdefault(teacher.school, place)
    homeless = []
    for teacher in teachers:
        place = cluster_of.get(teacher.school)
        if place is None:
            homeless.append(teacher)
        else:
            by_cluster[place].append(teacher)
    return Staffing(
        core,
        masters,
        {block: tuple(members) for block, members in by_block.items()},
        {place: tuple(members) for place, members in by_cluster.items()},
        Counter(teacher.school for teacher in teachers),
        clusters,
        blocks,
        tuple(homeless),
        tuple(astray),
        _pools(request, core, masters, [member for block in blocks for member in by_block[block]], clusters),
        request.rules.travel_km is not None,
    )


def _pools(
    request: CascadeRequest,
    core: Sequence[Member],
    masters: Sequence[Member],
    circle_trainers: Sequence[Member],
    clusters: Iterable[ClusterSeat],
) -> dict[tuple[Level, str, Subject], tuple[Member, ...]]:
    pools: dict[tuple[Level, str, Subject], tuple[Member, ...]] = {}
    ways, same = Ways(request), dict[tuple[Member, ...], tuple[Member, ...]]()
    for subject in {module.subject for module in request.modules}:
        own, above, top = (_takers(team, subject) for team in (circle_trainers, masters, core))
        pools[Level.MASTER, "", subject] = top
        for cluster in clusters:
            if (Level.CIRCLE, cluster.block, subject) not in pools:
                pools[Level.CIRCLE, cluster.block, subject] = _nearest(above, (cluster.block,))
            if request.rules.travel_km is not None:
                near = ways.near_enough(own, cluster.place)
                found = _nearest(near, (cluster.circle, cluster.block))
                # One object for all clusters that the same trainers serve: they are planned together.
                pools[Level.TEACHER, cluster.place, subject] = same.setdefault(found, found)
            elif (Level.TEACHER, cluster.circle, subject) not in pools:
                pools[Level.TEACHER, cluster.circle, subject] = _nearest(own, (cluster.circle, cluster.block))
    return pools


def _once(team: Iterable[Member], taken: set[int]) -> tuple[Member, ...]:
    """The members of a team by number, without those of a higher team; one who is in it twice takes both subjects."""
    found: dict[int, Member] = {}
    for member in sorted(team, key=lambda member: member.person):
        if member.person in taken:
            continue
        earlier = found.get(member.person, member)
        both = None if earlier.subjects is None or member.subjects is None else earlier.subjects | member.subjects
        found[member.person] = replace(earlier, subjects=both)
    taken.update(found)
    return tuple(found.values())


def _ancestors(path: str) -> Iterable[str]:
    """A path and the paths above it, lowest first."""
    parts = path.split(".")[:-1]
    return (".".join(parts[:length]) + "." for length in range(len(parts), 0, -1))


def _takers(team: Iterable[Member], subject: Subject) -> tuple[Member, ...]:
    return tuple(member for member in team if member.takes(subject))


def _nearest(members: Sequence[Member], places: Iterable[str]) -> tuple[Member, ...]:
    for place in places:
        near = tuple(member for member in members if member.home.startswith(place))
        if near:
            return near
    return tuple(members)
