"""`cop users`: who is let in, by a link that works once."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from clusters.kernel.unit import UnitOfWork
from clusters.people.models import Person, Post
from clusters.people.rules import PostRole
from cop.web import second_factor, web_sessions
from cop.web.models import Login, SecondFactor, WebSession
from cop.web.signing_in import holder
from tests import build
from tests.conftest import NOON_IN_MARCH

Run = Callable[..., Any]


@pytest.fixture
def own_unit(own_unit: UnitOfWork) -> UnitOfWork:
    with own_unit() as db:
        build.programme(db)
        build.area(db, "KP.BANNU.")
    return own_unit


def test_a_user_gets_a_post_a_login_and_a_link(run: Run, own_unit: UnitOfWork) -> None:
    code, made, _ = run(
        "users", "add", "--name", "Sajida Begum", "--role", "manager", "--place", "A/KP.BANNU.", "--json"
    )
    assert code == 0
    assert set(made) == {"id", "login", "link"}
    assert made["login"] == "sajida.begum"
    start, _, token = str(made["link"]).rpartition("/")
    assert start == "http://127.0.0.1:8765/sign-in"
    with own_unit() as db:
        post = db.scalars(select(Post).where(Post.person_id == made["id"])).one()
        assert (post.role, post.admin_path) == (PostRole.EDUCATION_MANAGER, "KP.BANNU.")
        assert holder(db, token, NOON_IN_MARCH) == "Sajida Begum"


@pytest.mark.parametrize("role", ["admin", "manager", "monitor", "trainer", "clerk"])
def test_every_role_can_be_given_the_whole_programme(run: Run, own_unit: UnitOfWork, role: str) -> None:
    code, made, _ = run("users", "add", "--name", "N", "--role", role, "--place", "T/", "--json")
    assert (code, made["login"]) == (0, "n")


def test_the_link_leads_to_the_public_address(run: Run, own_unit: UnitOfWork) -> None:
    options = ("--name", "N", "--role", "admin", "--place", "T/", "--json")
    _, made, _ = run("users", "add", *options, COP_PUBLIC_URL="https://cop.example.pk")
    assert str(made["link"]).startswith("https://cop.example.pk/sign-in/")
    _, made, _ = run("users", "add", *options, COP_PORT="9000")
    assert str(made["link"]).startswith("http://127.0.0.1:9000/sign-in/")


def test_two_people_of_one_name_sign_in_under_two(run: Run, own_unit: UnitOfWork) -> None:
    options = ("users", "add", "--name", "Gul Zaman", "--role", "clerk", "--place", "T/", "--json")
    assert [run(*options).document["login"] for _ in range(3)] == ["gul.zaman", "gul.zaman2", "gul.zaman3"]


def test_a_name_in_another_script_gets_a_name_to_sign_in_with_too(run: Run, own_unit: UnitOfWork) -> None:
    _, made, _ = run("users", "add", "--name", "گل زمان", "--role", "clerk", "--place", "T/", "--json")
    assert made["login"] == "user"


def test_an_unknown_place_is_not_found_and_changes_nothing(run: Run, own_unit: UnitOfWork) -> None:
    code, told, _ = run("users", "add", "--name", "N", "--role", "admin", "--place", "T/B9.", "--json")
    assert code == 4
    assert told["error"]["key"] == "place_not_found"
    assert "There is no place T/B9." in told["error"]["sentence"]
    with own_unit() as db:
        assert db.scalars(select(Person)).all() == []


def test_a_taken_name_is_a_conflict_and_changes_nothing(run: Run, own_unit: UnitOfWork) -> None:
    options = ("users", "add", "--name", "N", "--role", "admin", "--place", "T/", "--login", "Boss", "--json")
    assert run(*options).code == 0
    code, told, _ = run(*options)
    assert (code, told["error"]["key"]) == (5, "login_taken")
    with own_unit() as db:
        assert len(db.scalars(select(Person)).all()) == 1


def test_somebody_known_signs_in_with_the_post_she_holds(run: Run, own_unit: UnitOfWork) -> None:
    with own_unit() as db:
        circle = build.circle(db, segment="C01")
        trainer = build.trainer(db, circle, "Zakir Ullah")
    place = f"T/{circle.path}"
    _, made, _ = run("users", "add", "--person", trainer.id, "--role", "trainer", "--place", place, "--json")
    assert (made["id"], made["login"]) == (trainer.id, "zakir.ullah")
    with own_unit() as db:
        assert len(db.scalars(select(Post).where(Post.person_id == trainer.id)).all()) == 1


def test_a_fresh_link_takes_the_place_of_the_one_before(run: Run, own_unit: UnitOfWork) -> None:
    _, made, _ = run("users", "add", "--name", "N", "--role", "admin", "--place", "T/", "--json")
    code, again, _ = run("users", "link", " N ", "--json")
    assert (code, again["login"]) == (0, "n")
    with own_unit() as db:
        assert holder(db, str(made["link"]).rpartition("/")[2], NOON_IN_MARCH) is None
        assert holder(db, str(again["link"]).rpartition("/")[2], NOON_IN_MARCH) == "N"
    assert run("users", "link", "nobody", "--json").code == 4


def test_who_is_disabled_has_no_link_and_no_login(run: Run, own_unit: UnitOfWork) -> None:
    _, made, _ = run("users", "add", "--name", "N", "--role", "admin", "--place", "T/", "--json")
    assert run("users", "disable", "n", "--json").code == 0
    with own_unit() as db:
        assert db.scalars(select(Login.disabled_at)).one() is not None
        assert holder(db, str(made["link"]).rpartition("/")[2], NOON_IN_MARCH) is None
    assert run("users", "link", "n", "--json").code == 4


def test_whoever_lost_phone_and_paper_is_let_in_by_the_password_again(run: Run, own_unit: UnitOfWork) -> None:
    run("users", "add", "--name", "N", "--role", "admin", "--place", "T/", "--json")
    with own_unit() as db:
        login = db.scalars(select(Login.id)).one()
        second_factor.prepare(db, login)
        db.execute(update(SecondFactor).values(salt=SecondFactor.next_salt, next_salt=None))
        second_factor.print_codes(db, b"secret", login)
        web_sessions.begin(db, login, NOON_IN_MARCH)
    assert run("users", "no-second-factor", "n", "--json").document == {"login": "n", "second_factor": False}
    with own_unit() as db:
        assert not second_factor.is_set_up(db, login)
        assert second_factor.codes_left(db, login) == 0
        assert db.scalars(select(WebSession.ended_at)).one() is not None, "her phone may be in other hands"
    assert run("users", "no-second-factor", "nobody", "--json").code == 4


def test_without_json_the_link_alone_stands_on_stdout(run: Run, own_unit: UnitOfWork) -> None:
    ran = run("users", "add", "--name", "Sajida", "--role", "admin", "--place", "T/")
    assert ran.stdout.startswith("http://127.0.0.1:8765/sign-in/")
    assert len(ran.stdout.splitlines()) == 1
    assert "Signs in as sajida." in ran.told
