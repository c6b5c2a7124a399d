"""Texting many: written, seen before it goes, held, approved by somebody else above a size, taken back."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from sqlalchemy.orm import Session

from clusters.kernel.clock import KARACHI, now
from clusters.kernel.errors import Conflict, CopError, Invalid, NotFound
from clusters.kernel.together import Together
from clusters.people.rules import Language
from clusters.scope import Scope
from clusters.structure import queries as structure
from clusters.structure.queries import PlaceRow
from clusters.training import queries as training
from cop.hours import goes_from_to, in_time
from cop.network import disclosure
from cop.network.disclosure import Wanted
from cop.settings import Settings
from cop.web.answers import Again, Done, Shown
from cop.web.edge import act, page
from cop.web.forms import Nothing
from cop.web.mistakes import said
from cop.web.viewers import Viewer
from cop.web.views import announcing as views
from cop.web.views import paths
from cop.web.views.announcing import (
    Addressed,
    AnnouncementPage,
    AnnouncementRow,
    AnnouncementsPage,
    ComposePage,
)
from cop.web.views.frame import Area, FieldError, Role
from cop.web.views.people import Choice
from cop.whatsapp import templates_of
from messaging.announcing import actions, queries
from messaging.announcing.queries import Known, Preview
from messaging.announcing.rules import ANNOUNCERS, Group, Standing, Target, Whom, Wording
from messaging.outbox.templates import rejected
from messaging.texts.catalogue import LANGUAGES, entry
from messaging.texts.catalogue import compose as compose_text

LISTED = 30
LONGEST = 5
"""Segments of a text that a suggestion begins; whoever sends it sees them before."""
BEGINNING = 60
"""Letters of a text that stand in a list."""
PART_OF = {
    "announcement_empty": "text_ur_latn",
    "announcement_too_long": "text_ur_latn",
    "announcement_too_far": "day",
    "day_unreadable": "day",
    "announcement_changed": "send",
    "template_rejected": "text_ur_latn",
}
"""The field that an error belongs to; every other one is about whom."""


@dataclass(frozen=True)
class Composed:
    """What was written; `seen` is the mark of the preview that was read, and without it nothing goes."""

    place: str = ""
    session: int | None = None
    groups: tuple[Group, ...] = ()
    text_ur_latn: str = ""
    text_ur: str = ""
    text_en: str = ""
    day: str = ""
    time: str = ""
    seen: str = ""

    @property
    def texts(self) -> dict[Language, str]:
        """What was typed, by language."""
        return {
            Language.ROMAN_URDU: self.text_ur_latn,
            Language.URDU: self.text_ur,
            Language.ENGLISH: self.text_en,
        }

    @property
    def wording(self) -> Wording:
        """What would be said."""
        return Wording.of({language.value: text for language, text in self.texts.items()})


@dataclass(frozen=True)
class Seen:
    """The mark of what the second person read."""

    seen: str


@dataclass(frozen=True)
class Declined:
    """Why it shall not go."""

    why: str = ""


@page(paths.COMPOSE, here=Area.ANNOUNCEMENTS)
def compose(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    place: str = "",
    session: int | None = None,
    suggestion: int | None = None,
) -> ComposePage:
    """The form, to a place with its people or to the list of a training session, or with what was planned to water."""
    _writer(viewer)
    if suggestion is not None:
        return _form(db, viewer, settings, _asking(disclosure.wanted(db, viewer.scope, suggestion)))
    asked = Composed(place=place, session=session, groups=(Group.TEACHERS,))
    return _form(db, viewer, settings, asked)


@act(paths.COMPOSE, here=Area.ANNOUNCEMENTS)
def write(db: Session, viewer: Viewer, settings: Settings, form: Composed) -> Shown | Done:
    """Show what it would send; with the mark of a preview that was read, send it."""
    _writer(viewer)
    try:
        whom, not_before = _whom(db, viewer.scope, form), _not_before(form)
        _refuse_rejected(settings, form.wording)
        if not form.seen:
            if not form.wording.texts:
                raise Invalid("announcement_empty")
            found = queries.before_sending(db, viewer.scope, whom, form.wording, not_before)
            return Shown(_form(db, viewer, settings, form, preview=_preview(found, settings)))
        with db.begin_nested():
            made = actions.announce(
                db, viewer.scope, whom, form.wording, not_before, seen=form.seen, in_time=partial(in_time, settings)
            )
    except CopError as error:
        if isinstance(error, NotFound):
            raise
        wrong = FieldError(PART_OF.get(error.key, "place"), said(error, viewer.language) or error.key)
        preview = None
        if error.key == "announcement_changed":
            found = queries.before_sending(db, viewer.scope, _whom(db, viewer.scope, form), form.wording, not_before)
            preview = _preview(found, settings)
        raise Again(_form(db, viewer, settings, form, preview=preview, errors=(wrong,))) from error
    known = queries.announcement(db, viewer.scope, made)
    if known.standing is Standing.WAITING:
        return Done(paths.announcement(made), viewer.say.gettext("It waits until somebody else approves it."))
    return Done(
        paths.announcement(made),
        viewer.say.gettext("It is held for 5 minutes. Until then nothing goes."),
        undo=paths.announcement_act(made, "undo"),
    )


@page(paths.ANNOUNCEMENTS, here=Area.ANNOUNCEMENTS)
def announcements(db: Session, viewer: Viewer) -> AnnouncementsPage:
    """The latest announcements."""
    return AnnouncementsPage(announced(db, viewer, LISTED), may_write(viewer))


@page(paths.announcement("{announcement_id}"), here=Area.ANNOUNCEMENTS)
def show(db: Session, viewer: Viewer, settings: Settings, announcement_id: int) -> AnnouncementPage:
    """One announcement."""
    return _page(db, viewer, settings, announcement_id)


@act(paths.announcement_act("{announcement_id}", "approve"), here=Area.ANNOUNCEMENTS, proved=True)
def approve(db: Session, viewer: Viewer, settings: Settings, announcement_id: int, form: Seen) -> Done:
    """Let somebody else's announcement go."""
    _writer(viewer)
    _refuse_rejected(settings, queries.announcement(db, viewer.scope, announcement_id).wording)
    actions.approve(db, viewer.scope, announcement_id, form.seen)
    words = viewer.say.gettext("Approved. It is held for 5 minutes, then it goes.")
    return Done(paths.announcement(announcement_id), words)


@act(paths.announcement_act("{announcement_id}", "decline"), here=Area.ANNOUNCEMENTS)
def decline(db: Session, viewer: Viewer, settings: Settings, announcement_id: int, form: Declined) -> Done:
    """Let somebody else's announcement not go."""
    _writer(viewer)
    try:
        actions.decline(db, viewer.scope, announcement_id, form.why)
    except Invalid as error:
        wrong = FieldError("why", said(error, viewer.language) or error.key)
        raise Again(_page(db, viewer, settings, announcement_id, (wrong,))) from error
    return Done(paths.announcement(announcement_id), viewer.say.gettext("Declined. Its author reads why."))


@act(paths.announcement_act("{announcement_id}", "undo"), here=Area.ANNOUNCEMENTS)
def undo(db: Session, viewer: Viewer, announcement_id: int, form: Nothing) -> Done:
    """Take it back, or stop what has not gone."""
    _writer(viewer)
    actions.undo(db, viewer.scope, announcement_id)
    return Done(paths.announcement(announcement_id), viewer.say.gettext("Taken back. What had not gone goes no more."))


@act(paths.announcement_act("{announcement_id}", "rest"), here=Area.ANNOUNCEMENTS)
def again(db: Session, viewer: Viewer, settings: Settings, announcement_id: int, form: Nothing) -> Done:
    """Say it to those whom it surely never reached."""
    _writer(viewer)
    before = queries.announcement(db, viewer.scope, announcement_id)
    _refuse_rejected(settings, before.wording)
    made = actions.announce(db, viewer.scope, Whom(Target.REST, announcement_id), before.wording)
    words = viewer.say.gettext("It is held for 5 minutes. Until then nothing goes.")
    return Done(paths.announcement(made), words, undo=paths.announcement_act(made, "undo"))


def _asking(wanted: Wanted) -> Composed:
    """The trainers there are asked for what was suggested; the words are a beginning, and wait to be changed."""
    texts = {}
    for language in LANGUAGES:
        names = [each.name_ur if language == "ur" and each.name_ur else each.name for each in wanted.places]
        values = {"place": ("، " if language == "ur" else ", ").join(names), "subject": wanted.subject}
        wants = entry(f"water_{wanted.kind}", language).placeholders
        known = {name: value for name, value in values.items() if name in wants}
        texts[language] = compose_text(f"water_{wanted.kind}", language, known, LONGEST).text
    return Composed(
        place=wanted.where,
        groups=(Group.TRAINERS,),
        text_ur_latn=texts["ur_latn"],
        text_ur=texts["ur"],
        text_en=texts["en"],
    )


def may_write(viewer: Viewer) -> bool:
    """May she text many anywhere?"""
    return viewer.role is not Role.MONITOR and bool(viewer.scope.roles & {*ANNOUNCERS})


def announced(db: Session, viewer: Viewer, limit: int) -> tuple[AnnouncementRow, ...]:
    """The latest announcements as rows."""
    return announced_with(Together(db), viewer, limit)()


def announced_with(together: Together, viewer: Viewer, limit: int) -> Callable[[], tuple[AnnouncementRow, ...]]:
    """The same for whoever asks more at once; only their names are asked with the rest."""
    db = together.db
    known = queries.announcements(db, viewer.scope, limit)
    named = _asked_names(together, viewer, known)
    return lambda: tuple(_row(db, viewer, each, whom) for each, whom in zip(known, named(), strict=True))


def _writer(viewer: Viewer) -> None:
    if not may_write(viewer):
        raise NotFound("page")


def _whom(db: Session, scope: Scope, form: Composed) -> Whom:
    if form.session is not None:
        return Whom(Target.SESSION, form.session)
    at = structure.place(db, scope, form.place or _first(scope))
    groups = tuple(group for group in Group if group in form.groups)
    if not groups:
        raise Invalid("announcement_to_whom")
    return Whom(Target.PLACE, at.id, groups)


def _first(scope: Scope) -> str:
    """The first of her own places."""
    return next((str(held) for held in scope.places), "")


def _not_before(form: Composed) -> datetime | None:
    if not form.day and not form.time:
        return None
    try:
        day = date.fromisoformat(form.day)
        at = time.fromisoformat(form.time or "00:00")
    except ValueError as error:
        raise Invalid("day_unreadable", day=f"{form.day} {form.time}".strip()) from error
    return datetime.combine(day, at, tzinfo=KARACHI)


def _form(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    form: Composed,
    *,
    preview: views.Preview | None = None,
    errors: tuple[FieldError, ...] = (),
) -> ComposePage:
    chosen, places = form.place or _first(viewer.scope), tuple[Choice, ...]()
    if form.session is not None:
        found = training.training_session(db, viewer.scope, form.session)
        whom, chosen = Addressed(found.place, session=(found.id, found.code)), ""
    else:
        around = structure.around(db, viewer.scope, chosen)
        at = next((each for each in around if each.address == chosen), None)
        if at is None:
            raise NotFound("place_not_found", place=chosen)
        own = structure.around(db, viewer.scope, None)
        whom = Addressed(at.name, at.kind, groups=form.groups)
        places = _choices(tuple(dict.fromkeys((*own, *around))))
    return ComposePage(
        whom=whom,
        place=chosen,
        places=places,
        texts=form.texts,
        day=form.day,
        time=form.time,
        preview=preview,
        errors=errors,
        templates=_templates(settings),
    )


def _templates(settings: Settings) -> tuple[views.TemplateState, ...]:
    """What WhatsApp said to the template of each language, where WhatsApp is used."""
    if not settings.routes.whatsapp:
        return ()
    found = templates_of(settings)
    asked = ((language, found.get(("", language.value))) for language in Language)
    return tuple(
        views.TemplateState(language, each.standing if each else None, each.reason if each else "")
        for language, each in asked
    )


def _refuse_rejected(settings: Settings, wording: Wording) -> None:
    """What WhatsApp rejected stops an announcement before it starts, and not after."""
    wrong = rejected(templates_of(settings), wording.texts) if settings.routes.whatsapp else None
    if wrong is not None:
        raise Conflict("template_rejected", reason=wrong.reason)


def _choices(places: tuple[PlaceRow, ...]) -> tuple[Choice, ...]:
    """Places in the order of the trees, each below what holds it."""
    ordered = sorted(places, key=lambda each: (each.tree.value != "T", each.path))
    top: dict[str, int] = {}
    for each in ordered:
        top[each.tree] = min(top.get(each.tree, 9), each.path.count("."))
    return tuple(Choice(each.address, each.name, each.path.count(".") - top[each.tree]) for each in ordered)


def _preview(found: Preview, settings: Settings) -> views.Preview:
    goes_at, done_by = goes_from_to(settings, found.starts_at, found.segments)
    return views.Preview(
        parts=tuple(
            views.Part(
                Language(part.language),
                part.text,
                part.phones,
                part.size.units,
                part.size.room,
                part.size.segments,
                part.segments,
                part.dear,
            )
            for part in found.parts
        ),
        people=found.people,
        phones=found.texts,
        without_phone=found.without_phone,
        silent=found.silent,
        invented=0 if settings.routes.rehearsing else found.invented,
        segments=found.segments,
        rupees=round(found.segments * settings.segment_price),
        goes_at=goes_at,
        done_by=done_by,
        samples=tuple(
            views.Sample(each.name, each.at, Language(each.language), each.number is not None) for each in found.samples
        ),
        fingerprint=found.fingerprint,
        needs_second=found.needs_second,
        texted_alone=found.texted_alone,
    )


def _names(db: Session, viewer: Viewer, known: list[Known]) -> list[Addressed]:
    return _asked_names(Together(db), viewer, known)()


def _asked_names(together: Together, viewer: Viewer, known: list[Known]) -> Callable[[], list[Addressed]]:
    """To whom announcements go, in their order."""
    places = {each.whom.id for each in known if each.whom.target is Target.PLACE}
    sessions = {each.whom.id for each in known if each.whom.target is Target.SESSION}
    rows = together.ask(lambda db: structure.named(db, viewer.scope, places)) if places else tuple
    codes = together.ask(lambda db: training.called(db, viewer.scope, sessions)) if sessions else dict
    return lambda: [_addressed(each.whom, {row.id: row for row in rows()}, codes()) for each in known]


def _addressed(whom: Whom, rows: Mapping[int, PlaceRow], codes: Mapping[int, tuple[str, str]]) -> Addressed:
    if whom.target is Target.PLACE:
        row = rows.get(whom.id)
        return Addressed(row.name if row else "", row.kind if row else None, groups=whom.groups)
    if whom.target is Target.SESSION:
        code, place = codes.get(whom.id, ("", ""))
        return Addressed(place, session=(whom.id, code))
    return Addressed("", rest_of=whom.id) if whom.target is Target.REST else Addressed("", list=True)


def _row(db: Session, viewer: Viewer, known: Known, whom: Addressed) -> AnnouncementRow:
    held = known.held(now(db))
    left = math.ceil((known.starts_at - now(db)).total_seconds() / 60) if held and known.starts_at else None
    mine = known.author_id == viewer.person_id
    theirs = may_write(viewer) and queries.may_announce(viewer.scope, known.training_path, known.admin_path)
    lapsed = known.lapsed(now(db))
    text = next(iter(known.wording.texts.values()), "")
    return AnnouncementRow(
        id=known.id,
        whom=whom,
        begins=text if len(text) <= BEGINNING else text[: BEGINNING - 1].rstrip() + "…",
        author=known.author,
        asked_at=known.asked_at,
        standing=known.standing,
        texts=known.texts,
        starts_at=known.starts_at,
        minutes_left=left,
        lapsed=lapsed,
        may_undo=(mine or theirs) and (held or (mine and known.standing is Standing.WAITING)),
        may_decide=theirs and not mine and known.standing is Standing.WAITING and not lapsed,
    )


def _page(
    db: Session, viewer: Viewer, settings: Settings, announcement_id: int, errors: tuple[FieldError, ...] = ()
) -> AnnouncementPage:
    known = queries.announcement(db, viewer.scope, announcement_id)
    row = _row(db, viewer, known, _names(db, viewer, [known])[0])
    preview, changed = None, False
    if row.may_decide and known.whom.target is not Target.LIST:
        found = queries.before_sending(db, viewer.scope, known.whom, known.wording, known.not_before)
        preview, changed = _preview(found, settings), found.fingerprint != known.fingerprint
    outcome = None
    if known.released_at is not None:
        outcome = queries.outcome(db, viewer.scope, known)
    mine = known.author_id == viewer.person_id
    theirs = may_write(viewer) and queries.may_announce(viewer.scope, known.training_path, known.admin_path)
    return AnnouncementPage(
        row=row,
        texts=tuple((Language(language), text) for language, text in known.wording.texts.items()),
        people=known.people,
        segments=known.segments,
        rupees=round(known.segments * settings.segment_price),
        decider=known.decider,
        decided_at=known.decided_at,
        why=known.why,
        outcome=outcome,
        preview=preview,
        changed=changed,
        fingerprint=known.fingerprint,
        may_stop=bool(
            (mine or theirs)
            and not row.may_undo
            and known.standing is Standing.RELEASED
            and outcome
            and outcome.waiting
        ),
        may_rest=bool((mine or theirs) and outcome and outcome.rest and known.whom.target is not Target.LIST),
        errors=errors,
    )


handlers = [compose, write, announcements, show, approve, decline, undo, again]
