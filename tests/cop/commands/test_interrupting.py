"""A long command that is interrupted: at first it brings what it has, the second time it ends and wrote nothing."""

import signal

import pytest
from sqlalchemy import func, select

from clusters.structure.bounding import Rows
from clusters.structure.models import ClusterDraft
from cop.commands.interrupting import ENDING, INTERRUPTED, interruptible
from tests import build
from tests.cop.commands.test_clusters import school_list


@pytest.fixture
def interrupted_at(monkeypatch):
    """Lets a signal come while the bound is raised, before so many of its steps."""
    whole = Rows.worth

    def at(*steps, by=signal.SIGINT):
        taken = []

        def worth(rows, prices):
            taken.append(1)
            if len(taken) in steps:
                signal.raise_signal(by)
            return whole(rows, prices)

        monkeypatch.setattr(Rows, "worth", worth)
        return taken

    return at


@pytest.fixture
def district(own_unit):
    with own_unit() as db:
        for number in range(60):
            build.school(db, at=(32.9 + number // 10 * 0.02, 70.5 + number % 10 * 0.02))


def drafts(own_unit):
    with own_unit() as db:
        return db.scalar(select(func.count()).select_from(ClusterDraft))


@pytest.mark.parametrize("by", ENDING)
def test_a_plan_that_is_interrupted_is_the_best_found_by_then_and_says_so(run, district, own_unit, interrupted_at, by):
    whole = run("clusters", "plan", "--json").document
    taken = interrupted_at(3, by=by)
    code, document, _ = run("clusters", "plan", "--json")
    assert code == 0
    assert len(taken) < 20
    assert (document["cut_short"], whole["cut_short"]) == (True, False)
    assert (document["schools"], document["unplaced"], document["outside_band"]) == (60, [], [])
    assert document["lower_bound_km"] <= whole["lower_bound_km"]
    assert drafts(own_unit) == 2


def test_people_are_told_that_a_plan_was_ended_early(run, interrupted_at, tmp_path):
    interrupted_at(1)
    told = run("clusters", "plan", "--from", school_list(tmp_path / "schools.csv")).told
    assert "It was ended early, so this is the best plan found by then" in told


def test_a_second_interruption_ends_at_once_and_changes_nothing(run, district, own_unit, monkeypatch):
    def worth(rows, prices):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        return prices

    monkeypatch.setattr(Rows, "worth", worth)
    assert run("clusters", "plan").code == INTERRUPTED
    assert drafts(own_unit) == 0


def test_no_time_at_all_still_gives_a_plan_that_keeps_the_rules(run, tmp_path):
    source = school_list(tmp_path / "schools.csv")
    code, document, _ = run("clusters", "plan", "--from", source, "--seconds", "0", "--json")
    assert (code, document["cut_short"], document["outside_band"], document["unplaced"]) == (0, True, [], [])


def test_a_bound_is_tightened_from_the_command_line_until_it_is_interrupted(run, district, interrupted_at):
    before = run("clusters", "plan", "--json").document
    code, document, _ = run("clusters", "tighten", before["draft"], "--json")
    assert code == 0
    assert document["before"]["lower_bound_km"] == before["lower_bound_km"] <= document["lower_bound_km"]
    taken = interrupted_at(4)
    code, _, told = run("clusters", "tighten", before["draft"])
    assert code == 0
    assert len(taken) < 20
    assert "no plan is shorter than" in told
    assert run("clusters", "tighten", 999).code == 4


def test_signals_mean_what_they_meant_before_once_the_command_is_over():
    before = [signal.getsignal(each) for each in ENDING]
    with interruptible() as heard:
        assert not heard.asked
        signal.raise_signal(signal.SIGTERM)
        assert heard.asked
    assert [signal.getsignal(each) for each in ENDING] == before
