"""Pages that stand open while the database is brought to a newer shape ask for a minute, and break no word."""

from sqlalchemy import text

from clusters.people.rules import PostRole
from cop.house import open_house
from cop.settings import Settings
from tests import build
from tests.houses import pages_of


def test_under_a_newer_shape_a_page_says_that_it_is_over_in_a_minute(new_database, tmp_path):
    with open_house(Settings(database_url=new_database(), data_dir=tmp_path)) as house:
        with house.unit() as db:
            build.manager(db, build.programme(db), role=PostRole.ADMINISTRATOR)
        assert set(pages_of(house).values()) == {200}
        with house.unit() as db:
            db.execute(text("ALTER TABLE message RENAME COLUMN segments TO parts"))
        assert pages_of(house)["messages"] == 500
        with house.unit() as db:
            db.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
        assert pages_of(house)["messages"] == 503
