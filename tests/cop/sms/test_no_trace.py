"""What is hers alone leaves no trace elsewhere: opinions, exchanges of peers, and strangers who ask again and again."""

import pytest
from sqlalchemy import select, text

from clusters.calendar.windows import WindowRules
from clusters.feedback.rules import ask_at
from clusters.joining.actions import confirm
from clusters.joining.models import JoinRequest
from clusters.joining.queries import requests
from clusters.kernel.errors import Conflict
from clusters.people.queries import scope_of_phone
from clusters.people.rules import PostRole
from clusters.structure.models import Place, School
from cop.consent.actions import decide
from cop.consent.rules import Purpose
from cop.jobs import hear_opinions
from messaging.channels.models import PhoneText
from messaging.inbound.actions import answer_by_hand, make_private
from messaging.inbound.models import InboundText, ParseRecord, Question
from messaging.inbound.queries import cards, last_asked
from messaging.outbox.models import Message
from messaging.outbox.queries import messages_to
from messaging.proof.rules import veiled
from tests import build


def ask(world):
    world.clock.at = ask_at(world.session.ends_at, WindowRules())
    hear_opinions(world.hands)
    world.work()


def forget(world):
    """Three hours later the house has cut opinions off."""
    world.clock.advance(hours=3)
    hear_opinions(world.hands)


def kept(world, word):
    """Wherever a word of a text still stands beside its sender."""
    with world.house.unit() as db:
        places = [
            db.scalars(select(InboundText.body).where(InboundText.body.contains(word))).all(),
            db.scalars(select(InboundText.rule).where(InboundText.rule.contains(word))).all(),
            db.scalars(select(ParseRecord.normal).where(ParseRecord.normal.contains(word))).all(),
            db.scalars(select(ParseRecord.rule).where(ParseRecord.rule.contains(word))).all(),
            db.scalars(select(PhoneText.body).where(PhoneText.body.contains(word))).all(),
        ]
    return [each for place in places for each in place]


def test_an_opinion_leaves_the_phone_it_was_written_on_too(world):
    ask(world)
    world.text(world.teachers[0], "3 waqt kam tha")
    forget(world)
    assert kept(world, "waqt") == []


def test_an_opinion_sent_again_leaves_no_copy(world):
    ask(world)
    for _ in range(3):
        world.text(world.teachers[0], "RAI waqt kam tha")
    forget(world)
    assert kept(world, "waqt") == []


def test_a_second_opinion_that_is_not_counted_is_not_kept_either(world):
    ask(world)
    world.text(world.teachers[0], "RAI waqt kam tha")
    world.text(world.teachers[0], "RAI trainer ne daanta")
    forget(world)
    assert kept(world, "daanta") == []
    world.text(world.teachers[0], "RAI trainer ne daanta")
    forget(world)
    assert kept(world, "daanta") == []


def test_an_opinion_taken_back_leaves_no_words(world):
    ask(world)
    world.text(world.teachers[0], "RAI waqt kam tha")
    world.text(world.teachers[0], "0")
    forget(world)
    assert kept(world, "waqt") == []


def test_on_a_shared_phone_the_opinion_goes_and_not_only_the_letter_that_said_whose_it_is(world):
    number = world.number(world.teachers[0])
    with world.house.unit() as db:
        mate = build.person(db, "Mate", number=number)
        build.post(db, mate, build.PostRole.TEACHER, at_school=build.school(db))
    ask(world)
    world.text(number, "RAI waqt kam tha")
    world.text(number, "A")
    forget(world)
    assert kept(world, "waqt") == []


def test_nothing_in_the_rows_of_opinions_says_in_which_order_or_with_whom_they_came(world):
    ask(world)
    for each in world.teachers[:4]:
        world.text(each, "1")
    forget(world)
    joined = text("SELECT count(*) FROM feedback_answer AS a JOIN feedback_given AS g ON a.xmin = g.xmin")
    with world.house.unit() as db:
        assert db.scalar(joined) == 0
        assert db.scalar(text("SELECT count(DISTINCT xmin::text) FROM feedback_answer")) == 1


def test_the_inbox_does_not_show_what_a_peer_was_told(world):
    helper, asker = world.teachers[0], world.teachers[1]
    with world.house.unit() as db:
        decide(db, helper.id, Purpose.HELP, True, "text")
    world.text(asker, "SAWAL class 3 me hindson ki taqseem kaise parhaun")
    world.text(asker, "1")
    assert "taqseem" in world.heard(helper)[-1]
    world.clock.advance(minutes=1)
    world.write(helper, "9")
    world.clock.advance(minutes=1)
    world.work()
    card = world.last()
    with world.house.unit() as db:
        _, office = scope_of_phone(db, world.number(world.trainer))[0]
        shown = last_asked(db, office, [card.id])
    assert "taqseem" not in str(shown)


def test_a_question_taken_back_leaves_no_words_in_the_texts_that_never_went(world):
    helper, asker = world.teachers[0], world.teachers[1]
    with world.house.unit() as db:
        decide(db, helper.id, Purpose.HELP, True, "text")
    world.clock.at = world.clock.at.replace(hour=18)  # at night no text of ours goes
    world.text(asker, "SAWAL class 3 me hindson ki taqseem kaise parhaun")
    world.text(asker, "1")
    world.text(asker, "0")
    with world.house.unit() as db:
        values = db.scalars(select(Message.text_values).where(Message.subject_kind == "peer_offer")).all()
    assert values
    assert "taqseem" not in str(values)


def test_a_stranger_who_asks_to_join_again_and_again_does_not_flood_the_trainer(world):
    with world.house.unit() as db:
        school = db.scalars(select(School).order_by(School.id)).first()
        school.code = "23451"
    for place in range(12):
        number = f"+92300987{6540 + place}"
        for name in ("Gul Zaman", "Noor Bibi"):
            world.text(number, f"NAYA 23451 {name}")
            world.text(number, "1")
    with world.house.unit() as db:
        asked = db.scalars(select(Message.id).where(Message.subject_kind == "join_request")).all()
        open_now = db.scalars(select(Question.id).where(Question.invites, Question.kind == "join")).all()
    assert (len(asked), len(open_now)) == (3, 3)


def test_on_a_shared_phone_the_words_of_the_first_text_are_not_lost_and_what_is_private_stands_nowhere(world):
    number = world.number(world.teachers[0])
    with world.house.unit() as db:
        mate = build.person(db, "Mate", number=number)
        build.post(db, mate, build.PostRole.TEACHER, at_school=build.school(db))
        db.scalars(select(School).order_by(School.id)).first().code = "23451"
    world.text(number, "NAYA 23451 Gul Zaman")
    world.clock.advance(minutes=1)
    assert "Gul Zaman" in world.text(number, "B")[0]
    world.clock.advance(minutes=1)
    world.text(number, "SAWAL class 3 me hindson ki taqseem kaise parhaun")
    world.clock.advance(minutes=1)
    world.text(number, "A")
    with world.house.unit() as db:
        paths = db.execute(
            select(InboundText.training_path, InboundText.admin_path).order_by(InboundText.id.desc()).limit(2)
        )
        assert {tuple(each) for each in paths} == {(None, None)}


def test_nobody_but_its_receiver_reads_a_personal_link(world):
    [told] = world.text(world.teachers[0], "MERA")
    assert "/m/" in told
    link = told.split("/m/")[1].split()[0]
    assert link not in veiled(told)
    assert veiled("tarikh 12/m/2026") == "tarikh 12/m/2026"


def test_what_is_answered_to_a_private_text_is_read_by_no_page_of_the_place(world):
    teacher = world.teachers[0]
    world.text(teacher, "9")
    with world.house.unit() as db:
        number = world.number(teacher)
        _, trainer = scope_of_phone(db, world.number(world.trainer))[0]
        [card] = cards(db, trainer)
        assert messages_to(db, trainer, numbers=[number])
        make_private(db, trainer, card.id)
        assert messages_to(db, trainer, numbers=[number]) == []
    with world.house.unit() as db:
        district = db.scalars(select(Place).where(Place.path == card.admin_path)).one()
        manager = build.scope_at(district, build.person(db, "Sajida"), PostRole.EDUCATION_MANAGER)
        answer_by_hand(db, manager, card.id, "hum aap ki beti ki bemari mein saath hain", world.hands.book())
    world.work()
    assert "bemari" in world.heard(teacher)[-1]
    with world.house.unit() as db:
        assert messages_to(db, trainer, numbers=[number]) == []


def test_nobody_is_registered_by_a_text_that_its_sender_has_not_said_yes_to(world):
    with world.house.unit() as db:
        db.scalars(select(School).order_by(School.id)).first().code = "23451"
    world.text("+923009876543", "NAYA 23451 Gul Zaman")
    with world.house.unit() as db:
        _, trainer = scope_of_phone(db, world.number(world.trainer))[0]
        made = db.scalars(select(JoinRequest.id)).one()
        assert requests(db, trainer) == ()
        with pytest.raises(Conflict):
            confirm(db, trainer, made)
    world.text("+923009876543", "1")
    with world.house.unit() as db:
        assert [each.id for each in requests(db, trainer)] == [made]
        assert confirm(db, trainer, made)
