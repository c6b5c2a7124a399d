"""What accepting a draft of LTRCs would touch, what it would tear apart, and what changed since it was made."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    any_,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from clusters.cascade.rules import Level
from clusters.kernel.clock import day_of, now, today
from clusters.kernel.together import Together
from clusters.people.models import Post
from clusters.people.queries import held_on
from clusters.people.rules import LEARNERS
from clusters.scope import Scope
from clusters.structure import queries
from clusters.structure.models import Place, Placement, School
from clusters.structure.naming import locality
from clusters.structure.queries import Draft
from clusters.structure.rules import Tree
from clusters.structure.succession import ClusterKey, Planned, Standing, Succession, moved_by, succeed, touched
from clusters.training.models import Invitation, TrainingSession
from clusters.training.rules import SessionState
from messaging.outbox.models import Message
from messaging.outbox.rules import State

NAMED = 5
"""Schools that came since, by name; all are counted."""


@dataclass(frozen=True, slots=True)
class Torn:
    """An LTRC of which the draft plans only a part: `left` of `schools` are not in it.

    `into` are the LTRCs that the others would stand in, with so many schools; `sessions` are planned there, the last
    one ends on `last`; `posts` are open.
    """

    name: str
    left: int
    schools: int
    into: tuple[tuple[str, int], ...]
    sessions: int
    last: date | None
    posts: int


@dataclass(frozen=True, slots=True)
class Touched:
    """In numbers: schools that change LTRC, teachers there, planned training sessions with people from there or at an
    LTRC that closes, texts that wait for these people, and posts that end."""

    schools: int
    teachers: int
    sessions: int
    texts: int
    posts: int
    torn: tuple[Torn, ...]
    added: int
    """Schools that stand in its LTRCs now and are not in it."""
    added_names: tuple[str, ...]
    moved: int
    """Its schools that were placed anew since it was made."""
    gone: int
    """Its schools that are no longer there."""

    @property
    def outdated(self) -> bool:
        """Did what it was made from change?"""
        return bool(self.added or self.moved or self.gone)


def touched_by(db: Session, plan: Draft) -> Touched:
    """Counts it all; the caller has checked that the draft may be seen."""
    together = Together(db)
    everywhere = Scope.everywhere()
    stand = together.ask(lambda db: queries.standing(db, everywhere))
    places = together.ask(lambda db: queries.places(db, everywhere))
    left_out = together.ask(
        lambda db: frozenset(db.scalars(select(School.id).where(School.code.in_(plan.summary["unplaced"]))))
    )
    planned = [each for each in plan.planned() if each.host]
    standing, unplaced = stand(), left_out()
    found = succeed(planned, standing, [row.path for row in places()], unplaced)
    replanned = touched(planned, standing, unplaced)
    homes = frozenset(school for cluster in standing for school in cluster.schools)
    moving = moved_by(planned, standing, found) | (unplaced & homes)
    planned_ids = frozenset(school.id for school in plan.schools) | unplaced
    left = {cluster.id: cluster.schools - planned_ids for cluster in replanned}
    newcomers = frozenset(school for schools in left.values() for school in schools)
    torn_ids = [place for place, schools in left.items() if schools]
    closing = _closing(standing, replanned, found)
    at, on = now(db), today(db)
    numbers = together.ask(lambda db: db.execute(_counts(plan, moving, closing, at, on)).one())
    hanging = together.ask(lambda db: [tuple(row) for row in db.execute(_hanging(torn_ids, at))])
    names = together.ask(
        lambda db: tuple(
            db.scalars(select(School.name).where(_among(School.id, newcomers)).order_by(School.code).limit(NAMED))
        )
    )
    counted = numbers()
    named = {row.id: row.name for row in places()}
    at_place = {row[0]: row[1:] for row in hanging()}
    return Touched(
        schools=len(moving),
        teachers=counted.teachers,
        sessions=counted.sessions,
        texts=counted.texts,
        posts=counted.posts,
        torn=tuple(
            _torn(cluster, len(left[cluster.id]), _into(cluster, plan, planned, found, named), named, at_place)
            for cluster in replanned
            if left[cluster.id]
        ),
        added=len(newcomers),
        added_names=names(),
        moved=counted.moved,
        gone=max(plan.summary["schools"] - len(plan.summary["unplaced"]) - len(plan.schools), 0),
    )


def _closing(standing: Collection[Standing], replanned: Collection[Standing], found: Succession) -> frozenset[int]:
    """Clusters that close, and the circles and blocks that are left without one."""
    again = {cluster.id for cluster in replanned}
    lasting = [cluster for cluster in standing if cluster.id not in again]
    going_on = {seat.place_id for seats in (found.circles, found.blocks) for seat in seats.values()}
    going_on |= {above for cluster in lasting for above in (cluster.circle_id, cluster.block_id)}
    above = {place for cluster in replanned for place in (cluster.circle_id, cluster.block_id)}
    return frozenset(found.closing) | (above - going_on)


def _into(
    cluster: Standing, plan: Draft, planned: Collection[Planned], found: Succession, named: Mapping[int, str]
) -> tuple[tuple[str, int], ...]:
    """Where the planned part of a cluster would go, the most schools first."""
    hosts: dict[ClusterKey, str] = {school.key: locality(school.name) for school in plan.schools if school.host}
    shares = Counter({each.key: len(each.schools & cluster.schools) for each in planned})

    def name(key: ClusterKey) -> str:
        place = found.clusters[key].place_id
        return hosts[key] if place is None else named.get(place, hosts[key])

    return tuple((name(key), many) for key, many in shares.most_common() if many)


def _torn(
    cluster: Standing,
    left: int,
    into: tuple[tuple[str, int], ...],
    named: Mapping[int, str],
    at_place: Mapping[int, tuple[Any, ...]],
) -> Torn:
    sessions, last, posts = at_place.get(cluster.id, (0, None, 0))
    day = None if last is None else day_of(last)
    return Torn(named.get(cluster.id, ""), left, len(cluster.schools), into, sessions, day, posts)


def _among(column: SQLColumnExpression[Any], ids: Collection[int]) -> ColumnElement[bool]:
    return column == any_(literal(sorted(ids), ARRAY(BigInteger)))


def _ahead(at: datetime) -> ColumnElement[bool]:
    return and_(TrainingSession.state == SessionState.PLANNED, TrainingSession.starts_at > at)


def _counts(
    plan: Draft, moving: Collection[int], closing: Collection[int], at: datetime, on: date
) -> Select[*tuple[Any, ...]]:
    from_there = _among(Invitation.school_id, moving)
    teaching = and_(_ahead(at), TrainingSession.level == Level.TEACHER)
    sessions = select(func.count()).where(
        or_(
            and_(teaching, exists().where(Invitation.session_id == TrainingSession.id, from_there)),
            and_(_ahead(at), _among(TrainingSession.place_id, closing)),
        )
    )
    texts = (
        select(func.count())
        .select_from(Message)
        .join(Invitation, and_(Invitation.session_id == Message.subject_id, Invitation.person_id == Message.person_id))
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .where(Message.subject_kind == "training_session", Message.state == State.QUEUED, teaching, from_there)
    )
    teachers = select(func.count(Post.person_id.distinct())).where(
        _among(Post.school_id, moving), Post.role.in_(LEARNERS), held_on(on)
    )
    posts = select(func.count()).where(_among(Post.place_id, closing), func.upper_inf(Post.during))
    moved = select(func.count()).where(
        _among(Placement.school_id, [school.id for school in plan.schools]),
        Placement.tree == Tree.TRAINING,
        func.upper_inf(Placement.during),
        func.lower(Placement.during) > day_of(plan.made_at),
    )
    return select(
        teachers.scalar_subquery().label("teachers"),
        sessions.select_from(TrainingSession).scalar_subquery().label("sessions"),
        texts.scalar_subquery().label("texts"),
        posts.select_from(Post).scalar_subquery().label("posts"),
        moved.select_from(Placement).scalar_subquery().label("moved"),
    )


def _hanging(places: Collection[int], at: datetime) -> Select[*tuple[Any, ...]]:
    """Of each place: planned training sessions, when the last one ends, open posts."""
    here = (TrainingSession.place_id == Place.id, _ahead(at))
    return select(
        Place.id,
        select(func.count()).select_from(TrainingSession).where(*here).correlate(Place).scalar_subquery().label("n"),
        select(func.max(TrainingSession.ends_at)).where(*here).correlate(Place).scalar_subquery().label("last"),
        select(func.count())
        .select_from(Post)
        .where(Post.place_id == Place.id, func.upper_inf(Post.during))
        .correlate(Place)
        .scalar_subquery()
        .label("posts"),
    ).where(_among(Place.id, places))
