"""What providers bring is kept once, answered quickly, and refused without a word when it is not theirs."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select, text

from cop.app import build as build_app
from cop.house import House
from cop.receiving import spool_of
from messaging.channels.base import body_hash
from messaging.inbound.models import InboundText
from messaging.outbox.models import Attempt, Message, ProviderEvent, ProviderMessage
from messaging.outbox.rules import State
from tests.hooking import FORM, SignedChannel, counted, signature, signed

TEXT, STATUS = "/hooks/signed/text", "/hooks/signed/status"
TEACHER = "+923005550001"
Bring = Callable[..., httpx.Response]


@pytest.fixture
def client(house: House) -> Iterator[TestClient[Litestar]]:
    with TestClient(build_app(house, channels={"signed": SignedChannel()}), base_url=house.settings.address) as client:
        yield client


@pytest.fixture
def bring(client: TestClient[Litestar], house: House) -> Bring:
    """A genuine request of the provider."""

    def send(path: str = TEXT, **said: str) -> httpx.Response:
        body, headers = signed(house.settings.address, path, **said)
        return client.post(path, content=body, headers=headers)

    return send


def kept(house: House) -> list[InboundText]:
    with house.unit() as db:
        return list(db.scalars(select(InboundText).order_by(InboundText.id)))


def test_a_genuine_text_is_kept_and_not_answered(bring, house):
    answer = bring(sid="S1", **{"from": TEACHER}, body="HAZRI 4814 1 2")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response/>")
    [row] = kept(house)
    assert (row.channel, row.provider_id, row.number, row.body, row.state) == (
        "signed",
        "S1",
        TEACHER,
        "HAZRI 4814 1 2",
        "received",
    )


def test_the_same_text_brought_again_is_kept_once(bring, client, house):
    for _ in range(3):
        assert bring(sid="S1", **{"from": TEACHER}, body="1").status_code == 200
    assert len(kept(house)) == 1
    assert counted(client, house) == {"kept": 1, "again": 2}


@pytest.mark.parametrize("sign", [lambda url, body: "", lambda url, body: signature(url, body + b"x")])
def test_what_is_not_signed_is_refused_without_a_reason(client, house, sign):
    body = b"sid=S1&from=%2B923005550001&body=STOP"
    headers = {"X-Signed": sign(house.settings.address + TEXT, body), "Content-Type": FORM}
    answer = client.post(TEXT, content=body, headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert kept(house) == []
    assert counted(client, house) == {"refused_signature": 1}


def test_the_signature_is_over_the_address_we_configured_whatever_host_was_asked(client, house):
    body = b"sid=S1&from=%2B923005550001&body=1"
    headers = {"X-Signed": signature("http://evil.example" + TEXT, body), "X-Forwarded-Host": "evil.example"}
    assert client.post(TEXT, content=body, headers=headers).status_code == 403


def test_the_query_is_signed_too(client, house):
    body, path = b"sid=S1&from=%2B923005550001&body=1", TEXT + "?a=b"
    headers = {"X-Signed": signature(house.settings.address + path, body)}
    assert client.post(path, content=body, headers=headers).status_code == 200
    assert client.post(TEXT, content=body, headers=headers).status_code == 403


def test_a_body_over_64_kb_and_a_65th_parameter_are_refused(client, bring, house):
    assert client.post(TEXT, content=b"x" * (64 * 1024 + 1)).status_code == 413
    assert bring(**{f"p{n}": "1" for n in range(65)}).status_code == 400
    assert bring(sid="S1", **{"from": TEACHER, "body": "x" * 60_000}).status_code == 200
    assert counted(client, house) == {"body_too_large": 1, "too_many_parameters": 1, "kept": 1}


def test_a_channel_that_is_not_in_use_has_no_door(client, house):
    answer = client.post("/hooks/nobody/text", content=b"x")
    assert (answer.status_code, answer.content) == (404, b"")


def test_nul_and_broken_characters_are_left_out_of_what_is_kept(client, house):
    body = b"sid=S1&from=%2B923005550001&body=1%00%FF2"
    headers = {"X-Signed": signature(house.settings.address + TEXT, body), "Content-Type": FORM}
    assert client.post(TEXT, content=body, headers=headers).status_code == 200
    assert kept(house)[0].body == "12"


@pytest.mark.parametrize("number", ["8777", "JAZZ", "+442071234567", "+92300555", "+923005550001;"])
def test_who_is_no_mobile_of_this_country_is_quarantined(bring, house, number):
    assert bring(sid="S1", **{"from": number}, body="STOP").status_code == 200
    assert kept(house)[0].state == "quarantined"


def test_a_text_from_our_own_number_is_never_read(bring, house):
    assert bring(sid="S1", **{"from": "+923451234567"}, body="MADAD").status_code == 200
    assert kept(house)[0].state == "ignored"


def sent(house: House) -> str:
    """A text of ours that went by the channel; its id."""
    with house.unit() as db:
        at = house.clock(None)
        message = Message(
            subject_kind="training_session", subject_id=1, revision=1, person_id=1, number=TEACHER, kind="T-1d",
            priority=2, text_key="", text_values={"text": "x"}, language="en", send_after=at, send_by=at,
            planned_at=at, state=State.UNKNOWN, attempts=1, state_at=at,
        )  # fmt: skip
        db.add(message)
        db.flush()
        db.add(Attempt(message_id=message.id, n=1, started_at=at, route="signed", body_hash=body_hash("x")))
        return str(message.id)


def standing(house: House) -> list[tuple[str, str | None]]:
    """All that reports can change: states, the ids of texts, and events."""
    with house.unit() as db:
        return [
            *((each.state.value, each.why) for each in db.scalars(select(Message))),
            *((each.sid, None) for each in db.scalars(select(ProviderMessage))),
            *((each.sid, each.status) for each in db.scalars(select(ProviderEvent).order_by(ProviderEvent.id))),
        ]


def test_a_report_lifts_its_text_once_and_is_answered_with_nothing(bring, client, house):
    path = f"{STATUS}/{sent(house)}"
    for _ in range(3):
        answer = bring(path, sid="S9", status="delivered", to=TEACHER)
        assert (answer.status_code, answer.content) == (204, b"")
    assert standing(house) == [("delivered", None), ("S9", None), ("S9", "delivered")]
    assert counted(client, house) == {"reported": 1, "again": 2}


def test_reports_of_texts_that_are_not_ours_change_nothing_and_are_counted(bring, client, house):
    ours, nobodys = sent(house), "0190c6de-0000-7000-8000-000000000001"
    before = standing(house)
    assert bring(f"{STATUS}/{nobodys}", sid="S1", status="delivered", to=TEACHER).status_code == 204
    assert bring(f"{STATUS}/{ours}", sid="S2", status="delivered", to="+923009999999").status_code == 204
    assert standing(house) == before
    assert counted(client, house) == {"stray": 2}


def test_a_report_at_an_address_that_we_never_gave_is_refused(bring, client, house):
    assert bring(f"{STATUS}/1", sid="S9", status="delivered").status_code == 403
    assert counted(client, house) == {"refused_address": 1}


def test_no_web_session_is_begun_and_no_form_token_asked_for(bring):
    assert "set-cookie" not in bring(sid="S1", **{"from": TEACHER}, body="1").headers


class TestWithoutTheDatabase:
    """The house's database is away: what comes lies on the disk until it is back."""

    @pytest.fixture(autouse=True)
    def away(self, house: House) -> None:
        with house.unit() as db:
            db.execute(text("ALTER TABLE inbound_text RENAME TO inbound_text_away"))

    @staticmethod
    def back(house: House) -> None:
        with house.unit() as db:
            db.execute(text("ALTER TABLE inbound_text_away RENAME TO inbound_text"))

    def test_a_text_is_kept_on_disk_and_brought_in_later(self, bring, client, house, clock):
        came = house.clock(None)
        answer = bring(sid="S1", **{"from": TEACHER}, body="HAZRI 4814")
        assert answer.status_code == 200
        [file] = spool_of(house.settings.data_dir).folder.glob("*.json")
        assert file.stat().st_mode & 0o777 == 0o600
        assert "x-signed" not in file.read_text().lower()
        self.back(house)
        clock.advance(minutes=3)
        client.app.state.door.letterbox.drain()
        [row] = kept(house)
        assert (row.body, row.received_at) == ("HAZRI 4814", came)
        assert clock() - row.received_at == timedelta(minutes=3)
        assert list(spool_of(house.settings.data_dir).folder.glob("*.json")) == []

    def test_what_is_not_signed_takes_no_room_on_the_disk(self, client, house):
        assert client.post(TEXT, content=b"sid=S1").status_code == 403
        assert not spool_of(house.settings.data_dir).folder.exists()

    def test_a_full_disk_is_told_to_the_provider(self, bring, client, house):
        client.app.state.door.letterbox.spool.limit = 5000
        assert bring(sid="S1", **{"from": TEACHER}, body="1").status_code == 200
        answer = bring(sid="S2", **{"from": TEACHER}, body="1")
        assert (answer.status_code, answer.content) == (503, b"")

    def test_a_folder_that_cannot_be_written_is_told_to_the_provider(self, bring, house):
        Path(house.settings.data_dir / "spool").write_text("a file lies where the folder should be")
        assert bring(sid="S1", **{"from": TEACHER}, body="1").status_code == 503
