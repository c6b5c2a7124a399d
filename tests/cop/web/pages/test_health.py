"""The health page says first what to mend; the numbers for monitoring name nobody and leave this machine to nobody."""

import asyncio
from datetime import timedelta

import httpx
from prometheus_client.parser import text_string_to_metric_families

from clusters.kernel.clock import real_now
from cop.backups.records import LastBackup, LastCheck, remember
from cop.ticks import Run, write_down
from cop.web.pages.health import VERSION
from messaging.outbox.actions import enqueue
from tests import build
from tests.messaging.voice import draft, subject


def test_a_new_house_is_told_what_it_lacks_and_how_to_mend_it(client_as):
    page = client_as("admin", "T/").get("/health").text
    assert "3 things are not well." in page
    for command in ("systemctl restart cop-worker", "cop backup", "cop restore --check latest"):
        assert f"<code>{command}</code>" in page


def test_a_house_that_is_well_says_so(client_as, house):
    with house.unit() as db:
        write_down(db, Run("dispatch", "here:1", timedelta(milliseconds=4), {"sent": 2}))
    house.settings.data_dir.mkdir(parents=True, exist_ok=True)
    remember(house.settings.data_dir, LastBackup(real_now(), "a.age", 12_000_000, 4.0, 40, 1000))
    remember(house.settings.data_dir, LastCheck(real_now(), "a.age", True, "All rows came back."))
    page = client_as("manager", "T/").get("/health").text
    assert "All is well." in page
    assert "The last backup has 12 MB." in page


def fetched(browser, path: str, host: str) -> httpx.Response:
    """What somebody at this address gets."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(browser.client.app, client=(host, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=browser.house.settings.address) as client:
            return await client.get(path)

    return asyncio.run(ask())


def numbers(browser) -> dict[tuple[str, frozenset[str]], float]:
    """Every sample by its name and the values of its labels."""
    answer = fetched(browser, "/metrics", "127.0.0.1")
    assert answer.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_numbers_count_what_waits_and_what_was_answered(client_as, house):
    with house.unit() as db:
        subject(db)
        enqueue(db, [draft(db, 1), draft(db, 2)])
    browser = client_as("manager", "T/")
    before = numbers(browser)
    browser.get("/account")
    browser.get("/sessions/999999")
    after = numbers(browser)
    grown = {key: value - before.get(key, 0) for key, value in after.items() if key[0] == "cop_pages_total"}
    assert {key: value for key, value in grown.items() if value} == {
        ("cop_pages_total", frozenset({"GET", "/account", "200"})): 1,
        ("cop_pages_total", frozenset({"GET", "/sessions/{session_id}", "404"})): 1,
    }
    assert after["cop_texts_waiting", frozenset({"due"})] == 2
    assert after["cop_sending_stopped", frozenset()] == 0


def test_a_machine_elsewhere_finds_no_numbers(client_as):
    browser = client_as("admin", "T/")
    assert fetched(browser, "/metrics", "10.0.0.7").status_code == 404
    assert fetched(browser, "/health/live", "10.0.0.7").json() == {"live": True}


def test_what_anybody_may_ask_names_no_version_and_no_person(client_as, house):
    with house.unit() as db:
        build.person(db, "Gul Zaman", number="+923451234567")
    told = numbers(client_as("admin", "T/"))
    ready = fetched(client_as("admin", "T/"), "/health/ready", "10.0.0.7").text
    for word in ("Gul", "92345", VERSION):
        assert word not in ready
        assert not [key for key in told if any(word in label for label in key[1])]
