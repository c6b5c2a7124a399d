"""What a person may be asked to allow; without a yes the answer is no."""

from enum import StrEnum


class Purpose(StrEnum):
    """What a yes allows."""

    TIES = "ties"
    """Keeping whom she turned to for help."""
    HELP = "help"
    """Asking her the questions of other teachers."""
    NOTE_NAME = "note_name"
    """Her name on one practice note; `about` is the note."""
    NUMBER = "number"
    """Passing her number on in one exchange; `about` is the offer of help."""
    ACROSS = "across"
    """Being asked for that also between a woman and a man, or where that is not known."""
    NEWS = "news"
    """Once a month a text on notes that worked in neighbouring clusters."""
