"""One training session: its next step, its texts, its roster that is the attendance form, moving and calling off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from clusters.calendar.rules import why_closed
from clusters.feedback.queries import Opinions, opinions
from clusters.feedback.rules import Score
from clusters.kernel.clock import KARACHI, now
from clusters.kernel.errors import Conflict, CopError, Invalid, NotAllowed, NotFound
from clusters.kernel.together import Together
from clusters.people import queries as people
from clusters.people.rules import OFFICE, PostRole
from clusters.scope import Scope
from clusters.structure import queries as structure
from clusters.structure.queries import SchoolRow
from clusters.structure.rules import PlaceKind
from clusters.training import actions, queries
from clusters.training.actions.moving import MOVERS
from clusters.training.drafts_around import drafts_beside
from clusters.training.guests import guests
from clusters.training.queries import ChangeRow, DayReport, ReportRow, RosterRow, SessionRow, Trainer
from clusters.training.rules import (
    REPORT_FROM,
    Mark,
    Seat,
    SessionState,
    Sitting,
    day_in_question,
    report_window,
)
from cop.hours import reminder_rules
from cop.settings import Settings
from cop.web.answers import Again, Done, Shown
from cop.web.edge import act, page
from cop.web.mistakes import said
from cop.web.pages.announcing import may_write
from cop.web.pages.telling import told_plan
from cop.web.pages.trails import trail_to
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views import session as views
from cop.web.views.frame import Area, FieldError
from cop.web.views.session import Answers, SessionPage, Step, When
from cop.web.views.telling import ToldPlan
from cop.web.views.way import Way
from cop.web.ways import Words, way
from messaging.outbox import actions as outbox
from messaging.outbox import queries as texts
from messaging.outbox.queries import Moment
from messaging.proof.queries import held as held_by_text
from messaging.reminders.queries import by_hand
from messaging.reminders.telling import before_calling_off, before_moving

ABOUT = "training_session"
LOST_SHOWN = 12
"""Texts of a training session that did not arrive, named on its page."""
MARKERS = (*OFFICE, PostRole.CIRCLE_TRAINER, PostRole.MASTER_TRAINER)


@dataclass(frozen=True)
class Marks:
    """The roster as it was sent: marks by row, or "here" for everybody at once; after the window with a reason."""

    r: dict[int, Mark] = field(default_factory=dict)
    all: Mark | None = None
    day: int | None = None
    why: str = ""
    guests: str = ""
    """Who came uninvited, one a line."""


@dataclass(frozen=True)
class NewTime:
    """Another day, time and venue; of several days the one that moves is `meeting`, counted from 0."""

    day: date
    start: str
    end: str
    venue: int | None = None
    meeting: int = 0
    anyway: bool = False
    """It may stand on a closed day."""
    only: str = ""
    """"show": do nothing, show who would be told."""

    @property
    def sitting(self) -> Sitting:
        """The meeting day as it was typed, in Karachi's time."""
        return Sitting(_at(self.day, self.start), _at(self.day, self.end))


@dataclass(frozen=True)
class Reason:
    """Why it is called off; `only` as for a move."""

    reason: str = ""
    only: str = ""


@dataclass(frozen=True)
class Which:
    """A text that shall not go."""

    text: str


@page(paths.session("{session_id}"), here=Area.SESSIONS, proved=True)
def show(db: Session, viewer: Viewer, settings: Settings, session_id: int, day: int | None = None) -> Shown:
    """Everything about one training session; of several days the attendance of `day`."""
    row = queries.training_session(db, viewer.scope, session_id)
    together = Together(db)
    trail = together.ask(lambda db: trail_to(db, viewer.scope, row.training_path, f"{row.code}"))
    drafts = together.ask(lambda db: drafts_beside(db, viewer.scope, session_id))
    return Shown(_page(db, viewer, settings, row, day=day, together=together), trail(), drafts=drafts())


@act(paths.session_act("{session_id}", "attendance"), here=Area.SESSIONS)
def attendance(db: Session, viewer: Viewer, settings: Settings, session_id: int, form: Marks) -> Done:
    """Store who came."""
    try:
        with db.begin_nested():
            named = guests(form.guests)
            if named:
                actions.write_down(db, viewer.scope, session_id, named, "page", day=form.day)
            taken = actions.take_attendance(
                db, viewer.scope, session_id, form.r, "page", others=form.all, day=form.day, why=form.why
            )
    except NotFound:
        raise
    except CopError as error:
        at_field = "why" if error.key == "correction_without_reason" else "roster"
        raise _again(db, viewer, settings, session_id, at_field, error, marks=form) from error
    words = viewer.say.gettext("Saved: %(here)s of %(all)s came.")
    return Done(
        paths.session(session_id, form.day),
        words % {"here": taken.here, "all": taken.here + taken.away},
        undo=paths.undo_attendance(session_id, taken.version),
    )


@act(paths.undo_attendance("{session_id}", "{version}"), here=Area.SESSIONS)
def undo(db: Session, viewer: Viewer, session_id: int, version: int, form: Reason) -> Done:
    """Take the last report of attendance back; after the window with a reason."""
    actions.undo_attendance(db, viewer.scope, session_id, version, form.reason)
    return Done(paths.session(session_id), viewer.say.gettext("Undone: the report before it counts again."))


@act(paths.session_act("{session_id}", "move"), here=Area.SESSIONS)
def move(db: Session, viewer: Viewer, settings: Settings, session_id: int, form: NewTime) -> Done:
    """Give it another day, time or venue, and tell everybody who was invited, once."""
    row = queries.training_session(db, viewer.scope, session_id)
    sittings = queries.sittings(db, viewer.scope, [session_id])[session_id]
    if not 0 <= form.meeting < len(sittings):
        raise NotFound("meeting")
    try:
        sittings[form.meeting] = form.sitting
        _check_open(form, settings)
        days = sorted(sittings, key=lambda each: each.starts_at)
        if form.only:
            telling = before_moving(
                db, viewer.scope, session_id, days, reminder_rules(settings), venue_school_id=form.venue
            )
            plan = None if telling is None else told_plan(telling, settings)
            raise _shown(db, viewer, settings, row, plan, moving=form)
        with db.begin_nested():
            moved = actions.move(db, viewer.scope, session_id, days, venue_school_id=form.venue)
    except NotFound:
        raise
    except CopError as error:
        raise _again(db, viewer, settings, session_id, "day", error, moving=form) from error
    if not moved:
        return Done(paths.session(session_id), viewer.say.gettext("Nothing changed, so nobody is told."))
    words = viewer.say.gettext("Session %(code)s is moved. Everybody invited gets one notice.")
    return Done(paths.session(session_id), words % {"code": row.code})


@act(paths.session_act("{session_id}", "call-off"), here=Area.SESSIONS)
def call_off(db: Session, viewer: Viewer, settings: Settings, session_id: int, form: Reason) -> Done:
    """Call it off, and tell everybody who was invited."""
    row = queries.training_session(db, viewer.scope, session_id)
    try:
        if form.only:
            why = form.reason.strip()
            ending = before_calling_off(db, viewer.scope, session_id, why, reminder_rules(settings))
            raise _shown(db, viewer, settings, row, told_plan(ending, settings), reason=form.reason)
        with db.begin_nested():
            actions.call_off(db, viewer.scope, session_id, form.reason.strip())
    except NotFound:
        raise
    except CopError as error:
        raise _again(db, viewer, settings, session_id, "reason", error) from error
    words = viewer.say.gettext("Session %(code)s is called off. Everybody invited gets one notice.")
    return Done(paths.session(session_id), words % {"code": row.code})


@act(paths.session_act("{session_id}", "skip"), here=Area.SESSIONS)
def skip(db: Session, viewer: Viewer, session_id: int, form: Which) -> Done:
    """Leave a text out that has not gone yet."""
    row = queries.training_session(db, viewer.scope, session_id)
    leads = viewer.person_id in {trainer.person_id for trainer in queries.trainers(db, viewer.scope, row.id)}
    if not (leads or _may(viewer.scope, row, MOVERS)):
        raise NotAllowed("training_session_change", code=row.code)
    if not form.text.startswith("T-"):
        raise NotFound("text")  # only reminders may be left out; news of a change may not
    outbox.withdraw(db, ABOUT, session_id, "skipped", kinds=[form.text])
    return Done(paths.session(session_id), viewer.say.gettext("This text will not go."))


def _check_open(form: NewTime, settings: Settings) -> None:
    """A Friday, a holiday or Ramadan is asked about before people are called to it."""
    reasons = why_closed(form.day, settings.calendar)
    if reasons and not form.anyway:
        raise Conflict("day_closed", day=form.day, why=reasons[0].name)


def _page(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    row: SessionRow,
    *,
    wrong: tuple[FieldError, ...] = (),
    moving: NewTime | None = None,
    marks: Marks | None = None,
    day: int | None = None,
    together: Together | None = None,
) -> SessionPage:
    scope, at = viewer.scope, now(db)
    ahead = row.state is SessionState.PLANNED and row.ends_at > at
    together = together or Together(db)
    meetings = together.ask(lambda db: queries.sittings(db, scope, [row.id]))
    asked = marks.day if marks else day
    rows = together.ask(lambda db: _roster(db, scope, row, asked, at))
    reported = together.ask(lambda db: queries.reports(db, scope, row.id))
    went = together.ask(lambda db: texts.moments_of(db, scope, ABOUT, row.id))
    lost = together.ask(lambda db: _lost(db, scope, row.id))
    unreached = together.ask(lambda db: by_hand(db, scope, row.id))
    leading = together.ask(lambda db: _leading(db, scope, row.id))
    changes = together.ask(lambda db: queries.history(db, scope, row.id))
    held = together.ask(lambda db: held_by_text(db, scope, row.id) if ahead else [])
    spoken = together.ask(lambda db: opinions(db, scope, row.id) if row.starts_at <= at else None)
    venues = together.ask(lambda db: _schools_around(db, scope, row) if ahead else ())
    (day, roster), sittings = rows(), meetings()[row.id]
    reports = {report.day: report for report in reported()}
    report = reports.get(len(sittings)) or reports.get(max(reports, default=0))
    moments, alone = went(), unreached()
    trainers, leaders = leading()
    told = _told(len(roster), len(alone), len(leaders), settings)
    leads = scope.person_id in {trainer.person_id for trainer in trainers}
    may_change = leads or _may(scope, row, MOVERS)  # as by text: whoever leads it moves it, wherever it takes place
    changeable = ahead and may_change
    movable = [number for number, each in enumerate(sittings) if each.starts_at > at and number + 1 not in reports]
    late = _may(scope, row, OFFICE)
    return SessionPage(
        session_id=row.id,
        code=row.code,
        subject=row.subject,
        level=row.level,
        module="",
        place=row.place,
        meetings=tuple(views.Meeting(each.starts_at, each.ends_at) for each in sittings),
        venue=views.Venue(str(row.venue_school_id or ""), row.venue) if row.venue else None,
        trainers=tuple(trainer.name for trainer in trainers),
        steps=_steps(row, report, moments, at),
        next_step=_next_step(row, report, moments, settings, at),
        answers=Answers(row.yes, row.no, row.unsure, row.invited - row.yes - row.no - row.unsure),
        texts=tuple(_text(each, changeable, settings) for each in moments),
        roster=tuple(_roster_row(each, {person.person_id for person in alone}) for each in roster),
        by_hand=tuple(views.ByHand(each.name, each.school) for each in alone),
        history=tuple(_change(each, viewer) for each in changes()),
        not_arrived=_ways(*lost(), roster, trainers, Words.of(viewer, at, settings)),
        attendance=_form(
            row, sittings, reports, day, at, wrong, may=leads or _may(scope, row, MARKERS), late=late, why=marks
        ),
        came=row.came,
        move=_move_form(venues(), settings, row, sittings, told, wrong, moving, movable[0])
        if changeable and movable
        else None,
        call_off=_call_off_form(told, wrong) if changeable and row.starts_at > at else None,
        makes_up_id=row.makes_up_id,
        cluster_id=row.place_id if row.place_kind is PlaceKind.CLUSTER else None,
        may_announce=bool(row.invited) and may_write(viewer),
        held=tuple(
            views.HeldChange(each.does.value, each.due_at, each.starts_at, each.values.get("venue", ""))
            for each in held()
        ),
        opinions=_opinions(spoken()),
    )


def _opinions(found: Opinions | None) -> views.Opinions | None:
    if found is None:
        return None
    very, right, none = (found.scores[score] for score in Score)
    return views.Opinions(found.answers, very, right, none, found.words)


def _roster(db: Session, scope: Scope, row: SessionRow, asked: int | None, at: datetime) -> tuple[int, list[RosterRow]]:
    """The day whose attendance is shown, and the rows with its marks."""
    alone = row.days == 1
    sittings = [Sitting(row.starts_at, row.ends_at)] if alone else queries.sittings(db, scope, [row.id])[row.id]
    day = _day(asked, sittings, at)
    return day, queries.roster(db, scope, row.id, day)


def _lost(
    db: Session, scope: Scope, session_id: int
) -> tuple[list[texts.MessageRow], Mapping[UUID, Sequence[texts.Happening]]]:
    """Texts that did not arrive, and what their provider said of them."""
    rows = texts.not_arrived(db, scope, subject=(ABOUT, session_id), limit=LOST_SHOWN)
    return rows, texts.happenings(db, scope, [row.id for row in rows]) if rows else {}


def _ways(
    rows: Sequence[texts.MessageRow],
    told: Mapping[UUID, Sequence[texts.Happening]],
    roster: Sequence[RosterRow],
    trainers: Sequence[Trainer],
    words: Words,
) -> tuple[Way, ...]:
    """The ways of those texts to whom the page names anyway."""
    named = {each.person_id: (each.name, each.school) for each in roster if each.person_id}
    named |= {each.person_id: (each.name, "") for each in trainers}
    return tuple(
        way(row, told.get(row.id, ()), words, name=named[row.person_id][0], school=named[row.person_id][1])
        for row in rows
        if row.person_id in named
    )


def _leading(db: Session, scope: Scope, session_id: int) -> tuple[list[Trainer], dict[int, str]]:
    """Who leads it, and the numbers that reach them."""
    trainers = queries.trainers(db, scope, session_id)
    return trainers, people.numbers_of(db, scope, [trainer.person_id for trainer in trainers])


def _again(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    session_id: int,
    at_field: str,
    error: CopError,
    *,
    moving: NewTime | None = None,
    marks: Marks | None = None,
) -> Again:
    """The page once more, with what was wrong at its field and what was typed still there.

    Acts run in a savepoint, so that the page shows what stands and not what was half done.
    """
    row = queries.training_session(db, viewer.scope, session_id)
    wrong = (FieldError(at_field, said(error, viewer.language) or error.key),)
    shown = _page(db, viewer, settings, row, wrong=wrong, moving=moving, marks=marks)
    if not any(form.errors for form in (shown.attendance, shown.move, shown.call_off) if form is not None):
        raise error  # the form is not there any more: an error page says why
    return Again(shown, trail=trail_to(db, viewer.scope, row.training_path, row.code))


def _day(asked: int | None, sittings: list[Sitting], at: datetime) -> int:
    """The day whose attendance is shown: the one asked for if it has begun, else the last one that has."""
    latest = day_in_question(sittings, at)
    return asked if asked is not None and 1 <= asked <= latest else latest


def _shown(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    row: SessionRow,
    plan: ToldPlan | None,
    *,
    moving: NewTime | None = None,
    reason: str | None = None,
) -> Again:
    """The page as it stands, with who would be told beside what was typed."""
    shown = _page(db, viewer, settings, row, moving=moving)
    if moving is not None and shown.move is not None:
        shown = replace(shown, move=replace(shown.move, plan=plan))
    if reason is not None and shown.call_off is not None:
        shown = replace(shown, call_off=replace(shown.call_off, plan=plan, reason=reason, open=True))
    return Again(shown, trail=trail_to(db, viewer.scope, row.training_path, row.code), status=200)


def _may(scope: Scope, row: SessionRow, roles: tuple[PostRole, ...]) -> bool:
    return scope.covers(row.training_path, row.admin_path, roles)


def _told(invited: int, alone: int, leaders: int, settings: Settings) -> views.Told:
    """Who hears of a change: the invited whom a text reaches, and the trainers with a phone."""
    texts = invited - alone + leaders
    return views.Told(texts, alone, texts, round(texts * settings.segment_price))


def _steps(
    row: SessionRow, report: ReportRow | None, moments: tuple[Moment, ...], at: datetime
) -> tuple[tuple[Step, When], ...]:
    _, closes = report_window(row.starts_at, row.ends_at)
    reminded = any(each.kind.startswith("T-") and each.accepted for each in moments)
    done = {
        Step.PLANNED: True,
        Step.INVITED: row.invited > 0,
        Step.REMINDED: reminded or row.ends_at <= at,
        Step.HELD: row.ends_at <= at,
        Step.ATTENDANCE: row.reported == row.days or (report is not None and closes <= at),
        Step.CLOSED: report is not None and closes <= at,
    }
    current = next((step for step in Step if not done[step]), None)
    return tuple((step, When.NOW if step is current else When.DONE if done[step] else When.COMING) for step in Step)


def _next_step(
    row: SessionRow, report: ReportRow | None, moments: tuple[Moment, ...], settings: Settings, at: datetime
) -> views.NextStep:
    opens, closes = report_window(row.starts_at, row.ends_at)
    if row.state is SessionState.CANCELLED:
        notice = next((each for each in moments if each.kind == "cancelled"), None)
        return views.CalledOff(row.called_off_why or "", notice.at if notice else at, notice.people if notice else 0)
    if report is not None and row.came is not None and (row.reported == row.days or at >= closes):
        may = row.state is SessionState.HELD and row.makes_up_id is None
        return views.Taken(row.came, row.invited, make_up=may, counted=report.headcount is not None)
    if opens <= at < closes:
        return views.TakeAttendance(row.invited, settings.reply_number)
    if not row.venue:
        return views.FindVenue(row.invited)
    coming = [each for each in moments if each.waiting and each.at >= at]
    return views.Wait(coming[0].at, coming[0].waiting) if coming else views.Wait(None, 0)


KINDS = {
    "invitation": views.TextKind.INVITATION,
    "moved": views.TextKind.CHANGE,
    "cancelled": views.TextKind.CALL_OFF,
    "reinstated": views.TextKind.CHANGE,
    "handed_over": views.TextKind.CHANGE,
    "correction": views.TextKind.CHANGE,
    "T-0d": views.TextKind.DAY_REMINDER,
    "lead": views.TextKind.LEAD,
    "please_report": views.TextKind.ASK,
    "place": views.TextKind.PLACE,
    "wait_list": views.TextKind.WAIT,
}


def _text(moment: Moment, changeable: bool, settings: Settings) -> views.TextMoment:
    coming = moment.waiting == moment.people
    return views.TextMoment(
        kind=KINDS.get(moment.kind.split(".", maxsplit=1)[0], views.TextKind.REMINDER),
        at=moment.at,
        when=When.COMING if coming else When.DONE,
        people=moment.people,
        accepted=moment.accepted,
        failed=moment.failed,
        in_doubt=moment.in_doubt,
        waiting=moment.waiting,
        days_before=_days_before(moment.kind),
        segments=moment.segments,
        rupees=round(moment.segments * settings.segment_price),
        skip_key=moment.kind if coming and changeable and moment.kind.startswith("T-") else None,
    )


def _days_before(kind: str) -> int:
    days = kind.removeprefix("T-").split("d")[0]
    return int(days) if kind.startswith("T-") and days.isdigit() else 0


def _roster_row(row: RosterRow, alone: set[int]) -> views.RosterRow:
    return views.RosterRow(
        row=row.row,
        name=row.name,
        school=row.school,
        answer=views.Answer(row.answer.value) if row.answer else views.Answer.NONE,
        mark=views.Mark(row.mark.value) if row.mark else None,
        by_hand=row.person_id in alone,
        walk_in=row.seat is Seat.WALK_IN,
        reason=row.reason if row.excused else None,
    )


def _form(
    row: SessionRow,
    sittings: list[Sitting],
    reports: Mapping[int, DayReport],
    day: int,
    at: datetime,
    wrong: tuple[FieldError, ...],
    *,
    may: bool,
    late: bool,
    why: Marks | None,
) -> views.AttendanceForm | None:
    opens, closes = report_window(row.starts_at, row.ends_at)
    if row.state is SessionState.CANCELLED or at < opens:
        return None
    report = reports.get(day)
    return views.AttendanceForm(
        until=closes,
        recorded_at=report.at if report else None,
        source=views.Source(report.source) if report and report.source in tuple(views.Source) else None,
        may_save=may if at < closes else late,
        errors=tuple(each for each in wrong if each.field in ("roster", "why")),
        day=day,
        days=tuple(_tab(number, each, reports, at) for number, each in enumerate(sittings, 1))
        if len(sittings) > 1
        else (),
        late=at >= closes,
        versions=max((each.versions for each in reports.values()), default=0),
        why=why.why if why else "",
        guests=why.guests if why else "",
    )


def _tab(number: int, sitting: Sitting, reports: Mapping[int, DayReport], at: datetime) -> views.DayTab:
    report = reports.get(number)
    return views.DayTab(
        number,
        sitting.starts_at,
        report.here if report else None,
        report.marked if report else None,
        open=sitting.starts_at - REPORT_FROM <= at,
    )


def _move_form(
    schools: Sequence[SchoolRow],
    settings: Settings,
    row: SessionRow,
    sittings: list[Sitting],
    told: views.Told,
    wrong: tuple[FieldError, ...],
    typed: NewTime | None,
    first: int,
) -> views.MoveForm:
    meant = typed.meeting if typed and 0 <= typed.meeting < len(sittings) else first
    starts, ends = (instant.astimezone(KARACHI) for instant in (sittings[meant].starts_at, sittings[meant].ends_at))
    venues = [views.Choice(str(row.venue_school_id or ""), row.venue)]
    venues += [views.Choice(str(school.id), school.name) for school in schools if school.id != row.venue_school_id]
    return views.MoveForm(
        day=(typed.day if typed else starts.date()).isoformat(),
        start=typed.start if typed else f"{starts:%H:%M}",
        end=typed.end if typed else f"{ends:%H:%M}",
        venue_id=str((typed.venue if typed and typed.venue else row.venue_school_id) or ""),
        venues=tuple(venues),
        told=told,
        errors=tuple(each for each in wrong if each.field in ("day", "start", "end", "venue")),
        open=typed is not None,
        closed_day=typed is not None and bool(why_closed(typed.day, settings.calendar)),
        meeting=meant,
        first=first,
    )


def _schools_around(db: Session, scope: Scope, row: SessionRow) -> tuple[SchoolRow, ...]:
    """Where it could meet; who leads it outside her own places chooses among none."""
    try:
        return structure.schools_of(db, scope, row.place_id)
    except NotFound:
        return ()


def _call_off_form(told: views.Told, wrong: tuple[FieldError, ...]) -> views.CallOffForm:
    errors = tuple(each for each in wrong if each.field == "reason")
    return views.CallOffForm(told, errors=errors, open=bool(errors))


def _change(change: ChangeRow, viewer: Viewer) -> views.Change:
    say = viewer.say.gettext
    what = {
        "moved": say("Moved to another day, time or place"),
        "called off": say("Called off"),
        "confirmed by code": say("A change by SMS was confirmed by its code"),
        "stopped by text": say("A change by SMS was stopped"),
        "locked after wrong codes": say("Changes by SMS were locked for a day, after wrong codes"),
        "attendance": say("Attendance saved"),
        "attendance undone": say("Attendance taken back"),
        "sheet printed": say("Sheet printed for the first time"),
        "added to the list": say("Somebody was added to the list"),
        "added to the wait list": say("Somebody was added to the wait list"),
        "left the wait list": say("Somebody left the wait list"),
        "make-up planned": say("A make-up was planned"),
        "place given": say("A free place was given to who waited"),
        "capacity changed": say("Another number of places"),
        "walk-ins": say("Walk-ins written down"),
        "walk-in matched": say("A walk-in was matched"),
        "walk-in unmatched": say("The match of a walk-in was undone"),
        "walk-in struck off": say("A walk-in was struck off"),
    }.get(change.verb, change.verb)
    return views.Change(change.at, change.who or say("cop"), what)


def _at(day: date, hour: str) -> datetime:
    try:
        return datetime.combine(day, time.fromisoformat(hour), tzinfo=KARACHI)
    except ValueError as error:
        raise Invalid("time_unreadable", time=hour) from error


handlers = [show, attendance, undo, move, call_off, skip]
