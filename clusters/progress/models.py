"""Tables of the figures of the cascade: the figures, what has changed since they were counted, and every recount."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from clusters.cascade.rules import Level
from clusters.kernel.base import Base, Id, choice
from clusters.modules.rules import Subject
from clusters.progress.rules import SchoolsOf


class Tally(Base):
    """What stands at one address of both trees: training sessions of the place, people whose school or post is there.

    The finest grain there is, so that every area of either tree is a sum of rows. "" is the programme's own address,
    and that of people whom no place has yet.
    """

    __tablename__ = "tally"
    __table_args__ = (
        Index(
            "ix_tally_year_training_path", "year", "training_path", postgresql_ops={"training_path": "text_pattern_ops"}
        ),
        Index("ix_tally_year_admin_path", "year", "admin_path", postgresql_ops={"admin_path": "text_pattern_ops"}),
    )

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[Level] = mapped_column(choice(Level, "level"), primary_key=True)
    subject: Mapped[Subject] = mapped_column(choice(Subject, "subject"), primary_key=True)
    training_path: Mapped[str] = mapped_column(primary_key=True)
    admin_path: Mapped[str] = mapped_column(primary_key=True)
    schools_of: Mapped[SchoolsOf] = mapped_column(choice(SchoolsOf, "schools_of"), primary_key=True)
    planned: Mapped[int]
    held: Mapped[int]
    people: Mapped[int]
    schools: Mapped[int]
    invited: Mapped[int]
    trained: Mapped[int]
    absent: Mapped[int]
    made_up: Mapped[int]
    wait_days: Mapped[int | None]
    """Days from when the trainers of the place's first held training session had learnt it until they gave it."""
    as_of: Mapped[datetime]


class TallyMark(Base):
    """Something that makes figures stale: a training session, a place's address, or everything when both are missing.

    Only ever appended, so that nobody waits for anybody; whoever counts takes the marks away.
    """

    __tablename__ = "tally_mark"

    id: Mapped[Id]
    session_id: Mapped[int | None]
    path: Mapped[str | None]
    year: Mapped[int | None]
    """A school year that is concerned besides that of the training session and the present one."""


class TallyRecount(Base):
    """One recount of everything, and in how many rows it differed from what had been kept up."""

    __tablename__ = "tally_recount"

    id: Mapped[Id]
    at: Mapped[datetime]
    rows: Mapped[int]
    differed: Mapped[int]
