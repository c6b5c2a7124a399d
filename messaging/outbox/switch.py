"""The sending switch: whoever stops sending waits for no text that is on its way, and none begins after the commit."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Result, Row, ScalarSelect, func, select, text, update
from sqlalchemy.orm import Session

from clusters.kernel.audit import acting, record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotAllowed
from clusters.scope import Scope
from messaging.outbox.models import SendingStop
from messaging.outbox.rules import MAY_STOP, MAY_STOP_A_PLACE, StopReason

KEY = 4_814_048_148_141
"""The advisory lock of the switch: submit units share it, a stop takes it alone."""
_ALONE = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=KEY)
_SHARED = text("SELECT pg_advisory_xact_lock_shared(:key)").bindparams(key=KEY)
_STANDS = SendingStop.released_at.is_(None)
_TOLD = (
    SendingStop.at,
    SendingStop.reason,
    SendingStop.why,
    SendingStop.channel,
    SendingStop.training_path,
    SendingStop.id,
    func.coalesce(SendingStop.retry_at <= func.clock_timestamp(), False).label("ask_again"),
)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing is sent, and since when; `why` are the words of whoever stopped it, if a person did.

    With a `channel` it holds only what goes by that one, with a `training_path` only what is about that place, and
    with both only what is about that place and goes by that channel.
    """

    at: datetime
    reason: StopReason
    why: str | None
    channel: str | None = None
    training_path: str | None = None
    id: int = field(default=0, compare=False)
    ask_again: bool = field(default=False, compare=False)
    """One text may try whether the channel works again."""

    @property
    def of_everything(self) -> bool:
        """Does it hold every text of the programme?"""
        return self.channel is None and self.training_path is None


@dataclass(frozen=True, slots=True)
class Standing:
    """The stops that stand, the oldest first."""

    stops: tuple[Stop, ...]

    @property
    def everything(self) -> Stop | None:
        """What holds every text."""
        return next((stop for stop in self.stops if stop.of_everything), None)

    def places(self, channels: Collection[str | None]) -> tuple[str, ...]:
        """Places of which all is held that goes by one of these channels."""
        return tuple(
            stop.training_path
            for stop in self.stops
            if stop.training_path is not None and (stop.channel is None or stop.channel in channels)
        )

    def of_channel(self, name: str) -> Stop | None:
        """What holds a channel; a stop that may not be tried again before one that may."""
        found = [stop for stop in self.stops if stop.channel == name and stop.training_path is None]
        return min(found, key=lambda stop: stop.ask_again, default=None)

    def of_place(self, training_path: str | None, channel: str | None = None) -> Stop | None:
        """What holds texts about a place, or those of them that go by a channel."""
        return next(
            (
                stop
                for stop in self.stops
                if stop.training_path is not None
                and stop.channel in (None, channel)
                and (training_path or "").startswith(stop.training_path)
            ),
            None,
        )


def stop_sending(
    db: Session,
    scope: Scope,
    reason: StopReason,
    why: str | None = None,
    *,
    channel: str | None = None,
    training_path: str | None = None,
) -> None:
    """From this unit's commit on no text begins; those that wait stay where they are until somebody releases them.

    With a channel none begins by that one, with a place none about it.
    """
    _may(scope, training_path or None)
    db.execute(_ALONE)
    said = " ".join((why or "").split()) or None
    db.add(
        SendingStop(
            at=now(db),
            reason=reason,
            why=said,
            person_id=acting(db).person_id,
            channel=channel or None,
            training_path=training_path or None,
        )
    )
    record(db, "stop_sending", "sending", new=_what(reason, channel, training_path), why=said)
    db.flush()


def resume_sending(
    db: Session,
    scope: Scope,
    *,
    channel: str | None = None,
    training_path: str | None = None,
    reasons: Collection[StopReason] = (),
) -> int:
    """Release every stop, or those of one channel, place or some reasons, and say how many; Conflict when none
    stands."""
    _may(scope, training_path or None)
    which: list[ColumnElement[bool]] = [_STANDS]
    if channel:
        which.append(SendingStop.channel == channel)
    if training_path:
        which.append(SendingStop.training_path == training_path)
    if reasons:
        which.append(SendingStop.reason.in_(reasons))
    released = db.scalars(
        update(SendingStop)
        .where(*which)
        .values(released_at=func.clock_timestamp(), released_by=acting(db).person_id)
        .returning(SendingStop.id)
    ).all()
    if not released:
        raise Conflict("sending_not_stopped")
    record(db, "resume_sending", "sending", old={"stops": len(released), **_what(None, channel, training_path)})
    return len(released)


def may_stop(scope: Scope, training_path: str | None = None) -> bool:
    """May this person stop and release the sending of the whole programme, or of a place?"""
    if training_path and scope.covers(training_path, None, MAY_STOP_A_PLACE):
        return True
    return bool(scope.roles & {*MAY_STOP, "house"})


def standing(db: Session) -> Standing:
    """The stops that stand, as this unit sees them."""
    rows: Result[Any] = db.execute(select(*_TOLD).where(_STANDS).order_by(SendingStop.id))
    return Standing(tuple(_stop(row) for row in rows))


def standing_under_lock(db: Session) -> Standing:
    """The same, certain until this unit ends: a person's stop that commits later waits for it."""
    db.execute(_SHARED)
    # A statement of its own: one that waited for the lock would still see what was before.
    return standing(db)


def stops(db: Session) -> list[Stop]:
    """Every stop that stands, the oldest first."""
    return list(standing(db).stops)


def oldest_stop() -> ScalarSelect[Any]:
    """The stop that holds most as one value, and of those the oldest, to ask for it beside something else; `stop_of`
    reads it."""
    told = (
        func.extract("epoch", SendingStop.at),
        SendingStop.reason,
        SendingStop.why,
        SendingStop.channel,
        SendingStop.training_path,
    )
    return (
        select(func.jsonb_build_array(*told))
        .where(_STANDS)
        .order_by(SendingStop.training_path.is_not(None), SendingStop.channel.is_not(None), SendingStop.id)
        .limit(1)
        .scalar_subquery()
    )


def stop_of(value: list[Any] | None, instant: datetime) -> Stop | None:
    """What `oldest_stop` found; `instant` is any instant of the zone in which it shall be told."""
    if value is None:
        return None
    seconds, reason, why, channel, place = value
    return Stop(datetime.fromtimestamp(seconds, instant.tzinfo), StopReason(reason), why, channel, place)


def released_last(db: Session) -> datetime | None:
    """When somebody last released the sending of everything, on the database's own clock."""
    whole = SendingStop.channel.is_(None) & SendingStop.training_path.is_(None)
    by_itself = SendingStop.reason.in_((StopReason.ACCOUNT, StopReason.BUDGET))
    return db.scalar(select(func.max(SendingStop.released_at)).where(whole, ~by_itself))


def _stop(row: Row[Any]) -> Stop:
    return Stop(row.at, row.reason, row.why, row.channel, row.training_path, row.id, row.ask_again)


def _what(reason: StopReason | None, channel: str | None, training_path: str | None) -> dict[str, Any]:
    told = {"reason": reason and reason.value, "channel": channel, "place": training_path}
    return {name: value for name, value in told.items() if value}


def _may(scope: Scope, training_path: str | None) -> None:
    if not may_stop(scope, training_path):
        raise NotAllowed("may_not_stop_sending")
