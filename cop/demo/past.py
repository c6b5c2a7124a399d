"""Doing things at instants that lie behind: units of work of a house whose clock is set back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from clusters.kernel.database import sessions
from clusters.kernel.facts import Reactions
from clusters.kernel.unit import UnitOfWork


@dataclass(frozen=True)
class Past:
    """A database whose history is being written: what is done in it has the same effects as if it were done today."""

    engine: Engine
    reactions: Reactions

    def at(self, instant: datetime) -> UnitOfWork:
        """Units of work that take place at an instant (UTC)."""

        def then(_shift: timedelta | None) -> datetime:
            return instant

        return UnitOfWork(sessions(self.engine), self.reactions, then)
