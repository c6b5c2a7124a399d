"""Which request gets which verdict: rules as data, and chance that a seed decides, not the order of arrival."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeVar

T = TypeVar("T")


class Shape(StrEnum):
    """What is wrong with an answer's body, if anything."""

    RIGHT = "right"
    NO_SID = "no_sid"
    WRONG_SID = "wrong_sid"
    """An id that is no text."""
    TRUNCATED = "truncated"
    """JSON that ends in its middle, though its length was announced as such."""
    HTML = "html"
    """What a proxy in between would say."""


class Manner(StrEnum):
    """How an answer reaches the other side."""

    AT_ONCE = "at_once"
    DROP = "drop"
    """The connection is reset instead."""
    NEVER = "never"
    HALF_CLOSE = "half_close"
    """Half of it comes; then this side is shut, and the other side may talk on for ever."""
    SLOW_HEADERS = "slow_headers"
    SLOW_BODY = "slow_body"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender gets to hear: after `hang` seconds, at `pace` bytes a second where it is slow.

    From status 400 on, `code` is the provider's number of the error; without one the answer carries no JSON.
    """

    status: int = 201
    shape: Shape = Shape.RIGHT
    code: int | None = None
    retry_after: int | None = None
    hang: float = 0.0
    manner: Manner = Manner.AT_ONCE
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What becomes of an accepted text, and what of that is reported; with `loss` 1.0 nothing is.

    The text's own status goes through `statuses` whether they are reported or not. The last carries `code`. Each
    report comes `copies` times and `delay` seconds late, mixed with the others if `reorder`, the last first if
    `backwards`.
    """

    statuses: tuple[str, ...] = ("sent", "delivered")
    code: int | None = None
    loss: float = 0.0
    copies: int = 1
    reorder: bool = False
    backwards: bool = False
    delay: float = 0.0
    before_answer: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Is it accepted, what is answered, what is reported: each may be true without the others."""

    accept: bool = True
    answer: Answer = Answer()
    callbacks: Callbacks = Callbacks()


@dataclass(slots=True)
class Rule:
    """The texts that a verdict is for: by number, by a pattern in the body, by the n-th try, by chance.

    It holds for `times` requests; None is without end.
    """

    verdict: Verdict = field(default_factory=Verdict)
    number: str | None = None
    body: str | None = None
    nth: int | None = None
    probability: float = 1.0
    times: int | None = None

    def fits(self, to: str, body: str, nth: int, chance: float) -> bool:
        """Is this the rule for the n-th try of this text?"""
        return (
            self.times != 0
            and (self.number is None or self.number == to)
            and (self.nth is None or self.nth == nth)
            and (self.body is None or re.search(self.body, body) is not None)
            and chance < self.probability
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """The n-th request for one text; what chance says of it depends on the seed and on nothing else."""

    seed: int
    to: str
    body: str
    nth: int

    def digest(self, what: str) -> bytes:
        """32 bytes that are this attempt's own, for one purpose."""
        hashed = sha256(self.body.encode()).hexdigest()
        return sha256(f"{self.seed}|{what}|{self.to}|{hashed}|{self.nth}".encode()).digest()

    def chance(self, what: str) -> float:
        """A number in [0, 1)."""
        return int.from_bytes(self.digest(what)[:8], "big") / 2**64

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """In an order that is this attempt's own."""
        return [thing for _, thing in sorted(enumerate(things), key=lambda each: self.digest(f"turn {each[0]}"))]


class Script:
    """The rules in force, the first that fits wins; where none does, a text is accepted and delivered."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rules: list[Rule] = []
        self._tries: dict[tuple[str, bytes], int] = {}

    def judge(self, to: str, body: str) -> tuple[Attempt, Verdict]:
        """Count one more try of this text, and find its verdict."""
        key = to, sha256(body.encode()).digest()
        nth = self._tries[key] = self._tries.get(key, 0) + 1
        attempt = Attempt(self.seed, to, body, nth)
        for place, rule in enumerate(self.rules):
            if rule.fits(to, body, nth, attempt.chance(f"rule {place}") if rule.probability < 1 else 0.0):
                if rule.times is not None:
                    rule.times -= 1
                return attempt, rule.verdict
        return attempt, Verdict()


def read(kind: type[T], value: Mapping[str, Any]) -> T:
    """A dataclass of this file out of JSON; an unknown name is a mistake of the test."""
    parts = {"verdict": Verdict, "answer": Answer, "callbacks": Callbacks}
    words = {"shape": Shape, "manner": Manner}
    assert is_dataclass(kind)
    known = {each.name for each in fields(kind)}
    if unknown := value.keys() - known:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    made: dict[str, Any] = {}
    for name, given in value.items():
        if name in parts:
            made[name] = read(parts[name], given)
        elif name in words:
            made[name] = words[name](given)
        else:
            made[name] = tuple(given) if isinstance(given, list) else given
    return kind(**made)
