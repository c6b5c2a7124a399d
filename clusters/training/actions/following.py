"""Training sessions stay at their place when the place gets another address."""

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from clusters.structure.facts import SchoolsPlaced
from clusters.structure.models import Place
from clusters.training.models import TrainingSession


def follow_placement(db: Session, _fact: SchoolsPlaced) -> None:
    """A reaction: copy today's paths of the places to their training sessions."""
    db.execute(
        update(TrainingSession)
        .where(
            Place.id == TrainingSession.place_id,
            or_(TrainingSession.training_path != Place.path, TrainingSession.admin_path != Place.seat_path),
        )
        .values(training_path=Place.path, admin_path=Place.seat_path)
        .execution_options(synchronize_session=False)
    )
