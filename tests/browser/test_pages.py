"""Every page in a real browser: narrow and wide, with and without script, nothing from elsewhere, nothing sideways."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

pytestmark = pytest.mark.browser

WIDTHS = {"phone": 360, "desk": 1280}


BROWSERS = [
    ("phone", False),
    ("desk", True),
    pytest.param(("phone", True), marks=pytest.mark.long),
    pytest.param(("desk", False), marks=pytest.mark.long),
]
"""A width, and whether scripts run."""


@pytest.fixture(scope="module", params=BROWSERS, ids=str)
def page(request, chromium: Browser, site) -> Iterator[Page]:
    """A signed-in page of one width, with or without script; every other origin is refused and remembered."""
    width, script = request.param
    context = chromium.new_context(
        viewport={"width": WIDTHS[width], "height": 900}, java_script_enabled=script, base_url=site.address
    )
    page = context.new_page()
    page.complaints = []  # type: ignore[attr-defined]

    def elsewhere(route: Route) -> None:
        page.complaints.append(f"asked for {route.request.url}")  # type: ignore[attr-defined]
        route.abort()

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            page.complaints.append(message.text)  # type: ignore[attr-defined]

    context.route(lambda url: not url.startswith(site.address), elsewhere)
    page.on("console", said)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.goto(site.sign_in())
    page.locator("main form button").first.click()
    page.wait_for_url(f"{site.address}/")
    yield page
    context.close()


def opened(page: Page, path: str) -> Page:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    assert page.locator("h1").count() == 1, path
    sideways = page.locator("html").evaluate("root => root.scrollWidth - root.clientWidth")
    assert sideways <= 0, f"{path} is {sideways} px too wide"
    assert page.complaints == [], path
    return page


def test_every_page_stands(page, site):
    for path in (
        "/",
        "/sessions",
        f"/sessions/{site.session_id}",
        f"/sessions/{site.session_id}/sheet",
        "/messages",
        "/inbox",
        "/clusters",
        f"/clusters/{site.cluster_id}",
        "/planner",
        "/planner/cascade",
        "/phones",
        f"/phones/{site.phone}",
        "/account",
    ):
        opened(page, path)


def test_a_person_reaches_a_session_by_links_alone(page, site):
    opened(page, "/")
    page.get_by_role("link", name="Kakki").first.click()
    assert page.url == f"{site.address}/sessions/{site.session_id}"
    assert page.get_by_text("4814").count()


def test_a_session_is_moved_by_its_form(page, site):
    """Each of the browsers moves it by a quarter of an hour; all of them work on one house."""
    opened(page, f"/sessions/{site.session_id}")
    page.locator("#move summary").click()
    later = page.locator("#start").input_value()
    hour, minute = map(int, later.split(":"))
    begins = hour * 60 + minute + 15
    page.locator("#start").fill(f"{begins // 60:02}:{begins % 60:02}")
    page.locator("#move button.main").click()
    page.wait_for_load_state()
    assert "is moved" in page.locator("body").inner_text()
    page.goto(f"/sessions/{site.session_id}")
    assert page.locator("#start").input_value() == f"{begins // 60:02}:{begins % 60:02}"


def test_a_wrong_address_is_said_plainly(page):
    answer = page.goto("/sessions/999999")
    assert answer.status == 404
    assert page.locator("h1").count() == 1
    page.complaints.clear()


def test_signing_out_closes_the_door(chromium, site):
    context = chromium.new_context(base_url=site.address, java_script_enabled=False)
    page = context.new_page()
    page.goto(site.sign_in())
    page.locator("main form button").first.click()
    page.wait_for_url(f"{site.address}/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/messages")
    assert "/sign-in" in page.url
    context.close()
