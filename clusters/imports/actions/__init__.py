"""What can be done with lists: apply one, and take it back."""

from clusters.imports.actions.applying import Applied, Refused, apply
from clusters.imports.actions.undoing import Undone, undo

__all__ = ["Applied", "Refused", "Undone", "apply", "undo"]
