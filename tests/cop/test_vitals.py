"""What is judged to ail, and that the ailing stands first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cop.backups.records import LastBackup, LastCheck
from cop.ticks import TickRow
from cop.vitals import (
    BACKED_UP,
    CLOCKS_APART,
    DOUBTFUL,
    INBOX_PATIENCE,
    LATE,
    LEAST_ROOM,
    REPORTED,
    SPOOLED,
    TRIED,
    UNREAD,
    WORKER_SEEN,
    Condition,
    Organ,
    Pulse,
    Seen,
    judge,
)
from messaging.inbound.spool import LIMIT, Lying
from messaging.outbox.rules import GUARDED, StopReason

AT = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
QUIET = Pulse(18, 41_000_000, AT, 0, None, 0, 0, None, 0, 0, None, 0, None)
TICK = TickRow("dispatch", "here:1", AT, 4, {}, 100, None, None, None)
WELL = Seen(
    at=AT,
    machine_clock=AT,
    pulse=QUIET,
    ticks=(TICK,),
    stopped_since=None,
    may_send=True,
    free=50_000_000_000,
    backup=LastBackup(AT - timedelta(hours=5), "a.age", 12_000_000, 4.0, 40, 1000),
    check=LastCheck(AT - timedelta(days=5), "a.age", True, "All rows came back."),
)


def condition(seen: Seen, organ: Organ) -> Condition:
    return next(vital.condition for vital in judge(seen) if vital.organ is organ)


def test_a_well_house_has_nothing_to_mend():
    found = judge(WELL)
    assert [vital.organ for vital in found] == list(Organ)
    assert {vital.condition for vital in found} == {Condition.GOOD}
    assert [vital.mend for vital in found if vital.mend] == []


FAULTS = {
    "worker gone": (Organ.WORKER, Condition.BAD, replace(WELL, ticks=())),
    "worker silent": (Organ.WORKER, Condition.BAD, replace(WELL, ticks=(replace(TICK, at=AT - WORKER_SEEN - SECOND),))),
    "job fails": (Organ.JOBS, Condition.BAD, replace(WELL, ticks=(replace(TICK, failed_at=AT, failure="OSError"),))),
    "sending stopped": (Organ.SENDING, Condition.BAD, replace(WELL, stopped_since=AT - LATE)),
    "texts late": (
        Organ.QUEUE,
        Condition.BAD,
        replace(WELL, pulse=replace(QUIET, due=3, oldest_due=AT - LATE - SECOND)),
    ),
    "long in doubt": (
        Organ.DOUBT,
        Condition.WARN,
        replace(WELL, pulse=replace(QUIET, in_doubt=1, oldest_doubt=AT - DOUBTFUL - SECOND)),
    ),
    "parked": (Organ.PARKED, Condition.WARN, replace(WELL, pulse=replace(QUIET, parked=1))),
    "sent twice": (Organ.COPIES, Condition.WARN, replace(WELL, pulse=replace(QUIET, copies=1))),
    "sent by nobody": (Organ.STRANGERS, Condition.WARN, replace(WELL, pulse=replace(QUIET, strangers=1))),
    "late reports": (
        Organ.REPORTS,
        Condition.WARN,
        replace(WELL, pulse=replace(QUIET, report_lag=REPORTED + SECOND)),
    ),
    "strange errors": (Organ.REPORTS, Condition.WARN, replace(WELL, pulse=replace(QUIET, unread_codes=["99999"]))),
    "unread": (
        Organ.UNREAD,
        Condition.BAD,
        replace(WELL, pulse=replace(QUIET, unread=1, oldest_unread=AT - UNREAD - SECOND)),
    ),
    "inbox old": (
        Organ.INBOX,
        Condition.WARN,
        replace(WELL, pulse=replace(QUIET, cards=1, oldest_card=AT - INBOX_PATIENCE - SECOND)),
    ),
    "laid aside": (Organ.SPOOL, Condition.BAD, replace(WELL, spool=Lying(0, None, 4096, 1))),
    "spool full": (Organ.SPOOL, Condition.BAD, replace(WELL, spool=Lying(9, AT.timestamp(), LIMIT, 0))),
    "nobody empties the spool": (
        Organ.SPOOL,
        Condition.WARN,
        replace(WELL, spool=Lying(3, (AT - SPOOLED - SECOND).timestamp(), 4096, 0)),
    ),
    "no room at the door": (Organ.DOOR, Condition.BAD, replace(WELL, hooks=[("twilio", "no_room", 1)])),
    "a wrong key": (Organ.DOOR, Condition.WARN, replace(WELL, hooks=[("twilio", "refused_signature_wrong", 7)])),
    "forged": (Organ.DOOR, Condition.WARN, replace(WELL, hooks=[("twilio", "unlisted", 1), ("twilio", "kept", 9)])),
    "never backed up": (Organ.BACKUP, Condition.BAD, replace(WELL, backup=None)),
    "backup old": (
        Organ.BACKUP,
        Condition.BAD,
        replace(WELL, backup=LastBackup(AT - BACKED_UP - SECOND, "a", 1, 1.0, 1, 1)),
    ),
    "never tried": (Organ.RESTORE, Condition.WARN, replace(WELL, check=None)),
    "tried long ago": (
        Organ.RESTORE,
        Condition.WARN,
        replace(WELL, check=LastCheck(AT - TRIED - SECOND, "a", True, "It fits.")),
    ),
    "did not come back": (Organ.RESTORE, Condition.BAD, replace(WELL, check=LastCheck(AT, "a", False, "It differs."))),
    "disk full": (Organ.DISK, Condition.BAD, replace(WELL, free=LEAST_ROOM - 1)),
    "clocks apart": (
        Organ.CLOCK,
        Condition.BAD,
        replace(WELL, pulse=replace(QUIET, database_clock=AT + CLOCKS_APART + SECOND)),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_stands_first_and_hides_no_other(name):
    organ, expected, seen = FAULTS[name]
    found = judge(seen)
    assert (found[0].organ, found[0].condition) == (organ, expected)
    assert [vital.organ for vital in found[1:] if vital.condition is not Condition.GOOD] == []


def test_texts_that_wait_for_the_morning_are_no_fault():
    waiting = replace(WELL, may_send=False, pulse=replace(QUIET, due=900, oldest_due=AT - timedelta(hours=9)))
    assert condition(waiting, Organ.QUEUE) is Condition.GOOD


CHANGING = ("ticks", "stopped_since", "backup", "check", "free", "pulse")


@given(st.lists(st.sampled_from(sorted(FAULTS)), max_size=4, unique=True))
def test_what_ails_always_stands_before_what_does_not(names):
    seen = WELL
    for name in names:
        fault = FAULTS[name][2]
        changes = {field: getattr(fault, field) for field in CHANGING}
        seen = replace(seen, **{field: value for field, value in changes.items() if value != getattr(WELL, field)})
    order = [list(Condition).index(vital.condition) for vital in judge(seen)]
    assert order == sorted(order)


def test_a_few_refusals_beside_what_is_taken_are_the_internets():
    seen = replace(WELL, hooks=[("twilio", "kept", 100), ("twilio", "refused_signature_wrong", 7)])
    [door] = [vital for vital in judge(seen) if vital.organ is Organ.DOOR]
    assert (door.condition, door.count) == (Condition.GOOD, 7)


@pytest.mark.parametrize("reason", list(StopReason))
def test_what_the_guard_holds_is_reconciled_before_it_is_released(reason):
    seen = replace(WELL, stopped_since=AT, stopped_by=reason)
    mend = next(vital.mend for vital in judge(seen) if vital.organ is Organ.SENDING)
    assert mend == ("cop reconcile" if reason in GUARDED else "cop resume-sending")
