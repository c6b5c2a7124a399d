"""A year of introductions in a district of committed rows: the house chooses pairs or chance does, and people reply.

What is assumed of people is that of `tests/cop/network/districts.py`: who knows whom, who lets herself be asked, how
many accept and how many say no. Problems are asked and answered by text, before the first pair is asked.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

import numpy as np
from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import sessionmaker

from clusters.kernel.clock import KARACHI, now, today
from clusters.kernel.database import connect
from clusters.kernel.unit import UnitOfWork
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.rules import Gender, Language, PostRole
from clusters.structure.models import Place
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.decided import Decided
from cop.house import House
from cop.introductions.actions import Pair, want
from cop.introductions.models import Introduction
from cop.jobs import Tools, dispatch, introductions, network_month, questions, read, tools
from cop.network.graph import SUBJECTS, Span, happened, people
from cop.network.introducing import neighbours, within_reach
from cop.network.matching import community
from cop.reactions import REACTIONS
from cop.settings import Settings
from cop.ties.models import Tie
from cop.ties.rules import TieKind
from messaging.channels.models import PhoneText
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import written
from messaging.inbound.actions import keep
from tests import build
from tests.conftest import HandClock
from tests.cop.network.districts import CLUSTER, Rules, by_chance, district
from tests.journeys.living import Here
from tests.messaging.voice import ONE_BY_ONE

KNOWN_SINCE = timedelta(days=200)
QUESTIONS = 0.03
"""Of the people, so many ask a question, in a quarter of the clusters; whoever answers holds the answer too."""


@dataclass(frozen=True)
class Outcome:
    """The share of those who take part within two steps of an answered problem, and what was done for it."""

    before: float
    after: float
    asked: tuple[int, ...]
    """Pairs in each month."""
    accepted: int


@contextmanager
def house_at(url: str, folder: Path, clock: HandClock) -> Iterator[House]:
    """A house on a database of its own whose units commit, at a clock that a test moves."""
    engine = connect(url)
    maker = sessionmaker(engine, expire_on_commit=False)
    settings = Settings(data_dir=folder)
    decided = Decided(settings)
    units = {
        role: UnitOfWork(maker, REACTIONS, clock, role=role, opened=decided.opened)
        for role in ("cop_web", "cop_worker", "cop_measure")
    }
    yield House(
        settings=settings, holding=decided, engine=engine, url=url, unit=UnitOfWork(maker, REACTIONS, clock),
        web_unit=units["cop_web"], worker_unit=units["cop_worker"], measure_unit=units["cop_measure"],
        secret=b"a secret of the tests", clock=clock,
    )  # fmt: skip
    engine.dispose()


@dataclass
class Meetings:
    """A district and its year."""

    house: House
    clock: HandClock
    hands: Tools
    ids: list[int]
    """Of everybody, in the order of the district's numbers."""
    phones: dict[int, str]
    seed: int
    rules: Rules

    def text(self, person: int, body: str) -> str:
        """She texts, and the worker works: what comes back."""
        self.clock.advance(minutes=1)
        number = self.phones[person]
        with self.house.unit() as db:
            mark = db.scalar(select(func.max(PhoneText.id))) or 0
            keep(db, REHEARSAL, written(db, number, body), number, body)
        read(self.hands)
        dispatch(self.hands)
        got = select(PhoneText.body).where(PhoneText.incoming, PhoneText.phone == number, PhoneText.id > mark)
        with self.house.unit() as db:
            return " | ".join(db.scalars(got))

    def answer_problems(self) -> int:
        """In a quarter of the clusters some ask a question by text, and the first who is asked answers; how many."""
        rng = Random(self.seed)
        clusters = [self.ids[first : first + CLUSTER] for first in range(0, len(self.ids), CLUSTER)]
        lucky = rng.sample(clusters, max(1, len(clusters) // 4))
        askers = rng.sample([each for cluster in lucky for each in cluster], round(len(self.ids) * QUESTIONS))
        by_phone = {phone: person for person, phone in self.phones.items()}
        answered = 0
        for asker in askers:
            with self.house.unit() as db:
                mark = db.scalar(select(func.max(PhoneText.id))) or 0
            reply = self.text(asker, "SAWAL class 3 me hindson ki taqseem kaise parhaun")
            if "1=" not in reply:
                continue
            self.text(asker, "1")
            put = select(PhoneText.phone).where(
                PhoneText.id > mark, PhoneText.incoming, PhoneText.body.startswith("Ek ustad ka sawal")
            )
            with self.house.unit() as db:
                helper = next(
                    (by_phone[each] for each in db.scalars(put.order_by(PhoneText.id)) if each in by_phone), None
                )
            number = re.search(r"\bJ (\d+)", self.text(helper, "1")) if helper is not None else None
            if helper is not None and number is not None:
                self.text(helper, f"J {number[1]} pehle 10 ke gathay banwayein")
                answered += 1
            self.clock.advance(minutes=7)
            dispatch(self.hands)
        self.clock.advance(hours=1)
        questions(self.hands)
        dispatch(self.hands)
        return answered

    def share(self) -> float:
        """Within two steps now, of all who take part."""
        with self.house.measure_unit() as db:
            span = Span(now(db), today(db))
            who = people(db, span)
            given = happened(db, span)
            among = community(db, span, who, given)
        return within_reach(neighbours(len(who), given.src, given.dst), among.holds)

    def year(self, like: tuple[int, ...] | None = None) -> Outcome:
        """Twelve months of pairs that the house chose, or of as many by chance, each asked and answered by text."""
        before = self.share()
        chance = np.random.default_rng([self.seed, 1])
        asked = []
        month = self.clock.at.astimezone(KARACHI).date().replace(day=1)
        for number in range(self.rules.months):
            month = (month + timedelta(days=31)).replace(day=1)
            self._at(month)
            if like is None:
                network_month(self.hands)
            else:
                self._want_by_chance(like[number], chance)
            asked.append(self._ask(month))
            self._reply(number)
            self._at(month + timedelta(days=27), 12)
            introductions(self.hands)
        return Outcome(before, self.share(), tuple(asked), self.introduced())

    def _at(self, day: date, hour: int = 11) -> None:
        at = datetime(day.year, day.month, day.day, hour, tzinfo=KARACHI).astimezone(UTC)
        self.clock.at = max(self.clock.at, at)

    def _want_by_chance(self, wanted: int, dice: np.random.Generator) -> None:
        with self.house.measure_unit() as db:
            span = Span(now(db), today(db))
            who = people(db, span)
            among = community(db, span, who, happened(db, span))
            pairs = by_chance(among, wanted, dice)
            want(db, [Pair(int(who.ids[one]), int(who.ids[other]), None) for one, other in pairs])

    def _ask(self, first: date) -> int:
        """The worker's job on the days after; how many pairs were asked."""
        asked = 0
        for day in range(3):
            self._at(first + timedelta(days=day))
            asked += introductions(self.hands).get("asked", 0)
            dispatch(self.hands)
        return asked

    def _reply(self, number: int) -> None:
        """Both of five pairs in a hundred say 1, five of a hundred others 3, and nobody else anything."""
        with self.house.unit() as db:
            pairs = [
                (row.one_id, row.other_id)
                for row in db.execute(
                    select(Introduction.one_id, Introduction.other_id)
                    .where(Introduction.proposed_at.is_not(None))
                    .order_by(Introduction.id)
                )
            ]
        yes = np.random.default_rng([self.seed, number]).random(len(pairs)) < self.rules.accepted
        no = np.random.default_rng([self.seed, number, 2])
        for (one, other), both in zip(pairs, yes, strict=True):
            for each in (one, other):
                if both:
                    self.text(each, "1")
                elif no.random() < self.rules.no:
                    self.text(each, "3")

    def introduced(self) -> int:
        """How many pairs were told of each other."""
        with self.house.unit() as db:
            return db.scalar(select(func.count(Tie.id)).where(Tie.source == "introduced")) or 0


def meetings(house: House, clock: HandClock, number: int, seed: int, rules: Rules) -> Meetings:
    """A generated district as rows: posts, phones, what people agreed to, and who knows whom; problems are answered."""
    among = district(number, seed)
    ids: list[int] = []
    phones: dict[int, str] = {}
    numbers = count(1)
    with house.unit() as db:
        places: dict[int, Place] = {}
        block_of: dict[int, Place] = {}
        circle_of: dict[int, Place] = {}
        since = clock.at - KNOWN_SINCE
        schools: dict[int, list[build.School]] = {}
        for block, circle, cluster in sorted({(int(a), int(b), int(c)) for a, b, c in among.places}):
            block_of.setdefault(block, block_of.get(block) or build.block(db))
            circle_of.setdefault(circle, circle_of.get(circle) or build.circle(db, block_of[block]))
            places[cluster] = build.cluster(db, 8, in_circle=circle_of[circle])
            schools[cluster] = list(build.schools_of(db, places[cluster]))
        rows = [
            Person(
                name=f"Teacher {each}", name_key=f"teacher{each}", language=Language.ROMAN_URDU, invented=True,
                gender=Gender.WOMAN if among.woman[each] == 1 else Gender.MAN, registered_at=since,
            )
            for each in range(number)
        ]  # fmt: skip
        db.add_all(rows)
        db.flush()
        decisions = []
        for each, row in enumerate(rows):
            ids.append(row.id)
            phones[row.id] = f"+92300{next(numbers):07}"
            db.add(PersonNumber(person_id=row.id, number=phones[row.id], since=since))
            school = schools[int(among.places[each][2])][each % 8]
            subject = SUBJECTS[int(among.teaches[each]).bit_length() - 1]
            db.add(
                Post(
                    person_id=row.id, role=PostRole.TEACHER, subject=subject, school_id=school.id,
                    training_path=school.training_path, admin_path=school.admin_path, during=Range(build.SINCE, None),
                )
            )  # fmt: skip
            agreed = [Purpose.TIES]
            agreed += [Purpose.HELP] if among.asked[each] else []
            agreed += [Purpose.ACROSS] if among.across[each] else []
            decisions += [
                {"person_id": row.id, "purpose": purpose, "about": 0, "granted": True, "at": since, "source": "text"}
                for purpose in agreed
            ]
        db.flush()
        db.execute(insert(Decision).values(decisions))
        known = {(int(one), int(other)) for one, other in zip(among.src, among.dst, strict=True) if one != other}
        db.execute(
            insert(Tie).values(
                [
                    {
                        "from_id": ids[one], "to_id": ids[other], "kind": TieKind.NOMINATED, "term": "2025-2",
                        "at": since + timedelta(days=1), "source": "text",
                    }
                    for one, other in sorted(known)
                ]
            )
        )  # fmt: skip
    hands = replace(tools(house, pace=ONE_BY_ONE), measuring=Here(house))
    made = Meetings(house, clock, hands, ids, phones, seed, rules)
    made.answer_problems()
    return made
