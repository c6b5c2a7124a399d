"""The rules of the cascade and the lines of its three files."""

from datetime import date, time

from clusters.cascade.rules import (
    PARTICIPANT_COLUMNS,
    SESSION_COLUMNS,
    TRAINER_COLUMNS,
    CascadeRules,
    Level,
    MeetingRow,
    SeatRow,
    TrainerRow,
    level_above,
    may_be_away,
    participant_line,
    session_line,
    trainer_line,
)
from clusters.modules.rules import Subject, TaughtModule, one_module_each

MEETING = MeetingRow(
    7, Level.TEACHER, Subject.MATHS, "maths-1", "T/B1.", "21001", (3, 12), date(2026, 12, 1), time(10), time(13)
)


def test_each_level_is_delivered_by_the_one_above_and_the_first_by_the_core_team() -> None:
    assert [level_above(level) for level in (Level.TEACHER, Level.CIRCLE, Level.MASTER)] == [
        Level.CIRCLE,
        Level.MASTER,
        None,
    ]


def test_a_school_sends_one_or_two_and_keeps_one() -> None:
    assert [may_be_away(teachers) for teachers in (1, 2, 3, 9)] == [1, 1, 2, 2]


def test_lines_of_the_files_are_as_promised() -> None:
    assert dict(zip(SESSION_COLUMNS, session_line(MEETING), strict=True)) == {
        "id": "7",
        "level": "teacher",
        "subject": "maths",
        "module": "maths-1",
        "place": "T/B1.",
        "venue": "21001",
        "trainers": "3;12",
        "start": "2026-12-01T10:00:00",
        "end": "2026-12-01T13:00:00",
    }
    assert dict(zip(PARTICIPANT_COLUMNS, participant_line(SeatRow(7, 41, "21002")), strict=True)) == {
        "session": "7",
        "person": "41",
        "school": "21002",
    }
    assert dict(zip(TRAINER_COLUMNS, trainer_line(TrainerRow(3, Level.TEACHER, "T/B1.C1.")), strict=True)) == {
        "person": "3",
        "level": "teacher",
        "home": "T/B1.C1.",
    }


def test_a_round_has_one_module_a_subject_and_takes_no_subject_twice() -> None:
    modules = one_module_each([Subject.SCIENCE, Subject.MATHS, Subject.SCIENCE])
    assert [module.code for module in modules] == ["science-1", "maths-1"]


def test_teachers_take_the_days_of_the_module_and_trainers_those_of_their_level() -> None:
    module = TaughtModule(Subject.MATHS, days=2)
    assert [CascadeRules().days(level, module) for level in Level] == [3, 3, 2]
    assert CascadeRules().returns(Level.TEACHER) is False
    assert [CascadeRules(return_after=28).returns(level) for level in Level] == [False, False, True]
