"""Community: where help flows between groups and where it could be watered; published figures of groups alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isinf

from sqlalchemy.orm import Session

from clusters.kernel.errors import Invalid
from clusters.modules.rules import Subject
from clusters.structure.rules import PlaceKind
from cop.network import disclosure
from cop.network.disclosure import (
    Community,
    Group,
    Health,
    Level,
    Misfit,
    Named,
    Shown,
    Sure,
    Tended,
    Verdict,
    may_water,
    take_back,
    water,
)
from cop.web.answers import Again, Done
from cop.web.edge import act, page
from cop.web.forms import Nothing
from cop.web.i18n import Language
from cop.web.mistakes import said
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.community import (
    CommunityPage,
    Doing,
    FactRow,
    Flowering,
    GroupRow,
    LinkRow,
    Published,
    Sureness,
    Water,
)
from cop.web.views.frame import Area, FieldError

NAMED = 3
"""Groups that a sentence names."""
_SURE = {Sure.UNSURE: Sureness.UNSURE, Sure.LIKELY: Sureness.LIKELY, Sure.SURE: Sureness.SURE}


@dataclass(frozen=True)
class Watering:
    """What becomes of a suggestion of the page of a place; why is asked only when it does not fit."""

    at: str
    what: str
    act: Verdict
    why: Misfit | None = None


@page(paths.COMMUNITY, here=Area.COMMUNITY, remembered=True)
def community(db: Session, viewer: Viewer, at: str | None = None) -> CommunityPage:
    """What is published of a place, by default of the viewer's own; that it was looked at is kept."""
    return _page(db, viewer, at)


@act(paths.water(), here=Area.COMMUNITY)
def answer(db: Session, viewer: Viewer, form: Watering) -> Done:
    """Plan what is suggested, and go on to the text that asks for it; or set it aside for a month."""
    say = viewer.say
    try:
        said_id, _ = water(db, viewer.scope, form.at, form.what, form.act, form.why)
    except Invalid as error:
        wrong = FieldError(f"why-{form.what}", said(error, viewer.language) or error.key)
        raise Again(replace(_page(db, viewer, form.at), errors=(wrong,))) from error
    if form.act is Verdict.PLANNED:
        words = say.gettext("Planned. Here is a text to the trainers: change it, then check it.")
        return Done(paths.compose(suggestion=said_id), words, undo=paths.water(said_id))
    words = say.gettext("Set aside for a month, for everybody who sees this place.")
    return Done(f"{paths.community(form.at)}#water", words, undo=paths.water(said_id))


@act(paths.water("{said_id}"), here=Area.COMMUNITY)
def open_again(db: Session, viewer: Viewer, said_id: int, form: Nothing) -> Done:
    """Take back what was said to a suggestion."""
    take_back(db, viewer.scope, said_id)
    return Done(f"{paths.COMMUNITY}#water", viewer.say.gettext("Taken back. The suggestion is open again."))


def _page(db: Session, viewer: Viewer, at: str | None) -> CommunityPage:
    found = disclosure.community(db, viewer.scope, at)
    if found is None or not found.parts:
        return CommunityPage(place=found.place.name if found else "", frozen_on=found.frozen_on if found else None)
    return replace(_shown(found, viewer.language), may_water=may_water(viewer.scope))


def _shown(found: Community, language: Language) -> CommunityPage:
    health = disclosure.health(found)
    doing = {path: tuple(each for each in health if each.path == path) for path in {each.path for each in health}}
    rows = tuple(
        _row(group, _name(part.place, language), found.kind, doing.get(group.path, ()), language)
        for part in found.parts
        for group in part.groups
    )
    names = {each.path: each.name for each in rows}
    tended = [each for each in disclosure.suggestions(found) if set(each.suggestion.places) <= set(names)]
    return CommunityPage(
        place=_name(Named(found.place.path, found.place.name, found.place.name_ur), language),
        frozen_on=found.frozen_on,
        term=found.term,
        taking_part=found.taking_part,
        of=found.of,
        answered=found.answered,
        groups=rows,
        links=tuple(LinkRow(each.one, each.other, each.ties, each.may_be_more) for each in found.links),
        water=tuple(_water(each, names) for each in tended if each.verdict in (None, Verdict.PLANNED)),
        aside=tuple(_water(each, names) for each in tended if each.verdict not in (None, Verdict.PLANNED)),
        lively=_few(row.name for row in rows if _thrives(row)),
        alone=_few(row.name for row in rows if row.links_high == 0 and len(rows) > 1),
        at=found.place.address,
        facts=tuple(
            FactRow(each.what, 10 * each.low, 10 * each.high, 10 * each.doubt_low, 10 * each.doubt_high, each.balance)
            for each in disclosure.told(found)
        ),
        published=tuple(_published(each, names) for each in found.shown),
    )


def _row(group: Group, part: str, kind: PlaceKind, doing: Sequence[Health], language: Language) -> GroupRow:
    return GroupRow(
        path=group.path,
        name=", ".join(_name(each, language) for each in group.names),
        part=part,
        members=group.members,
        answered=None if group.answered is None else round(10 * group.answered),
        few_asked=group.few_asked,
        links_low=group.links_low,
        links_high=group.links_high,
        change=group.change,
        sure=group.sure,
        doing=tuple(
            Doing(Flowering(f"{each.axis.value}_{each.level.value}"), each.sure is not Sure.UNSURE)
            for each in doing
            if each.level in (Level.GOOD, Level.LOW)
        ),
        x=group.x,
        y=group.y,
        kept_from=date.fromisoformat(group.kept_from) if group.kept_from else None,
        href=paths.community(f"T/{group.path}") if kind is not PlaceKind.CLUSTER and len(group.names) == 1 else None,
    )


def _water(tended: Tended, names: Mapping[str, str]) -> Water:
    each = tended.suggestion
    return Water(
        each.kind,
        tuple(names[path] for path in each.places),
        Subject(each.subject) if each.subject else None,
        each.why,
        _SURE[each.sure],
        each.effort,
        each.what,
        tended.said_id,
        tended.on if tended.verdict is Verdict.PLANNED else None,
    )


def _published(each: Shown, names: Mapping[str, str]) -> Published:
    high, most = (None if isinf(step) else step for step in (each.high, each.doubt_high))
    return Published(
        each.table,
        each.path,
        names.get(each.path, ""),
        each.second,
        each.low,
        high,
        each.doubt_low,
        most,
        each.of,
        each.hidden,
        each.merged,
        each.kept_from,
    )


def _thrives(row: GroupRow) -> bool:
    """Is it known to be alive, and is nothing known to be low?"""
    known = {each.what for each in row.doing}
    return Flowering.ALIVE_GOOD in known and not any(each.value.endswith("_low") for each in known)


def _few(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(names)[:NAMED]


def _name(named: Named, language: Language) -> str:
    return named.name_ur if language is Language.URDU and named.name_ur else named.name


handlers = [community, answer, open_again]
