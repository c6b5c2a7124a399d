"""Which days are training days, and which hours are texting hours, in Pakistan."""
