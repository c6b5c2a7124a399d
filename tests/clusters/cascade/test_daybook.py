"""The day book: runs of days, bookings and monthly caps."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clusters.cascade.daybook import DayBook

# Thursday, Saturday, then a week of holidays, Monday to Wednesday.
DAYS = [date(2026, 12, 3), date(2026, 12, 5), *(date(2026, 12, 14) + timedelta(days=step) for step in range(3))]


def starts(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def test_a_module_begins_only_where_its_days_follow_closely() -> None:
    book = DayBook(DAYS, longest_pause=4)
    assert starts(book.runs(1)) == [0, 1, 2, 3, 4]
    assert starts(book.runs(2)) == [0, 2, 3]
    assert starts(book.runs(3)) == [2]
    assert starts(book.runs(6)) == []


def test_a_booking_blocks_every_start_that_would_touch_it_until_it_is_freed() -> None:
    book = DayBook(DAYS, longest_pause=4)
    room = book.add(None)
    book.book([room], 3, 1)
    assert starts(book.blocked(room, 1)) == [3]
    assert starts(book.blocked(room, 2)) == [2, 3]
    assert book.days_of(room) == 1
    book.free([room], 3, 1)
    assert book.blocked(room, 2) == 0


def test_a_full_month_is_blocked_and_the_next_one_is_not() -> None:
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2), date(2027, 1, 4)]
    book = DayBook(days, longest_pause=4)
    teacher = book.add(1)
    book.book([teacher], 1, 1)
    assert starts(book.blocked(teacher, 1)) == [1, 2]
    assert not book.under_cap(teacher, 0, 2)
    assert book.under_cap(teacher, 0, 1)
    assert book.under_cap(teacher, 3, 1)


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 3)), max_size=30), st.integers(1, 10))
def test_booking_what_is_free_never_passes_the_cap_and_freeing_it_leaves_nothing(
    wishes: list[tuple[int, int]], cap: int
) -> None:
    days = [date(2026, 12, 1) + timedelta(days=step) for step in range(90)]
    book = DayBook(days, longest_pause=1)
    person = book.add(cap)
    booked: list[tuple[int, int]] = []
    for start, length in wishes:
        free = book.runs(length) & ~book.blocked(person, length)
        if free >> start & 1 and book.under_cap(person, start, length):
            book.book([person], start, length)
            booked.append((start, length))
    taken = [days[start + step] for start, length in booked for step in range(length)]
    assert len(set(taken)) == len(taken) == book.days_of(person)
    months = [(day.year, day.month) for day in taken]
    assert all(months.count(month) <= cap for month in months)
    for start, length in booked:
        book.free([person], start, length)
    assert (book.days_of(person), book.blocked(person, 1)) == (0, 0)
