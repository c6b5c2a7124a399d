"""The channel of a phone with a SIM against a scripted phone: what is certain after each answer, and what it brings."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.channels.android import AndroidChannel
from messaging.channels.base import CALL, Fault, Hook, HookRefused, Outgoing, Policy, SendError, Status
from messaging.channels.wire import Wire
from tests.rig.gateway import signing
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.provider import KEY, PASSWORD, USER
from tests.rig.gateway.verdicts import Answer, Callbacks, Manner, Shape, Verdict

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
QUIET = Callbacks(loss=1.0)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with Gateway(tmp_path_factory.mktemp("phone"), seed=7) as gateway:
        yield gateway


@pytest.fixture
def gateway(running: Gateway) -> Iterator[Gateway]:
    running.script(Verdict(callbacks=QUIET))
    yield running
    running.reset()


def channel(address: str, **more: object) -> AndroidChannel:
    wire = Wire(address, connect=1.0, total=float(more.pop("total", 20.0)))  # type: ignore[arg-type]  # a number
    return AndroidChannel(address, str(more.pop("user", USER)), PASSWORD, KEY, wire=wire)


def outgoing(body: str = "Session tomorrow 10:00", **changes: object) -> Outgoing:
    text = Outgoing(uuid4(), f"+92300{uuid4().int % 10**7:07}", body)
    return replace(text, **changes)  # type: ignore[arg-type]  # the fields of a text


def failed(gateway: Gateway, answer: Answer, *, accept: bool = False, **more: object) -> SendError:
    gateway.script(Verdict(accept=accept, answer=answer, callbacks=QUIET))
    with pytest.raises(SendError) as caught:
        channel(gateway.phone, **more).send(outgoing())
    return caught.value


def taken(gateway: Gateway, text: Outgoing) -> list[dict[str, object]]:
    return [line for line in gateway.accepted() if line["to"] == text.number]


def test_a_text_is_handed_over_once_under_our_own_id(gateway):
    text = outgoing("کل 10:00 🙂", valid_for=timedelta(minutes=9, seconds=0.9), sender="SIM 2")
    receipt = channel(gateway.phone).send(text)
    (line,) = taken(gateway, text)
    assert receipt.sid == line["sid"] == str(text.message_id)
    assert (line["body"], line["validity"], line["sender"]) == ("کل 10:00 🙂", 540, "sim 2")


@pytest.mark.parametrize("repeats", ["refused", "sent"])
def test_what_the_phone_has_is_not_handed_over_again(gateway, repeats):
    gateway.ways(repeats=repeats)
    text, by = outgoing(), channel(gateway.phone)
    assert by.send(text) == by.send(text)
    assert len(taken(gateway, text)) == 1


def test_a_phone_that_is_out_of_reach_took_nothing():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    with pytest.raises(SendError) as caught:
        channel(address).send(outgoing())
    assert (caught.value.policy, caught.value.key) == (Policy.SAFE, "route_unreachable")


def test_a_wrong_password_holds_the_channel_and_loses_no_text(gateway):
    with pytest.raises(SendError) as caught:
        channel(gateway.phone, user="somebody").send(outgoing())
    assert (caught.value.policy, caught.value.fault) == (Policy.SAFE, Fault.ACCOUNT)


@pytest.mark.parametrize(
    ("answer", "policy", "fault"),
    [
        (Answer(status=429, retry_after=7), Policy.SAFE, Fault.RATE),
        (Answer(status=401), Policy.SAFE, Fault.ACCOUNT),
        (Answer(status=400), Policy.NEVER, Fault.OURS),
        (Answer(status=500), Policy.ASK_FIRST, Fault.CHANNEL),
        (Answer(status=503), Policy.ASK_FIRST, Fault.CHANNEL),
        (Answer(shape=Shape.NO_SID), Policy.ASK_FIRST, Fault.CHANNEL),
        (Answer(shape=Shape.WRONG_SID), Policy.ASK_FIRST, Fault.CHANNEL),
        (Answer(shape=Shape.TRUNCATED), Policy.ASK_FIRST, Fault.CHANNEL),
        (Answer(manner=Manner.DROP), Policy.ASK_FIRST, Fault.CHANNEL),
    ],
    ids=str,
)
def test_every_answer_says_what_is_certain(gateway, answer, policy, fault):
    error = failed(gateway, answer)
    assert (error.policy, error.fault) == (policy, fault)
    if answer.retry_after:
        assert error.wait == timedelta(seconds=7)


def test_an_answer_that_never_comes_leaves_us_in_doubt(gateway):
    assert failed(gateway, Answer(hang=3.0), accept=True, total=0.5).policy is Policy.ASK_FIRST


def test_what_became_of_a_text_can_be_asked_by_our_id(gateway):
    by, text = channel(gateway.phone), outgoing()
    gateway.script(Verdict(callbacks=Callbacks(statuses=("sent", "delivered"), loss=1.0)))
    by.send(text)
    report = by.fetch(str(text.message_id))
    assert report is not None
    assert (report.status, report.message_id, report.number) == (Status.DELIVERED, text.message_id, text.number)
    [listed] = by.find(text, NOW, NOW)
    assert (listed.sid, listed.message_id) == (str(text.message_id), text.message_id)
    assert str(text.message_id) in {
        each.sid for each in by.listed(datetime.now(UTC) - timedelta(minutes=1), datetime.now(UTC))
    }
    assert by.fetch(str(uuid4())) is None
    assert by.fetch("../inbox") is None


def test_it_promises_nothing_that_was_not_tried_on_a_phone():
    assert (AndroidChannel.can_find, AndroidChannel.dedupes) == (False, False)


# --- what the phone brings


BY = AndroidChannel("http://192.168.1.20:8080", USER, PASSWORD, KEY)


def hook(event: dict[str, object] | bytes, *, age: float = 0.0, key: str = KEY, **headers: str) -> Hook:
    """A request that the phone signed `age` seconds ago."""
    body = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode()
    stamp = str(int(NOW.timestamp() - age))
    signed = {"x-timestamp": stamp, "x-signature": signing.android(body, stamp, key)} | headers
    return Hook("https://cop.example.org/hooks/android/text", body, signed, NOW)


def received(**changes: object) -> dict[str, object]:
    payload = {
        "messageId": "69bde8d0",
        "message": "HAZRI 4814 1 2",
        "phoneNumber": "+923005550001",
        "simNumber": 1,
        "receivedAt": "2026-03-02T11:59:58.000+05:00",
    } | changes
    return {"deviceId": "d", "event": "sms:received", "id": str(uuid4()), "webhookId": "w", "payload": payload}


def news(event: str, **payload: object) -> dict[str, object]:
    given = {"messageId": str(uuid4()), "phoneNumber": "+923005550001", "simNumber": 1} | payload
    return {"deviceId": "d", "event": event, "id": "e", "webhookId": "w", "payload": given}


def refused(given: Hook) -> str:
    with pytest.raises(HookRefused) as caught:
        BY.read_text(given)
    return caught.value.key


@pytest.mark.parametrize("written", ["+923005550001", "03005550001", "923005550001", "00923005550001", "0300 5550001"])
def test_a_text_is_read_whatever_way_the_phone_writes_its_number(written):
    texted = BY.read_text(hook(received(phoneNumber=written)))
    assert (texted.number, texted.body, texted.media) == ("+923005550001", "HAZRI 4814 1 2", 0)
    assert texted.at == NOW - timedelta(seconds=2)


def rang(**changes: object) -> dict[str, object]:
    return {"event": "call:missed", "payload": {"phoneNumber": "03005550001", "receivedAt": NOW.isoformat()} | changes}


def test_a_missed_call_is_no_text_and_known_by_its_number_and_time():
    call = BY.read_text(hook(rang()))
    assert (call.number, call.body, call.kinds, call.media, call.at) == ("+923005550001", "", (CALL,), 0, NOW)
    assert BY.read_text(hook(rang(), age=100)).sid == call.sid
    assert BY.read_text(hook(rang(receivedAt=(NOW - timedelta(seconds=1)).isoformat()))).sid != call.sid
    assert refused(hook(rang(phoneNumber=None))) == "without_phoneNumber"
    assert refused(hook(rang(), key="another key")) == "signature_wrong"


@pytest.mark.parametrize("written", ["JAZZ", "8777", "+14155550100"])
def test_who_is_no_mobile_is_left_as_written_for_the_quarantine(written):
    assert BY.read_text(hook(received(phoneNumber=written))).number == written


def test_the_same_text_has_the_same_id_however_often_and_by_how_many_hooks_it_is_brought():
    first, again = BY.read_text(hook(received())), BY.read_text(hook(received(), age=200))
    assert first.sid == again.sid
    others = [received(message="1"), received(receivedAt="2026-03-02T12:00:00.000+05:00"), received(phoneNumber="8777")]
    assert len({first.sid, *(BY.read_text(hook(each)).sid for each in others)}) == 4


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (hook(received(), key="another key"), "signature_wrong"),
        (hook(received(), **{"x-signature": ""}), "signature_absent"),
        (hook(received(), **{"x-signature": "é" * 64}), "signature_wrong"),
        (hook(received(), **{"x-timestamp": str(int(NOW.timestamp()) + 1)}), "signature_wrong"),
        (hook(received(), age=301), "too_old"),
        (hook(received(), age=-301), "too_old"),
        (hook(news("sms:sent")), "event"),
        (hook(b"[]"), "not_an_event"),
        (hook(b"{"), "not_json"),
        (hook(b'{"event": "sms:received", "event": "sms:sent", "payload": {}}'), "not_json"),
        (hook(received(message=None)), "without_message"),
        (hook(received(phoneNumber=1)), "without_phoneNumber"),
        (hook(b"[" * 60_000), "not_json"),
    ],
)
def test_what_is_not_the_phones_own_is_refused(given, key):
    assert refused(given) == key


def test_a_house_without_a_key_takes_nothing():
    open_to_all = AndroidChannel("http://192.168.1.20:8080", USER, PASSWORD, "")
    with pytest.raises(HookRefused):
        open_to_all.read_text(hook(received(), key=""))


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_is_refused(place, change):
    genuine = hook(received())
    at = place % len(genuine.body)
    body = genuine.body[:at] + bytes([genuine.body[at] ^ change]) + genuine.body[at + 1 :]
    assert refused(replace(genuine, body=body)) == "signature_wrong"


@pytest.mark.parametrize(
    ("event", "status"),
    [("sms:sent", Status.SENT), ("sms:delivered", Status.DELIVERED), ("sms:failed", Status.FAILED)],
)
def test_a_report_says_which_text_it_is_about(event, status):
    ours = uuid4()
    report = BY.read_report(hook(news(event, messageId=str(ours))), None)
    assert (report.sid, report.status, report.message_id) == (str(ours), status, ours)
    assert report.number == "+923005550001"


def test_why_a_text_failed_is_kept_as_androids_own_word_and_never_as_its_sentence():
    told = news("sms:failed", reason="Send result: RESULT_ERROR_NO_SERVICE for +923005550001")
    report = BY.read_report(hook(told), None)
    assert (report.code, report.fault) == ("RESULT_ERROR_NO_SERVICE", Fault.CHANNEL)
    assert BY.read_report(hook(news("sms:failed", reason="Call +923005550001")), None).code is None


def test_a_report_of_a_text_that_somebody_sent_by_hand_names_none_of_ours():
    assert BY.read_report(hook(news("sms:sent", messageId="zXDYfTmTVf3iMd16zzdBj")), None).message_id is None


def test_an_address_that_names_another_text_is_refused():
    with pytest.raises(HookRefused):
        BY.read_report(hook(news("sms:sent")), uuid4())


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        ({"partNumber": 2, "partCount": 3, "partReference": 77}, (2, 3, "77")),
        ({"partNumber": 4, "partCount": 3, "partReference": 77}, (0, 0, "")),
        ({"partNumber": "2", "partCount": 3, "partReference": 77}, (0, 0, "")),
        ({}, (0, 0, "")),
    ],
)
def test_a_gateway_may_say_which_part_of_a_text_it_brings(more, seen):
    texted = BY.read_text(hook(received(**more)))
    assert (texted.part, texted.parts, texted.reference) == seen
