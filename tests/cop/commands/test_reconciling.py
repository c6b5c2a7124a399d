"""After a backup came back, `cop reconcile` finds what went since, and asks before anything goes again."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from clusters.kernel.clock import now
from clusters.scope import Scope
from messaging.channels.models import PhoneText
from messaging.outbox.actions import enqueue
from messaging.outbox.models import Message
from messaging.outbox.rules import State, StopReason
from messaging.outbox.switch import stop_sending, stops
from tests.messaging.voice import draft, number, subject

SINCE = "2026-03-02T08:00"


@pytest.fixture
def restored(own_unit):
    """Two texts planned; the first went after the backup, and one that nobody planned; sending is held."""
    with own_unit() as db:
        subject(db)
        enqueue(db, [draft(db, n) for n in (1, 2)])
        for n, body in ((1, "Text 1"), (9, "Planned later")):
            db.add(PhoneText(phone=number(n), incoming=True, body=body, at=now(db)))
        stop_sending(db, Scope.everywhere(), StopReason.RESTORED)
    return own_unit


def held(unit):
    with unit() as db:
        return [stop.reason for stop in stops(db)]


def states(unit):
    with unit() as db:
        return list(db.scalars(select(Message.state).order_by(Message.number)))


def test_what_went_since_the_backup_is_given_to_its_row_and_the_rest_is_told(run, restored):
    code, document, _ = run("reconcile", "--since", SINCE, "--json")
    assert code == 0
    told = {name: document[name] for name in ("known", "adopted", "extra", "nobodys", "due", "held", "released")}
    assert told == {
        "known": 0,
        "adopted": 1,
        "extra": 0,
        "nobodys": 1,
        "due": 1,
        "held": ["restored"],
        "released": False,
    }
    assert [orphan["number"] for orphan in document["orphans"]] == [number(9)]
    assert states(restored) == [State.ACCEPTED, State.QUEUED]
    assert held(restored) == [StopReason.RESTORED]


def test_it_may_be_done_again_and_then_releases_what_the_guard_held(run, restored):
    with restored() as db:
        stop_sending(db, Scope.everywhere(), StopReason.PERSON, "wrong list")
    run("reconcile", "--since", SINCE, "--json")
    document = run("reconcile", "--since", SINCE, "--yes", "--json").document
    assert (document["known"], document["adopted"], document["released"]) == (1, 0, True)
    assert held(restored) == [StopReason.PERSON]


def test_a_person_is_asked_and_her_silence_is_a_no(run, restored):
    done = run("reconcile", "--since", SINCE)
    code, told = done.code, done.told
    assert code == 0
    assert "May texts go again?" in told
    assert "Sending stays held" in told
    assert held(restored) == [StopReason.RESTORED]


def test_the_numbers_of_what_belongs_to_nobody_are_printed(run, restored):
    assert number(9) in run("reconcile", "--since", SINCE).stdout


def test_without_a_time_it_looks_back_from_the_last_text_that_is_known(run, restored):
    code, document, _ = run("reconcile", "--json")
    assert (code, document["error"]["key"]) == (3, "reconcile_since_missing")
    with restored() as db:
        db.execute(
            text(
                "INSERT INTO attempt (message_id, n, started_at, route, body_hash)"
                " SELECT id, 1, CAST(:at AS timestamptz), 'rehearsal', '' FROM message WHERE person_id = 2"
            ),
            {"at": now(db) - timedelta(minutes=10)},
        )
    assert run("reconcile", "--json").document["adopted"] == 1


@pytest.mark.parametrize(("since", "key"), [("soon", "instant_unreadable"), ("2030-01-01", "reconcile_since_ahead")])
def test_a_time_that_cannot_be_is_refused(run, restored, since, key):
    code, document, _ = run("reconcile", "--since", since, "--json")
    assert (code, document["error"]["key"]) == (3, key)
    assert states(restored) == [State.QUEUED, State.QUEUED]


def test_without_a_hold_of_the_guard_nothing_is_released(run, own_unit):
    with own_unit() as db:
        stop_sending(db, Scope.everywhere(), StopReason.PERSON, "wrong list")
    document = run("reconcile", "--since", SINCE, "--yes", "--json").document
    assert (document["held"], document["released"]) == ([], False)
    assert held(own_unit) == [StopReason.PERSON]


def test_a_provider_that_does_not_answer_ends_it_in_words(run, restored):
    code, document, _ = run(
        "reconcile",
        "--since",
        SINCE,
        "--yes",
        "--json",
        COP_NOW=None,
        COP_SMS_OUT="twilio",
        COP_TWILIO_ADDRESS="http://127.0.0.1:9",
        COP_TWILIO_ACCOUNT="AC" + "0" * 32,
        COP_TWILIO_TOKEN="0" * 32,
        COP_SENDERS="+18885550100",
        COP_PUBLIC_URL="https://cop.example",
    )
    assert (code, document["error"]["key"]) == (6, "list_not_had")
    assert held(restored) == [StopReason.RESTORED]
