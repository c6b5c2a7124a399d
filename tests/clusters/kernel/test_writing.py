"""A file is there whole or as it was before."""

from threading import Barrier, Thread

import pytest

from clusters.kernel.writing import write_whole


def test_a_file_takes_the_place_of_the_one_before_it_and_leaves_nothing_beside_it(tmp_path):
    file = tmp_path / "mark"
    write_whole(file, b"before")
    write_whole(file, b"after", mode=0o640)
    assert file.read_bytes() == b"after"
    assert file.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["mark"]


def test_its_owner_alone_reads_it_unless_somebody_says_otherwise(tmp_path):
    write_whole(tmp_path / "secret", b"told to nobody")
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_of_several_who_write_at_once_the_first_ones_stays_for_all(tmp_path):
    file, together = tmp_path / "secret", Barrier(8)

    def write(n):
        together.wait()
        write_whole(file, b"%d" % n, first_stays=True)
        read.append(file.read_bytes())

    read: list[bytes] = []
    threads = [Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) == 8
    assert len(set(read)) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def test_what_cannot_be_written_leaves_everything_as_it_was(tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "inside").touch()
    with pytest.raises(OSError, match="taken"):
        write_whole(tmp_path / "taken", b"content")
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]
