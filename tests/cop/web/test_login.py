"""Signing in and out: by name and password, by a one-time link; what an intruder tries."""

from tests.browsing import Browser, ClientAs


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page(anybody: Browser) -> None:
    answer = anybody.get("/account")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Faccount"
    assert anybody.follow(answer).status_code == 200


def test_a_signed_in_person_sees_her_account(client_as: ClientAs) -> None:
    page = client_as("manager", "A/KP.BANNU.", name="Sajida Begum").get("/account")
    assert page.status_code == 200
    assert "Sajida Begum" in page.text
