"""Texts lose their sender and their words: what was said without a name must not be found again beside a number."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from messaging.channels.models import PhoneText
from messaging.channels.rehearsal import sid_of
from messaging.inbound.actions.repeating import SAME_WITHIN, one_form
from messaging.inbound.models import Effect, InboundText, Parked, ParseRecord, Question
from messaging.inbound.queries import ABOUT, WHICH, WHOSE
from messaging.outbox.models import Message


def forget_sender(db: Session, text_ids: Collection[int]) -> int:
    """Keep that texts came, and nothing of who wrote them, where from, what, and how they were read; how many.

    What was sent again, and what was asked back about first, goes with them.
    """
    known = _with_those_beside(db, text_ids)
    for table in (ParseRecord, Effect, Parked):
        db.execute(delete(table).where(table.inbound_text_id.in_(known)))
    written = select(InboundText.provider_id).where(InboundText.id.in_(known))
    db.execute(
        update(PhoneText)
        .where(~PhoneText.incoming, sid_of(PhoneText.id).in_(written))
        .values(body="•••")
        .execution_options(synchronize_session=False)
    )
    gone = db.scalars(
        update(InboundText)
        .where(InboundText.id.in_(known))
        .values(number="", body="", rule=None, person_id=None, training_path=None, admin_path=None)
        .returning(InboundText.id)
    ).all()
    return len(gone)


def answered_with(db: Session, keys: Collection[str], since: datetime, until: datetime) -> list[int]:
    """Texts, read in [since, until], that one of these replies answered and whose words are still kept."""
    return list(
        db.scalars(
            select(InboundText.id)
            .join(Message, (Message.subject_kind == ABOUT) & (Message.subject_id == InboundText.id))
            .where(
                InboundText.received_at.between(since, until),
                InboundText.read_at <= until,
                InboundText.body != "",
                Message.text_key.in_(keys),
            )
            .distinct()
        )
    )


def _with_those_beside(db: Session, text_ids: Collection[int]) -> set[int]:
    """These texts, the ones whose words a lone letter or digit of theirs completed, and the copies of all."""
    known: set[int] = set()
    new = set(text_ids)
    while new:
        known |= new
        rows = db.scalars(select(InboundText).where(InboundText.id.in_(new), InboundText.number != "")).all()
        new = {each for row in rows for each in (*_asked_back(db, row), *_copies(db, row))} - known
    return known


def _asked_back(db: Session, row: InboundText) -> list[int]:
    """The text that we asked back about, and that this one completed; the question forgets the words it kept."""
    if row.read_at is None:
        return []
    answered = (
        Question.number == row.number,
        Question.kind.in_((WHOSE, WHICH)),
        Question.closed_at == row.read_at,
        Question.subject_id != row.id,
    )
    forgotten = update(Question).where(*answered).values(values={"options": 0, "values": {}})
    return list(db.scalars(forgotten.returning(Question.subject_id).execution_options(synchronize_session=False)))


def _copies(db: Session, row: InboundText) -> list[int]:
    again = select(InboundText).where(
        InboundText.number == row.number,
        InboundText.state == "duplicate",
        InboundText.id > row.id,
        InboundText.received_at.between(row.received_at, row.received_at + SAME_WITHIN),
    )
    return [each.id for each in db.scalars(again) if one_form(each.body) == one_form(row.body)]
