"""School and staff lists in: check, apply, undo as a whole."""
