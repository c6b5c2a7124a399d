"""Where a school stands, from degrees in any writing; swapped axes are repaired only where that is certain."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import copysign, isfinite
from typing import Literal

from clusters.imports.cells import is_unknown, latin_figures, visible
from clusters.imports.refusals import refused
from clusters.imports.sheet import Cell

Axis = Literal["lat", "lon"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A country's edges in degrees; west may be greater than east where the date line runs through it."""

    south: float
    west: float
    north: float
    east: float

    def __contains__(self, spot: tuple[float, float]) -> bool:
        lat, lon = spot
        if not self.south <= lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= lon <= self.east
        return self.west <= lon <= 180 or -180 <= lon <= self.east


PAKISTAN = Bounds(23.5, 60.8, 37.2, 77.9)
"""From the mouths of the Indus to the Karakoram, the northern areas included."""
ANYWHERE = Bounds(-90.0, -180.0, 90.0, 180.0)


def bounds_of(text: str) -> Bounds:
    """Reads `S,W,N,E` in degrees, or `any`."""
    if text.strip().casefold() == "any":
        return ANYWHERE
    try:
        south, west, north, east = map(float, text.split(","))
    except ValueError:
        south, west, north, east = 1.0, 0.0, 0.0, 0.0
    bounds = Bounds(south, west, north, east)
    if not (south < north and west != east and (south, west) in ANYWHERE and (north, east) in ANYWHERE):
        raise refused("bounds_unreadable", given=text)
    return bounds


class Standing(StrEnum):
    """What was made of the coordinates of one row."""

    AS_WRITTEN = "as_written"
    SWAPPED = "swapped"
    MISSING = "missing"
    IMPOSSIBLE = "impossible"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Spot:
    """A judged position in degrees; both are None unless it can be taken."""

    standing: Standing
    lat: float | None = None
    lon: float | None = None
    fault: Axis = "lat"
    """The axis whose cell a person should look at first."""


_MISSING = Spot(Standing.MISSING)


@dataclass(frozen=True, slots=True)
class Angle:
    """Degrees, and the axis if a letter N, S, E or W names it."""

    degrees: float
    axis: Axis | None = None


class Unreadable:
    """There is something in the cell, and it is no angle."""


UNREADABLE = Unreadable()
LONGEST = 120
"""No angle, and no pair of them, takes more letters than this to write."""
Read = Angle | Unreadable | None
"""None: nothing is known."""

_PLAIN_DECIMAL = re.compile(r"[+-]?[0-9]{1,9}\.[0-9]{1,20}")
_DECIMAL = re.compile(r"[+-]?\d+(?:[.,]\d*)?|[+-]?[.,]\d+")
_POWER = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,2}")
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("ºᵒ˚⁰∘", "°"),
        **dict.fromkeys("′’‘´`ʹʼ‛", "'"),
        **dict.fromkeys("″”“ʺ‟〃", '"'),
        **dict.fromkeys("−–—‐‑", "-"),
        "٫": ".",
        "،": ",",
    }
)
_WORDS = (
    (re.compile(r"(\d)\s*d\s*(\d+)\s*m\s*([\d.,]+)\s*s", re.IGNORECASE), r"\1°\2'\3" + '"'),
    (re.compile(r"(?<=\d)\s*(?:degrees?|deg\.?)(?![a-z])", re.IGNORECASE), "°"),
    (re.compile(r"(?<=\d)\s*o(?=\s*\d)", re.IGNORECASE), "°"),
    (re.compile(r"(?<=\d)\s*(?:minutes?|min\.?)(?![a-z])", re.IGNORECASE), "'"),
    (re.compile(r"(?<=\d)\s*(?:seconds?|sec\.?)(?![a-z])", re.IGNORECASE), '"'),
    (re.compile(r"(?<![a-z])north(?:ing)?(?![a-z])|شمالا?ً?", re.IGNORECASE), "N"),
    (re.compile(r"(?<![a-z])south(?![a-z])|جنوبا?ً?", re.IGNORECASE), "S"),
    (re.compile(r"(?<![a-z])east(?:ing)?(?![a-z])|مشرقا?ً?", re.IGNORECASE), "E"),
    (re.compile(r"(?<![a-z])west(?![a-z])|مغربا?ً?", re.IGNORECASE), "W"),
    (re.compile(r"''"), '"'),
)
_ANGLE = re.compile(
    r"(?P<before>[NSEW])?[\s.:]*(?P<sign>[+-])?\s*(?P<d>\d{1,3}(?!\d)(?:[.,]\d+)?)(?P<gap>\s*[°:-]?\s*)"
    r"(?:(?<!\d)(?P<m>\d{1,2}(?!\d)(?:[.,]\d+)?)(?P<mgap>\s*[':-]?\s*)"
    r"(?:(?<!\d)(?P<s>\d{1,2}(?!\d)(?:[.,]\d+)?)\s*\"?)?)?\s*(?P<after>[NSEW])?\.?",
    re.IGNORECASE,
)
_AXIS: dict[str, Axis] = {"N": "lat", "S": "lat", "E": "lon", "W": "lon"}


def _tidied(cell: str) -> str:
    text = latin_figures(visible(cell)).translate(_SIGNS)
    return text.strip("()[]{}\"' ,;") if text[:1] in "([{\"'" else text.rstrip(" ,;")


def read_angle(cell: Cell) -> Read:
    """Decimal degrees with point or comma, or degrees, minutes and seconds in their many writings."""
    if cell is None:
        return None
    if isinstance(cell, int | float):
        return Angle(float(cell)) if isfinite(cell) else UNREADABLE
    if _PLAIN_DECIMAL.fullmatch(cell):
        return Angle(float(cell))
    text = _tidied(cell)
    if is_unknown(text):
        return None
    if len(text) > LONGEST:
        return UNREADABLE
    if _DECIMAL.fullmatch(text) or _POWER.fullmatch(text):
        return Angle(float(text.replace(",", ".")))
    for pattern, sign in _WORDS:
        text = pattern.sub(sign, text)
    written = _ANGLE.fullmatch(text.strip())
    return _angle(written) if written else UNREADABLE


def _angle(written: re.Match[str]) -> Read:
    """Degrees from the parts, where minutes and seconds stay below 60 and only the last part has a fraction."""
    parts = [part.replace(",", ".") for part in written.group("d", "m", "s") if part is not None]
    marked = {"°", "'", ":"} & set((written["gap"] or "") + (written["mgap"] or ""))
    if len(parts) == 2 and not marked:
        return UNREADABLE  # 34 07.5 may be minutes, or a decimal with a stray space
    if any("." in part for part in parts[:-1]) or any(float(part) >= 60 for part in parts[1:]):
        return UNREADABLE
    letters = [letter.upper() for letter in written.group("before", "after") if letter]
    if len(letters) == 2 or (letters and written["sign"] == "-"):
        return UNREADABLE
    size = sum(float(part) / 60**power for power, part in enumerate(parts))
    negative = written["sign"] == "-" or letters in (["S"], ["W"])
    return Angle(copysign(size, -1) if negative else size, _AXIS[letters[0]] if letters else None)


def angle_of_parts(degrees: Cell, minutes: Cell, seconds: Cell) -> Read:
    """An angle whose degrees, minutes and seconds stand in three columns."""
    parts = [read_angle(cell) for cell in (degrees, minutes, seconds)]
    if parts[0] is None:
        return None
    size, below = 0.0, False
    for power, part in reversed(list(enumerate(parts))):
        if isinstance(part, Unreadable):
            return UNREADABLE
        if part is not None:
            if power and not (0 <= part.degrees < 60 and part.axis is None):
                return UNREADABLE
            if below and not part.degrees.is_integer():
                return UNREADABLE  # a fraction of a degree and minutes besides
            below = below or part.degrees != 0
            size += abs(part.degrees) / 60**power
    whole = parts[0]
    return Angle(copysign(size, whole.degrees), whole.axis) if isinstance(whole, Angle) else UNREADABLE


def judge(lat: Cell, lon: Cell, bounds: Bounds) -> Spot:
    """What two cells say: taken as written if that lies within the bounds, swapped if only that does."""
    if type(lat) is float and type(lon) is float and lat and lon and (lat, lon) in bounds:
        return Spot(Standing.AS_WRITTEN, lat, lon)
    return judge_angles(read_angle(lat), read_angle(lon), bounds)


def judge_angles(lat: Read, lon: Read, bounds: Bounds) -> Spot:
    """The same for two angles: nothing known or a zero is missing, letters N and E outweigh the columns."""
    if isinstance(lat, Unreadable):
        return Spot(Standing.UNREADABLE, fault="lat")
    if isinstance(lon, Unreadable):
        return Spot(Standing.UNREADABLE, fault="lon")
    if lat is None or lon is None or not lat.degrees or not lon.degrees:
        return _MISSING
    if lat.axis == lon.axis and lat.axis:
        return Spot(Standing.UNREADABLE, fault="lon" if lat.axis == "lat" else "lat")
    written, swapped = (lat.degrees, lon.degrees), (lon.degrees, lat.degrees)
    if lat.axis == "lon" or lon.axis == "lat":
        return Spot(Standing.SWAPPED, *swapped) if swapped in bounds else Spot(Standing.IMPOSSIBLE)
    if written in bounds:
        return Spot(Standing.AS_WRITTEN, *written)
    if swapped in bounds and not (lat.axis or lon.axis):
        return Spot(Standing.SWAPPED, *swapped)
    inside = bounds.south <= lat.degrees <= bounds.north
    return Spot(Standing.IMPOSSIBLE, fault="lon" if inside else "lat")


_POINT = re.compile(r"(?:.*;)?\s*point\s*(?:z|m|zm)?\s*\(\s*(\S+)\s+(\S+)[^()]*\)", re.IGNORECASE)
_LABELLED = re.compile(r"lat[a-z]*\.?\s*[:=]?\s*(.+?)[\s,;]*(?:lon|lng)[a-z]*\.?\s*[:=]?\s*(.+)", re.IGNORECASE)
_LETTERED = re.compile(r"(.*?\d.*?[NSEW])[\s,;]*(.*\d.*[NSEW])|([NSEW].*?\d.*?)[\s,;]*([NSEW].*\d.*)", re.IGNORECASE)


def judge_pair(cell: Cell, bounds: Bounds, *, lon_first: bool = False) -> Spot:
    """What one cell with both says: (lat, lon), two DMS angles, POINT (lon lat), latitude first unless told."""
    text = latin_figures(visible(cell)).translate(_SIGNS) if isinstance(cell, str) else str(cell or "")
    if is_unknown(text) or not text.strip("()[]{}0., "):
        return _MISSING
    if len(text) > LONGEST:
        return Spot(Standing.UNREADABLE)
    if point := _POINT.fullmatch(text):
        return judge_angles(read_angle(point[2]), read_angle(point[1]), bounds)
    for first, second in _splits(text.strip('()[]{}" ').rstrip(",;")):
        one, other = read_angle(first), read_angle(second)
        if isinstance(one, Unreadable) or isinstance(other, Unreadable):
            continue
        lettered = (one and one.axis) or (other and other.axis)
        told_backwards = one and other and (one.axis == "lon" or other.axis == "lat")
        if told_backwards or (lon_first and not lettered):
            one, other = other, one
        return judge_angles(one, other, bounds)
    return Spot(Standing.UNREADABLE)


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Every way to cut the text into two angles, the surest first."""
    if labelled := _LABELLED.fullmatch(text):
        yield labelled[1], labelled[2]
    for between in (r"\s*[;|/\t]\s*", r"\s*,\s+|\s+,\s*"):
        if len(parts := re.split(between, text)) == 2:
            yield parts[0], parts[1]
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 2:
        yield parts[0], parts[1]
    if len(parts) == 4 and all(re.fullmatch(r"[+-]?\d+", part) for part in parts):
        yield f"{parts[0]}.{parts[1]}", f"{parts[2]}.{parts[3]}"
    if lettered := _LETTERED.fullmatch(text):
        yield (lettered[1], lettered[2]) if lettered[1] else (lettered[3], lettered[4])
    if len(six := text.split()) == 6:
        yield " ".join(six[:3]), " ".join(six[3:])
    for separated in (parts, text.split()):
        with_height = len(separated) in (3, 4) and all(map(_PLAIN_DECIMAL.fullmatch, separated[:2]))
        if len(separated) == 2 or with_height:
            yield separated[0], separated[1]
