"""That nothing is sent is told on every page; administrators and managers stop and release it."""

from clusters.scope import Scope
from messaging.outbox.rules import StopReason
from messaging.outbox.switch import stop_sending, stops
from tests import build


def stop(house, reason=StopReason.RESTORED, why=None):
    with house.unit() as db:
        stop_sending(db, Scope.everywhere(), reason, why)


def test_every_page_says_that_nothing_is_sent_and_why(client_as, house):
    manager = client_as("manager", "T/")
    assert "Sending is stopped" not in manager.get("/").text
    stop(house, StopReason.PERSON, "the <wrong> list")
    for path in ("/", "/sessions", "/messages", "/account"):
        page = manager.get(path).text
        assert "Sending is stopped" in page
        assert "the &lt;wrong&gt; list" in page
        assert 'href="/messages#switch"' in page


def test_who_may_not_release_is_told_without_the_way_to_do_it(client_as, house):
    stop(house)
    page = client_as("trainer", "T/").get("/").text
    assert "Sending is stopped" in page
    assert "Look and release" not in page


def test_a_manager_releases_it(client_as, house):
    stop(house)
    manager = client_as("manager", "T/")
    page = manager.get("/messages").text
    assert "Texts that went after the backup would go a second time." in page
    after = manager.follow(manager.submit("/messages/resume")).text
    assert "Texts go again." in after
    assert "Sending is stopped" not in manager.get("/").text
    with house.unit() as db:
        assert stops(db) == []


def test_a_manager_stops_it_with_words_that_everybody_reads(client_as, house):
    manager = client_as("manager", "T/")
    assert "Stop sending" in manager.get("/messages").text
    manager.submit("/messages/stop", why="wrong list")
    with house.unit() as db:
        assert [(each.reason, each.why) for each in stops(db)] == [(StopReason.PERSON, "wrong list")]
    assert "wrong list" in manager.get("/").text


def test_a_monitor_sees_the_reasons_and_cannot_release(client_as, house):
    stop(house)
    monitor = client_as("monitor", "T/")
    page = monitor.get("/messages").text
    assert "An administrator or manager can release it." in page
    assert monitor.submit("/messages/resume").status_code == 403


def test_texts_about_one_circle_are_stopped_and_released_by_the_page(client_as, house):
    with house.unit() as db:
        circle = build.circle(db)
        path = circle.path
    manager = client_as("manager", "T/")
    assert manager.submit("/messages/stop", why="exams", place="T/B9.C99.").status_code == 404
    manager.submit("/messages/stop", why="exams", place=f"T/{path}")
    with house.unit() as db:
        assert [(each.why, each.training_path) for each in stops(db)] == [("exams", path)]
    page = manager.get("/messages").text
    assert "Not all is sent" in page
    assert f"T/{path}" in page
    assert "Stop sending" in page
    manager.submit("/messages/resume")
    with house.unit() as db:
        assert stops(db) == []


def test_a_channel_that_is_not_in_use_cannot_be_stopped(client_as, house):
    answer = client_as("manager", "T/").submit("/messages/stop", why="x", channel="pigeon")
    assert answer.status_code == 422
    assert "No texts go by" in answer.text
