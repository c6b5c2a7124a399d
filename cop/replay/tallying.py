"""The figures of a replay: by what was expected, by script, and every line that went wrong; pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cop.replay.judging import Judged, Verdict

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_LATIN = re.compile("[A-Za-z]")
_PASHTO = re.compile("[\u067c\u0681\u0685\u0689\u0693\u0696\u069a\u06ab\u06bc\u06cd\u06d0]|^(?:هو|نه)(?:\\s|$)")
"""Letters that Pashto has and Urdu has not; and its yes and no as they begin a text."""


def script_of(text: str) -> str:
    """The script a text is written in: roman, urdu, pashto, mixed; digits where there is no letter."""
    arabic, latin = _ARABIC.search(text) is not None, _LATIN.search(text) is not None
    if arabic and latin:
        return "mixed"
    if arabic:
        return "pashto" if _PASHTO.search(text.strip()) else "urdu"
    return "roman" if latin else "digits"


def report(judged: Sequence[Judged]) -> dict[str, Any]:
    """The document of a replay."""
    turns = [turn for each in judged for turn in (each.happened, each.after) if turn is not None and turn.replies]
    segments = [turn.segments for turn in turns]
    return {
        **_counts(judged),
        "segments_mean": round(sum(segments) / len(segments), 3) if segments else 0.0,
        "by_do": _grouped(judged, lambda each: each.line.do),
        "by_script": _grouped(judged, lambda each: script_of(each.line.text)),
        "wrong": [_wrong(each) for each in judged if each.verdict not in (Verdict.RIGHT, Verdict.RESOLVED)],
    }


def _counts(judged: Iterable[Judged]) -> dict[str, int]:
    counted = Counter(each.verdict for each in judged)
    return {"lines": counted.total(), **{verdict.value: counted[verdict] for verdict in Verdict}}


def _grouped(judged: Iterable[Judged], key: Callable[[Judged], str]) -> dict[str, dict[str, int]]:
    groups: dict[str, list[Judged]] = {}
    for each in judged:
        groups.setdefault(key(each), []).append(each)
    return {name: _counts(group) for name, group in sorted(groups.items())}


def _wrong(each: Judged) -> dict[str, Any]:
    happened = each.happened
    got: dict[str, Any] = dict(happened.did)
    if happened.stored:
        got["stored"] = sorted(happened.stored)
    if happened.unsaid:
        got["unsaid"] = happened.unsaid
    expect: Any = [dict(one) for one in each.line.expect]
    return {
        "line": each.line.number,
        "text": each.line.text,
        "got": got,
        "expect": expect[0] if len(expect) == 1 else expect,
        "reply": " | ".join(happened.replies),
        "verdict": each.verdict.value,
        "state": happened.state,
    }
