"""The structure: who is where, who trains whom, when we meet."""
