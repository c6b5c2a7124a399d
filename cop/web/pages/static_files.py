"""Files under hashed names: kept a year by every browser, read once by us; a name that is not ours is not found."""

from functools import lru_cache
from mimetypes import guess_type

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from cop.web.templating import STATIC_URL, assets

FOR_EVER = "public, max-age=31536000, immutable"


@get(STATIC_URL + "{name:str}", include_in_schema=False, opt={"open": True})
async def static_file(name: FromPath[str]) -> Response[bytes]:
    """One file."""
    kept = _kept(name)
    if kept is None:
        raise NotFoundException
    content, media_type = kept
    return Response(content, media_type=media_type, headers={"Cache-Control": FOR_EVER})


@lru_cache(maxsize=64)
def _kept(name: str) -> tuple[bytes, str] | None:
    file = assets().get(name)
    if file is None:
        return None
    kind = {".woff2": "font/woff2", ".js": "text/javascript"}.get(file.suffix) or guess_type(file.name)[0]
    text = (kind or "").startswith("text/")
    return file.read_bytes(), f"{kind}; charset=utf-8" if text else kind or "application/octet-stream"


handlers = [static_file]
