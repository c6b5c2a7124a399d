"""Counts what comes to the door by channel and day: enough to see an attack or a wrong key, and nothing of anybody."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.clock import today
from messaging.inbound.models import HookCount


def count_hooks(db: Session, times: Mapping[tuple[str, str], int]) -> None:
    """Add to today's counts; keys are a channel and what was done."""
    if not times:
        return
    day = today(db)
    statement = insert(HookCount).values(
        [{"channel": channel, "what": what, "day": day, "times": n} for (channel, what), n in sorted(times.items())]
    )
    db.execute(
        statement.on_conflict_do_update(
            index_elements=[HookCount.channel, HookCount.what, HookCount.day],
            set_={"times": HookCount.times + statement.excluded.times},
        )
    )


def hook_counts(db: Session, since: date = date.min) -> list[tuple[str, str, int]]:
    """All there was since a day, by channel and what was done."""
    rows = db.execute(
        select(HookCount.channel, HookCount.what, func.sum(HookCount.times))
        .where(HookCount.day >= since)
        .group_by(HookCount.channel, HookCount.what)
        .order_by(HookCount.channel, HookCount.what)
    )
    return [(channel, what, int(times)) for channel, what, times in rows]
