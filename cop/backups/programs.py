"""PostgreSQL's own programs, run so that no password stands in the list of processes."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Thread
from typing import IO

from sqlalchemy import make_url

from clusters.kernel.database import programs
from clusters.kernel.errors import CopError

UNKNOWN_TO_OLDER = b"SET transaction_timeout = 0;\n"
"""Written by newer programs, and an error on a server before 17."""
_PREAMBLE_LINES = 60
_PREFIX = re.compile(r"^(?:pg_dump|pg_restore|psql)(?::<stdin>:\d+)?:\s*(?:error:\s*)?(?:ERROR:\s*)?")


@contextmanager
def dumping(url: str, snapshot: str) -> Iterator[IO[bytes]]:
    """The dump of one snapshot, as it comes; CopError when it breaks off."""
    arguments = ["pg_dump", "--format=custom", "--compress=gzip:2", "--no-password", f"--snapshot={snapshot}"]
    with _as_service(url) as known, TemporaryFile() as complaint:
        with _running(arguments, known, complaint, stdout=subprocess.PIPE) as dump:
            yield _output(dump)
        _refuse_failure(dump, complaint)


def load(url: str, dump: Iterable[bytes], closing: Iterable[str]) -> None:
    """Restore a dump and run closing statements, all in one transaction: it is there as a whole or not at all."""
    reading = ["pg_restore", "--no-owner", "--no-acl", "--exit-on-error", "--file=-"]
    writing = ["psql", "--no-psqlrc", "--quiet", "--no-password", "--single-transaction", "--output=/dev/null"]
    writing += ["--set=ON_ERROR_STOP=1", "--file=-"]
    with _as_service(url) as known, TemporaryFile() as unread, TemporaryFile() as unwritten:
        with (
            _running(reading, known, unread, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader,
            _running(writing, known, unwritten, stdin=subprocess.PIPE) as writer,
        ):
            feed = _Feed(dump, _input(reader))
            feed.start()
            try:
                _pass_on(_output(reader), _input(writer))
                feed.join()
                reader.wait()
                if feed.failure is None and reader.returncode == 0:
                    _input(writer).write("".join(f"{each};\n" for each in closing).encode())
                else:
                    writer.kill()  # what it was given is undone with its connection
                _input(writer).close()
            except BrokenPipeError:  # the server refused something; what it said is read below
                reader.kill()
        if feed.failure is not None:
            raise feed.failure
        _refuse_failure(writer, unwritten)
        _refuse_failure(reader, unread)


class _Feed(Thread):
    """Hands the dump to its reader while its output is taken from it."""

    def __init__(self, dump: Iterable[bytes], to: IO[bytes]) -> None:
        super().__init__(name="dump", daemon=True)
        self._dump, self._to = dump, to
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            with self._to:
                for piece in self._dump:
                    self._to.write(piece)
        except BrokenPipeError:
            return  # the reader has failed, and says why itself
        except Exception as error:
            self.failure = error


def _pass_on(script: IO[bytes], to: IO[bytes]) -> None:
    """Everything but what an older server would stumble over, which stands among the first lines only."""
    for number, line in enumerate(script):
        if number > _PREAMBLE_LINES or line != UNKNOWN_TO_OLDER:
            to.write(line)


@contextmanager
def _as_service(url: str) -> Iterator[Mapping[str, str]]:
    """An environment that knows a server by its address in a file that only its owner can read."""
    parts = make_url(url)
    _, options = parts.get_dialect()().create_connect_args(parts)
    with TemporaryDirectory(prefix="cop-") as folder:  # made readable by its owner alone
        file = Path(folder) / "service"
        lines = [f"{name}={value}" for name, value in options.items() if isinstance(value, str | int)]
        file.write_text("\n".join(["[cop]", *lines, ""]))
        yield {
            **{name: value for name, value in os.environ.items() if not name.startswith("COP_")},
            "PGSERVICEFILE": str(file),
            "PGSERVICE": "cop",
            "PGCLIENTENCODING": "UTF8",
            "PGAPPNAME": "cop backup",
            "LC_MESSAGES": "C",
        }


@contextmanager
def _running(
    arguments: list[str],
    environment: Mapping[str, str],
    complaint: IO[bytes],
    *,
    stdin: int | None = None,
    stdout: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program for the length of the block; one that is left in a hurry is ended."""
    process = subprocess.Popen(  # noqa: S603 - our own program, and nobody else's words among its arguments
        [str(programs() / arguments[0]), *arguments[1:]],
        env=dict(environment),
        stdin=stdin,
        stdout=stdout,
        stderr=complaint,
    )
    try:
        yield process
        process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue


def _refuse_failure(process: subprocess.Popen[bytes], complaint: IO[bytes]) -> None:
    if process.returncode == 0:
        return
    complaint.seek(0)
    lines = [line for line in complaint.read(8192).decode(errors="replace").splitlines() if line.strip()]
    raise CopError("database_program_failed", why=_PREFIX.sub("", lines[0]) if lines else f"code {process.returncode}")


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdin is None:
        raise RuntimeError("a program without a way in")
    return process.stdin


def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise RuntimeError("a program without a way out")
    return process.stdout
