"""People inside the viewer's places: found by name, number, code or post; somebody new, after a look for her double."""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from clusters.joining.actions import confirm, refuse
from clusters.joining.queries import requests
from clusters.joining.rules import CONFIRMERS
from clusters.kernel.audit import last_recorded
from clusters.kernel.clock import today
from clusters.kernel.errors import CopError, Invalid, NotFound
from clusters.people import finding
from clusters.people.actions import appoint, give_number, register
from clusters.people.finding import Found
from clusters.people.rules import Gender, Language, PostRole
from clusters.scope import Scope
from clusters.structure import queries as structure
from clusters.structure.naming import address, folded
from clusters.structure.queries import PlaceRow
from cop.web.answers import Again, Done
from cop.web.edge import act, page
from cop.web.i18n import masked, national
from cop.web.mistakes import said
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError, Role
from cop.web.views.people import Asking, Choice, NewPersonPage, PeoplePage, Post, Row

OFFICE = (Role.ADMIN, Role.MANAGER, Role.CLERK)
"""Who adds people and keeps their numbers."""


@dataclass(frozen=True)
class NewPerson:
    """Somebody new; `sure` says that none of those who were shown is meant."""

    name: str
    gender: Gender | None = None
    language: Language | None = None
    personal_no: str = ""
    phone: str = ""
    role: PostRole | None = None
    at: str = ""
    from_date: str = ""
    sure: bool = False


@dataclass(frozen=True)
class Settled:
    """Does she teach there?"""

    confirms: bool = False


@page(paths.PEOPLE, here=Area.PEOPLE, proved=True)
def people(db: Session, viewer: Viewer, q: str = "", role: str = "", place: str = "", after: str = "") -> PeoplePage:
    """A page of names; the next one begins behind the last."""
    wanted = PostRole(role) if role in tuple(PostRole) else None
    around = structure.around(db, viewer.scope, place or None)
    rows = finding.page_of(
        db,
        viewer.scope,
        q,
        role=wanted,
        where=_chosen(around, place),
        after=after,
        by_number=viewer.role is not Role.MONITOR,
        limit=finding.ROWS + 1,
    )
    shown = rows[: finding.ROWS]
    asked = {"q": q, "role": role, "place": place, "after": shown[-1].mark} if len(rows) > len(shown) else {}
    asking = _asking(db, viewer) if not (q or role or place or after) else ()
    return PeoplePage(
        asking=asking,
        rows=tuple(row(each, viewer) for each in shown),
        q=q,
        role=wanted,
        place=place,
        places=_choices(around),
        may_add=viewer.role in OFFICE,
        more=f"{paths.PEOPLE}?{urlencode({key: value for key, value in asked.items() if value})}" if asked else None,
        hidden_numbers=viewer.role is Role.MONITOR,
    )


def _asking(db: Session, viewer: Viewer) -> tuple[Asking, ...]:
    """Requests that nobody has settled, as far as the viewer may."""
    return tuple(
        Asking(each.id, each.name, each.school, each.code, national(each.number), each.moves, each.asked_at)
        for each in requests(db, viewer.scope)
        if viewer.scope.covers(each.training_path, each.admin_path, CONFIRMERS)
    )


@act(paths.join_request("{request_id}"), here=Area.PEOPLE, proved=True)
def settle(db: Session, viewer: Viewer, request_id: int, form: Settled) -> Done:
    """Say that she teaches there, or that she does not; she is told in five minutes."""
    if form.confirms:
        confirm(db, viewer.scope, request_id)
        return Done(paths.PEOPLE, viewer.say.gettext("Confirmed. A text tells it in five minutes."))
    refuse(db, viewer.scope, request_id)
    return Done(paths.PEOPLE, viewer.say.gettext("Not confirmed. A text tells it in five minutes."))


@page(paths.NEW_PERSON, here=Area.PEOPLE)
def new(db: Session, viewer: Viewer) -> NewPersonPage:
    """The form for somebody new."""
    _office(viewer)
    return NewPersonPage(today(db), from_date=today(db).isoformat())


@act(paths.NEW_PERSON, here=Area.PEOPLE, proved=True)
def add(db: Session, viewer: Viewer, form: NewPerson) -> Done:
    """Register somebody with a first post and a number; who may be the same person is shown before anything is kept."""
    _office(viewer)
    shown = NewPersonPage(
        today(db), form.name, form.gender, form.language, form.personal_no, form.phone, form.role, form.at,
        form.from_date, sure=form.sure,
    )  # fmt: skip
    try:
        at_school, at_place = standing(db, viewer.scope, form.at)
        if not form.sure and folded(form.name):
            alike = finding.alike(db, viewer.scope, form.name, written=form.phone, personal_no=form.personal_no)
            if alike:
                raise Again(replace(shown, alike=tuple(row(each, viewer) for each in alike)), status=409)
        person_id = register(
            db,
            viewer.scope,
            form.name,
            gender=form.gender,
            language=form.language,
            personal_no=form.personal_no.strip() or None,
        )
        change = last_recorded(db)
        appoint(
            db,
            viewer.scope,
            person_id,
            form.role or PostRole.TEACHER,
            at_school=at_school,
            at_place=at_place,
            from_date=day_of(form.from_date) or today(db),
        )
        if form.phone.strip():
            give_number(db, viewer.scope, person_id, form.phone)
    except CopError as error:
        wrong = FieldError(_FIELD.get(error.key, "at"), said(error, viewer.language) or error.key)
        raise Again(replace(shown, errors=(wrong,))) from error
    words = viewer.say.gettext("%(name)s is registered.") % {"name": " ".join(form.name.split())}
    return Done(paths.person(person_id), words, undo=paths.take_back(person_id, change or 0))


_FIELD = {
    "day_unreadable": "from_date",
    "person_name_missing": "name",
    "personal_no_taken": "personal_no",
    "phone_damaged": "phone",
    "phone_not_pk_mobile": "phone",
}
"""Which field of the form an error is about; all others are about the school or place."""


def standing(db: Session, scope: Scope, written: str) -> tuple[int | None, int | None]:
    """The id of the school (by EMIS code) or of the place (by address) that was written; one of the two is None."""
    try:
        if address(written) is not None:
            return None, structure.place(db, scope, written).id
        return structure.school(db, scope, folded(written).replace(" ", "")).id, None
    except NotFound as error:
        raise Invalid("school_or_place_unknown", written=written.strip()) from error


def day_of(written: str) -> date | None:
    """A day as a date field sends it; none when it was left empty."""
    if not written.strip():
        return None
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        raise Invalid("day_unreadable", day=written) from error


def row(found: Found, viewer: Viewer) -> Row:
    """Somebody of a list, with her number as this viewer may see it."""
    return Row(
        found.id,
        found.name,
        tuple(Post(each.role, each.subject, each.at) for each in found.posts),
        found.number and number_for(viewer, found.number),
    )


def number_for(viewer: Viewer, number: str) -> str:
    """A number as people write it; monitors see enough to know it again and not enough to call it."""
    return masked(number) if viewer.role is Role.MONITOR else national(number)


def _chosen(around: tuple[PlaceRow, ...], written: str) -> PlaceRow | None:
    meant = address(written) if written else None
    return next((each for each in around if meant == (each.tree, each.path)), None)


def _choices(around: tuple[PlaceRow, ...]) -> tuple[Choice, ...]:
    top = {tree: min(each.path.count(".") for each in around if each.tree == tree) for tree in {e.tree for e in around}}
    return tuple(Choice(each.address, each.name, each.path.count(".") - top[each.tree]) for each in around)


def _office(viewer: Viewer) -> None:
    if viewer.role not in OFFICE:
        raise NotFound("page")


handlers = [people, settle, new, add]
