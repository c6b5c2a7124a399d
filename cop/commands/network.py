"""`cop network`: analysts measure networks of their own files."""

import os
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console
from rich.table import Table

from clusters.kernel.errors import Invalid
from cop.commands.network_export import export_
from cop.commands.network_measure import engine_named, measure_
from cop.commands.speaking import Exit, answering, as_json, say, talk
from cop.network.analysis import analysed
from cop.network.brokerage import ROLES
from cop.network.files import (
    drawn,
    read_adoptions,
    read_edges,
    read_instants,
    read_persons,
    read_weights,
)
from cop.network.flow import Contact, diffusion, earliest_arrival
from cop.settings import Settings

SHOWN = 30
"""Persons of a network that are told to people; the JSON has all."""

out = Console(highlight=False)
a_file = click.Path(exists=True, dir_okay=False, path_type=Path)
edges_file = click.argument("edges", type=a_file, metavar="EDGES.csv")
undirected_ = click.option("--undirected", is_flag=True, help="Ties have no direction: a row holds both ways.")


@click.group()
def network() -> None:
    """Measure networks of people: of files of your own.

    Example: cop network analyse EDGES.csv --json
    """


network.add_command(export_)
network.add_command(measure_)


@network.command(name="analyse")
@edges_file
@click.option("--nodes", type=a_file, metavar="NODES.csv", help="Who belongs to it; who has no tie is an isolate.")
@click.option("--group", metavar="COLUMN", help="Column of NODES.csv by which brokerage is told.")
@undirected_
@click.option("--weighted", is_flag=True, help="Repeated ties weigh more in constraint and communities.")
@click.option("--weight", metavar="COLUMN", help="Column of EDGES.csv that holds weights; implies --weighted.")
@click.option("--exact", is_flag=True, help="Measure betweenness exactly however long it takes; otherwise pivots do.")
@click.option("--seed", default=0, type=click.IntRange(0), help="The same file and seed make the same communities.")
@as_json
def analyse_(
    edges: Path,
    nodes: Path | None,
    group: str | None,
    undirected: bool,
    weighted: bool,
    weight: str | None,
    exact: bool,
    seed: int,
    as_json: bool,
) -> None:
    """Measure a network: the first two columns of EDGES.csv are source and target, each row is a tie.

    Example: cop network analyse EDGES.csv --nodes NODES.csv --group school --json
    """
    if group is not None and nodes is None:
        with answering(as_json, Exit.USAGE):
            raise Invalid("group_without_nodes")
    with answering(as_json, Exit.CONFIGURATION):
        engine = engine_named(Settings.from_env(os.environ).engine)
    with answering(as_json):
        ties = read_edges(edges, weight)
        weights = read_weights(ties, edges, weight) if weight is not None else None
        persons = read_persons(nodes, group) if nodes is not None else None
    network = drawn(ties, persons.ids if persons else (), undirected=undirected, weights=weights)
    document = analysed(
        network,
        persons.groups if persons and group is not None else None,
        weighted=weighted or weight is not None,
        exact=exact,
        seed=seed,
        engine=engine,
    )
    if as_json:
        say(document)
    else:
        _show_analysis(document)


@network.command(name="reach")
@edges_file
@click.option("--time", "column", required=True, metavar="COLUMN", help="Column that says when each tie was alive.")
@click.option("--from", "start", required=True, metavar="NODE", help="Where it begins.")
@undirected_
@as_json
def reach_(edges: Path, column: str, start: str, undirected: bool, as_json: bool) -> None:
    """When each is first reached from one person, along ties in rising time.

    What happens at the same instant does not chain. Example: cop network reach EDGES.csv --time day --from 17 --json
    """
    with answering(as_json):
        ties = read_edges(edges, column)
        moments = read_instants(ties.values, ties.rows, edges, column)
        everyone = dict.fromkeys(end for pair in zip(ties.sources, ties.targets, strict=True) for end in pair)
        if start not in everyone:
            raise Invalid("node_unknown", node=start, file=edges.name)
    contacts: list[Contact[str]] = []
    as_written: dict[float, str | int | float] = {}
    for source, target, moment in zip(ties.sources, ties.targets, moments, strict=True):
        if moment is None or source == target:
            continue
        as_written.setdefault(moment.at, moment.written)
        contacts.append(Contact(source, target, moment.at))
        if undirected:
            contacts.append(Contact(target, source, moment.at))
    found = earliest_arrival(contacts, start)
    others = [who for who in everyone if who != start]
    document = {
        "from": start,
        "nodes": len(everyone),
        "reached": sum(1 for who in others if who in found),
        "not_reached": sum(1 for who in others if who not in found),
        "earliest_arrival": {who: as_written[found[who].at] if who in found else None for who in others},
        "came_from": {who: found[who].came_from if who in found else None for who in others},
        "steps": {who: found[who].steps if who in found else None for who in others},
    }
    if as_json:
        say(document)
        return
    talk.print(f"{document['reached']} of {len(others)} others are reached from {start}.", markup=False)
    table = _table("who", "when", "from", "steps")
    for who, arrival in sorted(found.items(), key=lambda each: each[1].at)[:SHOWN]:
        table.add_row(who, str(as_written[arrival.at]), arrival.came_from, str(arrival.steps))
    _print(table, len(found))


@network.command(name="diffusion")
@edges_file
@click.argument("adoption", type=a_file, metavar="ADOPTION.csv")
@undirected_
@as_json
def diffusion_(edges: Path, adoption: Path, undirected: bool, as_json: bool) -> None:
    """How something spread: exposure, threshold and hazard after Valente.

    A row of EDGES.csv says whom somebody turns to; one of ADOPTION.csv says who adopted when, or never where it is
    empty. Example: cop network diffusion EDGES.csv ADOPTION.csv --json
    """
    with answering(as_json):
        ties = read_edges(edges)
        listed, adopted = read_adoptions(adoption)
    graph = drawn(ties, listed, undirected=undirected).graph
    found = diffusion({who: list(graph.adj[who]) for who in graph}, {who: its.at for who, its in adopted.items()})
    as_written = {its.at: its.written for its in adopted.values()}
    shown = [as_written.get(period.at, int(period.at)) for period in found.periods]
    document = {
        "nodes": graph.number_of_nodes(),
        "adopters": len(adopted),
        "periods": shown,
        "new_adopters": [period.new for period in found.periods],
        "cumulative_adopters": [period.cumulative for period in found.periods],
        "hazard": [period.hazard for period in found.periods],
        "exposure": found.exposure,
        "threshold": {who: found.threshold.get(who) for who in graph},
        "threshold_before": {who: found.threshold_before.get(who) for who in graph},
        "category": found.category,
    }
    if as_json:
        say(document)
        return
    table = _table("time", "new", "in all", "hazard")
    for at, period in zip(shown, found.periods, strict=True):
        table.add_row(str(at), str(period.new), str(period.cumulative), f"{period.hazard:.3f}")
    _print(table, len(found.periods))


def _show_analysis(document: dict[str, Any]) -> None:
    whole = _table("measure", "value")
    core = document["core_periphery"]
    for name in ("nodes", "edges", "loops", "repeated", "density", "reciprocity", "weak_components", "isolates"):
        whole.add_row(name.replace("_", " "), _written(document[name]))
    if document["betweenness_sampled"]:
        whole.add_row("betweenness", f"estimated from {document['betweenness_pivots']} pivots")
    whole.add_row("articulation points", _some(document["articulation_points"]))
    whole.add_row("core and periphery, r", f"{_written(core['fit'])} ({core['method']})")
    whole.add_row("core", _some(core["core"]))
    whole.add_row("communities", f"{len(document['communities'])}, modularity {_written(document['modularity'])}")
    whole.add_row("triads", ", ".join(f"{kind} {many}" for kind, many in document["triad_census"].items() if many))
    out.print(whole)
    per = {"in": "in_degree", "out": "out_degree", "between": "betweenness", "constraint": "constraint"}
    each = _table("who", *per, "core")
    for who in list(document["in_degree"])[:SHOWN]:
        each.add_row(who, *(_written(document[name][who]) for name in (*per.values(), "core_number")))
    out.print()
    _print(each, document["nodes"])
    if document["brokerage"]:
        roles = _table("who", *ROLES)
        for who, counted in list(document["brokerage"].items())[:SHOWN]:
            roles.add_row(who, *(str(counted[role]) for role in ROLES))
        out.print()
        _print(roles, document["nodes"])


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for at, column in enumerate(columns):
        table.add_column(column, justify="left" if at == 0 else "right")
    return table


def _print(table: Table, all_rows: int) -> None:
    out.print(table)
    if all_rows > table.row_count:
        talk.print(f"and {all_rows - table.row_count} more; all of them: --json")


def _written(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _some(names: list[str]) -> str:
    told = ", ".join(names[:SHOWN])
    return f"{told} and {len(names) - SHOWN} more" if len(names) > SHOWN else told or "none"
