"""Simulated phones and the clock they live by."""

import re
from datetime import datetime, timedelta

import rich_click as click

from clusters.kernel.audit import Actor, record
from clusters.kernel.clock import KARACHI, now, set_rehearsal_clock, stop_rehearsal_clock
from clusters.kernel.errors import Conflict, Invalid
from clusters.people.phones import PhoneProblem, read
from clusters.scope import Scope
from cop.commands.messages import BATCH, require_batch
from cop.commands.opening import opened
from cop.commands.speaking import as_json, say, talk
from cop.house import House
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import written
from messaging.inbound.actions import keep
from messaging.outbox import queries

_SPAN = re.compile(r"(?:(\d{1,4})d)?\s*(?:(\d{1,4})h)?\s*(?:(\d{1,5})m)?")


@click.group()
def rehearsal() -> None:
    """Simulated phones and the clock they live by; nothing here reaches a real phone.

    Example: cop rehearsal clock --json
    """


@rehearsal.command()
@click.option("--batch", type=int, help="Only the texts of one list.")
@as_json
def received(batch: int | None, as_json: bool) -> None:
    """List every copy of every text that rehearsal phones got, in the order in which they came.

    Example: cop rehearsal received --json
    """
    with opened(as_json) as house:
        with house.unit() as db:
            if batch is not None:
                require_batch(db, batch)
            kind = None if batch is None else BATCH
            copies = queries.copies(db, Scope.everywhere(), subject_kind=kind, subject_id=batch)
        if as_json:
            say(
                [
                    {"phone": copy.phone, "text": copy.text, "at": copy.at.isoformat(), "message": copy.message}
                    for copy in copies
                ]
            )
        else:
            for copy in copies:
                talk.print(f"{copy.at.astimezone(KARACHI):%d %b %H:%M} {copy.phone} {copy.text}", markup=False)
            if not copies:
                talk.print("No phone has got a text yet. The worker sends them: cop worker")


@rehearsal.command()
@click.option("--set", "to", metavar="INSTANT", help="Live from this instant on, such as 2026-03-07T09:00+05:00.")
@click.option("--advance", metavar="SPAN", help="Move on by days, hours, minutes, such as 2d or 1d6h30m.")
@click.option("--real", is_flag=True, help="Live in the real time again.")
@as_json
def clock(to: str | None, advance: str | None, real: bool, as_json: bool) -> None:
    """Show or move the clock of all processes; texts whose hour is passed over go no more.

    Example: cop rehearsal clock --advance 2d --json
    """
    if sum((to is not None, advance is not None, real)) > 1:
        raise click.UsageError("Say only one of --set, --advance and --real.")
    with opened(as_json) as house:
        if to is not None or advance is not None or real:
            _move(house, to, advance)
        with house.unit() as db:
            at = now(db)
        if as_json:
            say({"now": at.astimezone(KARACHI).isoformat(timespec="seconds")})
        else:
            talk.print(f"It is {at.astimezone(KARACHI):%A %d %B %Y, %H:%M} in Karachi.")


@rehearsal.command()
@click.argument("phone")
@click.argument("words")
@as_json
def text(phone: str, words: str, as_json: bool) -> None:
    """Text in from a rehearsal phone; the worker reads it.

    Example: cop rehearsal text 0300-5550001 "1" --json
    """
    with opened(as_json) as house:
        _require_rehearsal(house)
        number = read(phone)
        if number is None:
            raise Invalid("phone_missing")
        if isinstance(number, PhoneProblem):
            raise Invalid(number.cause.value, why=number.why, proposal=number.proposal or "")
        with house.unit(Actor("command line")) as db:
            text_id = written(db, number.e164, words)
            keep(db, REHEARSAL, text_id, number.e164, words)
        if as_json:
            say({"phone": number.e164, "text": words, "id": text_id})
        else:
            talk.print("Sent. What comes back: cop rehearsal received")


def span(written_span: str) -> timedelta:
    """A span as people write it, 2d, 6h, 30m or 1d6h30m."""
    match = _SPAN.fullmatch(written_span.strip())
    if match is None or not any(match.groups()):
        raise Invalid("span_unreadable", value=written_span)
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def _move(house: House, to: str | None, advance: str | None) -> None:
    _require_rehearsal(house)
    with house.unit(Actor("command line")) as db:
        if to is not None:
            set_rehearsal_clock(db, _instant(to))
        elif advance is not None:
            set_rehearsal_clock(db, now(db) + span(advance))
        else:
            stop_rehearsal_clock(db)
        record(db, "moved the clock", "rehearsal_clock", new={"to": to, "by": advance})


def _instant(written_instant: str) -> datetime:
    try:
        instant = datetime.fromisoformat(written_instant)
    except ValueError as error:
        raise Invalid("instant_unreadable", value=written_instant) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=KARACHI)


def _require_rehearsal(house: House) -> None:
    if not house.settings.routes.rehearsing:
        raise Conflict("rehearsal_on_real_route")
