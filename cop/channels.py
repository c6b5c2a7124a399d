"""The channels of a house: one line for each kind, made from the settings."""

from collections.abc import Callable, Mapping

from clusters.kernel.unit import UnitOfWork
from cop.settings import Settings
from messaging.channels.android import AndroidChannel
from messaging.channels.base import Channel, Medium
from messaging.channels.plan import REHEARSAL
from messaging.channels.rehearsal import RehearsalChannel
from messaging.channels.twilio import TwilioChannel

MAKERS: Mapping[str, Callable[[Settings, UnitOfWork], Channel]] = {
    REHEARSAL: lambda _settings, unit: RehearsalChannel(unit),
    "twilio": lambda settings, _unit: twilio_of(settings),
    "android": lambda settings, _unit: AndroidChannel(
        settings.android_address, settings.android_user, settings.android_password, settings.android_key
    ),
}
"""By the name that the settings use; a new channel is its file and a line here."""


def twilio_of(settings: Settings) -> TwilioChannel:
    """The channel of an account at Twilio."""
    return TwilioChannel(
        settings.twilio_account,
        settings.twilio_token,
        address=settings.twilio_address,
        public_url=settings.address,
        senders=[
            f"whatsapp:{sender.name}" if sender.medium is Medium.WHATSAPP else sender.name
            for sender in settings.routes.senders
        ],
    )


def channels_of(settings: Settings, unit: UnitOfWork) -> dict[str, Channel]:
    """The channels that the routes of a house use, by name; `unit` opens transactions that are none of the sender's."""
    return {name: MAKERS[name](settings, unit) for name in sorted(settings.routes.used)}
