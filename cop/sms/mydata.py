"""MERA: what we hold of somebody, counted, with a link to see it, take it along or have it forgotten."""

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from cop.holding.queries import counts
from messaging.consent.actions import give_link
from messaging.inbound.words import Reply, Text, Word

NAME = "mydata"


def act(db: Session, scope: Scope, text: Text, address: str) -> Reply:
    """Count it and give a new link; those she had before open nothing any more."""
    if text.person_id is None:
        raise NotFound("person")
    held = counts(db, scope)
    link = f"{address.rstrip('/').removeprefix('https://')}/m/{give_link(db, text.person_id, texted=True)}"
    values: dict[str, Any] = {"attended": held.attended, "notes": held.notes, "ties": held.ties, "link": link}
    if held.introductions:
        return Reply("mydata_met", did={"do": NAME}, introductions=held.introductions, **values)
    return Reply(NAME, did={"do": NAME}, **values)


def word(address: str) -> Word:
    """The word of a house whose pages are found at an address."""
    return Word(
        NAME,
        {
            "ur_latn": ("mera", "mera data", "mera record", "meri maloomat"),
            "en": ("mydata", "my data"),
            "ur": ("میرا", "میرا ڈیٹا"),
        },
        tier=0,
        act=partial(act, address=address),
        alone=True,
    )
