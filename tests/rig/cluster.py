"""A PostgreSQL server that belongs to the rig: fsync on, commit times kept, restarted as hard as can be."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import create_engine, text

from clusters.kernel.database import DRIVER, programs
from migrations.applying import migrate
from tests.servers import DEBIAN, somebody

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "track_commit_timestamp": "on",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
TEMPLATE = "cop_template"
_FOUNDING = Lock()
"""Houses of one scenario may be founded at once, and the first makes what all are copied from."""


class Cluster:
    """A server under `home`, which another process may have started; addresses are a superuser's."""

    def __init__(self, home: Path) -> None:
        self.home, self.data, self.log = home, home / "data", home / "log"
        debian = DEBIAN / "15" / "bin"
        self._programs = debian if (debian / "initdb").exists() else programs()
        self._user = somebody() if os.geteuid() == 0 else None

    @property
    def port(self) -> int:
        """Where it listens on this machine, for who must come by TCP."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[3])

    def found(self) -> None:
        """Make it and start it."""
        self.home.chmod(0o755)
        if self._user is not None:
            shutil.chown(self.home, self._user)
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        settings = {**SETTINGS, "unix_socket_directories": str(self.home), "port": str(_free_port())}
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers; after a power cut it first writes out every file, on a busy disk long."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-t", "300", "-l", str(self.log), "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop it as pg_ctl can: immediate is what a power cut leaves behind."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", how, "stop")

    def kill_backend(self, pid: int) -> None:
        """One of its processes is gone at once; the server then throws all others out and recovers."""
        os.kill(pid, signal.SIGKILL)

    def address(self, database: str = "postgres") -> str:
        """By the socket in its folder."""
        return f"{DRIVER}://postgres@/{database}?host={self.home}&port={self.port}"

    def address_by(self, port: int, database: str) -> str:
        """By TCP through a port of this machine."""
        return f"{DRIVER}://postgres@127.0.0.1:{port}/{database}"

    def fresh(self) -> str:
        """Address of a new migrated database."""
        owner = create_engine(self.address(), isolation_level="AUTOCOMMIT")
        name = f"cop_{os.urandom(4).hex()}"
        with _FOUNDING, owner.connect() as connection:
            known = connection.scalar(
                text("SELECT count(*) FROM pg_database WHERE datname = :name"), {"name": TEMPLATE}
            )
            if not known:
                connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
                migrate(self.address(TEMPLATE))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
        owner.dispose()
        return self.address(name)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            cwd=self.home,
            user=self._user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A new one, gone when the block ends."""
    home = Path(tempfile.mkdtemp(prefix="cop-rig-"))
    cluster = Cluster(home)
    try:
        cluster.found()
        yield cluster
        cluster.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
