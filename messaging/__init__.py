"""The voice: what we say, hear, and remember to say."""
