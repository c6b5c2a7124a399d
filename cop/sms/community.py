"""ANJUMAN: the communities one belongs to, a line for the agenda, leaving; and what a member is asked by text."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.scope import Scope
from cop.communities.belonging import accept, admit, come_back, leave, turn_down
from cop.communities.doing_together import confirm, not_confirmed_after_all
from cop.communities.hosting import add_line, host, not_hosting_after_all, strike_line
from cop.communities.models import Community, Membership
from cop.communities.queries import OwnCommunity, own_communities
from cop.communities.rules import LINE_LETTERS, Standing
from cop.communities.saying import WORD as NAME
from cop.consent.reaching import reached
from messaging.inbound.codes import trimmed
from messaging.inbound.outcomes import Answer, Verb
from messaging.inbound.script import Phrases, tokens
from messaging.inbound.words import Asked, Reply, Text, Word
from messaging.texts.shortening import shorten, tidy

MOST_NAMED = 3
_NAME_LETTERS = 18
_OUT = Phrases("nahi, nahin, band, chor do, leave, off, no, nikal do, نہیں, بند")


def act(db: Session, scope: Scope, text: Text) -> Reply:
    """Answer what she was asked; without a question list her communities, put a line on the agenda, or let her go."""
    heard = text.heard
    if isinstance(heard, Answer):
        return _answered(db, scope, text.question, yes=heard.choice == 1, choice=heard.choice)
    if not isinstance(heard, Verb):
        raise NotFound("community_not_found")
    own = [each for each in own_communities(db, scope) if each.standing is Standing.MEMBER]
    if not own:
        return Reply("community_none")
    words = trimmed(heard.rest)
    said = [token for token in tokens(words) if token.kind != "mark"]
    if not said:
        return Reply("community_own", listed=", ".join(shorten(each.name, 40) for each in own[:MOST_NAMED]))
    wish = "leave" if _OUT.at(said, 0) == len(said) else "line"
    if len(own) > 1:
        titles = " ".join(f"{place}={shorten(each.name, _NAME_LETTERS)}" for place, each in enumerate(own[:9], start=1))
        values = {"wish": wish, "words": words[:LINE_LETTERS], "of": [each.id for each in own[:9]]}
        return Reply("community_which", asks=Asked(NAME, own[0].id, values, min(len(own), 9)), titles=titles)
    return _done(db, scope, own, wish, own[0].id, words)


def take_back(db: Session, scope: Scope, text: Text, undo: Mapping[str, Any]) -> Reply:
    """Let everything stand as before her answer."""
    if "line" in undo:
        strike_line(db, scope, undo["line"], for_good=True)
    elif "left" in undo:
        come_back(db, scope, undo["left"])
    elif "joined" in undo:
        leave(db, scope, undo["joined"])
    elif "turn" in undo:
        not_hosting_after_all(db, scope, undo["turn"])
    else:
        not_confirmed_after_all(db, undo["together"], undo["doing"])
    return Reply("community_undone")


def _answered(db: Session, scope: Scope, question: Mapping[str, Any], *, yes: bool, choice: int) -> Reply:
    if "wish" in question and "of" in question:
        own = own_communities(db, scope)
        return _done(db, scope, own, question["wish"], question["of"][choice - 1], question["words"])
    if "invited" in question:
        if not yes:
            turn_down(db, scope, question["invited"])
            return Reply("community_nothing_told")
        row = accept(db, scope, question["invited"])
        return Reply("community_joined", undo={"joined": row.community_id}, group=_name(db, row))
    if "admits" in question:
        if not yes:
            turn_down(db, scope, question["admits"])
            return Reply("community_nothing_told")
        row = admit(db, scope, question["admits"])
        new = reached(db, [row.person_id]).get(row.person_id)
        return Reply("community_welcomed", name=new.called if new else None, group=_name(db, row))
    if "turn" in question:
        turn = host(db, scope, question["turn"], yes=yes)
        if not yes:
            return Reply("community_next_asked")
        group = db.get_one(Community, turn.community_id).name
        return Reply("community_you_host", undo={"turn": turn.id}, group=group)
    doing = confirm(db, scope, question["together"], yes=yes)
    if doing is None:
        return Reply("community_nothing_told")
    return Reply("community_thanks", undo={"together": question["together"], "doing": doing.value})


def _done(db: Session, scope: Scope, own: Sequence[OwnCommunity], wish: str, community_id: int, words: str) -> Reply:
    name = next((each.name for each in own if each.id == community_id), "")
    if wish == "leave":
        row = leave(db, scope, community_id)
        return Reply("community_left", undo={"left": row.id}, group=name)
    line = add_line(db, scope, community_id, words)
    return Reply("community_line_kept", undo={"line": line.id}, group=name, written=tidy(words))


def _name(db: Session, row: Membership) -> str:
    return db.get_one(Community, row.community_id).name


WORD = Word(
    NAME,
    {"ur_latn": ("anjuman", "anjman", "anjoman"), "en": ("community",), "ur": ("انجمن",)},
    tier=0,
    act=act,
    take_back=take_back,
    free=True,
)
