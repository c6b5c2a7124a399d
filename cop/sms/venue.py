"""JAGAH 4814 GHS Kakki: a session gets another venue, once its trainer has confirmed it by a code."""

from functools import partial

from sqlalchemy.orm import Session

from clusters.kernel.errors import CopError
from clusters.scope import Scope
from clusters.structure.queries import SchoolRow, schools_of
from clusters.training.actions import move
from clusters.training.queries import SessionRow, sittings
from cop.sms.challenging import Asking, Proof, meant, refused_for, tell
from cop.sms.own_sessions import about
from messaging.inbound.words import Reply, Text, Word
from messaging.proof.rules import Does
from messaging.texts.segments import fold

NAME = "venue"
LONGEST = 40
"""Letters of a venue's name; more would not fit into the texts that name it."""


def act(db: Session, scope: Scope, text: Text, proof: Proof) -> Reply:
    """Challenge another venue: a school of the session's own LTRC by name or EMIS code, or the words as they are."""
    found = meant(db, scope, text, NAME)
    if isinstance(found, Reply):
        return found
    row, wanted = found.row, " ".join(fold(found.written.rest).split())
    if not wanted:
        return Reply("venue_which", venue=row.venue, **about(row))
    school = _school(db, scope, row, wanted)
    venue = school.name if school else wanted
    if len(venue) > LONGEST and school is None:
        return Reply("venue_too_long", code=row.code, last=LONGEST)
    if _same(venue, row.venue):
        return Reply("venue_same", venue=row.venue, **about(row))
    school_id = school.id if school else None
    asking = Asking(
        Does.VENUE,
        row,
        {"venue": venue, "school": school_id},
        "challenge_venue",
        {**about(row), "old_venue": row.venue, "venue": venue},
    )
    days = sittings(db, scope, [row.id])[row.id]
    try:
        change = partial(move, db, scope, row.id, days, venue=venue, venue_school_id=school_id)
        return tell(db, scope, text, asking, change, proof)
    except CopError as error:
        booked = Reply("move_clash_venue", code=row.code, start=row.starts_at, venue=venue)
        return refused_for(error, row, {"venue_booked": lambda _: booked})


def _school(db: Session, scope: Scope, row: SessionRow, wanted: str) -> SchoolRow | None:
    """The one school of the session's place that is called so; None where none is, or several are."""
    named = [each for each in schools_of(db, scope, row.place_id) if _same(each.name, wanted) or each.code == wanted]
    return named[0] if len(named) == 1 else None


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def word(proof: Proof) -> Word:
    """The word of a house."""
    return Word(
        NAME,
        {"ur_latn": ("jagah", "jaga"), "en": ("venue",), "ur": ("جگہ",)},
        tier=2,
        act=partial(act, proof=proof),
        free=True,
        expects="session",
    )
