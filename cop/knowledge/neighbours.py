"""Which clusters are neighbours: those of one circle, else those whose host schools lie nearest."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

NEAREST = 3
"""So many hosts count as near where a circle has no other cluster."""


@dataclass(frozen=True, slots=True)
class Home:
    """An open cluster with its circle and where its host stands, in degrees."""

    path: str
    circle_path: str
    lat: float | None
    lon: float | None


def neighbours(path: str, homes: Sequence[Home]) -> list[str]:
    """The neighbours of a cluster, the nearest first where places are known; none for a cluster that is not open."""
    own = next((each for each in homes if each.path == path), None)
    if own is None:
        return []
    others = sorted((each for each in homes if each.path != path), key=lambda each: (_away(own, each), each.path))
    within = [each.path for each in others if each.circle_path == own.circle_path]
    return within or [each.path for each in others if _away(own, each) < float("inf")][:NEAREST]


def _away(one: Home, other: Home) -> float:
    """Distance in degrees of latitude; endless where a place is unknown."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return float("inf")
    return hypot(one.lat - other.lat, (one.lon - other.lon) * cos(radians(one.lat)))
