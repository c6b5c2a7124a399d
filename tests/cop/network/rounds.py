"""Invented communities of four kinds, and rounds in which some of their people do not answer."""

from collections.abc import Callable

import numpy as np

from cop.network.completing import Round, Ties


def asked_for_three(n: int, rng: np.random.Generator) -> Ties:
    """Each names up to three, rather those whom many name and those who named her: a round by SMS."""
    return _chosen(np.exp(rng.normal(0, 0.7, n)), rng.binomial(3, 0.8, n), 1.6, np.zeros((n, n)), rng)


def in_three_subjects(n: int, rng: np.random.Generator) -> Ties:
    """Each names up to four, rather in her own subject: node i has subject i % 3."""
    side = np.arange(n) % 3
    alike = 1.2 * (side[:, None] == side[None, :])
    return _chosen(np.exp(rng.normal(0, 0.5, n)), rng.binomial(4, 0.7, n), 1.3, alike, rng)


def as_in_the_province(n: int, rng: np.random.Generator) -> Ties:
    """People as active as they like, log-normal popularity, about 45 % of ties returned, no matter whose."""
    active, liked = np.exp(rng.normal(-0.125, 0.5, n)), np.exp(rng.normal(0, 0.7, n))
    ties = np.zeros((n, n), dtype=bool)
    for person in range(n):
        weight = np.where(np.arange(n) == person, 0, liked)
        many = min(rng.poisson(3 * active[person]), n - 1)
        ties[person, rng.choice(n, many, replace=False, p=weight / weight.sum())] = True
    return ties | (ties.T & (rng.random((n, n)) < 0.29))


def around_a_core(n: int, rng: np.random.Generator) -> Ties:
    """Three in ten are a dense core, the others tied to it rather than to each other."""
    inner = rng.random(n) < 0.3
    chance = np.where(inner[:, None] & inner, 0.35, np.where(inner[:, None] | inner, 0.1, 0.02))
    ties = rng.random((n, n)) < chance
    ties |= ties.T & (rng.random((n, n)) < 0.3)
    np.fill_diagonal(ties, False)
    return ties


KINDS: tuple[Callable[[int, np.random.Generator], Ties], ...] = (
    asked_for_three,
    as_in_the_province,
    in_three_subjects,
    around_a_core,
)


def community(seed: int) -> tuple[Ties, np.random.Generator]:
    """A whole community of 20 to 70 people, its kind by turns, and the chance that goes on from there."""
    rng = np.random.default_rng(seed)
    return KINDS[seed % len(KINDS)](int(rng.integers(20, 71)), rng), rng


def answered_by(ties: Ties, share_missing: float, rng: np.random.Generator, side: np.ndarray | None = None) -> Round:
    """The round of a community in which that share, anybody, did not answer."""
    n = len(ties)
    answered = np.ones(n, dtype=bool)
    answered[rng.choice(n, round(share_missing * n), replace=False)] = False
    return Round(ties & answered[:, None], answered, np.zeros(n, dtype=np.int64) if side is None else side)


def _chosen(liked: np.ndarray, many: np.ndarray, returning: float, alike: np.ndarray, rng: np.random.Generator) -> Ties:
    n = len(liked)
    ties = np.zeros((n, n), dtype=bool)
    for _ in range(3):
        for person in rng.permutation(n):
            weight = liked * np.exp(returning * ties[:, person] + alike[person])
            weight[person] = 0
            ties[person] = False
            ties[person, rng.choice(n, many[person], replace=False, p=weight / weight.sum())] = True
    return ties
