"""Every page there is, over an invented district, in both languages and for each role: light and in its language."""

import gzip
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from clusters.cascade.models import Mending, Round
from clusters.cascade.rules import MendingState
from clusters.imports.actions import Choices, apply_draft, check_draft, keep_draft
from clusters.imports.vocabulary import ListKind
from clusters.kernel.audit import Actor
from clusters.kernel.clock import day_of
from clusters.people.models import Person, Post
from clusters.people.rules import PostRole
from clusters.scope import Held, Scope
from clusters.structure.models import ClusterDraft, Place
from clusters.structure.rules import PlaceKind
from clusters.training.models import Certificate, TrainingSession
from clusters.training.rules import SessionState
from cop.app import build as build_app
from cop.demo.building import stand
from cop.demo.founding import Size
from cop.house import House, open_house
from cop.knowledge.models import PracticeNote
from cop.planning.actions import ask_for_plan
from cop.planning.rules import PlanKind
from cop.settings import Settings
from cop.web import web_sessions
from cop.web.i18n import Language
from cop.web.models import Login
from cop.web.security import cookie_name
from cop.web.signing_in import add_login, new_link
from cop.web.templating import STATIC
from cop.web.twins import SUFFIXES
from messaging.announcing.actions import Line, announce_lines
from messaging.consent.actions import give_link
from messaging.outbox.actions import open_subject
from messaging.outbox.models import Message
from tests.browsing import Browser
from tests.conftest import NOON_IN_MARCH
from tests.markup import bare_figures, bare_latin, read

LIMITS_KB = {
    "/sign-in": 3, "/sign-in/{token}": 3, "/sign-in/code": 3, "/account/prove": 4, "/account/second-factor": 4,
    "/": 6, "/account": 4, "/sessions": 8, "/sessions/{session_id}": 8,
    "/sessions/{session_id}/sheet": 5, "/sessions/{session_id}/attendance": 5, "/sessions/{session_id}/list": 8,
    "/sessions/{session_id}/make-up": 5, "/certificates/{number}": 4,
    "/cascade": 8, "/messages": 8, "/inbox": 8, "/inbox/words": 8, "/inbox/notes": 8, "/health": 5, "/clusters": 10,
    "/community": 8,
    "/clusters/{cluster_id}": 8, "/planner": 10, "/planner/clusters": 10, "/planner/clusters/{draft_id}": 10,
    "/planner/plan/cascade": 5, "/planner/plan/clusters": 5, "/planner/jobs/{job_id}": 5,
    "/planner/plan/mending": 8, "/planner/mending/{mending_id}": 10,
    "/planner/clusters/{draft_id}/ltrcs": 8, "/planner/clusters/{draft_id}/move": 8,
    "/planner/capacity": 5, "/planner/cascade": 10, "/planner/cascade/{draft_id}": 10, "/people": 5, "/people/new": 5,
    "/planner/clusters/{draft_id}/choices": 6,
    "/people/{person_id}": 5, "/imports": 10, "/imports/{import_id}": 10, "/imports/drafts/{draft_id}": 10,
    "/phones": 5, "/phones/{number}": 5, "/settings": 6,
    "/messages/compose": 6, "/messages/announcements": 5, "/messages/announcements/{announcement_id}": 6,
    "/m/{link}": 4, "/m/{link}/communities": 5,
    "/knowledge": 8, "/knowledge/{number}": 8, "/knowledge/{number}/sheet": 4,
    "/knowledge/{number}/pass-on": 6,
}  # fmt: skip
"""What a page may weigh as it travels, gzip level 6, in thousands of bytes. A page without a line here fails."""
NO_PAGES = {
    "/static/{name}", "/ping", "/health/live", "/health/ready", "/metrics", "/imports/examples/{kind}",
    "/imports/drafts/{draft_id}/problems", "/certificates/{number}/pdf",
}  # fmt: skip
"""What answers without HTML: files, and what machines ask."""
OPEN = ("/sign-in", "/certificates", "/m/")
"""Whoever is not signed in opens these."""
ROLES = {
    "admin": PostRole.ADMINISTRATOR,
    "manager": PostRole.EDUCATION_MANAGER,
    "monitor": PostRole.MONITOR,
    "trainer": PostRole.CIRCLE_TRAINER,
    "clerk": PostRole.CLERK,
}
SCHOOLS_LIST = b"EMIS Code,School Name,Gender\n" + b"".join(b"9%04d,GPS New %d,Boys\n" % (n, n) for n in range(60))


@dataclass(frozen=True)
class District:
    """The invented district, opened; each role's browser, and a value for each path that holds one."""

    browsers: Mapping[str, Browser]
    values: Mapping[str, object]
    links: Callable[[], str]
    house: House


@pytest.fixture
def district(new_database: Callable[[], str], tmp_path: Path) -> Iterator[District]:
    """600 schools, 20 LTRCs, 640 teachers, three months of messages."""
    settings = Settings(data_dir=tmp_path, database_url=new_database(), now=NOON_IN_MARCH)
    with open_house(settings) as house:
        stand(house, 1, Size(), lambda share, doing: None)
        with TestClient(build_app(house), base_url=settings.address) as client:
            with house.unit(Actor("tests")) as db:
                people = {role: somebody(db, post) for role, post in ROLES.items()}
                logins = {role: login_of(db, house, role, person) for role, person in people.items()}
                cookies = {
                    role: {cookie_name(settings): web_sessions.begin(db, login, house.clock(None))}
                    for role, login in logins.items()
                }
                values = values_of(db, people["admin"])
            browsers = {role: Browser(client, house, people[role], role, cookies[role]) for role in ROLES}
            yield District(browsers, values, lambda: link(house), house)


def somebody(db: Session, post: PostRole) -> int:
    """Somebody with a post of this kind, at the highest place there is."""
    found = db.scalars(
        select(Post.person_id)
        .join(Place, Place.id == Post.place_id)
        .where(Post.role == post)
        .order_by(Place.path, Post.id)
    ).first()
    assert found is not None, post
    return found


def login_of(db: Session, house: House, role: str, person_id: int) -> int:
    known = db.scalar(select(Login.id).where(Login.person_id == person_id))
    return known or add_login(db, person_id, f"role.{role}", house.clock(None))


def link(house: House) -> str:
    with house.unit(Actor("tests")) as db:
        return new_link(db, "demo", house.clock(None))


def values_of(db: Session, admin_id: int) -> dict[str, object]:
    """One of each thing that a path can name."""
    scope = Scope(admin_id, (Held("T", "", "administrator"),))
    db.info["actor"] = Actor("web", admin_id)
    waiting = keep_draft(db, scope, ListKind.SCHOOLS, "list.csv", SCHOOLS_LIST, Choices("any"))
    check_draft(db, scope, waiting, {"#1": "code", "#2": "name", "#3": "gender"})
    applied = apply_draft(db, scope, waiting, only_good=True)
    waiting = keep_draft(
        db, scope, ListKind.SCHOOLS, "list.csv", SCHOOLS_LIST.replace(b"Boys", b"Girls"), Choices("any")
    )
    check_draft(db, scope, waiting, {"#1": "code", "#2": "name", "#3": "gender"})
    her = db.scalar(select(Post.person_id).where(Post.role == PostRole.TEACHER).order_by(Post.id))
    assert her is not None
    list_of_texts = ("batch", open_subject(db, "batch"))
    return {
        "{session_id}": db.scalar(
            select(TrainingSession.id).where(TrainingSession.state == SessionState.HELD).order_by(TrainingSession.id)
        ),
        "{cluster_id}": db.scalar(select(Place.id).where(Place.kind == PlaceKind.CLUSTER).order_by(Place.id)),
        "/clusters/{draft_id}": db.scalar(select(ClusterDraft.id).order_by(ClusterDraft.id.desc())),
        "/cascade/{draft_id}": db.scalar(select(Round.id).order_by(Round.id.desc())),
        "/drafts/{draft_id}": waiting,
        "{import_id}": applied,
        "{mending_id}": bad_news(db),
        "{job_id}": ask_for_plan(db, scope, PlanKind.CLUSTERS, {})[0],
        "{announcement_id}": announce_lines(db, list_of_texts, [Line("+923001234567", "Kal aayein.")], held=True),
        "{link}": give_link(db, her, texted=True),
        "{person_id}": db.scalar(select(Person.id).order_by(Person.id.desc())),
        "/knowledge/{number}": db.scalar(
            select(PracticeNote.number).where(PracticeNote.title == "Counting with bottle caps")
        ),
        "/certificates/{number}": certificate(db),
        "/phones/{number}": db.scalar(select(Message.number).where(Message.number.is_not(None)).order_by(Message.id)),
    }


def bad_news(db: Session) -> int:
    """A round in which a dozen sessions would be moved after bad news."""
    accepted = Round(
        name="Mended", made_at=NOON_IN_MARCH, subjects=["maths"], from_date=NOON_IN_MARCH.date(), rules={}, summary={},
        state="accepted",
    )  # fmt: skip
    db.add(accepted)
    db.flush()
    moved = db.scalars(select(TrainingSession).order_by(TrainingSession.id.desc()).limit(12)).all()
    lost = db.scalars(select(Post.person_id).where(Post.role == PostRole.CIRCLE_TRAINER).order_by(Post.id)).first()
    for session in moved:
        session.round_id = accepted.id
    changes = [
        {
            "session": session.id, "revision": 1, "hit": True, "days_before": [day_of(session.starts_at).isoformat()],
            "days": ["2026-05-05"], "venue_before": "1", "venue": "1", "trainers_before": [lost],
            "trainers": [lost],
        }
        for session in moved
    ]  # fmt: skip
    row = Mending(
        round_id=accepted.id, state=MendingState.DRAFT, made_at=NOON_IN_MARCH, changes=changes,
        news={"lost": [lost], "closed_venues": [], "closed_days": [], "place": "T/", "zone": None, "why": ""},
        summary={
            "sessions": 44, "broken": [session.id for session in moved], "others_changed": 0,
            "others_changed_percent": 0.0, "begun": [], "end_before": "2026-04-30", "end_date": "2026-05-05",
            "fewest": True, "soonest": True, "nearest": True,
        },
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id


def certificate(db: Session) -> str:
    """The number of a certificate of somebody who was at a session."""
    at = db.scalars(select(TrainingSession).where(TrainingSession.state == SessionState.HELD)).first()
    assert at is not None
    paper = Certificate(
        number="AAAA-BBBB-CCCC", person_id=db.scalar(select(func.min(Person.id))), subject=at.subject, level=at.level,
        training_path=at.training_path, admin_path=at.admin_path, completed_on=day_of(at.starts_at), days=1,
        asked_at=NOON_IN_MARCH,
    )  # fmt: skip
    db.add(paper)
    db.flush()
    return paper.number


def path_of(route: str, district: District) -> str:
    """A route with values of the district in it."""
    if route == "/sign-in/{token}":
        return urlsplit(route.replace("{token}", district.links())).path
    for name, value in district.values.items():
        if name in route:
            holder = "{" + name.rpartition("{")[2]
            route = route.replace(holder, quote(str(value), safe=""))
    assert "{" not in route, route
    return route


EACH_TIME = {Language.ENGLISH: 1, Language.URDU: 2}
"""By so many roles each page is opened in every run, by other ones from page to page; the long run takes all."""


@pytest.mark.parametrize("everybody", [False, pytest.param(True, marks=pytest.mark.long)])
def test_every_page_is_light_and_speaks_its_language_to_every_role(district: District, everybody: bool) -> None:
    """Sizes, origins, words and directions of every page; the report is printed when pytest is asked with -s."""
    faults: list[str] = []
    report: list[tuple[float, str]] = []
    for language in Language:
        speak(district, language)
        for number, (route, limit) in enumerate(LIMITS_KB.items()):
            opened, most = 0, len(ROLES) if everybody else EACH_TIME[language]
            for role, browser in in_turn(district, number):
                if opened == (1 if route.startswith(OPEN) else most):
                    break
                asked = replace(browser, cookies={}) if route.startswith(OPEN) else browser
                if asked is not browser:
                    asked.cookies[cookie_name(district.house.settings, "-language")] = language.value
                answer = asked.get(path_of(route, district))
                if answer.status_code != 200:
                    assert answer.status_code == 404, (route, role, answer.status_code)
                    continue
                opened += 1
                size = len(gzip.compress(answer.text.encode(), 6)) / 1000
                report.append((size / limit, f"{size:6.2f} of {limit:2} KB  {language} {role:8} {route}"))
                faults += faults_of(answer.text, language, f"{language} {role} {route}")
                if size > limit:
                    faults.append(f"{language} {role} {route} weighs {size:.2f} KB, {limit} are allowed")
            if not opened:
                faults.append(f"{route} opens to nobody of the district")
    for _, line in sorted(report, reverse=True):
        print(line)
    assert faults == [], "\n" + "\n".join(dict.fromkeys(faults))


def in_turn(district: District, number: int) -> list[tuple[str, Browser]]:
    """Everybody of the district, beginning with another one for each number."""
    everybody = list(district.browsers.items())
    first = number % len(everybody)
    return everybody[first:] + everybody[:first]


def faults_of(html: str, language: Language, where: str) -> Iterator[str]:
    """What a page must not have: another origin, another language, a bare figure."""
    page = read(html)
    root = next(page.every("html"))
    if (root.attrs["lang"], root.attrs["dir"]) != (language, "rtl" if language is Language.URDU else "ltr"):
        yield f"{where} is in {root.attrs['lang']}"
    for tag in page.every():
        for name in ("src", "href", "action", "formaction", "data-naskh"):
            if not re.match(r"/(?!/)|#|geo:", tag.attrs.get(name) or "/"):
                yield f"{where} leads to {tag.attrs[name]}"
        if "style" in tag.attrs or tag.name in ("style", "img", "iframe"):
            yield f"{where} has <{tag.name}> or a style in it"
    yield from (f"{where}: bare figure in {text!r}" for text in bare_figures(page))
    if language is Language.URDU:
        yield from (f"{where}: English or a bare name in {text!r}" for text in bare_latin(page))


def speak(district: District, language: Language) -> None:
    """Everybody who signs in has chosen this language."""
    with district.house.unit(Actor("tests")) as db:
        db.execute(update(Login).values(language=language.value))


def test_every_route_has_its_line(anybody: Browser) -> None:
    served = {
        re.sub(r":\w+\}", "}", route.path)
        for route in anybody.client.app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods and not route.path.endswith(SUFFIXES)
    }
    assert served == set(LIMITS_KB) | NO_PAGES


def test_what_every_page_loads_is_light_and_names_no_other_place() -> None:
    limits = {"cop.css": 8000, "cop.js": 6000, "cop.svg": 500, "naskh.woff2": 15000}
    for name, limit in limits.items():
        content = (STATIC / name).read_bytes()
        assert len(content if name.endswith(".woff2") else gzip.compress(content, 6)) <= limit, name
    assert {file.name for file in STATIC.iterdir()} == set(limits) | {"naskh-OFL.txt"}
    for name in ("cop.css", "cop.js", "cop.svg"):
        text = (STATIC / name).read_text()
        assert not re.search(r"(?<!xmlns=.)https?://|@import", text), name
        assert all(found.startswith("${") for found in re.findall(r"url\(([^)]*)\)", text)), name
