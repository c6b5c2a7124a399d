"""What else of a community is measured besides its ties: questions, notes, tries; of those who take part alone."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from cop.network.graph import Happened, People, Rounds, Span, happened, of_people, people, rounds, there

LATELY = timedelta(days=90)
QUESTIONS_FOR = timedelta(days=30)
"""Older questions may have been deleted already, a month after they were closed."""

_QUESTIONS = """
    SELECT people.n AS person, CAST(floor(extract(epoch FROM asked.asked_at) / 60) AS int4) AS at,
        CAST(coalesce(array_position(CAST(%(subjects)s AS text[]), asked.subject), 0) - 1 AS int2) AS subject,
        CAST(CASE WHEN EXISTS (SELECT FROM peer_offer AS put WHERE put.question_id = asked.id
            AND put.said_at < %(until)s AND put.standing IN ('answered', 'exchanged')) THEN 1 ELSE 0 END AS int2)
            AS answered
    FROM peer_question AS asked JOIN people ON people.person_id = asked.asker_id
    WHERE asked.asked_at >= %(asked_since)s AND asked.asked_at < %(until)s ORDER BY asked.id"""
_NOTES = """
    SELECT people.n AS person, CAST(floor(extract(epoch FROM min(passing.at)) / 60) AS int4) AS at,
        CAST(coalesce(array_position(CAST(%(subjects)s AS text[]), note.subject), 0) - 1 AS int2) AS subject
    FROM note_passing AS passing JOIN practice_note AS note ON note.id = passing.note_id
    JOIN people ON people.person_id = note.author_id
    WHERE passing.at >= %(since)s AND passing.at < %(until)s
    GROUP BY note.id, people.n, note.subject ORDER BY note.id"""
_TRIES = """
    SELECT people.n AS person, CAST(floor(extract(epoch FROM tried.at) / 60) AS int4) AS at,
        CAST(coalesce(array_position(CAST(%(subjects)s AS text[]), note.subject), 0) - 1 AS int2) AS subject
    FROM note_trial AS tried JOIN practice_note AS note ON note.id = tried.note_id
    JOIN people USING (person_id) WHERE tried.at >= %(since)s AND tried.at < %(until)s ORDER BY tried.id"""
_HOSTED = """
    SELECT people.n AS person, CAST(floor(extract(epoch FROM meeting.starts_at) / 60) AS int4) AS at,
        CAST(-1 AS int2) AS subject
    FROM community_meeting AS meeting JOIN people ON people.person_id = meeting.host_id
    WHERE meeting.called_off_at IS NULL AND meeting.starts_at >= %(since)s AND meeting.starts_at < %(until)s
    ORDER BY meeting.id"""
_BELONGS = """
    SELECT people.n AS person, belongs.community_id AS community
    FROM community_membership AS belongs JOIN people USING (person_id)
    WHERE belongs.standing = 'member' AND belongs.since < %(until)s
        AND (belongs.ended_at IS NULL OR belongs.ended_at >= %(until)s)
    ORDER BY belongs.community_id, people.n"""
_STOOD = """
    SELECT people.n AS person, CAST(row_number() OVER (PARTITION BY people.n ORDER BY stood.month) AS int4) AS at,
        CAST(CASE stood.figures ->> 'stage' WHEN 'core' THEN 1 ELSE 0 END AS int2) AS core
    FROM person_measure AS stood JOIN people USING (person_id)
    WHERE stood.month < %(month)s AND stood.month >= %(year_ago)s AND stood.figures ->> 'stage' IS NOT NULL
    ORDER BY people.n, stood.month"""
_DID = {"person": "int4", "at": "int4", "subject": "int2"}
"""In the order of the columns of the queries above."""


@dataclass(frozen=True, slots=True)
class Did:
    """What people did, in no order that counts: who, when in minutes since 1970, about which subject (-1: none)."""

    person: NDArray[np.int32]
    at: NDArray[np.int32]
    subject: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Belongs:
    """Who belongs to which community, by its id, in the order of those."""

    person: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    community: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class Stood:
    """Where people stood in earlier months of the year: in the core of their cluster (1) or not, by person and time."""

    person: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    core: NDArray[np.int16] = field(default_factory=lambda: np.empty(0, np.int16))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a month's figures stand on, read at one instant."""

    span: Span
    people: People
    given: Happened
    there: tuple[tuple[str, int, int], ...]
    """Path, person, school (0 for none) of all who could take part, in the order of path."""
    rounds: Rounds
    questions: Did
    answered: NDArray[np.int16]
    """Of each question, whether somebody answered it."""
    notes: Did
    """Notes that were passed on within the window, each when it first was, by its author."""
    tries: Did
    hosted: Did
    """Meetings of communities that took place, by their host."""
    belongs: Belongs = field(default_factory=Belongs)
    stood: Stood = field(default_factory=Stood)


def evidence(db: Session, span: Span) -> Evidence:
    """Read it all; in a repeatable-read unit it is of one instant."""
    asked = of_people(db, span, _QUESTIONS, {**_DID, "answered": "int2"}, asked_since=span.until - QUESTIONS_FOR)
    belongs = of_people(db, span, _BELONGS, {"person": "int4", "community": "int8"})
    month, year_ago = (f"{day:%Y-%m}" for day in (span.day, span.day - timedelta(days=366)))
    stood = of_people(
        db, span, _STOOD, {"person": "int4", "at": "int4", "core": "int2"}, month=month, year_ago=year_ago
    )
    return Evidence(
        span,
        people(db, span),
        happened(db, span),
        tuple(there(db, span)),
        rounds(db, span),
        _did(asked),
        asked["answered"],
        _did(of_people(db, span, _NOTES, _DID)),
        _did(of_people(db, span, _TRIES, _DID)),
        _did(of_people(db, span, _HOSTED, _DID)),
        Belongs(belongs["person"], belongs["community"]),
        Stood(stood["person"], stood["core"]),
    )


def _did(read: dict[str, NDArray[Any]]) -> Did:
    return Did(read["person"], read["at"], read["subject"])
