"""`cop cascade replan`: rounds mended after bad news, with what changes and who is told said before it is done."""

import resource
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import rich_click as click

from clusters.kernel.audit import Actor
from clusters.kernel.facts import tried
from clusters.scope import Scope
from clusters.training.actions import discard_mending, mend, unmend
from clusters.training.mendings import mending_of
from cop.commands.opening import opened
from cop.commands.speaking import as_json, only_the_document, say, talk
from cop.compute.mending import EVERYWHERE, Happened, MendedRound, foretell, mend_rounds, save_all
from cop.hours import reminder_rules
from cop.house import House
from messaging.reminders.telling import Telling

COMMAND = Actor("command line")
SHOWN = 12
"""Of the changes so many are listed for people; the document holds all."""


@click.command(name="replan")
@click.option("--lost-trainer", "lost", type=int, multiple=True, metavar="ID", help="A trainer who leaves.")
@click.option("--closed-venue", "venues", multiple=True, metavar="CODE", help="A room that is lost, by EMIS code.")
@click.option(
    "--closed-day", "days", multiple=True, type=click.DateTime(["%Y-%m-%d"]), help="A day on which nobody can meet."
)
@click.option("--place", default=EVERYWHERE, show_default=True, help="Where the days are closed: T/B2., A/KP.BANNU.")
@click.option("--zone", default=None, help="Of that place, only schools of this zone.")
@click.option("--why", default="", help="What happened, for the calendar.")
@click.option("--undo", type=int, metavar="ID", help="Take a replan back that was done.")
@click.option("--dry-run", is_flag=True, help="Change nothing: say what would change, who is told, and the cost.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@as_json
def replan_(
    lost: tuple[int, ...],
    venues: tuple[str, ...],
    days: tuple[datetime, ...],
    place: str,
    zone: str | None,
    why: str,
    undo: int | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Mend accepted rounds with the fewest changes, and tell only those whose training sessions change.

    Example: cop cascade replan --lost-trainer 512 --dry-run
    """
    what = Happened(lost, venues, tuple(sorted({day.date() for day in days})), place, zone, why)
    began = time.perf_counter()
    with opened(as_json) as house:
        if undo is not None:
            _take_back(house, undo, as_json=as_json)
            return
        with only_the_document():
            found = mend_rounds(house.unit, what, house.decided.now.calendar)
        drafts, tellings = _foretold(house, what, found, keep=not dry_run)
        document = _document(house, found, drafts, tellings, time.perf_counter() - began)
        if not as_json:
            _tell(found, document)
        changes = any(each.changes for each in found)
        if dry_run or not changes:
            done = False
        elif as_json or yes or not talk.is_terminal or click.confirm("Do it?", err=True):
            done = _do(house, drafts)
        else:
            done = _drop(house, drafts)
        if as_json:
            say(document | {"done": done})
        else:
            _tell_end(drafts, done=done)


def _foretold(
    house: House, what: Happened, found: Sequence[MendedRound], *, keep: bool
) -> tuple[list[int], list[Telling]]:
    """The drafts and what each would send; without `keep` nothing stays written."""
    scope, calendar = Scope.everywhere(), house.decided.now.calendar
    rules = reminder_rules(house.decided.now)
    with house.unit(COMMAND) as db:
        if keep:
            drafts = save_all(db, scope, what, tuple(found))
            return drafts, [foretell(db, scope, draft, calendar, rules) for draft in drafts]
        with tried(db):
            drafts = save_all(db, scope, what, tuple(found))
            return [], [foretell(db, scope, draft, calendar, rules) for draft in drafts]


def _do(house: House, drafts: Sequence[int]) -> bool:
    with house.unit(COMMAND) as db:
        for draft in drafts:
            mend(db, Scope.everywhere(), draft, calendar=house.decided.now.calendar)
    return True


def _drop(house: House, drafts: Sequence[int]) -> bool:
    with house.unit(COMMAND) as db:
        for draft in drafts:
            discard_mending(db, Scope.everywhere(), draft)
    return False


def _take_back(house: House, mending_id: int, *, as_json: bool) -> None:
    with house.unit(COMMAND) as db:
        row = mending_of(db, Scope.everywhere(), mending_id)
        sessions = unmend(db, Scope.everywhere(), mending_id)
    if as_json:
        say({"replan": mending_id, "round": row.round_id, "sessions": sessions, "undone": True})
    else:
        talk.print(f"{row.round}: {sessions} sessions are as they were before.", markup=False, soft_wrap=True)


def _document(
    house: House, found: Sequence[MendedRound], drafts: Sequence[int], tellings: Sequence[Telling], seconds: float
) -> dict[str, Any]:
    price = house.decided.now.segment_price
    summaries = [each.summary() for each in found]
    sessions, broken = sum(one["sessions"] for one in summaries), sum(len(one["broken"]) for one in summaries)
    others = sum(one["others_changed"] for one in summaries)
    return {
        "replans": list(drafts),
        "rounds": [
            {"round": each.round_id, "name": each.name, **one} for each, one in zip(found, summaries, strict=True)
        ],
        "sessions": sessions,
        "broken": [number for one in summaries for number in one["broken"]],
        "changed": [
            {key: value for key, value in asdict(change).items() if key != "revision"}
            for each in found
            for change in each.changes
        ],
        "others_changed": others,
        "others_changed_percent": round(100 * others / max(sessions - broken, 1), 2),
        "end_before": max(one["end_before"] for one in summaries),
        "end_date": max(one["end_date"] for one in summaries),
        "fewest": all(one["fewest"] for one in summaries),
        "begun": [number for one in summaries for number in one["begun"]],
        "violations": [],
        "told": {
            "people": sum(one.people for one in tellings),
            "texts": sum(one.texts for one in tellings),
            "segments": sum(one.segments for one in tellings),
            "rupees": round(sum(one.segments for one in tellings) * price),
            "tell_by_hand": sum(one.by_hand for one in tellings),
            "silent": sum(one.silent for one in tellings),
        },
        "seconds": round(seconds, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _tell(found: Sequence[MendedRound], document: dict[str, Any]) -> None:
    lines = []
    for each in found:
        mended = each.mended
        share = f"{document['others_changed_percent']:g} %"
        lines.append(
            f"{each.name}: {_sessions(len(mended.broken))} cannot go on as planned; of the {each.sessions} in all, "
            f"{len(mended.others)} others change ({share})."
        )
        if mended.end != mended.end_before:
            lines.append(f"It ends on {_said(mended.end)} instead of {_said(mended.end_before)}.")
        proved = "No plan that keeps the rules changes fewer." if mended.fewest else "Fewer may be possible."
        lines.append(proved)
        lines += [_line(change) for change in each.changes[:SHOWN]]
        if len(each.changes) > SHOWN:
            lines.append(f"... and {len(each.changes) - SHOWN} more; --json lists all.")
        if mended.begun:
            lines.append(f"{_sessions(len(mended.begun))} have begun already: see to them yourself.")
    told = document["told"]
    lines.append(
        f"{told['people']} people get {told['texts']} texts, {told['segments']} segments, about Rs {told['rupees']:,}."
    )
    if told["tell_by_hand"]:
        lines.append(f"{told['tell_by_hand']} have no phone and are told by hand.")
    for line in lines:
        talk.print(line, markup=False, soft_wrap=True)


def _line(change: Any) -> str:
    said = [f"Session {change.session}:"]
    if change.days != change.days_before:
        said.append(f"{_said(change.days_before[0])} -> {_said(change.days[0])}")
    if change.venue != change.venue_before:
        said.append(f"room {change.venue_before} -> {change.venue}")
    if change.trainers != change.trainers_before:
        said.append(f"trainer {_persons(change.trainers_before)} -> {_persons(change.trainers)}")
    return "  " + " ".join(said)


def _tell_end(drafts: Sequence[int], *, done: bool) -> None:
    said = "Nothing was changed."
    if done:
        listed = ", then ".join(f"cop cascade replan --undo {draft}" for draft in reversed(drafts))
        said = f"Done. Take it back with: {listed}"
    talk.print(said, markup=False, soft_wrap=True)


def _sessions(count: int) -> str:
    return "1 session" if count == 1 else f"{count} sessions"


def _persons(persons: Sequence[int]) -> str:
    return ", ".join(map(str, persons))


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
