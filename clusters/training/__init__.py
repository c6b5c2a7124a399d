"""Training sessions: planned, invited, held, and who came."""
