"""HAZRI 4814 3 7 19: who was absent, by the row numbers of the printed sheet; all or nothing, and said back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.clock import day_of
from clusters.kernel.errors import Conflict, NotFound
from clusters.scope import Scope
from clusters.training.actions import strike_off, take_attendance, take_count, undo_attendance, write_down
from clusters.training.guests import Guest, guests
from clusters.training.queries import (
    SessionRow,
    report_of,
    reports,
    roster,
    sittings,
    training_session,
    walk_ins,
)
from clusters.training.rules import Mark, SessionState, Sitting, day_in_question, report_window
from cop.sms.own_sessions import (
    MOST_OFFERED,
    OwnSessions,
    Written,
    about,
    chosen,
    reportable,
    which,
    wrong_code,
)
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.report import beside, read_report
from messaging.inbound.reported import Headcount, NoCode, NotOnSheet, Reading, Report, ReportInDoubt, Sheet, WrongCode
from messaging.inbound.words import Asked, Reply, Text, Word
from messaging.texts.values import Row

NAME = "attend"


class Sheets(Mapping[str, Sheet]):
    """The sheets of the sessions a person leads, by code; a roster is read when it is asked for."""

    def __init__(self, db: Session, scope: Scope, person_id: int | None) -> None:
        self._db, self._scope = db, scope
        self.own = OwnSessions(db, scope, person_id)
        self.at = self.own.at
        self._names: dict[str, dict[int, str]] = {}
        self._sittings: dict[str, list[Sitting]] = {}

    def __getitem__(self, code: str) -> Sheet:
        return Sheet(code, frozenset(self.names(code)), day_of(self.start(code)))

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)

    def __contains__(self, code: object) -> bool:
        return code in self.own

    def day(self, code: str) -> int:
        """The meeting day, from 1, that a report of now is about."""
        return day_in_question(self._days(code), self.at)

    def start(self, code: str) -> datetime:
        """When that day begins."""
        return self._days(code)[self.day(code) - 1].starts_at

    def _days(self, code: str) -> list[Sitting]:
        row = self.own[code]
        if row.days == 1:
            return [Sitting(row.starts_at, row.ends_at)]
        if code not in self._sittings:
            self._sittings[code] = sittings(self._db, self._scope, [row.id])[row.id]
        return self._sittings[code]

    def names(self, code: str) -> dict[int, str]:
        """Names by row."""
        if code not in self._names:
            rows = roster(self._db, self._scope, self.own[code].id)
            self._names[code] = {row.row: row.name for row in rows}
        return self._names[code]


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Store a report that is sure; ask once about one that is not; refuse with the reason what cannot be."""
    sheets = Sheets(db, scope, text.person_id)
    if isinstance(text.heard, Answer):
        return _chosen(db, scope, text, sheets, text.heard.choice)
    if not isinstance(text.heard, Verb):
        raise NotFound("report")
    tokens, rows, words = beside(text.heard.tokens, text.body)
    named = guests(f"+{words}") if words else []
    reading = read_report(tokens, sheets, score=text.heard.score)
    if named or rows:
        return _with_guests(db, scope, sheets, reading, Beside(rows, tuple(named)), text)
    return _respond(db, scope, sheets, reading, text)


@dataclass(frozen=True, slots=True)
class Beside:
    """What was written after a plus: rows that came after all, and people who came uninvited."""

    rows: tuple[int, ...] = ()
    guests: tuple[Guest, ...] = ()


def _with_guests(db: Session, scope: Scope, sheets: Sheets, reading: Reading, also: Beside, text: Text) -> Reply:
    """A report with somebody beside it is stored whole; where the report is not sure, nothing of it is."""
    if isinstance(reading, WrongCode | NoCode):
        return _respond(db, scope, sheets, reading, text)
    sure = isinstance(reading, Report) and reading.sure
    alone = isinstance(reading, ReportInDoubt) and reading.kind == "empty" and not also.rows
    if not (sure or alone):
        return _respond(db, scope, sheets, reading, text)
    row = sheets.own[reading.code]
    refused = _refused(row, sheets.at)
    if refused is not None:
        return refused
    beyond = [number for number in also.rows if number not in sheets.names(row.code)]
    if beyond:
        return Reply("row_not_on_sheet", code=row.code, rows=beyond, last=max(sheets.names(row.code), default=0))
    if isinstance(reading, Report):
        return _stored(db, scope, sheets, row.code, reading.absent, (*reading.here, *also.rows), also.guests)
    kept = write_down(db, scope, row.id, also.guests, "sms")
    undo = {"session": row.id, "guests": kept}
    return Reply("guests_kept", undo=undo, **_said(also.guests), **about(row, sheets.start(row.code)))


def _said(named: Sequence[Guest]) -> dict[str, Any]:
    return {"joined": len(named), "guests": ", ".join(guest.name for guest in named)}


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Take one report back; the one before it counts again."""
    row = training_session(db, scope, undo["session"])
    open_still = {each.id for each in walk_ins(db, scope, row.id) if each.person_id is None}
    struck = [walk_in for walk_in in undo.get("guests", ()) if walk_in in open_still]
    for walk_in in struck:
        strike_off(db, scope, walk_in)
    if "version" not in undo:
        if not struck:
            raise NotFound("walk_in")
        return Reply("guests_undone", joined=len(struck), code=row.code, start=row.starts_at)
    undo_attendance(db, scope, row.id, undo["version"])
    said = about(row)
    before = report_of(db, scope, row.id)
    if before is None:
        return Reply("undone_attendance", **said)
    if before.headcount is not None:
        return Reply("undone_to_count", present=before.headcount, **said)
    marks = [each.mark for each in roster(db, scope, row.id, undo.get("day")) if each.mark is not None]
    if not marks:
        return Reply("undone_attendance", **said)
    away = sum(mark is Mark.AWAY for mark in marks)
    return Reply("undone_to_earlier_attendance", present=len(marks) - away, away=away, **said)


def stands(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> bool:
    """Is the report that a text made still the one that counts?"""
    if "version" not in undo:
        kept = {each.id for each in walk_ins(db, scope, undo["session"])}
        return set(undo["guests"]) <= kept
    return undo["version"] in {report.version for report in reports(db, scope, undo["session"])}


def _respond(db: Session, scope: Scope, sheets: Sheets, reading: Reading, text: Text) -> Reply:
    match reading:
        case WrongCode():
            return _which_code(db, scope, sheets, reading, text)
        case NoCode():
            return _no_code(sheets, text)
        case _:
            row = sheets.own.get(reading.code)
            if row is None:
                return _no_code(sheets, text)
            sure = not (isinstance(text.heard, Verb) and text.heard.how == "missing")
            return _refused(row, sheets.at) or _read(db, scope, sheets, reading, sure)


def _read(db: Session, scope: Scope, sheets: Sheets, reading: Reading, sure: bool) -> Reply:
    """`sure`: was the command written, so that a count may be stored at once?"""
    match reading:
        case Report(sure=True):
            return _stored(db, scope, sheets, reading.code, reading.absent, reading.here)
        case Report():
            return _proposed(sheets, reading.code, reading.absent, reading.here)
        case Headcount():
            return _counted(db, scope, sheets, reading.code, reading.present, sure=sure)
        case NotOnSheet():
            return Reply("row_not_on_sheet", code=reading.code, rows=reading.numbers, last=reading.last)
        case ReportInDoubt():
            return _doubt(sheets, reading)
    raise NotFound("report")


def _stored(
    db: Session,
    scope: Scope,
    sheets: Sheets,
    code: str,
    absent: Sequence[int],
    here: Sequence[int] = (),
    named: Sequence[Guest] = (),
) -> Reply:
    row, day = sheets.own[code], sheets.day(code)
    kept = write_down(db, scope, row.id, named, "sms", day=day) if named else []
    marks = {**dict.fromkeys(absent, Mark.AWAY), **dict.fromkeys(here, Mark.HERE)}
    taken = take_attendance(db, scope, row.id, marks, "sms", others=Mark.HERE, day=day)
    said = about(row, sheets.start(code))
    undo = {
        "session": row.id,
        "version": taken.version,
        "day": taken.day,
        "guests": kept,
        "again": {
            "key": "already_recorded_attendance",
            "values": {**said, "present": taken.here, "away": taken.away},
        },
    }
    away_rows = [number for number, _ in taken.absent]
    did = {
        "do": "attend",
        "session": code,
        "absent": away_rows,
        "present": sorted(set(sheets.names(code)) - set(away_rows)),
    }
    if named and not taken.absent:
        return Reply("attendance_all_guests", undo=undo, did=did, roster=taken.here, **_said(named), **said)
    if named:
        rows = [Row(number, name) for number, name in taken.absent]
        return Reply("attendance_guests", undo=undo, did=did, present=taken.here, absent=rows, **_said(named), **said)
    if not taken.absent:
        key = "attendance_all_changed" if taken.replaced else "attendance_all"
        return Reply(key, undo=undo, did=did, roster=taken.here, **said)
    key = "attendance_changed" if taken.replaced else "attendance_taken"
    names = [Row(number, name) for number, name in taken.absent]
    return Reply(key, undo=undo, did=did, present=taken.here, absent=names, **said)


def _counted(db: Session, scope: Scope, sheets: Sheets, code: str, present: int, *, sure: bool = True) -> Reply:
    """Store how many came without their names; names that stand already are never replaced by a count."""
    row, day, names = sheets.own[code], sheets.day(code), sheets.names(code)
    if present > len(names):
        return Reply("attendance_count_beyond", code=code, last=len(names), number=present)
    said = {**about(row, sheets.start(code)), "present": present}
    if not sure:
        return Reply("attendance_count_proposed", asks=_asks(row, [{"present": present}, None]), **said)
    try:
        taken = take_count(db, scope, row.id, present, "sms", day=day)
    except Conflict:
        return Reply("attendance_which_rows", code=code, present=present, away=len(names) - present)
    again = {"key": "already_recorded_attendance", "values": {**said, "away": taken.away}}
    undo = {"session": row.id, "version": taken.version, "day": taken.day, "again": again}
    key = "attendance_count_changed" if taken.replaced else "attendance_count"
    return Reply(key, undo=undo, did={"do": NAME, "session": code, "count": present}, **said)


def _proposed(sheets: Sheets, code: str, absent: Sequence[int], here: Sequence[int] = ()) -> Reply:
    row, names = sheets.own[code], sheets.names(code)
    said = about(row, sheets.start(code))
    asks = _asks(row, [{"absent": list(absent), "here": list(here)}, None])
    if not absent:
        return Reply("attendance_all_proposed", asks=asks, roster=len(names), **said)
    rows = [Row(number, names[number]) for number in absent]
    return Reply("attendance_proposed", asks=asks, absent=rows, **said)


def _doubt(sheets: Sheets, doubt: ReportInDoubt) -> Reply:
    row, names = sheets.own[doubt.code], sheets.names(doubt.code)
    asks = _asks(row, [_option(option) for option in doubt.options]) if doubt.options else None
    first, last = (doubt.numbers[0], doubt.numbers[-1]) if doubt.numbers else (0, 0)
    match doubt.kind:
        case "one_number" | "one_present":
            return Reply(
                f"attendance_{doubt.kind}", asks=asks, code=doubt.code, number=first, row_name=names.get(first)
            )
        case "sum":
            return Reply(
                "attendance_sum",
                asks=asks,
                code=doubt.code,
                first=first,
                last=last,
                present=doubt.present,
                away=doubt.away,
            )
        case "range" | "pair" | "date":
            return Reply(f"attendance_{doubt.kind}", asks=asks, code=doubt.code, first=first, last=last)
        case "count":
            return Reply("attendance_which_rows", code=doubt.code, present=doubt.present, away=doubt.away)
        case "unread" if doubt.options and isinstance(option := doubt.options[0], Report):
            if not option.absent:
                return _proposed(sheets, option.code, ())
            rows = [Row(number, names[number]) for number in option.absent]
            return Reply("attendance_unread_rows", asks=asks, code=doubt.code, word=doubt.word, absent=rows)
        case "unread":
            return Reply("attendance_unread", code=doubt.code, word=doubt.word)
        case "mixed":
            return Reply("attendance_mixed", code=doubt.code)
        case "empty":
            return Reply("attendance_example", code=doubt.code, subject=row.subject, start=row.starts_at)
        case "two_reports":
            return Reply("two_things", code=doubt.code)


def _option(option: Report | Headcount | None) -> dict[str, Any] | None:
    if isinstance(option, Report):
        return {"absent": list(option.absent), "here": list(option.here)}
    return {"present": option.present} if isinstance(option, Headcount) else None


def _asks(row: SessionRow, options: Sequence[Mapping[str, Any] | None]) -> Asked:
    return Asked(NAME, row.id, {"code": row.code, "session": row.id, "options": list(options)}, len(options))


def _chosen(db: Session, scope: Scope, text: Text, sheets: Sheets, choice: int) -> Reply:
    """A digit for what we asked back: the reading it stands for, or the session that was meant."""
    if "codes" in text.question:
        found = chosen(sheets.own, text)
        if found is None:
            return Reply("nothing_changed")
        return _respond(db, scope, sheets, read_report(found.written.tokens, sheets, code=found.row.code), text)
    row = next((each for each in sheets.own.values() if each.id == text.question["session"]), None)
    option = text.question["options"][choice - 1]
    if row is None or option is None:
        return Reply("nothing_changed")
    refused = _refused(row, sheets.at)
    if refused is not None:
        return refused
    if "present" in option:
        return _counted(db, scope, sheets, row.code, option["present"])
    return _stored(db, scope, sheets, row.code, option["absent"], option.get("here", ()))


def _refused(row: SessionRow, at: datetime) -> Reply | None:
    """Too early, too late, or called off."""
    opens, closes = report_window(row.starts_at, row.ends_at)
    said = about(row)
    if row.state is SessionState.CANCELLED:
        return Reply("session_called_off", **said)
    if at < opens:
        return Reply("session_in_future", **said)
    return Reply("session_too_late", **said) if at >= closes else None


def _which_code(db: Session, scope: Scope, sheets: Sheets, wrong: WrongCode, text: Text) -> Reply:
    """Offer the sender's own sessions that are one slip away, those that can be reported now first."""
    return wrong_code(db, scope, sheets.own, text, NAME, wrong.written, _written(text), reportable)


def _no_code(sheets: Sheets, text: Text) -> Reply:
    """One session in question is proposed with what was read, several are asked by number."""
    offered = sheets.own.likely(reportable)
    if not offered:
        return Reply("wrong_code_none", written="HAZRI")
    if len(offered) == 1 and isinstance(text.heard, Verb):
        reading = read_report(text.heard.tokens, sheets, code=offered[0].code)
        if isinstance(reading, Report):
            return _proposed(sheets, reading.code, reading.absent, reading.here)
        if isinstance(reading, ReportInDoubt):
            return _doubt(sheets, reading)
        if isinstance(reading, NotOnSheet):
            return Reply("row_not_on_sheet", code=reading.code, rows=reading.numbers, last=reading.last)
    return which(NAME, offered[:MOST_OFFERED], _written(text))


def _written(text: Text) -> Written:
    return Written(text.heard.tokens, text.heard.rest) if isinstance(text.heard, Verb) else Written()


WORD = Word(
    NAME,
    {
        "ur_latn": (
            *("hazri", "haazri", "haziri", "haaziri", "hazree", "haazree", "hazari", "hazry", "haziry"),
            *("hajri", "haajri", "hzri", "hazeri", "hazre", "hazr"),
        ),
        "en": ("att", "attendance", "abs"),
        "ur": ("حاضری", "حاضر ی", "حاظری", "ہاضری", "حاضیری", "حازری"),
    },
    tier=1,
    act=act,
    take_back=take_back,
    anywhere=True,
    stands=stands,
)
