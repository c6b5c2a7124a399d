"""A word that people write becomes a word of a command: one person proposes it, a second one decides."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotAllowed, NotFound
from clusters.people.rules import OFFICE, PLANNERS, TRAINERS
from clusters.scope import Scope
from messaging.inbound.learning import examples, taught
from messaging.inbound.models import TaughtWord
from messaging.inbound.script import word_form
from messaging.inbound.teaching import check
from messaging.inbound.words import WordBook

PROPOSERS = (*OFFICE, *TRAINERS)


def propose_word(db: Session, scope: Scope, word: str, command: str, times: int, book: WordBook) -> int:
    """Lay a word before a second person; `times` is how many texts began with it. Gives the proposal's id.

    Conflict or Invalid: it may not be taught, and why.
    """
    if scope.person_id is None or not scope.roles & {str(role) for role in PROPOSERS}:
        raise NotAllowed("may_not_teach")
    waits = select(TaughtWord.id).where(TaughtWord.word == word_form(word), TaughtWord.approved.is_(None))
    if db.scalar(waits) is not None:
        raise Conflict("word_waits", word=word_form(word))
    form = check(book.with_taught(taught(db)), word, command, examples(db))
    row = TaughtWord(word=form, command=command, times=times, proposed_by=scope.person_id, proposed_at=now(db))
    db.add(row)
    db.flush()
    record(db, "word proposed", "taught_word", row.id, new={"word": form, "command": command})
    return row.id


def decide_word(db: Session, scope: Scope, proposal_id: int, *, approve: bool, book: WordBook) -> None:
    """Approve a word, after all examples were read with it once more, or refuse it; never one's own proposal."""
    row = db.scalar(select(TaughtWord).where(TaughtWord.id == proposal_id).with_for_update())
    if row is None:
        raise NotFound("taught_word", id=proposal_id)
    if scope.person_id is None or not scope.roles & {str(role) for role in PLANNERS}:
        raise NotAllowed("may_not_teach")
    if row.approved is not None:
        raise Conflict("word_decided")
    if approve:
        if row.proposed_by == scope.person_id:
            raise NotAllowed("word_own_proposal")
        check(book.with_taught(taught(db)), row.word, row.command, examples(db))
    row.decided_by, row.decided_at, row.approved = scope.person_id, now(db), approve
    record(db, "word approved" if approve else "word refused", "taught_word", row.id, new={"word": row.word})
