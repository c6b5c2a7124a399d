"""Two pages at once for one person; a third waits for one of them, and is asked to come back when none ends."""

import asyncio

import pytest

from cop.web.turns import AT_ONCE, TooManyPages, Turns


async def hold(line: Turns, browser: str, until: asyncio.Event, held: list[str]) -> None:
    async with line.turn(browser):
        held.append(browser)
        await until.wait()


async def several(line: Turns, browsers: list[str]) -> list[str]:
    """Which of these browsers are being answered while none of the pages ends."""
    until, held = asyncio.Event(), list[str]()
    pages = [asyncio.create_task(hold(line, browser, until, held)) for browser in browsers]
    for _ in range(20):
        await asyncio.sleep(0)
    answered = list(held)
    until.set()
    await asyncio.gather(*pages)
    assert sorted(held) == sorted(browsers)
    return answered


def test_a_third_page_waits_for_one_of_the_two_before() -> None:
    assert asyncio.run(several(Turns(), ["hers"] * 5)) == ["hers"] * AT_ONCE


def test_nobody_waits_for_another_and_strangers_for_nobody() -> None:
    assert sorted(asyncio.run(several(Turns(), ["hers", "his", "hers", "", "", "", "his"]))) == sorted(
        ["hers", "his", "hers", "", "", "", "his"]
    )


def test_two_browsers_of_a_login_share_its_turns() -> None:
    line = Turns()
    line.know("phone", 7)
    line.know("desk", 7)
    assert len(asyncio.run(several(line, ["phone", "desk", "phone", "desk"]))) == AT_ONCE


def test_who_waits_too_long_is_told_when_to_come_back() -> None:
    line = Turns(waits_seconds=0)

    async def third() -> None:
        async with line.turn("hers"), line.turn("hers"), line.turn("hers"):
            pytest.fail("three at once")

    with pytest.raises(TooManyPages) as refused:
        asyncio.run(third())
    assert refused.value.headers is not None
    assert "Retry-After" in refused.value.headers
    assert asyncio.run(several(line, ["hers"])) == ["hers"]
