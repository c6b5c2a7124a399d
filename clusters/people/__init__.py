"""Persons, the posts they hold from-to, and their phone numbers."""
