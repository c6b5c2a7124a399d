"""A community is founded, members admit members, hosting rotates, what two did together is said and confirmed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from clusters.kernel.clock import midnight, now, today
from clusters.kernel.errors import Conflict, Invalid, NotFound
from clusters.modules.rules import Subject
from clusters.people.queries import persons_at_number
from clusters.scope import Scope
from cop.communities.models import AgendaLine, Community, DoneTogether, HostTurn, Meeting, Membership
from cop.communities.queries import candidates, fellows, own_community
from cop.communities.rules import (
    ADMIT_ASKED,
    HOST_ANSWERS_WITHIN,
    HOSTS_FOR,
    LINE_LETTERS,
    MOST_LINES,
    NAME_LETTERS,
    OPEN_FOR,
    Doing,
    Standing,
    Turn,
    next_host,
    wants_to_split,
)
from cop.consent.reaching import EVERYWHERE, Reached, reached
from cop.ties.actions import never_happened, observed, planned
from cop.ties.rules import TieKind
from messaging.inbound.actions import invite, invite_no_more
from messaging.inbound.words import Asked
from messaging.outbox.actions import Draft, about, enqueue, withdraw
from messaging.outbox.rules import TextClass
from messaging.texts.shortening import shorten, tidy

WORD = "community"
"""Name of the word whose open questions these are."""
MEMBERSHIP, TURN, MEETING, TOGETHER = "community_membership", "community_host", "community_meeting", "done_together"
"""Kinds of the subjects of these texts; they stand at no place."""
GONE_AFTER = timedelta(days=30)
"""A wish or an invitation that came to nothing leaves no trace after this."""
_FORGET = text("SELECT forget_done_together(:person)")
_SAY = text("SELECT say_done_together(:doing, :who, :whom, :among, :about, :on_day, :at)")


# --- founding and belonging


def found(
    db: Session, scope: Scope, name: str, subject: Subject | None, words: str = "", parent_id: int | None = None
) -> Community:
    """Found a community; who founds it is its first member and its first host. Invalid without a name."""
    person = scope.somebody
    called = shorten(tidy(name), NAME_LETTERS)
    if not called:
        raise Invalid("community_without_name")
    if parent_id is not None:
        own_community(db, scope, parent_id)
    made = Community(
        name=called,
        subject=subject,
        about=shorten(tidy(words), 3 * LINE_LETTERS),
        parent_id=parent_id,
        founded_at=now(db),
    )
    db.add(made)
    db.flush()
    db.add(
        Membership(community_id=made.id, person_id=person, standing=Standing.MEMBER, asked_at=now(db), since=now(db))
    )
    db.add(
        HostTurn(
            community_id=made.id,
            person_id=person,
            standing=Turn.HOSTS,
            asked_at=now(db),
            answered_at=now(db),
            from_day=today(db),
        )
    )
    db.flush()
    return made


def invite_colleague(db: Session, scope: Scope, community_id: int, person_id: int) -> Membership:
    """A member invites somebody, by a text to her alone; who wanted to join herself is admitted by it."""
    community = own_community(db, scope, community_id)
    current = _current(db, community.id, person_id)
    if current is not None and current.standing is Standing.ASKED:
        return admit(db, scope, current.id)
    if current is not None:
        raise Conflict("community_knows_her")
    made = Membership(
        community_id=community.id,
        person_id=person_id,
        standing=Standing.INVITED,
        asked_at=now(db),
        by_person_id=scope.somebody,
    )
    db.add(made)
    db.flush()
    to = reached(db, [person_id]).get(person_id)
    by = reached(db, [scope.somebody]).get(scope.somebody)
    if to is not None:
        _ask(
            db,
            to,
            MEMBERSHIP,
            made.id,
            "community_invited",
            {"invited": made.id},
            group=community.name,
            name=by.called if by else None,
        )
    return made


def invite_number(db: Session, scope: Scope, community_id: int, number: str) -> None:
    """A member invites whoever answers at a number; who belongs or was asked already is left alone, without a word."""
    own_community(db, scope, community_id)
    for each in persons_at_number(db, EVERYWHERE, number):
        if _current(db, community_id, each.person_id) is None:
            invite_colleague(db, scope, community_id, each.person_id)


def ask_to_join(db: Session, scope: Scope, community_id: int) -> Membership:
    """She wants to join: a few members are asked, and the first yes admits; who was invited is a member at once."""
    person = scope.somebody
    community = db.get(Community, community_id)
    if community is None or community.closed_at is not None:
        raise NotFound("community_not_found")
    current = _current(db, community.id, person)
    if current is not None and current.standing is Standing.INVITED:
        return accept(db, scope, current.id)
    if current is not None:
        raise Conflict("community_knows_her")
    made = Membership(community_id=community.id, person_id=person, standing=Standing.ASKED, asked_at=now(db))
    db.add(made)
    db.flush()
    own = reached(db, [person]).get(person)
    for to in _whom_to_ask(db, community.id):
        _ask(
            db,
            to,
            MEMBERSHIP,
            made.id,
            "community_wish",
            {"admits": made.id},
            group=community.name,
            name=own.called if own else None,
        )
    return made


def accept(db: Session, scope: Scope, membership_id: int) -> Membership:
    """She follows an invitation."""
    row = _membership(db, membership_id, Standing.INVITED)
    if row.person_id != scope.person_id:
        raise NotFound("community_not_found")
    return _belongs(db, row, row.by_person_id)


def admit(db: Session, scope: Scope, membership_id: int) -> Membership:
    """A member admits somebody who wants to join; she is told by a text."""
    row = _membership(db, membership_id, Standing.ASKED)
    community = own_community(db, scope, row.community_id)
    _belongs(db, row, scope.somebody)
    to = reached(db, [row.person_id]).get(row.person_id)
    if to is not None:
        _say(db, to, MEMBERSHIP, row.id, "community_admitted", group=community.name)
    return row


def turn_down(db: Session, scope: Scope, membership_id: int) -> None:
    """An invitation that is not followed: nobody is told. A member's no to a wish is hers alone: others may say yes."""
    row = db.get(Membership, membership_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NotFound("community_not_found")
    if row.standing is Standing.INVITED and row.person_id == scope.person_id:
        row.standing, row.ended_at = Standing.ENDED, now(db)
        invite_no_more(db, WORD, _asked_of(MEMBERSHIP, row.id))
    else:
        own_community(db, scope, row.community_id)
    db.flush()


def leave(db: Session, scope: Scope, community_id: int) -> Membership:
    """She leaves, at once and without a reason; her turn to host passes on, and the last one closes the door."""
    person = scope.somebody
    row = _current(db, community_id, person)
    if row is None or row.standing is not Standing.MEMBER:
        raise NotFound("community_not_found")
    row.standing, row.ended_at = Standing.LEFT, now(db)
    for turn in db.scalars(
        select(HostTurn).where(
            HostTurn.community_id == community_id,
            HostTurn.person_id == person,
            HostTurn.standing.in_((Turn.ASKED, Turn.HOSTS)),
        )
    ):
        turn.standing, turn.answered_at = Turn.OVER, now(db)
    db.flush()
    if not candidates(db, scope, community_id):
        db.get_one(Community, community_id).closed_at = now(db)
    db.flush()
    return row


def come_back(db: Session, scope: Scope, membership_id: int) -> None:
    """A leaving is taken back on the same day; her turn to host is hers again, unless another was asked meanwhile."""
    row = db.get(Membership, membership_id)
    if row is None or row.person_id != scope.person_id or row.standing is not Standing.LEFT:
        raise Conflict("community_changed_since")
    if _current(db, row.community_id, row.person_id) is not None:
        raise Conflict("community_changed_since")
    left = HostTurn.community_id == row.community_id, HostTurn.person_id == row.person_id
    turn = db.scalar(
        select(HostTurn).where(*left, HostTurn.answered_at == row.ended_at, HostTurn.standing == Turn.OVER)
    )
    if turn is not None and not _hosted(db, row.community_id):
        turn.standing = Turn.HOSTS if turn.from_day else Turn.ASKED
    row.standing, row.ended_at = Standing.MEMBER, None
    db.get_one(Community, row.community_id).closed_at = None
    db.flush()


# --- hosting, meeting, talking


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
        _ask(db, to, TURN, turn.id, "community_host_ask", {"turn": turn.id}, group=community.name)
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
        _say(
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


# --- done together


def say_done_together(
    db: Session, scope: Scope, doing: Doing, other_id: int, subject: Subject | None, day: date
) -> int:
    """She says what the two of them did; the other is asked, and only her yes makes a tie of it.

    Of an observed lesson she is the one who taught. NotFound unless they share a community; its id is given back.
    """
    among = fellows(db, scope, other_id)
    if among is None or other_id == scope.person_id:
        raise NotFound("community_not_found")
    if day > today(db):
        raise Invalid("done_together_ahead")
    values = {
        "doing": doing.value,
        "who": scope.person_id,
        "whom": other_id,
        "among": among,
        "on_day": day,
        "at": now(db),
    }
    made: int = db.execute(_SAY, {**values, "about": subject.value if subject else None}).scalar_one()
    people = reached(db, [other_id, scope.somebody])
    to, by = people.get(other_id), people.get(scope.somebody)
    if to is not None and not to.shared and by is not None:
        _ask(
            db, to, TOGETHER, made, f"community_{doing.value}", {"together": made}, name=by.called, start=midnight(day)
        )
    return made


def confirm(db: Session, scope: Scope, done_id: int, *, yes: bool) -> Doing | None:
    """The other confirms it, and a tie comes of it where both let ties be kept; with a no nothing is left, and None."""
    row = db.get(DoneTogether, done_id, with_for_update=True)
    if row is None or row.other_id != scope.person_id:
        raise NotFound("done_together_over")
    keep, doing = (planned if row.kind is Doing.PLANNED else observed), row.kind
    if yes:
        keep(db, row.person_id, row.other_id, row.subject, row.id, now(db))
    # What was confirmed lives on as a tie, which its people can withdraw; what was not is nobody's business.
    db.delete(row)
    db.flush()
    return doing if yes else None


def not_confirmed_after_all(db: Session, done_id: int, doing: str) -> None:
    """A confirmation is taken back: no tie comes of it."""
    never_happened(db, TieKind(doing), done_id)


# --- what time brings


def look_after(db: Session) -> dict[str, int]:
    """Turns to host end and pass on, large communities are asked whether they want to be two, what is over goes."""
    at = now(db)
    moved = {"hosts": _rotate(db, at), "split": _propose_split(db, at)}
    over = update(Membership).where(
        Membership.standing.in_((Standing.ASKED, Standing.INVITED)),
        Membership.ended_at.is_(None),
        Membership.asked_at < at - OPEN_FOR,
    )
    db.execute(over.values(standing=Standing.ENDED, ended_at=at).execution_options(synchronize_session="fetch"))
    gone = db.execute(
        delete(Membership)
        .where(Membership.standing == Standing.ENDED, Membership.ended_at < at - GONE_AFTER)
        .returning(Membership.id)
    ).all()
    db.execute(delete(HostTurn).where(HostTurn.standing == Turn.NOT_NOW, HostTurn.answered_at < at - 4 * GONE_AFTER))
    db.execute(delete(DoneTogether).where(DoneTogether.said_at < at - OPEN_FOR))
    return {name: count for name, count in (*moved.items(), ("forgotten", len(gone))) if count}


def forget(db: Session, person_id: int) -> None:
    """Nothing of her stays: no membership, turn, line of hers with her name, nor what she did with whom."""
    db.execute(_FORGET, {"person": person_id})
    db.execute(delete(HostTurn).where(HostTurn.person_id == person_id))
    db.execute(update(AgendaLine).where(AgendaLine.person_id == person_id).values(person_id=None))
    db.execute(update(Meeting).where(Meeting.host_id == person_id).values(host_id=None))
    db.execute(update(Membership).where(Membership.by_person_id == person_id).values(by_person_id=None))
    db.execute(delete(Membership).where(Membership.person_id == person_id))


def _rotate(db: Session, at: datetime) -> int:
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


def _propose_split(db: Session, at: datetime) -> int:
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
            _say(db, to, "community", community.id, "community_split", group=community.name, number=size)
            asked += 1
    return asked


# --- saying it


def _ask(
    db: Session, to: Reached, kind: str, subject_id: int, key: str, question: Mapping[str, Any], **values: Any
) -> None:
    """A text with a numbered question, that stays open as long as what it is about."""
    _say(db, to, kind, subject_id, key, **values)
    asked = Asked(WORD, _asked_of(kind, subject_id), question, 2)
    invite(db, to.number, to.person_id, asked, now(db) + OPEN_FOR)


def _say(
    db: Session, to: Reached, kind: str, subject_id: int, key: str, until: datetime | None = None, **values: Any
) -> None:
    about(db, kind, subject_id, training_path=None, admin_path=None)
    enqueue(
        db,
        Draft(
            kind,
            subject_id,
            1,
            to.person_id,
            to.number,
            key,
            TextClass.REMINDER,
            key,
            values,
            to.language,
            now(db),
            until or now(db) + OPEN_FOR,
            invented=to.invented,
        ),
    )


def _asked_of(kind: str, subject_id: int) -> int:
    """One number for what a question is about, different for each kind."""
    return 4 * subject_id + (MEMBERSHIP, TURN, MEETING, TOGETHER).index(kind)


def _whom_to_ask(db: Session, community_id: int) -> list[Reached]:
    """Members who are asked about a newcomer: the host, then who belongs longest; each on a phone of her own."""
    everybody = candidates(db, EVERYWHERE, community_id)
    hosts = set(
        db.scalars(
            select(HostTurn.person_id).where(HostTurn.community_id == community_id, HostTurn.standing == Turn.HOSTS)
        )
    )
    order = sorted(everybody, key=lambda each: (each.person_id not in hosts, each.since))
    known = reached(db, [each.person_id for each in order])
    alone = [known[each.person_id] for each in order if each.person_id in known and not known[each.person_id].shared]
    return alone[:ADMIT_ASKED]


def _hosted(db: Session, community_id: int) -> bool:
    """Does somebody host it, or is being asked?"""
    current = HostTurn.community_id == community_id, HostTurn.standing.in_((Turn.ASKED, Turn.HOSTS))
    return db.scalar(select(HostTurn.id).where(*current)) is not None


def _belongs(db: Session, row: Membership, by: int | None) -> Membership:
    row.standing, row.since, row.by_person_id = Standing.MEMBER, now(db), by
    invite_no_more(db, WORD, _asked_of(MEMBERSHIP, row.id))
    db.flush()
    return row


def _membership(db: Session, membership_id: int, standing: Standing) -> Membership:
    row = db.get(Membership, membership_id, with_for_update=True)
    if row is None or row.standing is not standing or row.ended_at is not None:
        raise NotFound("community_not_found")
    return row


def _current(db: Session, community_id: int, person_id: int) -> Membership | None:
    return db.scalar(
        select(Membership)
        .where(
            Membership.community_id == community_id, Membership.person_id == person_id, Membership.ended_at.is_(None)
        )
        .with_for_update()
    )
