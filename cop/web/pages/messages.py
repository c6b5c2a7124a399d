"""The message centre: what went out, what was lost on the way and why, what it cost, and why one text did not come."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from clusters.kernel.clock import midnight, now, today
from clusters.people import queries as people
from clusters.scope import Scope
from clusters.training import queries as training
from clusters.training.code import is_valid
from cop.hours import texting_hours, window
from cop.settings import Settings
from cop.web.answers import Done
from cop.web.edge import Door, act, page
from cop.web.frames import hold_of
from cop.web.i18n import Speech
from cop.web.viewers import Viewer
from cop.web.views import messages as views
from cop.web.views import paths
from cop.web.views.frame import Area
from cop.web.views.messages import MessagesPage, Purpose, TextState
from messaging.outbox import queries as outbox
from messaging.outbox.queries import Cost, Funnel, Lost, MessageRow
from messaging.outbox.reasons import SENTENCES, reason
from messaging.outbox.rules import State, StopReason
from messaging.outbox.switch import may_stop, resume_sending, stop_sending, stops

WEEK = timedelta(days=7)
WIDE = 5_000
"""So many texts in a week are counted once a minute and not for every viewer."""
WAYS_SHOWN = 12
WHY_LONGEST = 120
PURPOSES = {
    "invitation": Purpose.INVITATION,
    "lead": Purpose.INVITATION,
    "moved": Purpose.CHANGE,
    "cancelled": Purpose.CALL_OFF,
    "reply": Purpose.REPLY,
    "text": Purpose.ANNOUNCEMENT,
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
    State.SENT: TextState.ACCEPTED,
    State.DELIVERED: TextState.DELIVERED,
    State.READ: TextState.READ,
    State.FAILED: TextState.FAILED,
    State.UNDELIVERED: TextState.FAILED,
    State.REJECTED: TextState.FAILED,
    State.CANCELLED: TextState.WITHDRAWN,
    State.SUPPRESSED: TextState.HELD_BACK,
    State.EXPIRED: TextState.EXPIRED,
}
REASONS = {
    State.UNDELIVERED: views.Reason.UNREACHABLE,
    State.REJECTED: views.Reason.REFUSED,
    State.FAILED: views.Reason.NOT_IN_SERVICE,
}


@page(paths.MESSAGES, here=Area.MESSAGES)
def messages(
    db: Session, door: Door, viewer: Viewer, settings: Settings, week: date | None = None, q: str = ""
) -> MessagesPage:
    """Seven days of texts, ending today or beginning with `week`."""
    first = week or today(db) - WEEK + timedelta(days=1)
    begin, end = midnight(first), midnight(first + WEEK)
    scope = viewer.scope
    kept: Figures = door.kept.get(
        ("messages", scope.places, first), now(db), lambda: _figures(db, scope, begin, end), _wide
    )
    at, funnel, spent = kept.at, kept.funnel, kept.spent
    segments = sum(cost.segments for cost in spent)
    dear = sum(cost.dear_segments for cost in spent)
    hours = texting_hours(settings)
    return MessagesPage(
        first=first,
        last=first + WEEK - timedelta(days=1),
        as_of=at,
        funnel=views.Funnel(
            wanted=funnel.wanted,
            held_back=funnel.held_back,
            withdrawn=funnel.withdrawn,
            expired=funnel.expired,
            waiting=funnel.waiting,
            failed=funnel.failed,
            in_doubt=funnel.in_doubt,
            accepted=funnel.accepted,
            next_window=window(hours).next_open(at) if funnel.waiting else None,
        ),
        failures=_failures(kept.lost),
        costs=_costs(spent, settings),
        search=_search(db, viewer, settings, q) if q.strip() else None,
        earlier=paths.messages(week=(first - WEEK).isoformat()),
        later=paths.messages(week=(first + WEEK).isoformat()) if first + WEEK <= today(db) else None,
        ucs2_percent=round(100 * dear / segments) if segments else None,
        holds=tuple(hold_of(stop) for stop in stops(db)) if viewer.stopped else (),
        may_switch=may_stop(scope),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """What a week's texts add up to, as of an instant."""

    at: datetime
    funnel: Funnel
    spent: list[Cost]
    lost: list[Lost]


def _figures(db: Session, scope: Scope, begin: datetime, end: datetime) -> Figures:
    return Figures(
        now(db),
        outbox.funnel(db, scope, begin, end),
        outbox.costs(db, scope, begin, end),
        outbox.lost(db, scope, begin, end),
    )


def _wide(figures: Figures) -> bool:
    return figures.funnel.wanted > WIDE


@dataclass(frozen=True)
class Why:
    """Why sending shall stop, as everybody reads it."""

    why: str


@act(paths.STOP_SENDING, here=Area.MESSAGES)
def stop(db: Session, viewer: Viewer, form: Why) -> Done:
    """Nothing is sent any more, in the whole programme."""
    stop_sending(db, viewer.scope, StopReason.PERSON, form.why[:WHY_LONGEST])
    return Done(f"{paths.MESSAGES}#switch", say=viewer.say.gettext("Sending is stopped. Texts wait."))


@act(paths.RESUME_SENDING, here=Area.MESSAGES)
def resume(db: Session, viewer: Viewer) -> Done:
    """Texts go again."""
    resume_sending(db, viewer.scope)
    return Done(paths.MESSAGES, say=viewer.say.gettext("Texts go again."))


def _costs(spent: list[Cost], settings: Settings) -> tuple[views.Cost, ...]:
    texts: Counter[Purpose] = Counter()
    segments: Counter[Purpose] = Counter()
    for cost in spent:
        purpose = _purpose(cost.kind)
        texts[purpose] += cost.texts
        segments[purpose] += cost.segments
    return tuple(
        views.Cost(purpose, texts[purpose], count, round(count * settings.segment_price))
        for purpose, count in segments.most_common()
    )


def _purpose(kind: str) -> Purpose:
    return PURPOSES.get(kind.split(".", maxsplit=1)[0], Purpose.REMINDER)


def _failures(lost: list[Lost]) -> tuple[views.Failure, ...]:
    """Texts that surely failed, by reason; those in doubt stand in the funnel."""
    counted: Counter[views.Reason] = Counter()
    for each in lost:
        if each.state in REASONS:
            counted[REASONS[each.state]] += each.texts
    return tuple(views.Failure(why, texts) for why, texts in counted.most_common())


def _search(db: Session, viewer: Viewer, settings: Settings, q: str) -> views.Search:
    """The latest texts to whom the words mean, each with its sentence."""
    if is_valid(q.strip()):
        about = training.with_code(db, viewer.scope, q.strip())
        rows = [row for id_ in about for row in outbox.messages_about(db, viewer.scope, "training_session", id_)]
        names = {id_: person.name for id_, person in people.persons(db, viewer.scope, _people(rows)).items()}
    else:
        names = {person.id: person.name for person in people.search(db, viewer.scope, q)}
        rows = outbox.messages_to(db, viewer.scope, person_ids=names, limit=WAYS_SHOWN + 1)
    more = max(len(rows) - WAYS_SHOWN, 0)
    rows = rows[:WAYS_SHOWN]
    sessions = {row.subject_id for row in rows if row.subject_kind == "training_session"}
    codes = training.codes(db, viewer.scope, sessions)
    posts = people.posted_at(db, viewer.scope, names)
    ways = tuple(_way(db, row, settings, viewer.say, names, posts, codes) for row in rows)
    return views.Search(q.strip(), ways, more)


def _people(rows: list[MessageRow]) -> set[int]:
    return {row.person_id for row in rows if row.person_id}


def _way(
    db: Session,
    row: MessageRow,
    settings: Settings,
    say: Speech,
    names: dict[int, str],
    posts: dict[int, str],
    codes: dict[int, str],
) -> views.Way:
    state = STATES[row.state]
    told = reason(row.standing, now(db), window(texting_hours(settings)))
    moments = [views.Moment(row.planned_at, TextState.QUEUED)]
    if state is not TextState.QUEUED:
        moments.append(views.Moment(row.state_at, state))
    code = codes.get(row.subject_id) if row.subject_kind == "training_session" else None
    return views.Way(
        name=names.get(row.person_id, ""),
        school=posts.get(row.person_id, ""),
        number=row.number,
        purpose=_purpose(row.kind),
        about=(row.subject_id, code) if code else None,
        body=row.body,
        moments=tuple(moments),
        sentence=say.gettext(SENTENCES[told.key]).format(at=say.moment(told.at, now(db)) if told.at else ""),
    )


handlers = [messages, stop, resume]
