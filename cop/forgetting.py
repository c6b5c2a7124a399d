"""What is let go on its date: words, numbers and readings of texts, undo notes, looks, the oldest of the audit trail.

Figures stay as they were: a row keeps its state, its places and its time, and loses what says who wrote what.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from clusters.kernel.audit import record
from clusters.kernel.clock import now, real_now
from cop.settings import Settings

MONTH = timedelta(days=30.5)
AUDIT_LEAST_MONTHS = 84
"""Seven years."""
VIEWS_LEAST_MONTHS = 3
"""Members are told of the looks of 90 days."""


@dataclass(frozen=True, slots=True)
class Periods:
    """For how long each class of data is kept."""

    texts: timedelta
    readings: timedelta
    audit: timedelta
    views: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Periods":
        """As the settings say, in months; the audit trail never shorter than seven years, looks than three months."""
        return cls(
            texts=settings.keep_texts_months * MONTH,
            readings=settings.keep_readings_months * MONTH,
            audit=max(settings.keep_audit_months, AUDIT_LEAST_MONTHS) * MONTH,
            views=max(settings.keep_views_months, VIEWS_LEAST_MONTHS) * MONTH,
        )


_TEXTS = {
    "texts received": text(
        "UPDATE inbound_text SET body = '', number = '', rule = NULL, person_id = NULL"
        " WHERE received_at < :before AND number <> ''"
    ),
    "texts sent": text(
        "UPDATE message SET body = NULL, text_values = '{}', number = '-' || id"
        " WHERE planned_at < :before AND number NOT LIKE '-%'"
        " AND state NOT IN ('queued', 'claimed', 'submitting', 'unknown', 'parked')"
    ),
    "walk-ins": text(
        "UPDATE walk_in SET raw = '', name = '', school = '', phone = '' WHERE at < :before AND raw <> ''"
    ),
    "texts that were nobody's": text("UPDATE stray SET number = NULL WHERE found_at < :before AND number IS NOT NULL"),
    "requests to join": text("DELETE FROM join_request WHERE asked_at < :before"),
    "numbers once called wrong": text("DELETE FROM wrong_number WHERE ended_at < :before"),
    "copies on rehearsal phones": text("DELETE FROM phone_text WHERE at < :before"),
}
_READINGS = {
    "readings": text("UPDATE inbound_text SET rule = NULL WHERE received_at < :before AND rule IS NOT NULL"),
    "guesses": text(
        "UPDATE parked SET guesses = '[]' WHERE parked_at < :before AND settled_at IS NOT NULL AND guesses <> '[]'"
    ),
    "undo notes": text("DELETE FROM effect WHERE at < :before"),
    "parse records": text("DELETE FROM parse_record WHERE at < :before"),
    "commands by code": text("DELETE FROM pending_command WHERE asked_at < :before AND stage <> 'held'"),
    "wrong codes": text("DELETE FROM wrong_try WHERE at < :before"),
    "questions": text("DELETE FROM question WHERE coalesce(closed_at, expires_at) < :before"),
}
_VIEWS = {"looks at communities": text("DELETE FROM network_view WHERE at < :before")}
_AUDIT = text("SELECT forget_audit(:before)")


def forget(db: Session, periods: Periods) -> dict[str, int]:
    """Let go of everything whose time is over, and write down how much of what; nothing a second time."""
    at = now(db)
    gone: dict[str, int] = {}
    for statements, before in (
        (_TEXTS, at - periods.texts),
        (_READINGS, at - periods.readings),
        (_VIEWS, at - periods.views),
    ):
        for what, statement in statements.items():
            gone[what] = _rows(db, statement.bindparams(before=before))
    # The function holds seven years by the machine's own clock, whatever a rehearsal's clock says.
    gone["audit entries"] = db.execute(_AUDIT, {"before": min(at, real_now()) - periods.audit}).scalar_one()
    gone = {what: rows for what, rows in gone.items() if rows}
    if gone:
        record(db, "forget", "retention", new=dict(gone))
    return gone


def _rows(db: Session, statement: object) -> int:
    return db.connection().execute(statement).rowcount  # type: ignore[call-overload, no-any-return]  # a text clause
