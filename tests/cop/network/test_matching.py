"""What measures the month writes down whom to introduce, by what happened, and the worker alone asks them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from clusters.kernel.clock import now, today
from clusters.modules.rules import Subject
from cop.compute.network import measure_month
from cop.consent.actions import decide
from cop.consent.rules import Purpose
from cop.house import open_house
from cop.introductions.actions import propose
from cop.introductions.models import Introduction
from cop.network.graph import SUBJECTS, Span, happened, people
from cop.network.matching import community
from cop.questions.models import PeerOffer, PeerQuestion
from cop.questions.rules import Offering, Standing
from cop.settings import Settings
from cop.ties.models import Tie
from messaging.outbox.models import Message
from tests import build
from tests.cop.network.conftest import give, say

MATHS, SCIENCE = (1 << SUBJECTS.index(each) for each in (Subject.MATHS, Subject.SCIENCE))


def willing(db, *who):
    for each in who:
        decide(db, each.id, Purpose.HELP, True, "test")


def read(db):
    span = Span(now(db) + timedelta(minutes=1), today(db))
    who = people(db, span)
    return who, community(db, span, who, happened(db, span))


def test_who_holds_an_answer_is_told_by_what_was_answered_and_not_by_having_been_introduced(db, district):
    (asker, answerer, silent, met, *_), _, _ = district.teachers
    question = PeerQuestion(
        asker_id=asker.id,
        subject=Subject.MATHS,
        words="x",
        standing=Standing.ASKED,
        at=now(db),
        asked_at=now(db) - timedelta(days=2),
    )
    db.add(question)
    db.flush()
    for who, said in ((answerer, Offering.ANSWERED), (silent, Offering.NOT_NOW)):
        offer = PeerOffer(question_id=question.id, person_id=who.id, number=1, standing=said, asked_at=now(db))
        offer.said_at = now(db) - timedelta(days=1)
        db.add(offer)
    for other, source in ((district.teachers[1][0], "relayed"), (met, "introduced")):
        tie = give(db, district.teachers[1][1], other)
        tie.subject, tie.source = Subject.SCIENCE, source
    db.flush()
    who, among = read(db)
    held = {int(who.ids[number]): int(bits) for number, bits in enumerate(among.holds) if bits}
    assert held == {
        asker.id: MATHS,
        answerer.id: MATHS,
        district.teachers[1][0].id: SCIENCE,
        district.teachers[1][1].id: SCIENCE,
    }


def test_who_may_be_asked_said_so_and_was_not_asked_lately(db, district):
    (one, other, _, done, late, silent), _, _ = district.teachers
    willing(db, one, other, done, late)
    decide(db, one.id, Purpose.ACROSS, True, "test")
    say(db, late, granted=False)
    db.add(Introduction(one_id=done.id, other_id=silent.id, one_key=1, other_key=2, wanted_at=now(db)))
    db.flush()
    who, among = read(db)
    assert {int(who.ids[number]) for number in among.asked.nonzero()[0]} == {one.id, other.id}
    assert [int(who.ids[number]) for number in among.across.nonzero()[0]] == [one.id]
    [at] = [number for number, person in enumerate(who.ids) if person == one.id]
    [beside] = [number for number, person in enumerate(who.ids) if person == district.teachers[1][0].id]
    [far] = [number for number, person in enumerate(who.ids) if person == district.teachers[2][0].id]
    assert (among.places[at] == among.places[beside]).tolist() == [True, True, False]
    assert among.places[at][1] != among.places[far][1]


@pytest.fixture
def own_house(new_database, tmp_path):
    """A house on a database of its own, whose units commit."""
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path)) as house:
        yield house


def test_a_month_writes_pairs_down_in_its_own_role_and_the_worker_asks_them_once(own_house):
    with own_house.unit() as db:
        cluster = build.cluster(db, 4)
        who = [build.teacher(db, build.schools_of(db, cluster)[number % 4]) for number in range(12)]
        for each in who:
            say(db, each)
        willing(db, *who)
        db.execute(text("UPDATE consent_decision SET at = at - interval '90 days'"))
        tie = give(db, who[0], who[1], days_ago=40)
        tie.subject = Subject.MATHS
    measured = measure_month(own_house.measure_unit, 10)
    assert measured.introductions == 2
    with own_house.worker_unit() as db:
        pairs = [(row.one_id, row.other_id, row.subject) for row in db.scalars(select(Introduction))]
        assert {other for _, other, _ in pairs} == {who[0].id, who[1].id}
        assert {subject for _, _, subject in pairs} == {Subject.MATHS}
        assert db.scalars(select(Message)).all() == []
        assert propose(db) == 2
        assert propose(db) == 0
        asked = db.scalars(select(Message.person_id).where(Message.text_key == "introduce_ask")).all()
        assert sorted(asked) == sorted(each for one, other, _ in pairs for each in (one, other))
        assert len(db.scalars(select(Tie)).all()) == 1
