"""Who looks at a page: a web session becomes a Viewer, and her posts of today her Scope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Date, DateTime, Select, Text, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from clusters.kernel.clock import today
from clusters.people.models import Person
from clusters.people.queries import held_by, scope_from
from clusters.people.rules import PostRole
from clusters.scope import Scope, lies_within
from clusters.structure.models import Programme
from cop.settings import Settings
from cop.web.fingerprints import fingerprint
from cop.web.i18n import Language, Speech, languages, speech
from cop.web.models import Login, SecondFactor, WebSession
from cop.web.views.frame import Role
from cop.web.web_sessions import IDLE, PROVED_FOR, SEEN_EVERY
from messaging.inbound.models import Parked
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


MUST_PROVE = frozenset({Role.ADMIN, Role.MANAGER, Role.MONITOR})
"""Who gives a second proof wherever the pages are open to a network."""


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
    waiting: int
    """So many texts wait for a person in her places."""
    stopped: Stop | None = None
    """Nothing is sent, and why."""
    second_factor: bool = False
    """She gives a second proof at signing in."""
    proved_at: datetime | None = None
    """When she last gave it in this browser."""

    def owes_second_factor(self, settings: Settings) -> bool:
        """Must she set one up before anything else? Where the pages are open to a network, whoever sees a district."""
        return self.role in MUST_PROVE and not self.second_factor and not settings.on_loopback

    def must_prove_anew(self, at: datetime) -> bool:
        """Is her last proof too old for what asks for a fresh one? Who has none to give is not asked."""
        return self.second_factor and (self.proved_at is None or self.proved_at <= at - PROVED_FOR)

    @property
    def say(self) -> Speech:
        """Her language, for the sentences a handler makes."""
        return speech(self.language)


def _looked_up() -> Select[*tuple[Any, ...]]:
    """Who holds a web session, what her posts of a day open to her, and how many texts wait there."""
    at: BindParameter[datetime] = bindparam("at", type_=DateTime(timezone=True))
    found = (
        select(
            WebSession.id_hash,
            WebSession.seen_at,
            WebSession.proved_at,
            exists().where(SecondFactor.login_id == Login.id, SecondFactor.salt.is_not(None)).label("second_factor"),
            Login.id.label("login_id"),
            Login.login,
            Login.language,
            Person.id.label("person_id"),
            Person.name,
        )
        .join(Login, Login.id == WebSession.login_id)
        .join(Person, Person.id == Login.person_id)
        .where(
            WebSession.id_hash == bindparam("id_hash", type_=Text),
            ~WebSession.awaits_code,
            WebSession.ended_at.is_(None),
            WebSession.ends_at > at,
            WebSession.seen_at > bindparam("seen_after", type_=DateTime(timezone=True)),
            Login.disabled_at.is_(None),
        )
        .cte("found")
    )
    held = held_by(select(found.c.person_id).scalar_subquery(), bindparam("day", type_=Date)).cte("held")
    place = func.json_build_array(held.c.tree, held.c.path, held.c.role)
    hers = exists().where(lies_within(held.c.tree, held.c.path, Parked.training_path, Parked.admin_path))
    return select(
        found,
        select(Programme.invented).scalar_subquery().label("invented"),
        oldest_stop().label("stopped"),
        select(func.json_agg(aggregate_order_by(place, held.c.id))).scalar_subquery().label("held"),
        select(func.count()).where(Parked.settled_at.is_(None), hers).scalar_subquery().label("waiting"),
    )


_LOOKED_UP = _looked_up()


def find_viewer(db: Session, session_id: str, at: datetime) -> Viewer | None:
    """Who holds this web session; None if it ended, idled away, or her login or her last post ended."""
    asked = {"id_hash": fingerprint(session_id), "at": at, "seen_after": at - IDLE, "day": today(db)}
    row = db.execute(_LOOKED_UP, asked).one_or_none()
    if row is None:
        return None
    scope = scope_from(row.person_id, row.held or ())
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
        waiting=row.waiting,
        stopped=stop_of(row.stopped, at),
        second_factor=row.second_factor,
        proved_at=row.proved_at,
    )


def web_role(scope: Scope) -> Role | None:
    """As what somebody with this scope sees the pages, if at all."""
    return next((role for post, role in WEB_ROLES if post in scope.roles), None)


def first_language(db: Session) -> Language:
    """The first language of the programme that pages speak: that of whoever has chosen none."""
    wished = db.scalar(select(Programme.languages)) or ()
    return next((Language(each) for each in wished if each in languages()), Language.ENGLISH)


def chosen(language: str | None) -> Language:
    """A language that was asked for, if pages speak it."""
    return next((known for known in languages() if known == language), Language.ENGLISH)
