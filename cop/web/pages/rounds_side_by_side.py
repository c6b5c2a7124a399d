"""A draft of the cascade laid beside what is planned now or another draft: what differs, session by session."""

from datetime import timedelta

from sqlalchemy.orm import Session

from clusters.cascade.matching import matched
from clusters.structure.naming import folded
from clusters.training import rounds
from clusters.training.round_sessions import PlacedSession, by_week, figures, sessions_of, standing_beside
from clusters.training.rounds import RoundRow
from cop.settings import Settings
from cop.web.pages.round_draft import invitations_cost
from cop.web.pages.side_by_side import CHOICES, ROWS, other_of
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.comparing import Choice
from cop.web.views.comparing_rounds import CompareRoundsPage, Moved, Stands, TwoWeeks

Pair = tuple[PlacedSession | None, PlacedSession | None]


def compared(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    row: RoundRow,
    other: str,
    *,
    place: str = "",
    after: str = "",
    whole: bool = False,
) -> CompareRoundsPage:
    """The page; `after` tells how many rows stand on the pages before, `place` is a part of a place's name; `whole` has
    every row at once, since each page reads both rounds anew."""
    other_id = other_of(other)
    against = None if other_id is None else rounds.round_of(db, viewer.scope, other_id)
    ours = sessions_of(db, viewer.scope, row.id)
    theirs = standing_beside(db, viewer.scope, row.id) if against is None else sessions_of(db, viewer.scope, against.id)
    differing = [pair for pair in matched(theirs, ours) if _differs(pair)]
    wanted = folded(place)
    found = [pair for pair in differing if wanted in folded(_either(pair).place)] if wanted else differing
    found.sort(key=lambda pair: (_either(pair).starts_at, _either(pair).place, _either(pair).id))
    begin = int(after) if after.isascii() and after.isdigit() and len(after) < 7 else 0
    end = len(found) if whole else begin + ROWS
    shown = found[begin:end]
    drafts = [each for each in rounds.rounds(db, viewer.scope) if each.id != row.id and each.state == "draft"]
    return CompareRoundsPage(
        draft_id=row.id,
        name=row.name,
        other=against.name if against else None,
        before=figures(theirs),
        after=figures(ours),
        rupees=(
            None if against is None else invitations_cost(rounds.told(db, viewer.scope, against.id), settings),
            invitations_cost(rounds.told(db, viewer.scope, row.id), settings),
        ),
        moved=sum(before is not None and now is not None for before, now in differing),
        added=sum(before is None for before, _ in differing),
        dropped=sum(now is None for _, now in differing),
        rows=tuple(_row(pair) for pair in shown),
        begin=begin,
        found=len(found),
        more=paths.compare_rounds(row.id, other, place=place, after=end) if end < len(found) else None,
        place=place,
        against=other,
        choices=(
            Choice(None, paths.compare_rounds(row.id), other_id is None),
            *(
                Choice(each.name, paths.compare_rounds(row.id, each.id), each.id == other_id)
                for each in drafts[:CHOICES]
            ),
        ),
        href=paths.compare_rounds(row.id, other, place=place),
        weeks=_weeks(theirs, ours),
        accepted=row.accepted_at is not None,
    )


def _differs(pair: Pair) -> bool:
    before, now = pair
    return before is None or now is None or before.stands != now.stands


def _either(pair: Pair) -> PlacedSession:
    before, now = pair
    either = before or now
    if either is None:
        raise ValueError("a pair without a training session")
    return either


def _row(pair: Pair) -> Moved:
    before, now = pair
    which = _either(pair)
    return Moved(
        which.level,
        which.subject,
        which.place,
        None if before is None else before.code,
        None if before is None else _stands(before),
        None if now is None else _stands(now),
    )


def _stands(placed: PlacedSession) -> Stands:
    return Stands(placed.starts_at, len(placed.days), placed.venue, tuple(name for _, name in placed.trainers))


def _weeks(theirs: list[PlacedSession], ours: list[PlacedSession]) -> tuple[TwoWeeks, ...]:
    before, now = by_week(theirs), by_week(ours)
    mondays = sorted({*before, *now})
    if not mondays:
        return ()
    weeks = (mondays[-1] - mondays[0]).days // 7 + 1
    every = [mondays[0] + timedelta(weeks=number) for number in range(weeks)]
    return tuple(TwoWeeks(monday, before.get(monday, 0), now.get(monday, 0)) for monday in every)
