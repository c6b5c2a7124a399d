"""A database of its own for a replay: empty, migrated, and gone afterwards; nothing of a house is touched."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clusters.kernel.database import scratch
from migrations.applying import migrate


@contextmanager
def scratch_database() -> Iterator[str]:
    """Address of a migrated database on a server in a folder for temporary files; it takes some seconds to start."""
    with scratch(Path(tempfile.gettempdir())) as url:
        migrate(url)
        yield url
