"""What became of each row of an import that was taken back: reversed, kept because somebody edited it, could not."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Left:
    """Something that stays as it is: which row made it, what it is called, the fields, and why."""

    row: int
    name: str
    why: str
    fields: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {"row": self.row or None, "name": self.name, "fields": list(self.fields), "why": self.why}


@dataclass(frozen=True, slots=True)
class Undone:
    """An import that was taken back; every row that did something is in one of the three."""

    reversed: int
    edited: tuple[Left, ...] = ()
    stuck: tuple[Left, ...] = ()
    kept_ids: frozenset[int] = frozenset()
    """Schools or persons that stay, wholly or in part."""

    @property
    def whole(self) -> bool:
        """Is everything as before?"""
        return not self.edited and not self.stuck

    def counts(self) -> dict[str, int]:
        """How many rows are in each bucket."""
        return {"reversed": self.reversed, "kept_edited": len(self.edited), "could_not": len(self.stuck)}

    def document(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            **self.counts(),
            "edited": [each.document() for each in self.edited],
            "stuck": [each.document() for each in self.stuck],
        }


CHANGED_SINCE = "it was changed after the import"
"""Why an edited field is kept."""
