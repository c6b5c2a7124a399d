"""The way of a text as pages show it: to whom, what became of it and when, and one sentence that says why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.together import Together
from clusters.people import queries as people
from clusters.training import queries as training
from cop.hours import texting_hours, window
from cop.settings import Settings
from cop.web.viewers import Viewer
from cop.web.views.frame import Role
from cop.web.views.way import Moment, Purpose, TextState, Way
from messaging.channels.base import Status
from messaging.channels.plan import Routes, carrier
from messaging.outbox import queries as outbox
from messaging.outbox.queries import Happening, MessageRow
from messaging.outbox.reasons import OF_SILENCE, SENTENCES, Reason, reason
from messaging.outbox.rules import State, Window
from messaging.proof.rules import veiled

PURPOSES = {
    "invitation": Purpose.INVITATION,
    "lead": Purpose.INVITATION,
    "moved": Purpose.CHANGE,
    "reinstated": Purpose.CHANGE,
    "handed_over": Purpose.CHANGE,
    "correction": Purpose.CHANGE,
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
    return ways_asked(Together(db), viewer, settings, rows, now(db))() if rows else ()


def ways_asked(
    together: Together, viewer: Viewer, settings: Settings, rows: Sequence[MessageRow], at: datetime
) -> Callable[[], tuple[Way, ...]]:
    """The same for whoever asks more at once."""
    scope, persons = viewer.scope, {row.person_id for row in rows if row.person_id}
    sessions = {row.subject_id for row in rows if row.subject_kind == "training_session"}
    told = together.ask(lambda db: outbox.happenings(db, scope, [row.id for row in rows]))
    known = together.ask(lambda db: people.persons(db, scope, persons))
    posted = together.ask(lambda db: people.posted_at(db, scope, persons))
    coded = together.ask(lambda db: training.codes(db, scope, sessions))

    def ways() -> tuple[Way, ...]:
        words = Words.of(viewer, at, settings)
        names = {id_: person.name for id_, person in known().items()}
        posts, codes = posted(), coded()
        return tuple(
            way(
                row,
                told().get(row.id, ()),
                words,
                name=names.get(row.person_id, ""),
                school=posts.get(row.person_id, ""),
                code=codes.get(row.subject_id) if row.subject_kind == "training_session" else None,
            )
            for row in rows
        )

    return ways


@dataclass(frozen=True, slots=True)
class Words:
    """In whose words, and when, a text is told of."""

    viewer: Viewer
    now: datetime
    routes: Routes
    hours: Window

    @classmethod
    def of(cls, viewer: Viewer, at: datetime, settings: Settings) -> "Words":
        """By the routes and the hours that the settings say."""
        return cls(viewer, at, settings.routes, window(texting_hours(settings)))

    def sentence(self, row: MessageRow) -> str:
        """Why it did not arrive, or when it will go."""
        told = reason(self._held(row).standing, self.now, self.hours)
        if told.key in OF_SILENCE and not self.knows_of_silence:
            told = Reason("by_another_way")
        at = self.viewer.say.moment(told.at, self.now) if told.at else ""
        return self.viewer.say.gettext(SENTENCES[told.key]).format(at=at, code=told.code)

    def _held(self, row: MessageRow) -> MessageRow:
        """The message, held too where the channel it would go by is."""
        stop = self.viewer.stopped
        if stop is None or stop.channel is None or stop.channel != carrier(self.routes, row.medium, invented=False):
            return row
        return replace(row, held=row.held or stop.reason)

    @property
    def knows_of_silence(self) -> bool:
        """May the viewer read that somebody asked for silence?"""
        return self.viewer.role in KNOWS_OF_SILENCE


def way(
    row: MessageRow, told: Sequence[Happening], words: Words, *, name: str, school: str, code: str | None = None
) -> Way:
    """The way of one message to somebody whose name and school are known."""
    may_let_go = row.state is State.PARKED and words.viewer.role in MAY_LET_GO
    return Way(
        name=name,
        school=school,
        number=row.number,
        purpose=purpose_of(row.kind),
        about=(row.subject_id, code) if code else None,
        body=row.body and veiled(row.body),
        moments=_moments(row, told, knows=words.knows_of_silence),
        sentence=words.sentence(row),
        medium=row.medium,
        segments=row.segments,
        person_id=row.person_id if name else 0,
        parked_id=str(row.id) if may_let_go else None,
    )


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
