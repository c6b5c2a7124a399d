"""Who of the invented teachers takes part in the peer map, and how each cluster lives: some well, some in need."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import exp
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.kernel.bulk import add, fresh_ids
from clusters.kernel.clock import KARACHI, day_of, midnight
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.rules import Gender, PostRole
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.ties.rules import term_begins
from messaging.consent.models import OptOut

SOURCE = "text"
REFUSED = 0.06
"""Share of those not taking part who said so; the others never said anything."""
HELPS = 0.45
"""Share of those taking part who want to be asked the questions of others."""
SPREAD = 0.7
"""Of the logarithm of how readily people are turned to."""
LONG = timedelta(days=760)
"""The first said yes so long before the last term was over."""


@dataclass(frozen=True, slots=True)
class Custom:
    """How a cluster lives. `first` is the share of teachers who took part by the last term, `by_now` those since.

    `names` is who answers a round: years ago, a year ago, last term, this term; `apart` how many of the named are of
    other clusters, `asked` how many questions a month, `answered` the share of them that somebody answers.
    """

    first: float
    by_now: float
    names: tuple[float, float, float, float]
    apart: float
    asked: int
    answered: float
    welcoming: bool = True
    """Whoever joins finds somebody there."""
    awake: bool = True
    """Also in these months somebody asks and answers."""
    nobody: float = 0.04
    """Of those who answer a round, who turned to nobody."""


LIVELY = Custom(0.58, 0.58, (0.0, 0.6, 0.9, 0.9), 0.08, 10, 0.88)
GROWING = Custom(0.38, 0.72, (0.0, 0.0, 0.75, 0.85), 0.07, 7, 0.72)
TIRED = Custom(0.74, 0.74, (0.4, 1.0, 0.9, 0.0), 0.03, 5, 0.6, awake=False)
CLOSED = Custom(0.40, 0.74, (0.0, 0.6, 0.8, 0.85), 0.06, 8, 0.7, welcoming=False)
LONELY = Custom(0.56, 0.56, (0.0, 0.5, 0.8, 0.9), 0.01, 10, 0.2)
ASLEEP = Custom(0.50, 0.50, (0.95, 1.0, 0.9, 0.03), 0.01, 0, 0.0, awake=False, nobody=0.92)
CUSTOMS = (LIVELY, GROWING, LONELY, LIVELY, TIRED, GROWING, CLOSED, LIVELY, ASLEEP, GROWING)
"""Of the clusters in the order of the tree, over and over."""
FEWEST = 11
"""Those who take part in a cluster are no fewer, nor those who join it in a term, unless nobody does: what fewer
changed stays as it was published before."""


@dataclass(slots=True)
class Peer:
    """A teacher of the invented district: since when she takes part (None: she does not), how readily one asks her."""

    id: int
    home: int
    """Number of her cluster."""
    woman: bool
    weight: float
    since: datetime | None = None
    helps: bool = False
    consent_id: int = 0
    named: list[int] = field(default_factory=list)
    """Whom she has named, by id."""


@dataclass(frozen=True, slots=True)
class Months:
    """The two months that are frozen: until when the last one of the term before went, and the one just over."""

    before: datetime
    last: datetime

    @classmethod
    def of(cls, now: datetime) -> "Months":
        """As they are when the demonstration is made."""
        newest = day_of(now).replace(day=1)
        return cls(midnight(term_begins(newest - timedelta(days=1))), midnight(newest))


@dataclass(frozen=True)
class Garden:
    """The clusters in the order of the tree, the teachers of each, and when what happens."""

    rng: Random
    months: Months
    paths: tuple[str, ...]
    beds: tuple[tuple[Peer, ...], ...]
    """Teachers by cluster, in the order of their posts."""

    def custom(self, home: int) -> Custom:
        """How a cluster lives."""
        return CUSTOMS[home % len(CUSTOMS)]

    def peers(self) -> Iterator[Peer]:
        """Whoever takes part, cluster by cluster."""
        return (peer for bed in self.beds for peer in bed if peer.since is not None)

    def finds_nobody(self, peer: Peer) -> bool:
        """Did she join this term where newcomers are not met?"""
        new = peer.since is not None and peer.since >= self.months.before
        return new and not self.custom(peer.home).welcoming

    def circle(self, home: int) -> list[int]:
        """The other clusters of a cluster's circle, the next in the tree first."""
        over = _above(self.paths[home])
        inside = [number for number, path in enumerate(self.paths) if _above(path) == over]
        at = inside.index(home)
        return inside[at + 1 :] + inside[:at]


def plant(db: Session, seed: int, now: datetime) -> Garden:
    """Let teachers join the peer map, each at her time, and write what each allowed or refused."""
    rng = Random(f"peers {seed}")
    months = Months.of(now)
    paths, beds = _teachers(db, rng)
    garden = Garden(rng, months, paths, beds)
    reachable = _reachable(db)
    refused = [each for home in range(len(beds)) for each in _join(garden, home, reachable)]
    _consent(db, garden, refused)
    return garden


def hours(rng: Random, day: date) -> datetime:
    """An instant of a day at which people write texts."""
    return datetime.combine(day, time(15), KARACHI) + timedelta(minutes=rng.randrange(300))


def _teachers(db: Session, rng: Random) -> tuple[tuple[str, ...], tuple[tuple[Peer, ...], ...]]:
    rows = db.execute(
        select(Post.training_path, Post.person_id, Person.gender)
        .join(Person, Person.id == Post.person_id)
        .where(Post.role == PostRole.TEACHER, Post.training_path.is_not(None), func.upper_inf(Post.during))
        .order_by(Post.training_path, Post.id)
    )
    found: dict[str, list[Peer]] = {}
    for path, person_id, gender in rows:
        bed = found.setdefault(path or "", [])
        bed.append(Peer(person_id, len(found) - 1, gender is Gender.WOMAN, exp(rng.gauss(0, SPREAD))))
    return tuple(found), tuple(tuple(bed) for bed in found.values())


def _reachable(db: Session) -> frozenset[int]:
    """Whoever has a phone of her own that wants texts."""
    shared = (
        select(PersonNumber.number)
        .where(PersonNumber.until.is_(None))
        .group_by(PersonNumber.number)
        .having(func.count() > 1)
    )
    silent = select(OptOut.number).where(OptOut.ended_at.is_(None))
    rows = select(PersonNumber.person_id).where(
        PersonNumber.until.is_(None), PersonNumber.number.not_in(shared), PersonNumber.number.not_in(silent)
    )
    return frozenset(db.scalars(rows))


def _join(garden: Garden, home: int, reachable: frozenset[int]) -> list[tuple[Peer, datetime]]:
    """Those of a cluster who join it, the early ones long ago; whoever refused is given back, with when."""
    rng, months, custom, bed = garden.rng, garden.months, garden.custom(home), garden.beds[home]
    wanted = [peer for peer in bed if peer.id in reachable]
    rng.shuffle(wanted)
    first = max(FEWEST, round(custom.first * len(bed)))
    later = max(FEWEST, round(custom.by_now * len(bed)) - first) if custom.by_now > custom.first else 0
    if len(wanted) - first < FEWEST:
        later = 0
    for number, peer in enumerate(wanted[: first + later]):
        if number < first:
            begin = months.before - LONG if custom.names[0] else months.before - timedelta(days=330)
            days = rng.randrange(20) if custom.names[0] else rng.randrange(120)
        else:
            begin, days = months.before, rng.randrange(2, max((months.last - months.before).days - 5, 3))
        peer.since = hours(rng, day_of(begin) + timedelta(days=days))
        peer.helps = rng.random() < HELPS
    return [
        (peer, hours(rng, day_of(months.last) - timedelta(days=rng.randrange(2, 25))))
        for peer in wanted[first + later :]
        if rng.random() < REFUSED
    ]


def _consent(db: Session, garden: Garden, refused: list[tuple[Peer, datetime]]) -> None:
    peers = list(garden.peers())
    helping = [peer for peer in peers if peer.helps]
    ids = iter(fresh_ids(db, Decision, len(peers) + len(helping) + len(refused)))
    rows = []
    for peer in peers:
        peer.consent_id = next(ids)
        rows.append(_decision(peer.consent_id, peer.id, Purpose.TIES, peer.since))
    rows += [_decision(next(ids), peer.id, Purpose.HELP, peer.since) for peer in helping]
    rows += [_decision(next(ids), peer.id, Purpose.TIES, at, granted=False) for peer, at in refused]
    add(db, Decision, ["id", "person_id", "purpose", "about", "granted", "at", "source"], rows)


def _decision(
    id_: int, person_id: int, purpose: Purpose, at: datetime | None, *, granted: bool = True
) -> dict[str, object]:
    return {
        "id": id_, "person_id": person_id, "purpose": purpose, "about": 0, "granted": granted, "at": at,
        "source": SOURCE,
    }  # fmt: skip


def _above(path: str) -> str:
    return path.rstrip(".").rpartition(".")[0]
