"""Reads who could be introduced to whom: who holds an answered problem, who lets herself be asked, who was lately.

Of those who take part alone, at one instant; who was asked is read without what anybody said.
"""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from clusters.modules.rules import Subject
from cop.introductions.actions import Pair
from cop.introductions.rules import most_pairs
from cop.network.graph import SUBJECTS, Happened, People, Span, of_people
from cop.network.introducing import Community, introductions

DEPTH = 3
"""Block, circle, cluster."""
_HOLDS = """,
    held AS (
        SELECT unnest(ARRAY[from_id, to_id]) AS person_id, subject FROM tie
        WHERE kind = 'exchanged' AND source <> 'introduced' AND removed_at IS NULL AND subject IS NOT NULL
            AND at >= %(since)s AND at < %(until)s
        UNION SELECT asked.asker_id, asked.subject FROM peer_question AS asked
        WHERE asked.subject IS NOT NULL AND asked.asked_at < %(until)s AND EXISTS (SELECT FROM peer_offer AS put
            WHERE put.question_id = asked.id AND put.said_at < %(until)s AND put.standing = 'answered')
        UNION SELECT put.person_id, asked.subject FROM peer_offer AS put JOIN peer_question AS asked
            ON asked.id = put.question_id
        WHERE asked.subject IS NOT NULL AND put.said_at < %(until)s AND put.standing = 'answered'
        UNION SELECT unnest(ARRAY[note.author_id, tried.person_id]), note.subject FROM note_trial AS tried
        JOIN practice_note AS note ON note.id = tried.note_id
        WHERE tried.worked AND note.subject IS NOT NULL AND tried.at >= %(since)s AND tried.at < %(until)s
    )
    SELECT people.n AS person,
        CAST(bit_or(1 << (array_position(CAST(%(subjects)s AS text[]), held.subject) - 1)) AS int4) AS subjects
    FROM held JOIN people USING (person_id) GROUP BY people.n ORDER BY people.n"""
_WILLING = """
    SELECT people.n AS person, CAST(CASE WHEN EXISTS (SELECT FROM consent_decision AS said
            WHERE said.person_id = people.person_id AND said.purpose = 'across' AND said.about = 0
                AND said.ended_at IS NULL AND said.granted) THEN 1 ELSE 0 END AS int2) AS across
    FROM people JOIN consent_decision AS help ON help.person_id = people.person_id
    WHERE help.purpose = 'help' AND help.about = 0 AND help.ended_at IS NULL AND help.granted AND help.at < %(until)s
        AND NOT EXISTS (SELECT FROM introduction WHERE people.person_id IN (one_id, other_id))
    ORDER BY people.n"""


def pairs(among: Community, who: People, seed: int) -> list[Pair]:
    """A month's pairs, the most worthwhile first; equals in an order that the seed decides."""
    return [
        Pair(int(who.ids[each.gains]), int(who.ids[each.brings]), _subject(each.subject))
        for each in introductions(among, most_pairs(len(who)), seed)
    ]


def community(db: Session, span: Span, who: People, given: Happened) -> Community:
    """Everybody who takes part, as the matching needs them; numbered as in `graph.people`."""
    held = of_people(db, span, _HOLDS, {"person": "int4", "subjects": "int4"})
    willing = of_people(db, span, _WILLING, {"person": "int4", "across": "int2"})
    holds = np.zeros(len(who), np.int32)
    holds[held["person"]] = held["subjects"]
    asked, across = np.zeros(len(who), np.bool_), np.zeros(len(who), np.bool_)
    asked[willing["person"]] = True
    across[willing["person"]] = willing["across"] == 1
    return Community(given.src, given.dst, holds, who.subjects, asked, who.woman, across, _places(who))


def _places(who: People) -> NDArray[np.int32]:
    """Of each person her block, circle and cluster as running numbers; who stands higher is in none of her own."""
    found = np.zeros((len(who), DEPTH), np.int32)
    numbers: dict[str, int] = {}
    for path, first, last in zip(who.paths, who.starts, who.starts[1:], strict=False):
        steps = path.rstrip(".").split(".")
        for depth in range(DEPTH):
            place = ".".join(steps[: depth + 1]) if depth < len(steps) else f"{path}|{depth}"
            found[first:last, depth] = numbers.setdefault(place, len(numbers))
    return found


def _subject(bit: int) -> Subject | None:
    return SUBJECTS[bit.bit_length() - 1] if bit else None
