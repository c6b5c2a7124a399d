"""`cop move-database`: the same rows on a server of another major version, pages open, the old one as it was."""

import pytest

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.kernel.database import connect
from clusters.people.rules import PostRole
from cop.backups.looking import looking
from cop.house import open_house
from cop.memory import guard
from cop.settings import Settings
from messaging.outbox.actions import enqueue
from messaging.outbox.rules import StopReason
from tests import build
from tests.conftest import NOON_IN_MARCH
from tests.houses import empty_database, pages_of
from tests.messaging.voice import draft, subject
from tests.servers import binaries, private_server


@pytest.fixture
def filled(database, tmp_path):
    """A house with an administrator, a training session and texts that wait; nothing is connected to it any more."""
    settings = Settings(database_url=database, data_dir=tmp_path / "data", now=NOON_IN_MARCH)
    with open_house(settings) as house, house.unit(Actor("test")) as db:
        cluster = build.cluster(db, schools=3)
        teachers = [build.teacher(db, school) for school in build.schools_of(db, cluster)]
        build.training_session(db, cluster, day=now(db).date(), invited=teachers)
        build.manager(db, build.programme(db), role=PostRole.ADMINISTRATOR)
        subject(db)
        enqueue(db, [draft(db, n) for n in range(20)])
    return database


@pytest.fixture(scope="module")
def fifteen():
    """A superuser's address on a private server of PostgreSQL 15."""
    with private_server(binaries(15)) as url:
        yield url


def look(url):
    engine = connect(url)
    with looking(engine) as seen:
        found = seen.contents(), seen.grants()
    engine.dispose()
    return found


def test_a_house_moves_to_another_major_version_and_back_row_for_row(run, filled, server, fifteen, tmp_path):
    whole = look(filled)
    with empty_database(fifteen) as there, empty_database(server) as back:
        for old, new in ((filled, there), (there, back)):
            code, moved, _ = run("move-database", "--to", new, "--json", COP_DATABASE_URL=old)
            assert (code, moved["differing"]) == (0, {})
            assert moved["rows"] == sum(each.rows for each in whole[0].values())
            assert moved["line"].startswith("COP_DATABASE_URL=postgresql")
            assert look(new) == whole
            assert look(old) == whole
            with open_house(Settings(database_url=new, data_dir=tmp_path / "data")) as house:
                with house.worker_unit() as db:
                    assert guard(db, house.settings.data_dir) is None
                assert set(pages_of(house).values()) == {200}
                with house.unit() as db:  # so that the next move compares what was there before the walk
                    for table in ("web_session", "login"):
                        db.connection().exec_driver_sql(f"DELETE FROM {table}")
            whole = look(new)


def test_whoever_starts_the_old_database_again_is_held(run, filled, fifteen, tmp_path):
    with open_house(Settings(database_url=filled, data_dir=tmp_path / "data")) as house, house.worker_unit() as db:
        db.connection().exec_driver_sql(
            "INSERT INTO attempt SELECT id, 1, clock_timestamp(), 'rehearsal', '' FROM message LIMIT 1"
        )
    with empty_database(fifteen) as there:
        assert run("move-database", "--to", there, "--json").code == 0
    with open_house(Settings(database_url=filled, data_dir=tmp_path / "data")) as house, house.worker_unit() as db:
        assert guard(db, house.settings.data_dir) is StopReason.OTHER


def test_a_database_that_holds_something_or_is_in_use_or_is_the_same_is_refused(run, filled, fifteen, new_database):
    before = look(filled)
    code, document, _ = run("move-database", "--to", new_database(), "--json")
    assert (code, document["error"]["key"]) == (5, "restore_not_empty")
    code, document, _ = run("move-database", "--to", filled, "--json")
    assert (code, document["error"]["key"]) == (5, "move_to_itself")
    code, document, _ = run("move-database", "--to", "not an address", "--json")
    assert (code, document["error"]["key"]) == (2, "database_address_unreadable")
    serving = connect(filled)
    with empty_database(fifteen) as there, serving.connect():
        code, document, _ = run("move-database", "--to", there, "--json")
    serving.dispose()
    assert (code, document["error"]["key"]) == (5, "database_in_use")
    assert look(filled) == before
