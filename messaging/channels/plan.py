"""Which channel carries a text: today the rehearsal, which alone may reach numbers of invented people."""

from dataclasses import dataclass

REHEARSAL = "rehearsal"


@dataclass(frozen=True, slots=True)
class Routes:
    """The channel texts go out by and the one answers come in by; the two are separate settings."""

    out: str = REHEARSAL
    back: str = REHEARSAL

    @property
    def rehearsing(self) -> bool:
        """Can no text reach a real phone, so that clocks may be moved and numbers be invented?"""
        return self.out == self.back == REHEARSAL


def carrier(routes: Routes, *, invented: bool) -> str | None:
    """The name of the channel that carries a text; None where a real route may not reach an invented person."""
    return None if invented and not routes.rehearsing else routes.out
