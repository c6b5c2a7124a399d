"""Communities of the invented teachers: around a subject, some across clusters, with hosts, meetings and agendas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.clock import KARACHI, day_of
from clusters.modules.rules import Subject
from clusters.people.models import Post
from clusters.structure.models import School
from cop.communities.models import AgendaLine, Community, HostTurn, Meeting, Membership
from cop.communities.rules import HOSTS_FOR, NAME_LETTERS, Standing, Turn
from cop.demo.garden import Garden, Peer, hours
from cop.ties.actions import DONE
from cop.ties.inventing import write_ties
from cop.ties.rules import TieKind, term_of
from messaging.texts.shortening import shorten


@dataclass(frozen=True, slots=True)
class Called:
    """A community: its name and what it is for, of how many people of which clusters, and its agenda."""

    name: str
    about: str
    subject: Subject | None
    homes: tuple[int, ...]
    """Numbers of clusters in the order of the tree."""
    members: int
    days_ago: int
    lines: tuple[str, ...]


CALLED = (
    Called("Maths without fear", "number work with things that lie around", Subject.MATHS, (0, 1, 2), 14, 150,
           ("dahai aur ikai dhakkanon se", "paharon ka naya tareeqa, kaun dikhaye ga", "class 5 ki kasar")),
    Called("Urdu readers", "reading aloud in classes 1 to 3", Subject.LANGUAGES, (3, 5), 9, 120,
           ("kahani ki kitabein baari baari", "jo bachay peechay hain")),
    Called("Kitchen science", "experiments that cost nothing", Subject.SCIENCE, (7, 9, 10), 12, 100,
           ("pani aur namak ka tajurba", "mausam ka chart")),
    Called("Two classes, one room", "multigrade teaching", None, (11, 13), 8, 75, ("do jamatein aik waqt mein",)),
    Called("Parents at school", "days on which parents come", Subject.PARENTS, (15, 16, 17), 11, 60,
           ("waldain ka din kaise rakhein", "walid kaise ayein")),
)  # fmt: skip
MEETS_EVERY = timedelta(days=21)
MEETS_AT = time(15, 30)
TOGETHER = 3
"""So many lessons of a community were planned together, and as many watched."""


def let_meet(db: Session, garden: Garden, now: datetime) -> None:
    """Found them, each at its time; hosts take turns, and members plan lessons together and watch each other's."""
    for called in CALLED:
        people = _people(garden, called)
        if len(people) > 1:
            _found(db, garden, called, people, now)


def _people(garden: Garden, called: Called) -> list[Peer]:
    """From its clusters in turn, who is turned to most first."""
    there = [home for home in called.homes if home < len(garden.beds)]
    able = [sorted((p for p in garden.beds[home] if p.since), key=lambda peer: -peer.weight) for home in there]
    turns = [bed[place] for place in range(called.members) for bed in able if place < len(bed)]
    return turns[: called.members]


def _found(db: Session, garden: Garden, called: Called, people: Sequence[Peer], now: datetime) -> None:
    rng = garden.rng
    at = hours(rng, day_of(now) - timedelta(days=called.days_ago))
    community = Community(name=called.name, subject=called.subject, about=called.about, founded_at=at)
    db.add(community)
    db.flush()
    for place, peer in enumerate(people):
        since = max(at + timedelta(days=place), peer.since or at)
        by = people[0].id if place else None
        db.add(
            Membership(
                community_id=community.id, person_id=peer.id, standing=Standing.MEMBER, asked_at=since,
                by_person_id=by, since=since,
            )
        )  # fmt: skip
    _host(db, community, people, at, now)
    for place, words in enumerate(called.lines):
        said = hours(rng, day_of(now) - timedelta(days=3 + 4 * place))
        db.add(AgendaLine(community_id=community.id, person_id=people[place % len(people)].id, words=words, at=said))
    _together(db, rng, called.subject, people, (community.id, now))
    db.flush()


def _host(db: Session, community: Community, people: Sequence[Peer], began: datetime, now: datetime) -> None:
    """Every three months another; whoever hosts proposes the meetings, the next one too."""
    turn, begins = 0, began
    while begins < now:
        ends, host = begins + HOSTS_FOR, people[turn % len(people)]
        venue = _school(db, host.id)
        db.add(
            HostTurn(
                community_id=community.id, person_id=host.id, standing=Turn.HOSTS if ends > now else Turn.OVER,
                asked_at=begins, answered_at=begins + timedelta(minutes=40), from_day=day_of(begins),
            )
        )  # fmt: skip
        meets = begins + MEETS_EVERY / 2
        while meets < min(ends, now + MEETS_EVERY):
            starts_at = datetime.combine(day_of(meets), MEETS_AT, KARACHI)
            proposed = min(starts_at - timedelta(days=6), now)
            db.add(
                Meeting(
                    community_id=community.id, starts_at=starts_at, venue=venue, host_id=host.id, proposed_at=proposed
                )
            )
            meets += MEETS_EVERY
        turn, begins = turn + 1, ends


def _school(db: Session, person_id: int) -> str:
    name = db.scalar(select(School.name).join(Post, Post.school_id == School.id).where(Post.person_id == person_id))
    return shorten(name or "?", NAME_LETTERS)


def _together(
    db: Session, rng: Random, subject: Subject | None, people: Sequence[Peer], of: tuple[int, datetime]
) -> None:
    """Ties of what two did: a lesson planned goes both ways, a lesson watched to who watched."""
    community_id, now = of
    ties: list[Mapping[str, Any]] = []
    for number in range(TOGETHER):
        one, other = rng.sample(list(people), 2)
        at = hours(rng, day_of(now) - timedelta(days=rng.randrange(5, 50)))
        if at <= max(one.since or now, other.since or now):
            continue
        did = ((TieKind.PLANNED, one, other), (TieKind.PLANNED, other, one), (TieKind.OBSERVED, other, one))
        ties += [
            {"from_id": from_.id, "to_id": to.id, "kind": kind, "subject": subject, "term": term_of(day_of(at)),
             "event_id": community_id * TOGETHER + number, "source": DONE, "consent_id": from_.consent_id, "at": at}
            for kind, from_, to in did
        ]  # fmt: skip
    write_ties(db, ties)
