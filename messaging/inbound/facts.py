"""What texts bring that rooms above the voice must act on."""

from dataclasses import dataclass

from clusters.kernel.facts import Fact


@dataclass(frozen=True)
class AskedAlong(Fact):
    """An answer to an invitation was stored, and among its further words stands a question."""

    inbound_text_id: int
    person_id: int
    session_id: int
    words: str
