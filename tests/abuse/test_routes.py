"""Who may open and do what, on every route there is: one table, and a route that is missing from it fails.

A new page adds its lines to ROUTES. Where its path holds a value, `subject` names what it stands for, and `World`
holds one of it in block B1 (district Bannu) and one in block B2 (district Hangu).
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import pytest
from litestar.routes import HTTPRoute
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from clusters.cascade.models import Mending, Round
from clusters.cascade.rules import MendingState
from clusters.imports.actions import Choices, check_draft, keep_draft
from clusters.imports.models import Import, ImportDraft
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import Actor
from clusters.kernel.base import Base
from clusters.kernel.clock import now
from clusters.modules.rules import Subject as Taught
from clusters.people.models import Person, PersonNumber
from clusters.scope import Held, Scope
from clusters.structure.models import ClusterDraft, ClusterDraftRow, Place
from clusters.training.models import Certificate
from clusters.training.rules import SessionState
from cop.app import build as build_app
from cop.house import House
from cop.knowledge.models import PracticeNote
from cop.knowledge.rules import Audience
from cop.knowledge.rules import Standing as NoteStanding
from cop.knowledge.rules import number_of as note_number
from cop.planning.actions import ask_for_plan
from cop.planning.rules import PlanKind
from cop.web.twins import SUFFIXES
from cop.web.views import paths
from cop.web.views.frame import Role
from messaging.announcing.actions import announce, undo
from messaging.announcing.models import Announcement
from messaging.announcing.rules import Group, Standing, Target, Whom, Wording
from messaging.inbound.models import InboundText, Parked
from messaging.outbox.actions import open_subject
from messaging.outbox.models import Message
from messaging.outbox.rules import State
from tests import build
from tests.browsing import Browser, ClientAs, place_at, same_but_path

EVERYBODY = frozenset(Role)
PLANNERS = frozenset({Role.ADMIN, Role.MANAGER})
OFFICE = frozenset({Role.ADMIN, Role.MANAGER, Role.CLERK})
ADMIN_OF_ALL: frozenset[Role] = frozenset({Role.ADMIN})
"""In the programme as a whole; an administrator of a part is refused."""
MESSENGERS = frozenset({Role.ADMIN, Role.MANAGER, Role.MONITOR})
WRITERS = frozenset({Role.ADMIN, Role.MANAGER, Role.TRAINER})
STRANGERS = "strangers"
"""Opens to who is not signed in, too."""

Subject = Literal[
    "token",
    "file",
    "session",
    "held",
    "number",
    "version",
    "round",
    "cluster",
    "draft",
    "card",
    "phone",
    "message",
    "list",
    "import",
    "kind",
    "person",
    "announcement",
    "note",
    "plan",
    "mending",
]


@dataclass(frozen=True)
class Route:
    """A line of the table: who finds it inside her own places, and a form that could be sent there."""

    method: str
    path: str
    opens: frozenset[Role] | str
    subject: Subject | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    """What a POST would need to have an effect."""
    file: bool = False
    """It brings a file."""
    own: bool = False
    """It belongs to the person who brought it: nobody else finds it, whatever her places."""

    def at(self, value: object) -> str:
        """The path with a value in its place; further values are 1."""
        return re.sub(r"\{\w+\}", "1", re.sub(r"\{\w+\}", str(value), self.path, count=1))


LIST = b"EMIS Code,School Name,Latitude,Longitude\n61001,GPS One,3.5,3.5\n"
"""A list with a problem in its one row."""
MOVE = {"day": "2026-03-25", "start": "10:00", "end": "13:00"}
MAKE_UP = {"trainer": "1", "venue": "1", "day-1": "2026-04-15"}
ANSWER = {"person": "1", "answer": "no"}
ROUTES = (
    Route("GET", "/sign-in", STRANGERS),
    Route("POST", "/sign-in", STRANGERS),
    Route("GET", "/sign-in/code", STRANGERS),
    Route("POST", "/sign-in/code", STRANGERS),
    Route("GET", "/sign-in/{token}", STRANGERS, "token"),
    Route("POST", "/sign-in/{token}", STRANGERS, "token"),
    Route("POST", "/language", STRANGERS),
    Route("GET", "/m/{link}", STRANGERS, "token"),
    Route("POST", "/m/{link}", STRANGERS, "token"),
    Route("GET", "/m/{link}/communities", STRANGERS, "token"),
    Route("POST", "/m/{link}/communities", STRANGERS, "token", {"do": "found", "name": "Maths"}),
    Route("GET", "/static/{name}", STRANGERS, "file"),
    Route("GET", "/ping", STRANGERS),
    Route("GET", "/health/live", STRANGERS),
    Route("GET", "/health/ready", STRANGERS),
    Route("GET", "/metrics", STRANGERS),
    Route("POST", "/hooks/{channel}/text", STRANGERS),
    Route("POST", "/hooks/{channel}/status", STRANGERS),
    Route("POST", "/hooks/{channel}/status/{message_id}", STRANGERS),
    Route("GET", "/health", PLANNERS),
    Route("POST", "/sign-out", EVERYBODY),
    Route("GET", "/account", EVERYBODY),
    Route("POST", "/account/password", EVERYBODY, form={"new": "river under seven bridges"}),
    Route("POST", "/account/others", EVERYBODY),
    Route("GET", "/account/prove", EVERYBODY),
    Route("POST", "/account/prove", EVERYBODY, form={"code": "000000", "action": "/"}),
    Route("GET", "/account/second-factor", EVERYBODY),
    Route("POST", "/account/second-factor", EVERYBODY),
    Route("POST", "/account/second-factor/confirm", EVERYBODY, form={"code": "000000"}),
    Route("POST", "/account/second-factor/codes", EVERYBODY),
    Route("POST", "/account/second-factor/off", EVERYBODY),
    Route("GET", "/", EVERYBODY),
    Route("GET", "/sessions", EVERYBODY),
    Route("GET", "/sessions/{session_id}", EVERYBODY, "session"),
    Route("GET", "/sessions/{session_id}/sheet", EVERYBODY, "session"),
    Route("POST", "/sessions/{session_id}/printed", EVERYBODY - {Role.MONITOR}, "session"),
    Route("GET", "/sessions/{session_id}/attendance", EVERYBODY, "session"),
    Route("POST", "/sessions/{session_id}/attendance", EVERYBODY - {Role.MONITOR}, "session", {"all": "here"}),
    Route("POST", "/sessions/{session_id}/attendance/{version}/undo", EVERYBODY - {Role.MONITOR}, "session"),
    Route("POST", "/sessions/{session_id}/move", PLANNERS | {Role.TRAINER}, "session", MOVE),
    Route("POST", "/sessions/{session_id}/call-off", PLANNERS | {Role.TRAINER}, "session", {"reason": "snow"}),
    Route("GET", "/sessions/{session_id}/list", EVERYBODY, "session"),
    Route("POST", "/sessions/{session_id}/add", EVERYBODY - {Role.MONITOR}, "session", {"person": "1"}),
    Route("POST", "/sessions/{session_id}/leave", EVERYBODY - {Role.MONITOR}, "session", {"person": "1"}),
    Route("POST", "/sessions/{session_id}/capacity", EVERYBODY - {Role.MONITOR}, "session", {"capacity": "50"}),
    Route("POST", "/sessions/{session_id}/answer", EVERYBODY - {Role.MONITOR}, "session", ANSWER),
    Route("POST", "/sessions/{session_id}/walk-ins", EVERYBODY - {Role.MONITOR}, "session", {"names": "Gul Zaman"}),
    Route("POST", "/sessions/{session_id}/match", EVERYBODY - {Role.MONITOR}, "session", {"walk_in": "1"}),
    Route("POST", "/sessions/{session_id}/unmatch", EVERYBODY - {Role.MONITOR}, "session", {"walk_in": "1"}),
    Route("POST", "/sessions/{session_id}/strike-off", EVERYBODY - {Role.MONITOR}, "session", {"walk_in": "1"}),
    Route("GET", "/sessions/{session_id}/make-up", EVERYBODY, "held"),
    Route("POST", "/sessions/{session_id}/make-up", PLANNERS | {Role.TRAINER}, "held", MAKE_UP),
    Route("POST", "/sessions/{session_id}/certificate", EVERYBODY - {Role.MONITOR}, "session", {"person": "1"}),
    Route("GET", "/certificates/{number}", STRANGERS, "number"),
    Route("GET", "/certificates/{number}/pdf", EVERYBODY, "number"),
    Route("POST", "/sessions/{session_id}/skip", PLANNERS | {Role.TRAINER}, "session", {"text": "T-1d"}),
    Route("GET", "/cascade", PLANNERS | {Role.MONITOR}),
    Route("GET", "/clusters", EVERYBODY),
    Route("GET", "/clusters/{cluster_id}", EVERYBODY, "cluster"),
    Route("GET", "/community", PLANNERS | {Role.MONITOR}),
    Route("POST", "/community/water", PLANNERS, form={"at": "T/B1.", "what": "venue/B1.C01./", "act": "not_now"}),
    Route("POST", "/community/water/{said_id}/undo", PLANNERS),
    Route("GET", "/planner", PLANNERS),
    Route("GET", "/planner/clusters", PLANNERS),
    Route("GET", "/planner/clusters/{draft_id}", PLANNERS, "draft"),
    Route("POST", "/planner/clusters/{draft_id}/accept", PLANNERS, "draft", {"from_date": "2026-03-20"}),
    Route("POST", "/planner/clusters/{draft_id}/take-back", PLANNERS, "draft"),
    Route("POST", "/planner/clusters/{draft_id}/discard", PLANNERS, "draft"),
    Route("GET", "/planner/plan/clusters", PLANNERS),
    Route("GET", "/planner/plan/cascade", PLANNERS),
    Route("POST", "/planner/plan/cascade", PLANNERS, form={"subjects": "maths"}),
    Route("POST", "/planner/plan/clusters", PLANNERS, form={"smallest": "25", "largest": "35"}),
    Route("GET", "/planner/jobs/{job_id}", PLANNERS, "plan", own=True),
    Route("POST", "/planner/jobs/{job_id}/cancel", PLANNERS, "plan", own=True),
    Route("POST", "/planner/jobs/{job_id}/again", PLANNERS, "plan", own=True),
    Route("GET", "/planner/plan/mending", PLANNERS),
    Route("POST", "/planner/plan/mending", PLANNERS, form={"first": "2026-03-20"}),
    Route("GET", "/planner/mending/{mending_id}", PLANNERS, "mending"),
    Route("POST", "/planner/mending/{mending_id}/do", PLANNERS, "mending"),
    Route("POST", "/planner/mending/{mending_id}/undo", PLANNERS, "mending"),
    Route("POST", "/planner/mending/{mending_id}/discard", PLANNERS, "mending"),
    Route("GET", "/planner/clusters/{draft_id}/choices", PLANNERS, "draft"),
    Route("POST", "/planner/clusters/{draft_id}/choices", PLANNERS, "draft", {"step": "1"}),
    Route("GET", "/planner/clusters/{draft_id}/ltrcs", PLANNERS, "draft"),
    Route("GET", "/planner/clusters/{draft_id}/move", PLANNERS, "draft"),
    Route("POST", "/planner/clusters/{draft_id}/move", PLANNERS, "draft", {"school": "1", "to": "B1.C01.L1"}),
    Route("POST", "/planner/clusters/{draft_id}/host", PLANNERS, "draft", {"school": "1", "at": "B1.C01.L1"}),
    Route("POST", "/planner/clusters/{draft_id}/undo", PLANNERS, "draft", {"change": "1"}),
    Route("POST", "/planner/clusters/{draft_id}/changes/{change_id}", PLANNERS, "draft"),
    Route("GET", "/planner/capacity", PLANNERS),
    Route("GET", "/planner/cascade", PLANNERS),
    Route("GET", "/planner/cascade/{draft_id}", PLANNERS, "round"),
    Route("POST", "/planner/cascade/{draft_id}/accept", PLANNERS, "round"),
    Route("POST", "/planner/cascade/{draft_id}/foretell", PLANNERS, "round"),
    Route("POST", "/planner/cascade/{draft_id}/take-back", PLANNERS, "round"),
    Route("POST", "/planner/cascade/{draft_id}/discard", PLANNERS, "round"),
    Route("GET", "/imports", PLANNERS),
    Route("POST", "/imports", PLANNERS, form={"kind": "schools"}, file=True),
    Route("GET", "/imports/examples/{kind}", PLANNERS, "kind"),
    Route("GET", "/imports/{import_id}", PLANNERS, "import", own=True),
    Route("POST", "/imports/{import_id}/undo", PLANNERS, "import", own=True),
    Route("GET", "/imports/drafts/{draft_id}", PLANNERS, "list", own=True),
    Route("GET", "/imports/drafts/{draft_id}/problems", PLANNERS, "list", own=True),
    Route("POST", "/imports/drafts/{draft_id}/read", PLANNERS, "list", {"kind": "staff"}, own=True),
    Route("POST", "/imports/drafts/{draft_id}/check", PLANNERS, "list", {"field-0": "code"}, own=True),
    Route("POST", "/imports/drafts/{draft_id}/apply", PLANNERS, "list", {"rows": "good"}, own=True),
    Route("POST", "/imports/drafts/{draft_id}/discard", PLANNERS, "list", own=True),
    Route("GET", "/messages", MESSENGERS),
    Route("POST", "/messages/stop", PLANNERS, form={"why": "wrong list"}),
    Route("POST", "/messages/resume", PLANNERS),
    Route("POST", "/messages/{message_id}/let-go", PLANNERS, "message"),
    Route("POST", "/messages/{message_id}/leave-out", PLANNERS, "message"),
    Route("GET", "/messages/compose", WRITERS),
    Route("POST", "/messages/compose", WRITERS, form={"text_en": "Come", "groups": "teachers", "seen": "0" * 64}),
    Route("GET", "/messages/announcements", WRITERS | {Role.MONITOR}),
    Route("GET", "/messages/announcements/{announcement_id}", WRITERS | {Role.MONITOR}, "announcement"),
    Route("POST", "/messages/announcements/{announcement_id}/approve", WRITERS, "announcement", {"seen": "0" * 64}),
    Route("POST", "/messages/announcements/{announcement_id}/decline", WRITERS, "announcement", {"why": "wrong day"}),
    Route("POST", "/messages/announcements/{announcement_id}/undo", WRITERS, "announcement"),
    Route("POST", "/messages/announcements/{announcement_id}/rest", WRITERS, "announcement"),
    Route("GET", "/inbox", EVERYBODY - {Role.MONITOR}),
    Route("POST", "/inbox/{card_id}", EVERYBODY - {Role.MONITOR}, "card", {"act": "not_for_us"}),
    Route("GET", "/inbox/words", EVERYBODY - {Role.MONITOR}),
    Route("POST", "/inbox/words", EVERYBODY - {Role.MONITOR}, form={"word": "mojood", "command": "attend"}),
    Route("POST", "/inbox/words/{word_id}", EVERYBODY - {Role.MONITOR}),
    Route("GET", "/inbox/notes", EVERYBODY - {Role.MONITOR}),
    Route("POST", "/inbox/notes/{note_id}", EVERYBODY - {Role.MONITOR}, form={"act": "decline"}),
    Route("GET", "/knowledge", EVERYBODY),
    Route("GET", "/knowledge/{number}", EVERYBODY, "note"),
    Route("GET", "/knowledge/{number}/sheet", EVERYBODY, "note"),
    Route("GET", "/knowledge/{number}/pass-on", EVERYBODY, "note"),
    Route("POST", "/knowledge/{number}/pass-on", EVERYBODY, "note", {"circles": "B1.C01.", "seen": "0"}),
    Route("POST", "/knowledge/{number}/proposal", EVERYBODY, "note", {"material": "Guide", "reason": "clearer"}),
    Route("POST", "/knowledge/{number}/decision", EVERYBODY, "note", {"answer": "no room"}),
    Route("POST", "/knowledge/{number}/gathered", EVERYBODY, "note", {"ways": "half sentences", "session": "1"}),
    Route("POST", "/inbox/notes/wishes/{wish_id}", EVERYBODY - {Role.MONITOR}, form={"act": "decline"}),
    Route("GET", "/people", EVERYBODY),
    Route("GET", "/people/new", OFFICE),
    Route("POST", "/people/new", OFFICE, form={"name": "Gul Zaman", "role": "teacher", "at": "1", "sure": "on"}),
    Route("POST", "/people/requests/{request_id}", EVERYBODY - {Role.MONITOR}),
    Route("GET", "/people/{person_id}", EVERYBODY, "person"),
    Route("POST", "/people/{person_id}/appoint", PLANNERS, "person", {"role": "teacher", "at": "T/B1.C01."}),
    Route("POST", "/people/{person_id}/move", PLANNERS, "person", {"to": "1"}),
    Route("POST", "/people/{person_id}/posts/{post_id}/end", PLANNERS, "person", {"on": "2026-03-02"}),
    Route("POST", "/people/{person_id}/name", OFFICE, "person", {"name": "Gul Zaman"}),
    Route("POST", "/people/{person_id}/number", OFFICE, "person", {"phone": "0345-1234567"}),
    Route("POST", "/people/{person_id}/no-number", OFFICE, "person"),
    Route("POST", "/people/{person_id}/wrong-number", OFFICE, "person"),
    Route("POST", "/people/{person_id}/right-number", OFFICE, "person"),
    Route("POST", "/people/{person_id}/leave", OFFICE, "person", {"first": "2026-03-20"}),
    Route("POST", "/people/{person_id}/leave/{leave_id}/end", OFFICE, "person"),
    Route("POST", "/people/{person_id}/silence", EVERYBODY - {Role.MONITOR}, "person"),
    Route("POST", "/people/{person_id}/texts", EVERYBODY - {Role.MONITOR}, "person"),
    Route("POST", "/people/{person_id}/link", EVERYBODY - {Role.MONITOR}, "person"),
    Route("POST", "/people/{person_id}/no-link", EVERYBODY - {Role.MONITOR}, "person"),
    Route("POST", "/people/{person_id}/changes/{change}/undo", OFFICE, "person"),
    Route("GET", "/settings", PLANNERS),
    Route("POST", "/settings/{name}", ADMIN_OF_ALL, form={"value": "5d"}),
    Route("POST", "/settings/{name}/undo", ADMIN_OF_ALL),
    Route("POST", "/settings/feasts/{first}", ADMIN_OF_ALL, form={"day": "2027-03-11"}),
    Route("GET", "/phones", EVERYBODY),
    Route("GET", "/phones/{number}", EVERYBODY, "phone"),
    Route("POST", "/phones/{number}", EVERYBODY, "phone", {"text": "KAB"}),
    Route("POST", "/phones/clock", PLANNERS, form={"to": "hour"}),
)
BEHIND_THE_DOOR = [route for route in ROUTES if route.opens != STRANGERS]
WITH_A_SUBJECT = [route for route in BEHIND_THE_DOOR if route.subject]
PAGES = [route for route in BEHIND_THE_DOOR if route.method == "GET"]
ACTS = [route for route in BEHIND_THE_DOOR if route.method == "POST"]
PLACES = ("T/B1.", "T/B1.C01.", "A/KP.BANNU.")
NONEXISTENT = 999_999


@dataclass(frozen=True)
class World:
    """One of each subject in block B1, and one in block B2."""

    ours: Mapping[str, int | str]
    theirs: Mapping[str, int | str]


def cluster_draft(db: Session, cluster: Place, at: datetime) -> int:
    """A draft that keeps one cluster as it is."""
    rules = {"min": 1, "max": 35, "circle_min": 1, "circle_max": 4, "strata": [], "exempt": []}
    summary = {"schools": 3, "unplaced": [], "outside_band": []}
    draft = ClusterDraft(name=f"Draft of {cluster.name}", made_at=at, rules=rules, summary=summary)
    db.add(draft)
    db.flush()
    for number, school in enumerate(build.schools_of(db, cluster)):
        db.add(
            ClusterDraftRow(
                draft_id=draft.id, school_id=school.id, block=1, circle=1, cluster=1, host=number == 0, km=None
            )
        )
    db.flush()
    return draft.id


def number_of(db: Session, person: Person) -> str:
    """The number of a person's phone."""
    return db.scalars(select(PersonNumber.number).where(PersonNumber.person_id == person.id)).one()


def card(db: Session, cluster: Place, sender: Person, at: datetime) -> int:
    """A text of a person that waits for a human."""
    text_in = InboundText(
        channel="rehearsal", provider_id=f"card-{sender.id}", number=number_of(db, sender), body="kya?",
        received_at=at, state="human", person_id=sender.id, read_at=at, rule="not understood\nnothing fits",
        training_path=cluster.path, admin_path=cluster.seat_path,
    )  # fmt: skip
    db.add(text_in)
    db.flush()
    waits = Parked(
        inbound_text_id=text_in.id, why="not_understood", guesses=[], training_path=cluster.path,
        admin_path=cluster.seat_path, parked_at=at,
    )  # fmt: skip
    db.add(waits)
    db.flush()
    return waits.id


def parked(db: Session, cluster: Place, to: Person, at: datetime) -> str:
    """A message to a person that waits for somebody."""
    subject = open_subject(db, "batch", training_path=cluster.path, admin_path=cluster.seat_path)
    waits = Message(
        subject_kind="batch", subject_id=subject, revision=1, person_id=to.id, number=number_of(db, to), kind="text",
        priority=3, text_key="", text_values={"text": "Kal"}, language="en", send_after=at, send_by=at, planned_at=at,
        state=State.PARKED, why="unspeakable", state_at=at,
    )  # fmt: skip
    db.add(waits)
    db.flush()
    return str(waits.id)


def mending(db: Session, cluster: Place, lead: Person, at: datetime) -> int:
    """What would change in an accepted round after bad news."""
    accepted = Round(
        name="Mended", made_at=at, subjects=["maths"], from_date=build.SINCE, rules={}, summary={}, state="accepted"
    )
    db.add(accepted)
    db.flush()
    session = build.training_session(db, cluster, led_by=[lead])
    session.round_id = accepted.id
    day = session.starts_at.date().isoformat()
    change = {
        "session": session.id, "revision": 1, "hit": True, "days_before": [day], "days": ["2026-05-05"],
        "venue_before": "1", "venue": "1", "trainers_before": [lead.id], "trainers": [lead.id],
    }  # fmt: skip
    row = Mending(
        round_id=accepted.id, state=MendingState.DRAFT, made_at=at, changes=[change],
        news={"lost": [lead.id], "closed_venues": [], "closed_days": [], "place": "T/", "zone": None, "why": ""},
        summary={
            "sessions": 1, "broken": [session.id], "others_changed": 0, "others_changed_percent": 0.0, "begun": [],
            "end_before": day, "end_date": "2026-05-05", "fewest": True, "soonest": True, "nearest": True,
        },
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


def announcement(db: Session, cluster: Place, author: Person) -> int:
    """A text to the teachers of a cluster that waits for a second person."""
    scope = Scope(author.id, (Held("T", cluster.path[:3], "education_manager"),))
    whom = Whom(Target.PLACE, cluster.id, (Group.TEACHERS,))
    made = announce(db, scope, whom, Wording.of({"en": "Come tomorrow"}))
    undo(db, scope, made)
    row = db.get_one(Announcement, made)
    row.standing, row.undone_at = Standing.WAITING, None
    db.flush()
    return made


@pytest.fixture
def world(house: House) -> World:
    sides = []
    with house.unit() as db:
        for block, district in (("B1", "BANNU"), ("B2", "HANGU")):
            cluster = build.cluster(db, 3, in_circle=place_at(db, f"T/{block}.C01."), admin_path=f"KP.{district}.")
            teachers = [build.teacher(db, school) for school in build.schools_of(db, cluster)]
            lead = build.trainer(db, place_at(db, f"T/{block}.C01."))
            session = build.training_session(db, cluster, led_by=[lead], invited=teachers)
            draft = Round(
                name=f"Round {block}", made_at=house.clock(None), subjects=["maths"], from_date=build.SINCE,
                rules={}, summary={},
            )  # fmt: skip
            db.add(draft)
            db.flush()
            build.training_session(db, cluster, state=SessionState.DRAFT, led_by=[lead]).round_id = draft.id
            held = build.training_session(db, cluster, led_by=[lead], invited=teachers, state=SessionState.HELD)
            number = f"AAAA-BBBB-{block}CC"
            db.add(
                Certificate(
                    number=number,
                    person_id=teachers[0].id,
                    subject=held.subject,
                    level=held.level,
                    training_path=cluster.path,
                    admin_path=cluster.seat_path,
                    completed_on=build.SINCE,
                    days=1,
                    asked_at=house.clock(None),
                )
            )
            ids: dict[str, int | str] = {
                "session": session.id, "held": held.id, "number": number, "round": draft.id, "cluster": cluster.id,
            }  # fmt: skip
            sides.append(
                ids
                | {
                    "draft": cluster_draft(db, cluster, house.clock(None)),
                    "card": card(db, cluster, teachers[0], house.clock(None)),
                    "mending": mending(db, cluster, lead, house.clock(None)),
                    "message": parked(db, cluster, teachers[0], house.clock(None)),
                    "person": teachers[0].id,
                    "phone": paths.phone(number_of(db, teachers[0])).rpartition("/")[2],
                }
            )
            somebody = build.manager(db, place_at(db, f"T/{block}."))
            sides[-1] |= {"kind": "schools" if block == "B1" else "nothing", "owner": somebody.id}
            sides[-1]["announcement"] = announcement(db, cluster, somebody)
            sides[-1]["note"] = note(db, cluster, teachers[0])
    return World(*(side | own_lists(house, int(side["owner"])) for side in sides))


def note(db: Session, cluster: Place, author: Person) -> str:
    """The number of a note that its author wanted to show to all of her subject."""
    number = note_number(400 + cluster.id)
    db.add(
        PracticeNote(
            number=number, author_id=author.id, subject=Taught.MATHS, title="Caps", words="Counting with caps",
            audience=Audience.SUBJECT, standing=NoteStanding.PASSED_ON, at=now(db), training_path=cluster.path,
            admin_path=cluster.seat_path,
        )
    )  # fmt: skip
    return number


def own_lists(house: House, person_id: int) -> dict[str, int]:
    """A list on its way in, with a problem in its one row, one that was applied, and a plan; all of this person."""
    with house.unit(Actor("web", person_id)) as db:
        scope = Scope(person_id, (Held("T", "", "administrator"),))
        draft_id = keep_draft(db, scope, ListKind.SCHOOLS, "list.csv", LIST, Choices("any"))
        check_draft(db, scope, draft_id, {"#1": "code", "#2": "name", "#3": "lat", "#4": "ignore"})
        db.execute(update(ImportDraft).where(ImportDraft.id == draft_id).values(problem_rows=zlib.compress(b"Row")))
        counts = dict.fromkeys(("rows", "new", "changed", "unchanged", "duplicates", "problem_rows"), 0)
        done = Import(
            kind="schools", file_name="list.csv", sha256="0", content=b"", columns={"columns": {}}, counts=counts,
            applied_at=house.clock(None), by_person_id=person_id,
        )  # fmt: skip
        db.add(done)
        db.flush()
        plan, _ = ask_for_plan(db, scope, PlanKind.CLUSTERS, {})
        return {"list": draft_id, "import": done.id, "plan": plan}


def subject_of(route: Route, world: World, house: House, her: Browser) -> int | str:
    """What the route is about where it is hers."""
    if route.own and her.person_id is not None:
        return own_lists(house, her.person_id)[route.subject or ""]
    return world.ours.get(route.subject or "", 1)


def everything(house: House) -> dict[str, str]:
    """A fingerprint of every table, but for when browsers were last seen, and who looked at a community."""
    with house.unit() as db:
        return {
            table.name: str(
                db.scalar(
                    text(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table.name} t")
                )
            )
            for table in Base.metadata.sorted_tables
            if table.name not in ("web_session", "network_view")
        }


def ask(browser: Browser, route: Route, path: str):
    if route.method == "GET":
        return browser.get(path)
    return browser.send(path, "list.csv", LIST, **route.form) if route.file else browser.submit(path, **route.form)


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def test_every_route_stands_in_the_table_and_no_other(house: House) -> None:
    app = build_app(house)
    served = {
        (method, re.sub(r":\w+\}", "}", route.path))
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
        if method != "OPTIONS" and not route.path.endswith(SUFFIXES)
    }
    assert served == {(route.method, route.path) for route in ROUTES}


def test_a_stranger_is_led_to_the_door_whatever_she_asks_for(anybody: Browser, world: World) -> None:
    for route in BEHIND_THE_DOOR:
        for value in (world.ours.get(route.subject or "", 1), NONEXISTENT):
            answer = ask(anybody, route, route.at(value))
            if route.method == "GET":
                assert answer.status_code == 303, name(route)
                assert answer.headers["location"].startswith("/sign-in"), name(route)
            else:
                assert answer.status_code == 401, name(route)


def test_a_page_opens_for_its_roles_alone(client_as: ClientAs, world: World, house: House) -> None:
    for role in Role:
        her = client_as(role.value, "T/B1.")
        nowhere = her.get("/nowhere")
        for route in PAGES:
            answer = her.get(route.at(subject_of(route, world, house, her)))
            if role in route.opens:
                assert answer.status_code == 200, (role, name(route))
            else:
                assert same_but_path(answer, nowhere), (role, name(route))


@pytest.mark.parametrize("role", Role)
def test_what_lies_elsewhere_does_not_exist(role: Role, client_as: ClientAs, world: World, house: House) -> None:
    people = [(place, client_as(role.value, place)) for place in PLACES]
    before = everything(house)
    for route in WITH_A_SUBJECT:
        for place, her in people:
            values = world.theirs[route.subject or ""], NONEXISTENT
            theirs, nonexistent = (ask(her, route, route.at(value)) for value in values)
            assert theirs.status_code == 404, (place, name(route))
            assert same_but_path(theirs, nonexistent), (place, name(route))
    assert everything(house) == before


def test_what_a_role_may_not_do_changes_nothing(client_as: ClientAs, world: World, house: House) -> None:
    people = {role: client_as(role.value, "T/B1.") for role in Role}
    before = everything(house)
    for route in ACTS:
        for role in set(Role) - set(route.opens):
            answer = ask(people[role], route, route.at(world.ours.get(route.subject or "", 1)))
            assert answer.status_code in (403, 404), (role, name(route))
    assert everything(house) == before


def test_opening_pages_changes_nothing(client_as: ClientAs, world: World, house: House) -> None:
    her = client_as("admin", "T/")
    before = everything(house)
    for route in PAGES:
        path = route.at(world.ours.get(route.subject or "", 1))
        assert {her.get(path).status_code, her.get(f"{path}.json").status_code} <= {200, 404}, name(route)
    assert everything(house) == before
