"""`cop cascade leave` and `cop cascade close`: days on which a trainer is away or a place is closed."""

from datetime import date, datetime, timedelta
from typing import Any

import rich_click as click

from clusters.cascade.closures import close_place, closures, open_again
from clusters.cascade.leave import end_leave, give_leave, leaves
from clusters.kernel.audit import Actor
from clusters.kernel.clock import today
from clusters.scope import Scope
from clusters.training.clashes import led_between
from cop.commands.opening import opened
from cop.commands.speaking import as_json, say, talk

DAY = click.DateTime(["%Y-%m-%d"])
COMMAND = Actor("command line")


@click.command()
@click.argument("person", type=int, required=False)
@click.option("--from", "first", type=DAY, help="First day away.")
@click.option("--to", "last", type=DAY, help="Last day away; the first unless given.")
@click.option("--end", type=int, metavar="ID", help="Take a leave back.")
@as_json
def leave(person: int | None, first: datetime | None, last: datetime | None, end: int | None, as_json: bool) -> None:
    """Write down that a trainer is away, so that no plan uses her on those days; without days, list who is.

    Example: cop cascade leave 512 --from 2026-05-04 --to 2026-05-15
    """
    scope = Scope.everywhere()
    with opened(as_json) as house, house.unit(COMMAND) as db:
        if end is not None:
            end_leave(db, scope, end)
        elif person is not None and first is not None:
            give_leave(db, scope, person, first.date(), (last or first).date())
        found = leaves(db, scope, today(db), person)
        leads = {each.id: led_between(db, scope, each.person_id, each.first, each.last) for each in found}
    if as_json:
        say(
            [
                _row(each.id, each.first, each.last)
                | {
                    "person": each.person_id,
                    "leads": [{"session": code, "day": day} for code, day in leads[each.id]],
                }
                for each in found
            ]
        )
        return
    for each in found:
        talk.print(f"{each.id}: {each.name} ({each.person_id}), {_span(each.first, each.last)}", markup=False)
        if leads[each.id]:
            listed = ", ".join(f"{code} on {day}" for code, day in leads[each.id])
            talk.print(
                f"   leads on those days: {listed}. Plans made before stay: move them, or hand them over.",
                markup=False,
                soft_wrap=True,
            )
    if not found:
        talk.print("Nobody is away.")


@click.command(name="close")
@click.argument("place", required=False)
@click.option("--from", "first", type=DAY, help="First day closed.")
@click.option("--to", "last", type=DAY, help="Last day closed; the first unless given.")
@click.option("--zone", type=click.Choice(["summer", "winter"]), help="Only schools of this zone.")
@click.option("--why", default="", help="For the calendar: snow, winter vacation.")
@click.option("--open", "again", type=int, metavar="ID", help="Open again what was closed.")
@as_json
def close(
    place: str | None,
    first: datetime | None,
    last: datetime | None,
    zone: str | None,
    why: str,
    again: int | None,
    as_json: bool,
) -> None:
    """Close a place, or its schools of one zone, so that no plan uses their rooms; without days, list what is closed.

    Example: cop cascade close A/KP. --zone winter --from 2026-12-24 --to 2027-02-28 --why "winter vacation"
    """
    scope = Scope.everywhere()
    with opened(as_json) as house, house.unit(COMMAND) as db:
        if again is not None:
            open_again(db, [again])
        elif place is not None and first is not None:
            span = ((last or first).date() - first.date()).days + 1
            days = [first.date() + timedelta(days=step) for step in range(max(span, 1))]
            close_place(db, scope, place, days, why, zone)
        db.flush()
        found = closures(db, scope, today(db))
    if as_json:
        say(
            [
                _row(each.id, each.first, each.last) | {"place": each.place, "zone": each.zone, "why": each.name}
                for each in found
            ]
        )
        return
    for each in found:
        where = f"{each.place}, {each.zone} zone" if each.zone else each.place
        talk.print(f"{each.id}: {where}, {_span(each.first, each.last)} {each.name}".rstrip(), markup=False)
    if not found:
        talk.print("Nothing is closed.")


def _row(number: int, first: date, last: date) -> dict[str, Any]:
    return {"id": number, "first": first, "last": last}


def _span(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"
