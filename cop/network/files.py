"""Reads the files that analysts bring: ties, persons and adoptions as CSV; what cannot be read is named by its row."""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import networkx as nx

from clusters.kernel.errors import Invalid

DELIMITERS = ("\t", ";", ",")
LOOKED_AT = 200
"""Lines from which the delimiter is told."""
ENDS = frozenset({
    "source", "target", "from", "to", "src", "dst", "tgt", "sender", "receiver", "ego", "alter", "origin",
    "destination", "asker", "asked", "follower", "followed", "nominator", "nominated", "node", "person",
    "nodes", "vertex", "actor", "id", "name",
})  # fmt: skip
"""Words that head the two columns of ends, also together or numbered: person_from, node1, source id."""
PERSONS = frozenset({
    "id", "ids", "node", "nodes", "name", "person", "persons", "actor", "vertex", "vertices", "label", "code",
    "teacher",
})  # fmt: skip
BESIDE = frozenset({
    "time", "at", "when", "date", "day", "month", "year", "weight", "count", "value", "kind", "type", "subject",
    "period", "toa", "adopted",
})  # fmt: skip
_WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class EdgeList:
    """The ties as they stand in the file, loops and repeats included; `values` is the one further column asked for."""

    sources: list[str]
    targets: list[str]
    rows: list[int]
    """The row of each in the file, the first being 1."""
    values: list[str]


@dataclass(frozen=True, slots=True)
class Persons:
    """Who else belongs to the network, and the group of each where one is said."""

    ids: list[str]
    groups: dict[str, str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A simple graph of the ties (`weight`: how often each stood in the file), and what was dropped to get it."""

    graph: "nx.DiGraph[str] | nx.Graph[str]"
    loops: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment of a file: `at` to compare by, `written` to show it by."""

    at: float
    written: str | int | float


def read_edges(path: Path, column: str | None = None) -> EdgeList:
    """The first two columns as source and target; `column` names one further column, or gives its number."""
    reader = _Rows(path)
    rows = iter(reader)
    first = next(rows, None)
    edges = EdgeList([], [], [], [])
    if first is None:
        return edges
    head, waiting = _head(first, rows, ends=2, wanted=column)
    place = None if column is None else _column(path, head, column)
    for number, cells in waiting:
        for which, name in enumerate(("source", "target")):
            if len(cells) <= which or not cells[which]:
                raise Invalid("edges_row_short", file=path.name, row=number, column=name, why=_why(cells, reader))
        edges.sources.append(cells[0])
        edges.targets.append(cells[1])
        edges.rows.append(number)
        if place is not None:
            edges.values.append(cells[place] if len(cells) > place else "")
    return edges


def read_persons(path: Path, group: str | None = None) -> Persons:
    """The persons of the first column (or of the one called id), with what the column `group` says of each."""
    rows = iter(_Rows(path))
    first = next(rows, None)
    persons = Persons([], {})
    if first is None:
        return persons
    head, waiting = _head(first, rows, ends=1, wanted=group)
    place = None if group is None else _column(path, head, group)
    key = next((at for at, name in enumerate(head or ()) if name.casefold() == "id"), 0)
    said: dict[str, tuple[int, str]] = {}
    for number, cells in waiting:
        name = cells[key] if len(cells) > key else ""
        if not name:
            raise Invalid("persons_row_short", file=path.name, row=number, column=head[key] if head else "1")
        value = cells[place] if place is not None and len(cells) > place else ""
        if name not in said:
            said[name] = (number, value)
            persons.ids.append(name)
        elif said[name][1] != value:
            before, other = said[name]
            raise Invalid(
                "person_twice", file=path.name, row=number, before=before, person=name, column=group, value=value,
                other=other,
            )  # fmt: skip
        if value:
            persons.groups[name] = value
    return persons


def read_adoptions(path: Path) -> tuple[list[str], dict[str, Instant]]:
    """Everyone of the first column, and when each adopted by the second; an empty time is somebody who never did."""
    rows = iter(_Rows(path))
    first = next(rows, None)
    if first is None:
        return [], {}
    head, waiting = _head(first, rows, ends=1, wanted=None)
    name = head[1] if head and len(head) > 1 else "time"
    ids: list[str] = []
    written: list[tuple[int, str]] = []
    for number, cells in waiting:
        if not cells[0]:
            raise Invalid("persons_row_short", file=path.name, row=number, column=head[0] if head else "1")
        ids.append(cells[0])
        written.append((number, cells[1] if len(cells) > 1 else ""))
    instants = read_instants([text for _, text in written], [row for row, _ in written], path, name, gaps=True)
    adopted: dict[str, Instant] = {}
    for person, (number, _), instant in zip(ids, written, instants, strict=True):
        if instant is None:
            continue
        if person in adopted and adopted[person].at != instant.at:
            raise Invalid(
                "person_twice", file=path.name, row=number, before=written[ids.index(person)][0], person=person,
                column=name, value=instant.written, other=adopted[person].written,
            )  # fmt: skip
        adopted.setdefault(person, instant)
    return list(dict.fromkeys(ids)), adopted


def read_instants(
    texts: Sequence[str], rows: Sequence[int], path: Path, column: str, *, gaps: bool = False
) -> list[Instant | None]:
    """Moments written as numbers, or as ISO days and times; one column is all of one kind."""
    read: list[Instant | None] = []
    kind = ""
    for text, row in zip(texts, rows, strict=True):
        if not text and gaps:
            read.append(None)
            continue
        instant, its = _instant(text)
        if instant is None or (kind and its != kind):
            raise Invalid("moment_unreadable", file=path.name, row=row, column=column, value=text, kind=kind or "time")
        kind = its
        read.append(instant)
    return read


def read_weights(edges: EdgeList, path: Path, column: str) -> list[float]:
    """The numbers of a column of weights, each above 0."""
    weights = []
    for text, row in zip(edges.values, edges.rows, strict=True):
        weight = _number(text)
        if not 0 < weight < math.inf:
            raise Invalid("weight_unreadable", file=path.name, row=row, column=column, value=text)
        weights.append(weight)
    return weights


def drawn(
    edges: EdgeList, persons: Iterable[str] = (), *, undirected: bool = False, weights: Sequence[float] | None = None
) -> Drawn:
    """The graph of the ties: loops are dropped, repeats become one (weight: their number, or the sum of `weights`)."""
    graph: nx.Graph[str] | nx.DiGraph[str] = nx.Graph() if undirected else nx.DiGraph()
    many: dict[tuple[str, str], float] = {}
    loops = 0
    graph.add_nodes_from(persons)
    for at, (source, target) in enumerate(zip(edges.sources, edges.targets, strict=True)):
        if source == target:
            graph.add_node(source)
            loops += 1
            continue
        pair = (target, source) if undirected and (target, source) in many else (source, target)
        many[pair] = many.get(pair, 0) + (1 if weights is None else weights[at])
    graph.add_weighted_edges_from((source, target, weight) for (source, target), weight in many.items())
    return Drawn(graph, loops, len(edges.sources) - loops - len(many))


class _Rows:
    """The rows of a delimited file with their numbers; blank ones are passed over."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.delimiter = ","

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        number = 1
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as opened:
                self.delimiter = _delimiter(list(islice(opened, LOOKED_AT)))
                opened.seek(0)
                reader = csv.reader(opened, delimiter=self.delimiter, strict=True, skipinitialspace=True)
                for read in reader:
                    cells = [cell.strip() for cell in read]
                    if any(cells):
                        yield number, cells
                    number = reader.line_num + 1
        except OSError as error:
            raise Invalid("file_unreadable", file=str(self.path), why=error.strerror or "unknown") from None
        except csv.Error as error:
            raise Invalid("file_row_torn", file=self.path.name, row=number, why=str(error)) from None
        except UnicodeDecodeError:
            raise Invalid("file_not_utf8", file=self.path.name, row=self._broken()) from None

    def _broken(self) -> int:
        with self.path.open("rb") as opened:
            for number, line in enumerate(opened, 1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError:
                    return number
        return 1


def _delimiter(lines: Sequence[str]) -> str:
    """What cuts most lines into as many cells as most others have."""
    best, most = ",", 0
    for delimiter in DELIMITERS:
        cells: Mapping[int, int] = _counted(lines, delimiter)
        agreeing = max((many for width, many in cells.items() if width > 1), default=0)
        if agreeing > most:
            best, most = delimiter, agreeing
    return best


def _counted(lines: Sequence[str], delimiter: str) -> dict[int, int]:
    counted: dict[int, int] = {}
    for cells in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
        if any(cell.strip() for cell in cells):
            counted[len(cells)] = counted.get(len(cells), 0) + 1
    return counted


def _head(
    first: tuple[int, list[str]], rows: Iterator[tuple[int, list[str]]], *, ends: int, wanted: str | None
) -> tuple[list[str] | None, Iterator[tuple[int, list[str]]]]:
    """The header, if the first row is one, and the rows of data."""
    looked = list(islice(rows, LOOKED_AT))
    data = _chained(looked, rows)
    if _is_head(first[1], [cells for _, cells in looked], ends, wanted):
        return first[1], data
    return None, _chained([first], data)


def _chained(
    some: Sequence[tuple[int, list[str]]], rest: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    yield from some
    yield from rest


def _is_head(first: list[str], others: Sequence[list[str]], ends: int, wanted: str | None) -> bool:
    """Does a first row name its columns? By its words, or because all below are of another make."""
    named = [cell.casefold() for cell in first]
    if wanted is not None and wanted.casefold() in named:
        return True
    if len(named) < ends:
        return False
    ids = [cell.casefold() for cells in others for cell in cells[:ends]]
    words = ENDS if ends == 2 else PERSONS
    # where ids are written node1, node2, a first row of such is one more of them
    if all(_speaks(cell, words) for cell in named[:ends]) and not any(_speaks(cell, words) for cell in ids):
        return bool(ids) or not any(map(_figures, named[:ends]))
    if any(_speaks(cell, BESIDE) and not _figures(cell) for cell in named[ends:]):
        return True
    if any(ids and all(map(of, ids)) and not any(map(of, named[:ends])) for of in (_figures, _is_number)):
        return True
    return any(
        cell and not _measures(cell) and below and all(map(_measures, below))
        for at, cell in enumerate(first[ends:], ends)
        for below in [[cells[at] for cells in others if len(cells) > at and cells[at]]]
    )


def _speaks(cell: str, words: frozenset[str]) -> bool:
    spoken = _WORDS.findall(cell)
    return bool(spoken) and all(word in words or word.removesuffix("id") in words for word in spoken)


def _figures(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell)


def _is_number(cell: str) -> bool:
    return not math.isnan(_number(cell))


def _measures(cell: str) -> bool:
    """Is it a number, a day or a time?"""
    return _instant(cell)[0] is not None


def _number(text: str) -> float:
    """A number with a decimal point or comma; nan when it is none."""
    try:
        return float(text.replace(",", ".", 1))
    except ValueError:
        return math.nan


def _column(path: Path, head: list[str] | None, wanted: str) -> int:
    for same in (str, str.casefold):
        found = [at for at, name in enumerate(head or ()) if same(name) == same(wanted)]
        if found:
            return found[0]
    if head is None and wanted.isdigit() and int(wanted) > 0:
        return int(wanted) - 1
    if head is None:
        raise Invalid("file_without_header", file=path.name, column=wanted)
    raise Invalid("column_unknown", file=path.name, column=wanted, known=head)


def _why(cells: list[str], reader: _Rows) -> str:
    if len(cells) > 1:
        return "the cell is empty"
    written = {"\t": "tab"}.get(reader.delimiter, reader.delimiter)
    return f"the row has one cell; cells are parted by {written} here"


def _instant(text: str) -> tuple[Instant | None, str]:
    """A moment and how it is written: number, day or time without a zone, or with one."""
    number = _number(text)
    if math.isfinite(number):
        return Instant(number, int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else number), "number"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, ""
    if moment.tzinfo is None:
        return Instant(moment.replace(tzinfo=UTC).timestamp(), text), "day or time without a zone"
    return Instant(moment.timestamp(), text), "time with a zone"
