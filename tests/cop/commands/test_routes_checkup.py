"""`cop doctor` on real routes: what is missing, what the provider must be told, and whether it knows us."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from cop.commands.routes_checkup import lists_checkup, provider_checkup, routes_checkup
from cop.settings import Settings
from messaging.outbox.actions import enqueue
from messaging.outbox.models import ListWatch, Message
from tests.messaging.voice import draft, subject
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.provider import ACCOUNT, TOKEN

REAL = Settings(
    sms_out="twilio",
    sms_in="twilio",
    whatsapp="twilio",
    twilio_account=ACCOUNT,
    twilio_token=TOKEN,
    public_url="https://cop.example.org",
    senders="PROGRAMME, whatsapp:+12025550124",
)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    with Gateway(tmp_path_factory.mktemp("gateway"), seed=1) as running:
        yield running


def told(findings):
    return [(each.name, each.well, each.what) for each in findings]


def test_a_rehearsal_reaches_no_real_phone():
    assert told(routes_checkup(Settings())) == [
        ("routes", True, "Texts go to simulated phones and come from them; no real phone can be reached.")
    ]


def test_every_setting_that_is_missing_is_said():
    found = list(routes_checkup(replace(REAL, twilio_token="", senders="PROGRAMME")))
    assert [(each.well, each.mend) for each in found] == [(False, "cop settings")] * 2
    assert "COP_TWILIO_TOKEN" in found[0].what
    assert "COP_SENDERS" in found[1].what
    assert TOKEN not in str(found)


def test_whole_routes_are_named_with_the_address_that_the_provider_must_be_told():
    assert told(routes_checkup(REAL)) == [
        (
            "routes",
            True,
            "SMS go out by twilio from PROGRAMME and come in by twilio. WhatsApp goes by twilio from +12025550124.",
        ),
        (
            "hooks",
            True,
            "At twilio, texts that come in must be sent to https://cop.example.org/hooks/twilio/text.",
        ),
    ]


def test_a_provider_that_knows_the_account_says_so_and_one_that_does_not_too(gateway, unit):
    known = replace(REAL, twilio_address=gateway.address)
    assert told(provider_checkup(known, unit)) == [("provider", True, "twilio answers and knows the account.")]
    assert told(provider_checkup(replace(known, twilio_token="another"), unit)) == [
        ("provider", False, "twilio refuses the account (its error 20003).")
    ]
    nobody = replace(known, twilio_address="http://127.0.0.1:9")
    assert told(provider_checkup(nobody, unit)) == [("provider", False, "twilio does not answer as it should.")]
    assert not gateway.accepted()


@pytest.mark.parametrize(("seconds", "well"), [(3, True), (1200, False)])
def test_how_far_a_list_lags_is_said_as_it_was_seen(unit, seconds, well):
    with unit() as db:
        assert "not seen yet" in next(iter(lists_checkup(db, REAL, unit))).what
        subject(db)
        enqueue(db, [draft(db)])
        taken = datetime.now(UTC) - timedelta(days=1)
        listed = taken + timedelta(seconds=seconds)
        message_id = db.scalars(select(Message.id)).one()
        db.add(ListWatch(sid="SM1", channel="twilio", message_id=message_id, taken_at=taken, listed_at=listed))
        db.flush()
        [finding] = lists_checkup(db, REAL, unit)
    assert finding.well is well
    assert f"within {seconds} s" in finding.what


def test_a_rehearsal_has_no_provider_and_no_list(unit):
    with unit() as db:
        assert told(lists_checkup(db, Settings(), unit)) == []
    assert told(provider_checkup(Settings(), unit)) == []
