"""A plain reader of commands, keyword first and values by position, beside which ours is held on the same lines.

It works as the form parser of CHT and the SMS commands of DHIS2 do, written anew and kept generous: the first word must
be a keyword, exactly; every listed synonym in either script is one; capitals do not matter; digits of all scripts are
digits; blanks, commas, semicolons, colons, `#` and `=` part the values. What stands in a numeric place and is no number
is left out and the rest is stored, as both do. It knows the sender's sessions and refuses another code, and it knows
which one question is open; it corrects no spelling, skips no greeting, asks nothing back and checks no row.

Usage: python -m tests.benchmarks.plain_reader tests/corpus/build.jsonl [--page docs/reference/understood.md]
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from cop.replay.context import Context, mobile, read_context
from cop.replay.corpus import ASK, NONE, Block, Line, read_corpus
from cop.replay.judging import Happened, Verdict, fits
from cop.replay.scratch import scratch_database
from cop.replay.sharing import run_shared
from cop.replay.tallying import report, script_of

ANSWERS = {
    **dict.fromkeys(("1", "haan", "ji", "yes", "ok", "ہاں", "جی"), "yes"),
    **dict.fromkeys(("2", "nahi", "no", "نہیں"), "no"),
    **dict.fromkeys(("3", "shayad", "maybe", "شاید"), "unsure"),
}
ALONE = {
    **dict.fromkeys(("stop", "band", "unsubscribe", "بند"), "optout"),
    **dict.fromkeys(("start", "shuru", "شروع"), "optin"),
    **dict.fromkeys(("0", "ghalat", "undo", "غلط"), "undo"),
    **dict.fromkeys(("9", "insan", "انسان"), "human"),
}
LATER = {
    "attend": ("hazri", "att", "attendance", "abs", "حاضری"),
    "next": ("kab", "agli", "next", "کب"),
    "where": ("kahan", "rasta", "where", "کہاں"),
    "help": ("madad", "menu", "help", "?", "مدد"),
    "example": ("misal", "example", "مثال"),
    "language": ("zaban", "language", "زبان"),
    "note": ("note", "khayal", "tip", "نوٹ", "خیال"),
    "tried": ("azmaya", "try", "tried", "آزمایا"),
    "question": ("sawal", "masla", "question", "سوال"),
    "answer": ("j", "jawab", "answer", "جواب"),
    "feedback": ("rai", "feedback", "رائے"),
    "visit": ("dora", "visit", "دورہ"),
    "join": ("naya", "join", "new", "نیا"),
    "school": ("school", "سکول"),
    "mydata": ("mera", "mydata", "میرا"),
    "peers": ("sathi", "peers", "ساتھی"),
    "who": ("kaun", "who", "کون"),
    "roster": ("fehrist", "list", "roster", "فہرست"),
    "finished": ("khatam", "finished", "done", "ختم"),
    "move": ("tarikh", "move", "date", "تاریخ"),
    "venue": ("jagah", "venue", "جگہ"),
    "call off": ("mansookh", "منسوخ"),
    "msg": ("bhejo", "msg", "بھیجو"),
}
"""Keywords as the table of commands prints them."""
KEYWORDS = {word: name for name, words in LATER.items() for word in words}
TIER_2 = ("move", "venue", "call off", "msg")
LANGUAGES = {1: "ur_latn", 2: "ur", 3: "en"}
_PARTS = re.compile(r"[\s,;:#=،؛]+")


class Outcome(StrEnum):
    """How a line went with the plain reader; they exclude each other and add up to the lines."""

    RIGHT = "right"
    HALF_STORED = "half_stored"
    """The right command with other values than were written or meant."""
    WRONG_STORE = "wrong_store"
    """Something stored or told that was not asked for, or where a question was due."""
    NOT_READ = "not_read"


def plain(text: str, sender: str, context: Context) -> dict[str, Any]:
    """What the plain reader does with a text; {"do": "none"} where it answers that it knows no such form."""
    parts = [part for part in _PARTS.split(text.strip()) if part]
    if not parts:
        return {"do": NONE}
    first = _digits(parts[0]).casefold()
    if len(parts) == 1 and first in ALONE:
        return {"do": ALONE[first]}
    if first in ANSWERS:
        return _answered(first, sender, context)
    name = KEYWORDS.get(first)
    if name is None:
        return {"do": NONE}
    rest = parts[1:]
    return _done(name, text.strip()[len(parts[0]) :].strip(" ,;:#="), rest, sender, context)


def _answered(word: str, sender: str, context: Context) -> dict[str, Any]:
    """A keyword of an answer goes to the one open question of the number."""
    asked = [each for each in context.questions if each.phone == sender]
    holders = [each for each in context.people if each.phone == sender]
    if len(asked) != 1 or len(holders) != 1:
        return {"do": NONE}
    if asked[0].kind == "feedback":
        return {"do": "feedback"}
    return {"do": "rsvp", "session": asked[0].session, "answer": ANSWERS[word]}


def _done(name: str, words: str, rest: Sequence[str], sender: str, context: Context) -> dict[str, Any]:
    numbers = [int(digits) for digits in map(_digits, rest) if digits.isdecimal()]
    own = {each.code for each in context.sessions if each.trainer in _names(sender, context)}
    if name in ("attend", "who", "roster", "finished", *TIER_2):
        code = _digits(rest[0]) if rest else ""
        if code not in own:
            return {"do": NONE}
        if name == "attend":
            return {"do": name, "session": code, "absent": numbers[1:]}
        if name in TIER_2:
            return {"do": "challenge", "verb": name, "session": code}
        start = {"start": numbers[1]} if name == "roster" and len(numbers) > 1 else {}
        return {"do": name, "session": code, **start}
    if name in ("note", "question"):
        return {"do": name, "text": words} if words else {"do": NONE}
    return _numbered(name, numbers, context)


def _numbered(name: str, numbers: Sequence[int], context: Context) -> dict[str, Any]:
    """Commands whose first value is a number that somebody gave."""
    first = numbers[0] if numbers else None
    match name:
        case "language":
            return {"do": name, "to": LANGUAGES[first]} if first in LANGUAGES else {"do": NONE}
        case "tried":
            known = str(first) in {number for number, _ in context.notes}
            worked = {"worked": numbers[1] == 1} if len(numbers) > 1 else {}
            return {"do": name, "note": str(first), **worked} if known else {"do": NONE}
        case "visit" | "join" | "school":
            known = str(first) in {code for code, _ in context.schools}
            return {"do": name, "school": str(first)} if known else {"do": NONE}
        case "answer":
            return {"do": name, "number": first} if first is not None else {"do": NONE}
    return {"do": name}


def _digits(part: str) -> str:
    """Digits of all scripts as 0 to 9, the rest as it is."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in part)


def _names(sender: str, context: Context) -> set[str]:
    return {each.name for each in context.people if each.phone == sender}


def outcome(line: Line, did: Mapping[str, Any]) -> Outcome:
    """How a line went, by the same comparison that ours is judged by."""
    nothing = did["do"] == NONE
    happened = Happened(did, "asked" if nothing else "applied", ("form not found",) if nothing else ("Saved.",))
    if any(fits(happened, each) or (nothing and each["do"] in (NONE, ASK)) for each in line.expect):
        return Outcome.RIGHT
    if nothing:
        return Outcome.NOT_READ
    same = any(each["do"] == did["do"] for each in line.expect)
    return Outcome.HALF_STORED if same else Outcome.WRONG_STORE


def compare(blocks: Sequence[Block], file: str) -> list[tuple[Line, Outcome]]:
    """Every line with how it went."""
    found = []
    for block in blocks:
        context = read_context(block.context, file, block.number)
        found += [(line, outcome(line, plain(line.text, mobile(line.sender), context))) for line in block.lines]
    return found


def figures(rows: Sequence[tuple[Line, Outcome]]) -> dict[str, dict[str, int]]:
    """Counts of the outcomes, for all lines, by script and by what was meant."""
    groups: dict[str, list[Outcome]] = {"all": []}
    for line, went in rows:
        for group in ("all", f"script {script_of(line.text)}", line.do):
            groups.setdefault(group, []).append(went)
    return {
        name: {"lines": len(went), **{each.value: went.count(each) for each in Outcome}}
        for name, went in groups.items()
    }


def page(rows: Sequence[tuple[Line, Outcome]], replayed: Mapping[str, Any]) -> str:
    """The page of the reference: both readers on the same lines; `replayed` is what `cop sms replay --json` printed."""
    theirs = figures(rows)
    ours = {"all": replayed, **replayed["by_do"]}
    ours |= {f"script {name}": counts for name, counts in replayed["by_script"].items()}
    scripts = sorted(name for name in theirs if name.startswith("script "))
    deeds = sorted(name for name in theirs if not name.startswith("script ") and name != "all")
    lines = [HEAD]
    for title, names in (("All", ["all"]), ("By script", scripts), ("By what was meant", deeds)):
        lines += ["", f"## {title}", "", COLUMNS, "|---|" + "---:|" * 10]
        for name in names:
            counts = [ours[name][each] for each in ("lines", *Verdict)]
            plainly = [theirs[name][each] for each in Outcome]
            lines.append("| " + " | ".join(map(str, [name.removeprefix("script "), *counts, *plainly])) + " |")
    lines += ["", f"A reply takes {replayed['segments_mean']} segments in the mean."]
    return "\n".join(lines) + "\n"


COLUMNS = (
    "| | lines | right | right after one question | a person | silently wrong | otherwise wrong "
    "| plain: right | plain: half stored | plain: wrongly stored | plain: not read |"
)
HEAD = """# What is understood

The lines of `tests/corpus/build.jsonl`, on which the reading was built, read by `cop sms replay` and, side by side, by
a plain reader: the first word is a keyword, the values follow by position, as in the form parser of CHT and the SMS
commands of DHIS2 (`tests/benchmarks/plain_reader.py` says what it is granted). The lines were written for our own
words, and what they should do follows our own rules: the comparison shows what forgiving reading is worth, not how
good those systems are at their own work. A line on which a question is due counts as right for the plain reader when
it stores nothing. The texts are invented until real ones come in.

Written by `python -m tests.benchmarks.plain_reader tests/corpus/build.jsonl --page docs/reference/understood.md`."""


def main() -> None:
    """Print the plain reader's figures, or write the page with both."""
    parser = argparse.ArgumentParser(description="A plain reader of commands beside ours, on the same lines.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--page", type=Path, help="write the page of the reference, with ours beside it")
    parser.add_argument("--replayed", type=Path, help="what `cop sms replay FILE --json` printed; else it is run here")
    asked = parser.parse_args()
    blocks = read_corpus(asked.file.read_text(encoding="utf-8").split("\n"), asked.file.name)
    rows = compare(blocks, asked.file.name)
    if asked.page is None:
        print(json.dumps(figures(rows), ensure_ascii=False))
        return
    if asked.replayed is not None:
        replayed = json.loads(asked.replayed.read_text(encoding="utf-8"))
    else:
        with scratch_database() as url:
            replayed = report(run_shared(url, blocks, asked.file.name))
    asked.page.write_text(page(rows, replayed), encoding="utf-8")


if __name__ == "__main__":
    main()
