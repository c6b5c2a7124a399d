"""What the provider knows: its texts, from when its list shows them, and what became of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Kept:
    """A text that the provider has, by its own clock; `fate` are the statuses it goes through, when `settles` is past.

    Neither list nor filter finds it before `visible_from`; asked by its id, the provider tells at once.
    """

    sid: str
    to: str
    sender: str
    body: str
    at: float
    visible_from: float
    direction: str = "outbound-api"
    status: str = "queued"
    service: str | None = None
    media: int = 0
    settles: float = 0.0
    fate: tuple[str, ...] = ()
    code: int | None = None
    updated: float = 0.0

    def settle(self, now: float) -> None:
        """Let its fate take its course."""
        if self.fate and now >= self.settles:
            self.status, self.fate, self.updated = self.fate[-1], (), self.settles


@dataclass(slots=True)
class Book:
    """All texts of one provider, in the order in which it took them."""

    by_sid: dict[str, Kept] = field(default_factory=dict)
    _to: dict[str, list[Kept]] = field(default_factory=dict)

    def keep(self, kept: Kept) -> None:
        self.by_sid[kept.sid] = kept
        self._to.setdefault(kept.to, []).append(kept)

    def newest_first(self, now: float, to: str | None = None) -> Iterator[Kept]:
        """What a list shows by now, perhaps of one number only."""
        texts = list(self.by_sid.values()) if to is None else self._to.get(to, [])
        for kept in reversed(texts):
            if kept.visible_from <= now:
                kept.settle(now)
                yield kept
