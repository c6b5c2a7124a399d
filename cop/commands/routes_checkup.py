"""What `cop doctor` says of the ways that texts travel: whether they are whole, and whether the provider answers."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from clusters.kernel.unit import UnitOfWork
from cop.channels import channels_of
from cop.commands.finding import Finding
from cop.fitness import unfit
from cop.sentences import sentence
from cop.settings import Settings
from messaging.channels.base import Channel, Fault, Medium, SendError
from messaging.channels.plan import REHEARSAL
from messaging.outbox.evidence.lagging import lag_of
from messaging.outbox.rules import GRACE

LAGS_LONG = timedelta(minutes=10)
NOBODYS = "SM" + "0" * 32
"""An id that no text has: whoever may ask hears that there is none."""


def routes_checkup(settings: Settings) -> Iterator[Finding]:
    """What can be told from the settings alone."""
    routes = settings.routes
    if routes.rehearsing:
        yield Finding("routes", True, "Texts go to simulated phones and come from them; no real phone can be reached.")
        return
    wrong = [sentence(each) for each in unfit(settings)]
    yield from (Finding("routes", False, said, "cop settings") for said in wrong)
    if wrong:
        return
    whatsapp = f" WhatsApp goes by {routes.whatsapp}{_from(settings, Medium.WHATSAPP)}." if routes.whatsapp else ""
    out = f"SMS go out by {routes.out}{_from(settings, Medium.SMS)} and come in by {routes.back}.{whatsapp}"
    yield Finding("routes", True, out)
    for name in sorted({routes.back, routes.whatsapp} - {REHEARSAL, ""}):
        address = f"{settings.address.rstrip('/')}/hooks/{name}/text"
        yield Finding("hooks", True, f"At {name}, texts that come in must be sent to {address}.")


def provider_checkup(settings: Settings, unit: UnitOfWork) -> Iterator[Finding]:
    """Ask each provider whether it knows us; this goes over the network."""
    for channel in _real(settings, unit):
        if not channel.can_find:
            yield Finding("provider", True, f"{channel.name} can be asked nothing; text it to try it.")
            continue
        try:
            channel.fetch(NOBODYS)
        except SendError as error:
            code = f" (its error {error.code})" if error.code else ""
            what = "refuses the account" if error.fault is Fault.ACCOUNT else "does not answer as it should"
            yield Finding("provider", False, f"{channel.name} {what}{code}.", "cop settings")
        else:
            yield Finding("provider", True, f"{channel.name} answers and knows the account.")


def lists_checkup(db: Session, settings: Settings, unit: UnitOfWork) -> Iterator[Finding]:
    """How far the providers' lists lag, as it was seen on texts that they surely had."""
    for channel in _real(settings, unit):
        if not channel.can_find:
            continue
        lag = lag_of(db, channel)
        if lag is None:
            waited = f"{GRACE.total_seconds():.0f} s"
            what = f"How far the list of {channel.name} lags was not seen yet; a lost answer is waited for {waited}."
            yield Finding("lists", True, what)
            continue
        what = f"The list of {channel.name} showed nearly all texts within {lag.total_seconds():.0f} s."
        if lag > LAGS_LONG:
            yield Finding("lists", False, what + " So long a lost answer is in doubt.", "cop messages status")
        else:
            yield Finding("lists", True, what)


def _real(settings: Settings, unit: UnitOfWork) -> list[Channel]:
    if list(unfit(settings)):
        return []
    return [channel for name, channel in channels_of(settings, unit).items() if name != REHEARSAL]


def _from(settings: Settings, medium: Medium) -> str:
    names = [sender.name for sender in settings.routes.senders if sender.medium is medium]
    return f" from {', '.join(names)}" if names else ""
