"""HAZRI 4814 3 7 +Gul Zaman: who came uninvited is kept with the report or by itself, said back and taken back."""

import pytest

from clusters.kernel.errors import Invalid
from clusters.scope import Held, Scope
from clusters.training import actions, queries
from clusters.training.rules import Answer, Mark
from tests import build

EVERYWHERE = Scope.everywhere()


def kept(world):
    with world.house.unit() as db:
        return [(each.name, each.school, each.phone) for each in queries.walk_ins(db, EVERYWHERE, world.session.id)]


def marks(world):
    with world.house.unit() as db:
        if queries.report_of(db, EVERYWHERE, world.session.id) is None:
            return None
        return [row.row for row in queries.roster(db, EVERYWHERE, world.session.id) if row.mark is Mark.AWAY]


@pytest.mark.parametrize(
    ("text", "absent", "guests"),
    [
        ("HAZRI 4814 3 7 +Gul Zaman", [3, 7], [("Gul Zaman", "", "")]),
        ("hazri 4814 3 7 + Gul Zaman 23451 + Noor, GPS Kakki, 0345-7654321", [3, 7],
         [("Gul Zaman", "23451", ""), ("Noor", "GPS Kakki", "0345-7654321")]),
        ("HAZRI 4814 SAB +گل زمان", [], [("گل زمان", "", "")]),
        ("Hazri 48l4 g 7 +Saima bibi", [7], [("Saima bibi", "", "")]),
    ],
)  # fmt: skip
def test_walk_ins_are_kept_beside_the_report_and_said_back(world, text, absent, guests):
    world.after()
    [echo] = world.text(world.trainer, text)
    assert marks(world) == absent
    assert kept(world) == guests
    assert f"in bulaye {len(guests)}" in echo


def test_walk_ins_alone_are_kept_and_the_report_still_wanted(world):
    world.after()
    [echo] = world.text(world.trainer, "HAZRI 4814 +Gul Khan")
    assert marks(world) is None
    assert kept(world) == [("Gul Khan", "", "")]
    assert "Baqi hazri: HAZRI 4814" in echo
    world.clock.advance(minutes=1)
    [undone] = world.text(world.trainer, "0")
    assert "nikal diye" in undone
    assert kept(world) == []


def test_zero_takes_the_report_and_its_walk_ins_back(world):
    world.after()
    world.text(world.trainer, "HAZRI 4814 3 7 +Gul Khan")
    world.clock.advance(minutes=1)
    world.text(world.trainer, "0")
    assert (marks(world), kept(world)) == (None, [])


@pytest.mark.parametrize("text", ["HAZRI 4814 3 45 +Gul Khan", "HAZRI 4814 7 +Gul Khan", "HAZRI 4841 SAB +Gul Khan"])
def test_beside_a_report_in_doubt_nobody_is_kept(world, text):
    world.after()
    world.text(world.trainer, text)
    assert (marks(world), kept(world)) == (None, [])


def test_before_the_session_nobody_is_kept(world):
    [told] = world.text(world.trainer, "HAZRI 4814 +Gul Khan")
    assert "training ke baad" in told
    assert kept(world) == []


def test_who_said_no_counts_as_away_in_a_report_that_does_not_name_her_and_plus_row_says_she_came(world):
    world.invite(world.session)
    world.text(world.teachers[4], "2 shaadi hai")
    world.after()
    [echo] = world.text(world.trainer, "HAZRI 4814 3 7")
    assert "5 Nasir" in echo
    assert marks(world) == [3, 5, 7]
    world.clock.advance(minutes=11)
    world.text(world.trainer, "HAZRI 4814 3 7 +5")
    assert marks(world) == [3, 7]


def test_an_apology_keeps_its_reason_and_names_its_row_to_the_trainer(world):
    world.invite(world.session)
    world.text(world.teachers[4], "2 shaadi hai")
    with world.house.unit() as db:
        row = queries.roster(db, EVERYWHERE, world.session.id)[4]
    assert (row.answer, row.reason) == (Answer.NO, "shaadi hai")
    heard_before = len(world.heard(world.teachers[4]))
    world.live_on(world.session.ends_at)
    assert len(world.heard(world.teachers[4])) == heard_before
    assert any("Maazrat ki: row 5" in text for text in world.heard(world.trainer))


def test_a_free_place_goes_by_text_to_who_waits_and_a_late_yes_waits_in_turn(world):
    with world.house.unit() as db:
        cluster = db.get_one(build.Place, world.session.place_id)
        extra = build.teacher(db, build.school(db, in_cluster=cluster), "Saima")
        db.get_one(type(world.session), world.session.id).capacity = 8
    world.invite(world.session)
    with world.house.unit() as db:
        actions.add(db, EVERYWHERE, world.session.id, extra.id)
    world.work()
    assert "intizar ki fehrist" in world.heard(extra)[-1]
    world.text(world.teachers[0], "2")
    world.work()
    assert "Jagah khali hui" in world.heard(extra)[-1]
    world.clock.advance(minutes=1)
    [waits] = world.text(world.teachers[0], "haan aaunga")
    assert "intizar ki fehrist" in waits
    world.text(extra, "2")
    world.work()
    assert "Ab aap ki jagah hai" in world.heard(world.teachers[0])[-1]
    with world.house.unit() as db:
        rows = queries.roster(db, EVERYWHERE, world.session.id)
    assert (rows[0].answer, rows[8].name, rows[8].answer) == (Answer.YES, "Saima", Answer.NO)


def test_on_the_second_day_a_report_is_of_the_second_day(world):
    with world.house.unit() as db:
        place = db.get_one(build.Place, world.session.place_id)
        day = (world.clock.at + build.timedelta(days=20)).date()
        two = build.training_session(
            db, place, day=day, days=2, led_by=[world.trainer], invited=world.teachers, code="5127"
        )
    world.clock.at = two.starts_at
    [first] = world.text(world.trainer, "HAZRI 5127 3 7")
    world.after(two)
    [second] = world.text(world.trainer, "HAZRI 5127 4 7")
    assert first.split(":")[0] != second.split(":")[0]
    with world.house.unit() as db:
        away = [
            [row.row for row in queries.roster(db, EVERYWHERE, two.id, day) if row.mark is Mark.AWAY] for day in (1, 2)
        ]
    assert away == [[3, 7], [4, 7]]


def test_a_trainer_changes_no_mark_by_a_walk_in_once_the_window_is_over(world):
    world.after()
    world.text(world.trainer, "HAZRI 4814 3 7 +Gul Khan")
    world.clock.advance(days=3)
    with world.house.unit() as db:
        [written] = queries.walk_ins(db, EVERYWHERE, world.session.id)
        absent = next(row for row in queries.roster(db, EVERYWHERE, world.session.id) if row.row == 3)
    hers = Scope(world.trainer.id, (Held("T", "", "circle_trainer"),))
    with pytest.raises(Invalid), world.house.unit() as db:
        actions.match(db, hers, written.id, absent.person_id)
    with world.house.unit() as db:
        actions.match(db, EVERYWHERE, written.id, absent.person_id)
    assert marks(world) == [7]
    with pytest.raises(Invalid), world.house.unit() as db:
        actions.unmatch(db, hers, written.id)
    assert marks(world) == [7]
