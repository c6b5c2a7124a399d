"""The voice of the tests of this floor."""

import pytest

from clusters.kernel.unit import UnitOfWork
from messaging.channels.rehearsal import RehearsalChannel
from tests.messaging.voice import Voice


@pytest.fixture
def voice(unit: UnitOfWork) -> Voice:
    """One worker on the rehearsal channel."""
    return Voice(unit, RehearsalChannel(unit))
