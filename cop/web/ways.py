"""The way of a text as pages show it: to whom, what became of it and when, and one sentence that says why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.people import queries as people
from clusters.training import queries as training
from cop.hours import texting_hours, window
from cop.settings import Settings
from cop.web.i18n import Speech
from cop.web.viewers import Viewer
from cop.web.views.frame import Role
from cop.web.views.way import Moment, Purpose, TextState, Way
from messaging.channels.base import Status
from messaging.channels.plan import carrier
from messaging.outbox import queries as outbox
from messaging.outbox.queries import Happening, MessageRow
from messaging.outbox.reasons import OF_SILENCE, SENTENCES, Reason, reason
from messaging.outbox.rules import State, Window

PURPOSES = {
    "invitation": Purpose.INVITATION,
    "lead": Purpose.INVITATION,
    "moved": Purpose.CHANGE,
    "cancelled": Purpose.CALL_OFF,
    "reply": Purpose.REPLY,
    "text": Purpose.ANNOUNCEMENT,
    "announcement": Purpose.ANNOUNCEMENT,
}
"""Every other kind reminds."""
STATES = {
    State.QUEUED: TextState.QUEUED,
    State.PARKED: TextState.PARKED,
    State.CLAIMED: TextState.SENDING,
    State.SUBMITTING: TextState.SENDING,
    State.UNKNOWN: TextState.IN_DOUBT,
    State.UNRESOLVED: TextState.IN_DOUBT,
    State.ACCEPTED: TextState.ACCEPTED,
    State.SENT: TextState.SENT,
    State.DELIVERED: TextState.DELIVERED,
    State.READ: TextState.READ,
    State.FAILED: TextState.FAILED,
    State.UNDELIVERED: TextState.FAILED,
    State.REJECTED: TextState.FAILED,
    State.CANCELLED: TextState.WITHDRAWN,
    State.SUPPRESSED: TextState.HELD_BACK,
    State.EXPIRED: TextState.EXPIRED,
}
REPORTED = {
    Status.ACCEPTED: TextState.ACCEPTED,
    Status.SENT: TextState.SENT,
    Status.FAILED: TextState.FAILED,
    Status.UNDELIVERED: TextState.FAILED,
    Status.DELIVERED: TextState.DELIVERED,
    Status.READ: TextState.READ,
}
MAY_LET_GO = (Role.ADMIN, Role.MANAGER)
KNOWS_OF_SILENCE = frozenset(Role) - {Role.TRAINER}
"""A trainer reads that somebody must be told by another way, and not that she asked for silence."""


def purpose_of(kind: str) -> Purpose:
    """What a text of a kind is for."""
    return PURPOSES.get(kind.split(".", maxsplit=1)[0], Purpose.REMINDER)


def ways_of(db: Session, viewer: Viewer, settings: Settings, rows: Sequence[MessageRow]) -> tuple[Way, ...]:
    """The ways of some messages, in their order."""
    if not rows:
        return ()
    scope, at, hours = viewer.scope, now(db), window(texting_hours(settings))
    told = outbox.happenings(db, scope, [row.id for row in rows])
    persons = {row.person_id for row in rows if row.person_id}
    names = {id_: person.name for id_, person in people.persons(db, scope, persons).items()}
    posts = people.posted_at(db, scope, names)
    codes = training.codes(db, scope, {row.subject_id for row in rows if row.subject_kind == "training_session"})
    ways = []
    for row in rows:
        code = codes.get(row.subject_id) if row.subject_kind == "training_session" else None
        ways.append(
            Way(
                name=names.get(row.person_id, ""),
                school=posts.get(row.person_id, ""),
                number=row.number,
                purpose=purpose_of(row.kind),
                about=(row.subject_id, code) if code else None,
                body=row.body,
                moments=_moments(row, told.get(row.id, ()), knows=viewer.role in KNOWS_OF_SILENCE),
                sentence=sentence_of(_held(row, viewer, settings), viewer, at, hours),
                medium=row.medium,
                segments=row.segments,
                person_id=row.person_id if row.person_id in names else 0,
                parked_id=str(row.id) if row.state is State.PARKED and viewer.role in MAY_LET_GO else None,
            )
        )
    return tuple(ways)


def _held(row: MessageRow, viewer: Viewer, settings: Settings) -> MessageRow:
    """The message, held too where the channel it would go by is."""
    stop = viewer.stopped
    if stop is None or stop.channel is None or stop.channel != carrier(settings.routes, row.medium, invented=False):
        return row
    return replace(row, held=row.held or stop.reason)


def sentence_of(row: MessageRow, viewer: Viewer, at: datetime, hours: Window) -> str:
    """Why it did not arrive, or when it will go, in the viewer's language."""
    told = reason(row.standing, at, hours)
    if told.key in OF_SILENCE and viewer.role not in KNOWS_OF_SILENCE:
        told = Reason("by_another_way")
    return said(told, viewer.say, at)


def said(told: Reason, say: Speech, at: datetime) -> str:
    """A reason in a language; `at` is now."""
    return say.gettext(SENTENCES[told.key]).format(at=say.moment(told.at, at) if told.at else "", code=told.code)


def _moments(row: MessageRow, told: Sequence[Happening], *, knows: bool) -> tuple[Moment, ...]:
    """Planned, what the provider said, and where it stands now; nothing twice in a row."""
    moments = [Moment(row.planned_at, TextState.QUEUED)]
    moments += (Moment(each.at, REPORTED[each.status], each.code) for each in told)
    state = STATES[row.state]
    if state is TextState.HELD_BACK and not knows:
        state = TextState.WITHDRAWN
    if state not in {moment.state for moment in moments}:
        moments.append(Moment(row.state_at, state, row.code if state is TextState.FAILED else None))
    return tuple(
        moment for before, moment in zip((None, *moments), moments, strict=False) if before is None or before != moment
    )
