"""An invented district: villages and homesteads, tehsils and union councils, and the schools in them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import cos, pi, radians, sin, sqrt
from random import Random

from clusters.structure.rules import SchoolGender, great_circle_km
from cop.demo.names import Name, villages

PROVINCE = "Khyber Pakhtunkhwa"
SCHOOLS_PER_KM2 = 0.27
LENGTH_TO_WIDTH, TURNED = 1.5, radians(35)
"""The district is an ellipse, turned from the east towards the north."""
KM_PER_DEGREE = 111.195
IN_VILLAGES = 0.62
"""Share of schools in or around a large village; the others are scattered."""
VILLAGE_KM, VILLAGE_ENDS_KM = 1.3, 1.1
"""How far schools are strewn around the middle of a large village, and up to where they bear its name."""
SCHOOLS_PER_COUNCIL, COUNCILS_PER_TEHSIL = 15, 9
WITHOUT_COORDINATES = 0.02
GENDERS = {SchoolGender.BOYS: 52, SchoolGender.GIRLS: 38, SchoolGender.MIXED: 10}
"""Of a hundred schools, how many teach whom."""
KINDS: dict[SchoolGender, Name] = {
    SchoolGender.BOYS: ("GPS", "گورنمنٹ پرائمری سکول"),
    SchoolGender.GIRLS: ("GGPS", "گورنمنٹ گرلز پرائمری سکول"),
    SchoolGender.MIXED: ("GMPS", "گورنمنٹ مسجد پرائمری سکول"),
}
FIRST_CODE = 81_001
"""EMIS codes have five figures; those in use begin lower."""

Spot = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True)
class District:
    """A district that is real, in which nothing invented is: its name and its middle (latitude and longitude)."""

    name: str
    middle: Spot


BANNU = District("Bannu", (32.99, 70.60))


@dataclass(frozen=True, slots=True)
class InventedSchool:
    """A school that does not exist; `spot` is what its list says, None where it says nothing."""

    code: str
    name: str
    name_ur: str
    gender: SchoolGender
    spot: Spot | None
    district: str
    tehsil: str
    union_council: str
    village: str


@dataclass(frozen=True, slots=True)
class _Village:
    """A village and where it lies."""

    name: Name
    spot: Spot


def invent(
    seed: int | str, schools: int, district: District = BANNU, first_code: int = FIRST_CODE
) -> tuple[InventedSchool, ...]:
    """The schools of a district by code, from north to south; the same from the same seed."""
    rng = Random(f"{seed} district")
    land, names = _Land(rng, schools, district.middle), villages(rng)
    councils = [
        _Village(name, land.somewhere()) for name in islice(names, max(3, round(schools / SCHOOLS_PER_COUNCIL)))
    ]
    homes = [_home(rng, land, councils) for _ in range(schools)]
    homes.sort(key=lambda spot: (-spot[0], spot[1]))
    tehsils = councils[: max(2, round(len(councils) / COUNCILS_PER_TEHSIL))]
    numbers: Counter[tuple[SchoolGender, Name]] = Counter()
    found = []
    for place, spot in enumerate(homes):
        council = _nearest(spot, councils)
        village = council.name if great_circle_km(spot, council.spot) <= VILLAGE_ENDS_KM else next(names)
        (gender,) = rng.choices(list(GENDERS), list(GENDERS.values()))
        numbers[gender, village] += 1
        name, name_ur = _called(KINDS[gender], village, numbers[gender, village])
        known = rng.random() >= WITHOUT_COORDINATES
        found.append(
            InventedSchool(
                code=str(first_code + place),
                name=name,
                name_ur=name_ur,
                gender=gender,
                spot=(round(spot[0], 5), round(spot[1], 5)) if known else None,
                district=district.name,
                tehsil=_nearest(council.spot, tehsils).name[0],
                union_council=council.name[0],
                village=village[0],
            )
        )
    return tuple(found)


class _Land:
    """The ground of the district."""

    def __init__(self, rng: Random, schools: int, middle: Spot) -> None:
        self._rng, self._middle = rng, middle
        self._width = sqrt(schools / SCHOOLS_PER_KM2 / (pi * LENGTH_TO_WIDTH))
        self._length = self._width * LENGTH_TO_WIDTH

    def somewhere(self) -> Spot:
        """Any place in it, each as likely as another."""
        way, far = self._rng.uniform(0, 2 * pi), sqrt(self._rng.random())
        along, across = far * cos(way) * self._length, far * sin(way) * self._width
        return _moved(
            self._middle, along * cos(TURNED) - across * sin(TURNED), along * sin(TURNED) + across * cos(TURNED)
        )

    def around(self, spot: Spot) -> Spot:
        """Some way from the middle of a village."""
        return _moved(spot, self._rng.gauss(0, VILLAGE_KM), self._rng.gauss(0, VILLAGE_KM))


def _moved(spot: Spot, east: float, north: float) -> Spot:
    """A spot so many kilometres away."""
    return spot[0] + north / KM_PER_DEGREE, spot[1] + east / (KM_PER_DEGREE * cos(radians(spot[0])))


def _home(rng: Random, land: _Land, large: Sequence[_Village]) -> Spot:
    if rng.random() >= IN_VILLAGES:
        return land.somewhere()
    # Of the large villages a few are towns: those that come first hold most schools.
    return land.around(large[int(rng.random() ** 1.6 * len(large))].spot)


def _nearest(spot: Spot, villages_there: Sequence[_Village]) -> _Village:
    return min(villages_there, key=lambda village: great_circle_km(spot, village.spot))


def _called(kind: Name, village: Name, number: int) -> Name:
    """The second school of a kind in a village is its No.2."""
    if number == 1:
        return f"{kind[0]} {village[0]}", f"{kind[1]} {village[1]}"
    return f"{kind[0]} {village[0]} No.{number}", f"{kind[1]} {village[1]} نمبر {number}"
