"""MADAD: what a teacher, or a trainer, can text."""

from sqlalchemy.orm import Session

from clusters.people.rules import TRAINERS
from clusters.scope import Scope
from messaging.inbound.words import Reply, Text, Word


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """The help of her role."""
    key = "help_trainer" if scope.roles & {str(role) for role in TRAINERS} else "help_teacher"
    return Reply(key, did={"do": "help"})


WORD = Word("help", {"ur_latn": ("madad", "madat", "maddad", "menu", "?"), "en": (), "ur": ("مدد",)}, tier=0, act=act)
