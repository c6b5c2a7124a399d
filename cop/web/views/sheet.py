"""The printed attendance sheet: row numbers are the SMS codes."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from clusters.modules.rules import Subject
from cop.web.views.session import Meeting


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One numbered row; by_hand = has no phone, the trainer tells in person."""

    row: int
    name: str
    school: str
    by_hand: bool = False
    excused: bool = False
    """She said in advance that she cannot come."""
    walk_in: bool = False


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Rows are frozen at first print; `spare` blank lines for walk-ins follow, with a plus in place of a number."""

    session_id: int
    code: str
    version: str
    subject: Subject
    place: str
    meetings: tuple[Meeting, ...]
    venue: str | None
    trainers: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    report_to: str
    """Number to text to, as 0345-1234567."""
    qr: Markup
    """SVG made by `pictures.qr`."""
    qr_says: str
    """The tail of the address, such as S4814:7F3Q, to be typed."""
    spare: int = 4
    frozen_on: date | None = None
    may_freeze: bool = False
    """The viewer may say that it is printed; from then on nobody is renumbered."""
