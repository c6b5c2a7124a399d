"""Which channel carries a text, and which brings answers; only the rehearsal may reach numbers of invented people."""

from dataclasses import dataclass

from messaging.channels.base import Medium

REHEARSAL = "rehearsal"
ANSWERS_HELP = frozenset({"twilio"})
"""Channels whose provider answers HELP and INFO to an SMS itself; we stay silent there."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A number or name of ours that texts go out from, with what its provider takes.

    `per_second` counts segments; None is as fast as we like. `per_day` counts texts.
    """

    name: str
    medium: Medium = Medium.SMS
    per_second: float | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Routes:
    """The channel SMS go out by, the one answers come in by, and the one of WhatsApp, both ways; three settings."""

    out: str = REHEARSAL
    back: str = REHEARSAL
    whatsapp: str = ""
    """Empty: nobody is texted on WhatsApp."""
    senders: tuple[Sender, ...] = ()

    @property
    def rehearsing(self) -> bool:
        """Can no text reach a real phone, so that clocks may be moved and numbers be invented?"""
        return {self.out, self.back, self.whatsapp} <= {REHEARSAL, ""}

    @property
    def answerable(self) -> bool:
        """Can an SMS be answered to the number it came from? Not where answers come in elsewhere, nor to a name."""
        numbers = (sender.name.removeprefix("+").isdecimal() for sender in self.senders if sender.medium is Medium.SMS)
        return self.out == self.back and all(numbers)

    @property
    def used(self) -> frozenset[str]:
        """The names of all channels in use."""
        return frozenset({self.out, self.back, self.whatsapp} - {""})

    @property
    def bringing(self) -> frozenset[str]:
        """The names of the channels that texts come in by."""
        return frozenset({self.back, self.whatsapp} - {""})

    def pool(self, medium: Medium) -> tuple[Sender, ...]:
        """The senders of a medium; the channel's own one where none is set."""
        return tuple(sender for sender in self.senders if sender.medium is medium) or (Sender("", medium),)


def carrier(routes: Routes, medium: Medium, *, invented: bool) -> str | None:
    """The name of the channel that carries a text; None where there is none, or a real one and an invented person."""
    name = routes.whatsapp if medium is Medium.WHATSAPP else routes.out
    return None if not name or (invented and name != REHEARSAL) else name
