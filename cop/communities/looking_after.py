"""What time brings to communities, and what goes with somebody who is forgotten."""

from datetime import timedelta

from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from cop.communities.hosting import propose_split, rotate
from cop.communities.models import AgendaLine, DoneTogether, HostTurn, Meeting, Membership
from cop.communities.rules import OPEN_FOR, Standing, Turn

GONE_AFTER = timedelta(days=30)
"""A wish or an invitation that came to nothing leaves no trace after this."""
_FORGET = text("SELECT forget_done_together(:person)")


def look_after(db: Session) -> dict[str, int]:
    """Turns to host end and pass on, large communities are asked whether they want to be two, what is over goes."""
    at = now(db)
    moved = {"hosts": rotate(db, at), "split": propose_split(db, at)}
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
