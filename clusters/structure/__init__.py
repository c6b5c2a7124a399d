"""Two trees of places, and the schools that stand in both."""
