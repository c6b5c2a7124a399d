"""Tables of the web door: logins, web sessions, one-time links, failed tries, forms already taken."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id


class Login(Base):
    """How a person signs in; the password is an argon2id hash, absent until she sets one."""

    __tablename__ = "login"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    login: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default="en")
    made_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class WebSession(Base):
    """A signed-in browser; only the hash of its id is kept, and the id changes at every sign-in."""

    __tablename__ = "web_session"

    id_hash: Mapped[str] = mapped_column(primary_key=True)
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    awaits_code: Mapped[bool] = mapped_column(server_default=text("false"))
    """The password was right, and the second proof is not given yet: it opens nothing."""
    proved_at: Mapped[datetime | None]
    """When the second proof was last given in it."""


class SecondFactor(Base):
    """The app that gives somebody's second proof: `salt` of the one in use, `next_salt` of one being set up."""

    __tablename__ = "second_factor"

    login_id: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"), primary_key=True)
    salt: Mapped[bytes | None]
    next_salt: Mapped[bytes | None]
    last_step: Mapped[int] = mapped_column(server_default=text("0"))
    """The newest step of 30 seconds whose code was taken; none counts twice."""
    since: Mapped[datetime | None]


class RecoveryCode(Base):
    """A printed code that was not used yet, under a keyed tag."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index(None, "login_id", "tag", unique=True),)

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"))
    tag: Mapped[str]


class SignInLink(Base):
    """A one-time link that signs a login in; random, stored hashed, used once."""

    __tablename__ = "sign_in_link"

    link_hash: Mapped[str] = mapped_column(primary_key=True)
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FailedSignIn(Base):
    """A failed try, under a keyed tag of the name or of the address; the limits count these rows."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index(None, "tag", "at"),)

    id: Mapped[Id]
    tag: Mapped[str]
    at: Mapped[datetime]


class TakenForm(Base):
    """The token of a form that was taken, so that a resend on a bad line does nothing twice."""

    __tablename__ = "taken_form"

    token: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    led_to: Mapped[str]
