"""Plays the rig's scenarios at any size: `python -m tests.rig.soak [--only kills] [--size 22000] [--seed 1]`.

Each prints its figures as one line of JSON; a scenario in which something does not hold makes the exit code 1.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.rig.cluster import Cluster, own_cluster
from tests.rig.ground import Figures, Ground
from tests.rig.scenarios import (
    answered,
    backlog,
    braked,
    changed,
    cut_off,
    departed,
    ending,
    folding,
    forged,
    ghosts,
    killed,
    lists,
    refusals,
    reports,
    restarted,
    restored,
    stopped,
    texted,
    together,
    unanswered,
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is played, and its full size; a `control` must find violations, else the rig itself is wrong."""

    play: Callable[[Ground], Figures]
    size: int
    control: bool = False


SCENARIOS: Mapping[str, Scenario] = {
    "kills": Scenario(killed.kills, 22_000),
    "stops": Scenario(stopped.stops, 200),
    "restarts": Scenario(restarted.restarts, 20),
    "cuts": Scenario(cut_off.cuts, 20),
    "backlog": Scenario(backlog.backlog, 100_000),
    "together": Scenario(together.together, 22_000),
    "changes": Scenario(changed.changes, 10_000),
    "departures": Scenario(departed.departures, 10_000),
    "blind": Scenario(killed.blind, 300, control=True),
    "doubtful_answers": Scenario(answered.doubtful_answers, 64),
    "unreachable": Scenario(unanswered.unreachable, 12),
    "too_slow": Scenario(unanswered.too_slow, 24),
    "ghosts": Scenario(ghosts.ghosts, 50_000),
    "ghosts_unheard": Scenario(ghosts.unheard, 50_000),
    "refusals": Scenario(refusals.refusals, 15),
    "strange_reports": Scenario(reports.strange_reports, 5_000),
    "lagging_lists": Scenario(lists.lagging_lists, 1_100),
    "texts_again": Scenario(texted.texts_again, 1),
    "webhooks_without_database": Scenario(texted.webhooks_without_database, 1_000),
    "folds": Scenario(folding.folds, 1_000_000),
    "restored": Scenario(restored.restored, 500),
    "by_phone": Scenario(texted.by_phone, 500),
    "slow_senders": Scenario(texted.slow_senders, 1_000),
    "asked_to_end": Scenario(ending.asked_to_end, 100),
    "storm": Scenario(braked.storm, 300),
    "refused_account": Scenario(braked.refused_account, 300),
    "one_sender": Scenario(braked.one_sender, 1_000),
    "forged": Scenario(forged.forged, 110_000),
}


def main(arguments: list[str]) -> int:
    """Play what was asked for; the exit code."""
    given = _parser().parse_args(arguments)
    wrong = 0
    for name in given.only.split(",") if given.only else SCENARIOS:
        scenario = SCENARIOS[name]
        seed = random.SystemRandom().randrange(2**31) if given.seed is None else given.seed
        size = given.size or scenario.size
        print(f"{name}: size {size}, seed {seed}", file=sys.stderr, flush=True)
        began = time.monotonic()
        options = dict(each.split("=", 1) for each in given.option)
        with _cluster(given.cluster) as cluster, _folder() as folder:
            figures = scenario.play(Ground(cluster, folder, size, seed, options))
        took = round(time.monotonic() - began, 1)
        print(json.dumps({"scenario": name, "size": size, "seed": seed, "took": took, **figures}), flush=True)
        wrong += bool(figures["violations"]) is not scenario.control
    return int(wrong > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help=f"some of {', '.join(SCENARIOS)}, joined by commas")
    parser.add_argument("--size", type=int, default=0, help="instead of the full size")
    parser.add_argument("--seed", type=int, help="as an earlier run printed it")
    parser.add_argument("--cluster", type=Path, help="the folder of a server that runs already")
    parser.add_argument("--option", action="append", default=[], help="NAME=VALUE for the scenario")
    return parser


@contextmanager
def _cluster(home: Path | None) -> Iterator[Cluster]:
    if home is not None:
        yield Cluster(home)
        return
    with own_cluster() as cluster:
        yield cluster


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cop-soak-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
