"""How a note travelled: its path comes out of its events exactly, whatever happened, in whatever order it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cop.knowledge.travels import Arrival, Came, Event, EventKind, Travel, circle_of, giver, travel_of

BEGAN = datetime(2026, 3, 1, 6, tzinfo=UTC)
CLUSTERS = tuple(f"B{block}.C{circle:02}.L{ltrc}." for block in (1, 2) for circle in (1, 2, 3) for ltrc in (1, 2, 3))


def at(days: float) -> datetime:
    return BEGAN + timedelta(days=days)


@dataclass
class World:
    """What truly happened to one note, and the events that were written of it."""

    rng: Random
    knows: dict[str, Arrival] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    strokes: list[tuple[datetime, str, str]] = field(default_factory=list)
    grown: list[int] = field(default_factory=list)
    when: datetime = BEGAN
    key: int = 0

    def write(self, home: str) -> None:
        self.knows[home] = Arrival(home, self.when, Came.WRITTEN)
        self.events.append(Event(self.when, EventKind.WRITTEN, home, 1))

    def happen(self) -> None:
        """One thing more, later than all before: a passing on from who knows, a trial, an adaptation, a proposal."""
        self.when += timedelta(minutes=self.rng.randint(1, 5000))
        self.key += 1
        kind = self.rng.choice((EventKind.PASSED_ON, EventKind.PASSED_ON, EventKind.TRIED, EventKind.ADAPTED,
                                EventKind.PROPOSED))  # fmt: skip
        if kind is EventKind.PASSED_ON:
            source = self.rng.choice(sorted(self.knows))
            to = tuple(self.rng.sample(CLUSTERS, self.rng.randint(1, 5)))
            self.events.append(Event(self.when, kind, source, self.key, to))
            for each in to:
                if each != source:
                    self.strokes.append((self.when, source, each))
                self.knows.setdefault(each, Arrival(each, self.when, Came.PASSED_ON, source, self.key))
            return
        there = self.rng.choice(CLUSTERS)
        self.events.append(Event(self.when, kind, there, self.key))
        if kind is EventKind.PROPOSED:
            return
        self.knows.setdefault(there, Arrival(there, self.when, Came.HEARD))
        if kind is EventKind.ADAPTED:
            self.grown.append(self.key)


@given(st.integers(0, 2**32), st.integers(0, 60))
def test_a_path_is_what_truly_happened_in_whatever_order_its_events_are_read(seed: int, steps: int) -> None:
    world = World(Random(seed))
    world.write(world.rng.choice(CLUSTERS))
    for _ in range(steps):
        world.happen()
    world.rng.shuffle(world.events)
    travel = travel_of(world.events)
    assert {each.cluster: each for each in travel.arrivals} == world.knows
    assert [each.at for each in travel.arrivals] == sorted(each.at for each in travel.arrivals)
    assert sorted((each.at, each.source, each.to) for each in travel.strokes) == sorted(world.strokes)
    assert [each.key for each in travel.grown] == world.grown


def any_event() -> st.SearchStrategy[Event]:
    """Anything at all, at few instants, so that much falls together; also passings on from where nothing is known."""
    few = st.sampled_from(CLUSTERS[:5])
    return st.builds(
        Event,
        st.integers(0, 4).map(at),
        st.sampled_from(EventKind),
        few,
        st.integers(1, 9),
        st.lists(few, max_size=3, unique=True).map(tuple),
    )


def earlier(travel: Travel, arrival: Arrival) -> Mapping[str, Arrival]:
    return {each.cluster: each for each in travel.arrivals if each.at < arrival.at or each.came is Came.WRITTEN}


@given(st.lists(any_event(), max_size=25), st.randoms())
def test_no_cluster_passes_a_note_on_before_it_has_it(events: list[Event], rng: Random) -> None:
    travel = travel_of(events)
    for each in travel.arrivals:
        if each.source:
            assert each.source in earlier(travel, each), "a source has the note before what came from it"
            assert each.came is Came.PASSED_ON
    firsts = {each.cluster: each.at for each in travel.arrivals}
    assert all(firsts[each.source] <= each.at for each in travel.strokes)
    shuffled = list(events)
    rng.shuffle(shuffled)
    assert travel_of(shuffled) == travel


def test_what_happens_at_one_instant_does_not_chain() -> None:
    a, b, c = CLUSTERS[:3]
    travel = travel_of(
        (
            Event(at(0), EventKind.WRITTEN, a, 1),
            Event(at(3), EventKind.PASSED_ON, b, 1, (c,)),
            Event(at(3), EventKind.PASSED_ON, a, 2, (b,)),
        )
    )
    assert [(each.cluster, each.came, each.source) for each in travel.arrivals] == [
        (a, Came.WRITTEN, ""),
        (c, Came.HEARD, ""),
        (b, Came.PASSED_ON, a),
    ]


def test_a_note_may_be_passed_on_at_the_instant_of_its_writing() -> None:
    a, b = CLUSTERS[:2]
    travel = travel_of((Event(at(0), EventKind.PASSED_ON, a, 7, (a, b)), Event(at(0), EventKind.WRITTEN, a, 1)))
    assert travel.arrivals == (Arrival(a, at(0), Came.WRITTEN), Arrival(b, at(0), Came.PASSED_ON, a, 7))
    assert (travel.clusters, travel.circles) == (2, 1)


def test_what_a_trainer_wrote_comes_to_clusters_without_a_source() -> None:
    trainers_circle, a = "B1.C01.", CLUSTERS[0]
    travel = travel_of(
        (
            Event(at(0), EventKind.WRITTEN, trainers_circle, 1),
            Event(at(2), EventKind.PASSED_ON, trainers_circle, 4, (a,)),
        )
    )
    assert travel.arrivals == (Arrival(a, at(2), Came.PASSED_ON, "", 4),)
    assert travel.strokes == ()


def test_a_note_is_given_by_the_nearest_that_has_had_it_longest() -> None:
    home, beside, far = "B1.C01.L1.", "B1.C01.L2.", "B2.C04.L1."
    travel = travel_of(
        (
            Event(at(0), EventKind.WRITTEN, home, 1),
            Event(at(1), EventKind.PASSED_ON, home, 1, (beside,)),
            Event(at(2), EventKind.PASSED_ON, home, 2, (far,)),
        )
    )
    assert giver(travel, "B1.C01.L3.", at(5)) == home
    assert giver(travel, "B2.C04.L2.", at(5)) == far
    assert giver(travel, "B2.C04.L2.", at(2)) == home
    assert giver(travel, "B3.C01.L1.", at(5)) == home
    assert giver(travel_of(()), home, at(5)) == ""
    assert circle_of(home) == "B1.C01."
