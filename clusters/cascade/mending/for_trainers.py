"""Training sessions of trainers that were hit: alone, then with all that follows from them, then ahead of it."""

from collections.abc import Iterable

from clusters.cascade.mending.apart import groups
from clusters.cascade.mending.board import Board
from clusters.cascade.mending.for_teachers import AMONG_FEW, MOST_AT_ONCE
from clusters.cascade.mending.news import Standing
from clusters.cascade.mending.progress import Progress
from clusters.cascade.rules import Level


def mend_for_trainers(progress: Progress, level: Level, end: int) -> None:
    """Find a place for every hit training session of trainers of one level, and say what that hits in turn."""
    standing = progress.board.standing
    hit = [number for number in sorted(progress.hit) if standing[number].row.level is level]
    for group in groups(progress, hit):
        stages = progress.stages()
        alone = stages.settle(group, end)
        if alone is not None:
            progress.keep(alone, proved=True)
            continue
        following = _following(progress.board, group)
        together = {*group, *following}
        found = stages.settle(together, end) if len(together) <= MOST_AT_ONCE else None
        if found is None and len(together) <= AMONG_FEW:
            found = stages.settle_later(together, end)
        if found is not None:
            progress.keep(found, proved=True)
        else:
            _ahead(progress, group, following, end)


def _ahead(progress: Progress, group: list[int], following: set[int], end: int) -> None:
    """Trainers are trained as near to their days as may be; what they lead and no longer fits counts as hit.

    A change to many at once is not proved to be the smallest.
    """
    stages = progress.stages()
    found = stages.settle(group, end, following) or stages.settle_later(group, end, following)
    if found is None:
        progress.give_up(group)
        return
    progress.keep(found, proved=False)
    standing = progress.board.standing
    for number in group:
        progress.hit |= {other for other in following if _at_odds(standing[number], standing[other])}


def _following(board: Board, group: Iterable[int]) -> set[int]:
    """The open training sessions that participants of a group lead, and what follows from those."""
    found: set[int] = set()
    waiting = list(group)
    while waiting:
        each = board.standing[waiting.pop()]
        for person in each.persons:
            for number in board.of(person):
                other = board.standing[number]
                if number not in found and person in other.row.trainers and board.is_open(other):
                    found.add(number)
                    waiting.append(number)
    return found - set(group)


def _at_odds(taught: Standing, other: Standing) -> bool:
    if set(taught.persons).isdisjoint(other.row.trainers):
        return False
    waits = taught.row.module == other.row.module and taught.row.level is not other.row.level
    return not set(taught.days).isdisjoint(other.days) or (waits and taught.days[-1] >= other.days[0])
