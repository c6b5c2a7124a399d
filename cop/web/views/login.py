"""Sign in: name and password, or a one-time link that lands signed in."""

from dataclasses import dataclass
from enum import StrEnum


class LoginProblem(StrEnum):
    """Why the page is shown again; one sentence for a wrong name and a wrong password."""

    WRONG = "wrong"
    LOCKED = "locked"
    LINK_SPENT = "link_spent"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class LoginPage:
    """`next` is the path wanted before signing in; `minutes_left` until a locked name is free again."""

    login: str = ""
    next: str = "/"
    problem: LoginProblem | None = None
    minutes_left: int = 0
    signed_out: bool = False
