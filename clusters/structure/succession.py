"""Which of today's blocks, circles and clusters go on under an accepted plan, and the path of each."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

ClusterKey = tuple[int, int, int]
"""Block, circle and cluster by number, as a draft counts them; its first two name the circle."""
Key = TypeVar("Key", bound=Hashable)

_NUMBERED = re.compile(r"((?:[^.]+\.)*)[A-Z](\d+)\.")


@dataclass(frozen=True, slots=True)
class Planned:
    """A cluster of the plan: its address there, its host and its schools by id."""

    key: ClusterKey
    host: int
    schools: frozenset[int]


@dataclass(frozen=True, slots=True)
class Standing:
    """An open cluster of today, the places above it, its host and schools by id."""

    id: int
    path: str
    circle_id: int
    circle_path: str
    block_id: int
    block_path: str
    host: int | None
    schools: frozenset[int]


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a planned place will stand: today's place that goes on (None: a new one), and its path."""

    place_id: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Succession:
    """A seat for every block, circle and cluster of the plan by its number, and the clusters that close."""

    blocks: Mapping[int, Seat]
    circles: Mapping[tuple[int, int], Seat]
    clusters: Mapping[ClusterKey, Seat]
    closing: tuple[int, ...]


def touched(planned: Iterable[Planned], standing: Iterable[Standing], unplaced: Iterable[int] = ()) -> list[Standing]:
    """Today's clusters that hold a school of the plan, or one that it leaves out, or none at all any more."""
    moving = {school for plan in planned for school in plan.schools} | set(unplaced)
    return [cluster for cluster in standing if not cluster.schools or not cluster.schools.isdisjoint(moving)]


def succeed(
    planned: Sequence[Planned],
    standing: Sequence[Standing],
    used_paths: Iterable[str],
    unplaced: Iterable[int] = (),
) -> Succession:
    """Let today's places go on where the plan keeps them; everything else gets a path that no place has.

    A cluster goes on where its host stays, or else where most of its schools stay together; a circle, if all its
    clusters are planned anew, and a block where most of their schools go. `used_paths` are all paths of the training
    tree now, also those of closed places.
    """
    replanned = touched(planned, standing, unplaced)
    clusters = _clusters_that_go_on(planned, replanned)
    home = {school: cluster for cluster in replanned for school in cluster.schools}
    left_alone = {cluster.id for cluster in standing} - {cluster.id for cluster in replanned}
    lasting = {cluster.circle_id for cluster in standing if cluster.id in left_alone}
    to_circles: Counter[tuple[tuple[int, int], int]] = Counter()
    to_blocks: Counter[tuple[int, int]] = Counter()
    for plan in planned:
        block, circle, _ = plan.key
        for school in plan.schools & home.keys():
            to_blocks[block, home[school].block_id] += 1
            if home[school].circle_id not in lasting:
                to_circles[(block, circle), home[school].circle_id] += 1
    going_on = set(clusters.values())
    closing = tuple(cluster.id for cluster in replanned if cluster.id not in going_on)
    return _seated(planned, standing, clusters, _heirs(to_circles), _heirs(to_blocks), _Fresh(used_paths), closing)


def moved_by(planned: Iterable[Planned], standing: Iterable[Standing], found: Succession) -> frozenset[int]:
    """The schools of the plan that leave the cluster they stand in."""
    home = {school: cluster.id for cluster in standing for school in cluster.schools}
    return frozenset(
        school
        for plan in planned
        for school in plan.schools
        if school in home and home[school] != found.clusters[plan.key].place_id
    )


def _clusters_that_go_on(planned: Sequence[Planned], replanned: Sequence[Standing]) -> dict[ClusterKey, int]:
    hosted = {cluster.host: cluster.id for cluster in replanned if cluster.host is not None}
    kept = {plan.key: hosted[plan.host] for plan in planned if plan.host in hosted}
    taken = set(kept.values())
    home = {school: cluster for cluster in replanned if cluster.id not in taken for school in cluster.schools}
    for plan in planned:
        shares = Counter(home[school] for school in plan.schools if school in home)
        if plan.key in kept or not shares:
            continue
        cluster, many = shares.most_common(1)[0]
        if 2 * many > max(len(plan.schools), len(cluster.schools)):
            kept[plan.key] = cluster.id
    return kept


def _heirs(shared: Mapping[tuple[Key, int], int]) -> dict[Key, int]:
    """For each planned place at most one of today's, each used once, those that share most schools first."""
    heirs: dict[Key, int] = {}
    taken: set[int] = set()
    for (key, place), _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if key not in heirs and place not in taken:
            heirs[key] = place
            taken.add(place)
    return heirs


def _seated(
    planned: Sequence[Planned],
    standing: Sequence[Standing],
    clusters: Mapping[ClusterKey, int],
    circles: Mapping[tuple[int, int], int],
    blocks: Mapping[int, int],
    fresh: "_Fresh",
    closing: tuple[int, ...],
) -> Succession:
    paths = {cluster.id: cluster.path for cluster in standing}
    paths |= {cluster.circle_id: cluster.circle_path for cluster in standing}
    paths |= {cluster.block_id: cluster.block_path for cluster in standing}
    keys = sorted(plan.key for plan in planned)
    of_block = {
        block: Seat(blocks.get(block), paths[blocks[block]] if block in blocks else fresh.below("", "B{}.", block))
        for block in dict.fromkeys(block for block, _, _ in keys)
    }
    of_circle = {
        key: _seat(circles.get(key), paths, of_block[key[0]].path, fresh, "C{:02}.", key[1])
        for key in dict.fromkeys(key[:2] for key in keys)
    }
    of_cluster = {key: _seat(clusters.get(key), paths, of_circle[key[:2]].path, fresh, "L{}.", key[2]) for key in keys}
    return Succession(of_block, of_circle, of_cluster, closing)


def _seat(
    place_id: int | None, paths: Mapping[int, str], parent: str, fresh: "_Fresh", pattern: str, wanted: int
) -> Seat:
    """It keeps its path where it stays under the same parent."""
    path = paths[place_id] if place_id is not None else ""
    stays = path.startswith(parent) and path.count(".") == parent.count(".") + 1
    return Seat(place_id, path if stays else fresh.below(parent, pattern, wanted))


class _Fresh:
    """Hands out segments that no place has: the number the plan gives if it is free, else the next one."""

    def __init__(self, used_paths: Iterable[str]) -> None:
        self._used: dict[str, set[int]] = defaultdict(set)
        for path in used_paths:
            if numbered := _NUMBERED.fullmatch(path):
                self._used[numbered[1]].add(int(numbered[2]))

    def below(self, parent: str, pattern: str, wanted: int) -> str:
        """A path under `parent`."""
        used = self._used[parent]
        number = wanted if wanted not in used else max(used) + 1
        used.add(number)
        return parent + pattern.format(number)
