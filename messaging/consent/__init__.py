"""May we text this number: opt-out that survives everything but the person's own return."""
