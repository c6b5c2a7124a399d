"""A form that waited while its web session changed: what was typed is kept, and one button sends it again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StaleFormPage:
    """`action` is where the form goes, `kept` its fields in order; `once` is its own token against a second effect."""

    action: str
    kept: tuple[tuple[str, str], ...]
    once: str
    proved: bool = False
    """It waited for a second proof, which is given."""
