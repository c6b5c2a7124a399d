"""Turns the drafts of a round into planned training sessions: days booked, codes handed out, the fact noted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from clusters.calendar.rules import CalendarRules
from clusters.cascade.models import Round
from clusters.kernel.audit import record
from clusters.kernel.bulk import add, overwrite
from clusters.kernel.clock import day_of, now, today
from clusters.kernel.errors import Conflict, Invalid, NotFound
from clusters.kernel.facts import note
from clusters.scope import Scope
from clusters.structure.models import Place
from clusters.structure.rules import PlaceKind
from clusters.training.actions.rechecking import Rechecked, recheck
from clusters.training.code import PREFIX_MAX, PREFIX_MIN, complete
from clusters.training.facts import SessionsScheduled
from clusters.training.models import Booking, CodeHold, Meeting, SessionTrainer, TrainingSession
from clusters.training.rounds import planned_by
from clusters.training.rules import SessionState

CODE_RESTS = timedelta(days=30)
"""A code is handed out again this long after its training session."""
TOLD = 3
"""Of the things that no longer fit, so many are said in one sentence; a list holds them all."""
PREFIXES = PREFIX_MAX - PREFIX_MIN + 1
LOCK = 0x636F7003
"""Advisory lock of whoever takes days and codes: what was found free stays free until it is taken."""


@dataclass
class Codes:
    """Which codes are held when, by circle (place id) and trainer (negative person id)."""

    held: dict[int, dict[int, list[tuple[date, date]]]] = field(default_factory=lambda: defaultdict(dict))

    def hold(self, holder: int, code: int, first: date, last: date) -> None:
        """Remember that a holder uses a code in [first, last)."""
        self.held[holder].setdefault(code, []).append((first, last))

    def free(self, holders: Iterable[int], start: int, first: date, last: date) -> int | None:
        """The first code from `start` on that no holder uses in [first, last); None when all 900 are in use."""
        books = [self.held[holder] for holder in holders]
        for step in range(PREFIXES):
            code = int(complete(PREFIX_MIN + (start + step) % PREFIXES))
            if not any(since < last and first < until for book in books for since, until in book.get(code, ())):
                return code
        return None


def accept_round(
    db: Session,
    scope: Scope,
    round_id: int,
    *,
    calendar: CalendarRules | None = None,
    hold: timedelta = timedelta(0),
    from_date: date | None = None,
    what_fits: bool = False,
) -> int:
    """Plan the drafts of a round that begin on `from_date` or later, all of them without it; returns how many.

    Nobody is told for as long as `hold`. What is planned is checked again, by the calendar of today if one is given;
    with `what_fits` the drafts that no longer fit are left out. What is left out stays as it is. Conflict when
    the round was accepted already, or when it no longer fits what the database holds.
    """
    round_ = draft_locked(db, scope, round_id)
    one_planner_at_a_time(db)
    sessions = list(
        db.scalars(
            select(TrainingSession)
            .where(TrainingSession.round_id == round_id, TrainingSession.state == SessionState.DRAFT)
            .order_by(TrainingSession.starts_at, TrainingSession.id)
        )
    )
    if from_date is not None and from_date < today(db):
        raise Invalid("round_from_the_past", day=from_date, today=today(db))
    whole = len(sessions)
    sessions = [each for each in sessions if from_date is None or day_of(each.starts_at) >= from_date]
    past = [session for session in sessions if session.starts_at <= now(db)]
    if past:
        raise Conflict("round_in_the_past", sessions=len(past), first=day_of(past[0].starts_at))
    found = fitting(db, round_, calendar, sessions, partly=len(sessions) < whole, what_fits=what_fits)
    if not sessions:
        raise Conflict("round_empty", name=round_.name)
    plan(db, sessions, hold)
    round_.state, round_.accepted_at = "accepted", now(db)
    round_.summary = {**round_.summary, "newcomers": found.newcomers, "left_out": whole - len(sessions)}
    taken = {"sessions": len(sessions), "left_out": whole - len(sessions), "newcomers": found.newcomers}
    record(db, "accepted", "round", round_id, new=taken)
    return len(sessions)


def fitting(
    db: Session,
    round_: Round,
    calendar: CalendarRules | None,
    sessions: list[TrainingSession],
    *,
    partly: bool = True,
    what_fits: bool = False,
    instead_of: tuple[int, frozenset[int]] | None = None,
) -> Rechecked:
    """Check the drafts; what no longer fits is taken from the list if only the rest is wanted, and refused else."""
    while True:
        found = recheck(
            db, round_, calendar, only={each.id for each in sessions} if partly else None, instead_of=instead_of
        )
        touched = {number for problem in found.problems for number in problem.sessions}
        if what_fits and touched:
            partly = True
            sessions[:] = [each for each in sessions if each.id not in touched]
            continue
        if found.problems:
            said = [problem.sentence for problem in found.problems]
            more = f" There is more: {len(said)} things in all." if len(said) > TOLD else ""
            raise Conflict(
                "round_outdated",
                name=round_.name,
                why=" ".join(said[:TOLD]) + more,
                problems=said,
                found=[problem.plain for problem in found.problems],
                touched=len(touched),
            )
        return found


def discard_round(db: Session, scope: Scope, round_id: int) -> None:
    """Throw a draft away; accepted rounds stay."""
    round_ = draft_locked(db, scope, round_id)
    db.execute(delete(TrainingSession).where(TrainingSession.round_id == round_id))
    round_.state = "discarded"
    record(db, "discarded", "round", round_id)


def plan(db: Session, sessions: list[TrainingSession], hold: timedelta = timedelta(0)) -> None:
    """Book the days, hand out the codes and note that these training sessions are scheduled."""
    leaders: dict[int, list[int]] = defaultdict(list)
    ids = [session.id for session in sessions]
    for session_id, person_id in db.execute(
        select(SessionTrainer.session_id, SessionTrainer.person_id).where(SessionTrainer.session_id.in_(ids))
    ):
        leaders[session_id].append(person_id)
    book(db, {session.id: session.venue_school_id for session in sessions}, leaders)
    _hand_out_codes(db, sessions, leaders)
    db.execute(update(TrainingSession).where(TrainingSession.id.in_(ids)).values(state=SessionState.PLANNED))
    note(db, SessionsScheduled(tuple(ids), hold))


def one_planner_at_a_time(db: Session) -> None:
    """Wait for whoever books days or hands out codes at this moment; two who find the same day free both fail else."""
    db.execute(select(func.pg_advisory_xact_lock(LOCK)))


def book(db: Session, venues: Mapping[int, int | None], leaders: Mapping[int, list[int]]) -> None:
    """Take each trainer and each venue for the days of these training sessions; Conflict names the first clash."""
    days = [
        (session_id, day_of(starts_at))
        for session_id, starts_at in db.execute(
            select(Meeting.session_id, Meeting.starts_at).where(Meeting.session_id.in_(venues))
        )
    ]
    wanted: list[tuple[int, int | None, int | None, date]] = [
        (session_id, person, None, day) for session_id, day in days for person in leaders.get(session_id, ())
    ]
    wanted += [(session_id, None, venues[session_id], day) for session_id, day in days if venues[session_id]]
    if not wanted:
        return
    taken: set[tuple[int | None, int | None, date]] = {
        (row.person_id, row.school_id, row.day)
        for row in db.execute(
            select(Booking.person_id, Booking.school_id, Booking.day).where(Booking.day.in_({day for _, day in days}))
        )
    }
    for _, person, school, day in wanted:
        if (person, school, day) in taken:
            raise Conflict("trainer_booked" if person else "venue_booked", day=day)
        taken.add((person, school, day))
    add(
        db,
        Booking,
        ("session_id", "person_id", "school_id", "day"),
        [
            {"session_id": session_id, "person_id": person, "school_id": school, "day": day}
            for session_id, person, school, day in wanted
        ],
    )


def _hand_out_codes(db: Session, sessions: list[TrainingSession], leaders: Mapping[int, list[int]]) -> None:
    circles = _circles(db)
    codes = Codes()
    holders = {session.id: _holders(session, circles, leaders) for session in sessions}
    everybody = {holder for held in holders.values() for holder in held}
    for hold in db.scalars(select(CodeHold).where(CodeHold.holder.in_(everybody))):
        codes.hold(hold.holder, hold.code, hold.during.lower or date.min, hold.during.upper or date.max)
    begin, rows = today(db), list[dict[str, Any]]()
    for session in sessions:
        end = day_of(session.ends_at) + CODE_RESTS
        # Starting elsewhere for each session keeps neighbouring codes apart: a slip then rarely meets another session.
        code = codes.free(holders[session.id], session.id * 37, begin, end)
        if code is None:
            raise Conflict("no_code_left", place=session.training_path)
        set_committed_value(session, "code", str(code))
        for holder in holders[session.id]:
            codes.hold(holder, code, begin, end)
            rows.append({"session_id": session.id, "holder": holder, "code": code, "during": f"[{begin},{end})"})
    overwrite(db, TrainingSession, ("code",), [{"id": session.id, "code": session.code} for session in sessions])
    add(db, CodeHold, ("session_id", "holder", "code", "during"), rows)


def _circles(db: Session) -> dict[str, int]:
    circles = select(Place.path, Place.id).where(Place.kind == PlaceKind.CIRCLE, Place.closed_on.is_(None))
    return {row.path: row.id for row in db.execute(circles)}


def _holders(session: TrainingSession, circles: Mapping[str, int], leaders: Mapping[int, list[int]]) -> list[int]:
    circle = ".".join(session.training_path.split(".")[:2]) + "."
    return [circles.get(circle, session.place_id), *(-person for person in leaders.get(session.id, ()))]


def draft_locked(db: Session, scope: Scope, round_id: int) -> Round:
    """The round, locked; NotFound unless all of it lies where this scope may plan, Conflict unless it is a draft."""
    wanted = select(Round).where(Round.id == round_id).with_for_update()
    round_ = db.scalar(wanted if scope.person_id is None else wanted.where(planned_by(scope)))
    if round_ is None:
        raise NotFound("round", id=round_id)
    if round_.state != "draft":
        raise Conflict("round_not_a_draft", name=round_.name, state=round_.state)
    return round_
