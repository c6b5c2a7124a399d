"""An error page: what happened, what to do, and a reference to read over the phone where there is one."""

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    """What went wrong, in the reader's terms."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    BAD_INPUT = "bad_input"
    CONFLICT = "conflict"
    FORM_TOO_OLD = "form_too_old"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    BUSY = "busy"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`sentence` says more precisely what happened, in the viewer's language; `reference` is absent for NOT_FOUND."""

    kind: ErrorKind
    path: str
    sentence: str | None = None
    reference: str | None = None
    back: str | None = None
    """Where the way back leads, if not to the home page."""
