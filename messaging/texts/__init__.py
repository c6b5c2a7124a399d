"""Every text we ever send, by key and language, counted in segments."""
