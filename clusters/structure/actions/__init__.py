"""What can be done with places, one file for each thing that happens to them."""

from clusters.structure.actions.accepting import Accepted, accept_draft, apply_due_drafts, take_acceptance_back
from clusters.structure.actions.drafting import discard_draft, save_draft
from clusters.structure.actions.editing import choose_host, move_school, undo_change
from clusters.structure.actions.founding import found_programme, grow_areas
from clusters.structure.actions.laying import draft_of_step, keep_beside
from clusters.structure.actions.placing import place_schools, seats_follow
from clusters.structure.actions.proving import judge_bound, keep_bound

__all__ = [
    "Accepted",
    "accept_draft",
    "apply_due_drafts",
    "choose_host",
    "discard_draft",
    "draft_of_step",
    "found_programme",
    "grow_areas",
    "judge_bound",
    "keep_beside",
    "keep_bound",
    "move_school",
    "place_schools",
    "save_draft",
    "seats_follow",
    "take_acceptance_back",
    "undo_change",
]
