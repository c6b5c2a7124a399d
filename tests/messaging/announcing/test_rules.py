"""What one person may text alone, and what an approval is bound to."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from messaging.announcing.rules import (
    ALONE_MAX,
    HOLD,
    Recipient,
    Wording,
    fingerprint,
    lapsed,
    needs_second,
    starts_at,
    tidy,
)
from messaging.texts.segments import measure

NOON = datetime(2026, 3, 2, 7, tzinfo=UTC)
numbers = st.integers(0, 10**9 - 1).map(lambda n: f"+923{n:09}")
recipients = st.lists(
    st.builds(
        Recipient,
        numbers,
        st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True).map(tuple),
        st.sampled_from(["en", "ur", "ur_latn"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda each: each.number,
)
wordings = st.dictionaries(st.sampled_from(["en", "ur", "ur_latn"]), st.text("abc ", min_size=1), min_size=1).map(
    Wording.of
)


@given(st.lists(st.integers(1, 400), max_size=60))
def test_however_acts_are_split_nobody_texts_more_than_the_limit_alone(acts):
    alone = 0
    for texts in acts:
        if not needs_second(texts, alone):
            alone += texts
    assert alone <= ALONE_MAX


def test_a_hundred_and_ten_sends_of_199_are_one_send_alone():
    alone = 0
    gone = 0
    for _ in range(110):
        if not needs_second(199, alone):
            alone, gone = alone + 199, gone + 1
    assert gone == 1


@given(recipients, wordings.filter(lambda each: each.texts), st.randoms(use_true_random=False))
def test_the_order_of_recipients_changes_no_fingerprint_and_anything_else_does(people, wording, random):
    mark = fingerprint(people, wording, None)
    shuffled = list(people)
    random.shuffle(shuffled)
    assert fingerprint(shuffled, wording, None) == mark
    assert fingerprint(people[1:], wording, None) != mark
    assert fingerprint(people, wording, NOON) != mark
    first = people[0]
    other = first._replace(person_ids=(*first.person_ids, 100))
    assert fingerprint([other, *people[1:]], wording, None) != mark
    louder = Wording({language: f"{text}!" for language, text in wording.texts.items()})
    assert fingerprint(people, louder, None) != mark


def test_the_hold_comes_first_and_a_later_hour_is_kept():
    assert starts_at(NOON, None) == NOON + HOLD
    assert starts_at(NOON, NOON + timedelta(minutes=1)) == NOON + HOLD
    assert starts_at(NOON, NOON + timedelta(hours=3)) == NOON + timedelta(hours=3)


def test_a_request_lapses_after_three_days():
    assert not lapsed(NOON, NOON + timedelta(days=2, hours=23))
    assert lapsed(NOON, NOON + timedelta(days=3))


def test_what_was_typed_loses_what_nobody_sees_and_what_makes_it_dear():
    typed = "  Kal \u201cchutti\u201d hai\u2026\u202e \r\n\r\n\r\n\r\nSab  aa\x00 jayen \u2013 shukria "
    assert tidy(typed) == 'Kal "chutti" hai...\n\nSab aa jayen - shukria'
    assert measure(tidy(typed)).encoding == "GSM-7"


@given(st.text())
def test_tidying_twice_is_tidying_once(text):
    assert tidy(tidy(text)) == tidy(text)


def test_who_reads_a_language_without_a_text_gets_the_first():
    wording = Wording.of({"en": "Come", "ur": "آئیں", "ur_latn": "  "})
    assert list(wording.texts) == ["ur", "en"]
    assert wording.language_for("ur_latn") == "ur"
    assert wording.language_for("en") == "en"
