"""The demonstration: an invented district or province with months behind it, the same from the same seed."""
