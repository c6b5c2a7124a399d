"""What a text that a person must read may have meant: up to three readings, each tried out before it is offered."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.kernel.errors import CopError, NotFound
from clusters.kernel.facts import tried
from clusters.people.rules import TRAINERS
from clusters.training.rules import report_open
from messaging.consent.actions import opt_out
from messaging.inbound.actions.choosing import SAID, do
from messaging.inbound.actions.conversation import Conversation, Sender, Step
from messaging.inbound.hearing import Heard, hear
from messaging.inbound.leaving import says_leave
from messaging.inbound.models import Parked, Question
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.queries import LEAVE, WHICH, invitations, led
from messaging.inbound.reading import Context, read
from messaging.inbound.script import tokens
from messaging.inbound.senses import SENSES
from messaging.inbound.words import Reply, Word
from messaging.texts.values import jsonable

MOST_GUESSES = 3
MOST_TRIED = 12
"""Readings that are tried out for one text."""
MOST_WORDS = 12
"""Words of a text that are looked at for a command."""
MOST_OF_COMMANDS = 2
"""Readings as a command, so that an answer to what is open has a place beside them."""
FREE_FROM = 4
"""Words from which a text may be a note or a question."""
SHORT = 2
"""Digits of a row number at most."""
NOT_GUESSED = ("asked_for_person", "service_text", "trainer_cannot", "only_changes", "unknown_number", "too_many")
"""Why a text lies before a person, where no reading would help her."""
EVERYBODY = frozenset({"sab", "all", "saray", "sare", "tamam", "everyone", "present", "hazir", "سب", "تمام", "حاضر"})
_WHO = {"yes": 1, "come": 1, "ok": 1, "surely": 1, "no": 2, "unsure": 3}

Guess = dict[str, Any]
"""A reading as plain JSON: whose, how it is run, the way it is like others, and what it would do."""


def guess(talk: Conversation, card: Parked) -> None:
    """Lay up to three readings beside a card; each was tried out just now and would be carried out."""
    if card.why in NOT_GUESSED:
        return
    heard = hear(tokens(talk.row.body), talk.row.body)
    leaves = says_leave(heard)
    most = MOST_GUESSES - 1 if leaves else MOST_GUESSES
    found: list[Guess] = []
    for place, candidate in enumerate(_candidates(talk, heard)):
        if place >= MOST_TRIED or len(found) >= most:
            break
        commands = sum("text" in each for each in found)
        if "text" in candidate and commands >= MOST_OF_COMMANDS:
            continue
        did = _tried(talk, candidate)
        if did is not None and did not in [each["did"] for each in found if each["person"] == candidate["person"]]:
            found.append(candidate | {"did": did})
    if leaves:
        found.append({"way": "leave", "leave": True, "person": None, "did": {"do": "optout"}})
    card.guesses = [{"key": str(key), **each} for key, each in enumerate(found, start=1)]


def step_of(talk: Conversation, reading: Mapping[str, Any], why: str) -> Step:
    """Carry a reading out with the rights of the text's sender; NotFound or Conflict where it holds no more."""
    if reading.get("leave"):
        opt_out(talk.db, talk.row.number, "text")
        return Step("opted_out", "no more texts", why, Reply("opted_out"), did={"do": "optout"})
    sender = next((each for each in talk.people if each.person_id == reading["person"]), None)
    if sender is None:
        raise NotFound("person")
    if "answer" in reading:
        return _answered(talk, sender, reading["answer"], why)
    if "option" in reading:
        return _chosen(talk, sender, reading["option"], why)
    return _commanded(talk, sender, reading["text"], why)


def _tried(talk: Conversation, candidate: Guess) -> dict[str, Any] | None:
    """What a reading would do; None when it would do nothing. All of it is undone again."""
    with tried(talk.db):
        try:
            step = step_of(talk, candidate, "tried")
        except CopError:
            return None
        if step.state != "applied" or not step.did:
            return None
        return dict(jsonable(dict(step.did)))


def _answered(talk: Conversation, sender: Sender, answer: Mapping[str, Any], why: str) -> Step:
    choice = int(answer["choice"])
    act = talk.book.digits[choice].act
    question = {"session": answer["session"], "leads": False}
    reading = f"{SAID[choice]}, session {answer['code']}"
    return do(talk, sender, str(choice), act, Answer(choice), question, reading, why, stores=True)


def _chosen(talk: Conversation, sender: Sender, option: Mapping[str, Any], why: str) -> Step:
    question = talk.db.get(Question, option["question"])
    word = talk.book.words.get(question.kind) if question is not None else None
    if question is None or word is None:
        raise NotFound("question")
    choice, values = int(option["choice"]), dict(question.values["values"])
    step = do(
        talk, sender, word.name, word.act, Answer(choice), values, f"{word.name}: choice {choice}", why,
        stores=word.tier > 0, answers=question,
    )  # fmt: skip
    if question.closed_at is None:
        question.closed_at = talk.at
    return step


def _commanded(talk: Conversation, sender: Sender, written: str, why: str) -> Step:
    codes = frozenset(row.code for row in led(talk.db, sender.scope, sender.person_id, talk.at))
    outcome = read(written, talk.book.vocabulary, Context(codes=codes))
    if not isinstance(outcome, Verb):
        raise NotFound("command")
    word = talk.book.words[outcome.name]
    return do(
        talk, sender, word.name, word.act, outcome, {}, written, why, stores=word.tier > 0, body=written,
    )  # fmt: skip


def _candidates(talk: Conversation, heard: Heard) -> Iterator[Guess]:
    """Readings to try, the likeliest first: commands, what we asked back, a report, answers, free words."""
    for sender in talk.people:
        yield from (_as_text(sender, *each) for each in _commands(talk, sender, heard))
    for sender in talk.people:
        yield from _options(talk, sender)
    for sender in talk.people:
        yield from (_as_text(sender, *each) for each in _reports(talk, sender, heard))
    for sender in talk.people:
        yield from _answers(talk, sender, heard)
    for sender in talk.people:
        yield from (_as_text(sender, *each) for each in _free(talk, heard))


def _as_text(sender: Sender, way: str, written: str) -> Guess:
    return {"way": way, "text": written, "person": sender.person_id}


def _commands(talk: Conversation, sender: Sender, heard: Heard) -> Iterator[tuple[str, str]]:
    """Words that are, or nearly are, a command's, with what follows them; of a report also what stands before."""
    book = talk.book
    for place, token in enumerate(heard.words[:MOST_WORDS]):
        exact = book.vocabulary.exact(heard.words, place)
        for match in (exact,) if exact else book.vocabulary.near(token):
            if place and match.how == "sound":  # in the middle of a text too much sounds like something
                continue
            word = book.words[match.spelling.name]
            after = heard.raw[heard.words[place + match.length - 1].end :].strip()
            yield f"word:{word.name}", f"{_first(word)} {after}".strip()
            if word.anywhere:
                rest = f"{heard.raw[: token.start]} {after}".strip()
                yield f"word:{word.name}", f"{_first(word)} {rest}"
                yield from _of_open(talk, sender, heard, word)


def _reports(talk: Conversation, sender: Sender, heard: Heard) -> Iterator[tuple[str, str]]:
    """Attendance of a session that may be reported now, out of the small numbers or the word for all."""
    if not sender.scope.roles & {str(role) for role in TRAINERS}:
        return
    for word in talk.book.words.values():
        if word.anywhere and word.tier == 1:
            yield from _of_open(talk, sender, heard, word)


def _of_open(talk: Conversation, sender: Sender, heard: Heard, word: Word) -> Iterator[tuple[str, str]]:
    mine = led(talk.db, sender.scope, sender.person_id, talk.at)
    now_open = [row.code for row in mine if report_open(row.starts_at, row.ends_at, talk.at)]
    rows = " ".join(token.text for token in heard.words if token.kind == "number" and len(token.text) <= SHORT)
    for code in now_open[:2]:
        if rows:
            yield f"word:{word.name}", f"{_first(word)} {code} G {rows}"
            yield f"word:{word.name}:present", f"{_first(word)} {code} H {rows}"
        elif any(token.is_word(EVERYBODY) for token in heard.words):
            yield f"word:{word.name}:all", f"{_first(word)} {code} SAB"


def _options(talk: Conversation, sender: Sender) -> Iterator[Guess]:
    """The choices of what we asked this person and is still open."""
    asked_back = talk.open_question((sender,))
    for question in [*([asked_back] if asked_back else []), *talk.open_invites((sender,))]:
        if question.kind in (LEAVE, WHICH) or question.person_id != sender.person_id:
            continue
        for choice in range(1, min(int(question.values["options"]), MOST_GUESSES) + 1):
            option = {"question": question.id, "choice": choice}
            yield {"way": f"choice:{question.kind}:{choice}", "option": option, "person": sender.person_id}


def _answers(talk: Conversation, sender: Sender, heard: Heard) -> Iterator[Guess]:
    """Yes, no, not sure to what she was invited to and has not answered, the one that words of hers say first."""
    said = [_WHO[sense[0]] for place in range(len(heard.words))
            if (sense := SENSES.at(heard.words, place)) is not None and sense[0] in _WHO]  # fmt: skip
    order = list(dict.fromkeys([*said, 1, 2, 3]))
    for each in invitations(talk.db, sender.scope, talk.row.number, talk.at):
        if each.waits and not each.leads:
            for choice in order:
                answer = {"choice": choice, "session": each.session_id, "code": each.code}
                way = f"answer:{SAID[choice].replace(' ', '_')}"
                yield {"way": way, "as": str(choice), "answer": answer, "person": sender.person_id}


def _free(talk: Conversation, heard: Heard) -> Iterator[tuple[str, str]]:
    """Enough words may be a note or a question of hers."""
    if len(heard.words) < FREE_FROM:
        return
    takers = [word for word in talk.book.words.values() if word.free and word.guessed]
    for word in sorted(takers, key=lambda each: (each.guessed == "question") != heard.question):
        yield f"word:{word.name}", f"{_first(word)} {heard.raw.strip()}"


def _first(word: Word) -> str:
    return word.words[0].upper()
