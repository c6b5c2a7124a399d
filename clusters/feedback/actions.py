"""An opinion is given without a name, taken back within two hours, and then cut off from whoever gave it."""

from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.feedback.models import FeedbackAnswer, FeedbackAsked, FeedbackGiven, FeedbackLink
from clusters.feedback.rules import LINKED_FOR, Score
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotFound
from clusters.scope import Scope
from clusters.training.models import Invitation


def give(
    db: Session, scope: Scope, session_id: int, person_id: int, score: Score | None, words: str | None, text_id: int
) -> UUID:
    """Keep what a person invited to a training session says of it; the id of her answer.

    The audit trail says nothing of it. NotFound when she was not invited; Conflict when she has given one.
    """
    invited = select(Invitation.school_id).where(Invitation.session_id == session_id, Invitation.person_id == person_id)
    row = db.execute(invited).one_or_none()
    if row is None or scope.person_id not in (None, person_id):
        raise NotFound("invitation", session=session_id)
    first = db.execute(
        insert(FeedbackGiven)
        .values(session_id=session_id, person_id=person_id, school_id=row.school_id)
        .on_conflict_do_nothing()
        .returning(FeedbackGiven.session_id)
    ).one_or_none()
    if first is None:
        raise Conflict("feedback_given")
    answer = FeedbackAnswer(session_id=session_id, score=score, words=words or None)
    db.add(answer)
    db.flush()
    db.add(FeedbackLink(answer_id=answer.id, person_id=person_id, text_id=text_id, at=now(db)))
    db.flush()
    return answer.id


def take_back(db: Session, scope: Scope, answer_id: UUID) -> int:
    """Delete an answer as if it had never been given, and say of which training session; NotFound after two hours."""
    link = db.scalar(
        select(FeedbackLink).where(
            FeedbackLink.answer_id == answer_id,
            FeedbackLink.person_id == scope.person_id,
            FeedbackLink.at > now(db) - LINKED_FOR,
        )
    )
    if link is None:
        raise NotFound("feedback")
    session_id = db.get_one(FeedbackAnswer, answer_id).session_id
    db.execute(
        delete(FeedbackGiven).where(FeedbackGiven.session_id == session_id, FeedbackGiven.person_id == link.person_id)
    )
    db.execute(delete(FeedbackLink).where(FeedbackLink.answer_id == answer_id))
    db.execute(delete(FeedbackAnswer).where(FeedbackAnswer.id == answer_id))
    return session_id


def asked(db: Session, _scope: Scope, session_id: int) -> bool:
    """Write down that the participants are asked now; False when they were."""
    first = db.execute(
        insert(FeedbackAsked)
        .values(session_id=session_id, at=now(db))
        .on_conflict_do_nothing()
        .returning(FeedbackAsked.session_id)
    ).one_or_none()
    return first is not None


def unlink(db: Session, _scope: Scope) -> list[int]:
    """Delete every link that is two hours old; the texts whose senders must not be known any more.

    All answers to that training session are then written anew in a random order: else where and by which transaction
    a row was written would go on telling which person gave it.
    """
    old = FeedbackLink.at <= now(db) - LINKED_FOR
    about = select(FeedbackAnswer.session_id).join(FeedbackLink, FeedbackLink.answer_id == FeedbackAnswer.id)
    sessions = sorted(set(db.scalars(about.where(old))))
    texts = list(db.scalars(delete(FeedbackLink).where(old).returning(FeedbackLink.text_id)))
    if sessions:
        db.execute(_SHUFFLED, {"sessions": sessions})
    return texts


_SHUFFLED = text(
    "WITH old AS (DELETE FROM feedback_answer AS a WHERE session_id = ANY(CAST(:sessions AS bigint[]))"
    " AND NOT EXISTS (SELECT FROM feedback_link AS l WHERE l.answer_id = a.id) RETURNING session_id, score, words)"
    " INSERT INTO feedback_answer (session_id, score, words) SELECT session_id, score, words FROM old ORDER BY random()"
)
