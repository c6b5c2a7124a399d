"""Marks figures as stale when something happens, counts those again that are, and recounts everything at night."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, Row, cast, delete, func, insert, select, text
from sqlalchemy.orm import Session

from clusters.cascade.rules import Level
from clusters.kernel.clock import KARACHI, day_of, midnight, now, today
from clusters.modules.rules import Subject
from clusters.people.facts import PostsChanged
from clusters.people.models import Post
from clusters.progress.counting import COUNT_ALL, COUNT_SOME
from clusters.progress.models import Tally, TallyMark, TallyRecount
from clusters.progress.rules import SCHOOL_YEAR_BEGINS, first_day, school_year
from clusters.structure.facts import SchoolsPlaced
from clusters.training.facts import (
    AttendanceTaken,
    PlaceGiven,
    SessionCancelled,
    SessionFinished,
    SessionMoved,
    SessionReinstated,
    SessionsScheduled,
    SessionsUnscheduled,
)
from clusters.training.models import TrainingSession
from clusters.training.rules import SessionState

LOCK = 0x636F7004
"""Advisory lock of whoever counts: an older count must never be written over a newer one."""
COUNTING = (SessionState.PLANNED, SessionState.HELD)
MANY = 60
"""From so many addresses on it is quicker to count everything."""


def follow_sessions(db: Session, fact: SessionsScheduled | SessionsUnscheduled) -> None:
    """Training sessions are planned, or drafts again: the figures of their places and people are stale."""
    _mark(db, ({"session_id": session_id} for session_id in fact.session_ids))


def follow_session(
    db: Session, fact: SessionCancelled | SessionReinstated | SessionFinished | AttendanceTaken | PlaceGiven
) -> None:
    """A training session was called off, held or reported, or has one more on its list: the same."""
    _mark(db, [{"session_id": fact.session_id}])


def follow_move(db: Session, fact: SessionMoved) -> None:
    """A training session moved, perhaps into another school year: the same, in both."""
    _mark(db, [{"session_id": fact.session_id, "year": school_year(day_of(fact.old_starts_at))}])


def follow_posts(db: Session, fact: PostsChanged) -> None:
    """Who holds which post has changed: the figures of the places where these persons are or were are stale."""
    if fact.person_ids is None:
        _mark(db, [{}])
        return
    db.execute(
        insert(TallyMark).from_select(
            [TallyMark.path],
            select(func.coalesce(Post.training_path, "")).where(Post.person_id.in_(fact.person_ids)).distinct(),
        )
    )
    _mark(db, [{"path": path or ""} for path in fact.left])


def follow_placement(db: Session, _fact: SchoolsPlaced) -> None:
    """Places have other addresses, schools other places: everything is stale."""
    _mark(db, [{}])


def _mark(db: Session, marks: Iterable[dict[str, Any]]) -> None:
    rows = [{"session_id": None, "path": None, "year": None, **mark} for mark in marks]
    if rows:
        db.execute(insert(TallyMark).inline(), rows)  # the pages may write marks and not read them back


@dataclass
class _Stale:
    """What has to be counted again, read from the marks."""

    everything: bool = False
    upper: bool = False
    paths: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)


def count_marked(db: Session) -> dict[str, int]:
    """Count again what is marked as stale; nothing while somebody else counts."""
    if not db.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
        return {}
    marks = db.execute(delete(TallyMark).returning(TallyMark.session_id, TallyMark.path, TallyMark.year)).all()
    if not marks:
        return {}
    stale, known = _read(db, marks), set(db.scalars(select(Tally.year).distinct()))
    counted, present = 0, school_year(today(db))
    for year in sorted(stale.years | {present} | {year for year in known if year > present}):
        counted += _count(db, year, stale if year in known else _Stale(everything=True))[0]
    return {"marks": len(marks), "counted": counted}


def recount(db: Session) -> dict[str, int]:
    """Count every figure of every school year anew, and remember in how many rows that differed from what stood."""
    db.execute(select(func.pg_advisory_xact_lock(LOCK)))
    db.execute(delete(TallyMark))
    rows = differed = 0
    for year in _years(db):
        of_year, off = _count(db, year, _Stale(everything=True))
        rows, differed = rows + of_year, differed + off
    db.add(TallyRecount(at=now(db), rows=rows, differed=differed))
    return {"counted": rows, "differed": differed}


def recount_if_due(db: Session, hour: int) -> dict[str, int]:
    """The nightly recount: once a day from an hour of the morning on, and at once where nothing was ever counted."""
    last = db.scalar(select(TallyRecount.at).order_by(TallyRecount.id.desc()).limit(1))
    if last is not None and (day_of(last) == today(db) or now(db) < midnight(today(db)) + timedelta(hours=hour)):
        return {}
    return recount(db)


def _read(db: Session, marks: Sequence[Row[*tuple[Any, ...]]]) -> _Stale:
    stale = _Stale(everything=any(mark.session_id is None and mark.path is None for mark in marks))
    stale.years = {mark.year for mark in marks if mark.year is not None}
    ids = {mark.session_id for mark in marks if mark.session_id is not None}
    stale.paths = {mark.path for mark in marks if mark.path is not None}
    stale.upper = bool(stale.paths)
    for level, path, starts_at in db.execute(
        select(TrainingSession.level, TrainingSession.training_path, TrainingSession.starts_at).where(
            TrainingSession.id.in_(ids)
        )
    ):
        stale.years.add(school_year(day_of(starts_at)))
        stale.paths.add(path)
        stale.upper = stale.upper or level is not Level.TEACHER
    if not stale.everything:
        stale.paths |= set(db.scalars(_TOUCHED, {"ids": list(ids)}))
        stale.everything = len(stale.paths) > MANY
    return stale


_TOUCHED = text(
    """
    SELECT coalesce(post.training_path, '') FROM invitation JOIN post ON post.person_id = invitation.person_id
    WHERE invitation.session_id = ANY(CAST(:ids AS bigint[]))
    UNION
    SELECT given.training_path FROM invitation
    JOIN session_trainer ON session_trainer.person_id = invitation.person_id
    JOIN training_session given ON given.id = session_trainer.session_id
    WHERE invitation.session_id = ANY(CAST(:ids AS bigint[]))
    """
)
"""Where the people of some training sessions have their posts, and where they pass on what they learnt there."""


def _count(db: Session, year: int, stale: _Stale) -> tuple[int, int]:
    """Write the figures of a school year; how many rows, and how many of them differ from what stood."""
    db.flush()
    begins, ends = first_day(year), first_day(year + 1)
    values = {
        "subjects": [subject.value for subject in Subject],
        "year": year,
        "on_day": min(today(db), ends - timedelta(days=1)),
        "first": midnight(begins),
        "last": midnight(ends),
        "as_of": now(db),
    }
    if stale.everything:
        row = db.execute(COUNT_ALL, values).one()
    else:
        row = db.execute(COUNT_SOME, {**values, "paths": sorted(stale.paths), "upper": stale.upper}).one()
    db.expire_all()
    return row.rows, row.differed


def _years(db: Session) -> list[int]:
    """Every school year with a training session or a figure, and the present one."""
    local = func.timezone(KARACHI.key, TrainingSession.starts_at) - func.make_interval(0, SCHOOL_YEAR_BEGINS - 1)
    years = select(cast(func.extract("year", local), Integer)).where(TrainingSession.state.in_(COUNTING)).distinct()
    return sorted({school_year(today(db)), *db.scalars(years), *db.scalars(select(Tally.year).distinct())})
