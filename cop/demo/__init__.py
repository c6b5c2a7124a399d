"""The demonstration: an invented district with three months behind it, the same from the same seed."""
