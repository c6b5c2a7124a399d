"""Somebody's own page by a personal link: no signing in, one person, nothing done by opening, ended and revoked."""

import re

import pytest
from sqlalchemy import select

from clusters.people.models import Person
from clusters.people.rules import Language
from clusters.scope import Scope
from cop.consent.queries import allows
from cop.consent.rules import Purpose
from cop.knowledge.actions import plant, write
from cop.knowledge.models import PracticeNote, Trial
from cop.knowledge.rules import Audience, Standing
from messaging.consent.actions import opt_out
from messaging.consent.models import PersonalLink
from messaging.consent.queries import silent, silent_people
from tests import build
from tests.browsing import place_at


@pytest.fixture
def teacher(house):
    with house.unit() as db:
        ltrc = build.cluster(db, 1, in_circle=place_at(db, "T/B1.C01."))
        return build.teacher(db, build.schools_of(db, ltrc)[0], "Gul Zaman", number="+923451234567")


def link_of(browser, teacher):
    """As an office makes it."""
    page = browser.submit(f"/people/{teacher.id}/link").text
    return re.search(r"https?://[^/\s]+(/m/[\w-]{22})\b", page)[1]


def bare(browser, link):
    """A page without what differs from visit to visit: its address and the tokens of its forms."""
    return re.sub(r'value="[^"]*"', "", browser.get(link).text.replace(link, ""))


def how(house, teacher):
    with house.unit() as db:
        return (
            bool(silent_people(db, [teacher.id])),
            bool(silent_people(db, [teacher.id], to_changes=True)),
            bool(silent(db, ["+923451234567"])),
        )


def test_the_link_fits_a_text_and_only_its_hash_is_kept(client_as, house, teacher):
    link = link_of(client_as("clerk", "T/B1."), teacher)
    assert len("https://cop.example" + link) <= 44
    with house.unit() as db:
        kept = db.scalars(select(PersonalLink)).one()
        assert link.rpartition("/")[2] not in repr(vars(kept))
    assert link not in client_as("clerk", "T/B1.").get(f"/people/{teacher.id}").text


def test_she_stops_texts_keeps_changes_and_comes_back_without_signing_in(client_as, anybody, house, teacher):
    link = link_of(client_as("trainer", "T/B1.C01."), teacher)
    assert "You get texts about your training." in anybody.get(link).text
    assert how(house, teacher) == (False, False, False)
    assert "You get no texts." in anybody.follow(anybody.submit(link, texts="none")).text
    assert how(house, teacher) == (True, True, False)
    assert "only when a date or place changes" in anybody.follow(anybody.submit(link, texts="changes")).text
    assert how(house, teacher) == (True, False, False)
    assert "You get texts" in anybody.follow(anybody.submit(link, texts="all")).text
    assert how(house, teacher) == (False, False, False)


@pytest.mark.parametrize("texts", ["all", "changes"])
def test_a_silence_that_the_phone_asked_for_itself_is_lifted_by_no_link(client_as, anybody, house, teacher, texts):
    link = link_of(client_as("manager", "T/B1."), teacher)
    with house.unit() as db:
        opt_out(db, "+923451234567", "text")
    page = anybody.get(link).text
    assert "You get no texts." in page
    assert "Text SHURU from it" in page
    anybody.submit(link, texts=texts)
    assert how(house, teacher)[2]


def test_she_chooses_the_language_of_her_texts(client_as, anybody, house, teacher):
    link = link_of(client_as("manager", "T/B1."), teacher)
    anybody.submit(link, language="ur")
    with house.unit() as db:
        assert db.get(Person, teacher.id).language is Language.URDU


def test_a_link_ends_is_revoked_and_a_new_one_takes_its_place(client_as, anybody, house, clock, teacher):
    office = client_as("manager", "T/B1.")
    first, second = link_of(office, teacher), link_of(office, teacher)
    never = "/m/AAAAAAAAAAAAAAAAAAAAAA"
    assert anybody.get(never).status_code == 404
    assert bare(anybody, first) == bare(anybody, never)
    assert anybody.get(second).status_code == 200
    office.submit(f"/people/{teacher.id}/no-link")
    assert anybody.get(second).status_code == 404
    third = link_of(office, teacher)
    clock.advance(days=181)
    assert anybody.get(third).status_code == 404
    assert anybody.submit(third, texts="none").status_code == 404
    assert how(house, teacher) == (False, False, False)


def test_a_form_from_elsewhere_changes_nothing(client_as, anybody, house, teacher):
    link = link_of(client_as("manager", "T/B1."), teacher)
    anybody.post(link, {"texts": "none"}, Origin="https://evil.example")
    assert how(house, teacher) == (False, False, False)


def test_a_trainer_of_another_circle_makes_no_link(client_as, house, teacher):
    with house.unit() as db:
        place_at(db, "T/B1.C02.")
    assert client_as("trainer", "T/B1.C02.").submit(f"/people/{teacher.id}/link").status_code == 404
    with house.unit() as db:
        assert db.scalars(select(PersonalLink)).all() == []


def test_she_sees_takes_along_and_deletes_what_is_held_of_her(client_as, anybody, house, teacher):
    with house.unit() as db:
        note = write(db, Scope(teacher.id, ()), "bachon ko dhakkan se ginti sikhai")
        number = note.number
    link = link_of(client_as("clerk", "T/B1."), teacher)
    page = anybody.get(link).text
    assert "What we hold of you" in page
    assert "bachon ko dhakkan se ginti sikhai" in page
    taken = anybody.get(f"{link}.json").json()
    assert taken["name"] == "Gul Zaman"
    assert [each["number"] for each in taken["data"]["notes"]] == [number]
    assert "ginti" not in anybody.follow(anybody.submit(link, forget="on")).text
    with house.unit() as db:
        assert db.scalars(select(PracticeNote)).all() == []
    assert "it is the official record" in page


def test_she_tells_of_a_note_she_tried_and_her_own_way_waits_for_a_trainer(client_as, anybody, house, teacher):
    link = link_of(client_as("manager", "T/B1."), teacher)
    with house.unit() as db:
        plant(db, "5127", "dhakkan se ginti")
    wrong = anybody.submit(link, note="5128", worked="1")
    assert "Nothing was saved." in wrong.text
    anybody.submit(link, note="5127", worked="1", own_way="patthar se ginti", show="ltrc")
    with house.unit() as db:
        [trial] = db.scalars(select(Trial))
        own = db.scalars(select(PracticeNote).where(PracticeNote.author_id == teacher.id)).one()
        assert (trial.person_id, trial.worked) == (teacher.id, True)
        assert (own.parent_id, own.standing, own.audience) == (trial.note_id, Standing.WAITS, Audience.CLUSTER)
        assert own.named is False


def test_she_wishes_for_the_monthly_news_and_ends_it(client_as, anybody, house, teacher):
    link = link_of(client_as("manager", "T/B1."), teacher)
    assert "No more monthly news" in anybody.follow(anybody.submit(link, news="1")).text
    assert "Once a month" in anybody.follow(anybody.submit(link, news="0")).text
    with house.unit() as db:
        assert allows(db, teacher.id, Purpose.NEWS) is False
