"""What a change would send, as pages show it: by purpose and language, at the example price."""

from collections import defaultdict

from clusters.people.rules import Language
from cop.settings import Settings
from cop.web.views.telling import ToldLine, ToldOf, ToldPlan
from messaging.reminders.rules import CANCELLED, HANDED_OVER, INVITATION, LEAD, MOVED
from messaging.reminders.telling import Line, Telling

PURPOSES = {
    INVITATION: ToldOf.INVITATION,
    LEAD: ToldOf.INVITATION,
    MOVED: ToldOf.CHANGE,
    HANDED_OVER: ToldOf.CHANGE,
    CANCELLED: ToldOf.CALL_OFF,
}
"""Every other kind is a reminder."""


def told_plan(telling: Telling, settings: Settings) -> ToldPlan:
    """The same figures, kinds of texts of one purpose together."""
    grouped: defaultdict[tuple[ToldOf, Language], list[Line]] = defaultdict(list)
    for line in telling.lines:
        grouped[PURPOSES.get(line.kind, ToldOf.REMINDER), Language(line.language)].append(line)
    lines = [
        ToldLine(
            purpose,
            language,
            max(line.people for line in some),
            sum(line.texts for line in some),
            segments := sum(line.segments for line in some),
            round(segments * settings.segment_price),
            min(line.first for line in some),
        )
        for (purpose, language), some in grouped.items()
    ]
    return ToldPlan(
        tuple(sorted(lines, key=lambda line: (line.first, line.purpose, line.language))),
        telling.people,
        telling.texts,
        telling.segments,
        round(telling.segments * settings.segment_price),
        telling.by_hand,
        telling.silent,
    )
