"""What all ports of the gateway share: its clock, its book, its script, and what can be set about it."""

import time
from dataclasses import dataclass, field, fields
from typing import Any

from tests.rig.gateway.book import Book
from tests.rig.gateway.ledger import Ledger
from tests.rig.gateway.verdicts import Script

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a token that only tests know"
USER, PASSWORD, KEY = "gateway", "a password of tests", "a key that signs in tests"


@dataclass(slots=True)
class Ways:
    """How the gateway behaves whatever the request; seconds are true ones."""

    list_lag: float = 0.0
    list_fails: int = 0
    """So many of the next lists answer 500; -1 is all."""
    list_hangs: float = 0.0
    page_size: int = 1000
    """The longest page it gives, whatever it is asked for."""
    settles: float = 0.0
    """How long a text stays queued before its fate is known."""
    hold_callbacks: bool = False
    """Reports wait for `flush`."""
    refusing: bool = False
    """Nobody listens at the port of texts."""
    hooks_at: str = ""
    """Where the house is truly found: reports and texts go there, signed over the address that it gave."""
    texts_to: str = ""
    """Address that inbound texts are brought to."""
    phone_hooks: str = ""
    """One address for every event of the phone, besides those that are registered."""
    repeats: str = "refused"
    """What the phone does with an id it knows: "refused", or "sent" once more."""
    contents: dict[str, str] = field(default_factory=dict)
    """Approved texts of WhatsApp by their id, with places {{1}}."""

    def change(self, given: dict[str, Any]) -> None:
        """Set what is given; an unknown name is a mistake of the test."""
        known = {each.name for each in fields(self)}
        for name, value in given.items():
            if name not in known:
                raise ValueError(f"the gateway has no way called {name}")
            setattr(self, name, value)


@dataclass(slots=True)
class Provider:
    """One gateway."""

    ledger: Ledger
    script: Script
    ways: Ways = field(default_factory=Ways)
    book: Book = field(default_factory=Book)
    phone: Book = field(default_factory=Book)
    skew: float = 0.0
    """How far the provider's clock is ahead of the true one."""

    def clock(self) -> float:
        """The provider's time."""
        return time.time() + self.skew
