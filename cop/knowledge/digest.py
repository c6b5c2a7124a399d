"""Once a month: what worked in the clusters around one's own, told to those who want it, one text a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import midnight, now, today
from clusters.people.models import Person, PersonNumber, Post
from clusters.people.queries import held_on
from clusters.people.rules import LEARNERS
from clusters.scope import Scope
from clusters.structure.queries import ClusterRow
from clusters.structure.queries import clusters as open_clusters
from cop.consent.models import Decision
from cop.consent.rules import Purpose
from cop.knowledge.following import travels_of
from cop.knowledge.models import Passing, PracticeNote, Trial
from cop.knowledge.neighbours import Home, neighbours
from cop.knowledge.queries import Reader
from cop.knowledge.rules import USEFUL, Audience, Standing
from cop.knowledge.travels import Travel, giver, month_before, month_of
from messaging.consent.queries import silent, silent_people
from messaging.outbox.actions import Draft, about, enqueue, reword, withdraw
from messaging.outbox.models import Message
from messaging.outbox.rules import WAITING, TextClass
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.relaying import fitted, language_of
from messaging.texts.shortening import shorten

DIGEST = "note_digest"
"""Kind of the subject and of the texts; its id is the year and the month, so that nobody gets two in one."""
TOLD_MOST = 3
TITLE_LETTERS = 34
BETWEEN = "; "
EVERYWHERE = Scope.everywhere()


@dataclass(frozen=True, slots=True)
class Worked:
    """A note that worked in some clusters in the month before."""

    note: PracticeNote
    clusters: frozenset[str]
    travel: Travel


def tell_neighbours(db: Session) -> int:
    """Queue this month's texts; how many. Said again in the same month it queues nothing new.

    What is told so has come to that cluster: the passing on is written down, from the nearest one where it worked.
    """
    month = month_of(today(db))
    wanting = _wanting(db)
    worked = _worked(db, month)
    if not wanting or not worked:
        return 0
    homes = [_home(each) for each in open_clusters(db, EVERYWHERE)]
    subject = month.year * 100 + month.month
    about(db, DIGEST, subject, training_path=None, admin_path=None)
    queued = 0
    gone: dict[tuple[int, str], int] = {}
    for cluster in sorted({each.cluster for each in wanting}):
        near = neighbours(cluster, homes)
        chosen = choose(cluster, near, worked)
        for reader in (each for each in wanting if each.cluster == cluster):
            told = [each for each in chosen if each.note.author_id != reader.person_id]
            if told and enqueue(db, _draft(db, reader, told, subject)):
                queued += 1
                for each in told:
                    gone[each.note.id, cluster] = gone.get((each.note.id, cluster), 0) + 1
    for (note_id, cluster), texts in gone.items():
        travel = next(each.travel for each in worked if each.note.id == note_id)
        source = giver(travel, cluster, now(db)) or None
        db.add(
            Passing(note_id=note_id, at=now(db), by_person_id=None, clusters=[cluster], texts=texts, from_path=source)
        )
    if queued:
        record(db, "told the neighbours", "practice_note", None, new={"texts": queued})
    return queued


def unsay(db: Session, number: str) -> int:
    """Let no news that still waits name a note that was taken back; how many texts said something of it.

    What else such a text tells stays; where it told of nothing else it does not go.
    """
    texts = db.execute(
        select(Message.subject_id, Message.person_id, Message.text_values).where(
            Message.kind == DIGEST,
            Message.state.in_(WAITING),
            Message.text_values["words"].astext.regexp_match(rf"(^|; ){number} "),
        )
    ).all()
    for text in texts:
        subject, words = (DIGEST, text.subject_id), str(text.text_values["words"]).removesuffix(".")
        left = [each for each in words.split(BETWEEN) if not each.startswith(f"{number} ")]
        if left:
            values = {"words": f"{BETWEEN.join(left)}.", "note": left[0].split(" ", 1)[0]}
            reword(db, subject=subject, person_id=text.person_id, kinds=[DIGEST], values=values)
        else:
            withdraw(db, *subject, "withdrawn", person_id=text.person_id, kinds=[DIGEST])
    return len(texts)


def choose(cluster: str, near: Collection[str], worked: Iterable[Worked]) -> list[Worked]:
    """Up to three notes that worked near a cluster and are not known there: first those that did in most of them."""
    new = [each for each in worked if each.clusters & set(near) and not _knows(each.travel, cluster)]
    return sorted(new, key=lambda each: (-len(each.clusters & set(near)), -each.note.id))[:TOLD_MOST]


def _knows(travel: Travel, cluster: str) -> bool:
    return any(each.cluster == cluster for each in travel.arrivals)


def _home(row: ClusterRow) -> Home:
    return Home(row.path, row.circle_path, row.host_lat, row.host_lon)


def _worked(db: Session, month: date) -> list[Worked]:
    since, until = midnight(month_before(month)), midnight(month)
    rows = db.execute(
        select(PracticeNote, Trial.training_path)
        .join(Trial, Trial.note_id == PracticeNote.id)
        .where(
            PracticeNote.standing == Standing.PASSED_ON,
            PracticeNote.audience == Audience.SUBJECT,
            Trial.worked.is_(True),
            Trial.at >= since,
            Trial.at < until,
            Trial.training_path.is_not(None),
            Trial.person_id.is_distinct_from(PracticeNote.author_id),
        )
    )
    there: dict[int, set[str]] = {}
    notes: dict[int, PracticeNote] = {}
    for note, path in rows:
        notes[note.id] = note
        there.setdefault(note.id, set()).add(path or "")
    travels = travels_of(db, list(notes))
    return [Worked(note, frozenset(there[key]), travels[key]) for key, note in notes.items()]


def _wanting(db: Session) -> list[Reader]:
    """Who said that she wants the news, by the phone that reaches her; without those that want no texts."""
    rows = db.execute(
        select(Person.id, PersonNumber.number, Person.language, Post.training_path, Person.invented)
        .join(Decision, Decision.person_id == Person.id)
        .join(Post, Post.person_id == Person.id)
        .join(PersonNumber, PersonNumber.person_id == Person.id)
        .where(
            Decision.purpose == Purpose.NEWS,
            Decision.granted,
            Decision.ended_at.is_(None),
            Post.role.in_(LEARNERS),
            Post.training_path.is_not(None),
            held_on(today(db)),
            PersonNumber.until.is_(None),
        )
        .order_by(Post.training_path, Person.id, PersonNumber.id.desc())
    ).all()
    mute, mutes = silent(db, {row.number for row in rows}), silent_people(db, {row.id for row in rows})
    found: dict[int, Reader] = {}
    numbers: set[str] = set()
    for row in rows:
        if row.number not in mute | numbers and row.id not in mutes and row.id not in found:
            language = row.language or DEFAULT_LANGUAGE
            found[row.id] = Reader(row.id, row.number, language, row.training_path, row.invented)
            numbers.add(row.number)
    return list(found.values())


def _draft(db: Session, reader: Reader, told: Sequence[Worked], subject: int) -> Draft:
    # What parts one note from the next stands in none of them.
    titles = BETWEEN.join(
        f"{each.note.number} {shorten(each.note.title.replace(';', ','), TITLE_LETTERS)}" for each in told
    )
    language = language_of(titles, reader.language)
    values: Mapping[str, str] = {"words": f"{titles}.", "note": told[0].note.number}
    return Draft(
        DIGEST,
        subject,
        1,
        reader.person_id,
        reader.number,
        DIGEST,
        TextClass.BULK,
        "note_digest",
        {**values, "words": fitted("note_digest", language, values)},
        language,
        now(db),
        now(db) + USEFUL,
        invented=reader.invented,
    )
