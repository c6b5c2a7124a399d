"""Tables of what is taught: the modules of each subject."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clusters.kernel.base import Base, Id, choice
from clusters.modules.rules import Subject


class Module(Base):
    """One module of a subject, delivered whole at each level of the cascade."""

    __tablename__ = "module"
    __table_args__ = (UniqueConstraint("subject", "number"),)

    id: Mapped[Id]
    subject: Mapped[Subject] = mapped_column(choice(Subject, "subject"))
    number: Mapped[int]
    title: Mapped[str]
    days: Mapped[int] = mapped_column(server_default="1")
