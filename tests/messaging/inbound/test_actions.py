"""Keeping and reading texts, with a book of words made for the test: all or nothing, and no text blocks another."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import AuditEntry, record
from clusters.kernel.errors import Invalid
from clusters.scope import Scope
from messaging.inbound.actions import keep, read_next
from messaging.inbound.models import Effect, InboundText, Parked, Question
from messaging.inbound.words import Asked, Digit, Reply, Text, Word, WordBook
from messaging.outbox.models import Message
from tests import build


class Broken(RuntimeError):
    """A bug in a word."""


def breaks(db: Session, scope: Scope, text: Text) -> Reply:
    record(db, "half done", "trial")
    db.flush()
    raise Broken


def refuses(db: Session, scope: Scope, text: Text) -> Reply:
    record(db, "half done", "trial")
    raise Invalid("nothing_marked", code="4814")


def asks(db: Session, scope: Scope, text: Text) -> Reply:
    if text.question:
        return Reply("attendance_mixed", undo={"n": text.question["n"]}, code="4814")
    return Reply("attendance_mixed", asks=Asked("puchho", 7, {"n": 5}), code="4814")


def writes(db: Session, scope: Scope, text: Text) -> Reply:
    record(db, f"by {scope.person_id}", "trial")
    return Reply("nothing_changed", undo={})


def nothing(db: Session, scope: Scope, text: Text) -> None:
    return None


BOOK = WordBook(
    (
        Word("toota", {"ur_latn": ("toota",)}, 0, breaks),
        Word("mana", {"ur_latn": ("mana",)}, 0, refuses),
        Word("puchho", {"ur_latn": ("puchho",)}, 1, asks),
        Word("likho", {"ur_latn": ("likho",)}, 0, writes, lambda db, scope, text, undo: Reply("nothing_changed")),
        Word("chup", {"ur_latn": ("chupchap",)}, 0, nothing),
    ),
    tuple(Digit(n, writes) for n in (1, 2, 3)),
)
NUMBER, OTHER = "+923005551111", "+923005552222"


@pytest.fixture
def texted(unit):
    """Keeps texts of a teacher and reads until nothing is left; the rows as they stand then, the oldest first."""
    with unit() as db:
        place = build.cluster(db, 2)
        build.teacher(db, build.schools_of(db, place)[0], "Usman", number=NUMBER)
        build.teacher(db, build.schools_of(db, place)[1], "Noor", number=OTHER)
    numbers = iter(range(1, 1000))

    def text(*bodies: str, number: str = NUMBER) -> list[InboundText]:
        with unit() as db:
            for body in bodies:
                keep(db, "rehearsal", f"P{next(numbers)}", number, body)
        for _ in range(40):
            if not read_next(unit, BOOK):
                break
        with unit() as db:
            return list(db.scalars(select(InboundText).order_by(InboundText.id)))

    return text


def all_of(unit, table):
    with unit() as db:
        return list(db.scalars(select(table)))


def test_a_text_without_a_unit_of_its_own_is_never_read_twice(unit, texted):
    texted("likho")
    assert not read_next(unit, BOOK)
    assert len(all_of(unit, Effect)) == 1


def test_a_failing_word_leaves_no_trace_and_is_laid_before_a_person_after_three_tries(unit, texted):
    texted("likho", number=OTHER)
    [_, row] = texted("toota")
    assert (row.state, row.failures) == ("human", 3)
    assert [card.why for card in all_of(unit, Parked)] == ["failed"]
    assert [entry for entry in all_of(unit, AuditEntry) if entry.verb == "half done"] == []
    told = [message.text_key for message in all_of(unit, Message) if message.number == NUMBER]
    assert told == ["passed_to_a_person"]


def test_a_text_that_fails_does_not_hold_up_the_next(unit, texted):
    rows = texted("toota", "likho")
    assert [row.state for row in rows] == ["human", "applied"]


def test_a_refusal_that_a_word_did_not_put_into_words_goes_to_a_person_at_once(unit, texted):
    [row] = texted("mana")
    assert (row.state, row.failures) == ("human", 1)
    assert [entry for entry in all_of(unit, AuditEntry) if entry.verb == "half done"] == []


def test_a_word_acts_with_the_scope_of_its_sender_and_is_written_down_under_her_name(unit, texted):
    texted("likho")
    [entry] = [entry for entry in all_of(unit, AuditEntry) if entry.subject_kind == "trial"]
    with unit() as db:
        person = db.scalars(select(build.Person).where(build.Person.name == "Usman")).one()
    assert entry.verb == f"by {person.id}"
    assert (entry.door, entry.person_id) == ("text", person.id)


def test_the_answer_to_what_we_asked_back_comes_with_its_values(unit, texted):
    texted("puchho")
    [question] = all_of(unit, Question)
    assert question.closed_at is None
    rows = texted("1")
    assert [row.state for row in rows] == ["asked", "applied"]
    [effect] = all_of(unit, Effect)
    assert effect.undo["values"] == {"n": 5}
    assert all(each.closed_at is not None for each in all_of(unit, Question))


def test_a_digit_beyond_the_options_is_asked_again(unit, texted):
    texted("puchho")
    rows = texted("3")
    assert rows[-1].state == "asked"
    assert all_of(unit, Effect) == []


def test_a_question_of_yesterday_is_closed(unit, texted, clock):
    texted("puchho")
    clock.advance(hours=25)
    rows = texted("1")
    assert all_of(unit, Effect) == []
    assert "no question is open" in rows[-1].rule


def test_another_number_does_not_answer_a_question(unit, texted):
    texted("puchho")
    texted("1", number=OTHER)
    assert all_of(unit, Effect) == []


def test_a_word_may_stay_silent(unit, texted):
    [row] = texted("chupchap")
    assert row.state == "acknowledged"
    assert all_of(unit, Message) == []


def test_half_a_character_and_nul_do_not_lose_a_text(unit, texted):
    [row] = texted("\ud800lik\0ho")
    assert row.body == "likho"
    assert row.state == "applied"


def test_a_misspelt_word_between_two_is_asked(unit, texted):
    rows = texted("kuch aur", "kuch aur bhi")
    assert [row.state for row in rows] == ["asked", "human"]


def test_how_it_was_read_says_no_number_and_no_name(unit, texted):
    [row] = texted("likho")
    assert NUMBER not in (row.rule or "")
    assert "Usman" not in (row.rule or "")
