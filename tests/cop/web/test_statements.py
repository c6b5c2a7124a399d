"""How many statements a page sends: few on a main screen, and never more because there are more rows.

A new page adds its path to LIMITS: MAIN for one of the navigation, and no more than it needs for another. If its count
grows with the rows, read what the rows need in one statement with them, or several reads in one with `Together`. If the
page shows rows of a new table, `more` adds some of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session

from clusters.cascade.models import Round
from clusters.kernel.clock import now
from clusters.modules.rules import Subject
from clusters.people.models import Person
from clusters.structure.models import Place
from clusters.training.models import Attendance, AttendanceReport, Invitation
from clusters.training.rules import Answer, Mark, SessionState
from cop.house import House
from cop.knowledge.models import Passing, PracticeNote, Trial
from cop.knowledge.rules import Audience, Standing, number_of
from cop.web.views import paths
from cop.web.views.frame import Role
from messaging.channels.models import PhoneText
from messaging.inbound.models import Parked
from messaging.outbox import actions as outbox
from messaging.outbox.actions import Draft
from messaging.outbox.rules import TextClass
from tests import build
from tests.abuse import test_routes as routes
from tests.abuse.test_routes import PAGES, World
from tests.browsing import ClientAs, place_at

world = routes.world
"""One of everything that a path may name."""

MAIN = 5
EDGE = 2
"""Opening the unit; who asks, with what she may see and how many texts wait there."""
LIMITS = {
    "/": MAIN,
    "/sessions": MAIN,
    "/sessions/{session_id}": MAIN,
    "/sessions/{session_id}/sheet": 7,
    "/sessions/{session_id}/attendance": 8,
    "/sessions/{session_id}/list": 8,
    "/sessions/{session_id}/make-up": 17,
    "/certificates/{number}/pdf": MAIN,
    "/cascade": MAIN,
    "/clusters": MAIN,
    "/clusters/{cluster_id}": MAIN,
    "/community": MAIN,
    "/planner": MAIN,
    "/planner/clusters": MAIN,
    "/planner/clusters/{draft_id}": 11,
    "/planner/plan/clusters": MAIN,
    "/planner/plan/cascade": MAIN,
    "/planner/plan/mending": 8,
    "/planner/mending/{mending_id}": MAIN,
    "/planner/jobs/{job_id}": MAIN,
    "/planner/clusters/{draft_id}/choices": MAIN,
    "/planner/clusters/{draft_id}/ltrcs": 7,
    "/planner/clusters/{draft_id}/move": 7,
    "/planner/capacity": MAIN,
    "/planner/cascade": MAIN,
    "/planner/cascade/{draft_id}": 19,
    "/messages": MAIN,
    "/messages/compose": MAIN,
    "/messages/announcements": MAIN,
    "/messages/announcements/{announcement_id}": 11,
    "/inbox": MAIN,
    "/inbox/words": MAIN,
    "/inbox/notes": MAIN,
    "/knowledge": MAIN,
    "/knowledge/{number}": MAIN,
    "/knowledge/{number}/sheet": MAIN,
    "/knowledge/{number}/pass-on": 9,
    "/phones": MAIN,
    "/phones/{number}": MAIN,
    "/people": MAIN,
    "/people/new": EDGE,
    "/people/{person_id}": MAIN,
    "/settings": EDGE,
    "/imports": MAIN,
    "/imports/examples/{kind}": EDGE,
    "/imports/{import_id}": MAIN,
    "/imports/drafts/{draft_id}": MAIN,
    "/imports/drafts/{draft_id}/problems": MAIN,
    "/account": MAIN,
    "/account/prove": EDGE,
    "/account/second-factor": MAIN,
    "/health": MAIN,
}


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    """What is sent to the database meanwhile, without the savepoints that stand for transactions in tests."""
    sent: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def more(db: Session, world: World, times: int) -> None:
    """So many more rows of everything that the pages show, around what `world` holds in block B1."""
    ours = db.get_one(Place, world.ours["cluster"])
    number = unquote(str(world.ours["phone"]))
    circle = place_at(db, "T/B1.C01.")
    for _ in range(times):
        at = now(db)
        beside = build.cluster(db, 2, in_circle=circle, admin_path=ours.seat_path)
        build.school(db, admin_path=ours.seat_path, at=None)
        home = build.school(db, in_cluster=ours, admin_path=ours.seat_path)
        teachers = [
            build.teacher(db, home),
            build.teacher(db, home, number=None),
            build.teacher(db, home, number=number),
        ]
        lead = build.trainer(db, circle, subject=Subject.SCIENCE)
        for place in (ours, beside):
            held = build.training_session(
                db, place, day=(at - timedelta(days=3)).date(), days=2, led_by=[lead], invited=teachers,
                state=SessionState.HELD,
            )  # fmt: skip
            report = AttendanceReport(session_id=held.id, version=1, at=at, source="page")
            db.add(report)
            db.flush()
            db.add_all(
                Attendance(report_id=report.id, invitation_id=each, mark=Mark.HERE)
                for each in db.scalars(select(Invitation.id).where(Invitation.session_id == held.id))
            )
            coming = build.training_session(db, place, led_by=[lead], invited=teachers, subject=Subject.SCIENCE)
            db.execute(update(Invitation).values(answer=Answer.YES))
            for each in (held, coming):
                text_all(db, each.id, place, teachers)
        build.training_session(db, ours, state=SessionState.DRAFT, led_by=[lead], invited=teachers).round_id = int(
            world.ours["round"]
        )
        draft = Round(name="More", made_at=at, subjects=["maths"], from_date=build.SINCE, rules={}, summary={})
        db.add(draft)
        db.flush()
        build.training_session(db, ours, state=SessionState.DRAFT, led_by=[lead]).round_id = draft.id
        routes.cluster_draft(db, ours, at)
        waiting = db.get_one(Parked, routes.card(db, ours, teachers[0], at))
        waiting.guesses = [{"key": "1", "way": "answer:yes", "person": 1, "did": {"do": "rsvp", "answer": "yes"}}]
        grown(db, ours, beside, teachers)
        db.add(PhoneText(phone=number, incoming=False, body="kya?", at=at))
    db.flush()


def grown(db: Session, ours: Place, beside: Place, teachers: list[Person]) -> None:
    """A note that goes to another cluster, is tried there and grows, and a new way of every note so far."""
    known = list(db.scalars(select(PracticeNote)))
    latest = max((int(each.number[:-1]) for each in known), default=1_000)
    for step, parent in enumerate([None, *known], 1):
        made = PracticeNote(
            number=number_of(latest + step), author_id=teachers[0].id, subject=Subject.MATHS, title="More",
            words="More caps", audience=Audience.SUBJECT, standing=Standing.PASSED_ON, at=now(db),
            training_path=ours.path, admin_path=ours.seat_path, parent_id=parent and parent.id,
        )  # fmt: skip
        db.add(made)
        db.flush()
        db.add(Passing(note_id=made.id, at=now(db), clusters=[beside.path], texts=0, from_path=ours.path))
        db.add(Trial(note_id=made.id, person_id=teachers[1].id, worked=True, words="", at=now(db) - timedelta(days=40)))


def text_all(db: Session, session_id: int, place: Place, people: list[Person]) -> None:
    """An invitation for everybody with a phone."""
    outbox.about(db, "training_session", session_id, training_path=place.path, admin_path=place.seat_path)
    at = now(db)
    outbox.enqueue(
        db,
        [
            Draft("training_session", session_id, 1, each.id, f"+92345000{each.id % 10000:04}", "invitation",
                  list(TextClass)[-1], "invitation", {}, "en", at, at + timedelta(days=1))
            for each in people
        ],
    )  # fmt: skip


def counts(client_as: ClientAs, house: House, world: World, role: Role, lists: int) -> dict[str, list[str]]:
    """The statements of each page that a role may open, by somebody who has so many lists on their way in."""
    her = client_as(role.value, "T/B1.")
    for _ in range(lists):
        routes.own_lists(house, her.person_id or 0)
    sent = {}
    for route in PAGES:
        if role in route.opens:
            path = route.at(routes.subject_of(route, world, house, her))
            with statements_of(house.engine) as statements:
                answer = her.get(path)
            assert answer.status_code == 200, routes.name(route)
            sent[route.path] = list(statements)
    return sent


def test_every_page_has_its_limit_and_main_pages_the_common_one() -> None:
    served = {route.path for route in PAGES}
    assert served == set(LIMITS), "a new page adds its path to LIMITS; the first lines of this file say how"


@pytest.mark.parametrize("role", Role)
def test_a_page_sends_few_statements_however_many_rows_there_are(
    role: Role, client_as: ClientAs, house: House, world: World
) -> None:
    with house.unit() as db:
        more(db, world, 1)
    few = counts(client_as, house, world, role, 1)
    with house.unit() as db:
        more(db, world, 2)
    many = counts(client_as, house, world, role, 3)
    assert [complaint for path in many if (complaint := complain(path, few[path], many[path]))] == []


def test_a_session_of_several_days_sends_no_more(client_as: ClientAs, house: House, world: World) -> None:
    with house.unit() as db:
        ours = db.get_one(Place, world.ours["cluster"])
        teachers = [build.teacher(db, school) for school in build.schools_of(db, ours)]
        lead = build.trainer(db, place_at(db, "T/B1.C01."))
        longer = build.training_session(db, ours, days=3, led_by=[lead], invited=teachers)
    her = client_as("manager", "T/B1.")
    with statements_of(house.engine) as statements:
        assert her.get(paths.session(longer.id)).status_code == 200
    assert len(statements) <= MAIN


def complain(path: str, few: list[str], many: list[str]) -> str:
    """What is wrong with the statements of a page, if anything is."""
    told = "\n".join(each[:300] for each in many)
    if len(few) != len(many):
        return f"{path} sends {len(few)} statements, and {len(many)} when there are more rows:\n{told}"
    if len(many) > LIMITS[path]:
        return f"{path} sends {len(many)} statements and may send {LIMITS[path]}:\n{told}"
    return ""
