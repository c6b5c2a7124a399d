"""Who gets a free place: never more than the room holds, in order, no school emptied, no place twice."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from clusters.cascade.rules import may_be_away
from clusters.training.seats import Room, Waiter, next_row, next_seated

schools = st.none() | st.integers(1, 6)
rooms = st.builds(
    Room,
    st.integers(0, 12),
    st.lists(schools, max_size=14).map(tuple),
    st.dictionaries(st.integers(1, 6), st.integers(1, 4)),
)
lists = st.lists(schools, max_size=12).map(lambda homes: [Waiter(number, home) for number, home in enumerate(homes, 1)])


@settings(deadline=None, max_examples=60)
@given(rooms, lists)
def test_nobody_is_seated_beyond_the_capacity(room: Room, waiting: list[Waiter]) -> None:
    assert len(next_seated(waiting, room)) <= max(room.capacity - len(room.seated), 0)


@settings(deadline=None, max_examples=60)
@given(rooms, lists)
def test_the_order_of_waiting_is_kept_and_each_is_seated_once(room: Room, waiting: list[Waiter]) -> None:
    chosen = next_seated(waiting, room)
    assert chosen == [each for each in waiting if each in chosen]
    assert len(set(chosen)) == len(chosen)


@settings(deadline=None, max_examples=60)
@given(rooms, lists)
def test_no_school_is_emptied_by_who_is_seated_from_the_list(room: Room, waiting: list[Waiter]) -> None:
    before = Counter(room.seated)
    after = before + Counter(each.school_id for each in next_seated(waiting, room))
    for school, sent in after.items():
        if school is not None and sent > before[school]:
            assert sent <= may_be_away(room.staff.get(school, 1))


@settings(deadline=None, max_examples=60)
@given(rooms, lists)
def test_a_place_stays_free_only_when_nobody_who_waits_may_take_it(room: Room, waiting: list[Waiter]) -> None:
    chosen = next_seated(waiting, room)
    if len(chosen) < room.free:
        sent = Counter(room.seated) + Counter(each.school_id for each in chosen)
        assert not any(room.may_send(each.school_id, sent) for each in waiting if each not in chosen)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 90), unique=True))
def test_a_newcomer_gets_a_row_that_nobody_ever_had(rows: list[int]) -> None:
    assert next_row(rows) not in rows
    assert next_row(rows) == max(rows, default=0) + 1
