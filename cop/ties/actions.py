"""Ties are given, noted of what happened, and withdrawn; leaving removes what was kept at once.

What each kind means and which way it points stands in the rules. A tie that comes of something that happened needs the
yes of both, is noted once for the event and the pair, and says nothing new when it is noted again.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clusters.kernel.clock import day_of, now, today
from clusters.kernel.errors import Conflict, NotAllowed, NotFound
from clusters.modules.rules import Subject
from clusters.scope import Scope
from cop.consent.actions import decide
from cop.consent.queries import allows, among, decided, standing
from cop.consent.reaching import reached
from cop.consent.rules import Purpose
from cop.ties.models import Nomination, PeerRound, Tie
from cop.ties.queries import nomination
from cop.ties.rules import UNDO_FOR, TieKind, term_of
from cop.ties.sheets import Sheet, sheet
from messaging.inbound.actions import forget_sender, invite, invite_no_more
from messaging.inbound.words import Asked
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.rules import TextClass

WORD = "peers"
"""Name of the word whose open questions these are."""
MOST_ROWS = 9
"""A lone digit is a row as well."""
ROUND = "peer_round"
"""Kind of the subject of the text that asks; it stands at no place."""
OPEN_FOR = timedelta(days=7)
RELAYED, INTRODUCED, DONE = "relayed", "introduced", "done"
"""How a tie of what happened was noted: an answer went through us, both agreed to talk on the phone, both said that
they did it together. Only after the first does neither know the other's name."""
_FORGET = text("SELECT forget_ties(:person)")


def join(db: Session, scope: Scope, source: str) -> dict[str, Any]:
    """The scope's person lets her ties be kept; what `reverse` needs."""
    person = scope.somebody
    before = decided(db, person, Purpose.TIES)
    decide(db, person, Purpose.TIES, True, source)
    return {"consent": before}


def leave(db: Session, scope: Scope, source: str) -> dict[str, Any]:
    """She takes part no more: ties from her and to her count for nothing from this instant, and are deleted a day
    later, when it cannot be taken back any more."""
    person, at = scope.somebody, now(db)
    before = decided(db, person, Purpose.TIES)
    decide(db, person, Purpose.TIES, False, source)
    for statement in (
        update(Tie).where(_touches(person), Tie.removed_at.is_(None)),
        update(Nomination).where(Nomination.person_id == person, Nomination.removed_at.is_(None)),
    ):
        db.execute(statement.values(removed_at=at).execution_options(synchronize_session="fetch"))
    invite_no_more(db, WORD, person)
    return {"consent": before, "left": at.isoformat()}


def name_peers(
    db: Session, scope: Scope, of: Sheet, rows: Collection[int], source: str, text_id: int | None = None
) -> dict[str, Any]:
    """Keep whom she turned to in this term; an earlier answer of the term is replaced. NotAllowed without her consent.

    Who herself wants no ties kept is left out, and nobody is told.
    """
    person = scope.somebody
    consent = standing(db, person, Purpose.TIES)
    if consent is None or not consent.granted:
        raise NotAllowed("no_consent_to_ties")
    term, at = term_of(today(db)), now(db)
    earlier = nomination(db, scope, term, of.subject)
    if earlier is not None:
        _remove(db, earlier.id, at)
    named = [of.rows[row].person_id for row in rows]
    made = Nomination(
        person_id=person,
        term=term,
        subject=of.subject,
        session_id=of.session_id,
        consent_id=consent.id,
        source=source,
        inbound_text_id=text_id,
        answered_at=at,
    )
    db.add(made)
    db.flush()
    for other in dict.fromkeys(named):
        if other != person and other not in among(db, named, Purpose.TIES, granted=False):
            db.add(
                Tie(
                    from_id=person,
                    to_id=other,
                    kind=TieKind.NOMINATED,
                    subject=of.subject,
                    term=term,
                    nomination_id=made.id,
                    source=source,
                    consent_id=consent.id,
                    at=at,
                )
            )
    db.flush()
    invite_no_more(db, WORD, person)
    return {"nomination": made.id, "earlier": earlier.id if earlier else None}


def exchanged(
    db: Session,
    asker: int,
    answerer: int,
    subject: Subject | None,
    question_id: int,
    at: datetime,
    *,
    introduced: bool = False,
) -> bool:
    """A question of one was answered by the other, through us or, when they were `introduced`, on the phone.

    From who asked to who answered, once for the question and the pair; False when it is not kept.
    """
    source = INTRODUCED if introduced else RELAYED
    return _happened(db, TieKind.EXCHANGED, [(asker, answerer)], subject, question_id, at, source)


def planned(db: Session, one: int, other: int, subject: Subject | None, event_id: int, at: datetime) -> bool:
    """Two planned a lesson together: a row in each direction, under the yes of the one it is from."""
    return _happened(db, TieKind.PLANNED, [(one, other), (other, one)], subject, event_id, at, DONE)


def observed(db: Session, teacher: int, observer: int, subject: Subject | None, event_id: int, at: datetime) -> bool:
    """One watched the other teach and told her what she saw: from whose lesson it was to who watched."""
    return _happened(db, TieKind.OBSERVED, [(teacher, observer)], subject, event_id, at, DONE)


def not_exchanged(db: Session, answerer: int, question_id: int) -> None:
    """An answer was stopped before it went: nothing was exchanged with who gave it, unless they were introduced."""
    db.execute(
        delete(Tie).where(
            Tie.kind == TieKind.EXCHANGED,
            Tie.event_id == question_id,
            Tie.to_id == answerer,
            Tie.source == RELAYED,
        )
    )


def never_happened(db: Session, kind: TieKind, event_id: int) -> None:
    """What a tie came of was taken back: it leaves no row."""
    db.execute(delete(Tie).where(Tie.kind == kind, Tie.event_id == event_id))


def withdraw(db: Session, scope: Scope, tie_id: int) -> None:
    """She takes one tie back that is from her; of a lesson planned together the other's row goes with it.

    NotFound for any other. It counts for nothing from this instant, and is deleted a day later.
    """
    tie = db.scalar(
        select(Tie).where(Tie.id == tie_id, Tie.from_id == scope.somebody, Tie.removed_at.is_(None)).with_for_update()
    )
    if tie is None:
        raise NotFound("tie_not_found")
    whole = Tie.id == tie.id
    if tie.kind is TieKind.PLANNED:
        whole |= and_(
            Tie.kind == TieKind.PLANNED,
            Tie.event_id == tie.event_id,
            Tie.from_id == tie.to_id,
            Tie.to_id == tie.from_id,
            Tie.removed_at.is_(None),
        )
    rows = update(Tie).where(whole).values(removed_at=now(db))
    db.execute(rows.execution_options(synchronize_session="fetch"))


def reverse(db: Session, scope: Scope, undo: Mapping[str, Any], source: str) -> None:
    """Let everything stand as before a joining, a leaving or an answer; Conflict when that is gone already."""
    person = scope.somebody
    if "nomination" in undo:
        made = db.get(Nomination, undo["nomination"])
        if made is None or made.person_id != person or made.removed_at is not None:
            raise Conflict("peers_changed_since")
        db.delete(made)
        db.flush()
        if undo["earlier"] is not None:
            _bring_back(db, Nomination.id == undo["earlier"], Tie.nomination_id == undo["earlier"])
    if "left" in undo:
        at = datetime.fromisoformat(undo["left"])
        _bring_back(db, (Nomination.person_id == person) & (Nomination.removed_at == at), _touches(person), at=at)
    if "consent" in undo:
        decide(db, person, Purpose.TIES, undo["consent"], source)


def ask(db: Session, scope: Scope, session_id: int) -> bool:
    """Ask her once in a term and subject whom of this sheet she turned to; False when she may not be asked, or was.

    Only after her consent, on a phone of her own. Nobody is reminded: silence is an answer.
    """
    person = scope.somebody
    of = sheet(db, scope, session_id)
    to = reached(db, [person]).get(person)
    if of is None or to is None or to.shared or not allows(db, person, Purpose.TIES):
        return False
    term = term_of(today(db))
    if nomination(db, scope, term, of.subject) is not None:
        return False
    row = {"person_id": person, "term": term, "subject": of.subject, "session_id": of.session_id, "asked_at": now(db)}
    first = insert(PeerRound).values(row).on_conflict_do_nothing().returning(PeerRound.person_id)
    if db.execute(first).first() is None:
        return False
    about(db, ROUND, of.session_id, training_path=None, admin_path=None)
    at = now(db)
    new = enqueue(
        db,
        Draft(
            ROUND,
            of.session_id,
            1,
            person,
            to.number,
            ROUND,
            TextClass.REMINDER,
            "peers_ask",
            {"subject": of.subject},
            to.language,
            at,
            at + OPEN_FOR,
            invented=to.invented,
        ),
    )
    if new:
        open_question(db, person, to.number, of.session_id)
    return bool(new)


def open_question(db: Session, person_id: int, number: str, session_id: int | None) -> None:
    """Let numbers from this phone name peers by a sheet, as after the text that asks for it."""
    invite(db, number, person_id, Asked(WORD, person_id, {"session": session_id}, MOST_ROWS), now(db) + OPEN_FOR)


def purge(db: Session) -> int:
    """Delete what was withdrawn or replaced more than a day ago, with the words it was given by; how many answers."""
    over = now(db) - UNDO_FOR
    db.execute(delete(Tie).where(Tie.removed_at < over))
    gone = db.scalars(delete(Nomination).where(Nomination.removed_at < over).returning(Nomination.inbound_text_id))
    texts = gone.all()
    forget_sender(db, {each for each in texts if each is not None})
    return len(texts)


def forget(db: Session, person_id: int) -> list[int]:
    """Delete every tie from and to somebody at once, and what she answered: also where ties may not be read.

    Gives the texts by which she answered.
    """
    return list(db.scalars(_FORGET, {"person": person_id}))


def _happened(
    db: Session,
    kind: TieKind,
    pairs: Collection[tuple[int, int]],
    subject: Subject | None,
    event_id: int,
    at: datetime,
    source: str,
) -> bool:
    """Keep a tie for each pair, unless one of them has not said yes, they are one person, or it was noted before."""
    people = {each for pair in pairs for each in pair}
    consents = {each: standing(db, each, Purpose.TIES) for each in people}
    yes = {each: consent.id for each, consent in consents.items() if consent is not None and consent.granted}
    if len(yes) < 2:
        return False
    rows = [
        {
            "from_id": one,
            "to_id": other,
            "kind": kind,
            "subject": subject,
            "term": term_of(day_of(at)),
            "event_id": event_id,
            "source": source,
            "consent_id": yes[one],
            "at": at,
        }
        for one, other in pairs
    ]
    once = (
        insert(Tie)
        .values(rows)
        .on_conflict_do_nothing(
            index_elements=["from_id", "to_id", "kind", "event_id"], index_where=Tie.event_id.is_not(None)
        )
    )
    return db.execute(once.returning(Tie.id)).first() is not None


def _touches(person_id: int) -> ColumnElement[bool]:
    return or_(Tie.from_id == person_id, Tie.to_id == person_id)


def _remove(db: Session, nomination_id: int, at: datetime) -> None:
    for statement in (
        update(Tie).where(Tie.nomination_id == nomination_id, Tie.removed_at.is_(None)),
        update(Nomination).where(Nomination.id == nomination_id),
    ):
        db.execute(statement.values(removed_at=at).execution_options(synchronize_session="fetch"))


def _bring_back(
    db: Session, answers: ColumnElement[bool], ties: ColumnElement[bool], at: datetime | None = None
) -> None:
    if at is not None:
        ties = ties & (Tie.removed_at == at)
    for statement in (update(Nomination).where(answers), update(Tie).where(ties)):
        db.execute(statement.values(removed_at=None).execution_options(synchronize_session="fetch"))
