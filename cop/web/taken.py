"""A form has one effect: the token it brings is taken in the unit of its act, and a resend is led to the same place."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cop.web.fingerprints import fingerprint
from cop.web.models import TakenForm

REMEMBERED = timedelta(days=2)
"""How long a resend is known as one."""


def take(db: Session, reader: str, once: str, at: datetime) -> str | None:
    """Take a form's token; where its act led, if it was taken before. Waits for an act that is just under way.

    An act that led nowhere, such as a password that was refused, may be tried again with the same form.
    """
    token = fingerprint(f"{reader}:{once}")
    mine = db.scalar(
        insert(TakenForm).values(token=token, at=at, led_to="").on_conflict_do_nothing().returning(TakenForm.token)
    )
    if mine is not None:
        return None
    return db.scalars(select(TakenForm.led_to).where(TakenForm.token == token).with_for_update()).one() or None


def led(db: Session, reader: str, once: str, to: str) -> None:
    """Remember where the act led."""
    token = fingerprint(f"{reader}:{once}")
    db.execute(
        update(TakenForm).where(TakenForm.token == token).values(led_to=to).execution_options(synchronize_session=False)
    )


def forget_old(db: Session, at: datetime) -> int:
    """Forget tokens that nobody can resend any more; how many there were."""
    gone = db.execute(delete(TakenForm).where(TakenForm.at < at - REMEMBERED).returning(TakenForm.token))
    return len(gone.all())
