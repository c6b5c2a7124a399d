"""The dialogues of trainers about a slip in the code, one bare number and the evening's question, in three scripts."""

import pytest

from clusters.calendar.windows import WindowRules
from clusters.feedback.rules import ask_at
from clusters.people.models import Person
from cop.jobs import hear_opinions
from tests.cop.sms.test_attend import marks
from tests.cop.sms.test_trainer_words import did

SAID = {
    "ur_latn": ("HAZRI 4841 SAB", "1", "4841 koi session nahi. Kya aap ka matlab 4814 hai (Maths, ", "sab 8 hazir"),
    "en": ("ATT 4841 ALL", "1", "There is no session 4841. Do you mean 4814 (Maths, ", "all 8 present"),
    "ur": ("حاضری ۴۸۴۱ سب", "۱", "4841", "سب 8 حاضر"),
}
BARE = {"ur_latn": ("HAZRI 4814 6", "2"), "en": ("attendance 4814 6", "2"), "ur": ("حاضری ۴۸۱۴ ۶", "۲")}
ASKED = {
    "ur_latn": "Aaj ki Maths training kaisi lagi? 1=Bohat kaam ki 2=Theek 3=Kaam ki nahi. Trainer ko aap ka naam NAHI"
    " dikhta. Kuch likhna ho to likh dein.",
    "en": "How was today's Maths training? 1=Very useful 2=All right 3=Not useful. The trainer does NOT see your name."
    " You may write more if you like.",
    "ur": "آج کی ریاضی تربیت؟ 1 بہت کام کی 2 ٹھیک 3 کام کی نہیں۔ نام نہیں دکھتا",
}


def speaks(world, language):
    with world.house.unit() as db:
        for person in (world.trainer, world.teachers[0]):
            db.get_one(Person, person.id).language = language


@pytest.mark.parametrize("language", SAID)
def test_a_slip_a_bare_number_and_the_evening(world, language):
    speaks(world, language)
    world.after()
    wrong, yes, asked, stored = SAID[language]
    [question] = world.text(world.trainer, wrong)
    assert question.startswith(asked)
    assert "4814" in question
    assert marks(world) is None
    [echo] = world.text(world.trainer, yes)
    assert stored in echo
    assert marks(world) == []
    world.text(world.trainer, "0")
    bare, second = BARE[language]
    world.text(world.trainer, bare)
    assert marks(world) is None
    world.text(world.trainer, second)
    assert did(world) == {"do": "attend", "session": "4814", "count": 6}
    world.clock.at = ask_at(world.session.ends_at, WindowRules())
    hear_opinions(world.hands)
    world.work()
    assert world.heard(world.teachers[0])[-1] == ASKED[language]
    [thanks] = world.text(world.teachers[0], "3 waqt kam tha")
    assert "10" in thanks
