"""KAUN, FEHRIST, KHATAM and KUL: what a trainer asks and says about her own sessions, and how she points at them."""

from sqlalchemy import func, select

from clusters.people.models import Person
from clusters.people.rules import Language
from clusters.scope import Scope
from clusters.training import queries
from clusters.training.models import TrainingSession
from clusters.training.rules import SessionState
from messaging.inbound.models import ParseRecord
from tests import build
from tests.cop.sms.test_attend import marks

EVERYWHERE = Scope.everywhere()


def did(world):
    """What the last text is recorded to have done."""
    with world.house.unit() as db:
        return db.get_one(ParseRecord, world.last().id).did


def speaks(world, language):
    """Let the trainer have chosen a language, or none."""
    with world.house.unit() as db:
        db.get_one(Person, world.trainer.id).language = language


def row_of(world):
    with world.house.unit() as db:
        return queries.training_session(db, EVERYWHERE, world.session.id)


def test_who_will_come_is_said_in_counts_in_the_script_of_the_question(world):
    world.invite(world.session)
    for teacher, answer in zip(world.teachers, "11123", strict=False):
        world.text(teacher, answer)
    assert world.text(world.trainer, "KAUN 4814") == [
        "4814: 8 bulaye, 3 haan, 1 nahi, 1 pata nahi, 3 jawab nahi. Naam: FEHRIST 4814"
    ]
    assert did(world) == {"do": "who", "session": "4814"}
    speaks(world, None)
    [urdu] = world.text(world.trainer, "کون ۴۸۱۴")
    assert urdu.startswith("4814: 8 بلائے، 3 ہاں، 1 نہیں")
    speaks(world, Language.ENGLISH)
    [english] = world.text(world.trainer, "who 4814")
    assert english == "4814: 8 invited, 3 yes, 1 no, 1 not sure, 3 no answer. Names: LIST 4814"


def test_the_list_goes_as_far_as_one_text_holds_and_says_how_it_goes_on(world, house):
    names = ["Saima", "Abdul Ghaffar", "Fazal Rahman", "Zubaida", "Sher Alam", "Nasreen", "Inayat Ullah", "Tahira"] * 2
    with house.unit() as db:
        cluster = build.cluster(db, 16)
        teachers = [
            build.teacher(db, each, name) for each, name in zip(build.schools_of(db, cluster), names, strict=True)
        ]
        day = world.clock.at.date()
        build.training_session(db, cluster, day=day, led_by=[world.trainer], invited=teachers, code="5127")
    [first] = world.text(world.trainer, "FEHRIST 5127")
    assert first.startswith("5127: 1 Saima 2 Abdul")
    assert len(first) <= 160
    *_, following = first.split()
    assert f"Aage: FEHRIST 5127 {following}" in first
    assert did(world) == {"do": "roster", "session": "5127", "start": 1}
    [second] = world.text(world.trainer, f"list 5127 {following}")
    assert second.startswith(f"5127: {following} ")
    assert did(world)["start"] == int(following)
    [over] = world.text(world.trainer, "فہرست 5127 99")
    assert "16" in over


def test_a_session_is_finished_in_its_window_and_zero_takes_that_back(world):
    [early] = world.text(world.trainer, "KHATAM 4814")
    assert "KHATAM 4814 training ke baad" in early
    world.after()
    before = row_of(world)
    day = before.starts_at.strftime("%-d %B")
    assert world.text(world.trainer, "KHATAM 4814") == [
        f"Likh liya: 4814 ho gaya, {day}. Ab hazri: HAZRI 4814 aur ghair hazir number. Ghalti ho to 0 bhejein."
    ]
    assert did(world) == {"do": "finished", "session": "4814"}
    assert row_of(world).state is SessionState.HELD
    [back] = world.text(world.trainer, "0")
    assert "4814" in back
    assert row_of(world) == before
    world.clock.advance(hours=49)
    [late] = world.text(world.trainer, "ختم 4814")
    assert "48" in late
    assert row_of(world) == before


def test_attendance_after_finished_counts_and_taking_it_back_leaves_the_session_held(world):
    world.after()
    world.text(world.trainer, "done 4814")
    world.text(world.trainer, "HAZRI 4814 3 7")
    assert marks(world) == [3, 7]
    world.text(world.trainer, "0")
    assert marks(world) is None
    assert row_of(world).state is SessionState.HELD


def test_a_head_count_is_kept_as_a_count_and_completed_by_rows_later(world):
    world.after()
    [echo] = world.text(world.trainer, "HAZRI 4814 KUL 6")
    assert "kul 6 hazir (sirf ginti)" in echo
    assert did(world) == {"do": "attend", "session": "4814", "count": 6}
    assert (row_of(world).came, row_of(world).reported) == (6, 1)
    with world.house.unit() as db:
        assert queries.report_of(db, EVERYWHERE, world.session.id).headcount == 6
        assert {row.mark for row in queries.roster(db, EVERYWHERE, world.session.id)} == {None}
        trained = queries.reached(db, EVERYWHERE, world.session.starts_at)
    assert trained == {}
    [changed] = world.text(world.trainer, "HAZRI 4814 KUL 5")
    assert "Badal diya" in changed
    [rows] = world.text(world.trainer, "HAZRI 4814 3 7")
    assert "Badal diya" in rows
    assert row_of(world).came == 6
    [named] = world.text(world.trainer, "HAZRI 4814 kul 5")
    assert "Kaun se number" in named
    assert marks(world) == [3, 7]
    [back] = world.text(world.trainer, "0")
    assert "kul 5 hazir" in back
    world.clock.advance(minutes=11)
    world.text(world.trainer, "0")
    assert row_of(world).came == 6
    world.clock.advance(minutes=11)
    world.text(world.trainer, "0")
    assert row_of(world).came is None


def test_one_bare_number_may_be_all_who_came(world):
    """Dialogue 17."""
    world.after()
    [asked] = world.text(world.trainer, "HAZRI 4814 6")
    assert "1=Sirf number 6" in asked
    world.text(world.trainer, "2")
    assert did(world) == {"do": "attend", "session": "4814", "count": 6}


def test_more_than_the_sheet_has_is_refused(world):
    world.after()
    [told] = world.text(world.trainer, "HAZRI 4814 KUL 45")
    assert "Kuch save nahi hua" in told
    assert row_of(world).came is None


def test_a_wrong_code_is_offered_for_every_word_and_keeps_what_was_written(world):
    [asked] = world.text(world.trainer, "FEHRIST 4841 5")
    assert "4814" in asked
    assert "1=Haan 2=Nahi" in asked
    [listed] = world.text(world.trainer, "1")
    assert listed.startswith("4814: 5 Nasir")
    world.text(world.trainer, "KAUN 4841")
    [told] = world.text(world.trainer, "2")
    assert "kuch nahi badla" in told


def test_without_a_code_the_one_session_is_proposed(world):
    [asked] = world.text(world.trainer, "KAUN")
    assert "4814" in asked
    world.text(world.trainer, "1")
    assert did(world) == {"do": "who", "session": "4814"}


def test_without_a_code_sessions_of_several_ltrcs_are_asked_by_their_names(world, house):
    with house.unit() as db:
        circle = build.circle(db)
        for name, code in (("Nahaqi", "5127"), ("Daudzai", "2304")):
            cluster = build.cluster(db, 1, in_circle=circle)
            cluster.name = name
            day = world.session.starts_at.date()
            build.training_session(db, cluster, day=day, led_by=[world.trainer], code=code)
    [asked] = world.text(world.trainer, "KAUN")
    assert "Nahaqi" in asked
    assert "Daudzai" in asked
    number = asked[asked.index("Nahaqi") - 2]
    world.text(world.trainer, number)
    assert did(world) == {"do": "who", "session": "5127"}


def test_the_code_of_somebody_elses_session_says_nothing_of_it(world, house):
    with house.unit() as db:
        stranger = build.trainer(db, build.circle(db), "Stranger")
    for word in ("KAUN 4814", "FEHRIST 4814", "KHATAM 4814"):
        [told] = world.text(stranger, word)
        assert "4814 aap ki koi session nahi" in told
    with house.unit() as db:
        assert db.scalar(select(func.count()).where(TrainingSession.finished_at.is_not(None))) == 0
