"""Signing in: by name and password within limits, by a one-time link; and the logins themselves."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, count
from math import ceil

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.errors import Conflict, CopError, Invalid, NotFound
from clusters.people.models import Person
from clusters.people.queries import scope_of
from cop.web import passwords, second_factor, web_sessions
from cop.web.fingerprints import fingerprint, new_secret, tag
from cop.web.models import FailedSignIn, Login, SignInLink
from cop.web.viewers import first_language, web_role

FAILURES, FAILURES_IN_ALL = 10, 1000
"""Failed tries under one name or from one address, and altogether, within the window."""
WINDOW = timedelta(minutes=5)
LINK_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Locked:
    """Too many tries: nothing was compared."""

    minutes_left: int


def sign_in(db: Session, secret: bytes, at: datetime, login: str, password: str, address: str) -> int | Locked | None:
    """The id of the login if name and password are right; None if not, whichever of the two was wrong.

    Tries under one name or from one address go one after the other, so that many at once are counted like many in a
    row. An unknown name is counted, refused and takes as long as a known one.
    """
    login = login.strip().casefold()
    tags = sorted((tag(secret, "name", login), tag(secret, "address", address)))
    for each in tags:
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(each, 0))))
    everybody = tag(secret, "everybody", "")
    if (locked := _locked(db, at, tags, everybody)) is not None:
        return locked
    row = db.execute(
        select(Login.id, Login.person_id, Login.password_hash).where(Login.login == login, Login.disabled_at.is_(None))
    ).one_or_none()
    right = passwords.fits(row.password_hash if row else None, password)
    if row is None or not right or web_role(scope_of(db, row.person_id)) is None:
        db.execute(insert(FailedSignIn), [{"tag": each, "at": at} for each in (*tags, everybody)])
        db.execute(delete(FailedSignIn).where(FailedSignIn.tag.in_((*tags, everybody)), FailedSignIn.at < at - WINDOW))
        return None
    record(db, "sign_in", "login", row.id)
    return int(row.id)


def _locked(db: Session, at: datetime, tags: list[str], everybody: str) -> Locked | None:
    """A try that finds the door locked is not counted, or whoever knocks on could keep it locked."""
    rows = db.execute(
        select(FailedSignIn.tag, func.count().label("tries"), func.min(FailedSignIn.at).label("first"))
        .where(FailedSignIn.tag.in_((*tags, everybody)), FailedSignIn.at > at - WINDOW)
        .group_by(FailedSignIn.tag)
    )
    free_at = [
        row.first + WINDOW for row in rows if row.tries >= (FAILURES_IN_ALL if row.tag == everybody else FAILURES)
    ]
    return Locked(max(1, ceil((max(free_at) - at) / timedelta(minutes=1)))) if free_at else None


def new_link(db: Session, login: str, at: datetime) -> str:
    """A fresh one-time token for a login; older unused ones stop working."""
    login_id = _login_id(db, login)
    db.execute(delete(SignInLink).where(SignInLink.login_id == login_id))
    token = new_secret()
    db.add(SignInLink(link_hash=fingerprint(token), login_id=login_id, expires_at=at + LINK_LASTS))
    record(db, "make_link", "login", login_id)
    db.flush()
    return token


def holder(db: Session, token: str, at: datetime) -> str | None:
    """Whom a link would sign in, by name; None if it was used, is too old or never was."""
    return db.scalar(
        select(Person.name)
        .join(Login, Login.person_id == Person.id)
        .join(SignInLink, SignInLink.login_id == Login.id)
        .where(
            SignInLink.link_hash == fingerprint(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > at,
            Login.disabled_at.is_(None),
        )
    )


def use_link(db: Session, token: str, at: datetime) -> int | None:
    """The login a link signs in, once."""
    login_id = db.scalar(
        update(SignInLink)
        .where(
            SignInLink.link_hash == fingerprint(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > at,
            SignInLink.login_id.in_(select(Login.id).where(Login.disabled_at.is_(None))),
        )
        .values(used_at=at)
        .returning(SignInLink.login_id)
        .execution_options(synchronize_session=False)
    )
    if login_id is not None:
        record(db, "sign_in_by_link", "login", login_id)
    return login_id


def add_login(db: Session, person_id: int, login: str, at: datetime) -> int:
    """Let a person sign in under a name that nobody else has; pages speak the programme's first language to her."""
    name = login.strip().casefold()
    if not name or not name.isprintable() or any(letter.isspace() for letter in name):
        raise Invalid("login_unfit", login=login)
    login_id = db.scalar(
        insert(Login)
        .values(person_id=person_id, login=name, language=first_language(db).value, made_at=at)
        .on_conflict_do_nothing()
        .returning(Login.id)
    )
    if login_id is None:
        raise Conflict("login_taken", login=name)
    record(db, "add_login", "login", login_id)
    return int(login_id)


def free_name(db: Session, wanted: str) -> str:
    """A name to sign in with that nobody has, like the one wanted."""
    words = re.findall("[a-z0-9]+", unicodedata.normalize("NFKD", wanted).casefold())
    base = ".".join(words) or "user"
    taken = set(db.scalars(select(Login.login).where(Login.login.startswith(base, autoescape=True))))
    return next(name for name in chain([base], (f"{base}{number}" for number in count(2))) if name not in taken)


def disable(db: Session, login: str, at: datetime) -> None:
    """Let somebody sign in no more: her web sessions and links end at once."""
    login_id = _login_id(db, login)
    db.execute(update(Login).where(Login.id == login_id).values(disabled_at=at))
    db.execute(delete(SignInLink).where(SignInLink.login_id == login_id))
    web_sessions.end_all(db, login_id, at)
    record(db, "disable_login", "login", login_id)


def forget_second_factor(db: Session, login: str, at: datetime) -> None:
    """Let somebody in by the password alone, and sign her out everywhere: her phone may be in other hands."""
    login_id = _login_id(db, login)
    second_factor.turn_off(db, login_id)
    web_sessions.end_all(db, login_id, at)


def signs_in(db: Session, login: str) -> int | None:
    """The person who signs in by a name; None when nobody does, or no more."""
    return db.scalar(
        select(Login.person_id).where(Login.login == login.strip().casefold(), Login.disabled_at.is_(None))
    )


def _login_id(db: Session, login: str) -> int:
    login_id = db.scalar(select(Login.id).where(Login.login == login.strip().casefold(), Login.disabled_at.is_(None)))
    if login_id is None:
        raise NotFound("login_unknown", login=login)
    return login_id


@dataclass(frozen=True, slots=True)
class Refused:
    """A new password that was not taken: the field of the form at fault, and the sentence's key and values."""

    field: str
    error: CopError


def set_password(
    db: Session, secret: bytes, at: datetime, login_id: int, old: str, new: str, address: str
) -> Refused | None:
    """Change a password; the old one is asked for if there is one, within the limits of signing in."""
    row = db.execute(
        select(Login.login, Login.password_hash, Person.name)
        .join(Person, Person.id == Login.person_id)
        .where(Login.id == login_id)
    ).one()
    if row.password_hash is not None:
        held = sign_in(db, secret, at, row.login, old, address)
        if isinstance(held, Locked):
            return Refused("old", Invalid("too_many_tries", minutes=held.minutes_left))
        if held is None:
            return Refused("old", Invalid("password_wrong"))
    if (weak := passwords.weakness(new, row.login, row.name)) is not None:
        return Refused("new", Invalid(weak, shortest=passwords.SHORTEST, longest=passwords.LONGEST))
    db.execute(update(Login).where(Login.id == login_id).values(password_hash=passwords.kept(new)))
    record(db, "change_password", "login", login_id)
    return None


def has_password(db: Session, login_id: int) -> bool:
    """Has she set one since her first link?"""
    return db.scalar(select(Login.password_hash.is_not(None)).where(Login.id == login_id)) or False
