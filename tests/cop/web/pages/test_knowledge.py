"""Notes that travel, on pages: inside one's places, in nobody's name who did not want it, never a small number."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from clusters.kernel.clock import now
from clusters.modules.rules import Subject
from cop.knowledge.models import MaterialProposal, Passing, PracticeNote, Trial
from cop.knowledge.rules import Audience, Proposal, Standing, number_of
from cop.web.views import paths
from messaging.outbox.models import Message
from tests import build
from tests.browsing import place_at, said

WORDS = "class 1: bachon ko dhakkan se ginti sikhai, bohat maza aya"


@pytest.fixture
def world(house):
    """A note of Gul's, passed on from her cluster in B1 to one of B2, tried by two colleagues two months ago."""
    with house.unit() as db:
        home = build.cluster(db, 12, in_circle=place_at(db, "T/B1.C01."), admin_path="KP.BANNU.")
        away = build.cluster(db, 3, in_circle=place_at(db, "T/B2.C01."), admin_path="KP.HANGU.")
        people = [build.teacher(db, school) for school in build.schools_of(db, home)]
        gul = build.teacher(db, build.schools_of(db, home)[0], "Gul Ours")
        readers = [build.teacher(db, school) for school in build.schools_of(db, away)]
        build.training_session(db, away, invited=readers)
        at = now(db) - timedelta(days=70)
        note = PracticeNote(
            number=number_of(512), author_id=gul.id, subject=Subject.MATHS, title="Counting with caps", words=WORDS,
            audience=Audience.SUBJECT, named=False, standing=Standing.PASSED_ON, at=at, training_path=home.path,
            admin_path=home.seat_path,
        )  # fmt: skip
        db.add(note)
        db.flush()
        for person in people[:2]:
            db.add(
                Trial(
                    note_id=note.id, person_id=person.id, worked=True, words="", at=at + timedelta(days=1),
                    training_path=home.path,
                )
            )  # fmt: skip
        return SimpleNamespace(number=note.number, id=note.id, home=home, away=away, people=people)


def test_few_who_tried_are_some_and_ten_are_ten(client_as, house, world):
    trainer = client_as("trainer", "T/B1.C01.")
    page = trainer.get(paths.travelled(world.number))
    assert "Some teachers wrote that they tried it." in page.text
    assert trainer.get(paths.travelled(world.number) + ".json").json()["tried"] == "some"
    with house.unit() as db:
        for person in world.people[2:10]:
            db.add(
                Trial(
                    note_id=world.id, person_id=person.id, worked=True, words="", at=now(db) - timedelta(days=50),
                    training_path=world.home.path,
                )
            )  # fmt: skip
        fresh = Trial(
            note_id=world.id, person_id=world.people[11].id, worked=True, words="", at=now(db),
            training_path=world.home.path,
        )  # fmt: skip
        db.add(fresh)
    assert "10 teachers wrote that they tried it." in trainer.get(paths.travelled(world.number)).text, (
        "what was tried this month is counted from the next one on"
    )


def test_an_author_who_did_not_want_it_is_named_nowhere(client_as, world):
    manager = client_as("manager", "T/B1.")
    for path in (paths.KNOWLEDGE, paths.travelled(world.number), paths.travelled(world.number, "sheet")):
        for suffix in ("", *((".json", ".csv", ".xlsx") if path.count("/") < 3 else ())):
            shown = manager.get(path + suffix)
            assert shown.status_code == 200, path + suffix
            assert "Gul Ours" not in said(shown)


def test_where_a_note_has_not_come_it_does_not_exist(client_as, house, world):
    stranger = client_as("trainer", "T/B2.C01.")
    assert stranger.get(paths.travelled(world.number)).status_code == 404
    assert "Counting with caps" not in stranger.get(paths.KNOWLEDGE).text
    with house.unit() as db:
        db.add(Passing(note_id=world.id, at=now(db), clusters=[world.away.path], texts=3, from_path=world.home.path))
    shown = stranger.get(paths.travelled(world.number)).text
    assert world.away.name in shown
    assert world.home.name not in shown, "an LTRC outside her places has no name"
    assert "It also came to 1 LTRC outside your places." in shown


def test_a_note_is_passed_on_as_it_was_seen_and_to_as_many(client_as, house, world):
    admin = client_as("admin", "T/")
    shown = admin.get(paths.travelled(world.number, "pass-on"))
    assert "Pass on to 1 LTRC · 3 SMS" in shown.text or "Pass on to 1 LTRC · 6 SMS" in shown.text
    form = {"circles": "B2.C01.", "seen": "2"}
    again = admin.submit(paths.travelled(world.number, "pass-on"), **form)
    assert again.status_code == 200, "another number of phones than was seen is shown first"
    done = admin.follow(admin.submit(paths.travelled(world.number, "pass-on"), **{**form, "seen": "3"}))
    assert "It goes to 3 phones in five minutes." in done.text
    with house.unit() as db:
        assert len(db.scalars(select(Message).where(Message.kind == "note")).all()) == 3
    assert world.away.name in admin.get(paths.travelled(world.number)).text


def test_who_belongs_to_several_that_have_it_says_from_which_one_it_goes(client_as, house, world):
    admin = client_as("admin", "T/")
    page = paths.travelled(world.number, "pass-on")
    assert "From which LTRC" not in admin.get(page).text, "one alone has it"
    with house.unit() as db:
        beside = build.cluster(db, 3, in_circle=place_at(db, "T/B1.C02."), admin_path="KP.BANNU.")
        at = now(db) - timedelta(days=5)
        db.add(Passing(note_id=world.id, at=at, clusters=[beside.path], texts=3, from_path=world.home.path))
    assert "From which LTRC" in admin.get(page).text
    wrong = admin.submit(page, circles="B2.C01.", seen="3", source=world.away.path)
    assert wrong.status_code == 422, "it does not have the note"
    admin.submit(page, circles="B2.C01.", seen="3", source=beside.path)
    with house.unit() as db:
        went = {each.from_path: each.clusters for each in db.scalars(select(Passing))}
        assert went[beside.path] == [world.away.path]


def test_the_office_proposes_and_managers_decide_and_the_tree_shows_it(client_as, house, world):
    clerk, manager = client_as("clerk", "T/B1."), client_as("manager", "T/B1.")
    missing = clerk.submit(paths.travelled(world.number, "proposal"), material="Guide, page 14")
    assert "Write which material and why" in missing.text
    clerk.submit(paths.travelled(world.number, "proposal"), material="Guide, page 14", reason="no picture")
    assert "with the material team" in manager.get(paths.travelled(world.number)).text
    refused = clerk.submit(paths.travelled(world.number, "decision"), taken="1", version="second edition")
    assert "Only managers and the core team decide" in refused.text
    manager.submit(paths.travelled(world.number, "decision"), taken="1", version="second edition")
    shown = manager.get(paths.travelled(world.number)).text
    assert "taken in" in shown
    assert "second edition" in shown
    with house.unit() as db:
        assert db.scalars(select(MaterialProposal.standing)).all() == [Proposal.TAKEN_IN]


def test_nothing_has_travelled_yet_and_the_page_says_what_to_do(client_as):
    assert "ask what worked in class" in client_as("trainer", "T/B1.C01.").get(paths.KNOWLEDGE).text
