"""The first sheet of a workbook: what its tables are, of which filter, when and for whom they were made, by which
rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from urllib.parse import parse_qsl

from cop.web.i18n import local, speech
from cop.web.views import paths
from cop.web.views.frame import Frame


@dataclass(frozen=True, slots=True)
class Cover:
    """Its name, its lines, and the direction in which the whole workbook is read."""

    name: str
    lines: Sequence[tuple[str, str]]
    rows: str
    """What the lines begin with that count the rows of each table."""
    right_to_left: bool
    made_at: datetime


def covered(frame: Frame, path: str, query: str) -> Cover:
    """The cover of the tables of the page at `path`, in the language of whoever looks."""
    say = speech(frame.language)
    filters = "; ".join(f"{name} = {value}" for name, value in parse_qsl(query) if name != "after")
    lines = [
        (say.gettext("Page"), path or paths.HOME),
        (say.gettext("Filter"), filters or say.gettext("none: all that this person may see")),
        (say.gettext("Made at"), f"{local(frame.now):%Y-%m-%d %H:%M}"),
        (say.gettext("Made for"), frame.viewer.name if frame.viewer else ""),
        (say.gettext("Version"), f"cop {version('cop')}"),
        (say.gettext("Rules"), say.gettext("The rules of the page hold here too; what it hides is left out.")),
    ]
    if path.startswith(paths.COMMUNITY):
        rule = say.gettext("Groups of at least 10 people of 3 schools; figures are rounded; a month stays as it was.")
        lines.append((say.gettext("Rules"), rule))
    return Cover(say.gettext("About this file"), lines, say.gettext("Rows of"), say.direction == "rtl", frame.now)
