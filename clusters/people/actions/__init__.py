"""What can be done with persons, one file for each thing that happens to them."""

from clusters.people.actions.appointing import appoint, end_post, follow_placement, retire, transfer
from clusters.people.actions.filling import Filled, fill
from clusters.people.actions.numbering import end_number, give_number
from clusters.people.actions.registering import register, rename

__all__ = [
    "Filled",
    "appoint",
    "end_number",
    "end_post",
    "fill",
    "follow_placement",
    "give_number",
    "register",
    "rename",
    "retire",
    "transfer",
]
