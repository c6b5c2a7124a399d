"""The list of one training session: places and who waits for one, apologies, and who came without an invitation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.errors import CopError, NotFound
from clusters.people.rules import OFFICE
from clusters.structure import queries as structure
from clusters.training import actions, queries
from clusters.training.guests import Guest, guests, may_be
from clusters.training.queries import SessionRow, WalkInRow
from clusters.training.rules import Answer, Seat, SessionState
from cop.web.answers import Again, Done, Shown
from cop.web.edge import act, page
from cop.web.mistakes import said
from cop.web.pages.trails import trail_to
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views import session_list as views
from cop.web.views.frame import Area, FieldError
from cop.web.views.session import Answer as Said
from cop.web.views.session import Choice
from cop.web.views.session_list import ListPage

Got = TypeVar("Got")


@dataclass(frozen=True)
class Whom:
    """A person to be added, or to be taken off the wait list."""

    person: int


@dataclass(frozen=True)
class Places:
    """How many the room holds."""

    capacity: int


@dataclass(frozen=True)
class Told:
    """An answer that somebody gave by another way, with her reason."""

    person: int
    answer: Answer
    reason: str = ""


@dataclass(frozen=True)
class Names:
    """Who came uninvited, one a line."""

    names: str = ""


@dataclass(frozen=True)
class Which:
    """A walk-in, and whom she was found to be, or at which school she is new."""

    walk_in: int
    person: int | None = None
    school: int | None = None


@page(paths.session_list("{session_id}"), here=Area.SESSIONS, proved=True)
def show(db: Session, viewer: Viewer, session_id: int, q: str = "") -> Shown:
    """The list, and what a search found."""
    row = queries.training_session(db, viewer.scope, session_id)
    shown = _page(db, viewer, row, q)
    return Shown(shown, trail_to(db, viewer.scope, row.training_path, row.code))


@act(paths.session_act("{session_id}", "add"), here=Area.SESSIONS)
def add(db: Session, viewer: Viewer, session_id: int, form: Whom) -> Done:
    """Put somebody on the list, or on the wait list."""
    joined = _tried(db, viewer, session_id, "q", lambda: actions.add(db, viewer.scope, session_id, form.person))
    if joined.row is not None:
        words = viewer.say.gettext("Added in row %(row)s. She is invited by text.") % {"row": joined.row}
    else:
        words = viewer.say.gettext("It is full: she waits, %(before)s before her.") % {"before": joined.before}
    return Done(paths.session_list(session_id), words)


@act(paths.session_act("{session_id}", "leave"), here=Area.SESSIONS)
def leave(db: Session, viewer: Viewer, session_id: int, form: Whom) -> Done:
    """Take somebody off the wait list."""
    actions.leave_wait_list(db, viewer.scope, session_id, form.person)
    return Done(paths.session_list(session_id), viewer.say.gettext("She is off the wait list."))


@act(paths.session_act("{session_id}", "capacity"), here=Area.SESSIONS)
def capacity(db: Session, viewer: Viewer, session_id: int, form: Places) -> Done:
    """Say how many the room holds."""
    _tried(
        db, viewer, session_id, "capacity", lambda: actions.set_capacity(db, viewer.scope, session_id, form.capacity)
    )
    words = viewer.say.gettext("The room holds %(places)s. Free places go to who waits.")
    return Done(paths.session_list(session_id), words % {"places": form.capacity})


@act(paths.session_act("{session_id}", "answer"), here=Area.SESSIONS)
def answer(db: Session, viewer: Viewer, session_id: int, form: Told) -> Done:
    """Write down what somebody said by phone or in person; a no is an apology."""
    row = queries.training_session(db, viewer.scope, session_id)
    reason = form.reason.strip() or None

    def write() -> Answer | None:
        return actions.answer(db, viewer.scope, row.id, form.person, form.answer, "page", reason)

    _tried(db, viewer, session_id, "person", write)
    if form.answer is not Answer.NO and queries.waits_for(db, viewer.scope, session_id, form.person, told=True):
        words = viewer.say.gettext("No place is left, so she waits for one.")
    else:
        words = viewer.say.gettext("The answer is written down.")
    return Done(paths.session_list(session_id), words)


@act(paths.session_act("{session_id}", "walk-ins"), here=Area.SESSIONS)
def walk_ins(db: Session, viewer: Viewer, session_id: int, form: Names) -> Done:
    """Write down who came uninvited."""
    named: list[Guest] = guests(form.names)
    kept = _tried(
        db, viewer, session_id, "names", lambda: actions.write_down(db, viewer.scope, session_id, named, "page")
    )
    words = viewer.say.ngettext("1 person is written down.", "%(count)s people are written down.", len(kept))
    return Done(f"{paths.session_list(session_id)}#walk-ins", words % {"count": len(kept)})


@act(paths.session_act("{session_id}", "match"), here=Area.SESSIONS)
def match(db: Session, viewer: Viewer, session_id: int, form: Which) -> Done:
    """Say who a walk-in is: somebody known, or new at a school."""
    _check_belongs(db, viewer, session_id, form.walk_in)

    def found() -> int:
        if form.person is not None:
            return actions.match(db, viewer.scope, form.walk_in, form.person)
        if form.school is None:
            raise NotFound("person")
        return actions.match_new(db, viewer.scope, form.walk_in, form.school)

    row = _tried(db, viewer, session_id, "walk-ins", found)
    words = viewer.say.gettext("Matched: row %(row)s of the sheet, here on that day.")
    return Done(f"{paths.session_list(session_id)}#walk-ins", words % {"row": row})


@act(paths.session_act("{session_id}", "unmatch"), here=Area.SESSIONS)
def unmatch(db: Session, viewer: Viewer, session_id: int, form: Which) -> Done:
    """It was somebody else."""
    _check_belongs(db, viewer, session_id, form.walk_in)
    actions.unmatch(db, viewer.scope, form.walk_in)
    words = viewer.say.gettext("Undone: it is open again who that was.")
    return Done(f"{paths.session_list(session_id)}#walk-ins", words)


@act(paths.session_act("{session_id}", "strike-off"), here=Area.SESSIONS)
def strike_off(db: Session, viewer: Viewer, session_id: int, form: Which) -> Done:
    """It was written down by mistake."""
    _check_belongs(db, viewer, session_id, form.walk_in)
    actions.strike_off(db, viewer.scope, form.walk_in)
    return Done(f"{paths.session_list(session_id)}#walk-ins", viewer.say.gettext("Struck off."))


def _check_belongs(db: Session, viewer: Viewer, session_id: int, walk_in_id: int) -> None:
    row = queries.training_session(db, viewer.scope, session_id)
    if walk_in_id not in {each.id for each in queries.walk_ins(db, viewer.scope, row.id)}:
        raise NotFound("walk_in", id=walk_in_id)


def _tried(db: Session, viewer: Viewer, session_id: int, field: str, deed: Callable[[], Got]) -> Got:
    """What a deed gives; the page again with the reason where it is refused."""
    row = queries.training_session(db, viewer.scope, session_id)
    try:
        with db.begin_nested():
            return deed()
    except NotFound:
        raise
    except CopError as error:
        wrong = (FieldError(field, said(error, viewer.language) or error.key),)
        shown = _page(db, viewer, row, "", wrong=wrong)
        if not (shown.may_change or shown.may_match):
            raise
        raise Again(shown, trail=trail_to(db, viewer.scope, row.training_path, row.code)) from error


def _page(db: Session, viewer: Viewer, row: SessionRow, search: str, *, wrong: tuple[FieldError, ...] = ()) -> ListPage:
    scope = viewer.scope
    roster = queries.roster(db, scope, row.id)
    waiting = queries.wait_list(db, scope, row.id)
    came = queries.walk_ins(db, scope, row.id)
    pending = [each for each in came if each.person_id is None]
    leads = scope.person_id in {each.person_id for each in queries.trainers(db, scope, row.id)}
    may = row.state is not SessionState.CANCELLED and (
        leads or scope.covers(row.training_path, row.admin_path, actions.LIST_KEEPERS)
    )
    ahead = row.state is SessionState.PLANNED and row.starts_at > now(db)
    known = queries.known_near(db, scope, row.id) if pending and may else []
    office = scope.covers(row.training_path, row.admin_path, OFFICE)
    waits = {each.person_id for each in waiting}
    return ListPage(
        session_id=row.id,
        code=row.code,
        subject=row.subject,
        place=row.place,
        capacity=row.capacity,
        seated=sum(not each.excused and each.seat is not Seat.WALK_IN for each in roster),
        apologies=tuple(
            views.Apology(each.row, each.person_id, each.name, each.school, each.reason, each.person_id in waits)
            for each in roster
            if each.excused
        ),
        waiting=tuple(views.Waits(each.person_id, each.name, each.school, each.since) for each in waiting),
        pending=tuple(
            _walk_in(
                each,
                tuple(
                    views.Found(one.person_id, one.name, one.school, one.row)
                    for one in may_be(Guest(each.raw, each.name, each.school, each.phone), known)
                ),
            )
            for each in pending
        ),
        matched=tuple(_walk_in(each) for each in came if each.person_id is not None),
        rows=tuple(Choice(str(each.person_id), f"{each.row} {each.name}") for each in roster) if ahead and may else (),
        schools=tuple(Choice(str(each.id), each.name) for each in structure.schools_of(db, scope, row.place_id))
        if pending and may and office
        else (),
        search=search,
        found=tuple(
            views.Found(
                each.person_id,
                each.name,
                each.school,
                each.row,
                Said(each.answer.value) if each.answer else Said.NONE,
                each.waits,
            )
            for each in queries.invitable(db, scope, row.id, search)
        )
        if search and ahead and may
        else (),
        may_change=may and ahead,
        may_match=may,
        may_register=office,
        begun=row.starts_at <= now(db),
        certifiable=tuple(Choice(str(each.person_id), f"{each.row} {each.name}") for each in roster)
        if may and row.state is SessionState.HELD
        else (),
        errors=wrong,
    )


def _walk_in(row: WalkInRow, known: tuple[views.Found, ...] = ()) -> views.WalkIn:
    return views.WalkIn(row.id, row.raw, row.by, row.at, known, row.person, row.row, row.matched_by)


handlers = [show, add, leave, capacity, answer, walk_ins, match, unmatch, strike_off]
