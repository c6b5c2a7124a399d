"""What a planner remarks about its plan: kept by key with what it names, said in the viewer's language."""

from collections.abc import Mapping
from typing import Any

from cop.web.i18n import Speech
from cop.web.words import N_

HANGS: Mapping[str, str] = {
    "hangs_on_teacher_cap": N_("The end hangs on teachers' %(teacher_days)s days a month at most."),
    "hangs_on_release": N_("The end hangs on when the trainers are trained themselves."),
    "hangs_on_room": N_("The end hangs on the one room of each LTRC."),
    "hangs_on_trainer_cap": N_("The end hangs on trainers' %(trainer_days)s days a month at most."),
    "hangs_on_trainers": N_("The end hangs on how few trainers there are."),
    "hangs_on_several": N_("The end hangs on several rules at once."),
}
"""What the end of a plan hangs on."""


def remarked(remark: Mapping[str, Any], say: Speech, *, circle: str = "") -> str:
    """A remark as a round keeps it; one whose values were not kept is said as it was written."""
    values = remark.get("values")
    if not values:
        return str(remark["sentence"])
    key = remark["key"]
    if key in HANGS:
        hangs = " ".join(say.gettext(HANGS[each]) % values for each in values["keys"].split() or [key])
        where = say.gettext("It binds first in %(circle)s.") % {"circle": circle}
        return f"{hangs} {where}" if circle else hangs
    return _counted(key, values["count"], say) or str(remark["sentence"])


def _counted(key: str, count: int, say: Speech) -> str:
    match key:
        case "schools_of_one":
            said = say.ngettext(
                "%(num)s school has one teacher and stays without her. Tell its head.",
                "%(num)s schools have one teacher each and stay without her. Tell their heads.",
                count,
            )
        case "teachers_without_cluster":
            said = say.ngettext(
                "%(num)s teacher is in no school of an LTRC and left out.",
                "%(num)s teachers are in no school of an LTRC and left out.",
                count,
            )
        case "trainers_without_block":
            said = say.ngettext(
                "%(num)s circle trainer lives outside every block and learns with the first.",
                "%(num)s circle trainers live outside every block and learn with the first.",
                count,
            )
        case _:
            return ""
    return said % {"num": say.number(count)}
