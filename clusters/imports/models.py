"""Tables of imports: the file as it came, and what each of its rows did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id


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
