"""One LTRC: its schools with their ways to the host, teachers, trainers, training sessions."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.together import Together
from clusters.modules.rules import Subject
from clusters.people import queries as people
from clusters.scope import Scope
from clusters.structure import queries
from clusters.structure.queries import ClusterRow, PlaceRow, SchoolRow
from clusters.structure.rules import within_band
from clusters.training.queries import sessions_between
from clusters.visits.queries import VisitRow, visits_within
from cop.web.answers import Shown
from cop.web.edge import page
from cop.web.pages.calendar import shown_state
from cop.web.pages.clusters import DRAFTS, draft_links, may_plan, on_map, way
from cop.web.pages.trails import trail_to
from cop.web.pictures import MapCluster
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.cluster import ClusterPage, SessionRow, TeacherRow, TrainerRow
from cop.web.views.cluster import SchoolRow as ShownSchool
from cop.web.views.cluster import VisitRow as ShownVisit
from cop.web.views.frame import Area
from messaging.consent.queries import silent

COMING, GONE = timedelta(days=180), timedelta(days=400)
SESSIONS_SHOWN = 10
"""Of the coming ones and of the past ones."""
TEACHERS_SHOWN = 60
VISITS_SHOWN = 5


@page(paths.cluster("{cluster_id}"), here=Area.CLUSTERS, proved=True)
def cluster(db: Session, viewer: Viewer, cluster_id: int) -> Shown:
    """One LTRC inside the viewer's scope."""
    scope, together = viewer.scope, Together(db)
    asked = together.ask(lambda db: queries.cluster(db, scope, cluster_id))
    here = together.ask(lambda db: queries.place(db, scope, cluster_id))
    row, place = asked(), here()
    inside = together.ask(lambda db: queries.schools_of(db, scope, place))
    sessions = together.ask(lambda db: _sessions(db, viewer, row))
    teach = together.ask(lambda db: people.teachers_of(db, scope, place))
    quiet = together.ask(lambda db: _quiet(db, scope, place))
    trainers = together.ask(lambda db: _trainers(db, scope, place))
    visited = together.ask(lambda db: visits_within(db, scope, row.path, VISITS_SHOWN))
    trail = together.ask(lambda db: trail_to(db, scope, row.circle_path, row.name))
    drafts = together.ask(lambda db: queries.drafts_of(db, scope, row.path, DRAFTS))
    schools = _by_way(row, inside())
    known = [km for _, km in schools if km is not None]
    coming, past = sessions()
    found = teach()
    teachers = _teachers(found, quiet())
    shown = ClusterPage(
        cluster_id=row.id,
        name=row.name,
        circle=row.circle,
        block=row.block,
        host=row.host_name,
        as_of=now(db),
        in_band=within_band(len(schools)),
        schools=_schools(row, schools, Counter(teacher.school_id for teacher in found)),
        teachers=teachers[:TEACHERS_SHOWN],
        teachers_total=len(teachers),
        trainers=trainers(),
        coming=coming,
        past=past,
        map_cluster=_map(row, schools),
        longest_km=max(known, default=None),
        mean_km=sum(known) / len(known) if known else None,
        may_plan=may_plan(viewer.scope),
        visits=tuple(_visit(each) for each in visited()),
        drafts=draft_links(drafts()),
    )
    return Shown(shown, trail())


def _visit(row: VisitRow) -> ShownVisit:
    return ShownVisit(row.day, row.school, row.person, row.words or "", row.help or "")


def _by_way(row: ClusterRow, schools: tuple[SchoolRow, ...]) -> list[tuple[SchoolRow, float | None]]:
    """The host first, then by distance; schools nobody can place on the map come last."""
    ways = [(school, way(school, row)) for school in schools]
    return sorted(ways, key=lambda pair: (pair[1] is None, pair[1] or 0, pair[0].id != row.host_school_id))


def _schools(
    row: ClusterRow, schools: Sequence[tuple[SchoolRow, float | None]], teach: Counter[int]
) -> tuple[ShownSchool, ...]:
    return tuple(
        ShownSchool(
            name=school.name,
            code=school.code,
            gender=school.gender,
            km=km,
            teachers=teach[school.id],
            host=school.id == row.host_school_id,
        )
        for school, km in schools
    )


def _quiet(db: Session, scope: Scope, place: PlaceRow) -> set[str]:
    """Numbers of teachers there that asked for silence."""
    return silent(db, [teacher.number for teacher in people.teachers_of(db, scope, place) if teacher.number])


def _teachers(found: Sequence[people.TeacherRow], quiet: Collection[str]) -> tuple[TeacherRow, ...]:
    return tuple(
        TeacherRow(teacher.name, teacher.school, teacher.number is not None and teacher.number not in quiet)
        for teacher in found
    )


def _trainers(db: Session, scope: Scope, place: PlaceRow) -> tuple[TrainerRow, ...]:
    """The circle's trainers, each once, with every subject she has and the day her first post here began."""
    subjects: dict[int, list[Subject]] = {}
    since: dict[int, date] = {}
    names: dict[int, str] = {}
    for trainer in people.trainers_for(db, scope, place):
        names[trainer.person_id] = trainer.name
        since[trainer.person_id] = min(trainer.since, since.get(trainer.person_id, trainer.since))
        mine = subjects.setdefault(trainer.person_id, [])
        mine.extend([trainer.subject] if trainer.subject else Subject)
    return tuple(
        TrainerRow(names[person], since[person], tuple(subject for subject in Subject if subject in subjects[person]))
        for person in names
    )


def _sessions(db: Session, viewer: Viewer, row: ClusterRow) -> tuple[tuple[SessionRow, ...], tuple[SessionRow, ...]]:
    at = now(db)
    found = sessions_between(db, viewer.scope, at - GONE, at + COMING, path=row.path)
    rows = [
        (
            each.ends_at > at,
            SessionRow(
                session_id=each.id,
                code=each.code,
                start=each.starts_at,
                subject=each.subject,
                state=shown_state(each, at),
                invited=each.invited,
                yes=each.yes,
                came=each.came,
            ),
        )
        for each in found
    ]
    coming = [shown for ahead, shown in rows if ahead]
    past = [shown for ahead, shown in reversed(rows) if not ahead]
    return tuple(coming[:SESSIONS_SHOWN]), tuple(past[:SESSIONS_SHOWN])


def _map(row: ClusterRow, schools: list[tuple[SchoolRow, float | None]]) -> MapCluster | None:
    dots = tuple(
        dot for number, (school, _) in enumerate(schools, 1) if (dot := on_map(school, str(number))) is not None
    )
    return MapCluster(row.id, row.name, dots, row.host_lat, row.host_lon) if dots else None


handlers = [cluster]
