"""Why a text did not arrive, or when it will go: one plain sentence for one message."""

from dataclasses import dataclass
from datetime import datetime

from messaging.outbox.rules import LOST, State, TextClass, Window

SENTENCES = {
    "goes_when_due": "It waits for its time and goes at {at}.",
    "goes_now": "It is due and goes with the next batch.",
    "goes_when_open": "It is due, and waits for the hours in which texts may go; they open at {at}.",
    "goes_never": "The number asked for no texts, so it will not go. Tell this person by another way.",
    "on_its_way": "It is being handed over this minute.",
    "in_doubt": "It was handed over, but the answer was lost. The route is asked first what became of it.",
    "perhaps_sent": "It may have arrived or not; nobody can tell. It is not sent again, so that nobody gets it twice.",
    "taken": "The operator accepted it at {at}. Whether the phone was on is not known.",
    "arrived": "It reached the phone at {at}.",
    "parked": "Its text could not be made and waits for a person. Correct the data, then let it go.",
    "withdrawn": "It was taken back before it went, because what it said no longer held.",
    "moved": "It was taken back before it went: the training session was moved, and another text says so.",
    "cancelled": "It was taken back before it went: the training session was called off.",
    "answered_no": "It was not needed: this person had answered that she or he will not come.",
    "number_changed": "It was taken back before it went: this person has another number now.",
    "reported": "It was not needed: the attendance had been reported.",
    "skipped": "Somebody chose to leave it out.",
    "opted_out": "The number had asked for no texts. Tell this person by another way.",
    "too_late": "It could not go in time and would have been of no use any more.",
    "invented": "The person was invented for a trial; no text leaves the house for her or him.",
    "no_route": "No route is set up that could carry it. Ask the IT officer to set one.",
    "refused": "The route refused it for this number. Check the number.",
    "wrong_number": "The operator says that this number gets no texts. Correct the number, or say that it is right.",
    "lost_on_the_way": "The operator took it and could not deliver it: the phone may be off or out of reach.",
    "lost_by_us": "The operator took it and gave it up, because of how it was sent. Tell the IT officer.",
    "lost_by_account": "The operator took it and gave it up, because of our account there. Tell the IT officer.",
    "lost_by_template": "WhatsApp would have taken an approved text only. It goes as SMS where that is set up.",
    "lost_unexplained": "The operator took it and gave it up, and its reason is not known here. Tell the IT officer.",
}
"""English sentences by key; {at} is an instant that the edge says in its reader's way."""

TAKEN_BACK = frozenset(
    {"withdrawn", "moved", "cancelled", "answered_no", "number_changed", "reported", "skipped", "opted_out"}
)
"""Reasons for which a message is cancelled."""
NEVER_HANDED_OVER = frozenset({"invented", "no_route"})
"""Reasons for which a message was rejected before any channel was asked."""
KNOWN_LOSSES = NEVER_HANDED_OVER | frozenset(LOST.values())
"""Reasons of a loss that have a sentence of their own."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The key of a sentence, and the instant it names."""

    key: str
    at: datetime | None = None

    @property
    def sentence(self) -> str:
        """In English, with the instant as it is."""
        return SENTENCES[self.key].format(at=self.at)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one message."""

    state: State
    why: str | None
    text_class: TextClass
    send_after: datetime
    state_at: datetime
    silent: bool


def reason(message: Standing, now: datetime, window: Window) -> Reason:
    """Where a message stands, in a sentence."""
    if message.state in (State.QUEUED, State.CLAIMED):
        return _coming(message, now, window)
    if message.state in (State.ACCEPTED, State.SENT):
        return Reason("taken", message.state_at)
    if message.state in (State.DELIVERED, State.READ):
        return Reason("arrived", message.state_at)
    if message.state in (State.FAILED, State.UNDELIVERED, State.REJECTED):
        return Reason(message.why if message.why in KNOWN_LOSSES else "refused")
    if message.state is State.SUPPRESSED:
        return Reason(message.why if message.why == "wrong_number" else "opted_out")
    if message.state is State.CANCELLED:
        return Reason(message.why if message.why in TAKEN_BACK else "withdrawn")
    return Reason(
        {
            State.PARKED: "parked",
            State.SUBMITTING: "on_its_way",
            State.UNKNOWN: "in_doubt",
            State.UNRESOLVED: "perhaps_sent",
            State.EXPIRED: "too_late",
        }[message.state]
    )


def _coming(message: Standing, now: datetime, window: Window) -> Reason:
    answers_a_text = message.text_class is TextClass.REPLY
    if message.silent and not answers_a_text:
        return Reason("goes_never")
    at = max(message.send_after, now)
    goes = at if answers_a_text else window.next_open(at)
    if goes > at:
        return Reason("goes_when_open", goes)
    return Reason("goes_now") if at == now else Reason("goes_when_due", goes)
