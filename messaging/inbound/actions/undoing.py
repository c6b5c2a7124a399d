"""0: the latest thing that texts of a number did, and that can still be taken back, is taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from clusters.kernel.errors import CopError
from messaging.inbound.actions.conversation import Conversation, Step
from messaging.inbound.models import Effect, Question
from messaging.inbound.outcomes import Undo
from messaging.inbound.words import Reply, Text

UNDO_FOR = timedelta(hours=24)


def undo(talk: Conversation, heard: Undo) -> Step:
    """Take the latest effect back; one that something else has overtaken is passed over."""
    effects = undoable(talk)
    for effect in effects:
        beside = [each for each in effects if each.inbound_text_id == effect.inbound_text_id]
        steps = [step for each in beside if (step := _take_back(talk, each, heard)) is not None]
        if steps:
            talk.remember("0", steps[-1].sender, {}, undoable=False)
            step = replace(steps[-1], did={"do": "undo"})
            return step if len(steps) == 1 else replace(step, sender=None)
    why = "nothing of the last 24 hours can be taken back"
    return Step("applied", "take back", why, Reply("nothing_to_undo"), did={"do": "undo"})


def undoable(talk: Conversation) -> Sequence[Effect]:
    """What texts of this number did in the last 24 hours and nobody took back, the latest first."""
    return talk.db.scalars(
        select(Effect)
        .where(Effect.number == talk.row.number, Effect.undone_at.is_(None), Effect.at >= talk.at - UNDO_FOR)
        .order_by(Effect.id.desc())
    ).all()


def _take_back(talk: Conversation, effect: Effect, heard: Undo) -> Step | None:
    sender = next((each for each in talk.people if each.person_id == effect.undo["person"]), None)
    done = talk.book.find(effect.verb)
    if sender is None or done is None or done.take_back is None:
        return None
    row = talk.row
    text = Text(row.id, row.number, row.body, row.received_at, sender.person_id, talk.language(sender), heard)
    try:
        reply = done.take_back(talk.db, sender.scope, text, effect.undo["values"])
    except CopError:
        return None
    effect.undone_at = talk.at
    if (put := effect.undo.get("question")) is not None:  # what we had asked unprompted waits for its answer again
        talk.db.execute(update(Question).where(Question.id == put).values(closed_at=None))
    return Step("applied", f"take back: {effect.verb}", "it is the latest that can be taken back", reply, sender)
