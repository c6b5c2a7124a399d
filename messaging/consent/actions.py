"""A number asks for silence, and comes back; the office notes that one person wants none."""

from collections.abc import Collection
from secrets import token_urlsafe

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.facts import note
from messaging.channels.base import Medium
from messaging.consent.facts import OptedIn, OptedOut
from messaging.consent.models import MediumChoice, OptOut, PersonalLink, PersonOptOut, WrongNumber
from messaging.consent.rules import LINK_BYTES, LINK_LASTS, LOCK, link_hash


def opt_out(db: Session, number: str, source: str, *, changes_too: bool = False) -> bool:
    """Never text this number again unless it writes first; False when it had asked for just that before.

    With `changes_too` it is still told of another date or venue: a narrower wish, which takes the place of one for
    full silence and the other way round. `source` says how it was asked: "text", "trainer", "link", "provider". Once
    this commits no submission of a text can.
    """
    _lock(db, number)
    current = db.scalar(select(OptOut).where(OptOut.number == number, OptOut.ended_at.is_(None)))
    if current is not None:
        if current.changes_too is changes_too:
            return False
        current.ended_at = now(db)
        db.flush()
    made = OptOut(number=number, at=now(db), source=source, changes_too=changes_too)
    db.add(made)
    db.flush()
    record(db, "opt_out", "opt_out", made.id, new={"source": source} | ({"changes_too": True} if changes_too else {}))
    note(db, OptedOut(number, changes_too))
    return True


def choose_medium(db: Session, number: str, medium: Medium | None) -> None:
    """From now on text this number by `medium` first; None is by what its holder last wrote on."""
    if medium is None:
        db.execute(delete(MediumChoice).where(MediumChoice.number == number))
    else:
        chosen = insert(MediumChoice).values(number=number, medium=medium, at=now(db))
        db.execute(
            chosen.on_conflict_do_update(
                index_elements=["number"], set_={"medium": chosen.excluded.medium, "at": chosen.excluded.at}
            )
        )
    record(db, "choose_medium", "medium_choice", new={"medium": medium})


def opt_in(db: Session, number: str, source: str) -> bool:
    """The number itself asked for texts again; False when it had never left."""
    _lock(db, number)
    current = db.scalar(select(OptOut).where(OptOut.number == number, OptOut.ended_at.is_(None)))
    if current is None:
        return False
    current.ended_at = now(db)
    record(db, "opt_in", "opt_out", current.id, new={"source": source})
    note(db, OptedIn(number))
    return True


def silence(db: Session, person_id: int, numbers: Collection[str], source: str, *, changes_too: bool = False) -> bool:
    """Never text this person again, at any of her numbers or later ones; False when just that was known.

    Whoever shares a number with her still gets texts. `numbers` are all that reach her or did: once this commits no
    submission of a text to her can. `source` says who took it down: "trainer", "office", "link". `changes_too` as for
    a number.
    """
    for number in sorted(numbers):
        _lock(db, number)
    current = db.scalar(
        select(PersonOptOut)
        .where(PersonOptOut.person_id == person_id, PersonOptOut.ended_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if current is not None:
        if current.changes_too is changes_too:
            return False
        current.ended_at = now(db)
        db.flush()
    made = db.scalar(
        insert(PersonOptOut)
        .values(person_id=person_id, at=now(db), source=source, changes_too=changes_too)
        .on_conflict_do_nothing(index_elements=["person_id"], index_where=PersonOptOut.ended_at.is_(None))
        .returning(PersonOptOut.id)
    )
    if made is None:
        return False
    record(db, "noted the silence of", "person", person_id, new={"source": source})
    return True


def give_link(db: Session, person_id: int, *, texted: bool = False) -> str:
    """A personal link for somebody; those she had before open nothing any more. Only its hash is kept.

    `texted`: it goes to her phone in answer to her own text, and nobody else sees it.
    """
    revoke_links(db, person_id)
    link = token_urlsafe(LINK_BYTES)
    expires = now(db) + LINK_LASTS
    made = PersonalLink(link_hash=link_hash(link), person_id=person_id, made_at=now(db), expires_at=expires)
    if texted:
        made.texted = True
    db.add(made)
    record(db, "gave a personal link to", "person", person_id)
    return link


def revoke_links(db: Session, person_id: int) -> bool:
    """Let no personal link of hers open anything; False when none did."""
    standing = select(PersonalLink).where(PersonalLink.person_id == person_id, PersonalLink.revoked_at.is_(None))
    found = db.scalars(standing.with_for_update()).all()
    for each in found:
        each.revoked_at = now(db)
    if found:
        record(db, "revoked the personal link of", "person", person_id)
    return bool(found)


def end_silence(db: Session, person_id: int, source: str) -> bool:
    """Texts may go to this person again, if her number did not ask for silence itself; False when nothing was noted."""
    current = db.scalar(
        select(PersonOptOut).where(PersonOptOut.person_id == person_id, PersonOptOut.ended_at.is_(None))
    )
    if current is None:
        return False
    current.ended_at = now(db)
    record(db, "ended the silence of", "person", person_id, new={"source": source})
    return True


def mark_wrong(db: Session, number: str, channel: str, code: str | None) -> bool:
    """A channel says that this number gets no texts; nothing is sent to it until a person has looked. False when that
    was known."""
    made = db.scalar(
        insert(WrongNumber)
        .values(number=number, at=now(db), channel=channel, code=code)
        .on_conflict_do_nothing(index_elements=["number"], index_where=WrongNumber.ended_at.is_(None))
        .returning(WrongNumber.id)
    )
    if made is None:
        return False
    record(db, "marked wrong", "wrong_number", made, new={"channel": channel, "code": code})
    return True


def clear_wrong(db: Session, number: str) -> bool:
    """A person looked, and the number is right: texts may go to it again; False when nothing was marked."""
    current = db.scalar(select(WrongNumber).where(WrongNumber.number == number, WrongNumber.ended_at.is_(None)))
    if current is None:
        return False
    current.ended_at = now(db)
    record(db, "found right", "wrong_number", current.id)
    return True


def _lock(db: Session, number: str) -> None:
    db.execute(select(func.pg_advisory_xact_lock(LOCK, func.hashtext(number))))
