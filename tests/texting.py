"""People who text, for tests: a trainer, her teachers and one session, lived through by the worker's own jobs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from clusters.kernel.facts import note
from clusters.modules.rules import Subject
from clusters.people.models import Person, PersonNumber
from clusters.structure.models import Place
from clusters.training.facts import SessionsScheduled
from clusters.training.models import TrainingSession
from cop.house import House
from cop.jobs import Tools, dispatch, read, tools
from messaging.channels.models import PhoneText
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import written
from messaging.inbound.actions import keep
from messaging.inbound.models import InboundText
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from tests import build
from tests.conftest import HandClock
from tests.messaging.voice import ONE_BY_ONE


@dataclass
class World:
    """People with phones, a session, and the worker; `text` and `heard` speak of persons."""

    house: House
    clock: HandClock
    hands: Tools
    trainer: Person
    teachers: list[Person]
    session: TrainingSession

    def number(self, person: Person) -> str:
        """Her phone."""
        with self.house.unit() as db:
            return db.scalars(select(PersonNumber.number).where(PersonNumber.person_id == person.id)).one()

    def work(self) -> None:
        """One round of the worker: read what came, send what is due."""
        read(self.hands)
        dispatch(self.hands)

    def write(self, who: Person | str, body: str) -> None:
        """Text in, and let nobody read it yet."""
        number = who if isinstance(who, str) else self.number(who)
        with self.house.unit() as db:
            keep(db, REHEARSAL, written(db, number, body), number, body)

    def text(self, who: Person | str, body: str) -> list[str]:
        """Text in and let the worker work; what comes back on that phone."""
        before = len(self.heard(who))
        self.write(who, body)
        self.work()
        return self.heard(who)[before:]

    def heard(self, who: Person | str) -> list[str]:
        """Every text that a phone got."""
        number = who if isinstance(who, str) else self.number(who)
        got = select(PhoneText.body).where(PhoneText.phone == number, PhoneText.incoming).order_by(PhoneText.id)
        with self.house.unit() as db:
            return list(db.scalars(got))

    def last(self) -> InboundText:
        """The text that came last, as it was read."""
        with self.house.unit() as db:
            return db.scalars(select(InboundText).order_by(InboundText.id.desc()).limit(1)).one()

    def invite(self, *sessions: TrainingSession) -> None:
        """Plan the texts of these sessions, and let those that are due go."""
        with self.house.unit() as db:
            note(db, SessionsScheduled(tuple(each.id for each in sessions)))
        self.work()

    def another(self, invited: Iterable[Person] = (), *, days: int = 17, led: bool = True) -> TrainingSession:
        """One more session of the same cluster so many days from now."""
        with self.house.unit() as db:
            place = db.get_one(Place, self.session.place_id)
            return build.training_session(
                db,
                place,
                day=(self.clock.at + timedelta(days=days)).date(),
                led_by=[self.trainer] if led else [],
                invited=invited,
                subject=Subject.SCIENCE,
            )

    def live_on(self, until: datetime) -> None:
        """Move the clock from one due text to the next, and let the worker work at each."""
        while True:
            with self.house.unit() as db:
                ahead = select(func.min(Message.send_after)).where(Message.state == State.QUEUED)
                due = db.scalar(ahead.where(Message.send_after > self.clock.at))
            if due is None or due >= until:
                break
            self.clock.at = due
            self.work()
        self.clock.at = until

    def after(self, session: TrainingSession | None = None) -> datetime:
        """Move the clock to the end of a session."""
        self.clock.at = (session or self.session).ends_at
        return self.clock.at


@pytest.fixture
def world(house: House, clock: HandClock) -> World:
    """A trainer who leads a session of eight teachers in five days; nothing was texted yet."""
    with house.unit() as db:
        circle = build.circle(db, build.block(db))
        cluster = build.cluster(db, 8, in_circle=circle)
        trainer = build.trainer(db, circle, "Zakir Khan")
        names = ("Usman", "Shaista", "Gul Zaman", "Imran", "Nasir", "Bakht", "Noor", "Rahim")
        teachers = [
            build.teacher(db, school, name) for school, name in zip(build.schools_of(db, cluster), names, strict=True)
        ]
        day = (clock.at + timedelta(days=5)).date()
        session = build.training_session(db, cluster, day=day, led_by=[trainer], invited=teachers, code="4814")
    return World(house, clock, tools(house, pace=ONE_BY_ONE), trainer, teachers, session)
