"""One draft of a round of the cascade as its page shows it: when it ends and why, loads, cost, whom it tells."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from clusters.calendar.rules import long_closings
from clusters.cascade import record
from clusters.kernel.clock import today
from clusters.kernel.errors import Conflict
from clusters.kernel.together import Together
from clusters.people.rules import Language as TextLanguage
from clusters.training import rounds
from clusters.training.actions import replace_round
from clusters.training.round_loads import WeekLoad, place_called, team_loads, week_loads
from clusters.training.round_sessions import sessions_of
from clusters.training.rounds import RoundRow, Told
from cop.hours import reminder_rules
from cop.settings import Settings
from cop.web.i18n import Language
from cop.web.pages.telling import told_plan
from cop.web.remarks import remarked
from cop.web.viewers import Viewer
from cop.web.views.frame import FieldError
from cop.web.views.planner import AcceptForm
from cop.web.views.rounds import (
    CascadeDraft,
    Closing,
    DraftSession,
    LevelLoad,
    Misfit,
    Proof,
    RoundPage,
    Team,
    Week,
)
from cop.web.views.telling import ToldPlan
from messaging.reminders.telling import before_accepting, before_mending
from messaging.texts.catalogue import DEFAULT_LANGUAGE, entry

COUNTED_AT_ONCE = 20_000
"""Invitations of a round whose texts are counted while somebody waits; `cop cascade accept --dry-run` counts more."""
SHOWN_SESSIONS = 12
"""Training sessions of a draft that its page names."""
SHOWN_TEAMS = 12
"""Groups of trainers that it names."""


def drafted(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    row: RoundRow,
    misfit: Misfit | None = None,
    errors: tuple[FieldError, ...] = (),
    *,
    foretell: bool = False,
) -> RoundPage:
    """The page of a draft; with a misfit it asks what of it shall be taken all the same.

    Whom a draft tells that replaces a round is found by doing it and undoing it, so only a form can `foretell` it.
    """
    together = Together(db)
    ask_levels = together.ask(lambda db: rounds.levels(db, viewer.scope, row.id))
    ask_teams = together.ask(lambda db: team_loads(db, viewer.scope, row.id))
    ask_weeks = together.ask(lambda db: week_loads(db, viewer.scope, row.id))
    levels, teams = ask_levels(), ask_teams()
    first, last = min(level.first for level in levels), max(level.last for level in levels)
    told = rounds.told(db, viewer.scope, row.id)
    replaces = "instead_of" in row.summary
    counted = row.state == "draft" and told.texts <= COUNTED_AT_ONCE and (foretell or not replaces)
    telling = _telling(db, viewer, settings, row) if counted else None
    draft = CascadeDraft(
        draft_id=row.id,
        name=row.name,
        made_at=row.made_at,
        made_by=made_by(viewer, row.author),
        subjects=row.subjects,
        sessions=sum(level.sessions for level in levels),
        levels=tuple(
            LevelLoad(each.level, each.sessions, each.people, each.trainers, each.first, each.last) for each in levels
        ),
        first_day=first,
        end_date=last,
        training_days=row.summary.get("makespan_days", 0),
        first_sessions=tuple(
            DraftSession(
                each.starts_at,
                each.ends_at,
                each.level,
                each.subject,
                each.place,
                each.venue or None,
                each.trainers,
                each.people,
            )
            for each in rounds.first_sessions(db, viewer.scope, row.id, SHOWN_SESSIONS)
        ),
        proof=_proof(db, viewer, row, first, last),
        teams=tuple(
            Team(team.level, team.place, team.trainers, team.days, team.fewest, team.most)
            for team in teams[:SHOWN_TEAMS]
        ),
        other_teams=max(len(teams) - SHOWN_TEAMS, 0),
        weeks=_weeks(ask_weeks()),
        misfit=misfit,
        left_out=row.summary.get("left_out", 0),
        remarks=tuple(remarked(remark, viewer.say) for remark in row.summary.get("remarks", ())),
        texts=told.texts,
        rupees=invitations_cost(told, settings),
        by_hand=told.by_hand,
        telling=telling,
        replaces=replaces,
        asks_to_foretell=row.state == "draft" and replaces and not foretell,
    )
    wanted = misfit.from_date if misfit is not None and misfit.from_date else first
    earliest = today(db)
    accept = AcceptForm(max(wanted, earliest), earliest, errors) if row.state == "draft" else None
    return RoundPage(draft, accept, row.accepted_at)


def _proof(db: Session, viewer: Viewer, row: RoundRow, first: date, last: date) -> Proof:
    earliest, hangs, rules = row.summary.get("earliest_end"), row.summary.get("hangs_on"), record.read(row.rules)
    said = ""
    if hangs:
        at = hangs.get("values", {}).get("circle")
        said = remarked(hangs, viewer.say, circle=place_called(db, viewer.scope, at) if at else "")
    urdu = viewer.language is Language.URDU
    closings = () if rules is None else long_closings(first, last, rules.calendar)
    return Proof(
        None if earliest is None else date.fromisoformat(earliest),
        bool(row.summary.get("proved")),
        bool(row.summary.get("settled")),
        said,
        tuple(Closing(each.first, each.last, each.name_ur if urdu else each.name) for each in closings),
    )


def _weeks(found: Sequence[WeekLoad]) -> tuple[Week, ...]:
    """Every week between the first and the last one."""
    if not found:
        return ()
    held = {each.monday: each.sessions for each in found}
    weeks = (found[-1].monday - found[0].monday).days // 7 + 1
    mondays = [found[0].monday + timedelta(weeks=number) for number in range(weeks)]
    return tuple(Week(monday, held.get(monday, 0)) for monday in mondays)


def _telling(db: Session, viewer: Viewer, settings: Settings, row: RoundRow) -> ToldPlan | None:
    """Who would be told; None where it cannot be accepted as it is."""
    if "instead_of" in row.summary:
        rules, replaced = reminder_rules(settings), int(row.summary["instead_of"])
        sessions = [each.id for each in sessions_of(db, viewer.scope, replaced)]

        def replace() -> None:
            replace_round(db, viewer.scope, row.id, calendar=settings.calendar)

        try:
            return told_plan(before_mending(db, viewer.scope, sessions, replace, rules), settings)
        except Conflict:
            return None
    drafts = rounds.drafts_of(db, viewer.scope, row.id)
    return told_plan(before_accepting(db, viewer.scope, drafts, reminder_rules(settings)), settings)


def invitations_cost(told: Told, settings: Settings) -> int:
    """What the invitations of a round cost at most, in rupees."""
    return round(_segments(told) * settings.segment_price)


def _segments(told: Told) -> int:
    """The segments that the invitations may take."""
    kinds: tuple[tuple[str, Mapping[TextLanguage | None, int]], ...] = (
        ("invitation", told.invited),
        ("invitation_lead", told.leads),
    )
    return sum(
        count * entry(key, language or DEFAULT_LANGUAGE).segments
        for key, texts in kinds
        for language, count in texts.items()
    )


def first_day(row: RoundRow) -> date:
    """The day on which a planned round begins; one made by hand begins when it was meant to."""
    planned = row.summary.get("start_date")
    return date.fromisoformat(planned) if planned else row.from_date


def made_by(viewer: Viewer, author: str | None) -> str:
    """The name of who made a draft."""
    return author or viewer.say.gettext("the command line")
