"""Which numbers asked for silence, and the lock under which that stays true until a text is on its way."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ARRAY, Text, any_, exists, func, literal, or_, select, text, union_all
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from messaging.channels.base import Medium
from messaging.consent.models import MediumChoice, OptOut, PersonalLink, PersonOptOut, WrongNumber
from messaging.consent.rules import LOCK, link_hash

TEXTS = ARRAY(Text)

_HOLD = text(
    "SELECT count(pg_advisory_xact_lock_shared(:lock, key)) FROM"
    " (SELECT DISTINCT hashtext(number) AS key FROM unnest(CAST(:numbers AS text[])) AS number ORDER BY 1) AS keys"
)
_SILENT_PEOPLE = text(
    "SELECT person_id FROM person_opt_out WHERE ended_at IS NULL AND person_id = ANY(CAST(:people AS bigint[]))"
    " AND (:all OR NOT changes_too)"
)


def hold(db: Session, numbers: Collection[str]) -> None:
    """Let no opt-out of these numbers commit before this unit does; ask `silent` after it, not before."""
    db.execute(_HOLD, {"lock": LOCK, "numbers": list(numbers)})


def silent(db: Session, numbers: Collection[str], *, to_changes: bool = False) -> set[str]:
    """Those of the numbers that asked for silence; or only those that want no change of date or venue either."""
    asked = select(OptOut.number).where(OptOut.ended_at.is_(None), OptOut.number == any_(literal(list(numbers), TEXTS)))
    return set(db.scalars(asked.where(~OptOut.changes_too) if to_changes else asked))


def silent_people(db: Session, person_ids: Collection[int], *, to_changes: bool = False) -> set[int]:
    """Those of the persons of whom it was noted that they want no texts; `to_changes` as for numbers."""
    return set(db.scalars(_SILENT_PEOPLE, {"people": list(person_ids), "all": not to_changes}))


def holder_of(db: Session, link: str) -> int | None:
    """The person whose personal link this is; None when there is no such link, or it ended or was revoked."""
    return db.scalar(
        select(PersonalLink.person_id).where(
            PersonalLink.link_hash == link_hash(link),
            PersonalLink.revoked_at.is_(None),
            PersonalLink.expires_at > now(db),
        )
    )


def was_texted(db: Session, link: str) -> bool:
    """Did this personal link go to her phone in answer to her own text, so that nobody else has seen it?"""
    texted = select(PersonalLink.texted).where(PersonalLink.link_hash == link_hash(link))
    return db.scalar(texted) is True


def link_until(db: Session, person_id: int) -> datetime | None:
    """Until when a personal link of hers opens; None when none does."""
    return db.scalar(
        select(func.max(PersonalLink.expires_at)).where(
            PersonalLink.person_id == person_id,
            PersonalLink.revoked_at.is_(None),
            PersonalLink.expires_at > now(db),
        )
    )


def wants_changes(db: Session, person_id: int, numbers: Collection[str]) -> bool:
    """Of somebody who gets no texts: does she still hear of another date or venue?"""
    return not silent(db, numbers, to_changes=True) and not silent_people(db, [person_id], to_changes=True)


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
