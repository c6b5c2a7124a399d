"""Log lines: JSON on stderr, and of each only what is listed here, so that nothing about a person slips in."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

LISTED = frozenset(
    {
        "event", "level", "timestamp", "method", "template", "status", "ms", "reference", "place", "code", "kind",
        "job", "worker", "counts", "seconds", "channel", "state",
    }
)  # fmt: skip
"""Fields that may be written; any other one is left out."""


def open_logbook(least: str = "info") -> None:
    """Send every line of this process to stderr from `least` up; call it once, first thing."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_listed,
            structlog.processors.JSONRenderer(sort_keys=True, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[least.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.ERROR, format='{"level":"%(levelname)s","event":"%(name)s"}', stream=sys.stderr)


def only_listed(_logger: object, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Leave out every field that is not listed."""
    return {name: value for name, value in line.items() if name in LISTED}
