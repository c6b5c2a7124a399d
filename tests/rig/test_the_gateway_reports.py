"""What the scripted provider brings is signed as the providers document it, and comes as late or as often as told."""

import hmac
import json
import time
from collections import Counter

import pytest
from twilio.request_validator import RequestValidator

from tests.rig.gateway.verdicts import Answer, Callbacks, Rule, Verdict

pytestmark = pytest.mark.rig

FORM = {"To": "+923001234567", "From": "+18885550100", "Body": "Salam"}


def create(twilio, receiver, **form):
    given = FORM | {"StatusCallback": f"{receiver.address}/hooks/twilio/status/7"} | form
    return twilio.post("/Messages.json", data=given)


def statuses(receiver):
    return [each.form["MessageStatus"] for each in receiver.got]


def test_a_report_comes_home_with_a_signature_that_the_providers_own_library_accepts(gateway, twilio, receiver):
    sid = create(twilio, receiver).json()["sid"]
    gateway.flush()
    assert statuses(receiver) == ["sent", "delivered"]
    for each in receiver.got:
        assert each.form["MessageSid"] == sid
        proof = RequestValidator(gateway.token)
        assert proof.validate(receiver.address + each.path, each.form, each.headers["x-twilio-signature"])
        assert not proof.validate(receiver.address + each.path + "8", each.form, each.headers["x-twilio-signature"])


def test_reports_may_be_lost_doubled_and_mixed_up(gateway, twilio, receiver):
    gateway.script(
        Rule(Verdict(callbacks=Callbacks(loss=1.0)), body="^lost"),
        Rule(Verdict(callbacks=Callbacks(loss=0.5)), body="^half"),
        Verdict(callbacks=Callbacks(("queued", "sent", "delivered"), copies=10, reorder=True)),
    )
    gateway.ways(hold_callbacks=True)
    create(twilio, receiver, Body="lost")
    create(twilio, receiver)
    assert receiver.got == []
    gateway.flush()
    assert Counter(statuses(receiver)) == {"queued": 10, "sent": 10, "delivered": 10}
    assert statuses(receiver) != sorted(statuses(receiver), key=["queued", "sent", "delivered"].index)
    receiver.got.clear()
    for n in range(40):
        create(twilio, receiver, Body=f"half {n}")
    gateway.flush()
    assert 20 <= len(receiver.got) <= 60


def test_a_late_report_waits_for_the_providers_clock(gateway, twilio, receiver):
    gateway.script(Verdict(callbacks=Callbacks(("delivered",), delay=86_400)))
    sid = create(twilio, receiver).json()["sid"]
    assert twilio.get(f"/Messages/{sid}.json").json()["status"] == "delivered"
    gateway.clock(ahead=86_390)
    time.sleep(0.1)
    assert receiver.got == []
    gateway.clock(ahead=20)
    gateway.flush()
    assert statuses(receiver) == ["delivered"]


def test_a_report_may_be_there_before_the_answer(gateway, twilio, receiver):
    gateway.script(Verdict(answer=Answer(500, code=20500), callbacks=Callbacks(("sent",), before_answer=True)))
    assert create(twilio, receiver).status_code == 500
    assert statuses(receiver) == ["sent"]


def test_a_failure_carries_its_number_in_report_and_list(gateway, twilio, receiver):
    gateway.script(Verdict(callbacks=Callbacks(("undelivered",), code=30003)))
    sid = create(twilio, receiver).json()["sid"]
    gateway.flush()
    assert receiver.got[0].form["ErrorCode"] == "30003"
    assert twilio.get(f"/Messages/{sid}.json").json()["error_code"] == 30003


def test_the_ledger_has_what_was_said_to_a_report(gateway, twilio, receiver):
    receiver.status = 503
    sid = create(twilio, receiver).json()["sid"]
    gateway.flush()
    said = [line["reply"] for line in gateway.ledger("callback") if line["sid"] == sid]
    assert said == [503, 503]


def test_a_report_is_signed_over_the_address_it_was_given_wherever_it_goes(gateway, twilio, receiver):
    gateway.ways(hooks_at=receiver.address)
    create(twilio, receiver, StatusCallback="https://cop.example.org/hooks/twilio/status/7")
    gateway.flush()
    each = receiver.got[0]
    assert (each.path, each.headers["host"]) == ("/hooks/twilio/status/7", "cop.example.org")
    proof = RequestValidator(gateway.token)
    assert proof.validate("https://cop.example.org" + each.path, each.form, each.headers["x-twilio-signature"])


def test_somebody_texts_us(gateway, twilio, receiver):
    url = f"{receiver.address}/hooks/twilio/text"
    texted = gateway.inbound("+923009999999", "1 آ جاؤں گا", to="+18885550100", url=url, copies=2)
    assert texted.replies == (204, 204)
    for each in receiver.got:
        assert (each.form["From"], each.form["Body"]) == ("+923009999999", "1 آ جاؤں گا")
        assert RequestValidator(gateway.token).validate(url, each.form, each.headers["x-twilio-signature"])
    shown = twilio.get("/Messages.json", params={"To": "+18885550100"}).json()["messages"][0]
    assert (shown["sid"], shown["direction"], shown["status"]) == (texted.sid, "inbound", "received")


def test_a_text_that_was_never_brought_is_in_the_list(gateway, twilio):
    texted = gateway.inbound("+923009999999", "lost", to="+18885550100")
    assert texted.replies == ()
    assert twilio.get(f"/Messages/{texted.sid}.json").json()["body"] == "lost"


def test_the_phone_signs_body_and_time(gateway, receiver):
    gateway.ways(phone_hooks=f"{receiver.address}/hooks/android")
    gateway.inbound("+923009999999", "جی", to="+923000000000", by="android", copies=2)
    assert len({each.body for each in receiver.got}) == 1
    for each in receiver.got:
        signed = each.body + each.headers["x-timestamp"].encode()
        assert each.headers["x-signature"] == hmac.new(gateway.key.encode(), signed, "sha256").hexdigest()
        assert json.loads(each.body)["payload"]["message"] == "جی"
        assert abs(int(each.headers["x-timestamp"]) - time.time()) < 60
