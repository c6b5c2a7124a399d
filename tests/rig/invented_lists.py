"""Random lists of schools, small and various, for a judge of plans: a seed gives a list, its sizes and its longest way.

Most have clusters of a few schools, so that a thousand take minutes; every fifteenth has those of the rules, 25 to 35.
"""

import random
from dataclasses import dataclass
from typing import Any

TRUE_SIZES = (25, 35)


@dataclass(frozen=True)
class Invented:
    """Schools as a file holds them, the smallest and largest cluster, and the way nobody should go beyond."""

    schools: list[dict[str, Any]]
    sizes: tuple[int, int]
    longest: float | None


def invented(seed: int) -> Invented:
    """One to three strata of any size: villages, spots shared by many, places unknown, schools that cannot host."""
    rng = random.Random(seed)
    large = seed % 15 == 14
    low = rng.randint(2, 7)
    sizes = TRUE_SIZES if large else (low, low + rng.randint(0, 5))
    most = 110 if large else 4 * sizes[1]
    schools = []
    for stratum in rng.choice([("",), ("a", "b"), ("a", "b", "c")]):
        villages = [(34 + rng.random(), 71 + rng.random()) for _ in range(3)]
        lacking, unable = rng.choice([0.0, 0.0, 0.1, 0.6]), rng.choice([0.0, 0.0, 0.2, 0.9])
        spread = rng.choice([0.0, 0.02, 0.5])
        for number in range(rng.randint(1, most)):
            village = rng.randrange(3)
            lost = rng.random() < lacking
            schools.append(
                {
                    "code": f"{stratum}{number:03}",
                    "lat": None if lost else villages[village][0] + spread * rng.random(),
                    "lon": None if lost else villages[village][1] + spread * rng.random(),
                    "stratum": stratum,
                    "area": rng.choice([f"{stratum} village {village}", ""]),
                    "can_host": rng.random() >= unable,
                }
            )
    return Invented(schools, sizes, rng.choice([None, None, 3.0]))


def invented_for_all_plans(seed: int) -> Invented:
    """At most twelve schools of one stratum, so that every plan can be looked at."""
    rng = random.Random(seed)
    low = rng.randint(2, 3)
    sizes, parts = (low, low + rng.randint(0, 2)), rng.randint(1, 3)
    many = rng.randint(parts * sizes[0], min(parts * sizes[1], 12 if parts < 3 else 9))
    spots = [(34 + rng.random(), 71 + rng.random()) for _ in range(rng.choice([2, many, many]))]
    unable = rng.choice([0.0, 0.3])
    lost = rng.choice([0, 0, many // 6])
    schools = []
    for number in range(many):
        lat, lon = rng.choice(spots) if len(spots) < many else spots[number]
        known = number >= lost
        schools.append(
            {
                "code": str(number),
                "lat": lat if known else None,
                "lon": lon if known else None,
                "stratum": "",
                "area": "one",
                "can_host": known and (number >= many - parts - 1 or rng.random() >= unable),
            }
        )
    return Invented(schools, sizes, None)
