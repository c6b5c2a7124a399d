"""The parts of one text, where the channel says which they are: joined when all are there, in their order, and read
once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.kernel.unit import UnitOfWork
from messaging.inbound.actions.conversation import Conversation
from messaging.inbound.actions.deciding import decide_incomplete
from messaging.inbound.actions.keeping import JOINED, PART, RECEIVED
from messaging.inbound.models import InboundText
from messaging.inbound.words import WordBook

MISSING_AFTER = timedelta(seconds=60)
"""A part that has not come so long after the latest one is not waited for."""
MOST_AT_ONCE = 500
GAP = " ... "


def join_parts(unit: UnitOfWork, book: WordBook) -> int:
    """Make one text of the parts of each that is whole, and lay before a person what stayed without a part.

    How many texts came of it. The parts themselves stay without words and number, so that a repeated one is known.
    """
    with unit(Actor("text")) as db:
        waiting = db.scalars(
            select(InboundText)
            .where(InboundText.state == PART)
            .order_by(InboundText.id)
            .limit(MOST_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        texts: dict[tuple[object, ...], list[InboundText]] = defaultdict(list)
        for row in waiting:
            texts[row.channel, row.number, row.reference, row.parts].append(row)
        return sum(_join(db, rows, book) for rows in texts.values())


def _join(db: Session, rows: Sequence[InboundText], book: WordBook) -> bool:
    """One text, if it is whole or is waited for no longer."""
    there: dict[int, InboundText] = {}
    for row in rows:
        there.setdefault(row.part or 1, row)
    total = rows[0].parts or 1
    whole = len(there) == total
    if not whole and max(row.received_at for row in rows) > now(db) - MISSING_AFTER:
        return False
    parts = [there[place] for place in sorted(there)]
    text = InboundText(
        channel=parts[0].channel,
        provider_id=f"joined:{parts[0].provider_id}",
        number=parts[0].number,
        body="".join(each.body for each in parts) if whole else _with_gaps(there, total),
        medium=parts[0].medium,
        media=sum(each.media for each in parts),
        received_at=max(each.received_at for each in parts),
        state=RECEIVED,
    )
    db.add(text)
    for row in parts:
        row.state, row.body, row.number, row.rule = JOINED, "", "", "not read\npart of another text"
        row.read_at = now(db)
    db.flush()
    if not whole:
        decide_incomplete(Conversation(db, book, text))
    return True


def _with_gaps(there: dict[int, InboundText], total: int) -> str:
    return "".join(there[place].body if place in there else GAP for place in range(1, total + 1))
