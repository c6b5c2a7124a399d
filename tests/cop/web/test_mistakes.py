"""What people type that no database or calendar can hold is their input, and no fault of ours."""

import pytest

from tests.browsing import ClientAs


@pytest.mark.parametrize(
    "address",
    [
        "/sessions?month=9999-12",
        "/sessions?month=1-1",
        "/sessions?day=9999-12-31",
        "/messages?week=9999-12-31",
        "/messages?week=0001-01-01",
        "/messages?q=%00",
        "/phones?q=%00",
        "/phones?after=99999999999999999999999999",
        "/inbox?after=99999999999999999999999999",
    ],
)
def test_a_day_beyond_the_calendar_or_a_letter_nobody_can_store_is_no_broken_page(
    client_as: ClientAs, address: str
) -> None:
    assert client_as("manager", "T/").get(address).status_code in (200, 400, 422)
