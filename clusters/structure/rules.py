"""The paper's numbers for places: how many schools make a cluster, how many clusters a circle."""

from enum import StrEnum

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


def within_band(schools: int) -> bool:
    """Does a cluster of this many schools keep the paper's 25 to 35?"""
    return SCHOOLS_MIN <= schools <= SCHOOLS_MAX
