"""Every text keeps its segments and its placeholders in every language, whatever the names."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.network.gardening import Watering
from messaging.texts.catalogue import (
    LANGUAGES,
    TooLong,
    UnknownText,
    WrongValues,
    compose,
    entry,
    keys,
    load,
    say,
    slots,
)
from messaging.texts.segments import fold, measure
from messaging.texts.values import PLACEHOLDERS, Called, Choice, Kind, Row, jsonable

RESERVED = (
    *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
    *("START", "YES", "UNSTOP", "HELP", "INFO"),
)
"""Words that providers take for themselves when they stand alone."""

LONG_IN_URDU = [
    "challenge_call_off",
    "challenge_message",
    "challenge_move",
    "challenge_move_time",
    "challenge_venue",
    "change_refused",
    "change_too_late",
    "code_locked",
    "code_new",
    "code_often",
    "code_rested",
    "code_shared",
    "command_failed",
    "example_which",
    "from_trainer",
    "hold_needs_code",
    "hold_wrong",
    "introduce_ask",
    "join_asked",
    "join_known",
    "join_near",
    "join_no_name",
    "join_no_school",
    "join_not_confirmed",
    "join_request",
    "join_welcome",
    "message_taken_back",
    "message_to_nobody",
    "message_too_long",
    "message_which",
    "move_clash_own",
    "move_clash_people",
    "move_clash_venue",
    "move_impossible",
    "move_past",
    "move_request",
    "move_same",
    "move_unclear",
    "move_when",
    "note_wrong_some",
    "peer_wants_phone",
    "peers_ask",
    "reinstated",
    "request_confirmed",
    "request_gone",
    "request_open_again",
    "request_refused",
    "school_asked",
    "school_moved",
    "school_same",
    "school_sent",
    "school_unknown",
    "stopped",
    "sure_done",
    "sure_done_later",
    "sure_late",
    "sure_missing",
    "sure_nothing",
    "sure_session_code",
    "sure_wrong",
    "too_many_to_tell",
    "turn_back_failed",
    "turned_back",
    "unknown_number",
    "venue_same",
    "venue_too_long",
    "venue_which",
    "tried_adapted",
]
"""Replies that put a question with choices, or say what was refused and what to do, in letters of which 70 fit."""
START = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .'-"
URDU = "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیے "
PASHTO = "ابپتټثجځچڅحخدډذرړزژږسشښصضطظعغفقکګلمنڼوهیېۍ "

names = st.sampled_from([LATIN, URDU, PASHTO]).flatmap(
    lambda letters: st.text(letters, min_size=1, max_size=40).filter(str.strip)
)
moments = st.integers(0, 2 * 365 * 24 * 4).map(lambda quarters: START + timedelta(minutes=15 * quarters))
people = st.builds(Called, names, st.sampled_from(["woman", "man", None]))
subjects = st.sampled_from(["maths", "languages", "science", "pedagogy", "parents"])
codes = st.integers(1000, 9999).map(str)
counts = st.integers(0, 99)
BY_KIND: Mapping[Kind, st.SearchStrategy[Any]] = {
    Kind.MOMENT: moments,
    Kind.SUBJECT: subjects,
    Kind.VENUE: names,
    Kind.PERSON: people,
    Kind.PHONE: st.just("+923451234567"),
    Kind.NUMBER: counts,
    Kind.NUMBERS: st.lists(st.integers(32, 99_999), min_size=1, max_size=30),
    Kind.ROWS: st.lists(st.builds(Row, st.integers(1, 99), names), min_size=1, max_size=80),
    Kind.CHOICES: st.lists(st.builds(Choice, codes, subjects, moments), min_size=1, max_size=3),
    Kind.PEOPLE: st.lists(people, min_size=2, max_size=3),
    Kind.PLACES: st.lists(names, min_size=1, max_size=3),
    Kind.COMMANDS: st.just(("HAZRI", "KAHAN")),
    Kind.ANSWER: st.sampled_from(["yes", "no", "unsure"]),
    Kind.CODE: codes,
    Kind.QUOTED: names,
    Kind.FREE: st.text("abc ہیں", min_size=1, max_size=40).filter(str.strip),
}
EVERY = [(language, key) for language in LANGUAGES for key in keys()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_keys_in_the_same_order(language: str) -> None:
    assert tuple(load(language).entries) == keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_names_the_same_values_in_each_language(language: str) -> None:
    assert [key for key in keys() if entry(key, language).placeholders != entry(key, "ur_latn").placeholders] == []


def test_every_placeholder_is_used_by_some_text() -> None:
    used = {name for key in keys() for name in entry(key, "ur_latn").placeholders}
    assert used == set(PLACEHOLDERS)


@pytest.mark.parametrize("key", keys())
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_no_name_of_one_to_forty_letters_makes_a_text_longer_than_it_declares(key: str, data: st.DataObject) -> None:
    values = {
        name: data.draw(BY_KIND[PLACEHOLDERS[name]], label=name) for name in sorted(entry(key, "en").placeholders)
    }
    for language in LANGUAGES:
        wanted = entry(key, language)
        said = compose(key, language, values)
        assert said.measure == measure(said.text), language
        assert said.measure.segments <= wanted.segments, language
        if load(language).speech.latin and not wanted.placeholders & {"words", "link"}:
            assert said.measure.encoding == "GSM-7", language


@cache
def longest_moment(language: str) -> datetime:
    """The start that is longest to say: a two-digit day, late in the evening, not on the hour."""
    evenings = [START + timedelta(days=day, hours=12, minutes=45) for day in range(366)]
    kakki = {"subject": "maths", "venue": "Kakki"}
    return max(evenings, key=lambda start: len(say("reminder_morning", language, start=start, **kakki)))


@pytest.mark.parametrize("letter", ["W", "ٹ ", "ښ"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_values_of_every_kind_at_once_still_fit(language: str, letter: str) -> None:
    longest = longest_moment(language)
    subject = max(load(language).speech.subjects, key=lambda known: len(load(language).speech.subjects[known]))
    name = (letter * 40)[:40].strip()
    largest: Mapping[Kind, Any] = {
        Kind.MOMENT: longest,
        Kind.SUBJECT: subject,
        Kind.VENUE: name,
        Kind.PERSON: Called(name, "woman"),
        Kind.PHONE: "+923451234567",
        Kind.NUMBER: 99,
        Kind.NUMBERS: [99_999] * 30,
        Kind.ROWS: [Row(99, name)] * 80,
        Kind.CHOICES: [Choice("4814", subject, longest)] * 3,
        Kind.PEOPLE: [Called(name, "woman")] * 3,
        Kind.PLACES: [name] * 3,
        Kind.COMMANDS: ("HAZRI", "KAHAN"),
        Kind.ANSWER: "unsure",
        Kind.CODE: "4814",
        Kind.QUOTED: name,
        Kind.FREE: "w" * 40,
    }
    for key in keys():
        wanted = entry(key, language)
        said = compose(key, language, {slot: largest[PLACEHOLDERS[slot]] for slot in wanted.placeholders})
        assert said.measure.segments <= wanted.segments, key


LONG_NAMES = (
    "Muhammad Abdul Rahman Khan Yousafzai Mohmand",
    "GOVT. GIRLS HIGHER SECONDARY SCHOOL NO.2 MW",
    "Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
    "محمد عبد الرحمان خان یوسفزئی ککی بازار نمبر دو",
    "گورنمنٹ گرلز پرائمری سکول شمشتو کیمپ بنوں شہر",
    "“Zāhid’s – Ẁāḥíd…” ‘Kōṭ’ “Zāhid’s – Ẁāḥíd…” ‘’",
)
"""Latin and Urdu names, full of gaps or of none, and one whose every mark and letter is typographic."""


@pytest.mark.parametrize("key", keys())
def test_names_of_every_length_from_one_to_forty_keep_the_declared_segments(key: str) -> None:
    for language in LANGUAGES:
        _keeps_its_segments(key, language)


def _keeps_its_segments(key: str, language: str) -> None:
    wanted = entry(key, language)
    named = {slot for slot in wanted.placeholders if PLACEHOLDERS[slot] in NAMED}
    plain_latin = load(language).speech.latin and not wanted.placeholders & {"words", "link"}
    for letters in LONG_NAMES if named else ():
        for length in range(1, 41):
            name = letters[:length].strip()
            values = {
                slot: _named(slot, name) if slot in named else SOME[PLACEHOLDERS[slot]] for slot in wanted.placeholders
            }
            said = compose(key, language, values)
            assert said.measure.segments <= wanted.segments, (length, letters)
            assert said.text == fold(said.text)
            assert not plain_latin or said.measure.encoding == "GSM-7", said.text


NAMED = (Kind.VENUE, Kind.PERSON, Kind.ROWS, Kind.PLACES, Kind.PEOPLE, Kind.QUOTED)
SOME: Mapping[Kind, Any] = {
    Kind.MOMENT: datetime(2026, 9, 23, 15, 45, tzinfo=UTC),
    Kind.SUBJECT: "pedagogy",
    Kind.PHONE: "+923451234567",
    Kind.NUMBER: 31,
    Kind.NUMBERS: [5, 9, 31],
    Kind.CHOICES: [Choice("4814", "maths", START), Choice("5127", "science", START)],
    Kind.COMMANDS: ("KAHAN", "KAUN"),
    Kind.ANSWER: "unsure",
    Kind.CODE: "4814",
    Kind.FREE: "Ji, gari adda per rukay gi.",
}
"""What stands beside the names."""


def _named(slot: str, name: str) -> Any:
    one: Mapping[Kind, Any] = {
        Kind.VENUE: name,
        Kind.QUOTED: name,
        Kind.PERSON: Called(name, "woman"),
        Kind.PEOPLE: [Called(name, "woman"), Called(name, "man"), Called(name)],
        Kind.ROWS: [Row(number, name) for number in (3, 7, 19, 31)],
        Kind.PLACES: [name] * 3,
    }
    return one[PLACEHOLDERS[slot]]


def test_only_words_and_names_of_people_a_link_and_a_few_texts_in_urdu_script_may_take_two_segments() -> None:
    own_words = {(language, key) for language in LANGUAGES for key in ("staff_reply", "sign_in_link", "answers_saved")}
    relayed = (
        "from_trainer",
        "note_read",
        "note_digest",
        "note_taken_in",
        "note_not_taken_in",
        "note_travels",
        "note_travels_named",
        "peer_question",
        "trainer_question",
        "trainer_asked",
        *(f"water_{kind}" for kind in Watering),
    )
    own_words |= {
        (language, key) for language in LANGUAGES for key in (*relayed, "answer_passed_on", "answer_passed_on_trainer")
    }
    changes = ("moved", "moved_lead", "handed_over", "handed_over_more")
    urdu = (*changes, "attendance_taken", "attendance_changed", "attendance_proposed", *LONG_IN_URDU)
    two = {(language, key): entry(key, language).segments for language, key in EVERY}
    assert {each for each, segments in two.items() if segments != 1} == own_words | {("ur", key) for key in urdu}
    assert max(two.values()) == 2


def test_braces_written_by_a_person_stay_as_they_are() -> None:
    assert say("staff_reply", "en", words="{name} %s {0} {words}") == "Answer from the office: {name} %s {0} {words}"


def test_a_value_too_few_or_too_many_is_an_error_that_names_it() -> None:
    with pytest.raises(WrongValues, match=r"missing \['venue'\]"):
        say("reminder_morning", "en", subject="maths", start=START)
    with pytest.raises(WrongValues, match=r"not named by the text \['word'\]"):
        say("opted_out", "en", word="x")


def test_an_unknown_key_or_language_is_an_error() -> None:
    with pytest.raises(UnknownText):
        say("no_such_text", "en")
    with pytest.raises(UnknownText):
        say("opted_out", "fr")


def test_words_of_a_person_are_never_cut_but_refused() -> None:
    with pytest.raises(TooLong):
        say("staff_reply", "ur_latn", words="a" * 400)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs its zone"):
        say("reminder_morning", "en", subject="maths", start=START.replace(tzinfo=None), venue="GPS Kakki")


@pytest.mark.parametrize(
    ("language", "hours", "said"),
    [
        ("ur_latn", 5, "Aaj Maths training: Hafta 14 March, 10 bajay, Kakki. Rasta: KAHAN"),
        ("ur_latn", 8.5, "Aaj Maths training: Hafta 14 March, 1:30 bajay, Kakki. Rasta: KAHAN"),
        ("ur_latn", 15, "Aaj Maths training: Hafta 14 March, raat 8 bajay, Kakki. Rasta: KAHAN"),
        ("ur_latn", 1, "Aaj Maths training: Hafta 14 March, subah 6 bajay, Kakki. Rasta: KAHAN"),
        ("en", 5, "Today: Maths training Sat 14 March 10am, Kakki. Directions: WHERE"),
        ("en", 7, "Today: Maths training Sat 14 March 12pm, Kakki. Directions: WHERE"),
        ("en", 8.5, "Today: Maths training Sat 14 March 1:30pm, Kakki. Directions: WHERE"),
        ("en", 19, "Today: Maths training Sun 15 March 12am, Kakki. Directions: WHERE"),
        ("ur", 5, "آج ریاضی تربیت: ہفتہ 14 مارچ 10 بجے، Kakki۔ راستہ: کہاں"),
    ],
)
def test_a_day_is_said_with_its_date_and_the_hour_in_karachi(language: str, hours: float, said: str) -> None:
    midnight = datetime(2026, 3, 14, tzinfo=UTC)
    start = midnight + timedelta(hours=hours)
    assert say("reminder_morning", language, subject="maths", start=start, venue="Kakki") == said


def test_values_kept_as_json_say_the_same() -> None:
    values = {
        "code": "4814",
        "subject": "maths",
        "start": START,
        "present": 28,
        "absent": [Row(3, "Gul Zaman"), Row(7, "Noor")],
    }
    kept = json.loads(json.dumps(jsonable(values)))
    assert say("attendance_taken", "ur_latn", **kept) == say("attendance_taken", "ur_latn", **values)
    asked = {"people": [Called("Shaista", "woman"), Called("Usman")]}
    assert say("which_person", "en", **json.loads(json.dumps(jsonable(asked)))) == say("which_person", "en", **asked)


def test_a_long_venue_is_said_as_people_shorten_it() -> None:
    text = say(
        "invitation",
        "ur_latn",
        subject="maths",
        start=START,
        venue="Government Girls Primary School Kakki Bazar",
        help_number="+923451234567",
    )
    assert text.startswith("Maths training: Hafta 14 March, 10 bajay, GGPS Kakki Bazar. Kya aap aayenge?")
    assert measure(text).segments == 1


def test_a_name_in_another_script_does_not_halve_the_text() -> None:
    text = say("answer_yes", "ur_latn", name=Called("گل زمان", "man"), start=START, venue="GPS ککی")
    assert (measure(text).encoding, measure(text).segments) == ("GSM-7", 1)
    assert "GPS Kaki" in text


def test_a_quoted_word_in_another_script_is_left_out_rather_than_guessed() -> None:
    assert say("attendance_unread", "ur_latn", code="4814", word="بیس").startswith("4814: poora samajh nahi aaya.")


def test_without_a_value_the_wording_that_does_without_it_is_taken() -> None:
    assert say("next_training", "en", subject="maths", start=START, venue="Kakki", code=None) == (
        "Next training: Maths, Sat 14 March 10am, Kakki. Directions: WHERE"
    )
    with pytest.raises(WrongValues, match="no wording goes without"):
        say("next_training", "en", subject=None, start=START, venue="Kakki", code="4814")


def test_many_absent_are_named_as_far_as_they_fit_then_numbered_then_counted() -> None:
    def taken(absent: int) -> str:
        rows = [Row(number, "Shaista") for number in range(1, absent + 1)]
        return say("attendance_taken", "ur_latn", code="4814", subject="maths", start=START, present=1, absent=rows)

    assert "1 Shaista, 2 Shaista, 3 Shaista" in taken(3)
    assert re.search(r"\(1 Shaista, (?:\d+ Shaista, )*\d+, \d+", taken(14))
    assert re.search(r"60 ghair hazir \(1, 2, .*\+\d+\)", taken(60))


def test_a_second_segment_is_used_only_where_a_person_allowed_it() -> None:
    values = {"subject": "maths", "start": START, "venue": "GPS Kakki", "help_number": "+923451234567"}
    assert compose("invitation", "ur", values).measure.segments == 1
    assert compose("invitation", "ur", values, segments=2).text.endswith("3 پتہ نہیں۔ مدد: 0345-1234567")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_tells_people_to_send_a_word_that_providers_take_for_themselves(language: str) -> None:
    reserved = "|".join(RESERVED)
    for wording in (wording for key in keys() for wording in entry(key, language).wordings):
        saved = re.sub(r"Saved: (?:YES|NO)\b", "", wording)
        assert not re.findall(rf"\b(?:{reserved})\b", saved)
        assert not re.findall(rf"(?i)(?:send|text|reply|write|likhein|bhejein):? (?:{reserved})\b", saved)


@pytest.mark.parametrize("language", LANGUAGES)
def test_shorter_wordings_name_nothing_new(language: str) -> None:
    for key in keys():
        wordings = entry(key, language).wordings
        assert len(set(wordings)) == len(wordings), key
        assert all(slots(wording) <= slots(wordings[0]) for wording in wordings), key
