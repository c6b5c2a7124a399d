"""Names of persons in one form: what search and matching compare."""

from clusters.structure.naming import folded

_TITLES = frozenset(folded("mr mrs ms miss mst dr prof engr محترم محترمہ جناب ڈاکٹر مسماۃ").split())
_MUHAMMAD = frozenset(folded("muhammad mohammad muhammed mohammed mohamed mohamad muhamad mohd muhd").split())
"""Spellings of one name that lists mix at random."""


def without_titles(name: str) -> str:
    """A folded name without what people put before it; a title alone stays."""
    words = folded(name).split()
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    return " ".join(words)


def name_key(name: str) -> str:
    """A name without titles, case and spaces: Zakir Ullah is Zakirullah, Mohd. Ali is Muhammad Ali."""
    return "".join("muhammad" if word in _MUHAMMAD else word for word in without_titles(name).split())
