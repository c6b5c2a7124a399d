"""Words that the inbox learns: counted in the viewer's places, proposed by one person, decided by another."""

import pytest
from sqlalchemy import select

from clusters.people.models import PersonNumber
from cop.jobs import dispatch, read, tools
from cop.web.views import paths
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import written
from messaging.inbound.actions import keep
from messaging.inbound.models import ParseRecord, TaughtWord
from tests import build
from tests.browsing import place_at
from tests.messaging.voice import ONE_BY_ONE


@pytest.fixture
def texted(house):
    """A trainer of B1 and a teacher of B2 wrote words that no command has."""
    with house.unit() as db:
        circle = place_at(db, "T/B1.C01.")
        theirs = build.cluster(db, 1, in_circle=place_at(db, "T/B2.C01."), admin_path="KP.HANGU.")
        people = (build.trainer(db, circle, "Zakir Ours"), build.teacher(db, build.schools_of(db, theirs)[0], "Noor"))
        numbers = [
            db.scalars(select(PersonNumber.number).where(PersonNumber.person_id == each.id)).one() for each in people
        ]
    for number, body in ((numbers[0], "mojood 3 7"), (numbers[0], "mojood 4"), (numbers[1], "kabootar wala")):
        with house.unit() as db:
            keep(db, REHEARSAL, written(db, number, body), number, body)
    live(house)
    return numbers


def live(house):
    hands = tools(house, pace=ONE_BY_ONE)
    read(hands)
    dispatch(hands)


def waiting(house):
    with house.unit() as db:
        return db.scalars(select(TaughtWord.id).order_by(TaughtWord.id)).all()


def test_unknown_words_of_the_viewers_places_are_shown_with_how_often(client_as, texted):
    page = client_as("clerk", "T/B1.").get(paths.INBOX_WORDS).text
    assert "mojood" in page
    assert "kabootar" not in page
    assert "needed a person" in page


def test_a_word_is_understood_only_after_a_second_person_has_approved_it(client_as, house, texted):
    clerk, manager = client_as("clerk", "T/B1."), client_as("manager", "T/B1.")
    shown = clerk.follow(clerk.submit(paths.INBOX_WORDS, word="mojood", command="attend")).text
    assert "A second person must approve it" in shown
    [word] = waiting(house)
    assert clerk.submit(paths.inbox_word(word), approve="on").status_code == 403
    assert "mojood" in manager.get(paths.INBOX_WORDS).text
    assert manager.submit(paths.inbox_word(word), approve="on").status_code == 303
    with house.unit() as db:
        keep(db, REHEARSAL, written(db, texted[0], "mojood 4814 3 7"), texted[0], "mojood 4814 3 7")
    live(house)
    with house.unit() as db:
        last = db.scalars(select(ParseRecord).order_by(ParseRecord.inbound_text_id.desc())).first()
    assert last.rule.startswith("HAZRI")


def test_nobody_approves_what_she_proposed_and_anybody_who_may_can_refuse_it(client_as, house, texted):
    manager = client_as("manager", "T/B1.")
    manager.submit(paths.INBOX_WORDS, word="mojood", command="attend")
    [word] = waiting(house)
    refused = manager.submit(paths.inbox_word(word), approve="on")
    assert refused.status_code == 403
    manager.submit(paths.inbox_word(word))
    with house.unit() as db:
        assert db.get_one(TaughtWord, word).approved is False


@pytest.mark.parametrize(
    ("word", "why"), [("help", "telephone companies"), ("kahan", "means something already"), ("a", "cannot be taught")]
)
def test_a_word_that_may_not_be_taught_is_shown_again_with_the_reason(client_as, house, texted, word, why):
    shown = client_as("clerk", "T/B1.").submit(paths.INBOX_WORDS, word=word, command="attend")
    assert shown.status_code == 422
    assert why in shown.text
    assert waiting(house) == []


def test_a_monitor_finds_no_words(client_as, texted):
    assert client_as("monitor", "T/B1.").get(paths.INBOX_WORDS).status_code == 404
