"""How a text was read is said in the viewer's language: each reading and reason that the office writes is known."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import messaging.inbound.actions
from cop.web.i18n import Language, speech
from cop.web.readings import NAMED, PATTERNS, PHRASES, reading_said
from messaging.inbound import outcomes

ENGLISH, URDU = speech(Language.ENGLISH), speech(Language.URDU)
PLACES = {"Step": (1, 2), "clarify": (1, 2), "to_person": (1, 2), "_which": (4,), "_to_invitation": (4,)}
"""Which arguments of which calls are words about the reading."""
SAMPLES = {
    "heard.choice": "2", "options": "3", "SAID[heard.choice]": "yes", "SAID[choice]": "no", "asked.code": "4814",
    "guess['code']": "4814", "answer['code']": "4814", "asked[0].code": "4814", "talk.row.body.strip()": "4814",
    "effect.verb": "attend", "word.name": "attend", "reading": "choice 1",
    "why": "nothing else is open", "type(error).__name__": "ValueError", "heard.why.replace('_', ' ')": "condition",
    "' as to '.join(outcome.names)": "where as to next", "step.sender.letter": "A", "step.reading": "yes", "said": "no",
}  # fmt: skip
"""What each expression of a composed reading may be."""


def written() -> Iterator[str]:
    """Every reading and reason in the source of the office, composed ones with sample values."""
    for file in sorted(Path(messaging.inbound.actions.__path__[0]).glob("*.py")):
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                for place in PLACES.get(name, ()):
                    if len(node.args) > place:
                        yield from texts(node.args[place])
            if isinstance(node, ast.Assign) and any(names(target) & {"reading", "why"} for target in node.targets):
                yield from texts(node.value)


def names(target: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}


def texts(value: ast.expr) -> Iterator[str]:
    """The strings that an expression can be."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr():
            parts = [part.value if isinstance(part, ast.Constant) else sample(part) for part in value.values]
            if None not in parts:
                yield "".join(map(str, parts))
        case ast.IfExp():
            yield from texts(value.body)
            yield from texts(value.orelse)
        case ast.Subscript(value=ast.Dict(values=values)):
            for each in values:
                yield from texts(each)
        case ast.Tuple():
            for each in value.elts:
                yield from texts(each)


def sample(part: ast.expr) -> str | None:
    assert isinstance(part, ast.FormattedValue)
    expression = ast.unparse(part.value)
    if expression.startswith("word.printed"):
        return None  # the command itself, as it was written
    return SAMPLES[expression]


def test_every_reading_and_reason_is_said_in_urdu() -> None:
    found = set(written())
    assert len(found) > 50
    said = {text: reading_said(text, URDU) for text in found}
    english = {text: words for text, words in said.items() if re.search(r"[a-z]{3,}", without_values(words))}
    assert english == {}


def without_values(words: str) -> str:
    """Without names of commands and of errors, which stay as they are."""
    return re.sub(r"attend|where|next|ValueError", "", words)


def test_every_phrase_is_still_written_somewhere() -> None:
    room = Path(messaging.inbound.actions.__path__[0])
    source = "".join(file.read_text() for file in [*room.glob("*.py"), *room.parent.glob("*.py")])
    doubts = {why.replace("_", " ") for why in re.findall(r'"(\w+)"', source)} | set(NAMED.values())
    assert {phrase for phrase in PHRASES if phrase not in source and phrase not in doubts} == set()


def test_every_kind_of_doubt_has_its_words() -> None:
    kinds = re.findall(r"why: Literal\[([^\]]+)\]", Path(outcomes.__file__).read_text())
    doubts = {kind.strip(' "').replace("_", " ") for kind in kinds[0].split(",")}
    assert {kind for kind in doubts if NAMED.get(kind, kind) not in PHRASES} == set()


@pytest.mark.parametrize(
    ("stored", "urdu"),
    [
        ("yes, session 4814", "ہاں، سیشن 4814"),
        (
            "nothing else is open; asked back, nothing stored",
            "اس کے سوا کچھ باقی نہیں؛ دوبارہ پوچھا گیا، کچھ محفوظ نہیں ہوا",
        ),
        ("A: no; B: yes, session 4814", "A: نہیں؛ B: ہاں، سیشن 4814"),
        ("HAZRI 4814 3 7", "HAZRI 4814 3 7"),
    ],
)
def test_a_reading_is_said_part_by_part(stored: str, urdu: str) -> None:
    assert reading_said(stored, URDU) == urdu
    assert reading_said(stored, ENGLISH) == stored


def test_a_pattern_says_in_english_what_was_stored() -> None:
    for pattern, said in PATTERNS:
        assert set(pattern.groupindex) == set(re.findall(r"%\((\w+)\)s", said)), said
