"""`cop stop-sending` and `cop resume-sending`: the switch of the whole programme."""

import rich_click as click

from clusters.kernel.audit import Actor
from clusters.scope import Scope
from cop.commands.opening import opened
from cop.commands.speaking import as_json, say, talk
from messaging.outbox.rules import StopReason
from messaging.outbox.switch import resume_sending as release
from messaging.outbox.switch import stop_sending as stop

DOOR = Actor("command line")


@click.command()
@click.option("--why", default="", help="Why, as everybody will read it on the pages.")
@as_json
def stop_sending(why: str, as_json: bool) -> None:
    """Stop all sending at once; texts wait until somebody releases them.

    Example: cop stop-sending --why "wrong list"
    """
    with opened(as_json) as house, house.unit(DOOR) as db:
        stop(db, Scope.everywhere(), StopReason.PERSON, why)
    if as_json:
        say({"stopped": True})
    else:
        talk.print("Sending is stopped; what is on the wire ends within 20 s. Texts wait. Next: cop resume-sending")


@click.command()
@as_json
def resume_sending(as_json: bool) -> None:
    """Let texts go again, whoever or whatever stopped them.

    Example: cop resume-sending
    """
    with opened(as_json) as house, house.unit(DOOR) as db:
        released = release(db, Scope.everywhere())
    if as_json:
        say({"stopped": False, "released": released})
    else:
        talk.print("Texts go again, as fast as the hours allow.")
