"""Which of her own sessions a trainer means: by its code, one slip away from it, or asked once by number.

Every word that takes a session code begins with `pointed`: it gives the session and what was written besides the code,
or the one question to put. The answer to that question comes back to the same word with what was written then.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.scope import Scope
from clusters.training.code import nearest
from clusters.training.queries import SessionRow, trainers, training_session, with_code
from clusters.training.rules import SessionState, report_open, report_window
from messaging.inbound.hearing import hear
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.queries import led
from messaging.inbound.script import Phrases, Token
from messaging.inbound.words import Asked, Reply, Text
from messaging.texts.values import Choice

MOST_OFFERED = 3
CODE_DIGITS = (3, 4, 5)
"""A number of so many digits right after the word is meant as a code, though it may be a wrong one."""

_LABEL = Phrases("s, code, session, sesion, کوڈ, سیشن")


@dataclass(frozen=True, slots=True)
class Written:
    """What a text says besides the session's code: its tokens, and its words as they were written."""

    tokens: tuple[Token, ...] = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Pointed:
    """The session that was meant, and what was written besides its code."""

    row: SessionRow
    written: Written = Written()


class OwnSessions(Mapping[str, SessionRow]):
    """The sessions that a person leads, planned or held, by code."""

    def __init__(self, db: Session, scope: Scope, person_id: int | None) -> None:
        self.at = now(db)
        rows = led(db, scope, person_id, self.at) if person_id is not None else []
        self._rows: dict[str, SessionRow] = {row.code: row for row in rows}

    def __getitem__(self, code: str) -> SessionRow:
        return self._rows[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def likely(self, which: "Likely") -> list[SessionRow]:
        """Those that a word without a code may be about, in time order."""
        return [row for row in self._rows.values() if which(row, self.at)]


Likely = Callable[[SessionRow, datetime], bool]


def reportable(row: SessionRow, at: datetime) -> bool:
    """May its attendance be reported now?"""
    return report_open(row.starts_at, row.ends_at, at)


def ahead(row: SessionRow, at: datetime) -> bool:
    """Is it planned and still to come?"""
    return row.state is SessionState.PLANNED and at < row.starts_at


def of_now(row: SessionRow, at: datetime) -> bool:
    """Is it to come, or was it in the last two days?"""
    return at < report_window(row.starts_at, row.ends_at)[1]


def pointed(db: Session, scope: Scope, text: Text, name: str, likely: Likely = of_now) -> Pointed | Reply:
    """The session that a text of the word `name` means; else the reply that asks, or says that there is none.

    `likely` tells which sessions are proposed where no code was written. Nothing is done before one is sure.
    """
    mine = OwnSessions(db, scope, text.person_id)
    if "codes" in text.question:
        return chosen(mine, text) or Reply("nothing_changed")
    if not isinstance(text.heard, Verb):
        return Reply("nothing_changed")
    code, written = _code(text.heard, text.body, mine)
    if code in mine:
        return Pointed(mine[code], written)
    if code:
        return wrong_code(db, scope, mine, text, name, code, written, likely)
    return no_code(mine, name, written, likely)


def chosen(mine: OwnSessions, text: Text) -> Pointed | None:
    """The session that a digit chose, with what was written when we asked; None when none of them was meant."""
    codes = text.question["codes"]
    place = text.heard.choice if isinstance(text.heard, Answer) else 0
    if not 1 <= place <= len(codes) or codes[place - 1] not in mine:
        return None
    tokens = tuple(Token(*each) for each in text.question["tokens"])
    return Pointed(mine[codes[place - 1]], Written(tokens, text.question["rest"]))


def wrong_code(
    db: Session,
    scope: Scope,
    mine: OwnSessions,
    text: Text,
    name: str,
    code: str,
    written: Written,
    likely: Likely,
) -> Reply:
    """Offer her sessions that are one slip away, likely ones first; say so when hers was called off."""
    for session_id in with_code(db, scope, code):
        row = training_session(db, scope, session_id)
        led = text.person_id in {each.person_id for each in trainers(db, scope, session_id)}
        if led and row.state is SessionState.CANCELLED:
            return Reply("session_called_off", **about(row))
    near = [mine[each] for each in nearest(code, mine)]
    near = [row for row in near if likely(row, mine.at)] or near
    if len(near) == 1:
        asks = _asks(name, near, written, 2)
        return Reply("wrong_code_one", asks=asks, written=code, venue=near[0].venue, **about(near[0]))
    offered = (near or mine.likely(likely))[:MOST_OFFERED]
    if not offered:
        return Reply("wrong_code_none", written=code)
    asks = _asks(name, offered, written, len(offered))
    return Reply("wrong_code_some", asks=asks, written=code, choices=_choices(offered))


def no_code(mine: OwnSessions, name: str, written: Written, likely: Likely) -> Reply:
    """One likely session is proposed, several are asked by number."""
    offered = mine.likely(likely)[:MOST_OFFERED]
    if not offered:
        return Reply("no_session_meant")
    if len(offered) == 1:
        asks = _asks(name, offered, written, 2)
        return Reply("which_session_one", asks=asks, venue=offered[0].venue, **about(offered[0]))
    return which(name, offered, written)


def which(name: str, offered: Sequence[SessionRow], written: Written) -> Reply:
    """Ask by number which of several is meant: by the LTRC where that tells them apart, else by code and date."""
    asks = _asks(name, offered, written, len(offered))
    places = [row.place for row in offered]
    if len(set(places)) == len(places):
        return Reply("which_cluster", asks=asks, places=places)
    return Reply("which_session", asks=asks, choices=_choices(offered))


def about(row: SessionRow, start: datetime | None = None) -> dict[str, Any]:
    """What echoes name; `start` of the day that is meant, where there are several."""
    return {"code": row.code, "subject": row.subject, "start": start or row.starts_at}


def _choices(rows: Sequence[SessionRow]) -> list[Choice]:
    return [Choice(row.code, row.subject, row.starts_at) for row in rows]


def _asks(name: str, rows: Sequence[SessionRow], written: Written, options: int) -> Asked:
    tokens = [list(token) for token in written.tokens]
    return Asked(name, 0, {"codes": [row.code for row in rows], "tokens": tokens, "rest": written.rest}, options)


def _code(heard: Verb, body: str, mine: Mapping[str, object]) -> tuple[str, Written]:
    """The code that was written, "" where there is none, and what else was; a label before it belongs to it."""
    begin = max(body.rfind(heard.rest), 0)
    after = [token for token in heard.tokens if token.start >= begin]
    spoken = hear(after, body).words
    numbers = [(place, token) for place, token in enumerate(spoken) if token.kind == "number"]
    found = next(((place, token) for place, token in numbers if token.text in mine), None)
    if found is None:
        place = 1 if spoken and spoken[0].is_word(_LABEL.words) else 0
        first = spoken[place] if place < len(spoken) else None
        if first is None or first.kind != "number" or len(first.text) not in CODE_DIGITS:
            return "", Written(tuple(after), heard.rest)
        found = place, first
    place, code = found
    labelled = place > 0 and spoken[place - 1].is_word(_LABEL.words)
    start = spoken[place - 1].start if labelled else code.start
    around = (body[begin:start].strip(), body[code.end :].strip().lstrip(".,;:-،۔ "))
    left = tuple(each for each in after if not start <= each.start < code.end)
    return code.text, Written(left, " ".join(part for part in around if part))
