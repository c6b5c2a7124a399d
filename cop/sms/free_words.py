"""The words that people write behind a command, without what they put between the two."""

_BETWEEN = " \t\r\n:;,.=-_*#/،؛۔"


def free_words(rest: str) -> str:
    """What was written behind a command, as it was written, without a colon or dash before it."""
    return rest.lstrip(_BETWEEN).rstrip()
