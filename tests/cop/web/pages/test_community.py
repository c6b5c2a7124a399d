"""The community page shows what was published of one's own places, and no more; that somebody looked is kept."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text, update

from clusters.kernel.clock import now
from clusters.modules.rules import Subject
from clusters.structure.models import Place
from cop.compute.network import measure_month
from cop.network.disclosure import Band
from cop.network.figures import Table
from cop.network.models import NetworkView, SnapshotFigure
from cop.questions.models import PeerOffer, PeerQuestion
from cop.questions.rules import Offering, Standing
from cop.web.views import paths
from cop.web.views.community import CommunityPage, LinkRow
from tests import build
from tests.browsing import place_at, same_but_path
from tests.cop.network.conftest import give, say
from tests.cop.web.conftest import community_page

K = 10
NAMES = ("Kakki", "Baran", "Ghoriwala")


@pytest.fixture
def circle(house):
    """Three clusters of a circle in which twelve teachers take part each, who name each other, and ask in Kakki."""
    with house.unit() as db:
        made = place_at(db, "T/B1.C01.")
        clusters = [build.cluster(db, 4, in_circle=made, name=name) for name in NAMES]
        people = [
            [build.teacher(db, build.schools_of(db, cluster)[number % 4]) for number in range(12)]
            for cluster in clusters
        ]
        for person in (each for cluster in people for each in cluster):
            say(db, person)
        db.execute(text("UPDATE consent_decision SET at = at - interval '90 days'"))
        for cluster in people:
            for number, person in enumerate(cluster):
                give(db, person, cluster[(number + 1) % 12], days_ago=40)
        for number in range(11):
            give(db, people[0][number], people[1][number], days_ago=40)
        elsewhere = build.cluster(db, 1, in_circle=place_at(db, "T/B2.C01."))
        return SimpleNamespace(path=made.path, clusters=clusters, people=people, elsewhere=elsewhere)


@pytest.fixture
def frozen(house, circle):
    """The month before, published of that circle."""
    assert measure_month(house.unit, K).published
    return circle


def test_before_the_first_month_is_frozen_the_page_says_when_the_view_opens(client_as, circle):
    page = client_as("manager", f"T/{circle.path}").get(paths.COMMUNITY)
    assert page.status_code == 200
    assert "The view opens at 10 members from 3 schools." in page.text
    assert "<table" not in page.text


def test_groups_stand_in_the_order_of_the_tree_with_their_steps(client_as, frozen):
    page = client_as("manager", f"T/{frozen.path}").get(paths.COMMUNITY).text
    rows = page[page.index("<tbody>") : page.index("</tbody>")]
    places = [rows.index(f"<bdi>{name}</bdi>") for name in NAMES]
    assert places == sorted(places)
    assert rows.count("10–24") == len(NAMES)
    assert "about 35 of 35 teachers take part" in page
    assert not [name for each in frozen.people for name in (person.name for person in each) if name in page]


def test_links_are_counted_from_those_known_to_those_there_may_be_as_nobody_answered_a_round(client_as, frozen):
    page = client_as("manager", f"T/{frozen.path}").get(paths.COMMUNITY).text
    rows = page[page.index("<tbody>") : page.index("</tbody>")].split("<tr>")[1:]
    links = {name: next(row for row in rows if f"<bdi>{name}</bdi>" in row) for name in NAMES}
    assert [">1–2<" in links[name] for name in NAMES] == [True, True, False]
    assert ">0–2<" in links[NAMES[2]]


def test_a_cell_that_is_hidden_says_so_and_one_of_hardly_any_questions_that_few_asked(client_as, house, frozen):
    manager = client_as("manager", f"T/{frozen.path}")
    assert manager.get(paths.COMMUNITY).text.count("few asked") == len(NAMES)
    with house.unit() as db:
        hidden = (SnapshotFigure.figure == Table.ANSWERED, SnapshotFigure.path == frozen.clusters[1].path)
        db.execute(update(SnapshotFigure).where(*hidden).values(hidden=True, low=0, high=0, of=0))
        counted = (SnapshotFigure.figure == Table.TAKING_PART, SnapshotFigure.path == frozen.clusters[2].path)
        db.execute(update(SnapshotFigure).where(*counted).values(hidden=True, low=0, high=0, of=0))
    page = manager.get(paths.COMMUNITY).text
    rows = page[page.index("<tbody>") : page.index("</tbody>")].split("<tr>")[1:]
    found = {name: next(row for row in rows if f"<bdi>{name}</bdi>" in row) for name in NAMES}
    assert [row.count('<span class="muted">hidden</span>') for row in found.values()] == [0, 1, 1]
    assert ["10–24" in row for row in found.values()] == [True, True, False]


def test_of_questions_the_share_is_told_that_was_answered(client_as, house, circle):
    with house.unit() as db:
        ours = circle.people[0]
        at = now(db).replace(day=1) - timedelta(days=12)
        for number, asker in enumerate(ours[:10]):
            asked = PeerQuestion(
                asker_id=asker.id, subject=Subject.MATHS, words="kaise?", standing=Standing.ASKED, at=at, asked_at=at
            )
            db.add(asked)
            db.flush()
            if number < 8:
                db.add(
                    PeerOffer(
                        question_id=asked.id, person_id=ours[11].id, number=number + 1, asked_at=at, said_at=at,
                        standing=Offering.ANSWERED,
                    )
                )  # fmt: skip
    measure_month(house.unit, K)
    page = client_as("manager", f"T/{circle.path}").get(paths.COMMUNITY).text
    assert page.count("8 in 10") == 1


@pytest.mark.parametrize("role", ["trainer", "clerk"])
def test_whoever_has_no_garden_to_care_for_finds_no_page(client_as, frozen, role):
    somebody = client_as(role, f"T/{frozen.path}")
    found = somebody.get(paths.COMMUNITY)
    assert found.status_code == 404
    assert same_but_path(found, somebody.get("/nothing-here"))


def test_outside_ones_places_there_is_nothing_to_find_and_a_look_is_kept_of_what_was_seen(client_as, house, frozen):
    manager = client_as("manager", f"T/{frozen.path}")
    beyond = manager.get(paths.community(f"T/{frozen.elsewhere.path}"))
    assert beyond.status_code == 404
    assert same_but_path(beyond, manager.get(paths.community("T/B9.")))
    assert manager.get(paths.community(f"T/{frozen.clusters[0].path}")).status_code == 200
    with house.unit() as db:
        looked = db.scalars(select(NetworkView)).all()
        assert [(each.person_id, each.path) for each in looked] == [(manager.person_id, frozen.clusters[0].path)]


def test_the_picture_of_a_programme_holds_the_groups_that_were_drawn(client_as, house, frozen):
    with house.unit() as db:
        assert db.scalar(select(Place.id).where(Place.path == ""))
    page = client_as("admin").get(paths.COMMUNITY).text
    rows = page[page.index("<tbody>") : page.index("</tbody>")]
    assert all(f"<bdi>{name}</bdi>" in rows for name in NAMES)


def test_the_picture_draws_the_same_steps_as_the_table_says():
    page = community_page()
    sizes = {node.path: node.size for node in page.nodes}
    for row in page.groups:
        assert sizes[row.path] == (0 if row.members is None else (10, 25, 50).index(row.members.low))
    assert [(line.one, line.other, line.step, line.doubtful) for line in page.lines] == [
        (link.one, link.other, (0, 10, 25, 50).index(link.ties.low), link.may_be_more) for link in page.links
    ]


def test_few_ties_are_no_line_but_at_most_a_shadow():
    page = CommunityPage("Bannu", links=(LinkRow("a", "b", Band(0, 9), True),))
    assert [(line.step, line.doubtful) for line in page.lines] == [(0, True)]
