"""One-time codes: what affects others needs a code that only the registered number was told."""
