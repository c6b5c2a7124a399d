"""Lists out: schools and staff as tables with the headers of the census, which the import reads back as they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.imports.kinds import post_of
from clusters.imports.sheet import Cell
from clusters.imports.stored import AREA_FIELDS, SCHOOL_FIELDS, areas, lasting, named_areas
from clusters.imports.vocabulary import ListKind
from clusters.kernel.clock import today
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.queries import seen_people
from clusters.people.rules import PLACED
from clusters.scope import Scope
from clusters.structure.models import School
from clusters.structure.queries import seen_schools

SCHOOLS = (
    *("EMIS Code", "School Name", "Gender", "Level", "Latitude", "Longitude"),
    *("Province", "District", "Tehsil", "Union Council", "Village Council"),
    *("Circle (ASDEO) Office", "SDEO Office", "Summer/Winter Zone", "DDO Code"),
    *("Rooms", "Electricity", "Safe Access", "Can Host", "LTRC", "LTRC Host"),
)
STAFF = ("Personal No", "Name", "Designation", "EMIS Code", "Mobile No", "Gender", "Subject")
_AS_SAID = {"man": "Male", "woman": "Female"}
_YES_NO = {True: "Yes", False: "No"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A table; `left_out` are those whom such a list cannot hold, by the reason."""

    kind: ListKind
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    left_out: dict[str, int]


def schools_listed(db: Session, scope: Scope) -> Listed:
    """Every school of the scope, by its code."""
    named = named_areas(areas(db))
    query = select(School.code, School.admin_path, *(getattr(School, name) for name in SCHOOL_FIELDS))
    rows: list[tuple[Cell, ...]] = []
    for school in db.execute(query.where(seen_schools(scope)).order_by(School.code)).mappings():
        along = named.along(school["admin_path"])
        rows.append(
            (
                *(school["code"], school["name"], _said(school["gender"]), _said(school["level"])),
                *(school["lat"], school["lon"], *(_text(along[kind]) for kind in AREA_FIELDS)),
                *(school["village_council"], school["asdeo_circle"], school["sdeo_office"]),
                *(_said(school["zone"]), school["ddo_code"], school["rooms"]),
                *(_YES_NO.get(school[name]) for name in ("power", "safe_access", "can_host")),
                *(school["official_cluster"], school["official_host"]),
            )
        )
    return Listed(ListKind.SCHOOLS, SCHOOLS, rows, {})


def _said(value: str | None) -> str | None:
    """A word of ours as lists write it: higher_secondary is Higher Secondary; what is not ours stays."""
    return None if value is None else value.replace("_", " ").title() if value.islower() else str(value)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def staff_listed(db: Session, scope: Scope) -> Listed:
    """Everybody of the scope with a post that lasts, each on one line; whoever serves a place stands at a school of it.

    A list holds one post a person: further ones, and offices without a school, are left out and counted.
    """
    number = (
        select(func.min(PersonNumber.number))
        .where(PersonNumber.person_id == Person.id, PersonNumber.until.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )
    day = today(db)
    query = (
        select(
            *(Person.id, Person.personal_no, Person.name, Person.gender, number.label("number")),
            *(Post.role, Post.subject, School.code, Post.training_path, Post.place_id),
        )
        .join(Post, Post.person_id == Person.id)
        .outerjoin(School, School.id == Post.school_id)
        .where(lasting(day), seen_people(scope, day))
        .order_by(Person.name_key, Person.id, Post.school_id.is_(None), Post.id)
    )
    at = _first_schools(db, scope)
    rows: list[tuple[Cell, ...]] = []
    listed: set[int] = set()
    left_out = {"further_posts": 0, "without_a_school": 0}
    for post in db.execute(query):
        served = at.get(post.training_path) if post.role in PLACED and post.training_path is not None else None
        code, designation = post.code or served, str(_said(post.role.value))
        if post.id in listed:
            left_out["further_posts"] += 1
        elif code is None or post_of(designation) is not post.role:
            left_out["without_a_school"] += 1
        else:
            listed.add(post.id)
            gender, phone = _AS_SAID.get(str(post.gender)), national(post.number)
            rows.append((post.personal_no, post.name, designation, code, phone, gender, _said(post.subject)))
    return Listed(ListKind.STAFF, STAFF, rows, {why: many for why, many in left_out.items() if many})


def national(number: str | None) -> str | None:
    """0345-1234567: no plus at the beginning, and the hyphen keeps the zero."""
    return None if number is None else f"0{number[3:6]}-{number[6:]}"


def _first_schools(db: Session, scope: Scope) -> dict[str, str]:
    """Path of each training place -> the first code of its schools."""
    query = select(School.training_path, func.min(School.code)).where(
        School.training_path.is_not(None), seen_schools(scope)
    )
    found: dict[str, str] = {}
    for path, code in db.execute(query.group_by(School.training_path)):
        steps = str(path).split(".")[:-1]
        for depth in range(len(steps) + 1):
            place = "".join(f"{step}." for step in steps[:depth])
            found[place] = min(found.get(place, code), code)
    return found
