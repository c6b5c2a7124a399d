"""What a provider's error means for a person: the numbers of errors as a table, and what each kind of refusal says."""

from collections.abc import Mapping

from messaging.channels import twilio_errors
from messaging.channels.base import Fault

MEANINGS: Mapping[str, str] = {str(code): meaning.key for code, meaning in twilio_errors.TABLE.items()}
"""Keys of sentences by the provider's number of the error."""

UNKNOWN = twilio_errors.UNKNOWN
"""The key for a number that is in no table."""

OF_REFUSALS: Mapping[Fault | None, str] = {
    Fault.OURS: "ours",
    Fault.CHANNEL: "refused",
    Fault.NUMBER: "refused",
    Fault.ACCOUNT: "account",
    Fault.OPTED_OUT: "opted_out_there",
    Fault.TEMPLATE: "template_wrong",
    Fault.RATE: "too_fast",
}
"""Keys of sentences for texts that were never accepted and of whose error only the kind is known."""
