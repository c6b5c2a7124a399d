"""People who text."""

from tests.texting import world

__all__ = ["world"]
