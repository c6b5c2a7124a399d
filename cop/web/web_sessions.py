"""Signed-in browsers: begun with a new id at every sign-in, seen, listed, ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from cop.web.fingerprints import fingerprint, new_secret
from cop.web.models import Login, WebSession

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
WAITS = timedelta(minutes=10)
"""For the second proof, after the password."""
PROVED_FOR = timedelta(minutes=10)
"""So long a second proof opens what asks for a fresh one."""
SEEN_EVERY = timedelta(minutes=1)
"""How finely it is remembered when a browser was last seen, so that pages stay reads."""
REMEMBERED = timedelta(days=30)
"""How long an ended one stays in the table."""


@dataclass(frozen=True, slots=True)
class Browser:
    """One signed-in browser of a login."""

    began_at: datetime
    seen_at: datetime
    this_one: bool


def begin(db: Session, login_id: int, at: datetime, *, proved: bool = False) -> str:
    """Sign a browser in; the id is random, returned once and stored hashed. What ended long ago is forgotten."""
    db.execute(delete(WebSession).where(WebSession.login_id == login_id, WebSession.ends_at < at - REMEMBERED))
    return _new(db, login_id, at, ends_at=at + LONGEST, proved_at=at if proved else None)


def begin_to_wait(db: Session, login_id: int, at: datetime) -> str:
    """The password was right: remember it in this browser until the second proof comes."""
    return _new(db, login_id, at, ends_at=at + WAITS, awaits_code=True)


def waiting(db: Session, session_id: str, at: datetime) -> int | None:
    """The login of a browser that still has to give the second proof."""
    return db.scalar(
        select(WebSession.login_id)
        .join(Login, Login.id == WebSession.login_id)
        .where(
            WebSession.id_hash == fingerprint(session_id),
            WebSession.awaits_code,
            WebSession.ended_at.is_(None),
            WebSession.ends_at > at,
            Login.disabled_at.is_(None),
        )
    )


def prove(db: Session, id_hash: str, at: datetime) -> str:
    """Put the browser under a new id that holds as long, with the second proof just given; the old one is dead."""
    old = db.get_one(WebSession, id_hash)
    end(db, id_hash, at)
    return _new(db, old.login_id, at, ends_at=old.ends_at, proved_at=at, began_at=old.began_at)


def _new(db: Session, login_id: int, at: datetime, **values: Any) -> str:
    session_id = new_secret()
    db.add(
        WebSession(**{"id_hash": fingerprint(session_id), "login_id": login_id, "began_at": at, "seen_at": at} | values)
    )
    db.flush()
    return session_id


def seen(db: Session, id_hash: str, at: datetime) -> None:
    """Remember that the browser was here; if another page of it is just writing that, leave it to that one."""
    free = (
        select(WebSession.id_hash)
        .where(WebSession.id_hash == id_hash, WebSession.seen_at < at - SEEN_EVERY)
        .with_for_update(skip_locked=True, key_share=True)
    )
    db.execute(
        update(WebSession)
        .where(WebSession.id_hash.in_(free))
        .values(seen_at=at)
        .execution_options(synchronize_session=False)
    )


def end(db: Session, id_hash: str, at: datetime) -> None:
    """Sign one browser out."""
    db.execute(
        update(WebSession)
        .where(WebSession.id_hash == id_hash, WebSession.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )


def end_all(db: Session, login_id: int, at: datetime, *, but: str | None = None) -> int:
    """Sign out every browser of a login, but the one with this hash; how many there were.

    Those that wait for the second proof end too: the password they brought may be the stolen one.
    """
    db.execute(
        update(WebSession)
        .where(WebSession.login_id == login_id, WebSession.awaits_code, WebSession.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )
    ended = db.execute(
        update(WebSession)
        .where(_alive(login_id, at), WebSession.id_hash != (but or ""))
        .values(ended_at=at)
        .returning(WebSession.id_hash)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def alive(db: Session, login_id: int, at: datetime, *, this_one: str) -> tuple[Browser, ...]:
    """The browsers in which a login is signed in, the latest first."""
    rows = db.execute(
        select(WebSession.id_hash, WebSession.began_at, WebSession.seen_at)
        .where(_alive(login_id, at))
        .order_by(WebSession.seen_at.desc(), WebSession.id_hash)
    )
    return tuple(Browser(row.began_at, row.seen_at, row.id_hash == this_one) for row in rows)


def _alive(login_id: int, at: datetime) -> ColumnElement[bool]:
    return and_(
        WebSession.login_id == login_id,
        ~WebSession.awaits_code,
        WebSession.ended_at.is_(None),
        WebSession.ends_at > at,
        WebSession.seen_at > at - IDLE,
    )
