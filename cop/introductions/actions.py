"""Two people are asked, each alone, whether they want to be introduced; only two yeses tell either who the other is.

Whatever becomes of it, nothing but the two yeses' own tie is left of it a month later.
"""

import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.modules.rules import Subject
from clusters.people.queries import posted_at
from clusters.scope import Scope
from cop.consent.actions import decide
from cop.consent.queries import allows
from cop.consent.reaching import EVERYWHERE, Reached, reached
from cop.consent.rules import Purpose
from cop.introductions.models import Introduction
from cop.introductions.rules import (
    ASKED_A_DAY,
    GONE_AFTER,
    KEYS,
    OPEN_FOR,
    WAITS_FOR,
    Said,
    both_agree,
    numbers_too,
)
from cop.questions.queries import may_meet
from cop.ties.actions import exchanged
from messaging.inbound.actions import forget_asked, forget_sender, invite
from messaging.inbound.queries import ABOUT
from messaging.inbound.words import Asked
from messaging.outbox.actions import Draft, about, enqueue, unaddress, unsay, withdraw
from messaging.outbox.rules import TextClass

WORD = "introduce"
"""Name of the word whose open questions these are."""
SIDE = "introduction"
"""Kind of the subject of these texts: one for each side, which stands at no place."""
USEFUL = timedelta(days=3)
"""A text of ours that could not go for so long goes no more."""
_SUBJECT = text("SELECT EXISTS (SELECT FROM message_subject WHERE kind = :kind AND id = :key)")
_FORGET = text("SELECT key, texts FROM forget_introductions(:person)")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two whom the matching proposes, and what they could talk about."""

    one_id: int
    other_id: int
    subject: Subject | None


@dataclass(frozen=True, slots=True)
class Told:
    """What one of two is told of the other once both agreed: her school or place, and her number if both gave it."""

    other: Reached
    at: str
    number: bool


# --- proposing


def want(db: Session, pairs: Iterable[Pair], below: Callable[[int], int] = secrets.randbelow) -> int:
    """Keep the pairs of a month's matching, in their order, until both are asked; how many.

    `below` draws the numbers under which they will be.
    """
    rows = [
        {
            "one_id": each.one_id,
            "other_id": each.other_id,
            "subject": each.subject,
            "one_key": below(KEYS),
            "other_key": below(KEYS),
            "wanted_at": now(db),
        }
        for each in pairs
    ]
    if rows:
        db.execute(insert(Introduction).values(rows))
    return len(rows)


def propose(db: Session, most: int = ASKED_A_DAY) -> int:
    """Ask both of the first pairs that wait, by one text each; how many pairs. Who may not be asked any more is not.

    Neither on a phone that somebody shares, and no two whose numbers could not be exchanged between them.
    """
    waiting = (
        select(Introduction)
        .where(Introduction.proposed_at.is_(None))
        .order_by(Introduction.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    asked = 0
    for pair in db.scalars(waiting).all():
        two = _both(db, pair)
        if two is None or _known(db, pair):
            db.delete(pair)
            continue
        pair.proposed_at = now(db)
        for to, key in zip(two, (pair.one_key, pair.other_key), strict=True):
            _say(db, to, key, "introduce_ask", {"subject": pair.subject})
            invite(db, to.number, to.person_id, Asked(WORD, key, {"key": key}, 3), now(db) + OPEN_FOR)
        asked += 1
    db.flush()
    return asked


# --- what they say


def say(db: Session, scope: Scope, key: int, said: Said | None, text_id: int) -> Told | None:
    """Keep what the scope's person said; with both yeses each is told of the other, and what she is told is given back.

    None, the same None, whatever the other said or did not say, and also when nothing is left of it.
    """
    pair = db.scalar(
        select(Introduction)
        .where(or_(Introduction.one_key == key, Introduction.other_key == key), Introduction.introduced_at.is_(None))
        .with_for_update()
    )
    if pair is None or scope.person_id != (pair.one_id if pair.one_key == key else pair.other_id):
        return None
    if pair.one_key == key:
        pair.one_said, pair.one_texts = said, [*pair.one_texts, text_id]
    else:
        pair.other_said, pair.other_texts = said, [*pair.other_texts, text_id]
    db.flush()
    if not both_agree(pair.one_said, pair.other_said):
        return None
    two = _both(db, pair)
    if two is None:
        return None
    mine, other = two if pair.one_key == key else two[::-1]
    other_key = pair.other_key if pair.one_key == key else pair.one_key
    number = numbers_too(pair.one_said, pair.other_said)
    if number:
        for each, own in zip(two, (pair.one_key, pair.other_key), strict=True):
            decide(db, each.person_id, Purpose.NUMBER, True, "text", about=own)
    pair.introduced_at = now(db)
    # Questions have the positive numbers.
    exchanged(db, two[0].person_id, two[1].person_id, pair.subject, -pair.id, now(db), introduced=True)
    at = posted_at(db, EVERYWHERE, [each.person_id for each in two])
    told = Told(mine, at.get(mine.person_id, ""), number)
    _say(db, other, other_key, *words_of(told))
    db.flush()
    return Told(other, at.get(other.person_id, ""), number)


def words_of(told: Told) -> tuple[str, dict[str, Any]]:
    """The text that tells one of two who the other is: its key and values."""
    if told.number:
        return "introduce_number", {"name": told.other.called, "venue": told.at, "phone": told.other.number}
    return "introduce_name", {"name": told.other.called, "venue": told.at}


def introduced(db: Session, key: int) -> bool:
    """Was each told of the other, so that a yes cannot be taken back?"""
    sides = or_(Introduction.one_key == key, Introduction.other_key == key)
    return bool(db.scalar(select(Introduction.id).where(sides, Introduction.introduced_at.is_not(None))))


# --- what time brings


def look_after(db: Session) -> dict[str, int]:
    """Delete what is a month old with everything that was said to it.

    Texts and answers that stay are of nobody, or say the same whatever was answered. Nobody rests for having said no:
    whoever is asked less than others would be known by it.
    """
    at = now(db)
    db.execute(delete(Introduction).where(Introduction.proposed_at.is_(None), Introduction.wanted_at < at - WAITS_FOR))
    over = db.scalars(select(Introduction).where(Introduction.proposed_at < at - GONE_AFTER).with_for_update()).all()
    if not over:
        return {}
    keys = [key for row in over for key in (row.one_key, row.other_key)]
    _leave_nothing(db, keys, [each for row in over for each in (*row.one_texts, *row.other_texts)])
    for row in over:
        db.delete(row)
    db.flush()
    return {"forgotten": len(over)}


def forget(db: Session, person_id: int) -> None:
    """Nothing of hers stays, also where introductions may not be read; whom she was to meet notices nothing of it."""
    found = db.execute(_FORGET, {"person": person_id}).all()
    _leave_nothing(db, [row.key for row in found], [each for row in found for each in row.texts])


def _leave_nothing(db: Session, keys: Collection[int], texts: Collection[int]) -> None:
    for key in keys:
        if db.scalar(_SUBJECT, {"kind": SIDE, "key": key}):
            withdraw(db, SIDE, key, "withdrawn")
    unsay(db, SIDE, keys)
    unsay(db, ABOUT, texts)
    # Who was answered said something, and where no tie came of it that was a no more often than with those who did not.
    unaddress(db, ABOUT, texts)
    forget_asked(db, WORD, keys)
    forget_sender(db, texts)


def _both(db: Session, pair: Introduction) -> tuple[Reached, Reached] | None:
    """The two, if they may still be asked, and could be given each other's number."""
    if pair.one_id is None or pair.other_id is None:
        return None
    found = reached(db, [pair.one_id, pair.other_id])
    one, other = found.get(pair.one_id), found.get(pair.other_id)
    if one is None or other is None or not may_meet(db, Scope(one.person_id, ()), one, other):
        return None
    willing = all(
        allows(db, each, purpose) for each in (pair.one_id, pair.other_id) for purpose in (Purpose.TIES, Purpose.HELP)
    )
    return (one, other) if willing else None


def _known(db: Session, pair: Introduction) -> bool:
    """Were they, or was one of them, asked with anybody since the matching?"""
    people = (pair.one_id, pair.other_id)
    others = select(func.count(Introduction.id)).where(
        Introduction.id != pair.id,
        Introduction.proposed_at.is_not(None),
        or_(Introduction.one_id.in_(people), Introduction.other_id.in_(people)),
    )
    return bool(db.scalar(others))


def _say(db: Session, to: Reached, key: int, text_key: str, values: dict[str, Any]) -> None:
    about(db, SIDE, key, training_path=None, admin_path=None)
    at = now(db)
    enqueue(
        db,
        Draft(
            SIDE,
            key,
            1,
            to.person_id,
            to.number,
            text_key,
            TextClass.REMINDER,
            text_key,
            values,
            to.language,
            at,
            at + USEFUL,
            invented=to.invented,
        ),
    )
