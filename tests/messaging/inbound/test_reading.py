"""Whatever a text looks like, it ends in the one outcome that a careful clerk would give it."""

import re
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.inbound.nearness import Spelling, Vocabulary
from messaging.inbound.outcomes import (
    Answer,
    AnswerInDoubt,
    Hold,
    Human,
    Leave,
    LeaveInDoubt,
    Outcome,
    ReservedWithCode,
    Return,
    Shared,
    Thanks,
    Tie,
    ToPerson,
    TwoThings,
    Unclear,
    Undo,
    Verb,
)
from messaging.inbound.reading import Context, read
from messaging.inbound.report import read_report
from messaging.inbound.reported import Report, ReportInDoubt, Sheet
from messaging.texts.catalogue import LANGUAGES, entry, keys

BOOK = Vocabulary(
    (
        Spelling(
            "attend",
            ("hazri", "haazri", "haziri", "hazree", "att", "attendance", "abs", "حاضری"),
            stores=True,
            anywhere=True,
        ),
        Spelling("next", ("kab", "agli", "next", "when", "کب")),
        Spelling("where", ("kahan", "rasta", "where", "کہاں")),
        Spelling("who", ("kaun", "who", "کون")),
        Spelling("help", ("madad", "menu", "?", "مدد")),
        Spelling("note", ("note", "khayal", "نوٹ"), free=True, stores=True),
        Spelling("call_off", ("mansookh", "call off", "منسوخ"), fuzzy=False, stores=True),
    )
)
"""Words as an installation may list them; reading itself knows none of them."""
TRAINER = Context(codes=frozenset({"4814", "5127"}))
SHEETS: Mapping[str, Sheet] = {"4814": Sheet("4814", frozenset(range(1, 32)), date(2026, 3, 14))}
YES, NO, UNSURE = 1, 2, 3


def heard(text: str, context: Context = TRAINER) -> Outcome:
    return read(text, BOOK, context)


def report(text: str) -> object:
    """What an attendance text would store."""
    outcome = heard(text)
    if not isinstance(outcome, Verb):
        return outcome
    assert outcome.name == "attend"
    return read_report(outcome.tokens, SHEETS, score=outcome.score)


@pytest.mark.parametrize(
    "text",
    [
        "hazri 4814 3 7",
        "HAZRI 4814 3 7",
        "Hazri 4814 3 7",
        "  hazri   4814  3 7",
        "HAZRI 4814 3 7\n",
        "HAZRI 4814 3 7.",
        "HAZRI 4814 3 7۔",
        "HAZRI 4814 3 7 thanks",
        "HAZRI 4814 3 7 shukriya",
        "AOA HAZRI 4814 3 7",
        "A.O.A. HAZRI 4814 3 7",
        "Salam sir, hazri 4814 3 7",
        "السلام علیکم حاضری 4814 3 7",
        "'HAZRI 4814 3 7'",
        "“HAZRI 4814 3 7”",
        "HAZRI4814 3 7",
        "HAZRI-4814-3-7",
        "HAZRI،4814،3،7",
        "\u200fحاضری\u200d ۴۸۱۴ \u200f۳ ۷",
        "HAZRI\u200d 4814 3 7",
        "حاضری ۴۸۱۴ ۳ ۷",
        "حاضرى ٤٨١٤ ٣ ٧",
        "haazri 4814 3 7",
        "hazree 4814 3 7",
        "ATT 4814 3 7",
        "ATTENDANCE 4814 3 7",
        "HAZRI S4814 G3 G7",
        "HAZRI <4814> <3> <7>",
        "HAZRI code:4814 ghair:3,7",
        "HAZRI ghair 3 7 session 4814",
        "HAZRI 4814 3 7 HAZRI 4814 3 7",
        "4814 HAZRI 3 7",
        "ｈａｚｒｉ ４８１４ ３ ７",
    ],
)
def test_rows_3_and_7_are_reported_absent(text: str) -> None:
    assert report(text) == Report("4814", (3, 7), 29, 1.0, sure=True)


@pytest.mark.parametrize(
    ("text", "score", "how"),
    [
        ("HAZRII 4814 3 7", 0.9, "one_letter"),
        ("HAZR 4814 3 7", 0.9, "one_letter"),
        ("AHZRI 4814 3 7", 0.9, "one_letter"),
        ("hzari 4814 3 7", 0.9, "one_letter"),
        ("attendence 4814 3 7", 0.9, "one_letter"),
        ("attendnse 4814 3 7", 0.8, "two_letters"),
        ("atendense 4814 3 7", 0.8, "sound"),
    ],
)
def test_a_slip_in_the_verb_is_read_and_its_doubt_is_kept(text: str, score: float, how: str) -> None:
    outcome = heard(text)
    assert isinstance(outcome, Verb)
    assert (outcome.name, outcome.score, outcome.how) == ("attend", score, how)
    assert report(text) == Report("4814", (3, 7), 29, score, sure=True)


@pytest.mark.parametrize("text", ["ok HAZRI 4814 3 7", "HAZRI bhej raha hun 4814 3 7", "haan HAZRI 4814 3 7"])
def test_words_around_a_report_are_asked_and_never_skipped(text: str) -> None:
    reading = report(text)
    assert isinstance(reading, ReportInDoubt)
    assert reading.kind == "unread"


def test_a_label_as_the_verb_is_still_a_label() -> None:
    assert report("ABS 4814 7") == Report("4814", (7,), 30, 1.0, sure=True)


@pytest.mark.parametrize("text", ["4814 3 7", "ghair 3 7 session 4814", "4814 SAB", "۴۸۱۴ ۳ ۷"])
def test_a_report_without_its_verb_is_proposed(text: str) -> None:
    outcome = heard(text)
    assert isinstance(outcome, Verb)
    assert (outcome.name, outcome.how) == ("attend", "missing")
    reading = report(text)
    assert isinstance(reading, Report)
    assert not reading.sure


def printed_examples() -> list[tuple[str, str]]:
    """Every example of a report that a text of ours prints, with the absent rows it names."""
    example = re.compile(r"(?:HAZRI|ATT|حاضری) \{code\} (SAB|ALL|سب|(?:G )?\d+(?: \d+)*)")
    wordings = [each for language in LANGUAGES for key in keys() for each in entry(key, language).wordings]
    found = {match[0].replace("{code}", "4814"): match[1] for each in wordings for match in example.finditer(each)}
    return sorted(found.items())


@pytest.mark.parametrize(("text", "values"), printed_examples())
def test_every_example_that_our_texts_print_is_stored_as_it_says(text: str, values: str) -> None:
    absent = tuple(int(row) for row in re.findall(r"\d+", values))
    assert report(text) == Report("4814", absent, 31 - len(absent), 1.0, sure=True)


def test_our_texts_print_examples_in_every_language() -> None:
    assert {text.split()[0] for text, _ in printed_examples()} == {"HAZRI", "ATT", "حاضری"}


@pytest.mark.parametrize("text", ["hazir 4814 3 7", "present 4814 3 7"])
def test_a_report_that_begins_with_a_label_is_proposed_as_the_label_says(text: str) -> None:
    reading = report(text)
    assert isinstance(reading, Report)
    assert (reading.present, reading.sure) == (2, False)


def test_two_different_reports_in_one_text_store_nothing() -> None:
    assert report("HAZRI 4814 3 7 HAZRI 4814 3 8") == ReportInDoubt("two_reports", "4814")


@pytest.mark.parametrize("text", ["HAZRI 4814 3 7 kab", "HAZRI 4814 3 7 MANSOOKH 4814", "kab mansookh 4814"])
def test_two_commands_of_which_one_stores_store_nothing(text: str) -> None:
    assert isinstance(heard(text), TwoThings)


@pytest.mark.parametrize("text", ["kaan", "kahn", "KAAN?"])
def test_a_word_between_two_commands_is_asked(text: str) -> None:
    assert heard(text) == Tie(("where", "who"))


@pytest.mark.parametrize("text", ["mansokh 4814", "mansoukh 4814", "MANSOOK 4814"])
def test_a_word_that_calls_off_is_never_guessed(text: str) -> None:
    assert heard(text) == Unclear("words")


@pytest.mark.parametrize(
    ("text", "name"),
    [("KAB", "next"), ("kab hai training", "next"), ("agli training kab hai?", "next"), ("کب", "next"),
     ("kahan hai?", "where"), ("?", "help"), ("HELP", "help"), ("info", "help"), ("مدد", "help"), ("madat", "help")],
)  # fmt: skip
def test_a_word_at_the_beginning_is_the_command(text: str, name: str) -> None:
    outcome = heard(text)
    assert isinstance(outcome, Verb)
    assert outcome.name == name


@pytest.mark.parametrize(
    "text", ["ghar wapas kab", "koi masla nahi", "Y3s plz 4 me", "mera bhai bemar he", "хazri 4814 q"]
)
def test_words_in_the_middle_are_text_for_a_person(text: str) -> None:
    assert isinstance(heard(text), Unclear)


# --- answers


@pytest.mark.parametrize(
    "text",
    ["1", "1.", " 1 ", "I", "l", "۱", "١", "१", "01", "1 sir", "1 shukriya", "1️⃣"],
)
def test_a_lone_one_is_yes_and_may_be_mere_politeness(text: str) -> None:
    assert heard(text) == Answer(YES, polite=True)


@pytest.mark.parametrize(
    "text",
    ["ok", "ok sir", "okkk", "okay", "oky", "theek", "thek he", "ok shukriya", "g", "ji", "ٹھیک ہے", "👍", "👍🏽"],
)
def test_ok_is_a_yes_that_may_be_mere_politeness(text: str) -> None:
    assert heard(text) == Answer(YES, spelled=True, polite=True)


@pytest.mark.parametrize(
    "text",
    [
        *("haan", "han", "haa", "haaaan", "HAAN", "hanji", "han g", "g han", "hn", "ji haan", "yes", "yup", "yes sir"),
        *("inshallah", "zaroor", "aaunga", "aaungi", "aonga", "aa jaunga", "aa jaungi", "i will come"),
        *("Yes i wil come sir", "aaunga na", "haan na", "no problem haan", "koi masla nahi aaunga", "haan main aaunga"),
        *("AOA ji haan", "ہاں", "جی ہاں", "ہاں جی", "آؤں گا", "آؤں گی", "حاضر ہوں", "ان شاء اللہ", "هو", "ho"),
        *("هو راځم", "راځم", "aayenge", "hazir", "Hazir sir", "حاضر"),
    ],
)
def test_yes_in_many_words(text: str) -> None:
    assert heard(text) == Answer(YES, spelled=True)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "nahi",
            "nahin",
            "nai",
            "nhi",
            "na",
            "naa",
            "nahiii",
            "no",
            "nope",
            "ji nahi",
            "jee nhi",
            "nahi g",
            "nahi ji",
        ),
        *("nahi aaunga", "nahi aa sakta", "main nahi aa sakti", "main kal nahi aa sakta", "nahi nahi", "can't come"),
        *("inshallah nahi aaunga", "sorry nahi aa sakun gi", "👎", "نہیں", "نہیں جی", "نہیں آؤں گا", "نہ آ سکوں گا"),
        *("نه", "نه راځم"),
    ],
)
def test_no_in_many_words(text: str) -> None:
    assert heard(text) == Answer(NO, spelled=True)


@pytest.mark.parametrize(
    "text",
    [
        *("pata nahi", "pta nhi", "maloom nahi", "abhi confirm nahi", "shayad", "shayad aaunga", "shayad na aa sakun"),
        *("not sure", "no idea", "don't know", "maybe", "dekhta hun", "dekhti hun", "شاید", "معلوم نہیں", "پتہ نہیں"),
        "خبر نه یم",
    ],
)
def test_not_sure_is_looked_for_before_yes_and_no(text: str) -> None:
    assert heard(text) == Answer(UNSURE, spelled=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", Answer(NO)),
        ("3", Answer(UNSURE)),
        ("4", Answer(4)),
        ("2 shaadi hai", Answer(NO, rest="shaadi hai")),
        ("2 paper hain us din", Answer(NO, rest="paper hain us din")),
        ("2, school band hai", Answer(NO, rest="school band hai")),
        ("3 waqt kam tha", Answer(UNSURE, rest="waqt kam tha")),
        ("nahi school band hai", Answer(NO, spelled=True, rest="nahi school band hai")),
        ("۲ شادی ہے", Answer(NO, rest="شادی ہے")),
    ],
)
def test_words_after_an_answer_are_kept_as_they_were_written(text: str, expected: Answer) -> None:
    assert heard(text) == expected


def test_a_wish_a_yes_and_a_question_are_a_yes_with_a_question() -> None:
    text = "jee inshallah aonga magar gari kahan rukay gi?"
    assert heard(text) == Answer(YES, spelled=True, rest=text, question=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("yes no", "yes_and_no"),
        ("haan nahi aa sakta", "yes_and_no"),
        ("ہاں نہیں", "yes_and_no"),
        ("1 nahi aaunga", "yes_and_no"),
        ("1 pata nahi", "yes_and_no"),
        ("2 haan", "yes_and_no"),
        ("kal nahi parson aaunga", "yes_and_no"),
        ("1 2", "several_digits"),
        ("2 log aayenge", "counted"),
        ("2 ustad", "counted"),
        ("2 لوگ آئیں گے", "counted"),
        ("hum 2 log aayenge", "counted"),
        ("1 bajay aaunga", "counted"),
        ("haan agar gari mili", "condition"),
        ("haan lekin der se", "condition"),
        ("aaunga but late", "condition"),
        ("1 magar der se", "condition"),
        ("nahi aa sakta lekin koshish karunga", "condition"),
        ("ہاں لیکن دیر سے", "condition"),
    ],
)
def test_what_says_two_things_is_asked(text: str, why: str) -> None:
    outcome = heard(text)
    assert isinstance(outcome, AnswerInDoubt)
    assert outcome.why == why


@pytest.mark.parametrize(
    "text", ["0", "o", "O", "۰", "ghalat", "ghalti ho gai", "galti se bheja", "wapas", "undo", "غلط", "واپس کریں"]
)
def test_undo(text: str) -> None:
    assert heard(text) == Undo()


@pytest.mark.parametrize("text", ["9", "۹", "insan", "insan se baat", "baat karni hai", "call me", "انسان"])
def test_a_wish_to_talk_to_a_person(text: str) -> None:
    assert heard(text) == Human()


def test_the_service_text_of_an_operator_goes_to_a_person_unanswered() -> None:
    assert heard("Please call me") == ToPerson("service_text")


@pytest.mark.parametrize("text", ["shukriya", "Thanks", "thank you sir", "بہت شکریہ", "jazakallah", "AOA thanks"])
def test_thanks_are_thanks(text: str) -> None:
    assert heard(text) == Thanks()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Unclear("empty")),
        ("   \n", Unclear("empty")),
        ("😀😀", Unclear("empty")),
        ("AOA", Unclear("greeting")),
        ("السلام علیکم", Unclear("greeting")),
        ("??", Unclear("words", question=True)),
        ("؟؟", Unclear("words", question=True)),
        ("haan?", Unclear("words", question=True)),
        ("pata nahi kab hai?", Unclear("words", question=True)),
        ("start time?", Unclear("words", question=True)),
    ],
)
def test_what_says_nothing_is_not_guessed(text: str, expected: Unclear) -> None:
    assert heard(text) == expected


# --- leaving and coming back


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("STOP", ""),
        ("stop", ""),
        ("Stop. Thank you", ""),
        ("STOP 12345", "12345"),
        ("STOP it not working", "it not working"),
        ("please stop", ""),
        ("UNSUBSCRIBE", ""),
        ("opt out", ""),
        ("quit", ""),
        ("END", ""),
        ("cancel", ""),
        ("BAND", ""),
        ("bnd", ""),
        ("band karo", ""),
        ("band karo bhai", ""),
        ("band hai school", "hai school"),
        ("بند", ""),
        ("بند کریں", ""),
        ("na bhejen", ""),
        ("mat bhejo", ""),
        ("mujhe na bhejein", ""),
        ("rok do", ""),
        ("roko", ""),
        ("roko sms", ""),
        ("msg band karo", ""),
        ("mujhe message na bhejein", ""),
        ("sms mat bhejo", ""),
        ("message na karein", ""),
        ("میسج بند کریں", ""),
        ("پیغام نہ بھیجیں", ""),
        ("2 message band karo", "2 message band karo"),
        ("مہربانی بند", ""),
    ],
)
def test_a_wish_to_leave_is_heard_in_any_wording_and_other_words_go_to_a_person(text: str, rest: str) -> None:
    assert heard(text) == Leave(rest)


@pytest.mark.parametrize(
    "text", ["CANCEL 4814", "END 4814", "STOP 4814", "BAND 4814", "cancel code 4814", "quit 5127 ?"]
)
def test_a_leave_word_with_the_senders_code_does_neither_thing(text: str) -> None:
    assert heard(text) == ReservedWithCode("5127" if "5127" in text else "4814")


def test_calling_a_training_off_with_a_reserved_word_does_neither_thing() -> None:
    assert heard("cancel training") == ReservedWithCode(None)
    assert heard("cancel 4814", Context()) == Leave("4814")


@pytest.mark.parametrize(
    "text",
    ["cancel to nahi hui?", "cancel ho gai training", "band kyun hai", "mere sms band ho gaye", "sms kyun band hain?",
     "roko 638214", "roko sab ko"],
)  # fmt: skip
def test_a_leave_word_in_a_question_or_a_statement_is_asked(text: str) -> None:
    assert heard(text) == LeaveInDoubt()


@pytest.mark.parametrize(
    "text", ["aaj school band hai", "HAZRI 4814 3 7 band", "آج سکول بند ہے", "haan school band hai"]
)
def test_a_leave_word_elsewhere_applies_nothing_and_a_person_reads_it(text: str) -> None:
    assert heard(text) == ToPerson("leave_word_inside")


def test_free_words_are_not_searched_for_leave_words() -> None:
    outcome = heard("note bachon ko band kamre mein STOP kehna")
    assert isinstance(outcome, Verb)
    assert (outcome.name, outcome.rest) == ("note", "bachon ko band kamre mein STOP kehna")


def test_roko_stops_a_pending_send() -> None:
    waiting = Context(pending=True)
    assert heard("roko", waiting) == Hold(None)
    assert heard("roko 638 214", waiting) == Hold("638214")


@pytest.mark.parametrize(
    "text", ["SHURU", "shuru karo", "start", "UNSTOP", "sms dobara shuru karo", "شروع", "please start"]
)
def test_coming_back(text: str) -> None:
    assert heard(text) == Return()


def test_coming_back_for_changes_only() -> None:
    assert heard("SHURU 2") == Return(only_changes=True)


@pytest.mark.parametrize("text", ["yes", "haan", "ok", "HAZRI 4814 3 7", "shukriya", "start time?", "training shuru"])
def test_no_ordinary_text_is_a_return(text: str) -> None:
    assert not isinstance(heard(text), Return)


# --- one phone, two persons

PAIR = Context(codes=frozenset({"4814"}), persons={"A": "Shaista", "B": "Usman"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 1 b 2", {"A": YES, "B": NO}),
        ("A1 B2", {"A": YES, "B": NO}),
        ("AB1", {"A": YES, "B": YES}),
        ("A1", {"A": YES}),
        ("b nahi", {"B": NO}),
        ("shaista 1", {"A": YES}),
        ("Usman nahi aa sakta", {"B": NO}),
        ("dono 1", {"A": YES, "B": YES}),
        ("دونوں 1", {"A": YES, "B": YES}),
    ],
)
def test_a_shared_phone_says_whose_answer_it_is(text: str, expected: dict[str, int]) -> None:
    outcome = heard(text, PAIR)
    assert isinstance(outcome, Shared)
    assert {letter: part.choice for letter, part in outcome.parts if isinstance(part, Answer)} == expected
    assert len(outcome.parts) == len(expected)


def test_a_shared_phone_says_whose_command_it_is() -> None:
    outcome = heard("A HAZRI 4814 3 7", PAIR)
    assert isinstance(outcome, Shared)
    ((letter, verb),) = outcome.parts
    assert letter == "A"
    assert isinstance(verb, Verb)
    assert read_report(verb.tokens, SHEETS) == Report("4814", (3, 7), 29, 1.0, sure=True)


@pytest.mark.parametrize("text", ["1", "ab nahi aaunga", "STOP", "A", "a1 a2"])
def test_without_a_letter_the_text_of_a_shared_phone_is_nobodys_in_particular(text: str) -> None:
    assert not isinstance(heard(text, PAIR), Shared)


# --- always


@given(st.text(max_size=400), st.sampled_from([TRAINER, PAIR, Context(), Context(pending=True)]))
def test_every_text_ends_in_an_outcome(text: str, context: Context) -> None:
    heard(text, context)


WORDS = st.sampled_from(
    (
        *("hazri", "4814", "3", "7", "SAB", "kab", "haan", "nahi", "na", "1", "2", "0", "9", "band", "stop", "sms"),
        *("karo", "bhejo", "shayad", "pata", "?", "roko", "shuru", "a", "b", "AB1", "log", "magar", "نہیں", "ہاں"),
        *("بند", "حاضری", "۴۸۱۴", "ok", "thanks", "sir", "note", "mansookh", "kaan", "training", "-", "/"),
    )
)


@given(st.lists(WORDS, max_size=12).map(" ".join), st.sampled_from([TRAINER, PAIR]))
def test_every_row_of_known_words_ends_in_an_outcome_and_courtesies_never_change_a_command(
    text: str, context: Context
) -> None:
    outcome = heard(text, context)
    if isinstance(outcome, Verb) and outcome.name == "attend":
        polite = heard(f"AOA sir {text} thanks", context)
        assert isinstance(polite, Verb)
        before = read_report(outcome.tokens, SHEETS, score=outcome.score)
        assert read_report(polite.tokens, SHEETS, score=polite.score) == before


def test_a_very_long_text_ends_in_an_outcome() -> None:
    for part in ("haan ", "4814 ", "sms ", "ﷺ", "a", "👍", "?", "1-", "pata nahi ", "hazr "):
        heard(part * 1600, TRAINER)


@pytest.mark.parametrize("body", ["1 haan 2 nahi", "2 nahi 1 haan", "1 ji haan, 2 na"])
def test_two_choices_with_a_word_behind_each_are_asked(body):
    assert isinstance(heard(body), AnswerInDoubt)


def test_a_number_in_a_reason_is_no_second_choice():
    said = heard("2 nahi 3 din se bimar hun")
    assert isinstance(said, Answer)
    assert said.choice == 2


@pytest.mark.parametrize("body", ["STOP 2304", "cancel 2304", "band 2304"])
def test_a_leave_word_beside_a_session_one_is_invited_to_is_about_that_session(body):
    assert isinstance(heard(body, Context(invited={"2304"})), ReservedWithCode)
    assert isinstance(heard(body, Context()), Leave)
