"""Applies a list: all of it or nothing, or the good rows alone if that is asked for; nothing is ever sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.imports.actions.schools import Did, write_schools
from clusters.imports.actions.staff import write_staff
from clusters.imports.given import GivenList
from clusters.imports.models import Import, ImportedRow
from clusters.imports.outcome import Checked, Outcome
from clusters.imports.queries import judge_schools, judge_staff
from clusters.imports.steps import Stage, Tell, silently
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import acting, record
from clusters.kernel.bulk import add
from clusters.kernel.clock import midnight, now, today
from clusters.kernel.errors import Conflict, Invalid
from clusters.kernel.facts import note
from clusters.people.facts import PostsChanged
from clusters.scope import Scope
from clusters.structure.actions.founding import ONE_AT_A_TIME

MOST_A_DAY = 20
"""Lists that one person may apply in a day; the command line may apply any number."""
AT_ONCE = 5_000
"""Rows between two tellings of what is remembered."""
COUNTS = ("rows", "new", "changed", "unchanged", "duplicates", "problem_rows")


@dataclass(frozen=True, slots=True)
class Applied:
    """A list that was applied, and what the check said of it."""

    import_id: int
    checked: Checked


class Refused(Invalid):
    """A list with problems, of which nothing was written."""

    def __init__(self, checked: Checked) -> None:
        super().__init__("list_has_problems", problem_rows=len({problem.row for problem in checked.problems}))
        self.checked = checked


def apply(db: Session, scope: Scope, given: GivenList, *, only_good: bool = False, tell: Tell = silently) -> Applied:
    """Write a list; with a problem in any row nothing is written (Refused), unless only the good rows are asked for."""
    if not given.sheet.encoding.sure:
        raise Invalid("encoding_unsure", encoding=given.sheet.encoding.name)
    db.execute(ONE_AT_A_TIME)
    _not_too_many(db)
    if given.kind is ListKind.SCHOOLS:
        schools = judge_schools(db, scope, given, lock=True, tell=tell)
        _refuse(checked := schools.checked, only_good)
        tell(Stage.WRITING, 0, _writes(checked))
        did = write_schools(db, scope, schools, tell)
    else:
        staff = judge_staff(db, scope, given, lock=True, tell=tell)
        _refuse(checked := staff.checked, only_good)
        tell(Stage.WRITING, 0, _writes(checked))
        did = write_staff(db, staff)
    if did:
        note(db, PostsChanged(None))
    return Applied(_kept(db, given, checked, did, tell), checked)


def _writes(checked: Checked) -> int:
    """The rows that do something."""
    return checked.count(Outcome.NEW) + checked.count(Outcome.CHANGED)


def _not_too_many(db: Session) -> None:
    person_id = acting(db).person_id
    if person_id is None:
        return
    query = select(func.count()).where(Import.by_person_id == person_id, Import.applied_at >= midnight(today(db)))
    if (db.scalar(query) or 0) >= MOST_A_DAY:
        raise Conflict("imports_too_many", most=MOST_A_DAY)


def _refuse(checked: Checked, only_good: bool) -> None:
    if not checked.good and not only_good:
        raise Refused(checked)


def _kept(db: Session, given: GivenList, checked: Checked, did: Sequence[Did], tell: Tell) -> int:
    """Keep the file and what each of its rows did."""
    document = checked.document()
    kept = Import(
        kind=given.kind.value,
        file_name=given.file_name,
        sha256=given.sha256,
        content=given.content,
        columns=given.reading(),
        counts={name: document[name] for name in COUNTS},
        applied_at=now(db),
        by_person_id=acting(db).person_id,
    )
    db.add(kept)
    db.flush()
    rows = [
        {
            "import_id": kept.id,
            "row": each.row,
            "target_kind": each.target_kind,
            "target_id": each.target_id,
            "before": each.before,
            "after": each.after,
        }
        for each in did
    ]
    for start in range(0, len(rows), AT_ONCE):
        tell(Stage.WRITING, (2 * len(rows) + start) // 3, len(rows))
        some = rows[start : start + AT_ONCE]
        add(db, ImportedRow, ("import_id", "row", "target_kind", "target_id", "before", "after"), some)
    record(db, "imported", "import", kept.id, new={"kind": given.kind.value, **kept.counts})
    return kept.id
