"""What every answer carries, and what a form must prove, on every route there is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from cop.app import build as build_app
from cop.house import House
from cop.settings import Settings
from cop.web.security import (
    HEADERS,
    ONLY_HTTPS,
    comes_from_us,
    cookie,
    form_token,
    host_is_ours,
    token_fits,
)
from cop.web.templating import asset
from cop.web.twins import SUFFIXES
from tests.browsing import Browser, ClientAs

HERE = Settings()
ABROAD = Settings(public_url="https://cop.example.pk", host="0.0.0.0")  # noqa: S104 - a setting, nothing listens


def routes(app: Litestar) -> list[tuple[str, str, HTTPRouteHandler]]:
    """Method, path with a value in each place, and handler of everything that can be asked for."""
    return [
        (method, re.sub(r"\{\w+(:\w+)?\}", "1", route.path), handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
    ]


def test_every_answer_of_every_route_carries_the_headers(anybody: Browser, client_as: ClientAs) -> None:
    her = client_as("admin")
    asked = [(method, path) for method, path, _ in routes(anybody.client.app)] + [("GET", "/nowhere"), ("PUT", "/")]
    for method, path in asked:
        for browser in (anybody, her):
            answer = browser.client.request(
                method, path, headers={"Cookie": "; ".join(f"{n}={v}" for n, v in browser.cookies.items())}
            )
            assert answer.headers.get("content-type", "").count("charset") <= 1, path
            carried = {name: answer.headers.get(name) for name in HEADERS}
            assert carried == HEADERS, (method, path, answer.status_code)


def test_every_act_refuses_a_form_without_a_token_or_from_elsewhere(anybody: Browser, client_as: ClientAs) -> None:
    her, own = client_as("admin"), HERE.address
    # Providers prove themselves by their signatures, and have neither cookie nor token.
    acts = [path for method, path, _ in routes(anybody.client.app) if method == "POST" and "/hooks/" not in path]
    assert acts
    for path in acts:
        token = {"_csrf_token": her.token(), "once": "x"}
        answers = {
            "no token": her.post(path, {"once": "x"}, Origin=own),
            "token of another": her.post(path, token | {"_csrf_token": client_as("admin").token()}, Origin=own),
            "foreign origin": her.post(path, token, Origin="https://evil.example"),
            "no origin": her.post(path, token),
            "null origin": her.post(path, token, Origin="null"),
            "another site": her.post(path, token, Origin=own, **{"Sec-Fetch-Site": "cross-site"}),
            "plain text": her.post(path, token, Origin=own, **{"Content-Type": "text/plain"}),
        }
        assert {how: answer.status_code for how, answer in answers.items()} == dict.fromkeys(answers, 403), path


def test_only_what_is_meant_to_be_open_answers_a_stranger(anybody: Browser) -> None:
    for method, path, handler in routes(anybody.client.app):
        if method == "GET" and not handler.opt.get("open"):
            answer = anybody.get(path)
            signed_out = answer.status_code == 401 if path.endswith(SUFFIXES) else answer.status_code == 303
            assert signed_out, path


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8765"}, True),
        ({"origin": "http://127.0.0.1:8765"}, True),
        ({"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:8765"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "http://127.0.0.1:9999"}, False),
        ({"origin": "https://127.0.0.1:8765"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_form_must_come_from_a_page_of_ours(headers: dict[str, str], ours: bool) -> None:
    assert comes_from_us(HERE, {"host": "127.0.0.1:8765", **headers}) is ours


def test_over_https_only_the_public_address_counts() -> None:
    assert comes_from_us(ABROAD, {"host": "cop.example.pk", "origin": "https://cop.example.pk"})
    assert not comes_from_us(ABROAD, {"host": "evil.example", "origin": "https://evil.example"})
    assert not comes_from_us(ABROAD, {"host": "cop.example.pk", "origin": "http://cop.example.pk"})


@pytest.mark.parametrize(
    ("settings", "host", "ours"),
    [
        (HERE, "127.0.0.1:8765", True),
        (HERE, "localhost:9999", True),
        (HERE, "[::1]:8765", True),
        (HERE, "evil.example:8765", False),
        (HERE, "", False),
        (HERE, "[", False),
        (HERE, "[x]:1", False),
        (ABROAD, "COP.example.pk", True),
        (ABROAD, "cop.example.pk:444", False),
        (ABROAD, "127.0.0.1", False),
    ],
)
def test_only_hosts_of_the_house_are_served(settings: Settings, host: str, ours: bool) -> None:
    assert host_is_ours(settings, host) is ours


def test_a_request_for_another_host_is_refused_but_health_may_be_asked_by_any_name(anybody: Browser) -> None:
    assert anybody.get("/sign-in", Host="evil.example").status_code == 400
    assert anybody.get("/health/live", Host="10.0.0.7").status_code == 200


def test_cookies_are_bound_to_the_host_over_https_and_have_another_name_on_loopback() -> None:
    abroad = cookie(ABROAD, "", "value")
    assert (abroad.key, abroad.secure, abroad.httponly, abroad.samesite) == ("__Host-cop", True, True, "lax")
    assert (abroad.path, abroad.domain) == ("/", None)
    at_home = cookie(HERE, "", "value")
    assert (at_home.key, at_home.secure, at_home.httponly, at_home.samesite) == ("cop-local", False, True, "lax")


def test_over_https_browsers_are_told_to_stay_there(house: House) -> None:
    abroad = House(**{**vars(house), "settings": ABROAD})
    with TestClient(build_app(abroad), base_url=ABROAD.address) as client:
        answer = client.get("/sign-in")
        assert {name: answer.headers[name] for name in ONLY_HTTPS} == ONLY_HTTPS
        assert re.match(r"__Host-cop-door=[^;]+; HttpOnly; Path=/; SameSite=lax; Secure$", answer.headers["set-cookie"])


def test_files_under_hashed_names_are_kept_for_ever_and_other_names_are_not_found(anybody: Browser) -> None:
    answer = anybody.get(asset("cop.css"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers.get_list("content-type") == ["text/css; charset=utf-8"]
    assert answer.headers["content-encoding"] == "gzip"
    assert anybody.get("/static/cop.css").status_code == 404
    assert anybody.get("/static/..%2f..%2fapp.py").status_code == 404


def test_pages_are_kept_by_nobody(client_as: ClientAs) -> None:
    assert client_as("admin").get("/account").headers["cache-control"] == "no-store"


@given(binding=st.text(min_size=1), other=st.text(min_size=1), secret=st.binary(min_size=1))
def test_a_token_fits_its_own_web_session_alone(binding: str, other: str, secret: bytes) -> None:
    token = form_token(secret, binding)
    assert token_fits(secret, binding, token)
    assert token != form_token(secret, binding)
    assert token_fits(secret, other, token) == (binding == other)


@given(given_token=st.text())
def test_no_text_at_all_breaks_the_check_of_tokens(given_token: str) -> None:
    assert not token_fits(b"secret", "binding", given_token)


def test_no_schema_of_the_pages_is_served(anybody: Browser) -> None:
    assert {anybody.get(path).status_code for path in ("/schema", "/docs", "/openapi.json")} == {404}
