"""Writes down what became of attempts, and lifts a message to what the evidence says; repetition changes nothing."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from messaging.channels.base import Fault
from messaging.outbox.rules import SURELY_NOT, Folded, Outcome, State, Told, fold, rises

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
_LOCK = text("SELECT id FROM message WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
_SIDS = text(
    "INSERT INTO provider_message (sid, message_id, via, at, extra)"
    " SELECT sid, id, :via, :now, EXISTS (SELECT FROM provider_message p WHERE p.message_id = given.id)"
    " FROM unnest(CAST(:sids AS text[]), CAST(:ids AS uuid[])) AS given(sid, id) ON CONFLICT DO NOTHING"
)
_LIFT = text(
    "UPDATE message m SET state = 'accepted', why = NULL, lease_token = NULL, lease_until = NULL, state_at = :now"
    " WHERE m.id = ANY(:ids) AND m.state = ANY(:below)"
    " AND EXISTS (SELECT FROM provider_message p WHERE p.message_id = m.id)"
)
_REPORTED = text(
    "SELECT DISTINCT p.message_id FROM provider_message p JOIN provider_event e ON e.sid = p.sid"
    " WHERE p.message_id = ANY(:ids)"
)
_FACTS = text(
    "SELECT m.id, m.state, m.why, m.contradicted, p.sid, e.status, e.code, e.fault FROM message m"
    " JOIN provider_message p ON p.message_id = m.id LEFT JOIN provider_event e ON e.sid = p.sid"
    " WHERE m.id = ANY(:ids)"
)
_RISE = text(
    "UPDATE message SET state = CAST(:state AS text), why = :why, contradicted = :contradicted, lease_token = NULL,"
    " lease_until = NULL, state_at = CASE WHEN state = CAST(:state AS text) THEN state_at ELSE :now END WHERE id = :id"
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


def lock(db: Session, ids: Collection[UUID]) -> None:
    """Hold messages, in the order in which everybody takes several, until this unit ends."""
    db.execute(_LOCK, {"ids": sorted(ids)})


def accept(db: Session, sids: Mapping[UUID, str], via: str) -> None:
    """A channel has these messages, under these ids of its own; that wins over whatever we thought before.

    An id that belongs to another message stays there. What was reported of an id before it was known counts now.
    """
    if not sids:
        return
    ids = sorted(sids)
    lock(db, ids)
    db.execute(_SIDS, {"sids": list(sids.values()), "ids": list(sids), "via": via, "now": now(db)})
    db.execute(_LIFT, {"ids": ids, "below": _BELOW_ACCEPTED, "now": now(db)})
    refold(db, db.scalars(_REPORTED, {"ids": ids}).all())


def refold(db: Session, ids: Collection[UUID]) -> None:
    """Let messages stand as all that was told of them says; whoever calls holds their locks. None ever falls."""
    if not ids:
        return
    facts: defaultdict[UUID, list[Told]] = defaultdict(list)
    stand: dict[UUID, Folded] = {}
    for row in db.execute(_FACTS, {"ids": list(ids)}):
        stand[row.id] = Folded(State(row.state), row.why, row.contradicted)
        facts[row.id].append(Told(row.sid))
        if row.status is not None:
            facts[row.id].append(Told(row.sid, State(row.status), row.code, Fault(row.fault) if row.fault else None))
    for message_id, old in stand.items():
        new = fold(facts[message_id])
        if new is not None and new != old and (new.state is old.state or rises(old.state, new.state)):
            db.execute(_RISE, {**new._asdict(), "state": new.state.value, "id": message_id, "now": now(db)})
