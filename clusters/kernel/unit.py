"""The unit of work: one request, one text or one job step is one transaction, and the only commit."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Executable, Interval, bindparam, text
from sqlalchemy.orm import Session, sessionmaker

from clusters.kernel.audit import Actor
from clusters.kernel.facts import Reactions, react

OPEN = text(
    "SELECT (SELECT shift FROM rehearsal_clock) AS shift,"
    " (SELECT CAST(sum(version) AS bigint) FROM decision) AS decided, set_config('role', :role, true),"
    " set_config('statement_timeout', :patience, true), set_config('transaction_read_only', :to_read, true)"
).columns(shift=Interval(), decided=BigInteger())
"""One round trip: where the rehearsal clock stands, which version of what the programme decided holds, which rights the
unit has, how long a statement may take, and whether the unit may change anything."""


class UnitOfWork:
    """Opens a transaction, runs the body, runs the reactions, commits; any exception undoes all of it.

    It opens and closes inside the thread that does the work. `role` is the database role the unit takes on, so that
    the grants of the migrations are a second wall behind the import contracts; None keeps the connection's own.
    `opened` is told which version of the programme's decisions holds, each time.
    """

    def __init__(
        self,
        maker: sessionmaker[Session],
        reactions: Reactions | Callable[[], Reactions],
        clock: Callable[[timedelta | None], datetime],
        *,
        role: str | None = None,
        patience: timedelta = timedelta(minutes=10),
        patience_to_read: timedelta | None = None,
        opened: Callable[[Session, int], None] | None = None,
    ) -> None:
        self._maker, self._reactions, self._clock, self._opened = maker, reactions, clock, opened
        self._open = {
            to_read: _opening(role, (to_read and patience_to_read) or patience, to_read) for to_read in (False, True)
        }

    @contextmanager
    def __call__(self, actor: Actor | None = None, *, to_read: bool = False) -> Iterator[Session]:
        """One transaction; facts noted inside are answered before it commits. `to_read` lets the database refuse every
        change in it, and a statement take `patience_to_read` at most."""
        with self._maker.begin() as db:
            row = db.execute(self._open[to_read]).one()
            db.info.update(facts=deque(), now=self._clock(row.shift), actor=actor)
            if self._opened is not None:
                self._opened(db, row.decided or 0)
            yield db
            react(db, self._reactions() if callable(self._reactions) else self._reactions)


def _opening(role: str | None, patience: timedelta, to_read: bool) -> Executable:
    return OPEN.bindparams(
        bindparam("role", role or "none"),
        bindparam("patience", str(int(patience.total_seconds() * 1000))),
        bindparam("to_read", "on" if to_read else "off"),
    )
