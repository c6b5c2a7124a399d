"""Reads of all that is held of the scope's own person; nobody else's is read here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, literal, select, union_all
from sqlalchemy.orm import Session

from clusters.modules.rules import Subject
from clusters.scope import Scope
from clusters.training.models import Attendance, AttendanceReport, Invitation, TrainingSession
from clusters.training.rules import Answer, Mark, SessionState
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.introductions.queries import OwnIntroduction, how_many
from cop.introductions.queries import own as own_introductions
from cop.knowledge.models import PracticeNote, Trial
from cop.network.disclosure import (
    Given,
    Looked,
    given_by_herself,
    introduced_to_herself,
    named_by_herself,
    views_of,
)
from cop.questions.models import PeerOffer, PeerQuestion
from cop.ties.sheets import sheet
from messaging.consent.queries import was_texted


@dataclass(frozen=True, slots=True)
class Day:
    """A training session she was invited to: what she answered, and what the sheets of its days say of her."""

    subject: str
    starts_at: datetime
    answer: Answer | None
    reason: str | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A practice note of hers."""

    number: str
    title: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is held."""

    attended: int
    """Training sessions on whose sheets a mark of hers stands, of whatever kind; her own page counts the same."""
    notes: int
    ties: int
    introductions: int
    """Those she was asked about, and whom she met by one."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What she said last to one purpose; `about` is the number of the note it is about, "" where it is about all."""

    purpose: Purpose
    granted: bool
    at: datetime
    about: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The sheet by whose numbers she can name peers now."""

    subject: Subject
    starts_at: datetime
    last: int


class Spoken(StrEnum):
    """What she wrote to others besides notes."""

    ASKED = "asked"
    ANSWERED = "answered"
    TRIED = "tried"


@dataclass(frozen=True, slots=True)
class Words:
    """A question of hers, an answer to somebody's, or what she said of a note she tried."""

    kind: Spoken
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Private:
    """What a link that was texted to her own phone shows her, and no other."""

    ties: tuple[Given, ...]
    consents: tuple[Consent, ...]
    looked: Looked
    """How often somebody looked at the community page of her area."""
    sheet: Listed | None
    words: tuple[Words, ...]
    introductions: tuple[OwnIntroduction, ...] = ()

    @property
    def on_map(self) -> bool:
        """Does she take part in the peer map?"""
        return any(each.purpose is Purpose.TIES and each.granted for each in self.consents)


def private(db: Session, scope: Scope, link: str) -> Private | None:
    """Her ties, what she allowed, and who looked; None by a link that was not texted to her."""
    if not was_texted(db, link):
        return None
    own = scope.somebody
    said = db.execute(
        select(Decision.purpose, Decision.granted, Decision.at, func.coalesce(PracticeNote.number, ""))
        .outerjoin(PracticeNote, and_(Decision.purpose == Purpose.NOTE_NAME, PracticeNote.id == Decision.about))
        .where(Decision.person_id == own, Decision.ended_at.is_(None))
        .order_by(Decision.at.desc(), Decision.id.desc())
    )
    consents = tuple(Consent(*row) for row in said)
    return Private(
        given_by_herself(db, scope, link),
        consents,
        views_of(db, scope),
        _sheet(db, scope),
        _words(db, own),
        own_introductions(db, scope, link),
    )


def _words(db: Session, own: int) -> tuple[Words, ...]:
    """What is held of her words to others, the newest first; her numbers for offers say nothing to her."""
    told = func.concat_ws(" ", PracticeNote.number, func.nullif(Trial.words, ""))
    rows = db.execute(
        union_all(
            select(literal(Spoken.ASKED.value), PeerQuestion.words, PeerQuestion.at).where(
                PeerQuestion.asker_id == own
            ),
            select(literal(Spoken.ANSWERED.value), PeerOffer.words, PeerOffer.said_at).where(
                PeerOffer.person_id == own, PeerOffer.words != ""
            ),
            select(literal(Spoken.TRIED.value), told, Trial.at)
            .join(PracticeNote, PracticeNote.id == Trial.note_id)
            .where(Trial.person_id == own),
        )
    )
    said = (Words(Spoken(row[0]), row[1], row[2]) for row in rows)
    return tuple(sorted(said, key=lambda each: each.at, reverse=True))


def _sheet(db: Session, scope: Scope) -> Listed | None:
    of = sheet(db, scope)
    if of is None:
        return None
    starts = db.scalars(select(TrainingSession.starts_at).where(TrainingSession.id == of.session_id)).one()
    return Listed(of.subject, starts, max(of.rows))


def days(db: Session, scope: Scope) -> tuple[Day, ...]:
    """Every training session she is on the list of, the newest first."""
    marks = (
        select(func.array_agg(Attendance.mark))
        .join(AttendanceReport, AttendanceReport.id == Attendance.report_id)
        .where(Attendance.invitation_id == Invitation.id, AttendanceReport.counts)
        .correlate(Invitation)
        .scalar_subquery()
    )
    rows = db.execute(
        select(TrainingSession.subject, TrainingSession.starts_at, Invitation.answer, Invitation.reason, marks)
        .join(Invitation, Invitation.session_id == TrainingSession.id)
        .where(Invitation.person_id == scope.somebody, TrainingSession.state != SessionState.DRAFT)
        .order_by(TrainingSession.starts_at.desc(), TrainingSession.id.desc())
    )
    return tuple(Day(row[0].value, row[1], row[2], row[3], tuple(Mark(mark) for mark in row[4] or ())) for row in rows)


def notes(db: Session, scope: Scope) -> tuple[Note, ...]:
    """What she wrote down for others, the newest first."""
    rows = db.execute(
        select(PracticeNote.number, PracticeNote.title, PracticeNote.words, PracticeNote.at)
        .where(PracticeNote.author_id == scope.somebody)
        .order_by(PracticeNote.id.desc())
    )
    return tuple(Note(*row) for row in rows)


def answers(db: Session, scope: Scope) -> int:
    """How much she wrote to others besides: notes tried, questions asked and answered."""
    own = scope.somebody
    counted = (
        select(func.count(Trial.id)).where(Trial.person_id == own),
        select(func.count(PeerQuestion.id)).where(PeerQuestion.asker_id == own),
        select(func.count(PeerOffer.id)).where(PeerOffer.person_id == own, PeerOffer.words != ""),
    )
    return sum(db.execute(select(*(each.scalar_subquery() for each in counted))).one())


def counts(db: Session, scope: Scope) -> Counts:
    """How much is held of her. Ties are read by the worker alone, so no page may ask this."""
    own = scope.somebody
    marked = (
        select(func.count(func.distinct(Attendance.invitation_id)))
        .select_from(Attendance)
        .join(AttendanceReport, AttendanceReport.id == Attendance.report_id)
        .join(Invitation, Invitation.id == Attendance.invitation_id)
        .where(Invitation.person_id == own, AttendanceReport.counts)
    )
    written = select(func.count(PracticeNote.id)).where(PracticeNote.author_id == own)
    row = db.execute(select(*(each.scalar_subquery() for each in (marked, written)))).one()
    met = how_many(db, scope, introduced_to_herself(db, scope, own))
    return Counts(row[0], row[1], named_by_herself(db, scope, own), met)
