"""Counts in the database what went, minute by minute, so that no cap is passed by however many workers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.clock import day_of, midnight, now
from messaging.outbox.brakes.caps import HOUR, Cap, Counted, Slot, What, relieved_at, since, slot_of

LOCK = 4_814
"""First key of the advisory locks of what is counted; held alone, last before the senders' buckets."""
ALL = "everybody"
KEPT = timedelta(days=8)
COSTS_KEPT = timedelta(days=400)

_HOLD = text(
    "SELECT count(pg_advisory_xact_lock(:lock, key)) FROM"
    " (SELECT DISTINCT hashtext(name) AS key FROM unnest(CAST(:names AS text[])) AS name ORDER BY 1) AS keys"
)
_COUNT = text(
    "SELECT asked.n, coalesce(sum(t.texts), 0)::bigint AS texts FROM unnest(CAST(:whats AS text[]),"
    " CAST(:keys AS text[]), CAST(:since AS timestamptz[])) WITH ORDINALITY AS asked(what, key, since, n)"
    " LEFT JOIN sending_tally t ON t.what = asked.what AND t.key = asked.key AND t.slot > asked.since GROUP BY asked.n"
)
_SLOTS = text(
    "SELECT slot, texts FROM sending_tally WHERE what = :what AND key = :key AND slot > :since AND texts > 0"
    " ORDER BY slot"
)
_SPENT = text("SELECT coalesce(sum(cost), 0) FROM sending_tally WHERE what = 'cost' AND key = '' AND slot >= :since")
_ADD = text(
    "INSERT INTO sending_tally (what, key, slot, texts, cost) SELECT what, key, slot, texts, cost FROM unnest("
    "CAST(:whats AS text[]), CAST(:keys AS text[]), CAST(:slots AS timestamptz[]), CAST(:texts AS bigint[]),"
    " CAST(:costs AS float[])) AS given(what, key, slot, texts, cost) ORDER BY 1, 2, 3"
    " ON CONFLICT (what, key, slot) DO UPDATE SET texts = sending_tally.texts + excluded.texts,"
    " cost = sending_tally.cost + excluded.cost"
)
_FORGET = text(
    "WITH gone AS (DELETE FROM sending_tally WHERE slot < CASE what WHEN 'cost' THEN CAST(:costs AS timestamptz)"
    " ELSE CAST(:rest AS timestamptz) END RETURNING 1) SELECT count(*) FROM gone"
)


class Charge(NamedTuple):
    """One text counted under one name in one slot."""

    of: Counted
    slot: datetime
    cost: float = 0.0


def hold(db: Session, counted: Iterable[Counted]) -> None:
    """Let no other unit count these before this one ends; read with `texts` after it, not before."""
    names = [f"{what.value} {key}" for what, key in counted]
    if names:
        db.execute(_HOLD, {"lock": LOCK, "names": names})


def texts(db: Session, caps: Collection[Cap]) -> Counter[tuple[Counted, timedelta]]:
    """How many texts each cap has counted in its span until now."""
    asked = sorted({(cap.of, cap.span) for cap in caps})
    counted: Counter[tuple[Counted, timedelta]] = Counter()
    if asked:
        given = {
            "whats": [of.what.value for of, _ in asked],
            "keys": [of.key for of, _ in asked],
            "since": [since(now(db), span) for _, span in asked],
        }
        for row in db.execute(_COUNT, given):
            counted[asked[row.n - 1]] = row.texts
    return counted


def relief(db: Session, cap: Cap) -> datetime | None:
    """When a cap that is full has room again."""
    asked = {"what": cap.of.what.value, "key": cap.of.key, "since": since(now(db), cap.span)}
    return relieved_at(cap, [Slot(row.slot, row.texts) for row in db.execute(_SLOTS, asked)])


def spent(db: Session) -> float:
    """What the texts of this month, as Karachi has it, have cost so far in rupees."""
    return float(db.scalar(_SPENT, {"since": midnight(day_of(now(db)).replace(day=1))}) or 0)


def charges(db: Session, counted: Iterable[Counted], cost: float) -> tuple[Charge, ...]:
    """What one text adds now; costs are kept by the hour, because a month of minutes would be long to add up."""
    slot = slot_of(now(db))
    found = [Charge(of, slot) for of in counted]
    if cost:
        found.append(Charge(Counted(What.COST, ""), slot - timedelta(minutes=slot.minute % (HOUR.seconds // 60)), cost))
    return tuple(found)


def count(db: Session, made: Iterable[Charge], sign: int = 1) -> None:
    """Add what goes; with -1 take back what surely did not go."""
    summed: Mapping[tuple[Counted, datetime], list[float]] = defaultdict(lambda: [0, 0.0])
    for charge in made:
        added = summed[charge.of, charge.slot]
        added[0] += sign
        added[1] += sign * charge.cost
    if summed:
        db.execute(
            _ADD,
            {
                "whats": [of.what.value for of, _ in summed],
                "keys": [of.key for of, _ in summed],
                "slots": [slot for _, slot in summed],
                "texts": [int(added[0]) for added in summed.values()],
                "costs": [added[1] for added in summed.values()],
            },
        )


def forget_tallies(db: Session) -> int:
    """Let go of what no cap counts any more."""
    return int(db.scalar(_FORGET, {"costs": now(db) - COSTS_KEPT, "rest": now(db) - KEPT}) or 0)
