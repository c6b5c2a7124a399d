"""Browsers and phones for journeys."""

from tests.browsing import anybody, client_as, house
from tests.texting import world

__all__ = ["anybody", "client_as", "house", "world"]
