"""The one statement that counts: from posts, invitations and reports to the figures of a school year."""

from sqlalchemy import TextClause, literal_column, text
from sqlalchemy.dialects.postgresql.base import PGDialect

from clusters.progress.rules import MEASURES
from clusters.training.presence import outcomes

_KEYS = "year, level, subject, training_path, admin_path, schools_of"
_COUNTED = ", ".join(MEASURES) + ", wait_days"


def _outcomes(*where: str) -> str:
    """The one reading of what came of invitations, as a part of the statement."""
    chosen = outcomes(*map(literal_column, where)).compile(
        dialect=PGDialect(),  # type: ignore[no-untyped-call]  # SQLAlchemy annotates no dialect
        compile_kwargs={"literal_binds": True},
    )
    return str(chosen).replace("«", ":").replace("»", "")


_THIS_YEAR = ("training_session.starts_at >= «first»", "training_session.starts_at < «last»")
_OF_HOMES = "invitation.person_id IN (SELECT homes.person_id FROM homes)"
_OF_LEADERS = (
    "training_session.level <> 'teacher'",
    "invitation.person_id IN (SELECT by.person_id FROM session_trainer by JOIN begun ON begun.id = by.session_id)",
)

_FRESH = """
WITH subjects AS (SELECT unnest(CAST(:subjects AS text[])) AS subject),
standing AS (
    SELECT post.id, post.person_id, post.subject, post.school_id,
        coalesce(post.training_path, '') AS training_path, coalesce(post.admin_path, '') AS admin_path,
        CASE post.role WHEN 'core_team' THEN 1 WHEN 'master_trainer' THEN 2 WHEN 'circle_trainer' THEN 3 ELSE 4 END
            AS rank
    FROM post
    WHERE post.role IN ('core_team', 'master_trainer', 'circle_trainer', 'teacher', 'head_teacher')
        AND post.during @> CAST(:on_day AS date) {some_posts}
), homes AS (
    SELECT * FROM (
        SELECT DISTINCT ON (person_id) person_id, rank, school_id, training_path, admin_path,
            CASE WHEN rank <= 2 THEN 'master' WHEN rank = 3 THEN 'circle' ELSE 'teacher' END AS level
        FROM standing ORDER BY person_id, rank, id
    ) home {some_homes}
), learners AS (
    SELECT DISTINCT homes.person_id, homes.rank, homes.school_id, homes.training_path, homes.admin_path, homes.level,
        subjects.subject
    FROM homes
    JOIN standing ON standing.person_id = homes.person_id
        AND (standing.rank = homes.rank OR greatest(standing.rank, homes.rank) <= 2)
    JOIN subjects ON standing.subject IS NULL OR standing.subject = subjects.subject
), sessions AS (
    SELECT * FROM training_session
    WHERE state IN ('planned', 'held') AND starts_at >= :first AND starts_at < :last
), seats AS (
    {seats}
), lived AS (
    SELECT person_id, level, subject, count(*) AS seats,
        bool_or(outcome IN ('trained', 'made_up')) AS trained,
        bool_or(outcome = 'absent') AS absent, bool_or(outcome = 'made_up') AS made_up
    FROM seats GROUP BY person_id, level, subject
), given AS (
    SELECT DISTINCT subject FROM sessions WHERE level = 'master' AND state = 'held'
), judged AS (
    SELECT learners.*, lived.seats, coalesce(school.gender, 'none') AS schools_of,
        coalesce(lived.trained, false) OR (learners.rank = 1 AND given.subject IS NOT NULL) AS done,
        coalesce(lived.absent, false) AS missed, coalesce(lived.made_up, false) AS caught_up
    FROM learners
    LEFT JOIN lived ON lived.person_id = learners.person_id AND lived.level = learners.level
        AND lived.subject = learners.subject
    LEFT JOIN given ON given.subject = learners.subject
    LEFT JOIN school ON school.id = learners.school_id
), begun AS (
    SELECT DISTINCT ON (level, subject, training_path, admin_path)
        id, level, subject, training_path, admin_path, starts_at
    FROM sessions WHERE state = 'held' AND level <> 'master' {some_sessions}
    ORDER BY level, subject, training_path, admin_path, starts_at, id
), learnt AS (
    {learnt}
), waited AS (
    SELECT begun.level, begun.subject, begun.training_path, begun.admin_path,
        CAST(timezone('Asia/Karachi', begun.starts_at) AS date)
            - max(CAST(timezone('Asia/Karachi', coalesce(learnt.made_up_at, learnt.ends_at)) AS date)) AS wait_days
    FROM begun
    JOIN session_trainer ON session_trainer.session_id = begun.id
    JOIN learnt ON learnt.person_id = session_trainer.person_id AND learnt.subject = begun.subject
        AND learnt.level = CASE begun.level WHEN 'teacher' THEN 'circle' ELSE 'master' END
        AND learnt.outcome IN ('trained', 'made_up')
        AND coalesce(learnt.made_up_at, learnt.ends_at) <= begun.starts_at
    GROUP BY begun.level, begun.subject, begun.training_path, begun.admin_path, begun.starts_at
), counted AS (
    SELECT level, subject, training_path, admin_path, schools_of,
        0 AS planned, 0 AS held, count(*) AS people, count(DISTINCT school_id) AS schools, count(seats) AS invited,
        count(*) FILTER (WHERE done) AS trained, count(*) FILTER (WHERE missed AND NOT done) AS absent,
        count(*) FILTER (WHERE caught_up) AS made_up, CAST(NULL AS integer) AS wait_days
    FROM judged GROUP BY level, subject, training_path, admin_path, schools_of
    UNION ALL
    SELECT sessions.level, sessions.subject, sessions.training_path, sessions.admin_path, 'none',
        count(*) FILTER (WHERE state = 'planned'), count(*) FILTER (WHERE state = 'held'), 0, 0, 0, 0, 0, 0,
        min(waited.wait_days)
    FROM sessions
    LEFT JOIN waited ON waited.level = sessions.level AND waited.subject = sessions.subject
        AND waited.training_path = sessions.training_path AND waited.admin_path = sessions.admin_path
    WHERE true {some_sessions}
    GROUP BY sessions.level, sessions.subject, sessions.training_path, sessions.admin_path
), fresh AS (
    SELECT CAST(:year AS bigint) AS year, level, subject, training_path, admin_path, schools_of,
        {sums}, max(wait_days) AS wait_days
    FROM counted GROUP BY level, subject, training_path, admin_path, schools_of
), before AS (
    SELECT * FROM tally WHERE year = :year {some_rows}
), gone AS (
    DELETE FROM tally kept USING before
    WHERE {same_as_before}
        AND NOT EXISTS (SELECT FROM fresh WHERE {same_as_fresh})
    RETURNING 1
), written AS (
    INSERT INTO tally ({keys}, {counted}, as_of) SELECT {keys}, {counted}, :as_of FROM fresh
    ON CONFLICT ({keys}) DO UPDATE SET {overwritten}, as_of = excluded.as_of
    RETURNING 1
)
SELECT (SELECT count(*) FROM written) AS rows,
    (SELECT count(*) FROM gone)
    + (SELECT count(*) FROM fresh LEFT JOIN before USING ({keys})
       WHERE before.as_of IS NULL OR ({before_counted}) IS DISTINCT FROM ({fresh_counted}))
    AS differed
"""

_OF_ROWS = "((level = 'teacher' AND training_path = ANY(CAST(:paths AS text[]))) OR (level <> 'teacher' AND :upper))"
_OF_SESSIONS = _OF_ROWS.replace("level", "sessions.level").replace("training_path", "sessions.training_path")
_SOME = {
    "some_posts": """
        AND post.person_id IN (
            SELECT near.person_id FROM post near
            WHERE near.training_path = ANY(CAST(:paths AS text[]))
                OR (near.training_path IS NULL AND '' = ANY(CAST(:paths AS text[])))
                OR (:upper AND near.role IN ('core_team', 'master_trainer', 'circle_trainer')))""",
    "some_homes": f"WHERE {_OF_ROWS}",
    "some_sessions": f"AND {_OF_SESSIONS}",
    "some_rows": f"AND {_OF_ROWS}",
}


def _count(parts: dict[str, str]) -> TextClause:
    return text(
        _FRESH.format(
            **parts,
            keys=_KEYS,
            counted=_COUNTED,
            sums=", ".join(f"CAST(sum({name}) AS bigint) AS {name}" for name in MEASURES),
            seats=_outcomes(*_THIS_YEAR, *((_OF_HOMES,) if parts["some_homes"] else ())),
            learnt=_outcomes(*_OF_LEADERS),
            same_as_before=_same("kept", "before"),
            same_as_fresh=_same("fresh", "before"),
            overwritten=", ".join(f"{name} = excluded.{name}" for name in (*MEASURES, "wait_days")),
            before_counted=", ".join(f"before.{name}" for name in (*MEASURES, "wait_days")),
            fresh_counted=", ".join(f"fresh.{name}" for name in (*MEASURES, "wait_days")),
        )
    )


def _same(one: str, other: str) -> str:
    return " AND ".join(f"{one}.{key} = {other}.{key}" for key in _KEYS.split(", "))


COUNT_ALL = _count(dict.fromkeys(_SOME, ""))
"""Writes every figure of a school year: subjects, on_day, first, last, year, as_of."""
COUNT_SOME = _count(_SOME)
"""The same for teachers at some addresses (paths) and, if `upper`, for all trainers."""
