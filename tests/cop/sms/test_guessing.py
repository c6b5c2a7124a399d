"""Readings that lie beside a text which a person must read: each would be carried out, and none was."""

import pytest
from sqlalchemy import func, select

from clusters.kernel.errors import Conflict
from clusters.people.models import Person
from clusters.scope import Scope
from clusters.training.models import AttendanceReport
from cop.words import BOOK
from messaging.channels.base import Texted
from messaging.inbound.actions import Came, apply_guess, take_all
from messaging.inbound.models import CorpusLine, Effect, InboundText, Parked
from tests.texting import World

EVERYWHERE = Scope.everywhere()


def parked(world: World, who: Person | str, *bodies: str) -> Parked:
    """The card that these texts led to."""
    for body in bodies:
        world.text(who, body)
    with world.house.unit() as db:
        return db.scalars(select(Parked).order_by(Parked.id.desc()).limit(1)).one()


def counted(world: World) -> list[int | None]:
    with world.house.unit() as db:
        return [db.scalar(select(func.count()).select_from(table)) for table in (Effect, AttendanceReport)]


def tap(world: World, card: Parked, key: str) -> list[str]:
    """Apply a reading and let its confirmation go; what the trainer's phone got."""
    before = len(world.heard(world.trainer))
    with world.house.unit() as db:
        apply_guess(db, EVERYWHERE, card.id, key, BOOK)
    world.work()
    return world.heard(world.trainer)[before:]


@pytest.mark.parametrize(
    ("text", "did"),
    [
        ("ghar main mehmaan 3 7 thay", {"do": "attend", "session": "4814", "absent": [3, 7]}),
        ("report bhej raha hun sab theek", {"do": "attend", "session": "4814", "absent": []}),
        ("kabootar hazrii mein sab", {"do": "attend", "session": "4814", "absent": []}),
    ],
)
def test_what_a_trainer_may_have_meant_is_guessed_and_nothing_of_it_is_stored(world, text, did):
    world.after()
    before = counted(world)
    card = parked(world, world.trainer, "bhains pani mein", text)
    assert did in [{name: guess["did"].get(name) for name in did} for guess in card.guesses]
    assert counted(world) == before


@pytest.mark.parametrize(("mark", "order"), [("", ["note", "question"]), ("?", ["question", "note"])])
def test_words_without_a_command_may_be_a_note_or_a_question_and_a_question_mark_says_which_first(world, mark, order):
    card = parked(world, world.teachers[0], "bhains pani mein", f"taleem ka rang nirala dekha{mark}")
    assert [guess["did"]["do"] for guess in card.guesses] == order


def test_a_tap_on_a_guessed_report_stores_it_confirms_it_and_can_be_undone(world):
    world.after()
    card = parked(world, world.trainer, "bhains pani mein", "mojood nahi thay 3 7")
    key = next(guess["key"] for guess in card.guesses if guess["did"]["do"] == "attend" and guess["did"]["absent"])
    [told] = tap(world, card, key)
    assert "2 ghair hazir" in told
    assert counted(world)[1] == 1
    with world.house.unit() as db:
        assert db.scalars(select(CorpusLine.expect)).one() == {"do": "attend"}
    world.text(world.trainer, "0")
    assert "wapas" in world.heard(world.trainer)[-1]


def test_a_reading_that_holds_no_more_is_refused_and_leaves_no_trace(world):
    world.after()
    card = parked(world, world.trainer, "bhains pani mein", "mojood nahi thay 3 7")
    world.clock.advance(days=3)
    before, texts = counted(world), len(world.heard(world.trainer))
    with pytest.raises(Conflict), world.house.unit() as db:
        apply_guess(db, EVERYWHERE, card.id, "1", BOOK)
    world.work()
    assert counted(world) == before
    assert len(world.heard(world.trainer)) == texts


def test_the_answer_that_her_words_say_stands_first(world):
    world.invite(world.session)
    card = parked(world, world.teachers[0], "bhains pani mein", "larka nahi kabootar pehlwan")
    assert card.guesses[0]["did"]["answer"] == "no"
    assert {guess["did"]["answer"] for guess in card.guesses} == {"yes", "no", "unsure"}


def test_a_leave_word_among_others_can_be_taken_as_a_wish_to_leave(world):
    world.invite(world.session)
    card = parked(world, world.teachers[0], "aaj school band hai")
    assert len(card.guesses) == 3
    assert card.guesses[-1]["did"] == {"do": "optout"}


@pytest.mark.parametrize("words", ["", "larka nahi kabootar"])
def test_a_voice_note_is_received_politely_and_what_is_written_under_it_is_guessed_at(world, words):
    world.invite(world.session)
    number, before = world.number(world.teachers[0]), len(world.heard(world.teachers[0]))
    with world.house.unit() as db:
        take_all(db, [Came("rehearsal", Texted("V1", number, words, media=1, kinds=("audio/ogg",)))])
    world.work()
    assert world.heard(world.teachers[0])[before:] == ["Paigham mil gaya. Koi aadmi sun kar jawab dega."]
    with world.house.unit() as db:
        card = db.scalars(select(Parked)).one()
        assert card.why == "media"
        assert db.scalars(select(InboundText.media_kinds)).one() == "audio/ogg"
    assert [guess["did"]["do"] for guess in card.guesses] == ["rsvp"] * 3


def test_a_picture_of_a_trainer_lies_in_the_inbox_of_the_session_that_may_be_reported(world):
    world.after()
    with world.house.unit() as db:
        take_all(db, [Came("rehearsal", Texted("P1", world.number(world.trainer), "", media=1, kinds=("image/jpeg",)))])
    world.work()
    with world.house.unit() as db:
        card = db.scalars(select(Parked)).one()
        assert (card.training_path, card.admin_path) == (world.session.training_path, world.session.admin_path)
