"""Pages in both directions: no letter clipped, nothing sideways at 320 px, letters fetched only where none are."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

WIDTHS = (320, 360, 1280)
CLIPPED = """() => [...document.querySelectorAll('.btn, button, summary')].filter((each) => {
  const look = getComputedStyle(each);
  return each.clientHeight > 0 && look.display !== 'inline' && !each.closest('.hide, .stack thead')
    && each.scrollHeight > each.clientHeight + 1;
}).map((each) => `${each.tagName} ${each.innerText.slice(0, 40)}: ${each.scrollHeight} > ${each.clientHeight}`)"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
LINES = """() => [...document.querySelectorAll('p, h1, h2, td, th, .btn')].filter((each) => {
  const look = getComputedStyle(each);
  const apart = each.closest('[dir=ltr], .code, .keys');
  return each.innerText.trim() && !apart && parseFloat(look.lineHeight) < 1.59 * parseFloat(look.fontSize);
}).map((each) => each.innerText.slice(0, 40))"""
NO_LETTERS = "CanvasRenderingContext2D.prototype.measureText = () => ({ width: 20 })"


@pytest.fixture(scope="module", params=["en", "ur"])
def reader(request: pytest.FixtureRequest, chromium: Browser, site) -> Iterator[Page]:
    """Somebody signed in who reads one of the languages."""
    context = chromium.new_context(base_url=site.address)
    page = signed_in(context, site)
    if request.param == "ur":
        page.locator("header button[lang=ur]").click()
        page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == request.param
    yield page
    if request.param == "ur":
        page.goto("/")
        page.locator("header button[lang=en]").click()
        page.wait_for_load_state()
    context.close()


def signed_in(context: BrowserContext, site) -> Page:
    page = context.new_page()
    page.goto(site.sign_in())
    page.locator("main form button").first.click()
    page.wait_for_url(f"{site.address}/")
    return page


def test_no_page_clips_a_letter_or_goes_sideways(reader: Page, site) -> None:
    faults = []
    for path in (
        "/", "/sessions", f"/sessions/{site.session_id}", f"/sessions/{site.session_id}/sheet", "/cascade", "/messages",
        "/inbox", "/clusters", f"/clusters/{site.cluster_id}", "/planner", "/planner/cascade", "/people", "/people/new",
        "/imports", "/health", "/phones", f"/phones/{site.phone}", "/account", "/nowhere",
    ):  # fmt: skip
        reader.goto(path)
        for width in WIDTHS:
            reader.set_viewport_size({"width": width, "height": 900})
            sideways = reader.evaluate(SIDEWAYS)
            if sideways > 0:
                faults.append(f"{path} at {width}: {sideways} px too wide")
            faults += [f"{path} at {width}: clipped {each}" for each in reader.evaluate(CLIPPED)]
        if reader.locator("html").get_attribute("lang") == "ur":
            faults += [f"{path}: lines too tight: {each}" for each in reader.evaluate(LINES)]
    assert faults == []


@pytest.mark.parametrize("known", [True, False])
def test_letters_are_fetched_by_a_device_that_has_none_and_by_no_other(chromium: Browser, site, known: bool) -> None:
    context = chromium.new_context(base_url=site.address)
    if not known:
        context.add_init_script(NO_LETTERS)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/sign-in")
    assert not [url for url in asked if "naskh" in url]
    page.locator("header button[lang=ur]").click()
    page.wait_for_load_state("networkidle")
    fonts = [url for url in asked if "naskh" in url]
    if known:
        assert fonts == []
    else:
        page.wait_for_function("document.fonts.size > 0")
        assert page.evaluate("[...document.fonts].map((font) => font.status)") == ["loaded"]
    context.close()
