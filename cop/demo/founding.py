"""Founds the invented district: its areas and schools, its clusters, its people and who may sign in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.bulk import add, fresh_ids
from clusters.kernel.clock import now, today
from clusters.people.actions import appoint, fill, give_number, register
from clusters.people.models import Person, Post
from clusters.people.rules import Gender, Language, PostRole
from clusters.scope import Scope
from clusters.structure.actions import accept_draft, found_programme, grow_areas, place_schools, save_draft
from clusters.structure.formation import form
from clusters.structure.models import School
from clusters.structure.proposal import Formation
from clusters.structure.queries import places, schools_to_plan
from clusters.structure.rules import CIRCLE_BAND, CLUSTER_BAND, PlaceKind, Site, Tree
from cop.demo.district import PROVINCE, InventedSchool, invent
from cop.demo.past import Past
from cop.demo.province import invent_province
from cop.demo.sizes import Land, Size
from cop.web.signing_in import add_login

ACTOR = Actor("command line")
FIRST_STEPS, FURTHER_STEPS = 30, 90
"""How long the planner seeks for the clusters that stand, and for the draft that shows what more seeking finds."""
IN_POST_FOR = timedelta(days=1_096)
"""The teachers were there before the programme was, and turned to each other."""
ADMINISTRATOR = "demo"
"""The name under which the one-time link signs in."""


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody with a desk: where she works and how she is reached; nobody real has these numbers."""

    name: str
    gender: Gender
    role: PostRole
    kind: PlaceKind
    """She works at the first place of this kind."""
    login: str
    number: str


OFFICIALS = (
    Official(
        "Gulalai Khattak", Gender.WOMAN, PostRole.ADMINISTRATOR, PlaceKind.PROGRAMME, ADMINISTRATOR, "+923009990001"
    ),
    Official("Zakir Ullah Wazir", Gender.MAN, PostRole.EDUCATION_MANAGER, PlaceKind.DISTRICT, "zakir", "+923009990002"),
    Official(
        "Rukhsana Bangash", Gender.WOMAN, PostRole.EDUCATION_MANAGER, PlaceKind.TEHSIL, "rukhsana", "+923009990003"
    ),
    Official("Imran Afridi", Gender.MAN, PostRole.MONITOR, PlaceKind.DISTRICT, "imran", "+923009990004"),
    Official("Shabnam Marwat", Gender.WOMAN, PostRole.MONITOR, PlaceKind.BLOCK, "shabnam", "+923009990005"),
    Official("Adnan Niazi", Gender.MAN, PostRole.CLERK, PlaceKind.DISTRICT, "adnan", "+923009990006"),
)


INVENTORS = {Land.DISTRICT: invent, Land.PROVINCE: invent_province}
PROGRAMMES = {Land.DISTRICT: "Bannu, an invented district", Land.PROVINCE: f"{PROVINCE}, an invented province"}


def open_schools(past: Past, at: datetime, seed: int, size: Size) -> list[Site]:
    """Found the programme at an instant, with its areas and schools; the schools as a planner sees them."""
    scope = Scope.everywhere()
    with past.at(at)(ACTOR) as db:
        found_programme(db, scope, PROGRAMMES[size.land], invented=True, languages=("en", "ur"))
        _open(db, scope, INVENTORS[size.land](seed, size.schools))
        return [school.site() for school in schools_to_plan(db, scope)]


def found(past: Past, at: datetime, seed: int, size: Size, sites: Sequence[Site]) -> None:
    """The rest of what stands before the first training session, as it was founded at an instant."""
    scope = Scope.everywhere()
    formation = form(sites, blocks=size.blocks, seed=seed, steps=FIRST_STEPS)
    with past.at(at)(ACTOR) as db:
        accept_draft(db, scope, keep_draft(db, "The first LTRCs", seed, formation))
    with past.at(at)(ACTOR) as db:
        fill(db, scope, seed, size.teachers / size.schools, today(db) - IN_POST_FOR)
        _appoint_officials(db, scope)


def _open(db: Session, scope: Scope, invented: tuple[InventedSchool, ...]) -> None:
    areas = grow_areas(db, scope, [(PROVINCE, each.district, each.tehsil, each.union_council) for each in invented])
    ids = fresh_ids(db, School, len(invented))
    rows: list[dict[str, Any]] = [
        {
            "id": id_,
            "code": each.code,
            "name": each.name,
            "name_ur": each.name_ur,
            "gender": each.gender,
            "level": "primary",
            "lat": each.spot and each.spot[0],
            "lon": each.spot and each.spot[1],
            "zone": "summer",
            "village_council": each.village,
            "asdeo_circle": each.tehsil,
            "invented": True,
        }
        for id_, each in zip(ids, invented, strict=True)
    ]
    add(db, School, list(rows[0]), rows)
    by_path = {row.path: row.id for row in places(db, scope) if row.tree is Tree.ADMINISTRATIVE}
    place_schools(
        db, Tree.ADMINISTRATIVE, {id_: by_path[path] for id_, path in zip(ids, areas, strict=True)}, today(db)
    )


def keep_draft(db: Session, name: str, seed: int, formation: Formation) -> int:
    """Keep a plan of clusters of all schools as a draft; the draft's id."""
    rules = {
        "min": CLUSTER_BAND.smallest,
        "max": CLUSTER_BAND.largest,
        "circle_min": CIRCLE_BAND.smallest,
        "circle_max": CIRCLE_BAND.largest,
        "strata": [],
        "seed": seed,
        "waive": None,
    }
    return save_draft(db, Scope.everywhere(), name, formation, rules)


def _appoint_officials(db: Session, scope: Scope) -> None:
    for each in OFFICIALS:
        office = next(row for row in places(db, scope) if row.kind is each.kind)
        person = register(db, scope, each.name, gender=each.gender, language=Language.ENGLISH, invented=True)
        appoint(db, scope, person, each.role, at_place=office.id)
        give_number(db, scope, person, each.number)


def open_the_door(db: Session) -> None:
    """Let the officials sign in: the last thing that is done, so that it marks a district that is finished."""
    named = {each.name: each for each in OFFICIALS}
    officials = select(Person.id, Person.name).join(Post, Post.person_id == Person.id)
    rows = db.execute(officials.where(Person.name.in_(named), Post.role.in_({each.role for each in OFFICIALS})))
    for person_id, name in sorted(rows, key=lambda row: row.id):
        add_login(db, person_id, named[name].login, now(db))
