"""`cop settings` and `cop doctor`: every value with its source, every ailment with what mends it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from cop.commands.told import HIDDEN, example_file, page
from cop.settings import Settings
from cop.ticks import Run, write_down
from cop.web.models import Login
from tests import build

ROOT = Path(__file__).parents[3]


def test_every_setting_is_told_with_its_source(run):
    code, document, told = run("settings", "--json", COP_PORT="9000")
    assert (code, told) == (0, "")
    rows = {row["name"]: row for row in document["settings"]}
    assert len(rows) == len(Settings.named())
    assert (rows["COP_PORT"]["value"], rows["COP_PORT"]["source"]) == ("9000", "environment")
    assert (rows["COP_HOST"]["value"], rows["COP_HOST"]["source"]) == ("127.0.0.1", "default")
    assert all(row["sentence"] for row in rows.values())


def test_a_secret_that_was_given_is_never_shown(run, database):
    for arguments in (["settings", "--json"], ["settings"]):
        done = run(*arguments, COP_SECRET="do-not-print-me")
        assert "do-not-print-me" not in done.stdout + done.told
        assert database not in done.stdout + done.told
        assert done.stdout.count(HIDDEN) == 2


def test_a_secret_that_is_not_set_is_said_to_be_empty(run):
    _, document, _ = run("settings", "--json")
    secret = next(row for row in document["settings"] if row["name"] == "COP_SECRET")
    assert (secret["value"], secret["source"]) == ("", "default")


@pytest.mark.parametrize("command", ["settings", "doctor"])
def test_a_misspelt_name_ends_with_seven_and_names_the_right_one(run, command):
    code, document, _ = run(command, "--json", COP_PROT="9000")
    assert code == 7
    assert document["error"]["key"] == "setting_unknown"
    assert "COP_PORT" in document["error"]["sentence"]


def test_a_value_that_cannot_be_read_ends_with_seven(run):
    code, document, _ = run("settings", "--json", COP_PORT="many")
    assert code == 7
    assert document["error"]["name"] == "COP_PORT"


def test_the_example_of_settings_runs_and_shows_what_was_set(run):
    done = run("settings", COP_PORT="9000")
    line = next(line for line in done.stdout.splitlines() if line.startswith("COP_PORT"))
    assert line.split()[1:3] == ["9000", "environment"]


def test_the_page_of_reference_and_the_example_file_say_what_the_code_says(run):
    assert (ROOT / "docs/reference/settings.md").read_text() == page() == run("settings", "--markdown").stdout
    assert (ROOT / "deploy/cop.env.example").read_text() == example_file() == run("settings", "--env").stdout


def test_the_example_file_uncommented_is_what_holds_without_it():
    lines = [line[1:] for line in example_file().splitlines() if line.startswith("#COP_")]
    given = dict(line.split("=", 1) for line in lines)
    assert set(given) == {f"COP_{each.name.upper()}" for each in Settings.named()}
    assert Settings.from_env({name: value for name, value in given.items() if value}) == Settings()


@pytest.fixture
def well(own_unit, clock):
    """A house in which nothing ails: founded, somebody can sign in, a worker ran just now."""
    with own_unit() as db:
        build.programme(db, name="Bannu")
        person = build.person(db, "Gulalai Khattak")
        db.add(Login(person_id=person.id, login="gulalai", made_at=clock()))
        write_down(db, Run("send", "here:1", clock() - clock(), {}))


def findings(done):
    return {finding["name"]: finding for finding in done.document["checks"]}


def test_a_well_house_is_told_so_and_ends_with_zero(run, well):
    done = run("doctor", "--json")
    assert done.code == 0, done.stdout
    assert done.document["well"] is True
    assert all(finding["mend"] is None for finding in findings(done).values())
    assert {"python", "settings", "folder", "disk", "routes", "database", "migrations", "programme", "logins", "clock"}
    assert "Bannu" in findings(done)["programme"]["what"]


def test_the_example_of_doctor_runs(run, well):
    done = run("doctor")
    assert done.code == 0
    assert "All is well." in done.stdout


def test_an_empty_database_wants_a_programme_a_login_and_a_worker(run):
    done = run("doctor", "--json")
    assert done.code == 1
    ailing = {name: finding["mend"] for name, finding in findings(done).items() if not finding["well"]}
    assert ailing == {"programme": "cop init", "worker": "cop serve"}


def test_a_programme_nobody_can_sign_in_to_is_not_well(run, well, own_unit):
    with own_unit() as db:
        db.execute(text("UPDATE login SET disabled_at = now()"))
    logins = findings(run("doctor", "--json"))["logins"]
    assert not logins["well"]
    assert logins["mend"].startswith("cop users add")


def test_a_worker_that_stopped_is_missed(run, well, own_unit):
    with own_unit() as db:
        db.execute(text("UPDATE tick SET at = at - interval '4 minutes'"))
    done = run("doctor")
    assert done.code == 1
    assert "NOT WELL worker" in done.stdout
    assert "Mend it: cop serve" in done.stdout


def test_a_job_that_failed_is_named(run, well, own_unit):
    with own_unit() as db:
        write_down(db, Run("send", "here:1", build.DAY_BEGINS, {}, failure="OperationalError"))
    assert findings(run("doctor", "--json"))["jobs"] == {
        "name": "jobs",
        "well": False,
        "what": "Failed when last run: send.",
        "mend": "cop worker",
    }


def test_a_database_of_another_shape_wants_to_be_migrated_and_nothing_else_is_asked_of_it(run, well, own_unit):
    with own_unit() as db:
        db.execute(text("UPDATE alembic_version SET version_num = 'an_older_one'"))
    found = findings(run("doctor", "--json"))
    assert found["migrations"]["mend"] == "cop migrate"
    assert "programme" not in found


def test_a_server_that_does_not_answer_is_not_well(run):
    done = run("doctor", "--json", COP_DATABASE_URL="postgresql://nobody@127.0.0.1:9/nothing")
    assert done.code == 1
    assert findings(done)["database"]["well"] is False


def test_without_a_database_nothing_is_made(run, tmp_path):
    done = run("doctor", "--json", COP_DATABASE_URL="", COP_DATA_DIR=str(tmp_path / "nothing"))
    assert done.code == 1
    assert findings(done)["database"]["mend"] == "cop init"
    assert not (tmp_path / "nothing").exists()


def test_a_secret_that_others_can_read_is_not_well(run, well, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(exist_ok=True)
    secret = folder / "secret"
    secret.write_text("x")
    secret.chmod(0o644)
    assert findings(run("doctor", "--json"))["secret"]["mend"] == f"chmod 600 {secret}"
    secret.chmod(0o600)
    assert findings(run("doctor", "--json"))["secret"]["well"] is True


def test_pages_that_others_reach_want_https(run, well):
    pages = findings(run("doctor", "--json", COP_HOST="192.0.2.1"))["pages"]
    assert not pages["well"]
    assert "https" not in pages["mend"]
    assert findings(run("doctor", "--json", COP_HOST="192.0.2.1", COP_PUBLIC_URL="https://cop.example"))["pages"][
        "well"
    ]


@pytest.mark.parametrize(
    ("name", "value"), [("COP_CLOSED_DAYS", "tuesday"), ("COP_WINDOW", "9 to 5"), ("COP_REMINDERS", "a week")]
)
def test_a_value_that_no_job_could_use_is_not_well(run, well, name, value):
    found = findings(run("doctor", "--json", **{name: value}))["settings"]
    assert not found["well"]
    assert value in found["what"]


def test_a_rehearsals_clock_is_told_and_is_well(run, well, own_unit):
    with own_unit() as db:
        db.execute(text("INSERT INTO rehearsal_clock (id, shift) VALUES (1, interval '9 days')"))
    clock = findings(run("doctor", "--json"))["clock"]
    assert clock["well"]
    assert "9.0 days ahead" in clock["what"]
