"""What a night finds out: each person's place in the whole network, and clusters and circles exactly, from arrays."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cop.network.arrays import Events, Places, Ties
from cop.network.engine import Engine, kernels, leiden
from cop.network.graph import Happened, People
from cop.network.measures import articulation_points
from cop.network.whole import betweenness_from_pivots, brokerage, cores, reach_of_everyone

DAMPING = 0.85
CONVERGED = 1e-8
MOST_STEPS = 1_000


def whole_network(
    people: People, given: Happened, seed: int, engine: Engine = Engine.AUTO
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Person, her path and her figures, for everybody who takes part.

    `core` is 1 in the core of her place, 0 in its periphery, -1 where both are as good; `constraint` is missing where
    she has no tie; betweenness stands on one pivot of each place, `betweenness_error` is its standard error.
    """
    persons = len(people)
    if not persons:
        return
    places = Places.of(np.diff(people.starts))
    events = Events.of(given.src, given.dst, given.at, given.kind)
    ties = events.ties(persons)
    by = kernels(engine)
    even = np.full(persons, 1 / persons)
    rank, _ = by.pagerank(ties, DAMPING, even, even, even, CONVERGED, MOST_STEPS)
    between = betweenness_from_pivots(ties, places, seed, engine)
    columns: dict[str, NDArray[Any]] = {
        "in_degree": ties.in_degree,
        "out_degree": ties.out_degree,
        "pagerank": rank,
        "constraint": by.constraint(ties, False),
        "core_number": by.core_number(ties, False),
        "betweenness": between.value,
        "betweenness_error": between.error,
        "core": cores(ties, places).member,
        "community": leiden(ties.both.ties, seed)[0],
        "reach": reach_of_everyone(events, persons, engine),
    }
    roles = brokerage(ties, places.group, engine)
    told = {name: column.tolist() for name, column in columns.items()}
    for n, (person, roles_of) in enumerate(zip(people.ids.tolist(), roles.tolist(), strict=True)):
        figures = {name: values[n] for name, values in told.items() if not _unknown(values[n])}
        yield person, people.paths[people.place[n]], {**figures, "brokerage": roles_of}


def small_place(ties: Ties, ids: Sequence[int], engine: Engine = Engine.AUTO) -> dict[str, Any]:
    """A cluster or circle exactly; persons by their ids."""
    persons, by = ties.persons, kernels(engine)
    alone = np.zeros(persons, np.int32)
    between = by.betweenness(ties, np.arange(persons), np.ones(persons), alone, 1)[0].tolist()
    holes, shells = by.constraint(ties, False).tolist(), by.core_number(ties, False).tolist()
    core = cores(ties, Places.of([persons])).member.tolist()
    cut = articulation_points(ties.graph())
    figures = {
        str(person): {
            "betweenness": between[n],
            "constraint": None if math.isnan(holes[n]) else holes[n],
            "core_number": shells[n],
            "core": None if core[n] < 0 else core[n] == 1,
            "articulation": n in cut,
        }
        for n, person in enumerate(ids)
    }
    return {
        "persons": figures,
        "ties": ties.arcs,
        "reciprocity": float(by.mutual(ties).sum() / ties.arcs) if ties.arcs else None,
        "isolates": int((ties.out_degree + ties.in_degree == 0).sum()),
        "components": int(by.components(ties).max(initial=-1)) + 1,
    }


def touched(paths: Iterable[str]) -> list[str]:
    """The clusters and circles that places lie in or are, in order: those whose ties may have changed."""
    found = set()
    for path in paths:
        steps = path.rstrip(".").split(".")
        found |= {"".join(f"{step}." for step in steps[:many]) for many in (2, 3) if len(steps) >= many}
    return sorted(found)


def _unknown(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
