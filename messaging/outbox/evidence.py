"""Writes down what became of attempts, and lifts a message to what the evidence says; repetition changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from messaging.channels.base import Fault
from messaging.outbox.rules import SURELY_NOT, Outcome, State, rises

_WORDS = text(
    "INSERT INTO attempt_outcome (message_id, n, source, outcome, at, code, fault)"
    " SELECT id, n, source, outcome, clock_timestamp(), code, fault FROM unnest(CAST(:ids AS uuid[]),"
    " CAST(:ns AS bigint[]), CAST(:sources AS text[]), CAST(:outcomes AS text[]), CAST(:codes AS text[]),"
    " CAST(:faults AS text[])) AS given(id, n, source, outcome, code, fault)"
)
_DOUBTS = text(
    "UPDATE message m SET doubtful = (SELECT count(*) FROM attempt a WHERE a.message_id = m.id AND NOT EXISTS"
    " (SELECT FROM attempt_outcome o WHERE o.message_id = a.message_id AND o.n = a.n AND o.outcome = ANY(:surely_not)))"
    " WHERE m.id = ANY(:ids)"
)
_SIDS = text(
    "INSERT INTO provider_message (sid, message_id, via, at)"
    " SELECT sid, id, :via, :now FROM unnest(CAST(:sids AS text[]), CAST(:ids AS uuid[])) AS given(sid, id)"
    " ON CONFLICT DO NOTHING"
)
_LIFT = text(
    "WITH risen AS (SELECT id FROM message WHERE id = ANY(:ids) AND state = ANY(:below) ORDER BY id FOR UPDATE)"
    " UPDATE message m SET state = 'accepted', why = NULL, lease_token = NULL, lease_until = NULL, state_at = :now"
    " FROM risen WHERE m.id = risen.id"
)
_BELOW_ACCEPTED = [state.value for state in State if rises(state, State.ACCEPTED)]


@dataclass(frozen=True, slots=True)
class Word:
    """What a source ("answer", "reaper", "list", "text") says of the n-th attempt of a message.

    `code` is the provider's own number of an error, `fault` what that is about.
    """

    message_id: UUID
    n: int
    source: str
    outcome: Outcome
    code: str | None = None
    fault: Fault | None = None


def note_words(db: Session, words: Sequence[Word]) -> None:
    """Write down what was said, at the database's own time; whoever calls holds the messages' locks."""
    if words:
        db.execute(
            _WORDS,
            {
                "ids": [word.message_id for word in words],
                "ns": [word.n for word in words],
                "sources": [word.source for word in words],
                "outcomes": [word.outcome.value for word in words],
                "codes": [word.code for word in words],
                "faults": [word.fault for word in words],
            },
        )
    if settled := sorted(word.message_id for word in words if word.outcome in SURELY_NOT):
        db.execute(_DOUBTS, {"ids": settled, "surely_not": [outcome.value for outcome in SURELY_NOT]})


def accept(db: Session, sids: Mapping[UUID, str], via: str) -> None:
    """A channel has these messages, under these ids of its own; that wins over whatever we thought before."""
    if sids:
        db.execute(_SIDS, {"sids": list(sids.values()), "ids": list(sids), "via": via, "now": now(db)})
        db.execute(_LIFT, {"ids": sorted(sids), "below": _BELOW_ACCEPTED, "now": now(db)})
