"""Bad news by chance about a finished round: a trainer leaves, a room is lost, a day or a valley is closed."""

import random
from dataclasses import replace
from datetime import timedelta

from clusters.cascade.mending.news import News
from clusters.cascade.rules import CascadeRequest, Level, Taken
from clusters.cascade.timetable import CascadePlan


def invented_news(request: CascadeRequest, plan: CascadePlan, rng: random.Random) -> News:
    """News that hits at least one training session that has not begun."""
    today = plan.start_date - timedelta(days=rng.randint(1, 10))
    if rng.random() < 0.5:
        today += timedelta(days=rng.randrange(max((plan.end_date - plan.start_date).days - 1, 1)))
    ahead = [each for each in plan.sessions if each.meetings[0].day >= today] or [plan.sessions[-1]]
    today = min(today, ahead[-1].meetings[0].day)
    teaching = [each for each in ahead if each.level is Level.TEACHER] or ahead
    hit = rng.choice(teaching if rng.random() < 0.8 else ahead)
    news = News(today + timedelta(days=7), today)
    kind = rng.choice(["lost", "lost", "venue", "day", "snow"])
    if kind == "lost":
        return replace(news, lost=frozenset({rng.choice(hit.trainers)}))
    if kind == "venue":
        return replace(news, closed_venues=frozenset({hit.venue}))
    first = hit.meetings[0].day
    if kind == "day":
        rooms = {each.venue for each in plan.sessions}
        return replace(news, shut=frozenset((room, first) for room in rooms))
    circle = next((seat.circle for seat in request.clusters if seat.venue == hit.venue), "")
    rooms = {seat.venue for seat in request.clusters if seat.circle == circle} or {hit.venue}
    return replace(news, shut=frozenset((room, first + timedelta(days=k)) for room in rooms for k in range(7)))


def after(request: CascadeRequest, news: News) -> CascadeRequest:
    """What the plan must keep to once the news is known; who left counts in no team any more."""
    return replace(
        request,
        core=tuple(member for member in request.core if member.person not in news.lost),
        masters=tuple(member for member in request.masters if member.person not in news.lost),
        circle_trainers=tuple(member for member in request.circle_trainers if member.person not in news.lost),
        taken=(*request.taken, *(Taken(day, None, room, away=True) for room, day in sorted(news.shut))),
    )
