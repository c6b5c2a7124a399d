"""What pages say of rules that a plan of LTRCs breaks: the keys are the checker's, the words the reader's."""

from collections.abc import Mapping

from clusters.kernel.errors import Conflict, CopError
from cop.web.i18n import Speech
from cop.web.words import N_

SENTENCES: Mapping[str, str] = {
    "school_unknown": N_("School {code} is in the plan but not in the list."),
    "school_twice": N_("School {code} is in the plan {times} times."),
    "school_left_out_too": N_("School {code} is in the plan and among those left out."),
    "school_missing": N_("School {code} is in the list but not in the plan."),
    "cluster_size": N_("LTRC {cluster} has {size} schools, not {smallest} to {largest}."),
    "cluster_torn": N_("LTRC {cluster} lies in more than one circle or block."),
    "strata_mixed": N_("LTRC {cluster} mixes schools of {strata}."),
    "host_not_one": N_("LTRC {cluster} has {hosts} hosts, not one."),
    "host_not_member": N_("The host {code} is not a school of LTRC {cluster}."),
    "host_unfit": N_("School {code} cannot host LTRC {cluster}."),
    "host_nowhere": N_("Nobody knows where the host {code} of LTRC {cluster} is."),
    "circle_size": N_("Circle {circle} has {size} LTRCs, not {smallest} to {largest}."),
    "circle_torn": N_("Circle {circle} lies in more than one block."),
    "distance": N_("School {code} of LTRC {cluster} is {counted} from its host, not {said}."),
    "way_too_long": N_("School {code} of LTRC {cluster} has {km:.1f} km to its host, more than {longest:g} km."),
}
"""By the checker's key; a test compares them."""


def with_rules_said(say: Speech, error: CopError, names: Mapping[str, str]) -> CopError:
    """The refusal of a draft with the rules it breaks in the reader's language; any other error as it is."""
    rules = error.values.get("rules")
    if not isinstance(rules, list):
        return error
    first = " ".join(broken_rule(say, each["key"], each, names) for each in rules)
    return Conflict(error.key, **{**error.values, "first": first})


def broken_rule(say: Speech, key: str, values: Mapping[str, object], names: Mapping[str, str]) -> str:
    """A broken rule in the reader's language; `names` say what the clusters of the plan would be called."""
    said = dict(values)
    if "cluster" in said:
        said["cluster"] = names.get(str(said["cluster"]), said["cluster"])
    return say.gettext(SENTENCES[key]).format_map(said)
