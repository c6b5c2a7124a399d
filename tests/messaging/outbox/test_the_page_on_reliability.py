"""What docs/reference/reliability.md says of states, classes and constants is what the code does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from messaging.channels import wire
from messaging.outbox import legs, rules
from messaging.outbox.rules import RANK, RETRIES_AFTER_ASKING, Pace, State, TextClass

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "reference" / "reliability.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    part = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def written(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours:g} h" if hours >= 1 else f"{span.total_seconds():g} s"


def test_every_state_stands_there_with_its_rank():
    told = {row[0].strip("`"): row[1] for row in rows("States")}
    assert told == {state.value: str(RANK.get(state, "-")) for state in State}


def test_states_that_promise_that_nothing_went_say_so():
    told = {State(row[0].strip("`")): row[2] for row in rows("States")}
    assert {state for state, meaning in told.items() if "never accepted" in meaning} == set(rules.NEVER_SENT)


def test_every_class_stands_there_with_its_priority_its_grace_and_what_it_does_in_doubt():
    told = {}
    for name, priority, after, grace in rows("What every kind of text does when an answer is lost"):
        told[re.match(r"`(\w+)`", name)[1]] = (int(priority), "send again" in after, grace)
    assert told == {
        each.name: (int(each), each in RETRIES_AFTER_ASKING, written(Pace().grace[each])) for each in TextClass
    }


@pytest.mark.parametrize("row", rows("Numbers behind it"), ids=lambda row: row[2])
def test_every_constant_has_the_value_of_the_code(row):
    names = re.findall(r"`(\w+)`", row[2])
    values = [getattr(rules, name, None) or getattr(legs, name) for name in names]
    assert row[1] == "; ".join(written(value) if isinstance(value, timedelta) else str(value) for value in values)


def test_a_request_ends_when_the_page_says_so():
    assert timedelta(seconds=wire.TOTAL) == Pace().request == rules.REQUEST


def test_every_test_that_is_named_is_there():
    named = re.findall(r"`(tests/[^`]+)`", PAGE)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_setting_that_is_named_is_there():
    known = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"`(COP_\w+)`", PAGE) if f"`{name}`" not in known] == []


def test_a_set_of_durations_that_is_not_sound_does_not_start():
    with pytest.raises(ValueError, match="must end before the lease does"):
        Pace(request=timedelta(seconds=25))
    with pytest.raises(ValueError, match="waited for"):
        Pace(grace={**Pace().grace, TextClass.REMINDER: timedelta(0)})
