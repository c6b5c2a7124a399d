"""What of a draft of the cascade no longer fits, and why, in the viewer's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clusters.cascade.checker import Rule
from clusters.modules.rules import Subject
from cop.web.i18n import Speech
from cop.web.words import N_, word

RULES: Mapping[str, str] = {
    Rule.PRECEDENCE: N_("A trainer would train before having completed the module herself."),
    Rule.SEQUENCE: N_("Modules of one subject would be out of order."),
    Rule.QUOTA: N_("A school would send too many teachers."),
    Rule.EMPTIED: N_("A school would be left without teachers."),
    Rule.CAPACITY: N_("More people would come than the room holds."),
    Rule.DAYS: N_("The days of a module would lie too far apart."),
    Rule.RETURN: N_("A return day would be missing or too early."),
    Rule.HOURS: N_("A session would run into the Friday prayer."),
    Rule.AWAY: N_("Somebody would be on leave, or the room closed."),
    Rule.TRAVEL: N_("A trainer would travel farther than was agreed."),
    Rule.APART: N_("Women and men would sit in one session."),
    Rule.MONTH_END: N_("Teachers would not meet on a last working day."),
}
"""A rule by what would happen; every other one is called a rule."""


def problem_said(problem: Mapping[str, Any], say: Speech) -> str:
    """A problem as the check of a draft gives it: a key, what it names, and an English sentence."""
    count, name = problem.get("count", 0), problem.get("name", "")
    day = say.full_day(date.fromisoformat(problem["day"])) if "day" in problem else ""
    values: dict[str, object] = {"num": say.number(count), "name": name, "day": day}
    match problem["key"]:
        case "trainer_gone":
            values["subject"] = say.gettext(word(Subject(problem["subject"])))
            text = say.ngettext(
                "%(name)s trains %(subject)s no more, but would lead %(num)s session, on %(day)s.",
                "%(name)s trains %(subject)s no more, but would lead %(num)s sessions from %(day)s on.",
                count,
            )
        case "invited_gone":
            text = say.ngettext(
                "%(num)s person, %(name)s, would be invited but learns there no more.",
                "%(num)s people, %(name)s first, would be invited but learn there no more.",
                count,
            )
        case "invited_moved":
            text = say.ngettext(
                "%(num)s person, %(name)s, would be invited but teaches at another school.",
                "%(num)s people, %(name)s first, would be invited but teach at other schools.",
                count,
            )
        case "cluster_gone":
            text = say.gettext("%(name)s is closed, or has no host school any more.")
        case "host_changed":
            text = say.gettext("%(name)s meets at another host school now.")
        case "day_closed":
            text = say.ngettext(
                "%(day)s is closed now; %(num)s session would meet then.",
                "%(day)s is closed now; %(num)s sessions would meet then.",
                count,
            )
        case "wanted_twice":
            text = say.ngettext(
                "%(num)s person, %(name)s, would be wanted twice on %(day)s.",
                "%(num)s people, %(name)s first, would be wanted twice on a day, first on %(day)s.",
                count,
            )
        case "venue_taken":
            text = say.ngettext(
                "%(name)s is taken by another session on %(day)s.",
                "%(name)s is taken by other sessions on %(num)s days, first on %(day)s.",
                count,
            )
        case "month_full":
            text = say.ngettext(
                "%(num)s person would be wanted too often in a month.",
                "%(num)s people would be wanted too often in a month.",
                count,
            )
        case _:
            rule = RULES.get(problem.get("rule", ""))
            text = say.gettext(rule) if rule else say.gettext("A session would break a rule.")
    return text % values
