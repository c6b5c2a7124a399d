"""What does not happen every day: a session called off, one moved, wishes for silence, a new number, a full inbox."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from clusters.calendar.rules import CalendarRules, training_days
from clusters.cascade.rules import Level
from clusters.kernel.audit import Actor
from clusters.kernel.clock import KARACHI, day_of
from clusters.kernel.errors import Conflict
from clusters.modules.rules import Subject
from clusters.people.actions import give_number
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.rules import Gender, PostRole
from clusters.scope import Scope
from clusters.training.actions import call_off, move
from clusters.training.models import Invitation, SessionTrainer, TrainingSession
from clusters.training.queries import sittings
from clusters.training.rules import SessionState, Sitting
from cop.demo.past import Past
from cop.demo.rounds import COMING, PRESENT
from cop.demo.sizes import Size
from cop.demo.speaking import say
from messaging.channels.models import PhoneText
from messaging.consent.models import OptOut

ACTOR = Actor("command line")
EVERYWHERE = Scope.everywhere()
LEAVING = ("BAND", "Band karo", "mujhe sms na bhejein", "Stop", "میسج بند کریں")
"""Wishes for silence, as people write them."""
RAIN = "Tez baarish, rasta band hai"
NEW_NUMBER = "0300-9990077"
STRANGER = "+923009990088"
DAYS_SEARCHED = timedelta(days=21)
"""How far ahead another day is sought for a session that moves."""
CARDS: tuple[tuple[Gender | None, tuple[str, ...]], ...] = (
    (None, ("training kab hai sir", "KAB")),
    (None, ("salam sir ye kis cheez ki training hai", "main samjha nahi sir")),
    (Gender.WOMAN, ("2 bachi bimar hai, kya baad mein kar sakti hun?",)),
    (None, ("Mera purana number band hai ab yeh number likh lein",)),
    (None, ("1", "shukriya")),
    (None, ("9", "Main transfer ho gaya hun, ab GPS Domel mein hun")),
)
"""What teachers text on the last day, and which gender says so."""
STRANGERS_WORDS = "Assalam o alaikum mera naam list mein nahi hai, school Kotka Noor Jan"
TRAINERS_WORDS = "2"


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens at an instant."""

    at: datetime
    do: Callable[[], object]
    settle: Collection[int] | None = ()
    """Training sessions (None: all) whose waiting texts it looks at."""


def leavings(past: Past, seed: int, began: datetime, present: datetime) -> Iterator[Happening]:
    """Some teachers want no more texts, one after another; the first comes back ten days later."""
    rng = Random(f"{seed} leaving")
    step = (present - began) / (len(LEAVING) + 1)
    for place, words in enumerate(LEAVING):
        at = _at(day_of(began + step * (place + 1)) - timedelta(days=1), time(17, 5 + 7 * place))
        yield Happening(at, partial(_leave, past, at, rng.random(), words))
        if place == 0:
            back = _at(day_of(at) + timedelta(days=10), time(18, 20))
            yield Happening(back, partial(_return, past, back))


def of_round(
    past: Past, size: Size, subject: Subject, rules: CalendarRules, accepted: datetime, present: datetime
) -> Iterator[Happening]:
    """What befalls the teachers' sessions of a round that has just been accepted."""
    with past.at(accepted)(ACTOR) as db:
        sessions = db.execute(
            select(TrainingSession.id, TrainingSession.starts_at)
            .where(
                TrainingSession.subject == subject,
                TrainingSession.level == Level.TEACHER,
                TrainingSession.state == SessionState.PLANNED,
            )
            .order_by(TrainingSession.starts_at, TrainingSession.id)
        ).all()
    first, middle, last = sessions[0], sessions[len(sessions) // 2], sessions[-1]
    if subject is size.past[len(size.past) // 2]:
        at = _at(day_of(middle.starts_at) - timedelta(days=2), time(10, 40))
        yield Happening(at, partial(_call_off, past, at, middle.id), {middle.id})
    if subject is size.past[-1]:
        at = _at(day_of(last.starts_at) - timedelta(days=5), time(10, 30))
        yield Happening(at, partial(_move, past, at, last.id, rules), {last.id})
        at = _at(day_of(first.starts_at) - timedelta(days=3), time(12, 10))
        yield Happening(at, partial(_new_number, past, at, first.id), None)
    if subject is PRESENT and last.starts_at > present + timedelta(days=2):
        at = _at(day_of(present) - timedelta(days=1), time(16, 15))
        yield Happening(at, partial(_move, past, at, last.id, rules), {last.id})


def inbox(past: Past, seed: int, present: datetime) -> None:
    """Texts of the last day that wait for a person; everything else has been lived through up to `present`."""
    at = _at(day_of(present) - timedelta(days=1), time(12, 40))
    rng, taken = Random(f"{seed} inbox"), list[str]()
    with past.at(present)(ACTOR) as db:
        phones = {gender: _asked_about(db, at, gender) for gender in (Gender.WOMAN, None)}
        leading = _leading(db, at)
    for gender, words in CARDS:
        fit = [phone for phone in phones[gender] if phone not in taken]
        if fit:
            taken.append(rng.choice(fit))
            say(past, at, taken[-1], *words)
            at += timedelta(minutes=rng.randrange(25, 75))
    say(past, at, STRANGER, STRANGERS_WORDS)
    if leading:
        say(past, at + timedelta(minutes=31), leading[0], TRAINERS_WORDS)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, KARACHI)


def _leave(past: Past, at: datetime, choice: float, words: str) -> None:
    with past.at(at)(ACTOR) as db:
        phones = _alone(db)
    say(past, at, phones[int(choice * len(phones))], words)


def _return(past: Past, at: datetime) -> None:
    with past.at(at)(ACTOR) as db:
        first = db.scalar(select(OptOut.number).where(OptOut.ended_at.is_(None)).order_by(OptOut.id).limit(1))
    if first is not None:
        say(past, at, first, "SHURU")


def _call_off(past: Past, at: datetime, session_id: int) -> None:
    with past.at(at)(ACTOR) as db:
        call_off(db, EVERYWHERE, session_id, RAIN)


def _move(past: Past, at: datetime, session_id: int, rules: CalendarRules) -> None:
    """To the first training day on which trainer, room and teachers are free."""
    with past.at(at)(ACTOR) as db:
        (sitting,) = sittings(db, EVERYWHERE, [session_id])[session_id]
    day = day_of(sitting.starts_at)
    for other in training_days(day + timedelta(days=1), day + DAYS_SEARCHED, rules):
        later = timedelta(days=(other - day).days)
        moved = Sitting(sitting.starts_at + later, sitting.ends_at + later)
        try:
            with past.at(at)(ACTOR) as db:
                move(db, EVERYWHERE, session_id, [moved])
        except Conflict:
            continue
        return


def _new_number(past: Past, at: datetime, session_id: int) -> None:
    """Somebody who is invited, and shares her phone with nobody, gets another number."""
    with past.at(at)(ACTOR) as db:
        invited = set(db.scalars(select(Invitation.person_id).where(Invitation.session_id == session_id)))
        alone = set(_alone(db))
        current = select(PersonNumber.person_id, PersonNumber.number).where(PersonNumber.until.is_(None))
        fit = sorted(person for person, number in db.execute(current) if person in invited and number in alone)
        if fit:
            give_number(db, EVERYWHERE, fit[0], NEW_NUMBER)


def _alone(db: Session) -> list[str]:
    """Numbers of teachers who share them with nobody and want texts."""
    current = select(PersonNumber.person_id, PersonNumber.number).where(PersonNumber.until.is_(None))
    rows = db.execute(current.order_by(PersonNumber.person_id)).all()
    teaching = set(db.scalars(select(Post.person_id).where(Post.role == PostRole.TEACHER)))
    silenced = set(db.scalars(select(OptOut.number)))
    reached = Counter(row.number for row in rows)
    return [
        row.number
        for row in rows
        if reached[row.number] == 1 and row.person_id in teaching and row.number not in silenced
    ]


def _asked_about(db: Session, since: datetime, gender: Gender | None) -> list[str]:
    """Numbers of teachers whom the coming round still waits for, where neither they nor their trainers were texted.

    A question of theirs is brought to the trainer at once, and texts on a phone stand in the order in which they came.
    """
    led_by = aliased(PersonNumber)
    trainer_was_texted = (
        exists()
        .where(SessionTrainer.session_id == TrainingSession.id, led_by.person_id == SessionTrainer.person_id)
        .where(led_by.until.is_(None), PhoneText.phone == led_by.number, PhoneText.at >= since)
    )
    query = (
        select(PersonNumber.number)
        .join(Person, Person.id == PersonNumber.person_id)
        .join(Invitation, Invitation.person_id == Person.id)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .where(
            TrainingSession.subject == COMING,
            TrainingSession.level == Level.TEACHER,
            Invitation.answer.is_(None),
            PersonNumber.until.is_(None),
            exists().where(PhoneText.phone == PersonNumber.number),
            ~exists().where(PhoneText.phone == PersonNumber.number, PhoneText.at >= since),
            ~trainer_was_texted,
        )
        .order_by(Person.id)
    )
    if gender is not None:
        query = query.where(Person.gender == gender)
    alone = set(_alone(db))
    return [number for number in db.scalars(query) if number in alone]


def _leading(db: Session, since: datetime) -> list[str]:
    """Numbers of those who lead the first sessions of the coming round, and whose phones have been silent."""
    query = (
        select(PersonNumber.number)
        .join(SessionTrainer, SessionTrainer.person_id == PersonNumber.person_id)
        .join(TrainingSession, TrainingSession.id == SessionTrainer.session_id)
        .where(
            TrainingSession.subject == COMING,
            TrainingSession.level == Level.MASTER,
            PersonNumber.until.is_(None),
            ~exists().where(PhoneText.phone == PersonNumber.number, PhoneText.at >= since),
        )
        .order_by(PersonNumber.person_id)
    )
    return list(db.scalars(query))
