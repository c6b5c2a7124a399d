"""Somebody's own page, by a personal link, without signing in: her texts, and what is held of her, to see or delete.

Its data twin (the address and `.json`) is what she takes along.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import today
from clusters.modules.rules import Subject
from clusters.people.actions import choose_language
from clusters.people.finding import Known, known
from clusters.people.rules import Language
from clusters.scope import Scope
from cop.consent.actions import decide
from cop.consent.queries import allows
from cop.consent.rules import Purpose as Yes
from cop.holding.actions import forget, join, leave, name_peers, withdraw
from cop.holding.queries import answers, days, notes, private
from cop.knowledge.actions import adapt, show_to, try_note
from cop.knowledge.queries import by_number, may_read
from cop.knowledge.rules import DIGITS_MOST, Audience
from cop.web.answers import Answer, Done, Shown
from cop.web.edge import act, page
from cop.web.i18n import masked
from cop.web.views import paths
from cop.web.views.own_page import (
    LinkOverPage,
    Meets,
    OwnCircle,
    OwnConsent,
    OwnData,
    OwnDay,
    OwnIntroduction,
    OwnNote,
    OwnPage,
    OwnSheet,
    OwnTie,
    OwnWords,
    Purpose,
    Spoken,
    Texts,
    TieKind,
)
from cop.web.views.session import Answer as Said
from cop.web.views.session import Mark
from messaging.consent.actions import end_silence, silence
from messaging.consent.queries import holder_of, wants_changes, wishes
from messaging.outbox.actions import reword

SOURCE = "link"


class PeerMap(StrEnum):
    """Whether she takes part in the peer map."""

    JOIN = "join"
    LEAVE = "leave"


@dataclass(frozen=True)
class Wish:
    """How much she wants to be texted, in which language, what of her ties, or that all that is hers be forgotten.

    `note` is the number of a note she tried, `own_way` what she did otherwise, `show` for whom that is:
    without her name, which only she herself can give, from her phone.
    """

    texts: Texts | None = None
    language: Language | None = None
    forget: bool = False
    peers: PeerMap | None = None
    turned_to: str | None = None
    """Numbers of her sheet, as she writes them; none is "to nobody"."""
    withdraw: int | None = None
    news: bool | None = None
    note: str = ""
    worked: bool | None = None
    own_way: str = ""
    show: Audience | None = None


@page(paths.own_page("{link}"), open=True)
def show(db: Session, link: str) -> Answer:
    """What she gets now; opening it changes nothing."""
    person_id = holder_of(db, link)
    return Shown(LinkOverPage(), status=404) if person_id is None else _shown(db, person_id, link)


@act(paths.own_page("{link}"), open=True)
def choose(db: Session, link: str, form: Wish) -> Answer:
    """Do what she chose, for her alone: who shares her phone keeps getting texts."""
    person_id = holder_of(db, link)
    if person_id is None:
        return Shown(LinkOverPage(), status=404)
    db.info["actor"] = Actor(SOURCE, person_id)
    her = Scope(person_id, ())
    if form.language is not None:
        choose_language(db, her, person_id, form.language)
        for number in known(db, her, person_id).numbers:
            reword(db, number=number.number, person_id=person_id, language=form.language)
    if form.forget:
        forget(db, her)
    _about_ties(db, her, link, form)
    if form.news is not None:
        decide(db, person_id, Yes.NEWS, form.news, SOURCE)
    if form.note and not _tried(db, her, form):
        return replace(_shown(db, person_id, link), no_such_note=form.note[:DIGITS_MOST])
    # What her phone asked for itself stands until it takes that back: the link was seen by whoever made it.
    if form.texts is Texts.ALL:
        end_silence(db, person_id, SOURCE)
    elif form.texts is not None:
        numbers = {each.number for each in known(db, her, person_id).numbers}
        silence(db, person_id, numbers, SOURCE, changes_too=form.texts is Texts.CHANGES)
    return Done(paths.own_page(link))


def _tried(db: Session, her: Scope, form: Wish) -> bool:
    """Keep what she tells of a note that travels; her own way goes where she wants, once a trainer has read it."""
    note = by_number(db, her, form.note.strip())
    if note is None or note.author_id == her.person_id or not may_read(db, her, note):
        return False
    try_note(db, her, note, form.worked, form.own_way.strip())
    if form.own_way.strip():
        own = adapt(db, her, note, form.own_way)
        if form.show is not None:
            show_to(db, own, form.show, named=False, source=SOURCE)
    return True


def _shown(db: Session, person_id: int, link: str) -> OwnPage:
    her = known(db, Scope(person_id, ()), person_id)
    numbers = [her.number.number] if her.number else []
    asked, noted = wishes(db, person_id, numbers)
    since = min((*asked.values(), *((noted,) if noted else ())), default=None)
    texts = Texts.ALL
    if since is not None:
        texts = Texts.CHANGES if wants_changes(db, person_id, numbers) else Texts.NONE
    return OwnPage(
        link=link,
        name=her.name,
        phone=masked(her.number.number) if her.number else "",
        language=her.language or Language.ROMAN_URDU,
        texts=texts,
        since=since,
        by_phone=bool(asked),
        news=allows(db, person_id, Yes.NEWS),
        data=_data(db, her, link),
    )


def _about_ties(db: Session, her: Scope, link: str, form: Wish) -> None:
    if form.peers is PeerMap.JOIN:
        join(db, her, link)
    elif form.peers is PeerMap.LEAVE:
        leave(db, her, link)
    if form.turned_to is not None:
        name_peers(db, her, link, [int(row) for row in re.findall(r"\d{1,4}", form.turned_to)])
    if form.withdraw is not None:
        withdraw(db, her, link, form.withdraw)


def _data(db: Session, her: Known, link: str) -> OwnData:
    own = Scope(her.id, ())
    lasting = (post.at for post in her.posts if post.until is None or post.until > today(db))
    return OwnData(
        schools=tuple(dict.fromkeys(lasting)),
        personal_no=her.personal_no or "",
        registered_at=her.registered_at,
        days=tuple(
            OwnDay(
                Subject(day.subject),
                day.starts_at,
                Said(day.answer.value) if day.answer else Said.NONE,
                day.reason or "",
                tuple(Mark(mark.value) for mark in day.marks),
            )
            for day in days(db, own)
        ),
        notes=tuple(OwnNote(note.number, note.title, note.words, note.at) for note in notes(db, own)),
        answers=answers(db, own),
        circle=_circle(db, own, link),
    )


def _circle(db: Session, own: Scope, link: str) -> OwnCircle | None:
    held = private(db, own, link)
    if held is None:
        return None
    return OwnCircle(
        held.on_map,
        tuple(OwnTie(tie.id, TieKind(tie.kind.value), tie.subject, tie.term, tie.name, tie.at) for tie in held.ties),
        tuple(OwnConsent(Purpose(each.purpose.value), each.granted, each.at, each.about) for each in held.consents),
        held.looked.times,
        held.looked.since,
        OwnSheet(held.sheet.subject, held.sheet.starts_at, held.sheet.last) if held.sheet else None,
        tuple(OwnWords(Spoken(each.kind.value), each.words, each.at) for each in held.words),
        tuple(
            OwnIntroduction(
                each.subject,
                each.asked_at,
                Meets(each.said.value) if each.said else Meets.NOTHING,
                each.name,
                each.met_at,
            )
            for each in held.introductions
        ),
    )


handlers = [show, choose]
