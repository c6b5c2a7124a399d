"""Runs pytest on a private PostgreSQL server that is gone afterwards: `python -m tests.on_a_server [15] -q`."""

import os
import subprocess
import sys

from tests.servers import DEBIAN, binaries, private_server

WANTED, COMES_ALONG = 15, 16
"""The oldest version we promise, and one that is there without Debian's."""


def main(arguments: list[str]) -> int:
    """The exit code of pytest."""
    major = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else oldest()
    with private_server(binaries(major)) as url:
        print(f"On PostgreSQL {major}.", file=sys.stderr)
        environment = {**os.environ, "COP_TEST_DATABASE_URL": url}
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode


def oldest() -> int:
    """The oldest version from 15 on that Debian brought, else the one that came along."""
    found = [int(each.name) for each in DEBIAN.glob("*") if each.name.isdigit() and (each / "bin" / "initdb").exists()]
    return min((each for each in found if each >= WANTED), default=COMES_ALONG)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
