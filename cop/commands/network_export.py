"""`cop network export`: the ties between persons under fresh pseudonyms, for a named steward alone."""

from pathlib import Path
from random import SystemRandom

import rich_click as click

from clusters.kernel.audit import Actor, record
from clusters.kernel.clock import now, today
from clusters.kernel.errors import Conflict, Invalid, NotAllowed
from clusters.kernel.writing import write_whole
from cop.commands.opening import opened
from cop.commands.speaking import Exit, answering, as_json, say, talk
from cop.house import House
from cop.network.export import may_be_written, pseudonymised, written
from cop.network.graph import Span, digraph, happened, people
from cop.network.rules import SCHOOLS, K
from cop.web.signing_in import signs_in

DOOR = Actor("command line")
WORDS_OF_A_REASON = 2


@click.command(name="export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.graphml")
@click.option("--steward", "login", required=True, metavar="LOGIN", help="Who takes it out, as she signs in.")
@click.option("--reason", required=True, help="What it is for; it is kept with her name.")
@as_json
def export_(file: Path, login: str, reason: str, as_json: bool) -> None:
    """Write the ties of those who let them be kept, under fresh pseudonyms, as GraphML or GEXF. It is kept who did it.

    Example: cop network export ties.graphml --steward sajida.begum --reason "Study with the university, contract 12"
    """
    with answering(as_json, Exit.USAGE):
        may_be_written(file.name)
        if len(reason.split()) < WORDS_OF_A_REASON:
            raise Invalid("reason_missing")
    with opened(as_json) as house, answering(as_json):
        steward = _steward(house, login)
        with house.measure_unit() as db:
            span = Span(now(db), today(db))
            who = people(db, span)
            ties = digraph(happened(db, span), slice(0, len(who)))
        schools = len(set(who.schools[who.schools > 0].tolist()))
        least = max(house.decided.now.smallest_group, K)
        if len(who) < least or schools < SCHOOLS:
            raise Conflict("network_too_small", persons=len(who), schools=schools, least=least, least_schools=SCHOOLS)
        content = written(pseudonymised(ties, [who.paths[at] for at in who.place.tolist()], SystemRandom()), file.name)
        counts = {"persons": len(who), "ties": ties.number_of_edges()}
        with house.unit(Actor("command line", steward)) as db:
            record(db, "exported", "network", new={**counts, "format": file.suffix.lower()}, why=reason)
        try:
            write_whole(file, content)
        except OSError as error:
            raise Invalid("folder_unwritable", folder=str(file), why=error.strerror or "unknown") from None
    if as_json:
        say({"file": str(file), **counts})
    else:
        talk.print(
            f"{counts['persons']} persons and {counts['ties']} ties are in {file}.", markup=False, soft_wrap=True
        )


def _steward(house: House, login: str) -> int:
    """The person who signs in so; only who is named in the settings and can still sign in may take the network out."""
    named = {each.strip() for each in house.settings.network_stewards.split(",")} - {""}
    if login not in named:
        raise NotAllowed("not_a_steward", login=login)
    with house.unit(DOOR) as db:
        person_id = signs_in(db, login)
    if person_id is None:
        raise NotAllowed("steward_unknown", login=login)
    return person_id
