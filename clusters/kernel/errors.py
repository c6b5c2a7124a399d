"""The four errors a person can cause; each carries a key and values, and the edges say it in her language."""


class CopError(Exception):
    """Base of the errors that are answered in words; anything else is a bug."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


class NotFound(CopError):
    """It does not exist, or lies outside what the person may see: the same answer for both."""


class NotAllowed(CopError):
    """She can see it, but may not change it."""


class Conflict(CopError):
    """It was possible a moment ago, or clashes with something that exists."""


class Invalid(CopError):
    """What was handed in cannot be taken as it is."""
