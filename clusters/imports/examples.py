"""Filled examples of lists, as workbooks whose codes and numbers are text; they import as they are."""

from clusters.imports.vocabulary import ListKind
from clusters.imports.workbook import Table, workbook

ROWS = {
    ListKind.SCHOOLS: (
        ("EMIS Code", "School Name", "Gender", "Level", "Latitude", "Longitude", "District", "Tehsil", "Union Council",
         "Circle (ASDEO) Office", "Summer/Winter Zone"),
        ("35101", "GPS Kakki No.1", "Boys", "Primary", 33.0211, 70.5523, "Bannu", "Bannu", "Kakki", "Kakki", "Summer"),
        ("35102", "GGPS Kakki No.1", "Girls", "Primary", 33.0249, 70.5481, "Bannu", "Bannu", "Kakki", "Kakki",
         "Summer"),
        ("35117", "GHS Domel", "Boys", "High", 33.3608, 70.9302, "Bannu", "Domel", "Domel", "Domel", "Summer"),
    ),
    ListKind.STAFF: (
        ("Personal No", "Name", "Designation", "EMIS Code", "Mobile No", "Gender", "Subject"),
        ("00412233", "Zakir Ullah", "PST", "35101", "0300-0000001", "Male", ""),
        ("00412250", "Shaista Bibi", "Head Teacher", "35102", "0300-0000002", "Female", ""),
        ("00398114", "Gul Zaman", "Circle Trainer", "35117", "0300-0000003", "Male", "Maths"),
    ),
}  # fmt: skip
"""Invented schools and persons; a number that belongs to nobody."""


def example(kind: ListKind) -> bytes:
    """The example of one kind of list."""
    header, *rows = ROWS[kind]
    return workbook([Table(kind.value, header, rows)])
