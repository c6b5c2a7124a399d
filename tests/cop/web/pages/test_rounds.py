"""The planner's drafts of the cascade, as a manager opens, accepts and discards them."""

from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range

from clusters.cascade.models import Round
from clusters.cascade.rules import Level
from clusters.kernel.clock import day_of
from clusters.kernel.errors import Conflict
from clusters.modules.rules import Subject
from clusters.people.models import Post
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.structure.models import ClusterDraft, ClusterDraftRow, Place, School
from clusters.training.actions import replace_round, take_round_back
from clusters.training.models import Booking, CodeHold, Invitation, TrainingSession
from clusters.training.round_sessions import sessions_of
from clusters.training.rules import SessionState
from cop.compute import cascade
from cop.compute.cascade import Wish, plan_round
from cop.hours import reminder_rules
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from messaging.reminders.telling import before_mending
from tests import build
from tests.browsing import hidden_fields, same_but_path

START = date(2026, 4, 6)
EVERYWHERE = Scope.everywhere()


def team(db, block):
    """Trainers at every level, and a cluster of four schools with a teacher each; the last has no phone."""
    root = build.programme(db)
    build.trainer(db, root, "Sajida Core", role=PostRole.CORE_TEAM)
    build.trainer(db, root, role=PostRole.CORE_TEAM)
    build.trainer(db, block, role=PostRole.MASTER_TRAINER)
    circle = build.circle(db, block)
    lead = build.trainer(db, circle, "Zakir Ullah")
    cluster = build.cluster(db, 4, in_circle=circle)
    schools = build.schools_of(db, cluster)
    for school in schools[:3]:
        build.teacher(db, school)
    build.teacher(db, schools[3], number=None)
    return lead


@pytest.fixture
def lead(house):
    with house.unit() as db:
        return team(db, build.block(db))


@pytest.fixture
def draft(house, lead):
    planned = plan_round(house.unit, Wish((Subject.MATHS,), START, "Spring round"), house.settings.calendar)
    return cascade.save(house.unit, planned)


def states(house):
    with house.unit() as db:
        return set(db.scalars(select(TrainingSession.state)))


def test_a_draft_shows_its_levels_its_first_sessions_whom_it_tells_and_what_that_costs(client_as, draft):
    page = client_as("manager").get(f"/planner/cascade/{draft}.json")
    assert page.status_code == 200
    shown = page.json()["draft"]
    assert (shown["name"], shown["subjects"], shown["made_by"]) == ("Spring round", ["maths"], "the command line")
    assert [(row["level"], row["sessions"], row["people"], row["trainers"]) for row in shown["levels"]] == [
        ("master", 1, 1, 2),
        ("circle", 1, 1, 1),
        ("teacher", 1, 4, 1),
    ]
    first = shown["first_sessions"][0]
    assert (first["level"], first["trainers"][0], first["people"]) == (Level.MASTER, "Sajida Core", 1)
    assert shown["first_day"] == "2026-04-06"
    # Five invited and four who lead have phones; a segment costs two rupees.
    assert (shown["texts"], shown["rupees"], shown["by_hand"]) == (9, 18, 1)
    assert "4 schools have one teacher each" in shown["remarks"][0]


def test_a_draft_says_how_early_any_could_end_what_that_hangs_on_and_who_trains_how_much(client_as, house, draft):
    manager = client_as("manager")
    shown = manager.get(f"/planner/cascade/{draft}.json").json()["draft"]
    proof = shown["proof"]
    assert proof["proved"] is True
    assert proof["earliest"] == shown["end_date"]
    assert [(team["level"], team["trainers"], team["days"], team["most"]) for team in shown["teams"]] == [
        ("master", 2, 6, 3),
        ("circle", 1, 3, 3),
        ("teacher", 1, 1, 1),
    ]
    assert sum(week["sessions"] for week in shown["weeks"]) == 3
    page = manager.get(f"/planner/cascade/{draft}").text
    assert "No plan under these rules can end before" in page
    assert "The end hangs on" in page
    manager.submit("/language", language="ur", next="/")
    urdu = manager.get(f"/planner/cascade/{draft}").text
    assert "منحصر ہے" in urdu
    assert "سکولوں میں ایک ایک استاد ہے" in urdu, "remarks of the planner are said in Urdu"
    assert "4 schools have one teacher each" not in urdu


def test_the_page_of_a_draft_asks_to_accept_and_from_which_day(client_as, draft):
    page = client_as("manager").get(f"/planner/cascade/{draft}")
    assert page.status_code == 200
    assert "It breaks no rule." in page.text
    assert 'name="from_date" type="date" value="2026-04-06"' in page.text
    assert "Before you accept" in page.text
    assert hidden_fields(page.text, f"/planner/cascade/{draft}/accept")
    assert hidden_fields(page.text, f"/planner/cascade/{draft}/discard")


def test_accepting_leads_to_the_calendar_where_the_sessions_now_stand(client_as, house, draft):
    manager = client_as("manager")
    done = manager.submit(f"/planner/cascade/{draft}/accept")
    assert (done.status_code, done.headers["location"]) == (303, "/sessions?month=2026-04")
    assert "3 sessions are in the calendar." in manager.follow(done).text
    assert states(house) == {SessionState.PLANNED}
    accepted = manager.get(f"/planner/cascade/{draft}").text
    assert f'action="/planner/cascade/{draft}/take-back"' in accepted
    assert f'action="/planner/cascade/{draft}/accept"' not in accepted
    assert manager.get("/planner/cascade.json").json()["drafts"][0]["accepted_from"] == "2026-04-06"


def test_an_accepted_round_is_a_draft_again_as_long_as_nobody_was_told(client_as, house, draft):
    manager = client_as("manager")
    manager.submit(f"/planner/cascade/{draft}/accept", once="a")
    with house.unit() as db:
        assert db.scalar(select(func.count()).select_from(Message).where(Message.state == State.QUEUED)) > 0
    done = manager.submit(f"/planner/cascade/{draft}/take-back", once="b")
    assert (done.status_code, done.headers["location"]) == (303, f"/planner/cascade/{draft}")
    assert states(house) == {SessionState.DRAFT}
    with house.unit() as db:
        assert set(db.scalars(select(Message.state))) == {State.CANCELLED}, "every text is withdrawn with it"
        assert db.scalar(select(func.count()).select_from(Booking)) == 0
        assert db.scalar(select(func.count()).select_from(CodeHold)) == 0
    again = manager.submit(f"/planner/cascade/{draft}/accept", once="c")
    assert again.status_code == 303, "and it can be accepted once more"
    with house.unit() as db:
        assert db.scalar(select(func.count()).select_from(Message).where(Message.state == State.QUEUED)) > 0


@pytest.mark.parametrize(
    ("since", "key"),
    [
        (lambda db: db.execute(update(Message).values(state=State.SENT)), "have been told"),
        (lambda db: db.execute(update(TrainingSession).values(state=SessionState.HELD)), "begun or were held"),
        (lambda db: db.execute(update(TrainingSession).values(revision=2)), "were moved, called off or printed"),
    ],
)
def test_an_accepted_round_stays_once_something_depends_on_it(client_as, house, draft, since, key):
    manager = client_as("manager")
    manager.submit(f"/planner/cascade/{draft}/accept", once="a")
    with house.unit() as db:
        since(db)
    before = states(house)
    refused = manager.submit(f"/planner/cascade/{draft}/take-back", once="b")
    assert refused.status_code == 409
    assert key in refused.text
    assert states(house) == before


def test_accepting_twice_is_a_conflict_but_a_resend_is_not(client_as, house, draft):
    manager = client_as("manager")
    once = manager.submit(f"/planner/cascade/{draft}/accept", once="a")
    again = manager.submit(f"/planner/cascade/{draft}/accept", once="a")
    assert (once.status_code, again.status_code) == (303, 303)
    assert manager.submit(f"/planner/cascade/{draft}/accept", once="b").status_code == 409


def test_a_draft_that_no_longer_fits_says_why_and_changes_nothing(client_as, house, lead, draft):
    with house.unit() as db:
        db.execute(update(Post).where(Post.person_id == lead.id).values(during=Range(build.SINCE, START)))
        build.trainer(db, build._at(db, "T", "B1.C01."), "Successor")
    manager = client_as("manager")
    refused = manager.submit(f"/planner/cascade/{draft}/accept")
    assert refused.status_code == 409
    assert "Zakir Ullah trains Maths no more, but would lead 1 session" in refused.text
    assert states(house) == {SessionState.DRAFT}
    assert "Accept what fits" in refused.text
    taken = manager.submit(f"/planner/cascade/{draft}/accept", what_fits="1", once="b")
    assert taken.status_code == 303
    with house.unit() as db:
        rows = db.execute(select(TrainingSession.level, TrainingSession.state).order_by(TrainingSession.starts_at))
        assert rows.all() == [
            (Level.MASTER, SessionState.PLANNED),
            (Level.CIRCLE, SessionState.DRAFT),
            (Level.TEACHER, SessionState.DRAFT),
        ], "what the one who left would learn, and lead, is left out"
    assert "2 sessions were left out." in manager.get(f"/planner/cascade/{draft}").text


def test_what_begins_from_a_day_on_is_taken_and_what_lies_before_stays(client_as, house, draft):
    manager = client_as("manager")
    with house.unit() as db:
        begins = list(db.scalars(select(TrainingSession.starts_at).order_by(TrainingSession.starts_at)))
    late = begins[1].date().isoformat()
    refused = manager.submit(f"/planner/cascade/{draft}/accept", from_date=late, once="a")
    assert refused.status_code == 409
    assert "A trainer would train before having completed the module herself." in refused.text
    assert states(house) == {SessionState.DRAFT}
    past = manager.submit(f"/planner/cascade/{draft}/accept", from_date="2020-01-01", once="b")
    assert past.status_code == 422
    # Somebody trained the master trainers meanwhile, in another round.
    other = plan_round(house.unit, Wish((Subject.MATHS,), date(2026, 3, 9), "Earlier"), house.settings.calendar)
    earlier = cascade.save(house.unit, other)
    manager.submit(f"/planner/cascade/{earlier}/accept", once="c")
    taken = manager.submit(f"/planner/cascade/{draft}/accept", from_date=late, once="d")
    assert taken.status_code == 303
    with house.unit() as db:
        mine = select(TrainingSession.state).where(TrainingSession.round_id == draft)
        assert list(db.scalars(mine.order_by(TrainingSession.starts_at))) == [
            SessionState.DRAFT,
            SessionState.PLANNED,
            SessionState.PLANNED,
        ]


def test_a_discarded_draft_is_gone(client_as, house, draft):
    manager = client_as("manager")
    done = manager.submit(f"/planner/cascade/{draft}/discard")
    assert done.headers["location"] == "/planner/cascade"
    assert "Spring round" not in manager.follow(done).text
    assert manager.get(f"/planner/cascade/{draft}").status_code == 404
    with house.unit() as db:
        assert db.scalar(select(func.count()).select_from(TrainingSession)) == 0
        assert db.scalar(select(Round.state)) == "discarded"


def test_without_a_draft_the_page_says_how_one_is_made(client_as, lead):
    page = client_as("manager").get("/planner/cascade")
    assert "No draft." in page.text


def test_a_manager_of_a_part_a_monitor_and_a_trainer_find_no_draft(client_as, draft):
    for role, place in (("manager", "T/B2."), ("manager", "A/KP.KARAK."), ("manager", "T/B1.C01.")):
        browser = client_as(role, place)
        assert "Spring round" not in browser.get("/planner/cascade").text
        hidden, nonexistent = f"/planner/cascade/{draft}", f"/planner/cascade/{draft + 1}"
        assert browser.get(hidden).status_code == 404
        assert same_but_path(browser.get(hidden), browser.get(nonexistent))
        for act in ("accept", "foretell", "take-back", "discard"):
            assert browser.submit(f"{hidden}/{act}").status_code == 404
    for role in ("monitor", "trainer", "clerk"):
        assert client_as(role).get("/planner/cascade").status_code == 404
        assert client_as(role).submit(f"/planner/cascade/{draft}/accept").status_code == 404


def test_the_manager_of_the_only_district_sees_the_draft_of_it(client_as, draft):
    assert "Spring round" in client_as("manager", "A/KP.BANNU.").get("/planner/cascade").text


def test_both_kinds_of_drafts_stand_in_one_list_the_newest_first(client_as, house, clock, draft):
    clock.advance(hours=1)
    with house.unit() as db:
        grouped = ClusterDraft(name="Draft B", made_at=clock.at, rules={}, summary={})
        db.add(grouped)
        db.flush()
        school = db.scalars(select(School)).first()
        db.add(
            ClusterDraftRow(draft_id=grouped.id, school_id=school.id, block=1, circle=1, cluster=1, host=True, km=0.0)
        )
    page = client_as("manager").get("/planner/cascade.json").json()
    assert [(row["kind"], row["name"]) for row in page["drafts"]] == [
        ("clusters", "Draft B"),
        ("cascade", "Spring round"),
    ]
    assert page["clusters_today"] == page["outside_band_today"] == 1


def test_a_draft_whose_days_have_passed_is_a_conflict(client_as, house, clock, draft):
    clock.advance(days=60)
    manager = client_as("manager")
    refused = manager.submit(f"/planner/cascade/{draft}/accept")
    assert refused.status_code == 409
    assert "would lie in the past" in refused.text


def test_a_draft_is_laid_beside_what_is_planned_now_and_beside_another_draft(client_as, house, draft):
    manager = client_as("manager")
    first = manager.get(f"/planner/cascade/{draft}.json?with=now").json()
    assert (first["before"]["sessions"], first["after"]["sessions"]) == (0, 3)
    assert (first["added"], first["moved"], first["dropped"]) == (3, 0, 0)
    manager.submit(f"/planner/cascade/{draft}/accept", once="a")
    later = plan_round(house.unit, Wish((Subject.MATHS,), date(2026, 5, 4), "Later round"), house.settings.calendar)
    second = cascade.save(house.unit, later)
    page = manager.get(f"/planner/cascade/{second}.json?with=now").json()
    assert (page["added"], page["moved"], page["dropped"]) == (0, 3, 0), "the same sessions, on other days"
    row = page["rows"][0]
    assert row["code"]
    assert row["before"]["start"] < "2026-05-04" <= row["after"]["start"]
    assert row["before"]["venue"] == row["after"]["venue"]
    nowhere = manager.get(f"/planner/cascade/{second}?with=now&place=nowhere").text
    assert "No session that differs is in such a place." in nowhere
    third = cascade.save(house.unit, later)
    assert "Both plans are the same." in manager.get(f"/planner/cascade/{third}?with={second}").text
    assert manager.get(f"/planner/cascade/{third}?with=999").status_code == 404
    assert client_as("manager", "T/B2.").get(f"/planner/cascade/{third}?with=now").status_code == 404


def test_a_draft_says_so_on_the_pages_it_touches_and_to_nobody_else(client_as, house, draft):
    manager = client_as("manager")
    strip = f'href="/planner/cascade/{draft}?with=now"'
    for page in ("/sessions?month=2026-04", "/cascade"):
        shown = manager.get(page).text
        assert strip in shown
        assert "Spring round" in shown
        assert hidden_fields(shown, f"/planner/cascade/{draft}/discard")
    assert strip not in manager.get("/sessions?month=2026-12").text, "it has no session there"
    for role, place in (("monitor", "T/"), ("trainer", "T/B1."), ("manager", "T/B2.")):
        other = client_as(role, place)
        for page in ("/sessions?month=2026-04", "/cascade"):
            assert "Spring round" not in other.get(page).text
    manager.submit(f"/planner/cascade/{draft}/accept", once="a")
    with house.unit() as db:
        session_id = db.scalars(select(TrainingSession.id).where(TrainingSession.round_id == draft)).first()
    assert "Nobody else sees this." not in manager.get(f"/sessions/{session_id}").text
    later = plan_round(house.unit, Wish((Subject.MATHS,), date(2026, 5, 4), "Later round"), house.settings.calendar)
    second = cascade.save(house.unit, later)
    assert f'href="/planner/cascade/{second}?with=now"' in manager.get(f"/sessions/{session_id}").text


def test_a_round_planned_instead_of_another_moves_what_is_not_held_and_tells_each_person_once(client_as, house, draft):
    manager = client_as("manager")
    manager.submit(f"/planner/cascade/{draft}/accept", once="a")
    with house.unit() as db:
        db.execute(update(Message).where(Message.kind.in_(("invitation", "lead"))).values(state=State.SENT))
        first = db.scalars(select(TrainingSession).order_by(TrainingSession.starts_at)).first()
        db.execute(update(TrainingSession).where(TrainingSession.id == first.id).values(state=SessionState.HELD))
        codes = dict(db.execute(select(TrainingSession.id, TrainingSession.code)).all())
        days = dict(db.execute(select(TrainingSession.id, TrainingSession.starts_at)).all())
    wish = Wish((Subject.MATHS,), date(2026, 5, 4), "Anew", instead_of=draft)
    anew = cascade.save(house.unit, plan_round(house.unit, wish, house.settings.calendar))
    assert "Count the texts" in manager.get(f"/planner/cascade/{anew}").text
    foretold = manager.submit(f"/planner/cascade/{anew}/foretell", once="f")
    assert foretold.status_code == 200
    assert "people are told." in foretold.text, "the cost is shown before"
    done = manager.submit(f"/planner/cascade/{anew}/accept", from_date="2026-04-01", once="b")
    assert (done.status_code, done.headers["location"]) == (303, f"/planner/cascade/{anew}")
    with house.unit() as db:
        rows = db.scalars(select(TrainingSession).where(TrainingSession.round_id == draft)).all()
        assert {row.id: row.code for row in rows} == codes, "they are the same sessions, with their codes"
        assert {row.id for row in rows if row.starts_at == days[row.id]} == {first.id}, "what was held stays"
        assert all(row.starts_at.date() >= date(2026, 5, 4) for row in rows if row.id != first.id)
        told = db.execute(
            select(Message.person_id, Message.subject_id, func.count())
            .where(Message.kind == "moved", Message.state == State.QUEUED)
            .group_by(Message.person_id, Message.subject_id)
        ).all()
        assert told
        assert {count for _, _, count in told} == {1}, "one notice a person and session, with the old and the new day"
        assert first.id not in {session for _, session, _ in told}
    assert manager.submit(f"/planner/cascade/{anew}/take-back", once="c").status_code == 409
    assert "Take it back" not in manager.get(f"/planner/cascade/{anew}").text, "nothing is offered that is refused"


def test_the_texts_of_what_is_new_in_a_round_planned_instead_are_counted_too(client_as, house, draft):
    client_as("manager").submit(f"/planner/cascade/{draft}/accept", once="a")
    wish = Wish((Subject.MATHS, Subject.SCIENCE), date(2026, 5, 4), "Anew", instead_of=draft)
    anew = cascade.save(house.unit, plan_round(house.unit, wish, house.settings.calendar))
    rules = reminder_rules(house.settings)
    with house.unit() as db:
        known = set(db.scalars(select(Message.id)))
        old = [each.id for each in sessions_of(db, EVERYWHERE, draft)]
        told = before_mending(db, EVERYWHERE, old, lambda: replace_round(db, EVERYWHERE, anew), rules)
    with house.unit() as db:
        replace_round(db, EVERYWHERE, anew)
    with house.unit() as db:
        new = db.scalars(select(Message).where(Message.id.not_in(known))).all()
        assert len({each.subject_id for each in new}) == 6, "three of maths move, three of science are new"
        assert told.texts == len(new)
    assert told.by_hand == 1


def test_nobody_is_moved_onto_a_day_that_she_has_promised_though_the_new_plan_seats_somebody_else(house, draft):
    cascade.accept(house.unit, draft, house.settings.calendar)
    wish = Wish((Subject.MATHS,), date(2026, 5, 4), "Anew", instead_of=draft)
    anew = cascade.save(house.unit, plan_round(house.unit, wish, house.settings.calendar))
    with house.unit() as db:
        after = db.scalars(
            select(TrainingSession).where(TrainingSession.round_id == anew, TrainingSession.level == Level.TEACHER)
        ).one()
        place = db.get(Place, after.place_id)
        late = build.teacher(db, build.schools_of(db, place)[0])
        before = db.scalar(
            select(TrainingSession.id).where(TrainingSession.round_id == draft, TrainingSession.level == Level.TEACHER)
        )
        db.add(Invitation(session_id=before, person_id=late.id, row=30))
        build.training_session(db, build.cluster(db), day=day_of(after.starts_at), invited=[late])
    with pytest.raises(Conflict) as conflict, house.unit() as db:
        replace_round(db, EVERYWHERE, anew)
    assert conflict.value.key == "invited_elsewhere"


def test_a_round_taken_back_says_nothing_more_of_what_accepting_left_out(house, draft):
    cascade.accept(house.unit, draft, house.settings.calendar)
    with house.unit() as db:
        assert {"left_out", "newcomers"} <= set(db.get(Round, draft).summary)
        take_round_back(db, EVERYWHERE, draft)
    with house.unit() as db:
        assert not {"left_out", "newcomers"} & set(db.get(Round, draft).summary)
