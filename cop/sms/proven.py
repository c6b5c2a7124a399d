"""Words for what affects others; each needs to know how a house draws its one-time codes and tells of changes."""

from collections.abc import Callable

from clusters.kernel.errors import Invalid
from cop.hours import reminder_rules
from cop.settings import Settings
from cop.sms import call_off, hold, message, move, sure, venue
from cop.sms.challenging import Proof
from messaging.inbound.words import Word
from messaging.proof.actions import Codes
from messaging.proof.rules import allowed

PROVEN: tuple[Callable[[Proof], Word], ...] = (
    move.word,
    venue.word,
    call_off.word,
    message.word,
    sure.word,
    hold.word,
)


def proven(settings: Settings, below: Callable[[int], int]) -> tuple[Word, ...]:
    """The words of one house; `below` gives a number from 0 to under its argument, from which a code is made."""
    if not allowed(settings.code_digits):
        raise Invalid(
            "setting_unreadable",
            name="COP_CODE_DIGITS",
            value=settings.code_digits,
            wanted="a number of digits such as 6, at least 2 and never 4",
        )
    proof = Proof(Codes(settings.code_digits, below), reminder_rules(settings))
    return tuple(word(proof) for word in PROVEN)
