"""Lists in and out: what was imported, a list on its way in step by step, and what one did and how to take it back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clusters.imports.outcome import Outcome
from clusters.imports.steps import Stage
from clusters.imports.vocabulary import ListKind
from cop.web.views.frame import FieldError

ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1256", "iso8859-1", "cp1250", "cp850", "mac-roman")
"""How letters may be written, to choose from."""


class ImportStep(StrEnum):
    """The steps of a list on its way in."""

    FILE = "file"
    COLUMNS = "columns"
    CHECK = "check"
    APPLY = "apply"
    DONE = "done"


class ListField(StrEnum):
    """What a column can stand for."""

    CODE = "code"
    NAME = "name"
    GENDER = "gender"
    LEVEL = "level"
    LAT = "lat"
    LON = "lon"
    LAT_DEG = "lat_deg"
    LAT_MIN = "lat_min"
    LAT_SEC = "lat_sec"
    LON_DEG = "lon_deg"
    LON_MIN = "lon_min"
    LON_SEC = "lon_sec"
    LATLON = "latlon"
    PROVINCE = "province"
    DISTRICT = "district"
    TEHSIL = "tehsil"
    UNION_COUNCIL = "union_council"
    VILLAGE_COUNCIL = "village_council"
    ASDEO_CIRCLE = "asdeo_circle"
    SDEO_OFFICE = "sdeo_office"
    ZONE = "zone"
    DDO_CODE = "ddo_code"
    ROOMS = "rooms"
    POWER = "power"
    SAFE_ACCESS = "safe_access"
    CAN_HOST = "can_host"
    OFFICIAL_CLUSTER = "official_cluster"
    OFFICIAL_HOST = "official_host"
    DESIGNATION = "designation"
    PERSONAL_NO = "personal_no"
    MOBILE_NO = "mobile_no"
    SUBJECT = "subject"


class Cause(StrEnum):
    """Why a row is kept out."""

    CODE_MISSING = "code_missing"
    CODE_DAMAGED = "code_damaged"
    CODE_ZEROS = "code_zeros"
    CONFLICTING_CODE = "conflicting_code"
    COORDINATE_UNREADABLE = "coordinate_unreadable"
    COORDINATES_IMPOSSIBLE = "coordinates_impossible"
    ROW_TOO_LONG = "row_too_long"
    NAME_MISSING = "name_missing"
    DESIGNATION_MISSING = "designation_missing"
    DESIGNATION_UNKNOWN = "designation_unknown"
    SCHOOL_UNKNOWN = "school_unknown"
    PERSONAL_NO_DAMAGED = "personal_no_damaged"
    PHONE_DAMAGED = "phone_damaged"
    PHONE_NOT_PK_MOBILE = "phone_not_pk_mobile"
    PERSON_AMBIGUOUS = "person_ambiguous"
    OUTSIDE_SCOPE = "outside_scope"
    MAY_NOT_APPOINT = "may_not_appoint"


class Heed(StrEnum):
    """What keeps no row out and should be known."""

    GENDER_UNKNOWN = "gender_unknown"
    LEVEL_UNKNOWN = "level_unknown"
    ZONE_UNKNOWN = "zone_unknown"
    ROOMS_UNKNOWN = "rooms_unknown"
    POWER_UNKNOWN = "power_unknown"
    SAFE_ACCESS_UNKNOWN = "safe_access_unknown"
    CAN_HOST_UNKNOWN = "can_host_unknown"
    SUBJECT_UNKNOWN = "subject_unknown"
    HALF_A_PLACE = "half_a_place"


class Skipped(StrEnum):
    """Why a row is no record."""

    HEADERS = "the headers are repeated"
    HEADING = "a heading between the rows"
    NUMBERING = "the columns are numbered"
    TOTAL = "a total"
    NOTHING = "nothing in the columns that are read"
    NOTE = "a note below the list"


class Stays(StrEnum):
    """Why something stays when an import is taken back."""

    CHANGED_SINCE = "changed_since"
    GONE = "gone"
    ATTENDANCE_REPORT = "attendance_report"
    AUDIT_ENTRY = "audit_entry"
    BOOKING = "booking"
    CLUSTER_DRAFT_ROW = "cluster_draft_row"
    IMPORT = "import"
    INBOUND_TEXT = "inbound_text"
    INVITATION = "invitation"
    LOGIN = "login"
    MESSAGE = "message"
    PERSON_NUMBER = "person_number"
    PLACE = "place"
    PLACEMENT = "placement"
    POST = "post"
    QUESTION = "question"
    SESSION_TRAINER = "session_trainer"
    TRAINING_SESSION = "training_session"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of a list by what became of them."""

    new: int
    changed: int
    unchanged: int
    duplicates: int
    problem_rows: int

    @property
    def rows(self) -> int:
        """All of them."""
        return self.new + self.changed + self.unchanged + self.duplicates + self.problem_rows

    @property
    def parts(self) -> tuple[tuple[Outcome, int], ...]:
        """In the order of the bar."""
        numbers = (self.new, self.changed, self.unchanged, self.duplicates, self.problem_rows)
        return tuple(zip(Outcome, numbers, strict=True))


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A list that was applied; `undo_until` is None where it can no longer be taken back."""

    import_id: int
    file_name: str
    kind: ListKind
    at: datetime
    by: str | None
    """None: the command line."""
    counts: Counts
    undone_at: datetime | None = None
    undo_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A list on its way in."""

    draft_id: int
    file_name: str
    kind: ListKind
    made_at: datetime
    step: ImportStep
    working: bool


@dataclass(frozen=True, slots=True)
class UploadForm:
    """What was chosen in the form, and what is wrong with it; `bounds` is the country's or any."""

    kind: ListKind = ListKind.SCHOOLS
    bounds: str = ""
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """Every list that was applied, the newest first; what waits; a form for the next one."""

    imports: tuple[ImportRow, ...]
    waiting: tuple[WaitingRow, ...]
    form: UploadForm
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Working:
    """A worker is at it, or will be; progress in rows."""

    stage: Stage | None
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list: its first values, and what it stands for; None if it is not read."""

    place: int
    header: str
    samples: tuple[str, ...]
    field: ListField | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Preset:
    """Columns as they were named in an earlier import."""

    import_id: int
    file_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """How the file was read."""

    sheet: str
    sheets: tuple[str, ...]
    rows: int
    header_row: int
    delimiter: str | None
    encoding: str
    encoding_sure: bool
    bounds: str
    columns: tuple[Column, ...]
    fields: tuple[ListField, ...]
    """What a column of this kind of list can stand for."""
    presets: tuple[Preset, ...] = ()


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One row with a fault: the cell as it was written."""

    row: int
    column: str
    value: str
    proposal: str | None


@dataclass(frozen=True, slots=True)
class Problems:
    """Faults of one cause, and the first rows that have it."""

    cause: Cause
    rows: int
    first: tuple[ProblemRow, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that would change."""

    field: ListField
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that would be new, or change something."""

    row: int
    code: str
    name: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Repaired:
    """Latitude and longitude stood in each other's place and were put right."""

    row: int
    code: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Remarked:
    """Something to know, in `rows` rows from `row` on; `word` was not understood."""

    heed: Heed
    column: str
    word: str
    row: int
    rows: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that are no records."""

    why: Skipped
    rows: int
    row: int


@dataclass(frozen=True, slots=True)
class Check:
    """What the list would do."""

    counts: Counts
    problems: tuple[Problems, ...]
    new: tuple[Touched, ...]
    changed: tuple[Touched, ...]
    repaired: int
    repairs: tuple[Repaired, ...]
    without_coordinates: int
    names_missing: int
    remarks: tuple[Remarked, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def good(self) -> int:
        """Rows that would be written."""
        return self.counts.new + self.counts.changed


@dataclass(frozen=True, slots=True)
class ImportDraftPage:
    """A list on its way in, at one of its steps; `refused` says why the last work was not done."""

    draft_id: int
    file_name: str
    kind: ListKind
    kilobytes: int
    made_at: datetime
    step: ImportStep
    working: Working | None
    reading: Reading | None
    check: Check | None
    refused: str | None = None
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class StayedRow:
    """What stayed for the same reasons: how many, the first by name, and the fields somebody edited."""

    why: tuple[Stays, ...]
    many: int
    names: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of taking an import back."""

    at: datetime
    reversed: int
    kept_edited: int
    could_not: int
    edited: tuple[StayedRow, ...]
    stuck: tuple[StayedRow, ...]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A list that was applied: what it did, and how to take it back."""

    row: ImportRow
    columns: tuple[tuple[ListField, str], ...]
    """Field and header of what was read."""
    taken_back: TakenBack | None = None
