"""The second proof: set up with an app, asked for at the door, and anew before something of weight."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import httpx
import pytest
from litestar.testing import TestClient
from pyotp import TOTP
from sqlalchemy import func, select, update

from cop.decided import Decided
from cop.house import House
from cop.web import passwords, web_sessions
from cop.web.models import FailedSignIn, Login, RecoveryCode, SecondFactor, WebSession
from cop.web.second_factor import LIMITS, PRINTED
from cop.web.security import cookie_name
from cop.web.signing_in import new_link
from cop.web.viewers import MUST_PROVE
from cop.web.views import paths
from cop.web.views.frame import Role
from tests import build
from tests.browsing import Browser, ClientAs, hidden_fields, pages_of, place_at
from tests.conftest import HandClock

PASSWORD = "correct horse battery staple"
SCHOOLS = b"EMIS Code,School Name,Latitude,Longitude\n61001,GPS One,3.5,3.5\n"
"""A list with a problem in its one row."""


def keep_password(house: House, login: str) -> None:
    with house.unit() as db:
        db.execute(update(Login).where(Login.login == login).values(password_hash=passwords.kept(PASSWORD)))


def key_of(page: str) -> str:
    """The key as it is written for typing."""
    written = re.search(r'<bdi dir="ltr">((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})</bdi>', page)
    assert written is not None
    return written[1].replace(" ", "")


def set_up(her: Browser) -> tuple[TOTP, list[str]]:
    """Her app, and her printed codes."""
    assert her.submit(paths.SECOND_FACTOR).status_code == 303
    app = TOTP(key_of(her.get(paths.SECOND_FACTOR).text))
    answer = her.submit(paths.CONFIRM_FACTOR, code=code_of(app, her))
    assert answer.status_code == 200, answer.text
    return app, re.findall(r'<li><bdi dir="ltr">([a-z0-9-]{11})</bdi>', answer.text)


def code_of(app: TOTP, browser: Browser, steps: int = 0) -> str:
    return app.at(browser.house.clock(None), counter_offset=steps)


@pytest.fixture
def her(client_as: ClientAs, house: House) -> Browser:
    browser = client_as("manager", "A/KP.BANNU.", name="Sajida Begum")
    keep_password(house, browser.login)
    return browser


def at_the_code(her: Browser, next: str = "/account") -> Browser:  # noqa: A002 - the field's name
    """Another browser of hers in which the password was right."""
    browser = Browser(her.client, her.house, her.person_id, her.login)
    answer = browser.submit("/sign-in", login=her.login, password=PASSWORD, next=next)
    assert answer.status_code == 303
    return browser


def give(browser: Browser, code: str, next: str = "/account") -> httpx.Response:  # noqa: A002 - the field's name
    """Send the code as the page at the door would."""
    fields = hidden_fields(browser.get(f"{paths.SIGN_IN_CODE}?next={next}").text, paths.SIGN_IN_CODE)
    return browser.post(paths.SIGN_IN_CODE, {**fields, "code": code}, Origin=browser.house.settings.address)


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def test_the_password_alone_no_longer_signs_in_once_an_app_is_set_up(her: Browser, clock: HandClock) -> None:
    app, printed = set_up(her)
    assert len(printed) == PRINTED
    assert is_signed_in(her), "this browser goes on, under a new id"
    clock.advance(seconds=60)
    browser = at_the_code(her)
    assert not is_signed_in(browser)
    answer = give(browser, code_of(app, her))
    assert answer.headers["location"] == "/account"
    assert is_signed_in(browser)


def test_the_picture_holds_the_key_and_the_name(her: Browser, house: House) -> None:
    her.submit(paths.SECOND_FACTOR)
    page = her.get(paths.SECOND_FACTOR)
    assert "<svg" in page.text
    key = key_of(page.text)
    assert len(key) == 32
    assert unquote(TOTP(key).provisioning_uri(name=her.login, issuer_name="cop")).startswith(
        f"otpauth://totp/cop:{her.login}?"
    )
    assert key not in her.get(paths.SECOND_FACTOR + ".json").text


def test_a_code_counts_once(her: Browser, clock: HandClock) -> None:
    app, _ = set_up(her)
    used = code_of(app, her)
    assert give(at_the_code(her), used).status_code == 401
    clock.advance(seconds=30)
    fresh = code_of(app, her)
    assert give(at_the_code(her), fresh).status_code == 303
    assert give(at_the_code(her), fresh).status_code == 401
    earlier = code_of(app, her, -1)
    assert give(at_the_code(her), earlier).status_code == 401


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_her_clock_may_be_half_a_minute_off(her: Browser, clock: HandClock, steps: int, taken: bool) -> None:
    app, _ = set_up(her)
    clock.advance(minutes=5)
    answer = give(at_the_code(her), code_of(app, her, steps))
    assert (answer.status_code == 303) is taken


def test_a_printed_code_works_once_however_it_is_typed(her: Browser, house: House) -> None:
    _, printed = set_up(her)
    typed = printed[0].upper().replace("-", " ")
    assert give(at_the_code(her), typed).status_code == 303
    assert give(at_the_code(her), printed[0]).status_code == 401
    with house.unit() as db:
        assert db.scalar(select(func.count()).select_from(RecoveryCode)) == PRINTED - 1
        assert printed[1] not in str(db.scalars(select(RecoveryCode.tag)).all())


def test_new_printed_codes_end_the_old_ones(her: Browser) -> None:
    _, old = set_up(her)
    page = her.submit(paths.NEW_CODES).text
    new = re.findall(r'<li><bdi dir="ltr">([a-z0-9-]{11})</bdi>', page)
    assert not set(old) & set(new)
    assert give(at_the_code(her), old[0]).status_code == 401
    assert give(at_the_code(her), new[0]).status_code == 303


def test_after_five_wrong_codes_not_even_the_right_one_is_compared(
    her: Browser, house: House, clock: HandClock
) -> None:
    app, _ = set_up(her)
    clock.advance(minutes=1)
    for _ in range(LIMITS[0][1]):
        assert give(at_the_code(her), "000000").status_code == 401
    locked = give(at_the_code(her), code_of(app, her))
    assert locked.status_code == 429
    assert "Wait 5 minutes" in locked.text
    clock.advance(minutes=5, seconds=1)
    assert give(at_the_code(her), code_of(app, her)).status_code == 303


@pytest.mark.parametrize(("within", "most"), LIMITS)
def test_every_limit_holds_for_its_time(
    her: Browser, house: House, clock: HandClock, within: timedelta, most: int
) -> None:
    app, _ = set_up(her)
    give(at_the_code(her), "000000")
    with house.unit() as db:
        tries = db.scalars(select(FailedSignIn)).all()[-1].tag
        for n in range(most - 1):
            db.add(FailedSignIn(tag=tries, at=house.clock(None) - within + timedelta(seconds=30 + n % 20)))
    held = at_the_code(her)
    assert give(held, code_of(app, her, 1)).status_code == 429
    clock.advance(seconds=60)
    assert give(held, code_of(app, her)).status_code == 303


def test_ten_minutes_after_the_password_the_code_comes_too_late(her: Browser, clock: HandClock) -> None:
    app, _ = set_up(her)
    browser = at_the_code(her)
    fields = hidden_fields(browser.get(paths.SIGN_IN_CODE).text, paths.SIGN_IN_CODE)
    clock.advance(minutes=10, seconds=1)
    late = browser.post(
        paths.SIGN_IN_CODE, {**fields, "code": code_of(app, her)}, Origin=browser.house.settings.address
    )
    assert late.status_code == 401
    assert 'name="password"' in late.text


def test_the_id_that_waited_for_the_code_opens_nothing_before_or_after(her: Browser, clock: HandClock) -> None:
    app, _ = set_up(her)
    clock.advance(minutes=1)
    browser = at_the_code(her)
    name = cookie_name(her.house.settings)
    waited = browser.cookies[name]
    give(browser, code_of(app, her))
    assert browser.cookies[name] != waited
    thief = Browser(her.client, her.house, cookies={name: waited})
    assert not is_signed_in(thief)
    assert 'name="password"' in thief.get(paths.SIGN_IN_CODE).text


def test_a_one_time_link_opens_a_full_web_session(her: Browser, house: House) -> None:
    set_up(her)
    with house.unit() as db:
        token = new_link(db, her.login, house.clock(None))
    browser = Browser(her.client, house, her.person_id, her.login)
    browser.submit(f"/sign-in/{token}")
    assert is_signed_in(browser)


def test_a_role_is_given_only_after_a_fresh_proof_and_what_was_typed_is_kept(
    her: Browser, house: House, clock: HandClock
) -> None:
    with house.unit() as db:
        cluster = build.cluster(db, 2, in_circle=place_at(db, "T/B1.C01."), admin_path="KP.BANNU.")
        teacher = build.teacher(db, build.schools_of(db, cluster)[0], "Gul Zaman").id
    app, _ = set_up(her)
    clock.advance(minutes=11)
    assert her.submit(paths.person_act(str(teacher), "name"), name="Gul Zaman Khan").status_code == 303, (
        "a name is no role"
    )
    asked = her.submit(paths.person_act(str(teacher), "number"), phone="0345-1234567")
    assert asked.status_code == 403
    assert "0345-1234567" in asked.text
    fields = fields_of(asked.text, paths.PROVE)
    wrong = her.post(paths.PROVE, {**fields, "code": "000000"}, Origin=house.settings.address)
    assert wrong.status_code == 401
    fields = fields_of(wrong.text, paths.PROVE)
    proved = her.post(paths.PROVE, {**fields, "code": code_of(app, her)}, Origin=house.settings.address)
    assert proved.status_code == 200
    act = paths.person_act(str(teacher), "number")
    sent = her.post(act, {**fields_of(proved.text, act)}, Origin=house.settings.address)
    assert sent.status_code == 303, sent.text
    assert her.submit(act, phone="0345-7654321").status_code == 303, "ten minutes long nobody asks again"


def fields_of(html: str, action: str) -> dict[str, object]:
    """The hidden fields of a form; those of one name as a list."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.DOTALL)
    assert form is not None
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[0]):
        found.setdefault(name, []).append(value)
    return {name: values if name == "kept" else values[0] for name, values in found.items()}


def test_names_leave_the_house_only_after_a_fresh_proof(her: Browser, clock: HandClock) -> None:
    app, _ = set_up(her)
    clock.advance(minutes=11)
    assert her.get(paths.PEOPLE).status_code == 200
    for suffix in (".csv", ".xlsx", ".json"):
        answer = her.get(f"{paths.PEOPLE}{suffix}?q=gul")
        assert answer.headers["location"] == f"{paths.PROVE}?next=%2Fpeople{suffix}%3Fq%3Dgul"
    fields = hidden_fields(her.follow(answer).text, paths.PROVE)
    proved = her.post(paths.PROVE, {**fields, "code": code_of(app, her)}, Origin=her.house.settings.address)
    assert proved.headers["location"] == "/people.json?q=gul"
    assert her.follow(proved).headers["content-type"] == "application/json"


def test_a_file_that_is_no_twin_leaves_the_house_only_after_a_fresh_proof(
    client_as: ClientAs, house: House, clock: HandClock
) -> None:
    manager = client_as("manager", "T/B1.")
    app, _ = set_up(manager)
    sent = manager.send("/imports", "schools.csv", SCHOOLS, kind="schools")
    columns = {"field-0": "code", "field-1": "name", "field-2": "lat", "field-3": "lon"}
    manager.submit(f"{sent.headers['location']}/check", **columns)
    file = f"{sent.headers['location']}/problems"
    assert manager.get(file).headers["content-type"].startswith("text/csv")
    clock.advance(minutes=11)
    assert manager.get(file).headers["location"].startswith(f"{paths.PROVE}?next=%2Fimports%2Fdrafts%2F")
    fields = hidden_fields(manager.follow(manager.get(file)).text, paths.PROVE)
    proved = manager.post(paths.PROVE, {**fields, "code": code_of(app, manager)}, Origin=house.settings.address)
    assert manager.follow(proved).headers["content-type"].startswith("text/csv")


def test_a_proof_puts_the_browser_under_a_new_id_that_lasts_no_longer(
    her: Browser, house: House, clock: HandClock
) -> None:
    app, _ = set_up(her)
    name = cookie_name(house.settings)
    before = her.cookies[name]
    with house.unit() as db:
        ends = db.scalars(select(WebSession.ends_at).where(WebSession.ended_at.is_(None))).all()
    clock.advance(minutes=11)
    fields = hidden_fields(her.get(f"{paths.PROVE}?next=/account").text, paths.PROVE)
    her.post(paths.PROVE, {**fields, "code": code_of(app, her)}, Origin=house.settings.address)
    assert her.cookies[name] != before
    assert not is_signed_in(Browser(her.client, house, cookies={name: before}))
    with house.unit() as db:
        assert db.scalars(select(WebSession.ends_at).where(WebSession.ended_at.is_(None))).all() == ends


def test_a_new_app_counts_only_when_it_has_proved_itself(her: Browser, clock: HandClock) -> None:
    old, _ = set_up(her)
    clock.advance(minutes=1)
    her.submit(paths.SECOND_FACTOR)
    assert her.submit(paths.CONFIRM_FACTOR, code="000000").status_code == 401
    assert give(at_the_code(her), code_of(old, her)).status_code == 303


def test_setting_it_up_signs_out_every_other_browser(her: Browser, house: House) -> None:
    with house.unit() as db:
        login = db.scalars(select(Login.id).where(Login.login == her.login)).one()
        other = web_sessions.begin(db, login, house.clock(None))
    browser = Browser(her.client, house, cookies={cookie_name(house.settings): other})
    assert is_signed_in(browser)
    set_up(her)
    assert not is_signed_in(browser)


def test_turned_off_the_password_is_enough_again(her: Browser, house: House) -> None:
    set_up(her)
    assert her.submit(paths.NO_FACTOR).status_code == 303
    assert is_signed_in(at_the_code(her))
    with house.unit() as db:
        assert db.scalars(select(SecondFactor)).all() == []
        assert db.scalars(select(RecoveryCode)).all() == []


def test_the_database_alone_does_not_hold_the_key(her: Browser, house: House) -> None:
    app, _ = set_up(her)
    with house.unit() as db:
        row = db.scalars(select(SecondFactor)).one()
    assert app.byte_secret() not in (row.salt, row.next_salt)
    assert row.next_salt is None


def test_where_the_pages_are_open_to_a_network_whoever_sees_a_district_sets_one_up_first(
    client_as: ClientAs, house: House
) -> None:
    settings = replace(house.settings, public_url="https://cop.example.org")
    abroad = replace(house, settings=settings, holding=Decided(settings))
    at_home = {role: client_as(role.value, "T/B1.") for role in Role}
    with TestClient(pages_of(abroad), base_url=settings.address) as client:
        for role, browser in at_home.items():
            assert browser.get(paths.HOME).status_code == 200, "on this machine alone nobody must"
            cookies = {cookie_name(settings): browser.cookies[cookie_name(house.settings)]}
            outside = Browser(client, abroad, browser.person_id, browser.login, cookies)
            answer = outside.get(paths.HOME)
            if role in MUST_PROVE:
                assert answer.headers["location"] == paths.SECOND_FACTOR
                assert outside.get(f"{paths.PEOPLE}.csv").headers["location"] == paths.SECOND_FACTOR
                assert outside.submit(paths.NEW_PERSON, name="X").headers["location"] == paths.SECOND_FACTOR
                assert "whole district" in outside.get(paths.SECOND_FACTOR).text
            else:
                assert answer.status_code == 200


FILES_OF_PEOPLE = (
    paths.PHONES,
    paths.phone("+923451234567"),
    paths.session(1),
    paths.sheet(1),
    paths.attendance(1),
    paths.session_list(1),
    paths.cluster(1),
    paths.person(1),
    paths.INBOX,
    paths.MESSAGES,
    paths.NOTES,
)
"""Pages whose data holds names of many, or numbers."""


def test_no_other_file_of_names_or_numbers_goes_around_the_fresh_proof(her: Browser, clock: HandClock) -> None:
    set_up(her)
    clock.advance(minutes=11)
    asked = {
        path + suffix: her.get(path + suffix).headers.get("location", "").startswith(f"{paths.PROVE}?next=")
        for path in FILES_OF_PEOPLE
        for suffix in (".csv", ".xlsx", ".json")
    }
    assert [path for path, proved in asked.items() if not proved] == []


def test_a_list_that_gives_posts_and_numbers_comes_and_goes_only_after_a_fresh_proof(
    her: Browser, clock: HandClock
) -> None:
    set_up(her)
    clock.advance(minutes=11)
    for path in (paths.import_draft(1, "apply"), paths.import_(1, "undo"), paths.join_request(1)):
        asked = her.submit(path)
        assert (path, asked.status_code) == (path, 403)
        assert "Is it you?" in asked.text


def test_signing_out_the_others_ends_those_that_wait_for_the_code(her: Browser, clock: HandClock) -> None:
    app, _ = set_up(her)
    clock.advance(minutes=1)
    waits = at_the_code(her)
    assert her.submit(paths.END_OTHERS).status_code == 303
    assert 'name="password"' in waits.get(paths.SIGN_IN_CODE).text
    assert is_signed_in(her)
    assert give(at_the_code(her), code_of(app, her)).status_code == 303
