"""A teacher is invited, answers with one digit, changes her mind, leaves, and hears nothing more until she returns."""

from cop.web.views import paths


def answers(client_as, world):
    """Who said what, as the page of the session shows it to somebody who has just signed in."""
    browser = client_as("manager", f"T/{world.session.training_path}")
    page = browser.get(f"{paths.session(world.session.id)}.json").json()
    return {row["name"]: row["answer"] for row in page["roster"]}


def test_a_teacher_answers_an_invitation(world, client_as):
    usman = world.teachers[0]
    world.invite(world.session)
    [invitation] = world.heard(usman)
    assert "Kya aap aayenge?" in invitation

    [echo] = world.text(usman, "1")
    assert "HAAN" in echo
    assert answers(client_as, world)["Usman"] == "yes"

    world.clock.advance(hours=1)
    [changed] = world.text(usman, "2 shaadi hai")
    assert "NAHI aayenge" in changed
    assert answers(client_as, world)["Usman"] == "no"

    [undone] = world.text(usman, "0")
    assert "HAAN (pehle wala)" in undone
    assert answers(client_as, world)["Usman"] == "yes"

    [gone] = world.text(usman, "Band karo")
    assert "SHURU" in gone
    silent_from = len(world.heard(usman))
    world.live_on(world.session.starts_at)
    assert len(world.heard(usman)) == silent_from
    assert any("Kal" in text for text in world.heard(world.teachers[1]))
    assert answers(client_as, world)["Usman"] == "yes", "leaving changes no record"

    [back] = world.text(usman, "SHURU")
    assert "Khush aamdeed" in back
