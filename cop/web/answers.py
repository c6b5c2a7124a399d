"""What a handler may answer: a page, a page with its surroundings, an act that is done, a file; or it raises."""

from dataclasses import dataclass

from litestar.datastructures import Cookie

from clusters.training.drafts_around import DraftMark
from cop.web.templating import Page
from cop.web.views.frame import Crumb, Tone


@dataclass(frozen=True, slots=True)
class Shown:
    """A page with what stands around it."""

    page: Page
    trail: tuple[Crumb, ...] = ()
    refresh_seconds: int | None = None
    status: int = 200
    session_id: str = ""
    """A web session that this browser goes on under: its forms are made for that one."""
    drafts: tuple[DraftMark, ...] = ()
    """Drafts that touch what the page shows."""


@dataclass(frozen=True, slots=True)
class Done:
    """An act is done: the browser is sent on to a page of ours, which says so; `undo` is a POST address."""

    to: str
    say: str = ""
    tone: Tone = Tone.GOOD
    undo: str | None = None
    cookies: tuple[Cookie, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """Something to keep: its bytes, its media type, and the name it is saved under (ASCII)."""

    content: bytes
    media_type: str
    name: str


Answer = Page | Shown | Done | File


class Again(Exception):
    """Raised to show a form again with its faults: nothing of the act is kept, and the same form may be sent again."""

    def __init__(self, page: Page, *, trail: tuple[Crumb, ...] = (), status: int = 422) -> None:
        self.shown = Shown(page, trail, status=status)
        super().__init__(type(page).__name__)


def local(path: str, otherwise: str = "/") -> str:
    """An address to go on to, if it lies in this house."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and path.isascii()
    return path if safe else otherwise
