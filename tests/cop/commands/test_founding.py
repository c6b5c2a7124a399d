"""`cop init` founds the programme once; `cop migrate` brings a database to the newest shape."""

from sqlalchemy import create_engine, make_url, text

from clusters.people.queries import scope_of
from clusters.scope import Held, Scope
from clusters.structure.queries import place, programme

ALL = Scope.everywhere()


def test_a_programme_is_founded_once(run, own_unit):
    code, document, told = run("init", "--programme", " PEP-ILE  Bannu", "--lang", "en,ur", "--json")
    assert (code, told) == (0, "")
    assert document == {
        "programme": "PEP-ILE Bannu",
        "languages": ["en", "ur"],
        "trial": False,
        "administrator": None,
    }
    with own_unit() as db:
        assert programme(db, ALL).languages == ("en", "ur")
        assert place(db, ALL, "T/").name == "PEP-ILE Bannu"
    code, document, _ = run("init", "--programme", "Other", "--json")
    assert (code, document["error"]["key"]) == (5, "programme_founded")


def test_nothing_is_asked_where_nobody_can_answer(run):
    done = run("init", "--yes")
    assert (done.code, done.stdout) == (0, "")
    assert "Teacher training is founded" in done.told
    assert done.told.endswith("Next: cop import check SCHOOLS.xlsx --kind schools")


def test_the_first_administrator_sees_all_and_gets_a_link(run, own_unit):
    document = run("init", "--administrator", "Sajida Begum", "--json").document
    made = document["administrator"]
    assert made["login"] == "sajida.begum"
    assert made["link"].startswith("http://127.0.0.1:8765/sign-in/")
    with own_unit() as db:
        assert scope_of(db, made["id"]).places == (Held("T", "", "administrator"),)


def test_a_language_pages_do_not_speak_is_wrong_use(run):
    code, document, _ = run("init", "--lang", "en,xx", "--json")
    assert (code, document["error"]["key"]) == (2, "language_unknown")


def test_an_empty_database_is_migrated_and_a_migrated_one_left_alone(run, server, tmp_path):
    name = f"cop_empty_{tmp_path.name.replace('-', '_')[-20:]}"
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    try:
        first = run("migrate", "--json", COP_DATABASE_URL=url).document
        assert (first["before"], first["changed"], first["after"]) == (None, True, first["newest"])
        second = run("migrate", "--json", COP_DATABASE_URL=url).document
        assert second["changed"] is False
        assert "newest shape already" in run("migrate", COP_DATABASE_URL=url).told
    finally:
        with owner.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        owner.dispose()
