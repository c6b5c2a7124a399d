"""A question that we put unprompted, as an invitation is: feedback in the evening, a request to help a peer."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from messaging.inbound.models import Question
from messaging.inbound.words import Asked
from messaging.texts.values import jsonable


def invite(db: Session, number: str, person_id: int, asked: Asked, until: datetime) -> int:
    """Open a question of this number and person until then; the text that puts it is enqueued by whoever calls this.

    `asked.kind` is the name of the word that takes the answer; where an invitation stands open beside it, the house
    asks which of the two is meant and names it by that word. `0` opens it again. Gives the question's id.
    """
    question = Question(
        number=number,
        person_id=person_id,
        kind=asked.kind,
        subject_id=asked.subject_id,
        values={"options": asked.options, "values": jsonable(asked.values)},
        asked_at=now(db),
        expires_at=until,
        invites=True,
    )
    db.add(question)
    db.flush()
    return question.id


def invite_no_more(db: Session, kind: str, subject_id: int, number: str | None = None) -> None:
    """Nobody, or nobody at this number, is asked this any more: what it was about was settled another way."""
    asked = update(Question).where(
        Question.kind == kind, Question.subject_id == subject_id, Question.closed_at.is_(None), Question.invites
    )
    if number is not None:
        asked = asked.where(Question.number == number)
    db.execute(asked.values(closed_at=now(db)))


def forget_asked(db: Session, kind: str, subject_ids: Collection[int]) -> None:
    """Let these never have been asked: no row is left of whom, when, or that it was answered."""
    db.execute(delete(Question).where(Question.kind == kind, Question.subject_id.in_(subject_ids)))
