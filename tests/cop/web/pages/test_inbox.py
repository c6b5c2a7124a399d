"""The inbox: whose texts wait there, and that a tap stores a reading and sends its answer, once."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select

from clusters.kernel.facts import note
from clusters.people.models import PersonNumber
from clusters.training.facts import SessionsScheduled
from clusters.training.models import Invitation
from clusters.training.rules import Answer
from cop.jobs import dispatch, read, tools
from cop.web.views import paths
from messaging.channels.models import PhoneText
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import written
from messaging.consent.actions import opt_out
from messaging.inbound.actions import keep
from messaging.inbound.models import CorpusLine, InboundText, Parked, ParseRecord
from tests import build
from tests.browsing import place_at, said, same_but_path
from tests.messaging.voice import ONE_BY_ONE

STRANGER = "+923111234567"


@pytest.fixture
def world(house):
    """A teacher of B1 and one of B2 have each written twice what nobody understands."""
    with house.unit() as db:
        ours = build.cluster(db, 2, in_circle=place_at(db, "T/B1.C01."), admin_path="KP.BANNU.")
        theirs = build.cluster(db, 2, in_circle=place_at(db, "T/B2.C01."), admin_path="KP.HANGU.")
        mine = build.teacher(db, build.schools_of(db, ours)[0], "Gul Ours")
        hidden = build.teacher(db, build.schools_of(db, theirs)[0], "Noor Hidden")
        session = build.training_session(db, ours, invited=[mine])
        numbers = {
            each.name: db.scalars(select(PersonNumber.number).where(PersonNumber.person_id == each.id)).one()
            for each in (mine, hidden)
        }
        note(db, SessionsScheduled((session.id,)))
    live(house)
    for number, words in ((numbers["Gul Ours"], "apni sakht bimari"), (numbers["Noor Hidden"], "mera raaz wala")):
        text(house, number, "bhains pani mein")
        text(house, number, words)
    with house.unit() as db:
        ids = dict(db.execute(select(InboundText.number, Parked.id).join(Parked)).all())
    return SimpleNamespace(
        mine=numbers["Gul Ours"],
        card=ids[numbers["Gul Ours"]],
        hidden_card=ids[numbers["Noor Hidden"]],
        session=session,
        place=ours,
    )


def live(house):
    hands = tools(house, pace=ONE_BY_ONE)
    read(hands)
    dispatch(hands)


def text(house, number, body):
    with house.unit() as db:
        keep(db, REHEARSAL, written(db, number, body), number, body)
    live(house)


def answered(house, session):
    with house.unit() as db:
        return db.scalars(select(Invitation.answer).where(Invitation.session_id == session.id)).one()


def heard(house, number):
    with house.unit() as db:
        got = select(PhoneText.body).where(PhoneText.phone == number, PhoneText.incoming).order_by(PhoneText.id)
        return list(db.scalars(got))


@pytest.mark.parametrize("place", ["T/B1.", "A/KP.BANNU.", "T/B1.C01."])
def test_only_texts_from_the_viewers_places_wait_in_her_inbox(client_as, world, place):
    page = client_as("manager", place).get(paths.INBOX).text
    assert "apni sakht bimari" in page
    assert "Gul Ours" in page
    assert "raaz" not in page
    assert "Noor" not in page
    assert "1 text needs a person" in page


def test_numbers_are_masked(client_as, world):
    page = client_as("manager", "T/B1.").get(paths.INBOX).text
    assert world.mine.removeprefix("+92") not in page


@pytest.mark.parametrize("fields", [{"guess": "1"}, {"act": "not_for_us"}, {"act": "reply", "reply": "hello"}])
def test_a_card_of_another_place_looks_like_one_that_does_not_exist(client_as, house, world, fields):
    stranger = client_as("manager", "T/B1.")
    one = stranger.submit(paths.inbox_card(world.hidden_card), **fields)
    other = stranger.submit(paths.inbox_card(99_999), **fields)
    assert one.status_code == 404
    assert same_but_path(one, other)
    with house.unit() as db:
        assert db.get_one(Parked, world.hidden_card).settled_at is None


def test_a_tap_stores_the_reading_and_sends_its_confirmation(client_as, house, world):
    clerk = client_as("clerk", "A/KP.BANNU.")
    before = len(heard(house, world.mine))
    page = clerk.follow(clerk.submit(paths.inbox_card(world.card), guess="2"))
    assert "bimari" not in page.text
    live(house)
    assert answered(house, world.session) is Answer.NO
    [told] = heard(house, world.mine)[before:]
    assert "NAHI aayenge" in told
    text(house, world.mine, "0")
    assert answered(house, world.session) is None


def test_two_clerks_on_one_card_settle_it_once(client_as, house, world):
    first, second = client_as("clerk", "A/KP.BANNU."), client_as("clerk", "T/B1.")
    assert first.submit(paths.inbox_card(world.card), guess="1").status_code == 303
    late = second.submit(paths.inbox_card(world.card), guess="2")
    assert late.status_code == 409
    assert "already" in late.text
    assert answered(house, world.session) is Answer.YES


def test_an_answer_by_hand_goes_out_as_one_text(client_as, house, world):
    clerk = client_as("clerk", "T/B1.")
    before = len(heard(house, world.mine))
    clerk.submit(paths.inbox_card(world.card), act="reply", reply="Allah sehat de. Aap na aayen.")
    live(house)
    assert heard(house, world.mine)[before:] == ["Daftar se jawab: Allah sehat de. Aap na aayen."]


@pytest.mark.parametrize(("words", "why"), [("   ", "empty"), ("bohat " * 80, "does not fit")])
def test_an_answer_that_cannot_go_is_shown_again_with_the_reason(client_as, house, world, words, why):
    clerk = client_as("clerk", "T/B1.")
    shown = clerk.submit(paths.inbox_card(world.card), act="reply", reply=words)
    assert shown.status_code == 422
    assert why in shown.text
    with house.unit() as db:
        assert db.get_one(Parked, world.card).settled_at is None


def test_nothing_is_sent_to_a_number_that_wants_no_texts(client_as, house, world):
    with house.unit() as db:
        opt_out(db, world.mine, "text")
    clerk = client_as("clerk", "T/B1.")
    assert "No answer can be sent" in clerk.get(paths.INBOX).text
    before = len(heard(house, world.mine))
    assert clerk.submit(paths.inbox_card(world.card), act="reply", reply="hello").status_code == 409
    live(house)
    assert len(heard(house, world.mine)) == before


@pytest.mark.parametrize("deed", ["not_for_us", "wrong_person"])
def test_a_text_that_is_none_of_ours_is_set_aside_and_nobody_is_told(client_as, house, world, deed):
    clerk = client_as("clerk", "T/B1.")
    before = len(heard(house, world.mine))
    clerk.submit(paths.inbox_card(world.card), act=deed)
    live(house)
    assert len(heard(house, world.mine)) == before
    with house.unit() as db:
        assert db.get_one(Parked, world.card).settled_how == deed


def test_strangers_wait_in_the_inbox_of_the_whole_programme_alone(client_as, house, world):
    text(house, STRANGER, "mujhe bhi shamil karo")
    assert "shamil karo" in client_as("admin", "T/").get(paths.INBOX).text
    assert "shamil karo" not in client_as("manager", "T/B1.").get(paths.INBOX).text


def test_a_monitor_has_no_inbox(client_as, world):
    assert client_as("monitor", "T/B1.").get(paths.INBOX).status_code == 404


def test_the_navigation_counts_what_waits(client_as, world):
    assert client_as("manager", "T/").get("/").text.count(">2<") >= 1


def test_a_reading_of_a_session_that_is_over_is_outdated_and_not_unknown(client_as, house, world, clock):
    clock.at = world.session.ends_at + timedelta(hours=1)
    refused = client_as("clerk", "A/KP.BANNU.").submit(paths.inbox_card(world.card), guess="1")
    assert refused.status_code == 409
    assert "holds no more" in refused.text
    assert answered(house, world.session) is None


def second(house, world, name="Bano Alike"):
    """Another teacher of the same place, invited too, who writes the same."""
    with house.unit() as db:
        person = build.teacher(db, build.schools_of(db, world.place)[1], name)
        db.add(Invitation(session_id=world.session.id, person_id=person.id, row=2))
        number = db.scalars(select(PersonNumber.number).where(PersonNumber.person_id == person.id)).one()
        note(db, SessionsScheduled((world.session.id,)))
    live(house)
    text(house, number, "bhains pani mein")
    text(house, number, "apni sakht bimari")
    return number


def test_texts_that_say_the_same_are_shown_together_and_taken_together(client_as, house, world):
    number = second(house, world)
    clerk = client_as("clerk", "T/B1.")
    page = clerk.get(paths.INBOX).text
    assert page.count('<li id="card-') == 1
    assert "1 more says the same" in page
    before = {each: len(heard(house, each)) for each in (world.mine, number)}
    shown = clerk.follow(clerk.submit(paths.inbox_card(world.card), all="2")).text
    assert "2 texts stored and answered" in shown
    live(house)
    for each in (world.mine, number):
        [told] = heard(house, each)[before[each] :]
        assert "NAHI aayenge" in told
    with house.unit() as db:
        assert set(db.scalars(select(Invitation.answer))) == {Answer.NO}
        left = select(Parked).where(Parked.settled_at.is_(None), Parked.training_path.startswith("B1."))
        assert not db.scalars(left).first()


def test_of_texts_taken_together_one_whose_reading_holds_no_more_stays_whole(client_as, house, world):
    number = second(house, world)
    with house.unit() as db:
        her = db.scalars(select(PersonNumber.person_id).where(PersonNumber.number == number)).one()
        db.execute(delete(Invitation).where(Invitation.person_id == her))
    before = len(heard(house, number))
    clerk = client_as("clerk", "T/B1.")
    shown = clerk.follow(clerk.submit(paths.inbox_card(world.card), all="1")).text
    assert "1 text stored and answered" in shown
    assert "1 stays here" in shown
    live(house)
    assert len(heard(house, number)) == before
    with house.unit() as db:
        left = db.scalars(
            select(Parked).join(InboundText).where(InboundText.number == number, Parked.settled_at.is_(None))
        ).one()
        assert left.settled_how is None


def test_a_private_text_is_read_by_one_role_alone_and_stands_in_no_export(client_as, house, world):
    clerk, manager = client_as("clerk", "T/B1."), client_as("manager", "T/B1.")
    clerk.submit(paths.inbox_card(world.card), act="private")
    for role in ("clerk", "admin", "trainer"):
        page = client_as(role, "T/B1.").get(paths.INBOX).text
        assert "bimari" not in page
        assert "Gul Ours" not in page
        assert "Private" in page
    assert "apni sakht bimari" in manager.get(paths.INBOX).text
    for suffix in (".json", ".csv", ".xlsx"):
        assert "bimari" not in said(manager.get(paths.INBOX + suffix))
    for path in (paths.phone(world.mine), paths.PHONES):
        assert "sakht" not in client_as("admin", "T/").get(path).text
    assert clerk.submit(paths.inbox_card(world.card), guess="1").status_code == 403
    manager.submit(paths.inbox_card(world.card), act="reply", reply="Allah sehat de.")
    with house.unit() as db:
        assert db.get_one(Parked, world.card).settled_how == "reply"
        assert list(db.scalars(select(CorpusLine))) == []
        kept = db.scalars(select(ParseRecord).join(InboundText).where(InboundText.private)).one()
        assert kept.normal == ""
        assert "bimari" not in kept.rule


def test_a_settled_card_becomes_an_example_without_names_and_numbers(client_as, house, world):
    text(house, world.mine, "Gul Ours 03451234567 wapsi")
    with house.unit() as db:
        card = db.scalars(select(Parked.id).join(InboundText).where(InboundText.body.contains("wapsi"))).one()
    client_as("clerk", "T/B1.").submit(paths.inbox_card(card), guess="2")
    with house.unit() as db:
        [line] = db.scalars(select(CorpusLine))
    assert line.normal == "naam naam 4814 wapsi"
    assert line.expect == {"do": "rsvp", "answer": "no"}
