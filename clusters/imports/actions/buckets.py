"""What became of each row of an import that was taken back: reversed, kept because somebody edited it, could not."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

NAMED = 5
"""Schools or persons of one cause that are named to people."""
CHANGED_SINCE, GONE = "changed_since", "gone"
REASONS = {
    CHANGED_SINCE: "it was changed after the import",
    GONE: "it is no longer there",
    "attendance_report": "she has reported attendance",
    "audit_entry": "she has changed things here",
    "booking": "it is booked for training sessions; move them to another venue first",
    "cluster_draft_row": "a draft of LTRCs holds it; discard the draft first",
    "import": "she has applied a list",
    "inbound_text": "texts came from her",
    "invitation": "it is on the list of a training session",
    "login": "she can sign in; disable her sign-in first",
    "message": "texts were written to her",
    "person_number": "another number was given to her since",
    "place": "an LTRC or a place below it needs it",
    "placement": "it stands in an LTRC or another place",
    "post": "somebody holds a post there that this import did not make; end that post first",
    "question": "a question to her is open",
    "session_trainer": "she leads a training session; give it to somebody else first",
    "training_session": "a training session takes place there; move it first",
}
"""Why something stays, as a clause; what hangs on a row is named by its table."""


def clause(cause: str) -> str:
    """A reason in words."""
    return REASONS.get(cause, f"something else refers to it ({cause.replace('_', ' ')})")


@dataclass(frozen=True, slots=True)
class Left:
    """Something that stays as it is: which row made it, what it is called, the fields, and why."""

    row: int
    name: str
    causes: tuple[str, ...]
    fields: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The reasons in words."""
        return "; ".join(map(clause, self.causes))

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

    def summary(self) -> dict[str, Any]:
        """As the import remembers it: what stayed, by its reasons."""
        return {**self.counts(), "edited": by_cause(self.edited), "stuck": by_cause(self.stuck)}


def by_cause(left: Sequence[Left]) -> list[dict[str, Any]]:
    """What stays for the same reasons, told together: how many, and the first of them by name."""
    together: defaultdict[tuple[str, ...], list[Left]] = defaultdict(list)
    for each in left:
        together[each.causes].append(each)
    return [
        {
            "causes": list(causes),
            "many": len(some),
            "names": [each.name for each in some[:NAMED]],
            "fields": sorted({name for each in some for name in each.fields}),
        }
        for causes, some in sorted(together.items(), key=lambda one: -len(one[1]))
    ]
