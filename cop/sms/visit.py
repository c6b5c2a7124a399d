"""DORA 23451: a manager was at a school; what she saw is kept, and what help the school needs is asked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.clock import KARACHI, today
from clusters.kernel.errors import NotAllowed, NotFound
from clusters.scope import Scope
from clusters.visits.actions import ask_help, strike_off, write_down
from clusters.visits.queries import Visitable, visitable, visits
from cop.sms.saying import says_something
from messaging.inbound.codes import schools, trimmed
from messaging.inbound.dates import WhenInDoubt, happened
from messaging.inbound.outcomes import Answer, Verb, Words
from messaging.inbound.script import Phrases, Token
from messaging.inbound.words import Asked, Reply, Text, Word

NAME = "visit"
NOON = time(12)

_BARE = Phrases(
    "aur, and, or, ka, ki, ke, ko, school, schools, emis, code, kal, aaj, aj, parson, kiya, kia, kya, tha, thi, kar, "
    "liya, lia, gaya, hai, he, done, today, yesterday, visited, visit, dora, daura, the, "
    "اور, کا, کی, کو, سکول, کل, آج, کیا, تھا, کر, لیا, گیا, ہے, دورہ"
)
"""Words that say only that and when there was a visit."""


def act(db: Session, scope: Scope, text: Text) -> Reply | None:
    """Keep a visit, or the words about the help a school needs that follow it."""
    if "visits" in text.question:
        return _helped(db, scope, text)
    if "codes" in text.question:
        known = visitable(db, scope, text.question["codes"])
        if not isinstance(text.heard, Answer) or text.heard.choice != 1:
            return Reply("nothing_changed")
        return _kept(db, scope, text, [*known.values()], today(db), text.question["words"])
    if not isinstance(text.heard, Verb):
        raise NotFound("visit")
    written = schools(text.heard.tokens)
    if not written:
        return Reply("visit_example")
    codes = [token.text for token in written]
    known = visitable(db, scope, codes)
    strange = [code for code in codes if code not in known]
    if strange:
        return Reply("visit_unknown", written=strange[0])
    words = _words(text, written)
    beside = [token for token in text.heard.tokens if token not in written]
    day = happened(beside, today(db))
    if isinstance(day, WhenInDoubt):
        if day.why != "future":
            return Reply("visit_when", code=codes[0])
        asks = Asked(NAME, 0, {"codes": codes, "words": words})
        return Reply("visit_future", asks=asks, code=codes[0])
    return _kept(db, scope, text, [known[code] for code in codes], day, words)


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Strike the visits off, or let what was said before about help stand again."""
    found = visits(db, scope, undo["visits"])
    if not found:
        raise NotFound("visit")
    listed = _listed([(each.code, each.school) for each in found])
    if "help_before" in undo:
        ask_help(db, scope, undo["visits"], undo["help_before"])
        return Reply("undone_visit_help", listed=listed)
    strike_off(db, scope, undo["visits"])
    return Reply("undone_visit", listed=listed)


def stands(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> bool:
    """Are the visits that a text told of still written down?"""
    return len(visits(db, scope, undo["visits"])) == len(undo["visits"])


def _kept(db: Session, scope: Scope, text: Text, found: Sequence[Visitable], day: date, words: str | None) -> Reply:
    try:
        kept = [write_down(db, scope, each.id, day, words, text.id) for each in found]
    except NotAllowed:
        return Reply("visit_for_managers")
    asks = Asked(NAME, kept[0], {"visits": kept})
    undo = {"visits": kept}
    start = datetime.combine(day, NOON, KARACHI)
    if len(found) == 1:
        did: dict[str, Any] = {"do": NAME, "school": found[0].code}
        return Reply("visit_kept", asks=asks, undo=undo, did=did, venue=found[0].name, code=found[0].code, start=start)
    codes = [each.code for each in found]
    listed = _listed([(each.code, each.name) for each in found])
    did = {"do": NAME, "school": codes[0], "schools": codes}
    return Reply("visits_kept", asks=asks, undo=undo, did=did, listed=listed, number=len(found), start=start)


def _listed(found: Sequence[tuple[str, str]]) -> str:
    """Codes and names of schools; the codes first, for names may be cut."""
    return f"{', '.join(code for code, _ in found)} {', '.join(name for _, name in found)}"


def _helped(db: Session, scope: Scope, text: Text) -> Reply | None:
    """Free words after a visit are the help its school needs; a mere yes or no changes nothing."""
    ids = text.question["visits"]
    if not isinstance(text.heard, Words):
        return None
    found = visits(db, scope, ids)
    before = ask_help(db, scope, ids, text.heard.rest)
    did = {"do": NAME, "school": found[0].code, "help": text.heard.rest}
    undo = {"visits": ids, "help_before": before}
    return Reply("visit_help_kept", undo=undo, did=did, venue=found[0].school, reason=text.heard.rest)


def _words(text: Text, codes: Sequence[Token]) -> str | None:
    """What was written besides the codes; None where it says no more than that there was a visit."""
    rest = text.heard.rest if isinstance(text.heard, Verb) else ""
    for token in codes:
        rest = rest.replace(text.body[token.start : token.end], " ", 1)
    spoken = [
        token
        for token in (text.heard.tokens if isinstance(text.heard, Verb) else ())
        if token.kind != "mark" and token not in codes
    ]
    return None if all(token.is_word(_BARE.words) for token in spoken) else trimmed(" ".join(rest.split())) or None


WORD = Word(
    NAME,
    {"ur_latn": ("dora", "daura", "dorah"), "en": ("visit",), "ur": ("دورہ",)},
    tier=1,
    act=act,
    take_back=take_back,
    free=True,
    anywhere=True,
    expects="school",
    stands=stands,
    listens=says_something,
)
