"""Plans a round of the cascade: what the database holds, the pure planner, its independent checker, a draft saved."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules, is_training_day, training_days
from clusters.calendar.windows import KARACHI
from clusters.cascade.checker import Violation, check
from clusters.cascade.feasibility import Remark
from clusters.cascade.queries import Ground, ground, modules_of
from clusters.cascade.record import RoundRules, written
from clusters.cascade.rules import CascadeRequest, CascadeRules, Member
from clusters.cascade.timetable import CascadePlan, DraftMeeting, DraftTrainingSession, Infeasible, plan_cascade
from clusters.kernel.audit import Actor
from clusters.kernel.clock import today
from clusters.kernel.errors import Conflict, Invalid
from clusters.kernel.unit import UnitOfWork
from clusters.modules.rules import Subject
from clusters.scope import Scope
from clusters.training.actions import accept_round, replace_round, save_round
from clusters.training.models import TrainingSession
from clusters.training.rounds import levels, promised, round_of, seats, told
from clusters.training.rules import Invitee, Proposal, Sitting
from messaging.outbox.models import Message
from messaging.outbox.rules import WAITING
from messaging.texts.catalogue import entry

COMMAND_LINE = Actor("command line")
NOTICE = timedelta(days=14)
"""A round starts this long after it is planned, so that people hear of it a week before it begins."""
HORIZON = timedelta(days=3 * 366)
"""How far ahead training days are offered."""
STAFFING_KEYS = frozenset({"no_core_team_member", "no_master_trainer", "no_circle_trainer", "no_teacher"})
"""Problems that `cop people fill` ends in a trial."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: subjects, a first day (None: in two weeks), a name (""; one is made), a seed."""

    subjects: tuple[Subject, ...]
    from_date: date | None = None
    name: str = ""
    seed: int = 0
    instead_of: int | None = None
    """A round of which it replaces what is not held yet."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A round that was planned and checked, on the ground it was planned on; not saved yet."""

    name: str
    from_date: date
    plan: CascadePlan
    ground: Ground
    rules: RoundRules
    instead_of: int | None
    violations: tuple[Violation, ...]


def plan_round(
    unit: UnitOfWork,
    wish: Wish,
    calendar: CalendarRules,
    *,
    rules: CascadeRules | None = None,
    on_progress: Callable[[int, int], None] = lambda done, of: None,
    out_of_time: Callable[[], bool] = lambda: False,
) -> Planned:
    """Plan a round on what the database holds now; Invalid with every problem when there is no plan.

    The database is read in one unit and left alone while the planner works.
    """
    rules = rules or CascadeRules()
    scope = Scope.everywhere()
    with unit(Actor("command line")) as db:
        tomorrow = today(db) + timedelta(days=1)
        from_date = wish.from_date or today(db) + NOTICE
        if from_date < tomorrow:
            raise Invalid("round_begins_in_the_past", day=from_date, earliest=tomorrow)
        base = ground(db, scope, from_date)
        modules = modules_of(db, scope, wish.subjects)
        taken = promised(db, scope, from_date, without_round=wish.instead_of)
        if wish.instead_of is not None and round_of(db, scope, wish.instead_of).state != "accepted":
            raise Conflict("round_not_accepted", name=round_of(db, scope, wish.instead_of).name)
    days = training_days(from_date, from_date + HORIZON, calendar)
    request = base.request(modules, days, taken, rules)
    if base.roomless:
        raise _infeasible((_roomless(base.roomless),))
    plan = plan_cascade(request, seed=wish.seed, on_progress=on_progress, out_of_time=out_of_time)
    if isinstance(plan, Infeasible):
        raise _infeasible(plan.problems)
    return Planned(
        wish.name or _name(wish.subjects, plan.start_date),
        from_date,
        plan,
        base,
        RoundRules(modules, rules, calendar, wish.seed),
        wish.instead_of,
        _checked(plan, request, calendar, rules),
    )


def save(
    unit: UnitOfWork,
    planned: Planned,
    *,
    actor: Actor = COMMAND_LINE,
    also: Callable[[Session, int], None] = lambda db, draft: None,
) -> int:
    """Save a planned round as a draft; returns its number. One that breaks a rule is not saved.

    `also` is done in the same transaction.
    """
    if planned.violations:
        raise Invalid("round_breaks_rules", count=len(planned.violations), violations=sentences(planned.violations))
    proposals = [_proposal(each, planned) for each in planned.plan.sessions]
    with unit(actor) as db:
        draft = save_round(
            db,
            Scope.everywhere(),
            planned.name,
            planned.from_date,
            proposals,
            rules=written(planned.rules),
            summary=summary(planned.plan) | ({} if planned.instead_of is None else {"instead_of": planned.instead_of}),
        )
        also(db, draft)
        return draft


def summary(plan: CascadePlan) -> dict[str, Any]:
    """The figures of a plan, as the command prints and the round keeps them."""
    return {
        "sessions": len(plan.sessions),
        "by_level": {level.value: count for level, count in plan.by_level().items()},
        "start_date": plan.start_date.isoformat(),
        "end_date": plan.end_date.isoformat(),
        "makespan_days": plan.makespan_days,
        "lower_bound_days": plan.lower_bound_days,
        "proved": plan.proved,
        "settled": plan.settled,
        "earliest_end": None if plan.earliest_end is None else plan.earliest_end.isoformat(),
        "hangs_on": None if plan.hangs_on is None else _remarked(plan.hangs_on),
        "remarks": [_remarked(remark) for remark in plan.remarks],
    }


def _remarked(remark: Remark) -> dict[str, Any]:
    return {"key": remark.key, "sentence": remark.sentence, "values": dict(remark.values)}


def sentences(violations: Iterable[Violation]) -> list[str]:
    """What is broken, for people."""
    return [violation.sentence for violation in violations]


def _checked(
    plan: CascadePlan, request: CascadeRequest, calendar: CalendarRules, rules: CascadeRules
) -> tuple[Violation, ...]:
    return check(
        plan.meeting_rows(),
        plan.seat_rows(),
        plan.trainers,
        is_training_day=cache(lambda day: is_training_day(day, calendar)),
        rules=rules,
        request=request,
    )


def _infeasible(problems: Sequence[Remark]) -> Invalid:
    said = [problem.sentence for problem in problems]
    if any(problem.key in STAFFING_KEYS for problem in problems):
        said.append("For a trial, `cop people fill --seed 1` invents trainers and teachers.")
    relaxations = [
        {"problem": problem.key, "rule": way.rule, "before": way.before, "value": way.value, "sentence": way.sentence}
        for problem in problems
        for way in problem.ways
    ]
    return Invalid(
        "round_infeasible",
        why=" ".join(said),
        problems=said,
        keys=[problem.key for problem in problems],
        relaxations=relaxations,
    )


def _roomless(clusters: Sequence[str]) -> Remark:
    first = ", ".join(clusters[:5])
    more = f" and {len(clusters) - 5} more" if len(clusters) > 5 else ""
    return Remark("no_host", f"No host school is known for {first}{more}, so nobody can meet there. Name one first.")


def _name(subjects: Sequence[Subject], start: date) -> str:
    return f"{', '.join(subjects).capitalize()} from {start.day} {start:%B %Y}"


def _proposal(each: DraftTrainingSession, planned: Planned) -> Proposal:
    base = planned.ground
    room = base.rooms[each.venue]
    return Proposal(
        level=each.level,
        subject=each.subject,
        place_id=base.places[each.place],
        venue=room.name,
        venue_school_id=room.school_id,
        trainers=each.trainers,
        sittings=tuple(_sitting(meeting) for meeting in each.meetings),
        invitees=tuple(
            Invitee(member.person, base.schools[member.school].school_id if member.school else None)
            for member in sorted(each.participants, key=lambda member: _row_order(member, base))
        ),
        capacity=planned.rules.cascade.of(each.level).capacity,
        module=each.module.number,
    )


def _row_order(member: Member, base: Ground) -> tuple[str, str, int]:
    """Rows of the sheet stand by school, then by name."""
    return base.schools[member.school].name if member.school else "", base.names[member.person], member.person


def _sitting(meeting: DraftMeeting) -> Sitting:
    starts, ends = (
        datetime.combine(meeting.day, hour, tzinfo=KARACHI).astimezone(UTC) for hour in (meeting.starts, meeting.ends)
    )
    return Sitting(starts, ends)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting a round set going: `texts` wait in the outbox and will travel in so many `segments`."""

    round_id: int
    name: str
    first_day: date
    last_day: date
    sessions: int
    invitations: int
    by_hand: int
    newcomers: int
    texts: int
    segments: int
    left_out: int


def accept(
    unit: UnitOfWork,
    round_id: int,
    calendar: CalendarRules,
    *,
    from_date: date | None = None,
    what_fits: bool = False,
) -> Accepted:
    """Accept a draft, or of it what begins from a date on, checked again by the calendar of today; what that set going.

    With `what_fits` the rest of it is accepted where something no longer fits.
    """
    scope = Scope.everywhere()
    with unit(Actor("command line")) as db:
        if "instead_of" in round_of(db, scope, round_id).summary:
            sessions = replace_round(db, scope, round_id, calendar=calendar, from_date=from_date)
        else:
            sessions = accept_round(db, scope, round_id, calendar=calendar, from_date=from_date, what_fits=what_fits)
    # What follows from it is written when the unit closes, so it is counted in the next.
    with unit(Actor("command line")) as db:
        row = round_of(db, scope, round_id)
        found = levels(db, scope, round_id)
        texts, segments = _texts(db, {round_id, row.summary.get("instead_of", round_id)})
        return Accepted(
            round_id,
            row.name,
            min(level.first for level in found),
            max(level.last for level in found),
            sessions,
            seats(db, scope, round_id),
            told(db, scope, round_id).by_hand,
            row.summary.get("newcomers", 0),
            texts,
            segments,
            row.summary.get("left_out", 0),
        )


def _texts(db: Session, round_ids: Collection[int]) -> tuple[int, int]:
    """The texts that wait about the training sessions of rounds, and the segments they may take at most."""
    statement = (
        select(Message.text_key, Message.language, func.count().label("texts"))
        .join(TrainingSession, TrainingSession.id == Message.subject_id)
        .where(
            Message.subject_kind == "training_session",
            TrainingSession.round_id.in_(round_ids),
            Message.state.in_(WAITING),
        )
        .group_by(Message.text_key, Message.language)
    )
    rows = db.execute(statement).all()
    return sum(row.texts for row in rows), sum(row.texts * entry(row.text_key, row.language).segments for row in rows)
