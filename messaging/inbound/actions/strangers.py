"""A number of nobody we know: told once a day how to join, and led through joining in three replies a day at most."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from clusters.kernel.errors import CopError
from clusters.scope import Scope
from messaging.inbound.actions.conversation import STRANGERS_EVERY, Conversation, Step
from messaging.inbound.actions.undoing import undoable
from messaging.inbound.models import InboundText, Parked
from messaging.inbound.outcomes import Answer, Outcome, Single, Undo, Verb
from messaging.inbound.reading import Context
from messaging.inbound.words import Reply, Text, Word

HELP = Context().help_name
"""The command that a lone call for help is read as."""
NOBODY = Scope(None, ())
"""A stranger sees nothing and may change nothing; what a word does for her, it does in the house's own name."""


def stranger(talk: Conversation, outcome: Outcome) -> Step:
    """Do what a stranger may, else tell her once a day how to join; a person of the whole programme may look."""
    match outcome:
        case Verb() if talk.book.words[outcome.name].strangers:
            word = talk.book.words[outcome.name]
            return _do(
                talk, word, outcome, {}, f"{word.printed('ur_latn')} {outcome.rest}".strip(), "the word is known"
            )
        case Answer():
            question = talk.open_question(())
            asked = talk.book.words.get(question.kind) if question is not None else None
            if question is not None and asked is not None and 1 <= outcome.choice <= int(question.values["options"]):
                question.closed_at = talk.at
                talk.db.flush()
                values = dict(question.values["values"])
                return _do(talk, asked, outcome, values, f"choice {outcome.choice}", "it answers what we asked back")
        case Undo():
            undone = _undo(talk, outcome)
            if undone is not None:
                return undone
    return _told(talk, helps=isinstance(outcome, Verb) and outcome.name == HELP)


def _do(talk: Conversation, word: Word, heard: Single, question: Mapping[str, Any], reading: str, why: str) -> Step:
    reply = word.act(talk.db, NOBODY, _text(talk, heard, question))
    if reply is None:
        return Step("acknowledged", reading, why)
    if reply.undo is not None:
        talk.remember(word.name, None, reply.undo)
    if reply.asks is not None:
        talk.ask(reply.asks)
    state = "applied" if reply.did is not None else "asked"
    return Step(state, reading, why, reply, did=reply.did, joins=True)


def _undo(talk: Conversation, heard: Undo) -> Step | None:
    """The latest effect of a number that was nobody's then."""
    for effect in undoable(talk):
        word = talk.book.words.get(effect.verb)
        if word is None or not word.strangers or word.take_back is None or effect.undo["person"] is not None:
            continue
        try:
            reply = word.take_back(talk.db, NOBODY, _text(talk, heard, {}), effect.undo["values"])
        except CopError:
            continue
        effect.undone_at = talk.at
        talk.remember("0", None, {}, undoable=False)
        why = "it is the latest that can be taken back"
        return Step("applied", f"take back: {word.name}", why, reply, did={"do": "undo"}, joins=True)
    return None


def _text(talk: Conversation, heard: Single, question: Mapping[str, Any]) -> Text:
    row = talk.row
    return Text(row.id, row.number, row.body, row.received_at, None, talk.language(), heard, dict(question))


def _told(talk: Conversation, *, helps: bool) -> Step:
    """The fixed text, once in a day, and one card for a person to look at; it is the help for who asked for help."""
    row = talk.row
    told = exists().where(
        InboundText.number == row.number,
        InboundText.id != row.id,
        InboundText.state == "unknown_sender",
        InboundText.received_at > talk.at - STRANGERS_EVERY,
    )
    before = talk.db.scalar(select(told))
    lies = exists().where(
        Parked.inbound_text_id == InboundText.id, InboundText.number == row.number, Parked.settled_at.is_(None)
    )
    if not talk.db.scalar(select(lies)):
        talk.park("unknown_number")
    reply = None if before else Reply("unknown_number")
    why = "nobody has this number" + ("; no reply: a stranger is answered once a day" if before else "")
    return Step("unknown_sender", "not read", why, reply, did={"do": "help"} if helps and reply else None)
