"""Tables of training sessions: meetings, who leads, who is invited, who came, and which codes are in use."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, column, func, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from clusters.cascade.rules import Level
from clusters.kernel.base import Base, Id, choice
from clusters.modules.rules import Subject
from clusters.training.rules import Answer, Mark, Seat, SessionState


class TrainingSession(Base):
    """One gathering of one or more meeting days at a venue; its paths are those of its place, today.

    `code` is three digits and a Damm check digit, given when the session is planned. `revision` rises with every
    move, so that texts about an older date can be told apart.
    """

    __tablename__ = "training_session"
    __table_args__ = (
        Index(
            "ix_training_session_training_path", "training_path", postgresql_ops={"training_path": "text_pattern_ops"}
        ),
        Index("ix_training_session_admin_path", "admin_path", postgresql_ops={"admin_path": "text_pattern_ops"}),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )

    id: Mapped[Id]
    code: Mapped[str | None] = mapped_column(index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    level: Mapped[Level] = mapped_column(choice(Level, "level"))
    subject: Mapped[Subject] = mapped_column(choice(Subject, "subject"))
    module_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    training_path: Mapped[str]
    admin_path: Mapped[str]
    venue_school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    venue: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    state: Mapped[SessionState] = mapped_column(choice(SessionState, "state"), index=True)
    revision: Mapped[int] = mapped_column(server_default="1")
    sheet_printed_at: Mapped[datetime | None]
    called_off_why: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    """When who leads it said that it took place; attendance may come later."""
    makes_up_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id", ondelete="SET NULL"), index=True)
    """Of a make-up session: the one that most of its people missed; each invitation names its own."""


class Meeting(Base):
    """One day of a training session."""

    __tablename__ = "meeting"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class SessionTrainer(Base):
    """Who leads a training session."""

    __tablename__ = "session_trainer"

    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Booking(Base):
    """A day of a trainer or of a venue, taken by one training session that is planned or held."""

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("person_id", "day"),
        UniqueConstraint("school_id", "day"),
        CheckConstraint("(person_id IS NULL) <> (school_id IS NULL)", name="trainer_or_venue"),
    )

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    day: Mapped[date]


class CodeHold(Base):
    """A session code held in a circle and for each trainer from planning until 30 days after the session.

    `holder` is the place id for a circle and the negative person id for a trainer: one column, so that one exclusion
    constraint hands out no code twice to either.
    """

    __tablename__ = "code_hold"
    __table_args__ = (
        ExcludeConstraint(
            (func.int8range(column("holder"), column("holder"), text("'[]'")), "&&"),
            (func.int8range(column("code"), column("code"), text("'[]'")), "&&"),
            (column("during"), "&&"),
            name="one_session_a_code",
        ),
    )

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), index=True)
    holder: Mapped[int]
    code: Mapped[int]
    during: Mapped[Range[date]] = mapped_column(DATERANGE)


class Invitation(Base):
    """A person invited to a training session; `row` is her line of the printed sheet and her number in texts.

    `seat` says how she came by the row. `makes_up_id` is the invitation that she missed and makes up for with this one:
    always the first one missed, however often it is made up.
    """

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("session_id", "row"), UniqueConstraint("session_id", "person_id"))

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    row: Mapped[int]
    answer: Mapped[Answer | None] = mapped_column(choice(Answer, "answer"))
    answered_at: Mapped[datetime | None]
    answered_via: Mapped[str | None]
    reason: Mapped[str | None]
    answers: Mapped[int] = mapped_column(server_default="0")
    seat: Mapped[Seat] = mapped_column(choice(Seat, "seat"), server_default=Seat.PLAN.value)
    makes_up_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="SET NULL"), index=True)


class AttendanceReport(Base):
    """One report of who came on one meeting day; later versions replace earlier ones, and an undone one counts no more.

    `day` is the meeting's; versions are numbered through the whole training session. `counts` marks the one report of a
    day that holds: the newest that is not undone.
    """

    __tablename__ = "attendance_report"
    __table_args__ = (
        UniqueConstraint("session_id", "version"),
        Index("ix_attendance_report_counts", "session_id", "day", unique=True, postgresql_where=text("counts")),
    )

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"))
    version: Mapped[int]
    at: Mapped[datetime]
    by_person_id: Mapped[int | None]
    source: Mapped[str]
    undone_at: Mapped[datetime | None]
    day: Mapped[int] = mapped_column(server_default="1")
    counts: Mapped[bool] = mapped_column(server_default=text("true"))
    why: Mapped[str | None]
    """Why it was corrected after the trainer's time was over."""
    headcount: Mapped[int | None]
    """How many came, where nobody has said who: such a report has no marks, and one with names takes its place."""


class Attendance(Base):
    """The mark of one row in one report."""

    __tablename__ = "attendance"

    report_id: Mapped[int] = mapped_column(ForeignKey("attendance_report.id", ondelete="CASCADE"), primary_key=True)
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    mark: Mapped[Mark] = mapped_column(choice(Mark, "mark"))


class Waiting(Base):
    """Somebody who waits for a place in a training session that is full; first come, first seated."""

    __tablename__ = "waiting"
    __table_args__ = (
        Index("ix_waiting_person", "session_id", "person_id", unique=True, postgresql_where=text("left_at IS NULL")),
    )

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    since: Mapped[datetime]
    by_person_id: Mapped[int | None]
    left_at: Mapped[datetime | None]
    seated: Mapped[bool] = mapped_column(server_default=text("false"))
    """Did she leave the list because she got a place?"""


class WalkIn(Base):
    """Somebody who came without an invitation, as she was written down, and whom she was found to be.

    While `person_id` is empty she is pending. Her row of the sheet comes with the match and is never given twice.
    """

    __tablename__ = "walk_in"

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id", ondelete="CASCADE"), index=True)
    day: Mapped[int]
    raw: Mapped[str]
    """The words as they were written."""
    name: Mapped[str]
    school: Mapped[str]
    phone: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime]
    by_person_id: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    row: Mapped[int | None]
    matched_at: Mapped[datetime | None]
    matched_by: Mapped[int | None]
    dropped_at: Mapped[datetime | None]
    """When it was taken off again as a mistake."""


class Certificate(Base):
    """A certificate that somebody asked for; `number` is what a stranger checks."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[Id]
    number: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id", ondelete="SET NULL"), index=True)
    subject: Mapped[Subject] = mapped_column(choice(Subject, "subject"))
    level: Mapped[Level] = mapped_column(choice(Level, "level"))
    training_path: Mapped[str]
    admin_path: Mapped[str]
    completed_on: Mapped[date]
    days: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None]
    """Who wrote the wish down; the person herself or somebody of her office."""
    withdrawn_at: Mapped[datetime | None]
