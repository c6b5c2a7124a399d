"""`cop messages`: a list of texts is looked at, queued as a whole or not at all, and counted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from messaging.announcing.actions import approve
from messaging.announcing.queries import announcements
from messaging.channels.base import Medium, Report, Status
from messaging.channels.rehearsal import RehearsalChannel
from messaging.consent.actions import opt_out
from messaging.inbound.habits import habits
from messaging.outbox.evidence.reporting import report
from messaging.outbox.models import Message, ProviderMessage
from tests import build
from tests.messaging.voice import Voice

GOOD = "phone,text\n0300-1234567,Kal training hai\n+92 301 7654321,کل تربیت ہے\n03001234567,Phir se\n"
BAD = "phone,text\n0300-1234567,Kal\n12345,Kal\n0300-1234568,\n03001234569,{long}\n,Kal\n"


@pytest.fixture
def a_list(tmp_path):
    def write(content, name="texts.csv", **how):
        file = tmp_path / name
        file.write_text(content, **how)
        return file

    return write


@pytest.fixture
def sent(own_unit, clock):
    """Let a worker send all that is due; its clock is past that of the commands before."""
    voice = Voice(own_unit, RehearsalChannel(own_unit))

    def send():
        clock.advance(minutes=5)
        return voice.tick()

    return send


def test_a_preview_says_how_many_how_dear_and_when_and_sends_nothing(run, a_list, own_unit):
    with own_unit() as db:
        opt_out(db, "+923017654321", "text")
    done = run("messages", "preview", "--from", a_list(GOOD), "--json")
    assert done.code == 0
    assert done.document == {
        "rows": 3,
        "texts": 3,
        "numbers": 2,
        "segments": 3,
        "in_unicode": 1,
        "dear_characters": sorted(set("کلتربیتہے") - {" "}),
        "rupees": 6.0,
        "asked_for_silence": 1,
        "goes_at": done.document["goes_at"],
        "takes_seconds": 0.0,
        "done_by": done.document["goes_at"],
        "problems": [],
    }
    assert done.document["goes_at"].startswith("2026-03-02T07:0")
    assert sum(run("messages", "status", "--json").document.values()) == 0


def test_a_list_goes_out_with_every_line_a_text_of_its_own(run, a_list, sent):
    assert run("messages", "send", "--from", a_list(GOOD), "--json").document == {"batch": 1, "queued": 3}
    assert run("messages", "status", "--batch", 1, "--json").document["queued"] == 3
    sent()
    counted = run("messages", "status", "--batch", 1, "--json").document
    assert (counted["accepted"], sum(counted.values())) == (3, 3)
    received = run("rehearsal", "received", "--batch", 1, "--json").document
    assert sorted((copy["phone"], copy["text"]) for copy in received) == [
        ("+923001234567", "Kal training hai"),
        ("+923001234567", "Phir se"),
        ("+923017654321", "کل تربیت ہے"),
    ]
    assert set(received[0]) == {"phone", "text", "at", "message"}


def test_a_list_sent_twice_is_two_batches(run, a_list):
    file = a_list(GOOD)
    run("messages", "send", "--from", file, "--json")
    assert run("messages", "send", "--from", file, "--json").document == {"batch": 2, "queued": 3}
    assert run("messages", "status", "--json").document["queued"] == 6


def test_a_list_with_bad_rows_is_not_queued_and_each_row_is_named(run, a_list):
    file = a_list(BAD.format(long="lamba " * 300))
    previewed = run("messages", "preview", "--from", file, "--json")
    assert previewed.code == 3
    assert [(each["row"], each["cause"]) for each in previewed.document["problems"]] == [
        (3, "phone_damaged"),
        (4, "text_missing"),
        (5, "text_too_long"),
        (6, "phone_missing"),
    ]
    done = run("messages", "send", "--from", file, "--json")
    assert (done.code, done.document["error"]["key"], done.document["error"]["rows"]) == (3, "texts_with_problems", 4)
    assert "Row 3, phone" in done.told
    assert sum(run("messages", "status", "--json").document.values()) == 0


@pytest.mark.parametrize("content", ["number,text\n1,2\n", "", "phone;text\n0300-1234567;Kal\n"])
def test_a_list_without_its_columns_is_refused(run, a_list, content):
    done = run("messages", "send", "--from", a_list(content), "--json")
    assert (done.code, done.document["error"]["key"]) == (3, "texts_without_columns")


def test_a_list_that_is_no_utf8_is_refused(run, a_list):
    done = run("messages", "send", "--from", a_list(GOOD, encoding="utf-16"), "--json")
    assert (done.code, done.document["error"]["key"]) == (3, "texts_unreadable")


def test_a_list_from_a_spreadsheet_may_begin_with_its_mark(run, a_list):
    assert run("messages", "send", "--from", a_list(GOOD, encoding="utf-8-sig"), "--json").document["queued"] == 3


def test_a_batch_that_is_not_there_is_not_found(run):
    assert run("messages", "status", "--batch", 9, "--json").code == 4
    assert run("rehearsal", "received", "--batch", 9, "--json").code == 4


def test_people_read_sentences(run, a_list, sent):
    assert "There are no messages yet" in run("messages", "status").told
    assert "Batch 1: 3 texts queued" in run("messages", "send", "--from", a_list(GOOD)).told
    told = run("messages", "preview", "--from", a_list(GOOD)).told
    assert "3 texts, 3 segments, about 6 rupees" in told
    assert "they go from 2026-03-02 12:0" in told, "the hour of Karachi"
    assert "No text was ever meant" in run("messages", "why", "0301-9999999").told
    sent()
    assert "3 accepted" in run("messages", "status").told


def test_the_examples_of_the_help_run(run, a_list, monkeypatch):
    monkeypatch.chdir(a_list(GOOD).parent)
    for command in ((), ("preview",), ("send",), ("status",), ("why",), ("by",), ("templates",)):
        help_text = " ".join(run("messages", *command, "--help").stdout.replace("│", " ").split())
        example = [*help_text.split("Example: cop ")[1].split("--json")[0].split(), "--json"]
        assert run(*example).code == 0


REAL = {
    "COP_SMS_OUT": "twilio",
    "COP_SMS_IN": "twilio",
    "COP_NOW": None,
    "COP_TWILIO_ACCOUNT": "AC" + "0" * 32,
    "COP_TWILIO_TOKEN": "t" * 32,
    "COP_SENDERS": "+923001234599=1/s",
    "COP_PUBLIC_URL": "https://cop.example",
}


def people(own_unit, many):
    """So many real teachers, and a list with a text to each."""
    with own_unit() as db:
        school = build.school(db)
        numbers = []
        for n in range(many):
            who = build.teacher(db, school, number=f"+92300777{n:04}")
            who.invented = False
            numbers.append(f"+92300777{n:04}")
    return "phone,text\n" + "".join(f"{number},Kal chutti hai\n" for number in numbers)


def test_on_a_real_route_a_list_is_held_and_says_so(run, a_list, own_unit):
    listed = a_list(people(own_unit, 3))
    preview = run("messages", "preview", "--from", listed, "--json", **REAL).document
    assert preview["takes_seconds"] == 3.0
    assert preview["needs_second_person"] is False
    began = datetime.now(UTC)
    done = run("messages", "send", "--from", listed, "--json", **REAL)
    assert (done.document["queued"], done.document["waits_for_approval"]) == (3, False)
    with own_unit() as db:
        waiting = db.scalars(select(Message)).all()
        assert all(each.send_after >= began + timedelta(minutes=5) for each in waiting)
        assert {each.invented for each in waiting} == {False}
        assert all(each.person_id for each in waiting)
    assert "held until" in run("messages", "send", "--from", listed, **REAL).told


def test_on_a_real_route_more_than_two_hundred_wait_for_a_second_person(run, a_list, own_unit):
    listed = a_list(people(own_unit, 201))
    assert run("messages", "preview", "--from", listed, "--json", **REAL).document["needs_second_person"] is True
    done = run("messages", "send", "--from", listed, "--json", **REAL).document
    assert (done["queued"], done["waits_for_approval"]) == (0, True)
    with own_unit() as db:
        assert db.scalars(select(Message)).all() == []
        second = build.scope_at(build.programme(db), build.person(db))
        waiting = announcements(db, second)
        assert [each.texts for each in waiting] == [201]
        elsewhere = build.scope_at(build.area(db, "KP.BANNU."), build.person(db))
        assert announcements(db, elsewhere) == []
        approve(db, second, waiting[0].id, waiting[0].fingerprint)
        assert len(db.scalars(select(Message)).all()) == 201
    assert run("messages", "status", "--batch", done["batch"], "--json", **REAL).document["queued"] == 201


def test_on_a_real_route_a_number_of_nobody_is_refused(run, a_list, own_unit):
    done = run("messages", "send", "--from", a_list(GOOD), "--json", **REAL)
    assert done.code == 3
    assert {each["cause"] for each in done.document["error"]["problems"]} == {"phone_not_registered"}


def test_a_phone_or_an_id_is_told_why_a_text_did_not_arrive_and_what_the_provider_said(run, a_list, own_unit, sent):
    run("messages", "send", "--from", a_list(GOOD), "--json")
    (waiting,) = run("messages", "why", "0301-7654321", "--json").document
    assert (waiting["state"], waiting["timeline"]) == ("queued", [])
    assert waiting["reason"] in ("goes_now", "goes_when_due"), "each command begins its clock anew"
    sent()
    with own_unit() as db:
        sid = db.scalar(select(ProviderMessage.sid).where(ProviderMessage.message_id == UUID(waiting["message"])))
        for status, code in ((Status.SENT, None), (Status.UNDELIVERED, "30005")):
            report(db, "rehearsal", Report(sid, status, code, number="+923017654321"))
    (lost,) = run("messages", "why", waiting["message"], "--json").document
    assert (lost["reason"], lost["code"]) == ("not_in_service", "30005")
    assert lost["why"] == "The operator says that this number is not in service. Ask this person for the new one."
    assert [(each["status"], each["code"]) for each in lost["timeline"]] == [
        ("accepted", None),
        ("sent", None),
        ("undelivered", "30005"),
    ]
    told = run("messages", "why", "0301-7654321").told
    assert "not in service" in told
    assert "2026-03-02 12:05 undelivered 30005" in told, "the hour of Karachi"


@pytest.mark.parametrize("which", ["nobody", "00000000-0000-0000-0000-000000000000"])
def test_a_text_that_is_not_there_is_not_found(run, which):
    done = run("messages", "why", which, "--json")
    assert (done.code, done.document["error"]["key"]) == (4, "message_unknown")


def test_what_whatsapp_is_to_approve_is_listed_with_its_places(run, tmp_path):
    asked = {(each["text"], each["language"]): each for each in run("messages", "templates", "--json").document}
    eve = asked["reminder_eve", "en"]
    assert eve["body"].startswith("Tomorrow: {{1}} training {{2}} {{3}}, {{4}}.")
    assert eve["places"] == ["subject", "start.day", "start.time", "venue"]
    file = tmp_path / "templates.toml"
    file.write_text(
        f'[reminder_eve.en]\nsid = "HX{"0" * 32}"\ntext = "Tomorrow: {{{{1}}}} training."\nplaces = ["subject"]\n'
    )
    told = run("messages", "templates", COP_WHATSAPP_TEMPLATES=str(file)).told
    assert told.startswith("1 of ")


def test_the_holder_of_a_phone_chooses_by_what_she_is_texted(run, own_unit):
    number = "+923001234567"
    assert run("messages", "by", "0300-1234567", "whatsapp", "--json").document == {
        "phone": number,
        "medium": "whatsapp",
    }
    with own_unit() as db:
        assert habits(db, [number])[number].chosen is Medium.WHATSAPP
    assert run("messages", "by", "0300-1234567", "either").code == 0
    with own_unit() as db:
        assert habits(db, [number]) == {}
    assert run("messages", "by", "nobody", "sms", "--json").code == 4
