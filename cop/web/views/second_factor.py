"""The second proof: given at the door, given anew inside, and set up."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CodePage:
    """At the door, after the right password; `next` is the page wanted before."""

    next: str
    wrong: bool = False
    minutes_left: int = 0


@dataclass(frozen=True, slots=True)
class ProvePage:
    """Inside, before something of weight: `action` is the page wanted, or where a form goes with what it `kept`."""

    action: str
    kept: tuple[tuple[str, str], ...] = ()
    once: str = ""
    """The form's own token; empty where a page is wanted."""
    wrong: bool = False
    minutes_left: int = 0


@dataclass(frozen=True, slots=True)
class SecondFactorPage:
    """Whether there is one, and how to set one up."""

    on: bool
    owed: bool
    """Nothing else opens before it is set up."""
    codes_left: int = 0
    key: str = field(default="", metadata={"exported": False})
    """To be put into the app by hand, while one is being set up."""
    address: str = field(default="", metadata={"exported": False})
    """The same, for a picture."""
    printed: tuple[str, ...] = ()
    """Told once."""
    wrong: bool = False
    minutes_left: int = 0
