"""Opening a house: the key that is made in the data folder."""

from concurrent.futures import ThreadPoolExecutor

from cop.house import _secret
from cop.settings import Settings


def test_processes_that_start_together_share_one_key_that_only_its_owner_can_read(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(16) as starting:
        keys = set(starting.map(lambda _: _secret(settings), range(64)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
