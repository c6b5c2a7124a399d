"""Runs written-down texts through a world made for them, and judges what each one did against what it should do."""
