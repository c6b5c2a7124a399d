"""The frame around a page: which main pages a role may open, what waits, the strip, fresh tokens for the forms."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from cop.web.i18n import Language, languages
from cop.web.viewers import Viewer
from cop.web.views import frame as views
from cop.web.views import paths
from cop.web.views.frame import Area, Flash, Frame, Hold, HoldWhy, NavItem, Role, StripKind
from messaging.outbox.switch import Stop, may_stop

_OFFICE = (*Area,)
AREAS: Mapping[Role, tuple[Area, ...]] = {
    Role.ADMIN: _OFFICE,
    Role.MANAGER: _OFFICE,
    Role.MONITOR: (
        Area.HOME,
        Area.SESSIONS,
        Area.CASCADE,
        Area.MESSAGES,
        Area.ANNOUNCEMENTS,
        Area.CLUSTERS,
        Area.COMMUNITY,
        Area.KNOWLEDGE,
        Area.PEOPLE,
        Area.PHONES,
        Area.ACCOUNT,
    ),
    Role.TRAINER: (
        Area.HOME,
        Area.SESSIONS,
        Area.ANNOUNCEMENTS,
        Area.INBOX,
        Area.CLUSTERS,
        Area.KNOWLEDGE,
        Area.PEOPLE,
        Area.PHONES,
        Area.ACCOUNT,
    ),
    Role.CLERK: (
        Area.HOME,
        Area.SESSIONS,
        Area.INBOX,
        Area.CLUSTERS,
        Area.KNOWLEDGE,
        Area.PEOPLE,
        Area.PHONES,
        Area.ACCOUNT,
    ),
}
"""Main pages by role; every other one is not found."""


def framed(
    *,
    now: datetime,
    path: str,
    viewer: Viewer,
    here: Area | None,
    csrf_token: str,
    flash: Flash | None = None,
    lite: bool = False,
    twins: bool = False,
) -> Frame:
    """Around a page of somebody signed in."""
    return Frame(
        now=now,
        path=path,
        language=viewer.language,
        languages=languages(),
        viewer=views.Viewer(viewer.name, viewer.role),
        here=here,
        nav=tuple(NavItem(area, viewer.waiting if area is Area.INBOX else 0) for area in AREAS[viewer.role]),
        strip=StripKind.REHEARSAL_INVENTED if viewer.invented else StripKind.REHEARSAL,
        hold=_hold(viewer),
        csrf_token=csrf_token,
        once=fresh(),
        flash=flash,
        lite=lite,
        twins=twins,
    )


def _hold(viewer: Viewer) -> Hold | None:
    """That nothing is sent, told on every page; the way to release it only to whoever may."""
    if viewer.stopped is None:
        return None
    return hold_of(viewer.stopped, f"{paths.MESSAGES}#switch" if may_stop(viewer.scope) else None)


def hold_of(stop: Stop, release: str | None = None) -> Hold:
    """A stop of the sending, as pages tell it."""
    return Hold(stop.at, HoldWhy(stop.reason.value), stop.why, release, stop.channel, stop.training_path)


def at_the_door(*, now: datetime, path: str, language: Language, csrf_token: str) -> Frame:
    """Around a page for which nobody need be signed in."""
    return Frame(now=now, path=path, language=language, languages=languages(), csrf_token=csrf_token, once=fresh())


def bare(*, now: datetime, path: str, language: Language) -> Frame:
    """Around an answer that must be the same for everybody: no name, no forms, nothing random."""
    return Frame(now=now, path=path, language=language)


def fresh() -> str:
    """The beginning of the tokens that keep a form from taking effect twice."""
    return secrets.token_urlsafe(16)
