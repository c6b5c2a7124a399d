"""From the wish to tell many to their phones: seen, approved by a second person, held, undone or sent once."""

import re
from collections import Counter

import pytest
from sqlalchemy import select

from clusters.people.models import PersonNumber, Post
from clusters.people.rules import PostRole
from cop.jobs import dispatch, tools
from messaging.channels.models import PhoneText
from messaging.outbox.rules import Pace
from tests import build
from tests.browsing import place_at

TEACHERS = 250
SAID = "Kal chutti hai. Training parson hogi."


@pytest.fixture
def circle(house):
    """A circle with 250 teachers and their phones."""
    with house.unit() as db:
        ltrc = build.cluster(db, 5, in_circle=place_at(db, "T/B1.C01."))
        schools = build.schools_of(db, ltrc)
        for n in range(TEACHERS):
            build.teacher(db, schools[n % 5])
    return "T/B1.C01."


@pytest.fixture
def later(house, clock):
    """Minutes pass, then the worker sends all that is due; the copies on every phone."""

    def live(minutes):
        clock.advance(minutes=minutes)
        hands = tools(house, pace=Pace(in_flight=1))
        while dispatch(hands):
            pass
        with house.unit() as db:
            return [tuple(row) for row in db.execute(select(PhoneText.phone, PhoneText.body))]

    return live


def asked(browser, circle):
    """The author looks at what would go, and asks; where her announcement stands."""
    form = {"place": circle, "groups": "teachers", "text_ur_latn": SAID}
    page = browser.submit("/messages/compose", **form).text
    assert "Ask for approval" in page
    seen = re.search(r'name="seen" value="(\w{64})"', page)[1]
    return browser.submit("/messages/compose", seen=seen, **form).headers["location"]


def approved(browser, path):
    seen = re.search(r'name="seen" value="(\w{64})"', browser.get(path).text)[1]
    browser.submit(f"{path}/approve", seen=seen)


def test_approved_and_not_undone_everybody_reads_it_once(client_as, house, circle, later):
    author, second = client_as("trainer", circle), client_as("manager", "T/")
    path = asked(author, circle)
    assert later(20) == []
    assert "Read and decide" in second.get("/messages").text
    approved(second, path)
    assert later(4) == []
    assert "Held for 1 more minute" in author.get(path).text
    heard = later(1)
    with house.unit() as db:
        teachers = select(Post.person_id).where(Post.role == PostRole.TEACHER)
        phones = set(db.scalars(select(PersonNumber.number).where(PersonNumber.person_id.in_(teachers))))
    assert Counter(heard) == Counter({(phone, SAID): 1 for phone in phones})
    assert len(heard) == TEACHERS
    assert later(24 * 60) == heard
    assert "250 / 250" in re.sub(r"<[^>]+>", "", client_as("trainer", circle).get(path).text)


def test_undone_while_it_is_held_nobody_reads_it(client_as, circle, later):
    author, second = client_as("trainer", circle), client_as("manager", "T/")
    path = asked(author, circle)
    approved(second, path)
    assert later(3) == []
    assert "Undo: let nothing go" in author.get("/messages/announcements").text
    author.submit(f"{path}/undo")
    assert later(20) == []
    assert "Taken back." in author.get(path).text
