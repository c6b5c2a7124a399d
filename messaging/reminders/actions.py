"""What training sessions make us say: planned, planned anew or dropped, in the unit of the change itself."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import ScalarSelect, and_, distinct, func, or_, select, true, update
from sqlalchemy.orm import Session

from clusters.calendar.windows import next_open
from clusters.kernel.audit import acting
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict
from clusters.kernel.failpoints import fp
from clusters.people.facts import NumberChanged
from clusters.scope import Scope
from clusters.structure.facts import SchoolsPlaced
from clusters.training.facts import (
    AttendanceTaken,
    DutiesHandedOver,
    DutiesLost,
    InvitationAnswered,
    PlaceGiven,
    PlaceLeft,
    SessionCancelled,
    SessionMoved,
    SessionReinstated,
    SessionsScheduled,
    SessionsUnscheduled,
    WaitListJoined,
)
from clusters.training.models import TrainingSession
from clusters.training.rules import Answer
from messaging.consent.actions import opt_out
from messaging.outbox import actions as outbox
from messaging.outbox.actions import About, Draft, enqueue, raise_revision, withdraw
from messaging.outbox.models import Message, Subject
from messaging.outbox.rules import NEVER_SENT, WAITING, TextClass
from messaging.reminders.queries import (
    Gathering,
    Reached,
    coming_of,
    gatherings,
    reached,
    silenced_before,
    somebody,
    waits,
)
from messaging.reminders.rules import (
    ANSWERED_TEXTS,
    APART,
    ASK_EXCUSED,
    ASK_REPORT,
    CANCELLED,
    HANDED_OVER,
    INVITATION,
    LEAD,
    LEAD_EXCUSED,
    LEAD_REMINDER,
    MOVED,
    PLACE,
    PLEASE_REPORT,
    REINSTATED,
    SUBJECT,
    TOO_LATE,
    WAIT_LIST,
    ReminderRules,
    Slot,
    kind_of,
    kind_of_report,
    slot_of_report,
    slot_of_trainer,
    slots,
    text_of,
    text_of_move,
)
from messaging.texts.catalogue import DEFAULT_LANGUAGE, entry

RULES = ReminderRules()
EVERYWHERE = Scope.everywhere()
TOLD_TO_LEADERS = ("invitation_lead", LEAD_REMINDER, LEAD_EXCUSED, ASK_REPORT, ASK_EXCUSED)
"""Texts that name the code of a training session."""


class _Values:
    """Everything that texts about a training session may name; each text takes its own, the same for everybody."""

    def __init__(self, gathering: Gathering, rules: ReminderRules, **more: object) -> None:
        self._all: dict[str, object] = {
            "subject": gathering.subject,
            "start": gathering.starts_at,
            "venue": gathering.venue,
            "code": gathering.code,
            "invited": gathering.invited,
            "coming": gathering.coming,
            "excused": list(gathering.excused),
            "help_number": rules.help_number,
            "reply_number": rules.help_number,
            "call_number": rules.call_number,
            **more,
        }
        self._taken: dict[str, dict[str, object]] = {}

    def of(self, key: str) -> Mapping[str, object]:
        """What a text names."""
        if key not in self._taken:
            self._taken[key] = {name: self._all[name] for name in _named_by(key)}
        return self._taken[key]


def plan(db: Session, fact: SessionsScheduled, rules: ReminderRules = RULES) -> None:
    """Training sessions are planned: everybody with a phone is invited and will be reminded."""
    _plan(db, fact.session_ids, rules, hold=fact.hold)


def unplan(db: Session, fact: SessionsUnscheduled) -> None:
    """Training sessions are drafts again: nothing more goes about them. Conflict when something has gone already."""
    gone = select(func.count(distinct(Message.person_id))).where(
        Message.subject_kind == SUBJECT,
        Message.subject_id.in_(fact.session_ids),
        Message.state.not_in((*WAITING, *NEVER_SENT)),
    )
    known = select(Subject.id).where(Subject.kind == SUBJECT, Subject.id.in_(fact.session_ids)).order_by(Subject.id)
    for session_id in db.scalars(known).all():
        raise_revision(db, SUBJECT, session_id, "withdrawn")
    # Counted when the subjects are ours: nobody can hand a text over in between.
    if people := db.scalar(gone):
        raise Conflict("round_told", name=fact.round_name, people=people)


def replan(db: Session, fact: SessionMoved, rules: ReminderRules = RULES) -> None:
    """A training session moved: all that was to be said is withdrawn, everybody gets one notice, reminders follow."""
    for gathering in _of(db, [fact.session_id]):
        about_gatherings(db, [gathering])
        known, told = _untold_moves(db, gathering.id), _told(db, gathering.id)
        revision = raise_revision(db, SUBJECT, gathering.id, "moved")
        people, opens = _by_session(db, [gathering]), next_open(now(db), rules.hours)
        notices = []
        for each in people[gathering.id]:
            old = known.get(each.person_id, _Untold())
            same = old.start in (None, fact.old_starts_at)  # else the notice that waits speaks of another day
            start = fact.starts_at or gathering.starts_at
            before = ((old.old if same else None) or fact.old_starts_at, old.venue or fact.old_venue)
            new = each.leads and each.person_id in fact.joined  # what was before, she never knew
            notice = None if new else _moved(gathering, each, start, before, revision, opens, rules)
            if notice is None and (new or each.person_id not in told):
                notice = _invitation(gathering, each, revision, opens, _Values(gathering, rules), rules)
            notices.append(notice)
            if not same and old.start and old.old:
                kept = _moved(gathering, each, old.start, (old.old, gathering.venue), revision, opens, rules)
                notices.append(kept and replace(kept, again=1))
        enqueue(db, filter(None, notices))
        enqueue(db, _reminders(db, [gathering], {gathering.id: revision}, people, now(db), rules))


def hand_over(db: Session, fact: DutiesHandedOver, rules: ReminderRules = RULES) -> None:
    """Others lead a training session: who joined is asked whether she can; of those invited nobody is told."""
    for gathering in _of(db, [fact.session_id]):
        revisions = about_gatherings(db, [gathering])
        kinds = [LEAD, *map(kind_of, rules.days_before)]
        kinds += [kind_of_report(day, len(gathering.ends)) for day in range(1, len(gathering.ends) + 1)]
        for person_id in fact.left:
            withdraw(db, SUBJECT, gathering.id, "handed_over", person_id=person_id, kinds=kinds)
        for person_id in fact.joined:
            withdraw(db, SUBJECT, gathering.id, "handed_over", person_id=person_id, kinds=[HANDED_OVER])
        people, opens = _by_session(db, [gathering]), next_open(now(db), rules.hours)
        joined = {gathering.id: [e for e in people[gathering.id] if e.leads and e.person_id in fact.joined]}
        values = _Values(gathering, rules)
        # Who joined may have held the old code of another training session already.
        outbox.reword(db, subject=(SUBJECT, gathering.id), text_keys=TOLD_TO_LEADERS, values={"code": gathering.code})
        for each in joined[gathering.id]:
            asked = _invitation(gathering, each, revisions[gathering.id], opens, values, rules)
            if asked is not None and _thanked(db, each.person_id):
                enqueue(db, replace(asked, again=_made(db, gathering.id, each.person_id, LEAD)))
            elif asked is not None:
                enqueue(db, asked, anew=True)
        enqueue(db, _reminders(db, [gathering], revisions, joined, now(db), rules), anew=True)


def thank(db: Session, fact: DutiesLost, rules: ReminderRules = RULES) -> None:
    """Somebody leads training sessions no more: she reads so once, however many they are, as far as she knew of any."""
    known = [number for number in fact.session_ids if fact.person_id in _told(db, number)]
    for gathering in _of(db, known[:1]):
        revisions = about_gatherings(db, [gathering])
        opens = next_open(now(db), rules.hours)
        key = "handed_over" if len(known) == 1 else "handed_over_more"
        values = _Values(gathering, rules, more=len(known) - 1)
        slot = Slot(HANDED_OVER, 0, opens, gathering.starts_at)
        for each in somebody(db, EVERYWHERE, gathering.id, fact.person_id):
            if opens < gathering.starts_at:
                draft = _draft(gathering, each, slot, revisions[gathering.id], key, values, TextClass.CHANGE)
                enqueue(db, replace(draft, again=_made(db, gathering.id, fact.person_id, HANDED_OVER)))


def drop(db: Session, fact: SessionCancelled, rules: ReminderRules = RULES) -> None:
    """A training session was called off: everybody who was invited or leads reads so, and nothing more about it."""
    for gathering in _of(db, [fact.session_id]):
        about_gatherings(db, [gathering])
        revision = raise_revision(db, SUBJECT, gathering.id, "cancelled")
        slot = Slot(CANCELLED, 0, next_open(now(db), rules.hours), gathering.starts_at)
        values = _Values(gathering, rules, reason=fact.why)
        people = reached(db, EVERYWHERE, [gathering.id])
        notices = [_draft(gathering, each, slot, revision, "cancelled", values, TextClass.CHANGE) for each in people]
        enqueue(db, filter(None, notices))


def take_up_again(db: Session, fact: SessionReinstated, rules: ReminderRules = RULES) -> None:
    """A training session takes place after all: who read that it does not reads so, the others are told nothing new."""
    for gathering in _of(db, [fact.session_id]):
        about_gatherings(db, [gathering])
        misled, told = _told(db, gathering.id, CANCELLED), _told(db, gathering.id)
        revision = raise_revision(db, SUBJECT, gathering.id, "withdrawn")
        people, opens = _by_session(db, [gathering]), next_open(now(db), rules.hours)
        slot, values = Slot(REINSTATED, 0, opens, gathering.starts_at), _Values(gathering, rules)
        notices: list[Draft | None] = []
        for each in people[gathering.id]:
            if each.person_id in misled:
                notices.append(_draft(gathering, each, slot, revision, "reinstated", values, TextClass.CHANGE))
            elif each.person_id not in told:
                notices.append(_invitation(gathering, each, revision, opens, values, rules))
        enqueue(db, filter(None, notices))
        enqueue(db, _reminders(db, [gathering], {gathering.id: revision}, people, now(db), rules))


def follow_answer(db: Session, fact: InvitationAnswered, rules: ReminderRules = RULES) -> None:
    """Who will not come is reminded no more; who said yes is not asked again; trainers read how many will come."""
    kinds = [kind_of(days) for days in rules.days_before]
    for gathering in _of(db, [fact.session_id]):
        revisions = about_gatherings(db, [gathering])
        if fact.answer is Answer.NO:
            withdraw(db, SUBJECT, gathering.id, "answered_no", person_id=fact.person_id, kinds=kinds)
        elif fact.before is Answer.NO:
            told_before, person = now(db) - APART, _by_session(db, [gathering], fact.person_id)
            enqueue(db, _reminders(db, [gathering], revisions, person, told_before, rules), anew=True)
        subject = (SUBJECT, gathering.id)
        for days in rules.days_before:
            key = text_of(days, fact.answer)
            outbox.reword(
                db,
                subject=subject,
                person_id=fact.person_id,
                kinds=[kind_of(days)],
                text_keys=ANSWERED_TEXTS,
                text_key=key,
            )
        # Counted again now that the subject is ours: of answers at one moment each saw only itself before.
        for anew in _of(db, [gathering.id]):
            _reword_for_trainers(db, anew)


def offer(db: Session, fact: PlaceGiven, rules: ReminderRules = RULES) -> None:
    """Somebody came onto the list: she is invited, or reads that a place came free, and will be reminded."""
    for gathering in _of(db, [fact.session_id]):
        revisions = about_gatherings(db, [gathering])
        withdraw(db, SUBJECT, gathering.id, "place_given", person_id=fact.person_id, kinds=[WAIT_LIST])
        people = _by_session(db, [gathering], fact.person_id)
        opens, last = next_open(now(db), rules.hours), gathering.starts_at - TOO_LATE
        for each in people[gathering.id]:
            if each.leads or opens >= last:
                continue
            key = "place_yours" if each.answer is Answer.YES else "place_free" if fact.waited else rules.invitation
            slot = Slot(INVITATION if key == rules.invitation else PLACE, 0, opens, last)
            draft = _draft(gathering, each, slot, revisions[gathering.id], key, _Values(gathering, rules))
            # One who left and came back before her invitation had gone is invited after all.
            came_back = slot.kind == INVITATION
            enqueue(db, replace(draft, again=_made(db, gathering.id, each.person_id, PLACE)), anew=came_back)
        learners = {gathering.id: [each for each in people[gathering.id] if not each.leads]}
        enqueue(db, _reminders(db, [gathering], revisions, learners, now(db), rules), anew=True)


def let_go(db: Session, fact: PlaceLeft) -> None:
    """Somebody left the list with her school: nothing more about that training session goes to her."""
    if _of(db, [fact.session_id]):
        withdraw(db, SUBJECT, fact.session_id, "moved", person_id=fact.person_id)


def tell_waiting(db: Session, fact: WaitListJoined, rules: ReminderRules = RULES) -> None:
    """Somebody waits for a place: she reads so, unless she has just been told in the reply to her own text."""
    if acting(db).person_id == fact.person_id:
        return
    for gathering in _of(db, [fact.session_id]):
        revisions = about_gatherings(db, [gathering])
        slot = Slot(WAIT_LIST, 0, next_open(now(db), rules.hours), gathering.starts_at - TOO_LATE)
        if slot.send_after >= slot.send_by:
            continue
        waiting = waits(db, EVERYWHERE, gathering.id, fact.person_id)
        values, revision = _Values(gathering, rules), revisions[gathering.id]
        enqueue(db, (_draft(gathering, each, slot, revision, "wait_listed", values) for each in waiting), anew=True)


def stop_asking(db: Session, fact: AttendanceTaken, rules: ReminderRules = RULES) -> None:
    """Attendance was reported: trainers need not be asked; when it is taken back, they are."""
    for gathering in _of(db, [fact.session_id]):
        revisions = about_gatherings(db, [gathering])
        days = len(gathering.ends)
        if gathering.reported:
            kinds = [kind_of_report(day, days) for day in sorted(gathering.reported)]
            withdraw(db, SUBJECT, gathering.id, "reported", kinds=kinds)
        if len(gathering.reported) < days:
            asked = _reminders(db, [gathering], revisions, _by_session(db, [gathering]), now(db), rules)
            enqueue(db, (draft for draft in asked if draft.kind.startswith(PLEASE_REPORT)), anew=True)


def repoint(db: Session, fact: NumberChanged, rules: ReminderRules = RULES) -> None:
    """A person has another number: what waits goes there, with the invitations; her wish for silence goes with her."""
    if fact.old is not None:
        outbox.repoint(db, fact.person_id, fact.old, fact.new)
    if fact.new is None:
        return
    ahead = coming_of(db, EVERYWHERE, fact.person_id, now(db))
    if ahead:
        _plan(db, ahead, rules, only=fact.person_id)
    wish = silenced_before(db, EVERYWHERE, fact.person_id)
    if wish is not None:  # subjects are locked before numbers, as by who sends
        opt_out(db, fact.new, "followed", changes_too=wish.changes_too)


def follow_placement(db: Session, _fact: SchoolsPlaced) -> None:
    """Places have new addresses: what is texted about their training sessions is seen from there."""
    db.execute(
        update(Subject)
        .where(
            Subject.kind == SUBJECT,
            TrainingSession.id == Subject.id,
            or_(
                Subject.training_path.is_distinct_from(TrainingSession.training_path),
                Subject.admin_path.is_distinct_from(TrainingSession.admin_path),
            ),
        )
        .values(training_path=TrainingSession.training_path, admin_path=TrainingSession.admin_path)
        .execution_options(synchronize_session=False)
    )


def _reword_for_trainers(db: Session, gathering: Gathering) -> None:
    """Trainers read how many will come, and the rows of those who said no."""
    subject, excused = (SUBJECT, gathering.id), list(gathering.excused) or None
    if excused:
        outbox.reword(
            db, subject=subject, text_keys=[LEAD_REMINDER], text_key=LEAD_EXCUSED, values={"excused": excused}
        )
        outbox.reword(db, subject=subject, text_keys=[ASK_REPORT], text_key=ASK_EXCUSED, values={"excused": excused})
    outbox.reword(db, subject=subject, text_keys=[LEAD_REMINDER], values={"coming": gathering.coming})
    excusing = {"coming": gathering.coming, "excused": excused}
    outbox.reword(db, subject=subject, text_keys=[LEAD_EXCUSED], values=excusing)
    outbox.reword(db, subject=subject, text_keys=[ASK_EXCUSED], values={"excused": excused})


def _plan(
    db: Session,
    session_ids: Collection[int],
    rules: ReminderRules,
    *,
    only: int | None = None,
    hold: timedelta = timedelta(0),
) -> None:
    meant = _of(db, session_ids)
    revisions = about_gatherings(db, meant)
    people, opens = _by_session(db, meant, only), next_open(now(db) + hold, rules.hours)
    enqueue(db, planned_texts(db, meant, revisions, people, opens, rules), anew=only is not None)
    fp("plan.before_commit")


def planned_texts(
    db: Session,
    meant: Sequence[Gathering],
    revisions: Mapping[int, int],
    people: Mapping[int, Sequence[Reached]],
    opens: datetime,
    rules: ReminderRules,
) -> Iterator[Draft]:
    """Every text that planning these training sessions now makes: invitations, then reminders; nothing is queued."""
    for gathering in meant:
        values = _Values(gathering, rules)
        for each in people[gathering.id]:
            invitation = _invitation(gathering, each, revisions[gathering.id], opens, values, rules)
            if invitation is not None:
                yield invitation
    yield from _reminders(db, meant, revisions, people, now(db), rules)


def _reminders(
    db: Session,
    meant: Sequence[Gathering],
    revisions: Mapping[int, int],
    people: Mapping[int, Sequence[Reached]],
    told_at: datetime,
    rules: ReminderRules,
) -> Iterator[Draft]:
    """The reminders of these people, and the request to trainers to report, as far as they are still ahead."""
    for gathering in meant:
        values, revision = _Values(gathering, rules), revisions[gathering.id]
        ahead = slots(gathering.starts_at, told_at, rules)
        leading = slot_of_trainer(gathering.starts_at, told_at, rules)
        remind, ask = (LEAD_EXCUSED, ASK_EXCUSED) if gathering.excused else (LEAD_REMINDER, ASK_REPORT)
        reports: list[tuple[Slot | None, str | None]] = [
            (slot_of_report(ends_at, rules, kind_of_report(day, len(gathering.ends))), ask)
            for day, ends_at in enumerate(gathering.ends, 1)
            if day not in gathering.reported
        ]
        for each in people[gathering.id]:
            texts: list[tuple[Slot | None, str | None]] = (
                [(leading, remind), *reports]
                if each.leads
                else [(slot, text_of(slot.days_before, each.answer)) for slot in ahead]
            )
            for slot, key in texts:
                if slot is not None and key is not None and slot.send_by > now(db):
                    yield _draft(gathering, each, slot, revision, key, values)


def _invitation(
    gathering: Gathering, person: Reached, revision: int, opens: datetime, values: _Values, rules: ReminderRules
) -> Draft | None:
    last = gathering.starts_at - TOO_LATE
    if opens >= last:
        return None
    kind, key = (LEAD, "invitation_lead") if person.leads else (INVITATION, rules.invitation)
    return _draft(gathering, person, Slot(kind, 0, opens, last), revision, key, values)


def _moved(
    gathering: Gathering,
    person: Reached,
    start: datetime,
    before: tuple[datetime, str],
    revision: int,
    opens: datetime,
    rules: ReminderRules,
) -> Draft | None:
    """The one notice with the old and the new time; None when nothing differs from what this person was told."""
    old, old_venue = before
    key = text_of_move(start, old, gathering.venue, old_venue, leads=person.leads)
    if key is None or opens >= start:
        return None
    values = _Values(gathering, rules, start=start, old=old, old_venue=old_venue)
    slot = Slot(MOVED, 0, opens, start)
    return _draft(gathering, person, slot, revision, key, values, TextClass.CHANGE)


def _draft(
    gathering: Gathering,
    person: Reached,
    slot: Slot,
    revision: int,
    key: str,
    values: _Values,
    text_class: TextClass = TextClass.REMINDER,
) -> Draft:
    said = values.of(key)
    return Draft(
        SUBJECT,
        gathering.id,
        revision,
        person.person_id,
        person.number,
        slot.kind,
        text_class,
        key,
        {**said, "to": person.name} if person.shared else said,
        person.language or DEFAULT_LANGUAGE,
        slot.send_after,
        slot.send_by,
        invented=person.invented,
    )


@cache
def _named_by(key: str) -> frozenset[str]:
    return entry(key, DEFAULT_LANGUAGE).placeholders


def _of(db: Session, session_ids: Collection[int]) -> list[Gathering]:
    return gatherings(db, EVERYWHERE, session_ids)


def about_gatherings(db: Session, meant: Sequence[Gathering]) -> dict[int, int]:
    """Say what the texts are about; the revision of each."""
    outbox.about_all(db, SUBJECT, [About(each.id, each.training_path, each.admin_path) for each in meant])
    ids = [each.id for each in meant]
    rows = db.execute(select(Subject.id, Subject.revision).where(Subject.kind == SUBJECT, Subject.id.in_(ids)))
    return dict(rows.all())


def _by_session(db: Session, meant: Sequence[Gathering], only: int | None = None) -> dict[int, list[Reached]]:
    found: dict[int, list[Reached]] = defaultdict(list)
    for each in reached(db, EVERYWHERE, [gathering.id for gathering in meant]):
        if only is None or each.person_id == only:
            found[each.session_id].append(each)
    return found


class _Untold(NamedTuple):
    """What somebody knows whose notice of an earlier move has not gone yet: the time and venue before it, as far as
    noted, and the new time it would have told."""

    old: datetime | None = None
    venue: str | None = None
    start: datetime | None = None


def _untold_moves(db: Session, session_id: int) -> dict[int, _Untold]:
    """Persons whose notice of an earlier move has not gone yet."""
    rows = db.execute(
        select(Message.person_id, Message.text_values).where(
            Message.subject_kind == SUBJECT,
            Message.subject_id == session_id,
            Message.kind == MOVED,
            Message.state.in_(WAITING),
        )
    )
    return {
        person_id: _Untold(
            datetime.fromisoformat(said["old"]) if "old" in said else None,
            said.get("old_venue"),
            datetime.fromisoformat(said["start"]) if "old" in said and "start" in said else None,
        )
        for person_id, said in rows
    }


def _made(db: Session, session_id: int, person_id: int, kind: str) -> int:
    """How many texts of a kind a person was to get about a training session already: each new one is one of its own."""
    made = select(func.count()).where(
        Message.subject_kind == SUBJECT,
        Message.subject_id == session_id,
        Message.person_id == person_id,
        Message.kind == kind,
    )
    return db.scalar(made) or 0


def _thanked(db: Session, person_id: int) -> bool:
    """Has she read that somebody else leads what she was to lead?"""
    gone = Message.state.not_in((*WAITING, *NEVER_SENT))
    query = select(Message.id).where(Message.person_id == person_id, Message.kind == HANDED_OVER, gone)
    return db.scalar(query.limit(1)) is not None


def _told(db: Session, session_id: int, kind: str | None = None) -> set[int]:
    """Who has, or may have, got any text about a training session, or the newest of one kind."""
    return set(
        db.scalars(
            select(Message.person_id).where(
                Message.subject_kind == SUBJECT,
                Message.subject_id == session_id,
                Message.state.not_in((*WAITING, *NEVER_SENT)),
                true() if kind is None else and_(Message.kind == kind, Message.revision == _newest(session_id)),
            )
        )
    )


def _newest(session_id: int) -> ScalarSelect[int]:
    return select(Subject.revision).where(Subject.kind == SUBJECT, Subject.id == session_id).scalar_subquery()
