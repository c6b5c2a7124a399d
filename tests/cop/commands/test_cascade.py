"""`cop cascade`: planned, written as tables, accepted, refused; the real command on a real database."""

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from clusters.calendar.rules import CalendarRules, is_training_day
from clusters.cascade.checker import Rule, check
from clusters.cascade.models import Round
from clusters.cascade.rules import CascadeRules, Level, MeetingRow, SeatRow, TrainerRow
from clusters.modules.rules import Subject
from clusters.people.rules import PostRole
from clusters.training.code import is_valid
from clusters.training.models import Booking, TrainingSession
from clusters.training.rules import SessionState
from tests import build

KEYS = {
    "draft", "round", "sessions", "by_level", "start_date", "end_date", "makespan_days", "lower_bound_days", "proved",
    "settled", "earliest_end", "hangs_on",
    "remarks", "violations", "seconds", "peak_mb",
}  # fmt: skip


def people_stand(db, *, circles=2, schools=4):
    block = build.block(db)
    root = build.programme(db)
    for _ in range(3):
        build.trainer(db, root, role=PostRole.CORE_TEAM)
    for _ in range(2):
        build.trainer(db, block, role=PostRole.MASTER_TRAINER)
    for _ in range(circles):
        circle = build.circle(db, block)
        for _ in range(2):
            build.trainer(db, circle)
        cluster = build.cluster(db, schools, in_circle=circle)
        for number, school in enumerate(build.schools_of(db, cluster)):
            for _ in range(1 + number % 3):
                build.teacher(db, school)


@pytest.fixture
def district(own_unit):
    with own_unit() as db:
        people_stand(db)


def table(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def meeting(row):
    start, end = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
    return MeetingRow(
        int(row["id"]),
        Level(row["level"]),
        Subject(row["subject"]),
        row["module"],
        row["place"],
        row["venue"],
        tuple(map(int, row["trainers"].split(";"))),
        start.date(),
        start.time(),
        end.time(),
    )


def test_a_plan_is_a_draft_with_the_keys_of_the_contract(run, district):
    code, document, told = run("cascade", "plan", "--subjects", "maths,science", "--round", "Spring", "--json")
    assert (code, told) == (0, "")
    assert set(document) == KEYS
    assert document["round"] == "Spring"
    assert document["proved"] in (True, False)
    assert document["violations"] == []
    assert set(document["by_level"]) == {"master", "circle", "teacher"}
    assert sum(document["by_level"].values()) == document["sessions"]
    assert 0 < document["lower_bound_days"] <= document["makespan_days"]
    assert date(2026, 3, 16) <= date.fromisoformat(document["start_date"]) < date.fromisoformat(document["end_date"])


def test_the_tables_hold_the_plan_and_every_trainer_learned_before_she_teaches(run, district, tmp_path):
    code, document, _ = run(
        "cascade",
        "plan",
        "--subjects",
        "maths,pedagogy",
        "--from-date",
        "2026-04-06",
        "--out",
        tmp_path / "plan",
        "--json",
    )
    assert code == 0
    sessions = table(tmp_path / "plan", "sessions.csv")
    participants = table(tmp_path / "plan", "participants.csv")
    trainers = table(tmp_path / "plan", "trainers.csv")
    assert list(sessions[0]) == ["id", "level", "subject", "module", "place", "venue", "trainers", "start", "end"]
    assert list(participants[0]) == ["session", "person", "school"]
    assert list(trainers[0]) == ["person", "level", "home"]
    assert len({row["id"] for row in sessions}) == document["sessions"]
    assert {row["session"] for row in participants} == {row["id"] for row in sessions}
    begins, ends = {}, {}
    for row in sessions:
        start, end = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
        assert start < end
        assert start.date() >= date(2026, 4, 6)
        assert start.weekday() not in (4, 6)
        begins[row["id"]] = min(start, begins.get(row["id"], start))
        ends[row["id"]] = max(end, ends.get(row["id"], end))
    learned = defaultdict(list)
    level_of = {row["id"]: (row["level"], row["subject"]) for row in sessions}
    for seat in participants:
        learned[(seat["person"], *level_of[seat["session"]])].append(ends[seat["session"]])
    for row in sessions:
        above = {"teacher": "circle", "circle": "master"}.get(row["level"])
        for trainer in row["trainers"].split(";"):
            assert any(home["person"] == trainer and home["level"] == row["level"] for home in trainers)
            if above:
                assert min(learned[trainer, above, row["subject"]]) < begins[row["id"]]
    seats = Counter((seat["session"], seat["school"]) for seat in participants if seat["school"])
    assert max(seats.values()) <= 2
    assert {row["place"] for row in sessions} == {"T/", "T/B1.", "T/B1.C01.L1.", "T/B1.C02.L1."}


def test_the_checker_finds_nothing_in_the_written_tables_and_something_once_they_are_bent(run, district, tmp_path):
    run("cascade", "plan", "--subjects", "maths,science,parents", "--out", tmp_path)
    meetings = [meeting(row) for row in table(tmp_path, "sessions.csv")]
    seats = [
        SeatRow(int(row["session"]), int(row["person"]), row["school"]) for row in table(tmp_path, "participants.csv")
    ]
    trainers = [
        TrainerRow(int(row["person"]), Level(row["level"]), row["home"]) for row in table(tmp_path, "trainers.csv")
    ]

    def found(rows):
        return check(
            rows,
            seats,
            trainers,
            is_training_day=lambda day: is_training_day(day, CalendarRules()),
            rules=CascadeRules(),
        )

    assert found(meetings) == ()
    last = max(row.day for row in meetings if row.level is Level.CIRCLE)
    late = [replace(row, day=last) if row.level is Level.MASTER else row for row in meetings]
    assert Rule.PRECEDENCE in {violation.rule for violation in found(late)}


def test_the_same_seed_makes_the_same_tables(run, district, tmp_path):
    for folder in ("one", "two"):
        assert run("cascade", "plan", "--subjects", "maths", "--seed", 7, "--out", tmp_path / folder).code == 0
    for name in ("sessions.csv", "participants.csv", "trainers.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_an_accepted_draft_is_planned_with_codes_and_bookings(run, district, own_unit):
    draft = run("cascade", "plan", "--subjects", "maths", "--json").document
    code, foretold, _ = run("cascade", "accept", draft["draft"], "--dry-run", "--json")
    assert code == 0
    code, document, _ = run("cascade", "accept", draft["draft"], "--json")
    assert foretold["texts"] == document["texts"] > 0, "a dry run changes nothing and says all"
    assert code == 0
    assert (document["round"], document["sessions"]) == (draft["draft"], draft["sessions"])
    with own_unit() as db:
        planned = db.scalars(select(TrainingSession)).all()
        assert {row.state for row in planned} == {SessionState.PLANNED}
        assert all(is_valid(row.code) for row in planned)
        assert db.scalar(select(func.count()).select_from(Booking)) > len(planned)


def test_a_second_accept_is_a_conflict_and_an_unknown_draft_is_not_found(run, district):
    draft = run("cascade", "plan", "--subjects", "maths", "--json").document["draft"]
    assert run("cascade", "accept", draft).code == 0
    again = run("cascade", "accept", draft, "--json")
    assert (again.code, again.document["error"]["key"]) == (5, "round_not_a_draft")
    back = run("cascade", "take-back", draft, "--json")
    assert (back.code, back.document["draft"]) == (0, draft)
    assert run("cascade", "take-back", draft, "--json").document["error"]["key"] == "round_not_accepted"
    unknown = run("cascade", "accept", draft + 1, "--json")
    assert (unknown.code, unknown.document["error"]["key"]) == (4, "round")


def test_only_what_begins_from_a_date_on_is_accepted_if_its_trainers_are_trained_before(run, district, own_unit):
    draft = run("cascade", "plan", "--subjects", "maths", "--from-date", "2026-04-06", "--json").document
    refused = run("cascade", "accept", draft["draft"], "--from-date", draft["end_date"], "--json")
    assert (refused.code, refused.document["error"]["key"]) == (5, "round_outdated")
    nothing = run("cascade", "accept", draft["draft"], "--from-date", draft["end_date"], "--what-fits", "--json")
    assert (nothing.code, nothing.document["error"]["key"]) == (5, "round_empty")
    done = run("cascade", "accept", draft["draft"], "--from-date", "2026-04-06", "--json")
    assert (done.code, done.document["sessions"], done.document["sessions_left_out"]) == (0, draft["sessions"], 0)


def test_people_are_told_what_was_planned_and_what_comes_next(run, district):
    planned = run("cascade", "plan", "--subjects", "maths")
    assert planned.stdout == ""
    assert "It breaks no rule." in planned.told
    assert "Next: cop cascade accept 1" in planned.told
    accepted = run("cascade", "accept", 1)
    assert accepted.stdout == ""
    assert "are in the calendar" in accepted.told


def test_a_second_round_leaves_the_days_of_the_first_alone(run, district, own_unit):
    for subject in ("maths", "science"):
        draft = run("cascade", "plan", "--subjects", subject, "--json").document["draft"]
        assert run("cascade", "accept", draft).code == 0
    with own_unit() as db:
        rounds = db.scalars(select(Round).order_by(Round.id)).all()
    assert [(row.state, row.subjects) for row in rounds] == [
        ("accepted", [Subject.MATHS]),
        ("accepted", [Subject.SCIENCE]),
    ]


def test_without_trainers_there_is_no_plan_but_advice(run, own_unit):
    with own_unit() as db:
        cluster = build.cluster(db, 4)
        for school in build.schools_of(db, cluster):
            build.teacher(db, school)
    done = run("cascade", "plan", "--subjects", "maths", "--json")
    assert done.code == 3
    error = done.document["error"]
    assert error["keys"] == ["no_core_team_member", "no_master_trainer", "no_circle_trainer"]
    assert len(error["problems"]) == 4
    assert "cop people fill" in error["sentence"]
    with own_unit() as db:
        assert db.scalar(select(func.count()).select_from(Round)) == 0


def test_an_empty_database_says_to_plan_clusters_first(run):
    done = run("cascade", "plan", "--subjects", "maths")
    assert done.code == 3
    assert "Plan and accept clusters first" in done.told


@pytest.mark.parametrize(
    ("given", "code", "key"),
    [
        (("--subjects", "maths,cooking"), 2, "subject_unknown"),
        (("--subjects", ","), 2, "subject_unknown"),
        (("--subjects", "maths", "--from-date", "2026-03-02"), 3, "round_begins_in_the_past"),
    ],
)
def test_what_cannot_be_asked_for_is_answered_with_a_reason(run, district, own_unit, given, code, key):
    done = run("cascade", "plan", *given, "--json")
    assert (done.code, done.document["error"]["key"]) == (code, key)
    with own_unit() as db:
        assert db.scalar(select(func.count()).select_from(Round)) == 0


def test_a_folder_that_cannot_be_written_saves_no_draft(run, district, own_unit, tmp_path):
    (tmp_path / "file").write_text("")
    done = run("cascade", "plan", "--subjects", "maths", "--out", tmp_path / "file" / "plan", "--json")
    assert (done.code, done.document["error"]["key"]) == (3, "folder_unwritable")
    with own_unit() as db:
        assert db.scalar(select(func.count()).select_from(Round)) == 0


def test_open_fridays_are_a_setting(run, district, tmp_path):
    run("cascade", "plan", "--subjects", "maths", "--out", tmp_path / "shut")
    run("cascade", "plan", "--subjects", "maths", "--out", tmp_path / "open", COP_CLOSED_DAYS="sun")
    fridays = {
        folder: [
            row
            for row in table(tmp_path / folder, "sessions.csv")
            if date.fromisoformat(row["start"][:10]).weekday() == 4
        ]
        for folder in ("shut", "open")
    }
    assert fridays["shut"] == []
    assert fridays["open"] != []
    assert all(row["end"].endswith("T12:30:00") for row in fridays["open"])
