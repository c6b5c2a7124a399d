"""A year of introductions by text: what the house chooses brings far more near an answered problem than chance."""

from time import process_time

import pytest

from tests.conftest import HandClock
from tests.cop.network.districts import Rules
from tests.journeys.meeting import Outcome, house_at, meetings

MORE_BY = 0.15
PEOPLE = 640
SEEDS = (0, 1)


def lived(url: str, folder, seed: int, like: tuple[int, ...] | None = None) -> Outcome:
    """One district's year, by choice or, like another, by chance."""
    clock, began = HandClock(), process_time()
    with house_at(url, folder, clock) as house:
        found = meetings(house, clock, PEOPLE, seed, Rules()).year(like)
    way = "chosen" if like is None else "chance"
    print(
        f"seed {seed}, {PEOPLE} persons, {way}: {found.before:.3f} -> {found.after:.3f},"
        f" {sum(found.asked)} pairs asked, {found.accepted} introduced, {process_time() - began:.0f} s of CPU",
        flush=True,
    )
    return found


@pytest.mark.long
def test_over_several_districts_fifteen_points_more_come_near_an_answer_than_by_chance(new_database, tmp_path):
    gained = []
    for seed in SEEDS:
        chosen = lived(new_database(), tmp_path, seed)
        chance = lived(new_database(), tmp_path, seed, chosen.asked)
        assert chance.asked == chosen.asked
        gained.append((chosen.after - chosen.before) - (chance.after - chance.before))
    assert sum(gained) / len(gained) >= MORE_BY
