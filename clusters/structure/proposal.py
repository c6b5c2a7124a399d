"""What the planner of clusters proposes: every school with its cluster and host, every exception with its reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import floor
from typing import Any

from clusters.structure.refusals import Choice, Infeasible, title
from clusters.structure.rules import Band, Kilometres, PlanRow


@dataclass(frozen=True, slots=True)
class Member:
    """A school in its cluster; km to the host is None where either place is unknown."""

    code: str
    km: float | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A planned LTRC with its address; members by code, the host among them."""

    block: int
    circle: int
    number: int
    stratum: tuple[str, ...]
    host: str
    members: tuple[Member, ...]
    by_list_order: bool

    @property
    def block_name(self) -> str:
        """For example B1."""
        return f"B{self.block}"

    @property
    def circle_name(self) -> str:
        """For example B1.C01."""
        return f"{self.block_name}.C{self.circle:02}"

    @property
    def name(self) -> str:
        """For example B1.C01.L1."""
        return f"{self.circle_name}.L{self.number}"


@dataclass(frozen=True, slots=True)
class Exemption:
    """A place that breaks a rule, its size, and why it may."""

    place: str
    size: int
    reason: str


@dataclass(frozen=True, slots=True)
class Formation:
    """A whole plan, or the reasons why there is none; every school is in a cluster, unplaced, or waits for a choice."""

    schools: int
    seed: int
    clusters: tuple[Cluster, ...] = ()
    outside_band: tuple[Exemption, ...] = ()
    circles_outside_band: tuple[Exemption, ...] = ()
    unfit_hosts: tuple[Exemption, ...] = ()
    infeasible: tuple[Infeasible, ...] = ()
    unplaced: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    """Schools without coordinates, placed at the middle of their area: they count for size, not for kilometres."""
    by_list_order: tuple[tuple[str, ...], ...] = ()
    """Strata drafted without distances, because too many of their schools have no coordinates."""
    crowded: tuple[str, ...] = ()
    """Schools on one spot with more than twenty others, planned as given: the spot may be a stand-in."""
    km: Kilometres | None = None
    lower_bound_km: float | None = None
    """No plan of these schools for this number of clusters has a shorter mean way."""
    prices: Mapping[str, float] = field(default_factory=dict)
    """A price for each school: whoever has them can work the bound out again."""
    longest: float | None = None
    """The way that nobody should go beyond, in kilometres, if there is one."""
    far: tuple[str, ...] = ()
    """Schools whose way is longer than that all the same."""
    cut_short: bool = False
    """Did time run out before the plan was as good as the planner makes it? Then another run may give another one."""

    @property
    def gap_percent(self) -> float | None:
        """By how much the mean way is longer than that of the best plan, at most."""
        if self.km is None or self.lower_bound_km is None:
            return None
        if self.km.mean <= self.lower_bound_km:
            return 0.0
        return round(100 * (self.km.mean / self.lower_bound_km - 1), 2) if self.lower_bound_km else None

    @property
    def sizes(self) -> Band | None:
        """Smallest and largest cluster."""
        return _smallest_and_largest([len(cluster.members) for cluster in self.clusters])

    @property
    def circles(self) -> dict[str, int]:
        """Each circle's name and how many clusters it has."""
        return dict(Counter(cluster.circle_name for cluster in self.clusters))

    @property
    def circle_sizes(self) -> Band | None:
        """Smallest and largest circle."""
        return _smallest_and_largest(list(self.circles.values()))

    @property
    def exempt(self) -> frozenset[str]:
        """Names of clusters and circles that may break a rule; the checker is told them."""
        return frozenset(e.place for e in (*self.outside_band, *self.circles_outside_band, *self.unfit_hosts))

    def rows(self) -> list[PlanRow]:
        """The lines of PLAN.csv, by cluster and code; km has three decimals."""
        return [
            PlanRow(
                member.code,
                cluster.name,
                cluster.host,
                cluster.circle_name,
                cluster.block_name,
                None if member.km is None else round(member.km, 3),
            )
            for cluster in self.clusters
            for member in cluster.members
        ]

    def document(self) -> dict[str, Any]:
        """What the command line prints as JSON, but for the draft's id and what the run cost."""
        return {
            "schools": self.schools,
            "clusters": len(self.clusters),
            "sizes": _ends(self.sizes),
            "outside_band": [{"cluster": e.place, "size": e.size, "reason": e.reason} for e in self.outside_band],
            "strata_infeasible": [
                {
                    "stratum": title(stratum.stratum),
                    "size": stratum.size,
                    "sentence": stratum.sentence,
                    "choices": [
                        {
                            "choice": choice.way.value,
                            "sentence": choice.sentence,
                            "merge_with": None if choice.merge_with is None else title(choice.merge_with),
                            "added_km": choice.added_km,
                            "sizes": None if choice.sizes is None else list(choice.sizes),
                            "hosts": choice.hosts,
                        }
                        for choice in stratum.choices
                    ],
                    "relaxation": _relaxation(stratum.relaxation),
                }
                for stratum in self.infeasible
            ],
            "unplaced": list(self.unplaced),
            "stand_ins": list(self.stand_ins),
            "without_distances": [title(name) for name in self.by_list_order],
            "crowded": list(self.crowded),
            "km": _figures(self.km),
            "lower_bound_km": None if self.lower_bound_km is None else floor(self.lower_bound_km * 1e4) / 1e4,
            "gap_percent": self.gap_percent,
            "max_km": self.longest,
            "beyond_max_km": list(self.far),
            "cut_short": self.cut_short,
            "circles": len(self.circles),
            "circle_sizes": _ends(self.circle_sizes),
            "circles_outside_band": [
                {"circle": e.place, "size": e.size, "reason": e.reason} for e in self.circles_outside_band
            ],
            "unfit_hosts": [{"cluster": e.place, "size": e.size, "reason": e.reason} for e in self.unfit_hosts],
        }


def _smallest_and_largest(sizes: Sequence[int]) -> Band | None:
    return Band(min(sizes), max(sizes)) if sizes else None


def _relaxation(choice: Choice | None) -> dict[str, Any] | None:
    """The smallest change of a rule that works, as the command line prints it."""
    if choice is None:
        return None
    sizes = None if choice.sizes is None else {"min": choice.sizes[0], "max": choice.sizes[1]}
    return {"rule": choice.way.value, "sizes": sizes, "hosts": choice.hosts, "sentence": choice.sentence}


def _ends(band: Band | None) -> dict[str, int | None]:
    return {"min": band.smallest, "max": band.largest} if band else {"min": None, "max": None}


def _figures(km: Kilometres | None) -> dict[str, float | None]:
    if km is None:
        return {"mean": None, "p95": None, "max": None}
    return {"mean": round(km.mean, 3), "p95": round(km.p95, 3), "max": round(km.max, 3)}
