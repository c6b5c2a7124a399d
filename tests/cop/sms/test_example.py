"""MISAL and MADAD: every command has an example with the asker's own code; help and cards come out of the book."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from clusters.people.models import Person
from clusters.people.rules import Language, PostRole
from cop.commands.wordlist import card, effect_of, markdown
from cop.sms.example import text_of
from cop.sms.help import COMMANDS
from cop.words import BOOK
from messaging.inbound.models import ParseRecord
from messaging.inbound.script import word_form
from messaging.texts.catalogue import LANGUAGES, entry, keys
from tests import build

HOUSE = {"BAND", "SHURU"}
NO_COMMANDS = {"EMIS", "SMS"}


def did(world):
    with world.house.unit() as db:
        return db.scalars(select(ParseRecord.did).order_by(ParseRecord.inbound_text_id.desc()).limit(1)).one()


@pytest.mark.parametrize(
    ("language", "said", "heard"),
    [
        (
            Language.ROMAN_URDU,
            "MISAL HAZRI",
            (
                "HAZRI, phir code, phir GHAIR hazir number. Misal: HAZRI 4814 3 7 19. Sab aaye: HAZRI 4814 SAB. "
                "Sirf aik: HAZRI 4814 G 7"
            ),
        ),
        (
            Language.ENGLISH,
            "example attendance",
            (
                "ATT, then the code, then the ABSENT numbers. Example: ATT 4814 3 7 19. All came: ATT 4814 ALL. "
                "Only one: ATT 4814 G 7"
            ),
        ),
        (Language.URDU, "مثال حاضری", "حاضری، کوڈ، غیر حاضر نمبر: حاضری 4814 3 7۔ سب: حاضری 4814 سب"),
    ],
)
def test_a_trainer_gets_an_example_with_her_own_session(world, language, said, heard):
    with world.house.unit() as db:
        db.get_one(Person, world.trainer.id).language = language
    assert world.text(world.trainer, said) == [heard]
    assert did(world) == {"do": "example"}


def test_the_example_names_a_session_of_the_asker_and_of_nobody_else(world):
    with world.house.unit() as db:
        circle = build.circle(db)
        other = build.trainer(db, circle, "Nasreen Bibi")
        session = build.training_session(
            db, build.cluster(db, 2, in_circle=circle), day=world.session.starts_at.date(), led_by=[other]
        )
        code = session.code
    assert f"KAUN {code}" in world.text(other, "misal kaun")[0]


def test_misal_alone_lists_the_words_of_the_role(world):
    assert world.text(world.trainer, "MISAL")[0].startswith("Misal kis ki? HAZRI / KAUN / FEHRIST / KHATAM")
    assert world.text(world.teachers[0], "misal")[0].startswith("Misal kis ki? KAB / KAHAN")
    assert did(world) == {"do": "example"}


@pytest.mark.parametrize(
    ("role", "heard"),
    [(PostRole.TEACHER, "1=Haan"), (PostRole.CIRCLE_TRAINER, "Trainer: "), (PostRole.EDUCATION_MANAGER, "Manager: ")],
)
def test_help_is_that_of_the_role(world, role, heard):
    with world.house.unit() as db:
        who = build.person(db, "Somebody", number="+923451112233")
        school = build.schools_of(db, db.merge(build.circle(db)))
        place = build.cluster(db, 1, in_circle=build.circle(db)) if not school else None
        if role is PostRole.TEACHER:
            build.post(db, who, role, at_school=build.schools_of(db, place)[0])
        else:
            build.post(db, who, role, at_place=place)
    assert world.text(who, "MADAD")[0].startswith(heard)
    assert did(world) == {"do": "help"}


def test_every_command_has_an_example_that_begins_with_its_own_word():
    for word in BOOK.words.values():
        for language in LANGUAGES:
            said = entry(text_of(word.name), language).text
            spelt = {word_form(each) for each in word.words}
            assert any(word_form(each.strip(",:۔،.+=")) in spelt for each in said.split()), (word.name, language, said)


def test_help_names_only_words_of_the_book():
    known = {word_form(spelt) for word in BOOK.words.values() for spelt in word.words} | {
        word_form(each) for each in HOUSE | NO_COMMANDS
    }
    for role in COMMANDS:
        for language in ("ur_latn", "en"):
            named = set(re.findall(r"\b[A-Z]{2,}\b", entry(f"help_{role}", language).text))
            assert named
            assert {word_form(word) for word in named} <= known


def test_no_card_has_more_than_eight_commands_and_all_of_them_have_examples():
    for role, names in COMMANDS.items():
        assert len(names) <= 8
        for language in LANGUAGES:
            assert {text_of(name) for name in names} <= set(keys())
            assert len(card(BOOK, role, language).splitlines()) <= 9


def test_the_manual_lists_the_words_of_the_book():
    page = Path("docs/reference/words.md").read_text(encoding="utf-8")
    assert page == markdown(BOOK), "run: cop sms words --markdown > docs/reference/words.md"
    for word in BOOK.words.values():
        assert effect_of(word)
        assert word.printed("ur_latn") in page
