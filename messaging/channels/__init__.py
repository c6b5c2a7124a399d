"""The ways a text can travel: one file each behind one protocol."""
