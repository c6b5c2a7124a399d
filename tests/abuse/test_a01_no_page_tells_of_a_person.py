"""Nothing that anybody may open changes by what a teacher gave, or what was measured of her: no figure, no order of
rows, no header, no file.

Every route is opened before and after a teacher of the viewer's own block becomes the one whom all turn to; what is not
byte for byte the same would tell of her. The long run opens each as every role, as page, document and table.
"""

import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from clusters.kernel.clock import now, today
from clusters.people.models import Person, Post
from clusters.people.rules import PostRole
from cop.consent.actions import decide
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.house import House
from cop.network.figures import Table
from cop.network.keeping import keep_persons, keep_slices
from cop.network.models import FigureMembers, Snapshot, SnapshotFigure, SnapshotState
from cop.ties.models import Nomination, Tie
from cop.ties.rules import TieKind, term_of
from cop.web.views.frame import Role
from tests.abuse import test_routes as routes
from tests.abuse.test_routes import PAGES, World
from tests.browsing import Browser, ClientAs, said

world = routes.world
"""One of everything that a path may name."""

CANARY = 424_243
"""A number that stands in every measure of hers, and nowhere else."""
UNSTEADY = ("/health", "/imports/examples/")
"""How the machine is at this moment, and a workbook, which carries the second it was made in."""
FORMATS = ("", ".json", ".csv", ".xlsx")
TELLING = ("/community", "/clusters/{cluster_id}")
"""Opened in every format by every run; each other page as a page or as a document, by turns."""
UNREADABLE = ("tie", "nomination", "network_membership", "person_measure", "slice_measure")
RANDOM = ("date", "x-reference", "content-length")
"""The length is that of the packed page, which what is random in it lengthens or shortens."""
DIFFERS = re.compile(r'name="(?:once|_csrf_token)" value="[^"]*"|"once": ?"[^"]*"')
"""Random in every form."""


def opened(browsers: dict[Role, Browser], visits: list[tuple[Role, str]]) -> Iterator[tuple[Role, str, httpx.Response]]:
    for role, path in visits:
        yield role, path, browsers[role].get(path)


def plain(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes | str]:
    """What came, but for what is random or the time."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in RANDOM)
    if "text" in answer.headers.get("content-type", "") or "json" in answer.headers.get("content-type", ""):
        return answer.status_code, headers, DIFFERS.sub("", answer.text)
    return answer.status_code, headers, answer.content


def publish(house: House, state: SnapshotState, month: date, low: float) -> None:
    with house.unit() as db:
        made = Snapshot(month=month, frozen_at=now(db), state=state, k=10, seed=1, versions={})
        db.add(made)
        db.flush()
        for nth, path in enumerate(("", "B1.", "B1.C01.")):
            db.add(
                SnapshotFigure(
                    snapshot_id=made.id, nth=nth, figure=Table.TAKING_PART, path=path, second="", low=low, high=low,
                    doubt_low=low, doubt_high=low, of=90, merged=[], hidden=False,
                )
            )  # fmt: skip
        db.flush()
        figure = db.scalars(select(func.max(SnapshotFigure.id))).one()
        db.add(FigureMembers(figure_id=figure, persons=[CANARY], schools=[CANARY]))


def turned_to(house: House) -> None:
    """One teacher of block B1 becomes the one whom all others turn to, and this is measured."""
    with house.unit() as db:
        teachers = db.scalars(
            select(Person.id)
            .join(Post, Post.person_id == Person.id)
            .where(Post.role == PostRole.TEACHER, Post.training_path.startswith("B1."))
            .order_by(Person.id)
        ).all()
        assert len(teachers) > 2
        canary, *others = teachers
        for other in others:
            consent = db.scalars(select(Decision.id).where(Decision.person_id == other)).one()
            answer = Nomination(
                person_id=other, term=term_of(today(db)), subject=None, consent_id=consent, source="sms",
                answered_at=now(db),
            )  # fmt: skip
            db.add(answer)
            db.flush()
            for kind, event in ((TieKind.NOMINATED, None), (TieKind.EXCHANGED, CANARY + other)):
                db.add(
                    Tie(
                        from_id=other, to_id=canary, kind=kind, subject=None, term=term_of(today(db)), at=now(db),
                        nomination_id=answer.id if event is None else None, event_id=event,
                    )
                )  # fmt: skip
        keep_persons(db, "2026-02", now(db), [(canary, "B1.C01.L1.", {"betweenness": CANARY, "in_degree": CANARY})])
        keep_slices(db, now(db), [("B1.C01.", {"most": CANARY})])
    publish(house, SnapshotState.CANDIDATE, date(2026, 3, 1), CANARY)
    publish(house, SnapshotState.REFUSED, date(2026, 3, 1), CANARY)


def crawl(client_as: ClientAs, house: House, world: World, everybody: bool) -> int:
    """Open every route before and after; how many answers there were."""
    with house.unit() as db:
        for person in db.scalars(select(Person.id)).all():
            decide(db, person, Purpose.TIES, True, "test")
    publish(house, SnapshotState.PUBLISHED, date(2026, 2, 1), 65)
    browsers = {role: client_as(role.value, "T/B1.") for role in Role}
    visits = []
    for number, route in enumerate(PAGES):
        able = sorted(route.opens, key=lambda role: role.value) if not isinstance(route.opens, str) else list(Role)
        for role in able if everybody else [able[number % len(able)]]:
            path = route.at(routes.subject_of(route, world, house, browsers[role]))
            whole = everybody or route.path in TELLING
            visits += [(role, path + suffix) for suffix in (FORMATS if whole else [FORMATS[number % 2]])]
    before = {(role, path): plain(answer) for role, path, answer in opened(browsers, visits)}
    turned_to(house)
    changed = []
    for role, path, answer in opened(browsers, visits):
        assert str(CANARY) not in said(answer)
        assert str(CANARY) not in str(answer.headers)
        if plain(answer) != before[role, path] and not path.startswith(UNSTEADY):
            changed.append((role, path))
    assert changed == []
    assert any(status == 200 for status, _, _ in before.values())
    return len(before)


def test_no_route_or_file_changes_by_what_one_teacher_gave(
    client_as: ClientAs, house: House, world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    assert crawl(client_as, house, world, everybody=False) >= len(PAGES)
    said = capfd.readouterr()
    assert str(CANARY) not in said.out + said.err, "nor does a log"


@pytest.mark.long
def test_no_role_sees_a_change_by_what_one_teacher_gave(client_as: ClientAs, house: House, world: World) -> None:
    assert crawl(client_as, house, world, everybody=True) > 5 * len(PAGES)


@pytest.mark.parametrize("table", UNREADABLE)
def test_no_page_may_read_what_is_known_of_a_person(house: House, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), house.web_unit() as db:
        db.execute(text(f"SELECT count(*) FROM {table}"))
