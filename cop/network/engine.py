"""Whole networks on arrays, behind networkx's own functions."""


class Backend:
    """Where networkx dispatches to for graphs that carry our name."""
