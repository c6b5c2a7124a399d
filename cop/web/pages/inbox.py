"""The inbox: texts that a person must read; one tap stores a reading and sends its answer."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.errors import Invalid
from clusters.kernel.together import Together
from clusters.people import queries as people
from clusters.people.queries import AtNumber
from cop.web.answers import Again, Done
from cop.web.edge import Door, act, page
from cop.web.i18n import Speech, masked
from cop.web.mistakes import said
from cop.web.viewers import Viewer
from cop.web.views import inbox as views
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError
from cop.web.views.inbox import CardAct, InboxPage
from messaging.consent.queries import silent
from messaging.inbound import queries
from messaging.inbound.actions import SETTLERS, answer_by_hand, apply_guess, set_aside
from messaging.inbound.queries import Card

WEEK = timedelta(days=7)
SHOWN = 20
_ARABIC = re.compile("[\u0600-\u06ff]")


@dataclass(frozen=True)
class CardForm:
    """What was tapped: a reading, or an act; an answer with its words."""

    guess: str | None = None
    act: CardAct | None = None
    reply: str = ""


@dataclass(frozen=True)
class Beside:
    """What stands on the cards of a page besides the texts: who answers at a number, her post, what we asked last."""

    who: Mapping[str, tuple[AtNumber, ...]]
    posts: Mapping[int, str]
    asked: Mapping[int, str]
    mute: Collection[str]


@page(paths.INBOX, here=Area.INBOX)
def show(db: Session, viewer: Viewer, after: int = 0) -> InboxPage:
    """The oldest texts that wait inside the viewer's places."""
    return _page(db, viewer, after)


@act(paths.inbox_card("{card_id}"), here=Area.INBOX)
def settle(db: Session, viewer: Viewer, door: Door, card_id: int, form: CardForm) -> Done:
    """Deal with one text."""
    say = viewer.say.gettext
    if form.guess is not None:
        apply_guess(db, viewer.scope, card_id, form.guess, door.book)
        return Done(paths.INBOX, say("Stored, and the answer is on its way."))
    match form.act:
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


def _page(db: Session, viewer: Viewer, after: int) -> InboxPage:
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
        cards=tuple(_card(viewer, card, beside, at) for card in shown),
        waiting=standing.texts,
        received_this_week=standing.received,
        understood_this_week=standing.understood,
        more=f"{paths.INBOX}?after={shown[-1].id}" if len(found) > SHOWN else None,
        more_count=before if before is not None else len(found) - len(shown),
    )


def _beside(db: Session, viewer: Viewer, cards: list[Card]) -> Beside:
    scope, numbers = viewer.scope, [card.number for card in cards]
    together = Together(db)
    who = together.ask(lambda db: people.persons_at_numbers(db, scope, numbers))
    posts = together.ask(lambda db: people.posted_at_numbers(db, scope, numbers))
    asked = together.ask(lambda db: queries.last_asked(db, scope, [card.text_id for card in cards]))
    mute = together.ask(lambda db: silent(db, numbers))
    return Beside(who(), posts(), asked(), mute())


def _card(viewer: Viewer, card: Card, beside: Beside, at: datetime) -> views.Card:
    say = viewer.say
    who = beside.who.get(card.number, ())
    where = next((beside.posts[each.person_id] for each in who if each.person_id in beside.posts), "")
    why = reasons(say).get(card.why, card.why)
    may = viewer.scope.covers(card.training_path, card.admin_path, SETTLERS)
    return views.Card(
        card_id=card.id,
        number=masked(card.number),
        who=tuple(each.name for each in who),
        about_who=" · ".join(part for part in (where, why) if part),
        sure_who=card.person_id is not None,
        asked=beside.asked.get(card.text_id),
        came_at=card.came_at,
        waiting_minutes=max(int((at - card.came_at).total_seconds() // 60), 0),
        text=card.body,
        language="ur" if _ARABIC.search(card.body) else "ur-Latn",
        guesses=tuple(_guess(guess, say) for guess in card.guesses) if may else (),
        may_reply=may and card.number not in beside.mute,
    )


def _guess(guess: Mapping[str, object], say: Speech) -> views.Guess:
    key, code = str(guess["key"]), guess.get("code", "")
    if guess["as"] == "BAND":
        return views.Guess(key, say.gettext("Wants no more texts"), say.gettext("no text goes to this number any more"))
    label, effect = {
        "1": (say.gettext("Yes"), say.gettext("stores: comes to session %(code)s")),
        "2": (say.gettext("No"), say.gettext("stores: does not come to session %(code)s")),
        "3": (say.gettext("Not sure"), say.gettext("stores: not sure about session %(code)s")),
    }[str(guess["as"])]
    return views.Guess(key, label, effect % {"code": code})


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
