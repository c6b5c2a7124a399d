"""The migrations make what the models say, can be undone, and have one newest revision."""

import re
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from migrations.applying import configuration, migrate, shape
from migrations.tables import TABLES


def test_there_is_one_newest_revision():
    assert len(ScriptDirectory.from_config(configuration("")).get_heads()) == 1


def test_the_models_and_the_migrated_database_agree(new_database):
    command.check(configuration(new_database()))


def test_every_migration_can_be_taken_back_and_applied_again(new_database):
    url = new_database()
    command.downgrade(configuration(url), "base")
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(url)
    have, newest = shape(engine)
    engine.dispose()
    assert have == newest


def test_migrating_twice_changes_nothing(new_database):
    url = new_database()
    migrate(url)
    command.check(configuration(url))


def test_every_module_with_tables_is_known_to_the_migrations():
    root = Path(__file__).parents[2]
    with_tables = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for floor in ("clusters", "messaging", "cop")
        for path in (root / floor).rglob("*.py")
        if re.search(r"^    __tablename__ = ", path.read_text(), re.MULTILINE)
    }
    assert with_tables == set(TABLES)


def test_migrations_never_import_models():
    for file in (Path(__file__).parents[2] / "migrations" / "versions").glob("*.py"):
        text = file.read_text()
        assert not any(
            f"import {floor}" in text or f"from {floor}" in text for floor in ("clusters", "messaging", "cop")
        )
