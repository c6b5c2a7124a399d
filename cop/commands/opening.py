"""Opens the house for the length of one command; what a person did wrong is answered in words and an exit code."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from cop.commands.speaking import Exit, answering
from cop.house import House, open_house
from cop.settings import Settings


@contextmanager
def opened(as_json: bool) -> Iterator[House]:
    """The house of this environment; settings that cannot be read end the command with exit code 7."""
    with answering(as_json, Exit.CONFIGURATION):
        settings = Settings.from_env(os.environ)
    with answering(as_json), open_house(settings) as house:
        yield house
