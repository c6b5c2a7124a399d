"""Each text in each language stands in a file as a teacher reads it; `README.md` here says how to renew them."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from messaging.texts.catalogue import LANGUAGES, compose, entry, keys
from messaging.texts.values import PLACEHOLDERS, Called, Choice, Row

GOLDEN = Path(__file__).parent / "golden"
UNREAD = "Read by: nobody yet"
FIRST = datetime(2026, 3, 14, 5, 0, tzinfo=UTC)
THEN = datetime(2026, 3, 21, 5, 0, tzinfo=UTC)
VENUE = {"en": "GPS Kakki", "ur": "ککی", "ur_latn": "GPS Kakki"}

ORDINARY: Mapping[str, Any] = {
    "absent": [Row(3, "Gul Zaman"), Row(7, "Noor"), Row(19, "Saeed")],
    "answer": "yes",
    "attended": 12,
    "away": 3,
    "call_number": "+923451234567",
    "choices": [Choice("4814", "maths", FIRST), Choice("5127", "science", THEN)],
    "code": "4814",
    "coming": 22,
    "more": 6,
    "declined": 4,
    "commands": ("KAHAN", "KAUN"),
    "excused": [5, 9],
    "first": 4,
    "following": 10,
    "group": "Maths Kakki",
    "guests": "Gul Zaman, Noor",
    "help_number": "+923451234567",
    "helpers": 3,
    "invited": 31,
    "joined": 2,
    "last": 31,
    "listed": "1 Usman 2 Shaista 3 Gul Zaman 4 Imran 5 Nasir 6 Bakht 7 Noor 8 Rahim 9 Saima",
    "left": 4,
    "link": "https://cop.example/in/Vq3x9KfT0bZrW8mLs2YpQA",
    "ltrcs": 9,
    "name": Called("Usman", "man"),
    "note": "5127",
    "notes": 3,
    "number": 28,
    "old": FIRST,
    "old_venue": "GHS Domel",
    "one_time": "638214",
    "other": "5127",
    "people": [Called("Shaista", "woman"), Called("Usman", "man")],
    "phone": "+923467654321",
    "place": "LTRC Kakki",
    "places": ["Mathra", "Nahaqi", "Daudzai"],
    "present": 28,
    "reason": "barish",
    "reply_number": "+923451234567",
    "rest": 19,
    "roster": 31,
    "row_name": "Imran",
    "rows": [45],
    "silent": 5,
    "start": FIRST,
    "subject": "maths",
    "texts": 31,
    "then": THEN,
    "then_subject": "science",
    "ties": 0,
    "introductions": 1,
    "title": "dhakkan se ginti",
    "titles": "1=5127 dhakkan se 2=5172 patthar se",
    "tries": 14,
    "turned_to": [Row(12, "Noor"), Row(30, "Imran")],
    "typed": "5172",
    "unsure": None,
    "told": 31,
    "venue": "GPS Kakki",
    "way": "Kakki bazar adda se 300 meter, masjid ke paas",
    "word": "twenty",
    "words": "Ji, gari adda per rukay gi.",
    "written": "4841",
}
"""What the dialogues say: Maths on Saturday 14 March at GPS Kakki, code 4814, 31 on the sheet."""
EMIS: Mapping[str, Any] = {"code": "23451", "venue": "GPS Kakki No.1", "name": "Gul Zaman"}
OTHERWISE: Mapping[str, Mapping[str, Any]] = {
    "example_which": {"commands": ("HAZRI", "KAUN", "FEHRIST", "KHATAM", "TARIKH", "JAGAH", "MANSOOKH", "BHEJO")},
    "mydata_met": {"link": "cop.example/m/Vq3x9KfT0bZrW8mLs2YpQA"},
    "mydata": {"link": "cop.example/m/Vq3x9KfT0bZrW8mLs2YpQA"},
    "answer_passed_on": {"words": "pehle 10 ke gathay banwayein"},
    "answer_passed_on_trainer": {"words": "Kakki bazar adda per", "name": Called("Zakir", "man")},
    "answer_question_trainer": {"name": Called("Zakir", "man")},
    "challenge_message": {"word": "kal calculator layein"},
    "challenge_move": {"start": THEN},
    "challenge_move_time": {"start": FIRST + timedelta(hours=1)},
    "challenge_venue": {"venue": "GHS Kakki", "old_venue": "GPS Kakki"},
    "turned_back": {"told": 12},
    "attendance_date": {"first": 15, "last": 3},
    "note_digest": {"words": "5127 dhakkan se ginti; 5134 anday ke dabbay."},
    "note_read": {"words": "bachon ko bottle ke dhakkan se ginti sikhai, bohat maza aya"},
    "note_taken_in": {"words": "Teacher guide maths 1, page 14, second edition"},
    "note_not_taken_in": {"words": "kitab mein pehle se hai"},
    "note_travels": {"words": "bachon ko bottle ke dhakkan se ginti sikhai, bohat maza aya"},
    "note_travels_named": {"words": "bachon ko bottle ke dhakkan se ginti sikhai, bohat maza aya"},
    "numbers_exchanged": {"name": Called("Noor", None)},
    "peer_question": {"words": "do hindson ki taqseem kaise parhaun?"},
    "trainer_asked": {"words": "do hindson ki taqseem kaise parhaun?"},
    "trainer_question": {"words": "gari kahan rukay gi?", "number": 7, "venue": "GPS Kakki 2", "name": "Usman"},
    "attendance_sum": {"first": 28, "last": 3},
    "join_asked": EMIS,
    "join_near": {**EMIS, "written": "23541"},
    "join_no_name": EMIS,
    "join_no_school": {"written": "99999"},
    "join_request": EMIS,
    "join_welcome": {"name": "Gul Zaman"},
    "move_request": {**EMIS, "name": "Usman", "code": "23460", "venue": "GPS Domel"},
    "request_confirmed": EMIS,
    "request_gone": EMIS,
    "request_open_again": EMIS,
    "request_refused": EMIS,
    "school_asked": {"code": "23460", "venue": "GPS Domel"},
    "school_moved": {"code": "23460", "venue": "GPS Domel"},
    "school_same": EMIS,
    "school_unknown": {"written": "99999"},
    "moved": {"start": THEN},
    "moved_lead": {"start": THEN},
    "not_understood_options": {"last": 3},
}


def read(language: str, key: str) -> str:
    """A golden file's content: the text, its size, and the readers it has so far."""
    values = {**ORDINARY, "venue": VENUE[language], **OTHERWISE.get(key, {})}
    said = compose(key, language, {name: values[name] for name in entry(key, language).placeholders})
    size = f"{said.measure.units} units of {said.measure.encoding}, {said.measure.segments} segment(s)"
    return f"{said.text}\n\n{size}\n"


def readers(content: str) -> str:
    """The last line of a golden file, which names who read it."""
    return content.splitlines()[-1] if content else UNREAD


@pytest.mark.parametrize("key", keys())
def test_each_text_reads_as_its_golden_file(key: str) -> None:
    for language in LANGUAGES:
        _reads_as_its_file(language, key)


def _reads_as_its_file(language: str, key: str) -> None:
    file = GOLDEN / language / f"{key}.txt"
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    now = read(language, key)
    if os.environ.get("WRITE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = readers(before) if before.startswith(now) else UNREAD
        file.write_text(f"{now}{kept}\n", encoding="utf-8")
        return
    assert before, f"no golden file {language}/{file.name}: see tests/texts/README.md"
    assert before == f"{now}{readers(before)}\n"
    assert readers(before).startswith("Read by: ")


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{language}/{key}.txt" for language in LANGUAGES for key in keys()}
    assert {str(file.relative_to(GOLDEN)) for file in GOLDEN.rglob("*.txt")} == wanted


def test_every_placeholder_has_an_ordinary_value() -> None:
    assert set(ORDINARY) == set(PLACEHOLDERS)


@pytest.mark.parametrize(
    ("key", "units"),
    [
        ("invitation", 131),
        ("invitation_one_way", 122),
        ("invitation_call", 126),
        ("call_answer_yes", 74),
        ("answer_yes", 102),
        ("answer_no", 114),
        ("which_person", 116),
        ("trainer_please_report", 118),
        ("attendance_taken", 148),
        ("attendance_all", 68),
        ("attendance_one_number", 115),
        ("attendance_proposed", 88),
        ("directions", 99),
        ("not_understood_question", 108),
        ("passed_to_a_person", 106),
        ("person_called", 83),
        ("challenge_move", 143),
        ("challenge_venue", 120),
        ("challenge_call_off", 119),
        ("challenge_message", 99),
        ("sure_done", 92),
        ("turned_back", 93),
        ("reserved_word", 90),
        ("help_teacher", 128),
        ("help_trainer", 125),
        ("example_attend", 119),
        ("unknown_number", 122),
        ("join_asked", 101),
        ("school_asked", 72),
        ("mydata", 126),
    ],
)
def test_the_wordings_of_the_printed_dialogues_have_their_printed_lengths(key: str, units: int) -> None:
    values = {**ORDINARY, **OTHERWISE.get(key, {})}
    said = compose(key, "ur_latn", {name: values[name] for name in entry(key, "ur_latn").placeholders})
    assert said.measure.units == units


def test_an_invitation_in_urdu_script_is_one_segment_of_exactly_seventy() -> None:
    values = {"subject": "maths", "start": FIRST, "venue": "ککی", "help_number": None}
    assert compose("invitation", "ur", values).measure.units == 70
