"""From what a text turned out to be to what is done: leaving first, then strangers, repetitions, answers, words."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from clusters.training.queries import SessionRow, coming_for
from clusters.training.rules import report_open
from messaging.channels.base import Medium
from messaging.channels.plan import ANSWERS_HELP
from messaging.consent.actions import end_silence, opt_in, opt_out
from messaging.inbound.actions.called import called, is_call
from messaging.inbound.actions.choosing import choose, do, doubt, whose
from messaging.inbound.actions.continuing import continued
from messaging.inbound.actions.conversation import Conversation, Sender, Step, for_sender
from messaging.inbound.actions.guessing import guess
from messaging.inbound.actions.repeating import repeated, words_around_ours
from messaging.inbound.actions.standing import invited
from messaging.inbound.actions.strangers import stranger
from messaging.inbound.actions.undoing import undo
from messaging.inbound.models import InboundText, Parked
from messaging.inbound.outcomes import (
    Answer,
    AnswerInDoubt,
    Hold,
    Human,
    Leave,
    LeaveInDoubt,
    Outcome,
    ReservedWithCode,
    Return,
    Shared,
    Single,
    Thanks,
    Tie,
    ToPerson,
    TwoThings,
    Unclear,
    Undo,
    Verb,
    Words,
)
from messaging.inbound.queries import CODES_BACK, LEAVE, led
from messaging.inbound.reading import Context, asks_for_help, read
from messaging.inbound.script import tokens
from messaging.inbound.words import Asked, Reply
from messaging.proof.numbers import pending
from messaging.texts.catalogue import load

LISTENED_TO = (Unclear, AnswerInDoubt, Answer, Undo)
"""Readings that an open question may know better: a 0 or several numbers may name rows."""
MOST_INVITED = 50
MOST_NAMED = 4
"""Persons of one phone that a confirmation names; of more it says the letters."""


def decide(talk: Conversation) -> None:
    """Read one text, do what it asks for, and answer it."""
    talk.stand()
    if not talk.mobile:  # kept by a program of before, which did not quarantine it
        talk.finish(Step("quarantined", "not read", "a short code or a name, no phone of a person"))
        return
    if is_call(talk):
        talk.finish(called(talk))
        return
    around = words_around_ours(talk)
    if around == "":
        talk.finish(Step("ignored", "not read", "a copy of a text of ours"))
        return
    outcome = read(talk.row.body if around is None else around, talk.book.vocabulary, _context(talk))
    leaving = _leaving(talk, outcome)
    if leaving is not None:
        talk.finish(leaving, capped=False)
    elif talk.row.medium is Medium.SMS and talk.row.channel in ANSWERS_HELP and asks_for_help(talk.row.body):
        talk.finish(Step("acknowledged", "help", "the provider itself answers this word"))
    elif not talk.people:
        talk.finish(stranger(talk, outcome))
    elif around is not None:
        talk.finish(talk.to_person("copy_of_ours", "for a person", "a copy of a text of ours with words around it"))
    else:
        step = _media(talk) or repeated(talk) or _whose_letter(talk) or _apply(talk, outcome)
        talk.finish(step)
        if step.state == "human":
            card = talk.db.scalar(select(Parked).where(Parked.inbound_text_id == talk.row.id))
            if card is not None:
                guess(talk, card)


def decide_incomplete(talk: Conversation) -> None:
    """A text of which a part never came: nothing in it is applied but a wish to leave; a person reads what is there."""
    talk.stand()
    leaving = read(talk.row.body, talk.book.vocabulary, _context(talk))
    if isinstance(leaving, Leave):
        step = _leaving(talk, leaving)
        if step is not None:
            talk.finish(step, capped=False)
        return
    if not talk.people:
        talk.finish(stranger(talk, Unclear("words")))
        return
    talk.finish(talk.to_person("part_missing", "for a person", "a part of it never came"))


def dispatch(talk: Conversation, people: Sequence[Sender], outcome: Single) -> Step:
    """Do what one person's text asks for; several persons where it is not said whose it is."""
    sender = people[0] if len(people) == 1 else None
    match outcome:
        case Thanks():
            return Step("acknowledged", "thanks or a greeting", "nothing is asked")
        case Undo():
            return undo(talk, outcome)
        case Human():
            step = talk.to_person(
                "asked_for_person", "wants to talk to a person", "9 or a word for it", sender, "person_called"
            )
            return replace(step, did={"do": "human"})
        case Answer():
            return choose(talk, people, outcome)
        case AnswerInDoubt():
            return doubt(talk, people, outcome)
        case Verb():
            return _verb(talk, people, outcome)
        case LeaveInDoubt():
            talk.ask(Asked(LEAVE, talk.row.id, {}, 2))
            return Step("asked", "perhaps no more texts", "a leave word in a question", Reply("opt_out_asked"))
        case ReservedWithCode():
            return Step(
                "asked", "nothing", "a leave word with a session", Reply("reserved_word", code=outcome.code), sender
            )
        case Tie():
            names = [talk.book.words[name].printed(talk.language(sender)) for name in outcome.names]
            return talk.clarify(
                Reply("which_word", commands=names),
                "a command, misspelt",
                f"as near to {' as to '.join(outcome.names)}",
            )
        case TwoThings():
            code = _example_code(talk, people)
            return talk.clarify(Reply("two_things", code=code), "two commands", "one text, one thing")
        case ToPerson():
            key = None if outcome.why == "service_text" else "passed_to_a_person"
            return talk.to_person(outcome.why, "for a person", outcome.why.replace("_", " "), sender, key)
        case Return():
            return talk.to_person(
                "only_changes", "wants only changes", "less than all texts is set by a person", sender
            )
        case Words():  # only a question listens to such
            return _unclear(talk, people, Unclear("words"))
        case Leave():
            return talk.to_person("leave_word_inside", "for a person", "a wish to leave among other words", sender)
        case Hold():
            return _hold(talk, people, outcome)
        case Unclear():
            return _unclear(talk, people, outcome)


def _media(talk: Conversation) -> Step | None:
    """What came with a picture or a voice note is looked at by a person, whatever is written under it; a trainer's
    while her session may be reported lies in the inbox of that session: it may be the sheet."""
    if not talk.row.media:
        return None
    sender = talk.people[0] if len(talk.people) == 1 else None
    step = talk.to_person(
        "media", "for a person", "a picture or a voice note came with it", sender, "media_received"
    )  # fmt: skip
    mine = _led(talk, talk.people)
    now_open = next((row for row in mine if report_open(row.starts_at, row.ends_at, talk.at)), None)
    card = talk.db.scalar(select(Parked).where(Parked.inbound_text_id == talk.row.id))
    if now_open is not None and card is not None:
        card.training_path, card.admin_path = now_open.training_path, now_open.admin_path
    return step


def _apply(talk: Conversation, outcome: Outcome) -> Step:
    if isinstance(outcome, Shared):
        return _parts(talk, outcome)
    return _listened(talk, outcome) or continued(talk, outcome) or dispatch(talk, talk.people, outcome)


def _listened(talk: Conversation, outcome: Single) -> Step | None:
    """What is no digit may still answer an open question of a command, which says so itself."""
    if not isinstance(outcome, LISTENED_TO):
        return None
    said = tokens(talk.row.body)
    asked_back = talk.open_question(talk.people)
    for question in [*([asked_back] if asked_back is not None else []), *talk.open_invites(talk.people)]:
        word = talk.book.words.get(question.kind)
        sender = next((each for each in talk.people if each.person_id == question.person_id), None)
        if word is None or sender is None or word.listens is None or not word.listens(said):
            continue
        question.closed_at = talk.at
        talk.db.flush()
        values = dict(question.values["values"])
        heard, reading = Words(said, talk.row.body.strip()), f"{word.name}: {talk.row.body.strip()}"
        why = "it answers what we asked"
        return do(
            talk, sender, word.name, word.act, heard, values, reading, why, stores=word.tier > 0, answers=question
        )
    return None


def _parts(talk: Conversation, outcome: Shared) -> Step:
    """What several persons said on one phone, with one confirmation for all."""
    steps = []
    for letter, said in outcome.parts:
        sender = next(each for each in talk.people if each.letter == letter)
        steps.append(for_sender(dispatch(talk, (sender,), _meant(said)), sender))
    applied = [step for step in steps if step.state == "applied" and step.reply is not None]
    answers = [
        (step, str(step.reply.undo["answer"]))
        for step in applied
        if step.reply is not None and step.reply.undo and "answer" in step.reply.undo
    ]
    if len(steps) > 1 and len(answers) == len(steps):
        return _joint(talk, answers)
    last = next((step for step in steps if step.state in ("asked", "human")), steps[-1])
    reading = "; ".join(f"{step.sender.letter}: {step.reading}" for step in steps if step.sender)
    return replace(last, reading=reading)


def _meant(said: Single) -> Single:
    """Who says whose answer it is does not merely say thanks."""
    return replace(said, polite=False) if isinstance(said, Answer) else said


def _joint(talk: Conversation, answers: Sequence[tuple[Step, str]]) -> Step:
    first = answers[0][0]
    speech = load(talk.language()).speech
    named = len(answers) <= MOST_NAMED
    words = speech.comma.join(
        f"{(step.sender.first_name[:10] if named else step.sender.letter)} {speech.answers[said]}"
        for step, said in answers
        if step.sender
    )
    shown = first.reply.values if first.reply else {}
    reply = Reply("answers_saved", words=words, start=shown["start"], subject=_subject_of(talk, first))
    reading = "; ".join(f"{step.sender.letter}: {said}" for step, said in answers if step.sender)
    each = {step.sender.letter: said for step, said in answers if step.sender}
    did = {"do": "rsvp", "answers": each, "session": (first.did or {}).get("session")}
    return Step("applied", reading, "each said whose answer it is", reply, did=did)


def _subject_of(talk: Conversation, step: Step) -> str:
    undo_of = step.reply.undo if step.reply else None
    if step.sender is None or not undo_of:
        return ""
    rows = coming_for(talk.db, step.sender.scope, step.sender.person_id, talk.at, limit=50)
    return next((row.subject.value for row in rows if row.id == undo_of["session"]), "")


def _whose_letter(talk: Conversation) -> Step | None:
    """A lone letter after we asked whose a text was."""
    question = talk.whose_question()
    said = talk.row.body.strip(" .,!\n").casefold()
    sender = next((each for each in talk.people if said in (each.letter.casefold(), each.first_name.casefold())), None)
    if question is None or sender is None or not talk.shared:
        return None
    question.closed_at = talk.at
    meant = talk.db.get(InboundText, question.subject_id)
    if meant is None:
        return None
    outcome = read(meant.body, talk.book.vocabulary, _context(talk))
    if isinstance(outcome, Shared):
        return None
    talk.completes = meant
    step = for_sender(dispatch(talk, (sender,), _meant(outcome)), sender)
    if (talk.row.training_path, talk.row.admin_path) == (None, None):  # it is kept at no place, and so is the first
        meant.training_path = meant.admin_path = None
    return step


def _leaving(talk: Conversation, outcome: Outcome) -> Step | None:
    number = talk.row.number
    if isinstance(outcome, Leave):
        new = opt_out(talk.db, number, "text")
        talk.close_questions()
        if outcome.rest:
            talk.park("left_with_words")
        return Step(
            "opted_out", "no more texts", "a leave word comes first" if new else "had left before",
            Reply("opted_out") if new else None,
        )  # fmt: skip
    if isinstance(outcome, Return) and outcome.only_changes:
        opt_out(talk.db, number, "text", changes_too=True)
        if not talk.shared:
            for each in talk.people:
                end_silence(talk.db, each.person_id, "text")
        return Step(
            "opted_in", "only changes of date or venue", "a word for coming back, and 2", Reply("only_changes"),
            did={"do": "optin", "scope": "changes"},
        )  # fmt: skip
    if isinstance(outcome, Return):
        opt_in(talk.db, number, "text")
        if not talk.shared:  # who shares the phone asks for herself alone
            for each in talk.people:
                end_silence(talk.db, each.person_id, "text")
        coming = [row for each in talk.people for row in coming_for(talk.db, each.scope, each.person_id, talk.at, 1)]
        row = min(coming, key=lambda each: each.starts_at, default=None)
        reply = Reply("opted_in", start=row.starts_at if row else None, venue=row.venue if row else None)
        return Step("opted_in", "texts again", "a word for coming back", reply)
    return None


def _verb(talk: Conversation, people: Sequence[Sender], heard: Verb) -> Step:
    word = talk.book.words[heard.name]
    reading = f"{word.printed('ur_latn')}" + (f" {heard.rest}" if heard.rest else "")
    why = {
        "exact": "the word is exact",
        "one_letter": "the word is one letter off",
        "two_letters": "the word is two letters off",
        "sound": "the word sounds so",
        "missing": "no word, but a code and numbers",
    }[heard.how]
    if len(people) > 1:
        return whose(talk)
    return do(talk, people[0], word.name, word.act, heard, {}, reading, why, stores=word.tier > 0)


def _hold(talk: Conversation, people: Sequence[Sender], heard: Hold) -> Step:
    """ROKO by whoever has something that can still be stopped."""
    word = next((each for each in talk.book.words.values() if each.stops), None)
    sender = people[0] if len(people) == 1 else None
    if word is None or sender is None:
        return whose(talk) if len(people) > 1 else _unclear(talk, people, Unclear("words"))
    reading = f"{word.printed('ur_latn')} {heard.code or ''}".strip()
    return do(
        talk, sender, word.name, word.act, heard, {}, reading, "something of hers can still be stopped", stores=True
    )


def _unclear(talk: Conversation, people: Sequence[Sender], heard: Unclear) -> Step:
    """Ask once, with the example that fits this person best."""
    sender = people[0] if len(people) == 1 else None
    reading = "not understood"
    why = {"empty": "there is nothing in it", "greeting": "a greeting alone", "words": "no word we know"}[heard.why]
    question = talk.open_question(people)
    if question is not None:
        last = int(question.values["options"])
        return talk.clarify(Reply("not_understood_options", last=last), reading, why, sender)
    open_now = [each for each in invited(talk, people) if each.waits and not each.leads]
    invites = talk.open_invites(people)
    if len({each.session_id for each in open_now}) == 1 and not invites:
        reply = Reply("not_understood_question", start=open_now[0].starts_at, subject=open_now[0].subject)
        return talk.clarify(reply, reading, why, sender)
    if len(invites) == 1 and not open_now:
        reply = Reply("not_understood_options", last=int(invites[0].values["options"]))
        return talk.clarify(reply, reading, why, sender)
    code = _example_code(talk, people)
    if code:
        return talk.clarify(Reply("not_understood_trainer", code=code), reading, why, sender)
    return talk.clarify(Reply("not_understood"), reading, why, sender)


def _context(talk: Conversation) -> Context:
    codes = frozenset(row.code for row in _led(talk, talk.people))
    persons = {each.letter: each.first_name for each in talk.people} if talk.shared else {}
    invited = frozenset(
        row.code
        for each in talk.people
        for row in coming_for(talk.db, each.scope, each.person_id, talk.at - CODES_BACK, MOST_INVITED)
    )
    return Context(codes=codes, invited=invited, pending=pending(talk.db, talk.row.number), persons=persons)


def _led(talk: Conversation, people: Sequence[Sender]) -> list[SessionRow]:
    return [row for each in people for row in led(talk.db, each.scope, each.person_id, talk.at)]


def _example_code(talk: Conversation, people: Sequence[Sender]) -> str | None:
    """The code of a session whose attendance may be reported now, else of the next one she leads."""
    rows = _led(talk, people)
    now_open = [row.code for row in rows if report_open(row.starts_at, row.ends_at, talk.at)]
    ahead = [row.code for row in rows if row.starts_at > talk.at]
    return next(iter((*now_open, *ahead)), None)
