"""`cop rehearsal`: simulated phones text in and receive, and the clock of all processes moves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clusters.kernel.errors import Invalid
from cop.commands.rehearsal import span
from messaging.channels.models import PhoneText
from messaging.inbound.models import InboundText


def test_the_clock_moves_for_every_process_and_returns(run, own_unit, clock):
    assert run("rehearsal", "clock", "--json").document["now"].startswith("2026-03-02T12:0")
    moved = run("rehearsal", "clock", "--set", "2026-03-07T09:00+05:00", "--json")
    assert (moved.code, moved.document["now"][:16]) == (0, "2026-03-07T09:00")
    assert run("rehearsal", "clock", "--json").document["now"].startswith("2026-03-07T09:0")
    assert run("rehearsal", "clock", "--advance", "2d3h", "--json").document["now"].startswith("2026-03-09T12:0")
    assert run("rehearsal", "clock", "--real", "--json").document["now"].startswith("2026-03-02T12:0")


def test_an_instant_without_a_zone_is_one_in_karachi(run):
    assert run("rehearsal", "clock", "--set", "2026-03-07T09:00", "--json").document["now"].endswith("+05:00")


@pytest.mark.parametrize("arguments", [("--set", "tomorrow"), ("--advance", "soon")])
def test_what_is_no_time_is_refused_and_moves_nothing(run, arguments):
    assert run("rehearsal", "clock", *arguments, "--json").code == 3
    assert run("rehearsal", "clock", "--json").document["now"].startswith("2026-03-02T12:0")


def test_two_wishes_at_once_are_a_wrong_use(run):
    assert run("rehearsal", "clock", "--real", "--advance", "1d").code == 2


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("2d", timedelta(days=2)),
        ("6h", timedelta(hours=6)),
        ("1d6h30m", timedelta(days=1, hours=6, minutes=30)),
        (" 90m ", timedelta(minutes=90)),
    ],
)
def test_spans_are_read_as_people_write_them(written, means):
    assert span(written) == means


@pytest.mark.parametrize("written", ["", "d", "2", "2w", "-1d", "1h1d"])
def test_spans_that_cannot_be_read_are_refused(written):
    with pytest.raises(Invalid):
        span(written)


def test_a_text_from_a_phone_is_kept_and_stands_on_the_phone(run, own_unit):
    done = run("rehearsal", "text", "0300-5550001", "HAZRI 4814 3 7", "--json")
    assert done.code == 0
    with own_unit() as db:
        kept = db.scalars(select(InboundText)).one()
        shown = db.scalars(select(PhoneText)).one()
    assert (kept.channel, kept.number, kept.body) == ("rehearsal", "+923005550001", "HAZRI 4814 3 7")
    assert kept.provider_id == done.document["id"]
    assert (shown.phone, shown.incoming) == ("+923005550001", False)
    assert run("rehearsal", "received", "--json").document == []


def test_the_same_words_twice_are_two_texts(run, own_unit):
    for _ in range(2):
        run("rehearsal", "text", "03005550001", "1")
    with own_unit() as db:
        assert len(db.scalars(select(InboundText)).all()) == 2


@pytest.mark.parametrize(
    ("phone", "key"), [("123", "phone_damaged"), ("-", "phone_missing"), ("+14155550100", "phone_not_pk_mobile")]
)
def test_only_a_pakistani_mobile_can_text(run, phone, key):
    done = run("rehearsal", "text", "--json", "--", phone, "1")
    assert (done.code, done.document["error"]["key"]) == (3, key)


def test_people_read_sentences(run):
    assert "No phone has got a text yet" in run("rehearsal", "received").told
    assert "Monday 02 March 2026" in run("rehearsal", "clock").told
    assert "Sent" in run("rehearsal", "text", "03005550001", "1").told


def test_the_examples_of_the_help_run(run):
    assert run("rehearsal", "received", "--json").code == 0
    assert run("rehearsal", "clock", "--advance", "2d", "--json").code == 0
    assert run("rehearsal", "text", "0300-5550001", "1", "--json").code == 0
    for command, example in (
        ("received", "cop rehearsal received --json"),
        ("clock", "cop rehearsal clock --advance 2d --json"),
        ("text", 'cop rehearsal text 0300-5550001 "1" --json'),
    ):
        assert example in " ".join(run("rehearsal", command, "--help").stdout.replace("│", " ").split())
