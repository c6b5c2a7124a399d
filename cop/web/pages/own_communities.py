"""A person's communities, by the link that was texted to her: found, join, host, talk, say what two did together."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy.orm import Session

from clusters.calendar.windows import KARACHI
from clusters.kernel.audit import Actor
from clusters.kernel.clock import today
from clusters.kernel.errors import Invalid
from clusters.modules.rules import Subject
from clusters.people.phones import Phone, read
from clusters.people.queries import posts_of
from clusters.scope import Scope
from cop.communities import belonging, doing_together, hosting
from cop.communities.queries import OwnCommunity, agenda, members, nearby, own_communities
from cop.communities.rules import Doing, Standing
from cop.web.answers import Answer, Done, Shown
from cop.web.edge import act, page
from cop.web.views import own_communities as views
from cop.web.views import paths
from cop.web.views.own_communities import Fellow, Nearby, OwnCommunitiesPage, OwnLine
from cop.web.views.own_page import LinkOverPage
from messaging.consent.queries import holder_of, was_texted

SOURCE = "link"
CIRCLE = 2
"""Steps of a training path down to a circle."""


class Do(StrEnum):
    """What a button does."""

    FOUND = "found"
    JOIN = "join"
    LEAVE = "leave"
    LINE = "line"
    STRIKE = "strike"
    MEET = "meet"
    INVITE = "invite"
    TOGETHER = "together"


@dataclass(frozen=True)
class Wish:
    """One thing at a time, and what it needs."""

    do: Do
    community: int | None = None
    name: str = ""
    subject: Subject | None = None
    words: str = ""
    line: int | None = None
    day: date | None = None
    at: str = ""
    venue: str = ""
    phone: str = ""
    fellow: int | None = None
    doing: Doing | None = None


@page(paths.own_communities("{link}"), open=True)
def show(db: Session, link: str) -> Answer:
    """Hers, and those near her; nobody else's names."""
    person_id = _holder(db, link)
    return Shown(LinkOverPage(), status=404) if person_id is None else _shown(db, person_id, link)


@act(paths.own_communities("{link}"), open=True)
def choose(db: Session, link: str, form: Wish) -> Answer:
    """Do what she chose."""
    person_id = _holder(db, link)
    if person_id is None:
        return Shown(LinkOverPage(), status=404)
    db.info["actor"] = Actor(SOURCE, person_id)
    _do(db, Scope(person_id, ()), form)
    return Done(paths.own_communities(link))


def _do(db: Session, her: Scope, form: Wish) -> None:
    community, day = form.community or 0, form.day or today(db)
    if form.do is Do.FOUND:
        belonging.found(db, her, form.name, form.subject, form.words)
    elif form.do is Do.JOIN:
        belonging.ask_to_join(db, her, community)
    elif form.do is Do.LEAVE:
        belonging.leave(db, her, community)
    elif form.do is Do.LINE:
        hosting.add_line(db, her, community, form.words)
    elif form.do is Do.STRIKE:
        hosting.strike_line(db, her, form.line or 0)
    elif form.do is Do.MEET:
        hosting.propose_meeting(db, her, community, datetime.combine(day, _hour(form.at), KARACHI), form.venue)
    elif form.do is Do.INVITE:
        _invite(db, her, community, form.phone)
    else:
        doing_together.say_done_together(db, her, form.doing or Doing.PLANNED, form.fellow or 0, form.subject, day)


def _invite(db: Session, her: Scope, community: int, written: str) -> None:
    """Whoever is at this number gets the invitation; the page says the same whether anybody is."""
    number = read(written)
    if not isinstance(number, Phone):
        raise Invalid("community_number_unread")
    belonging.invite_number(db, her, community, number.e164)


def _hour(written: str) -> time:
    try:
        return time.fromisoformat(written)
    except ValueError:
        raise Invalid("community_hour_unread") from None


def _holder(db: Session, link: str) -> int | None:
    """Whose communities these are; nobody's by a link that an office made."""
    return holder_of(db, link) if was_texted(db, link) else None


def _shown(db: Session, person_id: int, link: str) -> OwnCommunitiesPage:
    her = Scope(person_id, ())
    day = today(db)
    home = next((post.training_path for post in posts_of(db, her, person_id) if post.holds_on(day)), None) or ""
    circle = "".join(f"{step}." for step in home.split(".")[:CIRCLE] if step)
    return OwnCommunitiesPage(
        link,
        day,
        tuple(_own(db, her, each) for each in own_communities(db, her)),
        tuple(Nearby(each.id, each.name, each.subject) for each in (nearby(db, her, circle) if circle else ())),
    )


def _own(db: Session, her: Scope, each: OwnCommunity) -> views.OwnCommunity:
    inside = each.standing is Standing.MEMBER
    return views.OwnCommunity(
        each.id,
        each.name,
        each.subject,
        each.about,
        each.standing,
        each.members,
        each.host if inside else "",
        each.host_id == her.person_id,
        each.meets_at if inside else None,
        each.venue if inside else "",
        tuple(Fellow(one.person_id, one.name) for one in members(db, her, each.id) if one.person_id != her.person_id)
        if inside
        else (),
        tuple(OwnLine(line.id, line.words, line.by) for line in agenda(db, her, each.id)) if inside else (),
    )


handlers = [show, choose]
