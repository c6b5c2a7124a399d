"""Private PostgreSQL servers for tests: Debian's, and the other major that comes along; gone when the block ends."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clusters.kernel.database import DRIVER, programs

DEBIAN = Path("/usr/lib/postgresql")


def binaries(major: int) -> Path:
    """The programs of a major version, Debian's or those that came along; skips the test where there are none."""
    came_along = programs().parents[1] / ("pginstall" if major == 16 else f"pginstall{major}") / "bin"
    for folder in (DEBIAN / str(major) / "bin", came_along):
        if (folder / "initdb").exists():
            return folder
    pytest.skip(f"PostgreSQL {major} is not here; Debian's package postgresql brings 15")


@contextmanager
def private_server(folder: Path) -> Iterator[str]:
    """Address of a superuser on a new server of these programs, which forgets fsync; run as an ordinary user."""
    home = Path(tempfile.mkdtemp(prefix="cop-server-"))
    data, options = home / "data", f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
    quick = f"{options} -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
    user = somebody() if os.geteuid() == 0 else None
    home.chmod(0o755)
    if user is not None:
        shutil.chown(home, user)

    def run(program: str, *arguments: str) -> None:
        subprocess.run([folder / program, *arguments], check=True, cwd=home, user=user, stdout=subprocess.DEVNULL)

    run("initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
    run("pg_ctl", "-D", str(data), "-w", "-l", str(home / "log"), "-o", quick, "start")
    try:
        yield f"{DRIVER}://postgres@/postgres?host={home}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def somebody() -> str | None:
    """An ordinary user of this machine, as whom a server runs when root starts it."""
    return next((name for name in ("postgres", "pgserver", "nobody") if _known(name)), None)


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
