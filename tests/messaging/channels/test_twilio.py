"""The channel of Twilio against a scripted provider: what is certain after each answer, and what it lists."""

import logging
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from messaging.channels.base import Fault, Medium, Outgoing, Policy, SendError, Status, Template, body_hash
from messaging.channels.twilio import TwilioChannel
from messaging.channels.wire import Wire
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Answer, Callbacks, Manner, Shape, Verdict

PUBLIC = "https://cop.example.org"
SERVICE = "MG" + "0a" * 16
TEMPLATE = "HX" + "0b" * 16
QUIET = Callbacks(loss=1.0)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with Gateway(tmp_path_factory.mktemp("gateway"), seed=4) as gateway:
        yield gateway


@pytest.fixture
def gateway(running: Gateway) -> Iterator[Gateway]:
    running.script(Verdict(callbacks=QUIET))
    yield running
    running.ways(list_lag=0.0, list_fails=0, page_size=1000, refusing=False, settles=0.0)
    running.clock(skew=0.0)


def channel(gateway: Gateway, address: str | None = None, **more: object) -> TwilioChannel:
    total = float(more.pop("total", 20.0))  # type: ignore[arg-type]  # given as a number
    address = address or gateway.address
    return TwilioChannel(
        gateway.account,
        gateway.token,
        address=address,
        public_url=PUBLIC,
        wire=Wire(address, connect=1.0, total=total),
        **more,  # type: ignore[arg-type]  # what the channel takes
    )


def outgoing(body: str = "Session tomorrow 10:00", **changes: object) -> Outgoing:
    text = Outgoing(uuid4(), f"+92300{uuid4().int % 10**7:07}", body, sender="+15005550006")
    return replace(text, **changes)  # type: ignore[arg-type]  # the fields of a text


def around() -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - timedelta(seconds=5), now + timedelta(seconds=80)


def failed(gateway: Gateway, verdict: Verdict, **more: object) -> SendError:
    gateway.script(verdict)
    with pytest.raises(SendError) as caught:
        channel(gateway, **more).send(outgoing())
    return caught.value


def test_a_text_is_taken_once_with_our_id_in_the_address_of_its_reports(gateway: Gateway) -> None:
    text = outgoing("کل 10:00 🙂 & more+", valid_for=timedelta(minutes=9, seconds=0.9))
    receipt = channel(gateway).send(text)
    (taken,) = [line for line in gateway.accepted() if line["to"] == text.number]
    assert (taken["sid"], taken["body"], taken["sender"]) == (receipt.sid, text.body, text.sender)
    assert taken["validity"] == "540"
    assert taken["callback"] == f"{PUBLIC}/hooks/twilio/status/{text.message_id}"


@pytest.mark.parametrize(
    ("valid_for", "seconds"), [(None, "14400"), (timedelta(hours=30), "14400"), (timedelta(0), "1")]
)
def test_no_text_waits_at_the_provider_for_more_than_four_hours(
    gateway: Gateway, valid_for: timedelta | None, seconds: str
) -> None:
    text = outgoing(valid_for=valid_for)
    channel(gateway).send(text)
    (taken,) = [line for line in gateway.accepted() if line["to"] == text.number]
    assert taken["validity"] == seconds


def test_a_messaging_service_sends_where_its_id_is_the_sender(gateway: Gateway) -> None:
    text = outgoing(sender=SERVICE)
    channel(gateway).send(text)
    (taken,) = [line for line in gateway.accepted() if line["to"] == text.number]
    assert taken["sender"] == SERVICE


def test_an_approved_text_goes_by_whatsapp_with_its_values(gateway: Gateway) -> None:
    gateway.ways(contents={TEMPLATE: "Dear {{1}}, tomorrow {{2}}."})
    text = outgoing(
        "Dear Ali, tomorrow 10:00.",
        medium=Medium.WHATSAPP,
        template=Template(TEMPLATE, {"1": "Ali", "2": "10:00"}),
    )
    via = channel(gateway)
    receipt = via.send(text)
    (taken,) = [line for line in gateway.accepted() if line["sid"] == receipt.sid]
    assert (taken["to"], taken["sender"]) == (f"whatsapp:{text.number}", f"whatsapp:{text.sender}")
    assert (taken["form"]["ContentSid"], taken["body"]) == (TEMPLATE, text.body)
    assert [each.number for each in via.find(text, *around())] == [text.number]


AMBIGUOUS = {
    "a lost connection": Verdict(answer=Answer(manner=Manner.DROP)),
    "half an answer": Verdict(answer=Answer(manner=Manner.HALF_CLOSE)),
    "a 500": Verdict(answer=Answer(500, code=20500)),
    "a 500 of a proxy": Verdict(accept=False, answer=Answer(502, Shape.HTML)),
    "a 503": Verdict(answer=Answer(503)),
    "no id": Verdict(answer=Answer(shape=Shape.NO_SID)),
    "an id that is none": Verdict(answer=Answer(shape=Shape.WRONG_SID)),
    "JSON cut off": Verdict(answer=Answer(shape=Shape.TRUNCATED)),
    "another page": Verdict(answer=Answer(shape=Shape.HTML)),
    "a 400 of somebody else": Verdict(accept=False, answer=Answer(400, Shape.HTML)),
    "a 400 without words": Verdict(accept=False, answer=Answer(400)),
    "a redirection": Verdict(accept=False, answer=Answer(302)),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_does_not_say_for_certain_is_asked_before_it_is_sent_again(gateway: Gateway, name: str) -> None:
    error = failed(gateway, AMBIGUOUS[name], total=2.0)
    assert (error.policy, error.key) == (Policy.ASK_FIRST, "channel_failed")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(manner=Manner.NEVER),
        Answer(manner=Manner.SLOW_HEADERS, pace=20.0),
        Answer(manner=Manner.SLOW_BODY, pace=20.0),
        Answer(hang=30.0),
    ],
    ids=["silence", "slow headers", "a slow body", "a late answer"],
)
def test_an_answer_that_trickles_is_given_up_in_time(gateway: Gateway, answer: Answer) -> None:
    began = time.monotonic()
    error = failed(gateway, Verdict(answer=answer), total=0.5)
    assert error.policy is Policy.ASK_FIRST
    assert time.monotonic() - began < 5


CERTAIN = {
    "429": (Answer(429, code=20429, retry_after=7), Policy.SAFE, "too_fast", Fault.RATE),
    "429 without words": (Answer(429, Shape.HTML, retry_after=7), Policy.SAFE, "too_fast", Fault.RATE),
    "401": (Answer(401, code=20003), Policy.SAFE, "account", Fault.ACCOUNT),
    "403 without words": (Answer(403), Policy.SAFE, "account", Fault.ACCOUNT),
    "suspended": (Answer(400, code=30002), Policy.SAFE, "account", Fault.ACCOUNT),
    "country": (Answer(400, code=21408), Policy.SAFE, "country_shut", Fault.ACCOUNT),
    "wrong number": (Answer(400, code=21211), Policy.NEVER, "wrong_number", Fault.NUMBER),
    "landline": (Answer(400, code=21614), Policy.NEVER, "not_mobile", Fault.NUMBER),
    "opted out": (Answer(400, code=21610), Policy.NEVER, "opted_out_there", Fault.OPTED_OUT),
    "too long": (Answer(400, code=21617), Policy.NEVER, "too_long", Fault.OURS),
    "pair": (Answer(400, code=21612), Policy.NEVER, "sender_shut", Fault.OURS),
    "window": (Answer(400, code=63016), Policy.NEVER, "template_wanted", Fault.TEMPLATE),
    "not on WhatsApp": (Answer(400, code=63024), Policy.NEVER, "not_on_whatsapp", Fault.NUMBER),
    "unknown": (Answer(400, code=29999), Policy.NEVER, "unknown_code", Fault.OURS),
}


@pytest.mark.parametrize("name", CERTAIN)
def test_a_number_of_an_error_says_what_is_certain_and_who_is_at_fault(gateway: Gateway, name: str) -> None:
    answer, policy, key, fault = CERTAIN[name]
    error = failed(gateway, Verdict(accept=False, answer=answer))
    assert (error.policy, error.key, error.fault) == (policy, key, fault)
    assert error.code == (str(answer.code) if answer.code else None)
    assert error.wait == (timedelta(seconds=7) if answer.retry_after else None)


def test_a_wrong_token_is_a_matter_of_the_account(gateway: Gateway) -> None:
    stranger = TwilioChannel(gateway.account, "wrong", address=gateway.address, public_url=PUBLIC)
    with pytest.raises(SendError) as caught:
        stranger.send(outgoing())
    assert (caught.value.policy, caught.value.fault) == (Policy.SAFE, Fault.ACCOUNT)


def test_nothing_was_sent_where_nobody_listens_or_no_such_host_is(gateway: Gateway) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for address in (nobody, "http://no-such-host.invalid"):
            with pytest.raises(SendError) as caught:
                channel(gateway, address).send(outgoing())
            assert (caught.value.policy, caught.value.key) == (Policy.SAFE, "route_unreachable")


def test_nothing_was_sent_where_the_other_side_cannot_prove_who_it_is(gateway: Gateway) -> None:
    with pytest.raises(SendError) as caught:
        channel(gateway, gateway.address.replace("http:", "https:")).send(outgoing())
    assert caught.value.policy is Policy.SAFE


def test_a_connection_that_the_other_side_closed_meanwhile_is_not_used_again(gateway: Gateway) -> None:
    via = channel(gateway)
    via.send(outgoing())
    gateway.ways(refusing=True)
    with pytest.raises(SendError) as caught:
        via.send(outgoing())
    assert caught.value.policy is Policy.SAFE
    gateway.ways(refusing=False)
    assert via.send(outgoing()).sid.startswith("SM")


def test_nothing_is_tried_a_second_time(gateway: Gateway) -> None:
    gateway.script(Verdict(answer=Answer(500, code=20500), callbacks=QUIET))
    text = outgoing()
    with pytest.raises(SendError):
        channel(gateway).send(text)
    assert len([line for line in gateway.accepted() if line["to"] == text.number]) == 1


def test_no_proxy_and_no_region_of_the_environment_leads_elsewhere(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    monkeypatch.setenv("TWILIO_REGION", "elsewhere")
    monkeypatch.setenv("TWILIO_EDGE", "elsewhere")
    assert channel(gateway).send(outgoing()).sid.startswith("SM")


def test_nothing_of_a_text_is_logged(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    via, text = channel(gateway), outgoing("canary words")
    via.send(text)
    list(via.find(text, *around()))
    assert "canary" not in caplog.text
    assert text.number not in caplog.text
    assert gateway.token not in caplog.text


def test_a_text_whose_answer_was_lost_is_found_by_number_words_and_time(gateway: Gateway) -> None:
    gateway.script(Verdict(answer=Answer(manner=Manner.DROP), callbacks=QUIET))
    via, text = channel(gateway), outgoing()
    with pytest.raises(SendError):
        via.send(text)
    gateway.script(Verdict(callbacks=QUIET))
    via.send(replace(text, body="Other words"))
    (found,) = via.find(text, *around())
    (taken,) = [line for line in gateway.accepted() if line["sid"] == found.sid]
    assert (found.number, found.body_hash, taken["body"]) == (text.number, body_hash(text.body), text.body)
    assert not via.find(text, *(each - timedelta(minutes=5) for each in around()))
    assert not via.find(replace(text, number="+923009999999"), *around())


@pytest.mark.parametrize("skew", [-5400.0, 0.0, 5400.0])
def test_the_providers_clock_may_be_wrong(gateway: Gateway, skew: float) -> None:
    gateway.clock(skew=skew)
    via, text = channel(gateway), outgoing()
    receipt = via.send(text)
    since, until = around()
    (found,) = via.find(text, since, until)
    assert found.sid == receipt.sid
    assert since < found.at < until
    assert receipt.sid in {each.sid for each in via.listed(since, until)}


def test_the_whole_list_is_read_page_after_page(gateway: Gateway) -> None:
    via = channel(gateway)
    sent = {via.send(outgoing(f"Text {n}")).sid for n in range(7)}
    gateway.ways(page_size=2)
    came_in = gateway.inbound("+923001234567", "a text that came in", "+15005550006")
    listed = [each.sid for each in via.listed(*around())]
    assert sent <= set(listed) <= {line["sid"] for line in gateway.accepted()} - {came_in.sid}
    assert len(listed) == len(set(listed))
    assert not list(via.listed(*(each - timedelta(days=3) for each in around())))


def test_a_list_that_does_not_answer_is_no_empty_list(gateway: Gateway) -> None:
    gateway.ways(list_fails=2)
    via = channel(gateway)
    with pytest.raises(SendError):
        via.find(outgoing(), *around())
    with pytest.raises(SendError):
        list(via.listed(*around()))


def test_what_became_of_a_text_can_be_asked(gateway: Gateway) -> None:
    gateway.script(Verdict(callbacks=Callbacks(("sent", "undelivered"), code=30005, loss=1.0)))
    via, text = channel(gateway), outgoing()
    report = via.fetch(via.send(text).sid)
    assert report is not None
    assert (report.status, report.code, report.fault) == (Status.UNDELIVERED, "30005", Fault.NUMBER)
    assert report.number == text.number
    assert via.fetch("SM" + "f" * 32) is None


def test_texts_that_came_in_are_listed_for_our_numbers_only(gateway: Gateway) -> None:
    ours = channel(gateway, senders=["+15005550009", "whatsapp:+15005550009", SERVICE, "SCHOOL"])
    first = gateway.inbound("+923001234567", "جی ہاں", "+15005550009", media=2)
    second = gateway.inbound("whatsapp:+923001234568", "ok", "whatsapp:+15005550009")
    gateway.inbound("+923001234569", "for somebody else", "+15005550010")
    heard = {each.sid: each for each in ours.heard(*around())}
    assert heard.keys() == {first.sid, second.sid}
    assert (heard[first.sid].number, heard[first.sid].body, heard[first.sid].media) == ("+923001234567", "جی ہاں", 2)
    assert (heard[second.sid].number, heard[second.sid].medium) == ("+923001234568", Medium.WHATSAPP)
    assert len(list(channel(gateway).heard(*around()))) > 2


def test_ids_of_ours_survive_the_round(gateway: Gateway) -> None:
    text = outgoing()
    channel(gateway).send(text)
    (taken,) = [line for line in gateway.accepted() if line["to"] == text.number]
    assert UUID(taken["callback"].rpartition("/")[2]) == text.message_id
