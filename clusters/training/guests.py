"""People who came without an invitation: what was written about them, and whom of those known they may be."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from clusters.people.names import name_key
from clusters.people.phones import Phone, read
from clusters.structure.naming import folded

ALIKE = 0.72
"""From this share of common letters a name is worth showing to a person; nothing is ever matched by it alone."""
MOST_SHOWN = 3
LONGEST = 80

_NUMBER = re.compile(r"\+?[0-9][0-9 \-]{8,}[0-9]|[0-9]{4,7}")


@dataclass(frozen=True, slots=True)
class Guest:
    """One who walked in: her name, her school or its code, her phone; the words as written stay in `raw`."""

    raw: str
    name: str
    school: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody she may be; `near` when she is of the cluster itself."""

    person_id: int
    name: str
    school: str
    code: str = ""
    number: str | None = None
    near: bool = False
    row: int | None = None


def guests(written: str) -> list[Guest]:
    """Those written down after a plus each, or one a line: "Gul Zaman 23451", "Noor, GPS Kakki, 0345-1234567"."""
    parts = [part.strip(" \t.,;،۔") for part in re.split(r"[\n]|\+(?![0-9]{9,})", written)]
    return [found for part in parts if part and (found := guest(part)) is not None]


def guest(raw: str) -> Guest | None:
    """One guest; None where no name is written."""
    raw = raw[:LONGEST]
    phone, school = "", ""
    for number in _NUMBER.findall(raw):
        if isinstance(read(number), Phone):
            phone = phone or number.strip()
        elif number.isdigit() and len(number) <= 7:
            school = school or number
    name, _, rest = _NUMBER.sub(" ", raw).partition(",")
    name, rest = " ".join(name.split()), " ".join(rest.strip(" ,").split())
    return Guest(raw, name, rest or school, phone) if name_key(name) else None


def may_be(who: Guest, known: Iterable[Known]) -> Sequence[Known]:
    """Those whom a guest may be, the likeliest first: the same phone, then the same or a like name, near ones first."""
    phone = read(who.phone) if who.phone else None
    number = phone.e164 if isinstance(phone, Phone) else None
    key, school = name_key(who.name), folded(who.school)
    found = []
    for each in known:
        alike = SequenceMatcher(None, key, name_key(each.name)).ratio()
        same_phone = number is not None and each.number == number
        same_school = bool(school) and school in (each.code, folded(each.school))
        if same_phone or alike >= ALIKE:
            found.append((-same_phone, -round(alike, 1), -same_school, -each.near, -alike, each.name, each))
    return [row[-1] for row in sorted(found, key=lambda row: row[:-1])[:MOST_SHOWN]]
