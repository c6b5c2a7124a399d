"""Every way a request can fail, as a status, an error page and a line in the log; never a word about a person."""

import secrets
from dataclasses import dataclass
from traceback import extract_tb

from litestar.exceptions import HTTPException
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from clusters.kernel.errors import Conflict, CopError, Invalid, NotAllowed, NotFound
from cop.sentences import SENTENCES, spoken
from cop.web.forms import Unreadable
from cop.web.i18n import Language, speech
from cop.web.views.error import ErrorKind, ErrorPage


class ForeignForm(NotAllowed):
    """The form was not sent by a page of this house."""


class FormTooOld(NotAllowed):
    """The form was made for another web session, or carries no token."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of an error; `place` and `code` are for the log, and hold no values."""

    status: int
    kind: ErrorKind
    place: str | None = None
    code: str | None = None


_BY_ERROR: tuple[tuple[type[CopError], Fault], ...] = (
    (NotFound, Fault(404, ErrorKind.NOT_FOUND)),
    (FormTooOld, Fault(403, ErrorKind.FORM_TOO_OLD)),
    (NotAllowed, Fault(403, ErrorKind.NOT_ALLOWED)),
    (Conflict, Fault(409, ErrorKind.CONFLICT)),
    (Unreadable, Fault(400, ErrorKind.BAD_INPUT)),
    (Invalid, Fault(422, ErrorKind.BAD_INPUT)),
)
_BY_STATUS = {
    404: ErrorKind.NOT_FOUND,
    413: ErrorKind.TOO_LARGE,
    429: ErrorKind.TOO_MANY,
    503: ErrorKind.BUSY,
}
_PASSES = ("08", "40", "53", "55P03", "57014", "57P")
"""SQLSTATEs, or how they begin, of what is over in a minute: lost connections, deadlocks, timeouts, restarts."""
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for another over the phone."""


def fault(error: Exception) -> Fault:
    """What becomes of an error; whatever nobody foresaw is a bug of ours."""
    if isinstance(error, CopError):
        return next(fault for kind, fault in _BY_ERROR if isinstance(error, kind))
    if isinstance(error, HTTPException) and error.status_code < 500:
        return Fault(error.status_code, _BY_STATUS.get(error.status_code, ErrorKind.BAD_INPUT))
    place, code = _place(error), _code(error)
    if isinstance(error, DataError | OverflowError):  # a day beyond the calendar, a character no text may hold
        return Fault(400, ErrorKind.BAD_INPUT, place, code)
    if isinstance(error, NoConnection) or (code or "-").startswith(_PASSES):
        return Fault(503, ErrorKind.BUSY, place, code)
    return Fault(500, ErrorKind.BROKEN, place, code)


def new_reference() -> str:
    """Seven letters to read over the phone; the same ones stand in the log."""
    return "".join(secrets.choice(_LETTERS) for _ in range(7))


def error_page(error: Exception, found: Fault, path: str, language: Language, reference: str | None) -> ErrorPage:
    """The page that says what happened and what to do."""
    if found.kind is ErrorKind.NOT_FOUND:
        return ErrorPage(ErrorKind.NOT_FOUND, path)
    sentence = said(error, language) if isinstance(error, CopError) else None
    return ErrorPage(found.kind, path, sentence=sentence, reference=reference)


def said(error: CopError, language: Language) -> str | None:
    """An error as its sentence in a language, if it has one."""
    if error.key not in SENTENCES:
        return None
    return speech(language).gettext(SENTENCES[error.key]).format_map(spoken(error.values))


def _place(error: Exception) -> str:
    """The kind of error and the line of code, without its message."""
    steps = extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {steps[-1].filename}:{steps[-1].lineno}" if steps else type(error).__name__


def _code(error: Exception) -> str | None:
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
