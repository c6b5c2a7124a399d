"""Reads of communities: a person's own, and of those the members, the host, the meetings and the agenda."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from clusters.kernel.clock import now, today
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.people.models import Person, Post
from clusters.people.rules import Gender
from clusters.scope import Scope
from cop.communities.models import AgendaLine, Community, HostTurn, Meeting, Membership
from cop.communities.rules import Candidate, Standing, Turn

_OPEN = (Standing.ASKED, Standing.INVITED, Standing.MEMBER)


@dataclass(frozen=True, slots=True)
class Member:
    """A member as other members see her."""

    person_id: int
    name: str
    gender: Gender | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class OwnCommunity:
    """A community as one of its people sees it: where she stands, how many belong, who hosts, when it meets next."""

    id: int
    name: str
    subject: Subject | None
    about: str
    standing: Standing
    members: int
    host_id: int | None
    host: str
    asked_to_host: bool
    meets_at: datetime | None
    venue: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the agenda; `by` is empty once she who wrote it has left or had herself forgotten."""

    id: int
    words: str
    by: str
    at: datetime


def own_communities(db: Session, scope: Scope) -> tuple[OwnCommunity, ...]:
    """Those the scope's person belongs to, is invited to, or wants to join, in the order she came to them."""
    fellow = aliased(Membership)
    members = (
        select(func.count(fellow.id))
        .where(fellow.community_id == Community.id, fellow.standing == Standing.MEMBER, fellow.ended_at.is_(None))
        .scalar_subquery()
    )
    meeting = (
        select(Meeting)
        .where(Meeting.called_off_at.is_(None), Meeting.starts_at > now(db))
        .ext(distinct_on(Meeting.community_id))
        .order_by(Meeting.community_id, Meeting.starts_at)
        .subquery()
    )
    rows = db.execute(
        select(
            Community.id,
            Community.name,
            Community.subject,
            Community.about,
            Membership.standing,
            members.label("members"),
            HostTurn.person_id.label("host_id"),
            Person.name.label("host"),
            HostTurn.standing.label("turn"),
            meeting.c.starts_at,
            meeting.c.venue,
        )
        .select_from(Community)
        .join(Membership, Membership.community_id == Community.id)
        .outerjoin(
            HostTurn,
            and_(HostTurn.community_id == Community.id, HostTurn.standing.in_((Turn.HOSTS, Turn.ASKED))),
        )
        .outerjoin(Person, Person.id == HostTurn.person_id)
        .outerjoin(meeting, meeting.c.community_id == Community.id)
        .where(
            Membership.person_id == scope.person_id,
            Membership.standing.in_(_OPEN),
            Membership.ended_at.is_(None),
            Community.closed_at.is_(None),
        )
        .order_by(Membership.asked_at, Membership.id)
    )
    return tuple(
        OwnCommunity(
            row.id,
            row.name,
            row.subject,
            row.about,
            row.standing,
            row.members,
            row.host_id if row.turn is Turn.HOSTS else None,
            row.host if row.turn is Turn.HOSTS else "",
            row.turn is Turn.ASKED and row.host_id == scope.person_id,
            row.starts_at,
            row.venue or "",
        )
        for row in rows
    )


def own_community(db: Session, scope: Scope, community_id: int) -> Community:
    """One that the scope's person is a member of; NotFound to everybody else."""
    found = db.scalar(
        select(Community).where(
            Community.id == community_id,
            Community.closed_at.is_(None),
            exists().where(
                Membership.community_id == Community.id,
                Membership.person_id == scope.person_id,
                Membership.standing == Standing.MEMBER,
                Membership.ended_at.is_(None),
            ),
        )
    )
    if found is None:
        raise NotFound("community_not_found")
    return found


def members(db: Session, scope: Scope, community_id: int) -> tuple[Member, ...]:
    """The members, to members alone, the longest first."""
    own_community(db, scope, community_id)
    return tuple(Member(*row) for row in db.execute(_members(community_id)))


def agenda(db: Session, scope: Scope, community_id: int) -> tuple[Line, ...]:
    """What members want to talk about the next time, to members alone, the oldest first."""
    own_community(db, scope, community_id)
    rows = db.execute(
        select(AgendaLine.id, AgendaLine.words, func.coalesce(Person.name, ""), AgendaLine.at)
        .outerjoin(Person, Person.id == AgendaLine.person_id)
        .where(AgendaLine.community_id == community_id, AgendaLine.talked_about_at.is_(None))
        .order_by(AgendaLine.at, AgendaLine.id)
    )
    return tuple(Line(*row) for row in rows)


def fellows(db: Session, scope: Scope, person_id: int) -> int | None:
    """A community that the scope's person and another both belong to; None when there is none."""
    mine, hers = Membership.__table__.alias(), Membership.__table__.alias()
    found: int | None = db.scalar(
        select(func.min(mine.c.community_id)).where(
            mine.c.community_id == hers.c.community_id,
            mine.c.person_id == scope.person_id,
            hers.c.person_id == person_id,
            *(each.c.standing == Standing.MEMBER for each in (mine, hers)),
            *(each.c.ended_at.is_(None) for each in (mine, hers)),
        )
    )
    return found


def nearby(db: Session, scope: Scope, within: str) -> tuple[Community, ...]:
    """Communities with members within a place of the training tree, by name: what somebody there may ask to join.

    Only names and subjects: who belongs is told to members.
    """
    own = select(Membership.community_id).where(
        Membership.person_id == scope.person_id, Membership.ended_at.is_(None), Membership.standing.in_(_OPEN)
    )
    at_home = exists().where(
        Membership.community_id == Community.id,
        Membership.standing == Standing.MEMBER,
        Membership.ended_at.is_(None),
        Post.person_id == Membership.person_id,
        Post.during.contains(today(db)),
        Post.training_path.startswith(within, autoescape=True),
    )
    found = select(Community).where(Community.closed_at.is_(None), at_home, Community.id.not_in(own))
    return tuple(db.scalars(found.order_by(Community.name, Community.id)))


def candidates(db: Session, scope: Scope, community_id: int) -> tuple[Candidate, ...]:
    """Every member as one who might host, with her latest turn and her latest "not now"."""
    turns = (
        select(
            HostTurn.person_id,
            func.max(HostTurn.answered_at).filter(HostTurn.standing.in_((Turn.HOSTS, Turn.OVER))).label("hosted"),
            func.max(HostTurn.answered_at).filter(HostTurn.standing == Turn.NOT_NOW).label("refused"),
        )
        .where(HostTurn.community_id == community_id)
        .group_by(HostTurn.person_id)
        .subquery()
    )
    rows = db.execute(
        select(Membership.person_id, Membership.since, turns.c.hosted, turns.c.refused)
        .outerjoin(turns, turns.c.person_id == Membership.person_id)
        .where(
            Membership.community_id == community_id,
            Membership.standing == Standing.MEMBER,
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.person_id)
    )
    return tuple(Candidate(*row) for row in rows)


def _members(community_id: int) -> Select[int, str, Gender | None, datetime | None]:
    return (
        select(Person.id, Person.name, Person.gender, Membership.since)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.community_id == community_id,
            Membership.standing == Standing.MEMBER,
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.since, Membership.id)
    )
