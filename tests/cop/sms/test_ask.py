"""SAWAL and J: a question finds an answer, and no name or number leaves without a yes of both sides."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from clusters.people.models import PersonNumber, Post
from clusters.people.rules import Gender
from clusters.structure.models import Place, School
from cop.consent.actions import decide
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.jobs import questions
from cop.questions.actions import plant
from cop.questions.models import PeerOffer, PeerQuestion
from cop.questions.rules import Offering, Standing
from cop.ties.models import Tie
from cop.ties.rules import TieKind
from messaging.inbound.models import ParseRecord
from messaging.outbox.models import Message
from tests import build

WORDS = "class 3 me do hindson ki taqseem kaise parhaun"


def did(world):
    with world.house.unit() as db:
        return db.get_one(ParseRecord, world.last().id).did


def asked(world):
    with world.house.unit() as db:
        return list(db.scalars(select(PeerQuestion).order_by(PeerQuestion.id)))


def offers(world):
    with world.house.unit() as db:
        return list(db.scalars(select(PeerOffer).order_by(PeerOffer.id)))


def willing(world, *people):
    with world.house.unit() as db:
        for each in people:
            decide(db, each.id, Purpose.HELP, True, "text")


def change(world, who, **values):
    with world.house.unit() as db:
        for name, value in values.items():
            setattr(db.get_one(type(who), who.id), name, value)


def local(number):
    return f"0{number[3:6]}-{number[6:]}"


@pytest.mark.parametrize(
    ("language", "verb", "consent", "put", "passed"),
    [
        ("ur_latn", "sawal", "Aap ka sawal 1 aise ustad se", "Ek ustad ka sawal (Maths): ", "ek ustad se: "),
        ("en", "ASK", "Your question goes to 1 teachers", "A teacher asks (Maths): ", "from a teacher: "),
        ("ur", "سوال", "سوال 1 استادوں سے پوچھیں؟", "ایک استاد کا سوال (ریاضی): ", "ایک استاد سے: "),
    ],
)
def test_a_question_is_put_to_a_willing_peer_and_answered_without_a_name(world, language, verb, consent, put, passed):
    usman, noor = world.teachers[0], world.teachers[6]
    change(world, usman, language=language)
    change(world, noor, language=language)
    willing(world, noor)
    [question] = world.text(usman, f"{verb} {WORDS}")
    assert question.startswith(consent)
    assert did(world) == {"do": "question", "text": WORDS}
    assert world.heard(noor) == []
    world.text(usman, "1")
    [heard] = world.heard(noor)
    assert heard.startswith(f"{put}{WORDS}")
    [how] = world.text(noor, "1")
    assert "J 1" in how
    world.text(noor, "J 1 pehle 10 ke gathay banwayein")
    assert did(world) == {"do": "answer", "number": 1, "text": "pehle 10 ke gathay banwayein"}
    before = len(world.heard(usman))
    world.clock.advance(minutes=6)
    world.work()
    [answer] = world.heard(usman)[before:]
    assert answer.endswith(f"{passed}pehle 10 ke gathay banwayein")
    assert not [text for text in world.heard(noor) if "Usman" in text]
    assert not [text for text in world.heard(usman) if "Noor" in text]


def test_dialogue_thirteen_numbers_pass_once_both_have_said_yes(world):
    usman, noor = world.teachers[0], world.teachers[6]
    willing(world, noor)
    world.text(usman, f"sawal {WORDS}")
    world.text(usman, "1")
    world.clock.advance(minutes=1)
    [waits] = world.text(noor, "2")
    assert "Numbers tab hi diye jayenge jab woh bhi haan kahein" in waits
    assert world.heard(usman)[-1].startswith("Ek ustad phone per madad karna chahte hain.")
    [told] = world.text(usman, "1")
    number = local(world.number(noor))
    assert told == (
        f"Dono razi hain. Ustad Noor sb ka number: {number}. Baat aap dono ke darmiyan hai, hum record nahi rakhte."
    )
    assert local(world.number(usman)) in world.heard(noor)[-1]
    with world.house.unit() as db:
        given = {each.person_id for each in db.scalars(select(Decision).where(Decision.purpose == Purpose.NUMBER))}
    assert given == {usman.id, noor.id}


def test_with_a_no_of_either_side_nobody_gets_a_number(world):
    usman, noor = world.teachers[0], world.teachers[6]
    willing(world, noor)
    world.text(usman, f"sawal {WORDS}")
    world.text(usman, "1")
    world.text(noor, "2")
    [told] = world.text(usman, "2")
    assert "number kisi ko nahi diya" in told
    assert "J 1" in world.heard(noor)[-1]
    for who, other in ((usman, noor), (noor, usman)):
        assert not [text for text in world.heard(who) if local(world.number(other)) in text or other.name in text]


@pytest.mark.parametrize("gender", [Gender.WOMAN, None])
def test_between_a_woman_and_a_man_or_where_that_is_not_known_nobody_is_even_asked_for_numbers(world, gender):
    usman, noor = world.teachers[0], world.teachers[6]
    change(world, noor, gender=gender)
    willing(world, noor)
    world.text(usman, f"sawal {WORDS}")
    world.text(usman, "1")
    before = len(world.heard(usman))
    [told] = world.text(noor, "2")
    assert "numbers nahi diye jate" in told
    assert len(world.heard(usman)) == before


def test_both_may_have_allowed_it_beforehand(world):
    usman, noor = world.teachers[0], world.teachers[6]
    change(world, noor, gender=Gender.WOMAN)
    willing(world, noor)
    with world.house.unit() as db:
        decide(db, usman.id, Purpose.ACROSS, True, "web")
        decide(db, noor.id, Purpose.ACROSS, True, "web")
    world.text(usman, f"sawal {WORDS}")
    world.text(usman, "1")
    world.text(noor, "2")
    assert world.heard(usman)[-1].startswith("Ek ustad phone per")


def test_at_most_three_are_asked_and_never_who_left_shares_a_phone_or_said_not_now(world):
    usman, shaista, gul, imran, nasir, bakht, noor, rahim = world.teachers
    willing(world, *world.teachers)
    world.text(shaista, "band")
    heard = world.heard(shaista)
    with world.house.unit() as db:
        shared = world.number(imran)
        db.scalars(select(PersonNumber).where(PersonNumber.person_id == gul.id)).one().number = shared
    world.text(usman, f"sawal {WORDS}")
    world.text(usman, "1")
    first = {each.person_id for each in offers(world)}
    assert len(first) == 3
    assert first <= {nasir.id, bakht.id, noor.id, rahim.id}
    assert world.heard(shaista) == heard
    world.text(nasir, "3")
    world.clock.advance(days=1)
    world.text(usman, "sawal jama tafreeq kaise sikhaun")
    world.text(usman, "1")
    second = {each.person_id for each in offers(world) if each.question_id == asked(world)[-1].id}
    assert nasir.id not in second


def test_without_a_willing_peer_the_trainer_is_asked_and_does_not_learn_who_asks(world):
    usman = world.teachers[0]
    [question] = world.text(usman, f"sawal {WORDS}")
    assert question.startswith("Aap ka sawal aap ke trainer se poocha jayega.")
    world.text(usman, "1")
    [heard] = world.heard(world.trainer)
    assert heard == f"Ek ustad ka sawal (Maths): {WORDS} Jawab likhein: J 1 aur apna jawab"


def test_no_to_the_consent_asks_nobody_and_keeps_nothing(world):
    usman = world.teachers[0]
    world.text(usman, f"sawal {WORDS}")
    [told] = world.text(usman, "2")
    assert "kisi se nahi poocha jayega" in told
    assert asked(world) == []
    assert world.heard(world.trainer) == []


def test_zero_takes_a_question_back_until_it_has_gone(world):
    usman, noor = world.teachers[0], world.teachers[6]
    willing(world, noor)
    world.text(usman, f"sawal {WORDS}")
    [told] = world.text(usman, "0")
    assert "wapas le liya" in told
    assert asked(world) == []
    world.clock.at = world.clock.at.replace(hour=18)  # 23:00 in Karachi: the peer is asked in the morning
    world.text(usman, f"sawal {WORDS}")
    world.text(usman, "1")
    assert world.heard(noor) == []
    world.text(usman, "0")
    assert offers(world) == []
    assert asked(world)[0].standing is Standing.WRITTEN
    world.clock.advance(hours=12)
    world.work()
    assert world.heard(noor) == []


def test_offering_help_is_a_word_of_its_own_and_can_be_ended(world):
    noor = world.teachers[6]
    world.text(noor, "SAWAL HAAN")
    with world.house.unit() as db:
        [given] = db.scalars(select(Decision))
    assert (given.person_id, given.purpose, given.granted) == (noor.id, Purpose.HELP, True)
    world.text(noor, "sawal nahi")
    world.text(noor, "0")
    with world.house.unit() as db:
        assert db.scalar(select(Decision.granted).where(Decision.ended_at.is_(None))) is True


# --- dialogue 4: a question beside an answer, and J


@pytest.mark.parametrize(
    ("language", "body", "echo", "put", "back"),
    [
        (
            "ur_latn",
            "jee inshallah aonga magar gari kahan rukay gi?",
            "Likh liya: HAAN, 7 March. Aap ka sawal trainer Zakir sb ko bhej diya hai",
            "Usman (GPS Village 1) ka sawal, session 4814: ",
            "Trainer Zakir sb ka jawab: Kakki bazar adda per (session 7 March)",
        ),
        (
            "en",
            "yes i will come, where is the bus?",
            "Saved: YES, 7 March. Your question went to the trainer, Zakir",
            "Usman (GPS Village 1) ka sawal, session 4814: ",
            "Answer of the trainer, Zakir: Kakki bazar adda per (session 7 March)",
        ),
        (
            "ur",
            "جی ہاں آؤں گا، گاڑی کہاں رکے گی؟",
            "لکھ لیا: ہاں، 7 مارچ۔ سوال ٹرینر Zakir",
            "Usman (GPS Village 1) کا سوال، 4814: ",
            "ٹرینر Zakir",
        ),
    ],
)
def test_dialogue_four_a_question_beside_an_answer_goes_to_the_trainer_and_back(world, language, body, echo, put, back):
    usman = world.teachers[0]
    change(world, usman, language=language)
    world.invite(world.session)
    trainer_before = len(world.heard(world.trainer))
    [told] = world.text(usman, body)
    assert told.startswith(echo)
    [question] = world.heard(world.trainer)[trainer_before:]
    assert question.startswith(put)
    [gone] = world.text(world.trainer, "J 1 Kakki bazar adda per")
    assert gone == "Aap ka jawab Usman sb ko 5 minute mein jayega. Ghalti ho to 0 bhejein."
    before = len(world.heard(usman))
    world.clock.advance(minutes=6)
    world.work()
    [answer] = world.heard(usman)[before:]
    assert answer.startswith(back)


def test_taking_the_answer_back_takes_the_question_back_too(world):
    usman = world.teachers[0]
    world.invite(world.session)
    world.clock.at = world.clock.at.replace(hour=18)
    world.text(usman, "jee inshallah aonga magar gari kahan rukay gi?")
    before = world.heard(world.trainer)
    world.text(usman, "0")
    assert asked(world)[0].closed_at is not None
    world.clock.advance(hours=12)
    world.work()
    assert world.heard(world.trainer) == before


def test_zero_within_five_minutes_stops_an_answer_and_brings_an_earlier_one_back(world):
    usman, trainer = world.teachers[0], world.trainer
    with world.house.unit() as db:
        plant(db, trainer.id, 7, asker_id=usman.id)
    world.text(trainer, "J 7 adda per")
    world.text(trainer, "J 7 masjid ke paas")
    [told] = world.text(trainer, "0")
    assert "pehle wala jawab" in told
    [told] = world.text(trainer, "ghalti")
    assert "rok liya" in told
    world.clock.advance(minutes=20)
    world.work()
    assert world.heard(usman) == []
    world.text(trainer, "J 7 adda per")
    world.text(trainer, "jawab 7: masjid ke paas")
    world.clock.advance(minutes=6)
    world.work()
    assert world.heard(usman) == ["Aap ke sawal ka jawab, ek ustad se: masjid ke paas"]
    world.clock.advance(minutes=61)
    [late] = world.text(trainer, "0")
    assert "kuch nahi mila" in late


def test_a_number_that_is_not_hers_is_refused_with_those_that_are(world):
    trainer, noor = world.trainer, world.teachers[6]
    with world.house.unit() as db:
        plant(db, trainer.id, 7)
        plant(db, trainer.id, 9)
    [told] = world.text(trainer, "J 8 adda per")
    assert told.startswith("J 8: yeh aap ka sawal nahi. Aap ke khule sawal: 7, 9.")
    [other] = world.text(noor, "J 7 adda per")
    assert "koi khula sawal nahi" in other
    assert [each.standing for each in offers(world)] == [Offering.ASKED, Offering.ASKED]


def test_a_question_that_nobody_answered_goes_to_the_trainer_and_is_forgotten_a_month_after_its_end(world):
    usman, noor = world.teachers[0], world.teachers[6]
    willing(world, noor)
    world.text(usman, f"sawal {WORDS}")
    world.text(usman, "1")
    questions(world.hands)
    assert len(offers(world)) == 1
    world.clock.advance(hours=49)
    questions(world.hands)
    world.work()
    assert world.heard(world.trainer)[-1].startswith("Ek ustad ka sawal (Maths)")
    questions(world.hands)
    assert len(offers(world)) == 2
    world.clock.advance(days=14)
    questions(world.hands)
    [told] = world.text(noor, "J 1 ab yaad aya")
    assert "koi khula sawal nahi" in told
    world.clock.advance(days=31)
    questions(world.hands)
    assert asked(world) == []
    with world.house.unit() as db:
        assert set(db.scalars(select(Message.body).where(Message.subject_kind == "peer_offer"))) == {None}


ASKING = ("1", "1", "1", "2", "0", f"sawal {WORDS}")
HELPING = ("1", "2", "2", "2", "3", "0", "J 1 yun karein", "SAWAL NAHI")


def test_whatever_people_text_no_name_or_number_leaves_without_both_yeses(world):
    dice = Random(2)
    people = [world.teachers[place] for place in (0, 5, 6, 7)]
    numbers = {each.id: local(world.number(each)) for each in people}
    willing(world, *people[1:])
    world.text(people[0], f"sawal {WORDS}")
    world.text(people[0], "1")
    for _ in range(18):
        world.clock.advance(minutes=dice.choice((1, 11, 25)))
        who = dice.choice((people[0], *people))
        world.text(who, dice.choice(ASKING if who is people[0] else HELPING))
    world.clock.advance(minutes=10)
    world.work()
    with world.house.unit() as db:
        yes = {
            (each.person_id, each.about)
            for each in db.scalars(select(Decision).where(Decision.purpose == Purpose.NUMBER, Decision.granted))
        }
        exchanged = set()
        for each in db.scalars(select(PeerOffer)):
            asker = db.get_one(PeerQuestion, each.question_id).asker_id
            if {(each.person_id, each.id), (asker, each.id)} <= yes:
                exchanged |= {(each.person_id, asker), (asker, each.person_id)}
        asked_of = [
            len(
                {
                    offer.person_id
                    for offer in db.scalars(select(PeerOffer).where(PeerOffer.question_id == each, ~PeerOffer.trainer))
                }
            )
            for each in db.scalars(select(PeerQuestion.id))
        ]
    told = [
        (reader.id, other.id)
        for reader in people
        for other in people
        if reader is not other
        for text in world.heard(reader)
        if numbers[other.id] in text or other.name.split()[0] in text
    ]
    assert told, "a walk in which nobody is told anything shows nothing"
    assert set(told) <= exchanged
    assert max(asked_of) <= 3


def exchanges(world):
    with world.house.unit() as db:
        kept = db.scalars(select(Tie).where(Tie.removed_at.is_(None)).order_by(Tie.id))
        return [(each.from_id, each.to_id, each.kind, each.source) for each in kept]


def put_to(world, asker, *helpers):
    """A question of one that the others were asked; everybody concerned lets ties be kept, too."""
    willing(world, *helpers)
    with world.house.unit() as db:
        for each in (asker, *helpers):
            decide(db, each.id, Purpose.TIES, True, "text")
    world.text(asker, f"sawal {WORDS}")
    world.text(asker, "1")


def test_an_answer_that_goes_is_a_tie_from_the_asker_once_and_a_stopped_one_is_none(world):
    usman, noor, rahim = world.teachers[0], world.teachers[6], world.teachers[7]
    put_to(world, usman, noor, rahim)
    world.text(noor, "J 1 pehle 10 ke gathay banwayein")
    assert exchanges(world) == [(usman.id, noor.id, TieKind.EXCHANGED, "relayed")]
    world.text(noor, "0")
    assert exchanges(world) == []
    world.text(noor, "J 1 tiliyan istemal karein")
    world.clock.advance(minutes=6)
    world.work()
    world.text(noor, "J 1 aur gathay banwayein")
    world.text(noor, "0")
    world.text(rahim, "J 1 ungliyon par ginwayein")
    assert exchanges(world) == [
        (usman.id, noor.id, TieKind.EXCHANGED, "relayed"),
        (usman.id, rahim.id, TieKind.EXCHANGED, "relayed"),
    ]


def test_an_introduction_both_agreed_to_is_a_tie(world):
    usman, noor = world.teachers[0], world.teachers[6]
    put_to(world, usman, noor)
    world.clock.advance(minutes=1)
    world.text(noor, "2")
    world.text(usman, "1")
    assert exchanges(world) == [(usman.id, noor.id, TieKind.EXCHANGED, "introduced")]


@pytest.mark.parametrize("silent", ["asker", "helper"])
def test_an_answer_is_no_tie_unless_both_let_ties_be_kept(world, silent):
    usman, noor = world.teachers[0], world.teachers[6]
    put_to(world, usman, noor)
    world.text(usman if silent == "asker" else noor, "SATHI NAHI")
    world.text(noor, "J 1 pehle 10 ke gathay banwayein")
    assert exchanges(world) == []


def test_the_answer_of_a_trainer_about_the_way_is_no_tie(world):
    usman, trainer = world.teachers[0], world.trainer
    with world.house.unit() as db:
        for each in (usman, trainer):
            decide(db, each.id, Purpose.TIES, True, "text")
        plant(db, trainer.id, 7, asker_id=usman.id, session_id=world.session.id)
    world.text(trainer, "J 7 bazar adday per")
    assert exchanges(world) == []


def test_a_question_goes_to_who_knows_its_subject_in_ones_cluster_before_others_and_to_one_of_ones_own_school(world):
    usman, noor, rahim = world.teachers[0], world.teachers[6], world.teachers[7]
    with world.house.unit() as db:
        near = db.get_one(Place, world.session.place_id)
        own = db.scalars(select(Post.school_id).where(Post.person_id == usman.id)).one()
        beside = [build.teacher(db, db.get_one(School, own), name) for name in ("Dildar", "Ejaz")]
        far = build.cluster(db, 1, in_circle=build.circle(db, build.block(db)))
        stranger = build.teacher(db, build.schools_of(db, far)[0], "Farida")
        third = build.teacher(db, build.schools_of(db, near)[3], "Ghani")
        taught = [*beside, stranger]
        build.training_session(db, near, day=world.clock.at.date() - timedelta(days=3), invited=taught)
    willing(world, noor, rahim, *beside, stranger, third)
    world.text(usman, f"sawal {WORDS}")
    world.text(usman, "1")
    assert {each.person_id for each in offers(world)} == {noor.id, rahim.id, beside[0].id}
