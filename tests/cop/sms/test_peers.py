"""SATHI: ties are kept only after a yes, are nobody else's to see, and go at once with a no."""

import pytest
from sqlalchemy import func, select

from clusters.kernel.audit import Actor
from clusters.kernel.errors import NotAllowed
from clusters.people.rules import PostRole
from clusters.scope import Scope
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.holding.actions import forget as forget_all
from cop.jobs import questions
from cop.network.disclosure import named_by_herself
from cop.ties.actions import ask, forget, name_peers
from cop.ties.models import Nomination, Tie
from cop.ties.rules import TieKind
from cop.ties.sheets import sheet
from messaging.inbound.models import InboundText, ParseRecord
from messaging.outbox.models import Message, Subject
from tests import build


def ties(world):
    with world.house.unit() as db:
        found = db.scalars(select(Tie).where(Tie.removed_at.is_(None)).order_by(Tie.id))
        return [(each.from_id, each.to_id) for each in found]


def everything(world):
    """Every row about consent and ties as it counts, to see that nothing changed."""
    with world.house.unit() as db:
        kept = [
            (each.person_id, each.term, each.subject)
            for each in db.scalars(select(Nomination).where(Nomination.removed_at.is_(None)).order_by(Nomination.id))
        ]
        given = [
            (each.person_id, each.purpose, each.granted)
            for each in db.scalars(
                select(Decision).where(Decision.ended_at.is_(None)).order_by(Decision.person_id, Decision.purpose)
            )
        ]
    return sorted(ties(world)), kept, given


def did(world):
    with world.house.unit() as db:
        return db.get_one(ParseRecord, world.last().id).did


def put(world, who):
    with world.house.unit() as db:
        return ask(db, Scope(who.id, ()), world.session.id)


def speak(world, who, language):
    with world.house.unit() as db:
        db.get_one(type(who), who.id).language = language


@pytest.mark.parametrize(
    ("language", "join", "asked", "answer", "taken"),
    [
        ("ur_latn", "SATHI HAAN", "Is term Maths mein kis kis se", "sathi 3, 7", "Likh liya: 3 Gul, 7 Noor."),
        (
            "en",
            "peers on",
            "This term in Maths, who did you turn to for help?",
            "PEERS 3 and 7",
            "Saved: 3 Gul, 7 Noor.",
        ),
        ("ur", "ساتھی ہاں", "اس ٹرم ریاضی میں کس کس سے مدد لی؟", "ساتھی ۳ ۷", "لکھ لیا: 3 Gul، 7 Noor۔"),
    ],
)
def test_dialogue_twenty_peers_are_named_by_the_sheet_after_a_yes(world, language, join, asked, answer, taken):
    usman, gul, noor = world.teachers[0], world.teachers[2], world.teachers[6]
    speak(world, usman, language)
    assert not put(world, usman)
    world.text(usman, join)
    assert did(world) == {"do": "peers", "consent": True}
    assert put(world, usman)
    world.work()
    assert world.heard(usman)[-1].startswith(asked)
    [echo] = world.text(usman, answer)
    assert echo.startswith(taken)
    assert did(world) == {"do": "peers", "rows": [3, 7]}
    assert ties(world) == [(usman.id, gul.id), (usman.id, noor.id)]
    with world.house.unit() as db:
        kept = db.scalars(select(Tie)).first()
        assert (kept.kind, kept.subject, kept.term) == (TieKind.NOMINATED, "maths", "2026-1")
    assert not put(world, usman)


@pytest.mark.parametrize("answer", ["3 7", "3, 7", "۳ ۷", "3 aur 7"])
def test_numbers_alone_answer_the_question_that_was_put(world, answer):
    usman, gul, noor = world.teachers[0], world.teachers[2], world.teachers[6]
    world.text(usman, "sathi haan")
    put(world, usman)
    world.work()
    world.text(usman, answer)
    assert ties(world) == [(usman.id, gul.id), (usman.id, noor.id)]


def test_without_a_yes_nothing_is_kept_and_one_question_asks_for_it(world):
    usman, noor = world.teachers[0], world.teachers[6]
    [asked] = world.text(usman, "sathi 7")
    assert asked.endswith("Shamil hon? 1=Haan 2=Nahi")
    assert everything(world) == ([], [], [])
    world.text(usman, "1")
    assert ties(world) == [(usman.id, noor.id)]
    world.text(usman, "0")
    assert everything(world) == ([], [], [])
    mine = Scope(usman.id, ())
    with world.house.unit() as db:
        of = sheet(db, mine)
        with pytest.raises(NotAllowed):
            name_peers(db, mine, of, [7], "text")


def test_leaving_removes_every_tie_from_and_to_her_at_once_and_zero_brings_exactly_those_back(world):
    usman, shaista, noor = world.teachers[0], world.teachers[1], world.teachers[6]
    for who, named in ((usman, "sathi 7 2"), (noor, "sathi 1"), (shaista, "sathi 7")):
        world.text(who, "sathi haan")
        world.text(who, named)
    before = everything(world)
    assert len(before[0]) == 4
    [told] = world.text(usman, "SATHI NAHI")
    assert told.startswith("Theek hai. Sathi naqshe se aap ka naam nikal diya.")
    assert ties(world) == [(shaista.id, noor.id)]
    world.text(usman, "0")
    assert everything(world) == before
    world.text(usman, "sathi off")
    world.clock.advance(hours=25)
    questions(world.hands)
    with world.house.unit() as db:
        assert [(each.from_id, each.to_id) for each in db.scalars(select(Tie))] == [(shaista.id, noor.id)]


def test_a_second_answer_replaces_the_first_of_the_term_and_zero_brings_it_back(world):
    usman, gul, noor = world.teachers[0], world.teachers[2], world.teachers[6]
    world.text(usman, "sathi haan")
    world.text(usman, "sathi Noor")
    before = everything(world)
    world.text(usman, "sathi gul zaman")
    assert ties(world) == [(usman.id, gul.id)]
    world.text(usman, "0")
    assert everything(world) == before
    assert ties(world) == [(usman.id, noor.id)]
    [none] = world.text(usman, "sathi 0")
    assert none.startswith("Likh liya: kisi se nahi.")
    assert ties(world) == []


def test_who_wants_no_ties_kept_is_left_out_and_nobody_learns_it(world):
    usman, noor = world.teachers[0], world.teachers[6]
    world.text(noor, "sathi nahi")
    world.text(usman, "sathi haan")
    [echo] = world.text(usman, "sathi 7")
    assert echo.startswith("Likh liya: 7 Noor.")
    assert ties(world) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("sathi 3 45", "Number 45 fehrist mein nahi (1-8)"),
        ("sathi 1", "Number 1 fehrist mein nahi"),
        ("sathi 2 3 4 5", "3 tak likhein"),
        ("sathi karim", '"karim" fehrist mein nahi mila'),
    ],
)
def test_what_is_not_on_the_list_is_said_and_nothing_is_kept(world, body, told):
    usman = world.teachers[0]
    world.text(usman, "sathi haan")
    [reply] = world.text(usman, body)
    assert reply.startswith(told)
    assert ties(world) == []


def test_on_a_shared_phone_it_is_asked_whose_it_is_before_anything_is_kept(world, house):
    usman = world.teachers[0]
    with house.unit() as db:
        mate = build.person(db, "Mate", number=world.number(usman))
        build.post(db, mate, PostRole.TEACHER, at_school=build.school(db))
    [asked] = world.text(usman, "sathi haan")
    assert "A=" in asked
    assert "B=" in asked
    assert everything(world) == ([], [], [])
    world.text(usman, "A")
    assert everything(world)[2] == [(usman.id, Purpose.TIES, True)]
    assert not put(world, usman)


def test_its_texts_stand_at_no_place_where_a_manager_would_see_them(world):
    usman = world.teachers[0]
    world.text(usman, "sathi haan")
    world.text(usman, "sathi 3 7")
    with world.house.unit() as db:
        came = db.scalars(select(InboundText)).all()
        assert {(each.training_path, each.admin_path) for each in came} == {(None, None)}
        about = select(Subject.training_path, Subject.admin_path).join(
            Message, (Message.subject_kind == Subject.kind) & (Message.subject_id == Subject.id)
        )
        assert set(map(tuple, db.execute(about.where(Message.number == world.number(usman))))) == {(None, None)}


def test_only_she_herself_is_told_how_many_ties_she_named(world):
    usman, trainer = world.teachers[0], world.trainer
    world.text(usman, "sathi haan")
    world.text(usman, "sathi 3 7")
    with world.house.unit() as db:
        assert named_by_herself(db, Scope(usman.id, ()), usman.id) == 2
        for other in (Scope(trainer.id, ()), Scope.everywhere()):
            with pytest.raises(NotAllowed):
                named_by_herself(db, other, usman.id)


@pytest.mark.parametrize("table", [Tie, Nomination])
def test_the_role_of_the_pages_may_not_even_look_at_ties(world, table):
    with world.house.web_unit(Actor("web")) as db:
        asked = func.has_table_privilege("cop_web", table.__tablename__, "SELECT, INSERT, UPDATE, DELETE")
        assert db.scalar(select(asked)) is False


def test_who_is_forgotten_stands_in_nobodys_ties_any_more_though_a_page_asks_for_it(world):
    usman, noor = world.teachers[0], world.teachers[6]
    for who, named in ((usman, "sathi 7 2"), (noor, "sathi 1")):
        world.text(who, "sathi haan")
        world.text(who, named)
    with world.house.web_unit(Actor("web")) as db:
        forget(db, noor.id)
    assert ties(world) == [(usman.id, world.teachers[1].id)]


@pytest.mark.parametrize("how", ["left", "replaced", "forgotten"])
def test_the_words_that_ties_were_given_by_go_with_the_ties(world, how):
    usman = world.teachers[0]
    world.text(usman, "sathi haan")
    world.text(usman, "sathi 3 7")
    given = world.last().id
    if how == "left":
        world.text(usman, "sathi nahi")
    elif how == "replaced":
        world.text(usman, "sathi 4")
    else:
        with world.house.web_unit(Actor("link", usman.id)) as db:
            forget_all(db, Scope(usman.id, ()))
    world.clock.advance(hours=25)
    questions(world.hands)
    with world.house.unit() as db:
        text = db.get_one(InboundText, given)
        assert (text.body, text.number, text.person_id) == ("", "", None)
        assert db.get(ParseRecord, given) is None
        assert not [each for each in db.scalars(select(Nomination)) if each.inbound_text_id == given]
