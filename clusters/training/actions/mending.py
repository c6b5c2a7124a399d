"""A round mended after bad news: saved as a draft, done with all that follows from it, undone, or thrown away."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules, is_training_day
from clusters.cascade import record as kept
from clusters.cascade.checker import Rule, Violation, check
from clusters.cascade.closures import close_place, open_again
from clusters.cascade.models import Mending, Round
from clusters.cascade.queries import ground
from clusters.cascade.record import RoundRules
from clusters.cascade.rules import CascadeRequest, Level, MeetingRow, MendingState, SeatRow, TrainerRow
from clusters.kernel.audit import acting, last_recorded, record
from clusters.kernel.clock import now, today
from clusters.kernel.errors import Conflict, NotFound
from clusters.kernel.facts import note
from clusters.people.actions import end_post, take_back
from clusters.people.models import Post
from clusters.people.rules import TRAINERS
from clusters.scope import Scope
from clusters.training.actions.accepting import one_planner_at_a_time
from clusters.training.actions.handing_over import change_all
from clusters.training.actions.moving import check_nobody_is_twice
from clusters.training.facts import PlaceGiven, PlaceLeft
from clusters.training.mendings import Changed, read, standing_rows, written
from clusters.training.models import Invitation, TrainingSession
from clusters.training.rounds import planned_by, promised
from clusters.training.rules import Answer, Seat, SessionState

Rows = tuple[Sequence[MeetingRow], Sequence[SeatRow]]

TOLD = 3
"""Of the rules that would be broken, so many are said in one sentence."""
FORGIVEN = frozenset({Rule.COVERAGE, Rule.NEAREST, Rule.ROWS})
"""Somebody came or left meanwhile, or a trainer had to be lent: no reason to leave everything broken."""


def save_mending(
    db: Session,
    scope: Scope,
    round_id: int,
    news: Mapping[str, Any],
    changes: Sequence[Changed],
    summary: Mapping[str, Any],
) -> int:
    """Save what would change as a draft; returns its number."""
    _round(db, scope, round_id)
    row = Mending(
        round_id=round_id,
        state=MendingState.DRAFT,
        news=dict(news),
        changes=[written(change) for change in changes],
        summary=dict(summary),
        made_at=now(db),
        author_id=acting(db).person_id,
    )
    db.add(row)
    db.flush()
    record(db, "drafted", "mending", row.id, new={"round": round_id, "sessions": len(changes)})
    return row.id


def add_to_summary(db: Session, scope: Scope, mending_id: int, more: Mapping[str, Any]) -> None:
    """Keep further figures with a draft."""
    row, _, _ = _open(db, scope, mending_id, MendingState.DRAFT)
    row.summary = {**row.summary, **more}


def mend(db: Session, scope: Scope, mending_id: int, *, calendar: CalendarRules | None = None) -> int:
    """Do what a draft says, and what follows: posts end, days are closed, duties handed over; how many sessions change.

    Everything is checked again. Conflict when something changed since, and then nothing is done.
    """
    row, round_, rules = _open(db, scope, mending_id, MendingState.DRAFT)
    one_planner_at_a_time(db)
    before = standing_rows(db, Scope.everywhere(), round_.id)
    followed = {
        "posts": _end_posts(db, scope, row.news.get("lost", ())),
        "seats": _give_up_seats(db, round_.id, row.news.get("lost", ())),
        "closures": _close(db, scope, row.news),
    }
    revisions = change_all(db, [read(change) for change in row.changes], rules.cascade)
    _judge(db, round_, rules, before, calendar, closed_venue=bool(row.news.get("closed_venues")))
    row.followed = followed | {"revisions": {str(number): revision for number, revision in revisions.items()}}
    row.state, row.done_at = MendingState.DONE, now(db)
    record(db, "mended", "round", round_.id, new={"mending": row.id, "sessions": len(row.changes)})
    return len(row.changes)


def unmend(db: Session, scope: Scope, mending_id: int) -> int:
    """Take a mending back: every training session is as before, posts and days too; who was told is told again.

    Conflict once one of the training sessions has begun or was changed since, once one would go back into the past, or
    when somebody is wanted elsewhere by now.
    """
    row, round_, rules = _open(db, scope, mending_id, MendingState.DONE)
    one_planner_at_a_time(db)
    followed = row.followed or {}
    revisions = followed.get("revisions", {})
    changes = [read({**change, "revision": revisions[str(change["session"])]}).back for change in row.changes]
    for person, entry in followed.get("posts", ()):
        take_back(db, scope, person, entry)
    open_again(db, followed.get("closures", ()))
    change_all(db, changes, rules.cascade)
    seats = followed.get("seats", ())
    for seat in seats:
        _take_seat_again(db, seat)
    check_nobody_is_twice(db, {*(change.session for change in changes), *(seat["session"] for seat in seats)})
    row.state, row.undone_at = MendingState.UNDONE, now(db)
    record(db, "unmended", "round", round_.id, new={"mending": row.id, "sessions": len(changes)})
    return len(changes)


def discard_mending(db: Session, scope: Scope, mending_id: int) -> None:
    """Throw a draft away."""
    row, _, _ = _open(db, scope, mending_id, MendingState.DRAFT)
    row.state = MendingState.DISCARDED
    record(db, "discarded", "mending", row.id)


def _open(db: Session, scope: Scope, mending_id: int, wanted: MendingState) -> tuple[Mending, Round, RoundRules]:
    row = db.scalar(select(Mending).where(Mending.id == mending_id).with_for_update())
    if row is None:
        raise NotFound("mending", id=mending_id)
    round_ = _round(db, scope, row.round_id)
    if row.state is not wanted:
        raise Conflict("mending_not_open", state=row.state.value)
    rules = kept.read(round_.rules)
    if rules is None:
        raise Conflict("round_by_hand", name=round_.name)
    return row, round_, rules


def _round(db: Session, scope: Scope, round_id: int) -> Round:
    found = db.scalar(select(Round).where(Round.id == round_id, Round.state == "accepted", planned_by(scope)))
    if found is None:
        raise NotFound("round", id=round_id)
    return found


def _end_posts(db: Session, scope: Scope, lost: Sequence[int]) -> list[tuple[int, int]]:
    """Who left trains no more from today on; the entries by which that is taken back."""
    day, entries = today(db), []
    posts = select(Post).where(Post.person_id.in_(lost), Post.role.in_(TRAINERS), Post.during.contains(day))
    for post in list(db.scalars(posts.order_by(Post.id))):
        person = post.person_id
        end_post(db, scope, post.id, day)
        entry = last_recorded(db)
        if entry is not None:
            entries.append((person, entry))
    return entries


def _give_up_seats(db: Session, round_id: int, lost: Sequence[int]) -> list[dict[str, Any]]:
    """Who left learns nothing any more in order to deliver it; the seats with their answers, as they were."""
    statement = (
        select(Invitation)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .where(
            TrainingSession.round_id == round_id,
            TrainingSession.level != Level.TEACHER,
            TrainingSession.state == SessionState.PLANNED,
            TrainingSession.starts_at > now(db),
            Invitation.person_id.in_(lost),
        )
    )
    given_up = []
    for seat in list(db.scalars(statement)):
        given_up.append(
            {
                "session": seat.session_id,
                "person": seat.person_id,
                "school": seat.school_id,
                "row": seat.row,
                "seat": seat.seat.value,
                "answer": seat.answer and seat.answer.value,
                "answered_at": seat.answered_at and seat.answered_at.isoformat(),
                "answered_via": seat.answered_via,
                "reason": seat.reason,
                "answers": seat.answers,
                "makes_up": seat.makes_up_id,
            }
        )
        note(db, PlaceLeft(seat.session_id, seat.person_id))
        db.delete(seat)
    db.flush()
    return given_up


def _take_seat_again(db: Session, kept: Mapping[str, Any]) -> None:
    """Put somebody back onto the list with her answer: into her row, or a new one where that is somebody else's now."""
    session = db.get(TrainingSession, kept["session"], with_for_update=True)
    if session is None or session.state is not SessionState.PLANNED:
        raise Conflict("mending_outdated", code=None if session is None else session.code)
    if session.starts_at <= now(db):
        raise Conflict("mending_too_late", code=session.code)
    rows = {
        row.row: row.person_id
        for row in db.execute(select(Invitation.row, Invitation.person_id).where(Invitation.session_id == session.id))
    }
    if kept["person"] in rows.values():
        return
    db.add(
        Invitation(
            session_id=session.id,
            person_id=kept["person"],
            school_id=kept["school"],
            row=max(rows) + 1 if kept["row"] in rows else kept["row"],
            seat=Seat(kept["seat"]),
            answer=kept["answer"] and Answer(kept["answer"]),
            answered_at=kept["answered_at"] and datetime.fromisoformat(kept["answered_at"]),
            answered_via=kept["answered_via"],
            reason=kept["reason"],
            answers=kept["answers"],
            makes_up_id=kept["makes_up"],
        )
    )
    db.flush()
    note(db, PlaceGiven(session.id, kept["person"]))


def _close(db: Session, scope: Scope, news: Mapping[str, Any]) -> list[int]:
    days = [date.fromisoformat(day) for day in news.get("closed_days", ())]
    if not days:
        return []
    return close_place(db, scope, news["place"], days, news.get("why") or "closed", news.get("zone"))


def _judge(
    db: Session,
    round_: Round,
    rules: RoundRules,
    before: Rows,
    calendar: CalendarRules | None,
    *,
    closed_venue: bool,
) -> None:
    """Refuse what breaks a rule that was not broken before; that a lost room sends a cluster elsewhere is forgiven."""
    scope, day = Scope.everywhere(), today(db)
    db.flush()
    request = ground(db, scope, day).request(
        rules.modules, (), promised(db, scope, day, without_round=round_.id), rules.cascade
    )
    open_on = cache(lambda each: is_training_day(each, calendar or rules.calendar))
    known = {violation.sentence for violation in _violations(before, request, rules, open_on)}
    forgiven = FORGIVEN | ({Rule.VENUE} if closed_venue else frozenset())
    new = [
        violation.sentence
        for violation in _violations(standing_rows(db, scope, round_.id), request, rules, open_on)
        if violation.rule not in forgiven and violation.sentence not in known
    ]
    if new:
        raise Conflict("mending_breaks_rules", count=len(new), why=" ".join(new[:TOLD]), violations=new)


def _violations(
    rows: Rows, request: CascadeRequest, rules: RoundRules, open_on: Callable[[date], bool]
) -> tuple[Violation, ...]:
    meetings, seats = rows
    trainers = {(person, row.level) for row in meetings for person in row.trainers}
    return check(
        meetings,
        seats,
        [TrainerRow(person, level, "") for person, level in sorted(trainers)],
        is_training_day=open_on,
        rules=rules.cascade,
        request=request,
    )
