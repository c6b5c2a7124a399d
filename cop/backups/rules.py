"""How backups are called, which of them are kept, and how far two sets of tables differ."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

NAMED = re.compile(r"cop-(?P<tag>[0-9a-f]{6})-(?P<at>\d{8}T\d{6}Z)\.backup")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many days, weeks and months keep one backup each, its newest."""

    daily: int
    weekly: int
    monthly: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What a table holds: its rows, and a sum over their hashes in which their order does not matter."""

    rows: int
    hash: str


def tag_of(system: str, database: str) -> str:
    """Tells the backups of one database from those of another in the same folder."""
    return sha256(f"{system}/{database}".encode()).hexdigest()[:6]


def name_of(tag: str, at: datetime) -> str:
    """The name of a backup's file."""
    return f"cop-{tag}-{at.astimezone(UTC):{_STAMP}}.backup"


def made_at(name: str, tag: str) -> datetime | None:
    """When the backup of this name was made; None when it is none of that database."""
    found = NAMED.fullmatch(name)
    if found is None or found["tag"] != tag:
        return None
    return datetime.strptime(found["at"], _STAMP).replace(tzinfo=UTC)


def kept(local_times: Collection[datetime], keeping: Keeping) -> set[datetime]:
    """The backups to keep: the newest of each of the last days, weeks and months that have one, and the newest of all.

    Days without a backup count for nothing, so that old ones do not vanish where new ones fail.
    """
    spans: tuple[tuple[int, Callable[[datetime], tuple[int, ...]]], ...] = (
        (keeping.daily, lambda at: (at.year, at.month, at.day)),
        (keeping.weekly, lambda at: at.isocalendar()[:2]),
        (keeping.monthly, lambda at: (at.year, at.month)),
    )
    newest_first = sorted(local_times, reverse=True)
    stay = set(newest_first[:1])
    for count, span in spans:
        newest: dict[tuple[int, ...], datetime] = {}
        for at in newest_first:
            newest.setdefault(span(at), at)
        stay.update(list(newest.values())[:count])
    return stay


def differing(
    wanted: Mapping[str, Contents], found: Mapping[str, Contents], but: Collection[str] = ()
) -> dict[str, str]:
    """The tables that are not as they were, and how; those of `but` are not compared."""
    said = {}
    for name in sorted({*wanted, *found} - {*but}):
        before, after = wanted.get(name), found.get(name)
        if after is None:
            said[name] = "is missing"
        elif before is None:
            said[name] = "was not there before"
        elif before.rows != after.rows:
            said[name] = f"has {after.rows} rows instead of {before.rows}"
        elif before.hash != after.hash:
            said[name] = "has other contents"
    return said
