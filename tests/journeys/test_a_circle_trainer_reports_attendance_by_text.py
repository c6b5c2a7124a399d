"""A trainer texts who was absent, reads it back on her phone, and the page of the session shows it; 0 takes it back."""

from cop.web.views import paths


def test_a_circle_trainer_reports_attendance_by_text(world, client_as):
    world.invite(world.session)
    world.live_on(world.session.ends_at)
    world.clock.advance(hours=1)
    world.work()
    assert any("HAZRI 4814" in text for text in world.heard(world.trainer)), "she is asked to report"

    [echo] = world.text(world.trainer, "Hazri 48l4 3,7")
    assert "6 hazir, 2 ghair hazir (3 Gul Zaman, 7 Noor)" in echo
    assert world.text(world.trainer, "ok shukriya") == []

    manager = client_as("manager", f"T/{world.session.training_path}")
    page = manager.get(paths.session(world.session.id)).text
    assert "6 of 8" in page
    reported = manager.get(f"{paths.session(world.session.id)}.json").json()
    absent = [row["name"] for row in reported["roster"] if row["mark"] == "away"]
    assert absent == ["Gul Zaman", "Noor"]

    world.clock.advance(minutes=5)
    [undone] = world.text(world.trainer, "0")
    assert "wapas kar diya" in undone
    assert "6 of 8" not in manager.get(paths.session(world.session.id)).text

    world.clock.advance(minutes=1)
    world.text(world.trainer, "HAZRI 4814 SAB")
    assert "8 of 8" in manager.get(paths.session(world.session.id)).text


def test_a_stranger_with_the_code_stores_nothing(world, client_as):
    world.after()
    [told] = world.text("+923111234567", "HAZRI 4814 3 7")
    assert "Shamil hone ke liye: NAYA" in told
    manager = client_as("manager", f"T/{world.session.training_path}")
    assert manager.get(f"{paths.session(world.session.id)}.json").json()["came"] is None
