"""The edge: what is kept and what is undone, what a failing page says, what a resend does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape

import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from clusters.kernel.audit import AuditEntry, record
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from cop.app import build as build_app
from cop.house import House
from cop.routes import ROUTES
from cop.web import web_sessions
from cop.web.answers import Again, Answer, Done, File, Shown
from cop.web.edge import act, page
from cop.web.forms import FIELDS_LIMIT
from cop.web.models import Login
from cop.web.viewers import Viewer
from cop.web.views.account import AccountPage
from cop.web.views.frame import Area, Crumb, FieldError
from cop.web.views.login import LoginPage
from tests.browsing import Browser, ClientAs, hidden_fields, same_but_path


@dataclass(frozen=True)
class Sent:
    """A form with a little of everything."""

    what: str
    times: int = 1
    day: date | None = None
    also: tuple[int, ...] = ()
    mark: dict[int, str] | None = None
    sure: bool = False


@page("/trial/{number}", here=Area.SESSIONS)
def show(viewer: Viewer, number: int, day: date | None = None) -> Shown:
    return Shown(AccountPage(f"number {number} on {day}", (viewer.login,)), (Crumb("Trial", "/trial/1"), Crumb("This")))


@page("/hidden/{number}", here=Area.SESSIONS)
def hide(number: int) -> AccountPage:
    raise NotFound("trial", number=number)


@page("/drafts", here=Area.PLANNER)
def planners_only() -> AccountPage:
    return AccountPage("drafts", ())


@page("/writes")
def writes(db: Session) -> AccountPage:
    record(db, "write", "trial")
    db.flush()
    return AccountPage("written", ())


@page("/sleeps")
def sleeps(db: Session) -> AccountPage:
    db.execute(text("SET LOCAL statement_timeout = 20"))
    db.execute(text("SELECT pg_sleep(5)"))
    return AccountPage("slept", ())


@page("/list")
def keep() -> File:
    return File(b"a,b\r\n", "text/csv; charset=utf-8", "list.csv")


@act("/trial/{number}/do")
def do(db: Session, viewer: Viewer, number: int, form: Sent) -> Answer:
    record(db, "do", "trial", number, new={"what": form.what, "times": form.times})
    errors = {
        "conflict": Conflict("trial_conflict"),
        "not_allowed": NotAllowed("trial_not_allowed"),
        "invalid": Invalid("trial_invalid"),
        "hidden": NotFound("trial"),
        "bug": ZeroDivisionError("Gul Zaman 03451234567"),
    }
    if form.what in errors:
        raise errors[form.what]
    if form.what == "again":
        raise Again(AccountPage("kept input", (), (FieldError("new", "is wrong"),)))
    if form.what == "shown":
        return Shown(LoginPage("kept input"), status=422)
    return Done(f"/trial/{number}", f"Did {form.what}.", undo=f"/trial/{number}/undo")


TRIAL = (show, hide, planners_only, writes, sleeps, keep, do)


@pytest.fixture
def anybody(house: House) -> Iterator[Browser]:
    with TestClient(build_app(house, (*ROUTES, TRIAL)), base_url=house.settings.address) as client:
        yield Browser(client, house)


@pytest.fixture
def her(client_as: ClientAs) -> Browser:
    return client_as("manager", "T/B1.")


def done(house: House, verb: str = "do") -> int:
    with house.unit() as db:
        return db.scalar(select(func.count()).where(AuditEntry.verb == verb)) or 0


def test_an_act_is_kept_in_her_name_and_says_so_once_on_the_next_page(her: Browser, house: House) -> None:
    answer = her.submit("/trial/7/do", what="something")
    assert (answer.status_code, answer.headers["location"]) == (303, "/trial/7")
    with house.unit() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.verb == "do")).one()
        assert (entry.door, entry.person_id, entry.subject_id) == ("web", her.person_id, 7)
    first = her.follow(answer).text
    assert "Did something." in first
    assert 'action="/trial/7/undo"' in first
    assert "Did something." not in her.get("/trial/7").text


def test_what_was_just_done_is_shown_to_nobody_else(her: Browser, client_as: ClientAs) -> None:
    her.submit("/trial/7/do", what="something")
    other = client_as("manager", "T/B1.")
    other.cookies["cop-local-flash"] = her.cookies["cop-local-flash"]
    assert "Did something." not in other.get("/trial/7").text


@pytest.mark.parametrize(
    ("what", "status"),
    [("conflict", 409), ("not_allowed", 403), ("invalid", 422), ("hidden", 404), ("bug", 500), ("again", 422)],
)
def test_an_act_that_raises_keeps_nothing(her: Browser, house: House, what: str, status: int) -> None:
    assert her.submit("/trial/7/do", what=what).status_code == status
    assert done(house) == 0


def test_an_act_that_shows_a_page_is_kept_whatever_the_status(her: Browser, house: House) -> None:
    answer = her.submit("/trial/7/do", what="shown")
    assert answer.status_code == 422
    assert "kept input" in answer.text
    assert done(house) == 1


def test_a_form_sent_twice_has_one_effect_and_leads_to_the_same_place(her: Browser, house: House) -> None:
    first = her.submit("/trial/7/do", once="same", what="something")
    again = her.submit("/trial/7/do", once="same", what="something")
    assert again.status_code == 303
    assert again.headers["location"] == first.headers["location"]
    assert done(house) == 1
    assert "saved already" in her.follow(again).text


def test_a_form_that_failed_may_be_sent_again(her: Browser, house: House) -> None:
    assert her.submit("/trial/7/do", once="same", what="again").status_code == 422
    assert her.submit("/trial/7/do", once="same", what="something").status_code == 303
    assert done(house) == 1


def test_the_same_token_of_another_person_is_another_form(her: Browser, house: House, client_as: ClientAs) -> None:
    her.submit("/trial/7/do", once="same", what="something")
    client_as("manager", "T/B1.").submit("/trial/8/do", once="same", what="something")
    assert done(house) == 2


def test_a_form_without_its_token_against_resends_is_refused(her: Browser, house: House) -> None:
    fields = {"_csrf_token": her.token(), "what": "something"}
    answer = her.post("/trial/7/do", fields, Origin=house.settings.address)
    assert answer.status_code == 403
    assert done(house) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"what": "x", "admin": "true"},
        {"what": ["x", "y"]},
        {"times": 2},
        {"what": "x", "times": "many"},
        {"what": "x", "day": "2026-02-30"},
        {"what": "x", "mark-three": "here"},
        {"what": "nul\0"},
        {"what": "x", "also": [str(n) for n in range(FIELDS_LIMIT)]},
    ],
    ids=["unknown", "twice", "missing", "no number", "no day", "no key", "nul", "too many"],
)
def test_a_form_that_no_page_of_ours_sends_is_refused(her: Browser, house: House, fields: dict[str, object]) -> None:
    assert her.submit("/trial/7/do", **fields).status_code == 400
    assert done(house) == 0


def test_a_form_of_more_than_64_kb_is_refused(her: Browser, house: House) -> None:
    assert her.submit("/trial/7/do", what="x" * 65_537).status_code == 413
    assert done(house) == 0


def test_a_page_that_would_write_is_broken_and_writes_nothing(her: Browser, house: House) -> None:
    assert her.get("/writes").status_code == 500
    assert done(house, "write") == 0


def test_an_act_after_a_page_may_write_again(her: Browser, house: House) -> None:
    her.get("/trial/7")
    her.submit("/trial/7/do", what="something")
    assert done(house) == 1


def test_what_takes_too_long_asks_to_come_back(her: Browser) -> None:
    answer = her.get("/sleeps")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"


def test_values_of_the_path_and_the_query_come_as_declared(her: Browser) -> None:
    assert "number 7 on 2026-03-14" in her.get("/trial/7?day=2026-03-14&fbclid=x").text
    assert her.get("/trial/7?day=soon").status_code == 400
    assert her.get("/trial/seven").status_code == 404


def test_the_trail_stands_over_the_page(her: Browser) -> None:
    assert '<a href="/trial/1"><bdi>Trial</bdi></a>' in her.get("/trial/7").text


def test_hidden_and_nonexistent_pages_are_the_same_answer(her: Browser, anybody: Browser) -> None:
    hidden = her.get("/hidden/7")
    assert hidden.status_code == 404
    assert same_but_path(hidden, her.get("/nowhere"))
    assert same_but_path(hidden, her.get("/trial/seven"))
    assert same_but_path(hidden, anybody.get("/nowhere/at/all"))


def test_a_main_page_of_another_role_is_not_found(client_as: ClientAs) -> None:
    assert client_as("manager").get("/drafts").status_code == 200
    assert same_but_path(client_as("monitor").get("/drafts"), client_as("monitor").get("/nowhere"))


def test_an_error_page_and_its_log_line_share_a_reference_and_tell_nothing_of_people(her: Browser) -> None:
    with capture_logs() as lines:
        answer = her.submit("/trial/7/do", what="bug")
    (line,) = lines
    assert line["reference"] in answer.text
    assert set(line) == {"event", "log_level", "method", "template", "status", "ms", "reference", "place"}
    assert (line["method"], line["template"], line["status"]) == ("POST", "/trial/{number}/do", 500)
    assert "Gul Zaman" not in str(line)
    assert "Gul Zaman" not in answer.text


def test_what_is_not_found_carries_no_reference(her: Browser) -> None:
    with capture_logs() as lines:
        answer = her.get("/hidden/7")
    assert lines[0]["reference"] not in answer.text
    assert "x-reference" not in answer.headers


def test_an_error_page_keeps_the_navigation(her: Browser) -> None:
    assert "/account" in her.submit("/trial/7/do", what="conflict").text


def test_the_data_of_a_page_stands_beside_it(her: Browser, anybody: Browser) -> None:
    answer = her.get("/trial/7.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["login"] == "number 7 on None"
    assert her.get("/drafts.json").json()["login"] == "drafts"
    assert her.get("/hidden/7.json").json() == {
        "error": {"kind": "not_found", "path": "/hidden/7.json", "sentence": None, "reference": None, "back": None}
    }
    assert anybody.get("/drafts.json").status_code == 401


def test_a_file_is_saved_under_its_name(her: Browser) -> None:
    answer = her.get("/list")
    assert answer.content == b"a,b\r\n"
    assert answer.headers["content-disposition"] == 'attachment; filename="list.csv"'


def test_a_wrong_method_says_which_ones_there_are(her: Browser) -> None:
    answer = her.get("/trial/7/do")
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]


def test_a_form_of_somebody_signed_out_meanwhile_has_no_effect(her: Browser, house: House) -> None:
    fields = {"_csrf_token": her.token(), "once": "x", "what": "something"}
    her.submit("/sign-out")
    answer = her.post("/trial/7/do", fields, Origin=house.settings.address)
    assert answer.status_code == 401
    assert "Sign in" in answer.text
    assert done(house) == 0


def test_pages_are_compressed(her: Browser) -> None:
    assert her.get("/account").headers["content-encoding"] == "gzip"


def test_what_was_typed_before_signing_in_again_is_kept_and_sent_once(
    her: Browser, house: House, client_as: ClientAs
) -> None:
    typed = {"_csrf_token": her.token(), "once": "x", "what": 'some"thing<', "also": ["1", "2"]}
    with house.unit() as db:
        login = db.scalars(select(Login).where(Login.login == her.login)).one()
        again = web_sessions.begin(db, login.id, house.clock(None))
    her.cookies["cop-local"] = again
    answer = her.post("/trial/7/do", typed, Origin=house.settings.address)
    assert answer.status_code == 403
    assert done(house) == 0
    assert 'name="also" value="1"' in answer.text
    assert 'name="also" value="2"' in answer.text
    fields = {name: unescape(value) for name, value in hidden_fields(answer.text, "/trial/7/do").items()}
    assert fields["what"] == typed["what"]
    for _ in range(2):
        assert her.post("/trial/7/do", fields, Origin=house.settings.address).headers["location"] == "/trial/7"
    assert done(house) == 1


def test_a_password_is_never_written_into_a_page(her: Browser, house: House) -> None:
    typed = {"_csrf_token": "stale", "once": "x", "new": "river under seven bridges", "what": "something"}
    answer = her.post("/trial/7/do", typed, Origin=house.settings.address)
    assert answer.status_code == 403
    assert "seven bridges" not in answer.text
