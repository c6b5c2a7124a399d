"""How texts of each week were understood: by the exact word, a near one, its sound, one question back, or a person."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, case, cast, func, select
from sqlalchemy.orm import Session

from clusters.kernel.clock import KARACHI
from clusters.scope import Scope
from messaging.inbound.models import InboundText, Parked, ParseRecord

NOT_COUNTED = ("unknown_sender", "ignored", "quarantined", "acknowledged", "duplicate")
"""States of texts that asked nothing of us, or came from nobody we know."""
ALSO_PARKED = ("left_with_words", "question")
"""Why a text lies before a person although it was understood: it says more."""
BY_SOUND = "the word sounds so"


@dataclass(frozen=True, slots=True)
class Share:
    """Texts of a week, from a Monday on, by what understood them."""

    week: date
    exact: int
    near: int
    sound: int
    question: int
    person: int

    @property
    def texts(self) -> int:
        """All of them."""
        return self.exact + self.near + self.sound + self.question + self.person


def shares(db: Session, scope: Scope, since: datetime) -> list[Share]:
    """The weeks since an instant in which texts of the scope were read, the oldest first."""
    before_a_person = (
        select(Parked.id)
        .where(Parked.inbound_text_id == InboundText.id, Parked.why.not_in(ALSO_PARKED))
        .correlate(InboundText)
        .exists()
    )
    kind = case(
        (before_a_person, "person"),
        (ParseRecord.did["do"].astext == "ask", "question"),
        (func.strpos(ParseRecord.rule, BY_SOUND) > 0, "sound"),
        (ParseRecord.score < 1, "near"),
        else_="exact",
    )
    week = cast(func.date_trunc("week", func.timezone(KARACHI.key, ParseRecord.at)), Date)
    statement = (
        select(week, kind, func.count())
        .join(InboundText, InboundText.id == ParseRecord.inbound_text_id)
        .where(
            ParseRecord.at >= since,
            InboundText.state.not_in(NOT_COUNTED),
            scope.within(InboundText.training_path, InboundText.admin_path),
        )
        .group_by(week, kind)
    )
    found: dict[date, dict[str, int]] = {}
    for monday, what, times in db.execute(statement):
        found.setdefault(monday, {})[what] = times
    names = ("exact", "near", "sound", "question", "person")
    return [Share(monday, *(each.get(name, 0) for name in names)) for monday, each in sorted(found.items())]
