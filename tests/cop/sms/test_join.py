"""Dialogue 14: a number nobody knows says where it teaches; a circle trainer confirms; SCHOOL moves who is known."""

import pytest
from sqlalchemy import func, select

from clusters.joining.models import JoinRequest
from clusters.joining.rules import RequestState
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.rules import PostRole
from clusters.structure.models import School
from messaging.inbound.models import ParseRecord, Question

STRANGER = "+923009876543"
HOW = (
    "Yeh ustad training ki SMS hai. Shamil hone ke liye: NAYA, phir school ka EMIS code, phir naam. "
    "Misal: NAYA 23451 Gul Zaman"
)


@pytest.fixture
def school(world):
    """The school of dialogue 14, in the trainer's circle."""
    return renamed(world, 0, "23451", "GPS Kakki No.1")


@pytest.fixture
def other(world):
    """Another school of the same circle."""
    return renamed(world, 1, "23460", "GPS Domel")


def renamed(world, place, code, name):
    with world.house.unit() as db:
        at = db.scalar(select(Post.school_id).where(Post.person_id == world.teachers[place].id))
        school = db.get_one(School, at)
        school.code, school.name = code, name
        return school


def requests(world):
    with world.house.unit() as db:
        return list(db.scalars(select(JoinRequest).order_by(JoinRequest.id)))


def person_at(world, number):
    with world.house.unit() as db:
        reached = PersonNumber.number == number, PersonNumber.until.is_(None)
        return db.scalar(select(Person).join(PersonNumber, PersonNumber.person_id == Person.id).where(*reached))


def posts_of(world, person):
    with world.house.unit() as db:
        return list(db.execute(select(Post.role, Post.school_id).where(Post.person_id == person.id, held())))


def held():
    return func.upper_inf(Post.during)


def did(world):
    with world.house.unit() as db:
        return db.scalars(select(ParseRecord.did).order_by(ParseRecord.inbound_text_id.desc()).limit(1)).one()


def test_help_from_an_unknown_number_tells_once_a_day_how_to_join(world):
    assert world.text(STRANGER, "HELP") == [HOW]
    assert world.text(STRANGER, "salam kya hal hai") == []
    world.clock.advance(hours=25)
    assert world.text(STRANGER, "INFO") == [HOW]


@pytest.mark.parametrize(
    ("asks", "asked", "yes", "sent"),
    [
        (
            "Naya 2345I gul zaman",
            "GPS Kakki No.1 (23451)? Naam: Gul Zaman. Theek? 1=Haan 2=Nahi. Aap ke circle trainer tasdeeq karenge.",
            "1",
            "Shukriya. Aap ki darkhwast circle trainer ko bhej di. Tasdeeq ke baad SMS aayega. Ghalti ho to 0 bhejein.",
        ),
        (
            "نیا ۲۳۴۵۱ گل زمان",
            "GPS Kakki No.1 (23451)؟ نام: گل زمان۔ ٹھیک؟ 1 ہاں 2 نہیں۔ آپ کے سرکل ٹرینر تصدیق کریں گے۔",
            "ہاں",
            "شکریہ۔ درخواست سرکل ٹرینر کو بھیج دی۔ تصدیق پر SMS آئے گا۔ غلطی: 0",
        ),
        (
            "join 23451 my name is Gul Zaman",
            "GPS Kakki No.1 (23451)? Naam: Gul Zaman. Theek? 1=Haan 2=Nahi. Aap ke circle trainer tasdeeq karenge.",
            "haan ji",
            "Shukriya. Aap ki darkhwast circle trainer ko bhej di. Tasdeeq ke baad SMS aayega. Ghalti ho to 0 bhejein.",
        ),
    ],
)
def test_a_newcomer_asks_says_yes_and_is_registered_when_the_trainer_confirms(world, school, asks, asked, yes, sent):
    assert world.text(STRANGER, asks) == [asked]
    assert did(world) == {"do": "join"}
    assert person_at(world, STRANGER) is None
    assert world.text(STRANGER, yes) == [sent]
    put = world.heard(world.trainer)[-1]
    assert "GPS Kakki No.1 (23451)" in put
    assert put.endswith("1=Haan, shamil karein 2=Nahi")
    assert person_at(world, STRANGER) is None
    [told] = world.text(world.trainer, "1")
    assert told.startswith("Likh liya: ")
    assert "GPS Kakki No.1" in told
    new = person_at(world, STRANGER)
    assert new.name in ("Gul Zaman", "گل زمان")
    assert posts_of(world, new) == [(PostRole.TEACHER, school.id)]
    assert requests(world)[-1].state is RequestState.CONFIRMED
    world.clock.advance(minutes=6)
    world.work()
    assert len(world.heard(STRANGER)) == 3
    assert "GPS Kakki No.1" in world.heard(STRANGER)[-1]


def test_the_trainers_no_registers_nobody_and_the_asker_is_told(world, school):
    world.text(STRANGER, "NAYA 23451 Gul Zaman")
    world.text(STRANGER, "1")
    assert "NAHI" in world.text(world.trainer, "2")[0]
    assert person_at(world, STRANGER) is None
    world.clock.advance(minutes=6)
    world.work()
    assert "tasdeeq nahi ki" in world.heard(STRANGER)[-1]


def test_the_trainer_takes_a_yes_back_and_nobody_was_ever_there(world, school):
    world.text(STRANGER, "NAYA 23451 Gul Zaman")
    world.text(STRANGER, "1")
    with world.house.unit() as db:
        people, posts, numbers = (db.scalar(select(func.count(each.id))) for each in (Person, Post, PersonNumber))
    world.text(world.trainer, "1")
    assert "phir khuli hai" in world.text(world.trainer, "0")[0]
    with world.house.unit() as db:
        assert (people, posts, numbers) == tuple(
            db.scalar(select(func.count(each.id))) for each in (Person, Post, PersonNumber)
        )
    world.clock.advance(minutes=6)
    world.work()
    assert len(world.heard(STRANGER)) == 2
    world.text(world.trainer, "1")
    assert person_at(world, STRANGER).name == "Gul Zaman"


def test_the_newcomer_takes_it_back_and_the_trainers_answer_changes_nothing(world, school):
    world.text(STRANGER, "NAYA 23451 Gul Zaman")
    world.text(STRANGER, "1")
    assert "wapas le li" in world.text(STRANGER, "0")[0]
    assert [each.state for each in requests(world)] == [RequestState.WITHDRAWN]
    world.text(world.trainer, "1")
    assert person_at(world, STRANGER) is None


def test_no_school_of_that_code_offers_the_one_that_is_a_slip_away(world, school):
    assert world.text(STRANGER, "NAYA 23541 Gul Zaman") == [
        "23541 koi school nahi. Kya aap ka matlab GPS Kakki No.1 (23451) hai? 1=Haan 2=Nahi"
    ]
    assert requests(world) == []
    assert world.text(STRANGER, "1")[0].startswith("GPS Kakki No.1 (23451)? Naam: Gul Zaman.")
    assert len(requests(world)) == 1


def test_a_code_like_none_and_a_missing_name_store_nothing(world, school):
    assert world.text(STRANGER, "NAYA 99999 Gul Zaman")[0].startswith("99999 koi school nahi mila.")
    assert world.text(STRANGER, "NAYA 23451")[0].startswith("GPS Kakki No.1 (23451): apna naam bhi likhein.")
    assert requests(world) == []


def test_a_stranger_gets_three_replies_a_day_at_most_however_she_joins(world, school):
    said = ("hello", "NAYA 23451 Gul", "NAYA 99999 Gul", "NAYA 23451 Gul Zaman", "2", "NAYA 23451 Zaman", "1")
    heard = [answer for body in said for answer in world.text(STRANGER, body)]
    assert len(heard) == 3


def test_a_stranger_may_use_no_other_word(world, school):
    for body in ("SCHOOL 23451", "ZABAN 2", "HAZRI 4814 SAB", "MADAD", "KAB"):
        world.text(STRANGER, body)
    assert world.heard(STRANGER) == [HOW]
    with world.house.unit() as db:
        assert db.scalar(select(func.count(Question.id))) == 0


def test_who_is_known_is_told_so(world, school):
    [answer] = world.text(world.teachers[0], "NAYA 23451 Usman")
    assert answer.startswith("Aap pehle se likhe hain: GPS Kakki No.1. School badalna ho to: SCHOOL")
    assert requests(world) == []


def test_somebody_else_joins_by_a_phone_that_is_known(world, school):
    world.text(world.teachers[0], "NAYA 23451 Zarmina Bibi")
    world.text(world.teachers[0], "1")
    world.text(world.trainer, "1")
    with world.house.unit() as db:
        at = select(func.count(PersonNumber.id)).where(PersonNumber.number == world.number(world.teachers[2]))
        assert db.scalar(at) == 1
        shared = select(Person.name).join(PersonNumber).where(PersonNumber.number == requests(world)[0].number)
        assert sorted(db.scalars(shared)) == ["Usman", "Zarmina Bibi"]


@pytest.mark.parametrize(
    ("language", "said", "asked"),
    [
        ("ur_latn", "SCHOOL 23460", "GPS Domel (23460)? 1=Haan 2=Nahi. Aap ke circle trainer tasdeeq karenge."),
        ("ur", "سکول ۲۳۴۶۰", "GPS Domel (23460)؟ 1 ہاں 2 نہیں۔ سرکل ٹرینر تصدیق کریں گے۔"),
        ("en", "School 2346O", "GPS Domel (23460)? 1=Yes 2=No. Your circle trainer will confirm it."),
    ],
)
def test_a_known_teacher_moves_when_the_trainer_of_the_new_school_confirms(world, school, other, language, said, asked):
    teacher = world.teachers[0]
    with world.house.unit() as db:
        db.get_one(Person, teacher.id).language = language
    before = posts_of(world, teacher)
    assert world.text(teacher, said) == [asked]
    assert did(world) == {"do": "school"}
    world.text(teacher, "1")
    assert posts_of(world, teacher) == before
    world.text(world.trainer, "1")
    assert posts_of(world, teacher) == [(PostRole.TEACHER, other.id)]
    assert "phir khuli hai" in world.text(world.trainer, "0")[0]
    assert posts_of(world, teacher) == before


def test_the_school_she_is_at_and_no_school_change_nothing(world, school, other):
    teacher = world.teachers[0]
    assert "pehle se GPS Kakki No.1" in world.text(teacher, "SCHOOL 23451")[0]
    assert "99999 koi school" in world.text(teacher, "school 99999")[0]
    assert "Misal: SCHOOL 23460" in world.text(teacher, "SCHOOL")[0]
    assert "sirf ustad" in world.text(world.trainer, "SCHOOL 23460")[0]
    assert requests(world) == []


def test_two_no_longer_wanted_is_withdrawn_by_her_own_no(world, school, other):
    world.text(world.teachers[0], "SCHOOL 23460")
    assert "wapas le li" in world.text(world.teachers[0], "2")[0]
    assert [each.state for each in requests(world)] == [RequestState.WITHDRAWN]
