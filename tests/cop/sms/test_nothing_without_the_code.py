"""Nothing that affects others happens without its one-time code, whatever is texted in whatever order."""

import re
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from clusters.training.models import TrainingSession
from messaging.announcing.models import Announcement
from messaging.proof.models import PendingCommand, WrongTry
from messaging.proof.rules import CODES_MOST, HOLD, TURN_BACK, WRONG_MOST, Stage
from tests.cop.sms.proving import CODE, Codes, code_in, commands, long_known, standing, wait
from tests.texting import World

COMMANDS = (
    "tarikh 4814 21/3 10",
    "TARIKH 4814 28 march",
    "تاریخ 4814 21/3",
    "move 4814 22/3 11am",
    "jagah 4814 GHS Domel",
    "venue 4814 gps village 2",
    "MANSOOKH 4814 barish",
    "call off 4814",
    "bhejo 4814 kal calculator layein",
    "msg 4814 bring a pen",
    "tarikh 4841 21/3",
    "mansookh",
)
OTHERS = (
    "1", "2", "0", "ok", "haan", "roko", "hold", "shuru", "kab", "pakka", "sure", "CANCEL 4814", "PAKKA 4814",
    "PAKKA", "pakka haan", "theek hai", "pakka aaunga", "?", "hazri 4814 3 7",
)  # fmt: skip
STEPS, WALKS = 14, 4


def effects(world: World) -> tuple[object, ...]:
    """What a command can change: the session's row, and announcements there are."""
    with world.house.unit() as db:
        row = db.get_one(TrainingSession, world.session.id, populate_existing=True)
        made = db.scalar(select(func.count()).select_from(Announcement))
        return (row.starts_at, row.ends_at, row.venue, row.venue_school_id, row.state, row.revision, made)


class Walk:
    """Somebody who texts from two phones as chance has it, and a book of what should have happened by now."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.draw = world, Random(seed)
        self.told = ""
        """The code in the newest challenge that the trainer's phone got."""

    def step(self, *, knows_the_code: bool) -> None:
        """One text, or some time; then everything that is due is done, and the effects are looked at."""
        before, held = effects(self.world), self._held()
        chance = self.draw.random()
        if knows_the_code and self.told and self.draw.random() < 0.5:
            code, self.told = self.told, ""
            self._text(f"pakka {code[:3]} {code[3:]}")
        elif chance < 0.3:
            self.world.clock.advance(minutes=self.draw.choice((1, 3, 6, 11, 40, 200)))
        elif chance < 0.6:
            self._text(self.draw.choice(COMMANDS))
        elif chance < 0.85:
            self._text(f"{self.draw.choice(('PAKKA', 'ROKO', 'sure'))} {self.draw.randrange(10**6):06}")
        else:
            self._text(self.draw.choice(OTHERS))
        wait(self.world, seconds=1)
        if effects(self.world) != before:
            self._must_be_due(held)

    def _text(self, body: str) -> None:
        who = self.world.trainer if self.draw.random() < 0.85 else self.world.teachers[0]
        for said in self.world.text(who, body):
            found = re.search(r"(?:PAKKA|SURE|پکا) (\d{6})", said)
            if found and who is self.world.trainer:
                self.told = found[1]

    def _held(self) -> dict[int, Stage]:
        return {each.id: each.stage for each in commands(self.world)}

    def _must_be_due(self, held: dict[int, Stage]) -> None:
        """The effect changed: then a confirmed command was carried out after its hold, or turned back by its code."""
        at = self.world.clock.at
        moved = [each for each in commands(self.world) if held.get(each.id) is not each.stage]
        done = [each for each in moved if each.stage is Stage.DONE]
        back = [each for each in moved if each.stage is Stage.TURNED_BACK]
        assert done or back
        for each in (*done, *back):
            assert each.confirmed_at is not None
            assert each.ended_at is not None
            assert each.ended_at >= each.confirmed_at + HOLD
            assert each.confirmed_at <= each.asked_at + timedelta(minutes=10)
        assert all(each.confirmed_at and at <= each.confirmed_at + TURN_BACK + timedelta(minutes=1) for each in back)


@pytest.fixture
def small(world: World) -> World:
    """A session of eight, of which everybody has been told."""
    long_known(world, Codes(222_222))
    world.invite(world.session)
    return world


@pytest.mark.parametrize("seed", range(WALKS))
def test_who_never_saw_the_code_changes_nothing_whatever_she_texts(small: World, seed: int) -> None:
    before = effects(small)
    walk = Walk(small, seed)
    for _ in range(STEPS):
        walk.step(knows_the_code=False)
    assert effects(small) == before
    assert not {each.stage for each in commands(small)} & {Stage.HELD, Stage.DONE, Stage.TURNED_BACK, Stage.REFUSED}


def test_with_the_code_effects_come_after_the_hold_alone(small: World) -> None:
    stages: set[Stage] = set()
    for seed in (11, 12):
        walk = Walk(small, seed)
        for _ in range(STEPS):
            walk.step(knows_the_code=True)
        stages |= {each.stage for each in commands(small)}
        small.clock.advance(hours=25)
    assert Stage.DONE in stages or Stage.TURNED_BACK in stages  # else the walk proved nothing


@pytest.mark.long
def test_more_than_a_hundred_guesses_by_text_stay_within_the_bound(small: World) -> None:
    """Who spoofs the number asks for codes as often as she may and guesses between; five are compared, and no more."""
    before, draw = standing(small), Random(7)
    small.text(small.trainer, "tarikh 4814 21/3 10")
    for number in range(120):
        guess = draw.randrange(10**6)
        small.write(small.trainer, f"PAKKA {guess:06}")
        if number % 12 == 11:
            small.work()
            small.clock.advance(minutes=13)
            small.write(small.trainer, "tarikh 4814 21/3 10")
    small.work()
    small.clock.advance(minutes=30)
    with small.house.unit() as db:
        assert db.scalar(select(func.count()).select_from(WrongTry)) == WRONG_MOST
        assert (db.scalar(select(func.count()).select_from(PendingCommand)) or 0) <= CODES_MOST
    assert {each.stage for each in commands(small)} <= {Stage.WAITING, Stage.REPLACED}
    wait(small, minutes=30)
    assert standing(small) == before


@pytest.mark.parametrize(("code", "stage"), [(3, Stage.HELD), (17, Stage.WAITING)])
def test_a_guess_among_the_first_five_gets_in_and_no_later_one(small: World, code: int, stage: Stage) -> None:
    """That the first ones are compared at all shows that it is the lock that keeps the others out."""
    long_known(small, lambda _: code)
    small.text(small.trainer, "tarikh 4814 21/3 10")
    for guess in range(20):
        small.write(small.trainer, f"PAKKA {guess:06}")
    small.work()
    assert [each.stage for each in commands(small)] == [stage]


def test_a_code_of_the_printed_length_is_read_from_a_reply() -> None:
    assert code_in(f"Pakka ho to: PAKKA {CODE}.") == CODE
