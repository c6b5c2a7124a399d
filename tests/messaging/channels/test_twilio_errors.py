"""What an answer of Twilio's means: certainty first, then the table."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.channels.base import Fault, Policy
from messaging.channels.twilio_errors import LONGEST_WAIT, TABLE, UNKNOWN, fault_of, refusal

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
codes = st.none() | st.integers(0, 99_999) | st.sampled_from(sorted(TABLE))
waits = st.none() | st.text(max_size=40) | st.integers(-5, 10**9).map(str)


@given(status=st.integers(200, 599), code=codes, wait=waits)
def test_only_a_429_or_a_4xx_that_the_provider_signed_is_ever_certain(
    status: int, code: int | None, wait: str | None
) -> None:
    error = refusal(status, code, wait, NOW)
    if error.policy is Policy.SAFE:
        assert status == 429 or (400 <= status < 500 and error.fault in (Fault.ACCOUNT, Fault.RATE))
    if error.policy is Policy.NEVER:
        assert 400 <= status < 500
        assert code is not None
    assert error.wait is None or timedelta() <= error.wait <= LONGEST_WAIT


@given(code=st.integers(0, 99_999).filter(lambda code: code not in TABLE))
def test_a_number_that_nobody_knows_is_final_and_can_be_counted(code: int) -> None:
    error = refusal(400, code, None, NOW)
    assert (error.policy, error.key, error.code) == (Policy.NEVER, UNKNOWN, str(code))
    assert fault_of(str(code)) is None


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("30", timedelta(seconds=30)),
        ("0", timedelta()),
        ("99999999999", LONGEST_WAIT),
        ("Tue, 01 Dec 2026 10:02:00 GMT", timedelta(minutes=2)),
        ("Tue, 01 Dec 2026 09:00:00 GMT", timedelta()),
        ("soon", None),
        ("", None),
    ],
)
def test_how_long_to_wait_is_read_in_seconds_or_as_a_date(said: str, wait: timedelta | None) -> None:
    assert refusal(429, 20429, said, NOW).wait == wait


def test_every_fault_of_the_account_keeps_its_texts_in_the_queue() -> None:
    assert {code for code, meaning in TABLE.items() if meaning.fault is Fault.ACCOUNT} == {
        code for code, meaning in TABLE.items() if meaning.policy is Policy.SAFE and meaning.fault is not Fault.RATE
    }
    assert all(meaning.policy is Policy.SAFE for meaning in TABLE.values() if meaning.fault is Fault.RATE)
