"""Which numbers asked for silence, and the lock under which that stays true until a text is on its way."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ARRAY, Text, any_, exists, literal, or_, select, text, union_all
from sqlalchemy.orm import Session

from messaging.channels.base import Medium
from messaging.consent.models import MediumChoice, OptOut, PersonOptOut, WrongNumber
from messaging.consent.rules import LOCK

TEXTS = ARRAY(Text)

_HOLD = text(
    "SELECT count(pg_advisory_xact_lock_shared(:lock, key)) FROM"
    " (SELECT DISTINCT hashtext(number) AS key FROM unnest(CAST(:numbers AS text[])) AS number ORDER BY 1) AS keys"
)
_SILENT_PEOPLE = text(
    "SELECT person_id FROM person_opt_out WHERE ended_at IS NULL AND person_id = ANY(CAST(:people AS bigint[]))"
)


def hold(db: Session, numbers: Collection[str]) -> None:
    """Let no opt-out of these numbers commit before this unit does; ask `silent` after it, not before."""
    db.execute(_HOLD, {"lock": LOCK, "numbers": list(numbers)})


def silent(db: Session, numbers: Collection[str]) -> set[str]:
    """Those of the numbers that asked for silence."""
    asked = select(OptOut.number).where(OptOut.ended_at.is_(None), OptOut.number == any_(literal(list(numbers), TEXTS)))
    return set(db.scalars(asked))


def silent_people(db: Session, person_ids: Collection[int]) -> set[int]:
    """Those of the persons of whom it was noted that they want no texts."""
    return set(db.scalars(_SILENT_PEOPLE, {"people": list(person_ids)}))


def wrong_numbers(db: Session, numbers: Collection[str]) -> dict[str, datetime]:
    """Those of the numbers that get no texts, as a channel said, and since when."""
    listed = WrongNumber.number == any_(literal(list(numbers), TEXTS))
    rows = db.execute(select(WrongNumber.number, WrongNumber.at).where(WrongNumber.ended_at.is_(None), listed))
    return {row.number: row.at for row in rows}


def settled_since(db: Session, number: str, instant: datetime) -> bool:
    """Did the number come back, or did a person find it right, after an instant?"""
    came_back = exists().where(OptOut.number == number, OptOut.ended_at > instant)
    found_right = exists().where(WrongNumber.number == number, WrongNumber.ended_at > instant)
    return bool(db.scalar(select(or_(came_back, found_right))))


def wishes(db: Session, person_id: int, numbers: Collection[str]) -> tuple[dict[str, datetime], datetime | None]:
    """Since when which of these numbers are silent, and since when the person is."""
    asked = select(OptOut.number, OptOut.at).where(OptOut.ended_at.is_(None), OptOut.number.in_(list(numbers)))
    noted = select(literal(""), PersonOptOut.at).where(
        PersonOptOut.ended_at.is_(None), PersonOptOut.person_id == person_id
    )
    found = {row[0]: row[1] for row in db.execute(union_all(asked, noted))}
    return found, found.pop("", None)


def chosen_media(db: Session, numbers: Collection[str]) -> dict[str, Medium]:
    """By what those of the numbers want to be texted of which somebody said so."""
    chosen = MediumChoice.number == any_(literal(list(numbers), TEXTS))
    return {
        row.number: row.medium for row in db.execute(select(MediumChoice.number, MediumChoice.medium).where(chosen))
    }
