"""Reads of what a round asks of whom: the days of each group of trainers, and the training sessions of each week."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, case, cast, func, select
from sqlalchemy.orm import Session

from clusters.cascade.rules import ORDER, Level
from clusters.kernel.clock import KARACHI
from clusters.scope import Scope
from clusters.structure.models import Place
from clusters.structure.rules import Tree
from clusters.training.models import Meeting, SessionTrainer, TrainingSession
from clusters.training.rounds import must_see


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """The trainers who train one level in one place, by how many meeting days each of them leads."""

    level: Level
    place: str
    trainers: int
    days: int
    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """A week by its Monday: training sessions that begin in it."""

    monday: date
    sessions: int


def team_loads(db: Session, scope: Scope, round_id: int) -> list[TeamLoad]:
    """Every group of trainers of a round, from the core team down, the one with the fullest days first."""
    must_see(db, scope, round_id)
    path = case(
        (
            TrainingSession.level == Level.TEACHER,
            func.concat(
                func.split_part(TrainingSession.training_path, ".", 1),
                ".",
                func.split_part(TrainingSession.training_path, ".", 2),
                ".",
            ),
        ),
        else_=TrainingSession.training_path,
    ).label("path")
    each = (
        select(TrainingSession.level, path, SessionTrainer.person_id, func.count().label("days"))
        .join(SessionTrainer, SessionTrainer.session_id == TrainingSession.id)
        .join(Meeting, Meeting.session_id == TrainingSession.id)
        .where(TrainingSession.round_id == round_id)
        .group_by(TrainingSession.level, path, SessionTrainer.person_id)
        .subquery()
    )
    statement = (
        select(
            each.c.level,
            func.coalesce(func.max(Place.name), each.c.path).label("place"),
            func.count().label("trainers"),
            func.sum(each.c.days).label("days"),
            func.min(each.c.days).label("fewest"),
            func.max(each.c.days).label("most"),
        )
        .outerjoin(Place, (Place.path == each.c.path) & (Place.tree == Tree.TRAINING) & Place.closed_on.is_(None))
        .group_by(each.c.level, each.c.path)
    )
    found = [
        TeamLoad(Level(row.level), row.place, row.trainers, int(row.days), row.fewest, row.most)
        for row in db.execute(statement)
    ]
    return sorted(found, key=lambda team: (ORDER.index(team.level), -team.most, team.place))


def week_loads(db: Session, scope: Scope, round_id: int) -> list[WeekLoad]:
    """The weeks of a round in order; those in which nothing begins are left out."""
    must_see(db, scope, round_id)
    local = func.timezone(KARACHI.key, TrainingSession.starts_at)
    monday = cast(func.date_trunc("week", local), Date).label("monday")
    statement = (
        select(monday, func.count().label("sessions"))
        .where(TrainingSession.round_id == round_id)
        .group_by(monday)
        .order_by(monday)
    )
    return [WeekLoad(row.monday, row.sessions) for row in db.execute(statement)]


def place_called(db: Session, scope: Scope, address: str) -> str:
    """The name of a place of the training tree by its address (T/B1.C02.); the address itself where none is seen."""
    statement = select(Place.name).where(
        Place.tree == Tree.TRAINING,
        Place.path == address.partition("/")[2],
        Place.closed_on.is_(None),
        scope.within(Place.path, Place.seat_path),
    )
    return db.scalar(statement) or address
