"""What a planning child lays beside the plan it made: the clusters of before, plans between, other numbers of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from clusters.scope import Scope
from clusters.structure import queries
from clusters.structure.checker import Rule, Violation, check
from clusters.structure.laying import OfSize, Step, of_sizes, steps_from
from clusters.structure.official import Entry, official_rows
from clusters.structure.proposal import Formation
from clusters.structure.queries import SchoolToPlan
from clusters.structure.rules import Band, PlanRow, Site
from clusters.structure.scoring import Score, score

TODAY, OFFICIAL = "today", "official"
"""Where the clusters of before come from: those in force, else those of the department's list."""
QUOTED = 6
"""Broken rules of the clusters of before that are kept; the others are counted."""
NOT_OF_LISTS = frozenset({Rule.CIRCLE_SIZE, Rule.CIRCLE_TORN, Rule.DISTANCE})
"""Rules that a list of clusters cannot keep or break: it knows no circles, and its ways are counted anew."""


@dataclass(frozen=True, slots=True)
class Before:
    """Clusters that a plan starts from: where they come from, and their schools."""

    source: str
    rows: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The clusters of before, measured and checked."""

    before: Before
    score: Score
    broken: tuple[Violation, ...]

    def document(self) -> dict[str, Any]:
        """As a draft keeps it, and the command line prints it."""
        km = self.score.km
        return {
            "from": self.before.source,
            "schools": self.score.schools,
            "clusters": self.score.clusters,
            "sizes": {
                "min": self.score.sizes and self.score.sizes.smallest,
                "max": self.score.sizes and self.score.sizes.largest,
            },
            "mean_km": km and round(km.mean, 3),
            "max_km": km and round(km.max, 3),
            "broken_total": len(self.broken),
            "broken": [
                {"rule": each.rule.value, "key": each.key, "sentence": each.sentence, **each.values}
                for each in self.broken[:QUOTED]
            ],
        }


@dataclass(frozen=True, slots=True)
class Beside:
    """All that is laid beside a plan."""

    judged: Judged | None
    steps: tuple[Step, ...]
    sizes: tuple[OfSize, ...]

    def said(self) -> dict[str, Any]:
        """What the draft keeps of it in its summary."""
        return {
            "before": None if self.judged is None else self.judged.document(),
            "steps": [{"changed": step.changed, "mean_km": round(step.mean_km, 3)} for step in self.steps],
            "of_sizes": [each.document() for each in self.sizes],
        }

    def kept(self) -> list[Mapping[str, Any]]:
        """The plans between, as rows."""
        return [
            {"changed": step.changed, "mean_km": step.mean_km, "clusters": [list(each) for each in step.clusters]}
            for step in self.steps
        ]


def before_of(db: Session, scope: Scope, schools: Sequence[SchoolToPlan]) -> Before | None:
    """The clusters that stand today, else those of the department's list; None where there are neither."""
    standing = {row.path: row for row in queries.clusters(db, scope)}
    rows = tuple(
        PlanRow(school.code, row.path, row.host_code or "", row.circle_path, row.block, None)
        for school in schools
        if (row := standing.get(school.training_path or "")) is not None
    )
    return Before(TODAY, rows) if rows else official_of(schools)


def official_of(schools: Sequence[SchoolToPlan]) -> Before | None:
    """The clusters of the department's list, if a list that was imported names any."""
    entries = {
        school.code: Entry(school.name, school.official_cluster, school.official_host or "")
        for school in schools
        if school.official_cluster
    }
    rows = official_rows((school.site() for school in schools), entries)
    return Before(OFFICIAL, tuple(rows)) if rows else None


def judged(sites: Sequence[Site], before: Before, band: Band) -> Judged:
    """The clusters of before against the rules; schools that stand in none are no fault of them."""
    spoken = {row.code for row in before.rows}
    found = check(sites, before.rows, band=band, unplaced={site.code for site in sites} - spoken)
    broken = tuple(each for each in found if each.rule not in NOT_OF_LISTS)
    return Judged(before, score(sites, before.rows), broken)


def lay_beside(
    sites: Sequence[Site], before: Before | None, best: Formation, band: Band, seed: int, late: Callable[[], bool]
) -> Beside:
    """Everything that a plan is compared with; what there is no time for is left out."""
    measured = None if before is None else judged(sites, before, band)
    steps = () if before is None or late() else steps_from(sites, before.rows, best, band, seed)
    return Beside(measured, steps, () if late() else of_sizes(sites, band, seed, late))
