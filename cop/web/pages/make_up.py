"""The make-up that is proposed for those who missed a training session, as a draft that a person accepts."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from clusters.kernel.errors import CopError, NotFound
from clusters.people import queries as people
from clusters.training import actions, queries
from clusters.training.actions.moving import MOVERS
from clusters.training.catching_up import MakeUp, propose
from clusters.training.rules import SessionState
from cop.settings import Settings
from cop.web.answers import Again, Done, Shown
from cop.web.edge import act, page
from cop.web.mistakes import said
from cop.web.pages.trails import trail_to
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError
from cop.web.views.make_up import Absent, MakeUpPage
from cop.web.views.session import Choice, Told


@dataclass(frozen=True)
class Chosen:
    """Days, trainer and venue as a person accepts or changes them."""

    trainer: int
    venue: int
    day: dict[int, date] = field(default_factory=dict)


@page(paths.make_up("{session_id}"), here=Area.SESSIONS)
def show(db: Session, viewer: Viewer, settings: Settings, session_id: int) -> Shown:
    """The proposal of this moment; nobody else sees it and nothing is stored."""
    row = queries.training_session(db, viewer.scope, session_id)
    if row.state is not SessionState.HELD or row.makes_up_id is not None:
        raise NotFound("training_session", id=session_id)
    proposed = propose(db, viewer.scope, session_id, settings.calendar)
    return Shown(_page(db, viewer, settings, proposed), trail_to(db, viewer.scope, row.training_path, row.code))


@act(paths.session_act("{session_id}", "make-up"), here=Area.SESSIONS)
def accept(db: Session, viewer: Viewer, settings: Settings, session_id: int, form: Chosen) -> Done:
    """Plan it, and invite everybody."""
    row = queries.training_session(db, viewer.scope, session_id)
    days = tuple(day for _, day in sorted(form.day.items()))
    try:
        with db.begin_nested():
            new_id = actions.make_up(db, viewer.scope, session_id, settings.calendar, days, form.trainer, form.venue)
    except NotFound:
        raise
    except CopError as error:
        if row.state is not SessionState.HELD or not _may(viewer, row.training_path, row.admin_path):
            raise
        proposed = propose(db, viewer.scope, session_id, settings.calendar)
        wrong = (FieldError("day-1", said(error, viewer.language) or error.key),)
        shown = _page(db, viewer, settings, proposed, typed=form, wrong=wrong)
        raise Again(shown, trail=trail_to(db, viewer.scope, row.training_path, row.code)) from error
    words = viewer.say.gettext("The make-up is planned. Everybody who missed it is invited.")
    return Done(paths.session(new_id), words)


def _may(viewer: Viewer, training_path: str, admin_path: str) -> bool:
    return viewer.scope.covers(training_path, admin_path, MOVERS)


def _page(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    proposed: MakeUp,
    *,
    typed: Chosen | None = None,
    wrong: tuple[FieldError, ...] = (),
) -> MakeUpPage:
    row, slot = proposed.of, proposed.slot
    phones = people.numbers_of(db, viewer.scope, [each.person_id for each in proposed.people])
    texts = len(phones) + 1
    days = tuple(typed.day.values()) if typed else slot.days if slot else ()
    return MakeUpPage(
        row.id,
        row.code,
        row.subject,
        row.place,
        tuple(
            Absent(each.name, each.school, each.place if each.place_id != row.place_id else None)
            for each in proposed.people
        ),
        proposed.left,
        proposed.enough,
        days,
        tuple((each.starts_at, each.ends_at) for each in proposed.sittings),
        tuple(Choice(str(each.person_id), each.name) for each in proposed.trainers),
        tuple(Choice(str(each.school_id), each.name) for each in proposed.venues),
        str(typed.trainer if typed else slot.trainer if slot else ""),
        str(typed.venue if typed else slot.venue if slot else ""),
        Told(texts, len(proposed.people) - len(phones), texts, round(texts * settings.segment_price)),
        may_accept=_may(viewer, row.training_path, row.admin_path) and proposed.enough and bool(days),
        errors=wrong,
    )


handlers = [show, accept]
