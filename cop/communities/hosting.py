"""Hosting rotates; the host proposes meetings, and members put on the agenda what they want to talk about."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now, today
from clusters.kernel.errors import Conflict, Invalid, NotFound
from clusters.scope import Scope
from cop.communities.models import AgendaLine, Community, HostTurn, Meeting, Membership
from cop.communities.queries import candidates, own_community
from cop.communities.rules import (
    HOST_ANSWERS_WITHIN,
    HOSTS_FOR,
    LINE_LETTERS,
    MOST_LINES,
    NAME_LETTERS,
    Standing,
    Turn,
    next_host,
    wants_to_split,
)
from cop.communities.saying import MEETING, TURN, ask, say
from cop.consent.reaching import EVERYWHERE, reached
from messaging.outbox.actions import withdraw
from messaging.texts.shortening import shorten, tidy


def host(db: Session, scope: Scope, turn_id: int, *, yes: bool) -> HostTurn:
    """She takes her turn to host, or not now; then the next one is asked."""
    turn = db.get(HostTurn, turn_id, with_for_update=True)
    if turn is None or turn.person_id != scope.person_id or turn.standing is not Turn.ASKED:
        raise NotFound("community_turn_over")
    turn.answered_at = now(db)
    turn.standing, turn.from_day = (Turn.HOSTS, today(db)) if yes else (Turn.NOT_NOW, None)
    db.flush()
    if not yes:
        ask_next_host(db, turn.community_id)
    return turn


def not_hosting_after_all(db: Session, scope: Scope, turn_id: int) -> None:
    """She takes her yes to hosting back, and another is asked."""
    turn = db.get(HostTurn, turn_id, with_for_update=True)
    if turn is None or turn.person_id != scope.person_id or turn.standing is not Turn.HOSTS:
        raise Conflict("community_changed_since")
    turn.standing, turn.from_day = Turn.NOT_NOW, None
    db.flush()
    ask_next_host(db, turn.community_id)


def ask_next_host(db: Session, community_id: int) -> HostTurn | None:
    """Ask the member whose turn it is; None when everybody rests."""
    community = db.get_one(Community, community_id)
    wanted = next_host(candidates(db, EVERYWHERE, community_id), now(db))
    if wanted is None:
        return None
    turn = HostTurn(community_id=community_id, person_id=wanted.person_id, standing=Turn.ASKED, asked_at=now(db))
    db.add(turn)
    db.flush()
    to = reached(db, [wanted.person_id]).get(wanted.person_id)
    if to is not None:
        ask(db, to, TURN, turn.id, "community_host_ask", {"turn": turn.id}, group=community.name)
    return turn


def propose_meeting(db: Session, scope: Scope, community_id: int, starts_at: datetime, venue: str) -> Meeting:
    """The host proposes when and where, and every member who can be reached is told once; Invalid in the past."""
    community = own_community(db, scope, community_id)
    hosts = select(HostTurn.id).where(
        HostTurn.community_id == community_id, HostTurn.person_id == scope.person_id, HostTurn.standing == Turn.HOSTS
    )
    if db.scalar(hosts) is None:
        raise Conflict("community_host_proposes")
    if starts_at <= now(db):
        raise Invalid("community_meeting_past")
    made = Meeting(
        community_id=community.id,
        starts_at=starts_at,
        venue=shorten(tidy(venue), NAME_LETTERS),
        host_id=scope.person_id,
        proposed_at=now(db),
    )
    db.add(made)
    db.flush()
    others = [each.person_id for each in candidates(db, scope, community.id) if each.person_id != scope.person_id]
    for to in reached(db, others).values():
        say(
            db,
            to,
            MEETING,
            made.id,
            "community_meeting",
            until=starts_at,
            group=community.name,
            start=starts_at,
            venue=made.venue,
        )
    return made


def call_off(db: Session, scope: Scope, meeting_id: int) -> None:
    """Its host calls a meeting off; texts that have not gone stay here."""
    meeting = db.get(Meeting, meeting_id)
    if meeting is None or meeting.host_id != scope.person_id or meeting.called_off_at is not None:
        raise NotFound("community_not_found")
    meeting.called_off_at = now(db)
    withdraw(db, MEETING, meeting.id, "withdrawn")
    db.flush()


def add_line(db: Session, scope: Scope, community_id: int, words: str) -> AgendaLine:
    """A member puts something on the agenda; Conflict when it is full, Invalid without words."""
    community = own_community(db, scope, community_id)
    said = shorten(tidy(words), LINE_LETTERS)
    if not said:
        raise Invalid("community_line_empty")
    waiting = select(func.count(AgendaLine.id)).where(
        AgendaLine.community_id == community.id, AgendaLine.talked_about_at.is_(None)
    )
    if (db.scalar(waiting) or 0) >= MOST_LINES:
        raise Conflict("community_agenda_full", most=MOST_LINES)
    made = AgendaLine(community_id=community.id, person_id=scope.person_id, words=said, at=now(db))
    db.add(made)
    db.flush()
    return made


def strike_line(db: Session, scope: Scope, line_id: int, *, for_good: bool = False) -> None:
    """A member says that a line of the agenda was talked about; `for_good`, as if it had never been written."""
    line = db.get(AgendaLine, line_id)
    if line is None:
        raise NotFound("community_not_found")
    own_community(db, scope, line.community_id)
    if for_good:
        db.delete(line)
    else:
        line.talked_about_at = now(db)
    db.flush()


def rotate(db: Session, at: datetime) -> int:
    """End what is over and ask the next: turns that lasted, and questions that nobody answered."""
    moved = 0
    for turn in db.scalars(
        select(HostTurn)
        .join(Community, Community.id == HostTurn.community_id)
        .where(
            Community.closed_at.is_(None),
            or_(
                (HostTurn.standing == Turn.HOSTS) & (HostTurn.from_day <= today(db) - HOSTS_FOR),
                (HostTurn.standing == Turn.ASKED) & (HostTurn.asked_at < at - HOST_ANSWERS_WITHIN),
            ),
        )
        .with_for_update(of=HostTurn)
    ).all():
        lapsed = turn.standing is Turn.ASKED
        turn.standing = Turn.NOT_NOW if lapsed else Turn.OVER
        turn.answered_at = at if lapsed else turn.answered_at
        db.flush()
        ask_next_host(db, turn.community_id)
        moved += 1
    without = select(Community.id).where(
        Community.closed_at.is_(None),
        ~select(HostTurn.id)
        .where(HostTurn.community_id == Community.id, HostTurn.standing.in_((Turn.ASKED, Turn.HOSTS)))
        .exists(),
    )
    for community_id in db.scalars(without).all():
        moved += ask_next_host(db, community_id) is not None
    return moved


def propose_split(db: Session, at: datetime) -> int:
    """Ask the host of a large community whether it wants to be two; it names nobody and draws no line."""
    asked = 0
    rows = db.execute(
        select(Community, func.count(Membership.id), func.max(HostTurn.person_id))
        .join(Membership, Membership.community_id == Community.id)
        .join(HostTurn, (HostTurn.community_id == Community.id) & (HostTurn.standing == Turn.HOSTS))
        .where(Community.closed_at.is_(None), Membership.standing == Standing.MEMBER, Membership.ended_at.is_(None))
        .group_by(Community.id)
    ).all()
    for community, size, host_id in rows:
        to = reached(db, [host_id]).get(host_id)
        if wants_to_split(size, community.split_proposed_at, at) and to is not None:
            community.split_proposed_at = at
            say(db, to, "community", community.id, "community_split", group=community.name, number=size)
            asked += 1
    return asked


def hosted(db: Session, community_id: int) -> bool:
    """Does somebody host it, or is being asked?"""
    current = HostTurn.community_id == community_id, HostTurn.standing.in_((Turn.ASKED, Turn.HOSTS))
    return db.scalar(select(HostTurn.id).where(*current)) is not None
