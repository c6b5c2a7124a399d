"""Text many: ask for it, let somebody else approve it above a size, take it back while it is held."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.scope import Scope
from messaging.announcing.hearing import heard_and_not
from messaging.announcing.models import Announcement
from messaging.announcing.queries import (
    Known,
    announcement,
    audience,
    may_announce,
    texted_alone,
)
from messaging.announcing.rules import (
    LATEST,
    SUBJECT,
    USEFUL,
    Recipient,
    Standing,
    Target,
    Whom,
    Wording,
    fingerprint,
    needs_second,
    starts_at,
)
from messaging.outbox.actions import Draft, about, enqueue, withdraw
from messaging.outbox.rules import SEGMENTS_MAX, TextClass
from messaging.texts.catalogue import DEFAULT_LANGUAGE
from messaging.texts.segments import measure

EVERYWHERE = Scope.everywhere()
WHY_LONGEST = 200
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('announcement'), hashtext(CAST(:author AS text)))")


class Line(NamedTuple):
    """A number of a list, with its own text, and whom it reaches as far as that is known."""

    number: str
    text: str
    person_id: int = 0
    invented: bool = False


def announce(
    db: Session,
    scope: Scope,
    whom: Whom,
    wording: Wording,
    not_before: datetime | None = None,
    *,
    seen: str | None = None,
    in_time: Callable[[datetime, int, datetime], bool] = lambda _starts, _segments, _send_by: True,
    held: bool = True,
) -> int:
    """Text many: held for a while when the author may send it alone, else waiting for a second person; its id.

    `seen` is the fingerprint of the preview; Conflict when who, what or when is no longer what was seen. `in_time` says
    whether so many segments, begun at an instant, have gone by another one; Invalid when they have not. Without `held`
    its author has waited out a hold already, and it goes at once when nobody else need approve it.
    """
    _check(db, wording, not_before)
    _one_at_a_time(db, scope.person_id)
    root = _root(db, scope, whom)
    found = audience(db, scope, whom)
    recipients = found.recipients
    mark = fingerprint(recipients, wording, not_before)
    if seen is not None and seen != mark:
        raise Conflict("announcement_changed")
    loud, _ = heard_and_not(db, recipients)
    if not loud:
        raise Invalid("announcement_reaches_nobody")
    sizes = {language: measure(said).segments for language, said in wording.texts.items()}
    segments = sum(sizes[wording.language_for(each.language)] for each in loud)
    if found.until is not None and not in_time(starts_at(now(db), not_before), segments, found.until):
        raise Invalid("announcement_too_slow")
    made = Announcement(
        subject_kind=SUBJECT,
        subject_id=0,
        author_id=scope.person_id,
        asked_at=now(db),
        whom=whom.document(),
        root_id=root,
        wording=dict(wording.texts),
        not_before=not_before,
        send_by=found.until,
        fingerprint=mark,
        people=len({person for each in loud for person in each.person_ids}),
        texts=len(loud),
        segments=segments,
        standing=Standing.WAITING,
        alone=not needs_second(len(loud), texted_alone(db, scope, not_before)),
    )
    _keep(db, made, found.training_path, found.admin_path)
    if made.alone:
        _release(db, made, loud, held=held)
    record(db, "announced" if made.alone else "asked to announce", SUBJECT, made.id, new=_counted(made))
    return made.id


def announce_lines(db: Session, subject: tuple[str, int], lines: Sequence[Line], *, held: bool) -> int | None:
    """Queue the texts of a list; its announcement when it must wait for somebody else, else None.

    Without `held` the list skips hold, approval and count, as a rehearsal may; the subject stands already.
    """
    if not held:
        _queue_lines(db, subject, lines, now(db))
        return None
    _one_at_a_time(db, None)
    made = Announcement(
        subject_kind=subject[0],
        subject_id=subject[1],
        author_id=None,
        asked_at=now(db),
        whom=Whom(Target.LIST, subject[1]).document(),
        wording={},
        lines=[list(line) for line in lines],
        fingerprint=_mark_of(lines),
        people=len({line.number for line in lines}),
        texts=len(lines),
        segments=sum(measure(line.text).segments for line in lines),
        standing=Standing.WAITING,
        alone=not needs_second(len(lines), texted_alone(db, EVERYWHERE)),
    )
    db.add(made)
    db.flush()
    if made.alone:
        _release(db, made, ())
    record(db, "announced" if made.alone else "asked to announce", SUBJECT, made.id, new=_counted(made))
    return made.id


def approve(db: Session, scope: Scope, announcement_id: int, seen: str) -> None:
    """Let somebody else's announcement go, after its hold: exactly what was asked for and seen, or nothing.

    Conflict when who, what or when is no longer that; NotAllowed to its author, and to whose scope does not cover
    everybody it goes to.
    """
    made, known = _held(db, scope, announcement_id)
    if made.standing is not Standing.WAITING or known.lapsed(now(db)):
        raise Conflict("announcement_decided")
    _must_decide(scope, made, known)
    loud: Sequence[Recipient] = ()
    if made.lines is not None:
        mark = _mark_of([Line(*line) for line in made.lines])
    else:
        # Seen with the second person's eyes: who stands outside her scope is missing, and the mark is another.
        recipients = audience(db, scope, known.whom).recipients
        mark = fingerprint(recipients, known.wording, made.not_before)
        loud, _ = heard_and_not(db, recipients)
    over = made.send_by is not None and made.send_by <= starts_at(now(db), made.not_before)
    if over or not mark == made.fingerprint == seen:
        raise Conflict("announcement_changed")
    made.decided_by, made.decided_at = scope.person_id, now(db)
    _release(db, made, loud)
    record(db, "approved", SUBJECT, made.id, new=_counted(made))


def decline(db: Session, scope: Scope, announcement_id: int, why: str) -> None:
    """Let somebody else's announcement not go, and say why."""
    made, known = _held(db, scope, announcement_id)
    if made.standing is not Standing.WAITING:
        raise Conflict("announcement_decided")
    _must_decide(scope, made, known)
    reason = " ".join(why.split())[:WHY_LONGEST]
    if not reason:
        raise Invalid("decline_without_reason")
    made.standing, made.why = Standing.DECLINED, reason
    made.decided_by, made.decided_at = scope.person_id, now(db)
    record(db, "declined", SUBJECT, made.id, why=reason)


def undo(db: Session, scope: Scope, announcement_id: int) -> int:
    """Take an announcement back: during its hold nothing of it goes, later what has not gone yet; texts stopped.

    Its author may, and whoever may text many there.
    """
    made, known = _held(db, scope, announcement_id)
    if made.standing not in (Standing.WAITING, Standing.RELEASED):
        raise Conflict("announcement_decided")
    if made.author_id != scope.person_id and not may_announce(scope, known.training_path, known.admin_path):
        raise NotAllowed("may_not_announce")
    stopped = 0
    if made.standing is Standing.RELEASED:
        stopped = withdraw(db, made.subject_kind, made.subject_id, "undone")
        if not stopped:
            raise Conflict("announcement_gone")
    made.standing, made.undone_at, made.undone_by = Standing.UNDONE, now(db), scope.person_id
    record(db, "undid", SUBJECT, made.id, new={"stopped": stopped})
    return stopped


def _check(db: Session, wording: Wording, not_before: datetime | None) -> None:
    if not wording.texts:
        raise Invalid("announcement_empty")
    for said in wording.texts.values():
        size = measure(said)
        if size.segments > SEGMENTS_MAX:
            raise Invalid("announcement_too_long", segments=size.segments, most=SEGMENTS_MAX)
    if not_before is not None and not now(db) - LATEST < not_before < now(db) + LATEST:
        raise Invalid("announcement_too_far", days=LATEST.days)


def _root(db: Session, scope: Scope, whom: Whom) -> int | None:
    """The first announcement of a family, locked, so that its rest is counted once."""
    if whom.target is not Target.REST:
        return None
    before = announcement(db, scope, whom.id)
    root = db.scalar(select(func.coalesce(Announcement.root_id, Announcement.id)).where(Announcement.id == before.id))
    return db.scalar(select(Announcement.id).where(Announcement.id == root).with_for_update())


def _held(db: Session, scope: Scope, announcement_id: int) -> tuple[Announcement, Known]:
    """An announcement under its lock, read after it; NotFound outside the scope."""
    announcement(db, scope, announcement_id)
    made = db.scalar(
        select(Announcement)
        .where(Announcement.id == announcement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if made is None:
        raise NotFound("announcement_not_found", id=announcement_id)
    return made, announcement(db, scope, announcement_id)


def _must_decide(scope: Scope, made: Announcement, known: Known) -> None:
    """Another person, who may text everybody it goes to; a list of numbers is covered by the whole programme only."""
    if made.author_id is not None and made.author_id == scope.person_id:
        raise NotAllowed("announcement_own")
    # A list's subject stands nowhere, which only the whole programme covers.
    if not may_announce(scope, known.training_path, known.admin_path):
        raise NotAllowed("may_not_approve")


def _keep(db: Session, made: Announcement, training_path: str | None, admin_path: str | None) -> None:
    made.id = made.subject_id = _next_id(db)
    db.add(made)
    db.flush()
    about(db, SUBJECT, made.id, training_path=training_path, admin_path=admin_path)


def _next_id(db: Session) -> int:
    return int(db.execute(text("SELECT nextval(pg_get_serial_sequence('announcement', 'id'))")).scalar_one())


def _release(db: Session, made: Announcement, loud: Sequence[Recipient], *, held: bool = True) -> None:
    """Queue its texts; none goes before the hold is over, unless it is over already."""
    made.standing, made.released_at = Standing.RELEASED, now(db)
    made.starts_at = starts_at(now(db), made.not_before) if held else made.not_before or now(db)
    if made.lines is not None:
        _queue_lines(db, (made.subject_kind, made.subject_id), [Line(*line) for line in made.lines], made.starts_at)
        return
    wording = Wording.of(made.wording)
    said = {language: {"text": each} for language, each in wording.texts.items()}
    last = made.starts_at + USEFUL
    send_by = min(last, made.send_by) if made.send_by and made.send_by > made.starts_at else last
    enqueue(
        db,
        (
            Draft(
                subject_kind=SUBJECT,
                subject_id=made.id,
                revision=1,
                person_id=each.person_ids[0],
                number=each.number,
                kind=SUBJECT,
                text_class=TextClass.BULK,
                text_key="",
                text_values=said[wording.language_for(each.language)],
                language=wording.language_for(each.language),
                send_after=made.starts_at,
                send_by=send_by,
                invented=each.invented,
            )
            for each in loud
        ),
    )


def _queue_lines(db: Session, subject: tuple[str, int], lines: Sequence[Line], start: datetime) -> None:
    """A number may stand in a list more than once: each line is a text of its own."""
    before: dict[str, int] = {}
    drafts = []
    for line in lines:
        drafts.append(
            Draft(
                subject_kind=subject[0],
                subject_id=subject[1],
                revision=1,
                person_id=line.person_id,
                number=line.number,
                kind=SUBJECT,
                text_class=TextClass.BULK,
                text_key="",
                text_values={"text": line.text},
                language=DEFAULT_LANGUAGE,
                send_after=start,
                send_by=start + USEFUL,
                again=before.get(line.number, 0),
                invented=line.invented,
            )
        )
        before[line.number] = before.get(line.number, 0) + 1
    enqueue(db, drafts)


def _mark_of(lines: Sequence[Line]) -> str:
    each = {f"{row}": line.text for row, line in enumerate(lines)}
    numbers = [Recipient(line.number, (row,), f"{row}", invented=False) for row, line in enumerate(lines)]
    return fingerprint(numbers, Wording(each), None)


def _one_at_a_time(db: Session, author_id: int | None) -> None:
    """Counts what an author texted under a lock, so that two requests at once count each other."""
    db.execute(_ONE_AT_A_TIME, {"author": author_id or 0})


def _counted(made: Announcement) -> dict[str, object]:
    return {"people": made.people, "texts": made.texts, "segments": made.segments}
