"""What can be done with a training session, one file for each thing that happens to it."""

from clusters.training.actions.accepting import accept_round, discard_round
from clusters.training.actions.answering import answer
from clusters.training.actions.attending import Taken, close_over, take_attendance, undo_attendance
from clusters.training.actions.drafting import save_round
from clusters.training.actions.following import follow_placement
from clusters.training.actions.moving import call_off, move
from clusters.training.actions.printing import SHEET_KEEPERS, print_sheet

__all__ = [
    "SHEET_KEEPERS",
    "Taken",
    "accept_round",
    "answer",
    "call_off",
    "close_over",
    "discard_round",
    "follow_placement",
    "move",
    "print_sheet",
    "save_round",
    "take_attendance",
    "undo_attendance",
]
