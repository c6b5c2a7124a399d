"""What Twilio brings: its own requests in all their forms are read, and each refusal says why."""

from datetime import UTC, datetime
from urllib.parse import quote_plus
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from messaging.channels.base import Fault, Hook, HookRefused, Medium, Status
from messaging.channels.twilio_hooks import _TEXT, read_report, read_text
from tests.rig.gateway import signing
from tests.rig.gateway.provider import ACCOUNT, TOKEN

URL = "https://cop.example.org/hooks/twilio/text"
NOW = datetime(2026, 12, 1, 5, tzinfo=UTC)
SID = "SM" + "0c" * 16
OURS = ("+12025550123", "whatsapp:+12025550124")
MINE = UUID(int=7)


def hook(told, url=URL, **headers):
    body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in told.items())
    signature = signing.twilio(url, told, TOKEN)
    return Hook(url, body.encode(), {"x-twilio-signature": signature, **headers}, NOW)


def sms(**more):
    told = {"AccountSid": ACCOUNT, "Body": "1", "From": "+923001234567", "MessageSid": SID, "NumMedia": "0"}
    return {name: value for name, value in ({**told, "To": OURS[0]} | more).items() if value is not None}


def report(**more):
    told = {"AccountSid": ACCOUNT, "MessageSid": SID, "MessageStatus": "delivered", "To": "+923001234567"}
    return told | more


def heard(told, **headers):
    return read_text(hook(told, **headers), TOKEN, ACCOUNT, OURS)


def why(told, **headers):
    with pytest.raises(HookRefused) as refused:
        heard(told, **headers)
    return refused.value.key


WRITTEN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)


@given(WRITTEN)
def test_whatever_somebody_writes_arrives_as_it_was_written(body):
    assume(not any(name in body for name in _TEXT))
    text = heard(sms(Body=body))
    assert (text.body, text.sid, text.number, text.medium, text.at) == (body, SID, "+923001234567", Medium.SMS, NOW)


def test_nul_is_left_out_because_the_database_takes_none():
    assert heard(sms(Body="a\0b")).body == "ab"


def test_media_are_counted_and_never_fetched():
    more = {"MediaUrl0": "https://127.0.0.1/a", "MediaContentType0": "image/jpeg"}
    assert heard(sms(NumMedia="1", **more)).media == 1


def test_whatsapp_is_told_by_its_prefix():
    text = heard(sms(From="whatsapp:+923001234567", To=OURS[1], ProfileName="Ali", WaId="923001234567"))
    assert (text.medium, text.number) == (Medium.WHATSAPP, "+923001234567")


def test_a_sender_who_is_no_mobile_of_the_country_is_read_and_left_to_the_door():
    assert heard(sms(From="8558")).number == "8558"
    assert heard(sms(From="+14155550100")).number == "+14155550100"


def test_new_names_of_the_provider_are_ignored():
    assert heard(sms(QueueTime="12")).body == "1"


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("account_not_ours", sms(AccountSid="AC" + "9" * 32)),
        ("number_not_ours", sms(To="+12025550199")),
        ("sids_differ", sms(SmsSid="SM" + "0d" * 16)),
        ("without_From", sms(From=None)),
        ("without_MessageSid", sms(MessageSid=None)),
        ("without_NumMedia", sms(NumMedia=None)),
        ("value_strange", sms(MessageSid="SM12")),
        ("value_strange", sms(MessageSid=SID.upper())),
        ("value_strange", sms(NumMedia="100")),
        ("value_strange", sms(NumMedia="٣")),
        ("value_strange", sms(From="+92300123456x")),
        ("value_strange", sms(From="+923001234567\n")),
        ("value_strange", sms(SmsStatus="delivered")),
        ("name_strange", sms(Body1="x")),
        ("name_strange", sms(Bod="x")),
        ("name_strange", sms(**{"zeta name": "x"})),
        ("name_strange", sms(**{"": "x"})),
        ("parameter_out_of_place", sms(ProfileName="Ali")),
        ("cut_anew", sms(Body="From+923001234568")),
        ("cut_anew", sms(Comment="x")),
    ],
)
def test_a_request_that_is_not_as_it_should_be_is_refused_and_says_why(key, told):
    assert why(told) == key


def test_a_request_that_is_no_form_is_refused():
    assert why(sms(), **{"content-type": "application/json"}) == "not_a_form"
    for body in (b"Body", b"Body=1&", b"Body=%FF", b"Body=1&&From=2", b"\xff=1", b"&".join([b"a=1"] * 65)):
        with pytest.raises(HookRefused, match="not_a_form"):
            read_text(Hook(URL, body, {"x-twilio-signature": "x"}, NOW), TOKEN, ACCOUNT, OURS)


def test_a_name_that_comes_twice_is_refused():
    twice = hook(sms())
    again = Hook(twice.url, twice.body + b"&Body=1", twice.headers, NOW)
    with pytest.raises(HookRefused, match="parameter_twice"):
        read_text(again, TOKEN, ACCOUNT, OURS)


def test_without_a_signature_or_with_another_one_nothing_is_read():
    true = hook(sms())
    for headers, key in (({}, "signature_absent"), ({"x-twilio-signature": "é"}, "signature_wrong")):
        with pytest.raises(HookRefused, match=key):
            read_text(Hook(true.url, true.body, headers, NOW), TOKEN, ACCOUNT, OURS)


@pytest.mark.parametrize("port", ["", ":443"])
def test_the_provider_may_name_the_port_that_goes_without_saying(port):
    told = sms()
    signature = signing.twilio(URL.replace(".org", f".org{port}"), told, TOKEN)
    assert heard(told, **{"x-twilio-signature": signature}).sid == SID


def test_a_house_at_a_port_of_its_own_is_reached():
    told, url = sms(), "https://cop.example.org:8443/hooks/twilio/text"
    for signed_as in (url, url.replace(":8443", "")):
        signature = signing.twilio(signed_as, told, TOKEN)
        brought = hook(told, url, **{"x-twilio-signature": signature})
        assert read_text(brought, TOKEN, ACCOUNT, OURS).sid == SID


def test_where_no_number_of_ours_is_known_any_may_be():
    assert read_text(hook(sms(To="+12025550199")), TOKEN, ACCOUNT, ()).sid == SID


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("queued", Status.ACCEPTED),
        ("scheduled", Status.ACCEPTED),
        ("sent", Status.SENT),
        ("delivered", Status.DELIVERED),
        ("undelivered", Status.UNDELIVERED),
        ("canceled", Status.FAILED),
        ("read", Status.READ),
    ],
)
def test_the_providers_words_become_ours(word, status):
    told = read_report(hook(report(MessageStatus=word, SmsStatus=word, SmsSid=SID)), TOKEN, ACCOUNT, MINE)
    assert (told.sid, told.status, told.message_id, told.number) == (SID, status, MINE, "+923001234567")
    assert (told.code, told.fault) == (None, None)


@pytest.mark.parametrize(("code", "fault"), [("30005", Fault.NUMBER), ("21610", Fault.OPTED_OUT), ("39999", None)])
def test_a_number_of_an_error_comes_with_what_it_is_about(code, fault):
    told = read_report(hook(report(MessageStatus="undelivered", ErrorCode=code)), TOKEN, ACCOUNT, MINE)
    assert (told.code, told.fault) == (code, fault)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("value_strange", report(MessageStatus="lost")),
        ("sids_differ", report(SmsStatus="sent")),
        ("sids_differ", report(SmsSid="SM" + "0d" * 16)),
        ("account_not_ours", report(AccountSid="AC" + "9" * 32)),
        ("cut_anew", report(ErrorMessage="MessageStatusdelivered")),
    ],
)
def test_a_report_that_is_not_as_it_should_be_is_refused(key, told):
    with pytest.raises(HookRefused, match=key):
        read_report(hook(told), TOKEN, ACCOUNT, MINE)


def by_whatsapp(**more):
    return sms(From="whatsapp:+923001234567", To=OURS[1], **more)


@pytest.mark.parametrize(
    ("payload", "written", "body"), [("1", "Haan", "1"), (" 3 ", "Pata nahi", "3"), ("more", "Aur", "Aur")]
)
def test_a_quick_reply_is_read_as_the_digit_it_carries(payload, written, body):
    pressed = by_whatsapp(Body=written, ButtonText=written, ButtonPayload=payload, MessageType="button")
    assert heard(pressed).body == body


@pytest.mark.parametrize("host", ["api.twilio.com", "evil.example", "169.254.169.254", "localhost"])
def test_of_a_voice_note_its_kind_is_kept_and_never_where_it_lies(host):
    told = by_whatsapp(
        Body="", NumMedia="2", MediaUrl0=f"https://{host}/a", MediaContentType0="audio/ogg",
        MediaUrl1=f"https://{host}/b", MediaContentType1="image/jpeg",
    )  # fmt: skip
    text = heard(told)
    assert (text.media, text.kinds) == (2, ("audio/ogg", "image/jpeg"))
    assert host not in repr(text)
