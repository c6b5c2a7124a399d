"""People on the pages: found inside one's places alone, changed by the office, every change with its way back."""

import re
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import event, func, select

from clusters.joining.actions import ask_to_join, say_yes
from clusters.kernel.audit import AuditEntry
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.rules import Language, PostRole
from clusters.structure.models import School
from cop.web import web_sessions
from cop.web.models import Login
from cop.web.security import cookie_name
from cop.web.views import paths
from messaging.consent.actions import mark_wrong
from messaging.consent.models import PersonOptOut
from messaging.consent.queries import silent_people, wrong_numbers
from messaging.outbox.models import Message
from tests import build
from tests.browsing import place_at, same_but_path

TODAY = "2026-03-02"


@dataclass(frozen=True)
class World:
    """A teacher in block B1 and one in B2, with a school beside each."""

    ours: int
    theirs: int
    school: str
    next_school: str
    session: int


@pytest.fixture
def world(house):
    with house.unit() as db:
        sides = []
        for block in ("B1", "B2"):
            cluster = build.cluster(db, 3, in_circle=place_at(db, f"T/{block}.C01."))
            schools = build.schools_of(db, cluster)
            number = "+923451234567" if block == "B1" else "+923337654321"
            teacher = build.teacher(db, schools[0], f"Gul Zaman of {block}", number=number)
            sides.append((teacher.id, schools, build.training_session(db, cluster, invited=[teacher]).id))
    (ours, schools, session), (theirs, _, _) = sides
    return World(ours, theirs, schools[0].code, schools[1].code, session)


@pytest.fixture
def manager(client_as):
    return client_as("manager", "T/B1.")


def stored(house, query):
    with house.unit() as db:
        return db.scalars(query).all()


def posts(house, person_id):
    rows = stored(house, select(Post).where(Post.person_id == person_id).order_by(func.lower(Post.during)))
    return [(row.role, row.school_id is not None, row.during.lower, row.during.upper) for row in rows]


def numbers(house, person_id):
    query = select(PersonNumber.number).where(PersonNumber.person_id == person_id, PersonNumber.until.is_(None))
    return stored(house, query)


def undo_of(page: str) -> str:
    """Where the Undo of the notice goes."""
    return re.search(r'class="flash.*?action="([^"]+)"', page, re.DOTALL)[1]


def test_a_manager_finds_her_own_people_by_name_number_and_code_and_nobody_elsewhere(manager, world):
    for words in ("gul zamaan", "گل زمان", "0345-1234567", world.school, ""):
        page = manager.get(f"/people?q={words}").text
        assert "Gul Zaman of B1" in page, words
        assert "Gul Zaman of B2" not in page, words
    assert "Nobody is found." in manager.get("/people?q=0333-7654321").text
    assert same_but_path(manager.get(paths.person(world.theirs)), manager.get(paths.person(999_999)))
    assert manager.get("/people?place=T/B2.").status_code == 404


def test_a_monitor_reads_without_numbers_on_page_and_in_data(client_as, world):
    monitor = client_as("monitor", "T/B1.")
    for path in ("/people", "/people.json", paths.person(world.ours), f"{paths.person(world.ours)}.json"):
        answer = monitor.get(path)
        assert answer.status_code == 200
        assert "1234567" not in answer.text.replace("-", ""), path
        assert "0345-…567" in answer.text
    assert "Nobody is found." in monitor.get("/people?q=0345-1234567").text


def test_a_page_shows_posts_phone_and_sessions_and_no_score(manager, world):
    page = manager.get(paths.person(world.ours)).text
    assert "0345-1234567" in page
    assert paths.session(world.session) in page
    for word in ("score", "rank", "rate", "%"):
        assert word not in re.sub(r"<[^>]*>", "", page), word


@pytest.mark.parametrize("path", ["/people?q=gul", "/people", "person"])
def test_a_page_asks_no_more_when_there_are_more_people(manager, world, house, path):
    asked = []
    path = paths.person(world.ours) if path == "person" else path

    def count(_connection, _cursor, statement, *_):
        if "SAVEPOINT" not in statement:  # those are of the tests
            asked.append(statement)

    def ask() -> int:
        asked.clear()
        assert manager.get(path).status_code == 200
        return len(asked)

    event.listen(house.engine, "before_cursor_execute", count)
    try:
        manager.get(path)
        before = ask()
        with house.unit() as db:
            school = db.scalars(select(Post.school_id).where(Post.person_id == world.ours)).one()
            for number in range(30):
                person = build.person(db, f"Gul Zaman {number}", number="+923451234567")
                build.post(db, person, PostRole.TEACHER, at_school=db.get(School, school))
        assert ask() == before
        assert before <= 7
    finally:
        event.remove(house.engine, "before_cursor_execute", count)


def test_somebody_new_is_saved_only_after_a_look_at_who_may_be_the_same(manager, world, house):
    form = {"name": "Gul Zamaan", "role": "teacher", "at": world.school, "phone": "0300 7654321", "from_date": TODAY}
    asked = manager.submit(paths.NEW_PERSON, **form)
    assert asked.status_code == 409
    assert "Is it one of these?" in asked.text
    assert paths.person(world.ours) in asked.text
    assert "Gul Zamaan" in asked.text
    assert stored(house, select(Person.id).where(Person.name == "Gul Zamaan")) == []
    saved = manager.submit(paths.NEW_PERSON, **form, sure="on")
    page = manager.follow(saved)
    assert "Gul Zamaan is registered." in page.text
    (new,) = stored(house, select(Person.id).where(Person.name == "Gul Zamaan"))
    assert numbers(house, new) == ["+923007654321"]
    manager.submit(undo_of(page.text))
    assert stored(house, select(Person.id).where(Person.name == "Gul Zamaan")) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "0912345678"}, "phone"),
        ({"at": "0"}, "at"),
        ({"name": "."}, "name"),
        ({"role": "administrator"}, "at"),
    ],
)
def test_a_fault_is_said_beside_its_field_and_nothing_is_kept(manager, world, house, change, field):
    form = {"name": "Noor Wali", "role": "teacher", "at": world.school, "sure": "on"} | change
    before = stored(house, select(func.count(Person.id)))
    answer = manager.submit(paths.NEW_PERSON, **form)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert stored(house, select(func.count(Person.id))) == before


def test_a_clerk_adds_and_numbers_but_appoints_nobody(client_as, world, house):
    clerk = client_as("clerk", "T/B1.")
    assert clerk.submit(paths.person_act(world.ours, "number"), phone="0300-1112223").status_code == 303
    assert numbers(house, world.ours) == ["+923001112223"]
    for path, form in (("appoint", {"role": "teacher", "at": "T/B1.C01."}), ("move", {"to": world.next_school})):
        assert clerk.submit(paths.person_act(world.ours, path), **form).status_code == 403
    assert len(posts(house, world.ours)) == 1
    assert clerk.submit(paths.NEW_PERSON, name="Noor Wali", role="teacher", at=world.school).status_code == 303


ACTS = [
    ("number", {"phone": "0300-1112223"}),
    ("no-number", {}),
    ("wrong-number", {}),
    ("move", {"to": "next"}),
    ("appoint", {"role": "circle_trainer", "at": "T/B1.C01.", "from_date": TODAY}),
    ("name", {"name": "Gul Zaman Khan", "language": "ur"}),
    ("silence", {}),
    ("end", {"on": TODAY}),
]


@pytest.mark.parametrize(("act", "form"), ACTS, ids=[act for act, _ in ACTS])
def test_every_change_is_written_down_and_its_undo_brings_the_state_back(manager, world, house, act, form):
    def state():
        with house.unit() as db:
            person = db.get(Person, world.ours)
            told = silent_people(db, [world.ours])
            return (posts(house, world.ours), numbers(house, world.ours), person.language, told)

    before, form = state(), {**form, **({"to": world.next_school} if act == "move" else {})}
    (post,) = stored(house, select(Post.id).where(Post.person_id == world.ours))
    path = paths.end_post(world.ours, post) if act == "end" else paths.person_act(world.ours, act)
    page = manager.follow(manager.submit(path, **form))
    assert page.status_code == 200
    assert state() != before
    audited = stored(house, select(AuditEntry.person_id).where(AuditEntry.subject_id == world.ours))
    assert set(audited) == {manager.person_id}
    assert manager.submit(undo_of(page.text)).status_code == 303
    assert state() == before


def test_an_undo_is_refused_when_something_has_changed_since_and_after_a_day(manager, world, house, clock):
    first = undo_of(manager.follow(manager.submit(paths.person_act(world.ours, "number"), phone="0300-1112223")).text)
    second = manager.follow(manager.submit(paths.person_act(world.ours, "number"), phone="0300-1112224")).text
    assert manager.submit(first).status_code == 409
    clock.advance(hours=25)
    later = manager_again(manager, house)
    assert later.submit(undo_of(second)).status_code == 409
    assert numbers(house, world.ours) == ["+923001112224"]


def manager_again(manager, house):
    """The same manager, signed in anew: a day has passed."""
    with house.unit() as db:
        login = db.scalars(select(Login.id).where(Login.login == manager.login)).one()
        session_id = web_sessions.begin(db, login, house.clock(None))
    return replace(manager, cookies={cookie_name(house.settings): session_id})


def test_nobody_elsewhere_takes_a_change_back(manager, client_as, world, house):
    undo = undo_of(manager.follow(manager.submit(paths.person_act(world.ours, "wrong-number"))).text)
    for place in ("T/B2.", "A/KP.HANGU."):
        assert client_as("manager", place).submit(undo).status_code == 404
    assert numbers(house, world.ours) == []


def test_a_trainer_notes_silence_for_her_people_alone(client_as, world, house):
    trainer = client_as("trainer", "T/B1.C01.")
    assert trainer.submit(paths.person_act(world.ours, "silence")).status_code == 303
    assert trainer.submit(paths.person_act(world.theirs, "silence")).status_code == 404
    assert stored(house, select(PersonOptOut.source)) == ["trainer"]
    assert "wants none, noted" in trainer.get(paths.person(world.ours)).text
    assert trainer.submit(paths.person_act(world.ours, "number"), phone="0300-1112223").status_code == 403


def test_a_number_that_a_provider_calls_wrong_is_shown_until_the_office_finds_it_right(
    manager, client_as, world, house
):
    (number,) = numbers(house, world.ours)
    assert manager.submit(paths.person_act(world.ours, "right-number")).status_code == 409
    with house.unit() as db:
        mark_wrong(db, number, "twilio", "21614")
    assert "gets no texts, " in manager.get(paths.person(world.ours)).text
    trainer = client_as("trainer", "T/B1.C01.")
    assert trainer.submit(paths.person_act(world.ours, "right-number")).status_code == 403
    page = manager.follow(manager.submit(paths.person_act(world.ours, "right-number")))
    assert "the number is right" in page.text
    assert "gets no texts, " not in page.text
    with house.unit() as db:
        assert wrong_numbers(db, [number]) == {}


def test_who_was_moved_stands_at_the_other_school_from_that_day(manager, world, house):
    manager.submit(paths.person_act(world.ours, "move"), to=world.next_school, move_date="2026-04-01")
    (before, after) = posts(house, world.ours)
    assert before[2:] == (build.SINCE, date(2026, 4, 1))
    assert after[2:] == (date(2026, 4, 1), None)
    assert "31 Mar 2026" in manager.get(paths.person(world.ours)).text


def test_an_odd_mark_of_the_next_page_breaks_nothing(manager, world):
    assert manager.get("/people?after=gul.%C2%B2").status_code == 200


def asks_to_join(house, place, name="Zarmina Bibi"):
    with house.unit() as db:
        school = build.schools_of(db, place)[0]
        made = ask_to_join(db, "+923009876543", name, school.id, Language.ROMAN_URDU)
        say_yes(db, made)
        return made, school.name


@pytest.fixture
def ltrc(house):
    with house.unit() as db:
        return build.cluster(db, 1, in_circle=place_at(db, "T/B1.C01."))


def test_who_trains_there_confirms_a_newcomer_on_the_page_and_she_is_told(client_as, house, ltrc):
    request, school = asks_to_join(house, ltrc)
    browser = client_as("trainer", "T/B1.C01.")
    page = browser.get("/people").text
    assert "Want to join" in page
    assert school in page
    assert "Zarmina Bibi" in browser.follow(browser.submit(f"/people/requests/{request}", confirms="on")).text
    assert "Want to join" not in browser.get("/people").text
    with house.unit() as db:
        told = db.scalars(select(Message).where(Message.number == "+923009876543")).one()
        assert told.text_key == "join_welcome"


def test_a_request_of_another_place_is_neither_shown_nor_settled(client_as, house, ltrc):
    request, _ = asks_to_join(house, ltrc)
    elsewhere = client_as("trainer", "T/B1.C02.")
    assert "Want to join" not in elsewhere.get("/people").text
    assert elsewhere.submit(f"/people/requests/{request}", confirms="on").status_code == 404
    assert "Zarmina" not in client_as("monitor", "T/B1.").get("/people").text


def test_who_is_not_known_there_is_not_registered_and_told_so(client_as, house, ltrc):
    request, _ = asks_to_join(house, ltrc)
    client_as("clerk", "T/B1.").submit(f"/people/requests/{request}")
    with house.unit() as db:
        assert db.scalars(select(Message.text_key)).all() == ["join_not_confirmed"]
        assert db.scalar(select(Person.id).where(Person.name == "Zarmina Bibi")) is None
