"""The inbox: texts that a person must read; one tap stores a reading and sends its answer."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.errors import Invalid
from clusters.kernel.together import Together
from clusters.people import queries as people
from clusters.people.queries import AtNumber
from cop.web.answers import Again, Done
from cop.web.did import deed
from cop.web.edge import Door, act, page
from cop.web.i18n import Speech, masked
from cop.web.mistakes import said
from cop.web.viewers import Viewer
from cop.web.views import inbox as views
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError
from cop.web.views.inbox import CardAct, InboxPage, MediaKind
from messaging.consent.queries import silent
from messaging.inbound import queries
from messaging.inbound.actions import (
    SETTLERS,
    answer_by_hand,
    apply_guess,
    apply_to_similar,
    make_private,
    set_aside,
)
from messaging.inbound.queries import CONFIDANT, Alike, Card
from messaging.proof.rules import veiled

WEEK = timedelta(days=7)
SHOWN = 20
FEW = 5
"""Texts that are alike of which the words are shown."""
KINDS = {"audio": MediaKind.VOICE, "image": MediaKind.PICTURE}
_ARABIC = re.compile("[\u0600-\u06ff]")


@dataclass(frozen=True)
class CardForm:
    """What was tapped: a reading for this text or for all that are alike, or an act; an answer with its words."""

    guess: str | None = None
    all: str | None = None
    act: CardAct | None = None
    reply: str = ""


@dataclass(frozen=True)
class Beside:
    """What stands on the cards of a page besides the texts: who answers at a number, her post, what we asked last."""

    who: Mapping[str, tuple[AtNumber, ...]]
    posts: Mapping[int, str]
    asked: Mapping[int, str]
    mute: Collection[str]
    alike: Mapping[int, list[Alike]]


@page(paths.INBOX, here=Area.INBOX, proved=True)
def show(db: Session, viewer: Viewer, after: int = 0, apart: bool = False) -> InboxPage:
    """The oldest texts that wait inside the viewer's places, those that are alike together."""
    return _page(db, viewer, after, apart=apart)


@act(paths.inbox_card("{card_id}"), here=Area.INBOX)
def settle(db: Session, viewer: Viewer, door: Door, card_id: int, form: CardForm) -> Done:
    """Deal with one text."""
    say = viewer.say.gettext
    if form.guess is not None:
        apply_guess(db, viewer.scope, card_id, form.guess, door.book)
        return Done(paths.INBOX, say("Stored, and the answer is on its way."))
    if form.all is not None:
        done = apply_to_similar(db, viewer.scope, card_id, form.all, door.book)
        words = viewer.say.ngettext(
            "%(num)s text stored and answered.", "%(num)s texts stored and answered.", done.settled
        ) % {"num": done.settled}
        if done.left:
            words += " " + viewer.say.ngettext(
                "%(num)s stays here: the reading does not fit it any more.",
                "%(num)s stay here: the reading does not fit them any more.",
                done.left,
            ) % {"num": done.left}
        return Done(paths.INBOX, words)
    match form.act:
        case CardAct.PRIVATE:
            make_private(db, viewer.scope, card_id)
            return Done(paths.INBOX, say("Private now. Only the education manager of this place reads it."))
        case CardAct.REPLY:
            return _reply(db, viewer, door, card_id, form.reply)
        case CardAct.NOT_FOR_US | CardAct.WRONG_PERSON:
            set_aside(db, viewer.scope, card_id, form.act.value)
            return Done(paths.INBOX, say("Taken out of the inbox. Nothing was stored and nothing sent."))
        case _:
            raise Invalid("form_unreadable")


def _reply(db: Session, viewer: Viewer, door: Door, card_id: int, words: str) -> Done:
    try:
        answer_by_hand(db, viewer.scope, card_id, words, door.book)
    except Invalid as error:
        wrong = FieldError(f"reply-{card_id}", said(error, viewer.language) or error.key)
        shown = _page(db, viewer, 0)
        cards = tuple(
            replace(card, reply=words, errors=(wrong,)) if card.card_id == card_id else card for card in shown.cards
        )
        if cards == shown.cards:
            raise
        raise Again(replace(shown, cards=cards)) from error
    return Done(paths.INBOX, viewer.say.gettext("The answer is on its way."))


def _page(db: Session, viewer: Viewer, after: int, *, apart: bool = False) -> InboxPage:
    scope, at = viewer.scope, now(db)
    together = Together(db)
    stands = together.ask(lambda db: queries.waiting(db, scope, at - WEEK))
    cards = together.ask(lambda db: queries.cards(db, scope, after=after, limit=SHOWN + 1))
    found, standing = cards(), stands()
    shown = found[:SHOWN]
    beside = _beside(db, viewer, shown)
    before = standing.texts - len(shown) if not after else None
    return InboxPage(
        as_of=at,
        cards=tuple(
            _card(viewer, card, beside, at) for card in shown if apart or card.id not in _behind(shown, beside.alike)
        ),
        waiting=standing.texts,
        received_this_week=standing.received,
        understood_this_week=standing.understood,
        more=paths.inbox_after(shown[-1].id, apart=apart) if len(found) > SHOWN else None,
        more_count=before if before is not None else len(found) - len(shown),
        needed_person=-(-100 * standing.needed_person // max(standing.received, 1)),
        apart=apart,
    )


def _behind(cards: list[Card], alike: Mapping[int, list[Alike]]) -> set[int]:
    """Cards that are shown with an older one of the page which says the same."""
    hidden: set[int] = set()
    for card in cards:
        if card.id not in hidden:
            hidden |= {each.id for each in alike.get(card.id, ()) if each.id > card.id}
    return hidden


def _beside(db: Session, viewer: Viewer, cards: list[Card]) -> Beside:
    scope, numbers = viewer.scope, [card.number for card in cards]
    together = Together(db)
    who = together.ask(lambda db: people.persons_at_numbers(db, scope, numbers))
    posts = together.ask(lambda db: people.posted_at_numbers(db, scope, numbers))
    asked = together.ask(lambda db: queries.last_asked(db, scope, [card.text_id for card in cards]))
    mute = together.ask(lambda db: silent(db, numbers))
    same = together.ask(lambda db: queries.alike(db, scope, [card.id for card in cards]))
    return Beside(who(), posts(), asked(), mute(), same())


def _card(viewer: Viewer, card: Card, beside: Beside, at: datetime) -> views.Card:
    say = viewer.say
    minutes = max(int((at - card.came_at).total_seconds() // 60), 0)
    if card.private and not viewer.scope.covers(card.training_path, card.admin_path, (CONFIDANT,)):
        return views.Card(
            card.id, "", (), "", False, None, card.came_at, minutes, "", "ur-Latn", (), may_reply=False, private=True
        )  # fmt: skip
    who = beside.who.get(card.number, ())
    where = next((beside.posts[each.person_id] for each in who if each.person_id in beside.posts), "")
    why = reasons(say).get(card.why, card.why)
    may = viewer.scope.covers(card.training_path, card.admin_path, SETTLERS)
    alike = beside.alike.get(card.id, []) if may else []
    return views.Card(
        card_id=card.id,
        number=masked(card.number),
        who=tuple(each.name for each in who),
        about_who=" · ".join(part for part in (where, why) if part),
        sure_who=card.person_id is not None,
        asked=veiled(beside.asked[card.text_id]) if card.text_id in beside.asked else None,
        came_at=card.came_at,
        waiting_minutes=minutes,
        text="" if card.private else card.body,
        language=_language(card.body),
        guesses=tuple(_guesses(card, alike, who, say)) if may else (),
        may_reply=may and card.number not in beside.mute,
        alike=tuple(views.Other(masked(each.number), each.body, _language(each.body)) for each in alike[:FEW]),
        alike_count=len(alike),
        private=card.private,
        private_text=card.body if card.private else "",
        media=tuple(views.Media(kind) for kind in _kinds(card)),
    )


def _guesses(card: Card, alike: list[Alike], who: tuple[AtNumber, ...], say: Speech) -> Iterator[views.Guess]:
    """The readings of a card in words; on a shared phone each says whose it is."""
    names = {each.person_id: each.name for each in who} if len(who) > 1 else {}
    for guess in card.guesses:
        done = deed(guess.get("did", {}), say)
        if done is None or "way" not in guess:
            continue
        whose = names.get(guess["person"])
        label = f"{whose}: {done.label}" if whose else done.label
        also = sum(guess["way"] in each.ways for each in alike)
        yield views.Guess(str(guess["key"]), label, done.effect, also)


def _kinds(card: Card) -> list[MediaKind]:
    """What came with a text, piece by piece, as far as the provider said it."""
    said = card.media_kinds.split()
    kinds = [KINDS.get(kind.partition("/")[0], MediaKind.OTHER) for kind in said]
    return kinds + [MediaKind.OTHER] * (card.media - len(kinds))


def _language(body: str) -> str:
    return "ur" if _ARABIC.search(body) else "ur-Latn"


def reasons(say: Speech) -> dict[str, str]:
    """Why a text lies before a person, in the viewer's language."""
    return {
        "asked_for_person": say.gettext("asks to talk to a person"),
        "not_understood": say.gettext("asked once already, still not understood"),
        "leave_word_inside": say.gettext("a word for leaving among others"),
        "copy_of_ours": say.gettext("sends a text of ours back, with words around it"),
        "part_missing": say.gettext("a part of this text never came"),
        "left_with_words": say.gettext("wants no more texts, and says more"),
        "only_changes": say.gettext("wants only changes of date and place"),
        "service_text": say.gettext("asks to be called"),
        "trainer_cannot": say.gettext("a trainer who cannot lead her session"),
        "question": say.gettext("answered, and asks something"),
        "too_many": say.gettext("many texts within an hour"),
        "unknown_number": say.gettext("nobody has this number"),
        "failed": say.gettext("reading it failed"),
        "media": say.gettext("came with a picture or a voice note, which stays at the provider"),
    }


handlers = [show, settle]
