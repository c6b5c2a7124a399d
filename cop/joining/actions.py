"""Tells who asked what became of it, by whatever door it was settled."""

from datetime import timedelta

from sqlalchemy.orm import Session

from clusters.joining.facts import RequestSettled
from clusters.joining.queries import request
from clusters.joining.rules import TOLD_AFTER, RequestState
from clusters.kernel.clock import now
from clusters.scope import Scope
from messaging.inbound.actions import invite_no_more
from messaging.outbox.actions import Draft, about, enqueue
from messaging.outbox.rules import TextClass
from messaging.texts.catalogue import DEFAULT_LANGUAGE, entry

SUBJECT = "join_request"
ASKED, TOLD = "join_asked", "join_told"
"""Kinds of the messages about a request: to the trainer, and to who asked."""
WORDS = ("join", "school")
"""The words whose question a trainer was put."""
SENT_WITHIN = timedelta(days=2)


def tell(db: Session, fact: RequestSettled) -> None:
    """A text to the asker, after a while in which the answer can be taken back; the trainer's question is closed."""
    row = request(db, Scope.everywhere(), fact.request_id)
    for word in WORDS:
        invite_no_more(db, word, row.id)
    key = "join_not_confirmed"
    if row.state is RequestState.CONFIRMED:
        key = "school_moved" if row.moves else "join_welcome"
    at = now(db) + TOLD_AFTER
    about(db, SUBJECT, row.id, training_path=row.training_path, admin_path=row.admin_path)
    values = {"name": row.name, "venue": row.school, "code": row.code}
    said = {name: values[name] for name in entry(key, DEFAULT_LANGUAGE).placeholders}
    draft = Draft(
        SUBJECT, row.id, 1, row.person_id or 0, row.number, TOLD, TextClass.REMINDER, key, said, row.language, at,
        at + SENT_WITHIN,
    )  # fmt: skip
    enqueue(db, draft, anew=True)
