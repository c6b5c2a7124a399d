"""WhatsApp as a house set it up: whom it texts there first, and the templates that were approved."""

from pathlib import Path

from clusters.kernel.errors import Invalid
from cop.settings import Settings
from messaging.inbound.habits import habits
from messaging.outbox.legs import First
from messaging.outbox.media import Media
from messaging.outbox.templates import Templates, WrongTemplates, read_templates


def first_of(settings: Settings) -> First:
    """Whom the programme texts on WhatsApp first."""
    try:
        return First(settings.whatsapp_first)
    except ValueError as error:
        wanted = ", ".join(First)
        raise Invalid(
            "setting_unreadable", name="COP_WHATSAPP_FIRST", value=settings.whatsapp_first, wanted=wanted
        ) from error


def templates_of(settings: Settings) -> Templates:
    """The approved templates; none where no file is named."""
    file = settings.whatsapp_templates
    if file == Path():
        return {}
    try:
        return read_templates(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, WrongTemplates) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Invalid("templates_unreadable", file=str(file), why=why) from error


def media_of(settings: Settings) -> Media:
    """What the sender asks by what each text goes."""
    return Media(settings.routes, first_of(settings), templates_of(settings), habits)
