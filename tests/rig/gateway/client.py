"""How a test holds the scripted provider: it starts it, scripts it, and reads its ledger."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from tests.rig.gateway.provider import ACCOUNT, KEY, PASSWORD, TOKEN, USER
from tests.rig.gateway.verdicts import Rule, Verdict

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text that somebody sent: its provider's id, and the house's status code each time it was brought."""

    sid: str
    replies: tuple[int | None, ...]


class Gateway:
    """The provider as a process of its own, while the context lasts; its printed seed replays a run."""

    account, token = ACCOUNT, TOKEN
    user, password, key = USER, PASSWORD, KEY

    def __init__(self, folder: Path, seed: int | None = None) -> None:
        self.seed = random.SystemRandom().randrange(2**32) if seed is None else seed
        self._path = folder / "gateway.jsonl"
        self._process: subprocess.Popen[str]
        self._ports: dict[str, int]

    def __enter__(self) -> Self:
        print(f"gateway seed {self.seed}")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.rig.gateway", str(self._path), str(self.seed)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if not said:
            raise RuntimeError(f"the gateway did not start: {self._process.communicate()}")
        self._ports = json.loads(said)
        self._control = httpx.Client(base_url=f"http://127.0.0.1:{self._ports['control']}", timeout=120)
        return self

    def __exit__(self, *_: object) -> None:
        self._control.close()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    @property
    def address(self) -> str:
        """Where the provider's REST interface is found."""
        return f"http://127.0.0.1:{self._ports['twilio']}"

    @property
    def phone(self) -> str:
        """Where the gateway app on the phone is found."""
        return f"http://127.0.0.1:{self._ports['android']}"

    def reset(self) -> None:
        """Forget all that it was told, and keep the texts that it took."""
        self._act("reset")

    def script(self, *rules: Rule | Verdict) -> None:
        """From now on these rules hold and no other, the first that fits wins; a verdict alone is for every text."""
        whole = [rule if isinstance(rule, Rule) else Rule(rule) for rule in rules]
        self._act("script", rules=[asdict(rule) for rule in whole])

    def ways(self, **ways: Any) -> None:
        """Change how it behaves whatever it is asked: the names and values of provider.Ways."""
        self._act("ways", **ways)

    def clock(self, *, skew: float | None = None, ahead: float = 0.0) -> None:
        """Set the provider's clock: by `skew` seconds off the true one, or `ahead` seconds further."""
        self._act("clock", ahead=ahead, **({} if skew is None else {"skew": skew}))

    def inbound(self, number: str, body: str, to: str, **more: Any) -> Inbound:
        """Somebody texts us; `url` or the way `texts_to` says where that is brought, else it is in the list only."""
        told = self._act("inbound", number=number, body=body, to=to, **more)
        return Inbound(told["sid"], tuple(told["replies"]))

    def flush(self) -> None:
        """Bring all reports that still wait, and wait until the house has answered each."""
        self._act("flush")

    def ledger(self, *what: str) -> list[dict[str, Any]]:
        """The lines so far, or those of some kinds.

        Kinds are begun, complete, tried, answered, left, accepted, callback, texted and inbound.
        """
        return [line for line in self._lines() if not what or line["what"] in what]

    def accepted(self) -> list[dict[str, Any]]:
        """The texts that the provider truly took, in order."""
        return self.ledger("accepted")

    def _lines(self) -> Iterator[dict[str, Any]]:
        """Whole lines only: the last may be on its way into the file."""
        for line in self._path.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                yield json.loads(line)

    def _act(self, name: str, **given: Any) -> dict[str, Any]:
        answer = self._control.post(f"/{name}", json=given)
        if answer.status_code != 200:
            raise ValueError(f"the gateway did not {name}: {answer.text}")
        told: dict[str, Any] = answer.json()
        return told
