"""Texting many on pages: nothing goes unseen, nothing large alone, everything can be undone while it is held."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from cop.decided import Decided
from messaging.consent.actions import opt_out
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from tests import build
from tests.browsing import place_at, same_but_path

TEXT = {"groups": "teachers", "text_ur_latn": "Kal chutti hai", "text_ur": "", "text_en": ""}


@pytest.fixture
def ltrc(house):
    with house.unit() as db:
        return build.cluster(db, 2, in_circle=place_at(db, "T/B1.C01."), name="Kakki")


def fill(house, ltrc, many):
    with house.unit() as db:
        school = build.schools_of(db, ltrc)[0]
        return [build.teacher(db, school).id for _ in range(many)]


def check(browser, ltrc, **more):
    return browser.submit("/messages/compose", place=f"T/{ltrc.path}", **TEXT | more)


def seen_in(page):
    return re.search(r'name="seen" value="(\w{64})"', page.text)[1]


def send(browser, ltrc, **more):
    return check(browser, ltrc, seen=seen_in(check(browser, ltrc, **more)), **more)


def number_of(answer):
    return int(answer.headers["location"].rpartition("/")[2])


def texts(house):
    with house.unit() as db:
        return [(row.state, row.number) for row in db.scalars(select(Message).order_by(Message.number))]


def test_a_check_shows_who_what_and_at_what_price_and_sends_nothing(client_as, house, ltrc):
    fill(house, ltrc, 3)
    with house.unit() as db:
        build.teacher(db, build.schools_of(db, ltrc)[0], "Bakht Zameen", number=None)
        opt_out(db, db.scalars(select(build.PersonNumber.number).limit(1)).one(), "text")
    page = check(client_as("manager", "T/"), ltrc, text_ur_latn="Kal chutti hai \u201cGPS\u201d ™").text
    assert "2 phones get it" in page
    assert "1 has no phone" in page
    assert "1 person asked for silence" in page
    assert "Kal chutti hai &#34;GPS&#34; ™" in page
    assert "These characters make it dear: <bdi>™</bdi>" in page
    assert "22</bdi>" in page or "22 of 70 characters" in re.sub(r"<[^>]+>", "", page)
    assert "2 SMS" in re.sub(r"<[^>]+>", "", page)
    assert "Bakht Zameen" in page
    assert texts(house) == []


def test_without_a_check_nothing_can_be_sent_and_a_stale_one_shows_anew(client_as, house, ltrc):
    fill(house, ltrc, 2)
    manager = client_as("manager", "T/")
    seen = seen_in(check(manager, ltrc))
    fill(house, ltrc, 1)
    answer = check(manager, ltrc, seen=seen)
    assert answer.status_code == 422
    assert "no longer what was shown" in answer.text
    assert "3 phones get it" in answer.text
    assert texts(house) == []
    assert check(manager, ltrc, seen=seen_in(answer)).status_code == 303
    assert len(texts(house)) == 3


def test_it_is_held_for_five_minutes_seen_on_the_messages_page_and_undone(client_as, house, clock, ltrc):
    fill(house, ltrc, 2)
    manager = client_as("manager", "T/")
    sent = send(manager, ltrc)
    page = manager.follow(sent).text
    assert "Held for 5 more minutes" in page
    clock.advance(minutes=2)
    assert "Held for 3 more minutes" in manager.get("/messages").text
    assert "Undo: let nothing go" in manager.get("/messages").text
    assert "Undo: let nothing go" in manager.get("/messages/announcements").text
    undone = manager.follow(manager.submit(f"/messages/announcements/{number_of(sent)}/undo")).text
    assert "Taken back." in undone
    assert {state for state, _ in texts(house)} == {State.CANCELLED}
    assert "Undo: let nothing go" not in manager.get("/messages").text


def test_a_double_tap_announces_once(client_as, house, ltrc):
    fill(house, ltrc, 2)
    manager = client_as("manager", "T/")
    fields = {"place": f"T/{ltrc.path}", **TEXT, "seen": seen_in(check(manager, ltrc))}
    for _ in range(2):
        manager.submit("/messages/compose", once="the-same-form", **fields)
    assert len(texts(house)) == 2


def test_above_two_hundred_a_second_person_reads_the_same_and_approves(client_as, house, ltrc):
    fill(house, ltrc, 201)
    author, second = client_as("manager", "T/"), client_as("manager", "T/")
    page = check(author, ltrc)
    assert "These are over 200 texts." in page.text
    assert "Ask for approval" in page.text
    sent = check(author, ltrc, seen=seen_in(page))
    path = sent.headers["location"]
    assert "Waits until somebody else approves it." in author.get(path).text
    assert "Approve: " not in author.get(path).text
    asked = second.get(path).text
    assert "201 phones get it" in re.sub(r"<[^>]+>", "", asked)
    assert texts(house) == []
    seen = re.search(r'name="seen" value="(\w{64})"', asked)[1]
    assert author.submit(f"{path}/approve", seen=seen).status_code == 403
    assert second.submit(f"{path}/approve", seen="0" * 64).status_code == 409
    assert texts(house) == []
    second.submit(f"{path}/approve", seen=seen)
    assert len(texts(house)) == 201
    assert "Held for 5 more minutes" in author.get(path).text


def test_who_is_asked_can_decline_with_a_reason_that_the_author_reads(client_as, house, ltrc):
    fill(house, ltrc, 201)
    author, second = client_as("manager", "T/"), client_as("trainer", "T/B1.C01.")
    path = send(author, ltrc).headers["location"]
    assert second.submit(f"{path}/decline", why=" ").status_code == 422
    second.submit(f"{path}/decline", why="wrong <day>")
    page = author.get(path).text
    assert "wrong &lt;day&gt;" in page
    assert "Declined." in page


def test_what_changed_meanwhile_cannot_be_approved(client_as, house, ltrc):
    fill(house, ltrc, 201)
    author, second = client_as("manager", "T/"), client_as("manager", "T/")
    path = send(author, ltrc).headers["location"]
    fill(house, ltrc, 1)
    page = second.get(path).text
    assert "no longer what its author saw" in page
    assert 'name="seen"' not in page


def test_a_trainer_finds_her_circle_and_its_announcements_alone(client_as, house, ltrc):
    fill(house, ltrc, 2)
    with house.unit() as db:
        other = build.cluster(db, 1, in_circle=place_at(db, "T/B1.C02."), name="Surani")
        build.teacher(db, build.schools_of(db, other)[0])
    manager = client_as("manager", "T/")
    ours, theirs = send(manager, ltrc), send(manager, other)
    trainer = client_as("trainer", "T/B1.C01.")
    page = trainer.get("/messages/announcements").text
    assert "Kakki" in page
    assert "Surani" not in page
    assert trainer.get(ours.headers["location"]).status_code == 200
    assert same_but_path(trainer.get(theirs.headers["location"]), trainer.get("/messages/announcements/999999"))
    form = trainer.get("/messages/compose").text
    assert "Kakki" in form
    assert "Surani" not in form
    assert check(trainer, other).status_code == 404


def test_the_list_of_a_training_session_is_written_to(client_as, house, ltrc):
    with house.unit() as db:
        guests = [build.teacher(db, build.schools_of(db, ltrc)[0]) for _ in range(3)]
        session = build.training_session(db, ltrc, invited=guests)
    manager = client_as("manager", "T/")
    page = manager.get(f"/messages/compose?session={session.id}").text
    assert f'The list of session <bdi dir="ltr">{session.code}</bdi>' in page
    form = {"session": session.id, "text_en": "Bring your copy"}
    seen = seen_in(manager.submit("/messages/compose", **form))
    path = manager.submit("/messages/compose", seen=seen, **form).headers["location"]
    assert len(texts(house)) == 3
    assert session.code in manager.get(path).text
    assert f"/messages/compose?session={session.id}" in manager.get(f"/sessions/{session.id}").text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text_ur_latn": "  "}, "There is no text yet"),
        ({"text_ur_latn": "x" * 1200}, "6 is the most"),
        ({"groups": []}, "Say which posts"),
        ({"day": "2027-01-01", "time": "10:00"}, "30 days ahead"),
        ({"day": "soon"}, "is no day"),
    ],
)
def test_what_cannot_be_sent_says_why_and_keeps_what_was_written(client_as, house, ltrc, more, words):
    fill(house, ltrc, 2)
    manager = client_as("manager", "T/")
    first = check(manager, ltrc, **more)
    answer = first if first.status_code == 422 else check(manager, ltrc, seen=seen_in(first), **more)
    assert answer.status_code == 422
    assert words in answer.text
    assert texts(house) == []


def test_hostile_words_stay_words(client_as, house, ltrc):
    fill(house, ltrc, 1)
    manager = client_as("manager", "T/")
    page = manager.follow(send(manager, ltrc, text_ur_latn="<script>alert(1)</script> {0.__class__} \u202egnirts")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {0.__class__} gnirts" in page


@pytest.mark.parametrize("status", ["rejected", "approved"])
def test_what_whatsapp_rejected_stops_an_announcement_before_it_starts(client_as, house, ltrc, tmp_path, status):
    fill(house, ltrc, 2)
    manager = client_as("manager", "T/")
    file = tmp_path / "templates.toml"
    file.write_text(
        f'[announcement.ur_latn]\nsid = "HX{"0" * 32}"\ntext = "Daftar se: {{{{1}}}} Shukriya."\nplaces = ["text"]\n'
        f'status = "{status}"\nreason = "promotional words"\n',
        encoding="utf-8",
    )
    door = manager.client.app.state.door
    fixed = replace(door.settings, whatsapp="rehearsal", whatsapp_templates=file)
    manager.client.app.state.door = replace(door, settings=fixed, decided=Decided(fixed))
    shown = manager.get("/messages/compose").text
    assert "promotional words" in shown
    assert status in shown
    answer = check(manager, ltrc)
    assert answer.status_code == (422 if status == "rejected" else 200)
    assert ("Nothing was sent" in answer.text) is (status == "rejected")
    assert texts(house) == []
