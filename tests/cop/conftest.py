"""Browsers for every test of the application."""

from tests.browsing import anybody, client_as, house

__all__ = ["anybody", "client_as", "house"]
