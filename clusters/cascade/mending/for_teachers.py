"""Training sessions of teachers that were hit: first alone, then with their circles, then with a later end."""

from collections.abc import Collection, Iterable

from clusters.cascade.mending.apart import groups
from clusters.cascade.mending.board import Board
from clusters.cascade.mending.news import circle_of
from clusters.cascade.mending.progress import Progress
from clusters.cascade.rules import Level

MOST_AT_ONCE = 160
"""So many training sessions are asked about in one question at most."""

AMONG_FEW = 24
"""Among so many, the earliest end is looked for where the old one cannot be kept."""


def mend_for_teachers(progress: Progress, end: int) -> None:
    """Find a place for every hit training session of teachers, group by group."""
    standing = progress.board.standing
    hit = [number for number in sorted(progress.hit) if standing[number].row.level is Level.TEACHER]
    for group in groups(progress, hit):
        _mend(progress, group, end)


def _mend(progress: Progress, group: list[int], end: int) -> None:
    stages = progress.stages()
    alone = stages.settle(group, end)
    if alone is not None:
        # All others stay, so nothing changes less, wherever one looks.
        progress.keep(alone, proved=True)
        return
    loose, whole = _around(progress, group)
    found = stages.settle(loose, end)
    if found is None and len(loose) <= AMONG_FEW:
        found = stages.settle_later(loose, end)
    if found is not None:
        progress.keep(found, proved=whole and not _come_back(progress.board, loose))
        return
    later = stages.settle_later(group, end)
    if later is None:
        progress.give_up(group)
        return
    # Of many at once the earliest end is not looked for; that all others stay is the smaller change.
    progress.soonest = False
    progress.keep(later, proved=True)


def _come_back(board: Board, loose: Iterable[int]) -> bool:
    """Days of return are not all tried, so nothing is proved of changes among them."""
    return any(board.rules.returns(board.standing[number].row.level) for number in loose)


def _around(progress: Progress, group: list[int]) -> tuple[set[int], bool]:
    """The open training sessions of the circles of a group, and those of trainers who may be lent; False if not all."""
    board, choices = progress.board, progress.choices()
    circles = {circle_of(board.standing[number].row.place) for number in group}
    near = sorted(_open_in(board, circles) - set(group))
    room = max(MOST_AT_ONCE - len(group), 0)
    found = {*group, *near[:room]}
    lent = {
        person
        for number in group
        for team in choices.teams(board.standing[number])
        for person in team
        if circle_of(board.home(person)) not in circles
    }
    theirs = sorted(
        {
            number
            for person in lent
            for number in board.of(person)
            if person in board.standing[number].row.trainers and board.is_open(board.standing[number])
        }
        - found
    )
    found.update(theirs[: max(MOST_AT_ONCE - len(found), 0)])
    return found, not lent and len(near) <= room


def _open_in(board: Board, circles: Collection[str]) -> set[int]:
    return {
        number
        for number, each in board.standing.items()
        if each.row.level is Level.TEACHER and circle_of(each.row.place) in circles and board.is_open(each)
    }
