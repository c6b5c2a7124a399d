"""NOTE and AZMAYA: a note is kept at once, travels only once a trainer has read it, and comes back to its author."""

import pytest
from sqlalchemy import select

from clusters.modules.rules import Subject
from clusters.people.rules import PostRole
from clusters.structure.models import Place
from cop.consent.models import Decision
from cop.consent.queries import allows
from cop.consent.rules import Purpose
from cop.knowledge.actions import decline, pass_on, plant, settle_wish
from cop.knowledge.following import travels_of
from cop.knowledge.models import PracticeNote, Trial
from cop.knowledge.queries import waiting_notes, waiting_wishes
from cop.knowledge.rules import Audience, NoteKind, Standing
from messaging.inbound.models import ParseRecord
from tests import build

WORDS = "bachon ko bottle k dhakkan se ginti sikhai, bohat maza aya"


def notes(world):
    with world.house.unit() as db:
        return list(db.scalars(select(PracticeNote).order_by(PracticeNote.id)))


def trials(world):
    with world.house.unit() as db:
        return [(each.person_id, each.worked, each.words) for each in db.scalars(select(Trial).order_by(Trial.id))]


def did(world):
    with world.house.unit() as db:
        return db.get_one(ParseRecord, world.last().id).did


def trainers_scope(world):
    with world.house.unit() as db:
        cluster = db.get_one(Place, world.session.place_id)
        circle = db.get_one(Place, cluster.parent_id)
        return build.scope_at(circle, world.trainer, PostRole.CIRCLE_TRAINER)


def let_pass(world, note_id):
    with world.house.unit() as db:
        done = pass_on(db, trainers_scope(world), note_id)
    world.clock.advance(minutes=6)
    world.work()
    return done


def speak(world, who, language):
    with world.house.unit() as db:
        db.get_one(type(who), who.id).language = language


@pytest.mark.parametrize(
    ("language", "verb", "asked", "told", "chosen"),
    [
        ("ur_latn", "note", "Acha khayal! Kis ko dikhayen? 1=Mere LTRC ko 2=Sab Maths ustad", "Trainer dekh kar", "n2"),
        ("en", "TIP", "Good idea! Who may see it? 1=My LTRC 2=All Maths teachers", "A trainer reads it", "N 2"),
        ("ur", "نوٹ", "کس کو دکھائیں؟ 1 LTRC", "ٹرینر دیکھ کر", "۲ نام کے ساتھ"),
    ],
)
def test_a_note_is_kept_and_its_author_says_who_may_see_it(world, language, verb, asked, told, chosen):
    usman = world.teachers[0]
    speak(world, usman, language)
    [question] = world.text(usman, f"{verb} {WORDS}")
    assert question.startswith(asked)
    assert did(world) == {"do": "note", "text": WORDS}
    [reply] = world.text(usman, chosen)
    [note] = notes(world)
    assert told in reply
    assert note.number in reply
    assert (note.words, note.audience, note.named, note.standing) == (WORDS, Audience.SUBJECT, True, Standing.WAITS)


def test_only_once_a_trainer_has_read_it_a_note_goes_to_her_cluster_and_not_to_its_author(world):
    usman, shaista = world.teachers[:2]
    world.text(usman, f"note {WORDS}")
    world.text(usman, "1")
    [note] = notes(world)
    assert world.heard(shaista) == []
    with world.house.unit() as db:
        [waiting] = waiting_notes(db, trainers_scope(world))
    assert (waiting.words, waiting.author) == (WORDS, None)
    done = let_pass(world, note.id)
    assert (done.texts, done.clusters) == (7, 1)
    [heard] = world.heard(shaista)
    assert WORDS in heard
    assert f"AZMAYA {note.number} 1" in heard
    assert "Usman" not in heard
    assert len(world.heard(usman)) == 2
    world.text(shaista, f"azmaya {note.number} 1")
    [far] = world.text(usman, f"note {note.number}")
    assert far == f"Aap ka note {note.number} ab tak 1 LTRC tak pohancha. 1 ustad ne likha AZMAYA. Shukriya."
    [other] = world.text(shaista, f"note {note.number}")
    assert WORDS in other
    assert f"NOTE {note.number} 1" in other
    assert "Usman" not in other


def test_a_note_with_its_authors_name_says_so_and_keeps_her_consent_with_its_day(world):
    usman, shaista = world.teachers[:2]
    world.text(usman, f"note {WORDS}")
    world.text(usman, "N1")
    [note] = notes(world)
    let_pass(world, note.id)
    assert "Usman sb ka khayal" in world.heard(shaista)[-1]
    with world.house.unit() as db:
        [given] = db.scalars(select(Decision))
    assert (given.person_id, given.about, given.granted, given.ended_at) == (usman.id, note.id, True, None)
    [taken] = world.text(usman, f"note {note.number} 3")
    assert "wapas le liya" in taken
    assert notes(world)[0].standing is Standing.TAKEN_BACK
    with world.house.unit() as db:
        [ended] = db.scalars(select(Decision))
    assert ended.ended_at is not None


def test_zero_takes_first_the_choice_back_and_then_the_note(world):
    usman = world.teachers[0]
    world.text(usman, f"note {WORDS}")
    world.text(usman, "2")
    [first] = world.text(usman, "0")
    assert "kisi ko nahi dikhayenge" in first
    [note] = notes(world)
    assert (note.standing, note.audience) == (Standing.WRITTEN, None)
    world.clock.advance(minutes=11)
    [second] = world.text(usman, "0")
    assert "mita diya" in second
    assert notes(world) == []


def test_taking_back_within_five_minutes_of_passing_on_stops_every_text(world):
    usman, shaista = world.teachers[:2]
    world.text(usman, f"note {WORDS}")
    world.text(usman, "1")
    [note] = notes(world)
    with world.house.unit() as db:
        pass_on(db, trainers_scope(world), note.id)
    world.work()
    world.text(usman, f"note {note.number} 3")
    world.clock.advance(minutes=20)
    world.work()
    assert world.heard(shaista) == []
    world.text(usman, "0")
    assert notes(world)[0].standing is Standing.WAITS


def test_who_wants_no_texts_gets_no_note(world):
    usman, shaista, gul = world.teachers[:3]
    world.text(shaista, "band")
    before = world.heard(shaista)
    world.text(usman, f"note {WORDS}")
    world.text(usman, "1")
    done = let_pass(world, notes(world)[0].id)
    assert done.texts == 6
    assert world.heard(shaista) == before
    assert WORDS in world.heard(gul)[-1]


def test_a_declined_note_goes_nowhere_and_nobody_is_told_a_note_for_nobody(world):
    usman, shaista = world.teachers[:2]
    world.text(usman, f"note {WORDS}")
    world.text(usman, "1")
    with world.house.unit() as db:
        decline(db, trainers_scope(world), notes(world)[0].id)
    world.text(usman, "note yeh sirf mere liye hai")
    [kept] = world.text(usman, "3")
    assert "kisi ko nahi dikhayenge" in kept
    world.clock.advance(minutes=20)
    world.work()
    assert [each.standing for each in notes(world)] == [Standing.DECLINED, Standing.KEPT]
    assert world.heard(shaista) == []


@pytest.mark.parametrize(
    ("body", "worked", "words"),
    [
        ("AZMAYA 5127 1", True, ""),
        ("azmaya 5l27 2", False, ""),
        ("aazmaya note 5127 kaam aaya", True, ""),
        ("tried 5127 it did not work", False, ""),
        ("AZMAYA 5127 1 dhakkan ki jagah patthar liye", True, "dhakkan ki jagah patthar liye"),
        ("آزمایا ۵۱۲۷ ۱", True, ""),
        ("azmaya 5127 kaam nahi aaya, bache chote thay", False, "bache chote thay"),
    ],
)
def test_a_trial_is_stored_with_its_note_named(world, body, worked, words):
    with world.house.unit() as db:
        plant(db, "5127", "dhakkan se ginti")
    noor = world.teachers[6]
    [echo] = world.text(noor, body)
    assert "5127 (dhakkan se ginti)" in echo
    assert trials(world) == [(noor.id, worked, words)]
    assert did(world) == {"do": "tried", "note": "5127", "worked": worked} | ({"own": True} if words else {})
    world.text(noor, "0")
    assert trials(world) == []
    assert [each.number for each in notes(world)] == ["5127"]


def test_a_second_word_on_a_trial_replaces_the_first_and_zero_brings_it_back(world):
    with world.house.unit() as db:
        plant(db, "5127", "dhakkan se ginti")
    noor = world.teachers[6]
    [asked] = world.text(noor, "azmaya 5127")
    assert "Kaam aaya? 1=Haan 2=Nahi" in asked
    assert trials(world) == [(noor.id, None, "")]
    world.text(noor, "2")
    assert trials(world) == [(noor.id, False, "")]
    world.text(noor, "azmaya 5127 1 patthar liye")
    assert trials(world) == [(noor.id, True, "patthar liye")]
    world.text(noor, "0")
    assert trials(world) == [(noor.id, False, "")]


def test_a_wrong_number_offers_the_nearest_note_by_its_title_and_stores_nothing(world):
    with world.house.unit() as db:
        plant(db, "5127", "dhakkan se ginti")
    noor = world.teachers[6]
    [asked] = world.text(noor, "azmaya 5172 1")
    assert asked == "5172 koi note nahi. Kya aap ka matlab 5127 hai (dhakkan se ginti)? 1=Haan 2=Nahi"
    assert trials(world) == []
    [echo] = world.text(noor, "1")
    assert "AZMAYA, kaam aaya" in echo
    assert trials(world) == [(noor.id, True, "")]
    [far_off] = world.text(noor, "azmaya 9999 1")
    assert "9999 koi note nahi" in far_off


def test_a_note_that_its_author_kept_is_nobody_elses_to_try(world):
    usman, noor = world.teachers[0], world.teachers[6]
    world.text(usman, f"note {WORDS}")
    world.text(usman, "3")
    [told] = world.text(noor, f"azmaya {notes(world)[0].number} 1")
    assert "koi note nahi" in told
    assert WORDS[:10] not in told
    assert trials(world) == []


def test_ones_own_way_of_a_note_becomes_a_note_that_grew_from_it_only_as_its_author_chooses(world):
    with world.house.unit() as db:
        plant(db, "5127", "dhakkan se ginti", subject=Subject.MATHS)
    noor, gul = world.teachers[6], world.teachers[2]
    [asked] = world.text(noor, "azmaya 5127 1 dhakkan ki jagah patthar liye")
    assert "Apna tareeqa dikhayen? 1=Mere LTRC ko" in asked
    parent, own = notes(world)
    assert (own.parent_id, own.author_id, own.words) == (parent.id, noor.id, "dhakkan ki jagah patthar liye")
    assert own.standing is Standing.WRITTEN
    assert "koi note nahi" in world.text(gul, f"azmaya {own.number} 1")[0]
    [told] = world.text(noor, "n1")
    assert "Trainer dekh kar" in told
    _, own = notes(world)
    assert (own.standing, own.audience, own.named) == (Standing.WAITS, Audience.CLUSTER, True)


def test_words_behind_a_notes_number_are_another_way_of_it_and_those_of_a_problem_a_way_out(world):
    with world.house.unit() as db:
        plant(db, "5127", "masla: naqal mein waqt jata hai", subject=Subject.LANGUAGES)
    noor = world.teachers[6]
    [asked] = world.text(noor, "note 5127 aadha jumla likh kar dein")
    assert "Kis ko dikhayen" in asked
    parent, way = notes(world)
    assert (way.parent_id, way.words, way.kind) == (parent.id, "aadha jumla likh kar dein", NoteKind.SOLUTION)
    world.text(noor, "0")
    assert [each.number for each in notes(world)] == ["5127"]
    world.text(noor, "note masla: bachay der se aate hain")
    assert notes(world)[-1].kind is NoteKind.PROBLEM


def test_what_a_trainer_writes_after_her_session_was_gathered_there(world):
    with world.house.unit() as db:
        plant(db, "5127", "masla: naqal mein waqt jata hai")
        held = db.get_one(type(world.session), world.session.id)
        day = held.starts_at
    world.clock.advance(seconds=max((day - world.clock()).total_seconds(), 0) + 3600 * 5)
    world.text(world.trainer, "note 5127 aadha jumla likh kar dein")
    way = notes(world)[-1]
    assert (way.session_id, way.training_path) == (world.session.id, world.session.training_path)


def test_a_note_is_wished_for_ones_own_cluster_and_a_trainer_decides(world):
    with world.house.unit() as db:
        plant(db, "5127", "dhakkan se ginti", subject=Subject.MATHS)
    noor, gul = world.teachers[6], world.teachers[2]
    [told] = world.text(noor, "note 5127 1")
    assert "Trainer dekh kar note 5127" in told
    world.clock.advance(minutes=30)
    world.work()
    assert world.heard(gul) == []
    with world.house.unit() as db:
        [wish] = waiting_wishes(db, trainers_scope(world))
        passed = settle_wish(db, trainers_scope(world), wish.id, show=True)
    assert passed.clusters == 1
    world.clock.advance(minutes=6)
    world.work()
    assert "dhakkan se ginti" in world.heard(gul)[-1]
    with world.house.unit() as db:
        [arrival] = travels_of(db, [notes(world)[0].id])[notes(world)[0].id].arrivals
    assert (arrival.cluster, arrival.source) == (world.session.training_path, "")


def test_zero_takes_a_wish_back(world):
    with world.house.unit() as db:
        plant(db, "5127", "dhakkan se ginti")
    noor = world.teachers[6]
    world.text(noor, "note 5127 1")
    [told] = world.text(noor, "0")
    assert "nahi dikhaya jayega" in told
    with world.house.unit() as db:
        assert waiting_wishes(db, trainers_scope(world)) == []


def test_the_monthly_news_is_wished_for_and_ended_by_text(world):
    noor = world.teachers[6]
    [told] = world.text(noor, "note haan")
    assert "qareebi LTRC" in told
    with world.house.unit() as db:
        assert allows(db, noor.id, Purpose.NEWS)
    world.text(noor, "NOTE NAHI")
    with world.house.unit() as db:
        assert not allows(db, noor.id, Purpose.NEWS)
    assert notes(world) == []
