"""Runs the blocks of a corpus in several processes at once, each with a database of its own on the same server."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.queues import Queue

from sqlalchemy import create_engine, make_url, text

from clusters.kernel.database import connect
from cop.replay.corpus import Block
from cop.replay.judging import Judged
from cop.replay.running import check, run
from cop.settings import Settings
from cop.words import book_of

FEW = 150
"""So many lines are read by one process before others have begun."""
STRETCH = 50
"""Lines that one process takes at a time; the world of their block is built for each stretch."""
MOST_PROCESSES = 4


def run_shared(url: str, blocks: Sequence[Block], file: str, processes: int | None = None) -> list[Judged]:
    """Every line in turn, by as many processes as are worth it, unless it is said how many.

    The database at `url` is migrated and used by nobody else; it is as before when this ends.
    """
    check(blocks, file)
    if processes is None:
        many = sum(len(block.lines) for block in blocks) > FEW
        processes = min(os.cpu_count() or 1, MOST_PROCESSES) if many else 1
    if processes == 1:
        return _run(url, blocks, file)
    shares = [
        (file, replace(block, lines=block.lines[first : first + STRETCH]))
        for block in blocks
        for first in range(0, len(block.lines), STRETCH)
    ]
    spawned = get_context("spawn")
    free: Queue[str] = spawned.Queue()
    with _copies(url, processes) as urls:
        for each in urls:
            free.put(each)
        with spawned.Pool(processes, initializer=_take, initargs=(free,)) as pool:
            judged = [each for share in pool.imap(_share, shares) for each in share]
            pool.close()
            pool.join()
    return judged


_own: list[str] = []
"""The address of this process's own database."""


def _take(free: "Queue[str]") -> None:
    _own.append(free.get())


def _share(given: tuple[str, Block]) -> list[Judged]:
    file, block = given
    return _run(_own[0], [block], file)


def _run(url: str, blocks: Sequence[Block], file: str) -> list[Judged]:
    engine = connect(url, pool=1, name="cop-replay")
    try:
        with engine.connect() as connection:
            return list(run(connection, blocks, file, book_of(Settings())))
    finally:
        engine.dispose()


@contextmanager
def _copies(url: str, number: int) -> Iterator[list[str]]:
    """Addresses of so many copies of a database, which are gone afterwards."""
    template = make_url(url)
    names = [f"replay_{os.urandom(4).hex()}" for _ in range(number)]
    owner = create_engine(template.set(database="template1"), isolation_level="AUTOCOMMIT")
    try:
        for name in names:
            with owner.connect() as connection:
                connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"'))
        yield [template.set(database=name).render_as_string(hide_password=False) for name in names]
    finally:
        for name in names:
            with owner.connect() as connection:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        owner.dispose()
