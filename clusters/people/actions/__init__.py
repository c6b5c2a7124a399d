"""What can be done with persons, one file for each thing that happens to them."""

from clusters.people.actions.appointing import appoint, end_post, follow_placement, retire, transfer
from clusters.people.actions.filling import Filled, fill
from clusters.people.actions.numbering import end_number, give_number, mark_wrong
from clusters.people.actions.registering import choose_language, register, rename
from clusters.people.actions.taking_back import take_back

__all__ = [
    "Filled",
    "appoint",
    "choose_language",
    "end_number",
    "end_post",
    "fill",
    "follow_placement",
    "give_number",
    "mark_wrong",
    "register",
    "rename",
    "retire",
    "take_back",
    "transfer",
]
