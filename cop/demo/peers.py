"""Whom the invented teachers turned to: a round in each term that lies behind, and what they answered to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.kernel.clock import day_of
from clusters.modules.rules import Subject
from clusters.training.models import Invitation, TrainingSession
from clusters.training.rules import Answer, SessionState
from cop.demo.garden import SOURCE, Garden, Peer, hours
from cop.ties.inventing import answer_ids, write_answers, write_rounds, write_ties
from cop.ties.rules import TieKind, term_of

SUBJECTS = (Subject.MATHS, Subject.LANGUAGES, Subject.SCIENCE)
YEARS_AGO = timedelta(days=715)
"""A round so long before the last term was over counted then and counts no more."""
A_YEAR_AGO, LAST_TERM = timedelta(days=225), timedelta(days=48)
ANSWERS_WITHIN = 30
"""Hours."""
MANY = ((1, 2, 3), (18, 34, 48))
"""How many are named, by how many of a hundred."""
AGAIN, BACK = 0.4, 0.4
"""How often one names somebody as before, and somebody who named her."""
OUTSIDERS = 0.3
"""How readily those are named who do not take part, beside the others; such a tie waits unread."""
FAR = 0.22
"""Of those named in other clusters, how many are of other circles."""
NEXT_DOOR = 0.75
"""Of those named in the circle, how many are of the cluster next in the tree."""
ASTRAY = 0.8
"""Of newcomers whom nobody meets, who turned to nobody."""
ALONE = 0.05
"""Clusters that name fewer elsewhere are hardly named from elsewhere either."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A teacher who was asked whom she turned to; `round` is the place in a custom's row of who names."""

    peer: Peer
    subject: Subject
    at: datetime
    session_id: int | None
    round: int

    @property
    def term(self) -> str:
        """The term that the round is of."""
        return term_of(day_of(self.at))


def name_peers(db: Session, garden: Garden, now: datetime) -> None:
    """Ask everybody who takes part, and write down what most of them answer."""
    asked = sorted((*_of_old(garden), *_after_sessions(db, garden, now)), key=lambda each: each.at)
    _write_rounds(db, asked)
    crowd = Crowd(garden)
    answers = [
        (each, at, crowd.named_by(each.peer, each.round))
        for each in asked
        if garden.rng.random() < garden.custom(each.peer.home).names[each.round]
        and (at := each.at + timedelta(minutes=garden.rng.randrange(5, ANSWERS_WITHIN * 60))) < now
    ]
    _write_answers(db, answers)


def _of_old(garden: Garden) -> Iterator[Asked]:
    """The rounds of terms of which no training session is kept."""
    for number, before in enumerate((YEARS_AGO, A_YEAR_AGO, LAST_TERM)):
        day = day_of(garden.months.before - before)
        for peer in garden.peers():
            at = hours(garden.rng, day)
            if peer.since is not None and peer.since < at:
                yield Asked(peer, SUBJECTS[number], at, None, number)


def _after_sessions(db: Session, garden: Garden, now: datetime) -> Iterator[Asked]:
    """This term's: the day after a training session, in each subject once."""
    rows = db.execute(
        select(
            Invitation.person_id,
            TrainingSession.subject,
            func.min(TrainingSession.ends_at),
            func.min(TrainingSession.id),
        )
        .join(TrainingSession, TrainingSession.id == Invitation.session_id)
        .where(
            TrainingSession.state == SessionState.HELD,
            TrainingSession.ends_at >= garden.months.before,
            Invitation.answer.is_distinct_from(Answer.NO),
        )
        .group_by(Invitation.person_id, TrainingSession.subject)
    )
    when = {(person, subject): (ends, session) for person, subject, ends, session in rows}
    for peer in garden.peers():
        for subject in Subject:
            if (peer.id, subject) in when:
                ends, session = when[peer.id, subject]
                at = hours(garden.rng, day_of(ends) + timedelta(days=1))
                if peer.since is not None and peer.since < at < now:
                    yield Asked(peer, subject, at, session, 3)


@dataclass
class Crowd:
    """Whom one names: those who are asked readily, those of before, those who named one."""

    garden: Garden
    _by_id: dict[int, Peer] = field(init=False)
    _shares: dict[int, Sequence[float]] = field(default_factory=dict)
    _namers: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_id = {peer.id: peer for bed in self.garden.beds for peer in bed}

    def named_by(self, peer: Peer, round_: int) -> list[int]:
        """The ids of up to three others, each once; nobody is an answer too."""
        rng, found = self.garden.rng, dict[int, None]()
        nobody = ASTRAY if self.garden.finds_nobody(peer) else self.garden.custom(peer.home).nobody
        if round_ and rng.random() < nobody:
            return []
        (many,) = rng.choices(*MANY)
        for _ in range(4 * many):
            other = self._one(rng, peer)
            if other.id != peer.id and not (other.home == peer.home and self.garden.finds_nobody(other)):
                found[other.id] = None
            if len(found) == many:
                break
        for other_id in found:
            self._namers.setdefault(other_id, []).append(peer.id)
        peer.named.extend(found)
        return list(found)

    def _one(self, rng: Random, peer: Peer) -> Peer:
        if rng.random() < self.garden.custom(peer.home).apart or self.garden.finds_nobody(peer):
            return self._one_of(rng, self._elsewhere(rng, peer.home))
        dice = rng.random()
        before = peer.named if dice < AGAIN else self._namers.get(peer.id, ()) if dice < AGAIN + BACK else ()
        return self._by_id[rng.choice(before)] if before else self._one_of(rng, peer.home)

    def _one_of(self, rng: Random, home: int) -> Peer:
        """Somebody of a cluster; who is turned to readily more often."""
        bed = self.garden.beds[home]
        if home not in self._shares:
            shares = [peer.weight * (1 if peer.since is not None else OUTSIDERS) for peer in bed]
            self._shares[home] = list(accumulate(shares))
        return rng.choices(bed, cum_weights=self._shares[home])[0]

    def _elsewhere(self, rng: Random, home: int) -> int:
        near = [other for other in self.garden.circle(home) if self.garden.custom(other).apart > ALONE]
        if not near or rng.random() < FAR:
            return rng.randrange(len(self.garden.beds))
        return near[0] if rng.random() < NEXT_DOOR else rng.choice(near)


def _write_rounds(db: Session, asked: Sequence[Asked]) -> None:
    rows: list[Mapping[str, Any]] = [
        {"person_id": each.peer.id, "term": each.term, "subject": each.subject, "session_id": each.session_id,
         "asked_at": each.at}
        for each in {(each.peer.id, each.term, each.subject): each for each in asked}.values()
    ]  # fmt: skip
    write_rounds(db, rows)


def _write_answers(db: Session, answers: Sequence[tuple[Asked, datetime, list[int]]]) -> None:
    ids = answer_ids(db, len(answers))
    nominations: list[Mapping[str, Any]] = []
    ties: list[Mapping[str, Any]] = []
    for id_, (asked, at, named) in zip(ids, answers, strict=True):
        kept = {"term": asked.term, "subject": asked.subject, "consent_id": asked.peer.consent_id, "source": SOURCE}
        nominations.append(
            {"id": id_, "person_id": asked.peer.id, "session_id": asked.session_id, "answered_at": at, **kept}
        )
        ties += [
            {"from_id": asked.peer.id, "to_id": other, "kind": TieKind.NOMINATED, "nomination_id": id_, "at": at,
             **kept}
            for other in named
        ]  # fmt: skip
    write_answers(db, nominations)
    write_ties(db, ties)
