"""Templates are read from one file, every fault of which is named, and say what our own text would say."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.outbox.templates import WrongTemplates, read_templates, rejected, say_template, template_for
from messaging.texts.catalogue import LANGUAGES, keys, load

SID = "HX" + "0123456789abcdef" * 2
GOOD = f"""
[reminder_eve.en]
sid = "{SID}"
text = "Tomorrow: {{{{1}}}} training {{{{2}}}}, {{{{3}}}}. If you cannot come, send 2."
places = ["subject", "start.day", "venue"]
"""
VALUES = {"subject": "maths", "start": "2026-03-14T05:00:00+00:00", "venue": "GPS Kakki"}


def test_a_template_says_its_values_in_the_words_of_the_language():
    said = say_template(read_templates(GOOD)["reminder_eve", "en"], "en", VALUES)
    assert said.text == "Tomorrow: Maths training Sat 14 March, GPS Kakki. If you cannot come, send 2."
    assert said.template.name == SID
    assert said.template.values == {"1": "Maths", "2": "Sat 14 March", "3": "GPS Kakki"}
    assert said.measure.segments == 1


@pytest.mark.parametrize("values", [{**VALUES, "venue": None}, {**VALUES, "venue": ""}, {**VALUES, "to": "Usman"}])
def test_a_template_without_a_value_or_for_one_of_several_persons_says_nothing(values):
    assert say_template(read_templates(GOOD)["reminder_eve", "en"], "en", values) is None


@given(st.text(min_size=1, max_size=60))
def test_no_value_holds_a_line_break_and_none_is_empty(venue):
    said = say_template(read_templates(GOOD)["reminder_eve", "en"], "en", {**VALUES, "venue": venue})
    if said is not None:
        assert all(value.strip() and not re.search(r"[\r\n\t]|  ", value) for value in said.template.values.values())


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("x = ", "Invalid value"),
        ("x = 1", "a table for each language"),
        (GOOD.replace("reminder_eve.en", "reminder_eve.fr"), "no language fr"),
        (GOOD.replace("reminder_eve", "reminder_noon"), "there is no text reminder_noon"),
        (GOOD.replace(SID, "HX12"), "sid is HX and 32"),
        (GOOD.replace('"venue"]', '"venue", "code"]'), "the text has no place code"),
        (GOOD.replace("{{3}}", "{{4}}"), "needs a gap"),
        (GOOD.replace("Tomorrow: ", ""), "begins or ends with a gap"),
        (GOOD.replace("sid =", "id ="), "it takes sid, text and places"),
        (GOOD + 'status = "lost"', "status is waiting, approved, rejected"),
        (GOOD + 'status = "rejected"', "a rejected template needs its reason"),
        (GOOD.replace(SID, ""), "sid is HX and 32"),
    ],
)
def test_a_file_that_is_wrong_is_refused_and_the_place_is_named(broken, why):
    with pytest.raises(WrongTemplates, match=re.escape(why)):
        read_templates(broken)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_to_be_handed_in_for_approval_names_each_place_of_the_text_in_order(language):
    for key in keys():
        asked = template_for(key, language)
        gaps = [int(gap) for gap in re.findall(r"\{\{(\d+)\}\}", asked.text)]
        assert list(dict.fromkeys(gaps)) == list(range(1, len(asked.places) + 1)), key
        assert {place.partition(".")[0] for place in asked.places} == load(language).entries[key].placeholders, key


@pytest.mark.parametrize("said", ['status = "waiting"', 'status = "rejected"\nreason = "promotional"'])
def test_a_template_that_is_not_approved_says_nothing(said):
    templates = read_templates(GOOD.replace(SID, "") + said)
    assert say_template(templates["reminder_eve", "en"], "en", VALUES) is None


ANNOUNCED = f"""
[announcement.en]
sid = "{SID}"
text = "From your training office: {{{{1}}}} Help: send 9."
places = ["text"]
"""


def test_what_people_write_to_many_has_a_template_of_its_own():
    templates = read_templates(ANNOUNCED)
    said = say_template(templates["", "en"], "en", {"text": "Bring your copy.\nCome at ten."})
    assert said.text == "From your training office: Bring your copy. Come at ten. Help: send 9."
    assert rejected(templates, ("en", "ur")) is None


def test_a_rejected_template_of_a_language_that_is_written_is_found():
    templates = read_templates(ANNOUNCED + 'status = "rejected"\nreason = "promotional"')
    assert rejected(templates, ("ur", "en")).reason == "promotional"
    assert rejected(templates, ("ur",)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invitation_is_handed_in_with_three_quick_replies_that_carry_digits(language):
    wanted = template_for("invitation", language)
    assert wanted.name == "session_invite_v1"
    assert [digit for digit, _ in wanted.quick] == ["1", "2", "3"]
    assert all(0 < len(words) <= 20 for _, words in wanted.quick)
