"""What people can do about a stratum that cannot be cut into clusters within the band."""

from collections.abc import Callable, Sequence
from math import ceil, dist, fsum

from clusters.structure.grouping import Point
from clusters.structure.refusals import Choice, Infeasible, Obstacle, Way, title
from clusters.structure.rules import Band
from clusters.structure.strata import Cut, Stratum, cut_anyway, grouped, how_to_cut

ESTIMATED_UP_TO = 1_500
"""Above this many schools an added distance is not estimated."""


def infeasible(
    stratum: Stratum,
    obstacle: Obstacle,
    others: Sequence[Stratum],
    band: Band,
    out_of_time: Callable[[], bool] | None = None,
) -> Infeasible:
    """The stratum with its choices: name more hosts, merge with a neighbour, or waive the rule with a reason."""
    choices = [_merge(stratum, other, band, out_of_time) for other in _partners(stratum, others, band)]
    if obstacle is Obstacle.HOSTS:
        choices.insert(0, _more_hosts(stratum, band))
    else:
        choices.append(_widened(len(stratum.sites), band))
    choices.append(Choice(Way.WAIVE, _waiver(stratum, band)))
    return Infeasible(stratum.name, len(stratum.sites), obstacle, why_not(stratum, obstacle, band), tuple(choices))


def why_not(stratum: Stratum, obstacle: Obstacle, band: Band) -> str:
    """The obstacle in a sentence."""
    size = len(stratum.sites)
    if obstacle is Obstacle.HOSTS:
        return f"{stratum.title}: {size} schools, but only {sum(stratum.able)} of them can host a cluster of {band}."
    sentence = f"{stratum.title}: {size} schools cannot be cut into clusters of {band}."
    if stratum.unplaced:
        sentence += f" {len(stratum.unplaced)} more have neither coordinates nor a known area."
    return sentence


def _more_hosts(stratum: Stratum, band: Band) -> Choice:
    lacking = ceil(len(stratum.sites) / band.largest) - sum(stratum.able)
    return Choice(Way.HOSTS, f"Mark at least {lacking} more of these schools as able to host.", hosts=lacking)


def _widened(size: int, band: Band) -> Choice:
    """The smallest change of the sizes under which so many schools can be cut."""
    fewer, more = ceil(size / band.largest), max(1, size // band.smallest)
    low, high = size // fewer, ceil(size / more)
    if band.smallest - low <= high - band.largest or size < band.smallest:
        sizes = Band(low, band.largest)
    else:
        sizes = Band(band.smallest, high)
    sentence = f"Let clusters have {sizes} schools here: the smallest change of the rule that works."
    return Choice(Way.SIZES, sentence, sizes=(sizes.smallest, sizes.largest))


def _waiver(stratum: Stratum, band: Band) -> str:
    cut = cut_anyway(stratum, band)
    small, larger = divmod(len(stratum.sites), cut.count)
    sizes = f"{small} or {small + 1} schools" if larger else f"{small} schools"
    clusters = "1 cluster" if cut.count == 1 else f"{cut.count} clusters"
    return f"Waive the rule with a reason: {clusters} of about {sizes}."


def _partners(stratum: Stratum, others: Sequence[Stratum], band: Band) -> list[Stratum]:
    """For each part of the name the nearest stratum that differs in that part only and makes a sum that can be cut."""
    partners = []
    for part in range(len(stratum.name)):
        fitting = [
            other
            for other in others
            if [n for n, (a, b) in enumerate(zip(stratum.name, other.name, strict=False)) if a != b] == [part]
            and len(other.name) == len(stratum.name)
            and isinstance(how_to_cut(_merged(stratum, other), band), Cut)
        ]
        if fitting:
            partners.append(min(fitting, key=lambda other: (_apart(stratum, other), other.name)))
    return partners


def _merged(stratum: Stratum, other: Stratum) -> Stratum:
    """Both as one, under the other's name; a school keeps the place it has."""
    spots = None if stratum.spots is None or other.spots is None else stratum.spots + other.spots
    return Stratum(
        other.name,
        stratum.sites + other.sites,
        spots,
        stratum.able + other.able,
        stratum.stand_ins | other.stand_ins,
        stratum.unplaced + other.unplaced,
    )


def _apart(stratum: Stratum, other: Stratum) -> float:
    """Kilometres between the middles of two strata; endless where places are unknown."""
    if not stratum.spots or not other.spots:
        return float("inf")
    return dist(_gravity(stratum.spots), _gravity(other.spots))


def _gravity(points: Sequence[Point]) -> Point:
    x, y, z = (fsum(axis) / len(points) for axis in zip(*points, strict=True))
    return (x, y, z)


def _merge(stratum: Stratum, other: Stratum, band: Band, out_of_time: Callable[[], bool] | None) -> Choice:
    sentence = (
        f"Merge with {title(other.name)}, the nearest that fits: {len(stratum.sites) + len(other.sites)} schools."
    )
    small = len(stratum.sites) + len(other.sites) <= ESTIMATED_UP_TO
    if not small or stratum.spots is None or other.spots is None or (out_of_time and out_of_time()):
        return Choice(Way.MERGE, sentence, other.name)
    added = _length(_merged(stratum, other), band) - _length(stratum, band) - _length(other, band)
    return Choice(Way.MERGE, f"{sentence} About {added:+.0f} km in all.", other.name, round(added, 1))


def _length(stratum: Stratum, band: Band) -> float:
    """Kilometres to the hosts in a quick plan."""
    cut = how_to_cut(stratum, band)
    found = grouped(stratum, cut if isinstance(cut, Cut) else cut_anyway(stratum, band))
    spots = stratum.spots or ()
    return fsum(
        dist(spots[i], spots[c]) for members, c in zip(found.groups, found.centres, strict=True) for i in members
    )
