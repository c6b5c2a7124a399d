"""Sign in by name and password or by a one-time link; sign out; choose a language."""

from dataclasses import dataclass
from urllib.parse import urlencode

from litestar.datastructures import Cookie
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from cop.web import web_sessions
from cop.web.answers import Answer, Done, Shown, local
from cop.web.edge import Asked, Door, act, page
from cop.web.fingerprints import fingerprint
from cop.web.forms import Nothing
from cop.web.i18n import Language
from cop.web.models import Login
from cop.web.second_factor import is_set_up
from cop.web.security import cookie, cookie_name
from cop.web.signing_in import Locked, holder, sign_in, use_link
from cop.web.taken import forget_old
from cop.web.viewers import Viewer, chosen
from cop.web.views import paths
from cop.web.views.frame import Area
from cop.web.views.login import LoginPage, LoginProblem
from cop.web.views.sign_in_link import SignInLinkPage

A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class SignIn:
    """Name and password; `next` is the page wanted before."""

    login: str
    password: str
    next: str = paths.HOME


@dataclass(frozen=True)
class ChooseLanguage:
    """A language, and the page to go back to."""

    language: Language
    next: str = paths.HOME


@page(paths.SIGN_IN, open=True)
def show_sign_in(viewer: Viewer | None, next: str = paths.HOME, away: bool = False, out: bool = False) -> Answer:  # noqa: A002 - the query's name
    """The form, unless she is signed in already."""
    if viewer is not None:
        return Done(local(next))
    return LoginPage(next=local(next), problem=LoginProblem.TIMED_OUT if away else None, signed_out=out)


@act(paths.SIGN_IN, open=True)
def do_sign_in(db: Session, door: Door, asked: Asked, form: SignIn) -> Answer:
    """Sign in; a failed try is returned and not raised, so that it is counted."""
    signed = sign_in(db, door.secret, door.instant(), form.login, form.password, asked.address)
    if isinstance(signed, Locked):
        locked = LoginPage(form.login, local(form.next), LoginProblem.LOCKED, minutes_left=signed.minutes_left)
        return Shown(locked, status=429)
    if signed is None:
        return Shown(LoginPage(form.login, local(form.next), LoginProblem.WRONG), status=401)
    if is_set_up(db, signed):
        end_brought(db, door, asked)
        half = web_sessions.begin_to_wait(db, signed, door.instant())
        onward = f"{paths.SIGN_IN_CODE}?{urlencode({'next': local(form.next)})}"
        return Done(onward, cookies=(cookie(door.settings, "", half),))
    return Done(local(form.next), cookies=begin_here(db, door, asked, signed))


@page(paths.one_time_link("{token}"), open=True)
def show_link(db: Session, door: Door, viewer: Viewer | None, token: str) -> Answer:
    """One button; the link is used when it is pressed."""
    name = holder(db, token, door.instant())
    if name is not None:
        return SignInLinkPage(name, token)
    return Done(paths.HOME) if viewer is not None else LoginPage(problem=LoginProblem.LINK_SPENT)


@act(paths.one_time_link("{token}"), open=True)
def do_use_link(db: Session, door: Door, asked: Asked, viewer: Viewer | None, token: str, form: Nothing) -> Answer:
    """Sign in by the link; pressed twice, the second press finds her signed in."""
    login_id = use_link(db, token, door.instant())
    if login_id is None:
        spent = LoginPage(problem=LoginProblem.LINK_SPENT)
        return Done(paths.HOME) if viewer is not None else Shown(spent, status=401)
    return Done(paths.HOME, cookies=begin_here(db, door, asked, login_id))


@act(paths.SIGN_OUT, here=Area.ACCOUNT)
def sign_out(db: Session, door: Door, viewer: Viewer, form: Nothing) -> Done:
    """End this browser's web session."""
    web_sessions.end(db, viewer.session_hash, door.instant())
    return Done(f"{paths.SIGN_IN}?out=1", cookies=(cookie(door.settings, "", "", seconds=0),))


@act(paths.LANGUAGE, open=True)
def choose_language(db: Session, door: Door, viewer: Viewer | None, form: ChooseLanguage) -> Done:
    """Keep the language for this browser, and for her login if she is signed in."""
    language = chosen(form.language)
    if viewer is not None:
        db.execute(update(Login).where(Login.id == viewer.login_id).values(language=language.value))
    return Done(local(form.next), cookies=(_speaking(door, language),))


def begin_here(db: Session, door: Door, asked: Asked, login_id: int, *, proved: bool = False) -> tuple[Cookie, ...]:
    """Sign this browser in under a new id; the id it brought, whoever made that, is dead.

    What was remembered of old forms is forgotten on the way.
    """
    end_brought(db, door, asked)
    forget_old(db, now(db))
    session_id = web_sessions.begin(db, login_id, door.instant(), proved=proved)
    language = chosen(db.scalar(select(Login.language).where(Login.id == login_id)))
    return cookie(door.settings, "", session_id), _speaking(door, language)


def end_brought(db: Session, door: Door, asked: Asked) -> None:
    """End the web session that this browser brought, whoever made its id."""
    brought = asked.cookies.get(cookie_name(door.settings))
    if brought:
        web_sessions.end(db, fingerprint(brought), door.instant())


def _speaking(door: Door, language: Language) -> Cookie:
    return cookie(door.settings, "-language", language.value, seconds=A_YEAR)


handlers = [show_sign_in, do_sign_in, show_link, do_use_link, sign_out, choose_language]
