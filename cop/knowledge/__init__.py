"""Practice notes: what worked in a classroom, in its author's words, and who tried it elsewhere."""
