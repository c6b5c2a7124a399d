"""Words that the inbox learns: counted, proposed by one person, decided by another; and the weekly share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from clusters.kernel.clock import now
from clusters.kernel.errors import Conflict, Invalid
from clusters.kernel.together import Together
from clusters.people import queries as people
from clusters.people.rules import PLANNERS
from cop.web.answers import Again, Done
from cop.web.edge import Door, act, page
from cop.web.mistakes import said
from cop.web.viewers import Viewer
from cop.web.views import inbox_words as views
from cop.web.views import paths
from cop.web.views.frame import Area, FieldError
from cop.web.views.inbox_words import WordsPage
from messaging.inbound import learning, shares
from messaging.inbound.actions import decide_word, propose_word
from messaging.inbound.actions.teaching import PROPOSERS
from messaging.inbound.words import WordBook

WEEKS = timedelta(weeks=8)
UNKNOWN_FOR = timedelta(weeks=8)
FIELD = "word"


@dataclass(frozen=True)
class Proposed:
    """A word, and the command it shall stand for."""

    word: str = ""
    command: str = ""


@dataclass(frozen=True)
class Decided:
    """What a second person says to a word."""

    approve: bool = False


@page(paths.INBOX_WORDS, here=Area.INBOX)
def show(db: Session, viewer: Viewer, door: Door) -> WordsPage:
    """Words that wait, and the figures of the viewer's places."""
    return _page(db, viewer, door)


@act(paths.INBOX_WORDS, here=Area.INBOX)
def propose(db: Session, viewer: Viewer, door: Door, form: Proposed) -> Done:
    """Lay a word before a second person."""
    times = dict(_unknown(db, viewer, door.book.with_taught(learning.taught(db)))).get(form.word, 0)
    try:
        propose_word(db, viewer.scope, form.word, form.command, times, door.book)
    except (Invalid, Conflict) as error:
        raise Again(_refused(db, viewer, door, form, error)) from error
    return Done(paths.INBOX_WORDS, viewer.say.gettext("Proposed. A second person must approve it."))


@act(paths.inbox_word("{word_id}"), here=Area.INBOX)
def decide(db: Session, viewer: Viewer, door: Door, word_id: int, form: Decided) -> Done:
    """Approve a word, or refuse it."""
    try:
        decide_word(db, viewer.scope, word_id, approve=form.approve, book=door.book)
    except Conflict as error:
        raise Again(_refused(db, viewer, door, Proposed(), error)) from error
    told = viewer.say.gettext("Taught. From now on it is understood.") if form.approve else (
        viewer.say.gettext("Refused. Nothing was changed.")
    )  # fmt: skip
    return Done(paths.INBOX_WORDS, told)


def _refused(db: Session, viewer: Viewer, door: Door, form: Proposed, error: Invalid | Conflict) -> WordsPage:
    wrong = FieldError(FIELD, said(error, viewer.language) or error.key)
    return replace(_page(db, viewer, door), word=form.word, command=form.command, errors=(wrong,))


def _unknown(db: Session, viewer: Viewer, book: WordBook) -> list[tuple[str, int]]:
    return learning.unknown_words(db, viewer.scope, book, now(db) - UNKNOWN_FOR)


def _page(db: Session, viewer: Viewer, door: Door) -> WordsPage:
    scope, since = viewer.scope, now(db) - WEEKS
    known, together = learning.taught(db), Together(db)
    book = door.book.with_taught(known)
    unknown = together.ask(lambda db: _unknown(db, viewer, book))
    weeks = together.ask(lambda db: shares.shares(db, scope, since))
    waits = together.ask(learning.proposals)
    waiting = waits()
    names = people.persons(db, scope, [each.by for each in waiting])
    printed = {name: word.printed("ur_latn") for name, word in book.words.items()}
    proposed = {each.word for each in waiting}
    return WordsPage(
        weeks=tuple(
            views.Week(each.week, (each.exact, each.near, each.sound, each.question, each.person))
            for each in reversed(weeks())
        ),
        unknown=tuple(views.Unknown(*each) for each in unknown() if each[0] not in proposed),
        waiting=tuple(
            views.Proposal(
                each.id, each.word, printed.get(each.command, each.command), each.times,
                names[each.by].name if each.by in names else "", each.at, each.by == scope.person_id,
            )
            for each in waiting
        ),
        taught=tuple(
            (word, printed[name]) for word, name in known if name in printed
        ),
        commands=_commands(book, printed),
        may_propose=bool(scope.roles & {str(role) for role in PROPOSERS}),
        may_decide=bool(scope.roles & {str(role) for role in PLANNERS}),
    )  # fmt: skip


def _commands(book: WordBook, printed: Mapping[str, str]) -> tuple[views.Command, ...]:
    """Those that words may be added to, by the word they are known by."""
    known = [views.Command(name, printed[name]) for name, word in book.words.items() if word.fuzzy]
    return tuple(sorted(known, key=lambda each: each.printed))


handlers = [show, propose, decide]
