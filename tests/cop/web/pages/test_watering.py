"""A suggestion is planned, set aside or said not to fit: for the place and the month, without a name, and undoable."""

import pytest
from sqlalchemy import func, select, update

from clusters.kernel.audit import AuditEntry
from cop.network.figures import Table
from cop.network.gardening import Misfit, Verdict
from cop.network.models import SnapshotFigure, Watered
from cop.web.views import paths
from tests.browsing import same_but_path
from tests.cop.web.pages.test_community import circle, frozen

__all__ = ["circle", "frozen"]
PLAN = "Travel money for the return day of <bdi>Kakki</bdi>"


@pytest.fixture
def thirsty(house, frozen):
    """Of the first cluster it was published that people help each other there and few come back."""
    path = frozen.clusters[0].path
    figures = {
        Table.WITHIN: {"low": 50, "high": 99, "doubt_low": 50, "doubt_high": 99},
        Table.RETURNING: {"low": 0.1, "high": 0.1, "doubt_low": 0.1, "doubt_high": 0.1, "of": 20},
    }
    with house.unit() as db:
        for table, values in figures.items():
            cell = (SnapshotFigure.figure == table, SnapshotFigure.path == path, SnapshotFigure.second == "")
            db.execute(update(SnapshotFigure).where(*cell).values(hidden=False, **values))
    frozen.what = f"travel_money/{path}/"
    frozen.at = f"T/{frozen.path}"
    return frozen


def kept(house) -> list[tuple[str, str | None]]:
    with house.unit() as db:
        return [(row.verdict, row.why) for row in db.scalars(select(Watered))]


def test_what_is_planned_goes_on_to_a_text_to_the_trainers_and_is_remembered_for_the_place(client_as, house, thirsty):
    manager = client_as("manager", thirsty.at)
    assert PLAN in manager.get(paths.COMMUNITY).text
    text = manager.follow(manager.submit(paths.water(), at=thirsty.at, what=thirsty.what, act="planned"))
    assert str(text.url).endswith("suggestion=" + str(text.url).rsplit("=", 1)[1])
    assert "Travel to the return day is paid for teachers of Kakki." in text.text
    assert 'value="trainers" checked' in text.text
    assert 'value="teachers" checked' not in text.text
    assert kept(house) == [(Verdict.PLANNED, None)]
    other = client_as("manager", "T/B1.").get(paths.COMMUNITY).text
    assert "Planned on" in other
    assert PLAN in other
    with house.unit() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "suggestion")).one()
        assert entry.person_id == manager.person_id
        assert (entry.new or {})["said"] == "planned"
        assert "person_id" not in Watered.__table__.c


def test_not_now_hides_it_for_a_month_and_taking_it_back_shows_it_again(client_as, house, thirsty):
    manager = client_as("manager", thirsty.at)
    page = manager.follow(manager.submit(paths.water(), at=thirsty.at, what=thirsty.what, act="not_now"))
    assert "Set aside for a month" in page.text
    assert "One suggestion is set aside" in page.text
    assert f"<h3>{PLAN}</h3>" not in page.text
    with house.unit() as db:
        said = db.scalars(select(Watered.id)).one()
    page = manager.follow(manager.submit(paths.water(said)))
    assert f"<h3>{PLAN}</h3>" in page.text
    assert kept(house) == []
    assert manager.submit(paths.water(said)).status_code == 404
    manager.submit(paths.water(), at=thirsty.at, what=thirsty.what, act="not_now")
    with house.unit() as db:
        db.execute(update(Watered).values(at=func.now() - func.make_interval(0, 0, 0, 400)))
    assert f"<h3>{PLAN}</h3>" in manager.get(paths.COMMUNITY).text


def test_what_does_not_fit_needs_one_of_the_fixed_reasons(client_as, house, thirsty):
    manager = client_as("manager", thirsty.at)
    page = manager.submit(paths.water(), at=thirsty.at, what=thirsty.what, act="does_not_fit")
    assert page.status_code == 422
    assert "Choose why it does not fit." in page.text
    assert kept(house) == []
    manager.submit(paths.water(), at=thirsty.at, what=thirsty.what, act="does_not_fit", why="no_means")
    assert kept(house) == [(Verdict.DOES_NOT_FIT, Misfit.NO_MEANS)]
    words = {"at": thirsty.at, "what": thirsty.what, "act": "does_not_fit", "why": "Gul Zaman does not want it"}
    assert manager.submit(paths.water(), **words).status_code == 400
    assert kept(house) == [(Verdict.DOES_NOT_FIT, Misfit.NO_MEANS)]


def test_nobody_answers_what_is_not_suggested_to_her_place_and_a_monitor_only_reads(client_as, house, thirsty):
    elsewhere = client_as("manager", "T/B2.")
    theirs = elsewhere.submit(paths.water(), at=thirsty.at, what=thirsty.what, act="not_now")
    nothing = elsewhere.submit(paths.water(), at="T/B9.", what=thirsty.what, act="not_now")
    assert theirs.status_code == nothing.status_code == 404
    assert same_but_path(theirs, nothing)
    manager = client_as("manager", thirsty.at)
    invented = thirsty.what.replace("travel_money", "venue")
    assert manager.submit(paths.water(), at=thirsty.at, what=invented, act="not_now").status_code == 404
    monitor = client_as("monitor", thirsty.at)
    page = monitor.get(paths.COMMUNITY).text
    assert PLAN in page
    assert paths.water() not in page
    assert monitor.submit(paths.water(), at=thirsty.at, what=thirsty.what, act="not_now").status_code in (403, 404)
    assert kept(house) == []
    manager.submit(paths.water(), at=thirsty.at, what=thirsty.what, act="planned")
    with house.unit() as db:
        said = db.scalars(select(Watered.id)).one()
    assert elsewhere.submit(paths.water(said)).status_code == 404
    assert elsewhere.get(paths.compose(suggestion=said)).status_code == 404
    assert len(kept(house)) == 1
