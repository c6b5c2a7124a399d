"""Files of every honest kind are read with the row numbers a person sees; hostile ones are refused within limits."""

import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusters.imports.reading import MAX_BYTES, read
from clusters.imports.sheet import Cell, Encoding
from clusters.kernel.errors import Invalid
from tests.lists import Rows, ods, shared, text, with_part, xlsx

HEADERS: list[Cell] = ["EMIS Code", "School Name", "Lat", "Long"]
LIST: list[list[Cell]] = [
    ["Schools of the district"],
    [],
    HEADERS,
    [30001, "GPS Kakki", 34.5, 71.5],
    [],
    ["00302", "GGPS Kakki", None, None],
]
ROWS = ((4, (30001, "GPS Kakki", 34.5, 71.5)), (6, ("00302", "GGPS Kakki", None, None)))


def refusal(source: Path | bytes, **options: str) -> Invalid:
    with pytest.raises(Invalid) as refused:
        read(source, **options)
    assert str(refused.value.values["sentence"]).endswith(".")
    return refused.value


@pytest.mark.parametrize("write", [xlsx, ods])
def test_spreadsheets_keep_their_row_numbers_types_and_leading_zeros(write: Callable[[Rows], bytes]) -> None:
    sheet = read(write(LIST))
    assert (sheet.name, sheet.header_row, sheet.headers) == ("List", 3, tuple(HEADERS))
    assert sheet.rows == ROWS
    assert sheet.encoding == Encoding("utf-8", sure=True)
    assert sheet.delimiter is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimited_text_keeps_its_row_numbers_and_every_cell_as_text(delimiter: str, encoding: str) -> None:
    sheet = read(text(LIST, delimiter, encoding), "schools.csv")
    assert (sheet.name, sheet.header_row, sheet.headers, sheet.delimiter) == (
        "schools.csv",
        3,
        tuple(HEADERS),
        delimiter,
    )
    assert sheet.rows == (
        (4, ("30001", "GPS Kakki", "34.5", "71.5")),
        (6, ("00302", "GGPS Kakki", None, None)),
    )


def test_the_kind_is_told_by_the_content_and_not_by_the_name(tmp_path: Path) -> None:
    liar = tmp_path / "schools.csv"
    liar.write_bytes(xlsx(LIST))
    assert read(liar).rows == ROWS


def test_urdu_survives_every_format() -> None:
    urdu: list[list[Cell]] = [["ایمس کوڈ", "سکول کا نام"], ["30001", "گورنمنٹ پرائمری سکول ککی"]]
    for data in (xlsx(urdu), ods(urdu), text(urdu), text(urdu, ";", "utf-16")):
        sheet = read(data)
        assert (sheet.headers, sheet.rows[0][1]) == (tuple(urdu[0]), tuple(urdu[1]))


def test_dates_errors_and_yes_or_no_come_as_text() -> None:
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADERS)
        page.write_number(1, 0, 45413, book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        page.write_boolean(1, 2, True)
        page.write_rich_string(1, 3, "7", book.add_format({"bold": True}), "1.5")
    assert read(into.getvalue()).rows == ((2, ("2024-05-01", "#DIV/0!", "TRUE", "71.5")),)


def test_the_sheet_with_a_list_is_read_and_other_lists_are_named() -> None:
    more = {"Notes": [["Read me"]], "Girls": [HEADERS, ["1", "GGPS", 34, 71]], "Old": [HEADERS, ["2", "GPS", 34, 71]]}
    data = xlsx([["Cover"]], sheet="Cover", more=more, hidden=["Old"])
    sheet = read(data)
    assert (sheet.name, sheet.notes) == ("Girls", ())
    both = read(xlsx(LIST, more=more))
    assert both.name == "List"
    assert "'Girls'" in both.notes[0]


def test_a_sheet_can_be_named_or_numbered_even_if_it_is_hidden() -> None:
    data = xlsx(LIST, more={"Girls": [HEADERS, ["1", "GGPS", 34, 71]]}, hidden=["Girls"])
    assert read(data, sheet="girls ").name == "Girls"
    assert read(data, sheet="2").name == "Girls"
    assert refusal(data, sheet="Boys").key == "sheet_unknown"


def test_merged_headings_and_merged_districts_reach_all_their_cells() -> None:
    lines: list[list[Cell]] = [
        ["District", "Code", "Coordinates", None],
        [None, None, "Y", "X"],
        ["Bannu", "1", 34.1, 71.5],
        [None, "2", 34.2, 71.6],
        [],
        ["Kohat", "3", 34.3, 71.7],
    ]
    sheet = read(xlsx(lines, merges=["A1:A2", "B1:B2", "C1:D1", "A3:A5"]))
    assert sheet.headers == ("District", "Code", "Coordinates: Y", "Coordinates: X")
    assert [(row, cells[0], cells[1]) for row, cells in sheet.rows] == [
        (3, "Bannu", "1"),
        (4, "Bannu", "2"),
        (6, "Kohat", "3"),
    ]


def test_a_heading_merged_across_the_list_is_marked_as_a_banner() -> None:
    lines: list[list[Cell]] = [HEADERS, ["Tehsil Domel", None, None, None], ["1", "GPS", 34, 71]]
    assert read(xlsx(lines, merges=["A2:D2"])).banners == {2}
    assert read(xlsx(lines)).banners == frozenset()


def test_cells_beyond_the_headers_of_delimited_text_are_marked() -> None:
    sheet = read(b"EMIS Code,School Name,Lat\n1,GPS Kakki, No.1,34\n2,GPS Domel,34,\n3,GPS Surani\n")
    assert sheet.overlong == {2}
    assert sheet.rows[2] == (4, ("3", "GPS Surani", None))


def test_a_guessed_encoding_is_said() -> None:
    sheet = read("کوڈ,نام\n1,گورنمنٹ سکول\n".encode("cp1256"))
    assert not sheet.encoding.sure
    assert "cp1256" in sheet.notes[0]
    assert read("کوڈ,نام\n1,گورنمنٹ سکول\n".encode("cp1256"), encoding="cp1256").notes == ()


def test_a_list_of_nothing_but_figures_is_read_without_headers() -> None:
    sheet = read(b"30001,34.1,71.5\n30002,34.2,71.6\n")
    assert (sheet.header_row, sheet.headers, len(sheet.rows)) == (0, ("#1", "#2", "#3"), 2)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "file_empty"),
        (b" \r\n\t\n", "file_empty"),
        (b",,,\n,,\n", "file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_is_xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "file_protected"),
        (b"<html><table><tr><td>EMIS Code</td></tr></table></html>", "file_is_markup"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "file_is_markup"),
        (b"%PDF-1.7", "file_kind_unknown"),
        (b"\x1f\x8b\x08\0", "file_kind_unknown"),
        (b"PK\x03\x04 not an archive", "file_damaged"),
        (b"PK\x05\x06" + b"\0" * 18, "file_kind_unknown"),
        (b"x" * (MAX_BYTES + 1), "file_too_large"),
        (b"EMIS Code,Name\n1," + b"x" * 2001, "cell_too_long"),
        (b"x" * 2001 + b",EMIS Code\n1,2", "cell_too_long"),
        (b"EMIS Code,Name\n1,GPS\0Kakki\n", "file_has_nul"),
        (",".join(f"c{place}" for place in range(61)).encode() + b"\n" + b"1," * 60 + b"1\n", "too_many_columns"),
        (b"EMIS Code\n" + b"1\n" * 100_001, "too_many_rows"),
    ],
)
def test_what_is_no_list_is_refused_with_a_reason(data: bytes, key: str) -> None:
    assert refusal(data).key == key


def test_exactly_as_many_rows_columns_and_letters_as_allowed_are_read() -> None:
    assert len(read(b"EMIS Code\n" + b"1\n" * 100_000).rows) == 100_000
    wide = ",".join(f"c{place}" for place in range(60)).encode() + b"\n" + b"1," * 59 + b"1\n"
    assert len(read(wide).headers) == 60
    assert read(b"EMIS Code,Name\n1," + b"x" * 2000).rows[0][1][1] == "x" * 2000


def test_empty_columns_beyond_the_list_do_not_count() -> None:
    assert read(b"EMIS Code,Lat,Long" + b"," * 200 + b"\n1,34,71" + b"," * 200 + b"\n").rows == (
        (2, ("1", "34", "71", *[None] * 57)),
    )


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx").key == "file_not_opened"


CONTENT_TYPES = "[Content_Types].xml"
SHEET1 = "xl/worksheets/sheet1.xml"


def test_macros_passwords_and_other_documents_are_refused() -> None:
    book = xlsx(LIST)
    assert refusal(with_part(book, "xl/vbaProject.bin", lambda _: b"x")).key == "file_has_macros"
    macro = with_part(
        book, CONTENT_TYPES, lambda old: old.replace(b"officedocument.spreadsheetml.sheet.main", b"x.macroEnabled.main")
    )
    assert refusal(macro).key == "file_has_macros"
    letter = with_part(book, CONTENT_TYPES, lambda old: old.replace(b"spreadsheetml", b"wordprocessingml"))
    assert refusal(letter).key == "file_kind_unknown"
    locked = with_part(ods(LIST), "META-INF/manifest.xml", lambda old: old + b"<!-- encryption-data -->")
    assert refusal(locked).key == "file_protected"
    assert (
        refusal(with_part(ods(LIST), "mimetype", lambda _: b"application/vnd.oasis.opendocument.text")).key
        == "file_kind_unknown"
    )


def test_entities_and_document_types_are_refused() -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for data, part in (
        (xlsx(LIST), "xl/sharedStrings.xml"),
        (xlsx(LIST), "xl/workbook.xml"),
        (ods(LIST), "content.xml"),
    ):
        assert refusal(with_part(data, part, lambda old: evil + old)).key == "file_damaged"


def test_a_workbook_of_too_many_parts_is_refused() -> None:
    assert refusal(xlsx(LIST, more={f"S{place}": [["x"]] for place in range(70)})).key == "file_too_many_parts"


@pytest.mark.parametrize("part", [SHEET1, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"])
def test_a_broken_part_is_refused_and_never_half_read(part: str) -> None:
    assert refusal(with_part(xlsx(LIST), part, lambda old: old[: len(old) // 2])).key in (
        "file_damaged",
        "sheet_unreadable",
    )


def with_cells(cells: bytes) -> bytes:
    """A workbook whose one sheet holds just these rows of XML."""

    def change(old: bytes) -> bytes:
        start, end = old.index(b"<sheetData>") + len(b"<sheetData>"), old.index(b"</sheetData>")
        return old[:start] + cells + old[end:]

    return with_part(xlsx(LIST), SHEET1, change)


HEAD = b'<row r="1"><c r="A1" t="str"><v>EMIS Code</v></c><c r="B1" t="str"><v>Lat</v></c></row>'
VALUE = b'<row r="2"><c r="A2"><v>7</v></c></row>'


@pytest.mark.parametrize(
    "cells",
    [
        HEAD.replace(b'"', b"'") + VALUE,
        HEAD.replace(b"<c r", b"<c  r") + VALUE,
        HEAD + b"<row><c><v>7</v></c></row>",
        HEAD + VALUE + b'<row r="1048576"><c r="XFD1048576" s="0"/></row>',
        HEAD + VALUE + b'<row r="1048576"><c r="A1048576" s="0"></c></row>',
        b"<!-- <c > -->" + HEAD + VALUE,
    ],
)
def test_sheets_in_the_form_of_other_programs_are_read(cells: bytes) -> None:
    sheet = read(with_cells(cells))
    assert sheet.headers == ("EMIS Code", "Lat")
    assert sheet.rows == ((2, (7, None)),)


def ods_with(rows: bytes) -> bytes:
    def change(old: bytes) -> bytes:
        start, end = old.index(b"<table:table-row"), old.rindex(b"</table:table>")
        return old[:start] + rows + old[end:]

    return with_part(ods(LIST), "content.xml", change)


def ods_row(inside: bytes, times: int = 1) -> bytes:
    return b'<table:table-row table:number-rows-repeated="%d">%s</table:table-row>' % (times, inside)


def ods_cell(times: int = 1, said: bytes = b"EMIS Code") -> bytes:
    return (
        b'<table:table-cell office:value-type="string" table:number-columns-repeated="%d"><text:p>%s</text:p>'
        b"</table:table-cell>" % (times, said)
    )


def test_the_endless_empty_rows_and_columns_of_opendocument_do_not_count() -> None:
    nothing = b'<table:table-cell table:number-columns-repeated="16384"/>'
    error = (
        b'<table:table-cell office:value-type="string" office:string-value=""><text:p>#REF!</text:p></table:table-cell>'
    )
    rows = ods_row(ods_cell() + ods_cell(said=b"Name") + nothing) + ods_row(ods_cell(said=b"7") + error + nothing)
    sheet = read(ods_with(rows + ods_row(nothing, 1_048_000)))
    assert (sheet.headers, sheet.rows) == (("EMIS Code", "Name"), ((2, ("7", "#REF!")),))


def bomb(size: int) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CONTENT_TYPES, "spreadsheetml.sheet.main+xml")
        archive.writestr(SHEET1, b" " * size)
    return into.getvalue()


def understated(data: bytes, size: int) -> bytes:
    """The archive's directory says that the part of this size is small."""
    return data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def shared_bomb() -> bytes:
    """One text of 2,000 letters in 200,000 cells."""
    rows = b"".join(
        b'<row r="%d">%s</row>'
        % (row, b"".join(b'<c r="%c%d" t="s"><v>0</v></c>' % (65 + place, row) for place in range(20)))
        for row in range(1, 10_001)
    )
    return with_part(
        with_cells(rows), "xl/sharedStrings.xml", lambda old: old.replace(b"Schools of the district", b"x" * 2000)
    )


XXE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = b"<!DOCTYPE x [<!ENTITY a0 'ha'>%s]>" % b"".join(
    b"<!ENTITY a%d '%s'>" % (depth + 1, b"&a%d;" % depth * 10) for depth in range(10)
)
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "far_cell": (
        "too_many_columns",
        lambda: with_cells(HEAD + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    ),
    "far_row": ("too_many_rows", lambda: with_cells(HEAD + b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')),
    "far_without_reference": (
        "too_many_rows",
        lambda: with_cells(HEAD + b'<row r="900000"><c><v>1</v></c></row>'),
    ),
    "far_in_quotes": (
        "too_many_columns",
        lambda: with_cells(HEAD + b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"),
    ),
    "far_by_second_reference": (
        "sheet_unreadable",
        lambda: with_cells(HEAD + b'<row r="2"><c r="A2" r="XFD1048576"><v>1</v></c></row>'),
    ),
    "reference_of_no_sheet": (
        "sheet_unreadable",
        lambda: with_cells(HEAD + b'<row r="2"><c r="ZZZZZZZ99999999999"><v>1</v></c></row>'),
    ),
    "two_million_rows": ("file_too_large_unpacked", lambda: with_cells(HEAD + b"<row/>" * 9_000_000)),
    "zip_bomb": ("file_too_large_unpacked", lambda: bomb(200 * 1024 * 1024)),
    "understated_bomb": ("file_damaged", lambda: understated(bomb(40 * 1024 * 1024 + 7), 40 * 1024 * 1024 + 7)),
    "shared_texts": ("file_too_large_unpacked", shared_bomb),
    "ods_columns": ("too_many_columns", lambda: ods_with(ods_row(ods_cell(16_384), 1_000_000))),
    "ods_rows": ("too_many_rows", lambda: ods_with(ods_row(ods_cell(), 1_000_000))),
    "ods_texts": ("file_too_large_unpacked", lambda: ods_with(ods_row(ods_cell(50, b"x" * 1000), 90_000))),
    "external_entity": ("file_damaged", lambda: with_part(xlsx(LIST), "xl/sharedStrings.xml", lambda old: XXE + old)),
    "nested_entities": ("file_damaged", lambda: with_part(xlsx(LIST), SHEET1, lambda old: LAUGHS + old)),
    "cell_of_ten_megabytes": ("quotes_never_closed", lambda: b"EMIS Code,Name\n1," + b"x" * 10_000_000),
    "cell_never_closed": ("quotes_never_closed", lambda: b'EMIS Code,Name\n1,"' + b"x\n" * 4_000_000),
    "a_thousand_sheets": (
        "file_too_many_parts",
        lambda: xlsx(LIST, more={f"S{place}": [["x"]] for place in range(1_000)}),
    ),
    "macros": ("file_has_macros", lambda: with_part(xlsx(LIST), "xl/vbaProject.bin", lambda _: b"x")),
    "renamed_xls": ("file_is_xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000_000),
    "empty_bytes": ("file_has_nul", lambda: b"EMIS Code,Name\n" + b"1,GPS Kakki\n" * 100_000 + b"2,\0\n"),
    "lone_surrogates": (
        "encoding_mixed",
        lambda: "EMIS Code,اسکول کا نام\n1,\ud800\n".encode("utf-8", "surrogatepass"),
    ),
    "homoglyph_headers": ("column_missing", lambda: "ЕМІЅ Соdе,Nаmе\n1,GPS\n".encode()),
    "two_million_lines": ("too_many_rows", lambda: b"code,name\n" + b"1,2\n" * 2_000_000),
    "two_million_columns": ("too_many_columns", lambda: b"code," + b"1," * 2_000_000 + b"\n1,2\n"),
    "ods_entities": ("file_damaged", lambda: with_part(ods(LIST), "content.xml", lambda old: b"<!DOCTYPE x>" + old)),
}
CHILD = """
import json, pathlib, sys
from clusters.imports.given import open_list
from clusters.imports.vocabulary import ListKind
from clusters.kernel.errors import Invalid
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        open_list(path, ListKind.SCHOOLS)
        said = "read"
    except Invalid as refused:
        said = refused.key if refused.values["sentence"] else "no word"
    print(json.dumps([path.stem, said]), flush=True)
"""


def test_hostile_files_are_refused_by_a_process_that_may_not_take_much_memory(tmp_path: Path) -> None:
    for name, (_, write) in HOSTILE.items():
        (tmp_path / name).write_bytes(write())
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (700 * 1024 * 1024,) * 2),
    )
    told = dict(json.loads(line) for line in ran.stdout.splitlines())
    assert told == {name: key for name, (key, _) in HOSTILE.items()}, ran.stderr[-2000:]


@cache
def whole_files() -> tuple[bytes, ...]:
    """The list in four forms, written once: two of them hold the time, and would differ from example to example."""
    return xlsx(LIST), ods(LIST), text(LIST), text(LIST, ";", "utf-16")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.data())
def test_a_file_with_bytes_changed_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(whole_files()))
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        sheet = read(bytes(changed))
    except Invalid as refused:
        said = refused.values["sentence"]
    else:
        said = sheet.name
    assert said is not None


SMALL = st.one_of(st.none(), st.integers(1, 9999), st.text(st.sampled_from("abc کوڈ,;\"'="), max_size=6).map(str.strip))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(SMALL, min_size=3, max_size=3), min_size=1, max_size=6))
def test_the_same_rows_come_out_of_every_format(cells: Sequence[Sequence[Cell]]) -> None:
    rows = [["EMIS Code", "School Name", "District"], *cells]
    kept = [
        (number, tuple(str(cell) if cell not in (None, "") else None for cell in row))
        for number, row in enumerate(cells, 2)
        if any(cell not in (None, "") for cell in row)
    ]
    for data in (xlsx(rows), text(rows), text(rows, ";"), text(rows, "\t", "utf-16")):
        got = read(data).rows
        assert [(number, tuple(None if cell is None else str(cell) for cell in row)) for number, row in got] == kept


def test_the_real_list_of_a_mountain_district_is_read() -> None:
    sheet = read(shared("schools/killa_saifullah_gps.xlsx"))
    assert (sheet.name, sheet.header_row, len(sheet.rows)) == ("Sheet1", 1, 621)
    assert sheet.rows[0] == (2, ("GBPS TALKHAN SAKHOBI", 1838, 31.1744956139409, 68.4788417492901, "KILLA SAIFULLAH"))


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET1])
def test_a_part_in_an_encoding_that_does_not_exist_is_refused(part: str) -> None:
    odd = with_part(with_cells(HEAD.replace(b'"', b"'")), part, lambda old: old.replace(b"UTF-8", b"UTF-f"))
    assert refusal(odd).key in ("file_damaged", "sheet_unreadable")
