"""Each line runs for itself in the world of its block, is judged by what the database holds, and leaves no trace."""

import pytest
from sqlalchemy import func, select

from clusters.people.models import Person
from cop.replay.corpus import Block, Line
from cop.replay.judging import Verdict
from cop.replay.running import run
from cop.replay.sharing import run_shared
from cop.settings import Settings
from cop.words import book_of

TRAINER, USMAN, SHARED = "03005550001", "03005550002", "03005550003"
CONTEXT = {
    "today": "2026-03-14",
    "now": "2026-03-14T14:00",
    "people": [
        {"phone": TRAINER, "name": "Zakir Khan", "post": "circle_trainer", "language": "ur_latn"},
        {"phone": USMAN, "name": "Usman", "post": "teacher"},
        {"phone": SHARED, "name": "Shaista", "post": "teacher"},
        {"phone": SHARED, "name": "Imran", "post": "teacher"},
        {"phone": "03005550004", "name": "Silent Noor", "post": "teacher", "opted_out": True},
    ],
    "training_sessions": [
        {"code": "4814", "subject": "Maths", "start": "2026-03-14T10:00", "trainer": "Zakir Khan", "roster": 31},
        {
            "code": "5127",
            "subject": "Science",
            "start": "2026-03-21T10:00",
            "trainer": "Zakir Khan",
            "roster": ["Usman", "Shaista", "Imran", "Silent Noor"],
        },
    ],
    "open_questions": [
        {"phone": USMAN, "kind": "rsvp", "session": "5127"},
        {"phone": SHARED, "kind": "rsvp", "session": "5127"},
    ],
}


@pytest.fixture
def replayed(engine):
    def replay(*lines, **more):
        texts = [Line(number, sender, text, (expect,)) for number, (sender, text, expect) in enumerate(lines, start=2)]
        with engine.connect() as connection:
            return list(run(connection, [Block(1, CONTEXT | more, texts)], "x.jsonl", book_of(Settings())))

    return replay


def test_every_line_begins_in_the_same_world(replayed):
    absent = {"do": "attend", "session": "4814", "absent": [3, 7]}
    first, second, third = replayed(
        (TRAINER, "HAZRI 4814 3 7", absent), (TRAINER, "HAZRI 4814 3 7", absent), (TRAINER, "0", {"do": "undo"})
    )
    assert first.verdict is second.verdict is Verdict.RIGHT
    assert first.happened.replies == second.happened.replies
    assert third.happened.stored == frozenset(), "nothing was there to be undone"


def test_marks_and_answers_are_read_from_the_database(replayed):
    attended, came, both = replayed(
        (TRAINER, "HAZRI 4814 SAB", {"do": "attend", "absent": []}),
        (USMAN, "ji", {"do": "rsvp", "session": "5127", "answer": "yes"}),
        (SHARED, "A1 B2", {"do": "rsvp", "answers": {"A": "yes", "B": "no"}}),
    )
    assert attended.happened.did["present"] == list(range(1, 32))
    assert (came.verdict, both.verdict) == (Verdict.RIGHT, Verdict.RIGHT)


def test_the_runner_answers_the_one_question_with_what_was_meant(replayed):
    row, heads, shared = replayed(
        (TRAINER, "HAZRI 4814 28", {"do": "attend", "absent": [28]}),
        (TRAINER, "HAZRI 4841 SAB", {"do": "attend", "session": "4814", "absent": []}),
        (SHARED, "1", {"do": "rsvp", "answers": {"B": "yes"}}),
    )
    assert [each.verdict for each in (row, heads, shared)] == [Verdict.RESOLVED] * 3


def test_a_store_where_a_question_was_expected_is_silently_wrong(replayed):
    [judged] = replayed((TRAINER, "HAZRI 4814 3 7", {"do": "ask"}))
    assert judged.verdict is Verdict.SILENT_WRONG
    assert "attendance" in judged.happened.stored


def test_silence_and_return_are_read_from_the_database(replayed):
    left, back, changes = replayed(
        (USMAN, "band karo", {"do": "optout"}),
        ("03005550004", "shuru", {"do": "optin"}),
        ("03005550004", "shuru 2", {"do": "optin", "scope": "changes"}),
    )
    assert [each.verdict for each in (left, back, changes)] == [Verdict.RIGHT] * 3


def test_a_fresh_confirmation_makes_thanks_of_a_polite_word_and_can_be_undone(replayed):
    thanks, undone = replayed(
        (TRAINER, "ok", {"do": "none"}),
        (TRAINER, "ghalat", {"do": "undo"}),
        last_echo=[{"phone": TRAINER, "do": "attend"}],
    )
    assert (thanks.verdict, undone.verdict) == (Verdict.RIGHT, Verdict.RIGHT)
    assert "effect" in undone.happened.stored


def test_a_text_of_ours_that_comes_back_is_kept_without_a_reply(replayed):
    ours = "Session 4814 khatam? Hazri likhein. Misal: HAZRI 4814 3 7 19. Sab aaye to: HAZRI 4814 SAB"
    [judged] = replayed((TRAINER, ours, {"do": "none"}), sent=[{"phone": TRAINER, "text": ours}])
    assert judged.verdict is Verdict.RIGHT


def test_short_codes_and_strangers_belong_to_the_world_too(replayed):
    advert, stranger = replayed(("8000", "jeetein gari", {"do": "none"}), ("03111234567", "1", {"do": "ask"}))
    assert (advert.verdict, stranger.verdict) == (Verdict.RIGHT, Verdict.RIGHT)


def test_several_processes_find_the_same_in_the_same_order(new_database):
    texts = [Line(number, TRAINER, f"HAZRI 4814 {number} 9", ({"do": "attend"},)) for number in range(2, 6)]
    blocks = [Block(1, CONTEXT, texts), Block(7, CONTEXT, [Line(8, USMAN, "1", ({"do": "rsvp"},))])]
    judged = run_shared(new_database(), blocks, "x.jsonl", processes=2)
    assert [each.line.number for each in judged] == [2, 3, 4, 5, 8]
    assert [each.happened.did.get("absent") for each in judged[:4]] == [[row, 9] for row in range(2, 6)]
    assert all(each.verdict is Verdict.RIGHT for each in judged)


def test_nothing_of_it_stays(replayed, engine):
    replayed((USMAN, "1", {"do": "rsvp"}))
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Person)) == 0
