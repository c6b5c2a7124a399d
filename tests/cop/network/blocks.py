"""An invented block of two circles - four clusters and two - in which some do not answer the round: evidence of it with
everybody's answers and without."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from cop.network.completing import Ties
from cop.network.evidence import Did, Evidence
from cop.network.graph import EPOCH, KINDS, Happened, People, Rounds, Span
from cop.ties.rules import TieKind

PATHS = tuple(f"B1.C0{circle}.L{number}." for circle, clusters in ((1, 4), (2, 2)) for number in range(1, clusters + 1))
UNTIL = EPOCH + timedelta(days=20_000)
NOW = int((UNTIL - EPOCH) / timedelta(minutes=1))
NOTHING = np.empty(0, np.int32)
ABROAD = 0.004, 0.02
"""How much likelier somebody of one's own cluster is to be named than one of another circle, and of one's own."""


def block(seed: int) -> Evidence:
    """A block whose clusters have 35 to 55 people, all of whom answered; its habits by turns of seeds."""
    dice = np.random.default_rng([seed, 6])
    sizes = dice.integers(35, 56, len(PATHS))
    cluster = np.repeat(np.arange(len(PATHS)), sizes)
    people = len(cluster)
    named = _named(seed % 3, cluster, dice)
    src, dst = np.nonzero(named)
    near = np.triu(dice.random((people, people)) < np.where(cluster[:, None] == cluster, 0.02, 0.0005), 1)
    one, other = np.nonzero(near)
    kind = np.repeat([KINDS.index(TieKind.NOMINATED), KINDS.index(TieKind.EXCHANGED)], [len(src), len(one)])
    subject = dice.integers(0, 3, len(kind))
    given = Happened(
        np.concatenate([src, one]).astype(np.int32),
        np.concatenate([dst, other]).astype(np.int32),
        np.full(len(kind), NOW - 1000, np.int32),
        kind.astype(np.int8),
        subject.astype(np.int8),
    )
    ids = np.arange(1, people + 1, dtype=np.int64)
    group = People(
        ids,
        ids % 40 + 1,
        np.zeros(people, np.int32),
        np.full(people, -1, np.int16),
        (1 << dice.integers(0, 3, people)).astype(np.int32),
        PATHS,
        tuple(np.concatenate([[0], np.cumsum(sizes)]).tolist()),
    )
    there = tuple((PATHS[place], int(person), int(person) % 40 + 1) for place, person in zip(cluster, ids, strict=True))
    everybody = np.arange(people, dtype=np.int32)
    nobody = Did(NOTHING, NOTHING, NOTHING.astype(np.int16))
    rounds = Rounds(everybody, np.ones(people, np.int16), everybody, np.full(people, NOW - 1000, np.int32))
    span = Span(UNTIL, date(2024, 10, 1))
    return Evidence(span, group, given, there, rounds, nobody, NOTHING.astype(np.int16), nobody, nobody, nobody)


def silent(whole: Evidence, share: float, dice: np.random.Generator, by_ties: float = 0.0) -> Evidence:
    """The same without the names of that share of people; `by_ties`: how much sooner those with few ties are silent,
    as the logarithm of the odds by standard deviation."""
    people = len(whole.people)
    ties = np.bincount(whole.given.src, minlength=people) + np.bincount(whole.given.dst, minlength=people)
    odds = np.exp(-by_ties * (ties - ties.mean()) / ties.std())
    away = np.zeros(people, dtype=bool)
    away[dice.choice(people, round(share * people), replace=False, p=odds / odds.sum())] = True
    heard = ~(away[whole.given.src] & (whole.given.kind == KINDS.index(TieKind.NOMINATED)))
    given = Happened(*(column[heard] for column in (whole.given.src, whole.given.dst, whole.given.at)),
                     whole.given.kind[heard], whole.given.subject[heard])  # fmt: skip
    answered = np.flatnonzero(~away).astype(np.int32)
    rounds = replace(
        whole.rounds, answered=(~away).astype(np.int16), named=answered, named_at=np.full(len(answered), NOW - 1000)
    )
    return replace(whole, given=given, rounds=rounds)


def _named(habit: int, cluster: np.ndarray, dice: np.random.Generator) -> Ties:
    """Asked for three; as many as they like; some of them much more active and liked than the others."""
    people = len(cluster)
    same_circle = (cluster[:, None] < 4) == (cluster < 4)
    near = np.where(cluster[:, None] == cluster, 1.0, np.where(same_circle, ABROAD[1], ABROAD[0]))
    lively = np.ones(people)
    if habit == 2:
        lively = np.where(dice.random(people) < 0.3, 3.0, 1.0)
    liked = np.exp(dice.normal(0, 0.7, people)) * lively
    many = dice.binomial(3, 0.8, people) if habit == 0 else dice.poisson(2.5 * lively * np.exp(dice.normal(-0.1, 0.4)))
    named = np.zeros((people, people), dtype=bool)
    for _ in range(2):
        for person in dice.permutation(people):
            weight = near[person] * liked * np.where(named[:, person], 4.0, 1.0)
            weight[person] = 0
            named[person] = False
            named[person, dice.choice(people, min(many[person], 20), replace=False, p=weight / weight.sum())] = True
    return named
