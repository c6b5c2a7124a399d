"""How a text was read, and why: stored in English where it is read, said here in the viewer's language."""

import re
from collections.abc import Mapping

from cop.web.i18n import Speech
from cop.web.words import N_

PHRASES = frozenset(
    {
        N_("yes"),
        N_("no"),
        N_("not sure"),
        N_("thanks"),
        N_("thanks or a greeting"),
        N_("nothing"),
        N_("nothing is asked"),
        N_("nothing is open, and a confirmation has just gone out"),
        N_("it may be mere thanks for the last confirmation"),
        N_("nothing with so many choices is open"),
        N_("an answer in doubt"),
        N_("an answer of somebody on a shared phone"),
        N_("asked whose it is"),
        N_("asked back, nothing stored"),
        N_("nothing stored"),
        N_("asked once already"),
        N_("no reply: enough were sent in this hour"),
        N_("no reply: the same was sent too often"),
        N_("no reply: a stranger is answered once a day"),
        N_("no reply: whoever joins is answered three times a day"),
        N_("the provider itself answers this word"),
        N_("a missed call"),
        N_("it belongs to a conversation with a person"),
        N_("it answers one open invitation and nothing else"),
        N_("a picture or a voice note came with it"),
        N_("a word for coming back, and 2"),
        N_("only changes of date or venue"),
        N_("it answers what we asked back"),
        N_("no more texts"),
        N_("goes on"),
        N_("the question is not open any more"),
        N_("who leads a session cannot just stay away"),
        N_("she had answered otherwise"),
        N_("she had answered so already"),
        N_("no question is open"),
        N_("help"),
        N_("a part of it never came"),
        N_("a copy of a text of ours with words around it"),
        N_("it answers what we asked"),
        N_("that is not open any more"),
        N_("it fits several that are open"),
        N_("nothing else is open"),
        N_("not read"),
        N_("a short code or a name, no phone of a person"),
        N_("a copy of a text of ours"),
        N_("nobody has this number"),
        N_("wants to talk to a person"),
        N_("9 or a word for it"),
        N_("perhaps no more texts"),
        N_("a leave word in a question"),
        N_("a leave word with a session"),
        N_("a leave word comes first"),
        N_("had left before"),
        N_("texts again"),
        N_("a word for coming back"),
        N_("a command, misspelt"),
        N_("two commands"),
        N_("one text, one thing"),
        N_("for a person"),
        N_("leave word inside"),
        N_("service text"),
        N_("wants only changes"),
        N_("less than all texts is set by a person"),
        N_("a wish to leave among other words"),
        N_("each said whose answer it is"),
        N_("the word is exact"),
        N_("the word is one letter off"),
        N_("the word is two letters off"),
        N_("the word sounds so"),
        N_("no word, but a code and numbers"),
        N_("not understood"),
        N_("no word we know"),
        N_("there is nothing in it"),
        N_("a greeting alone"),
        N_("the same text again"),
        N_("nothing changed since"),
        N_("take back"),
        N_("nothing of the last 24 hours can be taken back"),
        N_("it is the latest that can be taken back"),
        N_("a person read it so"),
        N_("yes and no"),
        N_("several digits"),
        N_("a count of people"),
        N_("a condition"),
    }
)
"""What is said in whole."""

NAMED: Mapping[str, str] = {"counted": "a count of people", "condition": "a condition"}
"""What a doubt is called."""

PATTERNS = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"the digit (?P<number>\d+)", N_("the digit %(number)s")),
        (r"the answer (?P<number>\d+)", N_("the answer %(number)s")),
        (r"choice (?P<number>\d+)", N_("choice %(number)s")),
        (r"\w+: choice (?P<number>\d+)", N_("choice %(number)s")),
        (r"1 to (?P<number>\d+) was asked", N_("1 to %(number)s was asked")),
        (r"(?P<answer>yes|no|not sure), session (?P<code>\S+)", N_("%(answer)s, session %(code)s")),
        (r"it can be meant in two ways \((?P<why>.*)\)", N_("it can be meant in two ways (%(why)s)")),
        (r"as near to (?P<one>\S+) as to (?P<other>.+)", N_("as near to %(one)s as to %(other)s")),
        (r"take back: (?P<word>.+)", N_("take back: %(word)s")),
        (r"reading it failed: (?P<error>.+)", N_("reading it failed: %(error)s")),
    )
)
"""What holds a value."""
_WHOSE = re.compile(r"(?P<letter>[A-Z]): (?P<said>.+)")


def reading_said(stored: str, say: Speech) -> str:
    """A stored reading or reason in the viewer's language; what we do not know, such as a command, stays as it is."""
    return say.gettext("; ").join(_part(part, say) for part in stored.split("; "))


def _part(part: str, say: Speech) -> str:
    if part in PHRASES:
        return say.gettext(part)
    for pattern, said in PATTERNS:
        if found := pattern.fullmatch(part):
            return say.gettext(said) % {name: _value(value, say) for name, value in found.groupdict().items()}
    if found := _WHOSE.fullmatch(part):
        return f"{found['letter']}: {_part(found['said'], say)}"
    return part


def _value(value: str, say: Speech) -> str:
    known = NAMED.get(value, value)
    return say.gettext(known) if known in PHRASES else value
