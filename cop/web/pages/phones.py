"""Rehearsal phones: who holds them, what stands on each screen, what we read and why, and the clock."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import KARACHI, day_of, midnight, now, set_rehearsal_clock
from clusters.kernel.errors import Conflict, NotAllowed, NotFound
from clusters.kernel.together import Together
from clusters.people import phones as writing
from clusters.people import queries as people
from clusters.training import queries as training
from cop.hours import texting_hours, window
from cop.settings import Settings
from cop.web.answers import Done, Shown, local
from cop.web.did import deed
from cop.web.edge import act, page
from cop.web.i18n import Speech
from cop.web.readings import reading_said
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views import phone as phone_views
from cop.web.views import phones as views
from cop.web.views.frame import Area, Role, Tone
from cop.web.views.phone import PhonePage
from cop.web.views.phones import PhonesPage
from messaging.channels.base import Medium
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import written
from messaging.consent.queries import silent
from messaging.inbound import phones, queries
from messaging.inbound.actions import keep
from messaging.inbound.phones import PhoneRow
from messaging.inbound.queries import Heard
from messaging.outbox import queries as outbox
from messaging.texts.choices import choices
from messaging.texts.segments import measure

SHOWN, OTHERS = 40, 6
NINE = timedelta(hours=9)
AGAIN_SECONDS = 2
"""While an answer is on its way the page asks for itself again after so long."""
MAY_MOVE = (Role.ADMIN, Role.MANAGER)
_ARABIC = re.compile("[\u0600-\u06ff]")


class Till(StrEnum):
    """To where the clock is moved."""

    HOUR = "hour"
    MORNING = "morning"
    SESSION = "session"


@dataclass(frozen=True)
class Sent:
    """A text, or one key; an SMS unless it is told otherwise."""

    text: str = ""
    key: str = ""
    whatsapp: bool = False


@dataclass(frozen=True)
class Moved:
    """How far the clock goes, and the page to come back to."""

    to: Till
    next: str = paths.PHONES


@page(paths.PHONES, here=Area.PHONES, proved=True)
def show_all(db: Session, viewer: Viewer, q: str = "", after: str = "") -> PhonesPage:
    """Every phone of the viewer's places, then those of nobody that wrote, over the whole programme."""
    scope, together = viewer.scope, Together(db)
    numbers = _searched(db, viewer, q) if q.strip() else None
    standing = together.ask(lambda db: _clock(db, viewer))
    counted = together.ask(lambda db: phones.how_many(db, scope, numbers=numbers))
    found = together.ask(lambda db: phones.phones(db, scope, numbers=numbers, after=after, limit=SHOWN + 1))
    nobodys = together.ask(lambda db: phones.strangers(db, scope) if numbers is None and not after else [])
    clock, total, strangers = standing(), counted(), nobodys()
    rows = found()[:SHOWN]
    asked = {"q": q} if q else {}
    return PhonesPage(
        clock=clock,
        phones=_rows(db, viewer, [*rows, *strangers]),
        total=total,
        q=q,
        more=f"{paths.PHONES}?{urlencode(asked | {'after': rows[-1].key})}" if len(found()) > SHOWN else None,
    )


@page(paths.phone("{number}"), here=Area.PHONES, proved=True)
def show(db: Session, viewer: Viewer, settings: Settings, number: str) -> Shown:
    """One phone; it asks for itself again while an answer is on its way."""
    return _shown(db, viewer, settings, _phone(db, viewer, number))


@act(paths.phone("{number}"), here=Area.PHONES)
def send(db: Session, viewer: Viewer, settings: Settings, number: str, form: Sent) -> Done:
    """Text in from this phone; the worker reads it within a second or two."""
    _require_rehearsal(settings)
    row = _phone(db, viewer, number)
    body = form.text or form.key
    if body:
        medium = Medium.WHATSAPP if form.whatsapp and settings.routes.whatsapp else Medium.SMS
        keep(db, REHEARSAL, written(db, row.number, body), row.number, body, medium)
    return Done(paths.phone(row.number))


@act(paths.CLOCK, here=Area.PHONES)
def move_clock(db: Session, viewer: Viewer, settings: Settings, form: Moved) -> Done:
    """Move the clock of every process, and stop where texts fall due: jumping over their hour would let them expire."""
    _require_rehearsal(settings)
    if viewer.role not in MAY_MOVE:
        raise NotAllowed("may_not_move_clock")
    goal = _instant(db, viewer, form.to)
    stop = _next_due(db, viewer, settings, goal)
    if stop is not None and stop <= now(db):
        words = viewer.say.gettext("Texts are going out this moment. Move the clock on when they have gone.")
        return Done(local(form.next, paths.PHONES), words, tone=Tone.WARN)
    at = goal if stop is None else min(stop, goal)
    set_rehearsal_clock(db, at)
    record(db, "moved the clock", "rehearsal_clock", new={"to": form.to.value})
    there = at.astimezone(KARACHI)
    said = (
        viewer.say.gettext("The clock stands at %(at)s.")
        if at == goal
        else viewer.say.gettext("The clock stopped at %(at)s, where texts fall due. Move it on when they have gone.")
    )
    words = said % {"at": f"{viewer.say.day(there)}, {there:%H:%M}"}
    return Done(local(form.next, paths.PHONES), words)


def _next_due(db: Session, viewer: Viewer, settings: Settings, goal: datetime) -> datetime | None:
    """When the first text that waits may go, if that is before `goal`."""
    oldest = outbox.backlog(db, viewer.scope, goal).oldest_due
    return None if oldest is None else window(texting_hours(settings)).next_open(max(oldest, now(db)))


def _instant(db: Session, viewer: Viewer, to: Till) -> datetime:
    at = now(db)
    match to:
        case Till.HOUR:
            return at + timedelta(hours=1)
        case Till.MORNING:
            return midnight(day_of(at) + timedelta(days=1)) + NINE
        case Till.SESSION:
            coming = _next_session(db, viewer, at)
            if coming is None:
                raise Conflict("no_session_ahead")
            return coming


def _next_session(db: Session, viewer: Viewer, at: datetime) -> datetime | None:
    return training.next_start(db, viewer.scope, at)


def _clock(db: Session, viewer: Viewer) -> views.Clock:
    at = now(db)
    coming = _next_session(db, viewer, at)
    morning = midnight(day_of(at) + timedelta(days=1)) + NINE
    together = Together(db)
    next_day = together.ask(lambda db: outbox.backlog(db, viewer.scope, morning).due)
    to_session = together.ask(lambda db: outbox.backlog(db, viewer.scope, coming).due if coming else 0)
    return views.Clock(
        now=at,
        next_session=coming,
        due_next_day=next_day(),
        due_to_session=to_session(),
        may_move=viewer.role in MAY_MOVE,
    )


def _searched(db: Session, viewer: Viewer, q: str) -> set[str]:
    found = {row.number for row in people.search(db, viewer.scope, q) if row.number}
    typed = writing.read(q)
    return found | {typed.e164} if isinstance(typed, writing.Phone) else found


def _phone(db: Session, viewer: Viewer, number: str) -> PhoneRow:
    typed = writing.read(number)
    if not isinstance(typed, writing.Phone):
        raise NotFound("phone", number=number)
    row = phones.phone(db, viewer.scope, typed.e164)
    if row is None:
        raise NotFound("phone", number=number)
    return row


def _rows(db: Session, viewer: Viewer, rows: list[PhoneRow]) -> tuple[views.PhoneRow, ...]:
    together = Together(db)
    new = together.ask(lambda db: phones.unread(db, viewer.scope, [row.number for row in rows]))
    held = together.ask(
        lambda db: people.posted_at(db, viewer.scope, [each for row in rows for each in row.person_ids])
    )
    waiting, posts = new(), held()
    return tuple(
        views.PhoneRow(
            number=row.number,
            names=tuple(row.names),
            post=_post(row, posts, viewer.say),
            unread=waiting.get(row.number, 0),
            last_text=row.last_text,
            last_at=row.last_at,
        )
        for row in rows
    )


def _post(row: PhoneRow, posts: dict[int, str], say: Speech) -> str:
    known = next((posts[each] for each in row.person_ids if each in posts), None)
    return known or (say.gettext("without a post") if row.person_ids else say.gettext("a number of nobody we know"))


def _shown(db: Session, viewer: Viewer, settings: Settings, row: PhoneRow) -> Shown:
    scope, say = viewer.scope, viewer.say
    together = Together(db)
    held = together.ask(lambda db: people.posted_at(db, scope, row.person_ids))
    heard = together.ask(lambda db: queries.readings(db, scope, row.number))
    others = together.ask(lambda db: _others(db, viewer, row.number))
    screen = together.ask(lambda db: phones.screen(db, scope, row.number))
    clock = together.ask(lambda db: _clock(db, viewer))
    mute = together.ask(lambda db: silent(db, [row.number]))
    busy = together.ask(lambda db: phones.on_its_way(db, scope, row.number))
    newest = next(reversed(screen()), None)
    shown = PhonePage(
        number=row.number,
        names=tuple(row.names),
        post=_post(row, held(), say),
        texts=tuple(
            phone_views.PhoneText(
                each.body,
                each.at,
                not each.incoming,
                _language(each.body),
                each.segments or measure(each.body).segments,
                each.medium,
                choices(each.body) if each is newest and each.incoming and each.medium is Medium.WHATSAPP else (),
            )
            for each in screen()
        ),
        readings=tuple(
            phone_views.Reading(
                each.body,
                reading_said(each.reading, say),
                reading_said(each.why, say),
                stored(say).get(each.state, each.state),
                not place,
                "" if each.score is None else f"{each.score:.1f}",
                _did(each, say),
            )
            for place, each in enumerate(heard())
        ),
        clock=clock(),
        others=others(),
        opted_out=bool(mute()),
        on_whatsapp=bool(settings.routes.whatsapp),
        by_whatsapp=bool(settings.routes.whatsapp)
        and next((each.medium is Medium.WHATSAPP for each in reversed(screen()) if not each.incoming), False),
    )
    return Shown(shown, refresh_seconds=AGAIN_SECONDS if busy() else None)


def _did(heard: Heard, say: Speech) -> str:
    """What a text did, where it did something of its own."""
    done = deed(heard.did, say) if heard.did.get("do") not in (None, "ask", "none", "again") else None
    return f"{done.label}: {done.effect}" if done else ""


def _others(db: Session, viewer: Viewer, number: str) -> tuple[views.PhoneRow, ...]:
    """Some phones with the newest texts, but for this one."""
    rows = phones.phones(db, viewer.scope, limit=OTHERS + 1)
    return _rows(db, viewer, [each for each in rows if each.number != number][:OTHERS])


def stored(say: Speech) -> dict[str, str]:
    """What each state of a text means, in the viewer's language."""
    return {
        "received": say.gettext("not read yet"),
        "applied": say.gettext("done"),
        "asked": say.gettext("nothing; we asked back"),
        "human": say.gettext("nothing; a person reads it"),
        "opted_out": say.gettext("no more texts"),
        "opted_in": say.gettext("texts again"),
        "duplicate": say.gettext("nothing new: it was stored before"),
        "acknowledged": say.gettext("nothing, and no reply"),
        "unknown_sender": say.gettext("nothing; the number is unknown"),
        "ignored": say.gettext("nothing, and no reply"),
        "quarantined": say.gettext("nothing, and no reply: no phone of a person"),
    }


def _language(body: str) -> str:
    return "ur" if _ARABIC.search(body) else "ur-Latn"


def _require_rehearsal(settings: Settings) -> None:
    if not settings.routes.rehearsing:
        raise Conflict("rehearsal_on_real_route")


handlers = [show_all, show, send, move_clock]
