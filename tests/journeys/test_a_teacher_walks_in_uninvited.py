"""A teacher whom nobody invited comes; the trainer texts her name, the office finds who she is, and it counts."""

from clusters.scope import Scope
from clusters.training import actions, queries
from clusters.training.guests import Guest, may_be
from clusters.training.presence import outcomes
from tests import build

EVERYWHERE = Scope.everywhere()


def test_a_teacher_walks_in_uninvited(world):
    with world.house.unit() as db:
        place = db.get_one(build.Place, world.session.place_id)
        guest = build.teacher(db, build.schools_of(db, place)[3], "Saima Bibi")
    world.after()
    [echo] = world.text(world.trainer, "HAZRI 4814 3 7 +Saima bibi")
    assert "6 hazir, 2 ghair hazir" in echo

    with world.house.unit() as db:
        [written] = queries.walk_ins(db, EVERYWHERE, world.session.id)
        assert (written.raw, written.by, written.person_id) == ("Saima bibi", "Zakir Khan", None)
        known = queries.known_near(db, EVERYWHERE, world.session.id)
        likeliest = may_be(Guest(written.raw, written.name), known)[0]
        assert likeliest.person_id == guest.id
        row = actions.match(db, EVERYWHERE, written.id, guest.id)
    assert row == 9
    with world.house.unit() as db:
        assert queries.training_session(db, EVERYWHERE, world.session.id).came == 7
        assert {each.person_id: each.outcome for each in db.execute(outcomes())}[guest.id] == "trained"
        actions.unmatch(db, EVERYWHERE, written.id)
    with world.house.unit() as db:
        assert queries.training_session(db, EVERYWHERE, world.session.id).came == 6
        assert queries.walk_ins(db, EVERYWHERE, world.session.id)[0].raw == "Saima bibi"
