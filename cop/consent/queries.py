"""Who allowed what: read by every room before it keeps or shows something of a person."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from cop.consent.models import Decision
from cop.consent.rules import Purpose


def allows(db: Session, person_id: int, purpose: Purpose, about: int = 0) -> bool:
    """Did she say yes to this, and not no since?"""
    return decided(db, person_id, purpose, about) is True


def decided(db: Session, person_id: int, purpose: Purpose, about: int = 0) -> bool | None:
    """What she said last; None when she never said anything."""
    return db.scalar(
        select(Decision.granted).where(
            Decision.person_id == person_id,
            Decision.purpose == purpose,
            Decision.about == about,
            Decision.ended_at.is_(None),
        )
    )


def standing(db: Session, person_id: int, purpose: Purpose) -> Decision | None:
    """Her decision that counts, as a row."""
    return db.scalar(
        select(Decision).where(
            Decision.person_id == person_id,
            Decision.purpose == purpose,
            Decision.about == 0,
            Decision.ended_at.is_(None),
        )
    )


def among(db: Session, person_ids: Collection[int], purpose: Purpose, *, granted: bool = True) -> set[int]:
    """Those of some persons who said yes to a purpose as a whole, or who said no."""
    return set(
        db.scalars(
            select(Decision.person_id).where(
                Decision.person_id.in_(person_ids),
                Decision.purpose == purpose,
                Decision.about == 0,
                Decision.ended_at.is_(None),
                Decision.granted.is_(granted),
            )
        )
    )


def all_who(db: Session, purpose: Purpose) -> set[int]:
    """Everybody who said yes to a purpose as a whole."""
    return set(
        db.scalars(
            select(Decision.person_id).where(
                Decision.purpose == purpose, Decision.about == 0, Decision.ended_at.is_(None), Decision.granted
            )
        )
    )
