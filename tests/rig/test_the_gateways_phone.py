"""The scripted phone answers as the gateway app does."""

import json

import httpx
import pytest

from tests.rig.gateway.verdicts import Answer, Callbacks, Shape, Verdict

pytestmark = pytest.mark.rig

TEXT = {"textMessage": {"text": "Salam"}, "phoneNumbers": ["+923001234567"]}


@pytest.fixture
def phone(gateway):
    with httpx.Client(base_url=gateway.phone, auth=(gateway.user, gateway.password), timeout=5) as client:
        yield client


def test_the_phone_takes_a_text_and_tells_of_it(gateway, phone):
    made = phone.post("/messages", json=TEXT | {"id": "one", "simNumber": 2, "ttl": 600})
    assert (made.status_code, made.json()["id"], made.json()["state"]) == (202, "one", "Pending")
    assert phone.get("/message/one").json()["state"] == "Delivered"
    assert phone.get("/message/none").status_code == 404
    accepted = gateway.accepted()[-1]
    assert (accepted["sid"], accepted["sender"], accepted["validity"]) == ("one", "sim 2", 600)


def test_the_phone_refuses_an_id_that_it_knows(gateway, phone):
    taken = [phone.post("/message", json=TEXT | {"id": "twice"}).status_code for _ in range(2)]
    assert taken == [202, 500]
    gateway.ways(repeats="sent")
    assert phone.post("/message", json=TEXT | {"id": "twice"}).status_code == 202
    assert [line["sid"] for line in gateway.accepted()].count("twice") == 2


def test_without_the_password_the_phone_says_only_that_it_lives(gateway):
    assert httpx.get(f"{gateway.phone}/health").status_code == 200
    assert httpx.get(f"{gateway.phone}/messages").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [{"textMessage": None}, {"message": "two"}, {"textMessage": {"text": ""}}, {"phoneNumbers": []}, {"simNumber": 0}],
)
def test_the_phone_refuses_what_is_no_text(phone, wrong):
    answer = phone.post("/messages", json=TEXT | wrong)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_the_phone_brings_its_events_to_whoever_asked_for_them(gateway, phone, receiver):
    for event in ("sms:sent", "sms:failed"):
        assert phone.post("/webhooks", json={"url": f"{receiver.address}/x", "event": event}).status_code == 201
    assert len(phone.get("/webhooks").json()) == 2
    phone.post("/messages", json=TEXT | {"id": "event"})
    gateway.script(Verdict(callbacks=Callbacks(("failed",))))
    phone.post("/messages", json=TEXT | {"id": "fails"})
    gateway.flush()
    told = {(news["event"], news["payload"]["messageId"]) for news in (json.loads(each.body) for each in receiver.got)}
    assert told == {("sms:sent", "event"), ("sms:failed", "fails")}


def test_the_phone_follows_the_script_too(gateway, phone):
    gateway.script(Verdict(True, Answer(503)))
    before = len(gateway.accepted())
    assert phone.post("/messages", json=TEXT).status_code == 503
    assert len(gateway.accepted()) == before + 1
    gateway.script(Verdict(answer=Answer(shape=Shape.NO_SID)))
    assert "id" not in phone.post("/messages", json=TEXT).json()


def test_what_people_texted_is_in_the_inbox_of_the_phone(gateway, phone):
    for n in range(3):
        gateway.inbound("+923008888888", f"text {n}", to="", by="android")
    shown = phone.get("/inbox", params={"limit": 2})
    assert [each["contentPreview"] for each in shown.json()] == ["text 2", "text 1"]
    assert int(shown.headers["X-Total-Count"]) >= 3
