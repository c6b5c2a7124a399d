"""One thing that `cop doctor` looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and how it is; `mend` is the command that puts it right."""

    name: str
    well: bool
    what: str
    mend: str | None = None
