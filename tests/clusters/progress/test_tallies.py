"""Figures that are kept up as things happen equal those counted anew, and those counted plainly from the rows."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.cascade.rules import Level
from clusters.kernel.clock import midnight, now, today
from clusters.kernel.facts import note, react
from clusters.modules.rules import Subject
from clusters.people.actions import appoint, end_post, transfer
from clusters.people.models import Person, Post
from clusters.people.rules import PostRole
from clusters.progress.actions import count_marked, recount, recount_if_due
from clusters.progress.models import Tally, TallyMark, TallyRecount
from clusters.progress.queries import Reach, reach
from clusters.progress.rules import MEASURES, Figures, SchoolsOf, first_day, school_year
from clusters.scope import Held, Scope
from clusters.structure.actions.placing import place_schools
from clusters.structure.facts import SchoolsPlaced
from clusters.structure.models import Place, School
from clusters.structure.rules import SchoolGender, Tree
from clusters.training.actions import call_off, move, take_attendance, undo_attendance
from clusters.training.code import complete
from clusters.training.facts import SessionsScheduled
from clusters.training.models import Attendance, AttendanceReport, Invitation, Meeting, SessionTrainer, TrainingSession
from clusters.training.rules import Mark, SessionState, Sitting
from cop.reactions import REACTIONS
from tests import build

HOUSE = Scope.everywhere()
Key = tuple[str, ...]


def kept(db: Session) -> dict[Key, tuple[int | None, ...]]:
    """Every figure that is not nothing."""
    db.expire_all()
    return {
        (str(row.year), row.level, row.subject, row.training_path, row.admin_path, row.schools_of): values
        for row in db.scalars(select(Tally))
        if any(values := (*(getattr(row, name) for name in MEASURES), row.wait_days))
    }


def settle(db: Session) -> None:
    react(db, REACTIONS)
    db.flush()


def marks_of(db: Session, seat: Invitation) -> list[Mark | None]:
    """Her mark on each meeting day: that of the day's latest report that was not undone."""
    days = db.scalars(select(Meeting.day).where(Meeting.session_id == seat.session_id)).all()
    reports = [
        report
        for report in db.scalars(select(AttendanceReport).where(AttendanceReport.session_id == seat.session_id))
        if report.undone_at is None
    ]
    marks: list[Mark | None] = []
    for day in days:
        latest = max(
            (report for report in reports if report.day == day), key=lambda report: report.version, default=None
        )
        marked = latest and db.get(Attendance, (latest.id, seat.id))
        marks.append(marked.mark if marked else None)
    return marks


def came(db: Session, seat: Invitation) -> bool:
    marks = marks_of(db, seat)
    return bool(marks) and all(mark in (Mark.HERE, Mark.LATE) for mark in marks)


def is_reported(db: Session, seat: Invitation) -> bool:
    return any(
        report.undone_at is None
        for report in db.scalars(select(AttendanceReport).where(AttendanceReport.session_id == seat.session_id))
    )


TIER = {
    PostRole.CORE_TEAM: 1,
    PostRole.MASTER_TRAINER: 2,
    PostRole.CIRCLE_TRAINER: 3,
    PostRole.TEACHER: 4,
    PostRole.HEAD_TEACHER: 4,
}
LEVELS = {1: Level.MASTER, 2: Level.MASTER, 3: Level.CIRCLE, 4: Level.TEACHER}
KARACHI_HOURS = timedelta(hours=5)


def plainly(db: Session, year: int) -> dict[Key, tuple[int | None, ...]]:
    """The same figures from the rows themselves, person by person."""
    db.expire_all()
    found: dict[Key, Figures] = defaultdict(Figures)
    waits: dict[Key, int] = {}
    first, last = midnight(first_day(year)), midnight(first_day(year + 1))
    counting = {
        row.id: row
        for row in db.scalars(select(TrainingSession))
        if row.state in (SessionState.PLANNED, SessionState.HELD) and first <= row.starts_at < last
    }
    seats = list(db.scalars(select(Invitation)))
    schools: dict[Key, set[int]] = defaultdict(set)
    for row in counting.values():
        held = row.state is SessionState.HELD
        key = (str(year), row.level, row.subject, row.training_path, row.admin_path, SchoolsOf.NONE)
        found[key] += Figures(planned=int(not held), held=int(held))
    for person in db.scalars(select(Person)):
        posts = [
            post
            for post in db.scalars(select(Post).where(Post.person_id == person.id).order_by(Post.id))
            if post.role in TIER and today(db) in post.during
        ]
        if not posts:
            continue
        home = min(posts, key=lambda post: (TIER[post.role], post.id))
        level = LEVELS[TIER[home.role]]
        school = home.school_id and db.get(School, home.school_id)
        gender = SchoolsOf(school.gender) if school and school.gender else SchoolsOf.NONE
        for subject in Subject:
            if not any(LEVELS[TIER[post.role]] is level and post.subject in (None, subject) for post in posts):
                continue
            hers = [
                seat
                for seat in seats
                if seat.person_id == person.id
                and seat.makes_up_id is None
                and seat.session_id in counting
                and (counting[seat.session_id].level, counting[seat.session_id].subject) == (level, subject)
            ]
            again = [seat for seat in hers if any(other.makes_up_id == seat.id and came(db, other) for other in seats)]
            missed = [
                seat
                for seat in hers
                if not came(db, seat)
                and seat not in again
                and counting[seat.session_id].state is SessionState.HELD
                and is_reported(db, seat)
            ]
            given = any(
                row.level is Level.MASTER and row.subject is subject and row.state is SessionState.HELD
                for row in counting.values()
            )
            done = bool(again) or any(came(db, seat) for seat in hers) or (home.role is PostRole.CORE_TEAM and given)
            key = (str(year), level, subject, home.training_path or "", home.admin_path or "", gender)
            if school:
                schools[key].add(school.id)
            found[key] += Figures(
                people=1,
                invited=int(bool(hers)),
                trained=int(done),
                absent=int(bool(missed) and not done),
                made_up=int(any(not came(db, seat) for seat in again)),
            )
    for key, members in schools.items():
        found[key] += Figures(schools=len(members))
    begun: dict[Key, TrainingSession] = {}
    for row in sorted(counting.values(), key=lambda row: (row.starts_at, row.id)):
        if row.state is SessionState.HELD and row.level is not Level.MASTER:
            begun.setdefault((row.level, row.subject, row.training_path, row.admin_path), row)
    for (level, subject, training, admin), row in begun.items():
        leaders = set(db.scalars(select(SessionTrainer.person_id).where(SessionTrainer.session_id == row.id)))
        above = Level.CIRCLE if level == Level.TEACHER else Level.MASTER
        learnt = [
            up.ends_at
            for seat in seats
            if seat.person_id in leaders
            for up in [db.get_one(TrainingSession, seat.session_id)]
            if (up.level, up.subject, up.state) == (above, row.subject, SessionState.HELD)
            and up.ends_at <= row.starts_at
            and seat.makes_up_id is None
            and came(db, seat)
        ]
        if learnt:
            days = (row.starts_at + KARACHI_HOURS).date() - (max(learnt) + KARACHI_HOURS).date()
            waits[str(year), level, subject, training, admin, SchoolsOf.NONE] = days.days
    return {
        key: values
        for key in {*found, *waits}
        if any(values := (*(getattr(found[key], name) for name in MEASURES), waits.get(key)))
    }


@dataclass
class District:
    """Two clusters of a circle with teachers, circle trainers, a master trainer and the core team."""

    clusters: list[Place]
    teachers: list[Person]
    trainers: list[Person]
    masters: list[Person]
    sessions: list[int]
    circle: Place
    block: Place


def district(db: Session) -> District:
    block = build.block(db)
    circle = build.circle(db, block)
    clusters = [
        build.cluster(db, 3, in_circle=circle, admin_path="KP.BANNU."),
        build.cluster(db, 2, in_circle=circle, admin_path="KP.LAKKI.", gender=SchoolGender.GIRLS),
    ]
    teachers = [
        build.teacher(db, school) for place in clusters for school in build.schools_of(db, place) for _ in range(2)
    ]
    trainers = [build.trainer(db, circle), build.trainer(db, circle, subject=Subject.MATHS)]
    masters = [
        build.trainer(db, block, role=PostRole.MASTER_TRAINER),
        build.trainer(db, build.programme(db), role=PostRole.CORE_TEAM),
    ]
    return District(clusters, teachers, trainers, masters, [], circle, block)


def schedule(db: Session, here: District, place: int, days_ago: int, subject: Subject, level: Level) -> None:
    """A training session of some level, noted as scheduled."""
    learners, where, leaders = {
        Level.TEACHER: (here.teachers, here.clusters[place % 2], here.trainers),
        Level.CIRCLE: (here.trainers, here.block, here.masters),
        Level.MASTER: (here.masters[:1], build.programme(db), here.masters[1:]),
    }[level]
    row = build.training_session(
        db,
        where,
        day=today(db) - timedelta(days=days_ago),
        days=1 + place % 2,
        subject=subject,
        level=level,
        led_by=leaders[: 1 + place % 2],
        invited=learners[place::2] or learners,
        code=f"{1000 + len(here.sessions)}",
    )
    here.sessions.append(row.id)
    note(db, SessionsScheduled((row.id,)))


small = st.integers(0, 7)
doings = st.one_of(
    st.tuples(
        st.just("schedule"), small, st.integers(-20, 1), st.sampled_from(list(Subject)[:2]), st.sampled_from(Level)
    ),
    st.tuples(st.just("report"), small, st.integers(0, 255)),
    st.tuples(st.just("undo"), small),
    st.tuples(st.just("make up"), small),
    st.tuples(st.just("move"), small, st.integers(2, 60)),
    st.tuples(st.just("call off"), small),
    st.tuples(st.just("transfer"), small, small),
    st.tuples(st.just("leave"), small),
    st.tuples(st.just("promote"), small),
    st.tuples(st.just("place"), small, st.integers(0, 1)),
    st.tuples(st.just("count")),
)


def do(db: Session, here: District, doing: tuple[object, ...]) -> None:
    match doing:
        case ("schedule", int(place), int(ago), Subject() as subject, Level() as level):
            schedule(db, here, place, ago, subject, level)
        case ("count",):
            count_marked(db)
        case ("transfer", int(which), int(where)):
            schools = [school for place in here.clusters for school in build.schools_of(db, place)]
            target = schools[where % len(schools)]
            teacher = here.teachers[which]
            if not any(post.school_id == target.id for post in posts_of(db, teacher)):
                transfer(db, HOUSE, teacher.id, PostRole.TEACHER, target.id)
        case ("leave", int(which)):
            for post in posts_of(db, here.teachers[which])[:1]:
                end_post(db, HOUSE, post.id)
        case ("promote", int(which)):
            if not any(post.role is PostRole.CIRCLE_TRAINER for post in posts_of(db, here.teachers[which])):
                appoint(db, HOUSE, here.teachers[which].id, PostRole.CIRCLE_TRAINER, at_place=here.circle.id)
        case ("place", int(which), int(where)):
            schools = [school for place in here.clusters for school in build.schools_of(db, place)]
            place_schools(db, Tree.TRAINING, {schools[which % len(schools)].id: here.clusters[where].id}, today(db))
            note(db, SchoolsPlaced(today(db)))
        case (verb, int(which), *rest):
            if here.sessions:
                change(db, str(verb), here.sessions[which % len(here.sessions)], rest)


def posts_of(db: Session, person: Person) -> list[Post]:
    return [
        post
        for post in db.scalars(select(Post).where(Post.person_id == person.id).order_by(Post.id))
        if today(db) in post.during
    ]


def change(db: Session, verb: str, session_id: int, rest: list[object]) -> None:
    row = db.get_one(TrainingSession, session_id)
    reportable = row.state is not SessionState.CANCELLED and row.starts_at - timedelta(hours=1) <= now(db)
    reportable = reportable and now(db) < row.ends_at + timedelta(hours=48)
    rows = list(db.scalars(select(Invitation.row).where(Invitation.session_id == session_id)))
    if verb == "report" and reportable and rows:
        pattern = int(str(rest[0]))
        marks = {row: [Mark.HERE, Mark.AWAY, Mark.LATE, Mark.AWAY][pattern >> row & 3] for row in rows}
        take_attendance(db, HOUSE, session_id, marks, "page")
    elif verb == "undo" and reportable:
        versions = db.scalars(
            select(AttendanceReport.version)
            .where(AttendanceReport.session_id == session_id, AttendanceReport.counts)
            .order_by(AttendanceReport.version.desc())
        ).all()
        if versions:
            undo_attendance(db, HOUSE, session_id, versions[0])
    elif row.state is SessionState.HELD and verb == "make up":
        make_up(db, row)
    elif row.state is SessionState.PLANNED and verb == "call off":
        call_off(db, HOUSE, session_id, "rain")
    elif row.state is SessionState.PLANNED and row.starts_at > now(db) and verb == "move":
        # A day of its own for each, because nobody may stand in two places on one day.
        starts = midnight(today(db) + timedelta(days=int(str(rest[0])) * 100 + session_id % 100)) + timedelta(hours=5)
        move(db, HOUSE, session_id, [Sitting(starts, starts + timedelta(hours=3))])


@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(doings, min_size=4, max_size=16))
def test_figures_kept_up_equal_a_recount_and_a_plain_count(unit, doings):
    with unit() as outer:
        nested = outer.begin_nested()
        here = district(outer)
        recount(outer)
        for doing in doings:
            do(outer, here, doing)
            settle(outer)
        count_marked(outer)
        maintained = kept(outer)
        year = school_year(today(outer))
        assert outer.scalars(select(TallyMark)).all() == []
        recount(outer)
        assert maintained == kept(outer)
        assert {key: values for key, values in maintained.items() if key[0] == str(year)} == plainly(outer, year)
        assert outer.scalars(select(TallyRecount.differed).order_by(TallyRecount.id.desc())).first() == 0
        nested.rollback()
        outer.info["facts"].clear()


def make_up(db: Session, missed: TrainingSession) -> None:
    """Everybody who was away on a day is invited again, and comes on the same day."""
    away = [
        seat
        for seat in db.scalars(select(Invitation).where(Invitation.session_id == missed.id))
        if seat.makes_up_id is None and Mark.AWAY in marks_of(db, seat)
    ]
    again = build.training_session(
        db,
        db.get_one(Place, missed.place_id),
        day=today(db),
        subject=missed.subject,
        level=missed.level,
        invited=[db.get_one(Person, seat.person_id) for seat in away],
        code=f"{5000 + missed.id % 1000}",
    )
    for seat, new in zip(
        away,
        db.scalars(select(Invitation).where(Invitation.session_id == again.id).order_by(Invitation.row)),
        strict=True,
    ):
        new.makes_up_id = seat.id
    db.flush()
    note(db, SessionsScheduled((again.id,)))
    if away:
        take_attendance(db, HOUSE, again.id, {}, "page", others=Mark.HERE)


def test_reach_is_what_stands_inside_the_scope(db):
    here = district(db)
    row = build.training_session(
        db, here.clusters[0], day=today(db), led_by=here.trainers[:1], invited=here.teachers[:4]
    )
    note(db, SessionsScheduled((row.id,)))
    take_attendance(db, HOUSE, row.id, {1: Mark.AWAY}, "page", others=Mark.HERE)
    settle(db)
    recount(db)
    year = school_year(today(db))
    found, as_of = reach(db, HOUSE, year)
    assert (found[Subject.MATHS], as_of) == (Reach(trained=3, people=10, absent=1), now(db))
    assert found[Subject.SCIENCE] == Reach(trained=0, people=10, absent=0)
    there, _ = reach(db, build.scope_at(here.clusters[1]), year)
    assert there[Subject.MATHS] == Reach(trained=0, people=4, absent=0)
    district_scope, _ = reach(db, Scope(None, (Held("A", "KP.BANNU.", "education_manager"),)), year)
    assert district_scope[Subject.MATHS] == Reach(trained=3, people=6, absent=1)
    assert reach(db, build.scope_at(build.circle(db)), year) == ({}, None)


def test_figures_are_counted_anew_once_a_night_and_drift_is_repaired_and_counted(db):
    district(db)
    assert recount_if_due(db, 3)["counted"] > 0, "nothing was ever counted"
    assert recount_if_due(db, 3) == {}, "it was counted today"
    drifted = db.scalars(select(Tally).where(Tally.level == Level.TEACHER)).first()
    assert drifted is not None
    right, drifted.trained = drifted.trained, 99
    db.info["now"] += timedelta(days=1)
    db.info["now"] = midnight(today(db)) + timedelta(hours=2)
    assert recount_if_due(db, 3) == {}, "the night is too young"
    db.info["now"] += timedelta(hours=2)
    assert recount_if_due(db, 3)["differed"] == 1
    db.refresh(drifted)
    assert (drifted.trained, drifted.as_of) == (right, now(db))


def test_a_teacher_who_made_up_is_not_absent(db):
    here = district(db)
    row = build.training_session(
        db, here.clusters[0], day=today(db) - timedelta(days=1), invited=here.teachers[:1], code=complete(201)
    )
    note(db, SessionsScheduled((row.id,)))
    take_attendance(db, HOUSE, row.id, {1: Mark.AWAY}, "page")
    assert figures(db) == (0, 1, 0)
    make_up(db, row)
    assert figures(db) == (1, 0, 1)


def figures(db: Session) -> tuple[int, int, int]:
    """Trained, absent and made up among the invited."""
    settle(db)
    count_marked(db)
    db.expire_all()
    row = db.scalars(select(Tally).where(Tally.subject == Subject.MATHS, Tally.invited > 0)).one()
    return row.trained, row.absent, row.made_up
