"""`cop reconcile`: after a backup came back, find what was sent since, before anything is sent again."""

from datetime import datetime, timedelta

import rich_click as click
from sqlalchemy import func, select

from clusters.kernel.audit import Actor, record
from clusters.kernel.clock import KARACHI, now
from clusters.kernel.errors import CopError, Invalid
from clusters.scope import Scope
from cop.channels import channels_of
from cop.commands.opening import opened
from cop.commands.speaking import CODES, Exit, as_json, say, talk
from cop.house import House
from messaging.channels.base import SendError
from messaging.outbox.evidence.placing import Placed
from messaging.outbox.evidence.restoring import Orphan, Reconciled, reconcile_since
from messaging.outbox.models import Attempt
from messaging.outbox.queries import backlog
from messaging.outbox.rules import GUARDED
from messaging.outbox.switch import resume_sending, stops

DOOR = Actor("command line")
EVERYWHERE = Scope.everywhere()
BEFORE_THE_NEWEST = timedelta(hours=1)
"""Without --since it is looked so far back before the last text that the database knows of."""
AHEAD = timedelta(days=1)
"""A provider's clock, or a rehearsal's, may stand so far ahead."""
SHOWN = 50


class NotListed(CopError):
    """A provider's list could not be had to its end."""

    def __init__(self, error: SendError) -> None:
        super().__init__("list_not_had", why=error.key)


CODES[NotListed] = Exit.PROVIDER


@click.command()
@click.option("--since", help="When the backup was made, as 2026-11-22T02:00; in Karachi where no zone is named.")
@click.option("--yes", is_flag=True, help="Let texts go again without asking.")
@as_json
def reconcile(since: str | None, yes: bool, as_json: bool) -> None:
    """Read the providers' lists since a backup was made, and give each text to the row that was planned for it.

    What belongs to nobody is printed. Then a person says whether texts may go again. Without --since it is looked
    back to an hour before the last text that the database knows of.

    Example: cop reconcile --since 2026-11-22T02:00
    """
    with opened(as_json) as house:
        begin = _since(house, since)
        found = _reconciled(house, begin)
        with house.unit() as db:
            held = [stop.reason.value for stop in stops(db) if stop.reason in GUARDED]
            due = backlog(db, EVERYWHERE, now(db)).due
        if not as_json:
            _tell(found, begin, due)
        may = bool(held) and (yes or (not as_json and _asked(due)))
        if may:
            with house.unit(DOOR) as db:
                resume_sending(db, EVERYWHERE, reasons=GUARDED)
    if as_json:
        say(
            {
                "since": begin,
                **{each.value: found.counts[each.value] for each in Placed},
                "not_asked": found.counts["not_asked"],
                "orphans": [_document(orphan) for orphan in found.orphans],
                "due": due,
                "held": held,
                "released": may,
            }
        )
    elif may:
        talk.print("Texts go again, as fast as the hours allow.")
    elif held:
        talk.print("Sending stays held. When you have looked: cop reconcile, or cop resume-sending")
    else:
        talk.print("Sending was not held by the guard, so nothing was released.")


def _reconciled(house: House, begin: datetime) -> Reconciled:
    channels = channels_of(house.settings, house.unit)
    with house.unit() as db:
        end = now(db) + AHEAD
    try:
        found = reconcile_since(house.unit, channels, begin, end)
    except SendError as error:
        raise NotListed(error) from error
    with house.unit(DOOR) as db:
        record(db, "reconciled", "sending", new={**found.counts, "since": begin.isoformat()})
    return found


def _since(house: House, written: str | None) -> datetime:
    with house.unit() as db:
        if written is None:
            newest: datetime | None = db.scalar(select(func.max(Attempt.started_at)))
            if newest is None:
                raise Invalid("reconcile_since_missing")
            return newest - BEFORE_THE_NEWEST
        instant = _read(written)
        if instant > now(db):
            raise Invalid("reconcile_since_ahead", value=written)
        return instant


def _read(written: str) -> datetime:
    try:
        instant = datetime.fromisoformat(written)
    except ValueError as error:
        raise Invalid("instant_unreadable", value=written) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=KARACHI)


def _asked(due: int) -> bool:
    try:
        return click.confirm(f"{due} texts are due. May texts go again?", default=False, err=True)
    except click.Abort:  # nobody is there to ask
        return False


def _tell(found: Reconciled, begin: datetime, due: int) -> None:
    counts = found.counts
    talk.print(
        f"Since {begin.astimezone(KARACHI):%-d %B %Y, %H:%M}: {counts[Placed.KNOWN]} texts were known,"
        f" {counts[Placed.ADOPTED]} went and were not known, {counts[Placed.EXTRA]} came twice,"
        f" {len(found.orphans)} belong to no row. {due} are due.",
        soft_wrap=True,
    )
    if counts["not_asked"]:
        talk.print(
            f"{counts['not_asked']} routes have no list that could be read. What went by them since is not known here.",
            style="red",
            soft_wrap=True,
        )
    for orphan in found.orphans[:SHOWN]:
        at = orphan.listed.at.astimezone(KARACHI)
        click.echo(f"{at:%Y-%m-%d %H:%M} {orphan.listed.number} {orphan.channel} {orphan.listed.sid}")
    if len(found.orphans) > SHOWN:
        talk.print(f"and {len(found.orphans) - SHOWN} more; all of them: cop reconcile --json", soft_wrap=True)


def _document(orphan: Orphan) -> dict[str, object]:
    listed = orphan.listed
    return {"at": listed.at, "number": listed.number, "channel": orphan.channel, "sid": listed.sid}
