"""What truly happened to notes, kept beside the house by whoever plays a year: which LTRC knew one when, and from whom.

It knows nothing of how the house keeps notes, and reckons in its own way: of everything by which an LTRC could have
come to know a note the earliest counts. What is passed on counts where it came to a phone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

WRITTEN, PASSED_ON, HEARD = "written", "passed_on", "heard"
LTRC_STEPS = 3


def is_ltrc(path: str) -> bool:
    """B1.C02.L1., and not the circle B1.C02. of a trainer."""
    return path.count(".") == LTRC_STEPS


@dataclass(frozen=True, order=True)
class Arrived:
    """When an LTRC first knew a note, how, and from which other one; `turn` orders those of one instant."""

    at: datetime
    turn: int
    cluster: str
    how: str
    source: str = ""


@dataclass
class Sent:
    """A note was passed on: when, from where (an LTRC or a trainer's circle), to which LTRCs."""

    at: datetime
    source: str
    to: set[str]
    at_once: bool = False
    """Nobody could stop it."""


@dataclass(eq=False)
class Note:
    """What somebody wrote, and all that came of it."""

    author: int | None
    cluster: str
    at: datetime
    words: str
    subject: str | None
    parent: "Note | None" = None
    number: str = ""
    audience: str = ""
    """"" until its author said for whom it is, then nobody, ltrc or subject."""
    named: bool = False
    stands: str = "draft"
    """Then waits, travels, declined or back."""
    problem: bool = False
    sent: list[Sent] = field(default_factory=list)
    tried: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    """By whom, first when, and where she taught then."""
    children: "list[Note]" = field(default_factory=list)
    proposals: list[tuple[str, str]] = field(default_factory=list)
    """Which material it shall change, and what became of that."""

    @property
    def travels(self) -> bool:
        """Is it on its way, and seen?"""
        return self.stands == "travels"

    def grown(self) -> "list[Note]":
        """Those of its children that travel, in the order of writing."""
        return [each for each in self.children if each.travels]


@dataclass
class Ledger:
    """Every note that was written."""

    notes: list[Note] = field(default_factory=list)

    def write(self, note: Note) -> Note:
        """One more."""
        self.notes.append(note)
        if note.parent is not None:
            note.parent.children.append(note)
        return note

    def travelling(self) -> list[Note]:
        """Those that are on their way."""
        return [each for each in self.notes if each.travels]

    def forget(self, person: int) -> None:
        """Somebody had everything of hers deleted: her notes, with what others tried of them, and her own trials."""
        for note in self.notes:
            note.tried.pop(person, None)
            if note.author == person:
                note.stands = "gone"
                for child in note.children:
                    child.parent = None
        self.notes = [each for each in self.notes if each.stands != "gone"]

    @staticmethod
    def way(note: Note, counted: datetime) -> list[Arrived]:
        """How it came to each LTRC, in order; of what people tried what was before an instant counts."""
        came = sorted(_all_ways(note, counted))
        first: dict[str, Arrived] = {}
        for each in came:
            first.setdefault(each.cluster, each)
        return sorted(each for each in first.values() if is_ltrc(each.cluster))

    @staticmethod
    def strokes(note: Note) -> list[tuple[datetime, str, str]]:
        """Every passing on from one LTRC to another."""
        return sorted(
            (sent.at, sent.source, to)
            for sent in note.sent
            for to in sent.to
            if is_ltrc(sent.source) and to != sent.source
        )

    def nearest(self, note: Note, to: str, at: datetime, counted: datetime) -> str:
        """The LTRC from which another one is given it: of its circle, else of its block, the one that knew it first."""
        ready = [each for each in self.way(note, counted) if each.at < at or each.how == WRITTEN]
        for steps in (2, 1, 0):
            near = [each for each in ready if each.cluster.split(".")[:steps] == to.split(".")[:steps]]
            if near:
                return near[0].cluster
        return ""


def _all_ways(note: Note, counted: datetime) -> Iterator[Arrived]:
    yield Arrived(note.at, 0, note.cluster, WRITTEN)
    for turn, sent in enumerate(note.sent, start=1):
        for to in sent.to:
            yield Arrived(sent.at, turn, to, PASSED_ON, sent.source if is_ltrc(sent.source) else "")
    for person, (at, cluster) in note.tried.items():
        if at < counted and person != note.author:
            yield Arrived(at, 0, cluster, HEARD)
    for child in note.grown():
        yield Arrived(child.at, 0, child.cluster, HEARD)


def family(note: Note) -> Iterable[Note]:
    """The first note that it grew from and all that grew from that one, as far as each travels."""
    root = note
    while root.parent is not None and root.parent.travels:
        root = root.parent
    todo = [root]
    while todo:
        here = todo.pop()
        yield here
        todo.extend(here.grown())
