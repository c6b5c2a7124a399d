"""F-18, F-39 and I9: a provider that is too fast asked, or refuses the account, and several workers at one sender."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from messaging.channels.plan import Routes, Sender
from messaging.outbox.brakes.rates import burst
from messaging.outbox.rules import State
from messaging.outbox.sender import Dispatcher
from messaging.outbox.switch import stops
from tests.rig.gateway.verdicts import Answer, Rule, Verdict
from tests.rig.ground import SENDER, Figures, Ground, judged, taken
from tests.rig.invariants import Expected
from tests.rig.scenarios.provided import SHARE, Provided, provided
from tests.rig.scene import Worker

RATE = 10.0
"""Segments a second of the sender that is braked."""
STORM = 7.0
"""Seconds in which the provider says "too fast" to everything."""
SUSPENDED = Rule(Verdict(False, Answer(401, code=20003)))


def storm(ground: Ground) -> Figures:
    """Everything is too fast for a while, then nothing; the minute in which the rate comes back is skipped."""
    retry_after = int(ground.options.get("retry_after", 0)) or None
    with provided(ground) as house:
        sender = _at(house, RATE)
        house.script(Rule(Verdict(False, Answer(429, code=20429, retry_after=retry_after))))
        began = time.time()
        _send(sender, STORM)
        late = [line for line in house.gateway.ledger("tried") if line["at"] > began + 5]
        waiting = house.states()[State.QUEUED]
        doubtful = house.rows("SELECT coalesce(sum(doubtful), 0) AS n FROM message")[0].n
        house.script()
        _skip_a_minute(house)
        went = len(taken(house.gateway))
        _send(sender, 2.0)
        rate = (len(taken(house.gateway)) - went) / 2.0
        _drain(house, sender)
        figures = _judged(house)
        wrong = []
        if len(late) > (STORM - 5) * RATE / 10 + 1:
            wrong.append(f"F-18: {len(late)} tries in {STORM - 5} s after 5 s of storm")
        if (waiting, doubtful) != (ground.size, 0):
            wrong.append(f"F-18: {waiting} texts wait, {doubtful} tries burned")
        if rate < RATE / 2:
            wrong.append(f"F-18: {rate} a second when the storm was over")
    return {**figures, "violations": [*figures["violations"], *wrong], "rate_after": rate, "tries_late": len(late)}


def refused_account(ground: Ground) -> Figures:
    """The token is wrong or the account suspended; then somebody mends it, and one text finds out."""
    with provided(ground) as house:
        house.script(SUSPENDED)
        _send(house.worker.dispatcher, 2.0)
        tries = len(house.gateway.ledger("tried"))
        waiting = house.states()[State.QUEUED]
        with house.worker.unit() as db:
            alerts = len(stops(db))
        house.script()
        with house.worker.unit() as db:
            db.execute(text("UPDATE sending_stop SET retry_at = clock_timestamp()"))
        house.worker.send()
        found_out = len(taken(house.gateway))
        house.drain(20)
        with house.worker.unit() as db:
            left = len(stops(db))
        figures = house.judged()
        wrong = []
        if waiting != ground.size or alerts != 1 or left:
            wrong.append(f"F-39: {waiting} texts wait, {alerts} alerts, {left} left when all was well")
        if tries > house.scene.pace.in_flight or found_out != 1:
            wrong.append(f"F-39: {tries} tries, then {found_out} to find out")
    return {**figures, "violations": [*figures["violations"], *wrong], "tries": tries}


def one_sender(ground: Ground) -> Figures:
    """Four workers at once send by one slow sender."""
    with provided(ground) as house:
        others = [Worker(house.scene) for _ in range(4)]
        until = time.monotonic() + ground.size / RATE * 3 + 10

        def work(worker: Worker) -> None:
            worker.channels["twilio"] = house.channel()
            dispatcher = _at(house, RATE, worker)
            while time.monotonic() < until and house.states()[State.ACCEPTED] < ground.size:
                if not dispatcher.tick():
                    time.sleep(0.05)

        began = time.monotonic()
        threads = [threading.Thread(target=work, args=(worker,)) for worker in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
        for worker in others:
            worker.engine.dispose()
        figures = _judged(house)
    return {**figures, "seconds": round(took, 1), "planned_seconds": ground.size / RATE}


def _at(house: Provided, rate: float, worker: Worker | None = None) -> Dispatcher:
    """A worker's dispatcher whose sender has a rate."""
    worker = worker or house.worker
    routes = Routes(out="twilio", senders=(Sender(SENDER, per_second=rate),))
    pace = replace(worker.pace, batch=20)
    return Dispatcher(worker.unit, worker.channels, house.scene.window, pace=pace, routes=routes)


def _send(dispatcher: Dispatcher, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not dispatcher.tick():
            time.sleep(0.05)


def _drain(house: Provided, dispatcher: Dispatcher, patience: float = 40.0) -> None:
    until = time.monotonic() + patience
    while house.states()[State.QUEUED] and time.monotonic() < until:
        _send(dispatcher, 0.2)
        house.worker.bring_back()
    house.drain(patience)


def _skip_a_minute(house: Provided) -> None:
    with house.worker.unit() as db:
        db.execute(
            text(
                "UPDATE sender_bucket SET slowed_at = slowed_at - interval '1 minute',"
                " wait_until = wait_until - interval '1 minute'"
            )
        )


def _judged(house: Provided, shares: Sequence[int] = (SHARE,)) -> dict[str, Any]:
    """The invariants, with the rate of the sender among them: a request may come as much later than its leave was given
    as it took to make."""
    sender = Sender(SENDER, per_second=RATE)
    late = RATE * 1.0
    expected = Expected(planned=house.scene.keys(shares), buckets={SENDER: (RATE, burst(sender) + late)})
    return judged(house.ground, house.scene.url, expected, taken(house.gateway))
