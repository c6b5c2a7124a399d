"""The sentence of every error a person can cause: what happened, why, what to do."""

from clusters.kernel.errors import CopError, NotFound

SENTENCES = {
    "setting_unknown": "There is no setting {name}. Did you mean {near}? `cop settings` lists them all.",
    "database_not_migrated": "The database is older than this cop ({have}, newest {newest}). Run `cop migrate` first.",
    "training_session_change": "You can see session {code} but not change it. Ask its trainer or your manager.",
    "round_not_a_draft": "The round {name} is {state}, no draft any more. Nothing was changed.",
    "round_in_the_past": "{sessions} sessions of this round would lie in the past, the first on {first}. Plan it again.",
    "trainer_booked": "A trainer already leads a session on {day}. Choose another day or another trainer.",
    "venue_booked": "The venue is already taken on {day}. Choose another day or another venue.",
    "no_code_left": "All 900 session codes of {place} are in use. Close old sessions first.",
    "session_not_planned": "Session {code} is {state}, so this cannot be changed any more.",
    "session_called_off": "Session {code} was called off. Nothing was stored.",
    "invited_elsewhere": "{people} of the invited are at session {other} on that day. Choose another day.",
    "row_not_on_sheet": "Rows {rows} are not on the sheet (1-{last}). Nothing was stored.",
    "nothing_marked": "Nobody was marked for session {code}. Nothing was stored.",
    "attendance_too_early": "Session {code} has not begun. Attendance can be stored from {opens}.",
    "attendance_too_late": "Attendance of session {code} closed on {closed}. Ask your manager to correct it.",
    "attendance_replaced": "A later report of session {code} stands. Correct that one instead.",
    "no_meeting": "A session needs at least one day.",
    "ends_before_it_starts": "The session would end before it starts. Check the times.",
    "meetings_overlap": "Two days of the session overlap. Check the dates.",
    "move_into_the_past": "Session {code} cannot be moved into the past. Choose a coming day.",
    "venue_unknown": "This venue is not known. Choose a school of the list.",
    "setting_unreadable": "{name} is set to {value!r}, which cannot be read. It takes {wanted}.",
}
"""English sentences by key; pages translate them through gettext. A test finds every key that is raised."""


def sentence(error: CopError) -> str:
    """What to tell a person about an error; an error without a sentence says its key and values."""
    if isinstance(error, NotFound):
        return "It was not found, or lies outside what you may see. Check the name or the number."
    template = SENTENCES.get(error.key)
    if template is None:
        return f"{error.key}: {', '.join(f'{name} {value}' for name, value in error.values.items())}"
    return template.format_map(error.values)
