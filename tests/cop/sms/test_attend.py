"""Attendance by text: stored whole or not at all, said back, asked once where in doubt, undone by 0."""

import pytest

from clusters.scope import Scope
from clusters.training import queries
from clusters.training.actions import undo_attendance
from clusters.training.rules import Mark
from tests import build

EVERYWHERE = Scope.everywhere()


def marks(world, session=None):
    """The rows marked absent; None while nobody has reported."""
    with world.house.unit() as db:
        wanted = (session or world.session).id
        if queries.report_of(db, EVERYWHERE, wanted) is None:
            return None
        return [row.row for row in queries.roster(db, EVERYWHERE, wanted) if row.mark is Mark.AWAY]


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("HAZRI 4814 3 7", [3, 7]),
        ("hazri4814 3,7", [3, 7]),
        ("ATT 4814 3 7 thanks", [3, 7]),
        ("Hazri 48l4 3 7", [3, 7]),
        ("حاضری ۴۸۱۴ ۳ ۷", [3, 7]),
        ("HAZRI 4814 SAB", []),
        ("HAZRI 4814 G 7", [7]),
        ("HAZRII 4814 3 7", [3, 7]),
    ],
)
def test_a_report_is_stored_and_said_back(world, text, absent):
    world.after()
    [echo] = world.text(world.trainer, text)
    assert marks(world) == absent
    assert "4814" in echo
    assert "0" in echo
    if absent == [3, 7]:
        assert "3 Gul Zaman" in echo
        assert "7 Noor" in echo


def test_a_report_is_taken_back_by_zero_and_can_be_sent_again(world):
    world.after()
    world.text(world.trainer, "HAZRI 4814 3 7")
    world.clock.advance(minutes=1)
    [undone] = world.text(world.trainer, "0")
    assert "wapas" in undone
    assert marks(world) is None
    world.clock.advance(minutes=1)
    world.text(world.trainer, "HAZRI 4814 3 7")
    assert marks(world) == [3, 7]


def test_another_report_replaces_the_first_and_zero_brings_it_back(world):
    world.after()
    world.text(world.trainer, "HAZRI 4814 3 7")
    [changed] = world.text(world.trainer, "HAZRI 4814 3 8")
    assert "Badal diya" in changed
    assert marks(world) == [3, 8]
    [back] = world.text(world.trainer, "0")
    assert "6 hazir, 2 ghair hazir" in back
    assert marks(world) == [3, 7]


def test_the_same_report_twice_has_one_effect_and_is_answered_once_more(world):
    world.after()
    world.text(world.trainer, "HAZRI 4814 3 7")
    world.clock.advance(minutes=2)
    [again] = world.text(world.trainer, "hazri  4814 3 7")
    assert "Pehle se likha hai" in again
    assert world.text(world.trainer, "HAZRI 4814 3 7") == []
    with world.house.unit() as db:
        assert queries.report_of(db, EVERYWHERE, world.session.id).version == 1
    assert world.last().state == "duplicate"


@pytest.mark.parametrize("text", ["HAZRI 4814 3 45", "HAZRI 4814 3 twenty", "HAZRI 4814 h 3 g 7"])
def test_what_cannot_be_stored_whole_is_not_stored_at_all(world, text):
    world.after()
    [told] = world.text(world.trainer, text)
    assert "Kuch save nahi hua" in told
    assert marks(world) is None


def test_one_bare_number_is_asked_once_and_stored_after_the_answer(world):
    world.after()
    [asked] = world.text(world.trainer, "HAZRI 4814 7")
    assert "1=Sirf number 7 (Noor)" in asked
    assert marks(world) is None
    [echo] = world.text(world.trainer, "1")
    assert "7 Noor" in echo
    assert marks(world) == [7]


def test_two_numbers_that_fill_the_sheet_are_asked(world):
    world.after()
    [asked] = world.text(world.trainer, "HAZRI 4814 6 2")
    assert "se kya matlab" in asked
    assert marks(world) is None


def test_a_slip_in_the_code_is_offered_and_one_digit_stores_it(world):
    world.after()
    [asked] = world.text(world.trainer, "HAZRI 4841 SAB")
    assert "4814" in asked
    assert marks(world) is None
    [echo] = world.text(world.trainer, "1")
    assert "sab 8 hazir" in echo
    assert marks(world) == []


def test_a_refused_proposal_changes_nothing(world):
    world.after()
    world.text(world.trainer, "HAZRI 4841 SAB")
    [told] = world.text(world.trainer, "2")
    assert "kuch nahi badla" in told
    assert marks(world) is None


def test_a_missing_verb_or_code_is_proposed(world):
    world.after()
    [asked] = world.text(world.trainer, "4814 3 7")
    assert "1=Haan" in asked
    assert marks(world) is None
    world.text(world.trainer, "1")
    assert marks(world) == [3, 7]


def test_a_report_without_a_code_is_proposed_for_the_one_open_session(world):
    world.after()
    [asked] = world.text(world.trainer, "HAZRI 3 7")
    assert "4814" in asked
    world.text(world.trainer, "1")
    assert marks(world) == [3, 7]


def test_before_the_session_and_two_days_after_it_nothing_is_stored(world):
    [early] = world.text(world.trainer, "HAZRI 4814 3 7")
    assert "training ke baad" in early
    world.after()
    world.clock.advance(hours=49)
    [late] = world.text(world.trainer, "HAZRI 4814 3 7")
    assert "48 ghantay" in late
    assert marks(world) is None


def test_the_code_of_another_trainers_session_stores_nothing(world, house):
    with house.unit() as db:
        stranger = build.trainer(db, build.circle(db), "Stranger")
    world.after()
    [told] = world.text(stranger, "HAZRI 4814 3 7")
    assert "4814 aap ki koi session nahi" in told
    assert marks(world) is None


def test_a_teacher_on_the_sheet_cannot_report(world):
    world.after()
    world.text(world.teachers[0], "HAZRI 4814 3 7")
    assert marks(world) is None


def test_an_opted_out_trainer_can_still_report_and_stays_out(world):
    world.text(world.trainer, "BAND")
    world.after()
    [echo] = world.text(world.trainer, "HAZRI 4814 3 7")
    assert "Gul Zaman" in echo
    assert marks(world) == [3, 7]


def test_the_same_report_again_after_the_office_took_it_back_is_stored_again(world, house):
    world.after()
    world.text(world.trainer, "HAZRI 4814 3 7")
    with house.unit() as db:
        undo_attendance(db, EVERYWHERE, world.session.id, 1)
    world.clock.advance(minutes=1)
    world.text(world.trainer, "HAZRI 4814 3 7")
    assert marks(world) == [3, 7]
