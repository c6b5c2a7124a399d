"""Opening a house: the key that is made in the data folder, and what a house with real phones refuses."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from clusters.kernel.errors import Conflict
from cop.house import _refuse_play, _secret
from cop.settings import Settings

LOOPBACK = {"twilio_address": "http://127.0.0.1:8099", "android_address": "http://127.0.0.1:8098"}


def test_processes_that_start_together_share_one_key_that_only_its_owner_can_read(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(16) as starting:
        keys = set(starting.map(lambda _: _secret(settings), range(64)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 32
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "routes",
    [
        {"sms_out": "twilio"},
        {"sms_out": "android", "android_address": "http://192.168.1.20:8080"},
        {"sms_in": "android", "android_address": "http://192.168.1.20:8080"},
        {"whatsapp": "twilio"},
        {**LOOPBACK, "sms_out": "android", "whatsapp": "twilio", "twilio_address": "https://127.0.0.1.example"},
    ],
)
def test_no_process_is_killed_on_purpose_where_a_text_may_reach_a_phone(routes):
    with pytest.raises(Conflict, match="failpoints_on_real_route"):
        _refuse_play(Settings(failpoints="http.mid=kill9", **routes))
    _refuse_play(Settings(**routes))


@pytest.mark.parametrize("routes", [{}, {"sms_out": "twilio", "sms_in": "android", "whatsapp": "twilio", **LOOPBACK}])
def test_failpoints_may_be_armed_where_every_text_stays_on_this_machine(routes):
    _refuse_play(Settings(failpoints="http.mid=kill9", **routes))
