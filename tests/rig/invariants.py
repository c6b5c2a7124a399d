"""What must hold after every scenario, whatever was killed, cut or raced: I1 to I12, told from the truth outside."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from messaging.outbox.rules import ATTEMPTS_MAX, NEVER_SENT, RANK, RETRIES_AFTER_ASKING, State, TextClass

SUBMITTED = frozenset(state.value for state in State if RANK.get(state, 0) >= RANK[State.ACCEPTED])
FINAL = SUBMITTED | {state.value for state in (*NEVER_SENT, State.UNRESOLVED, State.PARKED)}
"""Parked counts, because a person is shown it."""
PERSONAL = re.compile(rb"\+?923\d{9}|%2B923\d{9}|Text \d+ of share", re.IGNORECASE)
"""What scenarios write to whom; none of it belongs into a log."""
SHOWN = 5
"""Examples of one violation."""


class Accepted(NamedTuple):
    """One copy that the provider took, as the provider knows it."""

    sid: str
    number: str
    body: str
    at: datetime
    segments: int = 1
    sender: str = ""


class Violation(NamedTuple):
    """Which invariant does not hold, how often, and what to look for."""

    invariant: str
    what: str
    often: int = 1
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expected:
    """What a scenario knows of itself.

    `planned` are (subject, person) of every message that was to be; `extra` copies may be, because so many were in
    flight at crashes while nobody could look them up. `open_at` says when texts may go, `clock` how far the house's
    clock stands from the database's. `buckets` are segments a second and at once, by sender. `texts` are the ids of
    what was texted in and answered 200.
    """

    planned: Collection[tuple[int, int]] = ()
    extra: int = 0
    drained: bool = True
    open_at: Callable[[datetime], bool] | None = None
    clock: timedelta = timedelta(0)
    buckets: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    texts: Collection[str] = ()


@dataclass(frozen=True)
class Row:
    """A message as the database has it in the end."""

    id: UUID
    key: tuple[int, int]
    number: str
    body: str | None
    state: str
    priority: int
    doubtful: int


_RANKED = "ARRAY[" + ",".join(f"'{state.value}'" for state in sorted(RANK, key=lambda each: RANK[each])) + "]"
_FIRM = ",".join(f"'{name}'" for name in sorted(SUBMITTED))
_WATCH = (
    "CREATE TABLE rig_fall (message_id uuid, old text, new text)",
    (
        "CREATE FUNCTION rig_fall() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN"
        " INSERT INTO rig_fall VALUES (NEW.id, OLD.state, NEW.state); RETURN NULL; END $$"
    ),
    (
        "CREATE TRIGGER rig_fall AFTER UPDATE OF state ON message FOR EACH ROW"
        f" WHEN (OLD.state IN ({_FIRM}) AND coalesce(array_position({_RANKED}, NEW.state::text), 0)"
        f" < array_position({_RANKED}, OLD.state::text)) EXECUTE FUNCTION rig_fall()"
    ),
)
_LATER_THAN = (
    "SELECT a.message_id::text FROM attempt a JOIN message m ON m.id = a.message_id JOIN {table} o ON {same}"
    " WHERE pg_xact_commit_timestamp(a.xmin) > pg_xact_commit_timestamp(o.xmin){more}"
)
FULLY = "(NOT o.changes_too OR m.priority <> 0)"
"""Who keeps changes of date and place still gets those."""
_AFTER_OPT_OUT = text(
    _LATER_THAN.format(
        table="opt_out",
        same="o.number = m.number",
        more=" AND m.priority <> :reply AND o.ended_at IS NULL AND " + FULLY,
    )
)
_AFTER_SILENCE = text(
    _LATER_THAN.format(
        table="person_opt_out",
        same="o.person_id = m.person_id",
        more=" AND m.priority <> :reply AND o.ended_at IS NULL AND " + FULLY,
    )
)
_AFTER_WITHDRAWAL = text(_LATER_THAN.format(table="withdrawal", same="o.message_id = m.id", more=""))


def watch(engine: Engine) -> None:
    """Let the database itself write down every state that fell from rank 3 or above."""
    with engine.begin() as connection:
        for statement in _WATCH:
            connection.execute(text(statement))


def phones(db: Connection) -> list[Accepted]:
    """The truth of the rehearsal channel: the texts on its phones."""
    rows = db.execute(text("SELECT id, phone, body, at FROM phone_text WHERE incoming ORDER BY id"))
    return [Accepted(f"RH{row.id}", row.phone, row.body, row.at) for row in rows]


def verify(
    db: Connection, ledger: Sequence[Accepted], logs: Iterable[Path] = (), expected: Expected | None = None
) -> list[Violation]:
    """All that does not hold; empty is what a scenario wants to see."""
    expected = expected or Expected()
    rows = _rows(db)
    copies = _by_message(rows, ledger)
    known = {row.sid: row.message_id for row in db.execute(text("SELECT sid, message_id FROM provider_message"))}
    found = [
        *_nothing_lost(rows, expected),
        *_not_given_up(rows, copies),
        *_honest(rows, copies, ledger),
        *_once(rows, copies, known, expected),
        *_committed_first(db),
        *_in_hours(db, expected),
        *_monotone(db),
        *_texts_read(db, expected),
        *_within_rates(ledger, expected),
        *_nothing_told(logs),
    ]
    return [each for each in found if each.often]


def duplicates(db: Connection, ledger: Sequence[Accepted]) -> tuple[int, int]:
    """Copies beyond the first, and how many of those the database knows of."""
    copies = _by_message(_rows(db), ledger)
    known = set(db.scalars(text("SELECT sid FROM provider_message")))
    twice = [each for each in copies.values() if len(each) > 1]
    return sum(len(each) - 1 for each in twice), sum(
        max(0, sum(copy.sid in known for copy in each) - 1) for each in twice
    )


def unsent(db: Connection, ledger: Sequence[Accepted]) -> Counter[str]:
    """Messages that no phone has, by their class and state."""
    rows = _rows(db)
    copies = _by_message(rows, ledger)
    return Counter(f"{TextClass(row.priority).name.lower()} {row.state}" for row in rows if not copies[row.id])


def _rows(db: Connection) -> list[Row]:
    rows = db.execute(text("SELECT id, subject_id, person_id, number, body, state, priority, doubtful FROM message"))
    return [Row(r.id, (r.subject_id, r.person_id), r.number, r.body, r.state, r.priority, r.doubtful) for r in rows]


def _by_message(rows: Iterable[Row], ledger: Iterable[Accepted]) -> dict[UUID, list[Accepted]]:
    """Copies by the message they are of: by number and text, and by number alone where it has one message only."""
    of_text: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for row in rows:
        of_text[row.number, row.body].append(row)
    copies: dict[UUID, list[Accepted]] = {row.id: [] for same in of_text.values() for row in same}
    for copy in ledger:
        same = of_text.get((copy.number, copy.body), ())
        if same:
            # Messages of equal number and text share their copies as evenly as can be: the first gap is filled first.
            copies[min(same, key=lambda row: len(copies[row.id])).id].append(copy)
    return copies


def _nothing_lost(rows: Sequence[Row], expected: Expected) -> Iterable[Violation]:
    stuck = [str(row.id) for row in rows if row.state not in FINAL]
    yield Violation("I1", "messages without a final state", len(stuck), tuple(stuck[:SHOWN]))
    if expected.planned:
        counted = Counter(row.key for row in rows)
        missing = [str(key) for key in set(expected.planned) - counted.keys()]
        yield Violation("I1", "planned messages that are not there", len(missing), tuple(missing[:SHOWN]))
        more = [str(key) for key, count in counted.items() if count > 1 or key not in set(expected.planned)]
        yield Violation("I8", "messages that nobody planned, or planned twice", len(more), tuple(more[:SHOWN]))
    yield Violation("I10", "the backlog did not drain by itself", int(not expected.drained))


def _not_given_up(rows: Sequence[Row], copies: Mapping[UUID, Sequence[Accepted]]) -> Iterable[Violation]:
    """What is tried again after asking is given up only when it was tried as often as may be."""
    lost = [
        str(row.id)
        for row in rows
        if row.state == State.UNRESOLVED
        and row.priority in RETRIES_AFTER_ASKING
        and row.doubtful < ATTEMPTS_MAX
        and not copies[row.id]
    ]
    yield Violation("I1", "messages given up that should have been tried again", len(lost), tuple(lost[:SHOWN]))


def _honest(
    rows: Sequence[Row], copies: Mapping[UUID, Sequence[Accepted]], ledger: Sequence[Accepted]
) -> Iterable[Violation]:
    claimed = [f"{row.id} {row.state}" for row in rows if row.state in SUBMITTED and not copies[row.id]]
    yield Violation("I2", "messages that count as sent and that no provider has", len(claimed), tuple(claimed[:SHOWN]))
    denied = [
        f"{row.id} {row.state}"
        for row in rows
        if row.state not in SUBMITTED and row.state != State.UNRESOLVED and copies[row.id]
    ]
    yield Violation("I2", "messages that count as never sent and that went", len(denied), tuple(denied[:SHOWN]))
    strange = len(ledger) - sum(map(len, copies.values()))
    yield Violation("I2", "texts that went and are none of ours", strange)


def _once(
    rows: Sequence[Row], copies: Mapping[UUID, Sequence[Accepted]], known: Mapping[str, Any], expected: Expected
) -> Iterable[Violation]:
    twice = {row.id: copies[row.id] for row in rows if len(copies[row.id]) > 1}
    extra = sum(len(each) - 1 for each in twice.values())
    if extra > expected.extra:
        yield Violation("I3", f"copies beyond the first; at most {expected.extra} may be", extra, _first(twice))
    unseen = {key: each for key, each in twice.items() if any(known.get(copy.sid) is None for copy in each)}
    yield Violation("I3", "duplicates that the database does not know of", len(unseen), _first(unseen))
    at_most_once = {row.id for row in rows if row.priority in (TextClass.REPLY, TextClass.BULK)}
    yield Violation("I3", "texts that go at most once went twice", len(at_most_once & twice.keys()), _first(twice))


def _first(some: Mapping[UUID, object]) -> tuple[str, ...]:
    return tuple(map(str, list(some)[:SHOWN]))


def _committed_first(db: Connection) -> Iterable[Violation]:
    if db.scalar(text("SHOW track_commit_timestamp")) != "on":
        return
    for statement in (_AFTER_OPT_OUT, _AFTER_SILENCE):
        late = db.scalars(statement, {"reply": int(TextClass.REPLY)}).all()
        yield Violation("I4", "attempts committed after the number or person had left", len(late), tuple(late[:SHOWN]))
    late = db.scalars(_AFTER_WITHDRAWAL).all()
    yield Violation("I12", "attempts committed after their withdrawal", len(late), tuple(late[:SHOWN]))


def _in_hours(db: Connection, expected: Expected) -> Iterable[Violation]:
    if expected.open_at is None:
        return
    rows = db.execute(
        text(
            "SELECT a.message_id, a.started_at, a.valid_until FROM attempt a JOIN message m ON m.id = a.message_id"
            " WHERE m.priority <> :reply"
        ),
        {"reply": int(TextClass.REPLY)},
    ).all()
    outside = [str(row.message_id) for row in rows if not expected.open_at(row.started_at + expected.clock)]
    yield Violation("I5", "attempts outside the hours in which texts may go", len(outside), tuple(outside[:SHOWN]))
    second = timedelta(seconds=1)
    late = [str(r.message_id) for r in rows if r.valid_until and not expected.open_at(r.valid_until - second)]
    yield Violation("I5", "texts that the provider may try outside those hours", len(late), tuple(late[:SHOWN]))


def _monotone(db: Connection) -> Iterable[Violation]:
    if db.scalar(text("SELECT to_regclass('rig_fall')")) is None:
        return
    fallen = [f"{old} -> {new}" for old, new in db.execute(text("SELECT old, new FROM rig_fall"))]
    yield Violation("I6", "states that fell", len(fallen), tuple(fallen[:SHOWN]))


def _texts_read(db: Connection, expected: Expected) -> Iterable[Violation]:
    if not expected.texts:
        return
    states = {row.provider_id: row.state for row in db.execute(text("SELECT provider_id, state FROM inbound_text"))}
    lost = [sid for sid in expected.texts if sid not in states]
    yield Violation("I7", "texts that were taken at the door and are not there", len(lost), tuple(lost[:SHOWN]))
    unread = [sid for sid, state in states.items() if state == "received"]
    yield Violation("I7", "texts that nobody has read", len(unread), tuple(unread[:SHOWN]))
    replies = db.execute(
        text("SELECT subject_id FROM message WHERE subject_kind = 'text' GROUP BY 1 HAVING count(*) > 1")
    ).all()
    yield Violation("I7", "texts with two replies", len(replies), tuple(str(each[0]) for each in replies[:SHOWN]))


def _within_rates(ledger: Sequence[Accepted], expected: Expected) -> Iterable[Violation]:
    levels: dict[str, tuple[float, datetime]] = {}
    over: Counter[str] = Counter()
    for copy in sorted(ledger, key=lambda each: each.at):
        if copy.sender not in expected.buckets:
            continue
        rate, burst = expected.buckets[copy.sender]
        level, since = levels.get(copy.sender, (0.0, copy.at))
        level = max(0.0, level - rate * (copy.at - since).total_seconds()) + copy.segments
        over[copy.sender] += level > burst
        levels[copy.sender] = (level, copy.at)
    yield Violation("I9", "texts faster than their sender may send", over.total(), tuple(over))


def _nothing_told(logs: Iterable[Path]) -> Iterable[Violation]:
    told = [file.name for file in logs if file.exists() and PERSONAL.search(file.read_bytes())]
    yield Violation("I11", "logs with a number or words of a text in them", len(told), tuple(told[:SHOWN]))
