"""What cannot go into the database lies safely on the disk, goes in once, and is gone then."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.channels.base import Fault, Medium, Report, Status, Texted
from messaging.inbound.spool import LEFT_BEHIND, SENDER_KEPT, TRIES, Brought, Spool, SpoolFull

AT = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
TEXT = Brought("signed", AT, Texted("S1", "+923005550001", "HAZRI 4814 کل 🙂", Medium.WHATSAPP, 2, AT))
REPORT = Brought("signed", AT, Report("S2", Status.FAILED, "30003", Fault.CHANNEL, UUID(int=7), "+923005550001"))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def texted(n: int) -> Brought:
    return Brought("signed", AT, Texted(f"S{n}", "+923005550001", "1"))


def files(spool: Spool) -> list[Path]:
    return sorted(spool.folder.glob("*.json"))


def drained(spool: Spool, answers: bool = True) -> list[Brought]:
    taken: list[Brought] = []
    spool.drain(taken.append, lambda: answers)
    return taken


@pytest.mark.parametrize("brought", [TEXT, REPORT, Brought("a", AT, Report("S", Status.SENT))])
def test_what_is_put_in_comes_out_as_it_was_and_leaves_nothing(spool, brought):
    spool.put(brought)
    assert drained(spool) == [brought]
    assert files(spool) == []


@given(st.text(st.characters(), max_size=200), st.text(max_size=20))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_words_come_out_as_they_were(tmp_path, body, number):
    spool = Spool(tmp_path / "words")
    spool.put(Brought("a", AT, Texted("S", number, body)))
    assert drained(spool) == [Brought("a", AT, Texted("S", number, body))]


def test_the_oldest_goes_first(spool):
    for n in range(20):
        spool.put(texted(n))
    assert [each.told.sid for each in drained(spool)] == [f"S{n}" for n in range(20)]


def test_a_file_is_for_its_owner_alone_and_no_half_of_it_is_ever_seen(spool):
    spool.put(TEXT)
    assert files(spool)[0].stat().st_mode & 0o777 == 0o600
    assert [each.name for each in spool.folder.iterdir() if each.name.startswith(".")] == []


def test_a_full_spool_takes_nothing_more_and_room_that_is_made_is_used(spool):
    spool.limit = 3 * 4096
    for n in range(3):
        spool.put(texted(n))
    with pytest.raises(SpoolFull):
        spool.put(texted(4))
    assert len(files(spool)) == 3
    drained(spool)
    again = Spool(spool.folder, spool.limit)
    again.put(texted(5))
    assert len(files(again)) == 1


def test_a_folder_that_cannot_be_written_is_found_out_beforehand(tmp_path):
    (tmp_path / "spool").write_text("no folder")
    with pytest.raises(OSError):
        Spool(tmp_path / "spool").ready()


def test_a_folder_that_is_ready_is_empty(spool):
    spool.ready()
    assert spool.lying().waiting == 0
    assert files(spool) == []


def test_while_the_database_is_away_everything_stays_however_often_it_is_tried(spool):
    for n in range(3):
        spool.put(texted(n))

    def away(_brought: Brought) -> None:
        raise ConnectionError

    for _ in range(TRIES + 2):
        assert spool.drain(away, lambda: False) == {"away": 1}
    assert len(drained(spool)) == 3


def test_what_fails_three_times_is_laid_aside_and_holds_up_nothing(spool):
    spool.put(texted(1))
    spool.put(texted(2))
    taken: list[str] = []

    def take(brought: Brought) -> None:
        if brought.told.sid == "S1":
            raise ValueError
        taken.append(brought.told.sid)

    counts = [spool.drain(take, lambda: True) for _ in range(TRIES)]
    assert counts == [{"failed": 1, "taken": 1}, {"failed": 1}, {"laid_aside": 1}]
    assert taken == ["S2"]
    assert spool.lying().bad == 1
    assert spool.drain(take, lambda: True) == {}


def test_a_file_that_cannot_be_read_is_laid_aside_too(spool):
    spool.put(texted(1))
    files(spool)[0].write_text("{")
    for _ in range(TRIES):
        assert drained(spool) == []
    assert spool.lying().bad == 1


def test_what_was_laid_aside_names_nobody_after_two_hours(spool):
    spool.put(TEXT)
    spool.put(REPORT)
    spool.put(texted(3))
    files(spool)[2].write_text('{"number": "+923005550001"')
    for _ in range(TRIES):
        spool.drain(_refuse, lambda: True)
    kept = sorted(spool.bad.iterdir())
    assert sum("+923005550001" in each.read_text() for each in kept) == 3
    for file in kept:
        long_ago = time.time() - SENDER_KEPT.total_seconds() - 1
        os.utime(file, (long_ago, long_ago))
    drained(spool)
    left = sorted(spool.bad.iterdir())
    assert len(left) == 2  # the one that could not be read might have named anybody
    assert all("92300" not in each.read_text() for each in left)
    assert "HAZRI" in left[0].read_text()
    assert all(each.stat().st_mode & 0o777 == 0o600 for each in left)


def test_what_was_never_finished_is_cleared_away(spool):
    spool.ready()
    unfinished = spool.folder / ".unfinished"
    unfinished.write_text("half")
    drained(spool)
    assert unfinished.exists()
    long_ago = time.time() - LEFT_BEHIND.total_seconds() - 1
    os.utime(unfinished, (long_ago, long_ago))
    drained(spool)
    assert not unfinished.exists()


def test_what_another_process_takes_meanwhile_is_its_own(spool):
    for n in range(3):
        spool.put(texted(n))
    taken: list[str] = []

    def take(brought: Brought) -> None:
        taken.append(brought.told.sid)
        for other in files(spool)[1:]:
            other.unlink()

    assert spool.drain(take, lambda: True) == {"taken": 1}
    assert taken == ["S0"]


def test_how_much_lies_there_and_since_when(spool):
    before = time.time() - 1
    spool.put(TEXT)
    spool.put(REPORT)
    lying = spool.lying()
    assert (lying.waiting, lying.bad, lying.bytes) == (2, 0, 2 * 4096)
    assert lying.oldest_at is not None
    assert before < lying.oldest_at <= time.time() + 1


def _refuse(_brought: Brought) -> None:
    raise ValueError(timedelta())


def test_a_file_that_somebody_put_back_under_another_name_holds_up_nothing(spool):
    spool.ready()
    for name in ("0.json", "00.x.json", "000-back.json"):
        (spool.folder / name).write_bytes(b"nothing of ours")
    spool.put(texted(1))
    told: list[str] = []
    for _ in range(TRIES):
        told += [each.told.sid for each in drained(spool)]
    assert told == ["S1"]
    assert files(spool) == []
    assert spool.lying().bad == 3
