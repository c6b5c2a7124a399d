"""Why a text did not arrive, or when it will go: one plain sentence for one message."""

from dataclasses import dataclass
from datetime import datetime

from messaging.channels.base import Fault
from messaging.outbox.mistakes import MEANINGS, OF_REFUSALS, UNKNOWN
from messaging.outbox.rules import LOST, State, StopReason, TextClass, Window

SENTENCES = {
    "goes_when_due": "It waits for its time and goes at {at}.",
    "goes_now": "It is due and goes with the next batch.",
    "goes_too_late": "It can go only when it is of no use any more, and ends then. Tell this person by another way.",
    "goes_when_open": "It is due, and waits for the hours in which texts may go; they open at {at}.",
    "goes_never": "The number asked for no texts, so it will not go. Tell this person by another way.",
    "on_its_way": "It is being handed over this minute.",
    "in_doubt": "It was handed over, but the answer was lost. The route is asked first what became of it.",
    "perhaps_sent": "It may have arrived or not; nobody can tell. It is not sent again, so that nobody gets it twice.",
    "taken": "The operator accepted it at {at}. Whether the phone was on is not known.",
    "arrived": "It reached the phone at {at}.",
    "parked": "Its text could not be made and waits for a person. Correct the data, then let it go.",
    "again": "The route did not take it this time, and it is tried again at {at}.",
    "again_now": "The route did not take it this time, and it is tried again with the next batch.",
    "paced": "It is due, and waits for its turn: the route takes only so many texts at a time.",
    "stopped": "It is due, and sending is stopped. It goes when somebody lets texts go again.",
    "account_held": "It is due, and its provider refuses our account. It goes when the IT officer has mended that.",
    "over_budget": "It is due, and the month's budget is spent. It goes next month, or when the budget is raised.",
    "capped_number": "This number has had as many texts as it may get for now. It goes at {at}.",
    "capped_person": "This person has had as many texts as she or he may get in a week. It goes at {at}.",
    "capped_circle": "About this circle as many texts went as may go in a day. It goes at {at}.",
    "capped_programme": "It is due, and waits: as many texts went as may go in an hour or a day.",
    "passed_on": "The operator passed it on at {at}. Whether the phone was on is not known.",
    "opened": "It was opened at {at}.",
    "withdrawn": "It was taken back before it went, because what it said no longer held.",
    "moved": "It was taken back before it went: the training session was moved, and another text says so.",
    "cancelled": "It was taken back before it went: the training session was called off.",
    "answered_no": "It was not needed: this person had answered that she or he will not come.",
    "place_given": "It was not needed: a place came free, and another text says so.",
    "handed_over": "It was not needed: somebody else leads that training session now.",
    "number_changed": "It was taken back before it went: this person has another number now.",
    "reported": "It was not needed: the attendance had been reported.",
    "skipped": "Somebody chose to leave it out.",
    "opted_out": "The number had asked for no texts. Tell this person by another way.",
    "too_late": "It could not go in time and would have been of no use any more.",
    "perhaps_withdrawn": "It may have gone before it was taken back; nobody can tell. It is not sent again.",
    "perhaps_late": "It may have gone, nobody can tell, and by now it would be too late to send it again.",
    "perhaps_silent": "It may have gone before the number asked for no texts; nobody can tell. It is not sent again.",
    "perhaps_often": "It was handed over several times without an answer. It may have arrived; it is not tried again.",
    "invented": "The person was invented for a trial; no text leaves the house for her or him.",
    "no_route": "No route is set up that could carry it. Ask the IT officer to set one.",
    "no_template": "On WhatsApp it needs an approved template, and none is set. It goes by SMS where one is wanted.",
    "by_another_way": "Texts do not reach this person. Tell her or him by another way.",
    "refused": "The route refused it for this number. Check the number.",
    "wrong_number": "The operator says that this number gets no texts. Correct the number, or say that it is right.",
    "lost_on_the_way": "The operator took it and could not deliver it: the phone may be off or out of reach.",
    "lost_by_us": "The operator took it and gave it up, because of how it was sent. Tell the IT officer.",
    "lost_by_account": "The operator took it and gave it up, because of our account there. Tell the IT officer.",
    "lost_by_template": "WhatsApp would have taken an approved text only. It goes as SMS where that is set up.",
    "lost_unexplained": "The operator took it and gave it up, and its reason is not known here. Tell the IT officer.",
    "phone_off": "The phone was off or out of reach until the text was too old. Try again, or call.",
    "not_in_service": "The operator says that this number is not in service. Ask this person for the new one.",
    "not_mobile": "The number is a landline or gets no texts. Ask for a mobile number.",
    "same_number": "The number is one of our own. Correct it.",
    "blocked": "The operator blocks texts to this number. Tell this person by another way.",
    "filtered": "The operator took it for unwanted and stopped it. Ask the IT officer to speak with the provider.",
    "opted_out_there": "The number told the provider that it wants no texts. Tell this person by another way.",
    "operator_silent": "The operator could not deliver it and does not say why. Call this person, or send it again.",
    "not_on_whatsapp": "The number is not on WhatsApp. It goes by SMS where that is still of use.",
    "template_wanted": "WhatsApp took no free text: this person last wrote more than 24 hours before.",
    "template_wrong": "WhatsApp did not take the template of this text. Ask the IT officer to check it.",
    "account": "The provider refuses the account, so nothing goes by it. Ask the IT officer to look.",
    "country_shut": "The account may not text this country. Ask the IT officer to open it at the provider.",
    "sender_shut": "The operator does not take the number or name it went out from. Ask the IT officer to look.",
    "too_long": "The text was longer than the route takes. Shorten it.",
    "too_fast": "The route was given more texts than it takes at a time. Fewer at once will pass.",
    "route_lost": "The route failed while it had the text. Send it again, or call this person.",
    "ours": "The text could not be handed over as it was. The IT officer finds the reason in the log.",
    "unknown_code": "The operator gives error {code}. The IT officer can look it up with the provider.",
}
"""English sentences by key; {at} is an instant that the edge says in its reader's way, {code} the provider's number."""

CAPPED = ("capped_number", "capped_person", "capped_circle", "capped_programme")
WAITS = frozenset({"paced", "stopped", "over_budget", *CAPPED})
"""Reasons for which a message goes back to the queue, each with its sentence; another one is told as a new try."""
OF_SILENCE = frozenset({"goes_never", "opted_out", "opted_out_there", "perhaps_silent"})
"""Sentences that tell of a wish for silence, which is not everybody's business."""
TAKEN_BACK = frozenset(
    {
        *("withdrawn", "moved", "cancelled", "answered_no", "place_given", "number_changed", "reported", "skipped"),
        "handed_over",
        "opted_out",
    }
)
"""Reasons for which a message is cancelled."""
NEVER_HANDED_OVER = frozenset({"invented", "no_route", "no_template"})
"""Reasons for which a message was rejected before any channel was asked."""
GIVEN_UP = {
    **dict.fromkeys(TAKEN_BACK, "perhaps_withdrawn"),
    "opted_out": "perhaps_silent",
    "too_late": "perhaps_late",
    "tried_often": "perhaps_often",
}
"""Why a message that may have gone is not asked about any more."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The key of a sentence, the instant it names, and the provider's number of an error."""

    key: str
    at: datetime | None = None
    code: str | None = None

    @property
    def sentence(self) -> str:
        """In English, with the instant as it is."""
        return SENTENCES[self.key].format(at=self.at, code=self.code)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one message; `code` and `fault` are the latest error that its provider gave.

    `held` is why nothing like it goes now, as `held_for` says.
    """

    state: State
    why: str | None
    text_class: TextClass
    send_after: datetime
    state_at: datetime
    silent: bool
    code: str | None = None
    fault: Fault | None = None
    held: str | None = None
    send_by: datetime | None = None


def held_for(why: StopReason) -> str:
    """The sentence of a text that a stop keeps in the queue."""
    return {StopReason.ACCOUNT: "account_held", StopReason.BUDGET: "over_budget"}.get(why, "stopped")


def reason(message: Standing, now: datetime, window: Window) -> Reason:
    """Where a message stands, in a sentence."""
    match message.state:
        case State.QUEUED | State.CLAIMED:
            return _coming(message, now, window)
        case State.ACCEPTED | State.SENT | State.DELIVERED | State.READ:
            return Reason(_ARRIVED[message.state], message.state_at)
        case State.FAILED | State.UNDELIVERED | State.REJECTED:
            return lost_for(message.state, message.why, message.code, message.fault)
        case State.SUPPRESSED:
            return Reason(message.why if message.why == "wrong_number" else "opted_out")
        case State.CANCELLED:
            return Reason(message.why if message.why in TAKEN_BACK else "withdrawn")
        case State.UNRESOLVED:
            return Reason(GIVEN_UP.get(message.why or "", "perhaps_sent"))
        case _:
            return Reason(_ALWAYS[message.state])


_ARRIVED = {
    State.ACCEPTED: "taken",
    State.SENT: "passed_on",
    State.DELIVERED: "arrived",
    State.READ: "opened",
}
_ALWAYS = {
    State.PARKED: "parked",
    State.SUBMITTING: "on_its_way",
    State.UNKNOWN: "in_doubt",
    State.EXPIRED: "too_late",
}


def lost_for(state: State, why: str | None, code: str | None, fault: Fault | None) -> Reason:
    """Why a message did not arrive: the house's own reason, else what the provider's error means."""
    if why is not None and why in NEVER_HANDED_OVER:
        return Reason(why)
    if code is not None and code in MEANINGS:
        return Reason(MEANINGS[code])
    if code is not None and (fault is None or why == UNKNOWN):
        return Reason(UNKNOWN, code=code)
    if state is not State.REJECTED:
        return Reason(LOST[fault] if fault else why if why is not None and why in _LOSSES else LOST[None])
    if why is not None and why in _LOSSES:
        return Reason(why)
    return Reason(OF_REFUSALS.get(fault, "refused"))


_LOSSES = frozenset({*MEANINGS.values(), *OF_REFUSALS.values(), *LOST.values()})


def _coming(message: Standing, now: datetime, window: Window) -> Reason:
    answers_a_text = message.text_class is TextClass.REPLY
    if message.silent and not answers_a_text:
        return Reason("goes_never")
    at = max(message.send_after, now)
    goes = at if answers_a_text else window.next_open(at)
    if message.send_by is not None and goes >= message.send_by:
        return Reason("goes_too_late")
    if message.held is not None and at == now:
        return Reason(message.held)
    if message.why is not None and message.why in WAITS:
        return Reason(message.why, goes if "{at}" in SENTENCES[message.why] else None)
    if goes > at:
        return Reason("goes_when_open", goes)
    if message.why:
        return Reason("again_now") if at == now else Reason("again", goes)
    return Reason("goes_now") if at == now else Reason("goes_when_due", goes)
