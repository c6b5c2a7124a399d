"""Rehearsal phones: whose are shown, what texting from the page does, and who may move the clock."""

import re
from datetime import date, timedelta
from html import unescape
from types import SimpleNamespace
from urllib.parse import unquote, urlencode

import pytest
from sqlalchemy import func, select, update

from clusters.kernel.clock import RehearsalClock, real_now
from clusters.kernel.facts import note
from clusters.people.models import PersonNumber
from clusters.training.facts import SessionsScheduled
from clusters.training.models import Invitation
from clusters.training.rules import Answer
from cop.jobs import dispatch, read, tools
from cop.web.views import paths
from messaging.channels.base import Medium
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import written
from messaging.inbound.actions import keep
from messaging.outbox.models import Message
from tests import build
from tests.browsing import place_at, same_but_path
from tests.messaging.voice import ONE_BY_ONE

STRANGER = "+923111234567"


def number_of(db, person):
    return db.scalars(select(PersonNumber.number).where(PersonNumber.person_id == person.id)).one()


@pytest.fixture
def world(house):
    with house.unit() as db:
        ours = build.cluster(db, 2, in_circle=place_at(db, "T/B1.C01."), admin_path="KP.BANNU.")
        theirs = build.cluster(db, 2, in_circle=place_at(db, "T/B2.C01."), admin_path="KP.HANGU.")
        mine = build.teacher(db, build.schools_of(db, ours)[0], "Gul Ours")
        hidden = build.teacher(db, build.schools_of(db, theirs)[0], "Noor Hidden")
        both = build.teacher(db, build.schools_of(db, ours)[0], "Saeed Shares")
        build.teacher(db, build.schools_of(db, theirs)[0], "Mate Far", number=number_of(db, both))
        trainer = build.trainer(db, place_at(db, "T/B1.C01."), "Zakir Khan")
        session = build.training_session(db, ours, led_by=[trainer], invited=[mine])
        numbers = [number_of(db, each) for each in (mine, hidden, both)]
    return SimpleNamespace(mine=numbers[0], hidden=numbers[1], shared=numbers[2], session=session)


def live(house):
    hands = tools(house, pace=ONE_BY_ONE)
    read(hands)
    dispatch(hands)


@pytest.mark.parametrize("place", ["T/B1.", "A/KP.BANNU.", "T/B1.C01."])
def test_only_phones_of_the_viewers_places_are_listed(client_as, world, place):
    page = client_as("manager", place).get(paths.PHONES).text
    assert "Gul Ours" in page
    assert "Noor Hidden" not in page
    assert "Mate Far" not in page
    assert "Saeed Shares" not in page


def test_a_phone_that_somebody_of_another_place_shares_is_shown_to_neither(client_as, world):
    assert client_as("manager", "T/B1.").get(paths.phone(world.shared)).status_code == 404
    assert client_as("admin", "T/").get(paths.phone(world.shared)).status_code == 200


@pytest.mark.parametrize("place", ["T/B1.", "A/KP.BANNU."])
def test_a_phone_of_another_place_looks_like_one_that_does_not_exist(client_as, world, place):
    mine = client_as("manager", place)
    assert same_but_path(mine.get(paths.phone(world.hidden)), mine.get(paths.phone("+923459999999")))
    assert mine.submit(paths.phone(world.hidden), text="1").status_code == 404


def test_search_finds_no_phone_of_another_place(client_as, world):
    mine = client_as("manager", "T/B1.")
    assert "Gul Ours" in mine.get(f"{paths.PHONES}?q=gul").text
    for words in ("noor", world.hidden.replace("+92", "0")):
        assert "Noor Hidden" not in mine.get(f"{paths.PHONES}?q={words}").text


def test_a_stranger_who_wrote_is_shown_over_the_whole_programme_alone(client_as, house, world):
    with house.unit() as db:
        keep(db, REHEARSAL, written(db, STRANGER, "salam hello"), STRANGER, "salam hello")
    assert "salam hello" in client_as("admin", "T/").get(paths.PHONES).text
    assert "salam hello" not in client_as("manager", "T/B1.").get(paths.PHONES).text
    assert client_as("manager", "T/B1.").get(paths.phone(STRANGER)).status_code == 404


def test_a_text_from_the_page_is_answered_and_the_page_says_how_it_was_read(client_as, house, world):
    viewer = client_as("manager", "T/B1.")
    page = viewer.follow(viewer.submit(paths.phone(world.mine), text="KAB"))
    assert 'http-equiv="refresh"' in page.text
    live(house)
    page = viewer.get(paths.phone(world.mine)).text
    assert "Agli training" in page
    assert "the word is exact" in page
    assert 'http-equiv="refresh"' not in page


def test_a_key_is_a_text(client_as, house, world):
    viewer = client_as("trainer", "T/B1.C01.")
    viewer.submit(paths.phone(world.mine), key="9")
    live(house)
    assert "wants to talk to a person" in viewer.get(paths.phone(world.mine)).text


def test_the_same_form_sent_twice_is_one_text(client_as, house, world):
    viewer = client_as("manager", "T/B1.")
    for _ in range(2):
        viewer.submit(paths.phone(world.mine), once="the-same", text="MADAD")
    live(house)
    assert viewer.get(paths.phone(world.mine)).text.count("KAB=agli") == 1


@pytest.mark.parametrize(("role", "status"), [("manager", 303), ("trainer", 403), ("monitor", 403)])
def test_managers_move_the_clock_and_nobody_else(client_as, house, world, role, status):
    viewer = client_as(role, "T/B1.C01.")
    answer = viewer.submit(paths.CLOCK, to="hour", next=paths.PHONES)
    assert answer.status_code == status
    with house.unit() as db:
        assert (db.scalar(select(RehearsalClock)) is not None) == (status == 303)


@pytest.mark.parametrize("to", ["hour", "morning", "session"])
def test_the_clock_goes_as_far_as_its_button_says(client_as, house, world, to):
    viewer = client_as("manager", "T/B1.")
    answer = viewer.submit(paths.CLOCK, to=to, next=paths.phone(world.mine))
    assert answer.status_code == 303
    assert answer.headers["location"] == paths.phone(world.mine)


def test_a_clock_form_leads_to_no_other_house(client_as, world):
    answer = client_as("manager", "T/B1.").submit(paths.CLOCK, to="hour", next="//evil.example/")
    assert answer.headers["location"].startswith("/")
    assert "evil" not in answer.headers["location"]


def test_an_answer_texted_from_the_page_is_stored(client_as, house, world):
    with house.unit() as db:
        note(db, SessionsScheduled((world.session.id,)))
    live(house)
    viewer = client_as("manager", "T/B1.")
    viewer.submit(paths.phone(world.mine), key="1")
    live(house)
    with house.unit() as db:
        given = db.scalars(select(Invitation.answer).where(Invitation.session_id == world.session.id)).one()
    assert given is Answer.YES
    assert "yes, session" in viewer.get(paths.phone(world.mine)).text


def test_the_clock_stops_where_texts_fall_due_instead_of_letting_them_expire(client_as, house):
    with house.unit() as db:
        cluster = build.cluster(db, 1)
        teacher = build.teacher(db, build.schools_of(db, cluster)[0])
        session = build.training_session(db, cluster, invited=[teacher], day=date(2026, 3, 5))
        note(db, SessionsScheduled((session.id,)))
    with house.unit() as db:
        db.execute(update(Message).where(Message.kind == "invitation").values(state="accepted"))
        due = db.scalar(select(func.min(Message.send_after)).where(Message.state == "queued"))
    moved = client_as("admin", "T/").submit(paths.CLOCK, to="session", next="/phones")
    assert moved.status_code == 303
    with house.unit() as db:
        shift = db.scalar(select(RehearsalClock.shift))
    stopped = real_now() + shift
    assert abs(stopped - due) < timedelta(minutes=2)
    assert stopped < session.starts_at


@pytest.mark.parametrize(("place", "query"), [("T/", ""), ("T/B1.", ""), ("T/", "Gul & Sons")])
def test_pages_of_the_list_hold_every_phone_once_the_newest_text_first(client_as, house, world, place, query):
    with house.unit() as db:
        school = build.school(db, in_cluster=place_at(db, "T/B1.C01.L1."), name="Gul & Sons")
        numbers = [number_of(db, build.teacher(db, school)) for _ in range(90)]
        for number in numbers[::2]:
            written(db, number, "salam")
    her = client_as("manager", place)
    seen, address = [], f"{paths.PHONES}?{urlencode({'q': query})}"
    while address:
        page = her.get(address).text
        rows = re.findall(r'<th scope="row"><a href="([^"]+)"', page)
        assert 0 < len(rows) <= 50
        seen += [unquote(row).removeprefix("/phones/") for row in rows]
        more = re.search(r'<a class="btn" href="([^"]+)">More phones', page)
        address = unescape(more[1]) if more else ""
    ours = [number for number in seen if number in numbers]
    assert len(set(ours)) == len(ours) == (50 if query else 90)  # a search finds the first fifty
    if not query:
        assert ours == [*numbers[::2][::-1], *sorted(numbers[1::2])]


def test_each_text_says_by_what_it_went_and_how_many_segments_it_took(client_as, house, world):
    viewer = client_as("manager", "T/B1.")
    with house.unit() as db:
        long = "salam " * 40
        keep(db, REHEARSAL, written(db, world.mine, long), world.mine, long)
        keep(db, REHEARSAL, written(db, world.mine, "KAB"), world.mine, "KAB", Medium.WHATSAPP)
    page = viewer.get(paths.phone(world.mine)).text
    assert page.count("SMS · 2 segments</small>") == 1
    assert page.count("WhatsApp</small>") == 1
    assert 'name="whatsapp"' not in page, "the house has no such route"
    live(house)
    assert "SMS · 1 segment</small>" in viewer.get(paths.phone(world.mine)).text, (
        "the answer goes by the route there is"
    )
