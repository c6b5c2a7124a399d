"""Notes that travel: a list of them, how one travelled and what grew from it, and a sheet of it for a wall."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from clusters.kernel.clock import KARACHI, midnight, now, today
from cop.knowledge.following import Around, Followed, PlaceOf, Proposed, around, family_of, notes_that_travel
from cop.knowledge.queries import PASSERS
from cop.knowledge.rules import Audience, class_of, told
from cop.knowledge.travels import Arrival, Came, circle_of, month_of
from cop.web.edge import page
from cop.web.pictures import SpreadLine
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.frame import Area, Role
from cop.web.views.knowledge import (
    ArrivalLine,
    Change,
    KnowledgePage,
    NoteLine,
    Strip,
    TravelPage,
    TreeNote,
    Tried,
    WallSheetPage,
)
from cop.web.views.notes import NoteFor
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.relaying import language_of

LISTED = 30
DRAWN = 24
"""Clusters in the picture; the table has them all."""
TICKS = 4
FOR = {Audience.CLUSTER: NoteFor.CLUSTER, Audience.SUBJECT: NoteFor.SUBJECT}
SPOKEN = {"ur": "ur"}


@page(paths.KNOWLEDGE, here=Area.KNOWLEDGE)
def show(db: Session, viewer: Viewer, before: int | None = None) -> KnowledgePage:
    """The notes that reached the viewer's places, the newest first."""
    found = notes_that_travel(db, viewer.scope, LISTED + 1, before)
    shown = found[:LISTED]
    return KnowledgePage(
        tuple(_line(each, now(db)) for each in shown),
        shown[-1].id if len(found) > LISTED else None,
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


def spoken(words: str) -> str:
    """The language tag of what somebody wrote."""
    return SPOKEN.get(language_of(words, DEFAULT_LANGUAGE), "ur-Latn")


def tried(count: int) -> int | Tried:
    """How many tried a note, as it may be told."""
    return (told(count) or Tried.SOME) if count else Tried.NOBODY


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
        days=note.travel.days,
        tried=tried(note.tried),
        steps=tuple(round((each.at - note.at).total_seconds() / whole, 2) for each in note.travel.arrivals),
    )


def _travelled(db: Session, viewer: Viewer, number: str) -> TravelPage:
    note, family = family_of(db, viewer.scope, number)
    paths_of = {each.cluster for member in family for each in member.travel.arrivals} | {each.origin for each in family}
    found = around(db, viewer.scope, paths_of, further=note.audience is Audience.SUBJECT)
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
        days=note.travel.days,
        tried=tried(note.tried),
        adapted=sum(each.parent_id == note.id for each in family),
        counted=midnight(month_of(today(db))),
        arrivals=tuple(_arrivals(note, named, found.places)),
        elsewhere=len(arrivals) - len(named),
        strip=_strip(note, named, found.places, now(db)),
        tree=_Tree(family, note, found.places).whole(),
        changes=tuple(change(each) for each in note.proposals),
    )


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
    began = note.at.astimezone(KARACHI).date()
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


handlers = [show, travel, sheet]
