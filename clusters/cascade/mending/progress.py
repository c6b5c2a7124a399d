"""How far a mending has come: the board with all that was settled, what is still hit, and what of it is proved."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clusters.cascade.mending.board import Board
from clusters.cascade.mending.options import Choices
from clusters.cascade.mending.stages import Settled, Stages


@dataclass
class Progress:
    """What has been found so far, group by group; `failed` training sessions found no place."""

    board: Board
    told: Mapping[int, int]
    hit: set[int]
    afar: bool
    fewest: bool = True
    soonest: bool = True
    nearest: bool = True
    failed: list[int] = field(default_factory=list)

    def stages(self) -> Stages:
        """Questions about the board as it stands now."""
        return Stages(self.board, frozenset(self.hit), self.told, self.afar)

    def choices(self) -> Choices:
        """Who and what a training session could have, whatever stands in the way."""
        return Choices(self.board, (), self.hit, afar=self.afar)

    def keep(self, found: Settled, *, proved: bool) -> None:
        """Put what was chosen on the board; what was hit is hit no more."""
        days = self.board.almanac.days
        for number, option in found.chosen.items():
            if not option.kept:
                chosen = tuple(days[day] for day in option.days)
                self.board.put(self.board.standing[number].changed(chosen, option.venue, option.trainers))
        self.hit.difference_update(found.chosen)
        self.fewest = self.fewest and proved and found.fewest
        self.soonest = self.soonest and found.soonest
        self.nearest = self.nearest and found.nearest

    def give_up(self, group: list[int]) -> None:
        """No choice was found for these."""
        self.failed += group
        self.hit.difference_update(group)
