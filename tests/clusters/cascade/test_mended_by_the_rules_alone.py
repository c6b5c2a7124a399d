"""Rounds mended after random bad news, judged by a check that shares no code with the planner."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from clusters.cascade.mending.news import Mended
from clusters.cascade.mending.rows import mended_rows
from clusters.cascade.replan import replan
from clusters.cascade.rules import MeetingRow
from clusters.cascade.timetable import CascadePlan, plan_cascade
from tests.rig.bad_news import after, invented_news
from tests.rig.invented_rounds import invented_round, limits_of
from tests.rig.timetable_rules import Line, broken

FEW, SLICE, SLICES = 5, 100, 10
"""Events judged in every run of the suite; in `make soak` so many slices of so many more."""


@dataclass
class Figures:
    """What became of events: refused, mended, and in these the other training sessions and those changed."""

    refused: int = 0
    mended: int = 0
    others: int = 0
    changed: int = 0
    proved: int = 0


def judge(seed: int, figures: Figures) -> None:
    """One event; an assertion where the mended plan breaks a rule that the news itself did not."""
    rng = random.Random(seed)
    request = invented_round(seed)
    plan = plan_cascade(request, tries=6, thinking=0)
    assert isinstance(plan, CascadePlan)
    news = invented_news(request, plan, rng)
    answer = replan(request, plan.meeting_rows(), plan.seat_rows(), news)
    if not isinstance(answer, Mended):
        assert answer.sentence.endswith(".")
        assert answer.sessions
        figures.refused += 1
        return
    rows = mended_rows(plan.meeting_rows(), answer.changes, request)
    limits = limits_of(after(request, news))
    seats = [(seat.session, seat.person, seat.school) for seat in plan.seat_rows() if seat.person not in news.lost]

    def found(lines: list[Line]) -> Counter[str]:
        return Counter(broken(lines, seats, limits))

    now, before = found(lined(rows)), found(lined(plan.meeting_rows()))
    forgiven = {"venue"} if news.closed_venues else set()
    # What stands from before she left, or had begun, is no fault of the mending.
    excused = before if news.lost or answer.begun else Counter()
    assert {word: count for word, count in (now - excused).items() if word not in forgiven} == {}
    begun = set(answer.begun)
    for row in rows:
        if row.id not in begun and row.day >= news.today:
            assert news.lost.isdisjoint(row.trainers) or min(r.day for r in rows if r.id == row.id) < news.today
            assert not news.closes(row.venue, row.day)
    figures.mended += 1
    figures.proved += answer.fewest
    figures.others += len(plan.sessions) - len(answer.broken)
    figures.changed += len(answer.others)


def lined(rows: Iterable[MeetingRow]) -> list[Line]:
    return [Line(r.id, r.level.value, r.module, r.place, r.venue, r.trainers, r.day) for r in rows]


def test_mended_rounds_break_no_rule() -> None:
    figures = Figures()
    for seed in range(FEW):
        judge(seed, figures)
    assert figures.mended > FEW // 2


def test_the_same_news_is_answered_alike() -> None:
    request = invented_round(0)
    plan = plan_cascade(request, tries=6, thinking=0)
    assert isinstance(plan, CascadePlan)
    news = invented_news(request, plan, random.Random(0))
    one, other = (replan(request, plan.meeting_rows(), plan.seat_rows(), news) for _ in range(2))
    assert one == other


@pytest.mark.long
@pytest.mark.parametrize("slice_", range(SLICES))
def test_a_thousand_mended_rounds_break_no_rule(slice_: int) -> None:
    figures = Figures()
    for seed in range(1_000 + slice_ * SLICE, 1_000 + (slice_ + 1) * SLICE):
        judge(seed, figures)
    # Rounds of a few dozen sessions: the share of others that change is told, and is not that of a district.
    print(figures)
    assert figures.mended > figures.refused
