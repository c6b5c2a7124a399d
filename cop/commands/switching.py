"""`cop stop-sending` and `cop resume-sending`: the switch of the programme, of one channel, or of one circle."""

import rich_click as click
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.errors import Invalid
from clusters.scope import Scope
from clusters.structure.queries import training_place
from cop.commands.opening import opened
from cop.commands.speaking import as_json, say, talk
from cop.house import House
from messaging.outbox.rules import StopReason
from messaging.outbox.switch import resume_sending as release
from messaging.outbox.switch import stop_sending as stop

DOOR = Actor("command line")


@click.command()
@click.option("--why", default="", help="Why, as everybody will read it on the pages.")
@click.option("--channel", default="", help="Only what goes by this channel: rehearsal, twilio or android.")
@click.option("--circle", default="", help="Only what is about this place: T/B2.C07.")
@as_json
def stop_sending(why: str, channel: str, circle: str, as_json: bool) -> None:
    """Stop sending at once, all or a part of it; texts wait until somebody releases them.

    Example: cop stop-sending --why "wrong list"
    """
    with opened(as_json) as house, house.unit(DOOR) as db:
        path = _checked(db, house, channel, circle)
        stop(db, Scope.everywhere(), StopReason.PERSON, why, channel=channel or None, training_path=path)
    if as_json:
        say({"stopped": True, **_part(channel, circle)})
    else:
        part, again = _named(channel, circle)
        talk.print(
            f"Sending{part} is stopped; what is on the wire ends within 20 s. Texts wait."
            f" Next: cop resume-sending{again}",
            soft_wrap=True,
        )


@click.command()
@click.option("--channel", default="", help="Only what was stopped of this channel.")
@click.option("--circle", default="", help="Only what was stopped about this place: T/B2.C07.")
@as_json
def resume_sending(channel: str, circle: str, as_json: bool) -> None:
    """Let texts go again, whoever or whatever stopped them.

    Example: cop resume-sending
    """
    with opened(as_json) as house, house.unit(DOOR) as db:
        path = _checked(db, house, channel, circle)
        released = release(db, Scope.everywhere(), channel=channel or None, training_path=path)
    if as_json:
        say({"stopped": False, "released": released, **_part(channel, circle)})
    else:
        talk.print(f"Texts{_named(channel, circle)[0]} go again, as fast as the hours allow.", soft_wrap=True)


def _checked(db: Session, house: House, channel: str, circle: str) -> str | None:
    """The path of the place; Invalid and NotFound name what there is not."""
    used = sorted(house.settings.routes.used)
    if channel and channel not in used:
        raise Invalid("channel_unknown", channel=channel, known=", ".join(used))
    return training_place(db, Scope.everywhere(), circle).path if circle else None


def _named(channel: str, circle: str) -> tuple[str, str]:
    """The part in words, and the options that release it and nothing else."""
    words = [f" about {circle}"] if circle else []
    options = [f" --{name} {value}" for name, value in _part(channel, circle).items()]
    return "".join(words + ([f" by {channel}"] if channel else [])), "".join(options)


def _part(channel: str, circle: str) -> dict[str, str]:
    return {name: value for name, value in (("channel", channel), ("circle", circle)) if value}
