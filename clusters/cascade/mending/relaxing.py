"""Which rule stands in the way of mending a plan: lifted one at a time, the smallest lift that helps is offered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from clusters.cascade.mending.news import Mended, News, circle_of
from clusters.cascade.replan import replan
from clusters.cascade.rules import CascadeRequest, MeetingRow, SeatRow

MORE_DAYS = (1, 2, 4, 8)
"""By so many days a monthly cap is raised to see whether that helps."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A rule that, lifted alone by this `amount`, lets the plan be mended; `others` would change besides."""

    rule: str
    amount: int
    sentence: str
    others: int


@dataclass(frozen=True, slots=True)
class _Lift:
    rule: str
    amount: int
    sentence: str
    request: CascadeRequest
    news: News
    afar: bool = False


def relaxations(
    request: CascadeRequest,
    meetings: Iterable[MeetingRow],
    seats: Iterable[SeatRow],
    news: News,
    told: Mapping[int, int],
    stuck: int,
) -> tuple[Relaxation, ...]:
    """Every rule whose lifting alone helps, each by its least amount, the one with the fewest other changes first."""
    meetings, seats = tuple(meetings), tuple(seats)
    found: dict[str, Relaxation] = {}
    for lift in _lifts(request, meetings, news):
        if lift.rule in found:
            continue
        answer = replan(lift.request, meetings, seats, lift.news, told, afar=lift.afar)
        if isinstance(answer, Mended):
            found[lift.rule] = Relaxation(lift.rule, lift.amount, lift.sentence, len(answer.others))
    return tuple(sorted(found.values(), key=lambda each: each.others))


def _lifts(request: CascadeRequest, meetings: tuple[MeetingRow, ...], news: News) -> Iterator[_Lift]:
    tomorrow = news.today + timedelta(days=1)
    if news.since > tomorrow:
        days = (news.since - tomorrow).days
        said = "It can be mended if people hear of a change only one day before."
        yield _Lift("notice", days, said, request, replace(news, since=tomorrow))
    said = "It can be mended if a trainer may come from another circle or block."
    yield _Lift("nearest", 1, said, request, news, afar=True)
    rules = request.rules
    for more in MORE_DAYS:
        if rules.trainer_days_a_month is not None:
            cap = rules.trainer_days_a_month + more
            said = f"It can be mended if a trainer may be called on {cap} days of a month."
            yield _Lift(
                "trainer_month", more, said, replace(request, rules=replace(rules, trainer_days_a_month=cap)), news
            )
        if rules.teacher_days_a_month is not None:
            cap = rules.teacher_days_a_month + more
            said = f"It can be mended if a teacher may be called away on {cap} days of a month."
            yield _Lift(
                "teacher_month", more, said, replace(request, rules=replace(rules, teacher_days_a_month=cap)), news
            )
    if news.lost:
        # Somebody who knew all that she knew, with nothing else to do: does one more trainer help at all?
        circles = sorted({circle_of(row.place) for row in meetings if not news.lost.isdisjoint(row.trainers)})
        where = circles[0] if circles else ""
        said = f"It can be mended if somebody who has completed the same modules takes her post in {where}"
        yield _Lift("trainers", 1, said, request, replace(news, lost=frozenset()))
