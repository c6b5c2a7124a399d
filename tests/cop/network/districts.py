"""Generated districts, and a year of introductions in one: chosen as the house does, or by chance.

What is assumed, and nothing of it was seen in the field: teachers of a cluster know four others on average, some many
more than others; 87 of 100 ties stay inside a cluster; a quarter of the clusters hold all answered problems, and in
those a quarter of the teachers asked or answered one (6 of 100 of all); four of five let themselves be asked, one of
ten also across genders. Once a month pairs are asked. Of a hundred pairs both say yes in five; who of the others says
no does not matter, as nothing is left of it and everybody can be in the next month's. Chance asks as many pairs in
each month, of the same people under the same rules: who let themselves be asked, who may meet, who are not tied,
nobody twice a month. An accepted introduction is a tie at once; no tie and no answer comes or goes otherwise.
"""

from dataclasses import dataclass, replace

import numpy as np

from cop.introductions.rules import most_pairs
from cop.network.introducing import Community, introductions, neighbours, within_reach

CLUSTER = 32
KNOWN = 4.0
INSIDE = 0.87
LUCKY_CLUSTERS = 0.25
HOLD_THERE = 0.25
ASKED = 0.8
ACROSS = 0.1


@dataclass(frozen=True)
class Rules:
    """How the year goes: months, and who accepts."""

    months: int = 12
    accepted: float = 0.05


@dataclass(frozen=True)
class Year:
    """The share within two steps at its end, and how many pairs were asked in each month."""

    share: float
    proposed: tuple[int, ...]


def district(people: int, seed: int) -> Community:
    """Clusters of 32, four to a circle and eight to a block."""
    dice = np.random.default_rng(seed)
    cluster = np.arange(people) // CLUSTER
    clusters = int(cluster.max()) + 1
    lively = dice.gamma(1.5, 1, people)
    src = dice.choice(people, int(people * KNOWN / 2), p=lively / lively.sum())
    inside = dice.random(len(src)) < INSIDE
    dst = np.empty_like(src)
    for each in range(clusters):
        for at_home in (True, False):
            wanted = np.flatnonzero((cluster[src] == each) & (inside == at_home))
            among = np.flatnonzero((cluster == each) == at_home)
            dst[wanted] = dice.choice(among, len(wanted), p=lively[among] / lively[among].sum())
    teaches = (1 << dice.integers(0, 4, people)).astype(np.int32)
    lucky = np.isin(cluster, dice.choice(clusters, max(1, round(clusters * LUCKY_CLUSTERS)), replace=False))
    return Community(
        src.astype(np.int32),
        dst.astype(np.int32),
        np.where(lucky & (dice.random(people) < HOLD_THERE), teaches, 0).astype(np.int32),
        teaches,
        dice.random(people) < ASKED,
        (dice.random(people) < 0.45).astype(np.int16),
        dice.random(people) < ACROSS,
        np.stack([cluster // 8, cluster // 4, cluster], axis=1).astype(np.int32),
    )


def year(among: Community, seed: int, rules: Rules, like: tuple[int, ...] | None = None) -> Year:
    """A year of introductions; of pairs by chance, as many each month, where `like` says how many."""
    dice = np.random.default_rng([seed, like is not None])
    proposed = []
    for month in range(rules.months):
        if like is None:
            pairs = [(each.gains, each.brings) for each in introductions(among, most_pairs(len(among)), month)]
        else:
            pairs = by_chance(among, like[month], dice)
        proposed.append(len(pairs))
        # By chance or not, as many are accepted in each month.
        yes = np.random.default_rng([seed, month]).random(len(pairs)) < rules.accepted
        new = np.array([pair for pair, accepted in zip(pairs, yes, strict=True) if accepted], np.int32).reshape(-1, 2)
        src, dst = np.concatenate([among.src, new[:, 0]]), np.concatenate([among.dst, new[:, 1]])
        among = replace(among, src=src, dst=dst)
    return Year(within_reach(neighbours(len(among), among.src, among.dst), among.holds), tuple(proposed))


def by_chance(among: Community, wanted: int, dice: np.random.Generator) -> list[tuple[int, int]]:
    """Pairs of those who may be asked, who may meet and are not tied, each person once, by the dice alone."""
    ties = neighbours(len(among), among.src, among.dst)
    pool = dice.permutation(np.flatnonzero(among.asked)).tolist()
    pairs: list[tuple[int, int]] = []
    while len(pairs) < wanted and pool:
        one = pool.pop()
        known = set(ties.indices[ties.indptr[one] : ties.indptr[one + 1]].tolist())
        for place, other in enumerate(pool):
            alike = among.woman[one] == among.woman[other] or (among.across[one] and among.across[other])
            if alike and other not in known:
                pairs.append((one, pool.pop(place)))
                break
    return pairs
