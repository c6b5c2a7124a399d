"""What stands around a page: the main pages of a role, what waits, the strip."""

import pytest
from sqlalchemy import update

from clusters.structure.models import Programme
from cop.house import House
from messaging.inbound.models import InboundText, Parked
from tests.browsing import ClientAs, place_at


def park(house: House, path: str) -> None:
    """A text that waits for a human."""
    with house.unit() as db:
        text = InboundText(
            channel="rehearsal", provider_id=path, number="+923451234567", body="?", received_at=house.clock(None)
        )
        db.add(text)
        db.flush()
        db.add(Parked(inbound_text_id=text.id, why="?", guesses=[], training_path=path, parked_at=house.clock(None)))


def test_what_waits_is_counted_inside_the_scope_alone(client_as: ClientAs, house: House) -> None:
    park(house, "B1.C01.")
    park(house, "B1.C02.")
    park(house, "B2.C01.")
    assert '<span class="count">2</span>' in client_as("manager", "T/B1.").get("/account").text
    assert '<span class="count">1</span>' in client_as("trainer", "T/B2.").get("/account").text
    assert 'class="count"' not in client_as("monitor", "T/B1.").get("/account").text


@pytest.mark.parametrize(
    ("role", "main_pages"),
    [
        ("admin", {"/", "/sessions", "/messages", "/inbox", "/clusters", "/planner", "/phones", "/account"}),
        ("monitor", {"/", "/sessions", "/messages", "/clusters", "/phones", "/account"}),
        ("trainer", {"/", "/sessions", "/inbox", "/clusters", "/phones", "/account"}),
    ],
)
def test_the_navigation_holds_the_main_pages_of_the_role(client_as: ClientAs, role: str, main_pages: set[str]) -> None:
    page = client_as(role).get("/account").text
    every = {"/", "/sessions", "/messages", "/inbox", "/clusters", "/planner", "/phones", "/account"}
    assert {path for path in every if f'<a href="{path}"' in page} == main_pages


def test_the_strip_tells_invented_data_from_a_rehearsal(client_as: ClientAs, house: House) -> None:
    with house.unit() as db:
        place_at(db, "T/")
    her = client_as("admin")
    assert "This is invented data" in her.get("/account").text
    with house.unit() as db:
        db.execute(update(Programme).values(invented=False))
    page = her.get("/account").text
    assert "This is invented data" not in page
    assert "No text leaves this machine." in page
