"""Which reminder, to whom, when; planned again when a training session moves."""
