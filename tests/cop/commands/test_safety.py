"""`cop backup` and `cop restore`: everything comes back as it was, or a sentence says why not."""

import json
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pyrage import x25519
from sqlalchemy import create_engine, make_url, text

from clusters.kernel.audit import Actor
from clusters.kernel.database import connect
from cop.backups.looking import looking
from cop.backups.records import last_backup, last_check
from messaging.outbox.actions import enqueue
from tests import build
from tests.conftest import NOON_IN_MARCH
from tests.messaging.voice import draft, subject

COP = Path(sys.executable).parent / "cop"


@pytest.fixture
def filled(database, own_unit):
    """A house with schools, a person, texts that wait, and rights on one column."""
    with own_unit(Actor("test")) as db:
        build.cluster(db, schools=3)
        subject(db)
        enqueue(db, [draft(db, n) for n in range(5)])
    return database


@pytest.fixture
def empty(server):
    """Addresses of databases without a table; dropped at the end."""
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    made = []

    def make():
        made.append(f"cop_empty_{os.urandom(4).hex()}")
        with owner.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {made[-1]}"))
        return make_url(server).set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    with owner.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    owner.dispose()


def look(url):
    engine = connect(url)
    with looking(engine) as seen:
        found = seen.contents(), seen.grants()
    engine.dispose()
    return found


def test_a_backup_comes_back_row_by_row_with_its_rights_and_its_secret_and_nothing_is_sent(
    run, filled, empty, tmp_path
):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret").write_text("s" * 43)
    code, made, _ = run("backup", "--json")
    assert code == 0
    assert made["sealed"] == "open"
    target, elsewhere = empty(), tmp_path / "elsewhere"
    code, back, _ = run("restore", made["file"], "--json", COP_DATABASE_URL=target, COP_DATA_DIR=str(elsewhere))
    assert (code, back["held"], back["differing"]) == (0, True, {})
    assert (back["tables"], back["rows"]) == (made["tables"], made["rows"])
    (was, rights), (now, rights_now) = look(filled), look(target)
    assert rights_now == rights
    assert {name: was[name] for name in was if name not in ("public.sending_stop", "public.tick")} == {
        name: now[name] for name in was if name not in ("public.sending_stop", "public.tick")
    }
    assert (elsewhere / "secret").read_text() == "s" * 43
    assert stat.S_IMODE((elsewhere / "secret").stat().st_mode) == 0o600
    doctor = run("doctor", "--json", COP_DATABASE_URL=target, COP_DATA_DIR=str(elsewhere)).document
    sending = next(check for check in doctor["checks"] if check["name"] == "sending")
    assert not sending["well"]
    assert "came out of a backup" in sending["what"]


def test_a_backup_is_remembered_readable_by_its_owner_alone_and_old_ones_make_room(run, filled, tmp_path):
    place = tmp_path / "data" / "backups"
    place.mkdir(parents=True)
    foreign = [place / name for name in ("cop-ffffff-20200101T000000Z.backup", "holiday.jpg")]
    for each in foreign:
        each.write_text("somebody else's")
    code, made, _ = run("backup", "--json")
    file = Path(made["file"])
    assert code == 0
    assert file.parent == place
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    last = last_backup(tmp_path / "data")
    assert (last.file, last.tables, last.rows, last.bytes) == (
        made["file"],
        made["tables"],
        made["rows"],
        file.stat().st_size,
    )
    tag = file.name.split("-")[1]
    for day in range(1, 29):
        (place / f"cop-{tag}-202501{day:02}T020000Z.backup").write_text("old")
    code, again, _ = run("backup", "--json", COP_BACKUPS_DAILY="3", COP_BACKUPS_WEEKLY="1", COP_BACKUPS_MONTHLY="1")
    left = sorted(each.name for each in place.glob(f"cop-{tag}-*.backup"))
    assert left == [
        f"cop-{tag}-20250127T020000Z.backup",
        f"cop-{tag}-20250128T020000Z.backup",
        Path(again["file"]).name,
    ]
    assert f"cop-{tag}-20250101T020000Z.backup" in again["dropped"]
    assert all(each.exists() for each in foreign)


def test_a_trial_says_in_a_sentence_that_the_backup_is_good_and_leaves_nothing(run, filled, tmp_path):
    made = run("backup", "--json", COP_BACKUP_KEY="eleven grey herons").document
    assert made["sealed"] == "passphrase"
    before = sorted(path.name for path in (tmp_path / "data").iterdir())
    code, trial, _ = run("restore", made["file"], "--check", "--json", COP_BACKUP_KEY="eleven grey herons")
    assert (code, trial["ok"]) == (0, True)
    assert "came back exactly as they were" in trial["sentence"]
    assert trial["rows"] == made["rows"]
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == before
    remembered = last_check(tmp_path / "data")
    assert (remembered.ok, remembered.sentence, remembered.file) == (True, trial["sentence"], made["file"])
    code, trial, _ = run("restore", "latest", "--check", "--json", COP_BACKUP_KEY="another passphrase")
    assert (code, trial["ok"], trial["error"]["key"]) == (3, False, "backup_key_wrong")
    assert last_check(tmp_path / "data").ok is False


def test_a_trial_notices_a_manifest_that_was_changed(run, filled):
    made = run("backup", "--json").document
    file = Path(made["file"])
    content = file.read_bytes()
    at = content.index(b'"public.message": {"rows": 5')
    spoiled = content[:at] + content[at:].replace(b'"rows": 5', b'"rows": 6', 1)
    file.write_bytes(spoiled)
    code, trial, _ = run("restore", made["file"], "--check", "--json")
    assert (code, trial["error"]["key"]) == (3, "backup_not_whole")


def test_a_backup_goes_into_an_empty_database_only(run, filled):
    made = run("backup", "--json").document
    before = look(filled)
    code, document, _ = run("restore", made["file"], "--json")
    assert (code, document["error"]["key"]) == (5, "restore_not_empty")
    assert "Nothing was changed" in document["error"]["sentence"]
    assert look(filled) == before


def test_a_key_in_a_file_seals_for_its_recipient_and_the_identity_opens(run, filled, empty, tmp_path):
    identity = x25519.Identity.generate()
    (tmp_path / "identity.txt").write_text(f"# created for a test\n{identity}\n")
    (tmp_path / "recipient.txt").write_text(f"{identity.to_public()}\n")
    made = run("backup", "--json", COP_BACKUP_KEY_FILE=str(tmp_path / "recipient.txt")).document
    assert made["sealed"] == "recipient"
    target = empty()
    code, document, _ = run("restore", made["file"], "--json", COP_DATABASE_URL=target)
    assert (code, document["error"]["key"]) == (3, "backup_identity_missing")
    opens = {"COP_BACKUP_IDENTITY_FILE": str(tmp_path / "identity.txt")}
    assert run("restore", made["file"], "--json", COP_DATABASE_URL=target, **opens).code == 0


def test_without_any_backup_there_is_no_latest_one(run, filled):
    assert run("restore", "latest", "--json").code == 4


def test_an_empty_database_has_nothing_to_back_up(run, empty, tmp_path):
    code, document, _ = run("backup", "--json", COP_DATABASE_URL=empty())
    assert (code, document["error"]["key"]) == (5, "nothing_to_back_up")
    assert list((tmp_path / "data" / "backups").glob("*.backup")) == []


def a_process(database, data_dir, *arguments, limit=None, **settings):
    """The command in a process of its own, with room for files of `limit` bytes at most."""

    def confine():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COP_")},
        "COP_DATABASE_URL": database,
        "COP_DATA_DIR": str(data_dir),
        "COP_NOW": NOON_IN_MARCH.isoformat(),
        **settings,
    }
    return subprocess.run(
        [COP, *arguments], env=environment, capture_output=True, text=True, preexec_fn=confine if limit else None
    )


def test_a_full_disk_is_told_and_leaves_nothing(filled, tmp_path):
    done = a_process(filled, tmp_path, "backup", "--json", limit=60_000)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["key"] == "backup_no_room"
    assert [each.name for each in (tmp_path / "backups").iterdir()] == [".lock"]


def test_a_folder_that_cannot_be_made_is_told(run, filled, tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, document, _ = run("backup", "--to", tmp_path / "file" / "below", "--json")
    assert (code, document["error"]["key"]) == (1, "backup_unwritable")


def test_a_backup_that_is_killed_leaves_nothing_that_looks_whole_and_the_next_one_clears_up(filled, tmp_path):
    done = a_process(filled, tmp_path, "backup", COP_FAILPOINTS="backup.before_end=kill9")
    assert done.returncode == -9
    (left,) = [each for each in (tmp_path / "backups").iterdir() if each.name != ".lock"]
    assert left.suffix == ".part"
    assert last_backup(tmp_path) is None
    done = a_process(filled, tmp_path, "backup", "--json")
    assert done.returncode == 0
    assert not left.exists()


def test_no_key_and_no_password_stands_in_the_list_of_processes(filled, tmp_path):
    seen = tmp_path / "seen"
    spy = tmp_path / "spy.sh"
    spy.write_text(f"#!/bin/sh\nwhile true; do cat /proc/*/cmdline >> {seen} 2>/dev/null; done\n")
    watching = subprocess.Popen(["sh", spy])
    try:
        url = make_url(filled).set(password="a-password-of-the-tests").render_as_string(hide_password=False)
        done = a_process(url, tmp_path, "backup", COP_BACKUP_KEY="eleven grey herons")
    finally:
        watching.kill()
        watching.wait()
    assert done.returncode == 0, done.stderr
    lines = seen.read_bytes()
    assert b"--format=custom" in lines
    assert b"a-password-of-the-tests" not in lines
    assert b"eleven grey herons" not in lines
