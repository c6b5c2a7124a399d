"""A draft of LTRCs beside today or another draft: figures, every school that differs, and a map of each side."""

from dataclasses import dataclass

from cop.web.pictures import MapCluster
from cop.web.views.planner import Comparison


@dataclass(frozen=True, slots=True)
class Choice:
    """What a draft may be laid beside; without a name it is today."""

    name: str | None
    href: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Differing:
    """A school whose LTRC differs; None where a side has none, or no distance is known. Distances in km."""

    code: str
    school: str
    before: str | None
    after: str | None
    before_km: float | None
    after_km: float | None


@dataclass(frozen=True, slots=True)
class BlockLink:
    """A block of a map that is too wide for one picture."""

    name: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class SideMap:
    """The picture of one side; `after` tells which."""

    after: bool
    clusters: tuple[MapCluster, ...]
    blocks: tuple[BlockLink, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two groupings side by side; the `today` of each figure is that of the other side, `other` its name if a draft."""

    draft_id: int
    name: str
    other: str | None
    comparison: Comparison
    differ: int
    rows: tuple[Differing, ...]
    begin: int
    """How many rows stand on the pages before."""
    more: str | None
    before_map: str
    after_map: str
    choices: tuple[Choice, ...]
    href: str
    """The comparison without a map."""
    picture: SideMap | None = None
    may_discard: bool = False
