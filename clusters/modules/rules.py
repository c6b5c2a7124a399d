"""The five subjects of the programme and how many days a module takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """What is taught, as the command line and files name it."""

    MATHS = "maths"
    LANGUAGES = "languages"
    SCIENCE = "science"
    PEDAGOGY = "pedagogy"
    PARENTS = "parents"


MODULE_DAYS = 1
"""Meeting days of a module for the teachers of a cluster, unless the module says otherwise."""


@dataclass(frozen=True, slots=True)
class TaughtModule:
    """One module of a subject as plans need it; `days` are the teachers' meeting days."""

    subject: Subject
    number: int = 1
    days: int = MODULE_DAYS

    @property
    def code(self) -> str:
        """How files name it: maths-1."""
        return f"{self.subject}-{self.number}"


def one_module_each(subjects: Iterable[Subject]) -> tuple[TaughtModule, ...]:
    """The usual round: one module for each subject, in the order given, none twice."""
    return tuple(TaughtModule(subject) for subject in dict.fromkeys(subjects))
