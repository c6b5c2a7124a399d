"""Runs pytest on a private PostgreSQL server of a named major version: `python -m tests.on_a_server 15 -q`."""

import os
import subprocess
import sys

from tests.servers import DEBIAN, binaries, private_server


def main(major: int, arguments: list[str]) -> int:
    """The exit code of pytest; 4 when that version is not installed."""
    if not (DEBIAN / str(major)).is_dir() and major not in (16, 18):
        print(f"PostgreSQL {major} is not here. Debian: apt-get install postgresql", file=sys.stderr)
        return 4
    with private_server(binaries(major)) as url:
        environment = {**os.environ, "COP_TEST_DATABASE_URL": url}
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
