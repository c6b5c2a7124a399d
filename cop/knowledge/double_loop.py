"""A note changes the material or the plan: proposed with a reason, taken in where it is written down, or declined."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.people.models import Person
from clusters.people.queries import numbers_of
from clusters.people.rules import OFFICE, PLANNERS, PostRole
from clusters.scope import Scope
from cop.knowledge.models import MaterialProposal, PracticeNote
from cop.knowledge.rules import USEFUL, WORDS_MOST, Proposal, Standing
from messaging.consent.queries import silent, silent_people
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.rules import TextClass
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.relaying import fitted, language_of

PROPOSERS = (*OFFICE, PostRole.CORE_TEAM, PostRole.MASTER_TRAINER)
DECIDERS = (*PLANNERS, PostRole.CORE_TEAM)
"""The material team, and who plans."""
SUBJECT = "note_proposal"
TOLD = "note_material"
"""Kind of the text that tells an author what became of her note."""


def propose(db: Session, scope: Scope, note: PracticeNote, material: str, reason: str) -> MaterialProposal:
    """Lay a note before the material team; Conflict while it lies there already."""
    if not scope.roles & {*map(str, PROPOSERS), "house"}:
        raise NotAllowed("may_not_propose")
    material, reason = material.strip(), reason.strip()
    if not material or not reason or max(len(material), len(reason)) > WORDS_MOST:
        raise Invalid("proposal_unreadable", letters=WORDS_MOST)
    db.refresh(note, with_for_update=True)
    if note.standing is not Standing.PASSED_ON:
        raise Conflict("note_decided", note=note.number)
    if open_proposal(db, note) is not None:
        raise Conflict("proposal_open", note=note.number)
    made = MaterialProposal(
        note_id=note.id,
        at=now(db),
        by_person_id=scope.person_id,
        reason=reason,
        material=material,
        standing=Proposal.PROPOSED,
    )
    db.add(made)
    db.flush()
    record(db, "proposed", "practice_note", note.id, new={"material": material})
    return made


def take_in(db: Session, scope: Scope, note: PracticeNote, version: str) -> MaterialProposal:
    """The material has it now, from this version on; its author is told once."""
    version = version.strip()
    if not version or len(version) > WORDS_MOST:
        raise Invalid("proposal_needs_version")
    found = _decidable(db, scope, note)
    found.standing, found.version = Proposal.TAKEN_IN, version
    _settled(db, scope, note, found, "note_taken_in", f"{found.material}, {version}")
    return found


def turn_down(db: Session, scope: Scope, note: PracticeNote, why: str) -> MaterialProposal:
    """The material stays as it is, and why; its author is told once."""
    why = why.strip()
    if not why or len(why) > WORDS_MOST:
        raise Invalid("proposal_needs_reason")
    found = _decidable(db, scope, note)
    found.standing, found.answer = Proposal.DECLINED, why
    _settled(db, scope, note, found, "note_not_taken_in", why)
    return found


def open_proposal(db: Session, note: PracticeNote) -> MaterialProposal | None:
    """What waits for the material team."""
    return db.scalar(
        select(MaterialProposal).where(
            MaterialProposal.note_id == note.id, MaterialProposal.standing == Proposal.PROPOSED
        )
    )


def _decidable(db: Session, scope: Scope, note: PracticeNote) -> MaterialProposal:
    if not scope.roles & {*map(str, DECIDERS), "house"}:
        raise NotAllowed("may_not_change_material")
    found = open_proposal(db, note)
    if found is None:
        raise NotFound("proposal_not_found", note=note.number)
    db.refresh(found, with_for_update=True)
    if found.standing is not Proposal.PROPOSED:
        raise Conflict("proposal_decided", note=note.number)
    return found


def _settled(db: Session, scope: Scope, note: PracticeNote, proposal: MaterialProposal, key: str, words: str) -> None:
    proposal.decided_at, proposal.decided_by = now(db), scope.person_id
    record(db, str(proposal.standing), "practice_note", note.id, new={"proposal": proposal.id})
    db.flush()
    author = db.get(Person, note.author_id) if note.author_id is not None else None
    number = numbers_of(db, Scope.everywhere(), [author.id]).get(author.id) if author is not None else None
    if author is None or number is None or silent(db, [number]) or silent_people(db, [author.id]):
        return
    language = language_of(f"{words} {note.title}", author.language or DEFAULT_LANGUAGE)
    values = {"note": note.number, "title": note.title, "words": words}
    about(db, SUBJECT, proposal.id, training_path=None, admin_path=None)
    enqueue(
        db,
        Draft(
            SUBJECT, proposal.id, 1, author.id, number, TOLD, TextClass.BULK, key,
            {**values, "words": fitted(key, language, values)}, language, now(db), now(db) + USEFUL,
            invented=author.invented,
        ),
    )  # fmt: skip
