"""What two of a community did together is said by one and confirmed by the other."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.clock import midnight, now, today
from clusters.kernel.errors import Invalid, NotFound
from clusters.modules.rules import Subject
from clusters.scope import Scope
from cop.communities.models import DoneTogether
from cop.communities.queries import fellows
from cop.communities.rules import Doing
from cop.communities.saying import TOGETHER, ask
from cop.consent.reaching import reached
from cop.ties.actions import never_happened, observed, planned
from cop.ties.rules import TieKind

_SAY = text("SELECT say_done_together(:doing, :who, :whom, :among, :about, :on_day, :at)")


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
        ask(db, to, TOGETHER, made, f"community_{doing.value}", {"together": made}, name=by.called, start=midnight(day))
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
