"""Writes the history of the invented district: each decision at its time, every stretch between them lived through."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from clusters.calendar.rules import CalendarRules
from clusters.kernel.audit import Actor
from clusters.modules.rules import Subject
from clusters.progress.actions import recount
from clusters.structure.formation import form
from clusters.structure.proposal import Formation
from cop.compute.cascade import Planned, Wish, accept, plan_round, save
from cop.demo.asking import ask_peers
from cop.demo.beside import beside
from cop.demo.founding import FURTHER_STEPS, found, keep_draft, open_schools
from cop.demo.garden import plant
from cop.demo.groups import let_meet
from cop.demo.happenings import Happening, inbox, leavings, of_round
from cop.demo.living import let_pass
from cop.demo.memory import Memory
from cop.demo.notes import let_notes_travel
from cop.demo.past import Past
from cop.demo.peers import name_peers
from cop.demo.rounds import Turn, calendar_of, first_turn, further_turns, shape_of
from cop.demo.sizes import Size
from cop.demo.speaking import set_attempts_back

Tell = Callable[[float, str], None]
"""Hears how far the work is, from 0 to 1, and what is being done."""
FOUNDED_BEFORE = timedelta(days=6)
"""The district was founded this long before its first round was accepted."""
NEXT_TERM = timedelta(days=56)
AT_ONCE = 2_000
"""Up to so many schools are planned sooner than another process begins."""
AGAIN = (Subject.MATHS, Subject.SCIENCE)
"""What the round that waits as a draft would teach."""


@dataclass
class History:
    """A history under way: what lies before `lived` is written, what is on the agenda comes next."""

    past: Past
    seed: int
    rules: CalendarRules
    lived: datetime
    present: datetime
    tell: Tell
    size: Size
    _memory: Memory = field(default_factory=Memory)
    _began: datetime = field(init=False)
    _agenda: list[Happening] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._began = self.lived

    def expect(self, happenings: Iterable[Happening]) -> None:
        """Put what will happen on the agenda."""
        self._agenda += happenings

    def hold(self, turn: Turn) -> Planned:
        """Plan a round and accept it, as ever; and put on the agenda what befalls it."""
        unit = self.past.at(turn.accepted_at)
        planned = plan_round(unit, Wish((turn.subject,), turn.from_date, turn.name, self.seed), self.rules)
        accept(unit, save(unit, planned), self.rules)
        self.expect(of_round(self.past, self.size, turn.subject, self.rules, turn.accepted_at, self.present))
        return planned

    def live(self) -> None:
        """Live on to the present, from one happening to the next."""
        while self._agenda:
            coming = min(self._agenda, key=lambda each: each.at)
            self._agenda.remove(coming)
            if self.lived < coming.at < self.present:
                self._until(coming.at, coming.settle)
                coming.do()
        self._until(self.present, None)

    def _until(self, instant: datetime, settle: Collection[int] | None) -> None:
        share = (instant - self._began) / (self.present - self._began)
        self.tell(share, f"{instant:%B %Y}")
        let_pass(self.past, self._memory, self.seed, (self.lived, instant, self.present), settle)
        self.lived = instant


def write_history(past: Past, now: datetime, seed: int, size: Size, calendar: CalendarRules, tell: Tell) -> None:
    """Everything from the founding of the district to this very moment."""
    rules = calendar_of(calendar, now, size.behind)
    first = first_turn(rules, now, size)
    began = first.accepted_at - FOUNDED_BEFORE
    tell(0.02, "Schools, clusters and people")
    sites = open_schools(past, began, seed, size)
    with beside(
        size.schools > AT_ONCE, form, sites, blocks=size.blocks, seed=seed, steps=FURTHER_STEPS
    ) as shorter_ways:
        found(past, began, seed, size, sites)
        history = History(past, seed, rules, began, now, lambda share, month: tell(0.15 + 0.7 * share, month), size)
        planned = history.hold(first)
        history.expect(
            Happening(turn.accepted_at, partial(history.hold, turn))
            for turn in further_turns(rules, now, size, shape_of(planned.plan, rules))
        )
        history.expect(leavings(past, seed, first.accepted_at, now))
        history.live()
        tell(0.86, "The inbox, and drafts that wait")
        inbox(past, seed, now)
        let_notes_travel(past, seed, now)
        grow_community(past, seed, now)
        with past.at(now)(Actor("command line")) as db:
            set_attempts_back(db)
            recount(db)
        _leave_drafts(past, now, seed, shorter_ways(), calendar)
    tell(1.0, "It stands")


def grow_community(past: Past, seed: int, now: datetime) -> None:
    """Let teachers take part, name whom they turned to, ask each other and meet, each thing at its time."""
    with past.at(now)(Actor("command line")) as db:
        garden = plant(db, seed, now)
        if garden.beds:
            name_peers(db, garden, now)
            ask_peers(db, garden, now)
            let_meet(db, garden, now)


def _leave_drafts(past: Past, now: datetime, seed: int, shorter: Formation, calendar: CalendarRules) -> None:
    """One plan of clusters and one round that wait for a decision, by the calendar they will be judged by."""
    unit = past.at(now)
    with unit(Actor("command line")) as db:
        keep_draft(db, "Shorter ways", seed, shorter)
    day = (now + NEXT_TERM).date()
    save(unit, plan_round(unit, Wish(AGAIN, day, f"Maths and science again, {day:%B %Y}", seed), calendar))
