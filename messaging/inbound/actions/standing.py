"""What stands open with a number unprompted: invitations to training, and questions that we put to one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.inbound.actions.conversation import Conversation, Sender
from messaging.inbound.models import Question
from messaging.inbound.outcomes import Answer
from messaging.inbound.queries import OpenInvitation, invitations
from messaging.texts.values import Choice

INVITED = 3
"""An invitation takes 1, 2 or 3, and the words for them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One of them; either the invitation is there or the question."""

    person_id: int | None
    asked_at: datetime
    invitation: OpenInvitation | None = None
    question: Question | None = None

    def takes(self, heard: Answer) -> bool:
        """Can this answer be meant for it? Yes and no in words answer what has but these, and invitations."""
        if self.question is None:
            return heard.choice <= INVITED
        options = int(self.question.values["options"])
        return heard.choice <= options and not (heard.spelled and options != len(("yes", "no")))

    def named(self, talk: Conversation, sender: Sender | None) -> Choice:
        """Shortly what it is about: the training of a day, or the command that the question belongs to."""
        if self.invitation is not None:
            return Choice(None, self.invitation.subject, self.invitation.starts_at)
        word = talk.book.words.get(self.question.kind) if self.question is not None else None
        return Choice(word.printed(talk.language(sender)) if word else None, "", self.asked_at)


def standing(talk: Conversation, people: Sequence[Sender]) -> list[Standing]:
    """All that waits for an answer of these persons, the training that begins first at the front."""
    found = [Standing(each.person_id, each.asked_at, invitation=each) for each in invited(talk, people) if each.waits]
    asked = [Standing(each.person_id, each.asked_at, question=each) for each in talk.open_invites(people)]
    return sorted(found, key=lambda each: each.invitation.starts_at if each.invitation else each.asked_at) + asked


def invited(talk: Conversation, people: Sequence[Sender]) -> list[OpenInvitation]:
    """The invitations of these persons, answered or not."""
    return [each for sender in people for each in invitations(talk.db, sender.scope, talk.row.number, talk.at)]
