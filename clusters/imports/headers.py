"""Where the headers of a list are: below titles, over one row or several, under merged headings, or nowhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from clusters.imports.cells import latin_figures, visible
from clusters.imports.columns import GROUP, recognised
from clusters.imports.matching import fold
from clusters.imports.sheet import Cell, Row

LOOK = 40
"""Rows from the top among which the headers are looked for."""
_HEADING_DEPTH = 3
"""Rows of headings that may stand over the row of headers."""
_WHOLE_WIDTH = 0.8
"""A text merged over more than this share of the list is its title."""
_MERGES = 1_000
"""Merged headings that are looked at; no list has as many."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells: rows as a person counts them, columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def width(self) -> int:
        return self.right - self.left + 1


@dataclass(frozen=True, slots=True)
class Headers:
    """The last row of headers as a person counts, the header of each column, and the index of the first data row."""

    row: int
    texts: tuple[str, ...]
    first: int


def locate(rows: Sequence[Row], merges: Sequence[Merge], named: Collection[str] = ()) -> Headers:
    """Finds the headers among rows of equal width; `named` are headers that a person named."""
    width = len(rows[0][1]) if rows else 0
    best = _best(rows[:LOOK], {fold(name) for name in named})
    if best is None:
        return Headers(0, tuple(f"#{place + 1}" for place in range(width)), 0)
    end = rows[min(len(rows), LOOK + _HEADING_DEPTH) - 1][0]
    flat = [merge for merge in merges if merge.top <= end and 1 < merge.width <= _WHOLE_WIDTH * width][:_MERGES]
    first, last = best, best
    while last + 1 < len(rows) and _goes_on(rows[last], rows[last + 1], flat):
        last += 1
    while first > 0 and last - first < _HEADING_DEPTH and _heads(rows[first - 1], rows[first], flat, bool(merges)):
        first -= 1
    texts = _combined(rows[first : last + 1], flat, spread=not merges)
    return Headers(rows[last][0], texts, last + 1)


def hits(cells: Sequence[Cell], named: Collection[str] = ()) -> int:
    """How many cells are what columns are called, or what a person called them."""
    texts = {text for cell in cells if (text := _text(cell))}
    return sum(recognised(text) or fold(text) in named for text in texts)


def _best(rows: Sequence[Row], named: Collection[str]) -> int | None:
    """The row with the most known headers; among unknown ones the first of at least two words and no figures."""
    found = [hits(cells, named) for _, cells in rows]
    if any(found):
        return found.index(max(found))
    for index, (_, cells) in enumerate(rows):
        filled = [cell for cell in cells if _text(cell)]
        if len(filled) > 1 and all(map(_is_word, filled)) and index + 1 < len(rows):
            return index
    return None


def _text(cell: Cell) -> str:
    return visible(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def _is_word(cell: Cell) -> bool:
    return isinstance(cell, str) and any(sign.isalpha() for sign in latin_figures(cell))


def _group_over(merges: Sequence[Merge], row: int, column: int) -> Merge | None:
    return next((merge for merge in merges if merge.top == row and merge.left <= column <= merge.right), None)


def _open_group(cells: Sequence[Cell], column: int) -> bool:
    """Is the cell followed by an empty one, as the first of a group is where merges are not known?"""
    return column + 1 < len(cells) and not _text(cells[column + 1])


def _goes_on(upper: Row, lower: Row, flat: Sequence[Merge]) -> bool:
    """Is the lower row a second row of headers? Then it speaks only where the upper one is silent or spans a group."""
    if lower[0] != upper[0] + 1:
        return False
    filled = [column for column, cell in enumerate(lower[1]) if _text(cell)]
    if not filled or not all(_is_word(lower[1][column]) for column in filled) or not hits(lower[1]):
        return False
    in_group = False
    for column in range(len(lower[1])):
        above = _text(upper[1][column])
        if above:
            in_group = _group_over(flat, upper[0], column) is not None or _open_group(upper[1], column)
        if column in filled and above and not in_group:
            return False
    return True


def _heads(upper: Row, lower: Row, flat: Sequence[Merge], merges_known: bool) -> bool:
    """Does the upper row belong to the headers, as groups over columns or as names whose lower cells are empty?"""
    if lower[0] != upper[0] + 1:
        return False
    filled = [column for column, cell in enumerate(upper[1]) if _text(cell)]
    if not filled or not all(_is_word(upper[1][column]) for column in filled):
        return False
    groups = [column for column in filled if _group_over(flat, upper[0], column)]
    alone = [column for column in filled if column not in groups]
    if merges_known:
        return (bool(groups) or len(filled) > 1) and not any(_text(lower[1][column]) for column in alone)
    if len(filled) < 2:
        return False
    own = [_text(cell) for cell in lower[1] if _text(cell)]
    return not any(_text(lower[1][column]) for column in alone) or len(set(own)) < len(own)


def _combined(rows: Sequence[Row], flat: Sequence[Merge], *, spread: bool) -> tuple[str, ...]:
    """One header a column: the headings over it and its own; without merges a heading spreads to the right."""
    columns: list[list[str]] = [[] for _ in rows[-1][1]]
    for depth, (number, cells) in enumerate(rows):
        over = ""
        for column, parts in enumerate(columns):
            text = _text(cells[column])
            group = _group_over(flat, number, column)
            if not text and group:
                text = _text(cells[group.left])
            elif spread and depth < len(rows) - 1:
                over = text or over
                text = text or (over if _text(rows[-1][1][column]) else "")
            if text and text not in parts:
                parts.append(text)
    return tuple(GROUP.join(parts) for parts in columns)
