"""A note is written, shown to whom its author wants once a trainer has read it, tried elsewhere, and taken back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, cast, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from clusters.modules.rules import Subject
from clusters.people.models import Post
from clusters.people.queries import persons
from clusters.people.rules import PLANNERS
from clusters.scope import Scope
from cop.consent.actions import decide
from cop.consent.rules import Purpose
from cop.knowledge.digest import unsay
from cop.knowledge.following import from_and_to, travels_of
from cop.knowledge.models import MaterialProposal, Passing, PracticeNote, ShowingWish, Trial
from cop.knowledge.queries import (
    PASSERS,
    Reader,
    clusters_of,
    draft_of,
    gathering_of,
    gatherings_named,
    home_of,
    note_in,
    own_note,
    readers,
    trial_of,
)
from cop.knowledge.rules import (
    ALONE_MAX,
    FIRST_PREFIX,
    USEFUL,
    WAYS_MOST,
    WORDS_MOST,
    Audience,
    NoteKind,
    Standing,
    is_number,
    kind_of,
    number_of,
    title_of,
)
from cop.knowledge.travels import giver, is_cluster
from messaging.announcing.rules import HOLD
from messaging.outbox.actions import Draft, about, enqueue, withdraw
from messaging.outbox.models import Message
from messaging.outbox.rules import WAITING, TextClass
from messaging.texts.catalogue import DEFAULT_LANGUAGE, compose
from messaging.texts.relaying import fitted, language_of
from messaging.texts.values import Called

NOTE = "note"
"""Kind of the subject that texts with a note are about, and of these texts."""
EVERYWHERE = Scope.everywhere()
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('practice_note'), 0)")


@dataclass(frozen=True, slots=True)
class Passed:
    """How far one passing on goes."""

    texts: int
    clusters: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A note as it would travel: its text with the language of it, and what it costs."""

    text: str
    language: str
    phones: int
    segments: int


@dataclass(frozen=True, slots=True)
class _Said:
    key: str
    values: Mapping[str, Any]
    language: str


def write(db: Session, scope: Scope, words: str, parent: PracticeNote | None = None) -> PracticeNote:
    """Keep a note for its author, the scope's person; nobody else sees it before she says so.

    With a `parent` it is another way of that one. What a trainer writes so in the days after her training session was
    gathered there: its teachers told it.
    """
    author = scope.somebody
    home = home_of(db, scope, author)
    gathered = gathering_of(db, scope) if parent is not None else None
    place = gathered or home
    made = PracticeNote(
        number=_next_number(db),
        author_id=author,
        subject=home.subject if parent is None else parent.subject or home.subject,
        title=title_of(words),
        words=words.strip(),
        audience=None,
        named=False,
        standing=Standing.WRITTEN,
        at=now(db),
        training_path=place.training_path,
        admin_path=place.admin_path,
        kind=kind_of(words) if parent is None else NoteKind.SOLUTION,
        parent_id=parent and parent.id,
        session_id=gathered and gathered.id,
    )
    db.add(made)
    db.flush()
    return made


def adapt(db: Session, scope: Scope, parent: PracticeNote, words: str) -> PracticeNote:
    """Keep what somebody does otherwise than a note says, as a note of her own that grew from it; for her alone.

    What she wrote of it before and has shown to nobody says the new words now.
    """
    before = draft_of(db, scope, parent.id)
    if before is None:
        return write(db, scope, words, parent)
    before.words, before.title = words.strip(), title_of(words)
    db.flush()
    return before


def gather(
    db: Session, scope: Scope, problem: PracticeNote, session_id: int, ways: Sequence[str], audience: Audience
) -> list[PracticeNote]:
    """Write down what teachers told at a gathering as ways out of a problem, in nobody's name.

    NotAllowed to whoever passes on nothing there; Invalid for none, too many or too long ones.
    """
    said = [each.strip() for each in ways if each.strip()]
    if problem.kind is not NoteKind.PROBLEM or audience is Audience.NOBODY:
        raise Invalid("gathered_for_no_problem")
    if not said or len(said) > WAYS_MOST or max(map(len, said)) > WORDS_MOST:
        raise Invalid("gathered_unreadable", most=WAYS_MOST, letters=WORDS_MOST)
    held = next((each for each, _ in gatherings_named(db, scope, limit=2_000) if each.id == session_id), None)
    if held is None:
        raise NotFound("session", id=session_id)
    if not scope.covers(held.training_path, held.admin_path, PASSERS):
        raise NotAllowed("may_not_pass_on")
    made = []
    for words in said:
        note = PracticeNote(
            number=_next_number(db), author_id=None, subject=problem.subject, title=title_of(words), words=words,
            audience=audience, named=False, standing=Standing.PASSED_ON, at=now(db), decided_at=now(db),
            training_path=held.training_path, admin_path=held.admin_path, parent_id=problem.id, session_id=held.id,
        )  # fmt: skip
        db.add(note)
        db.flush()
        made.append(note)
    record(db, "gathered", "practice_note", problem.id, new={"ways": len(made), "session": held.id})
    return made


def plant(
    db: Session, number: str, title: str, *, author_id: int | None = None, subject: Subject | None = None
) -> PracticeNote:
    """A note with a given number that travels already, for rehearsals and trials; ValueError when it can be none."""
    if not is_number(number):
        raise ValueError(f"{number} is no number of a note: its check digit is wrong")
    made = PracticeNote(
        number=number,
        author_id=author_id,
        subject=subject,
        title=title_of(title),
        words=title,
        kind=kind_of(title),
        audience=Audience.SUBJECT,
        named=False,
        standing=Standing.PASSED_ON,
        at=now(db),
        decided_at=now(db),
    )
    db.add(made)
    db.flush()
    return made


def erase(db: Session, scope: Scope, note_id: int) -> PracticeNote:
    """Let a note never have been written, as long as nobody else has seen it; Conflict later."""
    note = own_note(db, scope, note_id)
    if note.standing not in (Standing.WRITTEN, Standing.KEPT):
        raise Conflict("note_on_its_way", note=note.number)
    db.delete(note)
    db.flush()
    return note


def erase_own(db: Session, scope: Scope, note_id: int) -> None:
    """Let a way of her own never have been written, if it is there and nobody else has seen it."""
    note = db.get(PracticeNote, note_id)
    if note is not None and note.author_id == scope.person_id and note.standing in (Standing.WRITTEN, Standing.KEPT):
        db.delete(note)
        db.flush()


def show_to(db: Session, note: PracticeNote, audience: Audience, *, named: bool, source: str) -> dict[str, Any]:
    """Its author says whom it is for: nobody, or others once a trainer has read it; what `restore` needs."""
    before = stands_as(note)
    if audience is Audience.NOBODY:
        standing = Standing.KEPT if note.standing in (Standing.WRITTEN, Standing.KEPT) else Standing.TAKEN_BACK
        stopped = _stop(db, note)
        _set(db, note, audience, standing, named=False, source=source)
        return {**before, "stopped": stopped}
    unchanged = note.audience is audience and note.named is named
    if not (unchanged and note.standing in (Standing.PASSED_ON, Standing.WAITS)):
        _set(db, note, audience, Standing.WAITS, named=named, source=source)
    return {**before, "stopped": 0}


def stands_as(note: PracticeNote) -> dict[str, Any]:
    """What `restore` needs, as plain JSON."""
    return {
        "note": note.id,
        "audience": note.audience.value if note.audience else None,
        "named": note.named,
        "standing": note.standing.value,
    }


def restore(db: Session, scope: Scope, before: Mapping[str, Any], source: str) -> PracticeNote:
    """Let it stand as before its author's last word; what was withdrawn unsent waits for a trainer again."""
    note = own_note(db, scope, before["note"])
    standing = Standing(before["standing"])
    if standing is not Standing.PASSED_ON:
        _stop(db, note)
    elif before["stopped"]:
        standing = Standing.WAITS
    audience = Audience(before["audience"]) if before["audience"] else None
    _set(db, note, audience, standing, named=before["named"], source=source)
    return note


def pass_on(db: Session, scope: Scope, note_id: int) -> Passed:
    """Send a note to its audience inside the scope of who has read it; the texts can be stopped for five minutes.

    NotAllowed to its author, to whoever may pass on nothing there, and to a trainer above 200 phones.
    """
    note = _decidable(db, scope, note_id)
    found = readers(db, scope, note)
    _small_enough(scope, note, found)
    note.standing = Standing.PASSED_ON
    return _send(db, scope, note, found, dict.fromkeys(clusters_of(found), note.training_path or ""))


def pass_further(db: Session, scope: Scope, note: PracticeNote, clusters: Collection[str], source: str = "") -> Passed:
    """Send a note that travels to more clusters of the scope, each from the nearest one that has it.

    With `source` from this one of the scope; NotFound when it does not have it. NotAllowed as for `pass_on`, and where
    its author wanted it to stay in her cluster; Conflict when nobody is there who does not have it.
    """
    db.refresh(note, with_for_update=True)
    if note.standing is not Standing.PASSED_ON:
        raise Conflict("note_decided", note=note.number)
    if note.audience is not Audience.SUBJECT:
        raise NotAllowed("note_for_one_cluster", note=note.number)
    travel = travels_of(db, [note.id])[note.id]
    having, open_ones = from_and_to(db, scope, travel)
    if source and source not in {each.path for each in having}:
        raise NotFound("note_not_found", note=note.number)
    targets = sorted(set(clusters) & {each.path for each in open_ones})
    found = readers(db, scope, note, targets)
    sources = {path: source or giver(travel, path, now(db)) for path in targets}
    _small_enough(scope, note, found)
    if not found:
        raise Conflict("note_nowhere_further", note=note.number)
    return _send(db, scope, note, found, sources)


def before_going_further(db: Session, scope: Scope, note: PracticeNote, clusters: Collection[str]) -> Preview:
    """What goes out when a note is passed on to more clusters; nothing is written."""
    return _preview(db, note, readers(db, scope, note, clusters))


def wish_to_show(db: Session, scope: Scope, note: PracticeNote) -> ShowingWish | None:
    """The scope's person wants her own cluster to see another's note, once a trainer agrees; None without a cluster."""
    person_id = scope.somebody
    home = home_of(db, scope, person_id)
    if not is_cluster(home.training_path or ""):
        return None
    known = db.scalar(select(ShowingWish).where(ShowingWish.note_id == note.id, ShowingWish.person_id == person_id))
    if known is None:
        known = ShowingWish(
            note_id=note.id, person_id=person_id, at=now(db), training_path=home.training_path,
            admin_path=home.admin_path,
        )  # fmt: skip
        db.add(known)
        db.flush()
    return known


def unwish(db: Session, scope: Scope, wish_id: int) -> None:
    """Take it back while nobody has settled it."""
    db.execute(
        delete(ShowingWish).where(
            ShowingWish.id == wish_id, ShowingWish.person_id == scope.person_id, ShowingWish.settled_at.is_(None)
        )
    )


def settle_wish(db: Session, scope: Scope, wish_id: int, *, show: bool) -> Passed:
    """Pass the note on to the cluster of who wished it, or do not; NotFound outside the scope."""
    wish = db.scalar(
        select(ShowingWish)
        .where(ShowingWish.id == wish_id, scope.within(ShowingWish.training_path, ShowingWish.admin_path))
        .with_for_update()
    )
    note = db.get(PracticeNote, wish.note_id) if wish is not None else None
    if wish is None or note is None:
        raise NotFound("note_not_found", note=wish_id)
    if not scope.covers(wish.training_path, wish.admin_path, PASSERS):
        raise NotAllowed("may_not_pass_on")
    if wish.settled_at is not None:
        raise Conflict("note_decided", note=note.number)
    wish.settled_at = now(db)
    if show:
        return pass_further(db, scope, note, [wish.training_path])
    record(db, "declined", "note_wish", wish.id)
    return Passed(0, 0)


def _small_enough(scope: Scope, note: PracticeNote, found: Sequence[Reader]) -> None:
    if len(found) > ALONE_MAX and not scope.covers(note.training_path, note.admin_path, PLANNERS):
        raise NotAllowed("note_needs_the_office", texts=len(found), most=ALONE_MAX)


def _send(db: Session, scope: Scope, note: PracticeNote, found: Sequence[Reader], sources: Mapping[str, str]) -> Passed:
    """Queue the texts, and write down from which cluster they went to which."""
    # Nobody but its author learns from where a note comes: its texts stand at no place.
    about(db, NOTE, note.id, training_path=None, admin_path=None)
    starts = now(db) + HOLD
    said = _in_languages(db, note, {each.language for each in found})
    drafts = (
        Draft(
            NOTE,
            note.id,
            1,
            each.person_id,
            each.number,
            NOTE,
            TextClass.BULK,
            said[each.language].key,
            said[each.language].values,
            said[each.language].language,
            starts,
            starts + USEFUL,
            invented=each.invented,
        )
        for each in found
    )
    enqueue(db, drafts, anew=True)
    clusters = clusters_of(found)
    for source in sorted({sources[path] for path in clusters}) or [note.training_path or ""]:
        there = [path for path in clusters if sources[path] == source]
        texts = sum(each.cluster in there for each in found)
        db.add(
            Passing(
                note_id=note.id, at=now(db), by_person_id=scope.person_id, clusters=there, texts=texts,
                from_path=source or None,
            )
        )  # fmt: skip
    record(db, "passed on", "practice_note", note.id, new={"texts": len(found)})
    return Passed(len(found), len(clusters))


def decline(db: Session, scope: Scope, note_id: int) -> None:
    """Who has read it does not pass it on; its author keeps it, and may choose again."""
    note = _decidable(db, scope, note_id)
    note.standing = Standing.DECLINED
    record(db, "declined", "practice_note", note.id)


def before_passing(db: Session, scope: Scope, note_id: int) -> Preview:
    """What goes out when this note is passed on now; nothing is written."""
    note = note_in(db, scope, note_id)
    return _preview(db, note, readers(db, scope, note))


def _preview(db: Session, note: PracticeNote, found: Sequence[Reader]) -> Preview:
    said = _in_languages(db, note, {DEFAULT_LANGUAGE, *(each.language for each in found)})
    sizes = {language: compose(each.key, each.language, each.values) for language, each in said.items()}
    segments = sum(sizes[each.language].measure.segments for each in found)
    return Preview(sizes[DEFAULT_LANGUAGE].text, said[DEFAULT_LANGUAGE].language, len(found), segments)


def try_note(
    db: Session, scope: Scope, note: PracticeNote, worked: bool | None, words: str
) -> Mapping[str, Any] | None:
    """The scope's person tried a note, or says more of it; what she had written before, as plain JSON, or None."""
    known = trial_of(db, scope, note.id)
    if known is None:
        person_id = scope.somebody
        home = home_of(db, scope, person_id)
        db.add(
            Trial(
                note_id=note.id,
                person_id=person_id,
                worked=worked,
                words=words,
                at=now(db),
                training_path=home.training_path,
            )
        )
        db.flush()
        return None
    before = {"worked": known.worked, "words": known.words, "at": known.at.isoformat()}
    known.worked, known.words = worked, words or known.words
    return before


def untry(db: Session, scope: Scope, note_id: int, before: Mapping[str, Any] | None) -> PracticeNote:
    """Take back what she wrote of trying a note: what she had written before counts again."""
    known, note = trial_of(db, scope, note_id), db.get(PracticeNote, note_id)
    if known is None or note is None:
        raise NotFound("note_not_found", note=note_id)
    if before is None:
        db.delete(known)
        db.flush()
        return note
    db.execute(
        update(Trial)
        .where(Trial.id == known.id)
        .values(worked=before["worked"], words=before["words"], at=before["at"])
        .execution_options(synchronize_session="fetch")
    )
    return note


def forget(db: Session, person_id: int) -> int:
    """Delete her notes and her trials of others'; how many notes. What has reached others' phones stays there.

    What she passed on or decided about others' notes stays as well, and nothing says that it was she.
    """
    notes = db.scalars(select(PracticeNote).where(PracticeNote.author_id == person_id)).all()
    for note in notes:
        _stop(db, note)
        db.delete(note)
    db.execute(delete(Trial).where(Trial.person_id == person_id))
    db.execute(delete(ShowingWish).where(ShowingWish.person_id == person_id))
    for column in (Passing.by_person_id, MaterialProposal.by_person_id, MaterialProposal.decided_by):
        db.execute(update(column.class_).where(column == person_id).values({column.key: None}))
    db.flush()
    return len(notes)


def _next_number(db: Session) -> str:
    db.execute(_ONE_AT_A_TIME)
    prefix = cast(func.left(PracticeNote.number, -1), BigInteger)
    return number_of(1 + (db.scalar(select(func.max(prefix))) or FIRST_PREFIX - 1))


def _decidable(db: Session, scope: Scope, note_id: int) -> PracticeNote:
    note = note_in(db, scope, note_id)
    db.refresh(note, with_for_update=True)
    if not scope.covers(note.training_path, note.admin_path, PASSERS):
        raise NotAllowed("may_not_pass_on")
    if scope.person_id is not None and note.author_id == scope.person_id:
        raise NotAllowed("note_own")
    if note.standing is not Standing.WAITS:
        raise Conflict("note_decided", note=note.number)
    return note


def _set(
    db: Session, note: PracticeNote, audience: Audience | None, standing: Standing, *, named: bool, source: str
) -> None:
    note.audience, note.named, note.standing, note.decided_at = audience, named, standing, now(db)
    if note.author_id is not None:
        decide(db, note.author_id, Purpose.NOTE_NAME, named or None, source, about=note.id)
    db.flush()


def _stop(db: Session, note: PracticeNote) -> int:
    """Let nothing of it go out that has not gone; how many texts that were."""
    if note.standing is not Standing.PASSED_ON:
        return 0
    _never_passed(db, note)
    unsay(db, note.number)
    return withdraw(db, NOTE, note.id, "withdrawn", kinds=[NOTE])


def _never_passed(db: Session, note: PracticeNote) -> None:
    """What reached no phone of a cluster, because its texts still wait, never happened there.

    The month's news, by nobody, went at once and in a text of its own.
    """
    texts = db.execute(
        select(Message.planned_at, Message.state, Post.training_path)
        .join(Post, Post.person_id == Message.person_id)
        .where(Message.subject_kind == NOTE, Message.subject_id == note.id, Message.kind == NOTE)
    ).all()
    waiting = {row.planned_at for row in texts if row.state in WAITING}
    held = or_(Passing.at.in_(waiting), Passing.at > now(db) - HOLD)
    for passing in db.scalars(select(Passing).where(Passing.note_id == note.id, Passing.texts > 0, held)).all():
        if passing.by_person_id is None and passing.at not in waiting:
            continue
        gone = [row for row in texts if row.planned_at == passing.at and row.state not in WAITING]
        reached = {row.training_path for row in gone}
        passing.clusters = [path for path in passing.clusters if path in reached]
        if not passing.clusters:
            db.delete(passing)


def _in_languages(db: Session, note: PracticeNote, languages: Collection[str]) -> dict[str, _Said]:
    """The text with which a note travels, for readers of each language."""
    name = _name(db, note)
    values: dict[str, Any] = {"subject": note.subject, "words": note.words, "note": note.number}
    key = "note_travels" if name is None else "note_travels_named"
    if name is not None:
        values["name"] = name
    made = {}
    for each in languages:
        language = language_of(note.words, each)
        made[each] = _Said(key, {**values, "words": fitted(key, language, values)}, language)
    return made


def _name(db: Session, note: PracticeNote) -> Called | None:
    if not note.named or note.author_id is None:
        return None
    known = persons(db, EVERYWHERE, [note.author_id]).get(note.author_id)
    return Called(known.name, known.gender) if known else None
