"""Small pictures drawn on the server: frozen values in, SVG out; colours come from classes, numbers stand beside."""

from dataclasses import dataclass

from clusters.structure.rules import SchoolGender


@dataclass(frozen=True, slots=True)
class MapSchool:
    """A school with coordinates in degrees; `moved` wears a ring in a draft, `from_*` is its old host's place."""

    lat: float
    lon: float
    gender: SchoolGender = SchoolGender.BOYS
    moved: bool = False
    from_lat: float | None = None
    from_lon: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class MapCluster:
    """A cluster as the map shows it; `host_*` is the host school's place, `loud` marks one of the longest ways."""

    cluster_id: int
    name: str
    schools: tuple[MapSchool, ...]
    host_lat: float | None = None
    host_lon: float | None = None
    href: str | None = None
    loud: bool = False
