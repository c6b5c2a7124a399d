"""Sample pages of imports, as large as real ones, for the tests of the templates."""

from datetime import UTC, datetime, timedelta

from clusters.imports.steps import Stage
from clusters.imports.vocabulary import FIELDS, ListKind
from cop.web.views.frame import FieldError
from cop.web.views.imports import (
    Cause,
    Change,
    Check,
    Column,
    Counts,
    Heed,
    ImportDraftPage,
    ImportPage,
    ImportRow,
    ImportsPage,
    ImportStep,
    LeftOut,
    ListField,
    Preset,
    ProblemRow,
    Problems,
    Reading,
    Remarked,
    Repaired,
    Skipped,
    StayedRow,
    Stays,
    TakenBack,
    Touched,
    UploadForm,
    WaitingRow,
    Working,
)

AT = datetime(2026, 3, 13, 5, 20, tzinfo=UTC)
FILE = "KP census 2026 اسکول list (final) v3.xlsx"


def imports_page() -> ImportsPage:
    """Twenty imports and two drafts, and an upload that was refused."""
    rows = tuple(
        ImportRow(
            40 - number,
            f"schools of tehsil {number} {FILE}",
            ListKind.STAFF if number % 3 else ListKind.SCHOOLS,
            AT - timedelta(days=2 * number),
            None if number % 5 == 4 else "Sajida Begum",
            Counts(600 - 20 * number, 12 * number, 40, number, 3 * number),
            AT if number == 3 else None,
            AT + timedelta(days=30 - 2 * number) if number < 15 else None,
        )
        for number in range(20)
    )
    waiting = (
        WaitingRow(7, FILE, ListKind.SCHOOLS, AT, ImportStep.COLUMNS, working=False),
        WaitingRow(6, "staff.csv", ListKind.STAFF, AT, ImportStep.CHECK, working=True),
    )
    wrong = FieldError("file", "The file is an old Excel workbook (XLS), which is not read.")
    return ImportsPage(rows, waiting, UploadForm(ListKind.STAFF, "any", (wrong,)), "/imports?before=21")


def columns_page() -> ImportDraftPage:
    """Forty columns, more than any census list has."""
    fields = tuple(ListField(name) for name in FIELDS[ListKind.SCHOOLS])
    columns = tuple(
        Column(
            place,
            f"Column {place}: School Basic Information",
            (f"GPS Kakki No.{place}", f"{35101 + place}", "بنوں"),
            fields[place] if place < len(fields) else None,
            place % 7 != 1,
        )
        for place in range(40)
    )
    reading = Reading(
        "List", ("List", "Notes", "Hidden"), 15_883, 3, None, "cp1256", False, "any", columns, fields,
        (Preset(3, FILE, AT), Preset(2, "schools.csv", AT)),
    )  # fmt: skip
    wrong = (FieldError("field-3", "Only one column can be this: Latitude."),)
    return ImportDraftPage(
        7,
        FILE,
        ListKind.SCHOOLS,
        4_812,
        AT,
        ImportStep.COLUMNS,
        None,
        reading,
        None,
        "It was not checked.",
        wrong,
    )


def check_page() -> ImportDraftPage:
    """Every cause of a problem with five rows each."""
    problems = tuple(
        Problems(
            cause,
            400 - 20 * number,
            tuple(
                ProblemRow(17 * row + number, "Latitude (North)", f"{number}3.{row}45E+09", "34.0123" if row else None)
                for row in range(1, 6)
            ),
        )
        for number, cause in enumerate(Cause)
    )
    touched = tuple(
        Touched(
            row, f"{35100 + row}", f"Govt Primary School Kakki No.{row}",
            (Change(ListField.NAME, f"GPS Kakki {row}", f"GPS Kakki No.{row}"), Change(ListField.LAT, None, "33.0211")),
        )
        for row in range(1, 6)
    )  # fmt: skip
    check = Check(
        counts=Counts(14_210, 620, 12, 41, 1_000),
        problems=problems,
        new=tuple(Touched(each.row, each.code, each.name) for each in touched),
        changed=touched,
        repaired=31,
        repairs=tuple(Repaired(row, f"{35100 + row}", 33.0211, 70.5523) for row in range(1, 6)),
        without_coordinates=18,
        names_missing=2,
        remarks=tuple(Remarked(heed, "Type", "M/P", 4, 31) for heed in Heed),
        left_out=tuple(LeftOut(why, 3, 19) for why in Skipped),
    )
    return ImportDraftPage(7, FILE, ListKind.SCHOOLS, 4_812, AT, ImportStep.CHECK, None, None, check)


def working_page() -> ImportDraftPage:
    """A worker writes."""
    working = Working(Stage.WRITING, 21_000, 100_000)
    return ImportDraftPage(7, FILE, ListKind.SCHOOLS, 4_812, AT, ImportStep.APPLY, working, None, None)


def import_page() -> ImportPage:
    """An import that was taken back, with everything that can stay."""
    row = ImportRow(
        40, FILE, ListKind.SCHOOLS, AT, "Sajida Begum", Counts(14_210, 620, 12, 41, 0), AT + timedelta(days=1)
    )
    stayed = tuple(StayedRow((why, Stays.POST), 40, ("35101", "35102", "35103", "35104", "35105"), ()) for why in Stays)
    fields = tuple((ListField(name), f"Header of {name}") for name in FIELDS[ListKind.SCHOOLS])
    return ImportPage(row, fields, TakenBack(AT, 14_000, 20, 810, stayed[:1], stayed))
