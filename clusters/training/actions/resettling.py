"""Invited teachers follow their schools to the training session of the new cluster, where one has a place."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.cascade.rules import Level
from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.facts import note
from clusters.structure.facts import SchoolsPlaced
from clusters.structure.models import School
from clusters.training.actions.seating import give_place, room_of
from clusters.training.facts import PlaceLeft
from clusters.training.models import Invitation, TrainingSession
from clusters.training.rules import Seat, SessionState


def resettle(db: Session, _fact: SchoolsPlaced) -> None:
    """A reaction: who is invited where her school stands no more moves to the same training of her new cluster.

    Who finds none there, or no place, stays invited where she is; the training session's history says how many, so that
    a person decides.
    """
    ahead = (
        TrainingSession.level == Level.TEACHER,
        TrainingSession.state == SessionState.PLANNED,
        TrainingSession.starts_at > now(db),
    )
    strayed = db.execute(
        select(Invitation, TrainingSession, School.training_path)
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .join(School, School.id == Invitation.school_id)
        .where(
            *ahead,
            Invitation.seat == Seat.PLAN,
            School.training_path.is_not(None),
            School.training_path != TrainingSession.training_path,
        )
        .order_by(Invitation.session_id, Invitation.row)
        .execution_options(populate_existing=True)
    ).all()
    stayed: Counter[int] = Counter()
    for invitation, session, path in strayed:
        there = db.scalars(
            select(TrainingSession)
            .where(
                *ahead,
                TrainingSession.training_path == path,
                TrainingSession.subject == session.subject,
                TrainingSession.module_id.is_not_distinct_from(session.module_id),
                TrainingSession.makes_up_id.is_(None),
                ~select(Invitation.id)
                .where(Invitation.session_id == TrainingSession.id, Invitation.person_id == invitation.person_id)
                .exists(),
            )
            .order_by(TrainingSession.starts_at, TrainingSession.id)
        ).all()
        school_id = invitation.school_id
        new = next((each for each in there if room_of(db, each, coming=school_id).has_place_for(school_id)), None)
        if new is None:
            stayed[session.id] += 1
            continue
        person_id = invitation.person_id
        db.delete(invitation)
        db.flush()
        note(db, PlaceLeft(session.id, person_id))
        row = give_place(db, new, person_id, school_id, Seat.PLAN)
        record(db, "left with her school", "training_session", session.id, old={"person": person_id, "to": new.code})
        record(db, "came with her school", "training_session", new.id, new={"person": person_id, "row": row})
    for session_id, people in stayed.items():
        record(db, "invited from another LTRC", "training_session", session_id, new={"people": people})
