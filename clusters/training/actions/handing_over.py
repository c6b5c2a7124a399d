"""Writes days, rooms and trainers of many training sessions at once; bookings, codes and sheets follow."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from clusters.cascade.mending.rows import ends_on
from clusters.cascade.rules import CascadeRules
from clusters.kernel.audit import record
from clusters.kernel.clock import KARACHI, day_of, now, today
from clusters.kernel.errors import Conflict
from clusters.kernel.facts import note
from clusters.structure.models import School
from clusters.training.actions.accepting import CODE_RESTS, Codes, book
from clusters.training.facts import DutiesHandedOver, DutiesLost, SessionMoved
from clusters.training.mendings import Changed
from clusters.training.models import Booking, CodeHold, Meeting, SessionTrainer, TrainingSession
from clusters.training.rules import SessionState, Sitting

Days = dict[int, list[Sitting]]


def change_all(db: Session, changes: Sequence[Changed], rules: CascadeRules) -> dict[int, int]:
    """Make the changes, all or none, and note what follows; the revision of each training session afterwards.

    Conflict when one of them is not as it was when the change was planned, has begun or would lie in the past, or
    somebody is taken by now.
    """
    ids = [change.session for change in changes]
    sessions = {
        session.id: session
        for session in db.scalars(
            select(TrainingSession).where(TrainingSession.id.in_(ids)).order_by(TrainingSession.id).with_for_update()
        )
    }
    meetings, leaders = _meetings(db, ids), _leaders(db, ids)
    rooms = {room.code: room for room in db.scalars(_rooms(changes))}
    for change in changes:
        session = sessions.get(change.session)
        _check(db, change, session, meetings[change.session], leaders[change.session], rooms, rules)
    db.execute(delete(Booking).where(Booking.session_id.in_(ids)))
    lost: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for change in changes:
        session, old = sessions[change.session], meetings[change.session]
        for person in {*change.trainers_before} - {*change.trainers}:
            lost[person].append((session.starts_at, session.id))
        _change(db, change, session, old, rooms, rules)
    db.flush()
    book(
        db,
        {session.id: session.venue_school_id for session in sessions.values()},
        {change.session: list(change.trainers) for change in changes},
    )
    for person, theirs in sorted(lost.items()):
        note(db, DutiesLost(person, tuple(number for _, number in sorted(theirs))))
    return {session.id: session.revision for session in sessions.values()}


def _check(
    db: Session,
    change: Changed,
    session: TrainingSession | None,
    days: Sequence[Sitting],
    leaders: Iterable[int],
    rooms: dict[str, School],
    rules: CascadeRules,
) -> None:
    as_planned = (
        session is not None
        and session.state is SessionState.PLANNED
        and session.revision == change.revision
        and tuple(day_of(day.starts_at) for day in days) == change.days_before
        and tuple(sorted(leaders)) == change.trainers_before
    )
    if session is None or not as_planned or change.venue not in rooms:
        raise Conflict("mending_outdated", code=None if session is None else session.code)
    if days[0].starts_at <= now(db):
        raise Conflict("mending_too_late", code=session.code)
    if change.moves and _sitting(change.days[0], days[0], session, rules).starts_at <= now(db):
        raise Conflict("move_into_the_past", code=session.code)


def _change(
    db: Session,
    change: Changed,
    session: TrainingSession,
    old: Sequence[Sitting],
    rooms: dict[str, School],
    rules: CascadeRules,
) -> None:
    left, joined = ({*change.trainers_before} - {*change.trainers}, {*change.trainers} - {*change.trainers_before})
    before = {"starts_at": session.starts_at.isoformat(), "venue": session.venue, "trainers": [*change.trainers_before]}
    if left or joined:
        db.execute(
            delete(SessionTrainer).where(SessionTrainer.session_id == session.id, SessionTrainer.person_id.in_(left))
        )
        if joined:
            rows = [{"session_id": session.id, "person_id": person} for person in sorted(joined)]
            db.execute(insert(SessionTrainer), rows)
    if change.moves:
        new = [_sitting(day, sitting, session, rules) for day, sitting in zip(change.days, old, strict=True)]
        first = next((day for day, (was, will) in enumerate(zip(old, new, strict=True)) if was != will), 0)
        note(
            db,
            SessionMoved(
                session.id,
                old[first].starts_at,
                session.venue,
                new[first].starts_at if first else None,
                tuple(sorted(joined)),
            ),
        )
        session.venue, session.venue_school_id = rooms[change.venue].name, rooms[change.venue].id
        session.starts_at, session.ends_at = new[0].starts_at, new[-1].ends_at
        db.execute(delete(Meeting).where(Meeting.session_id == session.id))
        db.execute(
            insert(Meeting),
            [
                {"session_id": session.id, "day": day, "starts_at": each.starts_at, "ends_at": each.ends_at}
                for day, each in enumerate(new, 1)
            ],
        )
    else:
        note(db, DutiesHandedOver(session.id, tuple(sorted(left)), tuple(sorted(joined))))
    session.revision += 1
    _hand_code_over(db, session, change, left)
    after = {"starts_at": session.starts_at.isoformat(), "venue": session.venue, "trainers": [*change.trainers]}
    record(db, "replanned", "training_session", session.id, old=before, new=after)


def _hand_code_over(db: Session, session: TrainingSession, change: Changed, left: set[int]) -> None:
    """Whoever leads it holds its code; where she has it of another already, all get a new code and a new sheet."""
    holds = list(db.scalars(select(CodeHold).where(CodeHold.session_id == session.id)))
    circle = [hold.holder for hold in holds if hold.holder > 0]
    begin, end = today(db), day_of(session.ends_at) + CODE_RESTS
    holders = [*circle, *(-person for person in change.trainers)]
    codes = Codes()
    taken = select(CodeHold).where(CodeHold.holder.in_(holders), CodeHold.session_id != session.id)
    for hold in db.scalars(taken):
        codes.hold(hold.holder, hold.code, hold.during.lower or date.min, hold.during.upper or date.max)
    code = int(session.code or 0)
    if any(since < end and begin < until for holder in holders for since, until in codes.held[holder].get(code, ())):
        found = codes.free(holders, session.id * 37, begin, end)
        if found is None:
            raise Conflict("no_code_left", place=session.training_path)
        code, session.code, session.sheet_printed_at = found, str(found), None
    elif left:
        # The sheet names who leads; its rows stay, as nobody invited changes.
        session.sheet_printed_at = None
    db.execute(delete(CodeHold).where(CodeHold.session_id == session.id))
    db.execute(
        insert(CodeHold),
        [
            {"session_id": session.id, "holder": holder, "code": code, "during": f"[{begin},{end})"}
            for holder in holders
        ],
    )


def _sitting(day: date, old: Sitting, session: TrainingSession, rules: CascadeRules) -> Sitting:
    starts, ends = (instant.astimezone(KARACHI) for instant in (old.starts_at, old.ends_at))
    until = ends_on(day, ends.date(), ends.time(), session.level, rules)
    return Sitting(
        datetime.combine(day, starts.time(), KARACHI).astimezone(UTC),
        datetime.combine(day, until, KARACHI).astimezone(UTC),
    )


def _meetings(db: Session, ids: Sequence[int]) -> Days:
    found: Days = {number: [] for number in ids}
    rows = select(Meeting).where(Meeting.session_id.in_(ids)).order_by(Meeting.session_id, Meeting.day)
    for row in db.scalars(rows):
        found[row.session_id].append(Sitting(row.starts_at, row.ends_at))
    return found


def _leaders(db: Session, ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {number: [] for number in ids}
    for row in db.scalars(select(SessionTrainer).where(SessionTrainer.session_id.in_(ids))):
        found[row.session_id].append(row.person_id)
    return found


def _rooms(changes: Iterable[Changed]) -> Select[School]:
    return select(School).where(School.code.in_({change.venue for change in changes}))
