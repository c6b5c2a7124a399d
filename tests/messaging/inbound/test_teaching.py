"""Which words may be taught: free ones, far from other commands, that change no reading which was right."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from clusters.kernel.errors import Conflict, CopError, NotAllowed
from clusters.scope import Held, Scope
from messaging.inbound.actions import decide_word, keep, propose_word, read_next
from messaging.inbound.learning import Lessons, examples, proposals, taught, unknown_words
from messaging.inbound.models import CorpusLine, InboundText, ParseRecord, TaughtWord
from messaging.inbound.nearness import distance
from messaging.inbound.reading import read
from messaging.inbound.teaching import Example, changed, check
from messaging.inbound.words import TAUGHT, Digit, Reply, Word, WordBook
from tests import build

NUMBER = "+923005551111"


def nothing(db, scope, text):
    return Reply("nothing_changed", undo={}, did={"do": "attend", "session": "4814"})


def word(name, *spelt, tier=0, fuzzy=True):
    return Word(name, {"ur_latn": spelt}, tier, nothing, fuzzy=fuzzy)


BOOK = WordBook(
    (
        word("attend", "hazri", tier=1),
        word("next", "kab", "agli"),
        word("where", "kahan", "raasta"),
        word("call_off", "mansookh", tier=2, fuzzy=False),
    ),
    [Digit(choice, nothing) for choice in (1, 2, 3)],
)


def person(number, role="clerk"):
    return Scope(number, (Held("T", "B1.", role),))


PROPOSER, OTHER = person(1), person(2, "administrator")


@pytest.mark.parametrize(
    ("written", "command", "key"),
    [
        ("ha", "attend", "word_unfit"),
        ("do lafz", "attend", "word_unfit"),
        ("h4zri", "attend", "word_unfit"),
        ("", "attend", "word_unfit"),
        ("mojood", "nothing_like_it", "word_unfit"),
        ("help", "attend", "word_reserved"),
        ("mojood", "call_off", "word_never_taught"),
        ("kahan", "attend", "word_taken"),
        ("nahi", "attend", "word_taken"),
        ("band", "attend", "word_taken"),
        ("shukriya", "attend", "word_taken"),
        ("salam", "attend", "word_taken"),
        ("kahann", "next", "word_too_near"),
        ("raastay", "attend", "word_too_near"),
        ("bandd", "next", "word_too_near"),
    ],
)
def test_a_word_that_may_not_be_taught_is_refused_with_its_reason(written, command, key):
    with pytest.raises(CopError) as refused:
        check(BOOK, written, command, ())
    assert refused.value.key == key


@pytest.mark.parametrize("written", ["mojood", "Mojood", "حاضرین", "haazrii"])
def test_a_free_word_far_from_others_may_be_taught(written):
    form = check(BOOK, written, "attend", ())
    after = BOOK.with_taught([(form, "attend")])
    assert read(f"{written} 4814 3 7", after.vocabulary).name == "attend"
    assert after.words["attend"].also[TAUGHT] == (form,)
    assert after.words["attend"].printed("ur_latn") == "HAZRI"


def test_a_word_that_would_change_a_right_reading_is_refused():
    right = Example("bimar hun 2", {"do": "ask"})
    with pytest.raises(Conflict) as refused:
        check(BOOK, "bimar", "attend", [right])
    assert refused.value.key == "word_changes_readings"
    assert refused.value.values["number"] == 1


def test_a_reading_that_was_wrong_may_change():
    wrong = Example("mojood 4814 3 7", {"do": "attend"})
    assert changed(BOOK, BOOK.with_taught([("mojood", "attend")]), [wrong]) == []
    assert check(BOOK, "mojood", "attend", [wrong]) == "mojood"


@given(st.text("abdhijkmnorsz", min_size=3, max_size=8), st.sampled_from(["attend", "next", "where"]))
def test_no_taught_word_stands_at_one_slip_from_a_word_of_another_command(written, command):
    try:
        form = check(BOOK, written, command, ())
    except CopError:
        return
    others = [spelt for each in BOOK.words.values() if each.name != command for spelt in each.words if len(spelt) > 3]
    assert all(distance(form, spelt, 1) > 1 for spelt in others) or len(form) < 4


def test_what_a_release_took_for_itself_is_left_out_of_the_book():
    assert BOOK.with_taught([("kahan", "attend"), ("stop", "next"), ("naya", "gone")]) is BOOK


@pytest.fixture
def field(unit):
    """A teacher of B1 who wrote the same unknown word three times and another once."""
    with unit() as db:
        place = build.cluster(db, 1)
        build.teacher(db, build.schools_of(db, place)[0], "Usman", number=NUMBER)
        for place_, body in enumerate(("mojood 3", "mojood 4", "salam mojood 5", "kabootar")):
            keep(db, "rehearsal", f"P{place_}", NUMBER, body)
    while read_next(unit, BOOK):
        pass
    return unit


def test_unknown_first_words_are_counted_and_a_private_text_is_not(field, clock):
    with field() as db:
        everywhere = Scope.everywhere()
        counted = dict(unknown_words(db, everywhere, BOOK, clock.at - timedelta(days=1)))
        assert counted["mojood"] == 3
        assert counted["kabootar"] == 1
        assert unknown_words(db, person(1, "clerk"), BOOK, clock.at + timedelta(days=1)) == []
        db.execute(InboundText.__table__.update().values(private=True))
        assert unknown_words(db, everywhere, BOOK, clock.at - timedelta(days=1)) == []


def test_a_proposed_word_changes_nothing_until_a_second_person_approves_it(field):
    lessons = Lessons(field, lambda: BOOK)
    with field() as db:
        proposal = propose_word(db, PROPOSER, "Mojood", "attend", 3, BOOK)
        [waiting] = proposals(db)
        assert (waiting.word, waiting.times, waiting.by) == ("mojood", 3, 1)
    assert lessons() is BOOK
    with pytest.raises(NotAllowed) as own, field() as db:
        decide_word(db, person(1, "administrator"), proposal, approve=True, book=BOOK)
    assert own.value.key == "word_own_proposal"
    with pytest.raises(NotAllowed), field() as db:
        decide_word(db, person(3), proposal, approve=True, book=BOOK)
    with field() as db:
        decide_word(db, OTHER, proposal, approve=True, book=BOOK)
        assert taught(db) == [("mojood", "attend")]
        assert proposals(db) == []
    assert read("mojood 4814 3", lessons().vocabulary).name == "attend"
    with field() as db:
        keep(db, "rehearsal", "P9", NUMBER, "mojood 4814 3")
    while read_next(field, lessons()):
        pass
    with field() as db:
        assert (
            db.scalars(select(ParseRecord.did).order_by(ParseRecord.inbound_text_id.desc())).first()["do"] == "attend"
        )


def test_a_word_is_tried_on_all_examples_once_more_before_it_goes_live(field):
    with field() as db:
        proposal = propose_word(db, PROPOSER, "mojood", "attend", 3, BOOK)
        db.add(CorpusLine(normal="mojood 3", expect={"do": "ask"}, at=build.SINCE))
    with pytest.raises(Conflict) as refused, field() as db:
        decide_word(db, OTHER, proposal, approve=True, book=BOOK)
    assert refused.value.key == "word_changes_readings"
    with field() as db:
        decide_word(db, OTHER, proposal, approve=False, book=BOOK)
        assert db.get_one(TaughtWord, proposal).approved is False
        assert taught(db) == []


def test_what_was_understood_in_the_field_is_an_example_too(field):
    with field() as db:
        understood = select(ParseRecord).where(ParseRecord.normal == "kabootar")
        db.scalars(understood).one().did = {"do": "ask", "by": "a person"}
        assert "kabootar" not in [each.normal for each in examples(db)]
        db.scalars(understood).one().did = {"do": "none"}
        assert "kabootar" in [each.normal for each in examples(db)]


def test_a_word_waits_once(field):
    with field() as db:
        propose_word(db, PROPOSER, "mojood", "attend", 3, BOOK)
    with pytest.raises(Conflict) as refused, field() as db:
        propose_word(db, OTHER, "MOJOOD", "attend", 3, BOOK)
    assert refused.value.key == "word_waits"


def test_a_decided_word_is_not_decided_again(field):
    with field() as db:
        proposal = propose_word(db, PROPOSER, "mojood", "attend", 3, BOOK)
        decide_word(db, OTHER, proposal, approve=True, book=BOOK)
    with pytest.raises(Conflict), field() as db:
        decide_word(db, OTHER, proposal, approve=False, book=BOOK)
