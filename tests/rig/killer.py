"""Keeps workers alive that are told where to die, until all that was planned has gone.

It runs in a process that has imported everything and sent a share of its own, then closed every connection, and forks:
a worker starts in a few milliseconds, with all statements compiled.
"""

import gc
import mmap
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from clusters.kernel.failpoints import arm
from tests.rig.forking import Stopping, end_of, ended, fork
from tests.rig.scene import Scene, Worker, left

PLAN = ("plan.before_commit", "plan.after_commit")
SENDING = (
    "claim.before_commit",
    "claim.after_commit",
    "submit.before_commit",
    "submit.after_commit",
    "http.mid",
    "http.after_response",
    "outcome.before_commit",
    "outcome.after_commit",
    "reconcile.after_list",
)
WEBHOOK = "webhook.after_insert"
POINTS = (*PLAN, *SENDING)
SPAN = {"http.mid": ":0-30ms"}
"""Where the kill strikes a little later, in the middle of what goes on."""
DOOMED = 4
"""Workers at once that shall die; one more does not, else everything would be tried again by the dying."""
ASKING = "reconcile.after_list"
TURNS = 6
BACKLOG, FED = 30, 20
"""So many messages wait for the doomed at any time; so many shares are planned at once."""
APART = 1_000_000
"""Shares that a worker plans which may die of it have numbers from here on."""
DOORS = 2
WEBHOOK_CHANCE = 0.2
PATIENCE = 600.0
SHOW_EVERY = 5.0


@dataclass
class Death:
    """A worker told to die: its share, and where; MIXED is anywhere."""

    share: int
    point: str


MIXED = "mixed"


@dataclass
class Told:
    """What a run of the killer did."""

    seed: int
    died: Counter[str] = field(default_factory=Counter)
    survived: int = 0
    failed: int = 0
    apart: list[int] = field(default_factory=list)
    planned: int = 0
    seconds: float = 0.0
    drained: bool = False
    drained_in: float = 0.0

    @property
    def shares(self) -> list[int]:
        """All that were planned."""
        return [*range(self.planned), *self.apart]


class Killer:
    """Forks workers for one scene, and processes that take in what its provider brings: `serve` is their life.

    After `longest` seconds, or asked to end by SIGTERM, it kills no more, however many deaths are missing, and sees the
    rest through.
    """

    def __init__(
        self,
        scene: Scene,
        seed: int,
        *,
        doomed: int = DOOMED,
        serve: Callable[[], None] | None = None,
        longest: float = float("inf"),
    ) -> None:
        self.scene, self.dice, self.told = scene, random.Random(seed), Told(seed)
        self._doomed_at_once, self._serve, self._longest = doomed, serve, longest
        self._pages: set[int] = set()
        self._deadly: set[int] = set()
        self._doomed: dict[int, Death] = {}
        self._steady: set[int] = set()
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        self._points: dict[int, str] = {}
        self._shared = mmap.mmap(-1, 16)
        self._planned, self._allowed = 0, 1
        self._since = datetime.now(UTC) - timedelta(minutes=1)
        self._worker = Worker(scene)
        self._worker.plan(0)
        self._worker.turn()
        self._planned = 1
        self._worker.rest()
        gc.collect()
        gc.freeze()  # what the children share with the parent stays shared

    def run(self, wanted: Counter[str], finish: Callable[[], object] = lambda: None) -> Told:
        """Kill until each point has had its number of deaths, then let everything go out in peace; `finish` is done
        before the doors are closed."""
        self._enough = Stopping()
        began = shown = time.monotonic()
        missing = Counter(wanted)
        while +missing and not self._enough and time.monotonic() - began < self._longest:
            if not self._steady:
                self._steady.add(fork(lambda: self._keep_on(feeding=True)))
            self._open_doors(missing)
            while len(self._doomed) < self._doomed_at_once:
                self._doom(missing)
            self._bury(missing)
            if time.monotonic() - shown > SHOW_EVERY:
                shown = time.monotonic()
                self._show(shown - began, wanted.total())
        for child in list(self._doomed):
            os.kill(child, signal.SIGKILL)
        while self._doomed:
            self._bury(Counter())
        self.told.seconds = time.monotonic() - began
        self._drain(finish)
        return self.told

    @property
    def asked_to_end(self) -> bool:
        """Was it interrupted?"""
        return bool(self._enough)

    @property
    def _planned(self) -> int:
        """Shares that the steady worker has planned, as all processes see it."""
        return int.from_bytes(self._shared[:8])

    @_planned.setter
    def _planned(self, shares: int) -> None:
        self._shared[:8] = shares.to_bytes(8)

    @property
    def _allowed(self) -> int:
        """Shares that it may plan by now: one for each death."""
        return int.from_bytes(self._shared[8:])

    @_allowed.setter
    def _allowed(self, shares: int) -> None:
        self._shared[8:] = shares.to_bytes(8)

    def _open_doors(self, missing: Counter[str]) -> None:
        """One process that dies of what it takes in, as long as such deaths are missing, and one that does not."""
        while self._serve is not None and len(self._pages) < DOORS:
            seed = self.dice.getrandbits(32)
            deadly = missing[WEBHOOK] > 0 and not self._deadly & self._pages
            child = fork(lambda seed=seed, deadly=deadly: self._take_in(seed, deadly))
            self._pages.add(child)
            if deadly:
                self._deadly.add(child)

    def _take_in(self, seed: int, deadly: bool) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        arm(f"{WEBHOOK}=kill9@{WEBHOOK_CHANCE}" if deadly else "", seed, self._strike)
        assert self._serve is not None
        self._serve()

    def _strike(self, name: str) -> None:
        """Tell the supervisor before it happens."""
        os.write(self._writing, f"{os.getpid()} {name}\n".encode())

    def _doom(self, missing: Counter[str]) -> None:
        wanted = {point: count for point, count in missing.items() if count > 0 and point != WEBHOOK} or {MIXED: 1}
        point = self.dice.choices(list(wanted), list(wanted.values()))[0]
        death = Death(APART + len(self.told.apart), point)
        if point in PLAN or point == MIXED:
            self.told.apart.append(death.share)
        else:
            self._allowed += 1
        seed = self.dice.getrandbits(32)
        self._doomed[fork(lambda: self._die(death, seed))] = death

    def _die(self, death: Death, seed: int) -> None:
        """The life of a worker that shall die; the few that get through come back as survivors."""
        struck: list[str] = []

        def strike(name: str) -> None:
            struck.append(name)
            self._strike(name)

        points = POINTS if death.point == MIXED else (death.point,)
        chance = 0.15 if death.point == MIXED else 0.9
        arm(
            ";".join(
                f"{name}=kill9{SPAN.get(name, '')}@{1 if name in PLAN and len(points) == 1 else chance}"
                for name in points
            ),
            seed,
            strike,
        )
        if death.point in PLAN or death.point == MIXED:
            self._worker.plan(death.share)
        for _ in range(TURNS):
            if death.point != ASKING:
                self._worker.send()
            if death.point in (ASKING, MIXED):
                self._worker.bring_back()
            time.sleep(1 if struck else 0.02)

    def _keep_on(self, *, feeding: bool = False) -> None:
        """The life of a worker that nobody kills."""
        stopping = Stopping()
        while not stopping:
            try:
                moved = self._feed() if feeding else self._worker.turn()
            except SQLAlchemyError:
                moved = Counter()
            time.sleep(0.02 if moved else 0.2)

    def _feed(self) -> Counter[str]:
        """Keep some messages waiting for the doomed, and send what is more."""
        waiting = self._worker.waiting()
        if waiting < BACKLOG and self._planned < self._allowed + BACKLOG:
            shares = range(self._planned, self._planned + FED)
            self._planned += FED
            self._worker.plan(*shares)
            return Counter(planned=FED)
        return self._worker.turn(sending=waiting > BACKLOG)

    def _bury(self, missing: Counter[str]) -> None:
        child, status = os.wait()
        self._read_points()
        if child in self._steady:
            self._steady.remove(child)
            self.told.failed += 1
            return
        point = self._points.pop(child, None)
        if child in self._pages:
            self._pages.remove(child)
            if point is None:
                self.told.failed += 1
            else:
                self.told.died[point] += 1
                missing[point] -= 1
            return
        if child not in self._doomed:  # the provider itself, when somebody interrupts us all
            return
        death = self._doomed.pop(child)
        if os.WIFSIGNALED(status) and point is not None:
            self.told.died[point] += 1
            missing[death.point] -= 1
        elif os.WIFEXITED(status) and os.WEXITSTATUS(status):
            self.told.failed += 1
        else:
            self.told.survived += 1

    def _read_points(self) -> None:
        with suppress(BlockingIOError):
            while lines := os.read(self._reading, 65536):
                for line in lines.decode().splitlines():
                    child, point = line.split()
                    self._points[int(child)] = point

    def _drain(self, finish: Callable[[], object]) -> None:
        """No more deaths: what died before its plan was committed is planned now, and everything goes out."""
        ended(self._steady)
        self._steady.clear()
        self.told.planned = self._planned
        for child in self._deadly & self._pages:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            self._pages.remove(child)
        self._open_doors(Counter())
        began = time.monotonic()
        self.told.failed += end_of(fork(self._plan_all))
        steady = [fork(self._keep_on) for _ in range(2)]
        engine = create_engine(self.scene.url)
        while (waiting := left(engine)) and time.monotonic() - began < PATIENCE:
            time.sleep(0.2)
        engine.dispose()
        self.told.failed += ended(steady)
        finish()
        self.told.failed += end_of(fork(self._look_over))
        self.told.failed += ended(self._pages)
        self.told.drained, self.told.drained_in = not waiting, time.monotonic() - began

    def _look_over(self) -> None:
        print(f"  the night found {dict(self._worker.look_over(self._since))}", file=sys.stderr, flush=True)

    def _plan_all(self) -> None:
        for share in self.told.apart:
            self._worker.plan(share)

    def _show(self, seconds: float, wanted: int) -> None:
        done = self.told.died.total()
        rate = done / seconds
        print(f"  {done}/{wanted} kills, {rate:.1f}/s, {self.told.survived} survived", file=sys.stderr, flush=True)
