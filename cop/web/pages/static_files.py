"""Files under hashed names: kept a year by every browser, read once by us; a name that is not ours is not found."""

from functools import lru_cache
from mimetypes import guess_type
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from cop.web.packing import pack, takes_gzip
from cop.web.templating import STATIC_URL, assets

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@get(STATIC_URL + "{name:str}", include_in_schema=False, opt={"open": True})
async def static_file(request: Request[Any, Any, State], name: FromPath[str]) -> Response[bytes]:
    """One file."""
    kept = _kept(name, takes_gzip(request.headers))
    if kept is None:
        raise NotFoundException
    content, headers = kept
    return Response(content, media_type=headers["Content-Type"], headers=headers)


@lru_cache(maxsize=128)
def _kept(name: str, gzip: bool) -> tuple[bytes, dict[str, str]] | None:
    file = assets().get(name)
    if file is None:
        return None
    kind = KINDS.get(file.suffix) or guess_type(file.name)[0] or "application/octet-stream"
    headers = FOR_EVER | {"Content-Type": kind}
    if gzip and file.suffix != ".woff2":
        return pack(file.read_bytes()), headers | {"Content-Encoding": "gzip"}
    return file.read_bytes(), headers


handlers = [static_file]
