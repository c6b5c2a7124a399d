"""A certificate: to strangers whether its number is valid, to those who may see the person the paper itself."""

from dataclasses import dataclass
from datetime import date

from clusters.cascade.rules import Level
from clusters.modules.rules import Subject


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on it."""

    name: str
    subject: Subject
    level: Level
    days: int
    completed_on: date
    round: str | None = None
    asked_by: str | None = None


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """`valid` is all that strangers read; `no_pdf` when the PDF was wanted and cannot be made here."""

    number: str
    valid: bool
    paper: Paper | None = None
    no_pdf: bool = False
