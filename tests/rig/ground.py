"""What a scenario stands on: a server, a folder, a seed; and how its end is judged."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

from cop.settings import Settings
from tests.rig.cluster import Cluster
from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Rule, Verdict
from tests.rig.invariants import Accepted, Expected, duplicates, phones, unsent, verify, watch

Figures = dict[str, Any]
"""What a scenario found: plain values, and under "violations" the sentences of what does not hold."""

SENDER = "+923000000001"
NOWHERE = "http://127.0.0.1:9"


@dataclass
class Ground:
    """A server to play on, a folder for logs, the scenario's `size`, its `seed` and further `options`."""

    cluster: Cluster
    folder: Path
    size: int
    seed: int
    options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def settings(self, **more: Any) -> Settings:
        """A house on a new database that watches its own states."""
        url = self.cluster.fresh()
        with opened(url) as engine:
            watch(engine)
        return Settings(database_url=url, data_dir=self.folder, window="00:00-24:00", **more)

    @contextmanager
    def provided(self, *rules: Rule | Verdict, hooks: str = NOWHERE, **ways: Any) -> Iterator[tuple[Settings, Gateway]]:
        """A house that texts through a scripted provider, which follows these rules; reports go to `hooks`."""
        with Gateway(self.folder, self.seed) as gateway:
            gateway.script(*rules)
            gateway.ways(**ways)
            yield (
                self.settings(
                    sms_out="twilio",
                    twilio_account=gateway.account,
                    twilio_token=gateway.token,
                    twilio_address=gateway.address,
                    public_url=hooks,
                    senders=f"{SENDER}=1000/s",
                ),
                gateway,
            )


def taken(gateway: Gateway) -> list[Accepted]:
    """The truth of the scripted provider: what its ledger says it took."""
    return [
        Accepted(
            line["sid"], line["to"], line["body"], datetime.fromtimestamp(line["at"], UTC), sender=line["sender"] or ""
        )
        for line in gateway.accepted()
    ]


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine for a moment."""
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def judged(ground: Ground, url: str, expected: Expected, ledger: list[Accepted] | None = None) -> Figures:
    """How many went, how often twice, and what does not hold; without a ledger the simulated phones are the truth."""
    with opened(url) as engine, engine.connect() as db:
        truth = phones(db) if ledger is None else ledger
        logs = [ground.cluster.log, *ground.folder.glob("*.log")]
        twice, known = duplicates(db, truth)
        return {
            "messages": db.scalar(text("SELECT count(*) FROM message")),
            "attempts": db.scalar(text("SELECT count(*) FROM attempt")),
            "sends": len(truth),
            "states": dict(Counter(db.scalars(text("SELECT state FROM message")))),
            "unsent": dict(unsent(db, truth)),
            "duplicates": twice,
            "known_to_the_database": known,
            "violations": [
                f"{each.invariant}: {each.what}: {each.often} {' '.join(each.examples)}"
                for each in verify(db, truth, logs, expected)
            ],
        }
