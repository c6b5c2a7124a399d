"""Where a request stands, who may settle one, and which codes one slip of the hand makes of another."""

from datetime import timedelta
from enum import StrEnum

from clusters.people.rules import OFFICE, PostRole


class RequestState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    """The sender has not said yet that school and name are right."""
    WAITS = "waits"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN = (RequestState.ASKED, RequestState.WAITS)
CONFIRMERS = (PostRole.CIRCLE_TRAINER, PostRole.MASTER_TRAINER, PostRole.CORE_TEAM, *OFFICE)
"""Who may say, inside their places, that somebody teaches where she says she does."""
TOLD_AFTER = timedelta(minutes=5)
"""So long after it was settled the asker hears of it, so that a slip can be taken back before."""


def slips(code: str) -> frozenset[str]:
    """Codes that become this one by a wrong digit, or by two neighbours that changed places."""
    digits = "0123456789"
    wrong = {code[:at] + digit + code[at + 1 :] for at in range(len(code)) for digit in digits}
    swapped = {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(len(code) - 1)}
    return frozenset((wrong | swapped) - {code})
