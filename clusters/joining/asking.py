"""What whoever asks may know without any rights: schools by their code, her own request, and who will settle it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.joining.models import JoinRequest
from clusters.joining.queries import RequestRow, request
from clusters.joining.rules import slips
from clusters.kernel.errors import NotFound
from clusters.people.names import name_key
from clusters.people.queries import person, persons_at_number, posts_of, trainers_for
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.structure.models import School

_ALL = Scope.everywhere()
_ASKED: Collection[PostRole] = (PostRole.CIRCLE_TRAINER, PostRole.MASTER_TRAINER)


@dataclass(frozen=True, slots=True)
class NamedSchool:
    """A school as everybody may know it."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Confirmer:
    """Who is asked whether she knows the newcomer."""

    person_id: int
    number: str
    language: str | None
    invented: bool


def with_emis(db: Session, code: str) -> NamedSchool | None:
    """The school of an EMIS code."""
    row = db.execute(select(School.id, School.code, School.name).where(School.code == code)).one_or_none()
    return NamedSchool(*row) if row else None


def nearly_emis(db: Session, code: str) -> tuple[NamedSchool, ...]:
    """Schools whose EMIS code is one slip away."""
    query = select(School.id, School.code, School.name).where(School.code.in_(slips(code))).order_by(School.code)
    return tuple(NamedSchool(*row) for row in db.execute(query))


def own_request(db: Session, number: str, request_id: int) -> RequestRow:
    """A request that this number made; NotFound for any other."""
    mine = select(JoinRequest.id).where(JoinRequest.id == request_id, JoinRequest.number == number)
    if db.scalar(mine) is None:
        raise NotFound("join_request", id=request_id)
    return request(db, _ALL, request_id)


def school_of_namesake(db: Session, number: str, name: str) -> tuple[bool, str | None]:
    """Does somebody of this very name answer at this number already, and where does she teach?"""
    for each in persons_at_number(db, _ALL, number):
        if name_key(each.name) == name_key(name) or name_key(each.name.split()[0]) == name_key(name):
            posts = [post for post in posts_of(db, _ALL, each.person_id) if post.until is None]
            return True, posts[0].at if posts else None
    return False, None


def confirmer(db: Session, row: RequestRow) -> Confirmer | None:
    """The nearest who trains there and has a number: of the circle, else of the block; None where nobody does."""
    if not row.training_path:
        return None
    found = [each for each in trainers_for(db, _ALL, f"T/{row.training_path}", _ASKED) if each.number]
    order = {PostRole.CIRCLE_TRAINER: 0, PostRole.MASTER_TRAINER: 1}
    nearest = min(found, key=lambda each: (order[each.role], -len(each.training_path), each.person_id), default=None)
    if nearest is None or nearest.number is None:
        return None
    known = person(db, _ALL, nearest.person_id)
    return Confirmer(nearest.person_id, nearest.number, known.language, known.invented)
