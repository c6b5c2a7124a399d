"""The channels of a house: one line for each kind, made from the settings."""

from collections.abc import Callable, Mapping

from clusters.kernel.unit import UnitOfWork
from cop.settings import Settings
from messaging.channels.base import Channel
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import RehearsalChannel

MAKERS: Mapping[str, Callable[[Settings, UnitOfWork], Channel]] = {
    REHEARSAL: lambda _settings, unit: RehearsalChannel(unit),
}
"""By the name that the settings use; a new channel is its file and a line here."""


def channels_of(settings: Settings, unit: UnitOfWork) -> dict[str, Channel]:
    """The channels that the routes of a house use, by name; `unit` opens transactions that are none of the sender's."""
    return {name: MAKERS[name](settings, unit) for name in sorted(settings.routes.used)}
