"""Questions of invented teachers to each other, and what was answered: in some clusters nearly all, in others few."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.bulk import add, fresh_ids
from clusters.kernel.clock import day_of
from clusters.modules.rules import Subject
from cop.demo.garden import Garden, Peer, hours
from cop.demo.peers import ALONE
from cop.questions.models import PeerOffer, PeerQuestion
from cop.questions.rules import Offering, Standing
from cop.ties.actions import RELAYED
from cop.ties.inventing import write_ties
from cop.ties.rules import TieKind, term_of

MONTHS = 7
"""For so many months people have asked; of what is long over only the ties remain."""
MONTH = timedelta(days=30)
LATELY = 4
"""Months of which the last are; some clusters have gone to sleep since."""
OVER_AFTER = timedelta(days=9)
"""A question is closed."""
NEXT_DOOR = 0.2
"""Share of answers that come from the next cluster."""
WORDS: dict[Subject, tuple[tuple[str, str], ...]] = {
    Subject.MATHS: (
        ("class 3 ko taqseem kaise samjhaun, bachay rattay lagate hain", "teeliyan gin kar bandal banao, phir baanto"),
        ("kasar ka sabaq kaise shuru karun", "roti ke tukron se shuru karein"),
        ("pahare yaad nahi hote", "do bachay mil kar bolein, aik poochay aik bataye"),
    ),
    Subject.LANGUAGES: (
        ("class 2 mein 12 bachay abhi harf nahi pehchante", "roz panch harf, zameen par unglion se likhwao"),
        ("bachay buland awaz se parhne se sharmate hain", "pehle jori mein parhwain, phir sab ke samne"),
    ),
    Subject.SCIENCE: (
        ("science ka tajurba kis saman se karun", "glass, pani aur namak kafi hai"),
        ("hawa ka wazan kaise dikhaun", "do gubbaray aur aik lakri ka tarazu"),
    ),
}


@dataclass(frozen=True, slots=True)
class Question:
    """Who asked, when and about what; `by` answered it, if anybody did."""

    asker: Peer
    at: datetime
    subject: Subject
    by: Peer | None


def ask_peers(db: Session, garden: Garden, now: datetime) -> None:
    """Let people ask and answer, up to the end of the month that is over."""
    asked = [each for home in range(len(garden.beds)) for each in _asked(garden, home)]
    ids = fresh_ids(db, PeerQuestion, len(asked))
    _write_ties(db, zip(ids, asked, strict=True))
    kept = [(id_, each) for id_, each in zip(ids, asked, strict=True) if each.at >= garden.months.last - MONTH]
    _write_questions(db, garden.rng, kept, now)


def _asked(garden: Garden, home: int) -> Iterator[Question]:
    rng, custom = garden.rng, garden.custom(home)
    bed = [peer for peer in garden.beds[home] if peer.since is not None]
    near = [other for other in garden.circle(home) if garden.custom(other).awake and custom.apart > ALONE]
    for month in range(MONTHS, 0 if custom.awake else LATELY, -2):
        begin = garden.months.last - MONTH * month
        answers = 0.0
        for number in range(custom.asked if bed else 0):
            answers += custom.answered
            answered, answers = answers >= 1, answers % 1
            asker = rng.choice(bed)
            at = hours(rng, day_of(begin + MONTH * number / custom.asked))
            if asker.since is None or asker.since > at or not begin <= at < garden.months.last - timedelta(days=2):
                continue
            there = near[0] if near and rng.random() < NEXT_DOOR else home
            by = _helper(garden, there, asker, at) if answered else None
            yield Question(asker, at, rng.choice(list(WORDS)), by)


def _helper(garden: Garden, home: int, asker: Peer, at: datetime) -> Peer | None:
    if home == asker.home and garden.finds_nobody(asker):
        return None
    able = [
        peer
        for peer in garden.beds[home]
        if peer.helps and peer.since and peer.since < at and peer.id != asker.id and not garden.finds_nobody(peer)
    ]
    return garden.rng.choices(able, [peer.weight for peer in able])[0] if able else None


def _write_ties(db: Session, asked: Iterator[tuple[int, Question]]) -> None:
    rows: list[Mapping[str, Any]] = [
        {"from_id": each.asker.id, "to_id": each.by.id, "kind": TieKind.EXCHANGED, "subject": each.subject,
         "term": term_of(day_of(each.at)), "event_id": id_, "source": RELAYED, "consent_id": each.asker.consent_id,
         "at": each.at + timedelta(hours=7)}
        for id_, each in asked
        if each.by is not None
    ]  # fmt: skip
    write_ties(db, rows)


def _write_questions(db: Session, rng: Random, kept: Sequence[tuple[int, Question]], now: datetime) -> None:
    questions: list[Mapping[str, Any]] = []
    offers: list[Mapping[str, Any]] = []
    numbers: dict[int, int] = {}
    for id_, each in kept:
        words, answer = rng.choice(WORDS[each.subject])
        questions.append(
            {"id": id_, "asker_id": each.asker.id, "subject": each.subject, "words": words, "at": each.at,
             "standing": Standing.ASKED, "asked_at": each.at + timedelta(minutes=2),
             "closed_at": min(each.at + OVER_AFTER, now)}
        )  # fmt: skip
        if each.by is not None:
            numbers[each.by.id] = number = numbers.get(each.by.id, 0) + 1
            said = each.at + timedelta(hours=6, minutes=rng.randrange(50))
            offers.append(
                {"question_id": id_, "person_id": each.by.id, "number": number, "standing": Offering.ANSWERED,
                 "asked_at": each.at + timedelta(minutes=2), "said_at": said, "words": answer,
                 "goes_at": said + timedelta(minutes=5), "versions": 1}
            )  # fmt: skip
    columns = ["id", "asker_id", "subject", "words", "at", "standing", "asked_at", "closed_at"]
    add(db, PeerQuestion, columns, questions)
    columns = ["question_id", "person_id", "number", "standing", "asked_at", "said_at", "words", "goes_at", "versions"]
    add(db, PeerOffer, columns, offers)
