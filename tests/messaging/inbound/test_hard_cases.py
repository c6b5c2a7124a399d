"""What people really type: slips, politeness and two meanings in three scripts; in doubt it is asked, never guessed."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cop.words import BOOK
from messaging.inbound.outcomes import (
    Answer,
    AnswerInDoubt,
    Human,
    Leave,
    LeaveInDoubt,
    Outcome,
    ReservedWithCode,
    Return,
    Shared,
    Thanks,
    ToPerson,
    Unclear,
    Undo,
    Verb,
)
from messaging.inbound.reading import Context, read
from messaging.inbound.report import read_report
from messaging.inbound.reported import Report, Sheet
from messaging.inbound.script import normal, tokens

TRAINER = Context(codes=frozenset({"4814", "5127"}))
TEACHER = Context()
PAIR = Context(codes=frozenset({"4814"}), persons={"A": "Shaista", "B": "Noor"})
SHEETS: Mapping[str, Sheet] = {"4814": Sheet("4814", frozenset(range(1, 32)))}
YES, NO, UNSURE = 1, 2, 3


def heard(text: str, context: Context = TEACHER) -> Outcome:
    return read(text, BOOK.vocabulary, context)


def choice(text: str) -> int | None:
    outcome = heard(text)
    return outcome.choice if isinstance(outcome, Answer) else None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "YES I WILL COME",
            "insha'Allah",
            "haan main aa raha hun",
            "me aa rha hn",
            "aarha hun",
            "aarahi hun",
            "aoun ga",
        ),
        *(
            "mai aa jaon ga",
            "aungaa",
            "aauga",
            "shirkat karunga",
            "hazir ho jaunga",
            "pohnch jaon ga",
            "confirm",
            "y",
            "Y",
        ),
        *(
            "time per aa jaunga",
            "thk h",
            "tik hai",
            "👍 ok",
            "1=Haan",
            "(1)",
            "1!",
            "number 1",
            "option 1",
            "jawab 1",
            "ji 1",
        ),
        *(
            "g 1",
            "haan 1",
            "Haan. 1",
            "ok ji",
            "theek hai ji aaungi",
            "hm ayen gy",
            "aayenge",
            "ok noted",
            "acha theek hai",
        ),
        *("ھاں", "جی آؤں گی", "آرہا ہوں", "ان شاءاللہ", "پہنچ جاؤں گا", "میں شرکت کروں گا", "هو زه به راشم", "جی ضرور"),
        *("yes start", "haan kahan hai?", "1 kab hai?", "ji bilkul", "zaroor aaunga inshallah"),
    ],
)
def test_yes(text: str) -> None:
    assert choice(text) == YES


@pytest.mark.parametrize(
    "text",
    [
        *(
            "I can't come",
            "not coming",
            "won't be able to come",
            "not available",
            "no i am sick",
            "ni aa sakta",
            "ni",
            "n",
        ),
        *("nahin aa sakta main", "mumkin nahi", "sorry nahi aa sakun gi", "main kal nahi aa sakta", "kal nahi aaunga"),
        *("2 school band hai", "2. bemar hun", "2 bachay bemar hain", "2 din bukhar hai", "nahi school band hai"),
        *("agli training mein nahi aaunga", "join nahi kar sakta", "attend nahi kar sakta", "nahi nahi aaunga", "نھیں"),
        *("نہیں آ سکتا بیمار ہوں", "۲ چھٹی پر ہوں", "نه شم راتللی", "میں نہیں آ سکوں گی", "جی نہیں"),
    ],
)
def test_no(text: str) -> None:
    assert choice(text) == NO


@pytest.mark.parametrize(
    "text",
    [
        *("kuch keh nahi sakta", "abhi kuch nahi keh sakta", "pta ni", "ho sakta hai aa jaun", "dekh kar bataunga"),
        *(
            "baad mein bataunga",
            "not sure yet",
            "shayad nahi aa sakun",
            "maybe i will come",
            "دیکھتے ہیں",
            "ابھی پتہ نہیں",
        ),
        *("معلومه نه ده", "نه پوهیږم", "شائد", "ہو سکتا ہے"),
    ],
)
def test_not_sure(text: str) -> None:
    assert choice(text) == UNSURE


@pytest.mark.parametrize(
    "text",
    [
        *("1 ya 2", "1 or 2", "2 ya 3", "haan 2", "no 1", "nahi 1", "haan ya nahi", "nahi, aaunga", "Nahi. Aaunga"),
        *(
            "aaj nahi kal aaunga",
            "parson aaunga",
            "haan parson",
            "koshish karunga",
            "inshallah koshish karunga",
            "i will try",
        ),
        *(
            "try karunga",
            "کوشش کروں گا",
            "if possible",
            "then i will come",
            "agar gari mili",
            "2 log aayenge",
            "2 baje aaunga",
        ),
        *("1 lekin agli dafa", "usman nahi aayega main aaunga", "1 koshish karunga"),
    ],
)
def test_what_may_be_meant_otherwise_is_asked(text: str) -> None:
    assert isinstance(heard(text), AnswerInDoubt)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "jawab nahi mila",
            "sms nahi mila",
            "training nahi hui",
            "samajh nahi aaya",
            "kuch nahi",
            "kal nahi parson",
            "11",
        ),
        *("haan?", "meri jagah usman aayega", "time kya hai", "kitne baje", "visit 23451 xyz done"),
    ],
)
def test_what_answers_nothing_is_no_answer(text: str) -> None:
    assert not isinstance(heard(text), Answer)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "sms nahi chahiye",
            "mujhe training ke sms nahi chahiye",
            "no more sms",
            "do not text me",
            "don't message me",
        ),
        *(
            "please stop sending messages",
            "stop it",
            "band kardo sms",
            "mujhe msg na bhejen",
            "msg band karo",
            "ab na bhejna",
        ),
        *("براہ مہربانی بند کر دیں", "مجھے میسج مت بھیجیں", "بند کرو", "میسج نہیں چاہیے"),
    ],
)
def test_a_wish_to_leave(text: str) -> None:
    assert heard(text) == Leave()


@pytest.mark.parametrize(
    "text",
    [
        *("mera number hata do", "remove my number", "list se naam nikal do", "mujhe tang na karo", "tang mat karo"),
        *("sms kyun band ho gaye", "sms aana band ho gaye"),
    ],
)
def test_what_may_be_a_wish_to_leave_is_asked(text: str) -> None:
    assert heard(text) == LeaveInDoubt()


@pytest.mark.parametrize(
    "text", ["cancel kar do 4814", "4814 cancel", "4814 band", "cancel kar dein code 4814", "END 4814"]
)
def test_a_leave_word_anywhere_beside_the_senders_code_does_neither_thing(text: str) -> None:
    assert heard(text, TRAINER) == ReservedWithCode("4814")


@pytest.mark.parametrize(
    "text",
    [
        "school band hai",
        "rasta band hai",
        "1 school band hai",
        "network band tha",
        "سکول بند ہے",
        "training cancel hai?",
    ],
)
def test_a_leave_word_elsewhere_goes_to_a_person(text: str) -> None:
    assert heard(text) == ToPerson("leave_word_inside")


@pytest.mark.parametrize("text", ["wapas shuru", "dobara shuru karo", "start sms", "شروع کریں"])
def test_coming_back(text: str) -> None:
    assert heard(text) == Return()


@pytest.mark.parametrize(
    "text", ["mujhe call karo", "kisi se baat karwa do", "phone karo", "insaan se baat", "بات کرنی ہے"]
)
def test_a_wish_for_a_person(text: str) -> None:
    assert heard(text) == Human()


@pytest.mark.parametrize("text", ["wrong", "mistake", "galat bhej diya", "wapas karo", "غلطی ہو گئی"])
def test_undo(text: str) -> None:
    assert heard(text) == Undo()


def test_a_wrong_number_is_no_undo() -> None:
    assert heard("wrong number") == heard("ghalat number") == Unclear("words")


@pytest.mark.parametrize("text", ["noted", "received", "mil gaya", "jazakallah khair", "shukriya allah hafiz"])
def test_thanks(text: str) -> None:
    assert heard(text) == Thanks()


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("training kab hai", "next", None),
        ("تربیت کب ہے", "next", None),
        ("training kahan hai?", "where", None),
        ("BHEJO 4814 kal sms band hoga, STOP!", "message", "4814 kal sms band hoga, STOP!"),
        ("bhejo kal calculator layein", "message", "kal calculator layein"),
        ("note: Bachon ko 2 group mein banta", "note", "Bachon ko 2 group mein banta"),
        ("JAGAH 4814 GHS Kakki", "venue", "4814 GHS Kakki"),
        ("jaga badal do 4814 GHS Kakki", "venue", "badal do 4814 GHS Kakki"),
        ("mansukh 4814 school band hai", "call_off", "4814 school band hai"),
        ("سوال تقسیم کیسے پڑھائیں؟", "question", "تقسیم کیسے پڑھائیں؟"),
        ("J7 Kakki bazar", "answer", "7 Kakki bazar"),
        ("4814 khatam ho gaya", "finished", None),
        ("HELP", "help", ""),
    ],
)  # fmt: skip
def test_commands_and_the_words_that_they_take(text: str, name: str, rest: str | None) -> None:
    outcome = heard(text, TRAINER)
    assert isinstance(outcome, Verb)
    named = {"message", "call_off", "question", "finished"}
    assert BOOK.words[outcome.name] is BOOK.words.get(name, BOOK.words[outcome.name])
    assert name in named or outcome.name == name
    assert rest is None or outcome.rest == rest


def test_a_number_before_a_report_makes_it_two_things_and_is_only_proposed() -> None:
    outcome = heard("1 HAZRI 4814 3 7", TRAINER)
    assert isinstance(outcome, Verb)
    reading = read_report(outcome.tokens, SHEETS, score=outcome.score)
    assert isinstance(reading, Report)
    assert not reading.sure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A haan B nahi", {"A": YES, "B": NO}),
        ("shaista haan noor nahi", {"A": YES, "B": NO}),
        ("shaista bibi haan, noor sb nahi", {"A": YES, "B": NO}),
        ("A1B2", {"A": YES, "B": NO}),
        ("1a 2b", {"A": YES, "B": NO}),
        ("A=1, B=2", {"A": YES, "B": NO}),
        ("salam A1", {"A": YES}),
        ("AB haan", {"A": YES, "B": YES}),
        ("dono aayenge", {"A": YES, "B": YES}),
        ("دونوں ہاں", {"A": YES, "B": YES}),
        ("shaista aayegi noor nahi aayega", {"A": YES, "B": NO}),
        ("noor ka jawab haan", {"B": YES}),
        ("A pata nahi", {"A": UNSURE}),
    ],
)
def test_a_shared_phone_says_whose_answer_it_is_in_words_too(text: str, expected: dict[str, int]) -> None:
    outcome = heard(text, PAIR)
    assert isinstance(outcome, Shared)
    assert {letter: said.choice for letter, said in outcome.parts if isinstance(said, Answer)} == expected


ANSWERS = st.sampled_from(
    ("haan", "nahi", "1", "2", "3", "pata nahi", "aaunga", "nahi aaunga", "ہاں", "نہیں", "ok", "shayad", "ji nahi")
)
AROUND = st.sampled_from(("", "AOA ", "salam sir ", "السلام علیکم ", "  ", "\u200f", "Dear sir, "))
BEHIND = st.sampled_from(("", " sir", " thanks", ".", "!", " شکریہ", "\n", " 😀", " sir g"))


@given(ANSWERS, AROUND, BEHIND)
def test_courtesies_and_marks_never_change_an_answer(text: str, before: str, behind: str) -> None:
    plain, polite = heard(text), heard(f"{before}{text}{behind}")
    assert isinstance(plain, Answer)
    assert isinstance(polite, Answer)
    assert polite.choice == plain.choice


@given(st.text(max_size=200), st.sampled_from([TEACHER, TRAINER, PAIR]))
def test_a_text_in_its_normal_form_is_read_as_the_text_itself(text: str, context: Context) -> None:
    once = normal(text)[0]
    assert normal(once)[0] == once
    assert type(heard(once, context)) is type(heard(text, context))


REPORT = "hazri 4814 3 7 19"
NOISE = st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789 .,-/#*اآبیکہ۱۲۳")


@settings(max_examples=400)
@given(st.integers(0, len(REPORT)), NOISE, st.sampled_from(("in", "out", "instead")))
def test_a_slip_in_a_right_report_is_read_the_same_or_asked_or_seen_in_the_rows_that_are_said_back(
    place: int, char: str, how: str
) -> None:
    tail = REPORT[place:] if how == "in" else REPORT[place + 1 :]
    written = REPORT[:place] + ("" if how == "out" else char) + tail
    outcome = heard(written, TRAINER)
    if not isinstance(outcome, Verb) or BOOK.words[outcome.name].printed("en") != "ATT":
        return
    reading = read_report(outcome.tokens, SHEETS, score=outcome.score)
    if isinstance(reading, Report) and reading.sure:
        written_rows = {token.value for token in tokens(written) if token.kind == "number"}
        assert reading.code == "4814"
        assert set(reading.absent) <= written_rows
        assert len({3, 7, 19} - set(reading.absent)) <= 1
