"""Headers are found below titles, over several rows, under merged headings, or not at all."""

from collections.abc import Sequence

from clusters.imports.headers import Headers, Merge, locate
from clusters.imports.sheet import Cell

DATA = [[1, "30001", "GPS Kakki", 34.1, 71.5], [2, "30002", "GPS Domel", 34.2, 71.6]]


def located(lines: Sequence[Sequence[Cell]], merges: Sequence[Merge] = (), named: Sequence[str] = ()) -> Headers:
    width = max(map(len, lines))
    rows = [(number, (*cells, *[None] * (width - len(cells)))) for number, cells in enumerate(lines, 1) if cells]
    return locate(rows, merges, named)


def test_headers_in_the_first_row() -> None:
    assert located([["S.No", "Code", "Name", "Lat", "Long"], *DATA]) == Headers(
        1, ("S.No", "Code", "Name", "Lat", "Long"), 1
    )


def test_headers_below_titles_and_blank_lines_keep_their_row_number() -> None:
    titles: list[list[Cell]] = [["List of schools, district Bannu"], [], ["As of 1 May"], []]
    assert located([*titles, ["S.No", "Code", "Name", "Lat", "Long"], *DATA]) == Headers(
        5, ("S.No", "Code", "Name", "Lat", "Long"), 3
    )


def test_a_title_that_names_a_field_does_not_outdo_the_headers() -> None:
    assert located([["District"], ["S.No", "Code", "Name", "Lat", "Long"], *DATA]).row == 2


def test_a_second_row_of_headers_below_merged_ones_is_joined() -> None:
    merges = [Merge(1, 0, 2, 0), Merge(1, 1, 2, 1), Merge(1, 2, 2, 2), Merge(1, 3, 1, 4)]
    lines: list[list[Cell]] = [["S.No", "Code", "Name", "Coordinates", None], [None, None, None, "Y", "X"], *DATA]
    found = located(lines, merges)
    assert found == Headers(2, ("S.No", "Code", "Name", "Coordinates: Y", "Coordinates: X"), 2)


def test_headings_over_groups_are_joined_to_the_headers_below() -> None:
    merges = [Merge(3, 1, 3, 2), Merge(3, 3, 3, 4), Merge(1, 0, 1, 4)]
    lines: list[list[Cell]] = [
        ["All schools", None, None, None, None],
        [],
        [None, "School", None, "Location", None],
        ["S.No", "Code", "Name", "Lat", "Long"],
        *DATA,
    ]
    assert located(lines, merges) == Headers(
        4, ("S.No", "School: Code", "School: Name", "Location: Lat", "Location: Long"), 3
    )


def test_two_rows_of_headers_in_delimited_text_are_joined() -> None:
    lines: list[list[Cell]] = [["S.No", "Code", "Name", "Coordinates", None], [None, None, None, "Lat", "Long"], *DATA]
    assert located(lines) == Headers(2, ("S.No", "Code", "Name", "Coordinates: Lat", "Coordinates: Long"), 2)
    lines = [
        [None, "Latitude", None, None, "Longitude", None, None],
        ["Code", "Deg", "Min", "Sec", "Deg", "Min", "Sec"],
        ["1", 34, 7, 24, 71, 30, 0],
    ]
    assert located(lines).texts == (
        *("Code", "Latitude: Deg", "Latitude: Min", "Latitude: Sec"),
        *("Longitude: Deg", "Longitude: Min", "Longitude: Sec"),
    )


def test_a_line_of_remarks_right_above_the_headers_is_not_one_of_them() -> None:
    lines: list[list[Cell]] = [
        ["District: Bannu", None, "Printed by the office"],
        ["S.No", "Code", "Name", "Lat", "Long"],
        *DATA,
    ]
    assert located(lines) == Headers(2, ("S.No", "Code", "Name", "Lat", "Long"), 2)


def test_the_first_row_of_data_is_never_a_second_row_of_headers() -> None:
    found = located(
        [["Code", "Name", "Level", None], ["A", "School", "Primary", "Boys"], ["B", "Other", "Middle", "Girls"]]
    )
    assert (found.row, found.first) == (1, 1)


def test_unknown_headers_are_the_first_row_of_words() -> None:
    found = located([["Fragebogen"], ["Nummer", "Bezeichnung"], ["1", "Kakki"]])
    assert found == Headers(2, ("Nummer", "Bezeichnung"), 2)


def test_a_header_that_a_person_named_is_found_by_that_name() -> None:
    lines: list[list[Cell]] = [["Liste", "der Schulen"], ["Nr", "Was"], ["1", "Kakki"]]
    assert located(lines, named=["was"]).row == 2


def test_a_list_without_headers_gets_numbered_columns_and_loses_no_row() -> None:
    assert located([["30001", "34.1", "71.5"], ["30002", "34.2", "71.6"]]) == Headers(0, ("#1", "#2", "#3"), 0)
