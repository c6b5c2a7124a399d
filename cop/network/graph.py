"""The only SQL over ties besides disclosure: who takes part, her place, and what was given between two who both do.

Consent, withdrawal, the window and invention are conditions of these queries, so nothing else reaches an array. A tie
counts while both of its people say yes: somebody who never said anything has not said yes, so a tie that names her
waits, unread, until she does. People stand where their post is today; who has no post in the training tree any more,
or only one of the office, is nowhere in the network. People invented for trials count in an invented programme alone.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from psycopg.rows import namedtuple_row
from sqlalchemy.orm import Session

from clusters.modules.rules import Subject
from clusters.people.rules import LEARNERS, TRAINERS, PostRole
from cop.network.reading import AT_ONCE, columns, driver
from cop.ties.rules import ATTENDED_FOR, TieKind, attended_weight, term_of

WINDOW = timedelta(days=730)
"""Ties count for so long."""
ROLES = (*LEARNERS, PostRole.FACILITATOR, *TRAINERS)
"""Whose posts place people in the network."""
KINDS = tuple(TieKind)
SUBJECTS = tuple(Subject)
"""Kinds and subjects as arrays hold them: their places in these rows, -1 for no subject."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SEATED = """
    WITH seated AS (
        SELECT DISTINCT ON (post.person_id) post.person_id, post.training_path AS path, post.school_id, post.subject
        FROM post JOIN person ON person.id = post.person_id
        WHERE post.training_path IS NOT NULL AND post.during @> CAST(%(day)s AS date) AND post.role = ANY(%(roles)s)
            AND (NOT person.invented OR coalesce((SELECT invented FROM programme), false))
        ORDER BY post.person_id, post.school_id IS NULL, post.id
    )"""
_PEOPLE = """,
    people AS MATERIALIZED (
        SELECT seated.*, said.at AS since,
            CAST(row_number() OVER (ORDER BY seated.path COLLATE "C", seated.person_id) - 1 AS int4) AS n
        FROM seated JOIN consent_decision AS said ON said.person_id = seated.person_id
        WHERE said.purpose = 'ties' AND said.about = 0 AND said.ended_at IS NULL AND said.granted
            AND said.at < %(until)s
    )"""
"""Whoever takes part, numbered by her place's path, then her id: every place is a slice."""


TAUGHT_WITHIN = timedelta(days=400)
"""Who was invited to a subject within this time teaches it."""


def _of_seated(query: str) -> str:
    return _SEATED + query


def _of_people(query: str) -> str:
    return _of_seated(_PEOPLE + query)


_PERSONS = _of_people(""",
    taught AS (
        SELECT person_id, bit_or(1 << (array_position(CAST(%(subjects)s AS text[]), subject) - 1)) AS subjects FROM (
            SELECT people.person_id, people.subject FROM people WHERE people.subject IS NOT NULL
            UNION SELECT invitation.person_id, held.subject
            FROM invitation JOIN people USING (person_id) JOIN training_session AS held ON held.id = session_id
            WHERE held.starts_at >= %(taught_since)s AND held.starts_at < %(until)s AND held.state = 'held'
        ) AS each GROUP BY person_id
    )
    SELECT people.person_id AS id, coalesce(people.school_id, 0) AS school,
        CAST(floor(extract(epoch FROM people.since) / 60) AS int4) AS since,
        CAST(CASE person.gender WHEN 'woman' THEN 1 WHEN 'man' THEN 0 ELSE -1 END AS int2) AS woman,
        CAST(coalesce(taught.subjects, 0) AS int4) AS subjects
    FROM people JOIN person ON person.id = people.person_id LEFT JOIN taught ON taught.person_id = people.person_id
    ORDER BY people.n""")
_PATHS = _of_people("""
    SELECT path, count(*) AS persons FROM people GROUP BY path ORDER BY path COLLATE "C" """)
_PAGE = _of_people(""",
    given AS (
        SELECT giver.n AS src, taker.n AS dst, CAST(floor(extract(epoch FROM tie.at) / 60) AS int4) AS at,
            CAST(array_position(CAST(%(kinds)s AS text[]), tie.kind) - 1 AS int2) AS kind,
            CAST(coalesce(array_position(CAST(%(subjects)s AS text[]), tie.subject), 0) - 1 AS int2) AS subject, tie.id
        FROM tie
        JOIN people AS giver ON giver.person_id = tie.from_id JOIN people AS taker ON taker.person_id = tie.to_id
        WHERE tie.removed_at IS NULL AND tie.from_id <> tie.to_id AND tie.at >= %(since)s AND tie.at < %(until)s
            AND (%(path)s = '' OR (starts_with(giver.path, %(path)s) AND starts_with(taker.path, %(path)s)))
            AND (tie.nomination_id IS NULL OR EXISTS (
                SELECT FROM nomination WHERE nomination.id = tie.nomination_id AND nomination.removed_at IS NULL))
    )
    SELECT * FROM given WHERE (at, id) > (%(after_at)s, %(after_id)s) ORDER BY at, id LIMIT %(at_once)s""")
_GIVEN = {"src": "int4", "dst": "int4", "at": "int4", "kind": "int2", "subject": "int2"}
_SAT = _of_people(""",
    sat AS (
        SELECT DISTINCT invitation.session_id, invitation.person_id
        FROM attendance JOIN attendance_report AS report ON report.id = attendance.report_id AND report.counts
        JOIN invitation ON invitation.id = attendance.invitation_id WHERE attendance.mark IN ('here', 'late')
    ),
    full_ones AS (SELECT session_id, count(*) AS at_once FROM sat GROUP BY session_id)
    SELECT people.n AS person, held.id AS session, CAST(floor(extract(epoch FROM held.starts_at) / 60) AS int4) AS at,
        CAST(full_ones.at_once AS int4) AS at_once
    FROM sat JOIN people USING (person_id) JOIN full_ones USING (session_id)
    JOIN training_session AS held ON held.id = sat.session_id
    WHERE held.starts_at >= %(since)s AND held.starts_at < %(until)s AND held.state = 'held'
    ORDER BY held.starts_at, held.id, people.n""")
_ASKED = _of_people("""
    SELECT people.n AS person, CAST(CASE WHEN EXISTS (
        SELECT FROM nomination WHERE nomination.person_id = people.person_id AND nomination.removed_at IS NULL
            AND nomination.term = %(term)s AND nomination.answered_at < %(until)s) THEN 1 ELSE 0 END AS int2)
        AS answered
    FROM people JOIN peer_round ON peer_round.person_id = people.person_id
    WHERE peer_round.term = %(term)s AND peer_round.asked_at < %(until)s
    GROUP BY people.n, people.person_id ORDER BY people.n""")
_NAMED = _of_people("""
    SELECT people.n AS person, CAST(floor(extract(epoch FROM nomination.answered_at) / 60) AS int4) AS at
    FROM nomination JOIN people USING (person_id)
    WHERE nomination.removed_at IS NULL AND nomination.answered_at >= %(since)s AND nomination.answered_at < %(until)s
    ORDER BY people.n, nomination.id""")
_THERE = _of_seated("""
    SELECT path, person_id, school_id FROM seated ORDER BY path COLLATE "C", person_id""")


@dataclass(frozen=True, slots=True)
class Span:
    """The instant figures are of, the day in Karachi posts are looked at, and how far back ties are read."""

    until: datetime
    day: date
    back: timedelta = WINDOW

    def parameters(self, path: str = "") -> dict[str, Any]:
        """What the queries are told."""
        return {
            "until": self.until,
            "since": self.until - self.back,
            "taught_since": self.until - TAUGHT_WITHIN,
            "day": self.day,
            "path": path,
            "roles": [role.value for role in ROLES],
            "kinds": [kind.value for kind in KINDS],
            "subjects": [subject.value for subject in SUBJECTS],
        }


@dataclass(frozen=True)
class People:
    """Whoever takes part, in the order of her place's path, then her id; school 0 is none, woman -1 unknown."""

    ids: NDArray[np.int64]
    schools: NDArray[np.int64]
    since: NDArray[np.int32]
    """When she said yes, in minutes since 1970."""
    woman: NDArray[np.int16]
    subjects: NDArray[np.int32]
    """What she teaches, as bits in the order of SUBJECTS; 0 where that is not known."""
    paths: tuple[str, ...]
    """Every path where somebody's post is, in order."""
    starts: tuple[int, ...]
    """Where the people of each begin, and the number of all at the end."""

    def __len__(self) -> int:
        return len(self.ids)

    def at(self, path: str) -> slice:
        """The people of a place and of everything below it."""
        first = bisect_left(self.paths, path)
        after = bisect_left(self.paths, path + "\U0010ffff")
        return slice(self.starts[first], self.starts[after])

    @cached_property
    def place(self) -> NDArray[np.int32]:
        """For each person which of `paths` hers is."""
        return np.repeat(np.arange(len(self.paths), dtype=np.int32), np.diff(self.starts))

    @cached_property
    def number(self) -> dict[int, int]:
        """Each person's place in the arrays, by id."""
        return {int(person): n for n, person in enumerate(self.ids)}


@dataclass(frozen=True, slots=True)
class Happened:
    """What was given, in the order of time, then id: from whom, to whom, when in minutes since 1970, how, on what."""

    src: NDArray[np.int32]
    dst: NDArray[np.int32]
    at: NDArray[np.int32]
    kind: NDArray[np.int8]
    subject: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.src)


@dataclass(frozen=True, slots=True)
class Sat:
    """Who sat in which training session: inferred from attendance, never given, and worth less with time."""

    people: int
    person: NDArray[np.int32]
    session: NDArray[np.int32]
    """Running number of the training session."""
    weight: NDArray[np.float64]
    """What each training session counts for between two of it."""
    inferred: bool = True

    def between(self, part: slice) -> sparse.csr_array:
        """What being there together counts for between two people of a slice: symmetric, without a diagonal."""
        inside = (self.person >= part.start) & (self.person < part.stop)
        sat = sparse.csr_array(
            (np.ones(int(inside.sum())), (self.person[inside] - part.start, self.session[inside])),
            shape=(part.stop - part.start, len(self.weight)),
        )
        together = sparse.csr_array(sat @ sparse.diags_array(self.weight) @ sat.T)
        together.setdiag(0)
        together.eliminate_zeros()
        return together


def people(db: Session, span: Span) -> People:
    """Whoever takes part at an instant and has a post in the training tree."""
    told = span.parameters()
    read = columns(
        db, _PERSONS, told, {"id": "int8", "school": "int8", "since": "int4", "woman": "int2", "subjects": "int4"}
    )
    places = list(_rows(db, _PATHS, told))
    starts = np.concatenate([[0], np.cumsum([row.persons for row in places], dtype=np.int64)])
    return People(
        read["id"],
        read["school"],
        read["since"],
        read["woman"],
        read["subjects"],
        tuple(row.path for row in places),
        tuple(int(start) for start in starts),
    )


def happened(db: Session, span: Span, path: str = "", at_once: int = AT_ONCE) -> Happened:
    """What was given between people of a place who both take part; people are numbered as in `people`.

    No more than `at_once` are read at a time.
    """
    told = span.parameters(path) | {"at_once": at_once, "after_at": np.iinfo(np.int32).min, "after_id": 0}
    parts = [columns(db, _PAGE, told, _GIVEN)]
    while len(parts[-1]["src"]) == at_once:
        (last,) = _rows(db, f"{_PAGE} OFFSET %(skipped)s", told | {"at_once": 1, "skipped": at_once - 1})
        told |= {"after_at": last.at, "after_id": last.id}
        parts.append(columns(db, _PAGE, told, _GIVEN))
    joined = {name: np.concatenate([part[name] for part in parts]) for name in _GIVEN}
    return Happened(
        joined["src"], joined["dst"], joined["at"], joined["kind"].astype(np.int8), joined["subject"].astype(np.int8)
    )


def sat(db: Session, span: Span, number: int) -> Sat:
    """Who of `number` people sat in which training session of the time for which that counts."""
    kinds = {"person": "int4", "session": "int8", "at": "int4", "at_once": "int4"}
    told = Span(span.until, span.day, ATTENDED_FOR).parameters()
    read = columns(db, _SAT, told, kinds)
    _, first, session = np.unique(read["session"], return_index=True, return_inverse=True)
    until = int((span.until - EPOCH).total_seconds() // 60)
    weight = [
        attended_weight(timedelta(minutes=until - int(at)), int(at_once))
        for at, at_once in zip(read["at"][first], read["at_once"][first], strict=True)
    ]
    return Sat(number, read["person"], session.astype(np.int32), np.array(weight, np.float64))


def there(db: Session, span: Span) -> Iterator[tuple[str, int, int]]:
    """Path, person and school (0 for none) of everybody who has a post in the training tree, whether she takes part or
    not: the whole of which those who do are a share; in the order of path and id."""
    for row in _rows(db, _THERE, span.parameters()):
        yield row.path, row.person_id, row.school_id or 0


@dataclass(frozen=True, slots=True)
class Rounds:
    """Who was asked in this term's round, whether each answered, and when answers were given at all."""

    asked: NDArray[np.int32]
    answered: NDArray[np.int16]
    named: NDArray[np.int32]
    named_at: NDArray[np.int32]


def rounds(db: Session, span: Span) -> Rounds:
    """The nomination round of the term of a span's day, and everybody's answers within its window."""
    term = term_of(span.day)
    told = span.parameters() | {"term": term}
    asked = columns(db, _ASKED, told, {"person": "int4", "answered": "int2"})
    named = columns(db, _NAMED, told, {"person": "int4", "at": "int4"})
    return Rounds(asked["person"], asked["answered"], named["person"], named["at"])


def of_people(db: Session, span: Span, query: str, kinds: dict[str, str], **told: Any) -> dict[str, NDArray[Any]]:
    """Columns of a query that goes on from `people`: person_id, her path, school_id and her number n."""
    return columns(db, _of_people(query), span.parameters() | told, kinds)


def digraph(given: Happened, part: slice) -> "nx.DiGraph[int]":
    """Ties between the people of a slice as a plain networkx graph: nodes are their numbers, weights count."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(part.start, part.stop))
    inside = (given.src >= part.start) & (given.src < part.stop) & (given.dst >= part.start) & (given.dst < part.stop)
    pairs = np.stack([given.src[inside], given.dst[inside]], axis=1)
    ends, counts = np.unique(pairs, axis=0, return_counts=True)
    for (giver, taker), count in zip(ends.tolist(), counts.tolist(), strict=True):
        graph.add_edge(giver, taker, weight=count)
    return graph


def _rows(db: Session, query: str, told: dict[str, Any]) -> Iterator[Any]:
    """Rows of one of the queries above, by the names of their columns."""
    with driver(db).cursor(row_factory=namedtuple_row) as cursor:
        yield from cursor.execute(query, told)
