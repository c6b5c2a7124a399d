"""Makes a plan that somebody asked for: a process of its own, started by a worker with the plan's number and a token.

It tells of its progress in the plan's row, and saves the draft in the transaction that says that it is done. When the
plan was cancelled or another worker makes it, it saves nothing.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clusters.cascade.rules import CascadeRules
from clusters.kernel.audit import Actor
from clusters.kernel.errors import CopError, Invalid, NotAllowed
from clusters.kernel.unit import UnitOfWork
from clusters.modules.rules import Subject
from clusters.people.queries import scope_of
from clusters.scope import Scope
from clusters.structure.formation import PLACED
from clusters.structure.queries import MAY_PLAN
from clusters.structure.rules import Band
from clusters.training.rounds import may_plan_round
from cop.compute import cascade
from cop.compute.clusters import Planned, Wish, plan_stored
from cop.compute.mending import foretell, happened, keep_telling, mend_rounds, save_all
from cop.compute.refreshing import end_with_parent
from cop.compute.tightening import confirm, tighten
from cop.hours import reminder_rules
from cop.house import House, open_house
from cop.planning.child import CONFIRMING
from cop.planning.leases import Held, Overtaken, end, held_as, tell
from cop.planning.rules import PATIENCE, PlanKind, PlanStage, PlanState
from cop.settings import Settings

JOB = Actor("job")
TOLD_EVERY = 0.5
"""Seconds."""
RANKED = 0.7
"""The share of the work when the orders of the subjects are ranked."""


@dataclass
class Telling:
    """Writes into the plan's row how far it is; Overtaken ends the work."""

    unit: UnitOfWork
    held: Held
    began: float = field(default_factory=time.monotonic)
    _last: float = float("-inf")
    _stage: PlanStage | None = None

    def __call__(self, stage: PlanStage, share: float, about: str = "") -> None:
        """A new stage is told at once, a share now and then."""
        if stage is self._stage and time.monotonic() - self._last < TOLD_EVERY:
            return
        self._stage, self._last = stage, time.monotonic()
        with self.unit(JOB) as db:
            tell(db, self.held, stage=stage, share=min(max(share, 0.0), 1.0), about=about)

    def out_of_time(self) -> bool:
        """Shall the best found so far stand?"""
        return time.monotonic() - self.began > PATIENCE[self.held.kind].total_seconds()


@dataclass(frozen=True, slots=True)
class Asked:
    """A plan to make: for whom, inside which places, and how to tell of it."""

    house: House
    held: Held
    scope: Scope
    actor: Actor
    telling: Telling

    @property
    def wish(self) -> Mapping[str, Any]:
        """What was asked for, as the page wrote it."""
        return self.held.wish

    def stands(self, db: Session, draft_id: int, gap: float) -> None:
        """Say, in the transaction that saves the draft, that it stands, and that its figure may still become better."""
        better = {"state": PlanState.TIGHTENING, "stage": PlanStage.TIGHTENING, "about": ""}
        tell(db, self.held, **better, draft_id=draft_id, share=0.0, found={"gap_percent": gap})

    def done(self, db: Session, draft_id: int) -> None:
        """Say that it is done, in the transaction that saves the draft."""
        end(db, self.held, PlanState.DONE, draft_id=draft_id, share=1.0)

    def refuse(self, db: Session, found: Mapping[str, Any]) -> None:
        """Say that the rules allow no plan, and what could be done."""
        end(db, self.held, PlanState.REFUSED, found=dict(found))


def make(house: House, job_id: int, token: int) -> None:
    """Make the plan, or say why there is none."""
    with house.worker_unit(JOB) as db:
        held = held_as(db, job_id, token)
        scope = _planning(db, held.by_person_id)
    telling = Telling(house.worker_unit, held)
    asked = Asked(house, held, scope, Actor("web", held.by_person_id), telling)
    telling(PlanStage.READING, 0.0)
    try:
        PLANNERS[held.kind](asked)
    except CopError as error:
        values = {name: value if isinstance(value, int | float) else str(value) for name, value in error.values.items()}
        with house.worker_unit(JOB) as db:
            end(db, held, PlanState.REFUSED, error={"key": error.key, "values": values})


def _planning(db: Session, person_id: int | None) -> Scope:
    """The places in which she may plan today."""
    if person_id is None:
        return Scope.everywhere()
    scope = scope_of(db, person_id)
    return Scope(person_id, tuple(place for place in scope.places if place.role in MAY_PLAN))


def _clusters(asked: Asked) -> None:
    wanted = asked.wish
    wish = Wish(
        Band(wanted["min"], wanted["max"]),
        tuple(wanted["strata"]),
        wanted["seed"],
        wanted["waive"],
        wanted["name"],
        wanted["max_km"],
        asked.house.settings.engine,
    )

    def on_progress(done: float, doing: str) -> None:
        if done < PLACED:
            asked.telling(PlanStage.GROUPING, done, doing if wish.strata else "")
        else:
            asked.telling(PlanStage.CIRCLES, done)

    def also(db: Session, planned: Planned) -> None:
        if planned.draft_id is None:
            asked.refuse(db, {"strata_infeasible": planned.formation.document()["strata_infeasible"]})
        elif planned.formation.gap_percent:
            asked.stands(db, planned.draft_id, planned.formation.gap_percent)
        else:
            asked.done(db, planned.draft_id)

    planned = plan_stored(
        asked.house.worker_unit,
        wish,
        scope=asked.scope,
        actor=asked.actor,
        on_progress=on_progress,
        out_of_time=asked.telling.out_of_time,
        also=also,
    )
    if planned.draft_id is not None and planned.formation.gap_percent:
        _tighten(asked, planned.draft_id)


def _tighten(asked: Asked, draft_id: int) -> None:
    """Look for a better bound while the draft stands; it is the same draft when that fails."""

    def told(db: Session, gap: float | None, share: float) -> None:
        tell(db, asked.held, share=share, found={"gap_percent": gap})

    unit, engine = asked.house.worker_unit, asked.house.settings.engine
    with suppress(CopError):  # it was discarded meanwhile
        tighten(unit, Scope.everywhere(), draft_id, actor=asked.actor, engine=engine, told=told)
    with unit(JOB) as db:
        end(db, asked.held, PlanState.DONE, share=1.0)


def _cascade(asked: Asked) -> None:
    wanted, unit = asked.wish, asked.house.worker_unit
    with unit(JOB) as db:
        if not may_plan_round(db, asked.scope):
            raise NotAllowed("may_not_plan_round")
    day = wanted["from_date"]
    subjects = tuple(Subject(each) for each in wanted["subjects"])
    wish = cascade.Wish(subjects, day and date.fromisoformat(day), wanted["name"], wanted["seed"], wanted["instead_of"])

    def on_progress(done: int, of: int) -> None:
        asked.telling(PlanStage.ORDERS if done < of else PlanStage.DATES, RANKED * done / of)

    planned = cascade.plan_round(
        unit,
        wish,
        asked.house.decided.now.calendar,
        rules=CascadeRules(women_apart=wanted["women_apart"], last_working_day=wanted["last_working_day"]),
        on_progress=on_progress,
        out_of_time=asked.telling.out_of_time,
    )
    asked.telling(PlanStage.SAVING, 1.0)
    cascade.save(unit, planned, actor=asked.actor, also=asked.done)


def _mending(asked: Asked) -> None:
    what = happened(asked.wish)
    decided = asked.house.decided.now
    found = mend_rounds(
        asked.house.worker_unit,
        what,
        decided.calendar,
        scope=asked.scope,
        actor=asked.actor,
        on_progress=lambda share: asked.telling(PlanStage.DATES, share),
    )
    if not any(each.changes for each in found):
        raise Invalid("news_needs_a_person", sessions=sum(len(each.mended.begun) for each in found))
    rules = reminder_rules(decided)
    with asked.house.worker_unit(asked.actor) as db:
        drafts = save_all(db, asked.scope, what, found)
        for draft in drafts:
            keep_telling(db, asked.scope, draft, drafts, foretell(db, asked.scope, draft, decided.calendar, rules))
        asked.done(db, drafts[0])


PLANNERS: Mapping[PlanKind, Callable[[Asked], None]] = {
    PlanKind.CLUSTERS: _clusters,
    PlanKind.CASCADE: _cascade,
    PlanKind.MENDING: _mending,
}
"""How a plan of each kind is made."""


def main() -> None:
    """Make the plan that the arguments name, or work bounds out again, in the surroundings of a worker's child."""
    end_with_parent()
    with open_house(Settings.from_env(os.environ), pool=2) as house:
        if sys.argv[1:] == [CONFIRMING]:
            looked, refuted = confirm(house.worker_unit, JOB)
            sys.stdout.write(json.dumps({"bounds": looked, "refuted": refuted}) + "\n")
            return
        job_id, token = map(int, sys.argv[1:3])
        try:
            make(house, job_id, token)
        except Overtaken:
            sys.stdout.write(json.dumps({"overtaken": 1}) + "\n")
            return
    sys.stdout.write(json.dumps({"plans": 1}) + "\n")


if __name__ == "__main__":
    main()
