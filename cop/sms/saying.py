"""Tells words that say something from a mere answer, an undo, thanks: for questions that free words answer."""

from collections.abc import Sequence

from messaging.inbound.answering import answering
from messaging.inbound.hearing import hear
from messaging.inbound.outcomes import Answer, Human, ToPerson, Undo
from messaging.inbound.script import Token, tokens


def says_something(said: Sequence[Token]) -> bool:
    """Are there words in it that are more than yes, no, thanks, a wish to undo or to talk to a person?"""
    spelt = " ".join(token.text for token in said)
    heard = hear(tokens(spelt), spelt)
    if all(token.kind != "word" for token in heard.words):
        return False
    answer = answering(heard)
    if isinstance(answer, Answer):
        return bool(answer.rest)
    return not isinstance(answer, Undo | Human | ToPerson)
