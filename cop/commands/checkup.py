"""What `cop doctor` looks at: each finding says what is well or not, why, and the command that mends it."""

import platform
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from clusters.calendar.windows import WindowRules, hours, window_open
from clusters.kernel.clock import Clock, RehearsalClock, now, real_now
from clusters.kernel.database import address, connect, sessions
from clusters.kernel.errors import CopError
from clusters.kernel.unit import UnitOfWork
from clusters.scope import Scope
from clusters.structure.queries import programme
from cop.commands.finding import Finding
from cop.commands.routes_checkup import lists_checkup, provider_checkup, routes_checkup
from cop.commands.speaking import local
from cop.sentences import sentence
from cop.settings import Settings
from cop.ticks import TickRow, latest
from cop.vitals import CLOCKS_APART, LATE, LEAST_ROOM, WORKER_SEEN
from cop.web.models import Login
from messaging.outbox.queries import backlog
from messaging.outbox.rules import GUARDED, StopReason
from messaging.outbox.switch import Stop, stops
from messaging.reminders.rules import days_before
from migrations.applying import shape

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRES = 15


def examine(settings: Settings, *, ask: bool = False) -> Iterator[Finding]:
    """Look at everything that can be looked at, the machine first; what stands on something broken is left out.

    With `ask` the providers of texts are asked too, over the network.
    """
    yield _python()
    yield from _values(settings)
    yield _pages(settings)
    yield _folder(settings.data_dir)
    yield _room(settings.data_dir)
    yield from _secret(settings)
    yield from routes_checkup(settings)
    if not settings.database_url and not (settings.data_dir / "postgres").is_dir():
        yield Finding("database", False, f"There is none under {settings.data_dir} yet.", "cop init")
        return
    yield from _database(settings, ask)


def _python() -> Finding:
    here = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return Finding("python", False, f"This is Python {here}; 3.11 or later is needed.", "make setup")
    return Finding("python", True, f"Python {here}.")


def _values(settings: Settings) -> Iterator[Finding]:
    """Values that are only understood where they are used."""
    try:
        calendar = settings.calendar
        reminders = days_before(settings.reminders)
        window = hours(settings.window) if settings.window else None
    except CopError as error:
        yield Finding("settings", False, sentence(error), "cop settings")
    except ValueError as error:
        yield Finding("settings", False, str(error), "cop settings")
    else:
        closed = [
            day for day, shut in (("Fridays", calendar.fridays_closed), ("Sundays", calendar.sundays_closed)) if shut
        ]
        sent = ", ".join("on the day" if days == 0 else f"{days} d before" for days in reminders) or "none"
        yield Finding(
            "settings",
            True,
            f"No training on {' and '.join(closed) or 'no fixed day'}; reminders {sent}; texting hours "
            f"{window or 'as usual in Pakistan'}.",
        )


def _pages(settings: Settings) -> Finding:
    if settings.on_loopback:
        return Finding("pages", True, f"At {settings.address}, for this machine only.")
    if settings.address.startswith("https://"):
        return Finding("pages", True, f"At {settings.address}.")
    return Finding(
        "pages",
        False,
        f"{settings.host} can be reached from other machines, and passwords would travel in the clear.",
        "COP_HOST=127.0.0.1 cop serve",
    )


def _folder(folder: Path) -> Finding:
    above = _there(folder)
    try:
        probe = above / ".cop-doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding("folder", False, f"{above} cannot be written: {error.strerror}.", f"sudo chown $USER {above}")
    return Finding("folder", True, f"{folder} can be written." if folder.is_dir() else f"{folder} can be made.")


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(_there(folder)).free
    if free < LEAST_ROOM:
        return Finding("disk", False, f"Only {free / 1e9:.1f} GB are free; 1 GB is the least.", f"du -sh {folder}/*")
    return Finding("disk", True, f"{free / 1e9:.0f} GB are free.")


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(above for above in (folder.absolute(), *folder.absolute().parents) if above.is_dir())


def _secret(settings: Settings) -> Iterator[Finding]:
    file = settings.data_dir / "secret"
    if settings.secret:
        yield Finding("secret", True, "It comes from the environment.")
    elif file.is_file():
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            yield Finding("secret", False, f"Others on this machine can read {file}.", f"chmod 600 {file}")
        else:
            yield Finding("secret", True, f"{file} can be read by its owner only.")


def _database(settings: Settings, ask: bool) -> Iterator[Finding]:
    try:
        engine = connect(address(settings.database_url or None, settings.data_dir), pool=2)
    except Exception as error:  # whatever keeps a server from starting is what is asked here
        yield Finding("database", False, f"It does not start ({type(error).__name__}).", f"ls -l {settings.data_dir}")
        return
    try:
        yield from _inside(settings, engine, ask)
    except SQLAlchemyError as error:
        yield Finding("database", False, f"It does not answer ({type(error).__name__}).", "cop settings")
    finally:
        engine.dispose()


def _inside(settings: Settings, engine: Engine, ask: bool) -> Iterator[Finding]:
    with engine.connect() as connection:
        version = connection.scalar(text("SELECT current_setting('server_version_num')::int / 10000")) or 0
        apart = abs(connection.scalar(text("SELECT clock_timestamp()")) - real_now())
    own = "" if settings.database_url else f", its own under {settings.data_dir}"
    if version < OLDEST_POSTGRES:
        yield Finding("database", False, f"PostgreSQL {version} is too old; 15 or later is needed.", "cop settings")
    else:
        yield Finding("database", True, f"PostgreSQL {version} answers{own}.")
    if apart > CLOCKS_APART:
        mend = "timedatectl set-ntp true"
        yield Finding("time", False, f"This machine and the database are {apart.total_seconds():.0f} s apart.", mend)
    have, newest = shape(engine)
    if have != newest:
        what = "It is empty." if have is None else f"It has the shape {have}; this cop wants {newest}."
        yield Finding("migrations", False, what, "cop migrate")
        return
    yield Finding("migrations", True, "The database has the newest shape.")
    unit = UnitOfWork(sessions(engine), {}, Clock(settings.now))
    if ask:
        yield from provider_checkup(settings, unit)
    with unit() as db:
        yield from _programme(db)
        yield _clock(db, settings)
        yield from _worker(db)
        yield _texts(db, settings)
        yield _sending(db)
        yield from lists_checkup(db, settings, unit)


def _programme(db: Session) -> Iterator[Finding]:
    found = programme(db, Scope.everywhere())
    if found is None:
        yield Finding("programme", False, "None was founded yet.", "cop init")
        return
    yield Finding("programme", True, f"{found.name}." + (" Everything in it is invented." if found.invented else ""))
    if not db.scalar(select(func.count()).select_from(Login).where(Login.disabled_at.is_(None))):
        mend = 'cop users add --name "Your name" --role admin --place T/'
        yield Finding("logins", False, "Nobody can sign in yet.", mend)
    else:
        yield Finding("logins", True, "Somebody can sign in.")


def _clock(db: Session, settings: Settings) -> Finding:
    shift = db.scalar(select(RehearsalClock.shift))
    if shift:
        days = abs(shift) / timedelta(days=1)
        way = "ahead of" if shift > timedelta() else "behind"
        return Finding("clock", True, f"The rehearsal's clock stands {days:.1f} days {way} the real one.")
    if settings.now is not None:
        return Finding("clock", True, f"It starts at COP_NOW, {settings.now.isoformat()}, in every process.")
    return Finding("clock", True, "It is the real one.")


def _worker(db: Session) -> Iterator[Finding]:
    ticks = latest(db)
    at = max((tick.at for tick in ticks), default=None)
    if at is None or real_now() - at > WORKER_SEEN:
        since = "" if at is None else f" since {local(at)}"
        yield Finding("worker", False, f"None has run{since}, so no text goes and none is read.", "cop serve")
    else:
        yield Finding("worker", True, "One has run within the last minutes.")
    failing = sorted({tick.job for tick in ticks if _failing(tick)})
    if failing:
        yield Finding("jobs", False, f"Failed when last run: {', '.join(failing)}.", "cop worker")


def _failing(tick: TickRow) -> bool:
    return tick.failed and real_now() - tick.at <= WORKER_SEEN


WHY_STOPPED = {
    StopReason.PERSON: "somebody stopped it",
    StopReason.RESTORED: "the data came out of a backup, and texts that went since then would go a second time",
    StopReason.OLDER: "the database is older than this machine remembers it, perhaps an old copy",
    StopReason.OTHER: "the database is not the one this machine knew, perhaps a copy",
    StopReason.UNMARKED: "texts went from this database and this machine does not know it, perhaps a copy",
    StopReason.ACCOUNT: "the provider refuses our account; look whether the token is right and the account is open",
    StopReason.BUDGET: "the month's budget is spent; decide on a larger one, or wait for the new month",
}


def _sending(db: Session) -> Finding:
    """Whether the switch lets texts go."""
    standing = stops(db)
    if not standing:
        return Finding("sending", True, "Nobody has stopped it.")
    why = "; ".join(
        f"since {local(stop.at)} {_what_is_held(stop)}{WHY_STOPPED[stop.reason]}"
        + (f" ({stop.why})" if stop.why else "")
        for stop in standing
    )
    by_guard = any(stop.reason in GUARDED for stop in standing)
    return Finding("sending", False, f"It is stopped: {why}.", "cop reconcile" if by_guard else "cop resume-sending")


def _what_is_held(stop: Stop) -> str:
    if stop.channel is not None:
        return f"by {stop.channel}: "
    return f"about T/{stop.training_path}: " if stop.training_path is not None else ""


def _texts(db: Session, settings: Settings) -> Finding:
    stands, at = backlog(db, Scope.everywhere(), now(db)), now(db)
    rules = WindowRules()
    if settings.window:
        with suppress(ValueError):  # said already, of the settings themselves
            rules = WindowRules(override=hours(settings.window))
    # At the opening of the texting hours all that gathered is due at once: give it the same time to go.
    might_go = window_open(at, rules) and window_open(at - LATE, rules)
    if might_go and stands.oldest_due is not None and at - stands.oldest_due > LATE:
        waits = (at - stands.oldest_due) / timedelta(minutes=1)
        return Finding("texts", False, f"{stands.due} are due, the oldest for {waits:.0f} minutes.", "cop worker")
    if stands.parked:
        what = f"{stands.parked} could not be made and wait for a person."
        return Finding("texts", False, what, "cop messages status")
    return Finding("texts", True, f"{stands.due} are due now, {stands.in_doubt} in doubt.")
