"""Whole houses for tests: an empty database for one, and a walk through every main page of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from litestar.testing import TestClient
from sqlalchemy import create_engine, make_url, select, text

from clusters.people.models import Post
from clusters.people.rules import PostRole
from cop.app import build as build_app
from cop.house import House
from cop.web import web_sessions
from cop.web.frames import AREAS
from cop.web.models import Login
from cop.web.security import cookie_name
from cop.web.signing_in import add_login
from cop.web.templating import ADDRESS
from cop.web.views.frame import Role


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """Address of a database without a table; dropped at the end."""
    name = f"cop_empty_{os.urandom(4).hex()}"
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with owner.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        owner.dispose()


def pages_of(house: House) -> dict[str, int]:
    """The status of every main page, as its administrator opens it."""
    with house.unit() as db:
        person = db.scalars(select(Post.person_id).where(Post.role == PostRole.ADMINISTRATOR)).first()
        assert person is not None, "the house has no administrator"
        login = db.scalar(select(Login.id).where(Login.person_id == person))
        if login is None:
            login = add_login(db, person, f"walker{person}", house.clock(None))
        session_id = web_sessions.begin(db, login, house.clock(None))
    cookies = {"Cookie": f"{cookie_name(house.settings)}={session_id}"}
    with TestClient(build_app(house), base_url=house.settings.address) as client:
        return {
            area.value: client.get(ADDRESS[area], headers=cookies, follow_redirects=False).status_code
            for area in AREAS[Role.ADMIN]
        }
