"""Mends rounds after bad news: what stands, the pure planner, its independent checker, a draft saved or done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.calendar.rules import CalendarRules, is_training_day, training_days
from clusters.cascade.checker import Rule, Violation, check
from clusters.cascade.closures import rooms_of
from clusters.cascade.mending.news import Mended, News
from clusters.cascade.mending.relaxing import Relaxation, relaxations
from clusters.cascade.mending.rows import mended_rows
from clusters.cascade.queries import Ground, ground
from clusters.cascade.record import RoundRules, read
from clusters.cascade.replan import replan
from clusters.cascade.rules import CascadeRequest, MeetingRow, SeatRow, Taken, TrainerRow
from clusters.kernel.audit import Actor
from clusters.kernel.clock import today
from clusters.kernel.errors import Invalid, NotFound
from clusters.kernel.unit import UnitOfWork
from clusters.people.models import Person
from clusters.scope import Scope
from clusters.structure.models import School
from clusters.training.actions import add_to_summary, mend, save_mending
from clusters.training.mendings import Changed, mending_of, revisions, standing_rounds, standing_rows
from clusters.training.rounds import promised, round_of
from cop.compute.cascade import HORIZON
from messaging.reminders.queries import knowing
from messaging.reminders.rules import ReminderRules
from messaging.reminders.telling import Telling, before_mending

NOTICE = timedelta(days=7)
"""Whoever is not hit keeps her days for at least so long."""
EVERYWHERE = "T/"
HOUSE = Actor("command line")


@dataclass(frozen=True, slots=True)
class Happened:
    """Bad news as somebody tells it: persons who left, rooms by EMIS code, days on which a place is closed.

    Of a `zone` only the schools of that zone are closed.
    """

    lost: tuple[int, ...] = ()
    closed_venues: tuple[str, ...] = ()
    closed_days: tuple[date, ...] = ()
    place: str = EVERYWHERE
    zone: str | None = None
    why: str = ""

    def written(self) -> dict[str, Any]:
        """As a table holds it."""
        return {
            "lost": list(self.lost),
            "closed_venues": list(self.closed_venues),
            "closed_days": [day.isoformat() for day in self.closed_days],
            "place": self.place,
            "zone": self.zone,
            "why": self.why,
        }


def happened(kept: Mapping[str, Any]) -> Happened:
    """News that was written."""
    return Happened(
        tuple(kept["lost"]),
        tuple(kept["closed_venues"]),
        tuple(date.fromisoformat(day) for day in kept["closed_days"]),
        kept["place"],
        kept["zone"],
        kept["why"],
    )


@dataclass(frozen=True)
class MendedRound:
    """A round with what would change in it; not saved yet. `sessions` are all that are planned or held."""

    round_id: int
    name: str
    sessions: int
    mended: Mended
    changes: tuple[Changed, ...]

    def summary(self) -> dict[str, Any]:
        """The figures, as commands print them and the draft keeps them."""
        found = self.mended
        others = self.sessions - len(found.broken)
        return {
            "sessions": self.sessions,
            "broken": list(found.broken),
            "others_changed": len(found.others),
            "others_changed_percent": round(100 * len(found.others) / others, 2) if others else 0.0,
            "end_before": found.end_before.isoformat(),
            "end_date": found.end.isoformat(),
            "fewest": found.fewest,
            "soonest": found.soonest,
            "nearest": found.nearest,
            "begun": list(found.begun),
        }


@dataclass(frozen=True)
class _Read:
    """What a round stands on."""

    round_id: int
    name: str
    rules: RoundRules
    ground: Ground
    meetings: tuple[MeetingRow, ...]
    seats: tuple[SeatRow, ...]
    taken: tuple[Taken, ...]
    revisions: dict[int, int]
    told: dict[int, int]


def mend_rounds(
    unit: UnitOfWork,
    what: Happened,
    calendar: CalendarRules,
    *,
    scope: Scope | None = None,
    actor: Actor = HOUSE,
    on_progress: Callable[[float], None] = lambda share: None,
) -> tuple[MendedRound, ...]:
    """What would change in every accepted round that the news hits; Invalid when there is no way under the rules.

    The database is read in one unit and left alone while the planner works.
    """
    scope = scope or Scope.everywhere()
    with unit(actor, to_read=True) as db:
        day = today(db)
        news = _news(db, scope, what, day)
        read_ = [each for number in standing_rounds(db, scope) if (each := _read(db, scope, number, day)) is not None]
    found: list[MendedRound] = []
    moved: list[Taken] = []
    for count, each in enumerate(read_):
        on_progress(count / len(read_))
        if not _is_hit(each, news):
            continue
        each = replace(each, taken=(*each.taken, *moved))
        done = _mend(each, news, calendar)
        found.append(done)
        moved += _takes(each, done)
    if not found:
        raise Invalid("news_hits_nothing")
    return tuple(found)


def save_all(db: Session, scope: Scope, what: Happened, rounds: tuple[MendedRound, ...]) -> list[int]:
    """Save a draft for each round; their numbers."""
    return [
        save_mending(db, scope, each.round_id, what.written(), each.changes, each.summary())
        for each in rounds
        if each.changes
    ]


def foretell(db: Session, scope: Scope, mending_id: int, calendar: CalendarRules, rules: ReminderRules) -> Telling:
    """Who would be told if a draft were done now, and what it costs."""
    row = mending_of(db, scope, mending_id)
    ids = [change.session for change in row.changes]
    return before_mending(db, scope, ids, lambda: mend(db, scope, mending_id, calendar=calendar), rules)


def keep_telling(db: Session, scope: Scope, mending_id: int, drafts: Sequence[int], telling: Telling) -> None:
    """Write with a draft who would be told, so that its page need not try it out; and which drafts came with it."""
    lines = [{**asdict(line), "first": line.first.isoformat()} for line in telling.lines]
    told = {"lines": lines, "people": telling.people, "by_hand": telling.by_hand, "silent": telling.silent}
    others = [number for number in drafts if number != mending_id]
    add_to_summary(db, scope, mending_id, {"told": told, "with": others})


def _news(db: Session, scope: Scope, what: Happened, day: date) -> News:
    if not (what.lost or what.closed_venues or what.closed_days):
        raise Invalid("news_of_nothing")
    for person in what.lost:
        if db.scalar(select(Person.id).where(Person.id == person)) is None:
            raise NotFound("person", id=person)
    for code in what.closed_venues:
        if db.scalar(select(School.id).where(School.code == code)) is None:
            raise NotFound("school", code=code)
    past = [each for each in what.closed_days if each < day]
    if past:
        raise Invalid("news_of_the_past", day=past[0], today=day)
    rooms = rooms_of(db, scope, what.place, what.zone) if what.closed_days else frozenset()
    return News(
        since=day + NOTICE,
        today=day,
        lost=frozenset(what.lost),
        closed_venues=frozenset(what.closed_venues),
        shut=frozenset((room, each) for room in rooms for each in what.closed_days),
    )


def _read(db: Session, scope: Scope, round_id: int, day: date) -> _Read | None:
    row = round_of(db, scope, round_id)
    rules = read(row.rules)
    meetings, seats = standing_rows(db, scope, round_id)
    if rules is None or not meetings or max(meeting.day for meeting in meetings) < day:
        return None
    everywhere = Scope.everywhere()
    ids = sorted({meeting.id for meeting in meetings})
    return _Read(
        round_id,
        row.name,
        rules,
        ground(db, everywhere, day),
        meetings,
        seats,
        promised(db, everywhere, min(meeting.day for meeting in meetings), without_round=round_id),
        revisions(db, scope, round_id),
        knowing(db, everywhere, ids),
    )


def _is_hit(each: _Read, news: News) -> bool:
    return any(
        row.day >= news.today and (not news.lost.isdisjoint(row.trainers) or news.closes(row.venue, row.day))
        for row in each.meetings
    )


def _mend(each: _Read, news: News, calendar: CalendarRules) -> MendedRound:
    first = min(row.day for row in each.meetings)
    days = training_days(first, news.today + HORIZON, calendar)
    request = each.ground.request(each.rules.modules, days, each.taken, each.rules.cascade)
    answer = replan(request, each.meetings, each.seats, news, each.told)
    if not isinstance(answer, Mended):
        found = relaxations(request, each.meetings, each.seats, news, each.told, len(answer.sessions))
        raise _unmendable(each, answer.sentence, answer.sessions, found)
    broken = _new_violations(each, answer, request, news, calendar)
    if broken:
        raise Invalid("round_breaks_rules", count=len(broken), violations=[one.sentence for one in broken])
    hit = set(answer.broken)
    changes = tuple(
        Changed(
            change.session,
            each.revisions[change.session],
            change.session in hit,
            change.days_before,
            change.days,
            change.venue_before,
            change.venue,
            change.trainers_before,
            change.trainers,
        )
        for change in answer.changes
    )
    return MendedRound(each.round_id, each.name, len({row.id for row in each.meetings}), answer, changes)


def _unmendable(each: _Read, sentence: str, sessions: tuple[int, ...], found: tuple[Relaxation, ...]) -> Invalid:
    clashing = [one.rule for one in found]
    offered = found[0].sentence if found else "No single rule stands in the way alone."
    return Invalid(
        "news_unmendable",
        why=f"{sentence} {offered}",
        round=each.round_id,
        sessions=list(sessions),
        clashing=clashing,
        relaxation=None if not found else {"rule": found[0].rule, "sentence": offered, "amount": found[0].amount},
        others=[{"rule": one.rule, "sentence": one.sentence, "amount": one.amount} for one in found[1:]],
    )


def _new_violations(
    each: _Read, answer: Mended, request: CascadeRequest, news: News, calendar: CalendarRules
) -> list[Violation]:
    """What the checker finds after the changes and did not find before them."""
    asked = replace(
        request,
        taken=(*request.taken, *(Taken(day, None, room, away=True) for room, day in sorted(news.shut))),
        core=tuple(member for member in request.core if member.person not in news.lost),
        masters=tuple(member for member in request.masters if member.person not in news.lost),
        circle_trainers=tuple(member for member in request.circle_trainers if member.person not in news.lost),
    )
    open_on = cache(lambda day: is_training_day(day, calendar))
    forgiven = {Rule.COVERAGE, Rule.NEAREST, Rule.ROWS} | ({Rule.VENUE} if news.closed_venues else set())
    seats = tuple(seat for seat in each.seats if seat.person not in news.lost)

    def found(rows: list[MeetingRow]) -> tuple[Violation, ...]:
        trainers = {(person, row.level) for row in rows for person in row.trainers}
        listed = [TrainerRow(person, level, "") for person, level in sorted(trainers)]
        return check(rows, seats, listed, is_training_day=open_on, rules=request.rules, request=asked)

    known = {violation.sentence for violation in found(list(each.meetings))}
    return [
        violation
        for violation in found(mended_rows(each.meetings, answer.changes, request))
        if violation.rule not in forgiven and violation.sentence not in known
    ]


def _takes(each: _Read, done: MendedRound) -> list[Taken]:
    """The days that the changes take from the other rounds."""
    seated: dict[int, list[int]] = {}
    for seat in each.seats:
        seated.setdefault(seat.session, []).append(seat.person)
    found = []
    for change in done.changes:
        for day in change.days:
            found.append(Taken(day, None, change.venue))
            found += [Taken(day, person) for person in (*change.trainers, *seated.get(change.session, ()))]
    return found
