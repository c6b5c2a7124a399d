"""Signing in and out: by name and password, by a one-time link; and what an intruder tries."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from clusters.kernel.clock import RehearsalClock
from clusters.people.models import Post
from clusters.structure.models import Programme
from cop.house import House
from cop.web import passwords
from cop.web.models import FailedSignIn, Login, SignInLink, TakenForm, WebSession
from cop.web.signing_in import FAILURES, add_login, new_link
from cop.web.views.login import LoginProblem
from tests import build
from tests.browsing import Browser, ClientAs, hidden_fields, place_at
from tests.conftest import HandClock

PASSWORD = "correct horse battery staple"


@pytest.fixture
def sajida(house: House) -> str:
    """The name under which a manager with a password signs in."""
    with house.unit() as db:
        person = build.manager(db, place_at(db, "A/KP.BANNU."), "Sajida Begum")
        login_id = add_login(db, person.id, "sajida", house.clock(None))
        db.execute(update(Login).where(Login.id == login_id).values(password_hash=passwords.kept(PASSWORD)))
    return "sajida"


def try_to(browser: Browser, login: str, password: str, next: str = "/account"):  # noqa: A002 - the field's name
    return browser.submit("/sign-in", login=login, password=password, next=next)


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def link_for(house: House, login: str) -> str:
    with house.unit() as db:
        return f"/sign-in/{new_link(db, login, house.clock(None))}"


def failures(house: House) -> int:
    with house.unit() as db:
        return db.scalar(select(func.count()).select_from(FailedSignIn)) or 0


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page_and_back(anybody: Browser, sajida: str) -> None:
    answer = anybody.get("/account?lite=1")
    assert answer.headers["location"] == "/sign-in?next=%2Faccount%3Flite%3D1"
    fields = hidden_fields(anybody.follow(answer).text, "/sign-in")
    sent = anybody.post(
        "/sign-in", {**fields, "login": sajida, "password": PASSWORD}, Origin=anybody.house.settings.address
    )
    assert sent.headers["location"] == "/account?lite=1"
    assert "Sajida Begum" in anybody.follow(sent).text


@pytest.mark.parametrize("typed", ["sajida", "  Sajida ", "SAJIDA"])
def test_a_name_is_taken_however_it_is_typed(anybody: Browser, sajida: str, typed: str) -> None:
    assert try_to(anybody, typed, PASSWORD).status_code == 303
    assert is_signed_in(anybody)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", ""])
def test_nobody_is_led_out_of_the_house_after_signing_in(anybody: Browser, sajida: str, elsewhere: str) -> None:
    assert try_to(anybody, sajida, PASSWORD, elsewhere).headers["location"] == "/"


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(anybody: Browser, sajida: str, house: House) -> None:
    with house.unit() as db:
        build_without_password(db, house)
    answers = [
        try_to(anybody, "sajida", "wrong"),
        try_to(anybody, "nobody", PASSWORD),
        try_to(anybody, "fresh", PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {401}
    plain = {
        without_tokens(answer.text).replace(name, "NAME")
        for answer, name in zip(answers, ("sajida", "nobody", "fresh"), strict=True)
    }
    assert len(plain) == 1
    assert not is_signed_in(anybody)


def build_without_password(db: Session, house: House) -> None:
    person = build.manager(db, place_at(db, "A/KP.BANNU."))
    add_login(db, person.id, "fresh", house.clock(None))


def without_tokens(html: str) -> str:
    for action in ("/sign-in", "/language"):
        if f'action="{action}"' in html:
            for value in hidden_fields(html, action).values():
                html = html.replace(value, "TOKEN") if len(value) > 8 else html
    return html


def test_a_name_nobody_has_costs_a_check_too(anybody: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str | None] = []
    fits = passwords.fits
    monkeypatch.setattr(passwords, "fits", lambda stored, given: checked.append(stored) or fits(stored, given))
    try_to(anybody, "nobody", PASSWORD)
    assert checked == [None]


def test_after_ten_failures_a_name_is_locked_even_for_the_right_password(
    anybody: Browser, sajida: str, clock: HandClock
) -> None:
    for _ in range(FAILURES):
        assert try_to(anybody, sajida, "wrong").status_code == 401
        clock.advance(seconds=6)
    locked = try_to(anybody, sajida, PASSWORD)
    assert locked.status_code == 429
    assert "Wait 4 minutes" in locked.text
    clock.advance(minutes=4)
    assert try_to(anybody, sajida, PASSWORD).status_code == 303


def test_an_unknown_name_is_locked_just_the_same(anybody: Browser, house: House) -> None:
    statuses = [try_to(anybody, "nobody", "wrong").status_code for _ in range(FAILURES + 1)]
    assert statuses == [401] * FAILURES + [429]


def test_one_address_may_not_try_many_names(anybody: Browser, sajida: str) -> None:
    for number in range(FAILURES):
        try_to(anybody, f"guess{number}", "wrong")
    assert try_to(anybody, sajida, PASSWORD).status_code == 429


def test_knocking_at_a_locked_door_keeps_it_locked_no_longer(anybody: Browser, house: House) -> None:
    for _ in range(FAILURES):
        try_to(anybody, "nobody", "wrong")
    before = failures(house)
    try_to(anybody, "nobody", "wrong")
    assert failures(house) == before


def test_neither_names_nor_addresses_are_stored_of_a_failed_try(anybody: Browser, house: House) -> None:
    try_to(anybody, "gul.zaman", "wrong")
    with house.unit() as db:
        tags = set(db.scalars(select(FailedSignIn.tag)))
    assert len(tags) == 3
    assert {len(tag) for tag in tags} == {64}


def test_an_id_that_a_browser_brought_is_never_signed_in(anybody: Browser, sajida: str) -> None:
    anybody.cookies |= {"cop-local": "planted", "cop-local-door": "planted too"}
    fields = hidden_fields(anybody.get("/sign-in").text, "/sign-in")
    sent = {**fields, "login": sajida, "password": PASSWORD}
    assert anybody.post("/sign-in", sent, Origin=anybody.house.settings.address).status_code == 303
    assert anybody.cookies["cop-local"] != "planted"
    assert not is_signed_in(Browser(anybody.client, anybody.house, cookies={"cop-local": "planted"}))


def test_every_sign_in_has_a_new_id_and_ends_the_one_before_in_that_browser(anybody: Browser, sajida: str) -> None:
    try_to(anybody, sajida, PASSWORD)
    first = anybody.cookies["cop-local"]
    try_to(anybody, sajida, PASSWORD)
    assert anybody.cookies["cop-local"] != first
    assert not is_signed_in(Browser(anybody.client, anybody.house, cookies={"cop-local": first}))
    assert is_signed_in(anybody)


def test_only_a_fingerprint_of_the_id_is_stored(anybody: Browser, sajida: str, house: House) -> None:
    try_to(anybody, sajida, PASSWORD)
    with house.unit() as db:
        stored = set(db.scalars(select(WebSession.id_hash)))
    assert anybody.cookies["cop-local"] not in stored


def test_an_id_is_worth_nothing_after_signing_out(client_as: ClientAs) -> None:
    her = client_as("manager")
    kept = dict(her.cookies)
    answer = her.submit("/sign-out")
    assert answer.headers["location"] == "/sign-in?out=1"
    assert "You are signed out." in her.follow(answer).text
    assert "cop-local" not in her.cookies
    assert not is_signed_in(Browser(her.client, her.house, cookies=kept))


def test_who_is_away_for_half_an_hour_signs_in_again_and_who_works_does_not(
    client_as: ClientAs, clock: HandClock
) -> None:
    her = client_as("manager")
    for _ in range(4):
        clock.advance(minutes=29)
        assert is_signed_in(her)
    clock.advance(minutes=31)
    answer = her.get("/account")
    assert answer.headers["location"] == "/sign-in?next=%2Faccount&away=1"
    assert "You were away for a while" in her.follow(answer).text


def test_after_twelve_hours_everybody_signs_in_again(client_as: ClientAs, clock: HandClock) -> None:
    her = client_as("manager")
    for _ in range(25):
        clock.advance(minutes=28)
        assert is_signed_in(her)
    clock.advance(minutes=25)
    assert not is_signed_in(her)


def test_moving_the_rehearsal_clock_signs_nobody_out(client_as: ClientAs, house: House) -> None:
    her = client_as("manager")
    with house.unit() as db:
        db.add(RehearsalClock(id=1, shift=timedelta(days=3)))
    assert is_signed_in(her)


def test_a_disabled_login_is_out_at_once(client_as: ClientAs, house: House, clock: HandClock) -> None:
    her = client_as("manager")
    with house.unit() as db:
        db.execute(update(Login).where(Login.login == her.login).values(disabled_at=clock()))
    assert not is_signed_in(her)


def test_who_holds_no_post_any_more_is_out_at_once(client_as: ClientAs, house: House) -> None:
    her = client_as("manager")
    with house.unit() as db:
        db.execute(
            update(Post)
            .where(Post.person_id == her.person_id)
            .values(during=func.daterange(build.SINCE, build.SINCE + timedelta(days=1)))
        )
    assert not is_signed_in(her)


def test_a_link_shows_one_button_that_signs_in_once(anybody: Browser, sajida: str, house: House) -> None:
    link = link_for(house, sajida)
    for _ in range(2):
        shown = anybody.get(link)
        assert "Sign in as <bdi>Sajida Begum</bdi>" in shown.text
        assert not is_signed_in(anybody)
    fields = hidden_fields(shown.text, link)
    answer = anybody.post(link, dict(fields), Origin=house.settings.address)
    assert answer.headers["location"] == "/"
    assert is_signed_in(anybody)
    stranger = Browser(anybody.client, house)
    assert stranger.submit(link).status_code == 401
    assert not is_signed_in(stranger)
    assert "This link was used" in stranger.get(link).text


def test_pressing_the_button_of_a_link_twice_does_no_harm(anybody: Browser, sajida: str, house: House) -> None:
    link = link_for(house, sajida)
    anybody.submit(link)
    assert anybody.submit(link).headers["location"] == "/"
    assert is_signed_in(anybody)


def test_a_link_dies_after_a_day(anybody: Browser, sajida: str, house: House, clock: HandClock) -> None:
    link = link_for(house, sajida)
    clock.advance(hours=24)
    assert "This link was used or is older than a day" in anybody.get(link).text
    assert anybody.submit(link).status_code == 401


def test_a_new_link_takes_the_place_of_the_one_before(anybody: Browser, sajida: str, house: House) -> None:
    first, second = link_for(house, sajida), link_for(house, sajida)
    assert anybody.submit(first).status_code == 401
    assert anybody.submit(second).status_code == 303


def test_a_link_of_a_disabled_login_opens_nothing(anybody: Browser, sajida: str, house: House) -> None:
    link = link_for(house, sajida)
    with house.unit() as db:
        db.execute(update(Login).values(disabled_at=house.clock(None)))
    assert anybody.submit(link).status_code == 401


def test_only_a_fingerprint_of_a_link_is_stored(sajida: str, house: House) -> None:
    link = link_for(house, sajida)
    with house.unit() as db:
        assert db.scalars(select(SignInLink.link_hash)).one() not in link


def test_a_chosen_language_stays_before_and_after_signing_in(anybody: Browser, sajida: str, house: House) -> None:
    assert anybody.submit("/language", language="en", next="/sign-in").headers["location"] == "/sign-in"
    assert anybody.cookies["cop-local-language"] == "en"
    assert anybody.submit("/language", language="xx").status_code == 400


def test_every_problem_of_signing_in_has_its_sentence(anybody: Browser) -> None:
    assert {problem.value for problem in LoginProblem} == {"wrong", "locked", "link_spent", "timed_out"}


def test_forms_that_nobody_can_resend_are_forgotten_when_somebody_signs_in(
    anybody: Browser, client_as: ClientAs, sajida: str, house: House, clock: HandClock
) -> None:
    client_as("manager").submit("/account/others")
    clock.advance(days=3)
    try_to(anybody, sajida, PASSWORD)
    with house.unit() as db:
        assert db.scalar(select(func.count()).select_from(TakenForm)) == 0


def test_pages_speak_the_first_language_of_the_programme_until_another_is_chosen(
    anybody: Browser, house: House
) -> None:
    with house.unit() as db:
        person = build.manager(db, place_at(db, "T/"), "Sajida Begum")
        db.execute(update(Programme).values(languages=["ur", "en"]))
        add_login(db, person.id, "sajida", house.clock(None))
    assert '<html lang="ur" dir="rtl">' in anybody.get("/sign-in").text
    opened = anybody.submit(link_for(house, "sajida"))
    assert '<html lang="ur" dir="rtl">' in anybody.follow(opened).text
    anybody.submit("/language", language="en", next="/")
    assert '<html lang="en" dir="ltr">' in anybody.get("/account").text
    anybody.submit("/sign-out")
    assert '<html lang="en" dir="ltr">' in anybody.get("/sign-in").text


def test_a_programme_that_names_no_language_of_the_pages_speaks_english(anybody: Browser, house: House) -> None:
    with house.unit() as db:
        build.programme(db)
        db.execute(update(Programme).values(languages=["ps"]))
    assert '<html lang="en" dir="ltr">' in anybody.get("/sign-in").text
