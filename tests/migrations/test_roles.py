"""On a server whose login is no superuser the house stands all the same, and what it may not do is said as SQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from clusters.kernel.audit import Actor
from cop.cli import cop
from cop.house import open_house
from cop.settings import Settings
from migrations.roles import UNITS
from tests import build
from tests.servers import binaries, private_server


@pytest.fixture(scope="module", params=[15, 18])
def superuser(request) -> Iterator[str]:
    """A private server of each major version that is here."""
    with private_server(binaries(request.param)) as url:
        yield url


@contextmanager
def as_superuser(superuser, database="postgres"):
    engine = create_engine(make_url(superuser).set(database=database), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def named(superuser):
    """Makes a login with these attributes and a database, its own unless told otherwise; roles begin anew."""
    made = []

    def make(attributes="", owner=True):
        name = f"plain_{os.urandom(3).hex()}"
        made.append(name)
        with as_superuser(superuser) as connection:
            connection.execute(text(f"CREATE ROLE {name} LOGIN {attributes}"))
            connection.execute(text(f"CREATE DATABASE {name} OWNER {name if owner else 'postgres'}"))
        return name, make_url(superuser).set(username=name, database=name).render_as_string()

    yield make
    with as_superuser(superuser) as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            connection.execute(text(f"DROP OWNED BY {name} CASCADE"))
            connection.execute(text(f"DROP ROLE {name}"))
        for role in ("cop_owner", *UNITS):
            if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}):
                connection.execute(text(f"DROP OWNED BY {role}"))
                connection.execute(text(f"DROP ROLE {role}"))


@pytest.fixture
def call(tmp_path):
    def call(url, *arguments):
        environment = {"COP_DATABASE_URL": url, "COP_DATA_DIR": str(tmp_path)}
        done = CliRunner().invoke(cop, [*arguments], env=environment, catch_exceptions=False)
        return done.exit_code, done.stdout, " ".join(done.stderr.split())

    return call


def the_house_works(url, tmp_path):
    """Pages read, workers write, and neither changes what was written down for ever."""
    with open_house(Settings(database_url=url, data_dir=tmp_path)) as house:
        with house.unit(Actor("test")) as db:
            build.cluster(db, schools=2)
        for unit in (house.web_unit, house.worker_unit):
            with unit() as db:
                assert db.scalar(text("SELECT count(*) FROM school")) == 2
            with pytest.raises(ProgrammingError), unit() as db:
                db.execute(text("UPDATE audit_entry SET why = 'changed'"))


def test_a_plain_owner_hands_what_it_may_not_do_to_an_administrator(superuser, named, call, tmp_path):
    name, url = named()
    code, _, told = call(url, "migrate")
    assert code == 5
    assert "cop migrate --grants --print" in told
    code, _, told = call(url, "migrate", "--grants")
    assert code == 5
    assert "CREATE ROLE cop_owner" in told
    code, script, _ = call(url, "migrate", "--grants", "--print")
    assert code == 0
    with as_superuser(superuser, name) as connection:
        for statement in script.splitlines():
            connection.execute(text(statement.rstrip(";")))
    assert call(url, "migrate", "--grants")[0] == 0
    assert call(url, "migrate", "--grants", "--print")[1] == ""
    with as_superuser(superuser, name) as connection:
        owners = connection.scalars(text("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")).all()
    assert owners == ["cop_owner"]
    the_house_works(url, tmp_path)


def test_a_login_that_may_make_roles_sets_up_everything_itself(superuser, named, call, tmp_path):
    _, url = named("CREATEROLE")
    code, _, told = call(url, "migrate", "--grants")
    assert code == 0, told
    code, _, told = call(url, "migrate", "--grants")
    assert code == 0
    assert "set up already" in told
    the_house_works(url, tmp_path)


def test_a_house_that_stood_before_gets_its_owner_afterwards(superuser, named, call, tmp_path):
    _name, url = named("CREATEROLE")
    assert call(url, "migrate")[0] == 0
    _code, script, _ = call(url, "migrate", "--grants", "--print")
    assert "ALTER TABLE" in script
    assert call(url, "migrate", "--grants")[0] == 0
    assert call(url, "migrate", "--grants", "--print")[1] == ""
    the_house_works(url, tmp_path)


def test_a_plain_owner_whose_units_exist_already_needs_nobody(superuser, named, call, tmp_path):
    name, url = named()
    with as_superuser(superuser) as connection:
        for role in UNITS:
            connection.execute(text(f"CREATE ROLE {role} NOLOGIN"))
            connection.execute(text(f"GRANT {role} TO {name}"))
    code, _, told = call(url, "migrate")
    assert code == 0, told
    the_house_works(url, tmp_path)


def test_a_login_that_may_make_no_tables_is_told_what_an_administrator_must_do(superuser, named, call):
    name, url = named("CREATEROLE", owner=False)
    code, _, told = call(url, "migrate")
    assert code == 5
    assert f"The login {name} may not make tables in the database {name}" in told
    code, script, _ = call(url, "migrate", "--grants", "--print")
    assert "GRANT USAGE, CREATE ON SCHEMA public TO cop_owner;" in script.splitlines()
    with as_superuser(superuser, name) as connection:
        for statement in script.splitlines():
            connection.execute(text(statement.rstrip(";")))
    assert call(url, "migrate")[0] == 0
