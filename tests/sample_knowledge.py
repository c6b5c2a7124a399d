"""Pages of notes that travel, as large as real ones."""

from datetime import UTC, datetime, timedelta

from clusters.modules.rules import Subject
from cop.knowledge.rules import NoteKind, Proposal
from cop.knowledge.travels import Came
from cop.web.pictures import SpreadLine
from cop.web.views import knowledge, paths
from cop.web.views.knowledge import ArrivalLine, Change, NoteLine, TreeNote, Tried
from cop.web.views.notes import NoteFor

BEGAN = datetime(2026, 2, 21, 5, tzinfo=UTC)
WORDS = "bachon ko bottle ke dhakkan se ginti sikhai, bohat maza aya"
WAY = (
    ("Kakki", "Kakki", "", 0), ("Baran", "Kakki", "Kakki", 3), ("Ghoriwala", "Kakki", "Kakki", 5),
    ("Khwajamad", "Kakki", "Ghoriwala", 14), ("Mandan", "Mandan", "Kakki", 7),
    ("Sikandar Khel", "Mandan", "Mandan", 10),
    ("Bazar", "Mandan", "", 11), ("Nurar", "Nurar", "Mandan", 17), ("Mira Khel", "Nurar", "Nurar", 21),
)  # fmt: skip
"""LTRC, circle, from where, after how many days."""


def list_page() -> knowledge.KnowledgePage:
    """Thirty notes, and older ones behind them."""
    titles = (
        "Caps as coins: a small shop",
        "Caps in egg boxes",
        "Counting with bottle caps",
        "Weather diary on the wall",
    )
    return knowledge.KnowledgePage(
        tuple(
            NoteLine(
                number=f"{5142 - 7 * n}",
                title=titles[n % 4],
                kind=NoteKind.PROBLEM if n % 9 == 5 else NoteKind.SOLUTION,
                subject=tuple(Subject)[n % 5] if n % 7 else None,
                classes=("", "1", "1-5")[n % 3],
                clusters=1 + 3 * n % 14,
                circles=1 + n % 5,
                days=3 + 4 * n,
                tried=(Tried.NOBODY, Tried.SOME, 11 + n)[n % 3],
                steps=tuple(step / 10 for step in range(n % 8)),
            )
            for n in range(30)
        ),
        paths.knowledge(5100),
        waiting=True,
    )


def note_page(*, problem: bool = False) -> knowledge.TravelPage:
    """A note of nine LTRCs in three circles, with two that grew from it, one of them before the material team."""
    change = Change(
        1, "Teacher guide maths 1, page 14", "no picture", Proposal.PROPOSED, BEGAN + timedelta(days=20), "", ""
    )
    first = {name: row for row, (name, *_) in enumerate(WAY)}
    return knowledge.TravelPage(
        number="5127",
        title="Counting with bottle caps",
        words=WORDS,
        language="ur-Latn",
        kind=NoteKind.PROBLEM if problem else NoteKind.SOLUTION,
        subject=Subject.MATHS,
        classes="1",
        audience=NoteFor.SUBJECT,
        author="Gul Zaman" if problem else "",
        since=BEGAN,
        clusters=9,
        circles=3,
        days=21,
        tried=14,
        adapted=2,
        counted=BEGAN + timedelta(days=8),
        arrivals=tuple(
            ArrivalLine(
                name,
                circle,
                Came.WRITTEN if not day else Came.PASSED_ON if source else Came.HEARD,
                source,
                day,
                BEGAN + timedelta(days=day),
                apart=row in (4, 7),
            )
            for row, (name, circle, source, day) in enumerate(WAY)
        ),
        elsewhere=2,
        strip=knowledge.Strip(
            tuple(name for name, *_ in WAY),
            tuple(
                SpreadLine(day / 22, first.get(source, -1), (9 / 22,) if name == "Mandan" else (), row in (4, 7))
                for row, (name, _, source, day) in enumerate(WAY)
            ),
            tuple((step / 3, BEGAN + timedelta(days=7 * step)) for step in range(4)),
        ),
        tree=TreeNote(
            "5127", "Counting with bottle caps", NoteKind.SOLUTION, "Kakki", BEGAN, 14, here=True, changes=(),
            grown=(
                TreeNote(
                    "5134", "Caps in egg boxes, for tens and ones", NoteKind.SOLUTION, "Mandan",
                    BEGAN + timedelta(days=8), Tried.SOME, here=False, changes=(change,), grown=(),
                ),
                TreeNote(
                    "5142", "Caps as coins: a small shop", NoteKind.SOLUTION, "Nurar", BEGAN + timedelta(days=18),
                    Tried.NOBODY, here=False, changes=(), grown=(),
                ),
            ),
        ),
        changes=(change,) if problem else (),
        further=11,
        may_propose=True,
        may_decide=problem,
        may_gather=problem,
        sessions=(knowledge.HeldSession(1, "4814", Subject.MATHS, BEGAN, "Kakki"),) if problem else (),
    )  # fmt: skip


def sheet_page() -> knowledge.WallSheetPage:
    """A note for a wall, with another way to do it."""
    return knowledge.WallSheetPage(
        "5127",
        "Counting with bottle caps",
        WORDS,
        "ur-Latn",
        Subject.MATHS,
        "1",
        "Gul Zaman",
        14,
        note_page().tree.grown,
    )


def pass_on_page() -> knowledge.PassOnPage:
    """Eleven LTRCs of four circles that do not have it."""
    names = tuple(name for name, *_ in WAY)
    return knowledge.PassOnPage(
        "5127",
        "Counting with bottle caps",
        f"Maths, ek ustad ka khayal: {WORDS}",
        "ur-Latn",
        tuple(knowledge.Target(f"B1.C0{n}.", names[n], names[n : n + 3], n != 2) for n in range(1, 5)),
        11,
        212,
        424,
        1908,
        tuple(knowledge.Source(f"B1.C01.L{n}.", names[n], n == 2) for n in range(1, 5)),
    )
