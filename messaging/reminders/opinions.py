"""In the evening the participants of a training session are asked, once, how it was."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from clusters.calendar.windows import KARACHI, WindowRules, window_open
from clusters.feedback.actions import asked
from clusters.feedback.queries import participants, to_ask
from clusters.feedback.rules import ASKED_WITHIN, Score, ask_at
from clusters.kernel.clock import day_of, now
from clusters.people.queries import persons_at_numbers
from clusters.scope import Scope
from messaging.consent.queries import silent, silent_people
from messaging.inbound.actions import invite
from messaging.inbound.words import Asked
from messaging.outbox.actions import Draft, enqueue
from messaging.outbox.rules import TextClass
from messaging.reminders.actions import about_gatherings
from messaging.reminders.queries import Gathering, gatherings, reached
from messaging.reminders.rules import SUBJECT
from messaging.texts.catalogue import DEFAULT_LANGUAGE

FEEDBACK = "feedback"
"""Kind of the message, and name of the word that takes the answer."""
ANSWERED_WITHIN = timedelta(hours=48)
EVERYWHERE = Scope.everywhere()


def ask_opinions(db: Session, hours: WindowRules) -> int:
    """Ask about every training session whose evening has come; how many persons are asked.

    Whoever shares a phone is not asked unprompted: what she thinks is nobody else's business.
    """
    at = now(db)
    if not window_open(at, hours):
        return 0
    due = [each for each in to_ask(db, EVERYWHERE, at - ASKED_WITHIN, at) if ask_at(each.over_at, hours) <= at]
    return sum(_ask(db, gathering) for gathering in gatherings(db, EVERYWHERE, [each.session_id for each in due]))


def _ask(db: Session, gathering: Gathering) -> int:
    at = now(db)
    if not asked(db, EVERYWHERE, gathering.id):
        return 0
    there = participants(db, EVERYWHERE, gathering.id)
    people = [each for each in reached(db, EVERYWHERE, [gathering.id]) if not each.leads and each.person_id in there]
    quiet = silent(db, [each.number for each in people])
    sharing = persons_at_numbers(db, EVERYWHERE, [each.number for each in people])
    quiet_people = silent_people(db, [each.person_id for each in people])
    people = [
        each
        for each in people
        if each.number not in quiet and each.person_id not in quiet_people and len(sharing.get(each.number, ())) == 1
    ]
    over = gathering.ends[-1]
    today = day_of(over) == day_of(at)
    key = "feedback_ask" if today else "feedback_ask_later"
    values = {"subject": gathering.subject, **({} if today else {"start": over})}
    revision = about_gatherings(db, [gathering])[gathering.id]
    for each in people:
        invite(
            db,
            each.number,
            each.person_id,
            Asked(FEEDBACK, gathering.id, {"session": gathering.id}, len(Score)),
            at + ANSWERED_WITHIN,
        )
    enqueue(
        db,
        (
            Draft(
                SUBJECT,
                gathering.id,
                revision,
                each.person_id,
                each.number,
                FEEDBACK,
                TextClass.REMINDER,
                key,
                values,
                each.language or DEFAULT_LANGUAGE,
                at,
                _midnight_after(at),
                invented=each.invented,
            )
            for each in people
        ),
    )
    return len(people)


def _midnight_after(at: datetime) -> datetime:
    return datetime.combine(day_of(at) + timedelta(days=1), time(), KARACHI)
