"""Delimited text is read exactly, under the row numbers of a spreadsheet, or refused with the row at fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusters.imports.delimited import DELIMITERS, rows_of
from clusters.kernel.errors import Invalid
from tests.lists import text

HEADERS = ["EMIS Code", "School Name", "Lat", "Long"]
ROWS = [["30001", "GPS Kakki, No.1", "34,1", "71,5"], ["30002", 'GPS "Model"', "34,2", "71,6"]]


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_the_delimiter_is_found_beside_decimal_commas_and_any_line_end(delimiter: str, newline: str) -> None:
    written = text([HEADERS, *ROWS], delimiter, newline=newline).decode()
    rows, found = rows_of(written, 100)
    assert found == delimiter
    assert rows == [(1, tuple(HEADERS)), (2, tuple(ROWS[0])), (3, tuple(ROWS[1]))]


def test_blank_lines_keep_the_numbers_of_the_rows_below_them() -> None:
    rows, _ = rows_of("\nEMIS Code,Lat\n\n , \n1,34\n", 100)
    assert [number for number, _ in rows] == [2, 5]


def test_a_cell_of_several_lines_is_one_row_as_in_a_spreadsheet() -> None:
    rows, _ = rows_of('EMIS Code,School Name\n1,"GPS\nKakki"\n2,GPS Domel\n', 100)
    assert rows[1:] == [(2, ("1", "GPS\nKakki")), (3, ("2", "GPS Domel"))]


def test_a_first_line_that_tells_the_delimiter_is_believed_and_is_no_row() -> None:
    rows, delimiter = rows_of("sep=|\r\nEMIS Code|School, Name\r\n1|a,b\r\n", 100)
    assert (delimiter, rows) == ("|", [(2, ("EMIS Code", "School, Name")), (3, ("1", "a,b"))])


def test_headers_that_a_person_named_tell_the_delimiter_of_an_unknown_list() -> None:
    written = "Nummer;Was, wo\n1;a, b\n2;c, d\n"
    assert rows_of(written, 100, ["Nummer"])[1] == ";"


@pytest.mark.parametrize(
    ("written", "row"),
    [
        ('EMIS Code,School Name\n1,"GPS" Kakki\n', 2),
        ('EMIS Code,School Name\n1,GPS\n2,"GPS Kakki\n3,GPS\n', 3),
        ('EMIS Code,School Name\n1,a\n2,"b\n3,c\n4,"d\n', 3),
        ('EMIS Code,School Name\n1,a\n2,"b\n3,c"\n4,d\n', 3),
    ],
)
def test_quotation_marks_that_do_not_pair_up_are_refused_and_swallow_no_row(written: str, row: int) -> None:
    with pytest.raises(Invalid, match="quotes_unbalanced") as refused:
        rows_of(written, 100)
    assert refused.value.values["row"] == row


def test_a_quotation_mark_that_is_never_closed_in_a_long_file_is_refused() -> None:
    with pytest.raises(Invalid, match="quotes_never_closed") as refused:
        rows_of('EMIS Code,School Name\n1,"' + "GPS Kakki\n" * 20_000, 100_000)
    assert refused.value.values["row"] == 2


def test_reading_ends_once_there_are_more_rows_than_allowed() -> None:
    rows, _ = rows_of("EMIS Code\n" + "1\n" * 50, 10)
    assert len(rows) == 11


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6), st.sampled_from(DELIMITERS))
def test_cells_come_back_as_they_were_written(cells: list[list[str]], delimiter: str) -> None:
    rows, found = rows_of(text([["EMIS Code", "School Name"], *cells], delimiter).decode(), 100)
    kept = [tuple(cell or None for cell in row) for row in cells if any(row)]
    assert (found, [row for _, row in rows[1:]]) == (delimiter, kept)
