"""Keeps on disk what providers bring while the database is away: a file each, safe before the answer goes.

A file holds what was read of a request that was proved to be its provider's: never its signature, nor addresses of
pictures. It is gone as soon as the database has it.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from uuid import UUID, uuid4

from clusters.kernel.writing import sync_folder, write_whole
from messaging.channels.base import Fault, Medium, Report, Status, Texted

LIMIT = 64 * 1024 * 1024
"""Bytes on disk beyond which nothing more is taken."""
TRIES = 3
"""A file that fails so often while the database answers is laid aside."""
SENDER_KEPT = timedelta(hours=2)
"""For so long a file that was laid aside names who wrote."""
LEFT_BEHIND = timedelta(hours=1)
"""A file that was never finished is removed after so long."""
BLOCK = 4096
"""What a small file takes of a disk."""
COUNTED_EVERY = 5.0
"""Seconds after which the folder is counted anew: others take files away."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a channel's provider told us at an instant, proved to be the provider's."""

    channel: str
    at: datetime
    told: Texted | Report


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies in the spool: files that wait and since when, their bytes on disk, and files laid aside."""

    waiting: int = 0
    oldest_at: float | None = None
    """Seconds since 1970, by the machine."""
    bytes: int = 0
    bad: int = 0


class SpoolFull(Exception):
    """Nothing more can be taken: the provider must be told to keep it."""


@dataclass
class Spool:
    """A folder of files that several processes may fill and empty at the same time."""

    folder: Path
    limit: int = LIMIT
    _lock: Lock = field(default_factory=Lock, repr=False)
    _counted: tuple[float, int] = (float("-inf"), 0)
    """When the folder was last counted, and how many bytes it has since."""

    @property
    def bad(self) -> Path:
        """Files that failed too often."""
        return self.folder / "bad"

    def ready(self) -> None:
        """Make the folder and prove that files can be kept in it; OSError when not."""
        self.bad.mkdir(mode=0o700, parents=True, exist_ok=True)
        proof = self.folder / f".{uuid4().hex}"
        write_whole(proof, b"")
        proof.unlink()

    def put(self, brought: Brought) -> None:
        """Keep one thing; when this returns it survives a power cut. SpoolFull, OSError: it was not kept."""
        content = _written(brought)
        self._make_room(len(content))
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.folder / f"{time.time_ns():020}-{uuid4().hex}.0.json", content)

    def drain(
        self,
        take: Callable[[Brought], None],
        answers: Callable[[], bool],
        stopping: Callable[[], bool] = lambda: False,
    ) -> Counter[str]:
        """Hand every file over, the oldest first, and remove it once it was taken.

        Repetition must be harmless to `take`. When it fails and the database does not answer, the rest stays.
        """
        counts: Counter[str] = Counter()
        for file in sorted(self._waiting()):
            if stopping():
                break
            try:
                take(_read(file.read_bytes()))
            except FileNotFoundError:  # another process was faster
                continue
            except Exception:
                if not answers():
                    counts["away"] += 1
                    break
                counts[self._failed(file)] += 1
                continue
            file.unlink(missing_ok=True)
            counts["taken"] += 1
        self._tidy()
        return counts

    def lying(self) -> Lying:
        """What lies here now."""
        waiting = size = bad = 0
        oldest: float | None = None
        for entry in _entries(self.folder):
            with suppress(FileNotFoundError):
                stat = entry.stat()
                if entry.is_file():
                    size += max(stat.st_size, BLOCK)
                    if _waits(entry.name):
                        waiting += 1
                        oldest = min(oldest or stat.st_mtime, stat.st_mtime)
        for entry in _entries(self.bad):
            bad += 1
            with suppress(FileNotFoundError):
                size += max(entry.stat().st_size, BLOCK)
        return Lying(waiting, oldest, size, bad)

    def _make_room(self, size: int) -> None:
        with self._lock:
            at, used = self._counted
            if time.monotonic() - at > COUNTED_EVERY:
                at, used = time.monotonic(), self.lying().bytes
            taken = max(size, BLOCK)
            full = used + taken > self.limit
            self._counted = (at, used if full else used + taken)
        if full:
            raise SpoolFull

    def _waiting(self) -> Iterator[Path]:
        return (self.folder / entry.name for entry in _entries(self.folder) if _waits(entry.name))

    def _failed(self, file: Path) -> str:
        """Count a failure in the file's own name; the third one lays it aside."""
        stem, *rest = file.name.removesuffix(".json").split(".")
        # Somebody may have put a file back under a name of his own.
        failures = int(rest[0]) + 1 if rest and rest[0].isdecimal() else 1
        with suppress(FileNotFoundError):
            if failures < TRIES:
                file.rename(self.folder / f"{stem}.{failures}.json")
                return "failed"
            self.bad.mkdir(mode=0o700, exist_ok=True)
            os.utime(file)
            file.rename(self.bad / f"{stem}.json")
            sync_folder(self.bad)
        return "laid_aside"

    def _tidy(self) -> None:
        """Let go of senders and unfinished files whose time is over."""
        for entry in _entries(self.folder):
            if entry.name.startswith(".") and _older(entry, LEFT_BEHIND):
                with suppress(FileNotFoundError):
                    os.unlink(entry.path)
        for entry in _entries(self.bad):
            if _older(entry, SENDER_KEPT):
                with suppress(FileNotFoundError):
                    _forget_sender(Path(entry.path))


def _forget_sender(file: Path) -> None:
    """Rewrite a file without who wrote; one that cannot be read is removed, for it may name somebody."""
    try:
        brought = _read(file.read_bytes())
    except (ValueError, KeyError, TypeError):
        file.unlink()
        return
    if brought.told.number:
        write_whole(file, _written(replace(brought, told=replace(brought.told, number=""))))


def _written(brought: Brought) -> bytes:
    what = "text" if isinstance(brought.told, Texted) else "report"
    told = {name: value for name, value in asdict(brought.told).items() if value is not None}
    whole = {"channel": brought.channel, "at": brought.at, what: told}
    return json.dumps(whole, default=_plain).encode()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _read(content: bytes) -> Brought:
    whole = json.loads(content)
    channel, at = str(whole["channel"]), datetime.fromisoformat(whole["at"])
    if (text := whole.get("text")) is not None:
        written = text.get("at")
        text |= {"medium": Medium(text["medium"]), "at": datetime.fromisoformat(written) if written else None}
        text["kinds"] = tuple(text.get("kinds", ()))
        return Brought(channel, at, Texted(**text))
    report = whole["report"]
    report["status"] = Status(report["status"])
    if "fault" in report:
        report["fault"] = Fault(report["fault"])
    if "message_id" in report:
        report["message_id"] = UUID(report["message_id"])
    return Brought(channel, at, Report(**report))


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            yield from found
    except FileNotFoundError:
        return


def _waits(name: str) -> bool:
    return name.endswith(".json") and not name.startswith(".")


def _older(entry: os.DirEntry[str], age: timedelta) -> bool:
    with suppress(FileNotFoundError):
        return entry.is_file() and time.time() - entry.stat().st_mtime > age.total_seconds()
    return False
