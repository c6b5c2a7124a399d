"""F-25: the provider's list lags, fails, and has many pages; nothing goes twice because a list does not show it."""

import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from messaging.outbox.evidence.reconcile import MANY
from messaging.outbox.rules import State, TextClass
from tests.rig.gateway.verdicts import Answer, Callbacks, Manner, Rule, Verdict
from tests.rig.ground import Figures, Ground
from tests.rig.scenarios.provided import SHORT_GRACE, Provided, provided, too_soon, tries

QUIET = Callbacks(loss=1.0)
LAGS = (0.0, 60.0, 300.0)
"""Seconds of true time."""
SHRUNK = 1 / 80
PAGE = 20
KNOWN, LOST = 1, 2
"""Shares: of the first the house learns how the list lags, of the second every answer is lost."""


def lagging_lists(ground: Ground) -> Figures:
    """A house for each lag, all at once; `size` texts in each share."""
    with ThreadPoolExecutor(len(LAGS)) as hands:
        found = list(hands.map(lambda lag: _lagging(_own(ground, lag), lag * SHRUNK), LAGS))
    return {
        "by_lag": dict(zip(LAGS, found, strict=True)),
        "violations": [
            f"lag {lag}: {each}" for lag, told in zip(LAGS, found, strict=True) for each in told["violations"]
        ],
    }


def _own(ground: Ground, lag: float) -> Ground:
    folder = ground.folder / f"lag-{lag:.0f}"
    folder.mkdir()
    return replace(ground, folder=folder)


def _lagging(ground: Ground, lag: float) -> Figures:
    # The class with the shortest grace: what the house knows of the list must lengthen it.
    with provided(ground, classes=(TextClass.CHANGE,), pace=SHORT_GRACE) as house:
        house.gateway.ways(list_lag=lag, page_size=PAGE if ground.size < 1000 else 1000)
        _learn(house, lag)
        house.worker.plan(LOST)
        lost = {house.number(n, LOST): n % 2 == 0 for n in range(ground.size)}
        dropped = Answer(manner=Manner.DROP)
        house.script(*(Rule(Verdict(accept, dropped, QUIET), number=number, nth=1) for number, accept in lost.items()))
        house.send_all()
        house.gateway.ways(list_fails=2)
        began = time.time()
        drained = house.drain(60 + ground.size / 20)
        figures = house.judged(drained=drained, shares=(KNOWN, LOST))
        single, whole = _asked(house, began, set(lost))
        soon = too_soon(house, lag)
        often = {number: len(times) for number, times in tries(house.gateway).items() if number in lost}
        states = house.states()
    wrong = []
    if soon:
        wrong.append(f"F-25: {len(soon)} texts tried again before the grace was over")
    if ground.size >= MANY and (single or not whole):
        wrong.append(f"F-25: {single} texts looked for one by one, {whole} lists read, while all were in doubt")
    if often != {number: 1 if accept else 2 for number, accept in lost.items()}:
        wrong.append("F-25: a text was tried too often, or not again")
    if states != {State.ACCEPTED: 2 * ground.size}:
        wrong.append(f"F-25: {dict(states)}")
    return {**figures, "violations": [*figures["violations"], *wrong]}


def _learn(house: Provided, lag: float) -> None:
    """Send the first share, and look at the list until it has shown how late it is."""
    house.script()
    house.send_all()
    until = time.monotonic() + 20 + lag
    while time.monotonic() < until:
        house.worker.turn()
        if house.rows("SELECT count(*) AS seen FROM list_watch WHERE listed_at IS NOT NULL")[0].seen:
            return
        time.sleep(0.02)
    raise RuntimeError("the house did not learn how its list lags")


def _asked(house: Provided, began: float, lost: Collection[str]) -> tuple[int, int]:
    """While all were in doubt: lists that were asked for one lost text alone, and pages of the whole list."""
    until = house.rows("SELECT extract(epoch FROM min(at)) AS at FROM provider_message WHERE via = 'list'")[0].at
    single = whole = 0
    for line in house.gateway.ledger("begun"):
        if line["method"] == "GET" and began <= line["at"] <= float(until or "inf"):
            (to,) = parse_qs(urlsplit(line["target"]).query).get("To", [""])
            whole += not to
            single += to in lost
    return single, whole
