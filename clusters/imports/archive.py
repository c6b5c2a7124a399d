"""Spreadsheet files as the archives they are: which kind, how large unpacked, and packed again once checked."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from clusters.imports.extents import MAX_UNPACKED, Extent, ods_extents, shared_lengths, text_unfolded, xlsx_extent
from clusters.imports.refusals import refused
from clusters.kernel.errors import Invalid

MAX_ENTRIES = 64
MAX_RATIO = 100
_PIECE = 1024 * 1024
_WEIGHTY = 256 * 1024
"""Below this size a part may shrink as far as it likes: an empty style sheet does."""


class Book(StrEnum):
    """The two kinds of spreadsheet file that are read."""

    XLSX = "xlsx"
    ODS = "ods"


@dataclass(frozen=True, slots=True)
class Archive:
    """A checked spreadsheet file, packed anew without pictures and macros; sheets that are too large are emptied."""

    book: Book
    content: bytes
    refused: dict[str, Invalid]
    """Sheet name -> why it is not read; the name is blank where a part belongs to no known sheet."""


def opened(data: bytes) -> Archive:
    """Unpacks within the limits, checks every sheet's extent, and packs again what a reader may see."""
    parts = _unpacked(data)
    book = _book(parts)
    for name, part in parts.items():
        if part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in part[:4] or _has_doctype(part):
            raise _damaged(f"its part {name} is not what spreadsheet programs write")
    left_out = _without_large_sheets(parts) if book is Book.XLSX else {}
    if book is Book.ODS:
        ods_extents(parts["content.xml"])
        parts["content.xml"] = parts["content.xml"].replace(b' office:string-value=""', b"")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in list(parts):
            archive.writestr(zipfile.ZipInfo(name), parts.pop(name))
    return Archive(book, packed.getvalue(), left_out)


def _damaged(why: str) -> Invalid:
    return refused("file_damaged", why=why)


def _too_large() -> Invalid:
    return refused("file_too_large_unpacked", most=MAX_UNPACKED // _PIECE)


def _unpacked(data: bytes) -> dict[str, bytes]:
    """The XML parts; sizes are checked in the directory, and once more while unpacking."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_directory(entries, len(data))
            parts: dict[str, bytes] = {}
            room = MAX_UNPACKED
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")) or entry.filename == "mimetype":
                    with archive.open(entry) as stream:
                        parts[entry.filename] = _piecewise(stream, room)
                    room -= len(parts[entry.filename])
                elif "vbaProject" in entry.filename:
                    raise _macros()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise _damaged("its archive is broken") from error
    except RuntimeError as error:  # zipfile's word for a password
        raise _protected() from error
    return parts


def _check_directory(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise refused("file_too_many_parts", parts=len(entries), most=MAX_ENTRIES)
    total = sum(entry.file_size for entry in entries)
    bloated = any(e.file_size > _WEIGHTY and e.file_size > MAX_RATIO * e.compress_size for e in entries)
    if total > MAX_UNPACKED or (total > _WEIGHTY and total > MAX_RATIO * size) or bloated:
        raise _too_large()
    if len({entry.filename for entry in entries}) < len(entries):
        raise _damaged("it holds two parts of the same name")


def _piecewise(stream: IO[bytes], room: int) -> bytes:
    part = bytearray()
    while piece := stream.read(_PIECE):
        part += piece
        if len(part) > room:
            raise _too_large()
    return bytes(part)


def _protected() -> Invalid:
    return refused("file_protected")


def _macros() -> Invalid:
    return refused("file_has_macros")


def _book(parts: dict[str, bytes]) -> Book:
    mime = parts.get("mimetype", b"").strip()
    types = parts.get("[Content_Types].xml", b"")
    if mime == b"application/vnd.oasis.opendocument.spreadsheet" and "content.xml" in parts:
        if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
            raise _protected()
        return Book.ODS
    if b"macroEnabled" in types:
        raise _macros()
    if b"spreadsheetml.sheet.main+xml" in types:
        return Book.XLSX
    raise refused("file_kind_unknown")


def _has_doctype(part: bytes) -> bool:
    return b"<!DOCTYPE" in part or b"<!ENTITY" in part


_EMPTY_SHEET = (
    b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<sheetData/></worksheet>"
)
_ERROR_CELL = re.compile(rb'(<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d+")?) t="e"')


def _without_large_sheets(parts: dict[str, bytes]) -> dict[str, Invalid]:
    """Empties each sheet that no list needs and says why; error cells become text, or a reader takes them for empty."""
    sheets = _sheet_names(parts)
    lengths = shared_lengths(parts.get("xl/sharedStrings.xml", b""))
    left_out: dict[str, Invalid] = {}
    for name in [name for name in parts if name != "xl/sharedStrings.xml"]:
        extent: Extent | None = None
        try:
            extent = xlsx_extent(parts[name], sheets.get(name, name))
            text_unfolded(parts[name], extent, lengths, MAX_UNPACKED, sheets.get(name, name))
        except Invalid as reason:
            left_out[sheets.get(name, "")] = reason
            parts[name] = _EMPTY_SHEET
        if extent and extent.cells and b' t="e"' in parts[name]:
            parts[name] = _ERROR_CELL.sub(rb'\1 t="str"', parts[name])
    return left_out


def _sheet_names(parts: dict[str, bytes]) -> dict[str, str]:
    """Part -> name of the sheet as its tab says."""
    try:
        book = ElementTree.fromstring(parts["xl/workbook.xml"])
        links = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    except (LookupError, ElementTree.ParseError, DefusedXmlException) as error:
        raise _damaged("its table of contents is missing or broken") from error
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    names: dict[str, str] = {}
    for element in book.iter():
        if element.tag.endswith("}sheet"):
            link = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
            target = targets.get(link, "")
            names[target.removeprefix("/") if target.startswith("/") else f"xl/{target}"] = element.get("name", "")
    return names
