"""`cop cascade replan`: said before it is done, done with all that follows, taken back, or refused."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from clusters.cascade.models import Mending, PlaceClosure
from clusters.cascade.rules import Level, MendingState
from clusters.kernel.clock import day_of
from clusters.people.models import Post
from clusters.training.models import Booking, CodeHold, Meeting, SessionTrainer, TrainingSession
from clusters.training.rules import SessionState
from messaging.outbox.models import Message
from tests.cop.commands.test_cascade import people_stand


@pytest.fixture
def planned(run, own_unit):
    """A round that is accepted: one block, two circles of one cluster."""
    with own_unit() as db:
        people_stand(db)
    draft = run("cascade", "plan", "--subjects", "maths,science", "--json").document["draft"]
    assert run("cascade", "accept", draft, "--json").code == 0
    return own_unit


def standing(unit):
    """Days, room and trainers of every training session."""
    with unit() as db:
        days = Counter()
        found = {}
        for meeting in db.scalars(select(Meeting).order_by(Meeting.session_id, Meeting.day)):
            days[meeting.session_id] += 1
            found.setdefault(meeting.session_id, []).append(meeting.starts_at)
        for session in db.scalars(select(TrainingSession)):
            found[session.id].append(session.venue)
        for row in db.scalars(select(SessionTrainer).order_by(SessionTrainer.person_id)):
            found[row.session_id].append(row.person_id)
        return found


def trainer_of_teachers(unit):
    with unit() as db:
        return db.scalar(
            select(SessionTrainer.person_id)
            .join(TrainingSession, TrainingSession.id == SessionTrainer.session_id)
            .where(TrainingSession.level == Level.TEACHER)
            .order_by(SessionTrainer.session_id)
            .limit(1)
        )


def test_a_lost_trainers_duties_go_over_with_codes_posts_and_texts_and_come_back(run, planned):
    before, lost = standing(planned), trainer_of_teachers(planned)
    says_before_it_does(run, planned, lost, before)
    document = hands_over(run, planned, lost)
    code, back, _ = run("cascade", "replan", "--undo", document["replans"][0], "--json")
    assert code == 0
    assert back["undone"]
    assert standing(planned) == before
    with planned() as db:
        assert db.scalars(select(Post).where(Post.person_id == lost, func.upper_inf(Post.during))).all()
        assert db.scalar(select(Mending.state)) is MendingState.UNDONE
    assert run("cascade", "replan", "--undo", document["replans"][0], "--json").code == 5


def says_before_it_does(run, planned, lost, before):
    code, document, told = run("cascade", "replan", "--lost-trainer", lost, "--dry-run", "--json")
    assert (code, told) == (0, "")
    assert not document["done"]
    assert document["broken"]
    assert document["fewest"]
    assert {each["session"] for each in document["changed"]} >= set(document["broken"])
    assert document["others_changed"] == 0
    assert document["told"]["texts"] > 0
    assert standing(planned) == before
    with planned() as db:
        assert db.scalar(select(func.count()).select_from(Mending)) == 0


def hands_over(run, planned, lost):
    with planned() as db:
        texts = set(db.scalars(select(Message.id)))
    code, document, _ = run("cascade", "replan", "--lost-trainer", lost, "--json")
    assert code == 0
    assert document["done"]
    changed = {each["session"]: each for each in document["changed"]}
    with planned() as db:
        led = {row.session_id for row in db.scalars(select(SessionTrainer).where(SessionTrainer.person_id == lost))}
        assert not led & set(document["broken"])
        assert not db.scalars(select(CodeHold).where(CodeHold.holder == -lost)).all()
        assert not db.scalars(select(Booking).where(Booking.person_id == lost)).all()
        assert not db.scalars(select(Post).where(Post.person_id == lost, func.upper_inf(Post.during))).all()
        for number, change in changed.items():
            held = set(db.scalars(select(CodeHold.holder).where(CodeHold.session_id == number)))
            assert {-person for person in change["trainers"]} <= held
        new = db.scalars(select(Message).where(Message.id.not_in(texts))).all()
        kept = {n for n, each in changed.items() if each["days"] == each["days_before"]}
        told = {each.person_id for each in new if each.subject_id in kept}
        assert told <= {person for number in kept for person in changed[number]["trainers"]}
        assert len(new) == document["told"]["texts"]
    return document


def test_days_under_snow_move_what_met_there_and_stay_closed_for_later_plans(run, planned):
    with planned() as db:
        first = db.scalar(select(func.min(TrainingSession.starts_at)).where(TrainingSession.level == Level.TEACHER))
    day = day_of(first).isoformat()
    code, document, _ = run("cascade", "replan", "--closed-day", day, "--place", "T/", "--why", "snow", "--json")
    assert code == 0
    assert document["done"]
    with planned() as db:
        closure = db.scalars(select(PlaceClosure)).one()
        assert (closure.first.isoformat(), closure.name) == (day, "snow")
        met = {day_of(each).isoformat() for each in db.scalars(select(Meeting.starts_at))}
    assert day not in met
    assert day in {each for change in document["changed"] for each in change["days_before"]}
    code, document, _ = run("cascade", "plan", "--subjects", "parents", "--json")
    assert code == 0
    with planned() as db:
        drafts = select(Meeting.starts_at).join(TrainingSession).where(TrainingSession.state == SessionState.DRAFT)
        assert day not in {day_of(each).isoformat() for each in db.scalars(drafts)}


def test_what_cannot_be_mended_or_hits_nothing_is_refused_with_what_would_help(run, planned):
    before = standing(planned)
    with planned() as db:
        leads = set(
            db.scalars(
                select(SessionTrainer.person_id)
                .join(TrainingSession, TrainingSession.id == SessionTrainer.session_id)
                .where(TrainingSession.level == Level.TEACHER)
            )
        )
        everybody = set(db.scalars(select(Post.person_id).where(Post.role == "circle_trainer")))
    given = [part for person in sorted(leads | everybody) for part in ("--lost-trainer", person)]
    code, document, _ = run("cascade", "replan", *given, "--json")
    assert code == 3
    assert document["error"]["key"] == "news_unmendable"
    assert document["error"]["clashing"] == ["trainers"]
    assert document["error"]["relaxation"]["sentence"].startswith("It can be mended")
    assert standing(planned) == before

    def key(*arguments):
        return run("cascade", "replan", *arguments, "--json").document["error"]["key"]

    assert key() == "news_of_nothing"
    assert key("--closed-day", "2026-03-01") == "news_of_the_past"
    assert key("--closed-day", "2030-03-01") == "news_hits_nothing"
    assert run("cascade", "replan", "--lost-trainer", 999_999, "--json").code == 4


def test_what_is_foretold_of_a_round_planned_instead_is_what_begins_on_the_day_that_is_asked_for(run, planned):
    wanted = ("--subjects", "maths,science", "--from-date", "2026-06-01", "--instead-of", 1)
    anew = run("cascade", "plan", *wanted, "--json").document["draft"]
    whole = run("cascade", "accept", anew, "--dry-run", "--json").document
    assert whole["texts"] > 0
    later = run("cascade", "accept", anew, "--dry-run", "--from-date", "2027-06-01", "--json")
    assert later.code == 5, "nothing begins then"
    done = run("cascade", "accept", anew, "--json").document
    assert done["sessions_left_out"] == 0, "what moved is not left out"
    assert done["texts"] > 0
