"""Texts that a person writes to many: previewed, held for a while, above a size approved by somebody else."""
