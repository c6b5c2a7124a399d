"""A-22, A-23: what the provider truly signed, brought again or for a text that is not ours, changes nothing."""

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select

from cop.app import build as build_app
from messaging.channels.base import body_hash
from messaging.channels.twilio import TwilioChannel
from messaging.inbound.models import InboundText
from messaging.outbox.models import Attempt, Message, ProviderEvent, ProviderMessage
from messaging.outbox.rules import State
from tests.hooking import counted
from tests.rig.forging import OURS, signed
from tests.rig.gateway.provider import ACCOUNT, TOKEN

TEACHER, SOMEBODY = "+923005550001", "+923009999999"
SID, STRANGE = "SM" + "0c" * 16, "SM" + "0d" * 16


@pytest.fixture
def channel(house):
    public = house.settings.address
    return TwilioChannel(ACCOUNT, TOKEN, address="http://127.0.0.1:9", public_url=public, senders=OURS)


@pytest.fixture
def client(house, channel):
    with TestClient(build_app(house, channels={"twilio": channel}), base_url=house.settings.address) as client:
        yield client


@pytest.fixture
def bring(client, house):
    def send(path, told):
        request = signed(f"{house.settings.address}/hooks/twilio/{path}", tuple(told.items()))
        headers = {"X-Twilio-Signature": request.signature, "Content-Type": request.kind}
        return client.post(f"/hooks/twilio/{path}", content=request.body, headers=headers).status_code

    return send


def message(house, attempts=1, person=1, number=TEACHER):
    """A text of ours that was tried so often."""
    with house.unit() as db:
        at = house.clock(None)
        row = Message(
            subject_kind="training_session", subject_id=1, revision=1, person_id=person, number=number, kind="T-1d",
            priority=2, text_key="", text_values={"text": "x"}, language="en", send_after=at, send_by=at,
            planned_at=at, state=State.UNKNOWN if attempts else State.QUEUED, attempts=attempts, state_at=at,
        )  # fmt: skip
        db.add(row)
        db.flush()
        for n in range(1, attempts + 1):
            db.add(Attempt(message_id=row.id, n=n, started_at=at, route="twilio", body_hash=body_hash("x")))
        return str(row.id)


def standing(house):
    with house.unit() as db:
        return [
            *((each.state.value, each.state_at) for each in db.scalars(select(Message).order_by(Message.id))),
            *((each.sid, each.message_id) for each in db.scalars(select(ProviderMessage))),
            db.scalar(select(func.count()).select_from(ProviderEvent)),
            *((each.id, each.state, each.body) for each in db.scalars(select(InboundText))),
        ]


def report(sid=SID, to=TEACHER, **more):
    return {"AccountSid": ACCOUNT, "MessageSid": sid, "MessageStatus": "delivered", "To": to} | more


def test_a_text_that_is_brought_ten_times_more_is_kept_once(bring, client, house):
    told = {"AccountSid": ACCOUNT, "Body": "STOP", "From": TEACHER, "MessageSid": SID, "NumMedia": "0", "To": OURS[0]}
    assert bring("text", told) == 200
    before = standing(house)
    assert [bring("text", told) for _ in range(10)] == [200] * 10
    assert standing(house) == before
    assert counted(client, house) == {"kept": 1, "again": 10}


def test_a_report_that_is_brought_ten_times_more_changes_nothing(bring, client, house):
    path = f"status/{message(house)}"
    assert bring(path, report()) == 204
    before = standing(house)
    assert before[0][0] == "delivered"
    assert [bring(path, report()) for _ in range(10)] == [204] * 10
    assert standing(house) == before
    assert counted(client, house) == {"reported": 1, "again": 10}


def test_a_report_brought_to_the_address_of_another_text_is_not_the_providers(bring, client, house):
    true, other = message(house), message(house, person=2, number=SOMEBODY)
    request = signed(f"{house.settings.address}/hooks/twilio/status/{true}", tuple(report().items()))
    headers = {"X-Twilio-Signature": request.signature, "Content-Type": request.kind}
    before = standing(house)
    assert client.post(f"/hooks/twilio/status/{other}", content=request.body, headers=headers).status_code == 403
    assert standing(house) == before


@pytest.mark.parametrize(
    "strange",
    ["a text that was never tried", "an id that we never gave", "another number"],
)
def test_a_report_that_belongs_to_no_text_of_ours_changes_nothing_and_is_counted(strange, bring, client, house):
    tried, untried = message(house), message(house, attempts=0, person=3, number=SOMEBODY)
    before = standing(house)
    path, told = {
        "a text that was never tried": (f"status/{untried}", report(STRANGE, SOMEBODY)),
        "an id that we never gave": ("status/0190c6de-0000-7000-8000-000000000001", report(STRANGE)),
        "another number": (f"status/{tried}", report(STRANGE, SOMEBODY)),
    }[strange]
    assert bring(path, told) == 204
    assert standing(house) == before
    assert counted(client, house) == {"stray": 1}


def test_a_sid_that_is_another_texts_stays_with_it(bring, client, house):
    first, second = message(house), message(house, person=2, number=SOMEBODY)
    assert bring(f"status/{first}", report()) == 204
    before = standing(house)
    assert bring(f"status/{second}", report(to=SOMEBODY)) == 204
    assert standing(house) == before
    assert counted(client, house)["stray"] == 1


def test_a_report_without_our_id_waits_for_its_text_and_lifts_no_other(bring, house):
    message(house)
    before = standing(house)
    assert bring("status", report(STRANGE)) == 204
    assert standing(house)[:1] == before[:1]
    with house.unit() as db:
        assert list(db.scalars(select(ProviderMessage))) == []
