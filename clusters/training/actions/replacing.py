"""A round that was planned instead of another: what of that one is not yet held moves, is called off, or is new."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules
from clusters.cascade import record as kept
from clusters.cascade.matching import matched
from clusters.kernel.audit import record
from clusters.kernel.clock import now, today
from clusters.kernel.errors import Conflict
from clusters.scope import Scope
from clusters.structure.models import School
from clusters.training.actions.accepting import draft_locked, fitting, one_planner_at_a_time, plan
from clusters.training.actions.handing_over import change_all
from clusters.training.actions.moving import call_off, check_nobody_is_twice
from clusters.training.mendings import Changed
from clusters.training.models import TrainingSession
from clusters.training.round_sessions import STANDS, PlacedSession, sessions_of
from clusters.training.rules import SessionState

WHY = "It was planned anew."
"""Told with a training session that the new plan does without."""


def replace_round(
    db: Session,
    scope: Scope,
    round_id: int,
    *,
    calendar: CalendarRules | None = None,
    from_date: date | None = None,
) -> int:
    """Accept a round in the place of the one it was planned instead of; how many training sessions it touches.

    What of that one was held, has begun or begins before `from_date` stays, and so does its half of the draft. The
    rest moves to the new days with those who are invited already, is called off, or is planned where it is new.
    Conflict when somebody would then be wanted twice on a day.
    """
    round_ = draft_locked(db, scope, round_id)
    old_id = int(round_.summary["instead_of"])
    one_planner_at_a_time(db)
    begin = max(from_date or today(db), today(db))
    drafts = sessions_of(db, scope, round_id)
    standing = [each for each in sessions_of(db, scope, old_id) if each.state in STANDS]
    stays = {each.id for each in standing if not _open(db, each, begin)}
    off: list[int] = []
    moves: list[tuple[PlacedSession, PlacedSession]] = []
    new: set[int] = set()
    for before, after in matched(standing, drafts):
        wanted = after is not None and after.days[0] >= begin and after.starts_at > now(db)
        if before is None:
            new |= {after.id} if after is not None and wanted else set()
        elif before.id in stays:
            continue
        elif after is None:
            off.append(before.id)
        elif not wanted:
            stays.add(before.id)
        elif len(before.days) != len(after.days):
            off.append(before.id)
            new.add(after.id)
        elif before.stands != after.stands:
            moves.append((before, after))
        else:
            stays.add(before.id)
    taken = new | {after.id for _, after in moves}
    rows = list(
        db.scalars(select(TrainingSession).where(TrainingSession.id.in_(taken)).order_by(TrainingSession.starts_at))
    )
    if not rows and not off:
        raise Conflict("round_empty", name=round_.name)
    found = fitting(db, round_, calendar, rows, instead_of=(old_id, frozenset(stays)))
    for session_id in off:
        call_off(db, scope, session_id, WHY)
    rules = kept.read(round_.rules)
    if moves and rules is not None:
        change_all(db, _changes(db, moves), rules.cascade)
    if new:
        plan(db, [row for row in rows if row.id in new])
    # Who is invited already moves with her training session, which the new plan may have seated otherwise.
    check_nobody_is_twice(db, {*new, *(before.id for before, _ in moves)})
    round_.state, round_.accepted_at = "accepted", now(db)
    counts = {"moved": len(moves), "called_off": len(off), "new": len(new), "stayed": len(stays)}
    round_.summary = {**round_.summary, "newcomers": found.newcomers, "replaced": counts}
    record(db, "accepted", "round", round_id, new={"instead_of": old_id, **counts})
    return len(moves) + len(off) + len(new)


def _open(db: Session, placed: PlacedSession, begin: date) -> bool:
    return placed.state is SessionState.PLANNED and placed.starts_at > now(db) and placed.days[0] >= begin


def _changes(db: Session, moves: Sequence[tuple[PlacedSession, PlacedSession]]) -> list[Changed]:
    ids = {each.id for pair in moves for each in pair}
    known = {
        row.id: (row.revision, row.code)
        for row in db.execute(
            select(TrainingSession.id, TrainingSession.revision, School.code)
            .outerjoin(School, School.id == TrainingSession.venue_school_id)
            .where(TrainingSession.id.in_(ids))
        )
    }
    return [
        Changed(
            before.id,
            known[before.id][0],
            False,
            before.days,
            after.days,
            known[before.id][1] or "",
            known[after.id][1] or "",
            tuple(sorted(person for person, _ in before.trainers)),
            tuple(sorted(person for person, _ in after.trainers)),
        )
        for before, after in moves
    ]
