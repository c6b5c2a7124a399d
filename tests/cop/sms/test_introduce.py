"""Two are asked whether they want to be introduced: only two yeses tell anything, and a no leaves no trace."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select, text

from clusters.modules.rules import Subject
from clusters.people.models import Person, PersonNumber
from clusters.people.rules import Gender
from clusters.scope import Scope
from clusters.structure.models import Place
from cop.consent.actions import decide
from cop.consent.rules import Purpose
from cop.holding.actions import forget
from cop.introductions.actions import Pair, look_after, propose, want
from cop.introductions.models import Introduction
from cop.introductions.rules import GONE_AFTER, OPEN_FOR, WAITS_FOR
from cop.jobs import introductions
from cop.ties.models import Tie
from cop.ties.rules import TieKind
from messaging.inbound.models import Question
from messaging.outbox.models import Message
from tests import build


def agree_to_be_asked(world, *people):
    with world.house.unit() as db:
        for each in people:
            for purpose in (Purpose.TIES, Purpose.HELP):
                decide(db, each.id, purpose, True, "test")


def put(world, one, other, subject=Subject.MATHS):
    """The two are willing and asked; what each read."""
    agree_to_be_asked(world, one, other)
    with world.house.unit() as db:
        want(db, [Pair(one.id, other.id, subject)])
        propose(db)
    world.work()


@pytest.fixture
def two(world):
    """Usman and Noor, who were asked."""
    usman, noor = world.teachers[0], world.teachers[6]
    put(world, usman, noor)
    return usman, noor


def local_number(world, who):
    return "0" + world.number(who)[3:6] + "-" + world.number(who)[6:]


def everything_said_to(world, who):
    return " ".join(world.heard(who))


def rows(world, table=Introduction):
    with world.house.unit() as db:
        return db.scalar(select(func.count()).select_from(table))


def live(world, days):
    world.clock.advance(days=days)
    introductions(world.hands)
    world.work()


def test_both_are_asked_alone_the_same_question_that_names_nobody(world, two):
    usman, noor = two
    [asked] = world.heard(usman)
    assert asked.startswith("Maths: ")
    assert "1=Naam aur number 2=Sirf naam 3=Nahi" in asked
    assert world.heard(noor) == [asked]
    assert all(each.name.split()[0] not in asked for each in two)


def test_what_they_could_talk_about_may_be_unknown(world):
    usman, noor = world.teachers[0], world.teachers[6]
    put(world, usman, noor, None)
    assert world.heard(usman)[0].startswith("Aap aur ek aur ustad")


def test_numbers_pass_only_when_both_said_so_and_a_tie_is_kept(world, two):
    usman, noor = two
    [kept] = world.text(usman, "1")
    assert kept.startswith("Likh liya: 1.")
    assert len(world.heard(noor)) == 1
    [told] = world.text(noor, "1")
    assert "Usman" in told
    assert local_number(world, usman) in told
    assert "Noor" in world.heard(usman)[-1]
    assert local_number(world, noor) in world.heard(usman)[-1]
    with world.house.unit() as db:
        ties = [(tie.from_id, tie.to_id, tie.kind, tie.source) for tie in db.scalars(select(Tie))]
    assert ties == [(usman.id, noor.id, TieKind.EXCHANGED, "introduced")]


@pytest.mark.parametrize(("first", "second"), [("1", "2"), ("2", "1")])
def test_names_alone_pass_when_one_of_them_wants_no_more(world, two, first, second):
    usman, noor = two
    world.text(usman, first)
    world.text(noor, second)
    assert "Usman" in world.heard(noor)[-1]
    assert "Noor" in world.heard(usman)[-1]
    assert local_number(world, usman) not in everything_said_to(world, noor)
    assert local_number(world, noor) not in everything_said_to(world, usman)


@pytest.mark.parametrize("yes_first", [True, False])
def test_a_yes_is_answered_alike_whether_the_other_said_no_or_nothing(world, two, yes_first):
    usman, noor = two
    if yes_first:
        [said] = world.text(usman, "1")
        world.text(noor, "3")
    else:
        world.text(noor, "3")
        [said] = world.text(usman, "1")
    assert said.startswith("Likh liya: 1. Khabar sirf tab aayegi jab dono razi hon.")
    live(world, 40)
    assert len(world.heard(usman)) == 2
    assert "Noor" not in everything_said_to(world, usman)
    assert "Usman" not in everything_said_to(world, noor)


def test_an_answer_is_taken_back_by_0_and_given_anew_until_both_were_told(world, two):
    usman, noor = two
    world.text(usman, "1")
    [back] = world.text(usman, "0")
    assert back.startswith("Wapas ho gaya")
    [said] = world.text(noor, "2")
    assert said.startswith("Likh liya: 2.")
    world.clock.advance(minutes=15)
    [told] = world.text(usman, "2")
    assert "Noor" in told
    [late] = world.text(usman, "0")
    assert "wapas nahi ho sakta" in late


def test_who_is_silent_or_shares_her_phone_or_does_not_want_to_be_asked_is_never_asked(world):
    asker, silent, shares, unwilling = world.teachers[:4]
    agree_to_be_asked(world, asker, silent, shares)
    with world.house.unit() as db:
        decide(db, unwilling.id, Purpose.TIES, True, "test")
        own = db.scalars(select(PersonNumber).where(PersonNumber.person_id == shares.id)).one()
        db.add(PersonNumber(person_id=world.teachers[4].id, number=own.number, since=own.since))
    world.text(silent, "BAND")
    with world.house.unit() as db:
        want(db, [Pair(asker.id, each.id, Subject.MATHS) for each in (silent, shares, unwilling)])
        assert propose(db) == 0
        assert db.scalar(select(func.count()).where(Message.text_key == "introduce_ask")) == 0
    assert rows(world) == 0


def test_a_woman_and_a_man_are_asked_only_if_both_said_that_they_may_be(world):
    usman, noor = world.teachers[0], world.teachers[6]
    with world.house.unit() as db:
        db.get_one(Person, noor.id).gender = Gender.WOMAN
        db.get_one(Person, usman.id).gender = Gender.MAN
    put(world, usman, noor)
    assert world.heard(usman) == world.heard(noor) == []
    with world.house.unit() as db:
        for each in (usman, noor):
            decide(db, each.id, Purpose.ACROSS, True, "test")
    put(world, usman, noor)
    assert len(world.heard(usman)) == len(world.heard(noor)) == 1


def test_nobody_is_asked_twice_at_a_time(world, two):
    usman, _ = two
    put(world, usman, world.teachers[7])
    assert len(world.heard(usman)) == 1
    assert world.heard(world.teachers[7]) == []
    assert rows(world) == 1


def test_a_yes_is_worth_nothing_once_one_of_them_lets_no_ties_be_kept(world, two):
    usman, noor = two
    world.text(usman, "1")
    with world.house.unit() as db:
        decide(db, usman.id, Purpose.TIES, False, "test")
    [said] = world.text(noor, "1")
    assert said.startswith("Likh liya")
    assert "Noor" not in everything_said_to(world, usman)


OWN_PHONES = {"phone_text"}
"""What stands on somebody's own phone is hers."""


def everything(db):
    """Every row of every table as text, by table."""
    for name in inspect(db.connection()).get_table_names():
        if name not in OWN_PHONES:
            for row in db.execute(text(f'SELECT to_jsonb(t)::text FROM "{name}" t')).scalars():
                yield name, row


@pytest.mark.parametrize("answers", [("103", "1"), ("3", "3"), ("", "30")])
def test_after_a_month_no_row_anywhere_tells_who_was_asked_with_whom_or_what_was_said(world, two, answers):
    for who, said in zip(two, answers, strict=True):
        for digit in said:
            world.text(who, digit)
            world.clock.advance(minutes=15)
    with world.house.unit() as db:
        keys = {each for pair in db.execute(select(Introduction.one_key, Introduction.other_key)) for each in pair}
        read = {name for name, row in everything(db) if any(str(key) in row for key in keys)}
        assert {"introduction", "message", "question"} <= read
    live(world, 29)
    with world.house.unit() as db:
        assert db.scalar(select(func.count(Introduction.id))) == 0
        left = list(everything(db))
        for name, row in left:
            assert sum(str(key) in row for key in keys) < 2, name
            assert not ("introduce" in row and "Likh liya" in row), name
        assert {name for name, row in left if any(str(key) in row for key in keys)} <= {"message", "message_subject"}
        told = db.scalars(select(Message).where(Message.text_key.startswith("introduce"))).all()
        assert {each.text_key for each in told} <= {"introduce_ask", "introduce_noted", "introduce_undone"}
        assert {(each.body, str(each.text_values)) for each in told} == {(None, "{}")}
        assert db.scalars(select(Question).where(Question.kind == "introduce")).all() == []
        answered = text("SELECT count(*) FROM inbound_text WHERE body <> '' OR person_id IS NOT NULL")
        assert db.scalar(answered) == 0


def test_who_said_no_is_asked_again_no_sooner_and_no_later_than_who_said_nothing(world, two):
    _, noor = two
    world.text(noor, "3")
    put(world, noor, world.teachers[7])
    assert len(world.heard(noor)) == 2
    live(world, 29)
    put(world, noor, world.teachers[7])
    assert len(world.heard(noor)) == 3


def test_pairs_are_asked_once_a_day_within_texting_hours(world):
    agree_to_be_asked(world, *world.teachers[:4])
    with world.house.unit() as db:
        want(db, [Pair(world.teachers[0].id, world.teachers[1].id, None)])
    now = world.clock.at
    world.clock.at = now.replace(hour=20)
    assert introductions(world.hands) == {}
    world.clock.at = now + timedelta(days=1)
    assert introductions(world.hands) == {"asked": 1}
    with world.house.unit() as db:
        want(db, [Pair(world.teachers[2].id, world.teachers[3].id, None)])
    assert introductions(world.hands) == {}
    world.clock.at = now + timedelta(days=2)
    assert introductions(world.hands) == {"asked": 1}


def test_silence_is_left_alone_for_the_month_alone(world, two):
    live(world, OPEN_FOR.days + 1)
    [said] = world.text(two[0], "1")
    assert "Likh liya" not in said
    live(world, GONE_AFTER.days - OPEN_FOR.days)
    assert rows(world) == 0


def test_a_pair_that_could_not_be_asked_in_time_is_not_asked_later(world):
    with world.house.unit() as db:
        want(db, [Pair(world.teachers[0].id, world.teachers[1].id, None)])
    world.clock.at += WAITS_FOR + timedelta(hours=1)
    with world.house.unit() as db:
        look_after(db)
    assert rows(world) == 0


def test_who_has_herself_forgotten_is_in_no_introduction_and_the_other_reads_nothing_of_it(world, two):
    usman, noor = two
    world.text(usman, "1")
    with world.house.web_unit() as db:
        forget(db, Scope(usman.id, ()))
    with world.house.unit() as db:
        assert all(usman.id not in pair for pair in db.execute(select(Introduction.one_id, Introduction.other_id)))
    [said] = world.text(noor, "1")
    assert said.startswith("Likh liya: 1. Khabar sirf tab aayegi jab dono razi hon.")
    live(world, 40)
    assert rows(world) == 0
    assert len(world.heard(noor)) == 2
    assert "Usman" not in everything_said_to(world, noor)


def test_no_page_reads_introductions_and_what_measures_reads_no_answer(world):
    with world.house.unit() as db:
        grants = text(
            "SELECT has_any_column_privilege('cop_web', :table, 'SELECT'),"
            " has_column_privilege('cop_measure', 'introduction', 'one_said', 'SELECT'),"
            " has_column_privilege('cop_measure', 'introduction', 'one_id', 'SELECT')"
        )
        assert tuple(db.execute(grants, {"table": "introduction"}).one()) == (False, False, True)


def test_the_word_alone_says_what_it_is(world):
    [said] = world.text(world.teachers[0], "taaruf")
    assert "Dono razi hon" in said


def test_what_is_known_of_her_counts_introductions_and_her_page_lists_them_without_the_other(world, two, anybody):
    usman, noor = two
    world.text(usman, "1")
    world.text(noor, "3")
    [said] = world.text(usman, "MERA")
    assert ", 1 taaruf." in said
    link = "/m/" + said.rpartition("/m/")[2]
    page = anybody.get(link)
    assert "whether you want to be introduced" in page.text
    assert "Answer: name and number" in page.text
    assert "Noor" not in page.text
    [own] = anybody.get(f"{link}.json").json()["data"]["circle"]["introductions"]
    assert (own["said"], own["name"], own["met_at"]) == ("number", "", None)
    live(world, 29)
    assert "taaruf" not in world.text(usman, "MERA")[0]


def test_whom_she_met_stands_on_her_page_as_long_as_it_is_kept_and_goes_when_she_has_herself_forgotten(
    world, two, anybody
):
    usman, noor = two
    world.text(usman, "2")
    world.text(noor, "1")
    live(world, 29)
    for who, other in ((usman, "Noor"), (noor, "Usman")):
        link = "/m/" + world.text(who, "MERA")[0].rpartition("/m/")[2]
        assert other in anybody.get(link).text
    assert anybody.submit(link, forget="on").status_code == 303
    link = "/m/" + world.text(noor, "MERA")[0].rpartition("/m/")[2]
    assert "Usman" not in anybody.get(link).text
    with world.house.unit() as db:
        assert db.scalars(select(Tie)).all() == []


def of_both(db, one, other):
    """Every column of every table in which the id of either stands."""
    for name in inspect(db.connection()).get_table_names():
        if name in OWN_PHONES:
            continue
        for row in db.execute(text(f'SELECT to_jsonb(t) FROM "{name}" t')).scalars():
            for column, value in row.items():
                if {one, other} & _ids(value):
                    yield name, column, value


def _ids(value):
    """Every number in a value, however deep."""
    if isinstance(value, dict):
        return {found for each in value.values() for found in _ids(each)}
    if isinstance(value, list):
        return {found for each in value for found in _ids(each)}
    return {value} if isinstance(value, int) and not isinstance(value, bool) else set()


def test_thirty_one_days_later_no_column_of_any_table_tells_a_no_from_silence(world):
    """Two pairs live the same month: in one somebody refuses, in the other nobody says anything."""
    left = []
    with world.house.unit() as db:
        db.execute(text("SELECT setval(pg_get_serial_sequence('person', 'id'), 7700000)"))
    with world.house.unit() as db:
        schools = build.schools_of(db, db.get_one(Place, world.session.place_id))
        people = [build.teacher(db, schools[number]) for number in range(4)]
    agree_to_be_asked(world, *people)
    with world.house.unit() as db:
        want(db, [Pair(people[0].id, people[1].id, None), Pair(people[2].id, people[3].id, None)])
        propose(db)
    world.work()
    world.text(people[0], "3")
    live(world, 31)
    with world.house.unit() as db:
        for one, other in (people[:2], people[2:]):
            left.append(Counter((table, column) for table, column, _ in of_both(db, one.id, other.id)))
    refused, silent = left
    assert refused == silent
