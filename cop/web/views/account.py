"""Own account: password, language, sign out."""

from dataclasses import dataclass
from datetime import datetime

from cop.web.views.frame import FieldError


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser in which she is signed in."""

    began_at: datetime
    seen_at: datetime
    this_one: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The viewer's own account; `sees` are the places of the scope, by name."""

    login: str
    sees: tuple[str, ...]
    errors: tuple[FieldError, ...] = ()
    has_password: bool = True
    """False after a first one-time link: the old password is then not asked."""
    second_factor: bool = False
    """Does she give a second proof at signing in?"""
    browsers: tuple[SignedIn, ...] = ()
    """Where she is signed in, the latest first; this one is among them."""
