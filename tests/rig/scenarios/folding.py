"""F-23, I6: reports in any order and as often as one likes, folded; and what comes of it without the guard of ranks."""

import random
from collections.abc import Callable
from itertools import accumulate, pairwise

from messaging.outbox.rules import RANK, State, Told, fold, rises
from tests.rig.ground import Figures, Ground

EVIDENCE = [state for state, rank in RANK.items() if rank >= 3]
Step = Callable[[State, Told], State]


def as_folded(state: State, fact: Told) -> State:
    """All that is known, and one fact more."""
    folded = fold([Told("SM1", state), fact])
    return folded.state if folded else state


def as_stored(state: State, fact: Told) -> State:
    """What the database is let to do."""
    return fact.state if rises(state, fact.state) else state


def unguarded(_: State, fact: Told) -> State:
    """The last word wins, as in gateways that are known for it."""
    return fact.state


def folds(ground: Ground) -> Figures:
    """So many events; with the option unguarded the last word wins, and the rig must find falls."""
    steps = (unguarded,) if ground.options.get("unguarded") == "yes" else (as_folded, as_stored)
    found = {step.__name__: regressions(ground.size, step, ground.seed) for step in steps}
    wrong = [f"I6: {name}: {fell} falls, {astray} astray" for name, (fell, astray) in found.items() if fell + astray]
    return {"events": ground.size, "violations": wrong}


def regressions(events: int, step: Step, seed: int) -> tuple[int, int]:
    """How often a state fell, and how many histories ended elsewhere than their own facts say, over so many events."""
    dice, fell, astray, done = random.Random(seed), 0, 0, 0
    while done < events:
        facts = [Told("SM1", dice.choice(EVIDENCE)) for _ in range(dice.randint(1, 4))]
        arriving = facts * dice.randint(1, 10)
        dice.shuffle(arriving)
        done += len(arriving)
        states = list(accumulate(arriving, step, initial=State.ACCEPTED))
        fell += sum(RANK[new] < RANK[old] for old, new in pairwise(states))
        folded = fold([Told("SM1"), *facts])
        astray += folded is None or states[-1] is not folded.state
    return fell, astray
