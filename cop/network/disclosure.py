"""The only door from ties to whoever asks: a person's own, to herself."""

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotAllowed
from clusters.scope import Scope
from cop.ties.queries import own_ties


def named_by_herself(db: Session, scope: Scope, person_id: int) -> int:
    """How many ties somebody has named that are kept; NotAllowed to anybody but herself."""
    if scope.person_id != person_id:
        raise NotAllowed("ties_are_private")
    return len(own_ties(db, scope))
