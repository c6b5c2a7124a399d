"""Plans clusters from a list of schools: 25 to 35 around a host school, 3 or 4 to a circle, circles in blocks."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

from clusters.structure.bounding import STEPS
from clusters.structure.choices import infeasible, why_not
from clusters.structure.circles import Address, arrange
from clusters.structure.grouping import Engine, Grouping, Point, medoid
from clusters.structure.proposal import Cluster, Exemption, Formation, Member
from clusters.structure.refusals import Infeasible, Obstacle
from clusters.structure.rules import CIRCLE_BAND, CLUSTER_BAND, Band, Site, great_circle_km, kilometres
from clusters.structure.strata import Cut, Stratum, cut_anyway, grouped, how_to_cut, point, strata_of

__all__ = ["Cluster", "Exemption", "Formation", "Member", "form"]

CROWD = 20
"""More other schools than this on one spot are a sign that somebody typed the same place for all of them."""
ROUNDING = 1e-9
"""A bound is taken this share lower, for what arithmetic may have added."""
PLACED = 0.95
"""Share of the progress bar that belongs to placing the schools; the rest is circles and blocks."""


@dataclass(frozen=True, slots=True)
class _Unnamed:
    """A cluster before it has its address."""

    stratum: Stratum
    host: Site
    members: tuple[Site, ...]
    fit: bool
    """Is the host one that can host?"""

    @property
    def spot(self) -> Point | None:
        """Where it stands on the map: at its host, else in the middle of the schools whose place is known."""
        known = [point(site.spot) for site in (self.host, *self.members) if site.spot]
        if not known or self.host.spot:
            return known[0] if known else None
        return known[medoid(known, range(len(known)), range(len(known)))]


def form(
    sites: Iterable[Site],
    *,
    band: Band = CLUSTER_BAND,
    circle_band: Band = CIRCLE_BAND,
    blocks: int | None = None,
    seed: int = 0,
    steps: int = STEPS,
    longest: float | None = None,
    waive: str | None = None,
    prices: Mapping[str, float] | None = None,
    engine: Engine | None = None,
    on_progress: Callable[[float, str], None] | None = None,
    out_of_time: Callable[[], bool] | None = None,
) -> Formation:
    """Plan clusters, circles and blocks; the same schools and seed give the same plan, whatever order they come in.

    Where a stratum cannot be cut within the band nothing is planned and the choices are named, unless `waive` gives the
    reason for going on. When `out_of_time` says so, the plan is taken as good as it is by then, and says that. Ways
    beyond `longest` kilometres count tenfold and are listed. `steps` is how far the bound is raised, from `prices` of
    an earlier one.
    """
    reason = None if waive is None else waive.strip()
    if reason == "":
        raise ValueError("A waiver needs its reason.")
    clock = _Clock(out_of_time or _never)
    strata = strata_of(sites)
    listed = sum(len(stratum.sites) + len(stratum.unplaced) for stratum in strata)
    found = Formation(
        schools=listed,
        seed=seed,
        unplaced=tuple(sorted(code for stratum in strata for code in stratum.unplaced)),
        stand_ins=tuple(sorted(code for stratum in strata for code in stratum.stand_ins)),
        by_list_order=tuple(stratum.name for stratum in strata if stratum.spots is None),
        crowded=_crowded(strata),
        longest=longest,
    )
    if not listed:
        return replace(found, infeasible=(Infeasible((), 0, Obstacle.SIZE, "The list holds no school.", ()),))
    cuts = {stratum.name: how_to_cut(stratum, band) for stratum in strata}
    stuck = [(stratum, cut) for stratum in strata if isinstance(cut := cuts[stratum.name], Obstacle)]
    if stuck and reason is None:
        choices = [
            infeasible(stratum, obstacle, [other for other in strata if other is not stratum], band, clock)
            for stratum, obstacle in stuck
        ]
        return replace(found, infeasible=tuple(choices))
    excuses = {stratum.name: f"{why_not(stratum, obstacle, band)} Waived: {reason}" for stratum, obstacle in stuck}

    tell = on_progress or _silent
    unnamed: list[_Unnamed] = []
    proofs: list[Grouping] = []
    placed = 0
    for stratum in strata:
        cut = cuts[stratum.name]
        size = len(stratum.sites)
        groups = grouped(
            stratum,
            cut if isinstance(cut, Cut) else cut_anyway(stratum, band),
            longest=longest,
            seed=seed,
            steps=steps,
            engine=engine,
            prices=prices,
            on_progress=_telling(tell, stratum.title, placed / listed, size / listed),
            out_of_time=clock,
        )
        unnamed += [_around_its_host(stratum, *pair) for pair in zip(groups.groups, groups.centres, strict=True)]
        proofs.append(groups)
        placed += size
    tell(PLACED, "circles and blocks")
    addresses = arrange([cluster.spot for cluster in unnamed], circle_band, blocks, seed)
    named = sorted(zip(addresses, unnamed, strict=True), key=lambda pair: pair[0])
    formation = _proved(_written_up(found, named, band, circle_band, excuses), strata, proofs)
    tell(1.0, "done")
    return replace(formation, cut_short=clock.struck)


def _telling(tell: Callable[[float, str], None], doing: str, begun: float, share: float) -> Callable[[float], None]:
    """One stratum's progress as a part of the whole."""
    return lambda done: tell(PLACED * (begun + share * done), doing)


def _around_its_host(stratum: Stratum, members: Sequence[int], centre: int) -> _Unnamed:
    """The cluster with its host; if its centre cannot host but another member can, that one hosts."""
    able = [i for i in members if stratum.able[i]]
    host = centre
    if able and not stratum.able[centre] and stratum.spots is not None:
        host = medoid(stratum.spots, members, able)
    return _Unnamed(stratum, stratum.sites[host], tuple(stratum.sites[i] for i in members), stratum.able[host])


def _written_up(
    found: Formation,
    named: Sequence[tuple[Address, _Unnamed]],
    band: Band,
    circle_band: Band,
    excuses: dict[tuple[str, ...], str],
) -> Formation:
    """The proposal with its clusters in the order of their names, its exceptions and its kilometres."""
    clusters, outside, unfit, distances = [], [], [], []
    for address, plan in named:
        members = tuple(Member(site.code, _km(site, plan.host)) for site in plan.members)
        cluster = Cluster(
            address.block,
            address.circle,
            address.cluster,
            plan.stratum.name,
            plan.host.code,
            tuple(sorted(members, key=lambda member: member.code)),
            plan.stratum.spots is None,
        )
        clusters.append(cluster)
        if len(members) not in band:
            outside.append(Exemption(cluster.name, len(members), excuses[cluster.stratum]))
        if not plan.fit:
            unfit.append(Exemption(cluster.name, len(members), excuses[cluster.stratum]))
        if plan.host.spot:  # an unknown host is 0 km from itself, which says nothing about anybody's way
            distances += [member.km for member in members if member.km is not None]
    formation = replace(
        found,
        clusters=tuple(clusters),
        outside_band=tuple(outside),
        unfit_hosts=tuple(unfit),
        km=kilometres(distances),
    )
    why = f"{len(clusters)} clusters cannot be cut into circles of {circle_band}."
    return replace(
        formation,
        circles_outside_band=tuple(
            Exemption(circle, size, why) for circle, size in formation.circles.items() if size not in circle_band
        ),
    )


def _proved(formation: Formation, strata: Sequence[Stratum], proofs: Sequence[Grouping]) -> Formation:
    """The plan with what is known of the best one; nothing where a stratum's ways were not looked at."""
    prices = {
        site.code: price
        for stratum, proof in zip(strata, proofs, strict=True)
        for site, price in zip(stratum.sites, proof.prices, strict=bool(proof.prices))
    }
    far = []
    if formation.longest is not None:
        longest = formation.longest
        ways = [member for cluster in formation.clusters for member in cluster.members]
        far = sorted(member.code for member in ways if member.km is not None and member.km > longest)
    formation = replace(formation, prices=prices, far=tuple(far))
    if formation.by_list_order or formation.km is None or not any(proof.steps for proof in proofs):
        return formation
    ways_known = sum(len(stratum.sites) - len(stratum.stand_ins) for stratum in strata)
    bound = fsum(proof.bound_km for proof in proofs) / ways_known * (1 - ROUNDING)
    return replace(formation, lower_bound_km=min(bound, formation.km.mean))


def _km(site: Site, host: Site) -> float | None:
    if site.code == host.code:
        return 0.0
    return great_circle_km(site.spot, host.spot) if site.spot and host.spot else None


class _Clock:
    """Asks whether time is out, and remembers that it was."""

    def __init__(self, out_of_time: Callable[[], bool]) -> None:
        self._out_of_time = out_of_time
        self.struck = False

    def __call__(self) -> bool:
        self.struck = self.struck or self._out_of_time()
        return self.struck


def _never() -> bool:
    return False


def _silent(done: float, doing: str) -> None:
    pass


def _crowded(strata: Sequence[Stratum]) -> tuple[str, ...]:
    places = [(site.spot, site.code) for stratum in strata for site in stratum.sites if site.spot]
    many = Counter(spot for spot, _ in places)
    return tuple(sorted(code for spot, code in places if many[spot] > CROWD))
