"""The second proof: at the door after the password, anew before something of weight, and its setting up."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cop.web import second_factor, web_sessions
from cop.web.answers import Answer, Done, Shown, local
from cop.web.edge import Asked, Door, act, page
from cop.web.forms import Nothing
from cop.web.pages.login import begin_here
from cop.web.second_factor import Wrong
from cop.web.security import cookie, cookie_name
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area
from cop.web.views.login import LoginPage, LoginProblem
from cop.web.views.second_factor import CodePage, ProvePage, SecondFactorPage
from cop.web.views.stale_form import StaleFormPage


@dataclass(frozen=True)
class Code:
    """A code of the app, or a printed one; `next` is the page wanted before."""

    code: str
    next: str = paths.HOME


@dataclass(frozen=True)
class Proof:
    """A code, with the form that waits for it: its address, its token, its names and values by turns."""

    code: str
    action: str
    form_once: str = ""
    kept: tuple[str, ...] = ()


@page(paths.SIGN_IN_CODE, open=True)
def show_code(db: Session, door: Door, asked: Asked, viewer: Viewer | None, next: str = paths.HOME) -> Answer:  # noqa: A002 - the query's name
    """The field for the code, once the password was right."""
    if viewer is not None:
        return Done(local(next))
    return LoginPage(next=local(next)) if _waiting(db, door, asked) is None else CodePage(local(next))


@act(paths.SIGN_IN_CODE, open=True)
def give_code(db: Session, door: Door, asked: Asked, form: Code) -> Answer:
    """Sign in by the second proof; a wrong one is returned and not raised, so that it is counted."""
    login_id = _waiting(db, door, asked)
    if login_id is None:
        return Shown(LoginPage(next=local(form.next), problem=LoginProblem.TIMED_OUT), status=401)
    wrong = second_factor.prove(db, door.secret, door.instant(), login_id, form.code)
    if wrong is not None:
        return Shown(CodePage(local(form.next), True, wrong.minutes_left), status=_status(wrong))
    return Done(local(form.next), cookies=begin_here(db, door, asked, login_id, proved=True))


@page(paths.PROVE, here=Area.ACCOUNT)
def show_prove(next: str = paths.HOME) -> ProvePage:  # noqa: A002 - the query's name
    """The field for a fresh code."""
    return ProvePage(local(next))


@act(paths.PROVE, here=Area.ACCOUNT)
def prove(db: Session, door: Door, viewer: Viewer, form: Proof) -> Answer:
    """Take the fresh proof, put the browser under a new id, and let the waiting form be sent."""
    kept = tuple(zip(form.kept[::2], form.kept[1::2], strict=False))
    action = local(form.action)
    wrong = second_factor.prove(db, door.secret, door.instant(), viewer.login_id, form.code)
    if wrong is not None:
        return Shown(ProvePage(action, kept, form.form_once, True, wrong.minutes_left), status=_status(wrong))
    session_id = web_sessions.prove(db, viewer.session_hash, door.instant())
    if form.form_once:
        return Shown(StaleFormPage(action, kept, form.form_once, proved=True), session_id=session_id)
    return Done(action, cookies=(cookie(door.settings, "", session_id),))


@page(paths.SECOND_FACTOR, here=Area.ACCOUNT)
def show(db: Session, door: Door, viewer: Viewer) -> SecondFactorPage:
    """Whether she gives one, and how to set one up."""
    return _page(db, door, viewer)


@act(paths.SECOND_FACTOR, here=Area.ACCOUNT, proved=True)
def begin(db: Session, viewer: Viewer, form: Nothing) -> Done:
    """Begin with a new app; what is set up already holds until the new one has proved itself."""
    second_factor.prepare(db, viewer.login_id)
    return Done(paths.SECOND_FACTOR)


@act(paths.CONFIRM_FACTOR, here=Area.ACCOUNT, proved=True)
def confirm(db: Session, door: Door, viewer: Viewer, form: Code) -> Answer:
    """Take the new app; every other browser of hers is signed out, and the printed codes are shown once."""
    codes = second_factor.confirm(db, door.secret, door.instant(), viewer.login_id, form.code)
    if isinstance(codes, Wrong):
        return Shown(_page(db, door, viewer, wrong=codes), status=_status(codes))
    web_sessions.end_all(db, viewer.login_id, door.instant(), but=viewer.session_hash)
    session_id = web_sessions.prove(db, viewer.session_hash, door.instant())
    return Shown(_page(db, door, viewer, printed=codes), session_id=session_id)


@act(paths.NEW_CODES, here=Area.ACCOUNT, proved=True)
def new_codes(db: Session, door: Door, viewer: Viewer, form: Nothing) -> Answer:
    """Print ten new codes; those before stop working."""
    if not viewer.second_factor:
        return Done(paths.SECOND_FACTOR)
    return Shown(_page(db, door, viewer, printed=second_factor.print_codes(db, door.secret, viewer.login_id)))


@act(paths.NO_FACTOR, here=Area.ACCOUNT, proved=True)
def turn_off(db: Session, viewer: Viewer, form: Nothing) -> Done:
    """Ask for it no more."""
    second_factor.turn_off(db, viewer.login_id)
    return Done(paths.SECOND_FACTOR, viewer.say.gettext("The password alone signs you in now."))


def _page(
    db: Session, door: Door, viewer: Viewer, *, wrong: Wrong | None = None, printed: tuple[str, ...] = ()
) -> SecondFactorPage:
    key = second_factor.key_to_set_up(db, door.secret, viewer.login_id) or ""
    on = second_factor.is_set_up(db, viewer.login_id)
    return SecondFactorPage(
        on=on,
        owed=not on and viewer.owes_second_factor(door.settings),
        codes_left=second_factor.codes_left(db, viewer.login_id),
        key=key,
        address=second_factor.address_of(key, viewer.login) if key else "",
        printed=printed,
        wrong=wrong is not None,
        minutes_left=wrong.minutes_left if wrong else 0,
    )


def _waiting(db: Session, door: Door, asked: Asked) -> int | None:
    brought = asked.cookies.get(cookie_name(door.settings), "")
    return web_sessions.waiting(db, brought, door.instant()) if brought else None


def _status(wrong: Wrong) -> int:
    return 429 if wrong.minutes_left else 401


handlers = [show_code, give_code, show_prove, prove, show, begin, confirm, new_codes, turn_off]
