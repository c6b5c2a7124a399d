"""Own account: the password, and the browsers that are signed in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from cop.house import House
from cop.web import passwords, web_sessions
from cop.web.models import Login
from cop.web.signing_in import FAILURES
from tests.browsing import Browser, ClientAs
from tests.conftest import HandClock

OLD, NEW = "correct horse battery staple", "river under seven bridges"


@pytest.fixture
def her(client_as: ClientAs) -> Browser:
    return client_as("manager", "A/KP.BANNU.", name="Sajida Begum")


def give_password(house: House, login: str) -> None:
    with house.unit() as db:
        db.execute(update(Login).where(Login.login == login).values(password_hash=passwords.kept(OLD)))


def another(her: Browser) -> Browser:
    """A second browser of hers."""
    with her.house.unit() as db:
        login = db.query(Login).filter_by(login=her.login).one()
        session_id = web_sessions.begin(db, login.id, her.house.clock(None))
    return Browser(her.client, her.house, her.person_id, her.login, {"cop-local": session_id})


def can_sign_in(browser: Browser, login: str, password: str) -> bool:
    stranger = Browser(browser.client, browser.house)
    return stranger.submit("/sign-in", login=login, password=password).status_code == 303


def test_the_account_names_the_places_she_sees(her: Browser) -> None:
    assert "<dd><bdi>Bannu</bdi></dd>" in her.get("/account").text


def test_after_a_first_link_a_password_is_set_without_an_old_one(her: Browser) -> None:
    assert 'id="old"' not in her.get("/account").text
    answer = her.submit("/account/password", new=NEW)
    assert "The new password is saved." in her.follow(answer).text
    assert can_sign_in(her, her.login, NEW)


def test_a_password_is_changed_only_with_the_old_one(her: Browser, house: House) -> None:
    give_password(house, her.login)
    for old in ("", "wrong"):
        answer = her.submit("/account/password", new=NEW, old=old)
        assert answer.status_code == 422
        assert "The password is not right." in answer.text
    assert can_sign_in(her, her.login, OLD)
    assert her.submit("/account/password", new=NEW, old=OLD).status_code == 303
    assert can_sign_in(her, her.login, NEW)
    assert not can_sign_in(her, her.login, OLD)


def test_guessing_the_old_password_is_counted_like_guessing_at_the_door(her: Browser, house: House) -> None:
    give_password(house, her.login)
    for _ in range(FAILURES):
        her.submit("/account/password", new=NEW, old="wrong")
    answer = her.submit("/account/password", new=NEW, old=OLD)
    assert answer.status_code == 422
    assert "Too many tries." in answer.text


def test_a_new_password_gives_this_browser_a_new_id_and_signs_out_the_others(her: Browser) -> None:
    other, kept = another(her), dict(her.cookies)
    answer = her.submit("/account/password", new=NEW)
    assert "1 other device was signed out." in her.follow(answer).text
    assert her.cookies["cop-local"] != kept["cop-local"]
    for dead in (other, Browser(her.client, her.house, cookies=kept)):
        assert dead.get("/account").status_code == 303


def test_the_other_browsers_are_listed_and_signed_out_on_request(her: Browser, clock: HandClock) -> None:
    assert "/account/others" not in her.get("/account").text
    other = another(her)
    assert "/account/others" in her.get("/account").text
    answer = her.submit("/account/others")
    assert "1 device was signed out." in her.follow(answer).text
    assert other.get("/account").status_code == 303


def test_the_browsers_of_somebody_else_stay(her: Browser, client_as: ClientAs) -> None:
    other = client_as("manager", "A/KP.BANNU.")
    her.submit("/account/others")
    assert other.get("/account").status_code == 200


def test_a_weak_password_is_named_and_nothing_changes(her: Browser) -> None:
    answer = her.submit("/account/password", new="short")
    assert answer.status_code == 422
    assert "Too short: 8 letters or more." in answer.text
    assert not can_sign_in(her, her.login, "short")


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("seven77", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("password1", "password_too_easy"),
        ("P@ssw0rd123!", "password_too_easy"),
        ("pakistan1947", "password_too_easy"),
        ("03451234567", "password_too_easy"),
        ("aaaaaaaaaaab", "password_too_easy"),
        ("abcdefgh", "password_too_easy"),
        ("87654321", "password_too_easy"),
        ("qwertyuiop", "password_too_easy"),
        ("sajida.begum", "password_too_easy"),
        ("Begum2026", "password_too_easy"),
        ("river under seven bridges", None),
        ("دریا کے نیچے سات پل", None),
        ("tR7#kq9vWz", None),
    ],
)
def test_easy_passwords_are_not_taken(password: str, weakness: str | None) -> None:
    assert passwords.weakness(password, "sajida.begum", "Sajida Begum") == weakness


@given(password=st.text(min_size=64, max_size=64, alphabet=st.characters(codec="utf-8")))
def test_long_passwords_are_never_too_long(password: str) -> None:
    assert passwords.weakness(password, "sajida", "Sajida Begum") != "password_too_short"


def test_a_password_fits_its_own_hash_alone_and_no_hash_fits_nobody() -> None:
    stored = passwords.kept(OLD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.fits(stored, OLD)
    assert not passwords.fits(stored, NEW)
    assert not passwords.fits(None, OLD)
    assert not passwords.fits(None, "nobody has this password")
    assert stored != passwords.kept(OLD)


def test_the_same_letters_from_another_keyboard_fit() -> None:
    assert passwords.fits(passwords.kept("caf\u00e9 seven bridges"), "cafe\u0301 seven bridges")
