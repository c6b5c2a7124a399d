"""Who will be told, in which language, when, and what it costs: counted from the very texts that a change writes."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, func, select, union
from sqlalchemy.orm import Session

from clusters.calendar.windows import next_open
from clusters.kernel.clock import now
from clusters.kernel.facts import pending, tried
from clusters.people.models import Person, PersonNumber
from clusters.scope import Scope
from clusters.training.actions import call_off, move
from clusters.training.facts import DutiesHandedOver, DutiesLost, SessionCancelled, SessionMoved, SessionsScheduled
from clusters.training.models import Invitation, SessionTrainer, TrainingSession
from clusters.training.queries import seen_by
from clusters.training.rules import Sitting
from messaging.consent.queries import silent, silent_people
from messaging.outbox.models import Message, Subject
from messaging.outbox.rules import State
from messaging.outbox.wording import worded
from messaging.reminders.actions import drop, hand_over, plan, planned_texts, replan, thank
from messaging.reminders.queries import gatherings, reached
from messaging.reminders.rules import CANCELLED, INVITATION, MOVED, SUBJECT, ReminderRules
from messaging.texts.values import jsonable

NOTICES = (MOVED, CANCELLED, INVITATION)
"""Kinds of what a change itself says; who was never told of the session is invited instead."""
ANY_CODE = "1000"
"""Stands for the code that a draft does not have yet: every code takes as much room."""


@dataclass(frozen=True, slots=True)
class Line:
    """The texts of one kind in one language: how many, their segments, and when the first one goes."""

    kind: str
    language: str
    people: int
    texts: int
    segments: int
    first: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """What a change would send, and whom it would not reach.

    `by_hand` persons have no phone; `silent` ones, or their phones, asked for silence, so nothing goes there.
    """

    lines: tuple[Line, ...]
    people: int
    by_hand: int
    silent: int

    @property
    def texts(self) -> int:
        """How many texts that are."""
        return sum(line.texts for line in self.lines)

    @property
    def segments(self) -> int:
        """What is paid for."""
        return sum(line.segments for line in self.lines)


class Foretold(NamedTuple):
    """A text that will be sent, as far as it is counted."""

    person_id: int
    number: str
    kind: str
    language: str
    segments: int
    send_after: datetime


def before_accepting(db: Session, scope: Scope, session_ids: Collection[int], rules: ReminderRules) -> Telling:
    """What goes out when these drafts of training sessions are accepted now."""
    return _summed(db, scope, session_ids, texts_of_drafts(db, scope, session_ids, rules))


def before_moving(
    db: Session,
    scope: Scope,
    session_id: int,
    sittings: Sequence[Sitting],
    rules: ReminderRules,
    *,
    venue_school_id: int | None = None,
) -> Telling | None:
    """What goes out when a training session moves like this; None if nothing would change. Raises what `move` does."""
    with tried(db):
        if not move(db, scope, session_id, sittings, venue_school_id=venue_school_id):
            return None
        return _after(db, scope, session_id, rules)


def before_mending(
    db: Session, scope: Scope, session_ids: Collection[int], change: Callable[[], object], rules: ReminderRules
) -> Telling:
    """What goes out that would not else when training sessions change all at once, those that are new included.

    Raises what `change` does.
    """
    with tried(db):
        meant = Message.subject_kind == SUBJECT, Message.subject_id.in_(session_ids)
        before = frozenset(db.scalars(select(Message.id).where(*meant)))
        change()
        facts = pending(db)
        _follow(db, rules)
        new = {number for fact in facts if isinstance(fact, SessionsScheduled) for number in fact.session_ids}
        about = sorted({*session_ids, *new})
        texts = [each for number in about for each in texts_of_change(db, scope, number, but=before)]
        other = {fact.session_id for fact in facts if isinstance(fact, SessionMoved | SessionCancelled)}
        found = _summed(db, scope, sorted(new | other), texts)
        trainers = {person for fact in facts if isinstance(fact, DutiesHandedOver) for person in fact.joined}
        return replace(found, by_hand=found.by_hand + _phoneless(db, trainers))


def before_calling_off(db: Session, scope: Scope, session_id: int, why: str, rules: ReminderRules) -> Telling:
    """What goes out when a training session is called off now."""
    with tried(db):
        call_off(db, scope, session_id, why)
        return _after(db, scope, session_id, rules)


def before_telling(
    db: Session, scope: Scope, session_id: int, change: Callable[[], bool | None], rules: ReminderRules
) -> Telling | None:
    """The notices of a change to those invited, without reminders and without who leads; None if nothing would change.

    Raises what `change` does, which is undone.
    """
    with tried(db):
        if change() is False:
            return None
        _follow(db, rules)
        leads = select(SessionTrainer.person_id).where(SessionTrainer.session_id == session_id)
        leaders = set(db.scalars(leads))
        texts = [
            each
            for each in texts_of_change(db, scope, session_id)
            if each.kind in NOTICES and each.person_id not in leaders
        ]
        return _summed(db, scope, [session_id], texts)


def _after(db: Session, scope: Scope, session_id: int, rules: ReminderRules) -> Telling:
    _follow(db, rules)
    return _summed(db, scope, [session_id], texts_of_change(db, scope, session_id))


def _follow(db: Session, rules: ReminderRules) -> None:
    for fact in pending(db):
        if isinstance(fact, SessionsScheduled):
            plan(db, fact, rules)
        elif isinstance(fact, SessionMoved):
            replan(db, fact, rules)
        elif isinstance(fact, SessionCancelled):
            drop(db, fact, rules)
        elif isinstance(fact, DutiesHandedOver):
            hand_over(db, fact, rules)
        elif isinstance(fact, DutiesLost):
            thank(db, fact, rules)


def texts_of_drafts(
    db: Session, scope: Scope, session_ids: Collection[int], rules: ReminderRules
) -> Iterable[Foretold]:
    """The texts of these drafts, one by one, from the rules that will write them."""
    meant = [replace(each, code=each.code or ANY_CODE) for each in gatherings(db, scope, session_ids, drafts=True)]
    people = defaultdict(list)
    for each in reached(db, scope, session_ids):
        people[each.session_id].append(each)
    opens = next_open(now(db), rules.hours)
    sizes = _Sizes()
    revisions = dict.fromkeys((each.id for each in meant), 1)
    for draft in planned_texts(db, meant, revisions, people, opens, rules):
        segments = sizes.of(draft.number, draft.text_key, draft.text_values, draft.language)
        yield Foretold(draft.person_id, draft.number, draft.kind, draft.language, segments, draft.send_after)


def texts_of_change(db: Session, scope: Scope, session_id: int, *, but: Collection[UUID] = ()) -> Iterable[Foretold]:
    """The texts about a training session that wait in its newest revision, but for some."""
    sizes = _Sizes()
    rows = db.scalars(
        select(Message)
        .join(Subject, (Subject.kind == Message.subject_kind) & (Subject.id == Message.subject_id))
        .join(TrainingSession, TrainingSession.id == Message.subject_id)
        .where(
            Message.subject_kind == SUBJECT,
            Message.subject_id == session_id,
            Message.revision == Subject.revision,
            Message.state == State.QUEUED,
            seen_by(scope),
        )
    )
    for row in rows:
        if row.id in but:
            continue
        segments = sizes.of(row.number, row.text_key, row.text_values, row.language)
        yield Foretold(row.person_id, row.number, row.kind, row.language, segments, row.send_after)


@dataclass
class _Sizes:
    """Sizes of texts; the same words are written once."""

    known: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def of(self, number: str, key: str, values: object, language: str) -> int:
        """The segments of a text."""
        said = jsonable(values)
        at = key, language, repr(said)
        if at not in self.known:
            self.known[at] = worded(number, key, said, language).measure.segments
        return self.known[at]


def _summed(db: Session, scope: Scope, session_ids: Collection[int], texts: Iterable[Foretold]) -> Telling:
    listed = list(texts)
    numbers, persons = silent(db, {each.number for each in listed}), silent_people(db, {e.person_id for e in listed})
    quiet = {each for each in listed if each.number in numbers or each.person_id in persons}
    told: defaultdict[tuple[str, str], list[Foretold]] = defaultdict(list)
    for each in listed:
        if each not in quiet:
            told[each.kind, each.language].append(each)
    lines = [
        Line(
            kind,
            language,
            len({each.person_id for each in some}),
            len(some),
            sum(each.segments for each in some),
            min(each.send_after for each in some),
        )
        for (kind, language), some in told.items()
    ]
    return Telling(
        tuple(sorted(lines, key=lambda line: (line.first, line.kind, line.language))),
        len({each.person_id for some in told.values() for each in some}),
        _without_phone(db, scope, session_ids),
        len({each.person_id for each in quiet}),
    )


def _without_phone(db: Session, scope: Scope, session_ids: Collection[int]) -> int:
    """Persons invited to these training sessions, or leading them, whom no number reaches."""
    everybody = union(
        *(
            select(table.person_id)
            .join(TrainingSession, TrainingSession.id == table.session_id)
            .where(table.session_id.in_(session_ids), seen_by(scope))
            for table in (Invitation, SessionTrainer)
        )
    ).subquery()
    phone = exists().where(PersonNumber.person_id == everybody.c.person_id, PersonNumber.until.is_(None))
    return db.scalar(select(func.count()).select_from(everybody).where(~phone)) or 0


def _phoneless(db: Session, persons: Collection[int]) -> int:
    """How many of these persons no number reaches."""
    phone = exists().where(PersonNumber.person_id == Person.id, PersonNumber.until.is_(None))
    return db.scalar(select(func.count()).select_from(Person).where(Person.id.in_(persons), ~phone)) or 0
