"""Which hit training sessions have nothing to do with each other, so that each group is asked about apart."""

from collections.abc import Collection

from clusters.cascade.mending.board import Key, keys_of
from clusters.cascade.mending.progress import Progress


def groups(progress: Progress, hit: Collection[int]) -> list[list[int]]:
    """Groups that share no person, no room, and no trainer whom both could have."""
    standing, choices = progress.board.standing, progress.choices()
    parent = {number: number for number in hit}

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    first: dict[Key, int] = {}
    for number in hit:
        each = standing[number]
        trainers = {person for team in choices.teams(each) for person in team}
        for room in choices.rooms(each):
            for key in keys_of(each, room, trainers, each.persons):
                parent[root(number)] = root(first.setdefault(key, number))
    found: dict[int, list[int]] = {}
    for number in hit:
        found.setdefault(root(number), []).append(number)
    return list(found.values())
