"""F-01 to F-12: workers die at every point of sending, and anywhere; nothing is lost, nothing goes twice."""

from collections import Counter

from tests.rig.gateway.client import Gateway
from tests.rig.gateway.verdicts import Answer, Callbacks, Manner, Rule, Verdict
from tests.rig.ground import Figures, Ground, judged, taken
from tests.rig.invariants import Expected
from tests.rig.killer import MIXED, POINTS, Killer, Told
from tests.rig.scene import TOTAL, Scene


def deaths(size: int) -> Counter[str]:
    """Of so many deaths more than half at the points, as many at each, and the others anywhere."""
    each = max(1, size * 12 // 22 // len(POINTS))
    return Counter({**dict.fromkeys(POINTS, each), MIXED: max(0, size - each * len(POINTS))})


def faults(callbacks: Callbacks) -> list[Rule]:
    """Of a hundred requests eleven go wrong, in the ways in which a lost answer is ambiguous and in those it is not."""
    late = TOTAL * 1.5

    def rule(chance: float, accept: bool, answer: Answer) -> Rule:
        return Rule(Verdict(accept, answer, callbacks), probability=chance)

    return [
        rule(0.03, False, Answer(429, code=20429)),
        rule(0.02, False, Answer(500)),
        rule(0.02, True, Answer(500)),
        rule(0.01, True, Answer(201, hang=late)),
        rule(0.02, True, Answer(manner=Manner.DROP)),
        rule(0.01, True, Answer(503, hang=late)),
        Rule(Verdict(callbacks=callbacks)),
    ]


def kills(ground: Ground) -> Figures:
    """So many deaths, while the provider does its worst: `loss` of its reports, its list `lag` seconds late."""
    loss, lag = float(ground.options.get("loss", 1)), float(ground.options.get("lag", 0))
    with ground.provided(*faults(Callbacks(loss=loss)), list_lag=lag) as (settings, gateway):
        scene = Scene(settings)
        told = Killer(scene, ground.seed).run(deaths(ground.size))
        gateway.script()
        gateway.flush()
        shortest = min(scene.pace.grace.values()).total_seconds()
        extra = scene.pace.in_flight * told.died.total() if lag >= shortest else 0
        return summary(ground, scene, told, extra, gateway)


def blind(ground: Ground) -> Figures:
    """The control: workers that do not ask before they send again must be caught."""
    with ground.provided(*faults(Callbacks(loss=1))) as (settings, gateway):
        scene = Scene(settings, blind=True)
        told = Killer(scene, ground.seed).run(Counter({"http.after_response": ground.size}))
        return summary(ground, scene, told, 0, gateway)


def summary(ground: Ground, scene: Scene, told: Told, extra: int, gateway: Gateway) -> Figures:
    """Deaths by point beside what became of the texts."""
    expected = Expected(planned=scene.keys(told.shares), extra=extra, drained=told.drained)
    return {
        "kills": told.died.total(),
        "kills_by_point": dict(sorted(told.died.items())),
        "kills_a_second": round(told.died.total() / told.seconds, 1),
        "seconds": round(told.seconds, 1),
        "drained_in": round(told.drained_in, 1),
        "workers_that_failed_otherwise": told.failed,
        **judged(ground, scene.url, expected, taken(gateway)),
    }
