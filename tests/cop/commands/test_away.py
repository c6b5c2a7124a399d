"""Leave and closures from the command line: written down, kept free by the next plan, taken back."""

import csv
from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import Range

from clusters.people.models import Person, Post
from clusters.people.rules import PostRole
from clusters.structure.models import School
from tests import build

FROM = ("--from-date", "2026-04-06")


@pytest.fixture
def circle(own_unit):
    """Two circles of a cluster and a trainer each; the ids of the trainers, and the host schools."""
    with own_unit() as db:
        block, root = build.block(db), build.programme(db)
        for _ in range(2):
            build.trainer(db, root, role=PostRole.CORE_TEAM)
            build.trainer(db, block, role=PostRole.MASTER_TRAINER)
        trainers, hosts = [], []
        for number in range(2):
            circle = build.circle(db, block)
            trainers.append(build.trainer(db, circle).id)
            schools = build.schools_of(db, build.cluster(db, 3, in_circle=circle))
            for school in schools:
                build.teacher(db, school)
                school.lat, school.lon, school.zone = 33.0 + number, 70.0, ("summer", "winter")[number]
            hosts.append(schools[0].code)
    return trainers, hosts


def end_posts(db, person):
    db.execute(update(Post).where(Post.person_id == person).values(during=Range(build.SINCE, date(2026, 3, 1))))


def planned(run, folder, *more):
    done = run("cascade", "plan", "--subjects", "maths", *FROM, "--out", folder, "--json", *more)
    with (folder / "sessions.csv").open(encoding="utf-8", newline="") as file:
        return done.document, list(csv.DictReader(file))


def days_of(rows, **wanted):
    return {
        date.fromisoformat(row["start"][:10]) for row in rows if all(row[key] == value for key, value in wanted.items())
    }


def test_no_plan_uses_a_trainer_on_leave(run, circle, tmp_path):
    (first, second), _ = circle
    for trainer in (first, second):
        run("cascade", "leave", trainer, "--from", "2026-04-13", "--to", "2026-04-30", "--json")
    (row,) = run("cascade", "leave", first, "--json").document
    assert (row["person"], row["first"], row["last"]) == (first, "2026-04-13", "2026-04-30")
    document, rows = planned(run, tmp_path)
    assert document["violations"] == []
    assert min(days_of(rows, level="teacher")) > date(2026, 4, 30)
    for each in run("cascade", "leave", "--json").document:
        run("cascade", "leave", "--end", each["id"])
    assert run("cascade", "leave").told == "Nobody is away."
    _, rows = planned(run, tmp_path)
    assert min(days_of(rows, level="teacher")) < date(2026, 4, 30)


def test_rooms_of_a_closed_zone_are_left_alone_and_open_again(run, circle, tmp_path):
    _, (summer, winter) = circle
    wanted = ("--zone", "winter", "--from", "2026-04-01", "--to", "2026-05-20", "--why", "vacation")
    (closed,) = run("cascade", "close", "T/", *wanted, "--json").document
    assert (closed["zone"], closed["why"]) == ("winter", "vacation")
    _, rows = planned(run, tmp_path)
    assert min(days_of(rows, venue=winter)) > date(2026, 5, 20)
    assert min(days_of(rows, venue=summer)) < date(2026, 5, 20)
    assert run("cascade", "close", "--open", closed["id"], "--json").document == []


def test_what_cannot_be_is_refused(run, circle, own_unit):
    (trainer, _), _ = circle
    done = run("cascade", "leave", trainer, "--from", "2026-05-02", "--to", "2026-05-01", "--json")
    assert (done.code, done.document["error"]["key"]) == (3, "leave_days")
    done = run("cascade", "leave", trainer, "--from", "2025-05-02", "--json")
    assert (done.code, done.document["error"]["key"]) == (3, "leave_of_the_past")
    assert run("cascade", "leave", 99_999, "--from", "2026-05-02").code == 4
    assert run("cascade", "leave", "--end", 99_999).code == 4
    with own_unit() as db:
        assert db.get(Person, trainer) is not None


def test_a_limit_of_travel_that_nobody_keeps_is_refused_with_the_least_that_works(run, circle, tmp_path, own_unit):
    (_, other), _ = circle
    with own_unit() as db:
        end_posts(db, other)
    done = run("cascade", "plan", "--subjects", "maths", *FROM, "--travel-km", "10", "--json")
    assert done.code == 3
    (way,) = done.document["error"]["relaxations"]
    assert (way["rule"], way["before"], way["value"]) == ("travel_km", 10, 112)
    assert planned(run, tmp_path, "--travel-km", 112)[0]["violations"] == []
    assert run("cascade", "plan", "--subjects", "maths", *FROM, "--travel-km", 111).code == 3


def test_the_return_is_planned_as_part_of_the_module(run, circle, tmp_path, own_unit):
    _, rows = planned(
        run, tmp_path, "--return-after", "28", "--teacher-days", "2", "--trainer-days", "20", "--pause", "5"
    )
    for number in {row["id"] for row in rows if row["level"] == "teacher"}:
        first, second = sorted(days_of(rows, id=number))
        assert (second - first).days >= 28
    with own_unit() as db:
        assert db.query(School).count() == 6


def test_sessions_that_stand_already_on_days_of_leave_are_named(run, circle, tmp_path):
    (trainer, _), _ = circle
    document, rows = planned(run, tmp_path)
    run("cascade", "accept", document["draft"])
    days = sorted(days_of([row for row in rows if row["trainers"] == str(trainer)], level="teacher"))
    (row,) = run("cascade", "leave", trainer, "--from", days[0], "--to", days[0], "--json").document
    assert [each["day"] for each in row["leads"]] == [days[0].isoformat()]
    assert "Plans made before stay" in run("cascade", "leave", trainer).told
