"""What is read from a form, whatever is sent; where a form may lead; what it may say afterwards."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, time
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.web import doorway
from cop.web.answers import local
from cop.web.doorway import TooSlow, in_time
from cop.web.flashes import LONGEST, pack, unpack
from cop.web.forms import CSRF, ONCE, Unreadable, fill, read_fields
from cop.web.views.frame import Flash, Tone

WORDS = st.text(st.characters(exclude_characters="\0", codec="utf-8"))


@dataclass(frozen=True)
class Sent:
    """A form with a little of everything."""

    what: str
    day: date | None = None
    start: time | None = None
    times: int = 1
    sure: bool = False
    also: tuple[int, ...] = ()
    mark: dict[int, str] = field(default_factory=dict)


@given(what=WORDS, day=st.none() | st.dates(), times=st.integers(), sure=st.booleans(), also=st.lists(st.integers()))
def test_a_form_is_read_as_it_was_typed(what: str, day: date | None, times: int, sure: bool, also: list[int]) -> None:
    typed: list[tuple[str, object]] = [(CSRF, "token"), (ONCE, "x"), ("what", what), ("times", times)]
    typed += [("day", day.isoformat() if day else "")] + [("also", each) for each in also]
    typed += [("sure", "on")] if sure else []
    form = fill(Sent, read_fields(urlencode(typed).encode()))
    assert form == Sent(what, day, None, times, sure, tuple(also))


@given(marks=st.dictionaries(st.integers(1, 70), WORDS, max_size=70))
def test_marks_are_gathered_by_row(marks: dict[int, str]) -> None:
    typed = {"what": "x"} | {f"mark-{row}": mark for row, mark in marks.items()}
    assert fill(Sent, read_fields(urlencode(typed).encode())).mark == marks


@given(body=st.binary())
def test_no_bytes_at_all_do_more_than_be_refused(body: bytes) -> None:
    with suppress(Unreadable):
        fill(Sent, read_fields(body))


def test_an_empty_body_is_a_form_without_fields() -> None:
    assert read_fields(b"") == {}


@given(wanted=st.text() | st.sampled_from(["//evil", "/\\evil", "https://evil", "/ok?next=//evil"]))
def test_an_address_to_go_on_to_never_leaves_the_house(wanted: str) -> None:
    led = urlsplit(local(wanted))
    assert (led.scheme, led.netloc) == ("", "")
    assert led.path.startswith("/")


@given(words=WORDS, tone=st.sampled_from(Tone), undo=st.none() | st.just("/undo"), reader=WORDS, other=WORDS)
def test_what_was_just_done_reaches_its_reader_alone(
    words: str, tone: Tone, undo: str | None, reader: str, other: str
) -> None:
    packed = pack(b"secret", reader, Flash(words, tone, undo))
    if len(words) <= LONGEST:
        assert unpack(b"secret", reader, packed) == Flash(words, tone, undo)
    assert (unpack(b"secret", other, packed) is None) == (other != reader)
    assert unpack(b"other secret", reader, packed) is None


def test_a_long_sentence_still_fits_into_a_cookie() -> None:
    assert len(pack(b"secret", "reader", Flash("ب" * 5000))) < 4000


@given(value=st.text())
def test_no_cookie_at_all_breaks_a_page(value: str) -> None:
    assert unpack(b"secret", "reader", value) is None


def test_a_body_that_does_not_arrive_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorway, "BODY_SECONDS", 0)

    async def never() -> None:
        await asyncio.Event().wait()

    async def wait() -> None:
        await in_time(never)()  # type: ignore[arg-type]  # it never answers

    with pytest.raises(TooSlow):
        asyncio.run(wait())
