"""What holds: defaults, then what was decided, then the environment; told to every process at its next act."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.calendar.rules import CalendarRules, holidays_near, is_training_day, public_holidays
from clusters.kernel.decisions import decide, decisions, undo_decision
from clusters.kernel.errors import Conflict, Invalid, NotAllowed
from clusters.scope import Held, Scope
from cop.decided import DECIDABLE, Decided, effective, feasts, set_value, undo_value, with_feast
from cop.house import open_house
from cop.settings import Settings

ALL = Scope.everywhere()
EID_2027 = date(2027, 3, 10)


def test_the_environment_wins_over_what_was_decided_and_that_over_the_default():
    decided = {"reminders": "5d,1d", "segment_price": "3.5"}
    assert effective(Settings(), decided).reminders == "5d,1d"
    assert effective(Settings(), decided).segment_price == 3.5
    given_here = Settings.from_env({"COP_REMINDERS": "7d,1d,0d"})  # the same as the default, and yet given
    assert effective(given_here, decided).reminders == "7d,1d,0d"


@given(st.dictionaries(st.sampled_from([*DECIDABLE, "port", "nonsense"]), st.text(max_size=12)))
def test_whatever_stands_in_the_database_the_house_has_settings(decided):
    settings = effective(Settings(), decided)
    assert settings.port == Settings().port
    assert settings.smallest_group >= 10
    assert settings.calendar


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window", "9 to 5"),
        ("segment_price", "inf"),
        ("keep_texts_months", "99999999"),
        ("keep_audit_months", "9999999999999"),
        ("smallest_group", "99999999999999999999"),
        ("fixed_holidays", "2027-03-10=9999-12-31"),
        ("window", "19:00-09:00"),
        ("reminders", "soon"),
        ("closed_days", "mon"),
        ("bounds", "1,2,3"),
        ("reply_number", "0912345678"),
        ("segment_price", "-1"),
        ("segment_price", "nan"),
        ("smallest_group", "9"),
        ("keep_audit_months", "12"),
        ("fixed_holidays", "tomorrow"),
        ("ramadan_closed", "perhaps"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(db, name, value):
    with pytest.raises(Invalid):
        set_value(db, ALL, Settings(), name, value)
    assert decisions(db) == {}


def test_only_an_administrator_of_everything_decides_and_only_what_is_the_programmes(db):
    for role, path in (("education_manager", ""), ("administrator", "B1."), ("monitor", "")):
        with pytest.raises(NotAllowed):
            set_value(db, Scope(1, (Held("T", path, role),)), Settings(), "reminders", "5d")
    with pytest.raises(Invalid):
        set_value(db, ALL, Settings(), "database_url", "postgresql://elsewhere")
    with pytest.raises(Conflict):
        set_value(db, ALL, Settings.from_env({"COP_REMINDERS": "7d"}), "reminders", "5d")


def test_the_value_before_comes_back(db):
    assert set_value(db, ALL, Settings(), "reminders", "5d")
    assert not set_value(db, ALL, Settings(), "reminders", "5d")
    assert set_value(db, ALL, Settings(), "reminders", "3d")
    undo_value(db, ALL, Settings(), "reminders")
    assert decisions(db) == {"reminders": "5d"}
    assert set_value(db, ALL, Settings(), "reminders", "")
    assert decisions(db) == {}
    with pytest.raises(Conflict):
        undo_value(db, ALL, Settings(), "window")


def test_every_decision_raises_the_version(db):
    assert decide(db, "reminders", "5d")
    assert undo_decision(db, "reminders")
    assert decide(db, "reminders", "5d")


def test_a_process_that_runs_takes_over_what_another_decides(new_database, tmp_path):
    settings = Settings(database_url=new_database(), data_dir=tmp_path)
    with open_house(settings) as one, open_house(settings) as other:
        assert isinstance(other.decided, Decided)
        with one.unit() as db:
            set_value(db, ALL, settings, "window", "08:00-12:00")
        with other.worker_unit():
            assert other.decided.now.window == "08:00-12:00"
        with one.web_unit() as db:
            undo_value(db, ALL, settings, "window")
        with other.web_unit(to_read=True):
            assert other.decided.now.window == ""


def test_a_feast_that_was_sighted_moves_whole_and_is_no_estimate_any_more():
    moved = CalendarRules(fixed=((EID_2027, EID_2027 + timedelta(days=1)),), fridays_closed=False, ramadan_closed=False)
    days = [each.day for each in public_holidays(2027) if each.name == "Eid al-Fitr"]
    assert days[0] == EID_2027
    for day in days:
        (holiday,) = holidays_near(day + timedelta(days=1), 0, moved.fixed)
        assert not holiday.estimated
    assert holidays_near(EID_2027, 1, moved.fixed) == ()
    assert is_training_day(EID_2027, moved)
    assert not is_training_day(EID_2027, CalendarRules(ramadan_closed=False))


def test_feasts_are_those_the_moon_decides_each_once(db):
    found = feasts(Settings(), date(2027, 1, 1))
    assert (found[0].first, found[0].days) == (EID_2027, 3)
    assert len({each.first for each in found}) == len(found)
    settings = effective(Settings(), {"fixed_holidays": with_feast(Settings(), EID_2027, date(2027, 3, 11))})
    assert feasts(settings, date(2027, 1, 1))[0].fixed == date(2027, 3, 11)
    assert with_feast(settings, EID_2027, None) == ""
