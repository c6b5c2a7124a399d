"""Saves a planned round as drafts that nobody is told about."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from clusters.cascade.models import Round
from clusters.kernel.audit import acting, record
from clusters.kernel.base import Base
from clusters.kernel.bulk import add
from clusters.kernel.clock import now
from clusters.kernel.errors import Invalid, NotFound
from clusters.modules.models import Module
from clusters.modules.rules import Subject
from clusters.scope import Scope
from clusters.structure.models import Place
from clusters.training.models import Invitation, Meeting, SessionTrainer, TrainingSession
from clusters.training.rules import Proposal, SessionState, faults


def save_round(
    db: Session,
    scope: Scope,
    name: str,
    from_date: date,
    proposals: Sequence[Proposal],
    *,
    rules: Mapping[str, Any],
    summary: Mapping[str, Any],
) -> int:
    """Save a round with its proposed training sessions as drafts; returns the round's id."""
    subjects = sorted({proposal.subject for proposal in proposals}, key=list(Subject).index)
    round_ = Round(
        name=name,
        author_id=acting(db).person_id,
        made_at=now(db),
        state="draft",
        subjects=[subject.value for subject in subjects],
        from_date=from_date,
        rules=dict(rules),
        summary=dict(summary),
    )
    db.add(round_)
    db.flush()
    insert_sessions(db, scope, proposals, SessionState.DRAFT, round_.id)
    record(db, "drafted", "round", round_.id, new={"sessions": len(proposals), "name": name})
    return round_.id


def insert_sessions(
    db: Session, scope: Scope, proposals: Sequence[Proposal], state: SessionState, round_id: int | None
) -> list[int]:
    """Insert training sessions with meetings, trainers and invitations in a few statements; ids in the given order."""
    for proposal in proposals:
        fault = faults(proposal.sittings)
        if fault:
            raise Invalid(fault)
    if not proposals:
        return []
    places = {
        place.id: place
        for place in db.scalars(select(Place).where(Place.id.in_({proposal.place_id for proposal in proposals})))
    }
    for place in places.values():
        if not scope.covers(place.path, place.seat_path):
            raise NotFound("place", path=place.path)
    modules = _modules(db, {(proposal.subject, proposal.module) for proposal in proposals})
    ids = list(
        db.scalars(
            insert(TrainingSession).returning(TrainingSession.id, sort_by_parameter_order=True),
            [
                {
                    "round_id": round_id,
                    "level": proposal.level,
                    "subject": proposal.subject,
                    "module_id": modules[proposal.subject, proposal.module],
                    "place_id": proposal.place_id,
                    "training_path": places[proposal.place_id].path,
                    "admin_path": places[proposal.place_id].seat_path,
                    "venue": proposal.venue,
                    "venue_school_id": proposal.venue_school_id,
                    "starts_at": proposal.sittings[0].starts_at,
                    "ends_at": proposal.sittings[-1].ends_at,
                    "capacity": proposal.capacity,
                    "state": state,
                }
                for proposal in proposals
            ],
        )
    )
    pairs = list(zip(ids, proposals, strict=True))
    _insert(
        db,
        Meeting,
        (
            {"session_id": id_, "day": day, "starts_at": sitting.starts_at, "ends_at": sitting.ends_at}
            for id_, proposal in pairs
            for day, sitting in enumerate(proposal.sittings, 1)
        ),
    )
    _insert(
        db,
        SessionTrainer,
        ({"session_id": id_, "person_id": person} for id_, proposal in pairs for person in proposal.trainers),
    )
    _insert(
        db,
        Invitation,
        (
            {"session_id": id_, "person_id": invitee.person_id, "school_id": invitee.school_id, "row": row}
            for id_, proposal in pairs
            for row, invitee in enumerate(proposal.invitees, 1)
        ),
    )
    return ids


def _insert(db: Session, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    if listed:
        add(db, table, list(listed[0]), listed)


def _modules(db: Session, wanted: set[tuple[Subject, int]]) -> dict[tuple[Subject, int], int]:
    db.execute(
        upsert(Module).on_conflict_do_nothing(index_elements=[Module.subject, Module.number]),
        [{"subject": subject, "number": number, "title": f"Module {number}"} for subject, number in sorted(wanted)],
    )
    return {(module.subject, module.number): module.id for module in db.scalars(select(Module))}
