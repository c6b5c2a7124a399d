"""The unit of work: one request, one text or one job step is one transaction, and the only commit."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Interval, bindparam, text
from sqlalchemy.orm import Session, sessionmaker

from clusters.kernel.audit import Actor
from clusters.kernel.facts import Reactions, react

OPEN = text(
    "SELECT (SELECT shift FROM rehearsal_clock) AS shift,"
    " set_config('role', :role, true), set_config('statement_timeout', :patience, true)"
).columns(shift=Interval())
"""One round trip: where the rehearsal clock stands, which rights the unit has, how long a statement may take."""


class UnitOfWork:
    """Opens a transaction, runs the body, runs the reactions, commits; any exception undoes all of it.

    It opens and closes inside the thread that does the work. `role` is the database role the unit takes on, so that
    the grants of the migrations are a second wall behind the import contracts; None keeps the connection's own.
    """

    def __init__(
        self,
        maker: sessionmaker[Session],
        reactions: Reactions,
        clock: Callable[[timedelta | None], datetime],
        *,
        role: str | None = None,
        patience: timedelta = timedelta(minutes=10),
    ) -> None:
        self._maker, self._reactions, self._clock = maker, reactions, clock
        self._open = OPEN.bindparams(
            bindparam("role", role or "none"), bindparam("patience", str(int(patience.total_seconds() * 1000)))
        )

    @contextmanager
    def __call__(self, actor: Actor | None = None) -> Iterator[Session]:
        """One transaction; facts noted inside are answered before it commits."""
        with self._maker.begin() as db:
            shift = db.execute(self._open).scalar_one()
            db.info.update(facts=deque(), now=self._clock(shift), actor=actor)
            yield db
            react(db, self._reactions)
