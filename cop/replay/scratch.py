"""A database of its own for a replay: empty, migrated, and gone afterwards; nothing of a house is touched."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from clusters.kernel.database import connect, scratch
from migrations.applying import migrate


@contextmanager
def scratch_connection() -> Iterator[Connection]:
    """A connection to a server in a folder for temporary files; it takes some seconds to start."""
    with scratch(Path(tempfile.gettempdir())) as url:
        migrate(url)
        engine = connect(url, pool=1, name="cop-replay")
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
