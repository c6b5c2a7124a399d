"""How the house itself does: what waits, what ticks, what was backed up; and what of it a person must look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, DateTime, Integer, Interval, Text, select, text, true
from sqlalchemy.orm import Session

from clusters.scope import Scope
from cop.backups.records import LastBackup, LastCheck
from cop.ticks import TickRow
from messaging.inbound.spool import LIMIT, Lying
from messaging.outbox.queries import backlog_of
from messaging.outbox.rules import GUARDED, StopReason

WORKER_SEEN = timedelta(minutes=3)
"""A worker that was not heard of for longer does not run; it writes down that it ticks every ten seconds."""
LATE = timedelta(minutes=15)
"""Texts that are due for longer than this, inside the texting hours, should have gone."""
UNREAD = timedelta(minutes=5)
"""A text that came in is read within seconds."""
DOUBTFUL = timedelta(hours=1)
"""What became of a text in doubt is asked within minutes."""
INBOX_PATIENCE = timedelta(hours=24)
SPOOLED = timedelta(minutes=2)
"""What lies on the disk goes into the database within half a minute."""
REFUSED, NO_ROOM, UNLISTED = "refused_", "no_room", "unlisted"
TAKEN = ("kept", "again", "reported", "stray", "spooled")
"""What was done with a request that was its provider's own."""
LEAST_ROOM = 1_000_000_000
"""Bytes that must be free where the data lies."""
CLOCKS_APART = timedelta(seconds=5)
"""How far this machine's clock may stand from the database's."""
BACKED_UP = timedelta(hours=36)
"""A nightly backup may be so old."""
TRIED = timedelta(days=40)
"""A monthly trial of the newest backup may be so old."""

WEEK = timedelta(days=7)
"""For so long second copies and texts of nobody are shown."""
REPORTED = timedelta(minutes=10)
"""Of twenty texts nineteen should have their first report by then."""

NOTHING = Lying()

_BESIDE = text(
    """
    SELECT current_setting('server_version_num')::int / 10000 AS postgres,
        pg_database_size(current_database()) AS bytes,
        clock_timestamp() AS database_clock,
        (SELECT count(*) FROM inbound_text WHERE state = 'received') AS unread,
        (SELECT min(received_at) FROM inbound_text WHERE state = 'received') AS oldest_unread,
        (SELECT count(*) FROM parked WHERE settled_at IS NULL) AS cards,
        (SELECT min(parked_at) FROM parked WHERE settled_at IS NULL) AS oldest_card,
        (SELECT count(*) FROM provider_message WHERE extra AND at > CAST(:at AS timestamptz) - :week) AS copies,
        (SELECT count(*) FROM stray WHERE found_at > CAST(:at AS timestamptz) - :week AND why = 'nobodys'
            AND NOT EXISTS (SELECT FROM provider_message WHERE provider_message.sid = stray.sid)) AS strangers,
        ARRAY(SELECT DISTINCT code FROM provider_event WHERE code IS NOT NULL AND fault IS NULL
            AND received_at > CAST(:at AS timestamptz) - interval '1 day' ORDER BY code) AS unread_codes,
        (SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY first_report.at - tried.started_at)
            FROM (SELECT message_id, started_at FROM attempt WHERE started_at > clock_timestamp() - interval '1 hour'
                ORDER BY started_at DESC LIMIT 1000) AS tried
            JOIN provider_message AS known ON known.message_id = tried.message_id
            JOIN LATERAL (SELECT min(received_at) AS at FROM provider_event WHERE provider_event.sid = known.sid)
                AS first_report ON first_report.at IS NOT NULL) AS report_lag
    """
).columns(
    postgres=Integer(),
    bytes=BigInteger(),
    database_clock=DateTime(timezone=True),
    unread=BigInteger(),
    oldest_unread=DateTime(timezone=True),
    cards=BigInteger(),
    oldest_card=DateTime(timezone=True),
    copies=BigInteger(),
    strangers=BigInteger(),
    unread_codes=ARRAY(Text()),
    report_lag=Interval(),
)
"""Each part by a partial index or over the last hour, however many texts there are."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What waits at an instant, and the database it waits in."""

    postgres: int
    bytes: int
    database_clock: datetime
    due: int
    oldest_due: datetime | None
    on_the_way: int
    in_doubt: int
    oldest_doubt: datetime | None
    parked: int
    unread: int
    oldest_unread: datetime | None
    cards: int
    oldest_card: datetime | None
    copies: int = 0
    """Second copies of a text that were found in a week."""
    strangers: int = 0
    """Texts that a provider took from us in a week and nobody here sent."""
    unread_codes: Sequence[str] = ()
    """Numbers of errors of a day of which nobody knows what they mean."""
    report_lag: timedelta | None = None
    """Of twenty texts of the last hour nineteen had their first report by then."""


def pulse(db: Session, at: datetime) -> Pulse:
    """One statement over all that waits."""
    beside, stands = _BESIDE.subquery(), backlog_of(Scope.everywhere(), at).subquery()
    asked = select(beside, stands).join_from(beside, stands, true())
    return Pulse(**db.execute(asked, {"at": at, "week": WEEK}).mappings().one())


class Organ(StrEnum):
    """What is looked at, in the order of the page when all is well."""

    DATABASE = "database"
    WORKER = "worker"
    JOBS = "jobs"
    SENDING = "sending"
    QUEUE = "queue"
    DOUBT = "doubt"
    PARKED = "parked"
    COPIES = "copies"
    STRANGERS = "strangers"
    REPORTS = "reports"
    UNREAD = "unread"
    INBOX = "inbox"
    SPOOL = "spool"
    DOOR = "door"
    BACKUP = "backup"
    RESTORE = "restore"
    DISK = "disk"
    CLOCK = "clock"


class Condition(StrEnum):
    """How an organ does."""

    BAD = "bad"
    WARN = "warn"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Vital:
    """One thing that was looked at: how it does, a count, since when, names, and the command that mends it."""

    organ: Organ
    condition: Condition
    count: int = 0
    since: datetime | None = None
    names: tuple[str, ...] = ()
    mend: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is judged; `at` is the clock handed in, `machine_clock` the machine's own."""

    at: datetime
    machine_clock: datetime
    pulse: Pulse
    ticks: Sequence[TickRow]
    stopped_since: datetime | None
    may_send: bool
    """Inside the texting hours now, and LATE ago."""
    free: int
    """Bytes on the disk of the data folder."""
    backup: LastBackup | None
    check: LastCheck | None
    stopped_by: StopReason | None = None
    spool: Lying = NOTHING
    hooks: Sequence[tuple[str, str, int]] = ()
    """What came to the door since yesterday: by channel, what was done, how often."""


def judge(seen: Seen) -> list[Vital]:
    """Every organ, the ailing ones first."""
    found = [
        Vital(Organ.DATABASE, Condition.GOOD, seen.pulse.bytes // 1_000_000, names=(str(seen.pulse.postgres),)),
        _worker(seen),
        _jobs(seen),
        _sending(seen),
        *_texts(seen),
        _spool(seen),
        _door(seen),
        _backup(seen),
        _check(seen),
        _disk(seen),
        _clock(seen),
    ]
    return sorted(found, key=lambda vital: list(Condition).index(vital.condition))


def _worker(seen: Seen) -> Vital:
    last = max((tick.at for tick in seen.ticks), default=None)
    if last is None or seen.machine_clock - last > WORKER_SEEN:
        return Vital(Organ.WORKER, Condition.BAD, since=last, mend="systemctl restart cop-worker")
    workers = {tick.worker for tick in seen.ticks if seen.machine_clock - tick.at <= WORKER_SEEN}
    return Vital(Organ.WORKER, Condition.GOOD, len(workers), since=last)


def _jobs(seen: Seen) -> Vital:
    failing = [tick for tick in seen.ticks if tick.failed and seen.machine_clock - tick.at <= WORKER_SEEN]
    if failing:
        since = min(tick.failed_at for tick in failing if tick.failed_at is not None)
        names = tuple(sorted({f"{tick.job} ({tick.failure})" for tick in failing}))
        return Vital(Organ.JOBS, Condition.BAD, len(names), since, names, "journalctl -u cop-worker -n 50")
    return Vital(Organ.JOBS, Condition.GOOD, len({tick.job for tick in seen.ticks}))


def _sending(seen: Seen) -> Vital:
    if seen.stopped_since is not None:
        mend = "cop reconcile" if seen.stopped_by in GUARDED else "cop resume-sending"
        return Vital(Organ.SENDING, Condition.BAD, since=seen.stopped_since, mend=mend)
    return Vital(Organ.SENDING, Condition.GOOD)


def _texts(seen: Seen) -> list[Vital]:
    pulse, at = seen.pulse, seen.at
    due_late = pulse.oldest_due is not None and at - pulse.oldest_due > LATE and seen.may_send
    doubt_old = pulse.oldest_doubt is not None and at - pulse.oldest_doubt > DOUBTFUL
    unread_late = pulse.oldest_unread is not None and at - pulse.oldest_unread > UNREAD
    inbox_late = pulse.oldest_card is not None and at - pulse.oldest_card > INBOX_PATIENCE
    restart, status = "systemctl restart cop-worker", "cop messages status"
    return [
        _waiting(Organ.QUEUE, pulse.due, pulse.oldest_due, Condition.BAD if due_late else None, restart),
        _waiting(Organ.DOUBT, pulse.in_doubt, pulse.oldest_doubt, Condition.WARN if doubt_old else None),
        _waiting(Organ.PARKED, pulse.parked, None, Condition.WARN if pulse.parked else None, status),
        _waiting(Organ.COPIES, pulse.copies, None, Condition.WARN if pulse.copies else None, status),
        _waiting(Organ.STRANGERS, pulse.strangers, None, Condition.WARN if pulse.strangers else None, status),
        _reports(pulse),
        _waiting(Organ.UNREAD, pulse.unread, pulse.oldest_unread, Condition.BAD if unread_late else None, restart),
        _waiting(Organ.INBOX, pulse.cards, pulse.oldest_card, Condition.WARN if inbox_late else None),
    ]


def _reports(pulse: Pulse) -> Vital:
    """How soon providers say what became of texts, in seconds, and what they say that nobody here understands."""
    lag = pulse.report_lag
    seconds = round(lag.total_seconds()) if lag is not None else 0
    late = lag is not None and lag > REPORTED
    condition = Condition.WARN if late or pulse.unread_codes else Condition.GOOD
    mend = "cop doctor" if late else None
    return Vital(Organ.REPORTS, condition, seconds, names=tuple(pulse.unread_codes), mend=mend)


def _spool(seen: Seen) -> Vital:
    lying = seen.spool
    since = None if lying.oldest_at is None else datetime.fromtimestamp(lying.oldest_at, UTC)
    if lying.bad or lying.bytes >= LIMIT:
        return Vital(
            Organ.SPOOL, Condition.BAD, lying.bad or lying.waiting, since, mend="journalctl -u cop-worker -n 50"
        )
    if since is not None and seen.machine_clock - since > SPOOLED:
        return Vital(Organ.SPOOL, Condition.WARN, lying.waiting, since, mend="systemctl restart cop-worker")
    return Vital(Organ.SPOOL, Condition.GOOD, lying.waiting, since)


def _door(seen: Seen) -> Vital:
    """A channel of which all is refused has the wrong key or address; a few refusals are the internet's."""
    refused = {channel for channel, what, _ in seen.hooks if what.startswith(REFUSED)}
    taken = {channel for channel, what, _ in seen.hooks if what in TAKEN}
    lost = {channel for channel, what, _ in seen.hooks if what == NO_ROOM}
    strange = {channel for channel, what, _ in seen.hooks if what == UNLISTED}
    count = sum(times for _, what, times in seen.hooks if what.startswith(REFUSED))
    if lost:
        return Vital(Organ.DOOR, Condition.BAD, count, names=tuple(sorted(lost)), mend="du -sh /var/lib/cop/*")
    if ailing := sorted(refused - taken):
        return Vital(Organ.DOOR, Condition.WARN, count, names=tuple(ailing), mend="cop doctor")
    if strange:
        return Vital(Organ.DOOR, Condition.WARN, 0, names=tuple(sorted(strange)))
    return Vital(Organ.DOOR, Condition.GOOD, count)


def _waiting(
    organ: Organ, count: int, oldest: datetime | None, ailing: Condition | None, mend: str | None = None
) -> Vital:
    return Vital(organ, ailing or Condition.GOOD, count, oldest, mend=mend if ailing else None)


def _backup(seen: Seen) -> Vital:
    if seen.backup is None:
        return Vital(Organ.BACKUP, Condition.BAD, mend="cop backup")
    old = seen.machine_clock - seen.backup.at > BACKED_UP
    condition = Condition.BAD if old else Condition.GOOD
    return Vital(
        Organ.BACKUP, condition, seen.backup.bytes // 1_000_000, seen.backup.at, mend="cop backup" if old else None
    )


def _check(seen: Seen) -> Vital:
    mend = "cop restore --check latest"
    if seen.check is None:
        return Vital(Organ.RESTORE, Condition.WARN, mend=mend)
    if not seen.check.ok:
        return Vital(Organ.RESTORE, Condition.BAD, 1, seen.check.at, mend=mend)
    old = seen.machine_clock - seen.check.at > TRIED
    return Vital(
        Organ.RESTORE, Condition.WARN if old else Condition.GOOD, since=seen.check.at, mend=mend if old else None
    )


def _disk(seen: Seen) -> Vital:
    little = seen.free < LEAST_ROOM
    condition = Condition.BAD if little else Condition.GOOD
    return Vital(Organ.DISK, condition, seen.free // 1_000_000_000, mend="du -sh /var/lib/cop/*" if little else None)


def _clock(seen: Seen) -> Vital:
    apart = abs(seen.pulse.database_clock - seen.machine_clock)
    if apart > CLOCKS_APART:
        return Vital(Organ.CLOCK, Condition.BAD, round(apart.total_seconds()), mend="timedatectl set-ntp true")
    return Vital(Organ.CLOCK, Condition.GOOD)
