"""The page of one training session: who sees it, what its forms do."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from clusters.kernel.clock import KARACHI
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.training import queries
from clusters.training.rules import Mark, SessionState
from cop.web.views import paths
from tests import build
from tests.browsing import place_at

EVERYWHERE = Scope.everywhere()


@pytest.fixture
def world(house):
    with house.unit() as db:
        ours = build.cluster(db, 4, in_circle=place_at(db, "T/B1.C01."), name="Kakki", admin_path="KP.BANNU.")
        theirs = build.cluster(db, 4, in_circle=place_at(db, "T/B2.C01."), name="Hangu Khas", admin_path="KP.HANGU.")
        trainer = build.trainer(db, place_at(db, "T/B1.C01."), "Zakir")
        teachers = [build.teacher(db, school, f"Gul {n}") for n, school in enumerate(build.schools_of(db, ours))]
        away = build.teacher(db, build.schools_of(db, theirs)[0], "Noor Hidden")
        session = build.training_session(db, ours, led_by=[trainer], invited=teachers)
        hidden = build.training_session(db, theirs, invited=[away])
        return SimpleNamespace(
            ours=ours, theirs=theirs, session=session, hidden=hidden, teachers=teachers, trainer=trainer
        )


def stored(house, session_id):
    with house.unit() as db:
        return queries.training_session(db, EVERYWHERE, session_id), queries.roster(db, EVERYWHERE, session_id)


@pytest.mark.parametrize("place", ["T/B1.", "A/KP.BANNU.", "T/"])
def test_a_manager_sees_the_roster_and_the_code(client_as, world, place):
    page = client_as("manager", place).get(paths.session(world.session.id)).text
    assert world.session.code in page
    assert all(teacher.name in page for teacher in world.teachers)


@pytest.mark.parametrize("place", ["T/B2.", "A/KP.HANGU.", "T/B2.C01."])
@pytest.mark.parametrize("address", [paths.session, paths.sheet])
def test_a_session_of_another_block_or_district_does_not_exist(client_as, world, place, address):
    stranger = client_as("manager", place)
    answer = stranger.get(address(world.session.id))
    nowhere = stranger.get(address(99_999))
    assert answer.status_code == nowhere.status_code == 404
    assert answer.text.replace(address(world.session.id), address(99_999)) == nowhere.text
    assert "Gul" not in answer.text


@pytest.mark.parametrize("deed", ["attendance", "move", "call-off", "skip"])
def test_nothing_can_be_done_to_a_session_of_another_district(client_as, house, world, deed):
    stranger = client_as("manager", "A/KP.HANGU.")
    form = {
        "attendance": {"all": "here"},
        "move": {"day": "2026-03-30", "start": "10:00", "end": "13:00"},
        "call-off": {"reason": "x"},
        "skip": {"text": "T-1d"},
    }[deed]
    assert stranger.submit(paths.session_act(world.session.id, deed), **form).status_code == 404
    row, _ = stored(house, world.session.id)
    assert (row.state, row.revision, row.came) == (SessionState.PLANNED, 1, None)


def test_attendance_is_saved_row_by_row_and_can_be_undone(client_as, house, world, clock):
    clock.at = world.session.ends_at
    clerk = client_as("clerk", "A/KP.BANNU.")
    marks = {"r-1": "here", "r-2": "away", "r-3": "late", "r-4": "here"}
    saved = clerk.submit(paths.session_act(world.session.id, "attendance"), **marks)
    page = clerk.follow(saved).text
    assert "3 of 4" in page
    assert [row.mark for row in stored(house, world.session.id)[1]] == [Mark.HERE, Mark.AWAY, Mark.LATE, Mark.HERE]
    clerk.submit(paths.undo_attendance(world.session.id, 1))
    assert stored(house, world.session.id)[0].came is None


def test_the_same_form_sent_twice_makes_one_report(client_as, house, world, clock):
    clock.at = world.session.ends_at
    clerk = client_as("clerk", "A/KP.BANNU.")
    for _ in range(2):
        clerk.submit(paths.session_act(world.session.id, "attendance"), once="the-same", all="here")
    with house.unit() as db:
        assert queries.report_of(db, EVERYWHERE, world.session.id).version == 1


def test_attendance_before_the_day_is_refused_with_the_form_and_a_reason(client_as, house, world):
    clerk = client_as("clerk", "A/KP.BANNU.")
    answer = clerk.submit(paths.session_act(world.session.id, "attendance"), all="here")
    assert answer.status_code == 422
    assert "has not begun" in answer.text
    assert stored(house, world.session.id)[0].came is None


def test_a_monitor_sees_but_may_not_mark_or_move(client_as, house, world, clock):
    clock.at = world.session.ends_at
    monitor = client_as("monitor", "A/KP.BANNU.")
    page = monitor.get(paths.session(world.session.id)).text
    assert 'name="r-1"' not in page
    assert monitor.submit(paths.session_act(world.session.id, "attendance"), all="here").status_code in (403, 422)
    assert stored(house, world.session.id)[0].came is None


def test_moving_keeps_what_was_typed_when_it_is_refused(client_as, house, world):
    manager = client_as("manager", "A/KP.BANNU.")
    typed = {"day": "2026-02-01", "start": "09:15", "end": "12:00"}
    answer = manager.submit(paths.session_act(world.session.id, "move"), **typed)
    assert answer.status_code == 422
    assert 'value="2026-02-01"' in answer.text
    assert 'value="09:15"' in answer.text
    assert stored(house, world.session.id)[0].revision == 1


def test_moving_stores_local_time_and_raises_the_revision(client_as, house, world):
    manager = client_as("manager", "A/KP.BANNU.")
    sent = manager.submit(paths.session_act(world.session.id, "move"), day="2026-04-21", start="10:30", end="13:30")
    assert sent.status_code == 303
    row, _ = stored(house, world.session.id)
    assert row.starts_at.astimezone(KARACHI).isoformat() == "2026-04-21T10:30:00+05:00"
    assert row.revision == 2


def test_calling_off_says_so_on_the_page(client_as, house, world):
    manager = client_as("manager", "A/KP.BANNU.")
    done = manager.submit(paths.session_act(world.session.id, "call-off"), reason="snow on the pass")
    assert "snow on the pass" in manager.follow(done).text
    assert stored(house, world.session.id)[0].state is SessionState.CANCELLED


def test_who_leads_a_session_of_another_circle_sees_it(house, client_as, world):
    with house.unit() as db:
        elsewhere = build.trainer(db, place_at(db, "T/B1.C02."), "Guest", role=PostRole.CIRCLE_TRAINER)
        session = build.training_session(db, world.ours, led_by=[elsewhere])
        seen = queries.training_session(db, Scope(elsewhere.id, ()), session.id)
    assert seen.id == session.id


def test_the_sheet_shows_rows_code_and_where_to_text(client_as, world):
    page = client_as("trainer", "T/B1.C01.").get(paths.sheet(world.session.id)).text
    assert world.session.code in page
    assert "HAZRI" in page
    assert "0345-1234567" in page
    assert all(teacher.name in page for teacher in world.teachers)


def test_people_without_a_phone_are_told_by_hand(house, client_as, world):
    with house.unit() as db:
        mute = build.teacher(db, build.schools_of(db, world.ours)[0], "Bakht Mute", number=None)
        session = build.training_session(
            db, world.ours, invited=[mute], day=(world.session.starts_at + timedelta(days=3)).date()
        )
    page = client_as("manager", "A/KP.BANNU.").get(paths.session(session.id)).text
    assert "Tell 1 person by hand" in page


def test_a_printed_sheet_keeps_its_rows_from_the_day_it_was_said(client_as, world):
    trainer = client_as("trainer", "T/B1.C01.")
    assert "keep these row numbers" in trainer.get(paths.sheet(world.session.id)).text
    said = trainer.submit(paths.session_act(world.session.id, "printed"))
    page = trainer.follow(said).text
    assert "Rows are frozen since the first print, 2 Mar" in page
    assert "keep these row numbers" not in page


def test_a_closed_day_is_asked_about_before_people_are_called_to_it(client_as, house, world):
    manager = client_as("manager", "A/KP.BANNU.")
    friday = {"day": "2026-04-17", "start": "10:00", "end": "12:00"}
    asked = manager.submit(paths.session_act(world.session.id, "move"), **friday)
    assert asked.status_code == 422
    assert "is no training day (Friday)" in asked.text
    assert 'name="anyway"' in asked.text
    assert stored(house, world.session.id)[0].revision == 1
    meant = manager.submit(paths.session_act(world.session.id, "move"), **friday, anyway="on")
    assert meant.status_code == 303
    assert stored(house, world.session.id)[0].revision == 2


@pytest.mark.parametrize(
    ("deed", "form"),
    [("move", {"day": "2026-03-30", "start": "10:00", "end": "13:00"}), ("call-off", {"reason": "snow"})],
)
def test_who_would_be_told_is_shown_before_and_changes_nothing(client_as, house, world, deed, form):
    browser = client_as("manager", "A/KP.BANNU.")
    before = stored(house, world.session.id)
    shown = browser.submit(paths.session_act(world.session.id, deed), **form, only="show")
    assert shown.status_code == 200
    assert "5 people are told." in shown.text, "four teachers and the trainer"
    assert stored(house, world.session.id) == before
    assert browser.submit(paths.session_act(world.session.id, deed), **form).status_code == 303
