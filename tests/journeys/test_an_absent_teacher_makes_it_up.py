"""A teacher misses a training, is invited to its make-up, comes, and asks for her certificate."""

from sqlalchemy import select

from clusters.calendar.rules import CalendarRules
from clusters.scope import Scope
from clusters.training import actions, queries
from clusters.training.catching_up import propose
from clusters.training.models import TrainingSession
from clusters.training.presence import outcomes

EVERYWHERE = Scope.everywhere()


def outcome_of(world, person):
    with world.house.unit() as db:
        return {row.person_id: row.outcome for row in db.execute(outcomes())}[person.id]


def test_an_absent_teacher_makes_it_up(world):
    missing = world.teachers[2:4]
    world.after()
    world.text(world.trainer, "HAZRI 4814 3 4")
    assert [outcome_of(world, person) for person in missing] == ["absent", "absent"]

    with world.house.unit() as db:
        proposed = propose(db, EVERYWHERE, world.session.id, CalendarRules())
        assert [each.name for each in proposed.people] == ["Gul Zaman", "Imran"]
        slot = proposed.slot
        assert slot is not None
        new_id = actions.make_up(db, EVERYWHERE, world.session.id, CalendarRules(), slot.days, slot.trainer, slot.venue)
    world.work()
    with world.house.unit() as db:
        again = db.scalars(select(TrainingSession).where(TrainingSession.id == new_id)).one()
        code = again.code
    for person in missing:
        world.clock.advance(hours=20)
        world.work()
        assert "Kya aap aayenge?" in world.heard(person)[-1]
        [echo] = world.text(person, "1")
        assert "HAAN" in echo
    world.clock.at = again.ends_at
    world.text(world.trainer, f"HAZRI {code} SAB")
    assert [outcome_of(world, person) for person in missing] == ["made_up", "made_up"]

    with world.house.unit() as db:
        assert queries.training_session(db, EVERYWHERE, new_id).makes_up_id == world.session.id
        number = actions.ask_certificate(db, Scope(missing[0].id, ()), world.session.id, missing[0].id)
        assert number == actions.ask_certificate(db, EVERYWHERE, world.session.id, missing[0].id)
