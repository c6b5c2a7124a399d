"""Answers as they travel: gzip for whoever takes it, made in the thread of the page and the same for every error."""

import gzip
from collections.abc import Mapping, Sequence

from litestar import Response
from litestar.datastructures import Cookie

SMALLEST = 500
"""Bytes; below that an answer travels as it is."""
LEVEL = 6


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Does the browser read gzip?"""
    return any(
        part.partition(";")[0].strip() == "gzip" and part.partition(";")[2].replace(" ", "") != "q=0"
        for part in headers.get("accept-encoding", "").split(",")
    )


def pack(content: bytes) -> bytes:
    """The same bytes for the same content."""
    return gzip.compress(content, LEVEL, mtime=0)


def packed(
    asked: Mapping[str, str],
    content: bytes,
    media_type: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    cookies: Sequence[Cookie] = (),
) -> Response[bytes]:
    """An answer to a request with the headers `asked`."""
    # Said as a header, because Litestar would write the charset a second time.
    said = {"Content-Type": media_type, "Vary": "Accept-Encoding", **(headers or {})}
    if len(content) >= SMALLEST and takes_gzip(asked):
        content = pack(content)
        said["Content-Encoding"] = "gzip"
    return Response(content, media_type=media_type, status_code=status, headers=said, cookies=list(cookies))
