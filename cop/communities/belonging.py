"""A community is founded, members admit members, and whoever wants to leaves."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now, today
from clusters.kernel.errors import Conflict, Invalid, NotFound
from clusters.modules.rules import Subject
from clusters.people.queries import persons_at_number
from clusters.scope import Scope
from cop.communities.hosting import hosted
from cop.communities.models import Community, HostTurn, Membership
from cop.communities.queries import candidates, own_community
from cop.communities.rules import ADMIT_ASKED, LINE_LETTERS, NAME_LETTERS, Standing, Turn
from cop.communities.saying import MEMBERSHIP, WORD, ask, asked_of, say
from cop.consent.reaching import EVERYWHERE, Reached, reached
from messaging.inbound.actions import invite_no_more
from messaging.texts.shortening import shorten, tidy


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
        ask(
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
    """A member invites whoever answers at a number; who belongs or was asked already is left alone, without a word.

    So is who did not follow an invitation, as long as anything is known of that.
    """
    own_community(db, scope, community_id)
    for each in persons_at_number(db, EVERYWHERE, number):
        if _current(db, community_id, each.person_id) is None and not _would_not(db, community_id, each.person_id):
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
        ask(
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
        say(db, to, MEMBERSHIP, row.id, "community_admitted", group=community.name)
    return row


def turn_down(db: Session, scope: Scope, membership_id: int) -> None:
    """An invitation that is not followed: nobody is told. A member's no to a wish is hers alone: others may say yes."""
    row = db.get(Membership, membership_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NotFound("community_not_found")
    if row.standing is Standing.INVITED and row.person_id == scope.person_id:
        row.standing, row.ended_at = Standing.ENDED, now(db)
        invite_no_more(db, WORD, asked_of(MEMBERSHIP, row.id))
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
    if turn is not None and not hosted(db, row.community_id):
        turn.standing = Turn.HOSTS if turn.from_day else Turn.ASKED
    row.standing, row.ended_at = Standing.MEMBER, None
    db.get_one(Community, row.community_id).closed_at = None
    db.flush()


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


def _belongs(db: Session, row: Membership, by: int | None) -> Membership:
    row.standing, row.since, row.by_person_id = Standing.MEMBER, now(db), by
    invite_no_more(db, WORD, asked_of(MEMBERSHIP, row.id))
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


def _would_not(db: Session, community_id: int, person_id: int) -> bool:
    over = Membership.community_id == community_id, Membership.standing == Standing.ENDED
    invited = select(Membership.id).where(
        *over, Membership.person_id == person_id, Membership.by_person_id.is_not(None)
    )
    return db.scalar(invited.limit(1)) is not None
