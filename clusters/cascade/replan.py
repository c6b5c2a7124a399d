"""A plan mended after bad news with the fewest changes: a trainer lost, a room, a day or a valley closed."""

from collections.abc import Iterable, Mapping

from clusters.cascade.mending.board import Board, standing_of
from clusters.cascade.mending.for_teachers import mend_for_teachers
from clusters.cascade.mending.for_trainers import mend_for_trainers
from clusters.cascade.mending.news import Mended, News, Unmendable, change_of, ended_last
from clusters.cascade.mending.progress import Progress
from clusters.cascade.mending.stages import PUT_OFF
from clusters.cascade.rules import CascadeRequest, Level, MeetingRow, SeatRow


def replan(
    request: CascadeRequest,
    meetings: Iterable[MeetingRow],
    seats: Iterable[SeatRow],
    news: News,
    told: Mapping[int, int] | None = None,
    *,
    afar: bool = False,
) -> Mended | Unmendable:
    """The smallest change after which the plan keeps every rule again.

    Held training sessions stay, and so do those within the notice unless the news breaks them. `told` counts the
    persons who know of each: the more, the dearer its change. `afar` lets a trainer come from anywhere, where else the
    nearest comes. The same news of the same plan is answered alike on every machine: no clock limits the solver.
    """
    before = standing_of(meetings, seats, news)
    end_before = ended_last(before.values())
    hit = {each.id for each in before.values() if each.is_hit(news)}
    begun = tuple(sorted(number for number in hit if before[number].days[0] < news.today))
    hit.difference_update(begun)
    if not hit:
        return Mended((), (), (), end_before, end_before, fewest=True, begun=begun)
    board = Board(request, before, news)
    progress = Progress(board, told or {}, set(hit), afar)
    end = max((index for day, index in board.number.items() if day <= end_before), default=0)
    mend_for_trainers(progress, Level.MASTER, end)
    mend_for_trainers(progress, Level.CIRCLE, end)
    mend_for_teachers(progress, end)
    if progress.failed:
        return Unmendable(tuple(sorted(progress.failed)), _refusal(len(progress.failed)), begun)
    changes = tuple(
        change_of(before[number], board.standing[number])
        for number in sorted(before)
        if board.standing[number] is not before[number]
    )
    changes = tuple(change for change in changes if change.is_one)
    return Mended(
        changes,
        tuple(sorted(hit)),
        tuple(change.session for change in changes if change.session not in hit),
        end_before,
        ended_last(board.standing.values()),
        progress.fewest,
        progress.soonest,
        progress.nearest,
        begun,
    )


def _refusal(sessions: int) -> str:
    said = "1 training session" if sessions == 1 else f"{sessions} training sessions"
    return (
        f"{said} cannot go on as planned, and no other days, rooms or trainers of their block are free for all of "
        f"them within {PUT_OFF[-1]} training days of the old end. Appoint a trainer, name another room, or call some "
        "of them off."
    )
