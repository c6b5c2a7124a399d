"""A-74, A-75: strangers get one reply a day and others none, and two machines that answer each other come to an end."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from messaging.inbound.models import InboundText
from tests import texting

world = texting.world
"""A trainer, her teachers and the worker."""

STRANGERS = 40
SAID = ("hello", "BAND", "SHURU", "MADAD", "STOP", "START", "1", "BAND", "HAZRI 4814 SAB")
NO_PHONES = ("8777", "JAZZ", "+442071234567", "+14155550100", "0912345678")
MOST = 6
TURNS = 15


def work_off(world):
    """Read and answer all there is; one round of the worker is limited in time."""
    while True:
        world.work()
        with world.house.unit() as db:
            if not db.scalar(select(InboundText.id).where(InboundText.state == "received").limit(1)):
                break
    world.work()


def test_a_stranger_gets_one_reply_a_day_whatever_she_writes(world):
    strangers = [f"+92312{n:07}" for n in range(STRANGERS)]
    for n, stranger in enumerate(strangers):
        for word in SAID[n % len(SAID) :][:2]:
            world.write(stranger, word)
    work_off(world)
    assert Counter(len(world.heard(stranger)) for stranger in strangers) == {1: STRANGERS}
    world.clock.advance(hours=23)
    for stranger in strangers[:9]:
        for word in SAID:
            world.write(stranger, word)
    work_off(world)
    assert {len(world.heard(stranger)) for stranger in strangers} == {1}


def test_a_stranger_may_be_answered_again_the_next_day(world):
    world.text("+923120000001", "hello")
    world.clock.advance(hours=25)
    assert len(world.text("+923120000001", "hello")) <= 1


@pytest.mark.parametrize("number", NO_PHONES)
def test_what_is_no_mobile_of_this_country_is_never_answered(world, number):
    for word in SAID:
        assert world.text(number, word) == []


def echo(heard: str, turn: int) -> str:
    return heard


def away(heard: str, turn: int) -> str:
    return "I am driving and will answer later."


def in_and_out(heard: str, turn: int) -> str:
    return ("STOP", "START")[turn % 2]


def commands(heard: str, turn: int) -> str:
    return ("KAB", "KAHAN", "MADAD", "next", "help", "9")[turn % 6]


def always_the_same(heard: str, turn: int) -> str:
    return "MADAD"


@pytest.mark.parametrize("machine", [echo, away, in_and_out, commands, always_the_same])
@pytest.mark.parametrize("who", ["teacher", "stranger"])
def test_a_machine_that_answers_each_of_our_texts_is_soon_alone(world, machine, who):
    world.invite(world.session)
    number = world.number(world.teachers[0]) if who == "teacher" else "+923120000001"
    heard = (world.heard(number) or ["hello"])[-1]
    replies: list[str] = []
    silent = 0
    for turn in range(TURNS):
        got = world.text(number, machine(heard, turn))
        replies += got
        heard, silent = (got[-1], 0) if got else (heard, silent + 1)
        assert len(got) <= 1
        world.clock.advance(seconds=20)
    assert len(replies) <= MOST
    assert silent >= 8
    assert timedelta(seconds=20 * TURNS) < timedelta(hours=1)
