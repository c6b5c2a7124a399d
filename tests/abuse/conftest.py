"""Browsers for every test of what must not be possible."""

from tests.browsing import anybody, client_as, house

__all__ = ["anybody", "client_as", "house"]
