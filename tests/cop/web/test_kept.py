"""A page that is kept is made once a minute, and only if it is worth it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

from cop.web.kept import AGE, Kept

AT = datetime(2026, 3, 2, 7, tzinfo=UTC)


def test_a_kept_page_is_made_anew_when_it_is_old_or_the_clock_was_moved() -> None:
    kept, made = Kept(), count(1)
    ages = (timedelta(), AGE / 2, AGE, AGE + AGE / 2, -AGE)
    assert [kept.get("home", AT + age, lambda: next(made), lambda _: True) for age in ages] == [1, 1, 2, 2, 3]


def test_what_is_not_worth_it_is_never_kept_and_keys_are_kept_apart() -> None:
    kept, made = Kept(), count(1)
    assert [kept.get("home", AT, lambda: next(made), lambda _: False) for _ in range(3)] == [1, 2, 3]
    assert [kept.get(key, AT, lambda: next(made), lambda _: True) for key in "abab"] == [4, 5, 4, 5]


def test_many_who_ask_at_once_get_one_page() -> None:
    kept, made = Kept(), count(1)
    with ThreadPoolExecutor(16) as crowd:
        pages = list(crowd.map(lambda _: kept.get("home", AT, lambda: next(made), lambda _: True), range(64)))
    assert set(pages) == {1}


def test_a_change_forgets_everything_and_what_was_worked_out_meanwhile_is_not_kept() -> None:
    kept, made = Kept(), count(1)

    def overtaken() -> int:
        kept.clear()
        return next(made)

    assert kept.get("home", AT, lambda: next(made), lambda _: True) == 1
    kept.clear()
    assert kept.get("home", AT, overtaken, lambda _: True) == 2
    assert kept.get("home", AT, lambda: next(made), lambda _: True) == 3


def test_whatever_people_ask_for_no_key_outlives_its_minute() -> None:
    kept = Kept()
    for number in range(50):
        kept.get(("week", number), AT, lambda: "page", lambda _: True)
    kept.get("home", AT + AGE, lambda: "page", lambda _: True)
    assert (list(kept._found), len(kept._locks)) == (["home"], 1)
