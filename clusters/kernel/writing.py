"""Writes files that are there with all of their content or not at all, also after a power cut."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_whole(file: Path, content: bytes, *, mode: int = 0o600, first_stays: bool = False) -> None:
    """Write a file in the place of the one before it; OSError: that one is there as it was.

    With `first_stays` a file that is there already stays: of several processes the first one's is kept. What is not
    finished has a name that begins with a dot.
    """
    with NamedTemporaryFile("wb", dir=file.parent, prefix=f".{file.name}-", delete=False) as new:
        unfinished = Path(new.name)
        try:
            new.write(content)
            new.flush()
            os.fchmod(new.fileno(), mode)
            os.fsync(new.fileno())
            if first_stays:
                with suppress(FileExistsError):
                    os.link(unfinished, file)
            else:
                unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
