"""Who looks at a page: a web session becomes a Viewer, and her posts of today her Scope."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clusters.people.models import Person
from clusters.people.queries import scope_of
from clusters.people.rules import PostRole
from clusters.scope import Scope
from clusters.structure.models import Programme
from cop.web.i18n import Language, Speech, languages, speech
from cop.web.models import Login, WebSession
from cop.web.security import fingerprint
from cop.web.views.frame import Role
from cop.web.web_sessions import IDLE, SEEN_EVERY
from messaging.outbox.switch import Stop, oldest_stop, stop_of

WEB_ROLES = (
    (PostRole.ADMINISTRATOR, Role.ADMIN),
    (PostRole.EDUCATION_MANAGER, Role.MANAGER),
    (PostRole.CLERK, Role.CLERK),
    (PostRole.CORE_TEAM, Role.TRAINER),
    (PostRole.MASTER_TRAINER, Role.TRAINER),
    (PostRole.CIRCLE_TRAINER, Role.TRAINER),
    (PostRole.MONITOR, Role.MONITOR),
)
"""Which posts open the pages, and as what; of several the first counts. What she may see is her scope's alone."""
POST_OF = {
    Role.ADMIN: PostRole.ADMINISTRATOR,
    Role.MANAGER: PostRole.EDUCATION_MANAGER,
    Role.MONITOR: PostRole.MONITOR,
    Role.TRAINER: PostRole.CIRCLE_TRAINER,
    Role.CLERK: PostRole.CLERK,
}
"""The post behind each role of the command line."""

READ_ONLY = select(func.set_config("transaction_read_only", "on", True))
"""From this statement on the unit can read only: what is asked for by GET changes nothing."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody signed in, for the length of one page."""

    person_id: int
    name: str
    role: Role
    scope: Scope
    login_id: int
    login: str
    language: Language
    session_hash: str
    seen_long_ago: bool
    """It is time to remember anew that this browser was here."""
    invented: bool
    """The programme is a demonstration."""
    stopped: Stop | None = None
    """Nothing is sent, and why."""

    @property
    def say(self) -> Speech:
        """Her language, for the sentences a handler makes."""
        return speech(self.language)


_FOUND = (
    select(
        WebSession.id_hash,
        WebSession.seen_at,
        Login.id.label("login_id"),
        Login.login,
        Login.language,
        Person.id.label("person_id"),
        Person.name,
        select(Programme.invented).scalar_subquery().label("invented"),
        oldest_stop().label("stopped"),
    )
    .join(Login, Login.id == WebSession.login_id)
    .join(Person, Person.id == Login.person_id)
    .where(WebSession.ended_at.is_(None), Login.disabled_at.is_(None))
)
_FOUND_TO_READ = _FOUND.add_columns(*READ_ONLY.selected_columns)


def find_viewer(db: Session, session_id: str, at: datetime, *, to_read: bool) -> Viewer | None:
    """Who holds this web session; None if it ended, idled away, or her login or her last post ended."""
    row = db.execute(
        (_FOUND_TO_READ if to_read else _FOUND).where(
            WebSession.id_hash == fingerprint(session_id), WebSession.ends_at > at, WebSession.seen_at > at - IDLE
        )
    ).one_or_none()
    if row is None:
        return None
    scope = scope_of(db, row.person_id)
    role = web_role(scope)
    if role is None:
        return None
    return Viewer(
        person_id=row.person_id,
        name=row.name,
        role=role,
        scope=scope,
        login_id=row.login_id,
        login=row.login,
        language=chosen(row.language),
        session_hash=row.id_hash,
        seen_long_ago=row.seen_at < at - SEEN_EVERY,
        invented=bool(row.invented),
        stopped=stop_of(row.stopped, at),
    )


def web_role(scope: Scope) -> Role | None:
    """As what somebody with this scope sees the pages, if at all."""
    return next((role for post, role in WEB_ROLES if post in scope.roles), None)


def chosen(language: str | None) -> Language:
    """A language that was asked for, if pages speak it."""
    return next((known for known in languages() if known == language), Language.ENGLISH)
