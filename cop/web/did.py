"""What a text did, or would do, in two short lines: stored in the words of `cop sms replay`, said in the viewer's
language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cop.web.i18n import Speech
from cop.web.words import N_


@dataclass(frozen=True, slots=True)
class Deed:
    """A reading by its name, and what it stores or sends; both in the viewer's language."""

    label: str
    effect: str


_DEEDS: Mapping[str, tuple[str, str]] = {
    "attend": (N_("Attendance"), N_("stores the attendance")),
    "optout": (N_("Wants no more texts"), N_("no text goes to this number any more")),
    "optin": (N_("Texts again"), N_("texts go to this number again")),
    "undo": (N_("Take back"), N_("takes the latest action back")),
    "next": (N_("When?"), N_("sends the next training sessions")),
    "where": (N_("Where?"), N_("sends the place and the way")),
    "help": (N_("Needs help"), N_("sends the help text")),
    "example": (N_("Wants an example"), N_("sends an example")),
    "human": (N_("Wants a person"), N_("says that a person will call")),
    "language": (N_("Language"), N_("changes the language of texts")),
    "note": (N_("A practice note"), N_("stores it, and asks for whom")),
    "tried": (N_("Tried a note"), N_("stores that it was tried")),
    "question": (N_("A question"), N_("passes it on")),
    "answer": (N_("An answer"), N_("passes it on to who asked")),
    "feedback": (N_("An opinion"), N_("stores it without a name")),
    "visit": (N_("A school visit"), N_("stores the visit")),
    "join": (N_("Wants to join"), N_("lays it before the circle trainer")),
    "school": (N_("Moves to another school"), N_("lays it before the circle trainer")),
    "mydata": (N_("Own data"), N_("sends the personal link")),
    "peers": (N_("Peer map"), N_("stores the choice")),
    "who": (N_("Who comes?"), N_("sends the answers so far")),
    "roster": (N_("List of names"), N_("sends the rows and names")),
    "finished": (N_("Session held"), N_("stores that the session was held")),
    "challenge": (N_("A change for others"), N_("sends a one-time code; nothing changes before it comes back")),
    "ask": (N_("Nothing"), N_("asked back, or a person reads it")),
    "none": (N_("Nothing"), N_("kept, no reply")),
    "again": (N_("Nothing new"), N_("it was stored before")),
}
_ANSWERS = {
    "yes": (N_("Yes"), N_("stores: comes to session %(code)s")),
    "no": (N_("No"), N_("stores: does not come to session %(code)s")),
    "unsure": (N_("Not sure"), N_("stores: not sure about session %(code)s")),
}
_CHANGES = {
    "move": N_("Move the session"),
    "venue": N_("Another venue"),
    "call off": N_("Call the session off"),
    "msg": N_("Text to the invited"),
}


def deed(did: Mapping[str, Any], say: Speech) -> Deed | None:
    """A deed in words; None for one that is not known."""
    do, code = str(did.get("do", "")), str(did.get("session") or "")
    answer = _ANSWERS.get(str(did.get("answer", "")))
    if do == "rsvp" and answer:
        return Deed(say.gettext(answer[0]), say.gettext(answer[1]) % {"code": code})
    if do == "rsvp":
        return Deed(say.gettext("Answers of several"), say.gettext("stores each answer"))
    if do == "attend":
        return Deed(say.gettext("Attendance of %(code)s") % {"code": code}, _rows(did, say))
    if do == "challenge" and did.get("verb") in _CHANGES:
        came_back = N_("its code came back; done after five minutes, unless stopped")
        wants = came_back if did.get("confirmed") else _DEEDS[do][1]
        return Deed(say.gettext(_CHANGES[str(did["verb"])]), say.gettext(wants))
    known = _DEEDS.get(do)
    return Deed(say.gettext(known[0]), say.gettext(known[1])) if known else None


def _rows(did: Mapping[str, Any], say: Speech) -> str:
    if "count" in did:
        return say.gettext("stores a head count: %(count)s") % {"count": did["count"]}
    absent, present = did.get("absent"), did.get("present")
    if absent:
        return say.gettext("stores absent: %(rows)s") % {"rows": _listed(absent)}
    if present:
        return say.gettext("stores present: %(rows)s") % {"rows": _listed(present)}
    return say.gettext("stores: all present")


def _listed(rows: Sequence[object]) -> str:
    """Row numbers, few enough for a button."""
    shown = ", ".join(str(row) for row in rows[:8])
    return f"{shown} …" if len(rows) > 8 else shown
