"""A file of texts is read whole or refused with the line that is wrong."""

import json
from datetime import UTC, datetime

import pytest

from clusters.kernel.errors import Invalid
from clusters.modules.rules import Subject
from clusters.people.rules import PostRole
from cop.replay.context import mobile, read_context
from cop.replay.corpus import DOS, read_corpus

TEXT = {"from": "03001234567", "text": "1", "expect": {"do": "ask"}}


def corpus(*documents):
    return read_corpus([each if isinstance(each, str) else json.dumps(each) for each in documents], "texts.jsonl")


def test_a_line_with_a_context_starts_a_block():
    blocks = corpus({"context": {"today": "2026-03-14"}}, TEXT, "", {"context": {}}, TEXT, TEXT)
    assert [(block.number, [line.number for line in block.lines]) for block in blocks] == [(1, [2]), (4, [5, 6])]


def test_lines_before_any_context_stand_in_an_empty_world():
    [block] = corpus(TEXT)
    assert block.context == {}


def test_further_keys_are_ignored_and_alternatives_are_equally_right():
    [block] = corpus({**TEXT, "script": "roman", "alt": [{"do": "none"}]})
    assert [each["do"] for each in block.lines[0].expect] == ["ask", "none"]


@pytest.mark.parametrize(
    "wrong",
    ["{", "[]", "7", {"from": "1", "expect": {"do": "ask"}}, {"from": "1", "text": "x"}, {"context": 3}],
)
def test_what_cannot_be_read_names_its_line(wrong):
    with pytest.raises(Invalid) as refused:
        corpus(TEXT, wrong)
    assert (refused.value.key, refused.value.values["line"]) == ("replay_unreadable", 2)


@pytest.mark.parametrize("where", [{"expect": {"do": "dance"}}, {"alt": [{"do": "dance"}]}, {"expect": {}}])
def test_an_unknown_deed_names_its_line(where):
    with pytest.raises(Invalid) as refused:
        corpus(TEXT, {**TEXT, **where})
    assert (refused.value.key, refused.value.values["line"]) == ("replay_unknown_do", 2)
    assert len(DOS) == len(set(DOS)) == 27


def test_the_clock_stands_at_nine_in_karachi_unless_it_is_said_otherwise():
    def at(**raw):
        return read_context(raw, "texts.jsonl", 1).now

    assert at(today="2026-03-14") == datetime(2026, 3, 14, 4, tzinfo=UTC)
    assert at(today="2026-03-14", now="15:30") == datetime(2026, 3, 14, 10, 30, tzinfo=UTC)
    assert at(today="2026-03-14", now="2026-03-15T08:00") == datetime(2026, 3, 15, 3, tzinfo=UTC)
    assert at(now="2026-03-15T08:00Z") == datetime(2026, 3, 15, 8, tzinfo=UTC)


def test_what_is_missing_or_odd_gets_a_plain_meaning():
    context = read_context(
        {
            "today": "2026-03-14",
            "people": [{"phone": "0300 1234567", "post": "Head Teacher"}],
            "training_sessions": [{"code": 4814, "subject": "Riazi", "roster": 3}],
            "open_questions": {"phone": "923001234567"},
        },
        "texts.jsonl",
        1,
    )
    assert context.people[0].phone == context.questions[0].phone == "+923001234567"
    assert context.people[0].post is PostRole.HEAD_TEACHER
    session = context.sessions[0]
    assert (session.code, session.subject, len(session.roster)) == ("4814", Subject.MATHS, 3)
    assert session.start > context.now


def test_a_phone_stands_for_whoever_holds_it():
    context = read_context(
        {
            "people": [{"phone": "03001234567", "name": "Zakir", "school": 23451}],
            "training_sessions": [{"code": "4814", "trainer": "0300-1234567", "roster": ["+923001234567", "Noor"]}],
        },
        "texts.jsonl",
        1,
    )
    assert (context.sessions[0].trainer, context.sessions[0].roster) == ("Zakir", ("Zakir", "Noor"))
    assert context.people[0].school == "23451"


def test_a_context_that_does_not_hold_together_names_its_line():
    with pytest.raises(Invalid) as refused:
        read_context({"training_sessions": [{"start": "soon"}]}, "texts.jsonl", 9)
    assert refused.value.values["line"] == 9


def test_what_is_no_mobile_of_this_country_stays_as_it_is_written():
    assert [mobile("0300-1234567"), mobile("+92 300 1234567"), mobile("8000"), mobile("TELENOR")] == [
        "+923001234567",
        "+923001234567",
        "8000",
        "TELENOR",
    ]
