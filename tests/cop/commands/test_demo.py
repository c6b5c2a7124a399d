"""`cop demo`: made once, served until it is asked to end, signed into by its link; never in anybody's own database."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, inspect, make_url, text

from clusters.kernel.database import connect
from clusters.scope import Scope
from clusters.structure.actions import found_programme
from cop.demo.building import LOCK, stand
from cop.demo.sizes import Size
from cop.house import open_house
from cop.settings import Settings
from tests import build
from tests.conftest import NOON_IN_MARCH

PATIENCE = 60
"""Seconds after which a process that should have ended is taken for one that hangs."""
SCHOOLS = 84


class Demo:
    """A `cop demo` of its own process."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        self.talk = (folder / "talk").open("w")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COP_")}
        self.process = subprocess.Popen(
            [Path(sys.executable).parent / "cop", "demo", "--schools", str(SCHOOLS), *arguments],
            cwd=folder,
            env={**environment, **settings},
            stdout=subprocess.PIPE,
            stderr=self.talk,
            text=True,
        )

    def __enter__(self) -> "Demo":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGKILL)
        self.process.stdout.close()
        self.talk.close()

    @property
    def document(self):
        """What it prints with --json, once it serves."""
        return json.loads(self.process.stdout.readline())

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextmanager
def signed_in(document):
    """A browser that used the one-time link."""
    with httpx.Client(base_url=document["address"], follow_redirects=True, timeout=PATIENCE) as browser:
        page = browser.get(document["link"])
        main = page.text.partition("<main")[2]  # the form that chooses the language stands above it
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main))
        done = browser.post(document["link"], data=fields, headers={"Sec-Fetch-Site": "same-origin"})
        assert done.status_code == 200
        yield browser


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the embedded server's own user may enter, too."""
    folder = Path(tempfile.mkdtemp(prefix="cop-demo-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_it_is_made_served_signed_into_ended_and_found_again(home):
    port = free_port()
    with Demo(home, "--port", str(port), "--json") as demo:
        first = demo.document
        assert first == {
            "address": f"http://127.0.0.1:{port}",
            "link": first["link"],
            "phones": f"http://127.0.0.1:{port}/phones",
            "made": True,
            "schools": SCHOOLS,
            "clusters": 3,
            "teachers": 90,
            "seed": 1,
        }
        with signed_in(first) as browser:
            assert "Gulalai Khattak" in browser.get("/").text
            assert browser.get("/phones").status_code == 200
        assert demo.end(signal.SIGTERM) == 0
    assert (home / "demo-data").is_dir()

    with socket.create_server(("127.0.0.1", port)), Demo(home, "--port", str(port), "--json") as demo:
        second = demo.document
        assert second["made"] is False
        assert second["schools"] == SCHOOLS
        assert second["address"] != first["address"]
        assert second["link"].rpartition("/")[2] != first["link"].rpartition("/")[2]
        with signed_in(second) as browser:
            assert "Gulalai Khattak" in browser.get("/").text
        assert demo.end(signal.SIGINT) in (0, 130)


@pytest.mark.long
def test_people_read_where_everything_is_and_that_an_old_one_has_aged(tmp_path, database):
    with Demo(tmp_path, "--port", str(free_port()), COP_DATABASE_URL=database) as demo:
        said = [demo.process.stdout.readline() for _ in range(7)]
        assert demo.end() == 0
    told = "".join(said)
    assert f"{SCHOOLS} schools, 3 LTRCs, 90 teachers" in told
    assert re.search(r"The pages +http://127\.0\.0\.1:\d+\n", told)
    assert re.search(r"Sign in +http://127\.0\.0\.1:\d+/sign-in/\S+ ", told)
    assert re.search(r"The phones +http://127\.0\.0\.1:\d+/phones\n", told)
    assert said[-1] == "Ctrl-C ends it.\n"
    later = (datetime.now(UTC) + timedelta(days=20)).isoformat()
    with Demo(tmp_path, "--port", str(free_port()), COP_DATABASE_URL=database, COP_NOW=later) as demo:
        said = "".join(demo.process.stdout.readline() for _ in range(10))
        assert demo.end() == 0
    assert "what was to come then lies behind now" in said
    assert "name an empty database" in said


@pytest.mark.long
def test_a_making_that_is_broken_off_ends_with_130_and_is_taken_up_anew(tmp_path, database):
    with Demo(tmp_path, COP_DATABASE_URL=database) as demo:
        engine = connect(database)
        with engine.connect() as connection:
            while not connection.scalar(text("SELECT count(*) FROM programme")):
                connection.rollback()
        engine.dispose()
        assert demo.end(signal.SIGINT) == 130
    settings = Settings(data_dir=tmp_path / "data", database_url=database, now=NOON_IN_MARCH)
    with open_house(settings) as house:
        standing = stand(house, 1, Size(SCHOOLS, 90), lambda share, doing: None)
        assert (standing.newly_made, standing.schools, standing.clusters) == (True, SCHOOLS, 3)
        assert not standing.aged(NOON_IN_MARCH + timedelta(days=6))
        assert standing.aged(NOON_IN_MARCH + timedelta(days=8))


def counts(unit):
    with unit() as db:
        return [db.scalar(text(f"SELECT count(*) FROM {table}")) for table in ("school", "person", "place", "login")]


def test_somebodys_own_programme_is_refused_and_left_as_it_is(run, own_unit):
    with own_unit() as db:
        found_programme(db, Scope.everywhere(), "Bannu", invented=False)
    before = counts(own_unit)
    code, document, _ = run("demo", "--json")
    assert (code, document["error"]["key"]) == (5, "not_a_demo")
    assert "the programme Bannu" in document["error"]["sentence"]
    assert counts(own_unit) == before


def test_people_who_are_not_invented_are_left_alone(run, own_unit):
    with own_unit() as db:
        build.programme(db, invented=True)
        build.person(db, "Gulalai Khattak").invented = False
    before = counts(own_unit)
    code, document, _ = run("demo", "--json")
    assert (code, document["error"]["key"]) == (5, "not_a_demo")
    assert counts(own_unit) == before


def test_schools_without_a_programme_are_somebodys_own(run, own_unit):
    with own_unit() as db:
        db.execute(text("INSERT INTO school (code, name) VALUES ('1', 'GPS Kakki')"))
    assert run("demo", "--json").document["error"]["key"] == "not_a_demo"


def test_a_database_of_something_else_gets_no_tables_of_ours(run, server):
    name = f"cop_other_{os.getpid()}"
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    with owner.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    other = create_engine(url)
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE harvest (id int)"))
    done = run("demo", "--json", COP_DATABASE_URL=url)
    assert (done.code, done.document["error"]["key"]) == (5, "not_a_demo")
    assert inspect(other).get_table_names() == ["harvest"]
    other.dispose()
    with owner.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    owner.dispose()


def test_two_at_once_do_not_make_it_twice(run, database):
    engine = connect(database)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        code, document, _ = run("demo", "--json")
    engine.dispose()
    assert (code, document["error"]["key"]) == (5, "demo_being_made")


@pytest.mark.parametrize("port", ["0", "70000", "many"])
def test_a_port_that_cannot_be_is_wrong_usage(run, port):
    assert run("demo", "--port", port).code == 2


def test_an_address_that_others_reach_is_refused_without_https(run):
    code, document, _ = run("demo", "--json", COP_HOST="192.0.2.1")
    assert (code, document["error"]["key"]) == (7, "https_needed")
