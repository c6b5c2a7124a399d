"""Rehearsal phones: the list, and the clock of the rehearsal."""

from dataclasses import dataclass
from datetime import datetime

from cop.web.views.frame import Role


@dataclass(frozen=True, slots=True)
class Clock:
    """The rehearsal clock. Buttons send the field `to`: `hour`, `morning` or `session`."""

    now: datetime
    next_session: datetime | None = None
    due_next_day: int = 0
    """Texts that fall due until tomorrow 09:00."""
    due_to_session: int = 0
    may_move: bool = True


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """A phone; `names` are all people on it, `post` what the first of them is, in the viewer's language."""

    number: str
    names: tuple[str, ...]
    post: str
    unread: int = 0
    last_text: str | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PhonesPage:
    """Phones with the newest text first; `q` narrows by name, number or school."""

    clock: Clock
    phones: tuple[PhoneRow, ...]
    total: int
    q: str = ""
    more: str | None = None
    roles: tuple[Role, ...] = ()
