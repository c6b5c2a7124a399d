"""MERA: counted, with a personal link that opens her own page and replaces the one before."""

import re

import pytest
from sqlalchemy import select

from clusters.scope import Scope
from cop.holding.actions import forget
from cop.holding.queries import counts, days, notes
from cop.knowledge.models import PracticeNote
from messaging.consent.queries import holder_of
from messaging.inbound.models import ParseRecord


@pytest.mark.parametrize("said", ["MERA", "mera data", "mydata", "میرا"])
def test_what_is_held_is_counted_and_comes_with_a_link_of_her_own(world, said):
    world.invite(world.session)
    world.after()
    world.text(world.trainer, "HAZRI 4814 SAB")
    [answer] = world.text(world.teachers[0], said)
    assert re.search(r"\b1 hazri, 0 note, 0 sathi", answer)
    link = answer.rpartition("/m/")[2]
    with world.house.unit() as db:
        assert holder_of(db, link) == world.teachers[0].id
        did = select(ParseRecord.did).order_by(ParseRecord.inbound_text_id.desc()).limit(1)
        assert db.scalars(did).one() == {"do": "mydata"}


def test_a_new_link_ends_the_one_before(world):
    first, second = (world.text(world.teachers[0], "MERA")[0].rpartition("/m/")[2] for _ in range(2))
    with world.house.unit() as db:
        assert (holder_of(db, first), holder_of(db, second)) == (None, world.teachers[0].id)


def test_a_sentence_that_begins_with_mine_is_no_wish_to_see_data(world):
    assert "/m/" not in "".join(world.text(world.teachers[0], "mera bhai bemar hai"))


def test_forgetting_leaves_the_sheets_alone_and_takes_notes_and_answers(world):
    world.invite(world.session)
    teacher = world.teachers[0]
    world.text(teacher, "2 shaadi hai")
    world.text(teacher, "note bachon ko dhakkan se ginti sikhai")
    world.after()
    world.text(world.trainer, "HAZRI 4814 1 2")
    own = Scope(teacher.id, ())
    with world.house.unit() as db:
        assert (counts(db, own).attended, counts(db, own).notes) == (1, 1)
        assert [day.reason for day in days(db, own)] == ["shaadi hai"]
    world.clock.advance(hours=4)
    with world.house.unit() as db:
        forget(db, own)
        assert (counts(db, own).attended, counts(db, own).notes) == (1, 0)
        assert [(day.answer, day.reason, len(day.marks)) for day in days(db, own)] == [(None, None, 1)]
        assert notes(db, own) == ()
        assert db.scalars(select(PracticeNote)).all() == []


def test_what_lies_ahead_keeps_its_answer(world):
    world.invite(world.session)
    world.text(world.teachers[0], "1")
    own = Scope(world.teachers[0].id, ())
    with world.house.unit() as db:
        forget(db, own)
        assert [day.answer.value for day in days(db, own)] == ["yes"]
