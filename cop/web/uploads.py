"""A form that brings a file: taken in piece by piece onto the disk, then read into fields and the file's bytes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO

from multipart import MultipartError, MultipartParser, parse_options_header

from clusters.kernel.errors import Conflict
from cop.web.forms import Fields, Unreadable
from cop.web.security import BODY_LIMIT, UPLOAD_LIMIT

MULTIPART = "multipart/form-data"
AT_ONCE = 8
"""Files that a process takes in at the same time; one a person."""
PATIENCE_SECONDS = 900
"""A file of 10 MB needs that long at 12 KB a second."""
_PARTS = 24
_IN_MEMORY = 256 * 1024
_NAME = 120


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent; the name is for people and is never a path of ours."""

    name: str
    content: bytes


@dataclass
class Uploads:
    """Who sends a file at this moment; asked and told in the event loop alone."""

    senders: set[str] = field(default_factory=set)

    @contextmanager
    def one(self, sender: str) -> Iterator[None]:
        """Let one person send one file at a time, and a few people at once."""
        if sender in self.senders:
            raise Conflict("upload_under_way")
        if len(self.senders) >= AT_ONCE:
            raise Conflict("uploads_too_many")
        self.senders.add(sender)
        try:
            yield
        finally:
            self.senders.discard(sender)


async def taken_in(pieces: AsyncIterator[bytes]) -> IO[bytes]:
    """The body of a request, on the disk once it is large; the caller closes it. The limit is the stream's own."""
    kept: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (the caller closes it)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for piece in pieces:
                kept.write(piece)
    except TimeoutError:
        kept.close()
        raise Conflict("upload_too_slow") from None
    except BaseException:
        kept.close()
        raise
    kept.seek(0)
    return kept


def read_parts(body: IO[bytes], content_type: str) -> tuple[Fields, Upload]:
    """The text fields of a form and its one file; without one, an empty file."""
    kind, options = parse_options_header(content_type)
    if kind != MULTIPART or not options.get("boundary"):
        raise Unreadable("form_unreadable")
    parser = MultipartParser(
        body,
        options["boundary"],
        strict=True,
        part_limit=_PARTS,
        partsize_limit=UPLOAD_LIMIT,
        spool_limit=_IN_MEMORY,
        memory_limit=UPLOAD_LIMIT,
        disk_limit=UPLOAD_LIMIT,
    )
    fields: dict[str, list[str]] = {}
    upload = Upload("", b"")
    texts = files = 0
    seen = []
    try:
        for part in parser:
            seen.append(part)
            if part.filename is not None:
                files += 1
                upload = Upload(_shown(part.filename), part.raw)
                continue
            texts += part.size
            if texts > BODY_LIMIT:
                raise Unreadable("form_unreadable")
            value = part.raw.decode("utf-8")
            if "\0" in part.name or "\0" in value:
                raise Unreadable("form_unreadable")
            fields.setdefault(part.name, []).append(value)
    except (MultipartError, UnicodeDecodeError) as error:
        raise Unreadable("form_unreadable") from error
    finally:
        for part in seen:
            part.close()
    if files > 1:
        raise Unreadable("form_unreadable")
    return fields, upload


def _shown(name: str) -> str:
    """The last part of a file's name, as far as it can be printed."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:_NAME] or "list"
