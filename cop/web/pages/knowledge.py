"""Notes that travel: a list of them, how one travelled and what grew from it; passed on further, laid before the
material team, printed for a wall."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from clusters.kernel.clock import KARACHI, midnight, now, today
from clusters.kernel.errors import CopError, NotFound
from clusters.scope import Scope
from cop.knowledge.actions import before_going_further, gather, pass_further
from cop.knowledge.double_loop import DECIDERS, PROPOSERS, propose, take_in, turn_down
from cop.knowledge.following import (
    Around,
    Followed,
    PlaceOf,
    Proposed,
    around,
    family_of,
    from_and_to,
    further,
    notes_that_travel,
    travelling,
    travels_of,
)
from cop.knowledge.models import PracticeNote
from cop.knowledge.queries import PASSERS, gatherings_named
from cop.knowledge.rules import Audience, NoteKind, class_of, told
from cop.knowledge.travels import Arrival, Came, circle_of, month_of
from cop.settings import Settings
from cop.web.answers import Again, Done
from cop.web.edge import act, page
from cop.web.mistakes import said
from cop.web.pictures import SpreadLine
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError, Role
from cop.web.views.knowledge import (
    ArrivalLine,
    Change,
    HeldSession,
    KnowledgePage,
    NoteLine,
    PassOnPage,
    Source,
    Strip,
    Target,
    TravelPage,
    TreeNote,
    Tried,
    WallSheetPage,
)
from cop.web.views.notes import NoteFor
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.relaying import language_of

Made = TypeVar("Made")

LISTED = 30
MOST_SOURCES = 9
"""LTRCs of hers that have a note, of which somebody is asked from which it goes; who has more belongs to none."""
DRAWN = 24
"""Clusters in the picture; the table has them all."""
TICKS = 4
FOR = {Audience.CLUSTER: NoteFor.CLUSTER, Audience.SUBJECT: NoteFor.SUBJECT}
SPOKEN = {"ur": "ur"}


@dataclass(frozen=True)
class Chosen:
    """The circles it shall go to; `seen` is to how many phones it was said to go, `look` asks that anew.

    `source` is the LTRC from which it goes, "" for the nearest to each.
    """

    circles: tuple[str, ...] = ()
    source: str = ""
    seen: int = -1
    look: bool = False


@dataclass(frozen=True)
class Wished:
    """What the note should change, and why."""

    material: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Decided:
    """What the material team decided: the version that has it, or why it has not."""

    taken: bool = False
    version: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Gathered:
    """Ways out of a problem, one a line, and at which training session they were told."""

    session: int | None = None
    ways: str = ""
    to_all: bool = False


@page(paths.KNOWLEDGE, here=Area.KNOWLEDGE)
def show(db: Session, viewer: Viewer, before: int | None = None) -> KnowledgePage:
    """The notes that reached the viewer's places, the newest first."""
    found = notes_that_travel(db, viewer.scope, LISTED + 1, before)
    shown = found[:LISTED]
    return KnowledgePage(
        tuple(_line(each, now(db)) for each in shown),
        paths.knowledge(shown[-1].id) if len(found) > LISTED else None,
        waiting=viewer.role is not Role.MONITOR and bool(viewer.scope.roles & {str(role) for role in PASSERS}),
    )


@page(paths.travelled("{number}"), here=Area.KNOWLEDGE)
def travel(db: Session, viewer: Viewer, number: str) -> TravelPage:
    """How one note travelled."""
    return _travelled(db, viewer, number)


@page(paths.travelled("{number}", "sheet"), here=Area.KNOWLEDGE)
def sheet(db: Session, viewer: Viewer, number: str) -> WallSheetPage:
    """The note to hang on a wall."""
    note, family = family_of(db, viewer.scope, number)
    return WallSheetPage(
        number=note.number,
        title=note.title,
        words=note.words,
        language=spoken(note.words),
        subject=note.subject,
        classes=class_of(note.words),
        author=note.author or "",
        tried=tried(note.tried),
        grown=_Tree(family, note, {}).of(note).grown,
    )


@page(paths.travelled("{number}", "pass-on"), here=Area.KNOWLEDGE)
def before_passing(db: Session, viewer: Viewer, settings: Settings, number: str, circle: str = "") -> PassOnPage:
    """What goes out when the note is passed on to every LTRC that does not have it, or to those of one circle."""
    return _pass_on(db, viewer, settings, travelling(db, viewer.scope, number), (circle,) if circle else ())


@act(paths.travelled("{number}", "pass-on"), here=Area.KNOWLEDGE)
def pass_on(db: Session, viewer: Viewer, settings: Settings, number: str, form: Chosen) -> Done | PassOnPage:
    """Show what the choice would send; or send it, when that was seen."""
    note = travelling(db, viewer.scope, number)
    shown = _pass_on(db, viewer, settings, note, form.circles, form.source)
    if form.look or (form.circles and shown.phones != form.seen):
        return shown
    travel = travels_of(db, [note.id])[note.id]
    clusters = [each.path for each in further(db, viewer.scope, travel) if each.circle_path in form.circles]
    try:
        with db.begin_nested():
            passed = pass_further(db, viewer.scope, note, clusters, form.source)
    except CopError as error:
        wrong = FieldError("circles", said(error, viewer.language) or error.key)
        raise Again(replace(shown, errors=(wrong,))) from error
    told = viewer.say.ngettext(
        "It goes to %(num)s phone in five minutes. Its author can still take it back.",
        "It goes to %(num)s phones in five minutes. Its author can still take it back.",
        passed.texts,
    )
    return Done(paths.travelled(number), told % {"num": passed.texts})


@act(paths.travelled("{number}", "proposal"), here=Area.KNOWLEDGE)
def propose_change(db: Session, viewer: Viewer, number: str, form: Wished) -> Done:
    """Lay it before the material team."""
    note = travelling(db, viewer.scope, number)
    _or_again(db, viewer, number, "material", lambda: propose(db, viewer.scope, note, form.material, form.reason))
    return Done(paths.travelled(number), viewer.say.gettext("It is with the material team now."))


@act(paths.travelled("{number}", "decision"), here=Area.KNOWLEDGE)
def decide(db: Session, viewer: Viewer, number: str, form: Decided) -> Done:
    """The material takes it in, or does not; its author is told."""
    note = travelling(db, viewer.scope, number)
    if form.taken:
        _or_again(db, viewer, number, "version", lambda: take_in(db, viewer.scope, note, form.version))
    else:
        _or_again(db, viewer, number, "answer", lambda: turn_down(db, viewer.scope, note, form.answer))
    return Done(paths.travelled(number), viewer.say.gettext("Written down. Its author is told by text."))


@act(paths.travelled("{number}", "gathered"), here=Area.KNOWLEDGE)
def write_gathered(db: Session, viewer: Viewer, number: str, form: Gathered) -> Done:
    """Write down what teachers told at a gathering, one way a line."""
    note = travelling(db, viewer.scope, number)
    audience = Audience.SUBJECT if form.to_all else Audience.CLUSTER
    made = _or_again(
        db,
        viewer,
        number,
        "ways",
        lambda: gather(db, viewer.scope, note, form.session or 0, form.ways.splitlines(), audience),
    )
    told = viewer.say.ngettext("%(num)s way is written down.", "%(num)s ways are written down.", len(made))
    return Done(paths.travelled(number), told % {"num": len(made)})


def _or_again(db: Session, viewer: Viewer, number: str, field: str, do: Callable[[], Made]) -> Made:
    """Do it; or show the page again and say what is wrong with a field."""
    try:
        with db.begin_nested():
            return do()
    except NotFound:
        raise
    except CopError as error:
        wrong = FieldError(field, said(error, viewer.language) or error.key)
        raise Again(replace(_travelled(db, viewer, number), errors=(wrong,))) from error


def _pass_on(
    db: Session, viewer: Viewer, settings: Settings, note: PracticeNote, circles: Collection[str], source: str = ""
) -> PassOnPage:
    travel = travels_of(db, [note.id])[note.id]
    having, open_ones = from_and_to(db, viewer.scope, travel) if note.audience is Audience.SUBJECT else ([], [])
    wanted = [each for each in open_ones if not circles or each.circle_path in circles]
    goes = before_going_further(db, viewer.scope, note, [each.path for each in wanted])
    names: dict[tuple[str, str], list[str]] = {}
    for each in open_ones:
        names.setdefault((each.circle_path, each.circle), []).append(each.name)
    return PassOnPage(
        number=note.number,
        title=note.title,
        text=goes.text,
        language="ur" if goes.language == "ur" else "ur-Latn",
        targets=tuple(
            Target(path, name, tuple(clusters), not circles or path in circles)
            for (path, name), clusters in names.items()
        ),
        clusters=len(wanted),
        phones=goes.phones,
        segments=goes.segments,
        rupees=round(goes.segments * settings.segment_price),
        sources=tuple(Source(each.path, each.name, each.path == source) for each in having)
        if 1 < len(having) <= MOST_SOURCES
        else (),
    )


def spoken(words: str) -> str:
    """The language tag of what somebody wrote."""
    return SPOKEN.get(language_of(words, DEFAULT_LANGUAGE), "ur-Latn")


def tried(count: int) -> int | Tried:
    """How many tried a note, as it may be told."""
    return (told(count) or Tried.SOME) if count else Tried.NOBODY


def _days(note: Followed) -> int:
    """Days in Karachi from its first to its latest arrival in a new cluster, as the table counts them."""
    days = [each.at.astimezone(KARACHI).date() for each in note.travel.arrivals]
    return (days[-1] - days[0]).days if days else 0


def _line(note: Followed, at: datetime) -> NoteLine:
    whole = max((at - note.at).total_seconds(), 1.0)
    return NoteLine(
        number=note.number,
        title=note.title,
        kind=note.kind,
        subject=note.subject,
        classes=class_of(note.words),
        clusters=note.travel.clusters,
        circles=note.travel.circles,
        days=_days(note),
        tried=tried(note.tried),
        steps=tuple(round((each.at - note.at).total_seconds() / whole, 2) for each in note.travel.arrivals),
    )


def _travelled(db: Session, viewer: Viewer, number: str) -> TravelPage:
    scope = viewer.scope
    note, family = family_of(db, scope, number)
    gathers = note.kind is NoteKind.PROBLEM and bool(scope.roles & {str(role) for role in PASSERS})
    paths_of = {each.cluster for member in family for each in member.travel.arrivals} | {each.origin for each in family}
    found = around(db, scope, paths_of, further=note.audience is Audience.SUBJECT)
    arrivals = _in_circles(note, found)
    named = [each for each in arrivals if (place := found.places.get(each.cluster)) is not None and place.seen]
    return TravelPage(
        number=note.number,
        title=note.title,
        words=note.words,
        language=spoken(note.words),
        kind=note.kind,
        subject=note.subject,
        classes=class_of(note.words),
        audience=FOR.get(note.audience, NoteFor.CLUSTER),
        author=note.author or "",
        since=note.at,
        clusters=note.travel.clusters,
        circles=note.travel.circles,
        days=_days(note),
        tried=tried(note.tried),
        adapted=sum(each.parent_id == note.id for each in family),
        counted=midnight(month_of(today(db))),
        arrivals=tuple(_arrivals(note, named, found.places)),
        elsewhere=len(arrivals) - len(named),
        strip=_strip(note, named, found.places, now(db)),
        tree=_Tree(family, note, found.places).whole(),
        changes=tuple(change(each) for each in note.proposals),
        further=found.further if scope.roles & {str(role) for role in PASSERS} else 0,
        may_propose=bool(scope.roles & {str(role) for role in PROPOSERS}),
        may_decide=bool(scope.roles & {str(role) for role in DECIDERS}),
        may_gather=gathers,
        sessions=tuple(_held(db, scope)) if gathers else (),
    )


def _held(db: Session, scope: Scope) -> Iterable[HeldSession]:
    for each, name in gatherings_named(db, scope):
        yield HeldSession(each.id, each.code or "", each.subject, each.starts_at, name)


def change(proposal: Proposed) -> Change:
    """A proposal as pages tell it."""
    return Change(
        id=proposal.id,
        material=proposal.material,
        reason=proposal.reason,
        standing=proposal.standing,
        since=proposal.decided_at or proposal.at,
        version=proposal.version,
        answer=proposal.answer,
    )


def _in_circles(note: Followed, found: Around) -> list[Arrival]:
    """The arrivals, circle by circle as the note came to them; without clusters that nobody knows any more."""
    circles: dict[str, int] = {}
    for each in note.travel.arrivals:
        circles.setdefault(circle_of(each.cluster), len(circles))
    known = [each for each in note.travel.arrivals if each.cluster in found.places]
    return sorted(known, key=lambda each: (circles[circle_of(each.cluster)], each.at))


def _name(place: PlaceOf | None, came: Came) -> str:
    """A cluster by name; only by its circle where it is too small to be told as the place where somebody did this."""
    if place is None or not place.seen:
        return ""
    return place.circle if place.small and came is not Came.PASSED_ON else place.name


def _arrivals(note: Followed, named: Sequence[Arrival], places: Mapping[str, PlaceOf]) -> Iterable[ArrivalLine]:
    first = note.travel.arrivals[0].at if note.travel.arrivals else note.at
    began = first.astimezone(KARACHI).date()
    circle = ""
    came = {each.cluster: each.came for each in note.travel.arrivals}
    for each in named:
        place = places[each.cluster]
        yield ArrivalLine(
            cluster=_name(place, each.came),
            circle=place.circle,
            came=each.came,
            source=_name(places.get(each.source), came.get(each.source, Came.PASSED_ON)),
            day=(each.at.astimezone(KARACHI).date() - began).days,
            at=each.at,
            apart=bool(circle) and circle_of(each.cluster) != circle,
        )
        circle = circle_of(each.cluster)


def _strip(note: Followed, named: Sequence[Arrival], places: Mapping[str, PlaceOf], at: datetime) -> Strip:
    """The lines of the picture: as many days as passed, a week at least."""
    drawn = named[:DRAWN]
    whole = max(at - note.at, timedelta(days=7))
    grown: dict[str, list[float]] = {}
    for each in note.travel.grown:
        grown.setdefault(each.cluster, []).append((each.at - note.at) / whole)
    rows = {each.cluster: row for row, each in enumerate(drawn)}
    lines = tuple(
        SpreadLine(
            since=(each.at - note.at) / whole,
            source=rows.get(each.source, -1),
            adapted=tuple(grown.get(each.cluster, ())),
            apart=row > 0 and circle_of(drawn[row - 1].cluster) != circle_of(each.cluster),
        )
        for row, each in enumerate(drawn)
    )
    ticks = tuple((step / (TICKS - 1), note.at + whole * step / (TICKS - 1)) for step in range(TICKS))
    return Strip(tuple(_name(places[each.cluster], each.came) for each in drawn), lines, ticks, len(named) - len(drawn))


@dataclass(frozen=True)
class _Tree:
    """What grew from what, among the notes of one family."""

    family: Sequence[Followed]
    note: Followed
    places: Mapping[str, PlaceOf]

    def whole(self) -> TreeNote:
        """From the first note that can be seen, down."""
        known = {each.id: each for each in self.family}
        root, climbed = self.note, {self.note.id}
        while root.parent_id in known and root.parent_id not in climbed:
            root = known[root.parent_id]
            climbed.add(root.id)
        return self.of(root)

    def of(self, note: Followed) -> TreeNote:
        """A note with all that grew from it."""
        return TreeNote(
            number=note.number,
            title=note.title,
            kind=note.kind,
            place=_name(self.places.get(note.origin), Came.WRITTEN),
            at=note.at,
            tried=tried(note.tried),
            here=note.id == self.note.id,
            changes=tuple(change(each) for each in note.proposals),
            grown=tuple(self.of(each) for each in self.family if each.parent_id == note.id),
        )


handlers = [show, travel, sheet, before_passing, pass_on, propose_change, decide, write_gathered]
