"""The second proof: a code of an app on her phone (TOTP, RFC 6238), or one of ten printed codes, each once.

Of the app's key only a salt is stored: the key itself is made of it with the secret of the house, so that a copy of the
database alone proves nothing.
"""

import hashlib
import hmac
import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from pyotp import TOTP
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from cop.web.fingerprints import tag
from cop.web.models import FailedSignIn, RecoveryCode, SecondFactor

ISSUER = "cop"
PRINTED = 10
"""Codes on a sheet."""
LIMITS = ((timedelta(minutes=5), 5), (timedelta(hours=1), 20), (timedelta(days=1), 50))
"""So many wrong codes within each time."""
EARLIER_OR_LATER = (0, -1, 1)
"""Steps of 30 seconds by which her clock may differ."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for one another on paper."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """No code of hers, or one that was used; `minutes_left` until codes are compared again, 0 if they are."""

    minutes_left: int = 0


def prepare(db: Session, login_id: int) -> None:
    """Begin to set up a new app; what is set up already holds until the new one has proved itself."""
    salt = secrets.token_bytes(20)
    db.execute(
        insert(SecondFactor)
        .values(login_id=login_id, next_salt=salt)
        .on_conflict_do_update(index_elements=["login_id"], set_={"next_salt": salt})
    )


def key_to_set_up(db: Session, secret: bytes, login_id: int) -> str | None:
    """The key to put into the app, in base 32; None while none is being set up."""
    salt = db.scalar(select(SecondFactor.next_salt).where(SecondFactor.login_id == login_id))
    return None if salt is None else _key(secret, salt)


def address_of(key: str, login: str) -> str:
    """The key as apps read it from a QR code."""
    return TOTP(key).provisioning_uri(name=login, issuer_name=ISSUER)


def confirm(db: Session, secret: bytes, at: datetime, login_id: int, code: str) -> tuple[str, ...] | Wrong:
    """Take the new app if it gives the right code: the printed codes, told once; or what was wrong."""
    if (wrong := _locked(db, secret, at, login_id)) is not None:
        return wrong
    row = _hers(db, login_id)
    step = None if row is None or row.next_salt is None else _step(_key(secret, row.next_salt), code, at)
    if row is None or step is None:
        return _counted(db, secret, at, login_id)
    row.salt, row.next_salt, row.last_step, row.since = row.next_salt, None, step, at
    db.flush()
    record(db, "set_up_second_factor", "login", login_id)
    return print_codes(db, secret, login_id)


def print_codes(db: Session, secret: bytes, login_id: int) -> tuple[str, ...]:
    """Ten new codes, told once; those printed before stop working."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.login_id == login_id))
    codes = tuple("-".join(_letters(5) for _ in range(2)) for _ in range(PRINTED))
    db.execute(insert(RecoveryCode), [{"login_id": login_id, "tag": _printed(secret, code)} for code in codes])
    record(db, "print_codes", "login", login_id)
    return codes


def prove(db: Session, secret: bytes, at: datetime, login_id: int, code: str) -> Wrong | None:
    """None if it is the app's code of now, or a printed one, used for the first time.

    Tries of one login go one after the other; while too many were wrong nothing is compared.
    """
    if (wrong := _locked(db, secret, at, login_id)) is not None:
        return wrong
    row = _hers(db, login_id)
    if row is None or row.salt is None:
        return _counted(db, secret, at, login_id)
    step = _step(_key(secret, row.salt), code, at)
    if step is not None and step > row.last_step:
        row.last_step = step
        db.flush()
        return None
    printed = db.scalar(
        delete(RecoveryCode)
        .where(RecoveryCode.login_id == login_id, RecoveryCode.tag == _printed(secret, code))
        .returning(RecoveryCode.id)
    )
    if printed is None:
        return _counted(db, secret, at, login_id)
    record(db, "used_printed_code", "login", login_id)
    return None


def turn_off(db: Session, login_id: int) -> None:
    """Ask for a second proof no more."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.login_id == login_id))
    db.execute(delete(SecondFactor).where(SecondFactor.login_id == login_id))
    record(db, "turn_off_second_factor", "login", login_id)


def is_set_up(db: Session, login_id: int) -> bool:
    """Does she give a second proof?"""
    found = select(SecondFactor.login_id).where(SecondFactor.login_id == login_id, SecondFactor.salt.is_not(None))
    return db.scalar(found) is not None


def codes_left(db: Session, login_id: int) -> int:
    """Printed codes that were not used yet."""
    return db.scalar(select(func.count()).where(RecoveryCode.login_id == login_id)) or 0


def _hers(db: Session, login_id: int) -> SecondFactor | None:
    return db.scalar(select(SecondFactor).where(SecondFactor.login_id == login_id).with_for_update())


def _key(secret: bytes, salt: bytes) -> str:
    return b32encode(hmac.new(secret, b"second factor:" + salt, hashlib.sha256).digest()[:20]).decode()


def _step(key: str, code: str, at: datetime) -> int | None:
    """The step of 30 seconds whose code this is, near now."""
    app, typed = TOTP(key), "".join(code.split())
    near = (app.timecode(at) + by for by in EARLIER_OR_LATER)
    return next((step for step in near if hmac.compare_digest(app.generate_otp(step).encode(), typed.encode())), None)


def _letters(many: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(many))


def _printed(secret: bytes, code: str) -> str:
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return tag(secret, "printed code", plain)


def _locked(db: Session, secret: bytes, at: datetime, login_id: int) -> Wrong | None:
    tries = tag(secret, "second factor", str(login_id))
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(tries, 0))))
    longest = LIMITS[-1][0]
    failed: Sequence[datetime] = db.scalars(
        select(FailedSignIn.at)
        .where(FailedSignIn.tag == tries, FailedSignIn.at > at - longest)
        .order_by(FailedSignIn.at)
    ).all()
    free_at = [
        recent[-most] + within
        for within, most in LIMITS
        if len(recent := [each for each in failed if each > at - within]) >= most
    ]
    return Wrong(max(1, ceil((max(free_at) - at) / timedelta(minutes=1)))) if free_at else None


def _counted(db: Session, secret: bytes, at: datetime, login_id: int) -> Wrong:
    tries = tag(secret, "second factor", str(login_id))
    db.execute(delete(FailedSignIn).where(FailedSignIn.tag == tries, FailedSignIn.at <= at - LIMITS[-1][0]))
    db.add(FailedSignIn(tag=tries, at=at))
    db.flush()
    return Wrong()
