"""Whom one turned to is asked once a term and subject, after a session, of those who said yes; others are asked once,
ever, whether they take part."""

from datetime import datetime

import pytest
from sqlalchemy import func, select

from clusters.calendar.windows import KARACHI
from clusters.scope import Scope
from cop.consent.actions import decide
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.holding.actions import forget
from cop.jobs import ask_about_peers
from cop.ties.models import PeerRound
from cop.ties.rounds import ask_round, ask_to_join
from messaging.outbox.models import Message, Subject
from tests import build

ASK, INVITATION = "Is term Maths mein kis kis se madad li?", "Sathi naqsha: kis ustad ne kis se madad li."


@pytest.fixture
def held(world):
    """The session was held: rows 1 and 2 stayed away. It is two days later, at noon."""
    world.after()
    world.text(world.trainer, "HAZRI 4814 1 2")
    world.clock.advance(days=2)
    noon(world)
    return world


def noon(world, days=0):
    world.clock.advance(days=days)
    day = world.clock.at.astimezone(KARACHI).date()
    world.clock.at = datetime(day.year, day.month, day.day, 12, tzinfo=KARACHI)


def join(world, *who, yes=True):
    with world.house.unit() as db:
        for each in who:
            decide(db, each.id, Purpose.TIES, yes, "text")


def sweep(world):
    counts = ask_about_peers(world.hands)
    world.work()
    return dict(counts)


def got(world, opening):
    """Rows of those whose phone got a text that begins so."""
    return [
        row for row, each in enumerate(world.teachers, 1) if any(text.startswith(opening) for text in world.heard(each))
    ]


def test_after_a_first_session_everybody_who_was_there_is_asked_once_to_take_part(held):
    assert sweep(held) == {"invited": 6}
    assert got(held, INVITATION) == [3, 4, 5, 6, 7, 8]
    assert "SATHI HAAN" in held.heard(held.teachers[3])[-1]
    for _ in range(3):
        noon(held, days=20)
        assert sweep(held) == {}
    with held.house.unit() as db:
        assert db.scalars(select(Decision)).all() == []


@pytest.mark.parametrize("said", ["1", "haan"])
def test_an_ordinary_reply_to_the_invitation_says_nothing_about_ties(held, said):
    sweep(held)
    held.text(held.teachers[3], said)
    with held.house.unit() as db:
        assert db.scalars(select(Decision)).all() == []
    held.text(held.teachers[3], "SATHI HAAN")
    with held.house.unit() as db:
        assert [(each.person_id, each.granted) for each in db.scalars(select(Decision))] == [
            (held.teachers[3].id, True)
        ]


def test_who_said_yes_or_no_shares_a_phone_or_wants_silence_is_not_asked_to_take_part(held):
    gul, imran, nasir, bakht = held.teachers[2:6]
    join(held, gul)
    join(held, imran, yes=False)
    with held.house.unit() as db:
        school = build.schools_of(db, build.cluster(db, 1))[0]
        build.teacher(db, school, "Beside", number=held.number(nasir))
    held.text(bakht, "BAND")
    assert sweep(held)["invited"] == 2
    assert got(held, INVITATION) == [7, 8]


def test_who_left_and_had_herself_forgotten_is_not_asked_a_second_time(held):
    gul = held.teachers[2]
    sweep(held)
    held.text(gul, "SATHI HAAN")
    with held.house.unit() as db:
        forget(db, Scope(gul.id, ()))
        assert db.scalars(select(Decision)).all() == []
    noon(held, days=1)
    assert sweep(held) == {}


def test_whoever_takes_part_is_asked_once_a_term_whom_she_turned_to_and_not_reminded(held):
    gul, noor = held.teachers[2], held.teachers[6]
    join(held, held.teachers[0], gul, noor)
    assert "asked" not in sweep(held)
    noon(held, days=1)
    assert sweep(held)["asked"] == 2
    assert got(held, ASK) == [3, 7]
    for _ in range(4):
        noon(held, days=10)
        assert sweep(held) == {}
    assert sum(text.startswith(ASK) for text in held.heard(noor)) == 1


def test_who_answered_without_being_asked_is_asked_no_more(held):
    gul = held.teachers[2]
    held.text(gul, "SATHI HAAN")
    held.text(gul, "SATHI 7")
    noon(held, days=1)
    assert "asked" not in sweep(held)


def test_a_second_session_of_the_term_asks_nobody_twice_another_subject_does_and_so_does_the_next_term(held):
    gul = held.teachers[2]
    join(held, gul)
    noon(held, days=1)
    assert sweep(held)["asked"] == 1
    science = held.another([gul], days=1)
    held.clock.at = science.ends_at
    held.text(held.trainer, f"HAZRI {science.code} SAB")
    noon(held, days=1)
    assert sweep(held)["asked"] == 1
    with held.house.unit() as db:
        rows = db.execute(select(PeerRound.person_id, PeerRound.subject).order_by(PeerRound.asked_at)).all()
    assert [tuple(row) for row in rows] == [(gul.id, "maths"), (gul.id, "science")]
    held.clock.at = datetime(held.clock.at.year, 8, 10, 12, tzinfo=KARACHI)
    assert sweep(held) == {}, "a session of the term before asks nobody"


def test_nothing_is_asked_outside_texting_hours_nor_twice_a_day(held):
    join(held, held.teachers[2])
    noon(held, days=1)
    day = held.clock.at
    held.clock.at = day.replace(hour=5)
    assert sweep(held) == {}
    held.clock.at = day
    assert sweep(held) == {"asked": 1, "invited": 5}
    join(held, held.teachers[3])
    assert sweep(held) == {}


def test_so_many_a_day_and_the_rest_on_the_next(held):
    join(held, *held.teachers[2:6])
    noon(held, days=1)
    with held.house.unit() as db:
        assert [ask_round(db, 3), ask_to_join(db, 1)] == [3, 1]
        assert [ask_round(db, 3), ask_to_join(db, 5)] == [1, 1]
        assert db.scalar(select(func.count()).select_from(Subject).where(Subject.kind == "peer_join")) == 2


def test_both_texts_stand_at_no_place(held):
    join(held, held.teachers[2])
    noon(held, days=1)
    sweep(held)
    with held.house.unit() as db:
        about = select(Subject.training_path, Subject.admin_path).join(
            Message, (Message.subject_kind == Subject.kind) & (Message.subject_id == Subject.id)
        )
        kinds = Message.kind.in_(("peer_round", "peer_join"))
        assert set(map(tuple, db.execute(about.where(kinds)))) == {(None, None)}
