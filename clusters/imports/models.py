"""Tables of imports: the file as it came, and what each of its rows did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from clusters.imports.steps import Stage, Step, Work
from clusters.imports.vocabulary import ListKind
from clusters.kernel.base import Base, Id, choice


class Import(Base):
    """One list that was applied; the file is kept with its hash, so that anybody can see what it said."""

    __tablename__ = "import"

    id: Mapped[Id]
    kind: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    columns: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]
    applied_at: Mapped[datetime]
    by_person_id: Mapped[int | None]
    undone_at: Mapped[datetime | None]
    undone: Mapped[dict[str, Any] | None]
    """What came of taking it back."""


class ImportedRow(Base):
    """What one row created or changed: the values before and after, so that it can be undone."""

    __tablename__ = "imported_row"
    __table_args__ = (Index(None, "target_kind", "target_id"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    target_kind: Mapped[str]
    target_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column()
    after: Mapped[dict[str, Any]]


class ImportDraft(Base):
    """A list on its way in: the file, what was chosen, what the check said, and the work that is wanted of it.

    Work is leased: whoever holds the newest `token` may finish it, until the lease ends by the database's own clock.
    """

    __tablename__ = "import_draft"
    __table_args__ = (
        Index("ix_import_draft_wanted", "id", postgresql_where=text("wanted IS NOT NULL")),
        Index(None, "by_person_id"),
    )

    id: Mapped[Id]
    kind: Mapped[ListKind] = mapped_column(choice(ListKind, "kind"))
    file_name: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The file; gone once the list is applied."""
    choices: Mapped[dict[str, Any]]
    """What a person said of it: sheet, encoding, bounds, columns."""
    step: Mapped[Step] = mapped_column(choice(Step, "step"))
    read: Mapped[dict[str, Any] | None]
    """How the file was read: headers, samples, recognised columns."""
    checked: Mapped[dict[str, Any] | None]
    """What the check said: counts, problems by cause, first rows."""
    problem_rows: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The rows with problems as CSV, compressed."""
    error: Mapped[dict[str, Any] | None]
    """Why the last work was refused."""
    only_good: Mapped[bool] = mapped_column(server_default=text("false"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), index=True)
    by_person_id: Mapped[int | None]
    made_at: Mapped[datetime]
    touched_at: Mapped[datetime] = mapped_column(index=True)
    wanted: Mapped[Work | None] = mapped_column(choice(Work, "wanted"))
    leased_until: Mapped[datetime | None]
    token: Mapped[int] = mapped_column(server_default=text("0"))
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    stage: Mapped[Stage | None] = mapped_column(choice(Stage, "stage"))
    done: Mapped[int] = mapped_column(server_default=text("0"))
    of: Mapped[int] = mapped_column(server_default=text("0"))
