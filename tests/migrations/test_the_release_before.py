"""A house of the release before becomes one of today with its data: what was planned, heard and marked is as before."""

import gzip
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, make_url, text

from clusters.kernel.database import programs
from cop.cli import cop
from cop.house import open_house
from cop.settings import Settings
from migrations.applying import newest
from migrations.roles import make_roles
from tests.houses import empty_database, pages_of

RELEASES = Path(__file__).parent / "releases"
AS_BEFORE = {
    "texts": "SELECT id, subject_kind, subject_id, revision, person_id, number, kind, leg, again, priority, text_key,"
    " text_values, language, send_after, send_by, planned_at, state, why, attempts, doubtful, segments, body"
    " FROM message ORDER BY id",
    "what the phones got": "SELECT id, phone, incoming, body, at, message_id FROM phone_text ORDER BY id",
    "marks": "SELECT report_id, invitation_id, mark FROM attendance ORDER BY 1, 2",
    "codes": "SELECT id, code, level, subject, state, starts_at, ends_at, venue FROM training_session ORDER BY id",
    "answers": "SELECT id, session_id, person_id, row FROM invitation ORDER BY id",
    "people": "SELECT id, name, language FROM person ORDER BY id",
    "schools": "SELECT id, code, name, training_path, admin_path FROM school ORDER BY id",
    "what was done": "SELECT id, at, door, verb, subject_kind, subject_id FROM audit_entry ORDER BY id",
}
"""What an upgrade may never change, by its name."""


@pytest.fixture(params=sorted(RELEASES.glob("*.sql.gz")), ids=lambda file: file.name.removesuffix(".sql.gz"))
def of_before(request, server):
    """Address of a database as that release left it."""
    with empty_database(server) as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            make_roles(connection)
        engine.dispose()
        where = make_url(url)
        script = gzip.decompress(request.param.read_bytes()).replace(b"SET transaction_timeout = 0;\n", b"", 1)
        options = where.get_dialect()().create_connect_args(where)[1]
        conninfo = " ".join(f"{name}='{value}'" for name, value in options.items())
        arguments = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null"]
        subprocess.run([programs() / "psql", *arguments, conninfo], input=script, check=True)
        yield url


def told(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {name: [tuple(row) for row in connection.execute(text(query))] for name, query in AS_BEFORE.items()}
    engine.dispose()
    return found


def test_the_release_before_becomes_this_one_with_a_backup_taken_first(of_before, tmp_path):
    before = told(of_before)
    assert all(before.values()), "a dump without data proves nothing"
    settings = {"COP_DATABASE_URL": of_before, "COP_DATA_DIR": str(tmp_path)}
    done = CliRunner().invoke(cop, ["migrate", "--json"], env=settings, catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    assert len(list((tmp_path / "backups").glob("*.backup"))) == 1
    assert told(of_before) == before
    with open_house(Settings(database_url=of_before, data_dir=tmp_path)) as house:
        with house.unit() as db:
            assert db.scalar(text("SELECT version_num FROM alembic_version")) == newest()
        assert set(pages_of(house).values()) == {200}
