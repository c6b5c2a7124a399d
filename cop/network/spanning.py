"""Who belongs to several communities, and who of them is accepted in two: bridging.py's rule, for arrays and draws."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cop.network.bridging import LEAST_ACCEPTING
from cop.network.evidence import Belongs

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bridge:
    """Somebody of two communities, and who belongs to the one alone and to the other alone, by number."""

    person: int
    one: Numbers
    other: Numbers


def bridges(belongs: Belongs, first: int, last: int) -> list[Bridge]:
    """Of the people of a place: each who belongs to several communities, with each two of these, numbered from 0."""
    here = (belongs.person >= first) & (belongs.person < last)
    members: dict[int, set[int]] = defaultdict(set)
    of: dict[int, list[int]] = defaultdict(list)
    for person, community in zip(belongs.person[here].tolist(), belongs.community[here].tolist(), strict=True):
        members[community].add(person - first)
        of[person - first].append(community)
    apart: dict[tuple[int, int], tuple[Numbers, Numbers]] = {}
    found = []
    for person, those in sorted(of.items()):
        for pair in combinations(sorted(set(those)), 2):
            if pair not in apart:
                one, other = (members[each] for each in pair)
                apart[pair] = (np.array(sorted(one - other), np.int64), np.array(sorted(other - one), np.int64))
            found.append(Bridge(person, *apart[pair]))
    return found


def spanners(between: Iterable[Bridge], src: Numbers, dst: Numbers) -> set[int]:
    """Who of them is accepted in both, by who turns to whom (each pair once, both numbered as they are)."""
    order = np.argsort(dst, kind="stable")
    src, dst = src[order], dst[order]
    found: set[int] = set()
    for each in between:
        if each.person not in found:
            turned = src[np.searchsorted(dst, each.person) : np.searchsorted(dst, each.person, "right")]
            if all(np.isin(turned, side).sum() >= LEAST_ACCEPTING for side in (each.one, each.other)):
                found.add(each.person)
    return found


def spanning(between: Iterable[Bridge], ties: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many they are in each draw (draws x who turns x to whom)."""
    accepted: dict[int, NDArray[np.bool_]] = {}
    for each in between:
        turned = ties[..., each.person]
        both = (turned[..., each.one].sum(-1) >= LEAST_ACCEPTING) & (turned[..., each.other].sum(-1) >= LEAST_ACCEPTING)
        accepted[each.person] = accepted.get(each.person, np.zeros_like(both)) | both
    many = [each.astype(np.float64) for each in accepted.values()]
    return np.sum(many, axis=0) if many else np.zeros(ties.shape[:-2])
