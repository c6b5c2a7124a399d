"""The numbers of `/metrics`: requests of this process, what waits and ticks in the house; no label names anybody."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.clock import now, real_now
from clusters.kernel.unit import UnitOfWork
from cop.backups.records import last_backup, last_check
from cop.receiving import spool_of
from cop.ticks import TickRow, latest, newest
from cop.vitals import Pulse, pulse
from messaging.inbound.counting import hook_counts
from messaging.outbox.rules import GUARDED
from messaging.outbox.switch import standing

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; a page that takes longer is stopped by the database's own limit."""
NOWHERE = "none"
"""Stands for the template of a path that no page has."""
_WENT = text(
    "SELECT attempt.route, coalesce(outcome.outcome, 'open') AS outcome, count(*) FROM attempt"
    " LEFT JOIN attempt_outcome AS outcome USING (message_id, n)"
    " WHERE attempt.started_at > clock_timestamp() - interval '1 day' GROUP BY 1, 2"
)
_LOST = text(
    "SELECT state, coalesce(why, 'unknown') AS reason, count(*) FROM message"
    " WHERE state IN ('failed', 'undelivered', 'rejected', 'unresolved', 'expired', 'suppressed')"
    " AND state_at > CAST(:at AS timestamptz) - interval '1 day' GROUP BY 1, 2"
)
_READ = text(
    "SELECT state, count(*) FROM inbound_text"
    " WHERE received_at > CAST(:at AS timestamptz) - interval '1 day' GROUP BY 1"
)


class Meters:
    """Counters of one process's pages, by templates of paths and never by a path."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        by = ("method", "template", "status")
        self._pages = Counter("cop_pages", "Pages answered.", by, registry=self.registry)
        self._seconds = Histogram(
            "cop_page_seconds", "Time to answer a page.", ("template",), buckets=BUCKETS, registry=self.registry
        )

    def answered(self, method: str, template: str, status: int, seconds: float) -> None:
        """One page was answered."""
        self._pages.labels(method, template or NOWHERE, str(status)).inc()
        self._seconds.labels(template or NOWHERE).observe(seconds)


def exposition(meters: Meters, unit: UnitOfWork, data_dir: Path) -> bytes:
    """Everything there is to count, in the format Prometheus reads."""
    house = CollectorRegistry()
    house.register(House(unit, data_dir))
    return generate_latest(meters.registry) + generate_latest(house)


class House(Collector):
    """What waits, ticks and was kept, read when it is asked for."""

    def __init__(self, unit: UnitOfWork, data_dir: Path) -> None:
        self._unit, self._data_dir = unit, data_dir

    def collect(self) -> Iterator[Metric]:
        """One transaction; none of its statements reads more than the last day."""
        with self._unit() as db:
            at = {"at": now(db)}
            yield from _waiting(pulse(db, at["at"]), at["at"].timestamp())
            yield from _ticking(latest(db))
            yield _by("cop_attempts", "Attempts to send in the last day.", ("route", "outcome"), db.execute(_WENT))
            yield _by("cop_texts_lost", "Texts lost in the last day.", ("state", "reason"), db.execute(_LOST, at))
            yield _by("cop_texts_read", "Texts that came in the last day.", ("state",), db.execute(_READ, at))
            yield _by("cop_hooks", "What providers brought, and what was done.", ("channel", "what"), hook_counts(db))
            yield from _stopped(db)
        yield from _kept(self._data_dir)
        yield from _spooled(self._data_dir)


def _waiting(pulse: Pulse, at: float) -> Iterator[Metric]:
    states = GaugeMetricFamily("cop_texts_waiting", "Texts that wait, by state.", labels=("state",))
    ages = GaugeMetricFamily("cop_oldest_seconds", "Age of the oldest thing that waits.", labels=("queue",))
    for state, count in (
        ("due", pulse.due),
        ("on_the_way", pulse.on_the_way),
        ("in_doubt", pulse.in_doubt),
        ("parked", pulse.parked),
        ("unread", pulse.unread),
        ("inbox", pulse.cards),
    ):
        states.add_metric((state,), count)
    for queue, oldest in (
        ("due", pulse.oldest_due),
        ("in_doubt", pulse.oldest_doubt),
        ("unread", pulse.oldest_unread),
        ("inbox", pulse.oldest_card),
    ):
        ages.add_metric((queue,), max(at - oldest.timestamp(), 0) if oldest else 0)
    yield states
    yield ages
    yield GaugeMetricFamily("cop_texts_twice", "Second copies found in a week.", value=pulse.copies)
    yield GaugeMetricFamily(
        "cop_texts_of_nobody", "Texts a provider took in a week, sent by nobody.", value=pulse.strangers
    )
    codes = len(pulse.unread_codes)
    yield GaugeMetricFamily("cop_error_codes_unknown", "Error numbers of a day that nobody knows.", value=codes)
    if pulse.report_lag is not None:
        lag = pulse.report_lag.total_seconds()
        yield GaugeMetricFamily(
            "cop_report_lag_seconds", "Until the first report, 19 of 20 texts of an hour.", value=lag
        )
    yield GaugeMetricFamily("cop_database_bytes", "Size of the database.", value=pulse.bytes)


def _ticking(ticks: Iterable[TickRow]) -> Iterator[Metric]:
    ages = GaugeMetricFamily("cop_job_age_seconds", "Since a job last ran in any worker.", labels=("job",))
    took = GaugeMetricFamily("cop_job_seconds", "How long a job's last run took.", labels=("job",))
    failing = GaugeMetricFamily("cop_job_failing", "1 when a job's last run failed.", labels=("job",))
    here = real_now()
    for tick in newest(ticks).values():
        ages.add_metric((tick.job,), (here - tick.at).total_seconds())
        took.add_metric((tick.job,), tick.milliseconds / 1000)
        failing.add_metric((tick.job,), tick.failed)
    yield from (ages, took, failing)


def _spooled(data_dir: Path) -> Iterator[Metric]:
    lying = spool_of(data_dir).lying()
    files = GaugeMetricFamily("cop_spool_files", "What came in and lies on the disk.", labels=("state",))
    files.add_metric(("waiting",), lying.waiting)
    files.add_metric(("laid_aside",), lying.bad)
    yield files
    yield GaugeMetricFamily("cop_spool_bytes", "Room that it takes.", value=lying.bytes)


def _by(name: str, sentence: str, labels: tuple[str, ...], rows: Iterable[Iterable[object]]) -> Metric:
    family = GaugeMetricFamily(name, sentence, labels=labels)
    for *values, count in rows:
        family.add_metric([str(value) for value in values], float(str(count)))
    return family


def _stopped(db: Session) -> Iterator[Metric]:
    stops = standing(db)
    everything = stops.everything is not None
    guarded = any(stop.reason in GUARDED for stop in stops.stops)
    yield GaugeMetricFamily("cop_sending_stopped", "1 while all sending is stopped.", value=everything)
    yield GaugeMetricFamily("cop_safe_mode", "1 while texts are held until a backup is reconciled.", value=guarded)
    breakers = GaugeMetricFamily("cop_stops", "Stops that stand, by reason and channel.", labels=("reason", "channel"))
    for (reason, channel), count in Tally((stop.reason.value, stop.channel or "all") for stop in stops.stops).items():
        breakers.add_metric((reason, channel), count)
    yield breakers


def _kept(data_dir: Path) -> Iterator[Metric]:
    backup, check, here = last_backup(data_dir), last_check(data_dir), real_now()
    if backup is not None:
        age = (here - backup.at).total_seconds()
        yield GaugeMetricFamily("cop_backup_age_seconds", "Since the last backup.", value=age)
        yield GaugeMetricFamily("cop_backup_bytes", "Size of the last backup.", value=backup.bytes)
    if check is not None:
        age = (here - check.at).total_seconds()
        yield GaugeMetricFamily("cop_restore_check_age_seconds", "Since a backup was tried out.", value=age)
        yield GaugeMetricFamily("cop_restore_check_ok", "1 when that backup came back whole.", value=check.ok)
