"""Why a file, a column or a setting of a list cannot be taken: each refusal with its sentence."""

from clusters.kernel.errors import Invalid

SENTENCES = {
    "file_not_opened": "'{name}' could not be opened: {why}. Check the name and the rights.",
    "file_too_large": "The file is larger than {most} MB. Keep the columns that the list needs, or divide it into "
    "several files.",
    "file_empty": "The file holds no rows. Choose a file with a row of headers and rows below it.",
    "file_protected": "The file is protected with a password, so it cannot be read. Save it without a password and "
    "choose it again.",
    "file_is_xls": "The file is an old Excel workbook (XLS), which is not read. Open it and save it as 'Excel Workbook "
    "(.xlsx)'.",
    "file_is_markup": "The file is a web page or an XML file, whatever its name says. Open it in the spreadsheet "
    "program and save it as 'Excel Workbook (.xlsx)'.",
    "file_has_macros": "The file carries macros (XLSM), which are never opened here. Save it as 'Excel Workbook "
    "(.xlsx)'.",
    "file_kind_unknown": "The file is neither XLSX nor ODS nor a text file with columns. Save the list as XLSX, ODS or "
    "CSV.",
    "file_damaged": "The file cannot be opened: {why}. Open it in the spreadsheet program and save it again as XLSX.",
    "file_too_many_parts": "The file has {parts} parts inside; a list needs far fewer and {most} are allowed. Copy the "
    "rows into a new file with one sheet.",
    "file_too_large_unpacked": "The file is packed and grows to more than {most} MB when it is opened, far more than a "
    "list needs. Copy the columns that the list needs into a new file, or save the list as CSV.",
    "file_has_nul": "Line {row} holds empty bytes, which no list has: the file was damaged on its way. Fetch it again, "
    "or save it again from the spreadsheet.",
    "sheet_unknown": "The file has no sheet called '{given}'; it has {listed}. Name one of them, or its number from "
    "the left.",
    "sheet_unreadable": "Sheet '{sheet}' cannot be read: it is not written as spreadsheets are. Open the file in the "
    "spreadsheet program and save it again as XLSX.",
    "too_many_rows": "'{sheet}' goes on to row {row}, and a list may have {most} rows at most. Delete what stands "
    "below the list, or divide it into several files.",
    "too_many_columns": "'{sheet}' has something in cell {column}{row}, and a list may have {most} columns at most. "
    "Delete the columns that are not needed and save it again.",
    "cell_too_long": "Cell {column}{row} of '{sheet}' holds more than {most} letters, and no list needs that. Shorten "
    "it and save the list again.",
    "quotes_never_closed": "A cell of row {row} goes on for more than 100,000 letters: probably a quotation mark that "
    "was opened and never closed. Correct that row, or save the list again from the spreadsheet.",
    "quotes_unbalanced": "The quotation marks of row {row} do not pair up, so it is not certain where its cells end. "
    "Correct that row, or save the list again from the spreadsheet.",
    "encoding_unknown": "'{given}' is no encoding of text. Usual ones are utf-8, utf-16, cp1252 and cp1256.",
    "encoding_wrong": "The file is not written in {encoding}: line {row} cannot be read so. Choose another encoding, "
    "or save the list again as 'CSV UTF-8'.",
    "encoding_mixed": "The file is UTF-8, but line {row} holds bytes that are not: it was put together from different "
    "files or cut off. Save the list again as 'CSV UTF-8', or name its encoding with --encoding.",
    "bounds_unreadable": "The bounds '{given}' cannot be read: they are four numbers in degrees, "
    "south,west,north,east, like 23.5,60.8,37.2,77.9. Write them so, or the word any.",
    "export_kind_unknown": "'{given}' is no name of a list. Let it end in .xlsx or .csv.",
    "column_missing": "No column was recognised as {called}; the list's columns are {listed}. Name it with "
    "--column 'header={field}', or give its header a usual name.",
    "column_unreadable": "'{given}' does not say which column is which. Write header=field, for example "
    "'Site ID=code'.",
    "column_unknown": "The list has no column called '{given}'; its columns are {listed}. Name one of them, or a place "
    "from the left like '#3=code'.",
    "column_ambiguous": "{many} columns are called '{given}'. Name one by its place from the left, for example "
    "'#{place}=code'.",
    "field_unknown": "'{given}' is no field of a {kind} list. The fields are {listed}, or ignore for a column that is "
    "not to be read.",
}
"""English sentences by key, filled with the values of the refusal."""


def refused(key: str, **values: object) -> Invalid:
    """The refusal with its values, and its sentence among them."""
    return Invalid(key, **values, sentence=SENTENCES[key].format(**values))
