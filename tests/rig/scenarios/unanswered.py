"""F-19, F-20: the provider cannot be reached, or its answer takes too long; what is certain stays certain."""

import time
from collections import Counter
from dataclasses import replace

from messaging.outbox.rules import ATTEMPTS_MAX, State, TextClass
from tests.rig.gateway.verdicts import Answer, Callbacks, Manner, Rule, Verdict
from tests.rig.ground import Figures, Ground
from tests.rig.scenarios.provided import SHORT_GRACE, Provided, provided, too_soon, tries

QUIET = Callbacks(loss=1.0)
CLASSES = (TextClass.REMINDER, TextClass.CHANGE, TextClass.REPLY, TextClass.BULK)
TOO_SLOW = {
    "an answer that comes too late": Answer(hang=30.0),
    "no answer ever": Answer(manner=Manner.NEVER),
    "slow headers": Answer(manner=Manner.SLOW_HEADERS, pace=0.5),
    "a slow body": Answer(manner=Manner.SLOW_BODY, pace=0.5),
    "half closed": Answer(manner=Manner.HALF_CLOSE),
    "late, and then an error": Answer(503, hang=30.0),
}
"""Slow ones drip at half a byte a second of true time: no pause between two bytes is long."""
SLACK = 1.0
"""Seconds beyond its time that a request may stay open, for a machine that is busy."""


def unreachable(ground: Ground) -> Figures:
    """Nobody listens, the name is none, the other side speaks no TLS: nothing left the house: all is tried again."""
    with provided(ground, classes=CLASSES, pace=SHORT_GRACE) as house:
        plain = house.gateway.address
        ways = {
            "refused": plain,
            "no such name": "http://provider.invalid:80",
            "no TLS": plain.replace("http:", "https:"),
        }
        wrong: list[str] = []
        for name, address in ways.items():
            house.gateway.ways(refusing=name == "refused")
            house.by(house.channel(address))
            for _ in range(2):
                wrong += _nothing_begun(house, name)
        rounds = house.rows("SELECT min(attempts) AS least FROM message")[0].least
        house.gateway.ways(refusing=False)
        house.by(house.channel())
        drained = house.drain(60)
        figures = house.judged(drained=drained)
        wrong += [f"F-19: {often} {state}" for state, often in house.states().items() if state != State.ACCEPTED]
        if rounds <= ATTEMPTS_MAX:
            wrong.append(f"F-19: only {rounds} tries in vain: too few to tell whether they count")
    return {**figures, "rounds": rounds, "violations": [*figures["violations"], *wrong]}


def _nothing_begun(house: Provided, why: str) -> list[str]:
    """One try of every text, in vain; what of it left a doubt."""
    before = house.rows("SELECT sum(attempts) AS tried FROM message")[0].tried
    until = time.monotonic() + 30
    while house.rows("SELECT sum(attempts) AS tried FROM message")[0].tried < before + house.scene.texts_each:
        if time.monotonic() > until:
            return [f"F-19: {why}: not every text was tried"]
        house.worker.turn()
    unsure = house.rows("SELECT count(*) AS often FROM message WHERE state <> 'queued' OR doubtful > 0")[0].often
    return [f"F-19: {why}: {unsure} texts in doubt, though nothing left the house"] if unsure else []


def too_slow(ground: Ground) -> Figures:
    """Every slow answer once with and once without the text taken, and after them as many texts that shall not wait."""
    verdicts = [(name, accept) for name in TOO_SLOW for accept in (True, False)]
    with provided(ground, texts=2 * len(verdicts), pace=SHORT_GRACE) as house:
        of = {house.number(n): verdict for n, verdict in enumerate(verdicts)}
        house.script(
            *(
                Rule(Verdict(accept, _in_time(house, TOO_SLOW[name]), QUIET), number=number, nth=1)
                for number, (name, accept) in of.items()
            )
        )
        began = time.monotonic()
        house.send_all()
        took = time.monotonic() - began
        states = Counter((row.number in of, row.state) for row in house.rows("SELECT number, state FROM message"))
        drained = house.drain(60)
        figures = house.judged(drained=drained)
        longest = _longest(house)
        often = Counter(len(times) for times in tries(house.gateway).values())
        blind = too_soon(house)
    wrong = []
    if states != {(True, State.UNKNOWN): len(verdicts), (False, State.ACCEPTED): len(verdicts)}:
        wrong.append(f"F-20: {dict(states)} after the slow answers")
    if longest > house.total + SLACK:
        wrong.append(f"F-20: a request stayed open for {longest:.1f} s")
    if often != {1: len(verdicts) * 3 // 2, 2: len(verdicts) // 2}:
        wrong.append(f"F-20: texts by tries: {dict(often)}")
    if blind:
        wrong.append(f"F-20: tried again before the grace was over: {len(blind)}")
    return {
        **figures,
        "seconds_of_sending": round(took, 1),
        "longest_request": round(longest, 2),
        "violations": [*figures["violations"], *wrong],
    }


def _in_time(house: Provided, answer: Answer) -> Answer:
    """The answer, as slow as the house's time is fast."""
    return replace(answer, pace=answer.pace / house.fraction)


def _longest(house: Provided) -> float:
    """Seconds from a request's first bytes to its end, on whichever side it ended."""
    begun = {line["request"]: line["at"] for line in house.gateway.ledger("begun")}
    ended = {line["request"]: line["at"] for line in house.gateway.ledger("answered", "left")}
    return float(max(ended[request] - at for request, at in begun.items() if request in ended))
