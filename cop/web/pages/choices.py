"""Beside a draft of LTRCs: plans between it and those of before, each a draft at a tap, and other numbers of LTRCs."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from clusters.structure import actions, queries
from clusters.structure.queries import ACCEPTED
from cop.web.answers import Answer, Done, Shown
from cop.web.edge import act, page
from cop.web.plan_words import broken_rule
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.choices import ChoicesPage, LtrcsBefore, OfSize, OnTheWay
from cop.web.views.frame import Area, Crumb

KIND = "clusters"
OFFICIAL = "official"


@dataclass(frozen=True)
class Chosen:
    """Which plan on the way becomes a draft."""

    step: int


@page(paths.planner(KIND, "{draft_id}", "choices"), here=Area.PLANNER)
def choices(db: Session, viewer: Viewer, draft_id: int) -> Answer:
    """What the planner laid beside the draft when it made it."""
    draft = queries.draft_row(db, viewer.scope, draft_id)
    if draft.state == ACCEPTED:
        return Done(paths.CLUSTERS)
    return Shown(_shown(viewer, draft), trail=(Crumb(draft.name, paths.planner(KIND, draft_id)),))


@act(paths.planner(KIND, "{draft_id}", "choices"), here=Area.PLANNER)
def choose(db: Session, viewer: Viewer, draft_id: int, form: Chosen) -> Done:
    """Make a plan on the way a draft of its own; the other stays."""
    draft = queries.draft_row(db, viewer.scope, draft_id)
    steps = draft.summary.get("steps") or ()
    say = viewer.say
    changed = steps[form.step - 1]["changed"] if 0 < form.step <= len(steps) else 0
    told = say.ngettext("%(name)s, %(num)s change", "%(name)s, %(num)s changes", changed)
    made = actions.draft_of_step(
        db, viewer.scope, draft_id, form.step, told % {"name": draft.name, "num": say.number(changed)}
    )
    return Done(paths.planner(KIND, made), say.gettext("It is a draft of its own now. The other one stays."))


def _shown(viewer: Viewer, draft: queries.DraftRow) -> ChoicesPage:
    summary = draft.summary
    km = summary.get("km") or {}
    before = summary.get("before")
    was = None if before is None else before["mean_km"]
    return ChoicesPage(
        draft.id,
        draft.name,
        summary["schools"],
        km.get("mean"),
        summary.get("lower_bound_km"),
        None if before is None else _before(viewer, before),
        tuple(
            OnTheWay(number, step["changed"], step["mean_km"], None if was is None else was - step["mean_km"])
            for number, step in enumerate(summary.get("steps") or (), 1)
        ),
        tuple(
            OfSize(each["clusters"], each["min"], each["max"], each["mean_km"], each["clusters"] == summary["clusters"])
            for each in summary.get("of_sizes") or ()
        ),
        "broken" in summary,
    )


def _before(viewer: Viewer, said: dict[str, Any]) -> LtrcsBefore:
    return LtrcsBefore(
        said["from"] == OFFICIAL,
        said["clusters"],
        said["schools"],
        said["sizes"]["min"],
        said["sizes"]["max"],
        said["mean_km"],
        said["max_km"],
        said["broken_total"],
        tuple(broken_rule(viewer.say, each["key"], each, {}) for each in said["broken"]),
    )


handlers = [choices, choose]
