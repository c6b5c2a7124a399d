"""F-23: reports ten times, backwards, a day late, never, and before the answer; a text stands at its best word."""

import time

from messaging.outbox.evidence.polling import poll
from messaging.outbox.rules import State
from tests.rig.gateway.verdicts import Callbacks, Rule, Verdict
from tests.rig.ground import Figures, Ground
from tests.rig.scenarios.provided import provided

STEPS = ("queued", "sending", "sent", "delivered")
DAY = 86_400.0
WAYS = {
    "ten times and mixed up": Callbacks(STEPS, copies=10, reorder=True),
    "backwards": Callbacks(STEPS, backwards=True),
    "a day late": Callbacks(STEPS, delay=DAY),
    "never": Callbacks(STEPS, loss=1.0),
    "before the answer": Callbacks(STEPS, before_answer=True),
}
POLLS = 3
"""The poller comes by every five minutes, and a quarter of an hour shall do."""
SETTLED = 0.3
"""Seconds after which the provider itself knows what became of a text."""


def strange_reports(ground: Ground) -> Figures:
    """As many texts for each way, in turn."""
    names = list(WAYS)
    with provided(ground) as house:
        of = {house.number(n): names[n % len(names)] for n in range(ground.size)}
        house.gateway.ways(settles=SETTLED)
        house.script(*(Rule(Verdict(callbacks=WAYS[name]), number=number) for number, name in of.items()))
        drained = house.drain(30)
        time.sleep(SETTLED)
        for _ in range(POLLS):
            poll(house.worker.unit, house.worker.channels)
        polled = house.states()
        house.gateway.clock(ahead=DAY + 60)
        house.gateway.flush()
        states = {row.number: State(row.state) for row in house.rows("SELECT number, state FROM message")}
        brought = len(house.gateway.ledger("callback"))
        refused = [line["reply"] for line in house.gateway.ledger("callback") if line["reply"] != 204]
        figures = house.judged(drained=drained)
    wrong = [f"F-23: {of[number]}: {state}" for number, state in states.items() if state is not State.DELIVERED]
    if polled[State.DELIVERED] < 0.99 * ground.size:
        wrong.append(f"F-23: {dict(polled)} after the poller came by {POLLS} times")
    if refused:
        wrong.append(f"F-23: reports answered with {sorted(set(refused), key=str)}")
    each = ground.size // len(names)
    if brought != each * len(STEPS) * (10 + 1 + 1 + 1):
        wrong.append(f"F-23: {brought} reports were brought")
    return {**figures, "reports": brought, "violations": [*figures["violations"], *wrong]}
