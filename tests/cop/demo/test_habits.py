"""How invented people behave: what they write is read as what they mean, nobody texts at night, most of them come."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.kernel.clock import KARACHI
from clusters.training.code import complete
from clusters.training.rules import Answer, Mark
from cop.demo.habits import ANSWERS, LONGEST_DELAY, SLEEPS, WAKES, awake, habit, marks, report_text, reporting
from cop.demo.happenings import LEAVING
from cop.words import BOOK
from messaging.inbound import outcomes
from messaging.inbound.actions.choosing import ANSWERS as CHOICES
from messaging.inbound.reading import Context, read
from messaging.inbound.report import read_report
from messaging.inbound.reported import Report, Sheet

SESSIONS = st.integers(1, 5000)
PEOPLE = range(1, 400)


def habits(session=7):
    return [each for person in PEOPLE if (each := habit(1, session, person)) is not None]


def test_every_answer_is_read_as_what_it_says():
    written = {(each.words, each.answer, each.reason) for session in range(30) for each in habits(session)}
    assert {answer for _, answer, _ in written} == set(Answer)
    for words, answer, reason in written:
        heard = read(words, BOOK.vocabulary)
        assert isinstance(heard, outcomes.Answer), words
        assert CHOICES[heard.choice] is answer
        assert (heard.rest or None) == reason
        assert not heard.question


def test_answers_fall_as_often_as_they_should():
    said = Counter(answer.answer if (answer := habit(1, 7, person)) else None for person in range(4000))
    for answer, percent in ANSWERS.items():
        assert abs(said[answer] / 40 - percent) < 3


def test_a_habit_is_the_same_whenever_it_is_asked_for():
    first = [habit(1, 7, person) for person in PEOPLE]
    habit.cache_clear()
    assert [habit(1, 7, person) for person in reversed(PEOPLE)] == first[::-1]
    assert [habit(2, 7, person) for person in PEOPLE] != first


def test_answers_come_within_the_time_an_invitation_is_open_for():
    assert all(timedelta() < each.after <= LONGEST_DELAY for each in habits())
    assert timedelta(hours=72) - LONGEST_DELAY > timedelta(hours=10), "a night may lie between"


@given(st.integers(0, 400 * 24 * 60))
def test_nobody_texts_at_night(minutes):
    instant = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    then = awake(instant)
    assert WAKES <= then.astimezone(KARACHI).time() < SLEEPS
    assert timedelta() <= then - instant < timedelta(hours=11)


@settings(max_examples=300, deadline=None)
@given(SESSIONS, st.lists(st.sampled_from([*Answer, None]), min_size=1, max_size=40), st.integers(100, 999))
def test_every_report_is_read_as_the_marks_it_tells(session, answers, prefix):
    code = complete(prefix)
    found = marks(1, session, answers, by_text=True)
    assert set(found) <= {Mark.HERE, Mark.AWAY}
    body = report_text(1, session, code, found)
    heard = read(body, BOOK.vocabulary, Context(codes=frozenset({code})))
    assert isinstance(heard, outcomes.Verb), body
    assert heard.name == "attend"
    sheets = {code: Sheet(code, frozenset(range(1, len(found) + 1)))}
    reading = read_report(heard.tokens, sheets, score=heard.score)
    assert isinstance(reading, Report), body
    assert reading.sure
    assert list(reading.absent) == [row for row, mark in enumerate(found, 1) if mark is Mark.AWAY]


def test_most_come_and_more_of_those_who_said_so():
    def share(answer):
        found = [mark for session in range(60) for mark in marks(1, session, [answer] * 30, by_text=False)]
        return 1 - found.count(Mark.AWAY) / len(found)

    assert share(Answer.YES) > share(None) > share(Answer.UNSURE) > share(Answer.NO)
    assert 0.93 < share(Answer.YES) < 0.98


def test_only_the_office_marks_somebody_as_late():
    by_office = [mark for session in range(60) for mark in marks(1, session, [Answer.YES] * 30, by_text=False)]
    assert Mark.LATE in by_office


def test_reports_come_within_the_two_days_in_which_they_can():
    found = [reporting(1, session) for session in range(500)]
    assert all(timedelta() < each.after < timedelta(hours=48 - 11) for each in found)
    assert 0.75 < sum(each.by_text for each in found) / len(found) < 0.95


@pytest.mark.parametrize("words", LEAVING)
def test_wishes_for_silence_are_read_as_such(words):
    assert isinstance(read(words, BOOK.vocabulary), outcomes.Leave)
