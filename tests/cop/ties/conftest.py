"""People who text and are tied."""

from tests.texting import world

__all__ = ["world"]
