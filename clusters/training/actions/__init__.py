"""What can be done with a training session, one file for each thing that happens to it."""

from clusters.training.actions.accepting import accept_round, discard_round
from clusters.training.actions.answering import answer
from clusters.training.actions.attending import Taken, close_over, take_attendance, take_count, undo_attendance
from clusters.training.actions.certifying import ask_certificate
from clusters.training.actions.drafting import save_round
from clusters.training.actions.finishing import finish, reopen
from clusters.training.actions.following import follow_placement
from clusters.training.actions.making_up import make_up
from clusters.training.actions.mending import add_to_summary, discard_mending, mend, save_mending, unmend
from clusters.training.actions.moving import call_off, move
from clusters.training.actions.printing import SHEET_KEEPERS, print_sheet
from clusters.training.actions.reinstating import reinstate
from clusters.training.actions.replacing import replace_round
from clusters.training.actions.resettling import resettle
from clusters.training.actions.seating import (
    LIST_KEEPERS,
    Joined,
    add,
    fill_places,
    leave_wait_list,
    set_capacity,
)
from clusters.training.actions.taking_back import take_round_back
from clusters.training.actions.walking_in import match, match_new, strike_off, unmatch, write_down

__all__ = [
    "LIST_KEEPERS",
    "SHEET_KEEPERS",
    "Joined",
    "Taken",
    "accept_round",
    "add",
    "add_to_summary",
    "answer",
    "ask_certificate",
    "call_off",
    "close_over",
    "discard_mending",
    "discard_round",
    "fill_places",
    "finish",
    "follow_placement",
    "leave_wait_list",
    "make_up",
    "match",
    "match_new",
    "mend",
    "move",
    "print_sheet",
    "reinstate",
    "reopen",
    "replace_round",
    "resettle",
    "save_mending",
    "save_round",
    "set_capacity",
    "strike_off",
    "take_attendance",
    "take_count",
    "take_round_back",
    "undo_attendance",
    "unmatch",
    "unmend",
    "write_down",
]
