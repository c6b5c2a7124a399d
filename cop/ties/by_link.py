"""Ties given and withdrawn on a person's own page: by functions that take her texted link, where no page may look.

A link that anybody else has seen, as one that an office made, opens none of them.
"""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now, today
from clusters.kernel.errors import Invalid, NotAllowed, NotFound
from clusters.scope import Scope
from cop.consent.actions import decide
from cop.consent.rules import Purpose
from cop.ties.actions import WORD
from cop.ties.rules import MOST_NAMED, term_of
from cop.ties.sheets import sheet
from messaging.consent.queries import was_texted
from messaging.inbound.actions import invite_no_more

SOURCE = "link"
_GIVE = text("SELECT give_ties(:link, :term, :session, CAST(:named AS bigint[]), :at)")
_WITHDRAW = text("SELECT withdraw_tie(:link, :tie, :at)")
_LEAVE = text("SELECT leave_ties(:link, :at)")


def join(db: Session, scope: Scope, link: str) -> None:
    """She lets her ties be kept."""
    decide(db, _her(db, scope, link), Purpose.TIES, True, SOURCE)


def leave(db: Session, scope: Scope, link: str) -> None:
    """She takes part no more: ties from her and to her count for nothing from this instant."""
    person = _her(db, scope, link)
    decide(db, person, Purpose.TIES, False, SOURCE)
    db.execute(_LEAVE, {"link": link, "at": now(db)})
    invite_no_more(db, WORD, person)


def name_peers(db: Session, scope: Scope, link: str, rows: Collection[int]) -> None:
    """Whom she turned to in this term, by the numbers of her latest sheet; none is an answer, too.

    It takes the place of what she answered before for the subject. Invalid names the number that is not on the sheet.
    """
    person = _her(db, scope, link)
    of = sheet(db, scope)
    if of is None:
        raise NotFound("peers_no_sheet")
    for row in rows:
        if row not in of.rows or of.rows[row].person_id == person:
            raise Invalid("peer_not_on_sheet", row=row, last=max(of.rows))
    if len(set(rows)) > MOST_NAMED:
        raise Invalid("peers_too_many", most=MOST_NAMED)
    given = {"session": of.session_id, "named": [of.rows[row].person_id for row in rows]}
    if not db.scalar(_GIVE, {"link": link, "term": term_of(today(db)), "at": now(db), **given}):
        raise NotAllowed("no_consent_to_ties")
    invite_no_more(db, WORD, person)


def withdraw(db: Session, scope: Scope, link: str, tie_id: int) -> None:
    """She takes one tie of hers back; NotFound for any other."""
    _her(db, scope, link)
    if not db.scalar(_WITHDRAW, {"link": link, "tie": tie_id, "at": now(db)}):
        raise NotFound("tie_not_found")


def _her(db: Session, scope: Scope, link: str) -> int:
    if scope.person_id is None or not was_texted(db, link):
        raise NotAllowed("ties_by_texted_link")
    return scope.person_id
