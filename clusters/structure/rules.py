"""The paper's numbers for places: how many schools make a cluster, how many clusters a circle."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import asin, ceil, cos, floor, fsum, isfinite, radians, sin, sqrt

SCHOOLS_MIN, SCHOOLS_MAX = 25, 35
"""Schools in one cluster (LTRC)."""
CIRCLE_MIN, CIRCLE_MAX = 3, 4
"""Clusters in one training circle."""
BLOCKS = 4
"""Blocks the province is divided into."""
EARTH_RADIUS_KM = 6371.0


class Tree(StrEnum):
    """The two trees every school stands in."""

    TRAINING = "T"
    ADMINISTRATIVE = "A"


class PlaceKind(StrEnum):
    """Ranks of a place; the first four make the training tree, the rest the administrative one."""

    PROGRAMME = "programme"
    BLOCK = "block"
    CIRCLE = "circle"
    CLUSTER = "cluster"
    PROVINCE = "province"
    DISTRICT = "district"
    TEHSIL = "tehsil"
    UNION_COUNCIL = "union_council"


class SchoolGender(StrEnum):
    """Whom a school teaches."""

    BOYS = "boys"
    GIRLS = "girls"
    MIXED = "mixed"


class Lack(StrEnum):
    """Why a school cannot host a cluster."""

    SAID = "said"
    ROOMS = "rooms"
    POWER = "power"
    ACCESS = "access"


ROOMS_TO_HOST = 2
"""A group sits in one room while the school's own classes go on in another."""


def lacks(rooms: int | None, power: bool | None, safe_access: bool | None, can_host: bool | None) -> tuple[Lack, ...]:
    """What keeps a school from hosting; the unknown keeps nobody, and a list that says it can host is believed."""
    if can_host:
        return ()
    found = (
        (Lack.SAID, can_host is False),
        (Lack.ROOMS, rooms is not None and rooms < ROOMS_TO_HOST),
        (Lack.POWER, power is False),
        (Lack.ACCESS, safe_access is False),
    )
    return tuple(lack for lack, there in found if there)


def within_band(schools: int) -> bool:
    """Does a cluster of this many schools keep the paper's 25 to 35?"""
    return SCHOOLS_MIN <= schools <= SCHOOLS_MAX


@dataclass(frozen=True, slots=True)
class Band:
    """The smallest and the largest size allowed, both included."""

    smallest: int
    largest: int

    def __post_init__(self) -> None:
        if not 1 <= self.smallest <= self.largest:
            raise ValueError(f"A band runs from at least 1 upwards, not from {self.smallest} to {self.largest}.")

    def __contains__(self, size: int) -> bool:
        return self.smallest <= size <= self.largest

    def __str__(self) -> str:
        return f"{self.smallest} to {self.largest}"


CLUSTER_BAND = Band(SCHOOLS_MIN, SCHOOLS_MAX)
CIRCLE_BAND = Band(CIRCLE_MIN, CIRCLE_MAX)


def infeasible_size(size: int, band: Band = CLUSTER_BAND) -> bool:
    """Can this many not be cut into parts within the band? At 25 to 35: 1-24, 36-49 and 71-74."""
    return ceil(size / band.largest) > size // band.smallest


def clusters_for(size: int, band: Band = CLUSTER_BAND) -> int | None:
    """How many parts to cut: the middle of the band is aimed at; None where no number keeps the band."""
    if infeasible_size(size, band):
        return None
    wanted = floor(2 * size / (band.smallest + band.largest) + 0.5)
    return min(max(wanted, ceil(size / band.largest)), size // band.smallest)


def nearest_cut(size: int, band: Band = CLUSTER_BAND) -> int:
    """How many parts come nearest to the band when none keeps it: the fewest units too many or too few in all."""

    def amiss(parts: int) -> tuple[int, int]:
        small, larger = divmod(size, parts)
        units = sum(
            many * max(0, band.smallest - each, each - band.largest)
            for each, many in ((small + 1, larger), (small, parts - larger))
        )
        return units, -parts

    return min({max(1, size // band.smallest), ceil(size / band.largest)}, key=amiss)


@dataclass(frozen=True, slots=True)
class Site:
    """A school as the planner sees it; stratum and area hold names, the most specific area last."""

    code: str
    lat: float | None
    lon: float | None
    stratum: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    can_host: bool = True

    def __post_init__(self) -> None:
        for degrees, limit in ((self.lat, 90.0), (self.lon, 180.0)):
            if degrees is not None and not (isfinite(degrees) and abs(degrees) <= limit):
                raise ValueError(f"School {self.code} stands at {self.lat}, {self.lon}, which is no place on earth.")

    @property
    def spot(self) -> tuple[float, float] | None:
        """Latitude and longitude, if both are known."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line of PLAN.csv: where a school belongs; km to the host is None where either place is unknown."""

    code: str
    cluster: str
    host: str
    circle: str
    block: str
    km: float | None


def great_circle_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Kilometres along the surface between two (latitude, longitude) in degrees, by the haversine formula."""
    (lat_a, lon_a), (lat_b, lon_b) = here, there
    a, b = radians(lat_a), radians(lat_b)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


@dataclass(frozen=True, slots=True)
class Kilometres:
    """How far it is to the host, over all schools whose distance is known, hosts included."""

    mean: float
    p95: float
    max: float


def kilometres(distances: Iterable[float]) -> Kilometres | None:
    """Mean, 95th percentile (interpolated between neighbours) and largest; None without any distance."""
    km = sorted(distances)
    if not km:
        return None
    place = 0.95 * (len(km) - 1)
    below = int(place)
    above = min(below + 1, len(km) - 1)
    return Kilometres(fsum(km) / len(km), km[below] + (place - below) * (km[above] - km[below]), km[-1])
