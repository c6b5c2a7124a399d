"""The rules of a round come back as they were kept."""

import json
from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from clusters.calendar.rules import CalendarRules, Closure
from clusters.cascade.record import RoundRules, read, written
from clusters.cascade.rules import CascadeRules, LevelRules
from clusters.modules.rules import Subject, TaughtModule

days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
hours = st.times(time(7), time(17))
levels = st.builds(
    LevelRules,
    days=st.none() | st.integers(1, 5),
    capacity=st.integers(1, 60),
    trainers=st.integers(1, 3),
    starts=hours,
    ends=hours,
)
cascades = st.builds(
    CascadeRules,
    master=levels,
    circle=levels,
    teacher=levels,
    longest_pause=st.integers(1, 9),
    trainer_days_a_month=st.none() | st.integers(1, 31),
    teacher_days_a_month=st.none() | st.integers(1, 31),
    return_after=st.none() | st.integers(1, 60),
    friday_ends=hours,
)
calendars = st.builds(
    CalendarRules,
    fridays_closed=st.booleans(),
    sundays_closed=st.booleans(),
    holidays_closed=st.booleans(),
    ramadan_closed=st.booleans(),
    moon_slack=st.integers(0, 2),
    closures=st.lists(st.builds(Closure, days, days, st.text(max_size=9)), max_size=3).map(tuple),
    opened=st.frozensets(days, max_size=3),
)
modules = st.lists(st.builds(TaughtModule, st.sampled_from(Subject), st.integers(1, 4), st.integers(1, 4)), max_size=4)


@given(st.builds(RoundRules, modules.map(tuple), cascades, calendars, st.integers(0, 99)))
def test_rules_come_back_as_they_were_kept(rules):
    assert read(json.loads(json.dumps(written(rules)))) == rules


def test_a_round_that_no_planner_made_has_no_rules():
    assert read({}) is None
