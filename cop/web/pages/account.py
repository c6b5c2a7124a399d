"""Own account: password, language, and the browsers that are signed in."""

from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from clusters.structure.models import Place
from cop.web import web_sessions
from cop.web.answers import Answer, Done, Shown
from cop.web.edge import Asked, Door, act, page
from cop.web.forms import Nothing
from cop.web.mistakes import said
from cop.web.pages.login import begin_here
from cop.web.signing_in import has_password, set_password
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.account import AccountPage, SignedIn
from cop.web.views.frame import Area, FieldError


@dataclass(frozen=True)
class NewPassword:
    """The password now and the new one; `login` is there for password managers."""

    new: str
    old: str = ""
    login: str = ""


@page(paths.ACCOUNT, here=Area.ACCOUNT)
def show(db: Session, door: Door, viewer: Viewer) -> AccountPage:
    """Who she is, what she sees, where she is signed in."""
    return _account(db, door, viewer)


@act(paths.CHANGE_PASSWORD, here=Area.ACCOUNT)
def change_password(db: Session, door: Door, asked: Asked, viewer: Viewer, form: NewPassword) -> Answer:
    """Set a new password, under a new id, and sign out every other browser; a wrong old one is counted."""
    refused = set_password(db, door.secret, door.instant(), viewer.login_id, form.old, form.new, asked.address)
    if refused is not None:
        wrong = FieldError(refused.field, said(refused.error, viewer.language) or refused.error.key)
        return Shown(_account(db, door, viewer, (wrong,)), status=422)
    others = web_sessions.end_all(db, viewer.login_id, door.instant()) - 1
    say = viewer.say
    told = say.ngettext(
        "The new password is saved. %(num)s other device was signed out.",
        "The new password is saved. %(num)s other devices were signed out.",
        others,
    )
    words = told % {"num": others} if others > 0 else say.gettext("The new password is saved.")
    return Done(paths.ACCOUNT, words, cookies=begin_here(db, door, asked, viewer.login_id))


@act(paths.END_OTHERS, here=Area.ACCOUNT)
def end_others(db: Session, door: Door, viewer: Viewer, form: Nothing) -> Done:
    """Sign out every browser but this one."""
    ended = web_sessions.end_all(db, viewer.login_id, door.instant(), but=viewer.session_hash)
    told = viewer.say.ngettext("%(num)s device was signed out.", "%(num)s devices were signed out.", ended)
    return Done(paths.ACCOUNT, told % {"num": ended})


def _account(db: Session, door: Door, viewer: Viewer, errors: tuple[FieldError, ...] = ()) -> AccountPage:
    browsers = web_sessions.alive(db, viewer.login_id, door.instant(), this_one=viewer.session_hash)
    return AccountPage(
        login=viewer.login,
        sees=_places(db, viewer),
        errors=errors,
        has_password=has_password(db, viewer.login_id),
        second_factor=viewer.second_factor,
        browsers=tuple(SignedIn(each.began_at, each.seen_at, each.this_one) for each in browsers),
    )


def _places(db: Session, viewer: Viewer) -> tuple[str, ...]:
    """The places she holds, by name, in the order of her scope."""
    held = [(each.tree, each.path) for each in viewer.scope.places]
    names = {
        (row.tree.value, row.path): row.name
        for row in db.execute(
            select(Place.tree, Place.path, Place.name).where(tuple_(Place.tree, Place.path).in_(held))
        )
    }
    return tuple(dict.fromkeys(names.get(each, "/".join(each)) for each in held))


handlers = [show, change_password, end_others]
