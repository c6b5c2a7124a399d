"""Days on which a trainer is away, written down on her page and taken back there."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clusters.cascade.leave import end_leave, give_leave, leaves
from clusters.kernel.clock import today
from clusters.kernel.errors import Invalid, NotFound
from clusters.people.rules import OFFICE
from clusters.training.clashes import led_between
from cop.web.answers import Done
from cop.web.edge import act
from cop.web.forms import Nothing
from cop.web.pages.people import day_of
from cop.web.pages.person import or_again, require
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, Tone


@dataclass(frozen=True)
class Days:
    """From a day to a day; one day where the last is left out."""

    first: str
    last: str = ""


@act(paths.person_act("{person_id}", "leave"), here=Area.PEOPLE)
def write_down(db: Session, viewer: Viewer, person_id: int, form: Days) -> Done:
    """Let no plan use her on these days; what she leads then already is named."""
    require(db, viewer, person_id, OFFICE)
    clashes: list[str] = []
    made: list[int] = []

    def do() -> None:
        first = day_of(form.first)
        if first is None:
            raise Invalid("day_unreadable", day=form.first)
        last = day_of(form.last) or first
        made.append(give_leave(db, viewer.scope, person_id, first, last))
        clashes.extend(code for code, _ in led_between(db, viewer.scope, person_id, first, last))

    or_again(db, viewer, person_id, do, "first", (("first", form.first), ("last", form.last)))
    say, undo = viewer.say, paths.end_leave(person_id, made[0])
    if clashes:
        words = say.gettext("Written down. She leads on those days already, and that stays: %(codes)s.")
        return Done(paths.person(person_id), words % {"codes": ", ".join(clashes)}, tone=Tone.WARN, undo=undo)
    return Done(paths.person(person_id), say.gettext("Written down: plans leave these days free."), undo=undo)


@act(paths.end_leave("{person_id}", "{leave_id}"), here=Area.PEOPLE)
def take_back(db: Session, viewer: Viewer, person_id: int, leave_id: int, form: Nothing) -> Done:
    """She is there after all."""
    require(db, viewer, person_id, OFFICE)
    if leave_id not in {each.id for each in leaves(db, viewer.scope, today(db), person_id)}:
        raise NotFound("leave", id=leave_id)
    end_leave(db, viewer.scope, leave_id)
    return Done(paths.person(person_id), viewer.say.gettext("Plans may use those days again."))


handlers = [write_down, take_back]
