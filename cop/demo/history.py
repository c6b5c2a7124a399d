"""Writes the history of the invented district: rounds accepted at their time, and every stretch between lived through."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clusters.calendar.rules import CalendarRules
from clusters.kernel.audit import Actor
from clusters.modules.rules import Subject
from clusters.scope import Scope
from cop.compute.cascade import Planned, Wish, accept, plan_round, save
from cop.demo.founding import FURTHER_TRIES, Size, draft_clusters, found
from cop.demo.living import let_pass
from cop.demo.past import Past
from cop.demo.rounds import Turn, calendar_of, first_turn, further_turns, shape_of

Tell = Callable[[float, str], None]
"""Hears how far the work is, from 0 to 1, and what is being done."""
FOUNDED_BEFORE = timedelta(days=6)
"""The district was founded this long before its first round was accepted."""
NEXT_TERM = timedelta(days=56)


@dataclass
class History:
    """A history under way: what lies before `lived` is written."""

    past: Past
    seed: int
    present: datetime
    tell: Tell
    lived: datetime = field(init=False)

    def until(self, instant: datetime) -> None:
        """Live on to an instant."""
        let_pass(self.past, self.seed, self.lived, instant, self.present)
        self.lived = instant


def write_history(past: Past, now: datetime, seed: int, size: Size, calendar: CalendarRules, tell: Tell) -> None:
    """Everything from the founding of the district to this very moment."""
    rules = calendar_of(calendar, now)
    first = first_turn(rules, now)
    began = first.accepted_at - FOUNDED_BEFORE
    tell(0.02, "Schools, clusters and people")
    found(past, began, seed, size)
    history = History(past, seed, now, tell)
    history.lived = began
    tell(0.2, f"{first.name}: planned and accepted")
    plan = _hold(history, first, rules)
    turns = further_turns(rules, now, shape_of(plan.plan, rules))
    for place, turn in enumerate(turns):
        tell(0.3 + 0.5 * place / len(turns), turn.name)
        history.until(turn.accepted_at)
        _hold(history, turn, rules)
    tell(0.85, "The days up to now")
    history.until(now)
    tell(0.9, "Drafts that wait")
    _leave_drafts(past, now, seed, rules)
    tell(1.0, "done")


def _hold(history: History, turn: Turn, rules: CalendarRules) -> Planned:
    """Plan a round and accept it, at its time and by the same ways as ever."""
    unit = history.past.at(turn.accepted_at)
    planned = plan_round(unit, Wish((turn.subject,), turn.from_date, turn.name, history.seed), rules)
    accept(unit, save(unit, planned), rules)
    return planned


def _leave_drafts(past: Past, now: datetime, seed: int, rules: CalendarRules) -> None:
    """One plan of clusters and one round that wait for a decision."""
    unit = past.at(now)
    with unit(Actor("command line")) as db:
        draft_clusters(db, Scope.everywhere(), "Shorter ways", seed, FURTHER_TRIES)
    day = (now + NEXT_TERM).date()
    wish = Wish((Subject.MATHS, Subject.SCIENCE), day, f"Maths and science again, {day:%B %Y}", seed)
    save(unit, plan_round(unit, wish, rules))
