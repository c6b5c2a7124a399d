"""Texts of 1,600 characters read, the worst of many kinds, against cutting as many characters into words."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from cop.words import BOOK
from messaging.inbound.dates import meant
from messaging.inbound.outcomes import Verb
from messaging.inbound.reading import Context, read
from messaging.inbound.report import read_report
from messaging.inbound.reported import Sheet
from messaging.inbound.script import tokens

SAYS = (
    "CPU time of reading 43 kinds of texts of 1,600 characters (told: the slowest in ms), over a bare split into words"
)
CLOCK = "cpu_s"
LENGTH, TIMES = 1600, 5
PARTS = (
    *(
        "haan ",
        "4814 ",
        "hazri 4814 3 7 ",
        "sms ",
        "ﷺ",
        "a",
        "👍",
        "?",
        "1-",
        "pata nahi ",
        "hazr ",
        "na bhej ",
        "note ",
    ),
    *(
        "mera number ",
        "khatam 4814 ",
        "ا",
        "حاضری ",
        "1",
        "1l",
        "|1",
        "A1 B2 ",
        "ab ",
        "roko ",
        "kab kahan ",
        "keh nahi ",
    ),
    *(
        "aa ",
        "a a a ",
        "sab k ",
        "koi ghair hazir ",
        "𝐡",
        "\u200d",
        "21/3 ",
        "march 21 ",
        "1 ya ",
        "jee ",
        "good morning ",
    ),
    *("bara e ", "aaa", "48 14 ", "نه ", "kuch keh nahi sakta ", "hazri 4814 sab k ", "hum 2 log "),
)
CODES = tuple(str(code) for code in range(1000, 1100))
ALONE = Context(codes=frozenset((*CODES, "4814")))
SHARED = Context(codes=frozenset(("4814",)), persons={"A": "Shaista", "B": "Usman"})
SHEETS = {code: Sheet(code, frozenset(range(1, 32))) for code in (*CODES, "4814")}
TODAY = date(2026, 3, 14)


@contextmanager
def prepare(folder: Path) -> Iterator[dict[str, Any]]:
    """Nothing: both sides make the texts themselves."""
    yield {}


def texts() -> list[str]:
    """1,600 characters of each kind."""
    return [(part * LENGTH)[:LENGTH] for part in PARTS]


def ours(prepared: dict[str, Any]) -> dict[str, Any]:
    """Each text read alone, on a shared phone, as a report and for its date: the best of some times, in ms."""
    best: dict[str, float] = {}
    for text in texts():
        for kind, job in (("alone", _alone), ("shared", _shared), ("date", _date)):
            took = min(_timed(job, text) for _ in range(TIMES))
            best[f"{kind}: {text[:20]}"] = round(1000 * took, 2)
    slowest = max(best, key=lambda name: best[name])
    return {"slowest": slowest, "ms": best[slowest], "over_5_ms": sum(ms > 5 for ms in best.values()), "of": len(best)}


def baseline(prepared: dict[str, Any]) -> dict[str, Any]:
    """The same texts cut at their spaces and digits, as a reader by keyword and position does."""
    words = 0
    for text in texts():
        for _ in range(3 * TIMES):
            words = max(words, len(re.findall(r"[0-9]+|[^\W0-9]+", text.lower())))
    return {"words": words}


def _timed(job: Any, text: str) -> float:
    began = time.process_time()
    job(text)
    return time.process_time() - began


def _alone(text: str) -> None:
    outcome = read(text, BOOK.vocabulary, ALONE)
    if isinstance(outcome, Verb):
        read_report(outcome.tokens, SHEETS, score=outcome.score)


def _shared(text: str) -> None:
    read(text, BOOK.vocabulary, SHARED)


def _date(text: str) -> None:
    meant(tokens(text), TODAY)
