"""Practice notes that wait: seen inside one's places alone, passed on once, never with a name that was not given."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from clusters.scope import Scope
from cop.knowledge.actions import show_to, write
from cop.knowledge.models import PracticeNote
from cop.knowledge.rules import Audience, Standing
from cop.web.views import paths
from messaging.outbox.models import Message
from tests import build
from tests.browsing import place_at, same_but_path

WORDS = "dhakkan se ginti sikhai"


@pytest.fixture
def world(house):
    """A teacher of B1, who has colleagues, and one of B2 have each written a note for their cluster, without a name."""
    ids = []
    with house.unit() as db:
        for place, area, name in (("T/B1.C01.", "KP.BANNU.", "Gul Ours"), ("T/B2.C01.", "KP.HANGU.", "Noor Hidden")):
            cluster = build.cluster(db, 3, in_circle=place_at(db, place), admin_path=area)
            schools = build.schools_of(db, cluster)
            author = build.teacher(db, schools[0], name)
            for each in schools[1:]:
                build.teacher(db, each)
            note = write(db, Scope(author.id, ()), f"{WORDS} ({area})")
            show_to(db, note, Audience.CLUSTER, named=False, source="text")
            ids.append(note.id)
    return SimpleNamespace(ours=ids[0], theirs=ids[1])


def standing(house, note_id):
    with house.unit() as db:
        return db.get_one(PracticeNote, note_id).standing


def queued(house):
    with house.unit() as db:
        return len(db.scalars(select(Message).where(Message.kind == "note")).all())


def test_only_notes_of_the_viewers_places_wait_and_no_author_is_named_who_did_not_want_it(client_as, world):
    shown = client_as("trainer", "T/B1.C01.").get(paths.NOTES).text
    assert f"{WORDS} (KP.BANNU.)" in shown
    assert "HANGU" not in shown
    assert "Gul Ours" not in shown


def test_a_note_is_passed_on_once(client_as, house, world):
    trainer = client_as("trainer", "T/B1.C01.")
    shown = trainer.follow(trainer.submit(paths.note(world.ours), act="send"))
    assert "It goes to 2 phones in five minutes." in shown.text
    assert (standing(house, world.ours), queued(house)) == (Standing.PASSED_ON, 2)
    again = client_as("clerk", "T/B1.").submit(paths.note(world.ours), act="send")
    assert "does not wait any more" in again.text
    assert queued(house) == 2


def test_a_note_that_is_not_passed_on_goes_nowhere(client_as, house, world):
    clerk = client_as("clerk", "A/KP.BANNU.")
    clerk.submit(paths.note(world.ours), act="decline")
    assert (standing(house, world.ours), queued(house)) == (Standing.DECLINED, 0)
    assert "No practice note waits." in clerk.get(paths.NOTES).text


def test_another_places_note_is_as_if_it_did_not_exist(client_as, house, world):
    stranger = client_as("trainer", "T/B1.C01.")
    one = stranger.submit(paths.note(world.theirs), act="send")
    other = stranger.submit(paths.note(99_999), act="send")
    assert one.status_code == other.status_code == 404
    assert same_but_path(one, other)
    assert standing(house, world.theirs) is Standing.WAITS
