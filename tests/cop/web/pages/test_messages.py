"""The message centre: figures inside the scope, and a sentence for every text."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from clusters.kernel.clock import now
from clusters.kernel.facts import note
from clusters.training.facts import SessionsScheduled
from messaging.consent.actions import mark_wrong
from messaging.outbox.models import Message, ProviderEvent, ProviderMessage
from messaging.outbox.rules import State
from tests import build
from tests.browsing import place_at


@pytest.fixture
def world(house):
    with house.unit() as db:
        ours = build.cluster(db, 3, in_circle=place_at(db, "T/B1.C01."), name="Kakki", admin_path="KP.BANNU.")
        theirs = build.cluster(db, 3, in_circle=place_at(db, "T/B2.C01."), name="Hangu Khas", admin_path="KP.HANGU.")
        teachers = [build.teacher(db, school, f"Gul {n}") for n, school in enumerate(build.schools_of(db, ours))]
        hidden = build.teacher(db, build.schools_of(db, theirs)[0], "Noor Hidden")
        sessions = [
            build.training_session(db, ours, invited=teachers),
            build.training_session(db, theirs, invited=[hidden]),
        ]
        note(db, SessionsScheduled(tuple(session.id for session in sessions)))
    return SimpleNamespace(teachers=teachers, hidden=hidden, session=sessions[0])


def test_the_figures_count_what_the_scope_holds(client_as, world):
    both = client_as("manager", "T/").get("/messages").text
    ours = client_as("manager", "A/KP.BANNU.").get("/messages").text
    assert "0 of 4 wanted texts" in both
    assert "0 of 3 wanted texts" in ours


def test_a_search_says_when_each_text_goes(client_as, world):
    page = client_as("manager", "A/KP.BANNU.").get("/messages?q=Gul").text
    assert "Gul 0" in page
    assert "goes" in page


def test_a_search_by_code_finds_the_texts_of_that_session(client_as, world):
    page = client_as("manager", "A/KP.BANNU.").get(f"/messages?q={world.session.code}").text
    assert "Gul 2" in page


@pytest.mark.parametrize("words", ["Noor", "Hidden", "0300-5550004"])
def test_a_search_finds_nobody_of_another_district(client_as, world, words):
    page = client_as("manager", "A/KP.BANNU.").get(f"/messages?q={words}").text
    assert "Noor Hidden" not in page
    assert "Hangu" not in page


def a_message(db, person, **changes):
    """The message of a person, with other values."""
    found = db.scalars(select(Message).where(Message.person_id == person.id).order_by(Message.send_after)).first()
    for name, value in changes.items():
        setattr(found, name, value)
    db.flush()
    return found


def reported(db, message, *events):
    """What its provider said of a message, minute by minute: pairs of a status and the number of an error."""
    db.add(ProviderMessage(sid=f"SM{message.id}", message_id=message.id, via="answer", at=now(db)))
    db.flush()
    for minute, (status, code) in enumerate(events, 1):
        at = now(db) + timedelta(minutes=minute)
        db.add(ProviderEvent(sid=f"SM{message.id}", status=status, code=code, received_at=at))
        db.flush()


def test_a_text_that_failed_shows_what_the_provider_said_and_when_and_asks_for_another_number(client_as, world, house):
    with house.unit() as db:
        lost = a_message(db, world.teachers[0], state=State.UNDELIVERED, state_at=now(db), segments=1)
        reported(db, lost, ("sent", None), ("undelivered", "30005"))
        mark_wrong(db, lost.number, "twilio", "30005")
    her = client_as("manager", "A/KP.BANNU.")
    page = her.get("/messages?q=Gul").text
    sentence = "The operator says that this number is not in service. Ask this person for the new one."
    assert sentence in page
    assert page.index("operator accepted</a>") < page.index("passed on</a>") < page.index("30005")
    assert "1 number to correct" in page
    assert "Number not in service" in page
    told = her.get(f"/sessions/{world.session.id}").text
    assert sentence in told
    assert "passed on</span>" in told


def test_a_number_of_an_error_that_nobody_knows_stands_in_the_table_of_failures(client_as, world, house):
    with house.unit() as db:
        reported(db, a_message(db, world.teachers[0], state=State.FAILED, state_at=now(db)), ("failed", "99999"))
    page = client_as("manager", "A/KP.BANNU.").get("/messages?q=Gul").text
    assert "The operator gives error 99999." in page
    assert "number to correct" not in page


def test_a_trainer_reads_that_somebody_must_be_told_by_another_way_and_not_that_she_asked_for_silence(
    client_as, world, house
):
    with house.unit() as db:
        a_message(db, world.teachers[0], state=State.SUPPRESSED, why="opted_out", state_at=now(db))
    trainers = client_as("trainer", "T/B1.C01.").get(f"/sessions/{world.session.id}").text
    managers = client_as("manager", "T/B1.").get(f"/sessions/{world.session.id}").text
    assert "Texts do not reach this person." in trainers
    assert "asked for no texts" not in trainers
    assert "held back" not in trainers
    assert "asked for no texts" in managers


def test_a_parked_text_is_let_go_or_left_out_by_a_manager(client_as, world, house):
    with house.unit() as db:
        one = a_message(db, world.teachers[0], state=State.PARKED, why="unspeakable", state_at=now(db))
        other = a_message(db, world.teachers[1], state=State.PARKED, why="unspeakable", state_at=now(db))
    her = client_as("manager", "A/KP.BANNU.")
    assert "2 texts wait for a person" in her.get("/messages").text
    her.submit(f"/messages/{one.id}/let-go")
    her.submit(f"/messages/{other.id}/leave-out")
    with house.unit() as db:
        assert db.get(Message, one.id).state is State.QUEUED
        assert db.get(Message, other.id).state is State.CANCELLED
    assert "for a person" not in her.get("/messages").text


def test_a_parked_text_of_another_district_is_not_found(client_as, world, house):
    with house.unit() as db:
        theirs = a_message(db, world.hidden, state=State.PARKED, why="unspeakable", state_at=now(db))
    her = client_as("manager", "A/KP.BANNU.")
    assert "for a person" not in her.get("/messages").text
    assert her.submit(f"/messages/{theirs.id}/let-go").status_code == 404


def test_a_monitor_sees_a_parked_text_and_may_not_let_it_go(client_as, world, house):
    with house.unit() as db:
        one = a_message(db, world.teachers[0], state=State.PARKED, why="unspeakable", state_at=now(db))
    him = client_as("monitor", "A/KP.BANNU.")
    page = him.get("/messages").text
    assert "1 text waits for a person" in page
    assert "let-go" not in page
    assert him.submit(f"/messages/{one.id}/let-go").status_code == 403
