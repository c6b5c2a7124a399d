"""What can be done with lists: take one in step by step, apply it, take it back."""

from clusters.imports.actions.applying import Applied, Refused, apply
from clusters.imports.actions.forgetting import forget_lists
from clusters.imports.actions.staging import (
    Choices,
    apply_draft,
    check_draft,
    discard_import,
    keep_draft,
    read_again,
    undo_later,
)
from clusters.imports.actions.undoing import Undone, undo
from clusters.imports.actions.working import work_next

__all__ = [
    "Applied",
    "Choices",
    "Refused",
    "Undone",
    "apply",
    "apply_draft",
    "check_draft",
    "discard_import",
    "forget_lists",
    "keep_draft",
    "read_again",
    "undo",
    "undo_later",
    "work_next",
]
