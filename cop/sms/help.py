"""MADAD: what somebody of her role can text."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from clusters.people.rules import PLANNERS, TRAINERS, PostRole
from clusters.scope import Scope
from messaging.inbound.words import Reply, Text, Word

TEACHER, TRAINER, MANAGER = "teacher", "trainer", "manager"
COMMANDS: Mapping[str, tuple[str, ...]] = {
    TEACHER: ("next", "where", "question", "note", "feedback", "language", "school", "mydata"),
    TRAINER: ("attend", "who", "roster", "finished", "move", "venue", "call_off", "message"),
    MANAGER: ("visit", "next", "where", "question", "note", "language", "mydata"),
}
"""The commands on the printed card of a role, eight at most; digits and BAND are on all of them."""


def role_of(scope: Scope) -> str:
    """Whose help she gets: who trains leads sessions, whatever else she is."""
    if scope.roles & {str(role) for role in TRAINERS}:
        return TRAINER
    return MANAGER if scope.roles & {str(role) for role in (*PLANNERS, PostRole.MONITOR)} else TEACHER


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """The help of her role."""
    return Reply(f"help_{role_of(scope)}", did={"do": "help"})


WORD = Word("help", {"ur_latn": ("madad", "madat", "maddad", "menu", "?"), "en": (), "ur": ("مدد",)}, tier=0, act=act)
