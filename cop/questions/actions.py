"""A question is written, put to others once its asker agrees, answered through us, and forgotten a month later."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, NotFound
from clusters.people.queries import posted_at
from clusters.scope import Scope
from clusters.training.queries import training_session
from cop.consent.actions import decide
from cop.consent.queries import allows
from cop.consent.reaching import EVERYWHERE, Reached, reached
from cop.consent.rules import Purpose
from cop.knowledge.queries import home_of
from cop.questions.models import PeerOffer, PeerQuestion
from cop.questions.queries import (
    Asks,
    circle_trainer,
    may_meet,
    own_offer,
    own_question,
    trainer_of,
    unanswered,
    whom_to_ask,
)
from cop.questions.rules import (
    ANSWERABLE_FOR,
    FORGOTTEN_AFTER,
    HOLD,
    OPEN_FOR,
    UNANSWERED_FOR,
    USEFUL,
    Offering,
    Standing,
    next_number,
)
from cop.ties.actions import exchanged, not_exchanged
from messaging.inbound.actions import invite, invite_no_more, lay_in_inbox, take_out
from messaging.inbound.facts import AskedAlong
from messaging.inbound.words import Asked
from messaging.outbox.actions import Draft, about, enqueue, unsay, withdraw
from messaging.outbox.models import Message
from messaging.outbox.rules import WAITING, TextClass
from messaging.texts.relaying import fits, fitted, language_of

WORD = "question"
"""Name of the word whose open questions these are."""
OFFER = "peer_offer"
"""Kind of the subject of every text of an exchange; it stands at no place, so that no place's page shows it."""
PUT, WANTS_PHONE, NUMBERS, IN_WRITING, ANSWER = "question", "wants_phone", "numbers", "in_writing", "answer"
"""Kinds of these texts."""


@dataclass(frozen=True, slots=True)
class Answering:
    """An answer that goes in five minutes: under which number, and to whom by name, where the answerer knows her."""

    offer_id: int
    number: int
    to: Reached | None
    undo: Mapping[str, Any]


# --- asking


def write(db: Session, scope: Scope, words: str, text_id: int | None) -> PeerQuestion:
    """Keep a question; nobody is asked before its asker, the scope's person, agrees."""
    made = PeerQuestion(
        asker_id=scope.somebody,
        subject=home_of(db, scope, scope.somebody).subject,
        inbound_text_id=text_id,
        words=" ".join(words.split()),
        standing=Standing.WRITTEN,
        at=now(db),
    )
    db.add(made)
    db.flush()
    return made


def erase(db: Session, scope: Scope, question_id: int) -> None:
    """Let a question never have been written; Conflict once others were asked."""
    question = own_question(db, scope, question_id)
    if question.standing is not Standing.WRITTEN:
        raise Conflict("question_asked")
    db.delete(question)
    db.flush()


def put(db: Session, scope: Scope, question_id: int) -> Asks:
    """Its asker agrees: put it to up to three peers, or the trainer, or lay it into the office's inbox."""
    question = own_question(db, scope, question_id)
    if question.standing is not Standing.WRITTEN:
        raise Conflict("question_asked")
    asks = whom_to_ask(db, scope, question.subject)
    question.asked_at = now(db)
    question.standing = Standing.OFFICE if asks.whom == "office" else Standing.ASKED
    if asks.whom == "office":
        _to_office(db, question)
    for each in asks.people:
        _offer(db, question, each, trainer=asks.whom == "trainer")
    return asks


def take_back(db: Session, scope: Scope, question_id: int) -> None:
    """Ask nobody after all, as long as no text has gone; Conflict later."""
    question = own_question(db, scope, question_id)
    if question.standing is Standing.OFFICE and question.inbound_text_id is not None:
        take_out(db, question.inbound_text_id)
    offers = list(db.scalars(select(PeerOffer).where(PeerOffer.question_id == question.id)))
    if any(_gone(db, each.id, PUT) for each in offers):
        raise Conflict("question_asked")
    for each in offers:
        withdraw(db, OFFER, each.id, "withdrawn")
        db.delete(each)
    unsay(db, OFFER, [each.id for each in offers])
    _uninvite(db, [each.id for each in offers])
    question.standing, question.asked_at, question.closed_at = Standing.WRITTEN, None, None
    db.flush()


def ask_along(db: Session, fact: AskedAlong) -> None:
    """A question came with the answer to an invitation: the trainer of that session is asked, with the asker's name;
    where no text reaches one, a person in the office reads it."""
    scope = Scope(fact.person_id, ())
    trainer = trainer_of(db, scope, fact.session_id)
    if trainer is None:
        lay_in_inbox(db, fact.inbound_text_id, "question")
        return
    question = PeerQuestion(
        asker_id=fact.person_id,
        session_id=fact.session_id,
        inbound_text_id=fact.inbound_text_id,
        words=" ".join(fact.words.split()),
        standing=Standing.ASKED,
        at=now(db),
        asked_at=now(db),
    )
    db.add(question)
    db.flush()
    _offer(db, question, trainer, trainer=True)


def drop_along(db: Session, scope: Scope, text_id: int) -> None:
    """The answer that a question came with was taken back, and so is the question, unless it was answered."""
    questions = select(PeerQuestion).where(
        PeerQuestion.inbound_text_id == text_id, PeerQuestion.asker_id == scope.person_id
    )
    for question in db.scalars(questions.where(PeerQuestion.closed_at.is_(None))).all():
        for each in db.scalars(select(PeerOffer).where(PeerOffer.question_id == question.id)).all():
            withdraw(db, OFFER, each.id, "withdrawn")
        _close(db, [question.id])
    take_out(db, text_id)


def plant(
    db: Session,
    person_id: int,
    number: int,
    words: str = "gari kahan rukay gi?",
    *,
    asker_id: int | None = None,
    session_id: int | None = None,
) -> PeerOffer:
    """An open question of somebody under a given number, for rehearsals and trials; no text goes out."""
    question = PeerQuestion(
        asker_id=asker_id, session_id=session_id, words=words, standing=Standing.ASKED, at=now(db), asked_at=now(db)
    )
    db.add(question)
    db.flush()
    offer = PeerOffer(
        question_id=question.id,
        person_id=person_id,
        number=number,
        trainer=True,
        standing=Offering.ASKED,
        asked_at=now(db),
    )
    db.add(offer)
    db.flush()
    about(db, OFFER, offer.id, training_path=None, admin_path=None)
    return offer


# --- what those say who were asked


def respond(db: Session, scope: Scope, offer_id: int, wish: Offering) -> tuple[PeerOffer, dict[str, Any]]:
    """She will write, would talk on the phone, or not now; what she is asked next, and what `reconsider` needs.

    Where numbers may not pass between these two, she can only write.
    """
    offer = own_offer(db, scope, offer_id)
    if offer.standing in (Offering.ANSWERED, Offering.EXCHANGED):
        raise Conflict("question_answered")
    before = {"offer": offer.id, "before": offer.standing.value}
    asker = _asker(db, offer)
    helper = reached(db, [offer.person_id]).get(offer.person_id)
    if wish is Offering.PHONES and not may_meet(db, scope, asker, helper):
        wish = Offering.WRITES
    offer.standing, offer.said_at = wish, now(db)
    if wish is Offering.PHONES and asker is not None:
        decide(db, offer.person_id, Purpose.NUMBER, True, "text", about=offer.id)
        _say(db, offer, asker, WANTS_PHONE, "peer_wants_phone", {})
        asks = Asked(WORD, offer.id, {"exchange": offer.id}, 2)
        invite(db, asker.number, asker.person_id, asks, now(db) + OPEN_FOR)
    db.flush()
    return offer, before


def reconsider(db: Session, scope: Scope, before: Mapping[str, Any]) -> PeerOffer:
    """What she said to a question is taken back; Conflict once it was answered, or numbers were given."""
    offer = own_offer(db, scope, before["offer"])
    if offer.standing in (Offering.ANSWERED, Offering.EXCHANGED):
        raise Conflict("question_answered")
    if offer.standing is Offering.PHONES:
        withdraw(db, OFFER, offer.id, "withdrawn", kinds=[WANTS_PHONE])
        asker = _asker(db, offer)
        if asker is not None:
            invite_no_more(db, WORD, offer.id, asker.number)
        decide(db, offer.person_id, Purpose.NUMBER, None, "text", about=offer.id)
    offer.standing, offer.said_at = Offering(before["before"]), now(db)
    db.flush()
    return offer


def agree(db: Session, scope: Scope, offer_id: int, *, yes: bool) -> Reached | None:
    """The asker says whether numbers are given: with both yeses each gets the other's, and the helper is given back;
    else the helper is asked to write, and None."""
    offer = db.get(PeerOffer, offer_id, with_for_update=True)
    question = db.get(PeerQuestion, offer.question_id) if offer else None
    if offer is None or question is None or question.asker_id != scope.person_id or question.closed_at is not None:
        raise NotFound("question_not_found", question=offer_id)
    asker = _asker(db, offer)
    helper = reached(db, [offer.person_id]).get(offer.person_id)
    decide(db, question.asker_id or 0, Purpose.NUMBER, yes, "text", about=offer.id)
    willing = offer.standing is Offering.PHONES and allows(db, offer.person_id, Purpose.NUMBER, offer.id)
    if asker is None or helper is None or not willing:
        raise NotFound("question_not_found", question=offer_id)
    if not yes or not may_meet(db, scope, asker, helper):
        offer.standing = Offering.WRITES
        _say(db, offer, helper, IN_WRITING, "asked_in_writing", {"number": offer.number})
        return None
    offer.standing = Offering.EXCHANGED
    exchanged(db, asker.person_id, helper.person_id, question.subject, question.id, now(db), introduced=True)
    _say(db, offer, helper, NUMBERS, "numbers_exchanged", {"name": asker.called, "phone": asker.number})
    return helper


def answer(db: Session, scope: Scope, offer_id: int, words: str) -> Answering:
    """Her answer goes in five minutes; one she wrote before and that has not gone is replaced."""
    offer = own_offer(db, scope, offer_id)
    before = {
        "offer": offer.id,
        "standing": offer.standing.value,
        "words": offer.words,
        "goes_at": offer.goes_at.isoformat() if offer.goes_at else None,
    }
    if offer.goes_at is not None and offer.goes_at > now(db):
        withdraw(db, OFFER, offer.id, "withdrawn", kinds=[ANSWER])
    offer.standing, offer.said_at, offer.words = Offering.ANSWERED, now(db), " ".join(words.split())
    _send_answer(db, offer, now(db) + HOLD)
    question = db.get_one(PeerQuestion, offer.question_id)
    asker = _asker(db, offer)
    # One that has gone before was noted then. What is asked about a day or a way is no help with teaching.
    if asker is not None and before["goes_at"] is None and question.session_id is None:
        exchanged(db, asker.person_id, offer.person_id, question.subject, question.id, now(db))
    known = asker if question.session_id is not None else None
    return Answering(offer.id, offer.number, known, before)


def stop_answer(db: Session, scope: Scope, before: Mapping[str, Any]) -> PeerOffer:
    """An answer is stopped before it goes, and one that it had replaced goes after all; Conflict once it is gone."""
    offer = own_offer(db, scope, before["offer"])
    if offer.goes_at is None or offer.goes_at <= now(db) or _gone(db, offer.id, ANSWER, since=offer.goes_at):
        raise Conflict("answer_gone")
    withdraw(db, OFFER, offer.id, "withdrawn", kinds=[ANSWER])
    offer.standing, offer.words = Offering(before["standing"]), before["words"]
    goes_at = datetime.fromisoformat(before["goes_at"]) if before["goes_at"] else None
    offer.goes_at = goes_at
    if goes_at is None:
        not_exchanged(db, offer.person_id, offer.question_id)
    if offer.words and goes_at is not None and goes_at > now(db):
        _send_answer(db, offer, goes_at)
    db.flush()
    return offer


def too_long(db: Session, scope: Scope, offer_id: int, words: str) -> int | None:
    """To how many letters an answer must be cut to go whole; None when it does as it is."""
    offer = own_offer(db, scope, offer_id)
    asker = _asker(db, offer)
    language = language_of(words, asker.language if asker else "ur_latn")
    key, values = _answer_text(db, offer, words)
    return None if fits(key, language, values) else len(fitted(key, language, values))


def question_too_long(db: Session, scope: Scope, words: str) -> int | None:
    """The same of a question that would be put to others."""
    subject = home_of(db, scope, scope.person_id).subject if scope.person_id is not None else None
    values = {"subject": subject, "words": words}
    language = language_of(words, "ur_latn")
    return None if fits("peer_question", language, values) else len(fitted("peer_question", language, values))


# --- what time brings


def look_after(db: Session) -> dict[str, int]:
    """Questions nobody answered go to a trainer or the office, old ones are closed, and closed ones forgotten."""
    at = now(db)
    passed = 0
    for question in unanswered(db, EVERYWHERE):
        if question.asked_at is not None and question.asked_at < at - UNANSWERED_FOR:
            _ask_further(db, question)
            passed += 1
    due = PeerQuestion.closed_at.is_(None) & (PeerQuestion.at < at - ANSWERABLE_FOR)
    old = list(db.scalars(select(PeerQuestion.id).where(due)))
    _close(db, old)
    over = list(db.scalars(select(PeerQuestion.id).where(PeerQuestion.closed_at < at - FORGOTTEN_AFTER)))
    _forget(db, over)
    return {
        name: count for name, count in (("passed", passed), ("closed", len(old)), ("forgotten", len(over))) if count
    }


def forget(db: Session, person_id: int) -> int:
    """Delete what she asked, and her part in others' questions; how many questions of hers."""
    own = list(db.scalars(select(PeerQuestion.id).where(PeerQuestion.asker_id == person_id)))
    for offer_id in db.scalars(select(PeerOffer.id).where(PeerOffer.question_id.in_(own))).all():
        withdraw(db, OFFER, offer_id, "withdrawn")
    _forget(db, own)
    parts = list(db.scalars(select(PeerOffer.id).where(PeerOffer.person_id == person_id)))
    unsay(db, OFFER, parts)
    _uninvite(db, parts)
    db.execute(delete(PeerOffer).where(PeerOffer.id.in_(parts)))
    return len(own)


def _ask_further(db: Session, question: PeerQuestion) -> None:
    asker = question.asker_id or 0
    asked = set(db.scalars(select(PeerOffer.person_id).where(PeerOffer.question_id == question.id)))
    trainer = circle_trainer(db, Scope(asker, ()), asker, asked)
    if trainer is not None:
        _offer(db, question, trainer, trainer=True)
        return
    _to_office(db, question)
    question.standing = Standing.OFFICE
    _close(db, [question.id])


def _close(db: Session, question_ids: Collection[int]) -> None:
    offers = list(db.scalars(select(PeerOffer.id).where(PeerOffer.question_id.in_(question_ids))))
    _uninvite(db, offers)
    db.execute(
        update(PeerQuestion)
        .where(PeerQuestion.id.in_(question_ids))
        .values(closed_at=now(db))
        .execution_options(synchronize_session="fetch")
    )


def _forget(db: Session, question_ids: Collection[int]) -> None:
    offers = list(db.scalars(select(PeerOffer.id).where(PeerOffer.question_id.in_(question_ids))))
    unsay(db, OFFER, offers)
    _uninvite(db, offers)
    db.execute(delete(PeerQuestion).where(PeerQuestion.id.in_(question_ids)))


def _uninvite(db: Session, offer_ids: Collection[int]) -> None:
    for each in offer_ids:
        invite_no_more(db, WORD, each)


# --- texts


def _offer(db: Session, question: PeerQuestion, to: Reached, *, trainer: bool) -> None:
    taken = set(db.scalars(select(PeerOffer.number).where(PeerOffer.person_id == to.person_id)))
    offer = PeerOffer(
        question_id=question.id,
        person_id=to.person_id,
        number=next_number(taken),
        trainer=trainer,
        standing=Offering.ASKED,
        asked_at=now(db),
    )
    db.add(offer)
    db.flush()
    about(db, OFFER, offer.id, training_path=None, admin_path=None)
    values: dict[str, Any] = {"subject": question.subject, "words": question.words}
    if not trainer:
        _say(db, offer, to, PUT, "peer_question", values)
        asks = Asked(WORD, offer.id, {"offer": offer.id}, 3)
        invite(db, to.number, to.person_id, asks, now(db) + OPEN_FOR)
    elif question.session_id is None:
        _say(db, offer, to, PUT, "trainer_asked", {**values, "number": offer.number})
    else:
        session = training_session(db, EVERYWHERE, question.session_id)
        asker = _asker(db, offer)
        values = {
            "name": asker.first_name if asker else "?",
            "venue": posted_at(db, EVERYWHERE, [question.asker_id or 0]).get(question.asker_id or 0, session.venue),
            "code": session.code,
            "words": question.words,
            "number": offer.number,
        }
        _say(db, offer, to, PUT, "trainer_question", values)


def _send_answer(db: Session, offer: PeerOffer, goes_at: datetime) -> None:
    offer.goes_at, offer.versions = goes_at, offer.versions + 1
    asker = _asker(db, offer)
    if asker is not None:
        key, values = _answer_text(db, offer, offer.words)
        _say(db, offer, asker, ANSWER, key, values, at=goes_at, again=offer.versions)
    db.flush()


def _answer_text(db: Session, offer: PeerOffer, words: str) -> tuple[str, dict[str, Any]]:
    question = db.get_one(PeerQuestion, offer.question_id)
    if question.session_id is None:
        return "answer_passed_on", {"words": words}
    session = training_session(db, EVERYWHERE, question.session_id)
    trainer = reached(db, [offer.person_id]).get(offer.person_id)
    name = trainer.called if trainer else None
    return "answer_passed_on_trainer", {"name": name, "words": words, "start": session.starts_at}


def _say(
    db: Session,
    offer: PeerOffer,
    to: Reached,
    kind: str,
    key: str,
    values: Mapping[str, Any],
    *,
    at: datetime | None = None,
    again: int = 0,
) -> None:
    words = values.get("words")
    language = language_of(words, to.language) if words is not None else to.language
    said = {**values, "words": fitted(key, language, values)} if words is not None else dict(values)
    if to.shared:
        said["to"] = to.first_name
    starts = at or now(db)
    enqueue(
        db,
        Draft(
            OFFER,
            offer.id,
            1,
            to.person_id,
            to.number,
            kind,
            TextClass.REMINDER,
            key,
            said,
            language,
            starts,
            starts + USEFUL,
            again=again,
            invented=to.invented,
        ),
        anew=not again,
    )


def _to_office(db: Session, question: PeerQuestion) -> None:
    if question.inbound_text_id is None or question.asker_id is None:
        return
    home = home_of(db, EVERYWHERE, question.asker_id)
    lay_in_inbox(db, question.inbound_text_id, "question", training_path=home.training_path, admin_path=home.admin_path)


def _asker(db: Session, offer: PeerOffer) -> Reached | None:
    """Who asked, if a text reaches her."""
    asker_id = db.get_one(PeerQuestion, offer.question_id).asker_id
    return reached(db, [asker_id]).get(asker_id) if asker_id is not None else None


def _gone(db: Session, offer_id: int, kind: str, since: datetime | None = None) -> bool:
    """Has a text of this kind been handed over, or is it on its way?"""
    handed = exists().where(
        Message.subject_kind == OFFER,
        Message.subject_id == offer_id,
        Message.kind == kind,
        Message.state.not_in((*WAITING, "cancelled")),
    )
    if since is not None:
        handed = handed.where(Message.send_after >= since)
    return bool(db.scalar(select(handed)))
