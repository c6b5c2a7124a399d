"""A verdict is strict: what was stored and not expected is wrong, and silent unless the reply names what differs."""

import pytest

from cop.replay.corpus import Line
from cop.replay.judging import Happened, Verdict, judge
from cop.replay.tallying import report, script_of


def line(*expect, text="x"):
    return Line(2, "+923001234567", text, expect)


def happened(state="applied", reply="Likh liya.", stored=(), **did):
    return Happened(did, state, (reply,) if reply else (), 1, frozenset(stored))


ATTEND = {"do": "attend", "session": "4814", "absent": [7, 3]}
TAKEN = {"do": "attend", "session": "4814", "absent": [3, 7], "present": [1, 2, 4, 5, 6]}
MARKS = ("attendance", "attendance_report")


def verdict(expected, *turns):
    return judge(line(expected) if isinstance(expected, dict) else line(*expected), turns[0], turns[1:]).verdict


def test_only_the_values_that_are_named_are_compared_and_rows_are_sets():
    assert verdict(ATTEND, happened(stored=MARKS, **TAKEN)) is Verdict.RIGHT
    assert verdict({"do": "attend", "present": ["1", 2, 4, 5, 6]}, happened(stored=MARKS, **TAKEN)) is Verdict.RIGHT
    assert verdict({"do": "attend", "session": 4814}, happened(stored=MARKS, **TAKEN)) is Verdict.RIGHT


def test_wrong_rows_that_the_echo_names_are_not_silent():
    shown = happened(reply="4814: 3 Gul, 7 Noor", stored=MARKS, **TAKEN)
    hidden = happened(reply="4814: 2 ghair hazir", stored=MARKS, **TAKEN)
    wanted = {**ATTEND, "absent": [3, 8]}
    assert verdict(wanted, shown) is Verdict.OTHER_WRONG
    assert verdict(wanted, hidden) is Verdict.SILENT_WRONG


def test_another_deed_than_expected_is_silent_however_it_is_echoed():
    shown = happened(reply="4814: 3 Gul, 7 Noor", stored=MARKS, **TAKEN)
    assert verdict({"do": "ask"}, shown) is Verdict.SILENT_WRONG
    assert verdict({"do": "none"}, shown) is Verdict.SILENT_WRONG
    assert verdict({"do": "next"}, shown) is Verdict.SILENT_WRONG


def test_a_question_whose_answer_does_it_resolves_it():
    asked = happened("asked", "1=a 2=b", do="ask")
    assert verdict(ATTEND, asked, happened(do="ask"), happened(stored=MARKS, **TAKEN)) is Verdict.RESOLVED
    assert verdict(ATTEND, asked, happened(do="ask")) is Verdict.OTHER_WRONG
    assert verdict(ATTEND, asked) is Verdict.OTHER_WRONG


def test_a_person_instead_of_an_action_is_counted_apart():
    assert verdict(ATTEND, happened("human", do="ask")) is Verdict.HUMAN
    assert verdict({"do": "ask"}, happened("human", do="ask")) is Verdict.RIGHT
    assert verdict({"do": "ask"}, happened("human", do="human")) is Verdict.RIGHT


def test_asking_means_that_something_is_said_and_nothing_stored():
    assert verdict({"do": "ask"}, happened("asked", do="ask")) is Verdict.RIGHT
    assert verdict({"do": "ask"}, happened("acknowledged", "", do="none")) is Verdict.OTHER_WRONG
    assert verdict({"do": "ask"}, happened("applied", do="next")) is Verdict.OTHER_WRONG
    assert verdict({"do": "none"}, happened("asked", do="ask")) is Verdict.OTHER_WRONG
    assert verdict({"do": "none"}, happened("acknowledged", "", do="none")) is Verdict.RIGHT


def test_more_than_one_reply_or_one_that_cannot_be_said_is_never_right():
    two = Happened({"do": "next"}, "applied", ("a", "b"), 2)
    unsaid = Happened({"do": "next"}, "applied", ("next_training",), 0, unsaid="too long")
    assert verdict({"do": "next"}, two) is verdict({"do": "next"}, unsaid) is Verdict.OTHER_WRONG


def test_any_of_several_results_is_right():
    assert verdict(({"do": "ask"}, {"do": "optout"}), happened(stored=("opt_out",), do="optout")) is Verdict.RIGHT


@pytest.mark.parametrize(
    ("key", "got", "wanted"),
    [
        ("to", "ur", 2),
        ("to", "en", "English"),
        ("worked", True, "yes"),
        ("worked", 2, False),
        ("verb", "call_off", "call off"),
        ("text", " a b", "a b "),
        ("number", 7, "7"),
        ("answers", {"A": "yes", "B": None}, {"a": "YES"}),
        ("scope", None, "all"),
    ],
)
def test_values_are_the_same_however_they_are_written(key, got, wanted):
    did = {"do": "note", key: got}
    assert verdict({"do": "note", key: wanted}, happened(stored=("x",), **did)) is Verdict.RIGHT


def test_the_figures_are_disjoint_and_add_up():
    judged = [
        judge(line({"do": "next"}), happened(do="next")),
        judge(line({"do": "ask"}, text="حاضری 3"), happened(stored=MARKS, **TAKEN)),
        judge(line({"do": "next"}), happened("human", do="ask")),
    ]
    document = report(judged)
    for group in (document, *document["by_do"].values(), *document["by_script"].values()):
        assert group["lines"] == sum(group[each.value] for each in Verdict)
    assert document["by_script"]["urdu"]["silent_wrong"] == document["silent_wrong"] == 1
    assert [wrong["verdict"] for wrong in document["wrong"]] == ["silent_wrong", "human"]
    assert document["segments_mean"] == 1.0


def test_scripts_are_told_apart():
    texts = ("hazri 4814", "حاضری ۴", "HAZRI ۴۸۱۴", "حاضری sab", "هو", "۱", "1")
    assert [script_of(each) for each in texts] == ["roman", "urdu", "mixed", "mixed", "pashto", "urdu", "digits"]
