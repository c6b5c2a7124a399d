"""Say of a text why it did not arrive or when it will go, and which texts WhatsApp was asked to approve."""

from datetime import datetime
from typing import Any
from uuid import UUID

import rich_click as click
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.kernel.errors import NotFound
from clusters.people.phones import Phone, read
from clusters.scope import Scope
from cop.commands.opening import opened
from cop.commands.speaking import as_json, local, say, talk
from cop.hours import texting_hours, window
from cop.whatsapp import templates_of
from messaging.channels.base import Medium
from messaging.consent.actions import choose_medium
from messaging.outbox import queries
from messaging.outbox.queries import Happening, MessageRow
from messaging.outbox.reasons import SENTENCES, reason
from messaging.outbox.rules import Window
from messaging.outbox.templates import template_for
from messaging.texts.catalogue import LANGUAGES, keys

EVERYWHERE = Scope.everywhere()
LATEST = 20


@click.command()
@click.argument("which", metavar="MESSAGE|PHONE")
@as_json
def why(which: str, as_json: bool) -> None:
    """Say why a text did not arrive, or when it will go; of a phone of its latest texts.

    Example: cop messages why 0300-1234567 --json
    """
    with opened(as_json) as house, house.unit() as db:
        rows = _which(db, which)
        told = queries.happenings(db, EVERYWHERE, [row.id for row in rows])
        hours = window(texting_hours(house.decided.now))
        found = [_explained(row, told.get(row.id, []), now(db), hours) for row in rows]
        if as_json:
            say(found)
            return
        for row, each in zip(rows, found, strict=True):
            talk.print(f"{row.id} to {row.number} by {row.medium.value}: {row.state.value}", markup=False)
            for moment in told.get(row.id, []):
                code = f" {moment.code}" if moment.code else ""
                talk.print(f"  {local(moment.at)} {moment.status.value}{code}", markup=False)
            talk.print(f"  {each['why']}", markup=False, soft_wrap=True)
        if not found:
            talk.print("No text was ever meant for this number.")


@click.command()
@as_json
def templates(as_json: bool) -> None:
    """List what WhatsApp is to approve: for each text its template, or the words and places to hand in.

    Example: cop messages templates --json
    """
    with opened(as_json) as house:
        approved = templates_of(house.settings)
        found = []
        for key in keys():
            for language in LANGUAGES:
                wanted = approved.get((key, language)) or template_for(key, language)
                found.append(
                    {
                        "text": key,
                        "language": language,
                        "name": wanted.name,
                        "standing": wanted.standing.value,
                        "reason": wanted.reason or None,
                        "quick_replies": [{"id": digit, "title": words} for digit, words in wanted.quick],
                        "sid": wanted.sid or None,
                        "body": wanted.text,
                        "places": list(wanted.places),
                    }
                )
        if as_json:
            say(found)
        else:
            talk.print(f"{len(approved)} of {len(found)} texts have a template; --json prints what to hand in.")


@click.command()
@click.argument("phone")
@click.argument("medium", type=click.Choice(["sms", "whatsapp", "either"]))
@as_json
def by(phone: str, medium: str, as_json: bool) -> None:
    """Text a phone by SMS or on WhatsApp first, as its holder chose; either is by what she last wrote on.

    Example: cop messages by 0300-1234567 whatsapp --json
    """
    with opened(as_json) as house:
        number = read(phone)
        if not isinstance(number, Phone):
            raise NotFound("message_unknown", which=phone)
        with house.unit(Actor("command line")) as db:
            choose_medium(db, number.e164, None if medium == "either" else Medium(medium))
        if as_json:
            say({"phone": number.e164, "medium": medium})
        else:
            talk.print(f"{number.e164}: {medium}.", markup=False)


def _which(db: Session, which: str) -> list[MessageRow]:
    """The message of an id, or the latest ones to a phone, the newest first."""
    phone = read(which)
    if isinstance(phone, Phone):
        return queries.messages_to(db, EVERYWHERE, numbers=[phone.e164], limit=LATEST)
    try:
        found = queries.message(db, EVERYWHERE, UUID(which))
    except ValueError:
        found = None
    if found is None:
        raise NotFound("message_unknown", which=which)
    return [found]


def _explained(row: MessageRow, told: list[Happening], at: datetime, hours: Window) -> dict[str, Any]:
    because = reason(row.standing, at, hours)
    when = because.at.isoformat() if because.at else None
    return {
        "message": str(row.id),
        "phone": row.number,
        "kind": row.kind,
        "medium": row.medium.value,
        "leg": row.leg,
        "segments": row.segments,
        "state": row.state.value,
        "reason": because.key,
        "at": when,
        "code": row.code,
        "why": SENTENCES[because.key].format(at=local(because.at) if because.at else None, code=because.code),
        "timeline": [{"at": each.at.isoformat(), "status": each.status.value, "code": each.code} for each in told],
    }
