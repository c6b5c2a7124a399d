"""The message centre: what went out, what was lost on the way and why, what it cost, and why one text did not come."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from clusters.kernel.clock import midnight, now, today
from clusters.kernel.errors import Invalid, NotAllowed, NotFound
from clusters.kernel.together import Together
from clusters.people import queries as people
from clusters.scope import Scope
from clusters.structure import queries as structure
from clusters.training import queries as training
from clusters.training.code import is_valid
from cop.hours import texting_hours, window
from cop.settings import Settings
from cop.web.answers import Done
from cop.web.edge import Door, act, page
from cop.web.frames import hold_of
from cop.web.pages.announcing import announced_with, may_write
from cop.web.viewers import Viewer
from cop.web.views import messages as views
from cop.web.views import paths
from cop.web.views.frame import Area
from cop.web.views.messages import MessagesPage
from cop.web.views.way import Purpose, Way
from cop.web.ways import MAY_LET_GO, purpose_of, ways_asked, ways_of
from messaging.outbox import queries as outbox
from messaging.outbox.actions import cancel, unpark
from messaging.outbox.queries import Cost, Funnel, Lost, MessageRow
from messaging.outbox.rules import StopReason
from messaging.outbox.switch import may_stop, resume_sending, stop_sending, stops

WEEK = timedelta(days=7)
WIDE = 5_000
"""So many texts in a week are counted once a minute and not for every viewer."""
WAYS_SHOWN = 12
ANNOUNCED = 3
WHY_LONGEST = 120
LISTED = 10
REASONS = {
    **dict.fromkeys(("not_in_service",), views.Reason.NOT_IN_SERVICE),
    **dict.fromkeys(("phone_off",), views.Reason.UNREACHABLE),
    **dict.fromkeys(("wrong_number", "not_mobile", "same_number"), views.Reason.NOT_MOBILE),
    **dict.fromkeys(("blocked", "filtered"), views.Reason.BLOCKED),
    **dict.fromkeys(("opted_out_there",), views.Reason.OPTED_OUT),
    **dict.fromkeys(("not_on_whatsapp",), views.Reason.NOT_ON_WHATSAPP),
    **dict.fromkeys(("no_template", "template_wanted", "template_wrong", "lost_by_template"), views.Reason.TEMPLATE),
    **dict.fromkeys(("account", "country_shut", "sender_shut", "lost_by_account"), views.Reason.ACCOUNT),
    **dict.fromkeys(("route_lost", "no_route", "too_fast", "operator_silent", "lost_on_the_way"), views.Reason.ROUTE),
    **dict.fromkeys(("refused", "too_long", "ours", "lost_by_us"), views.Reason.REFUSED),
}
"""What the table of failures says for each sentence; every other one is told as another reason."""


@page(paths.MESSAGES, here=Area.MESSAGES, proved=True)
def messages(
    db: Session, door: Door, viewer: Viewer, settings: Settings, week: date | None = None, q: str = ""
) -> MessagesPage:
    """Seven days of texts, ending today or beginning with `week`."""
    first = week or today(db) - WEEK + timedelta(days=1)
    begin, end = midnight(first), midnight(first + WEEK)
    scope = viewer.scope
    together = Together(db)
    waiting = together.ask(lambda db: outbox.parked(db, scope, LISTED))
    called_wrong = together.ask(lambda db: outbox.wrong_numbers(db, scope, LISTED))
    written = announced_with(together, viewer, ANNOUNCED)
    kept = door.kept.get(
        ("messages", scope.places, first), now(db), lambda: _figures(together, now(db), scope, begin, end), _wide
    )
    at, funnel, spent = kept.at, kept.funnel, kept.spent
    segments = sum(cost.segments for cost in spent)
    dear = sum(cost.dear_segments for cost in spent)
    hours = texting_hours(settings)
    parked, wrong = _for_a_person(db, viewer, settings, waiting(), called_wrong())
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
        parked=parked,
        wrong_numbers=wrong,
        earlier=paths.messages(week=(first - WEEK).isoformat()),
        later=paths.messages(week=(first + WEEK).isoformat()) if first + WEEK <= today(db) else None,
        ucs2_percent=round(100 * dear / segments) if segments else None,
        holds=tuple(hold_of(stop) for stop in stops(db)) if viewer.stopped else (),
        all_held=viewer.stopped is not None and viewer.stopped.of_everything,
        channels=tuple(sorted({settings.routes.out, settings.routes.whatsapp} - {""})),
        may_switch=may_stop(scope),
        announcements=written(),
        may_announce=may_write(viewer),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """What a week's texts add up to, as of an instant."""

    at: datetime
    funnel: Funnel
    spent: list[Cost]
    lost: list[Lost]


def _figures(together: Together, at: datetime, scope: Scope, begin: datetime, end: datetime) -> Figures:
    funnel = together.ask(lambda db: outbox.funnel(db, scope, begin, end))
    spent = together.ask(lambda db: outbox.costs(db, scope, begin, end))
    lost = together.ask(lambda db: outbox.lost(db, scope, begin, end))
    return Figures(at, funnel(), spent(), lost())


def _wide(figures: Figures) -> bool:
    return figures.funnel.wanted > WIDE


@dataclass(frozen=True)
class Why:
    """Why sending shall stop, as everybody reads it; by one channel only, or about one circle only."""

    why: str
    channel: str = ""
    place: str = ""


@act(paths.STOP_SENDING, here=Area.MESSAGES)
def stop(db: Session, viewer: Viewer, settings: Settings, form: Why) -> Done:
    """Nothing is sent any more, in the whole programme, by one channel or about one circle."""
    if form.channel and form.channel not in settings.routes.used:
        raise Invalid("channel_unknown", channel=form.channel, known=", ".join(sorted(settings.routes.used)))
    path = structure.training_place(db, viewer.scope, form.place.strip()).path if form.place.strip() else None
    stop_sending(
        db, viewer.scope, StopReason.PERSON, form.why[:WHY_LONGEST], channel=form.channel or None, training_path=path
    )
    return Done(f"{paths.MESSAGES}#switch", say=viewer.say.gettext("Sending is stopped. Texts wait."))


@act(paths.RESUME_SENDING, here=Area.MESSAGES)
def resume(db: Session, viewer: Viewer) -> Done:
    """Texts go again."""
    resume_sending(db, viewer.scope)
    return Done(paths.MESSAGES, say=viewer.say.gettext("Texts go again."))


@act(paths.message_act("{message_id}", "let-go"), here=Area.MESSAGES)
def let_go(db: Session, viewer: Viewer, message_id: UUID) -> Done:
    """A text that waits for a person is tried again."""
    _require_may_let_go(db, viewer, message_id)
    unpark(db, viewer.scope, message_id)
    return Done(f"{paths.MESSAGES}#parked", say=viewer.say.gettext("It is tried again within the minute."))


@act(paths.message_act("{message_id}", "leave-out"), here=Area.MESSAGES)
def leave_out(db: Session, viewer: Viewer, message_id: UUID) -> Done:
    """A text that waits for a person does not go."""
    _require_may_let_go(db, viewer, message_id)
    cancel(db, viewer.scope, message_id, "skipped")
    return Done(f"{paths.MESSAGES}#parked", say=viewer.say.gettext("It is left out and will not go."))


def _require_may_let_go(db: Session, viewer: Viewer, message_id: UUID) -> None:
    if outbox.message(db, viewer.scope, message_id) is None:
        raise NotFound("message", id=message_id)
    if viewer.role not in MAY_LET_GO:
        raise NotAllowed("may_not_let_go")


def _costs(spent: list[Cost], settings: Settings) -> tuple[views.Cost, ...]:
    texts: Counter[Purpose] = Counter()
    segments: Counter[Purpose] = Counter()
    for cost in spent:
        purpose = purpose_of(cost.kind)
        texts[purpose] += cost.texts
        segments[purpose] += cost.segments
    return tuple(
        views.Cost(purpose, texts[purpose], count, round(count * settings.segment_price))
        for purpose, count in segments.most_common()
    )


def _failures(lost: list[Lost]) -> tuple[views.Failure, ...]:
    """Texts that surely failed, by reason; those in doubt stand in the funnel."""
    counted: Counter[tuple[views.Reason, str | None]] = Counter()
    for each in lost:
        if each.state in outbox.FAILED:
            told = each.reason
            counted[REASONS.get(told.key, views.Reason.OTHER), told.code] += each.texts
    return tuple(views.Failure(why, texts, code) for (why, code), texts in counted.most_common())


def _for_a_person(
    db: Session, viewer: Viewer, settings: Settings, parked: list[MessageRow], wrong: list[MessageRow]
) -> tuple[tuple[Way, ...], tuple[Way, ...]]:
    """Texts that wait for a person, and to each wrong number that still is somebody's the latest text."""
    if not parked and not wrong:
        return (), ()
    together = Together(db)
    ways = ways_asked(together, viewer, settings, [*parked, *wrong], now(db))
    current = together.ask(lambda db: people.numbers_of(db, viewer.scope, {row.person_id for row in wrong}))
    told = ways()
    return told[: len(parked)], tuple(
        way for way in told[len(parked) :] if way.person_id and current().get(way.person_id) == way.number
    )


def _search(db: Session, viewer: Viewer, settings: Settings, q: str) -> views.Search:
    """The latest texts to whom the words mean, each with its sentence."""
    if is_valid(q.strip()):
        about = training.with_code(db, viewer.scope, q.strip())
        rows = [row for id_ in about for row in outbox.messages_about(db, viewer.scope, "training_session", id_)]
    else:
        names = {person.id for person in people.search(db, viewer.scope, q)}
        rows = outbox.messages_to(db, viewer.scope, person_ids=names, limit=WAYS_SHOWN + 1)
    more = max(len(rows) - WAYS_SHOWN, 0)
    return views.Search(q.strip(), ways_of(db, viewer, settings, rows[:WAYS_SHOWN]), more)


handlers = [messages, stop, resume, let_go, leave_out]
