"""F-01 to F-12: workers die at every point of sending, and anywhere; nothing is lost, nothing goes twice."""

from collections import Counter

from tests.rig.ground import Figures, Ground, judged
from tests.rig.invariants import Expected
from tests.rig.killer import MIXED, POINTS, Killer, Told
from tests.rig.scene import Scene


def deaths(size: int) -> Counter[str]:
    """Of so many deaths more than half at the points, as many at each, and the others anywhere."""
    each = max(1, size * 12 // 22 // len(POINTS))
    return Counter({**dict.fromkeys(POINTS, each), MIXED: max(0, size - each * len(POINTS))})


def kills(ground: Ground) -> Figures:
    """So many deaths."""
    scene = Scene(ground.settings())
    told = Killer(scene, ground.seed).run(deaths(ground.size))
    return summary(ground, scene, told, 0)


def blind(ground: Ground) -> Figures:
    """The control: workers that do not ask before they send again must be caught."""
    scene = Scene(ground.settings(), blind=True)
    told = Killer(scene, ground.seed).run(Counter({"http.after_response": ground.size}))
    return summary(ground, scene, told, 0)


def summary(ground: Ground, scene: Scene, told: Told, extra: int) -> Figures:
    """Deaths by point beside what became of the texts."""
    expected = Expected(planned=scene.keys(told.shares), extra=extra, drained=told.drained)
    return {
        "kills": told.died.total(),
        "kills_by_point": dict(sorted(told.died.items())),
        "kills_a_second": round(told.died.total() / told.seconds, 1),
        "seconds": round(told.seconds, 1),
        "drained_in": round(told.drained_in, 1),
        "workers_that_failed_otherwise": told.failed,
        **judged(ground, scene.url, expected),
    }
