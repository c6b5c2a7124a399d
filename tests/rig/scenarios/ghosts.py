"""F-24: texts that the provider took and whose answer was lost: they come home by a report or are found in its list."""

from dataclasses import replace

from tests.rig.gateway.verdicts import Answer, Callbacks, Manner, Rule, Verdict
from tests.rig.ground import Figures, Ground
from tests.rig.scenarios.provided import Provided, provided

CHANCE = 0.05
AT_HOME = 60.0
POLL = 30.0
"""Seconds of true time in which a ghost shall be home, and between two looks at the list."""
SLACK = 2.0
"""Seconds of the machine's own that a busy one may add."""


def ghosts(ground: Ground) -> Figures:
    """One in twenty answers is lost; reports bring those texts home or, `unheard`, the list alone."""
    unheard = ground.options.get("unheard") == "yes"
    callbacks = Callbacks(("sent",), loss=1.0 if unheard else 0.0)
    with provided(ground) as house:
        gone = Rule(Verdict(True, Answer(manner=Manner.DROP), callbacks), nth=1, probability=CHANCE)
        house.script(gone, Verdict(callbacks=callbacks))
        drained = house.drain(60 + ground.size / 20)
        house.gateway.flush()
        figures = house.judged(drained=drained)
        lost = {line["request"] for line in house.gateway.ledger("answered") if line["manner"] == Manner.DROP}
        sids = [line["sid"] for line in house.gateway.accepted() if line["request"] in lost]
        ages = _ages(house, sids)
        grace = max(house.scene.pace.grace.values()).total_seconds()
        may_take = (grace + 2 * POLL * house.fraction) if unheard else AT_HOME * house.fraction
    late = [age for age in ages.values() if age > may_take + SLACK]
    wrong = [f"F-24: {len(sids) - len(ages)} ghosts never came home"] if len(ages) < len(sids) else []
    wrong += [f"F-24: {len(late)} ghosts came home later than {may_take:.1f} s"] if late else []
    return {
        **figures,
        "ghosts": len(sids),
        "slowest": round(max(ages.values(), default=0.0), 2),
        "violations": [*figures["violations"], *wrong],
    }


def unheard(ground: Ground) -> Figures:
    """The same with every report lost."""
    return ghosts(replace(ground, options={**ground.options, "unheard": "yes"}))


def _ages(house: Provided, sids: list[str]) -> dict[str, float]:
    """Seconds from the attempt to the moment its text was known as ours, for those that are known."""
    rows = house.rows(
        "SELECT p.sid, extract(epoch FROM p.at - a.started_at) AS age FROM provider_message p"
        " JOIN attempt a ON a.message_id = p.message_id AND a.n = 1 WHERE p.sid = ANY(:sids)",
        sids=sids,
    )
    return {row.sid: float(row.age) for row in rows}
