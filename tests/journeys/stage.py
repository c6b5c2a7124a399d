"""A stage for dialogues by text: a training of thirty-one teachers, their phones, and a record to read aloud."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.orm import sessionmaker

from clusters.kernel.facts import note
from clusters.kernel.unit import UnitOfWork
from clusters.modules.rules import Subject
from clusters.people.models import Person, PersonNumber
from clusters.people.rules import Gender, Language
from clusters.scope import Scope
from clusters.structure.models import Place, School
from clusters.training.facts import SessionsScheduled
from clusters.training.models import TrainingSession
from cop.consent.actions import decide
from cop.consent.rules import Purpose
from cop.house import House
from cop.jobs import Tools, carry_out, dispatch, hear_opinions, questions, read, tools
from cop.reactions import reactions
from cop.ties.actions import ask
from cop.words import book_of
from messaging.channels.base import CALL, Texted
from messaging.channels.models import PhoneText
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import written
from messaging.inbound.actions import Came, keep, take_all
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from messaging.reminders.rules import ReminderRules
from messaging.texts.segments import Measure, measure
from tests import build
from tests.conftest import HandClock
from tests.cop.sms.proving import Codes
from tests.messaging.voice import ONE_BY_ONE

KARACHI = ZoneInfo("Asia/Karachi")
MONDAY = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
"""Ten in the morning, five days before the training."""
SATURDAY = date(2026, 3, 14)
ROSTER = (
    *("Usman", "Shaista", "Gul Zaman", "Imran Khan", "Nasir", "Bakht", "Noor", "Rahim", "Saima", "Farooq", "Tahira"),
    *("Sajid", "Naveed", "Zubaida", "Kamran", "Asma", "Wali", "Rukhsana", "Saeed", "Haleema", "Iqbal", "Jamila"),
    *("Tariq", "Nighat", "Yousaf", "Bushra", "Hameed", "Imran", "Robina", "Fazal", "Mehnaz"),
)
WOMEN = frozenset(
    {
        *("Shaista", "Saima", "Tahira", "Zubaida", "Asma", "Rukhsana", "Haleema", "Jamila", "Nighat", "Bushra"),
        *("Robina", "Mehnaz"),
    }
)
WITH_PHONES = 3
A_MOMENT = timedelta(minutes=1)
"""So long it takes to read a text and write one."""
KNOWN_FOR = timedelta(days=100)
SHARED = "+923015550202"
TOKEN = "Vq3x9KfT0bZrW8mLs2YpQA"
_LINK = re.compile(r"(?<=/)[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])")

Said = Mapping[str, str]
"""What a person writes, by the language she writes in: en, ur, ur_latn."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A text of ours as it came to a phone."""

    body: str
    measure: Measure


@dataclass
class Stage:
    """Everybody on it speaks one language; `lines` is what was said, as it is read aloud."""

    house: House
    clock: HandClock
    language: str
    hands: Tools
    place: Place
    trainer: Person
    teachers: list[Person]
    training: TrainingSession
    cast: dict[str, str] = field(default_factory=dict)
    """Phones that are listened to, by number, each with the part it plays ("" for the one the dialogue is about)."""
    lines: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    _heard: int = 0
    _speaks: str = ""

    @property
    def usman(self) -> Person:
        """The first teacher of the list."""
        return self.teachers[0]

    def number(self, person: Person) -> str:
        """Her phone."""
        with self.house.unit() as db:
            return db.scalars(select(PersonNumber.number).where(PersonNumber.person_id == person.id)).one()

    def phones(self) -> None:
        """Every teacher of the list has one."""
        with self.house.unit() as db:
            for place, person in enumerate(self.teachers[WITH_PHONES:], WITH_PHONES):
                db.add(PersonNumber(person_id=person.id, number=_phone(place), since=MONDAY - KNOWN_FOR))

    def helps(self, *people: Person) -> None:
        """They agreed to be asked by others."""
        with self.house.unit() as db:
            for each in people:
                decide(db, each.id, Purpose.HELP, True, "text")

    def another(self, *, code: str, name: str, day: int = SATURDAY.day) -> TrainingSession:
        """One more training of the same trainer, in another cluster, to which the first teachers are invited."""
        with self.house.unit() as db:
            above = db.scalars(select(Place).where(Place.id == db.get_one(Place, self.place.id).parent_id)).one()
            cluster = build.cluster(db, 6, in_circle=above, name=name)
            build.schools_of(db, cluster)[0].name = name.replace("LTRC", "GPS")
            return build.training_session(
                db,
                cluster,
                day=SATURDAY.replace(day=day),
                led_by=[self.trainer],
                invited=self.teachers[:6],
                subject=Subject.SCIENCE,
                code=code,
            )

    def asks_for_peers(self, person: Person) -> None:
        """Once a term she is asked whom she turned to."""
        with self.house.unit() as db:
            ask(db, Scope(person.id, ()), self.training.id)
        self.work()

    def manager(self) -> Person:
        """Somebody who looks after the schools of this place."""
        with self.house.unit() as db:
            person = build.manager(db, db.get_one(Place, self.place.id), "Salma Bibi")
            person.language, person.gender = Language(self.language), Gender.WOMAN
            return person

    def share(self, *people: Person) -> None:
        """One phone for all of these, lettered in this order."""
        ids = [person.id for person in people]
        with self.house.unit() as db:
            db.execute(delete(PersonNumber).where(PersonNumber.person_id.in_(ids)))
            for place, person in enumerate(people):
                since = MONDAY - KNOWN_FOR + timedelta(days=place)
                db.add(PersonNumber(person_id=person.id, number=SHARED, since=since))

    def plays(self, who: Person | str, part: str = "") -> str:
        """From here on this phone's texts stand in the record."""
        number = who if isinstance(who, str) else self.number(who)
        self.cast.setdefault(number, part)
        return number

    def aside(self, words: str) -> None:
        """What somebody who reads aloud must know."""
        self.lines.append(f"({words})")

    def says(self, who: Person | str, said: Said | str, part: str = "") -> None:
        """A text in, the worker's round, and whatever comes back to anybody of the cast."""
        number = self.plays(who, part)
        body = said if isinstance(said, str) else said[self.language]
        self._speaks = number
        self.clock.at += A_MOMENT
        self.lines.append(f"U{self._part(number)}: {self._shown(body)}")
        with self.house.unit() as db:
            keep(db, REHEARSAL, written(db, number, body), number, body)
        self.work()

    def rings(self, who: Person) -> None:
        """A missed call."""
        number = self.plays(who)
        self._speaks = number
        self.clock.at += A_MOMENT
        self.lines.append(f"U{self._part(number)}: (a missed call)")
        with self.house.unit() as db:
            take_all(db, [Came("android", Texted(f"C{self.clock.at.isoformat()}", number, "", kinds=(CALL,)))])
        self.work()

    def work(self) -> None:
        """One round of the worker; what the cast heard is written down."""
        read(self.hands)
        carry_out(self.hands)
        questions(self.hands)
        hear_opinions(self.hands)
        dispatch(self.hands)
        got = (
            select(PhoneText.id, PhoneText.phone, PhoneText.body)
            .where(PhoneText.incoming, PhoneText.id > self._heard)
            .order_by(PhoneText.id)
        )
        with self.house.unit() as db:
            rows = db.execute(got).all()
        self._heard = max((row.id for row in rows), default=self._heard)
        order = {phone: place + 1 for place, phone in enumerate(self.cast)} | {self._speaks: 0}
        for _, phone, body in sorted(rows, key=lambda row: (order.get(row[1], 0), row[2])):
            if phone in self.cast:
                shown = self._shown(body)
                size = measure(body)
                self.sent.append(Sent(body, size))
                parts = "1 segment" if size.segments == 1 else f"{size.segments} segments"
                self.lines.append(f"S{self._part(phone)}: {shown}")
                self.lines.append(f"   [{size.encoding} {size.units}, {parts}]")

    def _part(self, number: str) -> str:
        part = self.cast[number]
        return f" ({part})" if part else ""

    def _shown(self, body: str) -> str:
        """With a link, which is drawn anew each time, replaced by the printed one, which is as long."""
        return _LINK.sub(TOKEN, body)

    def invite(self, *trainings: TrainingSession) -> None:
        """The texts of these sessions are planned, and those that are due go."""
        with self.house.unit() as db:
            note(db, SessionsScheduled(tuple(each.id for each in trainings or (self.training,))))
        self.work()

    def live_on(self, until: datetime) -> None:
        """Move the clock from one due text to the next, and let the worker work at each."""
        while True:
            with self.house.unit() as db:
                ahead = select(func.min(Message.send_after)).where(Message.state == State.QUEUED)
                due = db.scalar(ahead.where(Message.send_after > self.clock.at))
            if due is None or due > until:
                break
            self.clock.at = due
            self.work()
        self.clock.at = max(until, self.clock.at)
        self.work()

    def later(self, **by: float) -> None:
        """Time passes, and what falls due goes."""
        self.live_on(self.clock.at + timedelta(**by))

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        """Live on until this time of March 2026 in Karachi."""
        self.live_on(datetime(2026, 3, day, hour, minute, tzinfo=KARACHI).astimezone(UTC))


def stage(house: House, clock: HandClock, language: str) -> Stage:
    """The training on Saturday 14 March at GPS Kakki: thirty-one schools, of each one teacher; the first three have
    phones."""
    clock.at = MONDAY
    spoken = Language(language)
    with house.unit() as db:
        circle = build.circle(db, build.block(db))
        cluster = build.cluster(db, len(ROSTER), in_circle=circle, name="LTRC Kakki")
        schools = list(build.schools_of(db, cluster))
        _named(schools)
        trainer = build.trainer(db, circle, "Zakir Khan", number="+923451112233")
        trainer.language = spoken
        teachers = []
        for place, name in enumerate(ROSTER):
            teacher = build.teacher(db, schools[place], name, number=_phone(place) if place < WITH_PHONES else None)
            teacher.language = spoken
            teacher.gender = Gender.WOMAN if name in WOMEN else Gender.MAN
            teachers.append(teacher)
        training = build.training_session(db, cluster, day=SATURDAY, led_by=[trainer], invited=teachers, code="4814")
        db.execute(update(PersonNumber).values(since=MONDAY - KNOWN_FOR))
    return Stage(house, clock, language, hands(house), cluster, trainer, teachers, training)


def hands(house: House) -> Tools:
    """The worker's tools, with one-time codes that are the printed one first."""
    return replace(tools(house, pace=ONE_BY_ONE), book=partial(book_of, house.settings, Codes()))


def _phone(place: int) -> str:
    return f"+9230055502{place:02}"


def ruled(house: House, connection: Connection, clock: HandClock, rules: ReminderRules) -> House:
    """The same house with other rules of what is told, as where texts go out by a name that cannot be answered."""
    maker = sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
    unit = UnitOfWork(maker, reactions(rules), clock)
    return replace(house, unit=unit, worker_unit=unit)


def _named(schools: list[School]) -> None:
    """As the printed dialogues have them; the first one hosts the training."""
    schools[0].name, schools[0].code = "GPS Kakki", "23450"
    schools[1].name, schools[1].code = "GPS Kakki No.1", "23451"
    schools[2].name, schools[2].code = "GPS Domel", "23460"


Dialogue = Callable[[Stage], None]
