"""The unit of work: one request, one text or one job step is one transaction, and the only commit."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Executable, Interval, bindparam, text
from sqlalchemy.orm import Session, sessionmaker

from clusters.kernel.audit import Actor
from clusters.kernel.facts import Reactions, react

OPEN = text(
    "SELECT (SELECT shift FROM rehearsal_clock) AS shift, set_config('role', :role, true),"
    " set_config('statement_timeout', :patience, true), set_config('transaction_read_only', :to_read, true)"
).columns(shift=Interval())
"""One round trip: where the rehearsal clock stands, which rights the unit has, how long a statement may take, and
whether the unit may change anything."""


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
        patience_to_read: timedelta | None = None,
    ) -> None:
        self._maker, self._reactions, self._clock = maker, reactions, clock
        self._open = {
            to_read: _opening(role, (to_read and patience_to_read) or patience, to_read) for to_read in (False, True)
        }

    @contextmanager
    def __call__(self, actor: Actor | None = None, *, to_read: bool = False) -> Iterator[Session]:
        """One transaction; facts noted inside are answered before it commits. `to_read` lets the database refuse every
        change in it, and a statement take `patience_to_read` at most."""
        with self._maker.begin() as db:
            shift = db.execute(self._open[to_read]).scalar_one()
            db.info.update(facts=deque(), now=self._clock(shift), actor=actor)
            yield db
            react(db, self._reactions)


def _opening(role: str | None, patience: timedelta, to_read: bool) -> Executable:
    return OPEN.bindparams(
        bindparam("role", role or "none"),
        bindparam("patience", str(int(patience.total_seconds() * 1000))),
        bindparam("to_read", "on" if to_read else "off"),
    )
