"""What was said before the texts of a block: questions that stand, texts we sent, a fresh confirmation."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from clusters.feedback.rules import Score
from clusters.kernel.clock import now
from clusters.kernel.unit import UnitOfWork
from clusters.people.models import Person
from clusters.scope import Scope
from clusters.training.models import Invitation, TrainingSession
from clusters.training.queries import roster
from cop.consent.actions import decide
from cop.consent.rules import Purpose
from cop.knowledge.actions import plant
from cop.knowledge.rules import is_number
from cop.questions.actions import plant as put_question
from cop.replay.context import Asking
from cop.replay.texting import Phones
from cop.replay.world import World
from cop.ties.actions import open_question as ask_for_peers
from messaging.channels.base import Medium
from messaging.inbound.actions import invite
from messaging.inbound.actions.conversation import REPLY, REPLY_WITHIN
from messaging.inbound.models import InboundText
from messaging.inbound.queries import ABOUT, SESSION
from messaging.inbound.words import Asked
from messaging.outbox.actions import about
from messaging.outbox.models import Message
from messaging.outbox.rules import State, TextClass
from messaging.proof.actions import pend
from messaging.proof.rules import Does
from messaging.reminders.rules import INVITATION, LEAD

ASKED = timedelta(hours=2)
"""So long before the clock's instant the open questions were put."""
SENT = timedelta(hours=20)
ANSWERABLE_FOR = timedelta(hours=72)
CODE_GIVEN = timedelta(minutes=2)
ECHOED = timedelta(minutes=12)
"""So long before it the fresh confirmation went: outside the ten minutes in which a text counts as said again."""
ECHOES = {
    "attend": ("HAZRI {code} SAB",),
    "language": ("ZABAN 1",),
    "note": ("NOTE bachon ko kahani se parhaya", "1"),
    "visit": ("DORA {emis}",),
    "finished": ("KHATAM {code}",),
    "feedback": ("RAI acha tha",),
    "question": ("SAWAL ginti kaise parhaun", "1"),
    "peers": ("SATHI HAAN",),
}
"""What is texted so that the house confirms it; where nothing comes of it, a bare confirmation stands instead."""


def ask_open_questions(db: Session, world: World) -> None:
    """Put every open question."""
    for asking in world.context.questions:
        if asking.kind == "rsvp":
            _invite(db, world, asking)
            continue
        for person in world.at_phone.get(asking.phone, [])[:1]:
            session = world.sessions.get(asking.session or "") or _latest(db, world)
            match asking.kind:
                case "answer":
                    put_question(db, person.id, asking.number or 1, session_id=session.id if session else None)
                case "peers" if session is not None:
                    _seat(db, session, person)
                    decide(db, person.id, Purpose.TIES, True, "text")
                    ask_for_peers(db, person.id, asking.phone, session.id)
                case "feedback" if session is not None:
                    _seat(db, session, person)
                    asked = Asked("feedback", session.id, {"session": session.id}, len(Score))
                    invite(db, asking.phone, person.id, asked, now(db) + ANSWERABLE_FOR)
    db.flush()


def give_codes(db: Session, world: World) -> None:
    """One-time codes that are out: each confirms a command about a session, and is good for some minutes more."""
    for code in world.context.codes:
        people, row = world.at_phone.get(code.phone, []), world.sessions.get(code.session)
        if people and row is not None and code.verb in set(Does):
            command = pend(db, code.phone, code.code, code.verb, row.id, person_id=people[0].id, values={})
            command.asked_at = now(db) - CODE_GIVEN
    db.flush()


def keep_notes(db: Session, world: World) -> None:
    """Practice notes that travel already, under the numbers that the context gives them."""
    for number, title in dict(world.context.notes).items():
        if is_number(number):
            plant(db, number, title or number)
    db.flush()


def say_sent(db: Session, world: World) -> None:
    """Texts of ours that stand on phones."""
    for number, (phone, body) in enumerate(world.context.sent, start=1):
        about(db, "batch", number, training_path=None, admin_path=None)
        people = world.at_phone.get(phone, [])
        _message(db, "batch", number, people[0].id if people else 0, phone, "text", now(db) - SENT, body)
    db.flush()


def echo(unit: UnitOfWork, world: World, phones: Phones, phone: str, do: str) -> None:
    """Let the phone do something that is confirmed, really where it can, and be it only in appearance."""
    said = [_filled(each, world, phone) for each in ECHOES.get(do, ())]
    done = bool(said) and None not in said
    for each in said if done else ():
        done = phones.text(phone, each or "").state == "applied"
    if not done:
        with unit() as db:
            _bare_echo(db, world, phone)


def _filled(pattern: str, world: World, phone: str) -> str | None:
    """A text with a code of a session that somebody on this phone leads, or a school's; None where there is none."""
    names = {person.name for person in world.at_phone.get(phone, [])}
    led = [each.code for each in world.context.sessions if each.trainer in names]
    if ("{code}" in pattern and not led) or ("{emis}" in pattern and not world.schools):
        return None
    return pattern.format(code=next(iter(led), ""), emis=next(iter(world.schools), ""))


def _bare_echo(db: Session, world: World, phone: str) -> None:
    at, people = now(db), world.at_phone.get(phone, [])
    row = InboundText(
        channel="rehearsal",
        provider_id=f"echoed-{phone}",
        number=phone,
        body="HAZRI",
        received_at=at,
        state="applied",
        rule="an echo\nof the block's context",
        read_at=at,
        person_id=people[0].id if people else None,
    )
    db.add(row)
    db.flush()
    about(db, ABOUT, row.id, training_path=None, admin_path=None)
    _message(db, ABOUT, row.id, people[0].id if people else 0, phone, REPLY, at, "Likh liya. Ghalti ho to 0 bhejein.")
    db.flush()


def _invite(db: Session, world: World, asking: Asking) -> None:
    """The invitation, or to whoever leads the question whether she does, has just gone to everybody on this phone."""
    for person in world.at_phone.get(asking.phone, []):
        for row in _meant(db, world, asking, person):
            leads = row.id in _led(world, person)
            if not leads:
                _seat(db, row, person)
            about(db, SESSION, row.id, training_path=row.training_path, admin_path=row.admin_path)
            kind = LEAD if leads else INVITATION
            _message(db, SESSION, row.id, person.id, asking.phone, kind, now(db), None)


def _latest(db: Session, world: World) -> TrainingSession | None:
    """The training session that was last; where none was yet, the first one ahead."""
    over = [row for row in world.sessions.values() if row.starts_at <= now(db)]
    ahead = sorted(world.sessions.values(), key=lambda row: row.starts_at)
    return max(over, key=lambda row: row.starts_at) if over else next(iter(ahead), None)


def _meant(db: Session, world: World, asking: Asking, person: Person) -> list[TrainingSession]:
    """The session that is named; where none is, the next one of this person's."""
    if asking.session is not None:
        named = world.sessions.get(asking.session)
        several = len(world.at_phone[asking.phone]) > 1
        if named is None or (several and not _concerned(world, named.code or "", person)
                             and _anybody_concerned(world, named.code or "", asking.phone)):  # fmt: skip
            return []
        return [named]
    ahead = [row for row in world.sessions.values() if row.starts_at > now(db)]
    own = [row for row in ahead if _concerned(world, row.code or "", person)]
    return sorted(own or ahead, key=lambda row: row.starts_at)[:1]


def _concerned(world: World, code: str, person: Person) -> bool:
    """Is she on the roster of this session, or does she lead it?"""
    return any(
        each.code == code and (person.name in each.roster or each.trainer == person.name)
        for each in world.context.sessions
    )


def _anybody_concerned(world: World, code: str, phone: str) -> bool:
    return any(_concerned(world, code, person) for person in world.at_phone[phone])


def _led(world: World, person: Person) -> set[int]:
    return {world.sessions[each.code].id for each in world.context.sessions if each.trainer == person.name}


def _seat(db: Session, row: TrainingSession, person: Person) -> None:
    """Who is asked is invited, if the roster did not say so."""
    rows = roster(db, Scope.everywhere(), row.id)
    if person.id not in {each.person_id for each in rows}:
        last = max((each.row for each in rows), default=0)
        db.add(Invitation(session_id=row.id, person_id=person.id, row=last + 1))
        db.flush()


def _message(
    db: Session, kind: str, id_: int, person_id: int, number: str, what: str, at: datetime, body: str | None
) -> None:
    """A text that the channel took."""
    db.add(
        Message(
            subject_kind=kind,
            subject_id=id_,
            revision=1,
            person_id=person_id,
            number=number,
            kind=what,
            medium=Medium.SMS,
            invented=True,
            priority=int(TextClass.REPLY),
            text_key="",
            text_values={"text": body or ""},
            language="ur_latn",
            send_after=at,
            send_by=at + REPLY_WITHIN,
            planned_at=at,
            state=State.ACCEPTED,
            attempts=1,
            body=body,
            segments=1,
            state_at=at,
        )
    )
