"""A trainer changes a session by text: challenged, confirmed by code, held, carried out, stopped, turned back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from clusters.kernel.errors import Invalid
from clusters.people.models import PersonNumber
from clusters.people.rules import Language
from clusters.scope import Scope
from clusters.training.models import TrainingSession
from clusters.training.rules import SessionState
from cop.house import House
from cop.settings import Settings
from cop.words import book_of
from messaging.consent.models import OptOut
from messaging.inbound.models import InboundText, ParseRecord
from messaging.outbox.models import Message
from messaging.proof.queries import held
from messaging.proof.rules import Does, Stage, veiled
from tests import build
from tests.conftest import HandClock
from tests.cop.sms.proving import CODE, code_in, commands, kakki, long_known, notices, standing, wait
from tests.texting import World

MOVE = "tarikh 4814 21/3 10"
OLD, NEW = datetime(2026, 3, 14, 5, 0, tzinfo=UTC), datetime(2026, 3, 21, 5, 0, tzinfo=UTC)


@pytest.fixture
def printed(house: House, clock: HandClock) -> World:
    """The session of the printed dialogues, of which everybody has been told."""
    world = kakki(house, clock)
    world.invite(world.session)
    return world


@pytest.fixture
def small(world: World) -> World:
    """A session of eight, of which everybody has been told."""
    long_known(world)
    world.invite(world.session)
    return world


def session_of(world: World) -> TrainingSession:
    with world.house.unit() as db:
        return db.get_one(TrainingSession, world.session.id, populate_existing=True)


def did(world: World) -> dict[str, object]:
    with world.house.unit() as db:
        last = select(ParseRecord).order_by(ParseRecord.inbound_text_id.desc()).limit(1)
        return dict(db.scalars(last).one().did)


def test_dialogue_10_as_it_is_printed(printed: World) -> None:
    before = standing(printed)
    assert printed.text(printed.trainer, MOVE) == [
        (
            "4814 Maths: 14 March ki jagah Hafta 21 March 10 bajay? 31 ustad ko 31 SMS jayenge. "
            f"Pakka ho to yeh likhein: PAKKA {CODE}. Warna kuch na karein."
        )
    ]
    assert did(printed) == {"do": "challenge", "verb": "move", "session": "4814"}
    assert printed.text(printed.trainer, "pakka 638 214") == [
        f"Ho gaya. 31 ko 5 minute mein SMS jana shuru honge. 30 minute tak rok sakte hain: ROKO {CODE}"
    ]
    assert did(printed) == {"do": "challenge", "verb": "move", "session": "4814", "confirmed": True}
    wait(printed, minutes=4, seconds=59)
    assert standing(printed) == before
    wait(printed, seconds=1)
    assert session_of(printed).starts_at == NEW
    assert len(list(notices(printed, "moved"))) == 32
    assert printed.heard(printed.teachers[0])[1:] == [
        (
            "TABDEELI: Maths training ab Hafta 21 March 10 bajay, GPS Kakki (14 March 10 bajay NAHI). "
            "Aayenge? 1=Haan 2=Nahi 3=Pata nahi"
        )
    ]


def test_what_is_printed_for_a_venue_a_call_off_and_a_message(printed: World) -> None:
    assert printed.text(printed.trainer, "JAGAH 4814 GHS Kakki") == [
        (
            f"4814 Maths, 14 March: GPS Kakki ki jagah GHS Kakki? 31 ustad ko 31 SMS. Pakka ho to: PAKKA {CODE}. "
            "Warna kuch na karein."
        )
    ]
    printed.clock.advance(hours=1)
    [said] = printed.text(printed.trainer, "MANSOOKH 4814")
    assert said == (
        "4814 Maths, 14 March ki training MANSOOKH? 31 ustad ko 31 SMS jayenge. "
        f"Pakka ho to: PAKKA {code_in(said)}. Warna kuch na karein."
    )
    printed.clock.advance(hours=1)
    [said] = printed.text(printed.trainer, "BHEJO 4814 kal calculator layein")
    assert said == (
        f'4814, 31 ustad ko 31 SMS: "kal calculator layein". Pakka ho to: PAKKA {code_in(said)}. Warna kuch na karein.'
    )
    assert did(printed) == {"do": "challenge", "verb": "msg", "session": "4814"}


@pytest.mark.parametrize(
    ("language", "command", "sure", "hold"),
    [
        (Language.ROMAN_URDU, "tarikh 4814 21/3 10", "pakka 638 214", "roko"),
        (Language.URDU, "تاریخ ۴۸۱۴ ۲۱/۳ ۱۰", "پکا ۶۳۸۲۱۴", "روکو"),
        (Language.ENGLISH, "Move 4814 21 march 10am", "SURE 638-214", "hold"),
    ],
)
def test_dialogue_10_in_three_languages(
    house: House, clock: HandClock, language: Language, command: str, sure: str, hold: str
) -> None:
    world = kakki(house, clock, language)
    [asked] = world.text(world.trainer, command)
    assert code_in(asked) == CODE
    assert "21" in asked
    [confirmed] = world.text(world.trainer, sure)
    assert code_in(confirmed) == CODE
    before = standing(world)
    [stopped] = world.text(world.trainer, hold)
    assert "4814" in stopped
    wait(world, minutes=30)
    assert standing(world) == before
    assert session_of(world).starts_at == OLD


@pytest.mark.parametrize("body", ["CANCEL 4814", "END 4814", "stop 4814", "cancel training"])
def test_dialogue_18_a_reserved_word_with_a_code_does_neither(small: World, body: str) -> None:
    before = standing(small)
    [said] = small.text(small.trainer, body)
    if "4814" in body:
        assert said == "Kuch nahi badla. Training mansookh karni ho to: MANSOOKH 4814. SMS band karne hon to: BAND"
    else:
        assert said.startswith("Kuch nahi badla. Training mansookh karni ho to MANSOOKH")
    assert standing(small) == before
    assert commands(small) == []
    with small.house.unit() as db:
        assert db.scalar(select(func.count()).select_from(OptOut)) == 0


@pytest.mark.parametrize("word", ["0", "roko", f"roko {CODE}", "rok do"])
def test_within_the_hold_it_is_stopped_without_a_trace_for_others(small: World, word: str) -> None:
    small.text(small.trainer, "tarikh 4814 21/3 10")
    small.text(small.trainer, f"PAKKA {CODE}")
    before = standing(small)
    small.clock.advance(minutes=4)
    [said] = small.text(small.trainer, word)
    assert said.startswith("Rok diya: 4814 Maths, 7 March. Kisi ko kuch nahi gaya.")
    assert did(small)["do"] == "undo"
    wait(small, minutes=30)
    assert standing(small) == before
    assert [each.stage for each in commands(small)] == [Stage.STOPPED]


def test_roko_twice_is_no_wish_to_leave(small: World) -> None:
    small.text(small.trainer, MOVE)
    small.text(small.trainer, "roko")
    small.text(small.trainer, "roko")
    with small.house.unit() as db:
        assert db.scalar(select(func.count()).select_from(OptOut)) == 0


def test_roko_with_nothing_pending_is_a_wish_to_leave(small: World) -> None:
    small.text(small.trainer, "roko")
    with small.house.unit() as db:
        assert db.scalar(select(func.count()).select_from(OptOut)) == 1


def test_after_the_hold_roko_with_its_code_brings_the_session_back_and_corrects_those_told(small: World) -> None:
    small.text(small.trainer, "tarikh 4814 21/3 10")
    small.text(small.trainer, f"PAKKA {CODE}")
    wait(small, minutes=5)
    assert session_of(small).starts_at == NEW
    assert small.text(small.trainer, "0")[0].startswith("Wapas karne ko kuch nahi mila")
    assert small.text(small.trainer, "roko")[0].startswith("5 minute guzar gaye.")
    small.clock.advance(minutes=20)
    assert (
        "Rok diya. 8 SMS ja chuke thay, unhein durust khabar bheji ja rahi hai. 0 ko kuch nahi gaya."
    ) in small.text(small.trainer, f"roko {CODE}")
    assert session_of(small).starts_at == datetime(2026, 3, 7, 5, 0, tzinfo=UTC)
    small.work()
    assert small.heard(small.teachers[0])[-1].startswith("TABDEELI: Maths training ab Hafta 7 March 10 bajay")
    assert len(small.heard(small.teachers[0])) == 3


def test_what_had_not_been_handed_over_is_withdrawn_and_nobody_hears_of_it(small: World) -> None:
    small.clock.at = datetime(
        2026, 3, 2, 15, 30, tzinfo=UTC
    )  # half past eight in the evening: notices wait for morning
    small.text(small.trainer, "MANSOOKH 4814 barish")
    small.text(small.trainer, f"PAKKA {CODE}")
    assert "Mangal 3 March 10 bajay se jana shuru honge" in small.heard(small.trainer)[-1]
    wait(small, minutes=5)
    assert session_of(small).state is SessionState.CANCELLED
    small.clock.advance(minutes=10)
    assert small.text(small.trainer, f"roko {CODE}")[0].endswith("8 ko kuch nahi gaya.")
    row = session_of(small)
    assert (row.state, row.called_off_why) == (SessionState.PLANNED, None)
    small.live_on(datetime(2026, 3, 3, 12, 0, tzinfo=UTC))
    assert len(small.heard(small.teachers[0])) == 1


def test_a_called_off_session_takes_place_after_all_and_those_told_read_so(small: World) -> None:
    small.text(small.trainer, "MANSOOKH 4814 barish")
    small.text(small.trainer, f"PAKKA {CODE}")
    wait(small, minutes=5)
    assert "MANSOOKH" in small.heard(small.teachers[0])[-1]
    assert "barish" in small.heard(small.teachers[0])[-1]
    small.text(small.trainer, f"ROKO {CODE}")
    small.work()
    assert small.heard(small.teachers[0])[-1].startswith("DURUST: Maths training Hafta 7 March 10 bajay")
    small.live_on(datetime(2026, 3, 8, tzinfo=UTC))
    assert any(said.startswith("Kal Maths training") for said in small.heard(small.teachers[0]))


def test_a_venue_is_changed_and_changed_back(small: World) -> None:
    old = session_of(small)
    small.text(small.trainer, "jagah 4814: GHS Domel hall")
    small.text(small.trainer, f"PAKKA {CODE}")
    wait(small, minutes=5)
    assert (session_of(small).venue, session_of(small).venue_school_id) == ("GHS Domel hall", None)
    assert "GHS Domel hall" in small.heard(small.teachers[0])[-1]
    small.text(small.trainer, f"ROKO {CODE}")
    assert (session_of(small).venue, session_of(small).venue_school_id) == (old.venue, old.venue_school_id)


def test_a_venue_that_is_a_school_of_the_ltrc_is_that_school(small: World) -> None:
    small.text(small.trainer, "jagah 4814 gps village 3")
    small.text(small.trainer, f"PAKKA {CODE}")
    wait(small, minutes=5)
    assert session_of(small).venue == "GPS Village 3"
    assert session_of(small).venue_school_id is not None


def test_a_message_goes_to_the_invited_and_is_taken_back_with_one_correction(small: World) -> None:
    small.text(small.trainer, "BHEJO 4814 kal calculator layein, band dukanon se pehle")
    small.text(small.trainer, f"PAKKA {CODE}")
    wait(small, minutes=5)
    heard = "Trainer Zakir sb, Maths 7 March: kal calculator layein, band dukanon se pehle"
    assert small.heard(small.teachers[0])[1:] == [heard]
    [said] = small.text(small.trainer, f"ROKO {CODE}")
    assert said.startswith("Rok diya. 8 SMS ja chuke thay")
    small.work()
    assert small.heard(small.teachers[0])[2:] == [
        (
            "Maths training 7 March: pichla SMS ghalti se gaya tha, us per na chalein. "
            "Training waise hi hai, 10 bajay, GPS Village 1."
        )
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("tarikh 4814", "nayi date likhein"),
        ("tarikh 4814 31/2", "koi din ya waqt nahi"),
        ("tarikh 4814 1/3/2026", "guzar chuka hai"),
        ("tarikh 4814 7/3 10", "pehle se"),
        ("jagah 4814", "nayi jagah likhein"),
        ("jagah 4814 gps village 1", "pehle se"),
        ("bhejo 4814", "apna paigham bhi likhein"),
        (f"bhejo 4814 {'kal calculator layein ' * 6}", "haroof ka hai"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_and_nothing_is_challenged(
    small: World, body: str, said: str
) -> None:
    before = standing(small)
    assert said in small.text(small.trainer, body)[0]
    assert commands(small) == []
    assert standing(small) == before


def test_a_day_on_which_the_trainer_leads_another_session_is_refused(small: World) -> None:
    small.another(days=12)
    assert "aur training" in small.text(small.trainer, "tarikh 4814 14/3")[0]
    assert commands(small) == []


def test_a_session_that_has_begun_is_not_changed(small: World) -> None:
    small.clock.at = session_of(small).starts_at + timedelta(minutes=1)
    assert "shuru ho chuki" in small.text(small.trainer, "MANSOOKH 4814")[0]
    assert commands(small) == []


@pytest.mark.parametrize("body", ["tarikh 21/3 10", "tarikh 4841 21/3 10", "MANSOOKH", "jagah 4841 GHS Domel"])
def test_without_a_right_code_it_is_proposed_and_only_then_challenged(small: World, body: str) -> None:
    assert "4814" in small.text(small.trainer, body)[0]
    assert commands(small) == []
    assert code_in(small.text(small.trainer, "1")[0]) == CODE
    assert [each.stage for each in commands(small)] == [Stage.WAITING]


def test_pakka_with_the_code_of_the_session_says_so_and_counts(small: World) -> None:
    small.text(small.trainer, MOVE)
    [said] = small.text(small.trainer, "PAKKA 4814")
    assert said.startswith("4814 training ka code hai.")
    assert "4 koshish" in said


def test_five_wrong_tries_lock_the_number_for_a_day(small: World) -> None:
    small.text(small.trainer, MOVE)
    replies = [small.text(small.trainer, f"PAKKA {number}") for number in range(100_000, 100_005)]
    assert [f"{left} koshish" in said[0] for left, said in zip((4, 3, 2, 1), replies, strict=False)] == [True] * 4
    assert replies[4][0].startswith("Ghalat code baar baar aaye")
    small.clock.advance(minutes=2)
    small.text(small.trainer, f"PAKKA {CODE}")
    wait(small, minutes=6)
    assert session_of(small).starts_at != NEW
    small.clock.advance(hours=23)
    assert small.text(small.trainer, "tarikh 4814 21/3 10")[0].startswith("Ghalat code baar baar aaye")
    small.clock.advance(hours=1)
    assert "PAKKA" in small.text(small.trainer, "tarikh 4814 21/3 10")[0]


def test_a_late_code_and_one_from_another_phone_change_nothing(small: World) -> None:
    before = standing(small)
    small.text(small.trainer, MOVE)
    small.text(small.teachers[0], f"PAKKA {CODE}")
    small.clock.advance(minutes=10)
    assert small.text(small.trainer, f"PAKKA {CODE}")[0].startswith("Yeh code 10 minute ke baad")
    wait(small, minutes=10)
    assert standing(small) == before


def test_the_command_again_makes_a_new_code_and_kills_the_old(small: World) -> None:
    first = code_in(small.text(small.trainer, MOVE)[0])
    second = code_in(small.text(small.trainer, MOVE)[0])
    assert first != second
    assert "ghalat" in small.text(small.trainer, f"PAKKA {first}")[0]
    assert small.text(small.trainer, f"PAKKA {second}")[0].startswith("Ho gaya.")


def test_three_codes_an_hour(small: World) -> None:
    for day in (21, 28, 21):
        assert "PAKKA" in small.text(small.trainer, f"tarikh 4814 {day}/3 10")[0]
    assert small.text(small.trainer, "tarikh 4814 28/3 10")[0].startswith("Aik ghantay mein 3 code ho gaye.")
    small.clock.advance(hours=1)
    assert "PAKKA" in small.text(small.trainer, "tarikh 4814 28/3 10")[0]


def test_a_new_number_a_shared_one_and_one_seen_again_after_long_get_no_code(small: World) -> None:
    with small.house.unit() as db:
        db.execute(update(PersonNumber).values(since=small.clock.at - timedelta(hours=23)))
    assert small.text(small.trainer, MOVE)[0].startswith("Yeh number naya hai.")
    with small.house.unit() as db:
        db.execute(update(PersonNumber).values(since=small.clock.at - timedelta(days=300)))
        db.execute(update(InboundText).values(received_at=small.clock.at - timedelta(days=91)))
    assert small.text(small.trainer, MOVE + " bajay")[0].startswith("Is number se bohat din baad")
    small.clock.advance(hours=24)
    assert "PAKKA" in small.text(small.trainer, MOVE)[0]
    with small.house.unit() as db:
        held = db.scalars(select(PersonNumber).where(PersonNumber.person_id == small.teachers[0].id)).one()
        held.number = small.number(small.trainer)
    small.clock.advance(hours=2)
    small.text(small.trainer, "A " + MOVE)
    assert (
        small.heard(small.trainer)[-1].startswith("Yeh number kai logon ka hai")
        or "Zakir" in (small.heard(small.trainer)[-1])
    )
    assert len(commands(small)) == 1


def test_a_session_that_was_changed_on_a_page_is_not_changed_by_the_code(small: World) -> None:
    small.text(small.trainer, MOVE)
    small.text(small.trainer, f"PAKKA {CODE}")
    with small.house.unit() as db:
        db.get_one(TrainingSession, small.session.id).revision += 1
    before = standing(small)
    wait(small, minutes=5)
    assert standing(small) == before
    assert [each.stage for each in commands(small)] == [Stage.REFUSED]
    assert "aap ka hukm nahi ho saka" in small.heard(small.trainer)[-1]


def test_a_number_that_changed_hands_in_the_hold_does_nothing_and_its_new_holder_hears_nothing(small: World) -> None:
    code = code_in(small.text(small.trainer, "MANSOOKH 4814")[0])
    small.text(small.trainer, f"PAKKA {code}")
    number = small.number(small.trainer)
    with small.house.unit() as db:
        kept = db.scalars(select(PersonNumber).where(PersonNumber.number == number)).one()
        kept.person_id = build.person(db, "Somebody Else").id
    before = small.heard(number)
    wait(small, minutes=6)
    assert session_of(small).state is SessionState.PLANNED
    assert commands(small)[-1].stage is Stage.REFUSED
    assert small.heard(number) == before


def test_the_code_stands_nowhere_but_in_the_text_that_told_it(small: World) -> None:
    small.text(small.trainer, MOVE)
    [command] = commands(small)
    assert CODE not in command.code_hash
    assert CODE not in str(command.values)
    assert command.code_hash.startswith("$argon2id$")


def test_a_text_with_a_code_is_sent_at_most_once(small: World) -> None:
    small.text(small.trainer, MOVE)
    with small.house.unit() as db:
        told = db.scalars(select(Message).where(Message.text_key == "challenge_move")).one()
    assert told.priority == 1


def test_who_leads_nothing_asks_for_her_own_training_and_changes_none(small: World) -> None:
    assert small.text(small.teachers[0], "tarikh")[0].startswith("Agli training: Maths, Hafta 7 March")
    assert small.text(small.teachers[1], "tarikh 4814 21/3")[0].startswith("4814 aap ki koi session nahi.")
    assert small.text(small.teachers[2], "mansookh 4814")[0].startswith("4814 aap ki koi session nahi.")
    assert commands(small) == []


@pytest.mark.parametrize("body", ["sure", "pakka", "pakka aaunga", "Sure sir"])
def test_a_teacher_who_says_surely_answers_her_invitation(small: World, body: str) -> None:
    [said] = small.text(small.teachers[0], body)
    assert "HAAN" in said


def test_pages_show_what_waits_and_no_code_to_anybody_else(small: World) -> None:
    [said] = small.text(small.trainer, MOVE)
    assert CODE not in veiled(said)
    assert veiled(said).endswith("PAKKA .... Warna kuch na karein.")
    with small.house.unit() as db:
        assert held(db, Scope.everywhere(), small.session.id) == []
    small.text(small.trainer, f"PAKKA {CODE}")
    with small.house.unit() as db:
        [waits] = held(db, Scope.everywhere(), small.session.id)
        assert (waits.does, waits.starts_at, waits.due_at) == (Does.MOVE, NEW, small.clock.at + timedelta(minutes=5))
        assert held(db, Scope(None, ()), small.session.id) == []


@pytest.mark.parametrize("digits", [0, 1, 4, 12])
def test_codes_are_never_as_short_as_an_answer_nor_as_long_as_a_session_code(digits: int) -> None:
    with pytest.raises(Invalid):
        book_of(Settings(code_digits=digits))


@pytest.mark.parametrize("body", ["tarikh 4814 28/3", "mansookh 4814", "bhejo 4814 kal chutti hai", "jagah 4814 GHS"])
def test_who_leads_no_session_is_refused(small: World, body: str) -> None:
    [said] = small.text(small.teachers[0], body)
    assert said.startswith("4814 aap ki koi session nahi")


def test_who_leads_no_session_and_asks_for_the_date_is_told_it(small: World) -> None:
    [said] = small.text(small.teachers[0], "tarikh")
    assert said.startswith("Agli training: Maths")
