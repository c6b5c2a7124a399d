"""One backup is one file: a tar of sealed pieces that ordinary tools open too, and that is whole or says it is not."""

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from clusters.kernel.errors import Invalid, NotFound
from cop.backups.rules import Contents
from cop.backups.sealing import Keys, Opening, Seal, opening_of

FORMAT = 1
ABOUT, KEY, COMPLETE = "about.json", "key.age", "complete.json"
MANIFEST, SECRET, DUMP = "manifest.json", "secret", "dump"
PIECE = 4 << 20
"""Bytes of the dump in one piece: what is held in memory at a time."""
HOW = (
    "cop: `cop restore FILE --check`, `cop restore FILE`. By hand: untar it; with a passphrase open key.age with age "
    "and take what is inside as identity; open each piece ending in .age with age; join dump.000000, dump.000001 ... "
    "and give the whole to pg_restore of PostgreSQL 17 or later."
)


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights of a role on something that has a name in SQL."""

    on: str
    role: str
    rights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, as it was in the snapshot from which its dump was made."""

    at: datetime
    version: str
    revision: str
    server: int
    """The number of the server's version, 180004."""
    system: str
    database: str
    tables: Mapping[str, Contents]
    grants: tuple[Grant, ...]

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(each.rows for each in self.tables.values())


class Writer:
    """Writes a backup piece by piece; without `close` it is not whole."""

    def __init__(self, out: IO[bytes], seal: Seal, manifest: Manifest) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - `close` closes it
        self._seal, self._at, self._pieces, self._all = seal, int(manifest.at.timestamp()), 0, sha256()
        about = {"format": FORMAT, "at": manifest.at, "version": manifest.version, "sealed": seal.kind, "how": HOW}
        self._put(ABOUT, json.dumps(about, default=str, indent=1).encode())
        if seal.header:
            self._put(KEY, seal.header)
        self.add(MANIFEST, json.dumps(asdict(manifest), default=str).encode())

    def add(self, name: str, piece: bytes) -> None:
        """The next piece."""
        _count(self._all, name, piece)
        self._pieces += 1
        self._sealed(name, piece)

    def add_dump(self, dump: IO[bytes]) -> None:
        """Everything a dump's pipe brings, in pieces."""
        number = 0
        while piece := dump.read(PIECE):
            self.add(f"{DUMP}.{number:06}", piece)
            number += 1

    def close(self) -> None:
        """Say that it is whole."""
        self._sealed(COMPLETE, json.dumps({"pieces": self._pieces, "sha256": self._all.hexdigest()}).encode())
        self._tar.close()

    def _sealed(self, name: str, piece: bytes) -> None:
        self._put(f"{name}.age" if self._seal.recipients else name, self._seal.seal(piece))

    def _put(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = len(content), 0o600, self._at
        self._tar.addfile(entry, io.BytesIO(content))


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was read to its end and is whole."""

    file: Path
    opening: Opening
    manifest: Manifest
    secret: bytes | None

    def dump(self) -> Iterator[bytes]:
        """The dump, piece by piece."""
        return (piece for name, piece in _pieces(self.file, self.opening) if name.startswith(DUMP))


def whole(file: Path, keys: Keys) -> Backup:
    """Read a backup to its end; Invalid when it is cut off, was changed, is no backup, or does not open."""
    if not file.is_file():
        raise NotFound("backup", file=str(file))
    opening = _opening(file, keys)
    manifest, secret, complete, pieces, counted = None, None, None, 0, sha256()
    for name, piece in _pieces(file, opening):
        if name == COMPLETE:
            complete = json.loads(piece)
            break
        _count(counted, name, piece)
        pieces += 1
        if name == MANIFEST:
            manifest = _manifest(json.loads(piece))
        elif name == SECRET:
            secret = piece
    if manifest is None or complete != {"pieces": pieces, "sha256": counted.hexdigest()}:
        raise Invalid("backup_not_whole", file=file.name)
    return Backup(file, opening, manifest, secret)


def _opening(file: Path, keys: Keys) -> Opening:
    members = _members(file)
    name, content = next(members, ("", b""))
    try:
        about = json.loads(content) if name == ABOUT else {}
    except ValueError:
        about = {}
    if about.get("format") != FORMAT:
        raise Invalid("no_backup", file=file.name)
    name, content = next(members, ("", b""))
    return opening_of(about["sealed"], content if name == KEY else b"", keys)


def _pieces(file: Path, opening: Opening) -> Iterator[tuple[str, bytes]]:
    for name, content in _members(file):
        if name not in (ABOUT, KEY):
            yield name.removesuffix(".age"), opening.open(content)


def _members(file: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents one after the other, as far as the file goes."""
    try:
        with file.open("rb") as source, tarfile.open(fileobj=source, mode="r|") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                if content is not None:
                    yield entry.name, content.read()
    except (tarfile.TarError, EOFError):
        return
    except OSError as error:
        raise Invalid("backup_unreadable", file=str(file), why=error.strerror or type(error).__name__) from error


def _count(counted: Any, name: str, piece: bytes) -> None:
    counted.update(f"{name} {len(piece)}\n".encode())
    counted.update(piece)


def _manifest(values: dict[str, Any]) -> Manifest:
    return Manifest(
        **{
            **values,
            "at": datetime.fromisoformat(values["at"]),
            "tables": {name: Contents(**each) for name, each in values["tables"].items()},
            "grants": tuple(Grant(each["on"], each["role"], tuple(each["rights"])) for each in values["grants"]),
        }
    )
