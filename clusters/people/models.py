"""Tables of persons, the posts they hold from-to, and the numbers that reach them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import DATERANGE, TSVECTOR, Range
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from clusters.modules.rules import Subject
from clusters.people.rules import Gender, Language, PostRole


class Person(Base):
    """Somebody of the programme; `name_key` is the folded name that matching compares.

    `search` holds the words of the name and how they sound, in either script; the database makes it.
    """

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_search", "search", postgresql_using="gin"),)

    id: Mapped[Id]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    gender: Mapped[Gender | None] = mapped_column(choice(Gender, "gender"))
    personal_no: Mapped[str | None] = mapped_column(unique=True)
    language: Mapped[Language | None] = mapped_column(choice(Language, "language"))
    invented: Mapped[bool] = mapped_column(server_default=text("false"))
    registered_at: Mapped[datetime]
    search: Mapped[str] = mapped_column(TSVECTOR, Computed("name_search(name)", persisted=True), deferred=True)


class Post(Base):
    """A role at a school or a place, from-to; both paths are today's and follow the school's placement."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("(school_id IS NULL) <> (place_id IS NULL)", name="at_school_or_place"),
        Index("ix_post_training_path", "training_path", postgresql_ops={"training_path": "text_pattern_ops"}),
        Index("ix_post_admin_path", "admin_path", postgresql_ops={"admin_path": "text_pattern_ops"}),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[PostRole] = mapped_column(choice(PostRole, "role"))
    subject: Mapped[Subject | None] = mapped_column(choice(Subject, "subject"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    training_path: Mapped[str | None]
    admin_path: Mapped[str | None]
    during: Mapped[Range[date]] = mapped_column(DATERANGE)


class PersonNumber(Base):
    """A Pakistani mobile number (E.164) that reaches a person from-to; several persons may share one.

    `wrong`: somebody else answered there, so it ended.
    """

    __tablename__ = "person_number"
    __table_args__ = (
        CheckConstraint(r"number ~ '^\+923[0-9]{9}$'", name="pakistani_mobile"),
        Index("uq_person_number_current", "person_id", "number", unique=True, postgresql_where=text("until IS NULL")),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    wrong: Mapped[bool] = mapped_column(server_default=text("false"))
