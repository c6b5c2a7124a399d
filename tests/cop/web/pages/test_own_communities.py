"""A person's communities by the link texted to her: no other link opens them, and no answer tells who is known."""

import pytest
from sqlalchemy import func, select

from clusters.people.queries import numbers_of
from clusters.scope import Scope
from cop.communities.models import AgendaLine, Community, Membership
from cop.communities.rules import Standing
from messaging.consent.actions import give_link
from tests import build
from tests.browsing import place_at


@pytest.fixture
def teachers(house):
    with house.unit() as db:
        ltrc = build.cluster(db, 3, in_circle=place_at(db, "T/B1.C01."))
        names = ("Gul Zaman", "Noor Jehan", "Imran Shah")
        return [build.teacher(db, at, name).id for at, name in zip(build.schools_of(db, ltrc), names, strict=True)]


def of(house, person, *, texted=True):
    with house.unit() as db:
        return f"/m/{give_link(db, person, texted=texted)}/communities"


def belonging(house):
    with house.unit() as db:
        rows = select(Membership).where(Membership.ended_at.is_(None)).order_by(Membership.id)
        return [(each.person_id, each.standing) for each in db.scalars(rows)]


def test_a_link_that_an_office_made_opens_nothing(anybody, house, teachers):
    assert anybody.get(of(house, teachers[0], texted=False)).status_code == 404
    assert anybody.get("/m/nobody/communities").status_code == 404


def test_one_founds_another_asks_and_her_name_is_seen_by_members_alone(anybody, house, teachers):
    mine, hers = of(house, teachers[0]), of(house, teachers[1])
    anybody.get(mine)
    assert anybody.submit(mine, do="found", name="Maths Kakki", subject="maths").status_code == 303
    seen = anybody.get(hers).text
    assert "Maths Kakki" in seen
    assert "Gul Zaman" not in seen
    with house.unit() as db:
        community = db.scalars(select(Community.id)).one()
    anybody.submit(hers, do="join", community=str(community))
    assert belonging(house) == [(teachers[0], Standing.MEMBER), (teachers[1], Standing.ASKED)]
    assert "Gul Zaman" not in anybody.get(hers).text
    anybody.submit(hers, do="line", community=str(community), words="let me in")
    with house.unit() as db:
        assert db.scalar(select(func.count(AgendaLine.id))) == 0


def test_inviting_a_number_says_the_same_whether_anybody_is_there(anybody, house, teachers):
    mine = of(house, teachers[0])
    anybody.get(mine)
    anybody.submit(mine, do="found", name="Readers")
    with house.unit() as db:
        community = str(db.scalars(select(Community.id)).one())
    answers = [
        anybody.submit(mine, do="invite", community=community, phone=phone)
        for phone in (number_of(house, teachers[2]), "0349-9999999")
    ]
    assert answers[0].status_code == answers[1].status_code == 303
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert (teachers[2], Standing.INVITED) in belonging(house)


def number_of(house, person):
    with house.unit() as db:
        return numbers_of(db, Scope.everywhere(), [person])[person]


def test_leaving_is_one_tap_and_the_last_one_closes_the_door(anybody, house, teachers):
    mine = of(house, teachers[0])
    anybody.get(mine)
    anybody.submit(mine, do="found", name="Readers")
    with house.unit() as db:
        community = str(db.scalars(select(Community.id)).one())
    anybody.submit(mine, do="leave", community=community)
    assert belonging(house) == []
    with house.unit() as db:
        assert db.scalars(select(Community.closed_at)).one() is not None
