"""What a digit or a word for yes, no, not sure answers: the question we asked back, else the one open invitation."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from clusters.kernel.facts import note
from clusters.training.rules import Answer as Answered
from messaging.consent.actions import opt_out
from messaging.inbound.actions.conversation import Conversation, Sender, Step
from messaging.inbound.actions.standing import Standing, invited, standing
from messaging.inbound.facts import AskedAlong
from messaging.inbound.models import Question
from messaging.inbound.outcomes import Answer, AnswerInDoubt, Verb
from messaging.inbound.queries import LEAVE, WHICH, WHOSE, OpenInvitation
from messaging.inbound.words import Act, Asked, Reply, Text
from messaging.texts.values import Called

AFTER_AN_ECHO = timedelta(hours=2)
"""So long a polite "1" or "ok" may be mere thanks for what was just confirmed."""
ANSWERS = {1: Answered.YES, 2: Answered.NO, 3: Answered.UNSURE}
SAID = {1: "yes", 2: "no", 3: "not sure"}


def choose(talk: Conversation, people: Sequence[Sender], heard: Answer) -> Step:
    """Apply an answer to what is open."""
    question = talk.open_question(people)
    if question is not None:
        return _answered(talk, people, question, heard)
    waiting = standing(talk, people)
    taking = [each for each in waiting if each.takes(heard)]
    if heard.choice not in ANSWERS and not taking:
        return talk.clarify(Reply("nothing_asked"), f"the digit {heard.choice}", "nothing with so many choices is open")
    echoed = talk.echoed_at(AFTER_AN_ECHO)
    if heard.polite and echoed is not None and all(each.asked_at <= echoed for each in waiting):
        if _several(taking):
            return whose(talk)
        if taking:
            return _which(talk, people, taking, heard, "it may be mere thanks for the last confirmation")
        return Step("acknowledged", "thanks", "nothing is open, and a confirmation has just gone out")
    if not taking:
        return _changed(talk, people, invited(talk, people), heard)
    if _several(taking):
        return whose(talk)
    if len(taking) > 1:
        return _which(talk, people, taking, heard, "it fits several that are open")
    return _to(talk, people, taking[0], heard, "nothing else is open")


def doubt(talk: Conversation, people: Sequence[Sender], heard: AnswerInDoubt) -> Step:
    """Yes and no at once, a condition, a count of people: ask for one digit."""
    waiting = [each for each in invited(talk, people) if each.waits]
    why = f"it can be meant in two ways ({heard.why.replace('_', ' ')})"
    question = talk.open_question(people)
    if question is not None:
        last = int(question.values["options"])
        return talk.clarify(Reply("not_understood_options", last=last), "an answer in doubt", why)
    if len(waiting) == 1:
        reply = Reply("answer_asked", start=waiting[0].starts_at, subject=waiting[0].subject)
        return talk.clarify(reply, "an answer in doubt", why)
    return talk.clarify(Reply("not_understood"), "an answer in doubt", why)


def do(
    talk: Conversation,
    sender: Sender,
    name: str,
    act: Act,
    heard: Any,
    question: Mapping[str, Any],
    reading: str,
    why: str,
    *,
    stores: bool,
    answers: Question | None = None,
    body: str | None = None,
) -> Step:
    """Let a word or a digit do its work, with the rights of its sender; `body` is what she is taken to have written."""
    row = talk.row
    written = (talk.completes or row).body if body is None else body
    text = Text(
        row.id, row.number, written, row.received_at, sender.person_id, talk.language(sender), heard, dict(question)
    )
    reply = act(talk.db, sender.scope, text)
    score = heard.score if isinstance(heard, Verb) else None
    if reply is None:
        return Step("acknowledged", reading, why, None, sender, score=score)
    if reply.undo is not None:
        talk.remember(name, sender, reply.undo, answered=answers)
        if reply.asks is not None:  # stored, and something more is asked about it
            talk.ask(reply.asks, sender)
        return Step("applied", reading, why, reply, sender, reply.did, score)
    if reply.asks is not None:
        talk.ask(reply.asks, sender)
        return Step("asked", reading, f"{why}; asked back, nothing stored", reply, sender, reply.did, score)
    if reply.did is None:
        return Step("asked", reading, f"{why}; nothing stored", reply, sender, score=score)
    return Step("applied", reading, why, reply, sender, reply.did, score)


def whose(talk: Conversation) -> Step:
    """Ask which person on this phone it is from; the letter alone answers."""
    people = [Called(each.first_name) for each in talk.people]
    talk.ask(Asked(WHOSE, talk.row.id, {}, len(people)))
    return Step(
        "asked", "an answer of somebody on a shared phone", "asked whose it is", Reply("which_person", people=people)
    )


def _several(waiting: Sequence[Standing]) -> bool:
    """Is more than one person of this phone asked?"""
    return len({each.person_id for each in waiting}) > 1


def _answered(talk: Conversation, people: Sequence[Sender], question: Question, heard: Answer) -> Step:
    """A choice for the question we asked back."""
    options, values = int(question.values["options"]), dict(question.values["values"])
    by_word = heard.spelled and options != len(("yes", "no"))
    if not 1 <= heard.choice <= options or by_word:
        return talk.clarify(
            Reply("not_understood_options", last=options), f"the answer {heard.choice}", f"1 to {options} was asked"
        )
    sender = next((each for each in talk.people if each.person_id == question.person_id), None)
    question.closed_at = talk.at
    talk.db.flush()
    reading, why = f"choice {heard.choice}", "it answers what we asked back"
    if question.kind == LEAVE:
        if heard.choice == 1:
            opt_out(talk.db, talk.row.number, "text")
            return Step("opted_out", "no more texts", why, Reply("opted_out"))
        return Step("applied", "goes on", why, Reply("nothing_changed"))
    if question.kind == WHICH:
        option = values["of"][heard.choice - 1]
        meant = Answer(values["choice"], rest=values["rest"], question=values["question"])
        asked = next((each for each in _all_open(talk, people) if _is(each, option)), None)
        if asked is None:
            return talk.clarify(Reply("nothing_asked"), reading, "that is not open any more")
        return _to(talk, people, asked, meant, why)
    word = talk.book.words.get(question.kind)
    if word is None or sender is None:
        return talk.clarify(Reply("nothing_asked"), reading, "the question is not open any more")
    reading = f"{word.name}: {reading}"
    return do(
        talk, sender, word.name, word.act, heard, values, reading, why, stores=word.tier > 0, answers=question
    )  # fmt: skip


def _all_open(talk: Conversation, people: Sequence[Sender]) -> list[Standing]:
    """What stands open, and the invitations that were answered already: another answer may replace the first."""
    open_now = standing(talk, people)
    known = {each.invitation for each in open_now if each.invitation is not None}
    answered = [each for each in invited(talk, people) if each not in known]
    return [*open_now, *(Standing(each.person_id, each.asked_at, invitation=each) for each in answered)]


def _is(each: Standing, option: Mapping[str, Any]) -> bool:
    if each.question is not None:
        return each.question.id == option.get("question")
    invitation = each.invitation
    return (
        invitation is not None
        and invitation.session_id == option.get("session")
        and invitation.person_id == option["person"]
    )


def _to(talk: Conversation, people: Sequence[Sender], asked: Standing, heard: Answer, why: str) -> Step:
    """Apply an answer to the one thing that it is meant for."""
    if asked.question is not None:
        return _answered(talk, people, asked.question, heard)
    if asked.invitation is None:
        raise ValueError("neither an invitation nor a question")
    return _to_invitation(talk, people, asked.invitation, heard, why)


def _to_invitation(
    talk: Conversation, people: Sequence[Sender], asked: OpenInvitation, heard: Answer, why: str
) -> Step:
    sender = next(each for each in people if each.person_id == asked.person_id)
    reading = f"{SAID[heard.choice]}, session {asked.code}"
    if asked.leads and heard.choice != 1:
        return talk.to_person("trainer_cannot", reading, f"{why}; who leads a session cannot just stay away", sender)
    digit = talk.book.digits[heard.choice]
    question = {"session": asked.session_id, "leads": asked.leads}
    step = do(talk, sender, str(heard.choice), digit.act, heard, question, reading, why, stores=True)
    if heard.question and heard.rest and step.state == "applied":
        note(talk.db, AskedAlong(talk.row.id, sender.person_id, asked.session_id, heard.rest))
    return step


def _which(talk: Conversation, people: Sequence[Sender], waiting: Sequence[Standing], heard: Answer, why: str) -> Step:
    shown = waiting[:3]
    asked = Asked(
        WHICH,
        talk.row.id,
        {
            "choice": heard.choice,
            "rest": heard.rest,
            "question": heard.question,
            "of": [_option(each) for each in shown],
        },
        len(shown),
    )
    talk.ask(asked)
    sender = people[0] if len(people) == 1 else None
    key = "which_question" if all(each.invitation for each in shown) else "which_open"
    reply = Reply(key, choices=[each.named(talk, sender) for each in shown])
    return Step("asked", SAID.get(heard.choice, f"choice {heard.choice}"), why, reply, sender)


def _option(each: Standing) -> dict[str, Any]:
    if each.question is not None:
        return {"question": each.question.id, "person": each.person_id}
    return {"session": each.invitation.session_id if each.invitation else None, "person": each.person_id}


def _changed(talk: Conversation, people: Sequence[Sender], asked: Sequence[OpenInvitation], heard: Answer) -> Step:
    """Nothing waits: another answer than before replaces the one given last."""
    given = [each for each in asked if each.answered_at is not None and not each.leads]
    if given and (not talk.shared or len(people) == 1):
        last = max(given, key=lambda each: each.answered_at or each.asked_at)
        if last.answer is not ANSWERS[heard.choice]:
            return _to_invitation(talk, people, last, heard, "she had answered otherwise")
        sender = next(each for each in people if each.person_id == last.person_id)
        told = Reply("already_recorded_answer", answer=last.answer.value, start=last.starts_at, subject=last.subject)
        return Step("duplicate", SAID[heard.choice], "she had answered so already", told, sender)
    return talk.clarify(Reply("nothing_asked"), SAID[heard.choice], "no question is open")
