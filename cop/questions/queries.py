"""Reads of questions: whom one would be put to, what somebody was asked, and what is still unanswered."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from clusters.kernel.clock import now, today
from clusters.kernel.errors import NotFound
from clusters.modules.rules import Subject
from clusters.people.models import Post
from clusters.people.queries import held_on, trainers_for
from clusters.scope import Scope
from clusters.training.models import Invitation, SessionTrainer, TrainingSession
from cop.consent.queries import all_who, allows
from cop.consent.reaching import EVERYWHERE, Reached, reached
from cop.consent.rules import Purpose
from cop.knowledge.queries import home_of
from cop.knowledge.rules import TAUGHT_WITHIN
from cop.questions.models import PeerOffer, PeerQuestion
from cop.questions.rules import REST, Offering, Willing, across, chosen, ranked

MOST_LOOKED_AT = 40
"""Of those who are willing so many are looked at, the nearest first: some of them a text does not reach."""


@dataclass(frozen=True, slots=True)
class Asks:
    """Whom a question would be put to."""

    whom: Literal["peers", "trainer", "office"]
    people: tuple[Reached, ...] = ()


def trainer_of(db: Session, scope: Scope, session_id: int) -> Reached | None:
    """The trainer of a training session whom a question about it reaches; never the scope's own person."""
    led = select(SessionTrainer.person_id).where(SessionTrainer.session_id == session_id)
    found = reached(db, [each for each in db.scalars(led) if each != scope.person_id])
    return min(found.values(), key=lambda each: each.person_id, default=None)


def whom_to_ask(db: Session, scope: Scope, subject: Subject | None, but: Collection[int] = ()) -> Asks:
    """Up to three who said that they help, of the same subject and nearest first; else the trainer; else the office.

    Of her own school one at most, while there are others. Nobody who asked for silence, who shares a phone, or who
    lately said "not now". The scope's person asks.
    """
    asker = scope.person_id
    if asker is None:
        raise NotFound("person")
    people = _helpers(db, asker, subject, but)
    if people:
        return Asks("peers", people)
    trainer = circle_trainer(db, scope, asker, but)
    return Asks("trainer", (trainer,)) if trainer else Asks("office")


def circle_trainer(db: Session, scope: Scope, person_id: int, but: Collection[int] = ()) -> Reached | None:
    """A trainer of the circle somebody teaches in whom a text reaches."""
    home = home_of(db, scope, person_id)
    if not home.training_path:
        return None
    near = sorted(
        trainers_for(db, EVERYWHERE, f"T/{home.training_path}"),
        key=lambda row: (row.subject is not None and row.subject is not home.subject, -len(row.training_path)),
    )
    found = reached(db, [row.person_id for row in near])
    wanted = (row.person_id for row in near if row.person_id not in {person_id, *but})
    return next((found[each] for each in wanted if each in found), None)


def own_offers(db: Session, scope: Scope) -> list[PeerOffer]:
    """What the scope's person was asked and may still answer, by her own numbers."""
    statement = (
        select(PeerOffer)
        .join(PeerQuestion, PeerQuestion.id == PeerOffer.question_id)
        .where(
            PeerOffer.person_id == scope.person_id,
            PeerQuestion.closed_at.is_(None),
            PeerOffer.standing != Offering.NOT_NOW,
        )
        .order_by(PeerOffer.number)
    )
    return list(db.scalars(statement)) if scope.person_id is not None else []


def own_offer(db: Session, scope: Scope, offer_id: int) -> PeerOffer:
    """One of them by its id, also after she said "not now"; NotFound for everybody else, and once it is closed."""
    found = db.get(PeerOffer, offer_id)
    if found is None or scope.person_id is None or found.person_id != scope.person_id:
        raise NotFound("question_not_found", question=offer_id)
    if db.get_one(PeerQuestion, found.question_id).closed_at is not None:
        raise NotFound("question_not_found", question=offer_id)
    return found


def own_question(db: Session, scope: Scope, question_id: int) -> PeerQuestion:
    """A question by who asked it; NotFound for everybody else."""
    found = db.get(PeerQuestion, question_id)
    if found is None or scope.person_id is None or found.asker_id != scope.person_id:
        raise NotFound("question_not_found", question=question_id)
    return found


def own_questions(db: Session, scope: Scope) -> list[PeerQuestion]:
    """Everything the scope's person asked, the latest first."""
    own = select(PeerQuestion).where(PeerQuestion.asker_id == scope.person_id).order_by(PeerQuestion.id.desc())
    return list(db.scalars(own)) if scope.person_id is not None else []


def may_meet(db: Session, scope: Scope, asker: Reached | None, helper: Reached | None) -> bool:
    """May these two be asked whether each other's number is given to them? The scope is that of one of them."""
    if asker is None or helper is None or scope.person_id not in (asker.person_id, helper.person_id):
        return False
    if asker.shared or helper.shared:
        return False
    if not across(asker.gender, helper.gender):
        return True
    return all(allows(db, each.person_id, Purpose.ACROSS) for each in (asker, helper))


def _helpers(db: Session, asker: int, subject: Subject | None, but: Collection[int]) -> tuple[Reached, ...]:
    willing = all_who(db, Purpose.HELP) - {asker, *but}
    tired = select(PeerOffer.person_id).where(
        PeerOffer.person_id.in_(willing), PeerOffer.standing == Offering.NOT_NOW, PeerOffer.said_at > now(db) - REST
    )
    willing -= set(db.scalars(tired))
    own = reached(db, [asker])
    own_number = own[asker].number if asker in own else ""
    near = ranked(_willing(db, asker, subject, willing))[:MOST_LOOKED_AT]
    found = reached(db, [each.person_id for each in near])
    alone = [each for each in near if each.person_id in found and not found[each.person_id].shared]
    apart = [each for each in alone if found[each.person_id].number != own_number]
    return tuple(found[each.person_id] for each in chosen(apart))


def _willing(db: Session, asker: int, subject: Subject | None, people: Collection[int]) -> list[Willing]:
    """Those of some people as the asker sees them."""
    asked = (
        select(PeerOffer.person_id, func.count())
        .where(PeerOffer.person_id.in_(people), PeerOffer.asked_at > now(db) - REST)
        .group_by(PeerOffer.person_id)
    )
    lately = {row[0]: row[1] for row in db.execute(asked)}
    posts = select(Post.person_id, Post.training_path, Post.subject, Post.school_id).where(held_on(today(db)))
    homes = {row.person_id: row for row in db.execute(posts.where(Post.person_id.in_([*people, asker])))}
    taught = set(
        db.scalars(
            select(Invitation.person_id)
            .join(TrainingSession, TrainingSession.id == Invitation.session_id)
            .where(
                Invitation.person_id.in_(people),
                TrainingSession.subject == subject,
                TrainingSession.starts_at > now(db) - TAUGHT_WITHIN,
            )
        )
    )
    here = home_of(db, EVERYWHERE, asker).training_path or ""
    school = homes[asker].school_id if asker in homes else None

    def seen(each: int) -> Willing:
        home = homes.get(each)
        return Willing(
            each,
            each in taught or (subject is not None and home is not None and home.subject is subject),
            lately.get(each, 0),
            _shared_steps(here, (home.training_path if home else None) or ""),
            school is not None and home is not None and home.school_id == school,
        )

    return [seen(each) for each in people]


def _shared_steps(one: str, other: str) -> int:
    """How many places from the root down two paths have in common."""
    steps = 0
    for left, right in zip(one.split("."), other.split("."), strict=False):
        if left != right or not left:
            break
        steps += 1
    return steps


def unanswered(db: Session, scope: Scope) -> list[PeerQuestion]:
    """Questions that were put to peers, and that none of them has answered yet; for the job that looks after them."""
    if scope.person_id is not None:
        raise NotFound("person")
    said = select(PeerOffer.question_id).where(
        or_(PeerOffer.standing.in_((Offering.ANSWERED, Offering.EXCHANGED)), PeerOffer.trainer)
    )
    waits = PeerQuestion.closed_at.is_(None) & PeerQuestion.asked_at.is_not(None) & PeerQuestion.asker_id.is_not(None)
    return list(db.scalars(select(PeerQuestion).where(waits, PeerQuestion.id.not_in(said)).order_by(PeerQuestion.id)))
