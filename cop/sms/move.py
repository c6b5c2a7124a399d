"""TARIKH 4814 21/3 10: a session moves to another day or hour, once its trainer has confirmed it by a code."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.clock import KARACHI, day_of, now, today
from clusters.kernel.errors import CopError
from clusters.scope import Scope
from clusters.training.actions import move
from clusters.training.queries import SessionRow, sittings
from clusters.training.rules import Sitting
from cop.sms.challenging import Asking, Proof, meant, refused_for, tell
from cop.sms.own_sessions import OwnSessions, about, ahead
from messaging.inbound.dates import When, WhenInDoubt
from messaging.inbound.dates import meant as day_meant
from messaging.inbound.words import Reply, Text, Word
from messaging.proof.rules import Does

NAME = "move"


def act(db: Session, scope: Scope, text: Text, proof: Proof) -> Reply:
    """Challenge a move to a day that can be; say what is wrong with any other."""
    found = meant(db, scope, text, NAME)
    if isinstance(found, Reply):
        return found
    row = found.row
    when = day_meant(found.written.tokens, today(db))
    if isinstance(when, WhenInDoubt):
        return _doubt(row, when)
    old = sittings(db, scope, [row.id])[row.id]
    start = _start(row, when)
    if start <= now(db):
        return Reply("move_past", code=row.code, written=found.written.rest)
    if start == row.starts_at:
        return Reply("move_same", code=row.code, subject=row.subject, start=row.starts_at)
    new = [Sitting(each.starts_at + (start - row.starts_at), each.ends_at + (start - row.starts_at)) for each in old]
    if _leads_another(db, scope, text, row, new):
        return Reply("move_clash_own", code=row.code, start=start)
    same_day = start.astimezone(KARACHI).date() == row.starts_at.astimezone(KARACHI).date()
    asking = Asking(
        Does.MOVE,
        row,
        {"sittings": written(new)},
        "challenge_move_time" if same_day else "challenge_move",
        {"code": row.code, "subject": row.subject, "old": row.starts_at, "start": start},
    )
    try:
        return tell(db, scope, text, asking, partial(move, db, scope, row.id, new), proof)
    except CopError as error:
        return refused_for(error, row, _refusals(row, start))


def _leads_another(db: Session, scope: Scope, text: Text, row: SessionRow, days: Sequence[Sitting]) -> bool:
    """Does the sender lead another session on one of these days?"""
    wanted = {day_of(each.starts_at) for each in days}
    others = [each for each in OwnSessions(db, scope, text.person_id).values() if ahead(each, now(db))]
    taken = sittings(db, scope, [each.id for each in others if each.id != row.id])
    return any(day_of(each.starts_at) in wanted for meetings in taken.values() for each in meetings)


def written(days: Sequence[Sitting]) -> list[list[datetime]]:
    """Meeting days as a command keeps them."""
    return [[each.starts_at, each.ends_at] for each in days]


def read(kept: Sequence[Sequence[str]]) -> list[Sitting]:
    """Meeting days from how a command keeps them."""
    return [Sitting(datetime.fromisoformat(starts), datetime.fromisoformat(ends)) for starts, ends in kept]


def _start(row: SessionRow, when: When) -> datetime:
    at = when.at or row.starts_at.astimezone(KARACHI).time()
    return datetime.combine(when.day, at, KARACHI)


def _doubt(row: SessionRow, doubt: WhenInDoubt) -> Reply:
    written_so = doubt.written or None
    match doubt.why:
        case "missing":
            return Reply("move_when", **about(row))
        case "impossible":
            return Reply("move_impossible", code=row.code, written=written_so)
        case "past":
            return Reply("move_past", code=row.code, written=written_so)
        case "future" | "several" | "unread":
            return Reply("move_unclear", code=row.code)


def _refusals(row: SessionRow, start: datetime) -> Mapping[str, Callable[[CopError], Reply]]:
    def people(error: CopError) -> Reply:
        told: dict[str, Any] = dict(error.values)
        return Reply("move_clash_people", code=row.code, start=start, told=told["people"], other=told["other"])

    return {
        "trainer_booked": lambda _: Reply("move_clash_own", code=row.code, start=start),
        "venue_booked": lambda _: Reply("move_clash_venue", code=row.code, start=start, venue=row.venue),
        "invited_elsewhere": people,
    }


def word(proof: Proof) -> Word:
    """The word of a house."""
    return Word(
        NAME,
        {"ur_latn": ("tarikh", "tareekh", "tarekh", "taarikh", "tarik"), "en": ("move", "date"), "ur": ("تاریخ",)},
        tier=2,
        act=partial(act, proof=proof),
        expects="session",
    )
